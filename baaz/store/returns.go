package store

import (
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
)

// ReturnRow says that goods of a sale came back: which sale, and which record tells it.
type ReturnRow struct {
	Point Point // that sold
	Bill  event.Bill
	Box   journal.Box
	Seq   journal.Seq
}

// AddReturned notes returns by the sales that they are of.
func (t *Tx) AddReturned(c Company, list []ReturnRow) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{int64(c), int64(r.Point), string(r.Bill), r.Box[:], int64(r.Seq)}
	}
	return t.insert(sqlReturnedAdd, rows)
}

// Returned returns the records of a sale's returns, oldest first as they came in.
func (t *Tx) Returned(c Company, p Point, bill event.Bill) (list []journal.Record, err error) {
	return list, t.records(&list, sqlReturned, int64(c), int64(p), string(bill))
}

// FindSale returns the records of a point's sales with a number. There is one, unless the point has had several boxes that
// had never joined when they sold, or a box has a branch.
func (t *Tx) FindSale(c Company, p Point, on day.Day, shift, number int) (list []journal.Record, err error) {
	return list, t.records(&list, sqlSaleFind, int64(c), string(on), int64(p), int64(shift), int64(number))
}

// records reads records. Those of a branch are told of under its name.
func (t *Tx) records(list *[]journal.Record, text string, args ...any) error {
	return t.rows(text, args, func(scan func(...any) error) error {
		var box, raw []byte
		if err := scan(&box, &raw); err != nil {
			return err
		}
		r, err := journal.Decode(raw)
		if err != nil {
			return err
		}
		copy(r.Box[:], box)
		*list = append(*list, r)
		return nil
	})
}

// Claim keeps a sale's goods for a box until a time; ErrNone where another box has them now.
func (t *Tx) Claim(c Company, p Point, bill event.Bill, b journal.Box, until, now int64) error {
	return t.row(sqlClaimTake, []any{int64(c), int64(p), string(bill), b[:], until, now}, &until)
}

// EndClaim gives a sale's goods free that a box has kept.
func (t *Tx) EndClaim(c Company, p Point, bill event.Bill, b journal.Box) error {
	return t.exec(sqlClaimEnd, int64(c), int64(p), string(bill), b[:])
}
