package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/image/lock"
)

// The lock files, beside this program's source.
const (
	userlandLock = "userland-amd64.lock"
	bootLock     = "boot-amd64.lock"
	firmwareLock = "firmware-amd64.lock"
)

// locks are the packages of an image.
type locks struct{ userland, boot, firmware lock.List }

// all are the packages of a station's image.
func (l locks) all() lock.List { return slices.Concat(l.userland, l.boot, l.firmware) }

// readLocks reads the files of a folder that a station needs.
func readLocks(dir string, s station.Station) (l locks, err error) {
	if l.userland, err = readLock(dir, userlandLock); err != nil {
		return l, err
	}
	if l.boot, err = readLock(dir, bootLock); err == nil && s.Firmware {
		l.firmware, err = readLock(dir, firmwareLock)
	}
	return l, err
}

func readLock(dir, name string) (lock.List, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	l, err := lock.Parse(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return l, nil
}

// resolve asks the archive for the newest of everything.
func resolve(ctx context.Context, state string) (l locks, err error) {
	a, err := apt.Open(state)
	if err != nil {
		return l, err
	}
	var names, firmwareNames []string
	for _, w := range wanted {
		names = append(names, w.name)
	}
	for _, f := range firmware {
		firmwareNames = append(firmwareNames, f.name)
	}
	if l.firmware, err = a.Describe(ctx, firmwareNames); err != nil {
		return l, err
	}
	if l.userland, err = a.Resolve(ctx, names, leftOut); err != nil {
		return l, err
	}
	kernels, err := a.Depends(ctx, kernelName)
	if err != nil {
		return l, err
	}
	if len(kernels) != 1 || !strings.HasPrefix(kernels[0], "linux-image-") {
		return l, fmt.Errorf("%s depends on %q, not on one kernel", kernelName, kernels)
	}
	l.boot, err = a.Describe(ctx, []string{kernels[0], bootloader})
	return l, err
}

// writeLocks resolves anew, writes the files and says what changed.
func writeLocks(ctx context.Context, state, dir string, out io.Writer) error {
	l, err := resolve(ctx, state)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name, title string
		list        lock.List
	}{
		{userlandLock, "The Debian packages of the box's userland, amd64.", l.userland},
		{bootLock, "The Debian packages that boot the box, amd64.", l.boot},
		{firmwareLock, "The Debian packages of what real hardware's own processors run, amd64.", l.firmware},
	} {
		old, err := readLock(dir, f.name)
		if err != nil && !os.IsNotExist(err) {
			fmt.Fprintln(out, "replacing a lock that cannot be read:", err)
		}
		for _, line := range old.Diff(f.list) {
			fmt.Fprintln(out, line)
		}
		var b bytes.Buffer
		if err := f.list.Write(&b, f.title); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), b.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %d packages, %.1f MB\n", f.name, len(f.list), float64(f.list.Bytes())/1e6)
	}
	return nil
}
