// Command initramfs is the first program that the kernel starts: it loads the drivers of disks, waits for the box's root
// and goes over into it. It stands in the initial file system as /init, with the modules in order beside it.
//
// When it cannot go on it says why and ends. The kernel then panics and starts the box again: after an update's trial the
// old version comes back that way.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/kmod"
)

// Order lists the module files to load, one a line.
const order = "/modules/order"

// diskLimit is how long a root may take to appear: a slow USB disk with its hub.
const diskLimit = 30 * time.Second

func main() {
	if err := start(); err != nil {
		fmt.Println("posbox: no start:", err)
		time.Sleep(3 * time.Second) // for whoever reads the screen
		os.Exit(1)
	}
}

func start() error {
	for _, m := range []struct{ dir, fs string }{{"/dev", "devtmpfs"}, {"/proc", "proc"}, {"/sys", "sysfs"}} {
		if err := unix.Mount(m.fs, m.dir, m.fs, 0, ""); err != nil {
			return fmt.Errorf("%s: %w", m.dir, err)
		}
	}
	if err := console(); err != nil {
		return err
	}
	fmt.Println("posbox: kernel handed over")
	if err := loadAll(); err != nil {
		return err
	}
	disk, err := bootdisk.Find(diskLimit)
	if err != nil {
		return err
	}
	root, err := disk.Device(disk.Slot.Root())
	if err != nil {
		return err
	}
	return goOver(root)
}

// console makes /dev/console the standard files: the kernel found none, because the archive holds no devices.
func console() error {
	f, err := os.OpenFile("/dev/console", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	for fd := range 3 {
		if err := unix.Dup3(int(f.Fd()), fd, 0); err != nil && int(f.Fd()) != fd {
			return err
		}
	}
	return nil
}

// loadAll loads the listed modules. One that fails is told and passed: this box may not need it.
func loadAll() error {
	f, err := os.Open(order)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if err := kmod.Insert("/modules/" + lines.Text()); err != nil && !errors.Is(err, unix.ENODEV) {
			fmt.Println("posbox:", err)
		}
	}
	return lines.Err()
}

// goOver mounts the root read-only, gives it /dev and continues as its init.
func goOver(root string) error {
	if err := unix.Mount(root, "/root", "squashfs", unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("root %s: %w", root, err)
	}
	if err := unix.Mount("/dev", "/root/dev", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("moving /dev: %w", err)
	}
	unix.Unmount("/proc", 0)
	unix.Unmount("/sys", 0)
	os.RemoveAll("/modules") // the initial file system stays in memory
	if err := unix.Chdir("/root"); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("moving the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return err
	}
	return unix.Exec("/gokrazy/init", []string{"/gokrazy/init"}, os.Environ())
}
