package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/fault"
)

// held is what receipts are picked by that stands in their lines: a good, a category, a tax class. The list of sales knows
// no lines, so the receipts of the days on which it was sold are read.
type held struct {
	kind store.SumKind
	key  string
}

// scanMost bounds the receipts that one request reads and the days that it asks after, together. What lies behind is asked
// for with the answer's mark, as always; so an answer may have fewer rows than were asked for, or none, and yet a next.
var scanMost = 4000 // a test makes it less

// holds reads what the query picks by, and whether it does. Only one of them: two would not say whether they mean one line.
func (c *call) holds() (h held, ok bool, err error) {
	for _, by := range []struct {
		name string
		kind store.SumKind
	}{{"good", store.SumGood}, {"category", store.SumCategory}, {"tax", store.SumTax}} {
		key := c.text(by.name)
		switch {
		case key == "":
		case ok:
			return h, false, fault.Wrap(errors.New("more than one of good, category and tax"), fault.QueryMalformed, "name", by.name)
		default:
			h, ok = held{by.kind, key}, true
		}
	}
	return h, ok, nil
}

// in reports whether a record of a sale or a return has such a line.
func (h held) in(raw []byte) bool {
	r, err := journal.Decode(raw)
	if err != nil || !bytes.Contains(r.Body, []byte(`"lines"`)) {
		return false
	}
	var body struct {
		Lines []struct {
			Good     string `json:"good"`
			Category string `json:"category"`
			Tax      string `json:"tax"`
		} `json:"lines"`
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return false
	}
	for _, l := range body.Lines {
		if h.key == map[store.SumKind]string{store.SumGood: l.Good, store.SumCategory: l.Category, store.SumTax: l.Tax}[h.kind] {
			return true
		}
	}
	return false
}

// salesHolding lists the receipts that hold it, the newest first, with the mark of where to go on; a zero row: they were all.
func salesHolding(tx *store.Tx, c store.Company, p store.Picked, h held, limit int) (list []store.SaleRow, next store.SaleRow, err error) {
	span, err := tx.Bounds(c, p.Span)
	if err != nil {
		if err == store.ErrNone {
			err = nil
		}
		return nil, next, err
	}
	scanned, on := 0, tx.SoldDays(c, h.kind, h.key)
	for d := span.To; d >= span.From; d = dayBefore(d) {
		if p.Before.Day != "" && d > p.Before.Day || p.Before == through(d) {
			continue
		}
		scanned++
		sold, err := on.On(d)
		if err != nil {
			return nil, next, err
		}
		for more := sold; more; {
			p.From, p.To = d, d
			rows := 0
			err := tx.SaleRecords(c, p, 500, func(r store.SaleRow, raw []byte) {
				rows++
				if p.Before = r; len(list) < limit && h.in(raw) {
					list, next = append(list, r), r
				}
			})
			if err != nil {
				return nil, next, err
			}
			scanned += rows
			if len(list) == limit {
				return list, next, nil
			}
			if more = rows == 500; more && scanned >= scanMost {
				return list, p.Before, nil
			}
		}
		if scanned >= scanMost && d > span.From {
			return list, through(d), nil
		}
	}
	return list, store.SaleRow{}, nil
}

// through is the mark behind all receipts of a day.
func through(d day.Day) store.SaleRow { return store.SaleRow{Day: d} }

// dayBefore is the day before one that has been judged.
func dayBefore(d day.Day) day.Day {
	return day.Day(midnight(d, time.UTC).AddDate(0, 0, -1).Format(time.DateOnly))
}

// reportReasons answers why goods came back or were taken out, leave was given, and cash moved.
func (s *Server) reportReasons(c *call) (a ReasonsAnswer, err error) {
	a.Reasons, err = rowsAs(s, c, func(tx *store.Tx) ([]store.ReasonLine, error) { return tx.ReasonLines(c.company, c.span()) },
		func(r store.ReasonLine) ReasonReport { return ReasonReport(r) })
	return a, err
}

// ReasonReport sums what was done for a reason; empty: none was given.
type ReasonReport store.ReasonLine

// ReasonsAnswer sums by reasons.
type ReasonsAnswer struct {
	Reasons []ReasonReport `json:"reasons"`
}

func exportReasons(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
	list, err := tx.ReasonLines(c, s)
	for _, r := range list {
		err = cmp.Or(err, row(n.of("incident.", string(r.Kind)), r.Reason, number(r.Times), r.Amount.String()))
	}
	return err
}
