package store

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
)

// FiscalRow is a request to the tax office's service and what became of it.
type FiscalRow struct {
	Box     journal.Box
	Bill    event.Bill // of the sale: names the chain of its receipts
	Asked   journal.Seq
	Point   Point
	Shift   int64
	Local   string // wall time in the shop
	At      int64  // by the box's clock
	Job     event.FiscalJob
	Attempt int64
	Back    event.Bill // the return that it reports
	Parts   []FiscalPart
	// State is empty while the request is at the service.
	State        event.FiscalResult
	Settled      journal.Seq // of the newest outcome; 0: none yet
	SettledAt    int64
	Number, Date string // ДДТД, and the time that the tax office gave it
	Message      string // the service's own words
	// What the service expected and what was sent, of a refusal that speaks of figures.
	Expected, Given string
	Before, After   int64            // lottery numbers left; -1: not known
	By              event.SellerCode // who decided
	Holds           bool             // the tax office has the receipt: neither cancelled nor replaced
}

// FiscalPart is the part of a receipt that has one tax class.
type FiscalPart struct {
	Class string       `json:"c"`
	Total money.Amount `json:"t"`
	VAT   money.Amount `json:"v"`
	City  money.Amount `json:"y"`
}

// Total is what the receipt is over.
func (r FiscalRow) Total() (sum money.Amount) {
	for _, p := range r.Parts {
		sum += p.Total
	}
	return sum
}

// Open reports whether something is still to be done.
func (r FiscalRow) Open() bool {
	switch r.State {
	case event.FiscalIssued, event.FiscalCancelled, event.FiscalNotDone, event.FiscalDropped:
		return false
	}
	return true
}

// Decide reports whether only a person can go on.
func (r FiscalRow) Decide() bool {
	return r.State == event.FiscalUncertain || r.State == event.FiscalRefused
}

// Day is the day on which the tax office counts the receipt: that of its own date.
func (r FiscalRow) Day() day.Day {
	for _, s := range []string{r.Date, r.Local} {
		if len(s) >= len("2026-11-23") {
			if d, err := day.Parse(s[:len("2026-11-23")]); err == nil {
				return d
			}
		}
	}
	on, _, _, _ := event.CutBill(r.Bill)
	return on
}

func (r FiscalRow) row(c Company) []any {
	parts, err := json.Marshal(r.Parts)
	if err != nil || r.Parts == nil {
		parts = []byte("[]")
	}
	return []any{int64(c), r.Box[:], string(r.Bill), int64(r.Asked), int64(r.Point), r.Shift, r.Local, r.At, string(r.Job), r.Attempt, string(r.Back), string(parts),
		string(r.State), int64(r.Settled), r.SettledAt, r.Number, r.Date, r.Message, r.Expected, r.Given, r.Before, r.After, string(r.By), bit(r.Holds), bit(r.Open())}
}

func (r *FiscalRow) scan(scan func(...any) error) error {
	var box []byte
	var parts string
	var holds int64
	err := scan(&box, (*string)(&r.Bill), (*int64seq)(&r.Asked), (*int64)(&r.Point), &r.Shift, &r.Local, &r.At, (*string)(&r.Job), &r.Attempt, (*string)(&r.Back), &parts,
		(*string)(&r.State), (*int64seq)(&r.Settled), &r.SettledAt, &r.Number, &r.Date, &r.Message, &r.Expected, &r.Given, &r.Before, &r.After, (*string)(&r.By), &holds)
	copy(r.Box[:], box)
	r.Holds = holds != 0
	if err == nil && parts != "[]" {
		err = json.Unmarshal([]byte(parts), &r.Parts)
	}
	return err
}

// PutFiscal writes rows; one that is there becomes what the row says.
func (t *Tx) PutFiscal(c Company, list []FiscalRow) error {
	slices.SortFunc(list, func(a, b FiscalRow) int { return cmp.Or(cmp.Compare(a.Bill, b.Bill), cmp.Compare(a.Asked, b.Asked)) })
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = r.row(c)
	}
	return t.insert(sqlFiscalPut, rows)
}

func (t *Tx) fiscal(text string, args []any, each func(FiscalRow) error) error {
	return t.rows(text, args, func(scan func(...any) error) error {
		var r FiscalRow
		if err := r.scan(scan); err != nil {
			return err
		}
		return each(r)
	})
}

// FiscalOf returns all requests of a box's bill, oldest first.
func (t *Tx) FiscalOf(c Company, b journal.Box, bill event.Bill) (list []FiscalRow, err error) {
	return list, t.fiscal(sqlFiscalOf, []any{int64(c), b[:], string(bill)}, func(r FiscalRow) error { list = append(list, r); return nil })
}

// FiscalOpen returns what is still to be done at a point, 0: at all, the oldest first.
func (t *Tx) FiscalOpen(c Company, p Point, limit int) (list []FiscalRow, err error) {
	return list, t.fiscal(sqlFiscalOpen, []any{int64(c), int64(p), int64(limit)}, func(r FiscalRow) error { list = append(list, r); return nil })
}

// FiscalCount is how much is still to be done, and since when.
type FiscalCount struct {
	Decide, Wait int64
	Oldest       string // wall time in the shop
}

// FiscalCount counts what is still to be done at a point, 0: at all.
func (t *Tx) FiscalCount(c Company, p Point) (n FiscalCount, err error) {
	return n, t.rows(sqlFiscalCount, []any{int64(c), int64(p)}, func(scan func(...any) error) error {
		var state, oldest string
		var times int64
		err := scan(&state, &times, &oldest)
		if (FiscalRow{State: event.FiscalResult(state)}).Decide() {
			n.Decide += times
		} else {
			n.Wait += times
		}
		if n.Oldest == "" || oldest < n.Oldest {
			n.Oldest = oldest
		}
		return err
	})
}

// FiscalList calls each for the requests of the sales of a span, box by box.
func (t *Tx) FiscalList(c Company, s Span, each func(FiscalRow) error) error {
	boxes, err := t.Boxes(c)
	if err != nil {
		return err
	}
	for _, b := range boxes {
		if err := t.fiscal(sqlFiscalList, []any{int64(c), b.Box[:], string(s.From), after(s.To), int64(s.Point)}, each); err != nil {
			return err
		}
	}
	return nil
}

// after is the day after one: bills begin with their day, and no two databases agree on what sorts behind a digit.
func after(d day.Day) string {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil || at.Year() >= 9999 {
		return "9999-99-99"
	}
	return at.AddDate(0, 0, 1).Format(time.DateOnly)
}

// FiscalStates says of bills of a box how their e-barimts stand: what is open before what has ended. Bills that were not
// reported are left out.
func (t *Tx) FiscalStates(c Company, b journal.Box, bills []string) (map[event.Bill]event.FiscalResult, error) {
	states := map[event.Bill]event.FiscalResult{}
	open := map[event.Bill]bool{}
	return states, t.texts(sqlFiscalStates, []any{int64(c), b[:]}, bills, func(scan func(...any) error) error {
		var bill, state string
		err := scan(&bill, &state)
		r := FiscalRow{Bill: event.Bill(bill), State: event.FiscalResult(state)}
		if !open[r.Bill] {
			states[r.Bill], open[r.Bill] = r.State, r.Open()
		}
		return err
	})
}

// AddFiscal adds a row.
func (d *Digest) AddFiscal(r FiscalRow) error { return d.add(r.row(0)) }

// MonthSums reads the sums of a kind over a month, by key.
func (t *Tx) MonthSums(c Company, kind SumKind, p Point, m Month) (map[string]Sum, error) {
	sums := map[string]Sum{}
	return sums, t.addSpans(c, kind, p, []Month{m}, nil, func(k, _ []byte, v Sum) { sums[string(k)] = sums[string(k)].Plus(v) })
}
