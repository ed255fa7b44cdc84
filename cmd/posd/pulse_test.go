package main

import (
	"context"
	"testing"

	baaz "posbox/baaz/store"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/wire"
)

// heartbeat is what BAAZ has heard of the only till.
func (c *centre) heartbeat() (said wire.Heartbeat) {
	c.t.Helper()
	err := c.store.Read(context.Background(), func(tx *baaz.Tx) error {
		all, err := tx.Heartbeats(c.company)
		for _, h := range all {
			said = h.Said
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return said
}

// BAAZ learns of a till which version it runs, that its shift is open, how its devices and its disk are.
func TestTillSaysHowItIs(t *testing.T) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key(), "-printer", "tcp://127.0.0.1:1") // nobody is there
	eventually(t, "BAAZ has heard of it", func() bool { return c.heartbeat().Version == version })
	b.open()
	eventually(t, "the shift is open", func() bool { return c.heartbeat().Shift })
	said := c.heartbeat()
	if len(said.Devices) != len(device.Conditions(device.Known{})) || said.Disk.Total == 0 || !said.ClockSet || said.Started == 0 || said.Time < said.Started || said.System != "" {
		t.Errorf("%+v", said)
	}
	eventually(t, "its printer is away", func() bool {
		d := c.heartbeat().Devices[0]
		return d.Kind == device.KindPrinter && d.Level == device.Fault && d.Code == fault.PrinterOffline
	})
	b.sell(2)
	b.untilSent()
	if said := c.heartbeat(); said.Unsent > 2 || said.Records < 0 {
		t.Errorf("%+v", said)
	}
}
