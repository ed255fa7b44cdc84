package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// inside tells the second start of this program that it stands in the userland.
const inside = "POSBOX_KIOSK_INSIDE"

// enter makes the userland this program's root, in mounts of its own, and starts it again there. A changed root (chroot) would
// not do: the kernel gives no user namespace, hence no sandbox, to whoever lives in one.
func enter(userland, state string) error {
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("own mounts: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("own mounts: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(state), 0o755); err != nil {
		return err
	}
	for _, m := range []struct {
		from, to, fs, options string
		flags                 uintptr
	}{
		{"/dev", "/dev", "", "", unix.MS_BIND | unix.MS_REC},
		{"/proc", "/proc", "", "", unix.MS_BIND | unix.MS_REC},
		{"/sys", "/sys", "", "", unix.MS_BIND | unix.MS_REC},
		{"run", "/run", "tmpfs", "mode=0755,size=64m", unix.MS_NOSUID | unix.MS_NODEV},
		{"tmp", "/tmp", "tmpfs", "mode=1777,size=128m", unix.MS_NOSUID | unix.MS_NODEV},
		{"home", browserHome, "tmpfs", "mode=0700,uid=1000,gid=1000,size=256m", unix.MS_NOSUID | unix.MS_NODEV},
		{"policies", filepath.Dir(policyFolder), "tmpfs", "mode=0755,size=1m", unix.MS_NOSUID | unix.MS_NODEV},
		{filepath.Dir(state), filepath.Dir(state), "", "", unix.MS_BIND},
	} {
		at := filepath.Join(userland, m.to)
		if m.from == m.to && m.fs == "" {
			os.MkdirAll(at, 0o755) // those in the squashfs are there
		}
		if err := unix.Mount(m.from, at, m.fs, m.flags, m.options); err != nil {
			return fmt.Errorf("mounting %s: %w", m.to, err)
		}
	}
	if err := errors.Join(unix.Chdir(userland), unix.PivotRoot(".", "."), unix.Unmount(".", unix.MNT_DETACH), unix.Chdir("/")); err != nil {
		return fmt.Errorf("userland as root: %w", err)
	}
	return syscall.Exec("/proc/self/exe", os.Args, []string{inside + "=1", "PATH=/usr/bin:/usr/sbin"})
}

// quiet takes the kernel's own keys away: Alt+SysRq, and Ctrl+Alt+Del, which would end the box without a word.
func quiet() error {
	return errors.Join(os.WriteFile("/proc/sys/kernel/sysrq", []byte("0"), 0o644), unix.Reboot(unix.LINUX_REBOOT_CMD_CAD_OFF))
}
