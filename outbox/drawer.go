package outbox

import (
	"context"
	"errors"
	"time"

	"posbox/pos/event"
	"posbox/pos/fault"
)

// drawerWithin is how long after its request a drawer may still open. Later nobody expects it.
const drawerWithin = 3 * time.Second

// Kicker opens a cash drawer, once or never. proven says that the device confirmed it.
type Kicker interface {
	Kick(ctx context.Context) (proven bool, err error)
}

// Drawer opens the cash drawer when a fact asks for it.
type Drawer struct {
	Device Kicker
	Now    func() time.Time
}

// Name implements Follower.
func (d *Drawer) Name() string { return "drawer" }

// Wants implements Follower.
func (d *Drawer) Wants(k event.Kind) bool { return k == event.KindDrawerAsked }

// Handle implements Follower. What is late is recorded as dropped, never replayed.
func (d *Drawer) Handle(ctx context.Context, r Record) ([]event.Fact, error) {
	left := drawerWithin - d.Now().Sub(r.Time)
	if r.Late || left <= 0 {
		return []event.Fact{event.DrawerOutcome{Asked: uint64(r.Seq), Result: event.DrawerDropped, Code: string(fault.DrawerLate)}}, nil
	}
	kick, cancel := context.WithTimeout(ctx, min(left, drawerWithin))
	defer cancel()
	proven, err := d.Device.Kick(kick)
	if err != nil && ctx.Err() != nil && fault.CodeOf(err) != fault.PrinterSilent {
		return nil, ctx.Err()
	}
	o := event.DrawerOutcome{Asked: uint64(r.Seq), Result: event.DrawerUnproven}
	switch {
	case fault.CodeOf(err) == fault.PrinterSilent: // sent, not confirmed
		o.Code = string(fault.PrinterSilent)
	case errors.Is(err, context.DeadlineExceeded) && fault.CodeOf(err) == fault.Internal: // nobody knows
		o.Code = string(fault.DrawerLate)
	case err != nil:
		o.Result, o.Code = event.DrawerDropped, string(fault.CodeOf(err))
	case proven:
		o.Result = event.DrawerKicked
	}
	return []event.Fact{o}, nil
}
