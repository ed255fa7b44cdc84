package main

import (
	"fmt"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
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
