package main

import (
	"flag"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// turns lets tests that start boxes run beside each other: two on two processors, since a box takes more than one while it
// starts and less than one while it is waited for. The longest begin first, so that none is left over at the end with half of the
// machine idle.
//
// The box with the screen is the first. Those beside it stand back (besideScreen): were they its equals on a slow machine, its kiosk
// would take the browser for dead that is only slow. A test that gives a box a deadline, and one that builds,
// which does not stand back, wait until the screen is done.
type turns struct {
	mu      sync.Mutex
	free    int
	screen  bool   // the test with the screen has not ended
	waiting []turn // the longest first
}

type turn struct {
	seconds int  // that it takes, roughly
	after   bool // the screen's, not beside it
	begins  chan struct{}
}

// boxTurns are everybody's. POSBOX_BOXES is how many boxes may run at once, 1 on a machine that others use.
var boxTurns = turns{free: atOnce()}

func atOnce() int {
	if n, err := strconv.Atoi(os.Getenv("POSBOX_BOXES")); err == nil && n > 0 {
		return n
	}
	return max(2, runtime.NumCPU()/2)
}

// inTurn waits for a test's turn, which ends with the test. Go's own order of parallel tests is nobody's: all that will run
// have joined before the first goes on.
func inTurn(t *testing.T, seconds int) { takeTurn(t, turn{seconds: seconds}) }

// inTurnAfterScreen is for a test in which a box has to be somewhere by a deadline, or which builds.
func inTurnAfterScreen(t *testing.T, seconds int) { takeTurn(t, turn{seconds: seconds, after: true}) }

// inTurnFirst is for the one with the screen.
func inTurnFirst(t *testing.T) {
	boxTurns.screenBegins()
	takeTurn(t, turn{seconds: 1 << 20})
	t.Cleanup(boxTurns.screenEnds) // done before its place is given away: what is registered last is done first
}

func takeTurn(t *testing.T, w turn) {
	t.Helper()
	begins := boxTurns.join(w)
	t.Parallel()
	boxTurns.next(0)
	waited := time.Now()
	<-begins
	t.Cleanup(func() { boxTurns.next(1) })
	if time.Now().After(ending(t, bootLimit)) {
		t.Fatal("not tried: those before took all the time that go test has")
	}
	spent.watchTest(t, time.Since(waited))
}

func (q *turns) join(w turn) (begins chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	w.begins = make(chan struct{})
	q.waiting = append(q.waiting, w)
	slices.SortStableFunc(q.waiting, func(a, b turn) int { return b.seconds - a.seconds })
	return w.begins
}

// next takes places back and gives those that are free away.
func (q *turns) next(back int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free += back
	q.give()
}

func (q *turns) give() {
	for q.free > 0 {
		i := slices.IndexFunc(q.waiting, func(w turn) bool { return !w.after || !q.screen })
		if i < 0 {
			return
		}
		close(q.waiting[i].begins)
		q.waiting, q.free = slices.Delete(q.waiting, i, i+1), q.free-1
	}
}

func (q *turns) screenBegins() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.screen = true
}

func (q *turns) screenEnds() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.screen = false
	q.give()
}

// besideScreen reports whether a box that starts now has to stand back.
func (q *turns) besideScreen() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.screen
}

// standBack makes a program take what others leave.
func standBack(c *exec.Cmd) {
	if nice, err := exec.LookPath("nice"); err == nil {
		c.Path, c.Args = nice, append([]string{nice, "-n", "10"}, c.Args...)
	}
}

// TestStandBack asks nice itself, which says what it runs with.
func TestStandBack(t *testing.T) {
	own, err := exec.Command("nice").Output()
	must(t, err)
	c := exec.Command("nice")
	standBack(c)
	other, err := c.Output()
	must(t, err)
	before, err1 := strconv.Atoi(strings.TrimSpace(string(own)))
	after, err2 := strconv.Atoi(strings.TrimSpace(string(other)))
	if must(t, err1, err2); after != min(19, before+10) {
		t.Errorf("a program that runs with %d has others run with %d", before, after)
	}
}

// allTogether has Go hold no test back, since turns do.
func allTogether() error {
	flag.Parse()
	return flag.Set("test.parallel", "100")
}

func TestTurns(t *testing.T) {
	q := turns{free: 2, screen: true}
	screen, short, long, after := q.join(turn{seconds: 9}), q.join(turn{seconds: 1}), q.join(turn{seconds: 2}), q.join(turn{seconds: 3, after: true})
	begun := func() (all [4]bool) {
		for i, c := range []chan struct{}{screen, after, long, short} {
			select {
			case <-c:
				all[i] = true
			default:
			}
		}
		return all
	}
	for i, step := range []struct {
		do   func()
		want [4]bool
	}{
		{func() {}, [4]bool{}},
		{func() { q.next(0) }, [4]bool{true, false, true, false}},
		{func() { q.next(1) }, [4]bool{true, false, true, true}}, // not the one that waits, which is longer
		{func() { q.next(1) }, [4]bool{true, false, true, true}}, // rather nobody
		{q.screenEnds, [4]bool{true, true, true, true}},
	} {
		if step.do(); begun() != step.want {
			t.Errorf("after step %d these run: %v, want %v", i, begun(), step.want)
		}
	}
	if q.next(2); q.free != 2 || q.besideScreen() {
		t.Errorf("at the end: %d free", q.free)
	}
}
