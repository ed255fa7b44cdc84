package ingest

import (
	"context"
	"maps"

	"posbox/baaz/store"
	"posbox/journal"
)

// Verify looks through a whole store: every chain, and that every rollup is the sum of the records that it follows from,
// counted again. found is called for everything that does not fit; an error means that it could not be looked at.
func Verify(ctx context.Context, s *store.Store, found store.Found) error {
	again := map[store.Company]store.Rollups{}
	passed, err := problems(ctx, s)
	if err != nil {
		return err
	}
	err = s.Check(ctx, func(c store.Company, st store.Stored, r journal.Record) error {
		if _, ok := again[c]; !ok {
			again[c] = store.NewRollups()
		}
		if x := count([]journal.Record{r})[0]; x.sale != nil && !passed[at{c, r.Box, r.Seq}] {
			addSale(again[c], store.DayKey{Point: st.Point, Day: x.sale.Day}, st.Late, x.sale)
		}
		return nil
	}, found)
	if err != nil {
		return err
	}
	return s.Read(ctx, func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		for _, c := range companies {
			have, err := tx.Rollups(c)
			if err != nil {
				return err
			}
			want := again[c]
			for k, v := range want.Goods {
				v.Name = ""
				want.Goods[k] = v
			}
			for k, v := range want.Sellers {
				v.Name = ""
				want.Sellers[k] = v
			}
			if !maps.Equal(have.Sellers, want.Sellers) || !maps.Equal(have.Customers, want.Customers) || !maps.Equal(have.Days, want.Days) || !maps.Equal(have.Tenders, want.Tenders) || !maps.Equal(have.Goods, want.Goods) {
				found("company %d: the rollups are not the sums of the records", c)
			}
		}
		return nil
	})
}

// at names a record.
type at struct {
	company store.Company
	box     journal.Box
	seq     journal.Seq
}

// problems lists the records that were not counted.
func problems(ctx context.Context, s *store.Store) (map[at]bool, error) {
	passed := map[at]bool{}
	return passed, s.Read(ctx, func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		for _, c := range companies {
			list, err := tx.Problems(c)
			if err != nil {
				return err
			}
			for _, p := range list {
				passed[at{c, p.Box, p.Seq}] = true
			}
		}
		return nil
	})
}
