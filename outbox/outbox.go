// Package outbox lets followers act on what the journal holds: one loop for all of them, a cursor for each.
//
// A follower sees every record once it is durable, in order, one at a time. Its outcome and the advance of its cursor
// are one transaction, so that after a crash it goes on exactly where its outcomes end. A record that it cannot handle
// is noted as a problem and passed; no follower waits for another.
package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
)

// Log is the journal as a follower's loop needs it.
type Log interface {
	Cursor(follower string) (journal.Seq, error)
	Records(after journal.Seq, limit int) ([]journal.Record, error)
	Wait(ctx context.Context, after journal.Seq) error
	Report(ctx context.Context, follower string, seq journal.Seq, facts ...event.Fact) error
}

// Follower acts on facts.
type Follower interface {
	Name() string
	Wants(event.Kind) bool
	// Handle acts on one fact and returns the facts of the outcome; none where there is nothing to tell. It may take as
	// long as it needs and must end with ctx. Facts returned without an error are told even when ctx has ended. An error
	// that is not ctx's, or a panic, is noted as a problem, and the record passed.
	Handle(ctx context.Context, r Record) ([]event.Fact, error)
}

// Record is one fact as a follower gets it.
type Record struct {
	Seq  journal.Seq
	Time time.Time
	Fact event.Fact
	// Late is true for what was in the journal before this process began.
	Late bool
}

const (
	readAtOnce = 64
	// advanceEvery is after how many records without an outcome the cursor is stored all the same.
	advanceEvery = 2000
	retryAfter   = time.Second
	tellWithin   = 3 * time.Second
)

// Run follows the journal until ctx ends. A journal that cannot be read or written is tried again each second; what the
// follower has done meanwhile is kept and told then, never done again.
func Run(ctx context.Context, log Log, f Follower, late journal.Seq, logger *slog.Logger) {
	l := &loop{log: log, f: f, late: late, logger: logger.With("follower", f.Name())}
	warned := ""
	for ctx.Err() == nil {
		err := l.follow(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		if text := err.Error(); text != warned { // once, not every second
			warned = text
			l.logger.Warn("follower waits", "err", err)
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

type loop struct {
	log    Log
	f      Follower
	late   journal.Seq
	logger *slog.Logger
	at     journal.Seq // passed, in memory
	stored journal.Seq // passed, on disk
	owed   *outcome    // done, and not yet told
}

// outcome is what a follower made of the record at seq.
type outcome struct {
	seq   journal.Seq
	facts []event.Fact
}

func (l *loop) follow(ctx context.Context) error {
	stored, err := l.log.Cursor(l.f.Name())
	if err != nil {
		return err
	}
	l.stored, l.at = stored, max(l.at, stored)
	if err := l.tell(ctx); err != nil {
		return err
	}
	for {
		records, err := l.log.Records(l.at, readAtOnce)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := l.pass(ctx, r); err != nil {
				return err
			}
		}
		if len(records) == 0 {
			if err := l.log.Wait(ctx, l.at); err != nil {
				return err
			}
		}
	}
}

// pass handles one record and moves on.
func (l *loop) pass(ctx context.Context, r journal.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var facts []event.Fact
	if l.f.Wants(event.Kind(r.Kind)) {
		var err error
		if facts, err = l.handle(ctx, r); err != nil {
			return err
		}
	}
	if len(facts) > 0 || r.Seq-l.stored >= advanceEvery {
		l.owed = &outcome{r.Seq, facts}
	}
	l.at = r.Seq
	return l.tell(ctx)
}

// tell reports what was done. Even as the program ends it takes a moment for that: a drawer that was opened must not
// stand in the journal as dropped.
func (l *loop) tell(ctx context.Context) error {
	if l.owed == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellWithin)
	defer cancel()
	if err := l.log.Report(ctx, l.f.Name(), l.owed.seq, l.owed.facts...); err != nil {
		return err
	}
	l.stored, l.owed = l.owed.seq, nil
	return nil
}

func (l *loop) handle(ctx context.Context, r journal.Record) (facts []event.Fact, err error) {
	f, err := event.Decode(event.Kind(r.Kind), r.Body)
	if err == nil {
		facts, err = l.call(ctx, Record{Seq: r.Seq, Time: time.UnixMicro(r.Time), Fact: f, Late: r.Seq <= l.late})
	}
	switch {
	case err == nil:
		return facts, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	l.logger.Error("record passed", "seq", r.Seq, "kind", r.Kind, "err", err)
	code := fault.CodeOf(err)
	return append(facts, event.ProblemNoted{Follower: l.f.Name(), Seq: uint64(r.Seq), Code: string(code)}), nil
}

// call keeps a record that makes the follower panic from ending the till, again after each start.
func (l *loop) call(ctx context.Context, r Record) (facts []event.Fact, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.logger.Error("follower panicked", "seq", r.Seq, "panic", p, "stack", string(debug.Stack()))
			facts, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	return l.f.Handle(ctx, r)
}
