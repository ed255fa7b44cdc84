package main

import (
	"context"
	"log"
	"time"
)

// backoff is how long to wait before something that ended is started again: twice as long each time, from the start again
// once it has run long enough to be called healthy.
type backoff struct {
	first, longest, healthy time.Duration
	failures                int // in a row
}

// after returns the wait after something has run for so long.
func (b *backoff) after(ran time.Duration) time.Duration {
	if ran >= b.healthy {
		b.failures = 0
	}
	b.failures++
	wait := b.first
	for range b.failures - 1 {
		if wait *= 2; wait >= b.longest {
			return b.longest
		}
	}
	return wait
}

// keep runs something again and again until the context ends. Failed hears of every end.
func keep(ctx context.Context, name string, run func(context.Context) error, failed func(error)) {
	b := backoff{first: 250 * time.Millisecond, longest: 30 * time.Second, healthy: time.Minute}
	for ctx.Err() == nil {
		began := time.Now()
		err := run(ctx)
		if ctx.Err() != nil {
			return
		}
		wait := b.after(time.Since(began))
		log.Printf("%s ended after %v, starts again in %v: %v", name, time.Since(began).Round(time.Millisecond), wait, err)
		if failed != nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}
