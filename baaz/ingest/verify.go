package ingest

import (
	"context"
	"errors"
	"maps"
	"slices"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
)

// Verify looks through a whole store: every chain, and that every rollup is the sum of the records that it follows from,
// counted again. found is called for everything that does not fit; an error means that it could not be looked at.
func Verify(ctx context.Context, s *store.Store, found store.Found) error {
	again := map[store.Company]store.Rollups{}
	lists := newRecount()
	passed, err := problems(ctx, s)
	if err == nil {
		err = lists.follow(ctx, s)
	}
	if err != nil {
		return err
	}
	err = s.Check(ctx, func(c store.Company, st store.Stored, r journal.Record) error {
		if _, ok := again[c]; !ok {
			again[c] = store.NewRollups()
		}
		x := count([]journal.Record{r})[0]
		if row, ok := madeElsewhere(st.Point, r, x); ok {
			lists.handed(c, row)
		}
		if passed[at{c, r.Box, r.Seq}] {
			return nil
		}
		if x.sale != nil {
			addSale(again[c], store.DayKey{Point: st.Point, Day: x.sale.Day}, st.Late, x)
		}
		return lists.enter(c, st.Point, r, x, again[c].Sums)
	}, found)
	if err = errors.Join(err, lists.end()); err != nil {
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
			want.Sums = want.All()
			for k, v := range want.Sums {
				v.Name = ""
				want.Sums[k] = v
			}
			if !maps.Equal(have.Sums, want.Sums) || !maps.Equal(have.Sellers, want.Sellers) || !maps.Equal(have.Customers, want.Customers) || !maps.Equal(have.Days, want.Days) || !maps.Equal(have.Tenders, want.Tenders) || !maps.Equal(have.Goods, want.Goods) {
				found("company %d: the rollups are not the sums of the records", c)
			}
			if err := errors.Join(lists.compare(tx, c, found), lists.compareHanded(tx, c, found)); err != nil {
				return err
			}
		}
		return nil
	})
}

// recount makes the lists again. Of each company only what they add up to is kept.
type recount struct {
	books map[journal.Box]*books
	sums  map[store.Company]*store.Digest
	// returns that other points have to report
	elsewhere map[store.Company]map[event.JobName]store.HandoverRow
	// The e-barimts of the box that is looked at; records come box by box.
	ledger *ledger
	of     at
	// What branches follow from, and what is kept of those chains for them.
	before map[at][]store.Stretch
	left   map[at]*leaf
}

// leaf is what is kept of a chain that a branch leaves.
type leaf struct {
	ledger *ledger
	fiscal map[event.Bill][]*store.FiscalRow // oldest first
	shifts []store.ShiftRow                  // oldest first, as they were opened, and again as they were closed
}

func newRecount() *recount {
	return &recount{books: map[journal.Box]*books{}, sums: map[store.Company]*store.Digest{}, elsewhere: map[store.Company]map[event.JobName]store.HandoverRow{},
		before: map[at][]store.Stretch{}, left: map[at]*leaf{}}
}

// follow reads where branches leave their trunks.
func (n *recount) follow(ctx context.Context, s *store.Store) error {
	return s.Read(ctx, func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		for _, c := range companies {
			branches, err := tx.Branches(c)
			if err != nil {
				return err
			}
			for _, b := range branches {
				before, err := tx.Before(c, b.Box)
				if err != nil {
					return err
				}
				n.before[at{company: c, box: b.Box}] = before
				for _, s := range before {
					n.left[at{company: c, box: s.Box}] = &leaf{fiscal: map[event.Bill][]*store.FiscalRow{}}
				}
			}
		}
		return nil
	})
}

func (n *recount) handed(c store.Company, r store.HandoverRow) {
	if n.elsewhere[c] == nil {
		n.elsewhere[c] = map[event.JobName]store.HandoverRow{}
	}
	n.elsewhere[c][event.JobOf(r.Box.String(), uint64(r.Seq))] = r
}

// compareHanded holds the returns that other points have to report against the records.
func (n *recount) compareHanded(tx *store.Tx, c store.Company, found store.Found) error {
	have, err := tx.Handovers(c)
	if err != nil {
		return err
	}
	want := n.elsewhere[c]
	for _, r := range have {
		if r.Back == "" { // only its taker has told so far
			continue
		}
		name := event.JobOf(r.Box.String(), uint64(r.Seq))
		w, ok := want[name]
		delete(want, name)
		w.At, w.State, w.Taker, w.Taken, w.Asked, w.Number = r.At, r.State, r.Taker, r.Taken, r.Asked, r.Number
		if !ok || w != r {
			found("company %d: what is kept of return %s, which another point reports, is not what its record says", c, name)
		}
	}
	for name := range want {
		found("company %d: no point has been handed return %s", c, name)
	}
	return nil
}

// close adds the e-barimts of the last box, or keeps them for the branches that may have more to say of them.
func (n *recount) close() (err error) {
	if n.ledger == nil {
		return nil
	}
	if left := n.left[n.of]; left != nil {
		left.ledger = n.ledger
		for _, seq := range slices.Sorted(maps.Keys(n.ledger.told)) {
			if row := n.ledger.told[seq]; row.Box == n.of.box {
				left.fiscal[row.Bill] = append(left.fiscal[row.Bill], row)
			}
		}
	} else {
		err = n.addFiscal(n.of, n.ledger)
	}
	n.ledger = nil
	return err
}

func (n *recount) addFiscal(of at, l *ledger) (err error) {
	for _, r := range l.rows() {
		if r.Box == of.box { // what a branch tells of its trunk's is its trunk's
			err = errors.Join(err, n.sums[of.company].AddFiscal(r))
		}
	}
	return err
}

// end adds what was kept for branches.
func (n *recount) end() error {
	err := n.close()
	for of, left := range n.left {
		if left.ledger != nil {
			err = errors.Join(err, n.addFiscal(of, left.ledger))
		}
	}
	return err
}

// inherit gives a branch's books the shift in which it begins.
func (n *recount) inherit(b *books, branch at) {
	for _, s := range n.before[branch] {
		for _, last := range slices.Backward(n.left[at{company: branch.company, box: s.Box}].shifts) {
			if last.Opened <= s.Seq {
				b.inherit(branch.box, last, s.Seq)
				return
			}
		}
	}
}

// older returns the requests of a bill from before a branch began, oldest first.
func (n *recount) older(of at, bill event.Bill) (rows []*store.FiscalRow) {
	for _, s := range slices.Backward(n.before[of]) {
		for _, row := range n.left[at{company: of.company, box: s.Box}].fiscal[bill] {
			if row.Asked <= s.Seq {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func (n *recount) enter(c store.Company, p store.Point, r journal.Record, x counted, sums store.Sums) (err error) {
	b, d := n.books[r.Box], n.sums[c]
	box := at{company: c, box: r.Box}
	if b == nil {
		b = &books{point: p}
		n.inherit(b, box)
		n.books[r.Box] = b
	}
	if d == nil {
		d = &store.Digest{}
		n.sums[c] = d
	}
	if n.ledger == nil || n.of != box {
		err = n.close()
		n.of, n.ledger = box, newLedger(sums, func(bill event.Bill) ([]*store.FiscalRow, error) { return n.older(box, bill), nil })
	}
	err = errors.Join(err, n.ledger.enter(p, r, x))
	b.point = p
	err = errors.Join(err, b.enter(r, x))
	for _, s := range b.listed.Sales {
		err = errors.Join(err, d.AddSale(s))
	}
	for _, i := range b.listed.Incidents {
		err = errors.Join(err, d.AddIncident(i))
	}
	if left := n.left[box]; left != nil {
		left.shifts = append(left.shifts, b.listed.Shifts...)
	}
	for _, s := range b.listed.Shifts {
		if s.Closed != 0 { // it was added when it was opened
			before := s
			before.Close(0, event.Report{})
			err = errors.Join(err, d.DropShift(before))
		}
		err = errors.Join(err, d.AddShift(s))
	}
	b.listed = store.Listed{}
	return err
}

func (n *recount) compare(tx *store.Tx, c store.Company, found store.Found) error {
	have, err := tx.ListedDigest(c)
	if err != nil {
		return err
	}
	want := n.sums[c]
	if want == nil {
		want = &store.Digest{}
	}
	if have != *want {
		found("company %d: the lists of sales, shifts, incidents and e-barimts are not what the records say", c)
	}
	return nil
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
