package store

import (
	"posbox/journal"
	"posbox/pos/event"
	"posbox/wire"
)

// HandoverRow is a return whose e-barimt another point has issued.
type HandoverRow struct {
	Box   journal.Box // that took the goods back
	Seq   journal.Seq // of its record
	Point Point       // that sold, and has to report it
	Bill  event.Bill  // of the sale
	Back  event.Bill  // of the return; empty: its record has not come yet
	Place Point       // of Box
	Local string      // wall time in the shop
	At    int64       // when it came, BAAZ's clock
	State wire.HandedState
	// Taker is the box of Point that has taken it, Taken the sequence of its record, Asked that of its request to the tax office.
	Taker        journal.Box
	Taken, Asked journal.Seq
	Number       string // ДДТД
}

func (r *HandoverRow) scan(scan func(...any) error) error {
	var box, taker []byte
	err := scan(&box, (*int64seq)(&r.Seq), (*int64)(&r.Point), (*string)(&r.Bill), (*string)(&r.Back), (*int64)(&r.Place), &r.Local, &r.At, (*string)(&r.State),
		&taker, (*int64seq)(&r.Taken), (*int64seq)(&r.Asked), &r.Number)
	copy(r.Box[:], box)
	copy(r.Taker[:], taker)
	return err
}

func (t *Tx) handovers(text string, args ...any) (list []HandoverRow, err error) {
	return list, t.rows(text, args, func(scan func(...any) error) error {
		var r HandoverRow
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// AddHandover notes a return that another point has to report. What that point has said of it already stays.
func (t *Tx) AddHandover(c Company, r HandoverRow) error {
	return t.exec(sqlHandoverAdd, int64(c), r.Box[:], int64(r.Seq), int64(r.Point), string(r.Bill), string(r.Back), int64(r.Place), r.Local, r.At, string(wire.HandedWaits), []byte{})
}

// TakeHandover notes which box has taken a return, and what follows. The first that says so has it.
func (t *Tx) TakeHandover(c Company, r HandoverRow) error {
	return t.exec(sqlHandoverTake, int64(c), r.Box[:], int64(r.Seq), int64(r.Point), string(r.Bill), int64(r.Place), r.Local, r.At, string(r.State), r.Taker[:], int64(r.Taken))
}

// AskHandover notes by which request its taker has the tax office told of a return.
func (t *Tx) AskHandover(c Company, r HandoverRow) error {
	return t.exec(sqlHandoverAsk, int64(c), r.Box[:], int64(r.Seq), r.Taker[:], int64(r.Asked), string(wire.HandedAsked))
}

// SettleHandover notes what became of a box's request, where it told of a return of another one, which is returned. What has
// ended stays as it ended.
func (t *Tx) SettleHandover(c Company, taker journal.Box, asked journal.Seq, state wire.HandedState, number string) (of []journal.Box, err error) {
	return of, t.rows(sqlHandoverSettle, []any{int64(c), taker[:], int64(asked), string(state), number}, func(scan func(...any) error) error {
		var box []byte
		err := scan(&box)
		if len(box) == len(journal.Box{}) {
			of = append(of, journal.Box(box))
		}
		return err
	})
}

// HandoversFor returns what waits for the box of a point, 0: of any, the oldest first.
func (t *Tx) HandoversFor(c Company, p Point, limit int) ([]HandoverRow, error) {
	return t.handovers(sqlHandoversFor, int64(c), int64(p), int64(limit))
}

// HandoverTakers returns the boxes that have taken returns of a sale.
func (t *Tx) HandoverTakers(c Company, p Point, bill event.Bill) (list []journal.Box, err error) {
	return list, t.rows(sqlHandoverTakers, []any{int64(c), int64(p), string(bill)}, func(scan func(...any) error) error {
		var box []byte
		err := scan(&box)
		if len(box) == len(journal.Box{}) {
			list = append(list, journal.Box(box))
		}
		return err
	})
}

// HandoversOf returns the returns that a box has made and others have to report, the newest first.
func (t *Tx) HandoversOf(c Company, b journal.Box, limit int) ([]HandoverRow, error) {
	return t.handovers(sqlHandoversOf, int64(c), b[:], int64(limit))
}

// Handovers returns all of a company's.
func (t *Tx) Handovers(c Company) ([]HandoverRow, error) {
	return t.handovers(sqlHandovers, int64(c))
}

// Handover returns one; ErrNone where there is none.
func (t *Tx) Handover(c Company, b journal.Box, seq journal.Seq) (r HandoverRow, err error) {
	return r, t.one(sqlHandover, []any{int64(c), b[:], int64(seq)}, r.scan)
}

// HandoversWait reports whether returns wait for a box, which must have its point, and a history that nobody doubts.
func (t *Tx) HandoversWait(who BoxID) (bool, error) {
	box, err := t.Box(who.Company, who.Box)
	if err != nil || box.State != BoxActive {
		return false, err
	}
	if forked, err := t.AlarmRings(who.Company, who.Box, AlarmFork); err != nil || forked {
		return false, err
	}
	rows, err := t.HandoversFor(who.Company, box.Point, 1)
	return len(rows) > 0, err
}
