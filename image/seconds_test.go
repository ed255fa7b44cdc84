package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// The room's end says what its time went into: the next one who wants it shorter begins there. Seconds of a processor are those
// of the emulators, or of what was built: they stay the same on a machine that others use, too.

// spending is what one test, or one thing that tests share, took.
type spending struct {
	name      string
	begin     time.Time // of its turn
	took, cpu time.Duration
	waited    time.Duration // for its turn
	boxes     int           // that it started
}

// ledger collects them in the order in which they began.
type ledger struct {
	mu   sync.Mutex
	list []*spending
}

var spent = ledger{}

// of finds a test's entry by the test that began it, or begins one.
func (l *ledger) of(name string) *spending {
	name, _, _ = strings.Cut(name, "/")
	for _, s := range l.list {
		if s.name == name {
			return s
		}
	}
	s := &spending{name: name, begin: time.Now()}
	l.list = append(l.list, s)
	return s
}

// note changes an entry.
func (l *ledger) note(name string, change func(*spending)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l.of(name))
}

// watchTest notes what a test takes from here on.
func (l *ledger) watchTest(t *testing.T, waited time.Duration) {
	begin := time.Now()
	l.note(t.Name(), func(s *spending) { s.waited = waited })
	t.Cleanup(func() { l.note(t.Name(), func(s *spending) { s.took = time.Since(begin) }) })
}

// making notes what something takes that tests share.
func (l *ledger) making(what string, make func() error) error {
	begin := time.Now()
	l.note(what, func(*spending) {})
	err := make()
	l.note(what, func(s *spending) { s.took = time.Since(begin) })
	return err
}

// print writes the table; nothing where no box was started.
func (l *ledger) print(w io.Writer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.list) == 0 {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "began at\ttook\twaited\tboxes\tthe boxes' processor time\t  ")
	for _, s := range l.list {
		fmt.Fprintf(t, "%.0f s\t%.0f s\t%.0f s\t%d\t%.0f s\t  %s\n", s.begin.Sub(l.list[0].begin).Seconds(), s.took.Seconds(), s.waited.Seconds(), s.boxes, s.cpu.Seconds(), s.name)
	}
	t.Flush()
}

func TestLedger(t *testing.T) {
	var l ledger
	var out strings.Builder
	if l.print(&out); out.Len() > 0 {
		t.Errorf("of nothing: %q", out.String())
	}
	l.note("TestA/step", func(s *spending) { s.cpu += 3 * time.Second })
	l.note("TestB", func(s *spending) { s.took = 2 * time.Second })
	l.note("TestA", func(s *spending) { s.cpu += 4 * time.Second; s.boxes++ })
	l.print(&out)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.HasSuffix(lines[1], "7 s  TestA") || !strings.HasSuffix(lines[2], "0 s  TestB") || !strings.Contains(lines[2], " 2 s ") {
		t.Errorf("%s", out.String())
	}
}

// printSpent says it where the room's report is read.
func printSpent() {
	if boxes() {
		spent.print(os.Stdout)
	}
}
