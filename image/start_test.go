package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"posbox/gokrazy/station"
)

func TestSettle(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	var out bytes.Buffer
	o := runOptions{image: toyImage(t, "UTC")}
	must(t, o.forward.Set("18080:8080"), o.settle(t.Context(), &out))
	for _, want := range []string{"station vm, version 7", "no window", "http://127.0.0.1:18080"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in %s", want, out.String())
		}
	}
	if !o.headless {
		t.Error("it wants a window where there is no display")
	}
}

func TestSettleRefuses(t *testing.T) {
	s, err := station.Named("pc")
	must(t, err)
	s.Firmware = false // has a test of its own
	pc := filepath.Join(t.TempDir(), "pc.img")
	must(t, writeDisk(toyContentOf(t, s), pc, io.Discard))
	nothing := filepath.Join(t.TempDir(), "nothing.img")
	must(t, os.WriteFile(nothing, make([]byte, 1<<20), 0o644))
	for name, c := range map[string]struct {
		image string
		want  error
	}{"a way into a real box": {pc, errNoWayIn}, "no image": {nothing, nil}, "no file": {nothing + "x", os.ErrNotExist}} {
		o := runOptions{image: c.image}
		must(t, o.forward.Set("18080:8080"))
		err := o.settle(t.Context(), &bytes.Buffer{})
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
