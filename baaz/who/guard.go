package who

import (
	"sync"
	"time"
)

// guard slows down those who guess passwords, and nobody else.
//
// Failures are counted for a log-in name together with where they come from: a network, or a browser that has logged in
// under this name before (it keeps a cookie that proves it). After a few free ones each doubles the wait. So whoever
// fails on purpose holds up themselves, and an owner with a known browser is never shut out by strangers. Strangers from
// many networks are counted together as well, and wait for each other, up to half a minute.
//
// It lives in memory: of several servers each counts for itself, and a restart forgets.
type guard struct {
	now  func() time.Time
	mu   sync.Mutex
	seen map[string]*failures
}

type failures struct {
	n     int
	until time.Time // of the wait
	last  time.Time
}

const (
	guardMost   = 100_000       // names remembered
	guardForget = 2 * time.Hour // after this long without a failure all is forgotten
)

// patience is how many failures are free, and how long the wait becomes.
type patience struct {
	free int
	most time.Duration
}

var (
	forOne  = patience{5, 15 * time.Minute}
	forMany = patience{50, 30 * time.Second}
)

// wait returns how long somebody has to wait before the next try.
func (g *guard) wait(key string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f := g.seen[key]; f != nil {
		return max(0, f.until.Sub(g.now()))
	}
	return 0
}

// failed counts a failure.
func (g *guard) failed(key string, p patience) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	f := g.seen[key]
	if f == nil || now.Sub(f.last) > guardForget {
		g.makeRoom(now)
		f = &failures{}
		g.seen[key] = f
	}
	f.n, f.last = f.n+1, now
	if over := f.n - p.free; over >= 0 {
		f.until = now.Add(min(p.most, time.Second<<min(over, 20)))
	}
}

// passed forgets the failures of somebody who has come in.
func (g *guard) passed(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.seen, key)
}

func (g *guard) makeRoom(now time.Time) {
	if len(g.seen) < guardMost {
		return
	}
	for key, f := range g.seen {
		if now.Sub(f.last) > guardForget || now.After(f.until) {
			delete(g.seen, key)
		}
	}
	if len(g.seen) >= guardMost {
		clear(g.seen)
	}
}
