package web

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/paper"
	"posbox/pos/receipt"
)

// picture draws what a record looks like on paper, with the number of its e-barimt as that stands now. Lottery number and QR code
// are not in it: they were printed once and are kept nowhere.
func (s *Server) picture(c *call) error {
	seq, err := c.id("seq", fault.RecordUnknown)
	if err != nil {
		return err
	}
	var doc receipt.Doc
	cache := "private, max-age=31536000, immutable" // a record never changes
	err = s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		b, err := c.ofCompany(tx)
		if err != nil {
			return err
		}
		r, err := tx.Record(c.company, b, journal.Seq(seq))
		if errors.Is(err, store.ErrNone) {
			return fault.New(fault.RecordUnknown)
		}
		if err != nil {
			return err
		}
		rec, err := journal.Decode(r.Raw)
		if err != nil {
			return err
		}
		fiscal := func(bill, before event.Bill) (*receipt.Fiscal, error) {
			cache = "private, max-age=10" // but its e-barimt does
			rows, err := tx.FiscalOf(c.company, b, bill)
			return shownOf(rows, before), err
		}
		doc, err = drawn(rec, fiscal)
		return err
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := paper.Draw(doc).PNG(&b); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", cache)
	c.w.Write(b.Bytes()) // a browser that has left asks again
	return nil
}

// drawMost bounds the lines that are drawn: a box may send what it likes.
const drawMost = 2000

// shownOf is what a paper says of a sale's e-barimt: the number that holds, or the last that did; before names the return whose paper
// it is, which says what held before it. nil: the sale was not reported.
func shownOf(rows []store.FiscalRow, before event.Bill) *receipt.Fiscal {
	if len(rows) == 0 {
		return nil
	}
	f := &receipt.Fiscal{}
	for _, r := range rows {
		if before != "" && r.Back == before {
			break
		}
		if r.State == event.FiscalIssued {
			f.ID, f.Date = r.Number, r.Date
		}
	}
	return f
}

// drawn lays a record out; one that is no paper is not there. fiscal tells of a sale's e-barimt, before a return or now.
func drawn(r journal.Record, fiscal func(bill, before event.Bill) (*receipt.Fiscal, error)) (doc receipt.Doc, err error) {
	o := receipt.Options{Columns: receipt.Wide}
	none := func(err error) (receipt.Doc, error) { return receipt.Doc{}, fault.Wrap(err, fault.RecordUnknown) }
	switch event.Kind(r.Kind) {
	case event.KindSaleCompleted:
		var f event.SaleCompleted
		if err := json.Unmarshal(r.Body, &f); err != nil || len(f.Lines) > drawMost {
			return none(err)
		}
		if o.Fiscal, err = fiscal(f.Bill, ""); err != nil {
			return doc, err
		}
		return receipt.Sale(f, o), nil
	case event.KindSaleReturned:
		var f event.SaleReturned
		if err := json.Unmarshal(r.Body, &f); err != nil || len(f.Lines) > drawMost || len(f.Left) > drawMost {
			return none(err)
		}
		if f.Of != nil && f.Of.Point == 0 {
			if o.Fiscal, err = fiscal(f.Of.Bill, f.Bill); err != nil {
				return doc, err
			}
		}
		return receipt.Return(f, o), nil
	case event.KindShiftClosed:
		var f event.ShiftClosed
		if err := json.Unmarshal(r.Body, &f); err != nil {
			return none(err)
		}
		return receipt.Report(f.Report, o), nil
	}
	return none(errors.New("no paper"))
}

// writeMark tells where a list of sales ends.
func writeMark(r store.SaleRow) string {
	return strings.Join([]string{string(r.Day), r.At, r.Box.String(), strconv.FormatUint(uint64(r.Seq), 10)}, "|")
}

// readMark reads what writeMark wrote.
func readMark(s string) (r store.SaleRow, err error) {
	if s == "" {
		return r, nil
	}
	part := strings.Split(s, "|")
	if len(part) != 4 {
		return r, errors.New("no mark")
	}
	if r.Day, err = day.Parse(part[0]); err != nil {
		return r, err
	}
	box, err := hex.DecodeString(part[2])
	if err != nil || len(box) != len(r.Box) {
		return r, errors.New("no box")
	}
	seq, err := strconv.ParseInt(part[3], 10, 64)
	r.At, r.Box, r.Seq = part[1], journal.Box(box), journal.Seq(seq)
	return r, err
}
