package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/money"
)

// ledger follows the e-barimts of one box in the order of its records: what became of each request, which receipt of a bill
// the tax office has now, and what those that it has add up to. What a correction replaces and a cancellation ends is taken
// off on the day on which it stood.
type ledger struct {
	sums   store.Sums
	known  func(event.Bill) ([]*store.FiscalRow, error) // what is kept of a bill already
	chains map[event.Bill][]*store.FiscalRow
	told   map[journal.Seq]*store.FiscalRow // what is new or another one
}

func newLedger(sums store.Sums, known func(event.Bill) ([]*store.FiscalRow, error)) *ledger {
	return &ledger{sums, known, map[event.Bill][]*store.FiscalRow{}, map[journal.Seq]*store.FiscalRow{}}
}

// addFiscal writes what records say of e-barimts and adds it to sums.
func addFiscal(tx *store.Tx, c store.Company, p store.Point, before []store.Stretch, records []journal.Record, list []counted, sums store.Sums) error {
	l := newLedger(sums, func(bill event.Bill) ([]*store.FiscalRow, error) {
		return fiscalOf(tx, c, records[0].Box, before, bill)
	})
	for i, x := range list {
		if err := l.enter(p, records[i], x); err != nil {
			return err
		}
	}
	return tx.PutFiscal(c, l.rows())
}

// fiscalOf returns the requests of a bill that are kept, oldest first. Those from before a branch began are its trunk's, and
// become other ones there: of two histories that both cancel a receipt, only the first takes it off.
func fiscalOf(tx *store.Tx, c store.Company, box journal.Box, before []store.Stretch, bill event.Bill) ([]*store.FiscalRow, error) {
	list, err := tx.FiscalOf(c, box, bill)
	for _, s := range before {
		older, wrong := tx.FiscalOf(c, s.Box, bill)
		err = errors.Join(err, wrong)
		older = slices.DeleteFunc(older, func(r store.FiscalRow) bool { return r.Asked > s.Seq })
		list = append(older, list...)
	}
	rows := make([]*store.FiscalRow, len(list))
	for i := range list {
		rows[i] = &list[i]
	}
	return rows, err
}

// rows lists what is new or another one.
func (l *ledger) rows() (list []store.FiscalRow) {
	for _, r := range l.told {
		list = append(list, *r)
	}
	return list
}

// enter takes a record in.
func (l *ledger) enter(p store.Point, r journal.Record, x counted) error {
	switch {
	case x.asked != nil:
		row := *x.asked
		row.Point = p
		return l.ask(&row)
	case x.outcome != nil:
		return l.settle(r, x.outcome)
	}
	return nil
}

// chain returns the requests of a bill that are known. The first request of all begins a chain: nothing is looked for then,
// and nothing of before belongs to it.
func (l *ledger) chain(bill event.Bill) ([]*store.FiscalRow, error) {
	if c, ok := l.chains[bill]; ok {
		return c, nil
	}
	known, err := l.known(bill)
	if err != nil {
		return nil, err
	}
	var c []*store.FiscalRow
	for _, row := range known {
		if begins(row) {
			c = nil
		}
		c = append(c, row)
	}
	l.chains[bill] = c
	return c, nil
}

func begins(r *store.FiscalRow) bool { return r.Job == event.FiscalIssue && r.Attempt == 0 }

func (l *ledger) ask(row *store.FiscalRow) error {
	var c []*store.FiscalRow
	if !begins(row) {
		var err error
		if c, err = l.chain(row.Bill); err != nil {
			return err
		}
	}
	l.chains[row.Bill] = append(c, row)
	l.told[row.Asked] = row
	return nil
}

// settle takes an outcome in. One that has ended stays as it ended, but that more becomes known of it, which a branch has
// nothing to say to. Of a request that was never seen nothing is known.
func (l *ledger) settle(r journal.Record, o *event.FiscalOutcome) error {
	c, err := l.chain(o.Bill)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c, func(x *store.FiscalRow) bool { return x.Asked == journal.Seq(o.Asked) })
	if i < 0 || !c[i].Open() && (o.Result != c[i].State || c[i].Box != r.Box) {
		return nil
	}
	row := c[i]
	was := row.State
	row.State, row.Settled, row.SettledAt, row.By = o.Result, r.Seq, r.Time, o.By
	row.Number, row.Date, row.Message, row.Expected, row.Given = o.ID, o.Date, o.Message, o.Expected, o.Given
	row.Before, row.After = left(o.Before), left(o.After)
	l.told[row.Asked] = row
	if was == row.State {
		return nil
	}
	switch row.State {
	case event.FiscalIssued:
		l.end(c)
		row.Holds = true
		l.add(row, 1)
	case event.FiscalCancelled:
		l.end(c)
	}
	return nil
}

// end takes off what holds of a chain.
func (l *ledger) end(c []*store.FiscalRow) {
	for _, row := range c {
		if row.Holds {
			l.add(row, -1)
			row.Holds = false
			l.told[row.Asked] = row
		}
	}
}

func (l *ledger) add(row *store.FiscalRow, times int64) {
	by := money.Amount(times)
	for _, part := range row.Parts {
		l.sums.Add(store.DayKey{Point: row.Point, Day: row.Day()}, store.SumFiscal, part.Class,
			store.Sum{Times: times, Total: by * part.Total, VAT: by * part.VAT, City: by * part.City})
	}
}

func left(n *int) int64 {
	if n == nil || *n < 0 {
		return -1
	}
	return int64(*n)
}

const (
	maxMessage = 2000 // bytes of the service's own words
	maxParts   = 16   // tax classes of a receipt
)

// readFiscalAsked reads a request, and which return of another till it tells of.
func readFiscalAsked(r journal.Record) (*store.FiscalRow, event.JobName, error) {
	var f event.FiscalAsked
	if err := json.Unmarshal(r.Body, &f); err != nil {
		return nil, "", err
	}
	if _, _, _, ok := event.CutBill(f.Bill); !ok || !storable(string(f.Bill)) || f.Shift < 0 || f.Shift > maxShift || f.Attempt < 0 || f.Attempt > maxShift {
		return nil, "", fmt.Errorf("bill %.40q, shift %d, attempt %d", f.Bill, f.Shift, f.Attempt)
	}
	row := &store.FiscalRow{Box: r.Box, Bill: f.Bill, Asked: r.Seq, Shift: int64(f.Shift), Local: localTime(f.Local), At: r.Time, Job: event.FiscalJob(readable(string(f.Job))),
		Attempt: int64(f.Attempt), Back: event.Bill(readable(string(f.Return))), Before: -1, After: -1}
	if f.Job == event.FiscalCancel || len(f.Body) == 0 {
		return row, f.From, nil
	}
	req, err := fiscal.ReadRequest(f.Body)
	if err != nil {
		return nil, "", err
	}
	if len(req.Receipts) > maxParts {
		return nil, "", fmt.Errorf("%d parts", len(req.Receipts))
	}
	for _, sub := range req.Receipts {
		p := store.FiscalPart{Class: readable(sub.TaxType), Total: money.Amount(sub.TotalAmount), VAT: money.Amount(sub.TotalVAT), City: money.Amount(sub.TotalCityTax)}
		if err := bounded(p.Total, p.VAT, p.City); err != nil {
			return nil, "", err
		}
		row.Parts = append(row.Parts, p)
	}
	return row, f.From, nil
}

// readFiscalOutcome reads what became of a request.
func readFiscalOutcome(body []byte) (*event.FiscalOutcome, error) {
	o := &event.FiscalOutcome{}
	if err := json.Unmarshal(body, o); err != nil {
		return nil, err
	}
	if !storable(string(o.Bill)) || o.Asked == 0 || o.Asked > 1<<62 {
		return nil, fmt.Errorf("bill %.40q, request %d", o.Bill, o.Asked)
	}
	o.By, o.Result = event.SellerCode(readable(string(o.By))), event.FiscalResult(readable(string(o.Result)))
	for _, s := range []*string{&o.ID, &o.Date, &o.Expected, &o.Given} {
		*s = readable(*s)
	}
	o.Message = readableIn(o.Message, maxMessage)
	return o, nil
}
