// Command posapi runs the tax office's PosAPI on a box that was built with it.
//
// It is somebody else's program with access to the shop's receipts and to the internet, and it asks nobody who they are. So it
// lives apart: in a network of its own, whose only ways lead out under the box's address and to posd; with its own processes;
// as a user without rights; on the userland with what it writes laid over it, kept in /perm/posapi. What it prints is not kept:
// nobody knows whether lottery numbers are in it.
//
// It ends when PosAPI ends, and is started again by whoever supervises it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/kmod"
	"posbox/gokrazy/station"
)

// place is where things are. A test has others than a box.
type place struct {
	Userland string // folder of the userland
	Data     string // kept: what PosAPI writes
	Run      string // not kept
	Resolv   string // names of the shop's servers of names
	Program  string // in the userland
}

// inside is the variable that tells the second start of this program where it is.
const inside = "POSBOX_POSAPI"

func main() {
	log.SetFlags(0)
	if text := os.Getenv(inside); text != "" {
		fail(live(text))
	}
	b, err := os.ReadFile(station.PosAPIFile)
	if err != nil {
		fail(err)
	}
	v, err := station.ParseVendor(b)
	if err != nil {
		fail(err)
	}
	if loader, err := kmod.Open(); err == nil {
		if err := loader.Load("veth", "nf_tables", "nft_chain_nat", "nft_masq", "nft_ct"); err != nil {
			log.Println("drivers:", err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log.Println("starting", v.Package)
	fail(run(ctx, place{Userland: "/ui", Data: "/perm/posapi", Run: "/run/posbox-posapi", Resolv: "/etc/resolv.conf", Program: v.Program}))
}

// fail ends the program; it is started again.
func fail(err error) {
	if err == nil {
		err = errors.New("PosAPI has ended")
	}
	log.Println(err)
	time.Sleep(2 * time.Second) // whoever cannot start must not keep the box busy
	os.Exit(1)
}

// run keeps PosAPI running until it ends or ctx does.
func run(ctx context.Context, p place) error {
	if err := p.make(); err != nil {
		return err
	}
	if err := guardNetwork(); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	wait, goOn, err := os.Pipe()
	if err != nil {
		return err
	}
	defer goOn.Close()
	runtime.LockOSThread() // the child dies with the thread that made it
	defer runtime.UnlockOSThread()
	c := exec.CommandContext(ctx, "/proc/self/exe")
	c.Env, c.ExtraFiles, c.Stderr = []string{inside + "=" + string(text)}, []*os.File{wait}, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS, Pdeathsig: syscall.SIGKILL}
	err = c.Start()
	wait.Close()
	if err != nil {
		return err
	}
	if err := connect(c.Process.Pid); err != nil {
		c.Process.Kill()
		return errors.Join(fmt.Errorf("network: %w", err), c.Wait())
	}
	if _, err := goOn.Write([]byte{1}); err != nil {
		return errors.Join(err, c.Wait())
	}
	names, end := context.WithCancel(ctx)
	defer end()
	go p.followNames(names)
	return c.Wait()
}

// make makes the folders.
func (p place) make() error {
	for _, dir := range []string{p.files(), p.work(), p.inner(), p.root()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return errors.Join(os.Chmod(p.Data, 0o700), p.copyNames())
}

func (p place) files() string { return filepath.Join(p.Data, "files") } // what PosAPI has written
func (p place) work() string  { return filepath.Join(p.Data, "work") }  // the overlay's own
func (p place) inner() string { return filepath.Join(p.Run, "run") }    // its /run
func (p place) root() string  { return filepath.Join(p.Run, "root") }   // its root

// copyNames gives PosAPI the servers of names that the box has now.
func (p place) copyNames() error {
	b, err := os.ReadFile(p.Resolv)
	if errors.Is(err, os.ErrNotExist) {
		b, err = nil, nil
	}
	if err != nil {
		return err
	}
	at := filepath.Join(p.inner(), "resolv.conf")
	if had, err := os.ReadFile(at); err == nil && string(had) == string(b) {
		return nil
	}
	if err := os.WriteFile(at+".new", b, 0o644); err != nil {
		return err
	}
	return os.Rename(at+".new", at)
}

// followNames does so while PosAPI runs: a box gets its address when it likes.
func (p place) followNames(ctx context.Context) {
	for ctx.Err() == nil {
		if err := p.copyNames(); err != nil {
			log.Println("names:", err)
		}
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
		}
	}
}

// live is the second start: it has its network once the pipe says so, makes the root, and runs PosAPI until it ends.
func live(text string) error {
	var p place
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	wait := os.NewFile(3, "wait")
	if _, err := io.ReadFull(wait, make([]byte, 1)); err != nil {
		return errors.New("the network was not made")
	}
	wait.Close()
	if err := dress(); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	if err := p.enter(); err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	c := exec.Command(p.Program)
	c.Dir = filepath.Dir(p.Program)
	c.Env = []string{"HOME=" + home, "PATH=/usr/bin:/usr/sbin", "LANG=C.UTF-8", "QT_QPA_PLATFORM=offscreen"}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: station.PosAPIUser, Gid: station.PosAPIUser}, Pdeathsig: syscall.SIGKILL}
	if err := c.Run(); err != nil {
		return fmt.Errorf("PosAPI: %w", err)
	}
	return nil
}

// home is PosAPI's own folder; the builder makes it.
const home = "/var/lib/posapi"
