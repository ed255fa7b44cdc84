package store

import (
	"cmp"
	"slices"
	"time"

	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
)

// SumKind says what a row of the table sums is about, and so what its key is.
type SumKind string

// Kinds of sums. A new one begins with the records that come after it.
const (
	SumGood     SumKind = "good"     // key: the good's code; times: lines
	SumCategory SumKind = "category" // key: the category as the till had it, empty: none; times: lines
	SumHour     SumKind = "hour"     // key: 00 … 23 by the shop's clock; times: sales
	SumTax      SumKind = "tax"      // key: tax class; times: lines
	SumCustomer SumKind = "customer" // key: code of the card customer; times: sales
	SumReturn   SumKind = "return"   // key: the seller who took it back; times: returns
	SumFiscal   SumKind = "fiscal"   // key: tax class; of the e-barimts that hold, on their own day; times: receipts
)

// Month is a month of the shop: 2026-11.
type Month string

// MonthOf returns the month of a day.
func MonthOf(d day.Day) Month { return Month(d[:7]) }

// SumKey is one thing over a span at a point; point 0: at all of the company.
type SumKey struct {
	Point Point
	Kind  SumKind
	Span  string // a day or a month
	Key   string
}

// Sum adds up. Name is the newest.
type Sum struct {
	Name             string
	Times            int64
	Quantity         catalog.Quantity
	Total, VAT, City money.Amount
}

// Plus adds another sum.
func (s Sum) Plus(o Sum) Sum {
	return Sum{o.Name, s.Times + o.Times, s.Quantity + o.Quantity, s.Total + o.Total, s.VAT + o.VAT, s.City + o.City}
}

// Sums are sums by their keys. What is counted is a day's at a point; Spread makes the others of it.
type Sums map[SumKey]Sum

// Add adds to a day's sums at a point.
func (m Sums) Add(k DayKey, kind SumKind, key string, s Sum) {
	at := SumKey{k.Point, kind, string(k.Day), key}
	m[at] = m[at].Plus(s)
}

// Spread adds days' sums at points to every span and point that they belong to.
func (m Sums) Spread() Sums {
	all := make(Sums, 4*len(m))
	for k, v := range m {
		month := string(MonthOf(day.Day(k.Span)))
		for _, at := range []SumKey{k, {k.Point, k.Kind, month, k.Key}, {0, k.Kind, k.Span, k.Key}, {0, k.Kind, month, k.Key}} {
			all[at] = all[at].Plus(v)
		}
	}
	return all
}

// compare puts the company's own rows last: several points write them, so they are locked for the shortest time.
func (k SumKey) compare(o SumKey) int {
	all := func(p Point) int {
		if p == 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(all(k.Point), all(o.Point)), cmp.Compare(k.Point, o.Point), cmp.Compare(k.Kind, o.Kind), cmp.Compare(k.Span, o.Span), cmp.Compare(k.Key, o.Key))
}

// SaleRow is a sale in the list of sales.
type SaleRow struct {
	Day           day.Day
	At            string // wall time in the shop
	Box           journal.Box
	Seq           journal.Seq
	Point         Point
	Shift, Number int64
	Seller        event.SellerCode
	Customer      string
	Tender        string // kind of the only tender; "mixed" of several
	Lines         int64
	Total         money.Amount // below zero: it came back
	Back          bool
}

func (r SaleRow) row(c Company) []any {
	back := int64(0)
	if r.Back {
		back = 1
	}
	return []any{int64(c), string(r.Day), r.At, r.Box[:], int64(r.Seq), int64(r.Point), r.Shift, r.Number, string(r.Seller), r.Customer, r.Tender, r.Lines, int64(r.Total), back}
}

func (r *SaleRow) scan(scan func(...any) error) error {
	var box []byte
	var back int64
	err := scan((*string)(&r.Day), &r.At, &box, (*int64seq)(&r.Seq), (*int64)(&r.Point), &r.Shift, &r.Number, (*string)(&r.Seller), &r.Customer, &r.Tender, &r.Lines, (*int64)(&r.Total), &back)
	copy(r.Box[:], box)
	r.Back = back != 0
	return err
}

// ShiftRow is a shift of a box, with figures of its Z report once that has come.
type ShiftRow struct {
	Box                                  journal.Box
	Opened                               journal.Seq
	Point                                Point
	Shift                                int64
	Day                                  day.Day
	OpenedAt                             string
	OpenedBy                             event.SellerCode
	Closed                               journal.Seq // 0: not yet
	ClosedAt                             string
	ClosedBy                             event.SellerCode
	Bills                                int64
	Total, Expected, Counted, Difference money.Amount
	Counts, Removed                      int64
	RemovedAmount                        money.Amount
	DrawerOpened, Copies, Overrides      int64
}

// Close takes the figures of a Z report over.
func (r *ShiftRow) Close(seq journal.Seq, z event.Report) {
	r.Closed, r.ClosedAt, r.ClosedBy = seq, z.ClosedAt, z.ClosedBy
	r.Bills, r.Total, r.Expected = int64(z.Bills), z.Total, z.Expected
	r.Counted, r.Difference = 0, 0
	if z.Counted != nil {
		r.Counted = *z.Counted
	}
	if z.Difference != nil {
		r.Difference = *z.Difference
	}
	r.Counts, r.Removed, r.RemovedAmount = int64(z.Counts), int64(z.Removed), z.RemovedAmount
	r.DrawerOpened, r.Copies, r.Overrides = int64(z.DrawerOpened), int64(z.Copies), int64(z.Overrides)
}

func (r ShiftRow) row(c Company) []any {
	return []any{int64(c), r.Box[:], int64(r.Opened), int64(r.Point), r.Shift, string(r.Day), r.OpenedAt, string(r.OpenedBy), int64(r.Closed), r.ClosedAt, string(r.ClosedBy),
		r.Bills, int64(r.Total), int64(r.Expected), int64(r.Counted), int64(r.Difference), r.Counts, r.Removed, int64(r.RemovedAmount), r.DrawerOpened, r.Copies, r.Overrides}
}

func (r *ShiftRow) scan(scan func(...any) error) error {
	var box []byte
	err := scan(&box, (*int64seq)(&r.Opened), (*int64)(&r.Point), &r.Shift, (*string)(&r.Day), &r.OpenedAt, (*string)(&r.OpenedBy), (*int64seq)(&r.Closed), &r.ClosedAt, (*string)(&r.ClosedBy),
		&r.Bills, (*int64)(&r.Total), (*int64)(&r.Expected), (*int64)(&r.Counted), (*int64)(&r.Difference), &r.Counts, &r.Removed, (*int64)(&r.RemovedAmount), &r.DrawerOpened, &r.Copies, &r.Overrides)
	copy(r.Box[:], box)
	return err
}

// Incident is what an owner looks at beside the sales. Kind is that of its record.
type Incident struct {
	Day              day.Day
	At               int64 // of the record, by the box's clock
	Box              journal.Box
	Seq              journal.Seq
	Point            Point
	Shift            int64
	Kind             event.Kind
	Seller, Approver event.SellerCode
	Reason, What     string
	Amount           money.Amount
}

func (i Incident) row(c Company) []any {
	return []any{int64(c), string(i.Day), i.At, i.Box[:], int64(i.Seq), int64(i.Point), i.Shift, string(i.Kind), string(i.Seller), string(i.Approver), i.Reason, i.What, int64(i.Amount)}
}

func (i *Incident) scan(scan func(...any) error) error {
	var box []byte
	err := scan((*string)(&i.Day), &i.At, &box, (*int64seq)(&i.Seq), (*int64)(&i.Point), &i.Shift, (*string)(&i.Kind), (*string)(&i.Seller), (*string)(&i.Approver), &i.Reason, &i.What, (*int64)(&i.Amount))
	copy(i.Box[:], box)
	return err
}

// Listed is what stands in lists beside the sums.
type Listed struct {
	Sales     []SaleRow
	Shifts    []ShiftRow // new ones, and those that have been closed
	Incidents []Incident
}

// AddListed writes them. A shift that is there already becomes what the row says.
func (t *Tx) AddListed(c Company, l Listed) error {
	sales := make([][]any, len(l.Sales))
	for i, r := range l.Sales {
		sales[i] = r.row(c)
	}
	if err := t.insert(sqlSalesAdd, sales); err != nil {
		return err
	}
	for _, r := range l.Shifts { // one at a time: a batch may open and close the same
		if err := t.insert(sqlShiftPut, [][]any{r.row(c)}); err != nil {
			return err
		}
	}
	incidents := make([][]any, len(l.Incidents))
	for i, r := range l.Incidents {
		incidents[i] = r.row(c)
	}
	return t.insert(sqlIncidentsAdd, incidents)
}

// LastShift returns the newest shift that a box has opened before a sequence; ErrNone where there is none.
func (t *Tx) LastShift(c Company, b journal.Box, before journal.Seq) (r ShiftRow, err error) {
	return r, t.one(sqlShiftLast, []any{int64(c), b[:], int64(before)}, r.scan)
}

// addSums writes what has rows in the table sums.
func (t *Tx) addSums(c Company, r Rollups) error {
	m := Sums{}
	for k, v := range r.Sums {
		if !slices.Contains(foldedKinds, k.Kind) {
			m[k] = v
		}
	}
	rows := rowsOf(m.Spread(), SumKey.compare, func(k SumKey, v Sum) []any {
		return []any{int64(c), int64(k.Point), string(k.Kind), k.Span, k.Key, v.Name, v.Times, int64(v.Quantity), int64(v.Total), int64(v.VAT), int64(v.City)}
	})
	return t.insert(sqlSumsAdd, append(rows, r.weights(c)...)) // weights last: they are rows of the whole company, too
}

// sums reads all rows of sums, without names.
func (t *Tx) sums(c Company) (Sums, error) {
	m := Sums{}
	return m, t.rows(sqlSumsAll, []any{int64(c)}, func(scan func(...any) error) error {
		var k SumKey
		var v Sum
		err := scan((*int64)(&k.Point), (*string)(&k.Kind), &k.Span, &k.Key, &v.Times, (*int64)(&v.Quantity), (*int64)(&v.Total), (*int64)(&v.VAT), (*int64)(&v.City))
		m[k] = v
		return err
	})
}

// Spans are the rows from which days are summed: months, days beside them, and days of those months that are taken off
// again, so that no more than half a month is read day by day at either end.
type Spans struct {
	Months     []Month
	Days, Less []day.Day
}

// Split takes days apart, both included. It is called with days between the first and the last that anything was sold on.
func Split(from, to day.Day) (s Spans) {
	at, err := time.Parse(time.DateOnly, string(from))
	end, err2 := time.Parse(time.DateOnly, string(to))
	if err != nil || err2 != nil {
		return s
	}
	for !at.After(end) {
		first := at.AddDate(0, 0, 1-at.Day())
		next := first.AddDate(0, 1, 0)
		last := next.AddDate(0, 0, -1)
		if end.Before(last) {
			last = end
		}
		in, out := daysOf(at, last), append(daysOf(first, at.AddDate(0, 0, -1)), daysOf(last.AddDate(0, 0, 1), next.AddDate(0, 0, -1))...)
		if len(out) < len(in) {
			s.Months = append(s.Months, Month(first.Format("2006-01")))
			s.Less = append(s.Less, out...)
		} else {
			s.Days = append(s.Days, in...)
		}
		at = next
	}
	return s
}

// daysOf lists days from one to another, both included.
func daysOf(from, to time.Time) (list []day.Day) {
	for ; !from.After(to); from = from.AddDate(0, 0, 1) {
		list = append(list, day.Day(from.Format(time.DateOnly)))
	}
	return list
}

// Bounds returns the days of a span that lie between the first and the last on which anything was sold; ErrNone where
// there are none.
func (t *Tx) Bounds(c Company, s Span) (Span, error) {
	var first, last string
	if err := t.row(sqlDayBounds, []any{int64(c)}, &first, &last); err != nil {
		return s, err
	}
	s.From, s.To = max(s.From, day.Day(first)), min(s.To, day.Day(last))
	if first == "" || s.From > s.To {
		return s, ErrNone
	}
	return s, nil
}

// SumLine is the sum of one thing over days.
type SumLine struct {
	Key string
	Sum
}

// SumLines sums a span by keys, the largest totals first.
func (t *Tx) SumLines(c Company, kind SumKind, s Span) (list []SumLine, err error) {
	if s, err = t.Bounds(c, s); err == ErrNone {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	spans, all := Split(s.From, s.To), gathered{at: map[string]int{}}
	if err := t.addSpans(c, kind, s.Point, spans.Months, spans.Days, all.add); err != nil {
		return nil, err
	}
	if err := t.addSpans(c, kind, s.Point, nil, spans.Less, all.less); err != nil {
		return nil, err
	}
	list = all.lines
	if len(spans.Less) > 0 { // what was sold on the other days of a month only
		list = slices.DeleteFunc(list, func(l SumLine) bool { return l.nothing() })
	}
	slices.SortFunc(list, func(a, b SumLine) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Key, b.Key)) })
	return list, nil
}

// addSpans calls add for every key's sum over months and days, more than once for a key.
func (t *Tx) addSpans(c Company, kind SumKind, p Point, months []Month, days []day.Day, add func(key, name []byte, v Sum)) error {
	var spans []string
	for _, m := range months {
		spans = append(spans, string(m))
	}
	for _, d := range days {
		spans = append(spans, string(d))
	}
	if slices.Contains(foldedKinds, kind) {
		return t.addFolded(c, kind, p, spans, add)
	}
	return t.texts(sqlSums, []any{int64(c), int64(p), string(kind)}, spans, func(scan func(...any) error) error {
		var k, name []byte
		var v Sum
		err := scan(&k, &name, &v.Times, (*int64)(&v.Quantity), (*int64)(&v.Total), (*int64)(&v.VAT), (*int64)(&v.City))
		add(k, name, v)
		return err
	})
}

// minus takes another sum off; the name stays.
func (s Sum) minus(o Sum) Sum {
	return Sum{s.Name, s.Times - o.Times, s.Quantity - o.Quantity, s.Total - o.Total, s.VAT - o.VAT, s.City - o.City}
}

// nothing reports whether there is nothing in it: what was sold on other days of a month only is not in a part of it.
func (s Sum) nothing() bool { return s.minus(Sum{Name: s.Name}) == Sum{Name: s.Name} }

// PointLine is the sum of a point over days.
type PointLine struct {
	Point Point
	DaySums
}

// PointLines sums a span by points, those with the largest sums first.
func (t *Tx) PointLines(c Company, s Span) (list []PointLine, err error) {
	return list, t.rows(sqlPointLines, s.args(c), func(scan func(...any) error) error {
		var l PointLine
		err := scan((*int64)(&l.Point), &l.Sales, &l.Late, (*int64)(&l.Gross), (*int64)(&l.Discount), (*int64)(&l.Rounding), (*int64)(&l.Total), (*int64)(&l.VAT), (*int64)(&l.City))
		list = append(list, l)
		return err
	})
}

// Picked says which sales are listed beside the span; empty and 0 stand for all.
type Picked struct {
	Span
	Seller, Customer, Tender string
	Hour                     string // 00 … 23
	Shift, Number            int64
	Back                     bool // only what came back
	// Before continues a list behind its last row.
	Before SaleRow
}

func (p Picked) listArgs(c Company, limit int) []any {
	if p.Before.Day == "" {
		p.Before.Day = "9999-99-99"
	}
	least := int64(0)
	if p.Back {
		least = 1
	}
	return append(p.args(c), p.Seller, p.Customer, p.Tender, p.Hour, p.Shift, p.Number, least, string(p.Before.Day), p.Before.At, p.Before.Box[:], int64(p.Before.Seq), int64(limit))
}

// SaleList lists sales, the newest first.
func (t *Tx) SaleList(c Company, p Picked, limit int) (list []SaleRow, err error) {
	return list, t.rows(sqlSaleList, p.listArgs(c, limit), func(scan func(...any) error) error {
		var r SaleRow
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// UpTo sums what was sold on a day up to a wall time of the shop, both included.
func (t *Tx) UpTo(c Company, p Point, d day.Day, at string) (total money.Amount, err error) {
	return total, t.row(sqlSalesUpTo, []any{int64(c), string(d), at, int64(p)}, (*int64)(&total))
}

// ShiftList lists the shifts of a span, the newest first.
func (t *Tx) ShiftList(c Company, s Span, limit int) (list []ShiftRow, err error) {
	return list, t.rows(sqlShiftList, append(s.args(c), int64(limit)), func(scan func(...any) error) error {
		var r ShiftRow
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// IncidentList lists the incidents of a span, the newest first; kind empty: of all kinds.
func (t *Tx) IncidentList(c Company, s Span, kind event.Kind, limit int) (list []Incident, err error) {
	return list, t.rows(sqlIncidentList, append(s.args(c), string(kind), int64(limit)), func(scan func(...any) error) error {
		var r Incident
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// ReasonLine sums incidents of a kind by the reason that was given for them.
type ReasonLine struct {
	Kind   event.Kind   `json:"kind"`
	Reason string       `json:"reason"` // empty: none was given
	Times  int64        `json:"times"`
	Amount money.Amount `json:"amount"`
}

// ReasonLines sums the incidents of a span by kind and reason, the most frequent first.
func (t *Tx) ReasonLines(c Company, s Span) (list []ReasonLine, err error) {
	return list, t.rows(sqlReasonLines, s.args(c), func(scan func(...any) error) error {
		var l ReasonLine
		err := scan((*string)(&l.Kind), &l.Reason, &l.Times, (*int64)(&l.Amount))
		list = append(list, l)
		return err
	})
}

// SoldDays tells on which days the company has sold a thing. It reads a month at a time, when the first of its days is asked for.
type SoldDays struct {
	t      *Tx
	c      Company
	kind   SumKind
	key    string
	months map[Month]map[day.Day]bool
}

// SoldDays looks for days on which something was sold.
func (t *Tx) SoldDays(c Company, kind SumKind, key string) *SoldDays {
	return &SoldDays{t, c, kind, key, map[Month]map[day.Day]bool{}}
}

// On reports whether it was sold on a day.
func (s *SoldDays) On(d day.Day) (bool, error) {
	m := MonthOf(d)
	if _, ok := s.months[m]; !ok {
		sold, err := s.in(m)
		if err != nil {
			return false, err
		}
		s.months[m] = sold
	}
	return s.months[m][d], nil
}

// in reads the days of a month.
func (s *SoldDays) in(m Month) (map[day.Day]bool, error) {
	sold := map[day.Day]bool{}
	first, err := time.Parse("2006-01", string(m))
	if err != nil {
		return sold, err
	}
	var days []string
	for _, d := range daysOf(first, first.AddDate(0, 1, -1)) {
		days = append(days, string(d))
	}
	if !slices.Contains(foldedKinds, s.kind) {
		return sold, s.t.texts(sqlSumsOn, []any{int64(s.c), string(s.kind), s.key}, days, func(scan func(...any) error) error {
			var d day.Day
			err := scan((*string)(&d))
			sold[d] = true
			return err
		})
	}
	// Most goods are not sold in most months, and a month is much less to read than its days.
	in := false
	if err := s.t.addFolded(s.c, s.kind, 0, []string{string(m)}, func(key, _ []byte, _ Sum) { in = in || string(key) == s.key }); !in || err != nil {
		return sold, err
	}
	folded, err := s.t.foldedData(s.c, s.kind, 0, days)
	if err != nil {
		return sold, err
	}
	look := func(d day.Day, data []byte) error {
		return eachSum(data, func(key, _ []byte, _ Sum) {
			if string(key) == s.key {
				sold[d] = true
			}
		})
	}
	for d, data := range folded {
		if err := look(day.Day(d), data); err != nil {
			return sold, err
		}
	}
	return sold, s.t.eachPending(s.c, func(p part) error {
		if p.kind != s.kind {
			return nil
		}
		return look(p.day.Day, p.data)
	})
}

// SaleRecords is SaleList with the record of each.
func (t *Tx) SaleRecords(c Company, p Picked, limit int, each func(r SaleRow, raw []byte)) error {
	return t.rows(sqlSaleRecords, p.listArgs(c, limit), func(scan func(...any) error) error {
		var r SaleRow
		var raw []byte
		err := r.scan(func(into ...any) error { return scan(append(into, &raw)...) })
		each(r, raw)
		return err
	})
}

// Digest is what lists hold, whatever the order: how many rows, and their hashes added up.
type Digest struct{ sum }

// AddSale, AddShift and AddIncident add a row.
func (d *Digest) AddSale(r SaleRow) error { return d.add(r.row(0)) }

// AddShift adds a row.
func (d *Digest) AddShift(r ShiftRow) error { return d.add(r.row(0)) }

// DropShift takes a row away that was added.
func (d *Digest) DropShift(r ShiftRow) error { return d.drop(r.row(0)) }

// AddIncident adds a row. The day of what was done while no shift was open is not looked at: it was told by the zone that the
// shop had then.
func (d *Digest) AddIncident(r Incident) error {
	if r.Shift == 0 {
		r.Day = ""
	}
	return d.add(r.row(0))
}

// ListedDigest reads the lists of a company.
func (t *Tx) ListedDigest(c Company) (d Digest, err error) {
	args := []any{int64(c)}
	if err = t.rows(sqlSaleAll, args, func(scan func(...any) error) error {
		var r SaleRow
		if err := r.scan(scan); err != nil {
			return err
		}
		return d.AddSale(r)
	}); err != nil {
		return d, err
	}
	if err = t.rows(sqlShiftAll, args, func(scan func(...any) error) error {
		var r ShiftRow
		if err := r.scan(scan); err != nil {
			return err
		}
		return d.AddShift(r)
	}); err != nil {
		return d, err
	}
	if err = t.rows(sqlIncidentAll, args, func(scan func(...any) error) error {
		var r Incident
		if err := r.scan(scan); err != nil {
			return err
		}
		return d.AddIncident(r)
	}); err != nil {
		return d, err
	}
	return d, t.fiscal(sqlFiscalAll, args, d.AddFiscal)
}
