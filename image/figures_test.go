package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMiddle(t *testing.T) {
	for want, all := range map[time.Duration][]time.Duration{1: {1}, 2: {3, 2}, 5: {9, 5, 1}, 4: {7, 4, 2, 8}} {
		if got := middle(all); got != want {
			t.Errorf("%v: %d, want %d", all, got, want)
		}
	}
}

// TestConsole: a line counts from when it was whole, and once.
func TestConsole(t *testing.T) {
	c := &console{begin: time.Now(), seen: map[string]time.Duration{}, until: saysPainted, done: make(chan struct{})}
	for _, b := range []string{"\r\nposbox: till re", "ady\r\n", "posbox: screen painted\r\nposbox: screen painted\r\n"} {
		select {
		case <-c.done:
			t.Fatal("too early")
		default:
		}
		io.WriteString(c, b)
	}
	<-c.done
	if seen := c.times(); len(seen) != 2 || seen[saysReady] > seen[saysPainted] {
		t.Errorf("%v", seen)
	}
}

func TestMemoryUsed(t *testing.T) {
	m := memoryUsed{Total: 2048 << 10, Available: 1536 << 10, Programs: map[string]int{"posd": 60 << 10, "chromium": 400 << 10, "a": 0, "b": 1 << 10, "c": 2 << 10}}
	if got := m.String(); got != "512 MiB of 2048 in use, chromium 400, posd 60, c 2, b 1" {
		t.Error(got)
	}
	if got := (memoryUsed{}).String(); got != "memory unknown" {
		t.Error(got)
	}
}

// TestFiguresRefuse: nothing is started that cannot be measured.
func TestFiguresRefuse(t *testing.T) {
	var said strings.Builder
	if code := run(context.Background(), []string{"figures"}, io.Discard, &said); code != 2 || !strings.Contains(said.String(), "-img") {
		t.Errorf("%d %s", code, &said)
	}
	file := filepath.Join(t.TempDir(), "x.img")
	must(t, os.WriteFile(file, make([]byte, 4096), 0o600))
	if code := run(context.Background(), []string{"figures", "-img", file}, io.Discard, &said); code != 1 {
		t.Errorf("%d %s", code, &said)
	}
}
