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

// TestFleetMoves: whoever reads a list page by page passes over no till, although each is heard of between two pages, some after a
// long silence, some with another version. What only spoke on, or says nothing, comes once.
func TestFleetMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		all, _ := fleetOf(t, s)
		r := rand.New(rand.NewPCG(3, 3))
		now := fleetNow
		for _, by := range store.FleetSorts {
			for _, down := range []bool{false, true} {
				now += 1_000_000_000 // all that sell have been silent for long, but for every third
				speak := func(n *naiveTill, version string) {
					t.Helper()
					now += 1000
					if err := s.Write(t.Context(), func(tx *store.Tx) error {
						return tx.PutHeartbeat(store.BoxID{Company: n.company, Box: n.box}, store.Heartbeat{Heard: now, Said: wire.Heartbeat{Version: version, Shift: n.shift}})
					}); err != nil {
						t.Fatal(err)
					}
					n.heard, n.version = now, version
				}
				for third, rest := range []int64{95_000_000, 70_000_000} { // they came back before the list is read, and are online: the first ones not for long
					for i, n := range all {
						if n.joined && !n.gone && i%3 == third {
							speak(n, n.version)
						}
					}
					now += rest
				}
				moved := map[string]bool{}
				l := listing{query: store.FleetQuery{Sort: by, Down: down, Limit: 7}, times: map[string]int{}}
				for pages := 0; !l.done && pages < 100; pages++ {
					l.query.Silence, l.query.Now = now-180_000_000, now // each page is asked for at its own moment
					if l.next(t, s); pages > 19 {
						continue // they stay now, so that the list ends
					}
					now += 2_000_000
					for range 8 {
						n, version := all[r.IntN(len(all))], ""
						if !n.joined || n.gone {
							continue
						}
						if version = n.version; r.IntN(4) == 0 {
							version = fmt.Sprintf("2026.%d.%d", 1+r.IntN(2), 7+r.IntN(5))
						}
						if n.heard < now-120_000_000 || version != n.version {
							moved[fmt.Sprint(n.company, " ", n.point)] = true
						}
						speak(n, version)
					}
				}
				once := 0
				for _, n := range all {
					id := fmt.Sprint(n.company, " ", n.point)
					if l.times[id] == 0 {
						t.Errorf("by %s, down %v: point %s is passed over", by, down, id)
					} else if l.times[id] > 1 && !moved[id] {
						t.Errorf("by %s, down %v: point %s comes %d times and has not moved", by, down, id, l.times[id])
					}
					if l.times[id] == 1 {
						once++
					}
				}
				if !l.done || len(moved) < 10 || once < 20 {
					t.Errorf("by %s, down %v: %d moved, %d came once", by, down, len(moved), once)
				}
			}
		}
	})
}
