package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"posbox/gokrazy/station"
	"posbox/image/apt"
	"posbox/image/lock"
)

// TestLocksFromTheArchive asks the real archive: what is wanted comes, what is left out does not, the difference to the locks
// before is said, and a version that the archive never had stops a build with the way out.
func TestLocksFromTheArchive(t *testing.T) {
	if !boxes() {
		unless(t, errNoBoxes)
	}
	t.Parallel() // it waits for the archive
	dir := t.TempDir()
	gone := lock.Package{Name: "tzdata", Version: "1999a-1", SHA256: [32]byte{1}, Size: 1}
	var before, said bytes.Buffer
	must(t, lock.List{gone}.Write(&before, "An old lock."), os.WriteFile(filepath.Join(dir, userlandLock(apt.AMD64)), before.Bytes(), 0o644))
	cache, err := apt.OpenCache()
	must(t, err, writeLocks(t.Context(), cache.StateDir(), dir, &said))
	for _, want := range []string{"  tzdata 1999a-1 -> ", "+ chromium=", userlandLock(apt.AMD64) + ": "} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the difference does not say %q: %s", want, said.String())
		}
	}
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

	if err := cache.Fill(t.Context(), lock.List{gone}); !errors.Is(err, apt.ErrDropped) || !strings.Contains(err.Error(), "run image lock") {
		t.Errorf("a version that is gone: %v", err)
	}
}
