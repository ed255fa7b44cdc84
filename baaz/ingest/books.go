package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/wire"
)

// books follow the records of one box in their order and make the rows of the lists. Which shift is open decides to which
// day of the shop a record belongs that does not say so itself.
type books struct {
	point  store.Point
	last   *store.ShiftRow // the newest shift that was opened
	listed store.Listed
	// zone is where the shop's days begin; nil: nobody asks for the day of what was done while no shift was open.
	zone func() (*time.Location, error)
}

// openBooks goes on where the box's records end that are kept already. A branch that has opened no shift itself is in the one
// in which it left what it follows from.
func openBooks(tx *store.Tx, c store.Company, p store.Point, before []store.Stretch, first journal.Record) (*books, error) {
	b := &books{point: p, zone: sync.OnceValues(func() (*time.Location, error) { return registers.Zone(tx, c, wire.PointScope(uint64(c), uint64(p))) })}
	last, err := tx.LastShift(c, first.Box, first.Seq)
	if err == nil {
		b.last = &last
		return b, nil
	}
	for _, s := range before {
		if !errors.Is(err, store.ErrNone) {
			return nil, err
		}
		if last, err = tx.LastShift(c, s.Box, s.Seq+1); err == nil {
			b.inherit(first.Box, last, s.Seq)
			return b, nil
		}
	}
	if !errors.Is(err, store.ErrNone) {
		return nil, err
	}
	return b, nil
}

// inherit goes on in a shift that another chain had opened, as it stood at a sequence. If it was open then, it goes on twice,
// and each ends with a Z report of its own.
func (b *books) inherit(box journal.Box, last store.ShiftRow, at journal.Seq) {
	if last.Closed == 0 || last.Closed > at {
		last.Close(0, event.Report{})
		last.Box, last.Point = box, b.point
		b.listed.Shifts = append(b.listed.Shifts, last)
	}
	b.last = &last
}

// dayOf tells the day, and the shift, of what does not say its day: that of its shift, which may have ended, else the day in
// the shop's zone. said is the shift that the record names.
func (b *books) dayOf(r journal.Record, said int64) (day.Day, int64, error) {
	if b.last != nil && (b.last.Closed == 0 || b.last.Shift == said) {
		return b.last.Day, b.last.Shift, nil
	}
	if b.zone == nil {
		return "", 0, nil
	}
	zone, err := b.zone()
	if err != nil {
		return "", 0, err
	}
	d := day.Of(clampTime(r.Time), zone)
	if b.last != nil {
		d = max(d, b.last.Day) // a clock that has gone back
	}
	return d, 0, nil
}

// enter adds the rows of a record.
func (b *books) enter(r journal.Record, x counted) (err error) {
	switch {
	case x.sale != nil:
		b.listed.Sales = append(b.listed.Sales, saleRow(b.point, r, x))
		if x.back {
			b.listed.Incidents = append(b.listed.Incidents, returned(b.point, r, x.sale))
		}
	case x.opened != nil:
		o := x.opened
		b.last = &store.ShiftRow{Box: r.Box, Opened: r.Seq, Point: b.point, Shift: int64(o.Shift), Day: o.Day, OpenedAt: localTime(o.Local), OpenedBy: o.By}
		b.listed.Shifts = append(b.listed.Shifts, *b.last)
	case x.closed != nil:
		if b.last != nil && b.last.Shift == int64(x.closed.Shift) && b.last.Closed == 0 {
			b.last.Close(r.Seq, *x.closed)
			b.listed.Shifts = append(b.listed.Shifts, *b.last)
		}
	case x.incident != nil:
		i := *x.incident
		i.At, i.Box, i.Seq, i.Point = r.Time, r.Box, r.Seq, b.point
		i.Day, i.Shift, err = b.dayOf(r, i.Shift)
		b.listed.Incidents = append(b.listed.Incidents, i)
	}
	return err
}

// returned is what came back, as an owner looks at it. Why it came back is read here only: few sales are returns.
func returned(p store.Point, r journal.Record, s *sold) store.Incident {
	var said struct {
		event.Who
		Bill event.Bill `json:"bill"`
	}
	_ = json.Unmarshal(r.Body, &said) // it has been read as a sale; what does not fit here stays empty
	return store.Incident{Day: s.Day, At: r.Time, Box: r.Box, Seq: r.Seq, Point: p, Shift: int64(s.Shift), Kind: event.Kind(r.Kind), Seller: event.SellerCode(readable(string(s.By))),
		Approver: event.SellerCode(readable(string(said.ApprovedBy))), Reason: readable(said.Reason), What: readable(string(said.Bill)), Amount: s.Total}
}

// clampTime is a box's clock, which may say anything, within the years that a day can be written of.
func clampTime(micros int64) time.Time {
	const least, most = 0, 253_402_300_799_999_999 - 86_400_000_000
	return time.UnixMicro(max(least, min(most, micros)))
}

func saleRow(p store.Point, r journal.Record, x counted) store.SaleRow {
	s := x.sale
	row := store.SaleRow{Day: s.Day, At: localTime(s.Local), Box: r.Box, Seq: r.Seq, Point: p, Shift: int64(s.Shift), Number: int64(s.Number), Seller: s.By,
		Total: s.Total, Back: x.back}
	for _, l := range s.Lines {
		if l.Quantity != 0 { // else a return has only changed what the line costs
			row.Lines++
		}
	}
	if s.Buyer != nil {
		row.Customer = s.Buyer.Code
	}
	for _, t := range s.Tenders {
		switch kind := string(t.Kind); row.Tender {
		case "", kind:
			row.Tender = kind
		default:
			row.Tender = "mixed"
		}
	}
	return row
}

// localTime is a wall time as tills write it; empty where it is none.
func localTime(s string) string {
	if _, err := time.Parse(time.DateTime, s); err != nil || len(s) != len(time.DateTime) {
		return ""
	}
	return s
}

// hourOf is the hour of a wall time; empty where there is none.
func hourOf(local string) string {
	if local == "" {
		return ""
	}
	return local[11:13]
}

// readShift reads the beginning of a shift.
func readShift(body []byte, s *event.ShiftOpened) error {
	if err := json.Unmarshal(body, s); err != nil {
		return err
	}
	if s.Shift < 1 || s.Shift > maxShift {
		return fmt.Errorf("shift %d", s.Shift)
	}
	if _, err := day.Parse(string(s.Day)); err != nil {
		return err
	}
	s.By = event.SellerCode(readable(string(s.By)))
	return nil
}

// readClose reads the end of a shift.
func readClose(body []byte, s *event.ShiftClosed) error {
	if err := json.Unmarshal(body, s); err != nil {
		return err
	}
	z := &s.Report
	amounts := []money.Amount{z.Total, z.Expected, z.RemovedAmount}
	for _, a := range []*money.Amount{z.Counted, z.Difference} {
		if a != nil {
			amounts = append(amounts, *a)
		}
	}
	z.ClosedAt, z.ClosedBy = localTime(z.ClosedAt), event.SellerCode(readable(string(z.ClosedBy)))
	return bounded(amounts...)
}

// readIncident reads what an owner looks at beside the sales; nil: the record is nothing of the kind.
func readIncident(r journal.Record) (*store.Incident, error) {
	i := &store.Incident{Kind: event.Kind(r.Kind)}
	var by event.Who
	read := func(into any) error { return json.Unmarshal(r.Body, into) }
	var err error
	switch i.Kind {
	case event.KindLineRemoved:
		var f event.LineRemoved
		err = read(&f)
		by, i.Shift, i.What, i.Amount = f.Who, int64(f.Shift), f.Line.Name, f.Amount
	case event.KindOverrideGranted:
		var f event.OverrideGranted
		err = read(&f)
		by, i.What, i.Amount = f.Who, f.What, f.Amount
	case event.KindCashMoved:
		var f event.CashMoved
		err = read(&f)
		by, i.Shift, i.Amount = f.Who, int64(f.Shift), f.Amount
	case event.KindShiftCounted:
		var f event.ShiftCounted
		if err = read(&f); err == nil && !f.Recount {
			return nil, nil
		}
		by, i.Shift, i.Amount = f.Who, int64(f.Shift), f.Total
	case event.KindDrawerAsked:
		var f event.DrawerAsked
		if err = read(&f); err == nil && f.Cause != "open" {
			return nil, nil
		}
		by, i.Shift = f.Who, int64(f.Shift)
	case event.KindReceiptAsked:
		var f event.ReceiptAsked
		if err = read(&f); err == nil && !f.Copy {
			return nil, nil
		}
		by, i.What = f.Who, string(f.Bill) // it names the last shift, which may not be open
	default:
		return nil, nil
	}
	if err == nil {
		err = bounded(i.Amount)
	}
	if err != nil {
		return nil, err
	}
	i.Seller, i.Approver = event.SellerCode(readable(string(by.By))), event.SellerCode(readable(string(by.ApprovedBy)))
	i.Reason, i.What = readable(by.Reason), readable(i.What)
	return i, nil
}
