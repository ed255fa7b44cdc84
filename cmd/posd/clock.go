package main

import (
	"errors"
	"os"
	"runtime/debug"
	"sync"
	"time"

	boxfile "posbox/gokrazy/box"
	"posbox/gokrazy/station"
)

// clock tells the time of decisions. It never tells a time before the program was made or before the newest that BAAZ has
// signed: a box without a battery wakes up in 1970, and its sales must not. Below that floor it counts on from the floor
// and says that it is not set.
type clock struct {
	now     func() time.Time
	started time.Time // with the monotonic clock
	dir     string    // where the floor is kept
	// told is what a box says of its clock; nil: this is none.
	told func() (boxfile.Clock, bool)
	// heard tells a box what BAAZ has signed.
	heard func(time.Time)

	mu    sync.Mutex
	floor time.Time
	last  time.Time // that heard was told
}

// builtNoEarlier is the floor of a program that does not know when it was built.
var builtNoEarlier = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// newClock makes a clock whose floor is kept in a folder.
func newClock(dir string) *clock {
	c := &clock{floor: builtNoEarlier, now: time.Now, started: time.Now(), dir: dir}
	built, _ := os.ReadFile(station.BuiltFile)
	c.raise(boxfile.Floor(string(built), dir))
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key != "vcs.time" {
				continue
			}
			if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
				c.raise(t)
			}
		}
	}
	return c
}

func (c *clock) raise(t time.Time) {
	if t.After(c.floor) {
		c.floor = t
	}
}

// Now returns the wall time, or the floor and what has passed since the start.
func (c *clock) Now() time.Time {
	t := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Before(c.floor) {
		return c.floor.Add(t.Sub(c.started))
	}
	return t
}

// Set reports whether the wall clock can be right.
func (c *clock) Set() bool {
	c.mu.Lock()
	floor := c.floor
	c.mu.Unlock()
	if c.told != nil {
		if told, ok := c.told(); ok && !told.Set() {
			return false
		}
	}
	return !c.now().Before(floor)
}

// signedEvery is how much newer a time that BAAZ signs must be to be written down: a floor need not be to the minute.
const signedEvery = 10 * time.Minute

// signed takes in a time that BAAZ has signed. Nothing else moves the floor. It is on the disk before it holds.
func (c *clock) signed(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var err error
	if t.Sub(c.floor) >= signedEvery {
		if err = boxfile.Put(c.dir, boxfile.SignedFile, boxfile.Moment{Time: t.UTC()}); err == nil {
			c.floor = t
		}
	}
	if c.heard != nil && (t.Sub(c.last) >= signedEvery || t.Before(c.last)) {
		c.last = t
		c.heard(t)
	}
	if errors.Is(err, os.ErrPermission) {
		return nil // a disk that went read-only is told elsewhere
	}
	return err
}
