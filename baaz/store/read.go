package store

import (
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
)

// What people look at: lists that are bounded, and sums over points that are made on reading.

// BoxStand is a box, what has arrived of it and what is wrong with it.
type BoxStand struct {
	BoxRow
	Joined, Seen             int64
	Asides, Problems, Alarms int64
}

// BoxList lists a company's boxes and how they stand.
func (t *Tx) BoxList(c Company) (list []BoxStand, err error) {
	args := []any{int64(c)}
	err = t.rows(sqlBoxList, args, func(scan func(...any) error) error {
		var r BoxStand
		var box, hash []byte
		err := scan(&box, (*int64)(&r.Point), &r.Epoch, (*string)(&r.State), (*int64seq)(&r.Seq), &hash, (*int64seq)(&r.Learned), &r.Joined, &r.Seen)
		copy(r.Box[:], box)
		copy(r.Hash[:], hash)
		list = append(list, r)
		return err
	})
	at := map[journal.Box]*BoxStand{}
	for i := range list {
		at[list[i].Box] = &list[i]
	}
	count := func(text string, into func(*BoxStand) *int64) {
		if err != nil {
			return
		}
		err = t.rows(text, args, func(scan func(...any) error) error {
			var box []byte
			var n int64
			err := scan(&box, &n)
			if len(box) == len(journal.Box{}) && at[journal.Box(box)] != nil {
				*into(at[journal.Box(box)]) = n
			}
			return err
		})
	}
	count(sqlAsideCounts, func(b *BoxStand) *int64 { return &b.Asides })
	count(sqlProblemCounts, func(b *BoxStand) *int64 { return &b.Problems })
	count(sqlAlarmCounts, func(b *BoxStand) *int64 { return &b.Alarms })
	return list, err
}

// BoxStand reads one box and how much of it waits for somebody; ErrNone where there is none.
func (t *Tx) BoxStand(c Company, b journal.Box) (r BoxStand, err error) {
	args := []any{int64(c), b[:]}
	var hash []byte
	r.Box = b
	err = t.row(sqlBoxStand, args, (*int64)(&r.Point), &r.Epoch, (*string)(&r.State), (*int64seq)(&r.Seq), &hash, (*int64seq)(&r.Learned), &r.Joined, &r.Seen)
	copy(r.Hash[:], hash)
	for text, into := range map[string]*int64{sqlAsidesOfBox: &r.Asides, sqlProblemsOf: &r.Problems, sqlAlarmsOf: &r.Alarms} {
		if err == nil {
			err = t.row(text, args, into)
		}
	}
	return r, err
}

// BoxStates counts all boxes by what BAAZ thinks of them. Only the server's own figures may ask.
func (t *Tx) BoxStates() (map[BoxState]int64, error) {
	counts := map[BoxState]int64{BoxActive: 0, BoxReplaced: 0, BoxRevoked: 0}
	return counts, t.rows(sqlBoxStates, nil, func(scan func(...any) error) error {
		var state string
		var n int64
		err := scan(&state, &n)
		counts[BoxState(state)] = n
		return err
	})
}

// AsideMark is a record in quarantine without what it says.
type AsideMark struct {
	Box  journal.Box
	Seq  journal.Seq
	Hash journal.Hash
	Why  string
	At   int64
}

// AsideList lists the newest of a company's quarantine.
func (t *Tx) AsideList(c Company, limit int) (list []AsideMark, err error) {
	return list, t.rows(sqlAsideList, []any{int64(c), int64(limit)}, func(scan func(...any) error) error {
		var a AsideMark
		var box, hash []byte
		err := scan(&box, (*int64seq)(&a.Seq), &hash, &a.Why, &a.At)
		copy(a.Box[:], box)
		copy(a.Hash[:], hash)
		list = append(list, a)
		return err
	})
}

// ProblemMark is a problem and when it came.
type ProblemMark struct {
	Problem
	At int64
}

// ProblemList lists the newest of a company's problems.
func (t *Tx) ProblemList(c Company, limit int) (list []ProblemMark, err error) {
	return list, t.rows(sqlProblemList, []any{int64(c), int64(limit)}, func(scan func(...any) error) error {
		var p ProblemMark
		var box []byte
		err := scan(&box, (*int64seq)(&p.Seq), &p.Code, &p.Detail, &p.At)
		copy(p.Box[:], box)
		list = append(list, p)
		return err
	})
}

// Arrived is a record and when it came.
type Arrived struct {
	Stored
	Received int64
}

func (r *Arrived) scan(scan func(...any) error) error {
	var late int64
	err := scan((*int64seq)(&r.Seq), (*int64)(&r.Point), &late, &r.Received, &r.Raw)
	r.Late = late != 0
	return err
}

// RecordsOf lists a box's records of one kind before a sequence, the newest first.
func (t *Tx) RecordsOf(c Company, b journal.Box, kind string, before journal.Seq, limit int) (list []Arrived, err error) {
	return list, t.rows(sqlRecordsOf, []any{int64(c), b[:], kind, int64(before), int64(limit)}, func(scan func(...any) error) error {
		var r Arrived
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// Record reads one record; ErrNone where there is none.
func (t *Tx) Record(c Company, b journal.Box, seq journal.Seq) (r Arrived, err error) {
	return r, t.one(sqlRecordGet, []any{int64(c), b[:], int64(seq)}, r.scan)
}

// Span picks what is summed: days from From to To, both included, at one point, or at all where Point is 0.
type Span struct {
	From, To day.Day
	Point    Point
}

func (s Span) args(c Company) []any {
	return []any{int64(c), string(s.From), string(s.To), int64(s.Point)}
}

// DayLine is the sum of a day at a point.
type DayLine struct {
	DayKey
	DaySums
}

// DayLines lists the days of a span, each point by itself.
func (t *Tx) DayLines(c Company, s Span) (list []DayLine, err error) {
	return list, t.rows(sqlDayLines, s.args(c), func(scan func(...any) error) error {
		var l DayLine
		err := scan((*int64)(&l.Point), (*string)(&l.Day), &l.Sales, &l.Late, (*int64)(&l.Gross), (*int64)(&l.Discount), (*int64)(&l.Rounding), (*int64)(&l.Total), (*int64)(&l.VAT), (*int64)(&l.City))
		list = append(list, l)
		return err
	})
}

// TenderLine is the sum of a way to pay.
type TenderLine struct {
	Tender event.TenderKind
	TenderSums
}

// TenderLines sums a span by ways to pay.
func (t *Tx) TenderLines(c Company, s Span) (list []TenderLine, err error) {
	return list, t.rows(sqlTenderLines, s.args(c), func(scan func(...any) error) error {
		var l TenderLine
		err := scan((*string)(&l.Tender), &l.Times, (*int64)(&l.Amount))
		list = append(list, l)
		return err
	})
}

// SellerLine is the sum of a seller.
type SellerLine struct {
	Seller event.SellerCode
	SellerSums
}

// SellerLines sums a span by sellers, those with the largest sums first.
func (t *Tx) SellerLines(c Company, s Span, limit int) (list []SellerLine, err error) {
	return list, t.rows(sqlSellerLines, append(s.args(c), int64(limit)), func(scan func(...any) error) error {
		var l SellerLine
		err := scan((*string)(&l.Seller), &l.Name, &l.Sales, (*int64)(&l.Total))
		list = append(list, l)
		return err
	})
}
