package web

import (
	"sync"
	"time"
)

// limiter lets each name do so much a second, after a burst. It forgets names that have been quiet.
type limiter struct {
	rate  float64 // tokens a second
	burst float64
	now   func() time.Time
	mu    sync.Mutex
	names map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// limiterMost bounds the names remembered; past it those that are full again are forgotten, then all.
const limiterMost = 100_000

func newLimiter(rate float64, now func() time.Time) *limiter {
	return &limiter{rate: rate, burst: 20 * rate, now: now, names: map[string]*bucket{}}
}

// take takes a token; where there is none it tells how long to wait for one.
func (l *limiter) take(name string) time.Duration { return l.ask(name, 1) }

// peek tells how long to wait for a token, and takes none.
func (l *limiter) peek(name string) time.Duration { return l.ask(name, 0) }

func (l *limiter) ask(name string, takes float64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.names[name]
	switch {
	case b == nil && takes == 0:
		return 0
	case b == nil:
		l.makeRoom(now)
		b = &bucket{l.burst, now}
		l.names[name] = b
	}
	l.fill(b, now)
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / l.rate * float64(time.Second))
	}
	b.tokens -= takes
	return 0
}

func (l *limiter) fill(b *bucket, now time.Time) {
	if passed := now.Sub(b.at); passed > 0 { // a clock that was set back refills nothing
		b.tokens = min(l.burst, b.tokens+passed.Seconds()*l.rate)
	}
	b.at = now
}

func (l *limiter) makeRoom(now time.Time) {
	if len(l.names) < limiterMost {
		return
	}
	for name, b := range l.names {
		if l.fill(b, now); b.tokens >= l.burst {
			delete(l.names, name)
		}
	}
	if len(l.names) >= limiterMost {
		clear(l.names)
	}
}
