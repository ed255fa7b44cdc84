package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"testing"

	"posbox/pos/day"
)

// MovesSums is run on both engines from outside the package, because storetest imports it: sums of goods and customers that a
// store had as rows are folded ones once this program has opened it, and what is sold then is added to them.
func MovesSums(t *testing.T, dsn string) {
	ctx := context.Background()
	s, err := Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	path := dsn
	if s.engine == SQLite {
		path, err = s.path(ctx)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(map[Engine]string{SQLite: "sqlite", PostgreSQL: "pgx"}[s.engine], path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.provider(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(ctx, versionMoved-2); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`INSERT INTO company (company, name, created, world, vendor) VALUES (7, 'before', 1, 'company', 0)`,
		`INSERT INTO goods_by_day (company, point, day, good, name, lines, quantity, total) VALUES
			(7, 1, '2026-10-31', 'a', 'Сүү', 2, 2000, 500), (7, 1, '2026-10-31', 'b', 'Талх', 1, 1000, -30), (7, 2, '2026-10-31', 'a', 'Сүү', 1, 1000, 250)`,
		`INSERT INTO sums (company, point, kind, span, key, name, times, quantity, total, vat, city_tax) VALUES
			(7, 1, 'good', '2026-10', 'a', 'Сүү', 2, 2000, 500, 0, 0), (7, 1, 'good', '2026-10', 'b', 'Талх', 1, 1000, -30, 0, 0), (7, 2, 'good', '2026-10', 'a', 'Сүү', 1, 1000, 250, 0, 0),
			(7, 0, 'good', '2026-10-31', 'a', 'Сүү', 3, 3000, 750, 0, 0), (7, 0, 'good', '2026-10-31', 'b', 'Талх', 1, 1000, -30, 0, 0),
			(7, 0, 'good', '2026-10', 'a', 'Сүү', 3, 3000, 750, 0, 0), (7, 0, 'good', '2026-10', 'b', 'Талх', 1, 1000, -30, 0, 0),
			(7, 1, 'customer', '2026-10-31', 'K', 'Болд', 1, 0, 500, 45, 1), (7, 1, 'customer', '2026-10', 'K', 'Болд', 1, 0, 500, 45, 1),
			(7, 0, 'customer', '2026-10-31', 'K', 'Болд', 1, 0, 500, 45, 1), (7, 0, 'customer', '2026-10', 'K', 'Болд', 1, 0, 500, 45, 1),
			(7, 0, 'hour', '2026-10', '09', '', 2, 0, 720, 0, 0), (7, 0, 'wrote', '2026-10', '', '', 9, 0, 0, 0, 0)`,
	} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, dsn); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	was := NewRollups()
	one, two := DayKey{1, "2026-10-31"}, DayKey{2, "2026-10-31"}
	was.Goods[GoodKey{one, "a"}] = GoodSums{Lines: 2, Quantity: 2000, Total: 500}
	was.Goods[GoodKey{one, "b"}] = GoodSums{Lines: 1, Quantity: 1000, Total: -30}
	was.Goods[GoodKey{two, "a"}] = GoodSums{Lines: 1, Quantity: 1000, Total: 250}
	was.Sums.Add(one, SumCustomer, "K", Sum{Times: 1, Total: 500, VAT: 45, City: 1})
	holds := func(when string, want Rollups, name string) {
		t.Helper()
		if err := s.Read(ctx, func(tx *Tx) error {
			have, err := tx.Rollups(7)
			sums := want.All()
			sums[SumKey{0, SumHour, "2026-10", "09"}] = Sum{Times: 2, Total: 720}
			if !reflect.DeepEqual(have.Sums, sums) || !reflect.DeepEqual(have.Goods, want.Goods) {
				t.Errorf("%s:\n%v\n%v, want\n%v\n%v", when, have.Sums, have.Goods, sums, want.Goods)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Read(ctx, func(tx *Tx) error {
			return tx.addSpans(7, SumGood, 1, nil, []day.Day{"2026-10-31"}, func(key, text []byte, _ Sum) {
				if string(key) == "a" && string(text) != name && string(text) != "Сүү" {
					t.Errorf("%s: good a is called %q", when, text)
				}
			})
		}); err != nil {
			t.Fatal(err)
		}
	}
	holds("brought over", was, "Сүү")
	more := NewRollups()
	more.Goods[GoodKey{one, "a"}] = GoodSums{Name: "Сүү 1л", Lines: 1, Quantity: 500, Total: 7}
	if err := s.Write(ctx, func(tx *Tx) error { return tx.AddRollups(7, more) }); err != nil {
		t.Fatal(err)
	}
	was.Goods[GoodKey{one, "a"}] = GoodSums{Lines: 3, Quantity: 2500, Total: 507}
	holds("sold since", was, "Сүү 1л")
	if n, err := s.FoldAll(ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	holds("folded", was, "Сүү 1л")
}
