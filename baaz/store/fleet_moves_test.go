package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/wire"
)

// listing is a list that is read page by page.
type listing struct {
	query store.FleetQuery
	times map[string]int
	done  bool
}

func (l *listing) next(t *testing.T, s *store.Store) {
	read(t, s, func(tx *store.Tx) error {
		page, err := tx.Fleet(l.query)
		for _, r := range page {
			l.times[fmt.Sprint(r.Company, " ", r.Point)]++
			l.query.After = r.Place
		}
		l.done = len(page) < l.query.Limit
		return err
	})
}

// speaks lets a till be heard of.
func speaks(t *testing.T, s *store.Store, n *naiveTill, now int64, version string) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutHeartbeat(store.BoxID{Company: n.company, Box: n.box}, store.Heartbeat{Heard: now, Said: wire.Heartbeat{Version: version, Shift: n.shift}})
	}); err != nil {
		t.Fatal(err)
	}
	n.heard, n.version = now, version
}

// in reports whether a till is as a query wants it, by the line between states that a list began with. Keys, which only people
// make and only time ends, are as they were at fleetNow.
func (n *naiveTill) in(q store.FleetQuery, silence int64) bool {
	state := n.state()
	if n.joined && !n.gone {
		switch {
		case n.heard > silence:
			state = store.FleetOnline
		case n.shift:
			state = store.FleetSilent
		default:
			state = store.FleetOff
		}
	}
	return (q.State == "" || q.State == state) && (q.Version == nil || *q.Version == n.version)
}

// TestFleetMoves: whoever reads a list page by page passes over no till, although each is heard of between two pages, some after a
// long silence, some with another version. What only spoke on, or says nothing, comes once. So it is in a list of one state or
// of one version, for each till that belongs there all the while.
func TestFleetMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		all, _ := fleetOf(t, s)
		r := rand.New(rand.NewPCG(3, 3))
		now := fleetNow
		for _, only := range []struct {
			state   store.FleetState
			version bool
		}{{}, {state: store.FleetOnline}, {state: store.FleetOff}, {version: true}, {state: store.FleetOnline, version: true}} {
			for _, by := range store.FleetSorts {
				for _, down := range []bool{false, true} {
					q := store.FleetQuery{State: only.state, Sort: by, Down: down, Limit: 7}
					if only.version {
						version := "2026.1.9"
						q.Version = &version
					}
					if only.state != "" || only.version {
						q.Limit = 2
					}
					name := fmt.Sprintf("state %q, one version %v, by %s, down %v", only.state, only.version, by, down)
					readMoving(t, s, all, r, &now, q, name)
				}
			}
		}
	})
}

// readMoving reads a list while its tills move.
func readMoving(t *testing.T, s *store.Store, all []*naiveTill, r *rand.Rand, now *int64, q store.FleetQuery, name string) {
	if q.Version != nil {
		for i, n := range all {
			if n.joined && !n.gone && i%2 == 0 {
				speaks(t, s, n, *now, *q.Version)
			}
		}
	}
	*now += 1_000_000_000 // all that sell have been silent for long, but for every third
	speak := func(n *naiveTill, version string) {
		t.Helper()
		*now += 1000
		speaks(t, s, n, *now, version)
	}
	for third, rest := range []int64{95_000_000, 70_000_000} { // they came back before the list is read, and are online: the first ones not for long
		for i, n := range all {
			if n.joined && !n.gone && i%3 == third {
				speak(n, n.version)
			}
		}
		*now += rest
	}
	silence := *now - 180_000_000
	began, moved := map[*naiveTill]bool{}, map[*naiveTill]bool{}
	for _, n := range all {
		began[n] = n.in(q, silence)
	}
	l := listing{query: q, times: map[string]int{}}
	for pages := 0; !l.done && pages < 100; pages++ {
		l.query.Silence, l.query.Now = *now-180_000_000, *now // each page is asked for at its own moment
		if l.next(t, s); pages > 19 {
			continue // they stay now, so that the list ends
		}
		*now += 2_000_000
		for range 8 {
			n, version := all[r.IntN(len(all))], ""
			if !n.joined || n.gone {
				continue
			}
			if version = n.version; r.IntN(4) == 0 {
				version = fmt.Sprintf("2026.%d.%d", 1+r.IntN(2), 7+r.IntN(5))
			}
			if n.heard < *now-120_000_000 || version != n.version {
				moved[n] = true
			}
			speak(n, version)
		}
	}
	once, listed := 0, 0
	for _, n := range all {
		id := fmt.Sprint(n.company, " ", n.point)
		stays := began[n] && n.in(q, silence)
		if stays && l.times[id] == 0 {
			t.Errorf("%s: point %s is passed over", name, id)
		} else if l.times[id] > 1 && !moved[n] {
			t.Errorf("%s: point %s comes %d times and has not moved", name, id, l.times[id])
		} else if l.times[id] > 0 && !began[n] && !moved[n] {
			t.Errorf("%s: point %s comes, and does not belong there", name, id)
		}
		if l.times[id] == 1 {
			once++
		}
		if stays {
			listed++
		}
	}
	if least := map[bool]int{true: 20, false: 1}[q.State == "" && q.Version == nil]; !l.done || len(moved) < 3 || once < least || listed < least {
		t.Errorf("%s: %d moved, %d came once, %d belong there all the while", name, len(moved), once, listed)
	}
}
