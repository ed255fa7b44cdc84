package main

import (
	"testing"
	"time"
)

// bootLimit is for a busy machine that emulates in software; an idle one needs a fortieth.
const bootLimit = 20 * time.Minute

// screenLimit is for a busy machine: a browser that is emulated in software takes most of a minute to start.
const screenLimit = 10 * time.Minute

// margin is what a test needs to say what it waited for in vain, and to clear up.
const margin = time.Minute

// ending is when a wait gives up: after its limit, or before go test ends the program, which would not say what was waited for.
func ending(t *testing.T, limit time.Duration) time.Time {
	deadline, _ := t.Deadline()
	return endOf(time.Now(), limit, deadline)
}

// within is how long a request may still take: never 0, which would be for ever, and enough for one that tells why a test fails.
func within(t *testing.T, limit time.Duration) time.Duration {
	return max(time.Until(ending(t, limit)), 10*time.Second)
}

// endOf is the earlier of a wait's own end and the program's, which is zero where it has none.
func endOf(now time.Time, limit time.Duration, deadline time.Time) time.Time {
	end := now.Add(limit)
	if last := deadline.Add(-margin); !deadline.IsZero() && last.Before(end) {
		return last
	}
	return end
}

func TestEndOf(t *testing.T) {
	now := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		deadline time.Time
		want     time.Duration
	}{
		"no deadline":          {time.Time{}, bootLimit},
		"a deadline far away":  {now.Add(bootLimit + margin), bootLimit},
		"one that comes first": {now.Add(bootLimit), bootLimit - margin},
		"nothing left":         {now.Add(margin / 2), -margin / 2},
	} {
		if got := endOf(now, bootLimit, c.deadline).Sub(now); got != c.want {
			t.Errorf("%s: ends after %v, want %v", name, got, c.want)
		}
	}
}
