package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"posbox/gokrazy/box"
)

var built = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// bench is a wallclock on a machine whose clocks stand still until they are set.
type bench struct {
	*wallclock
	system, battery time.Time
	on              time.Duration
	ntp             time.Time
}

func newBench(t *testing.T) *bench {
	b := &bench{on: time.Hour}
	b.wallclock = &wallclock{run: t.TempDir(), keep: t.TempDir(), built: built.Format(time.RFC3339) + "\n", wake: make(chan struct{}, 1),
		now:     func() time.Time { return b.system },
		set:     func(t time.Time) error { b.system = t; return nil },
		rtc:     func() (time.Time, error) { return b.battery, nil },
		setRTC:  func(t time.Time) error { b.battery = t; return nil },
		running: func() time.Duration { return b.on },
		query: func(context.Context, []string) (time.Duration, error) {
			if b.ntp.IsZero() {
				return 0, errors.New("no network")
			}
			return b.ntp.Sub(b.system), nil
		}}
	return b
}

// told is what the other programs read.
func (b *bench) told(t *testing.T) (c box.Clock) {
	t.Helper()
	if err := box.Get(b.run, box.ClockFile, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClockAtStart(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		battery, saved, signed time.Time
		want                   time.Time
		source                 box.Source
	}{
		"the box's own clock":           {battery: built.Add(day), saved: built.Add(2 * day), want: built.Add(day), source: box.FromRTC},
		"an empty battery":              {battery: time.Unix(0, 0), saved: built.Add(2 * day), want: built.Add(2 * day), source: box.FromSaved},
		"nothing":                       {want: built, source: box.FromFloor},
		"nothing, but BAAZ has signed":  {battery: built.Add(day), signed: built.Add(3 * day), want: built.Add(3 * day), source: box.FromFloor},
		"a clock behind what is signed": {battery: built.Add(day), saved: built.Add(4 * day), signed: built.Add(3 * day), want: built.Add(4 * day), source: box.FromSaved},
		"a clock far ahead":             {battery: built.Add(3650 * day), want: built.Add(3650 * day), source: box.FromRTC},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.battery = c.battery
			for file, at := range map[string]time.Time{box.SavedFile: c.saved, box.SignedFile: c.signed} {
				if !at.IsZero() {
					box.Put(b.keep, file, box.Moment{Time: at})
				}
			}
			b.start()
			if got := b.told(t); !b.system.Equal(c.want) || got.Source != c.source || got.Set() != (c.source != box.FromFloor) {
				t.Errorf("%s by %s, want %s by %s", b.system, got.Source, c.want, c.source)
			}
			if !b.battery.Equal(c.battery) {
				t.Error("the box's own clock was set by something that is not better")
			}
		})
	}
}

func TestClockByTrust(t *testing.T) {
	b := newBench(t)
	b.start()
	right := built.Add(100 * 24 * time.Hour)
	if b.byNTP(t.Context()); b.told(t).Source != box.FromFloor {
		t.Errorf("%+v", b.told(t))
	}
	if b.save(); box.Get(b.keep, box.SavedFile, &box.Moment{}) == nil {
		t.Error("a time that nobody has told was saved")
	}
	b.ntp = built.Add(-time.Hour)
	if b.byNTP(t.Context()) {
		t.Error("a time before the image was believed")
	}
	b.ntp = right
	if !b.byNTP(t.Context()) || !b.system.Equal(right) || !b.battery.Equal(right) || b.told(t).Source != box.FromNTP {
		t.Errorf("%s, %+v", b.system, b.told(t))
	}
	b.save()
	var saved box.Moment
	if box.Get(b.keep, box.SavedFile, &saved); !saved.Time.Equal(right) {
		t.Errorf("saved %s", saved.Time)
	}
	// A time server that is ten years ahead moves the clock and not the floor.
	b.ntp = right.Add(3650 * 24 * time.Hour)
	if b.byNTP(t.Context()); !b.floor().Equal(built) {
		t.Errorf("the floor is %s", b.floor())
	}
	// BAAZ knows better, as long as the machine runs.
	box.Put(b.run, box.HeardFile, box.Heard{Time: right, Running: b.on})
	b.on += time.Hour
	if b.byBAAZ(); !b.system.Equal(right.Add(time.Hour)) || b.told(t).Source != box.FromBAAZ {
		t.Errorf("%s, %+v", b.system, b.told(t))
	}
	if b.byNTP(t.Context()) || b.told(t).Source != box.FromBAAZ {
		t.Error("a time server that contradicts BAAZ was believed")
	}
	b.ntp = right.Add(time.Hour + 20*time.Second)
	if !b.byNTP(t.Context()) || !b.system.Equal(b.ntp) {
		t.Error("a time server that agrees is finer than BAAZ")
	}
	if b.byBAAZ(); b.told(t).Source != box.FromNTP {
		t.Error("BAAZ's coarse time has replaced the finer one")
	}
	// A restart of the program changes nothing.
	before := b.system
	b.state = box.Clock{}
	if b.start(); !b.system.Equal(before) || b.state.Source != box.FromNTP {
		t.Errorf("after a restart %s by %s", b.system, b.state.Source)
	}
	// What BAAZ is said to have signed long before the floor is not believed.
	box.Put(b.run, box.HeardFile, box.Heard{Time: time.Unix(0, 0), Running: b.on})
	if !b.heard().IsZero() {
		t.Error("a time below the floor was believed")
	}
}
