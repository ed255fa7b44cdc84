package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/image/lock"
)

// TestLocksFromTheArchive asks the real archive: what is wanted comes, what is left out does not, and a version that the archive never
// had stops a build with the way out.
func TestLocksFromTheArchive(t *testing.T) {
	if !boxes() {
		unless(t, errNoBoxes)
	}
	t.Parallel() // it waits for the archive
	dir := t.TempDir()
	cache, err := apt.OpenCache()
	must(t, err, writeLocks(t.Context(), cache.StateDir(), dir, io.Discard))
	pc, err := station.Named("pc")
	must(t, err)
	l, err := readLocks(dir, pc)
	must(t, err)
	for _, w := range wanted {
		if _, ok := l.userland.Find(w.name); !ok {
			t.Errorf("%s is wanted and not in the lock", w.name)
		}
	}
	for _, p := range l.userland {
		if leftOut(p.Name) {
			t.Errorf("%s is left out and in the lock", p)
		}
	}
	if _, ok := l.boot.Find(bootloader); !ok || len(l.boot) != 2 {
		t.Errorf("boot packages: %v", l.boot)
	}

	if len(l.firmware) != len(firmware) {
		t.Errorf("firmware packages: %v", l.firmware)
	}

	gone := lock.Package{Name: "tzdata", Version: "1999a-1", SHA256: [32]byte{1}, Size: 1}
	if err := cache.Fill(t.Context(), lock.List{gone}); !errors.Is(err, apt.ErrDropped) || !strings.Contains(err.Error(), "run image lock") {
		t.Errorf("a version that is gone: %v", err)
	}
}
