package main

import (
	"flag"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// turns lets tests that start boxes run beside each other: two on two processors, since a box takes more than one while it
// starts and less than one while it is waited for. The longest begin first, so that none is left over at the end with half of the
// machine idle.
type turns struct {
	mu      sync.Mutex
	free    int
	waiting []turn // the longest first
}

type turn struct {
	seconds int // that it takes, roughly
	begins  chan struct{}
}

var boxTurns = turns{free: max(2, runtime.NumCPU()/2)}

// inTurn waits for a test's turn, which ends with the test. Go's own order of parallel tests is nobody's: all that will run
// have joined before the first goes on.
func inTurn(t *testing.T, seconds int) {
	t.Helper()
	begins := boxTurns.join(seconds)
	t.Parallel()
	boxTurns.next(0)
	waited := time.Now()
	<-begins
	t.Logf("waited %.0f s for its turn", time.Since(waited).Seconds())
	t.Cleanup(func() { boxTurns.next(1) })
}

func (q *turns) join(seconds int) (begins chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	begins = make(chan struct{})
	q.waiting = append(q.waiting, turn{seconds, begins})
	slices.SortStableFunc(q.waiting, func(a, b turn) int { return b.seconds - a.seconds })
	return begins
}

// next takes places back and gives those that are free away.
func (q *turns) next(back int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free += back
	for q.free > 0 && len(q.waiting) > 0 {
		close(q.waiting[0].begins)
		q.waiting, q.free = q.waiting[1:], q.free-1
	}
}

// allTogether has Go hold no test back, since turns do.
func allTogether() error {
	flag.Parse()
	return flag.Set("test.parallel", "100")
}

func TestTurns(t *testing.T) {
	q := turns{free: 2}
	short, longest, long := q.join(1), q.join(3), q.join(2)
	begun := func() (all [3]bool) {
		for i, c := range []chan struct{}{longest, long, short} {
			select {
			case <-c:
				all[i] = true
			default:
			}
		}
		return all
	}
	for i, want := range [][3]bool{{}, {true, true, false}, {true, true, true}} {
		if i > 0 {
			q.next(i - 1)
		}
		if got := begun(); got != want {
			t.Errorf("after %d steps these run: %v, want %v", i, got, want)
		}
	}
}
