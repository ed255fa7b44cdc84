package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/squashfs"
)

// Why an image is not started.
var (
	errNotRunnable = errors.New("the emulator does not start this kind of box")
	errNoWayIn     = errors.New("only the vm station lets -fwd in: a real box listens to nobody outside")
)

// identify reads what kind of box an image is for, and its version.
func identify(path string) (s station.Station, version string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, "", err
	}
	defer f.Close()
	table, err := gpt.Read(f)
	if err != nil {
		return s, "", err
	}
	part, ok := table.Named(gpt.RootA)
	if !ok {
		return s, "", fmt.Errorf("%s is no image of the box", path)
	}
	root, _, err := squashfs.Read(io.NewSectionReader(f, part.Start(), part.Size()))
	if err != nil {
		return s, "", err
	}
	text, err1 := bytesOf(root, station.File)
	number, err2 := bytesOf(root, station.VersionFile)
	if err := errors.Join(err1, err2); err != nil {
		return s, "", err
	}
	if s, err = station.Parse(text); err != nil {
		return s, "", err
	}
	s, err = station.Named(s.Name)
	return s, string(number), err
}

// settle finds out what is to be started, refuses what cannot be, and says at once what happens.
func (o *runOptions) settle(ctx context.Context, out io.Writer) (err error) {
	if o.image, err = plainImage(o.image, out); err != nil {
		return err
	}
	s, version, err := identify(o.image)
	if err != nil {
		return fmt.Errorf("%s: %w", o.image, err)
	}
	if s.Arch != "" && s.Arch != "amd64" {
		return fmt.Errorf("%w: %s is %s", errNotRunnable, s.Name, s.About)
	}
	if len(o.forward) > 0 && s.Name != "vm" {
		return fmt.Errorf("%w (this is station %s)", errNoWayIn, s.Name)
	}
	fmt.Fprintf(out, "image: starting %s: station %s, version %s, in QEMU; Ctrl-C pulls its plug\n", o.image, s.Name, version)
	if !o.headless && o.vnc == "" && !hasWindow(ctx) {
		o.headless = true
		fmt.Fprintln(out, "image: no window: there is no display here, or Debian's qemu-system-gui is missing; -vnc 127.0.0.1:5 shows the screen on port 5905")
	}
	for _, f := range o.forward {
		fmt.Fprintf(out, "image: port %d of the box is http://127.0.0.1:%d\n", f.guest, f.host)
	}
	return nil
}

// hasWindow reports whether QEMU can open a window here.
func hasWindow(ctx context.Context) bool {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	kinds, err := exec.CommandContext(ctx, "qemu-system-x86_64", "-display", "help").Output()
	return err == nil && bytes.Contains(kinds, []byte("gtk"))
}
