package main

import (
	"context"
	"io"
	"time"

	"posbox/ota"
	"posbox/pos/fault"
	"posbox/release"
	"posbox/ui"
)

// watchGuardEvery is how often posd looks whether an update has failed.
const watchGuardEvery = 10 * time.Second

// watchGuard tells of an update that was rolled back, until somebody knows of it.
func (p *program) watchGuard(ctx context.Context) {
	for {
		p.lookAtGuard(ctx)
		select {
		case <-time.After(watchGuardEvery):
		case <-ctx.Done():
			return
		}
	}
}

// lookAtGuard asks the guard once; it may be away for a moment.
func (p *program) lookAtGuard(ctx context.Context) {
	s, err := p.guard.Status(ctx)
	switch {
	case err != nil:
	case s.Last != nil && s.Last.Result == ota.RolledBack && !s.Seen:
		p.tellOnce(fault.New(fault.UpdateRolledBack, "version", s.Last.Version.String()))
	default:
		p.forgetTold(fault.UpdateRolledBack)
	}
}

// tellOnce is tell for what is found again and again.
func (p *program) tellOnce(f *fault.Error) {
	if !p.told(f.Code) {
		p.tell(f)
	}
}

// forgetTold is forget for what may not have been told.
func (p *program) forgetTold(c fault.Code) {
	if p.told(c) {
		p.forget(c)
		p.deviceChanged()
	}
}

func (p *program) told(c fault.Code) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trouble[c] != nil
}

// updates shows the guard to the screen's API.
type updates struct {
	guard *ota.Client
	seen  func() // somebody has looked
}

// UpdateStatus implements ui.Updates.
func (u updates) UpdateStatus(ctx context.Context) (ui.UpdateStatus, error) {
	return shown(u.guard.Status(ctx))
}

// InstallUpdate implements ui.Updates.
func (u updates) InstallUpdate(ctx context.Context, bundle io.Reader) (ui.UpdateStatus, error) {
	return shown(u.guard.Install(ctx, bundle))
}

// TakeUpdate implements ui.Updates.
func (u updates) TakeUpdate(ctx context.Context, device, file string) (ui.UpdateStatus, error) {
	return shown(u.guard.Take(ctx, device, file))
}

// TryUpdate implements ui.Updates.
func (u updates) TryUpdate(ctx context.Context, anyway bool) (ui.UpdateStatus, error) {
	return shown(u.guard.Try(ctx, anyway))
}

// UpdateSeen implements ui.Updates.
func (u updates) UpdateSeen(ctx context.Context) (ui.UpdateStatus, error) {
	s, err := u.guard.See(ctx)
	if err == nil {
		u.seen()
	}
	return shown(s, err)
}

// UpdateOffers implements ui.Updates.
func (u updates) UpdateOffers(ctx context.Context) (all []ui.UpdateOffer, err error) {
	offers, err := u.guard.Offers(ctx)
	for _, o := range offers {
		all = append(all, ui.UpdateOffer{Device: o.Device, File: o.File, Size: o.Size, Version: uint64(o.Version), Why: because(o.Code, o.Args)})
	}
	return all, err
}

// shown says in the API's words what the guard says.
func shown(s ota.Status, err error) (ui.UpdateStatus, error) {
	out := ui.UpdateStatus{Station: s.Station, Slot: s.Slot, Version: uint64(s.Version), Phase: string(s.Phase), Offered: uint64(s.Offered),
		Done: s.Done, Total: s.Total, Blocked: plain(s.Blocked), Keys: s.Keys}
	if l := s.Last; l != nil {
		out.Last = &ui.UpdateOutcome{Version: uint64(l.Version), From: uint64(l.From), Result: string(l.Result), Why: because(l.Code, l.Args)}
	}
	return out, err
}

// because makes a fault that need not be. A guard of another version may know codes that this program does not.
func because(c fault.Code, args map[string]string) *fault.Error {
	if c == "" {
		return nil
	}
	if _, known := fault.Texts[c]; !known {
		c, args = fault.UpdateNoReturn, nil
	}
	return &fault.Error{Code: c, Args: args}
}

func plain(versions []release.Version) (all []uint64) {
	for _, v := range versions {
		all = append(all, uint64(v))
	}
	return all
}
