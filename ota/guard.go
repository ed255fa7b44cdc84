package ota

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/loader"
	"posbox/pos/fault"
	"posbox/release"
)

// Vars are the firmware's variables; loader.Vars are them on a box.
type Vars interface {
	Slot(name string) (bootdisk.Slot, error)
	SetSlot(name string, s bootdisk.Slot) error
	Clear(name string) error
}

// Options of a guard.
type Options struct {
	Here   Here
	Keys   release.Keys
	Slots  Slots
	Vars   Vars
	Shelf  Shelf
	Logger *slog.Logger
	// Moment says what stands in the way of a restart now, and the newest record of the journal.
	Moment func(context.Context) (m Moment, journal uint64, err error)
	// Look says how the box is.
	Look func(context.Context) Vitals
	// Restart starts the box again, through the firmware.
	Restart func()
	// Deadline and Steady are the judge's; Every is how often it looks.
	Deadline, Steady, Every time.Duration
}

// Guard owns the slots of a running box.
type Guard struct {
	o Options

	work sync.Mutex // held by whoever changes the other slot, or is about to restart

	mu      sync.Mutex
	record  *Record
	phase   Phase
	offered release.Manifest
	checked bool // all of offered has been read back since the start
	done    int64
}

// Find asks firmware and ESP which slot always starts.
func Find(station string, version release.Version, slots Slots, vars Vars) (Here, error) {
	h := Here{Station: station, Version: version, Slot: slots.Running}
	var err error
	if h.Default, err = vars.Slot(loader.Default); err != nil {
		return h, err
	}
	if h.Default == 0 {
		h.Default, err = slots.Fallback()
	}
	return h, err
}

// New looks at what the start before has left. Nothing that it finds keeps the box from running.
func New(o Options) *Guard {
	g := &Guard{o: o, phase: Idle}
	var err error
	if g.record, err = load(o.Shelf); err != nil {
		o.Logger.Error("what has been tried before cannot be read", "err", err)
	}
	// It was for this start. The loader has cleared it; firmware that forgets to would try for ever.
	if err := o.Vars.Clear(loader.OneShot); err != nil {
		o.Logger.Error("one-shot entry not cleared", "err", err)
	}
	if o.Here.OnTrial() {
		g.phase = Trial
		return g
	}
	if g.record.settle(o.Here) {
		g.keep()
		o.Logger.Info("update is over", "version", g.record.Last.Version, "result", g.record.Last.Result, "why", g.record.Last.Code)
	}
	m, ok, err := o.Slots.Ready()
	if err != nil {
		o.Logger.Warn("the other slot cannot be read", "err", err)
	}
	if ok && MayInstall(m, o.Here, g.record) == nil {
		g.phase, g.offered = Ready, m
	}
	return g
}

// keep writes the record. Where /perm is away the update goes on without a memory.
func (g *Guard) keep() {
	if err := g.o.Shelf.Put(*g.record); err != nil {
		g.o.Logger.Error("what has been tried is not kept", "err", err)
	}
}

// Status tells how all stands.
func (g *Guard) Status() Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.o.Here
	s := Status{Station: h.Station, Slot: h.Slot.String(), Version: h.Version, Phase: g.phase, Blocked: g.record.blocked(), Keys: len(g.o.Keys) > 0}
	if g.phase == Writing || g.phase == Ready || g.phase == Restarting {
		s.Offered, s.Total, s.Done = g.offered.Version, g.offered.Size(), g.done
	}
	if l := g.record.Last; l != nil {
		last := *l
		s.Last, s.Seen = &last, g.record.Seen
	}
	return s
}

// See notes that a person knows how the last update went.
func (g *Guard) See() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.record.Last != nil && !g.record.Seen {
		g.record.Seen = true
		g.keep()
	}
}

func (g *Guard) setPhase(p Phase) {
	g.mu.Lock()
	g.phase = p
	g.mu.Unlock()
}

// claim begins something that only one may do at a time.
func (g *Guard) claim() error {
	if !g.work.TryLock() {
		return fault.New(fault.UpdateBusy)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.phase == Restarting || g.phase == Trial {
		g.work.Unlock()
		return fault.New(fault.UpdateBusy)
	}
	return nil
}

// Install takes a bundle in. The till sells on meanwhile.
func (g *Guard) Install(r io.Reader) error { return g.install(r, func() {}) }

// install calls begun when the bundle is believed and for this box.
func (g *Guard) install(r io.Reader, begun func()) error {
	if err := g.claim(); err != nil {
		return err
	}
	defer g.work.Unlock()
	b, err := release.Open(r, g.o.Keys)
	if err != nil {
		return err
	}
	g.mu.Lock()
	err = MayInstall(b.Manifest, g.o.Here, g.record)
	if err == nil {
		g.phase, g.offered, g.done, g.checked = Writing, b.Manifest, 0, false
	}
	g.mu.Unlock()
	if err != nil {
		return err
	}
	begun()
	err = g.o.Slots.Install(b, func(done int64) {
		g.mu.Lock()
		g.done = done
		g.mu.Unlock()
	})
	g.installed(err)
	return err
}

// installed notes how it went.
func (g *Guard) installed(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil {
		g.phase, g.checked = Ready, true
		g.o.Logger.Info("update is ready", "version", g.offered.Version)
		return
	}
	f := fault.Of(err)
	g.phase = Idle
	g.record.end(Outcome{Version: g.offered.Version, From: g.o.Here.Version, Result: Failed, Code: f.Code, Args: f.Args})
	g.keep()
	g.o.Logger.Error("update not installed", "version", g.offered.Version, "err", err)
}

// Try starts the version that is ready, for one start. It returns before the box goes down.
func (g *Guard) Try(ctx context.Context, anyway bool) error {
	if err := g.claim(); err != nil {
		return err
	}
	defer g.work.Unlock()
	if g.phase != Ready { // only who holds work changes it
		return fault.New(fault.UpdateNotReady)
	}
	if !g.checked {
		if err := g.o.Slots.Check(g.offered); err != nil {
			g.installed(err)
			return err
		}
		g.checked = true
	}
	m, journal, err := g.o.Moment(ctx)
	if err != nil {
		return err
	}
	m.Anyway = anyway
	if err := MayTry(g.offered.Version, g.record, m); err != nil {
		return err
	}
	if err := g.arm(journal); err != nil {
		return fault.Wrap(err, fault.UpdateFirmware)
	}
	g.setPhase(Restarting)
	g.o.Logger.Info("restarting into the trial", "version", g.offered.Version)
	go g.o.Restart()
	return nil
}

// arm notes the trial and tells the firmware, in this order: a trial that nobody knows of could be repeated for ever.
func (g *Guard) arm(journal uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.record.begin(g.offered.Version, g.o.Here, journal)
	g.keep()
	// Where no variable names the default yet, the running slot has to be it before another is tried.
	err := g.o.Vars.SetSlot(loader.Default, g.o.Here.Slot)
	if err == nil {
		err = g.o.Vars.SetSlot(loader.OneShot, g.o.Here.Other())
	}
	if err != nil {
		g.record.abandon(fault.UpdateFirmware)
		g.keep()
	}
	return err
}

// Run judges a trial, if this is one, until it is decided.
func (g *Guard) Run(ctx context.Context) {
	if !g.o.Here.OnTrial() {
		return
	}
	g.work.Lock()
	defer g.work.Unlock()
	j := &Judge{Deadline: g.o.Deadline, Steady: g.o.Steady}
	if t := g.record.Trial; t != nil && t.Version == g.o.Here.Version {
		j.Journal = t.Journal
	}
	begin := time.Now()
	for {
		v := g.o.Look(ctx)
		if ctx.Err() != nil {
			return
		}
		switch j.Look(time.Since(begin), v) {
		case Good:
			if err := g.confirm(); err != nil {
				g.o.Logger.Error("not confirmed", "err", err)
				g.giveUp(fault.UpdateNoReturn)
			}
			return
		case Bad:
			g.giveUp(j.Why())
			return
		}
		select {
		case <-time.After(g.o.Every):
		case <-ctx.Done():
			return
		}
	}
}

// confirm makes the running slot what always starts. The variable is the commit; all after it can be done again.
func (g *Guard) confirm() error {
	if err := g.o.Vars.SetSlot(loader.Default, g.o.Here.Slot); err != nil {
		return err
	}
	if err := g.o.Slots.SetFallback(); err != nil {
		g.o.Logger.Warn("the loader's own default is still the old version", "err", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	from := g.record.Trial
	g.o.Here.Default = g.o.Here.Slot
	if !g.record.settle(g.o.Here) || from.Version != g.o.Here.Version {
		g.record.confirmed(&Attempt{Version: g.o.Here.Version})
	}
	g.keep()
	g.phase = Idle
	g.o.Logger.Info("update confirmed", "version", g.o.Here.Version)
	return nil
}

// giveUp goes back to the old version. It has everything to start: nobody has touched it.
func (g *Guard) giveUp(why fault.Code) {
	g.mu.Lock()
	if t := g.record.Trial; t != nil {
		t.Code = why
		g.keep()
	}
	g.phase = Restarting
	g.mu.Unlock()
	g.o.Logger.Error("the trial has failed, going back", "why", why)
	g.o.Restart()
}
