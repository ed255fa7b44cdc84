// Package outbox lets followers act on what the journal holds: one loop for all of them, a cursor for each.
//
// A follower sees every record once it is durable, in order, one at a time. Its outcome and the advance of its cursor
// are one transaction, so that after a crash it goes on exactly where its outcomes end. A record that it cannot handle
// is noted as a problem and passed; no follower waits for another.
package outbox

import (
	"context"
	"log/slog"
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
	// long as it needs and must end with ctx. An error that is not ctx's is noted as a problem, and the record passed.
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
)

// Run follows the journal until ctx ends. A journal that cannot be read or written is tried again each second.
func Run(ctx context.Context, log Log, f Follower, late journal.Seq, logger *slog.Logger) {
	l := &loop{log: log, f: f, late: late, logger: logger.With("follower", f.Name())}
	for ctx.Err() == nil {
		if err := l.follow(ctx); err != nil && ctx.Err() == nil {
			l.logger.Warn("follower waits", "err", err)
			select {
			case <-time.After(retryAfter):
			case <-ctx.Done():
			}
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
}

func (l *loop) follow(ctx context.Context) error {
	stored, err := l.log.Cursor(l.f.Name())
	if err != nil {
		return err
	}
	l.stored, l.at = stored, max(l.at, stored)
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
	var facts []event.Fact
	if l.f.Wants(event.Kind(r.Kind)) {
		var err error
		if facts, err = l.handle(ctx, r); err != nil {
			return err
		}
	}
	if len(facts) > 0 || r.Seq-l.stored >= advanceEvery {
		if err := l.log.Report(ctx, l.f.Name(), r.Seq, facts...); err != nil {
			return err
		}
		l.stored = r.Seq
	}
	l.at = r.Seq
	return nil
}

func (l *loop) handle(ctx context.Context, r journal.Record) (facts []event.Fact, err error) {
	f, err := event.Decode(event.Kind(r.Kind), r.Body)
	if err == nil {
		facts, err = l.f.Handle(ctx, Record{Seq: r.Seq, Time: time.UnixMicro(r.Time), Fact: f, Late: r.Seq <= l.late})
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
