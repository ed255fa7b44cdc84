package main

import (
	"cmp"
	"crypto/ed25519"
	"slices"

	boxfile "posbox/gokrazy/box"
	"posbox/pos/fault"
	"posbox/uplink"
	"posbox/wire"
)

// newPulse makes what tells BAAZ how this till is.
func (p *program) newPulse(key ed25519.PrivateKey) *uplink.Pulse {
	return uplink.NewPulse(uplink.PulseOptions{Key: key, Membership: p.membership, Wish: p.wish, State: p.heartbeat, Now: p.clock.Now, Logger: p.log, Logs: p.giveLogs, Handed: p.takeHanded})
}

// heartbeat is how this till is now, as BAAZ is told.
func (p *program) heartbeat() wire.Heartbeat {
	lag, room := p.uplink.Lag(), p.disk.Room()
	h := wire.Heartbeat{Version: version, Started: p.started.UnixMicro(), ClockSet: p.clock.Set(), Unsent: int64(lag.Sales), Records: lag.Records,
		Shift: p.engine.View().State.Shift != nil, Disk: wire.Disk{Free: room.Free, Total: room.Total}}
	if !lag.Oldest.IsZero() {
		h.Oldest = max(0, lag.Oldest.UnixMicro())
	}
	if p.machine != nil {
		slot, clock := p.machine.runs()
		h.System, h.Slot, h.Trial, h.Clock = slot.Version, slot.Slot, slot.Trial, string(clock.Source)
	}
	if p.server != nil {
		for _, c := range p.server.Conditions() {
			d := wire.Device{Kind: c.Kind, Level: c.Level}
			if c.Why != nil {
				d.Code, d.Args = c.Why.Code, brief(c.Why)
			}
			h.Devices = append(h.Devices, d)
		}
	}
	all := p.troubles()
	slices.SortFunc(all, func(a, b *fault.Error) int { return cmp.Compare(a.Code, b.Code) })
	for _, f := range all {
		if f.Code == fault.LogsSent { // BAAZ knows
			continue
		}
		h.Trouble = append(h.Trouble, wire.Trouble{Code: f.Code, Args: brief(f)})
	}
	return h
}

// brief are a fault's values, kept as short as a heartbeat takes them.
func brief(f *fault.Error) map[string]string {
	out := map[string]string{}
	for name, value := range f.Args {
		out[name] = wire.Word(value)
	}
	return out
}

// runs reads which version of the image runs, and whom the clock believes.
func (m *machine) runs() (slot boxfile.Slot, clock boxfile.Clock) {
	if err := boxfile.Get(m.run, boxfile.SlotFile, &slot); err != nil {
		slot = boxfile.Slot{} // a box whose programs were started by hand
	}
	return slot, m.last().clock
}
