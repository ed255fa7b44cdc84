// Package journaltest opens journals for tests, and checks each on the way out.
package journaltest

import (
	"testing"

	"posbox/journal"
)

// Open opens the journal in dir, or begins one. When the test ends it is closed, if it still is open, and checked:
// every page, the sequence, every hash, that no cursor, index key or stored state points beyond the last record.
//
// A test that damages its journal on purpose uses journal.Open.
func Open(t testing.TB, dir string, o journal.Options) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, o)
	if err != nil {
		t.Fatalf("journal: %v", err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Errorf("journal not closed: %v", err)
		}
		Check(t, dir)
	})
	return j
}

// Check fails the test unless the journal in dir, which must be closed, is whole. It returns what was seen.
func Check(t testing.TB, dir string) journal.CheckReport {
	t.Helper()
	r, err := journal.Check(dir, nil)
	if err != nil {
		t.Errorf("journal not checked: %v", err)
	}
	for _, f := range r.Findings {
		t.Errorf("journal: %s", f)
	}
	return r
}
