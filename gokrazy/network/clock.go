package main

import (
	"context"
	"log"
	"net/netip"
	"os"
	"sync"
	"time"

	"posbox/gokrazy/box"
	"posbox/gokrazy/station"
)

// Limits of the clock.
const (
	step       = 200 * time.Millisecond // a smaller difference is left alone
	agree      = 90 * time.Second       // between BAAZ, whose answer takes its time, and NTP
	clockEvery = 5 * time.Second
	ntpEvery   = time.Hour
	ntpAgain   = 30 * time.Second // after a failure, doubled up to ntpEvery
	saveEvery  = 15 * time.Minute
)

// wallclock sets the machine's clock.
type wallclock struct {
	run, keep string
	built     string // of the image, RFC 3339
	now       func() time.Time
	set       func(time.Time) error
	rtc       func() (time.Time, error)
	setRTC    func(time.Time) error
	running   func() time.Duration // of the machine
	query     func(ctx context.Context, servers []string) (time.Duration, error)

	state   box.Clock
	mu      sync.Mutex
	servers []string // that the network has named
	wake    chan struct{}
}

func newClock(run, keep string) *wallclock {
	built, _ := os.ReadFile(station.BuiltFile)
	return &wallclock{run: run, keep: keep, built: string(built), now: time.Now, set: setSystem, rtc: readRTC, setRTC: writeRTC,
		running: running, query: queryNTP, wake: make(chan struct{}, 1)}
}

// candidate is a time that somebody tells.
type candidate struct {
	source box.Source
	at     time.Time
}

// choose takes the most trusted time that is not below the floor.
func choose(floor time.Time, told ...candidate) candidate {
	for _, c := range told {
		if !c.at.IsZero() && !c.at.Before(floor) {
			return c
		}
	}
	return candidate{box.FromFloor, floor}
}

func (c *wallclock) floor() time.Time { return box.Floor(c.built, c.keep) }

// start sets the clock by what the machine itself knows. After a restart of the program the clock is as it was left.
func (c *wallclock) start() {
	if err := box.Get(c.run, box.ClockFile, &c.state); err == nil {
		return
	}
	rtc, err := c.rtc()
	if err != nil {
		log.Println("clock: the box's own:", err)
	}
	var saved box.Moment
	box.Get(c.keep, box.SavedFile, &saved) // the zero time where there is none
	c.apply(choose(c.floor(), candidate{box.FromRTC, rtc}, candidate{box.FromSaved, saved.Time}))
}

// apply sets the clock and tells by whom.
func (c *wallclock) apply(to candidate) {
	off := to.at.Sub(c.now())
	if off.Abs() >= step {
		if err := c.set(to.at); err != nil {
			log.Println("clock:", err)
			return
		}
		log.Printf("clock: set by %s to %s, %s off", to.source, to.at.UTC().Format(time.RFC3339), off.Round(time.Millisecond))
	} else if to.source == c.state.Source {
		return
	}
	if to.source == box.FromBAAZ || to.source == box.FromNTP {
		if err := c.setRTC(to.at); err != nil {
			log.Println("clock: the box's own:", err)
		}
	}
	c.state = box.Clock{Source: to.source, At: to.at}
	if err := box.Put(c.run, box.ClockFile, c.state); err != nil {
		log.Println("clock:", err)
	}
}

// heard is what BAAZ would say now; the zero time while it has said nothing since the machine started.
func (c *wallclock) heard() time.Time {
	var h box.Heard
	if err := box.Get(c.run, box.HeardFile, &h); err != nil {
		return time.Time{}
	}
	now := h.Time.Add(c.running() - h.Running)
	if now.Before(c.floor()) {
		return time.Time{}
	}
	return now
}

// byBAAZ believes BAAZ where it differs by more than its answer takes, or where nobody better has set the clock.
func (c *wallclock) byBAAZ() {
	baaz := c.heard()
	if baaz.IsZero() {
		return
	}
	trusted := c.state.Source == box.FromBAAZ || c.state.Source == box.FromNTP
	if off := baaz.Sub(c.now()); off.Abs() > agree || !trusted {
		c.apply(candidate{box.FromBAAZ, baaz})
	}
}

// byNTP asks time servers. One that contradicts BAAZ, or says a time that cannot be, is not believed.
func (c *wallclock) byNTP(ctx context.Context) bool {
	c.mu.Lock()
	servers := append(append([]string(nil), c.servers...), ntpServers...)
	c.mu.Unlock()
	off, err := c.query(ctx, servers)
	if err != nil {
		log.Println("clock: ntp:", err)
		return false
	}
	at := c.now().Add(off)
	if baaz := c.heard(); !baaz.IsZero() && at.Sub(baaz).Abs() > agree {
		log.Printf("clock: ntp says %s, BAAZ %s", at.UTC().Format(time.RFC3339), baaz.UTC().Format(time.RFC3339))
		return false
	}
	if at.Before(c.floor()) {
		log.Printf("clock: ntp says %s, which cannot be", at.UTC().Format(time.RFC3339))
		return false
	}
	c.apply(candidate{box.FromNTP, at})
	return true
}

// online says that the network is there, and which time servers it has named.
func (c *wallclock) online(ntp []netip.Addr) {
	c.mu.Lock()
	c.servers = nil
	for _, a := range ntp {
		c.servers = append(c.servers, a.String())
	}
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// loop keeps the clock right until ctx ends.
func (c *wallclock) loop(ctx context.Context) {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	// Times of the machine, which no setting of the clock moves.
	ask, save, again := c.running(), c.running()+saveEvery, ntpAgain
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
			ask, again = c.running(), ntpAgain
		case <-tick.C:
		}
		c.byBAAZ()
		if c.running() >= ask {
			if c.byNTP(ctx) {
				again = ntpAgain
				ask = c.running() + ntpEvery
			} else {
				ask = c.running() + again
				again = min(2*again, ntpEvery)
			}
		}
		if c.running() >= save {
			c.save()
			save = c.running() + saveEvery
		}
	}
}

// save notes when the box has run. A time that counts on from the floor is nobody's.
func (c *wallclock) save() {
	if !c.state.Set() {
		return
	}
	if err := box.Put(c.keep, box.SavedFile, box.Moment{Time: c.now().UTC()}); err != nil {
		log.Println("clock:", err)
	}
}
