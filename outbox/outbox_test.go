package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
)

// fakeLog is a journal in memory.
type fakeLog struct {
	mu      sync.Mutex
	records []journal.Record
	cursors map[string]journal.Seq
	reports []report
	fail    []error // what the next reports end with
	changed chan struct{}
	reads   error
}

type report struct {
	follower string
	seq      journal.Seq
	facts    []event.Fact
}

func newFakeLog(facts ...event.Fact) *fakeLog {
	l := &fakeLog{cursors: map[string]journal.Seq{}, changed: make(chan struct{})}
	l.add(facts...)
	return l
}

var testNow = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func (l *fakeLog) add(facts ...event.Fact) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range facts {
		body, err := event.Encode(f)
		if err != nil {
			panic(err)
		}
		l.records = append(l.records, journal.Record{Seq: journal.Seq(len(l.records) + 1), Kind: string(f.Kind()), Body: body, Time: testNow.UnixMicro()})
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *fakeLog) Cursor(name string) (journal.Seq, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursors[name], nil
}

func (l *fakeLog) Records(after journal.Seq, limit int) ([]journal.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reads != nil {
		return nil, l.reads
	}
	rest := l.records[min(int(after), len(l.records)):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (l *fakeLog) Wait(ctx context.Context, after journal.Seq) error {
	for {
		l.mu.Lock()
		n, changed := len(l.records), l.changed
		l.mu.Unlock()
		if journal.Seq(n) > after {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *fakeLog) Report(ctx context.Context, name string, seq journal.Seq, facts ...event.Fact) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if len(l.fail) > 0 {
		err := l.fail[0]
		l.fail = l.fail[1:]
		l.mu.Unlock()
		return err
	}
	if seq <= l.cursors[name] {
		l.mu.Unlock()
		return nil
	}
	l.cursors[name] = seq
	l.reports = append(l.reports, report{name, seq, facts})
	l.mu.Unlock()
	l.add(facts...)
	return nil
}

func (l *fakeLog) told() []report {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.reports)
}

// fakeFollower handles drawer requests as a test says.
type fakeFollower struct {
	name   string
	handle func(ctx context.Context, r Record) ([]event.Fact, error)
	seen   chan Record
}

func (f *fakeFollower) Name() string            { return f.name }
func (f *fakeFollower) Wants(k event.Kind) bool { return k == event.KindDrawerAsked }
func (f *fakeFollower) Handle(ctx context.Context, r Record) ([]event.Fact, error) {
	facts, err := f.handle(ctx, r)
	f.seen <- r
	return facts, err
}

func follower(name string, handle func(context.Context, Record) ([]event.Fact, error)) *fakeFollower {
	return &fakeFollower{name: name, handle: handle, seen: make(chan Record, 10_000)}
}

func done(r Record) []event.Fact {
	return []event.Fact{event.DrawerOutcome{Asked: uint64(r.Seq), Result: event.DrawerKicked}}
}

// run starts a follower's loop and returns what ends it.
func run(t *testing.T, log Log, f Follower, late journal.Seq) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); Run(ctx, log, f, late, slog.New(slog.DiscardHandler)) }()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); <-ended }) }
	t.Cleanup(stop)
	return stop
}

// until waits for something that another goroutine brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

var asked = event.DrawerAsked{Shift: 1, Cause: "sale"}

func TestOrderAndLate(t *testing.T) {
	log := newFakeLog(asked, event.SellerLoggedOut{}, asked, asked)
	f := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) { return done(r), nil })
	run(t, log, f, 3)
	log.add(asked, asked)
	var seqs []journal.Seq
	for range 5 {
		r := <-f.seen
		seqs = append(seqs, r.Seq)
		if r.Late != (r.Seq <= 3) || !r.Time.Equal(testNow) || r.Fact != asked {
			t.Errorf("%+v", r)
		}
	}
	if !slices.IsSorted(seqs) || seqs[0] != 1 || seqs[1] != 3 {
		t.Errorf("order %v", seqs)
	}
	until(t, "five outcomes", func() bool { return len(log.told()) == 5 })
	for i, r := range log.told() {
		if r.seq != seqs[i] || len(r.facts) != 1 {
			t.Errorf("%+v", r)
		}
	}
}

// A record that cannot be handled, or read, or that makes the follower panic, is noted and passed.
func TestProblems(t *testing.T) {
	log := newFakeLog(asked, asked, asked, asked)
	log.records[2].Body = []byte("{")
	f := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) {
		switch r.Seq {
		case 1:
			return done(r), fault.New(fault.PrinterCover)
		case 2:
			panic("a bug")
		}
		return done(r), nil
	})
	run(t, log, f, 0)
	until(t, "four reports", func() bool { return len(log.told()) == 4 })
	for i, want := range []string{"drawer.outcome problem.noted printer.cover_open", "problem.noted internal", "problem.noted internal", "drawer.outcome"} {
		got := ""
		for _, fact := range log.told()[i].facts {
			got += " " + string(fact.Kind())
			if p, ok := fact.(event.ProblemNoted); ok {
				got += " " + p.Code
				if p.Follower != "f" || p.Seq != uint64(i+1) {
					t.Errorf("%+v", p)
				}
			}
		}
		if got != " "+want {
			t.Errorf("%d: %s, want %s", i+1, got, want)
		}
	}
}

// The cursor is stored with outcomes, and every so often without.
func TestCursorStored(t *testing.T) {
	log := newFakeLog()
	facts := make([]event.Fact, 2*advanceEvery+10)
	for i := range facts {
		facts[i] = event.SellerLoggedOut{}
	}
	facts[4] = asked
	log.add(facts...)
	f := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) { return done(r), nil })
	run(t, log, f, 0)
	until(t, "three reports", func() bool { return len(log.told()) == 3 })
	var at []journal.Seq
	for _, r := range log.told() {
		at = append(at, r.seq)
	}
	if !slices.Equal(at, []journal.Seq{5, 5 + advanceEvery, 5 + 2*advanceEvery}) {
		t.Errorf("stored at %v", at)
	}
}

// What was done is done once, however often the report of it fails.
func TestReportFails(t *testing.T) {
	log := newFakeLog(asked)
	log.fail = []error{fault.New(fault.TillBusy), fault.New(fault.JournalFull)}
	times := 0
	f := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) { times++; return done(r), nil })
	stop := run(t, log, f, 0)
	until(t, "the outcome", func() bool { return len(log.told()) == 1 })
	log.add(asked)
	until(t, "the next", func() bool { return len(log.told()) == 2 })
	stop()
	if times != 2 {
		t.Errorf("two requests were carried out %d times", times)
	}
}

// The program ends just when something was done: it is told all the same.
func TestToldAtTheEnd(t *testing.T) {
	log := newFakeLog(asked, asked)
	ctx, cancel := context.WithCancel(t.Context())
	f := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) { cancel(); return done(r), nil })
	Run(ctx, log, f, 0, slog.New(slog.DiscardHandler))
	if told := log.told(); len(told) != 1 || told[0].seq != 1 {
		t.Errorf("told %+v", told)
	}
}

// What ends with the program, undone, is not told, and is there again after the start.
func TestRestart(t *testing.T) {
	log := newFakeLog(asked, asked, asked)
	begun := make(chan struct{})
	f := follower("f", func(ctx context.Context, r Record) ([]event.Fact, error) {
		if r.Seq == 2 {
			close(begun)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return done(r), nil
	})
	stop := run(t, log, f, 0)
	<-begun
	stop()
	if told := log.told(); len(told) != 1 {
		t.Fatalf("%+v", told)
	}
	again := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) { return done(r), nil })
	run(t, log, again, 4)
	until(t, "the rest", func() bool { return len(log.told()) == 3 })
	for i, want := range []journal.Seq{2, 3} {
		if r := <-again.seen; r.Seq != want || !r.Late {
			t.Errorf("%d: %+v", i, r)
		}
	}
}

func TestBlockedFollowerBlocksNobody(t *testing.T) {
	log := newFakeLog(asked, asked)
	blocked := follower("blocked", func(ctx context.Context, _ Record) ([]event.Fact, error) { <-ctx.Done(); return nil, ctx.Err() })
	free := follower("free", func(_ context.Context, r Record) ([]event.Fact, error) { return done(r), nil })
	run(t, log, blocked, 0)
	run(t, log, free, 0)
	until(t, "both by the free one", func() bool { return len(log.told()) == 2 })
	if c, _ := log.Cursor("blocked"); c != 0 {
		t.Error(c)
	}
}

// A journal that cannot be read is tried again.
func TestReadFails(t *testing.T) {
	log := newFakeLog(asked)
	log.reads = errors.New("damaged")
	f := follower("f", func(_ context.Context, r Record) ([]event.Fact, error) { return done(r), nil })
	run(t, log, f, 0)
	log.mu.Lock()
	log.reads = nil
	log.mu.Unlock()
	until(t, "the outcome", func() bool { return len(log.told()) == 1 })
}

// kicker is a drawer.
type kicker struct {
	times  int
	proven bool
	err    error
	ctx    context.Context
}

func (k *kicker) Kick(ctx context.Context) (bool, error) {
	k.times++
	k.ctx = ctx
	return k.proven, k.err
}

func TestDrawer(t *testing.T) {
	for _, c := range []struct {
		name    string
		age     time.Duration // since the request
		late    bool
		proven  bool
		err     error
		result  event.DrawerResult
		code    fault.Code
		kicks   int
		seconds time.Duration // that the device is given
	}{
		{"proven", 0, false, true, nil, event.DrawerKicked, "", 1, 3 * time.Second},
		{"unproven", time.Second, false, false, nil, event.DrawerUnproven, "", 1, 2 * time.Second},
		{"silent", 0, false, false, fault.New(fault.PrinterSilent), event.DrawerUnproven, fault.PrinterSilent, 1, 3 * time.Second},
		{"offline", 0, false, false, fault.New(fault.PrinterOffline), event.DrawerDropped, fault.PrinterOffline, 1, 3 * time.Second},
		{"none", 0, false, false, fault.New(fault.PrinterNone), event.DrawerDropped, fault.PrinterNone, 1, 3 * time.Second},
		{"not in time", 0, false, false, fault.Wrap(context.DeadlineExceeded, fault.DrawerLate), event.DrawerDropped, fault.DrawerLate, 1, 3 * time.Second},
		{"nobody knows", 0, false, false, fmt.Errorf("usb: %w", context.DeadlineExceeded), event.DrawerUnproven, fault.DrawerLate, 1, 3 * time.Second},
		{"just in time", 3*time.Second - 1, false, true, nil, event.DrawerKicked, "", 1, 1},
		{"too late", 3 * time.Second, false, true, nil, event.DrawerDropped, fault.DrawerLate, 0, 0},
		{"long ago", time.Hour, false, true, nil, event.DrawerDropped, fault.DrawerLate, 0, 0},
		{"before the start", 0, true, true, nil, event.DrawerDropped, fault.DrawerLate, 0, 0},
		{"clock set back", -time.Hour, false, true, nil, event.DrawerKicked, "", 1, 3 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &kicker{proven: c.proven, err: c.err}
			d := &Drawer{Device: k, Now: func() time.Time { return testNow.Add(c.age) }}
			begun := time.Now()
			facts, err := d.Handle(t.Context(), Record{Seq: 7, Time: testNow, Fact: asked, Late: c.late})
			if err != nil || len(facts) != 1 {
				t.Fatal(facts, err)
			}
			if got, want := facts[0], (event.DrawerOutcome{Asked: 7, Result: c.result, Code: string(c.code)}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			if k.times != c.kicks {
				t.Errorf("kicked %d times", k.times)
			}
			if k.ctx != nil {
				if end, ok := k.ctx.Deadline(); !ok || end.After(time.Now().Add(c.seconds)) || end.Before(begun.Add(c.seconds)) {
					t.Errorf("the device is given until %v", end.Sub(begun))
				}
			}
		})
	}
	if d := (&Drawer{}); d.Name() != "drawer" || !d.Wants(event.KindDrawerAsked) || d.Wants(event.KindReceiptAsked) {
		t.Error("name or wants")
	}
	// The program ends: a drawer that was opened is told, one that was not is left for the start.
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, k := range []*kicker{{proven: true}, {err: context.Canceled}} {
		facts, err := (&Drawer{Device: k, Now: func() time.Time { return testNow }}).Handle(ended, Record{Seq: 7, Time: testNow, Fact: asked})
		if k.err == nil && len(facts) != 1 || k.err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%+v: %v %v", k, facts, err)
		}
	}
}
