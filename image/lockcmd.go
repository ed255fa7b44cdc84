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
	bootLock     = "boot-amd64.lock"
	firmwareLock = "firmware-amd64.lock"
)

// userlandLock is the one of an architecture.
func userlandLock(arch string) string { return "userland-" + arch + ".lock" }

// locks are the packages of an image.
type locks struct{ userland, boot, firmware lock.List }

// all are the packages of a station's image.
func (l locks) all() lock.List { return slices.Concat(l.userland, l.boot, l.firmware) }

// readLocks reads the files of a folder that a station needs. The Pi's kernel is no Debian package.
func readLocks(dir string, s station.Station) (l locks, err error) {
	if l.userland, err = readLock(dir, userlandLock(s.GOARCH())); err != nil || s.TryBoot {
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

// names lists the packages of a table.
func names(table []struct{ name, why string }) (names []string) {
	for _, p := range table {
		names = append(names, p.name)
	}
	return names
}

// resolveUserland asks the archive for the newest of everything on the screen's side.
func resolveUserland(ctx context.Context, state, arch string) (lock.List, error) {
	a, err := apt.Open(state, arch)
	if err != nil {
		return nil, err
	}
	return a.Resolve(ctx, names(wanted), leftOut)
}

// resolveBoot asks for the newest kernel, its loader and firmware.
func resolveBoot(ctx context.Context, state string) (boot, blobs lock.List, err error) {
	a, err := apt.Open(state, apt.AMD64)
	if err != nil {
		return nil, nil, err
	}
	kernels, err := a.Depends(ctx, kernelName)
	if err != nil {
		return nil, nil, err
	}
	if len(kernels) != 1 || !strings.HasPrefix(kernels[0], "linux-image-") {
		return nil, nil, fmt.Errorf("%s depends on %q, not on one kernel", kernelName, kernels)
	}
	if boot, err = a.Describe(ctx, []string{kernels[0], bootloader}); err != nil {
		return nil, nil, err
	}
	blobs, err = a.Describe(ctx, names(firmware))
	return boot, blobs, err
}

// writeLocks resolves anew, writes the files and says what changed.
func writeLocks(ctx context.Context, state, dir string, out io.Writer) error {
	boot, blobs, err := resolveBoot(ctx, state)
	if err != nil {
		return err
	}
	amd64, err := resolveUserland(ctx, state, apt.AMD64)
	if err != nil {
		return err
	}
	arm64, err := resolveUserland(ctx, state, "arm64")
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
		{userlandLock(apt.AMD64), "The Debian packages of the box's userland, amd64.", amd64},
		{userlandLock("arm64"), "The Debian packages of the box's userland, arm64: the Raspberry Pi.", arm64},
		{bootLock, "The Debian packages that boot the box, amd64.", boot},
		{firmwareLock, "The Debian packages of what real hardware's own processors run, amd64.", blobs},
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
