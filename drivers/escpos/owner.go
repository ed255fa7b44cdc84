package escpos

import (
	"context"
	"sync"
	"time"

	"posbox/pos/device"
	"posbox/pos/fault"
)

const (
	minBackoff = 100 * time.Millisecond
	maxBackoff = 2 * time.Second
	// tick is how often time-outs are looked at while something is under way.
	tick = 20 * time.Millisecond
	// countWait is how long GS r may be answered without GS ( H before the printer counts as one that does not know
	// GS ( H, and how long neither may be answered, while DLE EOT is, before it counts as one that cannot prove. Nothing
	// is being printed meanwhile: one that knows them answers within milliseconds.
	countWait = time.Second
)

// owner is the state of a running Printer. One goroutine owns it; everything reaches it through channels.
type owner struct {
	p      *Printer
	opts   Options
	ctx    context.Context
	events chan event
	wg     sync.WaitGroup

	line    *line
	opening bool
	retry   time.Time
	backoff time.Duration
	lastID  uint32
	dirty   bool // the connection lost last may have ended within a command
	proves  bool
	torn    bool // rows of a page given up may hang out: they are cut off before the next page
	job     *job
	kick    *kick
}

func newOwner(p *Printer) *owner {
	return &owner{p: p, opts: p.opts, events: make(chan event), backoff: minBackoff, lastID: p.firstID, torn: p.opts.Torn}
}

func (o *owner) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer o.wg.Wait()
	defer o.end()
	defer cancel()
	o.ctx = ctx
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		o.work()
		timer.Reset(o.pause())
		if !o.wait(timer.C) {
			return
		}
	}
}

// wait takes one event and reports false when Run is to end.
func (o *owner) wait(wake <-chan time.Time) bool {
	var jobs chan *job
	var kicks chan *kick
	var jobEnded, kickEnded, abandoned <-chan struct{}
	if o.job == nil {
		jobs = o.p.jobs
	} else {
		jobEnded = o.job.ctx.Done()
		if !o.job.result.Started && !o.canBegin() {
			abandoned = o.job.abandon
		}
	}
	if o.kick == nil {
		kicks = o.p.kicks
	} else {
		kickEnded = o.kick.ctx.Done()
	}
	select {
	case <-o.ctx.Done():
		return false
	case <-o.p.stop:
		return false
	case o.job = <-jobs:
	case o.kick = <-kicks:
	case <-jobEnded: // dropEnded answers
	case <-kickEnded:
	case <-abandoned:
		o.finish(nil)
	case e := <-o.events:
		o.handle(e)
	case <-wake:
	}
	return true
}

// work does whatever is due: connect, look at time-outs, send.
func (o *owner) work() {
	now := time.Now()
	o.dropEnded()
	o.connect(now)
	if l := o.line; l != nil && !l.oneWay {
		o.watch(l, now)
	}
	if l := o.line; l != nil {
		o.pump(l, now)
	}
	o.answerOffline()
	o.publish(now)
}

// canBegin reports that a page waits for nothing but its turn.
func (o *owner) canBegin() bool { return o.line != nil && (o.line.oneWay || o.line.ready()) }

// dropEnded answers callers whose context has ended: after that nothing more is sent for them.
func (o *owner) dropEnded() {
	if o.job != nil && o.job.ctx.Err() != nil {
		o.cancelJob()
	}
	if o.kick != nil && o.kick.ctx.Err() != nil {
		o.cancelKick()
	}
}

// pause is how long work may wait when nothing happens.
func (o *owner) pause() time.Duration {
	now := time.Now()
	switch l := o.line; {
	case l == nil && o.opening:
		return time.Minute
	case l == nil:
		return max(o.retry.Sub(now), time.Millisecond)
	case l.oneWay:
		return time.Minute
	case len(l.asks) > 0 || len(l.flight) > 0 || o.kick != nil || o.job != nil || !l.resolved:
		return tick
	default:
		return max(l.round.Add(o.opts.Poll).Sub(now), time.Millisecond)
	}
}

// connect opens a connection when it is time; opening runs beside the owner, so that a kick is refused at once.
func (o *owner) connect(now time.Time) {
	if o.line != nil || o.opening || now.Before(o.retry) {
		return
	}
	o.opening = true
	o.wg.Go(func() {
		conn, err := o.p.open(o.ctx)
		select {
		case o.events <- event{kind: opened, conn: conn, err: err}:
		case <-o.ctx.Done():
			if err == nil {
				conn.Close()
			}
		}
	})
}

func (o *owner) handle(e event) {
	now := time.Now()
	if e.kind == opened {
		o.opening = false
		if e.err != nil {
			o.later(now)
			return
		}
		o.line = startLine(e.conn, o.events, &o.wg, now)
		o.line.dirty = o.dirty
		return
	}
	l := e.line
	if l != o.line {
		return // of a connection given up since
	}
	switch e.kind {
	case received:
		l.parser.Feed(e.data, func(r Reply) { o.answer(l, r, now) })
	case readFailed:
		o.lose(now)
	case written:
		if e.err != nil {
			o.lose(now)
			return
		}
		l.writing = false
		o.wrote(l, now)
	}
}

// later puts the next attempt to connect off, longer each time until the printer answers.
func (o *owner) later(now time.Time) {
	o.retry = now.Add(o.backoff)
	o.backoff = min(2*o.backoff, maxBackoff)
}

// lose gives the connection up. A kick that was sent on it is not repeated; the job goes on with the next connection.
func (o *owner) lose(now time.Time) {
	o.dirty = o.line.broken()
	o.line.close()
	o.line = nil
	o.later(now)
	if o.kick != nil && o.kick.sent {
		o.kicked(false, fault.New(fault.PrinterSilent))
	}
}

// end answers everybody when Run ends.
func (o *owner) end() {
	if l := o.line; l != nil {
		l.close()
		o.line = nil
	}
	if o.job != nil {
		err := o.job.ctx.Err()
		if err == nil {
			err = fault.Wrap(o.ctx.Err(), fault.PrinterOffline)
		}
		o.finish(err)
	}
	if o.kick != nil {
		code := fault.PrinterOffline
		if o.kick.sent {
			code = fault.PrinterSilent
		}
		o.kicked(false, fault.New(code))
	}
	o.publish(time.Now())
}

// ready reports that ordered commands sent now would be carried out.
func (l *line) ready() bool { return l.online && l.known && !l.state.blocked() }

// publish tells the status to whoever asked for it.
func (o *owner) publish(now time.Time) {
	s := device.Printer{Name: o.opts.Name, Fitted: true, Proves: o.proves}
	s.Busy = o.job != nil && o.job.result.Started // one that still waits can be taken back without a trace
	if l := o.line; l != nil {
		s.Online = l.oneWay || l.online && l.known
		s.CoverOpen, s.PaperEmpty, s.PaperNearEnd = l.state.cover, l.state.paper(), l.state.nearEnd
		s.Error = l.state.fault() || !l.held.IsZero() && now.Sub(l.held) >= o.opts.Silence
		s.DrawerOpen = o.opts.DrawerSwitch.open(l.state.pin3) && l.known
	}
	o.p.setStatus(s)
}
