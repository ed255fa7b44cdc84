package uplink

import (
	"context"
	"errors"
	"net/http"
	"time"

	"posbox/pos/fault"
	"posbox/wire"
)

// handedOver says that BAAZ may have a return of another till to report, or news of one that this box has made.
func (p *Pulse) handedOver() {
	select {
	case p.handed <- struct{}{}:
	default:
	}
}

// ServeHanded asks BAAZ for returns that this box has to report, and hands them on, until ctx ends. What fails is tried again:
// BAAZ repeats a job until the box's own record says that it has it. There is one time for that, whatever else kicks meanwhile;
// only what BAAZ itself says goes before it.
func (p *Pulse) ServeHanded(ctx context.Context) {
	again := time.NewTimer(0)
	again.Stop()
	defer again.Stop()
	wait, warned := p.o.Settle, ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		case <-p.news:
		case <-p.handed:
			if warned != "" { // it comes again by itself
				continue
			}
		}
		open, err := p.serveHanded(ctx)
		p.unsettled.Store(open || err != nil)
		again.Stop()
		if err == nil {
			wait, warned = p.o.Settle, ""
			continue
		}
		if ctx.Err() == nil && err.Error() != warned {
			p.o.Logger.Warn("returns of other tills were not taken", "err", err)
		}
		warned = err.Error()
		again.Reset(wait)
		wait = min(2*wait, 10*p.o.Every)
	}
}

// serveHanded asks once; open: something is still to come of it.
func (p *Pulse) serveHanded(ctx context.Context) (open bool, err error) {
	m := p.o.Membership()
	if m.Joined == nil || m.Replaced || p.o.Handed == nil {
		return false, nil
	}
	to, err := parseAddress(m.Joined, p.o.Wish())
	if err != nil {
		return true, err
	}
	if p.stamp.last() == 0 {
		if err := p.setTime(ctx, to); err != nil {
			return true, err
		}
	}
	text, status, after, err := p.sendMost(ctx, to, http.MethodGet, wire.HandoversTarget, nil, wire.MaxHandovers+1<<16)
	if err != nil {
		return true, err
	}
	if status != http.StatusOK {
		return true, refused(status, text, after)
	}
	h, err := wire.ReadHandovers(text, to.key, p.box)
	if err != nil {
		return true, &trouble{code: fault.UplinkStranger, cause: err}
	}
	if h.Time < p.stamp.last()-wire.RequestLife.Microseconds() {
		return true, &trouble{code: fault.UplinkStranger, cause: errors.New("an old answer about returns")}
	}
	p.stamp.hear(h.Time)
	open = len(h.Jobs) > 0
	for _, x := range h.Mine {
		open = open || x.State.Open()
	}
	return open, p.o.Handed(ctx, h)
}
