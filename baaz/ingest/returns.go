package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/sale"
	"posbox/wire"
)

// AlarmReturn is raised for a box that took back more than was sold, over all tills.
const AlarmReturn = "returned too much"

// claimFor is how long a box has a sale's goods for itself: time enough for one buyer, and for the record to arrive.
const claimFor = 20 * time.Minute

// payWithin is how much of it the till has to pay the money back.
const payWithin = 15 * time.Minute

// returnsOf lists the returns among records by the sales that they are of; p is the point of the records.
func returnsOf(p store.Point, records []journal.Record, list []counted) (rows []store.ReturnRow) {
	for i, x := range list {
		if !x.back || x.sale.Of == nil {
			continue
		}
		row := store.ReturnRow{Point: store.Point(x.sale.Of.Point), Bill: x.sale.Of.Bill, Box: records[i].Box, Seq: records[i].Seq}
		if row.Point == 0 {
			row.Point = p
		}
		rows = append(rows, row)
	}
	return rows
}

// settleReturns ends the claims of returns that have arrived, and raises an alarm where more came back than was sold.
func settleReturns(tx *store.Tx, c store.Company, rows []store.ReturnRow, now int64) error {
	for _, r := range rows {
		if err := tx.EndClaim(c, r.Point, r.Bill, r.Box); err != nil {
			return err
		}
		over, err := overReturned(tx, c, r)
		if err != nil {
			return err
		}
		if over != "" {
			if err := tx.Raise(c, store.Alarm{Box: r.Box, Kind: AlarmReturn, Detail: readable(fmt.Sprintf("bill %s: %s", r.Bill, over))}, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// overReturned says what of a sale came back too much; empty where nothing did. A sale that has not arrived yet, or that
// nobody made, is told as such.
func overReturned(tx *store.Tx, c store.Company, r store.ReturnRow) (string, error) {
	on, shift, number, ok := event.CutBill(r.Bill)
	if !ok {
		return "no such bill", nil
	}
	sales, err := tx.FindSale(c, r.Point, on, shift, number)
	if err != nil {
		return "", err
	}
	records, err := tx.Returned(c, r.Point, r.Bill)
	if err != nil {
		return "", err
	}
	of := make([][]event.SaleReturned, len(sales))
	mine := -1
	for _, rec := range records {
		n, back, err := returnOf(tx, c, sales, rec)
		if err != nil {
			return "", err
		}
		if n >= 0 {
			of[n] = append(of[n], back)
		}
		if rec.Box == r.Box && rec.Seq == r.Seq {
			mine = n
		}
	}
	if mine < 0 {
		return "the sale is not known here", nil
	}
	var sold event.SaleCompleted
	if err := json.Unmarshal(sales[mine].Body, &sold); err != nil {
		return "", err
	}
	return tooMuch(sold, of[mine]), nil
}

// returnOf tells which of the sales with one number a return is of, -1: of none. The code on the receipt says so; without it
// the till took back what it had sold itself: what its own chain says, or what that one follows from. Where that does not
// have the sale, it is the only one there is.
func returnOf(tx *store.Tx, c store.Company, sales []journal.Record, r journal.Record) (n int, back event.SaleReturned, err error) {
	if err := json.Unmarshal(r.Body, &back); err != nil {
		return -1, back, err
	}
	if back.Of != nil {
		if code, ok := barcode.ParseBill(back.Of.Code); ok {
			return fitting(sales, code), back, nil
		}
	}
	if len(sales) <= 1 {
		return len(sales) - 1, back, nil
	}
	before, err := tx.Before(c, r.Box)
	if err != nil {
		return -1, back, err
	}
	for _, s := range slices.Insert(before, 0, store.Stretch{Box: r.Box, Seq: r.Seq}) {
		if n := slices.IndexFunc(sales, func(x journal.Record) bool { return x.Box == s.Box && x.Seq <= s.Seq }); n >= 0 {
			return n, back, nil
		}
	}
	return 0, back, nil
}

// fitting finds the sale that a code fits; -1: none.
func fitting(sales []journal.Record, code barcode.BillCode) int {
	return slices.IndexFunc(sales, func(r journal.Record) bool {
		var s event.SaleCompleted
		return json.Unmarshal(r.Body, &s) == nil && code.Fits(s)
	})
}

// tooMuch says what of a sale came back too much over all its returns; empty where nothing did.
func tooMuch(sold event.SaleCompleted, returns []event.SaleReturned) string {
	var done sale.Done
	for _, back := range returns {
		wrong := done.AddOf(sold, back)
		switch {
		case wrong != "" && back.Unverified:
			return "unverified return " + string(back.Bill) + ": " + wrong
		case wrong == "" && !back.Unverified: // what is unverified numbers its lines by itself
			wrong = unsold(sold, done, back)
		}
		if wrong != "" {
			return wrong
		}
	}
	return ""
}

// unsold says what a return took back of lines that the sale does not have, which AddOf does not look at: it goes through
// the lines that were sold.
func unsold(sold event.SaleCompleted, done sale.Done, back event.SaleReturned) string {
	for _, l := range back.Lines {
		has := slices.ContainsFunc(sold.Lines, func(s event.Line) bool { return s.No == l.No })
		if over := done.Lines[l.No]; !has && over > 0 {
			return fmt.Sprintf("line %d, %s too much", l.No, over)
		}
	}
	return ""
}

// FindReturn answers a box at which goods come back: the sale that the code on a receipt names, what has come back of it,
// and a claim on it. Errors are faults: record.unknown where no sale of the company fits the code, return.claimed while
// another till takes the same goods back.
func (i *Ingest) FindReturn(ctx context.Context, who store.BoxID, text string) (answer wire.ReturnSale, err error) {
	code, ok := barcode.ParseBill(text)
	if !ok {
		return answer, fault.New(fault.RecordUnknown)
	}
	now := i.micros()
	err = i.store.Write(ctx, func(tx *store.Tx) error {
		answer, err = i.claim(tx, who, code, now)
		return err
	})
	if err != nil {
		return wire.ReturnSale{}, err
	}
	answer.Sign(i.key)
	return answer, nil
}

func (i *Ingest) claim(tx *store.Tx, who store.BoxID, code barcode.BillCode, now int64) (a wire.ReturnSale, err error) {
	box, err := tx.Box(who.Company, who.Box)
	switch {
	case err != nil:
		return a, err
	case box.State == store.BoxRevoked:
		return a, fault.New(fault.BoxRevoked)
	}
	point := store.Point(code.Point)
	sale, sales, err := saleOf(tx, who.Company, point, code)
	if err != nil {
		return a, err
	}
	until := now + claimFor.Microseconds()
	if err := tx.Claim(who.Company, point, code.Bill(), who.Box, until, now); errors.Is(err, store.ErrNone) {
		return a, fault.New(fault.ReturnClaimed, "bill", string(code.Bill()))
	} else if err != nil {
		return a, err
	}
	a = wire.ReturnSale{Box: who.Box.String(), Point: code.Point, Sale: sale.Body, Returns: [][]byte{}, Claim: strconv.FormatInt(until, 36),
		Until: now + payWithin.Microseconds(), Time: now}
	returns, err := tx.Returned(who.Company, point, code.Bill())
	if err != nil {
		return a, err
	}
	for _, r := range returns {
		n, _, err := returnOf(tx, who.Company, sales, r)
		if err != nil {
			return a, err
		}
		if n >= 0 && sales[n].Hash == sale.Hash {
			a.Returns = append(a.Returns, r.Body)
		}
	}
	points, err := tx.Points(who.Company)
	for _, p := range points {
		if p.Point == point {
			a.PointName = p.Name
		}
	}
	return a, err
}

// saleOf finds the one sale that a code fits, among all that have its number.
func saleOf(tx *store.Tx, c store.Company, p store.Point, code barcode.BillCode) (sale journal.Record, sales []journal.Record, err error) {
	sales, err = tx.FindSale(c, p, code.Day, code.Shift, code.Number)
	if err != nil {
		return sale, nil, err
	}
	n := fitting(sales, code)
	if n < 0 {
		return sale, nil, fault.New(fault.RecordUnknown)
	}
	return sales[n], sales, nil
}
