package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
)

// userland is where the slot's Debian tree is mounted.
const userland = "/ui"

// mountUserland mounts the tree read-only with the kernel's /dev in it.
func mountUserland(disk *bootdisk.Disk) error {
	dev, err := disk.Device(disk.Slot.UI())
	if err != nil {
		return err
	}
	if err := unix.Mount(dev, userland, "squashfs", unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("userland %s: %w", dev, err)
	}
	for _, dir := range []string{"/dev", "/proc", "/sys"} {
		if err := unix.Mount(dir, userland+dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("userland %s: %w", dir, err)
		}
	}
	return nil
}

// preparePerm makes a file system on a /perm that has never had one: every byte of its beginning is zero, as the image
// left it. Anything else stays as it is: a journal may be on it.
func preparePerm(disk *bootdisk.Disk) error {
	dev, err := disk.Device(gpt.Perm)
	if err != nil {
		return err
	}
	empty, err := blank(dev)
	if err != nil || !empty {
		return err
	}
	c := exec.Command("/usr/sbin/mkfs.ext4", "-q", "-F", "-L", "perm", "-m", "0", dev)
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: userland}
	c.Dir = "/"
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("mkfs.ext4: %w: %s", err, out)
	}
	fmt.Println("posbox: perm made")
	return nil
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
