// Package perm looks after the file system that holds everything a box must not lose.
//
// It is made once, on a partition whose beginning is nothing but zeros, as the image left it. Anything else on it may be
// a journal and is never formatted. e2fsck puts right what it can without loss (-p); what it cannot stays untouched until
// a person says so (-y).
package perm

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"posbox/gokrazy/box"
)

// Tools are Debian's e2fsprogs, in the tree below Root.
type Tools struct{ Root string }

// exitBits of e2fsck that say that the file system can be used: errors corrected, errors corrected and to be restarted
// (which concerns mounted ones only).
const (
	corrected  = 1
	usableMask = ^3
)

// run starts a tool and returns its exit code and what it said.
func (t Tools) run(name string, args ...string) (code int, said string, err error) {
	c := exec.Command("/usr/sbin/"+name, args...)
	if t.Root != "" {
		c.SysProcAttr = &syscall.SysProcAttr{Chroot: t.Root}
	}
	c.Dir = "/"
	c.Env = []string{"PATH=/usr/sbin:/usr/bin", "LC_ALL=C"}
	out, err := c.CombinedOutput()
	said = strings.TrimSpace(string(out))
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), said, nil
	}
	return 0, said, err
}

// Prepare makes a partition ready to be mounted, or says why it is not.
func (t Tools) Prepare(dev string, mark Mark) box.Perm {
	// A mark that cannot be read says nothing: what stands on the partition decides.
	empty, _ := mark.Set()
	if !empty {
		var err error
		if empty, err = blank(dev); err != nil {
			return damaged(err.Error())
		}
	}
	if empty {
		if err := t.make(dev, mark); err != nil {
			return damaged(err.Error())
		}
		return box.Perm{State: box.PermOK, Detail: Made}
	}
	return t.check(dev)
}

// Made is the detail of a partition that was made at this start.
const Made = "made"

func damaged(detail string) box.Perm {
	return box.Perm{State: box.PermDamaged, Detail: clipped(detail)}
}

// make writes a new file system. The mark stands while that goes on: if the power goes, the half of one that is there is
// known to have never held anything.
func (t Tools) make(dev string, mark Mark) error {
	if err := mark.Put(); err != nil {
		return err
	}
	// The file system's journal is written through once, which takes a small box's eMMC long. Nothing is told to forget what it
	// holds: flashing has seen to that, and some cards take minutes for it, the emulator's too.
	code, said, err := t.run("mke2fs", "-t", "ext4", "-q", "-F", "-L", "perm", "-m", "0", "-E", "nodiscard", "-J", "size=32", dev)
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d", code)
	}
	if err != nil {
		return fmt.Errorf("mke2fs: %w: %s", err, said)
	}
	f, err := os.OpenFile(dev, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return mark.Remove()
}

// check lets e2fsck put right what it can without loss. After a power cut it only plays the file system's own journal.
func (t Tools) check(dev string) box.Perm {
	code, said, err := t.run("e2fsck", "-p", dev)
	switch {
	case err != nil:
		// The kernel still plays the journal and refuses what it cannot read.
		return box.Perm{State: box.PermOK, Detail: clipped("not checked: " + err.Error())}
	case code&usableMask != 0:
		return damaged(fmt.Sprintf("e2fsck %d: %s", code, said))
	case code&corrected != 0:
		return box.Perm{State: box.PermRepaired, Detail: clipped(said)}
	}
	return box.Perm{State: box.PermOK}
}

// Repair lets e2fsck do all it can, at whatever loss. What has lost its name is then found in lost+found.
func (t Tools) Repair(dev string) error {
	var code int
	var said string
	var err error
	for range 3 { // what is put right may show what else is wrong
		code, said, err = t.run("e2fsck", "-f", "-y", dev)
		if err != nil || code&usableMask == 0 {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("e2fsck: %w", err)
	}
	if code&usableMask != 0 {
		return fmt.Errorf("e2fsck %d: %s", code, clipped(said))
	}
	return nil
}

// clipped keeps the end of what a tool says: that is where it gives up.
func clipped(s string) string {
	const most = 1000
	if len(s) > most {
		s = "… " + s[len(s)-most:]
	}
	return strings.ToValidUTF8(s, "?")
}

// blankBytes is how much of a partition must be zero to be taken for never used. ext4 keeps its superblock at 1 KiB and
// its first group's tables behind it; copies of the superblock follow at 128 MiB.
const blankBytes = 8 << 20

// blank reports whether a partition begins with nothing but zeros.
func blank(dev string) (bool, error) {
	f, err := os.Open(dev)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return zeros(io.LimitReader(f, blankBytes))
}

// zeros reports whether a reader gives zeros only, to its end.
func zeros(r io.Reader) (bool, error) {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				return false, nil
			}
		}
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}
