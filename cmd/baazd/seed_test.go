package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSeed makes a month over the real uplink, while BAAZ serves: once, however often it is asked for.
func TestSeed(t *testing.T) {
	dir := t.TempDir()
	dsn := filepath.Join(dir, "baaz.db")
	s := start(t, dir, dsn)
	args := []string{"seed", "-data", dir, "-lines", "2000", "-days", "10", "-demo", "-url", s.url}
	if out := must(t, args...); !strings.Contains(out, "seeded 2000 lines") || !strings.Contains(out, "; 2000 of them now") {
		t.Errorf("seed says %q", out)
	}
	if out := must(t, args...); !strings.Contains(out, "seeded 2000 lines") || !strings.Contains(out, "; 0 of them now") {
		t.Errorf("seed, again, says %q", out)
	}
	few := must(t, "seed", "-data", dir, "-lines", "20", "-days", "1", "-points", "1", "-company", "Жижиг", "-url", s.url) // less than the cursor moves by at once
	if !strings.Contains(few, "seeded 20 lines") {
		t.Errorf("seed of a few lines says %q", few)
	}
	if code, out := try(t, "seed", "-data", dir, "-lines", "2001", "-days", "10", "-demo"); code != exitUsage {
		t.Errorf("another plan ends with %d: %s", code, out)
	}
	must(t, "seed", "-data", dir, "-lines", "500", "-points", "3", "-days", "2", "-goods", "50", "-company", "Өөр")
	for _, bad := range [][]string{{"-lines", "0"}, {"-lines", "1", "-points", "0"}, {"-lines", "1", "-days", "9999"}, {"-lines", "1", "-goods", "-1"}} {
		if code, out := try(t, append([]string{"seed", "-data", dir}, bad...)...); code != exitUsage {
			t.Errorf("seed %v ends with %d: %s", bad, code, out)
		}
	}
	s.stop()
	must(t, "verify", dsn)
}
