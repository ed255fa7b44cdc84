package main

import (
	"testing"
	"time"

	boxfile "posbox/gokrazy/box"
)

func TestClockFloor(t *testing.T) {
	dir := t.TempDir()
	c := newClock(dir)
	wall := builtNoEarlier.Add(30 * 24 * time.Hour)
	c.now = func() time.Time { return wall }
	if !c.Set() || !c.Now().Equal(wall) {
		t.Errorf("%s, set %v", c.Now(), c.Set())
	}
	var told []time.Time
	c.heard = func(t time.Time) { told = append(told, t) }
	signed := wall.Add(time.Hour)
	for _, at := range []time.Time{signed, signed.Add(time.Minute), signed.Add(-48 * time.Hour)} {
		if err := c.signed(at); err != nil {
			t.Fatal(err)
		}
	}
	if c.Set() || c.Now().Before(signed) || len(told) != 2 {
		t.Errorf("below what BAAZ has signed: %s, set %v, told %v", c.Now(), c.Set(), told)
	}
	// After a restart the floor is still there; a battery that is wrong does not move it.
	again := newClock(dir)
	again.now = func() time.Time { return wall }
	if again.Set() || again.Now().Before(signed) {
		t.Errorf("after a restart: %s, set %v", again.Now(), again.Set())
	}
	again.now = func() time.Time { return signed.Add(3650 * 24 * time.Hour) }
	if newClock(dir).floor.After(signed) || !again.Set() {
		t.Errorf("the floor is %s", newClock(dir).floor)
	}
	// A box that counts on from the floor says so, whatever its clock shows.
	again.told = func() (boxfile.Clock, bool) { return boxfile.Clock{Source: boxfile.FromFloor}, true }
	if again.Set() {
		t.Error("a clock that nobody has set is taken for right")
	}
}
