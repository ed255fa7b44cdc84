package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// devices are all that PosAPI has of the machine.
var devices = []string{"null", "zero", "full", "random", "urandom"}

// enter makes PosAPI's root: the userland, read-only as it is, with what PosAPI has written laid over it.
func (p place) enter() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("own mounts: %w", err)
	}
	root := p.root()
	layers := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", p.Userland, p.files(), p.work())
	for _, m := range []struct {
		from, to, fs, options string
		flags                 uintptr
	}{
		{"overlay", "", "overlay", layers, unix.MS_NOSUID | unix.MS_NODEV},
		{"proc", "proc", "proc", "", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
		{"dev", "dev", "tmpfs", "mode=0755,size=1m", unix.MS_NOSUID | unix.MS_NOEXEC},
		{p.inner(), "run", "", "", unix.MS_BIND},
		{"tmp", "tmp", "tmpfs", "mode=1777,size=64m", unix.MS_NOSUID | unix.MS_NODEV},
	} {
		at := filepath.Join(root, m.to)
		if m.to != "" {
			if err := os.MkdirAll(at, 0o755); err != nil {
				return err
			}
		}
		if err := unix.Mount(m.from, at, m.fs, m.flags, m.options); err != nil {
			return fmt.Errorf("mounting /%s: %w", m.to, err)
		}
	}
	for _, name := range devices {
		at := filepath.Join(root, "dev", name)
		if err := os.WriteFile(at, nil, 0o666); err != nil {
			return err
		}
		if err := unix.Mount("/dev/"+name, at, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mounting /dev/%s: %w", name, err)
		}
	}
	if err := errors.Join(unix.Chdir(root), unix.PivotRoot(".", "."), unix.Unmount(".", unix.MNT_DETACH), unix.Chdir("/")); err != nil {
		return fmt.Errorf("root: %w", err)
	}
	return nil
}
