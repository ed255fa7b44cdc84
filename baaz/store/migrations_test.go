package store

import (
	"io/fs"
	"strings"
	"testing"
)

// Two migrations of one number, made side by side, would let no store open.
func TestMigrationsAreNumberedOnce(t *testing.T) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	seen := map[string]string{}
	for _, f := range files {
		n, _, _ := strings.Cut(strings.TrimPrefix(f, "migrations/"), "_")
		if seen[n] != "" {
			t.Errorf("%s and %s have one number", seen[n], f)
		}
		seen[n] = f
	}
}
