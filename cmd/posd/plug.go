package main

import (
	"context"
	"sync"
	"time"

	"posbox/pos/device"
	"posbox/pos/paper"
)

// plug is the receipt printer that is fitted now: the settings may name another one while the till runs. It is a printer
// itself, so that nobody who prints has to know.
//
// The old driver is at rest before the new one begins: both may hold the same device. A page that is coming out is given
// unplugWithin to end; one that has not begun goes on to the new printer.
type plug struct {
	make    func(s printerSpec, torn bool) printer
	changed func()
	poke    chan struct{} // another printer is wanted

	mu    sync.Mutex
	spec  printerSpec
	want  printerSpec
	now   printer
	next  chan struct{} // closed when now has been replaced
	unfin bool          // the last page ended in the middle
}

var _ printer = (*plug)(nil)

// unplugWithin is how long a page that is coming out may hold up the change of printers.
const unplugWithin = 10 * time.Second

func newPlug(s printerSpec, torn bool, changed func()) *plug {
	p := &plug{changed: changed, poke: make(chan struct{}, 1), spec: s, want: s, next: make(chan struct{})}
	p.make = func(s printerSpec, torn bool) printer { return newPrinter(s, torn, changed) }
	p.now = p.make(s, torn)
	return p
}

// Set says which printer is wanted. It does not wait for it.
func (p *plug) Set(s printerSpec) {
	p.mu.Lock()
	same := p.want == s
	p.want = s
	p.mu.Unlock()
	if same {
		return
	}
	select {
	case p.poke <- struct{}{}:
	default:
	}
}

// Run drives the printer of the moment until ctx ends.
func (p *plug) Run(ctx context.Context) error {
	for {
		now := p.current()
		driven, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			now.Run(driven)
		}()
		select {
		case <-p.poke:
			p.rest(ctx, now)
		case <-ctx.Done():
		}
		stop()
		<-ended
		if err := ctx.Err(); err != nil {
			return err
		}
		p.replace()
	}
}

// rest waits for a page that is coming out, not for one that waits for paper, and halts the driver.
func (p *plug) rest(ctx context.Context, old printer) {
	for end := time.Now().Add(unplugWithin); time.Now().Before(end) && ctx.Err() == nil; {
		if s := old.Status(); !s.Busy || !s.Ready() {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	old.Halt()
}

func (p *plug) replace() {
	p.mu.Lock()
	torn := p.unfin && p.spec.address == p.want.address
	p.spec, p.unfin = p.want, false
	p.now = p.make(p.spec, torn)
	close(p.next)
	p.next = make(chan struct{})
	p.mu.Unlock()
	p.changed()
}

func (p *plug) current() printer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// changing returns a channel that is closed once now has been replaced; nil where nobody is about to.
func (p *plug) changing(now printer) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.now != now:
		done := make(chan struct{})
		close(done)
		return done
	case p.want != p.spec:
		return p.next
	}
	return nil
}

// PrintUnless implements outbox.Printer.
func (p *plug) PrintUnless(ctx context.Context, page, mark *paper.Page, abandon <-chan struct{}) (device.Printed, error) {
	for {
		now := p.current()
		r, err := now.PrintUnless(ctx, page, mark, abandon)
		p.mu.Lock()
		p.unfin = r.Started && !r.Proof && !r.Sent
		p.mu.Unlock()
		next := p.changing(now)
		if r.Started || err == nil || ctx.Err() != nil || next == nil {
			return r, err
		}
		select {
		case <-next:
		case <-abandon:
			return r, nil
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
}

// Kick implements outbox.Kicker.
func (p *plug) Kick(ctx context.Context) (proven bool, err error) { return p.current().Kick(ctx) }

// Status says how the printer of the moment is.
func (p *plug) Status() device.Printer { return p.current().Status() }

// String names the printer of the moment.
func (p *plug) String() string { return p.current().String() }

// Halt leaves the printer of the moment at rest.
func (p *plug) Halt() error { return p.current().Halt() }
