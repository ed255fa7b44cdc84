package ota

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// USBSticks are the disks on USB besides the box's own.
type USBSticks struct {
	Own   string // name of the box's disk
	Mount string // folder to mount at
}

// Each implements Sticks. A stick that cannot be mounted is passed over: it may hold anything.
func (u USBSticks) Each(do func(device string, files fs.FS) error) error {
	if err := os.MkdirAll(u.Mount, 0o700); err != nil {
		return err
	}
	names, err := filepath.Glob("/sys/class/block/sd*")
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range names {
		name := filepath.Base(p)
		if strings.HasPrefix(name, u.Own) || !onUSB(p) {
			continue
		}
		errs = append(errs, u.with(name, do))
	}
	return errors.Join(errs...)
}

// onUSB reports whether a block device hangs on USB.
func onUSB(class string) bool {
	real, err := filepath.EvalSymlinks(class)
	return err == nil && strings.Contains(real, "/usb")
}

// with mounts a stick for as long as do takes.
func (u USBSticks) with(name string, do func(string, fs.FS) error) error {
	unix.Unmount(u.Mount, unix.MNT_DETACH) // left by a guard that died
	if !u.mount("/dev/" + name) {
		return nil
	}
	defer unix.Unmount(u.Mount, unix.MNT_DETACH)
	root, err := os.OpenRoot(u.Mount)
	if err != nil {
		return err
	}
	defer root.Close()
	return do(name, root.FS())
}

func (u USBSticks) mount(dev string) bool {
	for _, kind := range []string{"vfat", "exfat", "ext4"} {
		if unix.Mount(dev, u.Mount, kind, unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "") == nil {
			return true
		}
	}
	return false
}
