package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
)

// What a year of 100 million lines leaves in the rollups: 20 points, 5000 goods of which each sells every day somewhere, 40
// categories, 2000 customers a day.
const (
	yearPoints, yearGoods, yearCategories, yearCustomers = 20, 5000, 40, 2000
)

// fillYear writes the rows that reports over all points, and over the first, are read from.
func fillYear(b *testing.B, s *store.Store) store.Company {
	b.Helper()
	var c store.Company
	write := func(fn func(tx *store.Tx) error) {
		if err := s.Write(context.Background(), fn); err != nil {
			b.Fatal(err)
		}
	}
	write(func(tx *store.Tx) (err error) {
		c, err = tx.AddCompany("year", 1)
		return err
	})
	for at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2025; at = at.AddDate(0, 0, 1) {
		d := day.Day(at.Format(time.DateOnly))
		r := store.NewRollups()
		for p := store.Point(1); p <= yearPoints; p++ {
			k := store.DayKey{Point: p, Day: d}
			r.Days[k] = store.DaySums{Sales: 4500, Total: money.Tugrik(40_000_000)}
			for n := range 3 {
				r.Sellers[store.SellerKey{DayKey: k, Seller: event.SellerCode(fmt.Sprint(p, n))}] = store.SellerSums{Sales: 1500, Total: 1}
			}
			for _, t := range event.TenderKinds {
				r.Tenders[store.TenderKey{DayKey: k, Tender: t}] = store.TenderSums{Times: 1000, Amount: 1}
			}
		}
		fillDay(r, d)
		write(func(tx *store.Tx) error { return tx.AddRollups(c, r) })
	}
	return c
}

func fillDay(r store.Rollups, d day.Day) {
	each := func(n int, of func(k store.DayKey, key string, i int)) {
		for i := range n {
			of(store.DayKey{Point: store.Point(1 + i%yearPoints), Day: d}, fmt.Sprintf("%05d", i), i)
		}
	}
	sum := func(i int) store.Sum {
		return store.Sum{Name: "Бараа", Times: 50, Quantity: catalog.One, Total: money.Amount(i + 1)}
	}
	each(yearGoods, func(k store.DayKey, key string, i int) {
		r.Goods[store.GoodKey{DayKey: k, Good: catalog.Code(key)}] = store.GoodSums{Name: "Бараа", Lines: 50, Quantity: catalog.One, Total: money.Amount(i + 1)}
	})
	for kind, n := range map[store.SumKind]int{store.SumCategory: yearCategories, store.SumHour: 15, store.SumTax: 4, store.SumCustomer: yearCustomers} {
		each(n, func(k store.DayKey, key string, i int) { r.Sums.Add(k, kind, key, sum(i)) })
	}
}

// BenchmarkReports asks for each report over a year of 100 million lines, but for half of January and of December,
// which is the worst span: ten months and thirty days. Months and days are folded, as they are in a BAAZ that has had a
// minute since. It tells the median of each.
func BenchmarkReports(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkReports(b, filepath.Join(b.TempDir(), "baaz.db")) })
	b.Run("postgres", func(b *testing.B) { benchmarkReports(b, storetest.Postgres(b)) })
}

func benchmarkReports(b *testing.B, dsn string) {
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	c := fillYear(b, s)
	if _, err := s.FoldAll(context.Background()); err != nil { // as baazd does by itself
		b.Fatal(err)
	}
	worst := store.Span{From: "2025-01-17", To: "2025-12-15"}
	month := store.Span{From: "2025-10-01", To: "2025-10-31"}
	for _, r := range []struct {
		name string
		ask  func(tx *store.Tx, s store.Span) error
	}{
		{"days", func(tx *store.Tx, s store.Span) error { _, err := tx.DayLines(c, s); return err }},
		{"points", func(tx *store.Tx, s store.Span) error { _, err := tx.PointLines(c, s); return err }},
		{"tenders", func(tx *store.Tx, s store.Span) error { _, err := tx.TenderLines(c, s); return err }},
		{"sellers", func(tx *store.Tx, s store.Span) error { _, err := tx.SellerLines(c, s, 1000); return err }},
		{"hours", func(tx *store.Tx, s store.Span) error { _, err := tx.SumLines(c, store.SumHour, s); return err }},
		{"categories", func(tx *store.Tx, s store.Span) error { _, err := tx.SumLines(c, store.SumCategory, s); return err }},
		{"goods", func(tx *store.Tx, s store.Span) error { _, err := tx.SumLines(c, store.SumGood, s); return err }},
		{"customers", func(tx *store.Tx, s store.Span) error { _, err := tx.SumLines(c, store.SumCustomer, s); return err }},
	} {
		for name, span := range map[string]store.Span{"year": worst, "month": month} {
			b.Run(r.name+"-"+name, func(b *testing.B) {
				var took []time.Duration
				for b.Loop() {
					begin := time.Now()
					if err := s.Read(context.Background(), func(tx *store.Tx) error { return r.ask(tx, span) }); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(begin))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			})
		}
	}
}
