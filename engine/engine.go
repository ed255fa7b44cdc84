// Package engine runs the till: the one goroutine that owns its state.
//
// It drains a bounded queue, decides every queued command on a working copy, appends all of it in one transaction, and
// only then publishes the new state. A failed append changes nothing and says so. Followers report outcomes the same
// way. Whoever wants to know of changes waits on a View: it never holds the engine up.
package engine

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// Limits of the engine.
const (
	// queueLength bounds the waiting commands; one more is refused with till.busy.
	queueLength = 256
	// batchLength bounds the commands of one transaction.
	batchLength = 64
	// projectEvery is after how many records the state is stored, and so how many a start has to replay.
	projectEvery = 1000
	// probeEvery is how often a full disk is tried again.
	probeEvery = time.Second
	// wrongLimit wrong passwords in a row for one code close the log-in for wrongWait. wrongCodes bounds the codes
	// that are counted one by one.
	wrongCodes = 100
	wrongLimit = 5
	wrongWait  = 30 * time.Second
)

// Options of an engine.
type Options struct {
	Journal *journal.Journal // nil where Damage says why there is none
	Damage  error
	// Env gives each decision its time, goods, settings and randomness.
	Env func() till.Env
	// Settle, if not nil, puts into an Env what follows from the settings made at the till (State.Box). It is called for
	// each decision with the state that the decision works on.
	Settle func(*till.State, *till.Env)
	// Keep puts a secret down durably, outside of the journal.
	Keep   func(name, text string) error
	Logger *slog.Logger
	// Began is recorded as the first fact of an empty journal.
	Began event.BoxBegan
}

// View is the till at one moment. Its state must not be changed.
type View struct {
	State *till.State
	// N counts the views since the program has started: drafts change the state, but no sequence.
	N    uint64
	Seq  journal.Seq
	Hash journal.Hash
	// Err is why nothing can be sold at the moment; nil while it can.
	Err error
	// Changed is closed when a newer view is there.
	Changed <-chan struct{}
	changed chan struct{}
}

// Answer is what the sender of a command gets.
type Answer struct {
	Seq      journal.Seq `json:"seq"` // of the newest record when the command was done
	Result   till.Result `json:"result"`
	Repeated bool        `json:"-"` // the command had been done before
}

// Engine is a running till.
type Engine struct {
	o       Options
	j       *journal.Journal
	queue   chan *request
	stop    chan struct{}
	stopped chan struct{}
	once    sync.Once
	view    atomic.Pointer[View]

	// Owned by the loop.
	state     *till.State
	cursors   map[string]journal.Seq
	projected journal.Seq
	failing   error          // the last append's error while it may pass
	wrong     map[string]int // wrong passwords in a row, by code
	warned    string         // the last warning that the state was not stored
	wrongTill time.Time
}

// request is one thing for the loop to do.
type request struct {
	cmd    *till.Command
	body   journal.Hash
	facts  []event.Fact // of a follower's report
	from   *journal.Cursor
	handed *till.Handed
	done   chan reply
}

type reply struct {
	answer Answer
	err    error
}

// New restores the till's state from the journal and starts the loop.
func New(o Options) (*Engine, error) {
	e := &Engine{o: o, j: o.Journal, queue: make(chan *request, queueLength), stop: make(chan struct{}),
		stopped: make(chan struct{}), state: till.New(), cursors: map[string]journal.Seq{}, wrong: map[string]int{}}
	if e.j != nil {
		if err := e.restore(); err != nil {
			if fault.CodeOf(err) != fault.JournalDamaged {
				return nil, err
			}
			e.o.Damage, e.state = err, till.New()
		}
	}
	e.publish()
	go e.run()
	return e, nil
}

// View returns the till as it is now.
func (e *Engine) View() *View { return e.view.Load() }

// Do carries out a command. Errors are faults; a refused command changed nothing.
func (e *Engine) Do(ctx context.Context, c till.Command) (Answer, error) {
	return e.submit(ctx, &request{cmd: &c, body: bodyHash(c)})
}

// Answered reports whether the command with an id has been carried out, as far back as answers are kept.
func (e *Engine) Answered(id string) bool {
	if e.j == nil {
		return false
	}
	_, ok := e.j.Answer(id)
	return ok
}

// Report records what became of the record at seq for a follower: its facts and the advance of its cursor are one
// transaction. A report for a record already passed does nothing.
func (e *Engine) Report(ctx context.Context, follower string, seq journal.Seq, facts ...event.Fact) error {
	_, err := e.submit(ctx, &request{facts: facts, from: &journal.Cursor{Name: follower, Seq: seq}})
	return err
}

// Tell records facts that nobody has asked for: what BAAZ has said, say.
func (e *Engine) Tell(ctx context.Context, facts ...event.Fact) error {
	_, err := e.submit(ctx, &request{facts: facts})
	return err
}

// Cursor returns how far a follower has come.
func (e *Engine) Cursor(name string) (journal.Seq, error) {
	if err := e.damage(); err != nil {
		return 0, err
	}
	return e.j.Cursor(name)
}

// Records returns at most limit records after a sequence, only such as the published state has taken in.
func (e *Engine) Records(after journal.Seq, limit int) ([]journal.Record, error) {
	if err := e.damage(); err != nil {
		return nil, err
	}
	seen := e.View().Seq
	if after >= seen {
		return nil, nil
	}
	return e.j.Read(after, min(limit, int(seen-after)))
}

// Wait returns once a record after seq is there, or with ctx's error.
func (e *Engine) Wait(ctx context.Context, after journal.Seq) error {
	for {
		v := e.View()
		if v.Seq > after {
			return nil
		}
		select {
		case <-v.Changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (e *Engine) submit(ctx context.Context, r *request) (Answer, error) {
	r.done = make(chan reply, 1)
	select {
	case <-e.stop:
		return Answer{}, fault.New(fault.TillStopping)
	default:
	}
	select {
	case e.queue <- r:
	default:
		return Answer{}, fault.New(fault.TillBusy)
	}
	select {
	case got := <-r.done:
		return got.answer, got.err
	case <-e.stopped:
		// The loop may have answered just before it ended.
		select {
		case got := <-r.done:
			return got.answer, got.err
		default:
			return Answer{}, fault.New(fault.TillStopping)
		}
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
}

// Close finishes what is queued, stores the state and closes the journal.
func (e *Engine) Close() error {
	e.once.Do(func() { close(e.stop) })
	<-e.stopped
	if e.j == nil {
		return nil
	}
	return e.j.Close()
}

func (e *Engine) run() {
	defer close(e.stopped)
	probe := time.NewTicker(probeEvery)
	defer probe.Stop()
	for {
		select {
		case r := <-e.queue:
			e.work(e.drain(r))
		case <-probe.C:
			e.probe()
		case <-e.stop:
			for len(e.queue) > 0 {
				e.work(e.drain(<-e.queue))
			}
			e.project()
			return
		}
	}
}

// drain takes what else is queued, so that one flush serves all of it.
func (e *Engine) drain(first *request) []*request {
	batch := []*request{first}
	for len(batch) < batchLength {
		select {
		case r := <-e.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// damage returns why there is no journal to work on.
func (e *Engine) damage() error {
	if e.o.Damage != nil {
		return e.o.Damage
	}
	return e.j.Err()
}

// publish makes the state visible and wakes whoever waits.
func (e *Engine) publish() {
	v := &View{State: e.state, Err: e.damage(), changed: make(chan struct{})}
	v.Changed = v.changed
	if v.Err == nil {
		v.Err = e.failing
	}
	if e.j != nil {
		v.Seq, v.Hash = e.j.Head()
	}
	if old := e.view.Load(); old != nil { // only the loop publishes, once it runs
		v.N = old.N + 1
	}
	if old := e.view.Swap(v); old != nil {
		close(old.changed)
	}
}

// probe tries a full disk again, so that the till sells on as soon as there is room, and tells damage found meanwhile.
func (e *Engine) probe() {
	if e.failing != nil && e.damage() == nil {
		e.project()
	}
	if known := e.View().Err; (known == nil) != (e.damage() == nil && e.failing == nil) {
		e.publish()
	}
}

// project stores the state as of now.
func (e *Engine) project() {
	if e.damage() != nil {
		return
	}
	seq, _ := e.j.Head()
	if seq == e.projected && e.failing == nil {
		return
	}
	err := e.j.Project(seq, encodeState(e.state))
	if err != nil {
		if text := err.Error(); text != e.warned { // a full disk is tried every second
			e.warned = text
			e.o.Logger.Warn("state not stored", "err", err)
		}
		return
	}
	e.projected, e.failing, e.warned = seq, nil, ""
}

// Env returns what a decision made now would get from outside.
func (e *Engine) Env() till.Env { return e.env(e.View().State) }

func (e *Engine) env(s *till.State) till.Env {
	env := e.o.Env()
	if e.o.Settle != nil {
		e.o.Settle(s, &env)
	}
	return env
}
