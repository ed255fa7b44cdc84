package store_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
)

// manyTills lists tills of 100 companies: a tenth is silent, as many run each of ten versions.
func manyTills(t testing.TB, s *store.Store, n int) {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Write(context.Background(), func(tx *store.Tx) error { return tx.DropFleet() }); err != nil {
			t.Error(err)
		}
	})
	for f := range 100 {
		if err := s.Write(t.Context(), func(tx *store.Tx) error {
			firm := fmt.Sprintf("Дэлгүүр %d", f)
			c, err := tx.AddHome(store.CompanyRow{Name: firm, World: store.WorldCompany, Created: 1})
			if err != nil {
				return err
			}
			return tx.FillFleet(c, firm, n/100, func(i int) (int64, int64, string) {
				heard := fleetNow - int64(i%1000)
				if i%10 == 0 {
					heard = fleetSilence - int64(i)
				}
				return int64(i%20) / 10, heard, fmt.Sprintf("2026.%d", i%10)
			})
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Analyze() }); err != nil {
		t.Fatal(err)
	}
}

var manyQueries = map[string]store.FleetQuery{
	"first": {Sort: store.ByState}, "online": {Sort: store.ByState, State: store.FleetOnline}, "company": {Sort: store.ByFirm}, "silent": {Sort: store.ByState, State: store.FleetSilent}, "version down": {Sort: store.ByVersion, Down: true},
	"a common word": {Sort: store.ByPoint, Find: "салбар"}, "a rare word": {Sort: store.ByState, Find: "77"}, "a box": {Sort: store.ByState, Find: "9f86d"}, "two words": {Sort: store.ByFirm, Find: "дэлг салбар"},
	"what has moved, online": {Sort: store.ByVersion, State: store.FleetOnline, After: allRead(1)}, "what has moved, of a version": {Sort: store.ByState, Version: new("2026.1"), After: allRead(len(store.FleetStates))},
}

// allRead is the place behind all tills that have not moved.
func allRead(parts int) store.FleetPlace {
	return store.FleetPlace{Part: parts, Company: 1, Silence: fleetSilence, Now: fleetNow}
}

// TestFleetPlans: no page of a long list reads all of it and sorts: it walks an index, or begins with the few that a word
// finds.
func TestFleetPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		manyTills(t, s, 25_000) // more than rareMost are online
		for name, q := range manyQueries {
			q.Limit, q.Silence, q.Now = 100, fleetSilence, fleetNow
			read(t, s, func(tx *store.Tx) error {
				plan, err := tx.Plan(q)
				for _, line := range strings.Split(plan, "\n") {
					whole := strings.HasPrefix(strings.TrimSpace(line), "SCAN fleet") && !strings.Contains(line, "USING INDEX") || strings.Contains(line, "Seq Scan on fleet ")
					if whole {
						t.Errorf("%s reads the whole list:\n%s", name, plan)
					}
				}
				if q.After.Company != 0 && !strings.Contains(plan, "fleet_moved") {
					t.Errorf("%s does not walk what has moved:\n%s", name, plan)
				}
				if name == "a box" && !strings.Contains(plan, "fleet_word_by") {
					t.Errorf("%s does not begin with the few:\n%s", name, plan)
				}
				return err
			})
		}
	})
}

// BenchmarkFleet reads pages and counts of 100 000 tills, or of POSBOX_TILLS.
func BenchmarkFleet(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("POSBOX_TILLS"))
	if err != nil {
		n = 100_000
	}
	for engine, dsn := range map[string]string{"sqlite": b.TempDir() + "/baaz.db", "postgres": storetest.Postgres(b)} {
		s := storetest.Open(b, dsn)
		manyTills(b, s, n)
		run := func(name string, read func(*store.Tx) error) {
			b.Run(engine+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if err := s.Read(b.Context(), read); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		for name, q := range manyQueries {
			q.Limit, q.Silence, q.Now = 101, fleetSilence, fleetNow
			run(name, func(tx *store.Tx) error { _, err := tx.Fleet(q); return err })
			run(name+", found", func(tx *store.Tx) error { _, err := tx.FleetFound(q); return err })
		}
		run("counts", func(tx *store.Tx) error {
			_, _, err := tx.FleetCounts(store.FleetQuery{Silence: fleetSilence, Now: fleetNow})
			return err
		})
	}
}
