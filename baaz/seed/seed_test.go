package seed_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/seed"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
	"posbox/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	ctx   = context.Background()
	today = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	plan  = seed.Plan{Company: "Жишээ", Points: 2, Days: 5, Lines: 600}
)

// rig is a BAAZ that can be cut off.
type rig struct {
	*ingest.Ingest
	t     *testing.T
	store *store.Store
	left  int // batches until it fails
}

var errCut = errors.New("cut off")

func (r *rig) Take(ctx context.Context, b journal.Box, body []byte) (wire.Head, error) {
	if r.left--; r.left < 0 {
		return wire.Head{}, errCut
	}
	return r.Ingest.Take(ctx, b, body)
}

func newRig(t *testing.T, dsn string) *rig {
	t.Helper()
	r := &rig{t: t, store: storetest.Open(t, dsn), left: 1 << 30}
	var err error
	if r.Ingest, err = ingest.New(ctx, r.store, time.Now); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) open(p seed.Plan, now time.Time) (*seed.Shop, error) {
	r.t.Helper()
	shop, err := seed.Open(ctx, r.store, registers.New(registers.Options{Store: r.store, Now: func() time.Time { return now }}), p, now)
	if err == nil {
		r.t.Cleanup(func() {
			if err := shop.Close(); err != nil {
				r.t.Error(err)
			}
		})
	}
	return shop, err
}

// A seeded company holds exactly the lines that were asked for, on days before today, and everything adds up; cut off
// and begun again on another day, it becomes the same.
func TestFill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		shop, err := r.open(plan, today)
		if err != nil {
			t.Fatal(err)
		}
		r.left = 1
		var told int
		err = errors.Join(shop.Fill(ctx, r.store, r, 0, func(_, lines int) { told = lines }), shop.Fill(ctx, r.store, r, 1, func(int, int) {}))
		if !errors.Is(err, errCut) {
			t.Fatalf("it was not cut off: %v", err)
		}
		r.left = 1 << 30
		if shop, err = r.open(plan, today.AddDate(0, 0, 3)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing left to do
			for n := range shop.Points {
				if err := shop.Fill(ctx, r.store, r, n, func(_, lines int) { told = lines }); err != nil {
					t.Fatal(err)
				}
				if told != 300 {
					t.Errorf("till %d has made %d lines", n, told)
				}
			}
		}
		err = r.store.Read(ctx, func(tx *store.Tx) error {
			sums, err := tx.Rollups(shop.Company)
			lines := int64(0)
			for _, g := range sums.Goods {
				lines += g.Lines
			}
			if lines != 600 || len(sums.Days) != 10 || len(sums.Tenders) < 20 || len(sums.Sellers) != 10 {
				t.Errorf("%d lines, %d days of points, %d tenders, %d sellers", lines, len(sums.Days), len(sums.Tenders), len(sums.Sellers))
			}
			for k := range sums.Days {
				if k.Day < "2026-11-18" || k.Day > "2026-11-22" {
					t.Errorf("it has sold on %s", k.Day)
				}
			}
			problems, err2 := tx.Problems(shop.Company)
			if len(problems) > 0 {
				t.Errorf("problems: %+v", problems)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Error(err)
		}
		if err := ingest.Verify(ctx, r.store, func(format string, args ...any) { t.Errorf(format, args...) }); err != nil {
			t.Error(err)
		}
		other := plan
		other.Lines++
		if _, err := r.open(other, today); !errors.Is(err, seed.ErrOther) {
			t.Errorf("another plan: %v", err)
		}
	})
}

// The company's registers hold what its tills have sold.
func TestRegisters(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	p := plan
	p.Passwords, p.Goods = true, 700
	shop, err := r.open(p, today)
	if err != nil {
		t.Fatal(err)
	}
	reg := registers.New(registers.Options{Store: r.store, Now: time.Now})
	for register, want := range map[string]int{registers.Goods: 700, registers.Sellers: 2, registers.Customers: 10, registers.Points: 2} {
		n := 0
		for q := (registers.Query{Register: register, Limit: 200}); ; {
			page, err := reg.List(ctx, shop.Company, q)
			if err != nil {
				t.Fatal(err)
			}
			if n += len(page.Rows); page.Next == "" {
				break
			}
			q.After = page.Next
		}
		if n != want {
			t.Errorf("%s: %d rows", register, n)
		}
	}
}
