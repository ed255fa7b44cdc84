package main

import (
	"runtime/debug"
	"time"
)

// clock tells the time of decisions. It never tells a time before the program was made: a box without a battery wakes
// up in 1970, and its sales must not. Below the floor it counts on from the floor and says that it is not set.
type clock struct {
	floor   time.Time
	started time.Time // with the monotonic clock
	now     func() time.Time
}

// builtNoEarlier is the floor of a program that does not know when it was built.
var builtNoEarlier = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func newClock() *clock {
	c := &clock{floor: builtNoEarlier, now: time.Now, started: time.Now()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key != "vcs.time" {
				continue
			}
			if t, err := time.Parse(time.RFC3339, s.Value); err == nil && t.After(c.floor) {
				c.floor = t
			}
		}
	}
	return c
}

// Now returns the wall time, or the floor and what has passed since the start.
func (c *clock) Now() time.Time {
	t := c.now()
	if t.Before(c.floor) {
		return c.floor.Add(t.Sub(c.started))
	}
	return t
}

// Set reports whether the wall clock can be right.
func (c *clock) Set() bool { return !c.now().Before(c.floor) }
