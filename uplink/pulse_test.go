package uplink_test

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/uplink"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// speaker is a box whose state a test changes.
type speaker struct {
	*uplink.Pulse
	mu    sync.Mutex
	state wire.Heartbeat
	done  chan struct{}
}

func (s *speaker) set(change func(*wire.Heartbeat)) {
	s.mu.Lock()
	change(&s.state)
	s.mu.Unlock()
	s.Changed()
}

// speak lets a box say how it is, until the test ends.
func speak(t *testing.T, c *centre, b *uplinktest.Box, network http.RoundTripper, every time.Duration) *speaker {
	t.Helper()
	s := &speaker{state: wire.Heartbeat{Version: "1"}, done: make(chan struct{})}
	s.Pulse = uplink.NewPulse(uplink.PulseOptions{Key: b.Key, Membership: b.Membership, Wish: func() uplink.Wish { return uplink.Wish{Address: c.url} }, HTTP: network,
		State: func() wire.Heartbeat { s.mu.Lock(); defer s.mu.Unlock(); return s.state }, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		First: time.Millisecond, Settle: 5 * time.Millisecond, Every: every, Timeout: 5 * time.Second})
	run, cancel := context.WithCancel(ctx)
	go func() { defer close(s.done); s.Run(run) }()
	t.Cleanup(func() { cancel(); <-s.done })
	return s
}

// heard is what BAAZ has heard of a box.
func (c *centre) heard(b *uplinktest.Box) (h store.Heartbeat) {
	c.store.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Heartbeats(c.company)
		h = all[b.ID]
		return err
	})
	return h
}

// A box says how it is soon after it has joined, at once when a device fails, and through a bad network. What it says is
// how it is then, not what it could not say before.
func TestPulse(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	_, key := c.point()
	b := uplinktest.NewBox(1)
	s := speak(t, c, b, uplinktest.NewFaults(http.DefaultTransport, 5, 3), 20*time.Millisecond)
	connect(t, c, b, key, nil).untilSent()
	s.Changed()
	until(t, "BAAZ has heard of it", func() bool { return c.heard(b).Said.Version == "1" })
	s.set(func(h *wire.Heartbeat) {
		h.Devices = []wire.Device{{Kind: device.KindPrinter, Level: device.Fault, Code: fault.PrinterCover}}
	})
	until(t, "the printer's cover", func() bool {
		h := c.heard(b)
		return len(h.Said.Devices) == 1 && h.Said.Devices[0].Code == fault.PrinterCover && h.Said.Time > 0
	})
	c.offset.Store(int64(-10 * 365 * 24 * time.Hour)) // BAAZ's clock is set back: a box with the old time must find to the new one
	s.set(func(h *wire.Heartbeat) { h.Version = "2" })
	until(t, "the new version", func() bool { return c.heard(b).Said.Version == "2" })
}

// What moves with every sale makes no box speak: thousands of tills sell all day long.
func TestPulseIsQuiet(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	_, key := c.point()
	b := uplinktest.NewBox(1)
	connect(t, c, b, key, nil).untilSent()
	s := speak(t, c, b, nil, time.Hour)
	until(t, "BAAZ has heard of it", func() bool { return c.heard(b).Heard != 0 })
	before := c.heard(b).Heard
	for i := range 20 {
		s.set(func(h *wire.Heartbeat) { h.Records, h.Disk.Free = int64(i), int64(i) })
		time.Sleep(10 * time.Millisecond)
	}
	if c.heard(b).Heard != before {
		t.Error("it spoke of what can wait")
	}
	s.set(func(h *wire.Heartbeat) { h.Unsent = 1 })
	until(t, "a sale that is not sent", func() bool { return c.heard(b).Said.Unsent == 1 })
}
