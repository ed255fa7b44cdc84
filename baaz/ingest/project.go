package ingest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// Bounds of what is counted. A row of sums must not overflow, and a key must fit an index of PostgreSQL.
const (
	maxAmount   money.Amount     = money.Max
	maxQuantity catalog.Quantity = 1_000_000_000 * catalog.One
	maxName                      = 200 // bytes of a good's code, a tender's kind, a name
	maxShift                     = 1_000_000_000
)

// counted is what a record adds to the rollups and lists.
type counted struct {
	sale     *sold // or what came back, as a sale of less than nothing
	back     bool
	opened   *event.ShiftOpened
	closed   *event.Report
	incident *store.Incident
	asked    *store.FiscalRow // an e-barimt was asked for
	from     event.JobName    // of another till's return that it tells of
	outcome  *event.FiscalOutcome
	handed   *handed
	wrong    error
}

// count reads the facts that are counted. It never fails: what cannot be read is a problem of that record.
func count(records []journal.Record) []counted {
	list := make([]counted, len(records))
	for i, r := range records {
		switch event.Kind(r.Kind) {
		case event.KindSaleCompleted:
			var s sold
			if list[i].wrong = readSale(r.Body, &s); list[i].wrong == nil {
				list[i].sale = &s
			}
		case event.KindSaleReturned:
			var s sold
			if list[i].wrong = readReturn(r.Body, &s); list[i].wrong == nil {
				list[i].sale, list[i].back = &s, true
			}
		case event.KindShiftOpened:
			var s event.ShiftOpened
			if list[i].wrong = readShift(r.Body, &s); list[i].wrong == nil {
				list[i].opened = &s
			}
		case event.KindShiftClosed:
			var s event.ShiftClosed
			if list[i].wrong = readClose(r.Body, &s); list[i].wrong == nil {
				list[i].closed = &s.Report
			}
		case event.KindFiscalAsked:
			list[i].asked, list[i].from, list[i].wrong = readFiscalAsked(r)
		case event.KindFiscalOutcome:
			list[i].outcome, list[i].wrong = readFiscalOutcome(r.Body)
		case event.KindReturnHanded:
			list[i].handed, list[i].wrong = readHanded(r.Body)
		default:
			list[i].incident, list[i].wrong = readIncident(r)
		}
	}
	return list
}

// check refuses what would spoil the sums.
func (s *sold) check() error {
	if _, err := day.Parse(string(s.Day)); err != nil {
		return err
	}
	if err := bounded(s.Gross, s.Discount, s.Total, s.VAT, s.CityTax); err != nil {
		return err
	}
	for _, t := range s.Tenders {
		if !storable(string(t.Kind)) || t.Amount > maxAmount || t.Amount < -maxAmount {
			return fmt.Errorf("tender %.40q of %s", t.Kind, t.Amount)
		}
	}
	if s.SellerName = readable(s.SellerName); s.By != "" && !storable(string(s.By)) {
		return fmt.Errorf("seller %.40q", s.By)
	}
	if s.Buyer != nil && !storable(s.Buyer.Code) {
		return fmt.Errorf("customer %.40q", s.Buyer.Code)
	}
	for n := range s.Lines {
		l := &s.Lines[n]
		if err := bounded(l.Rounding, l.VAT, l.CityTax); err != nil {
			return err
		}
		if !storable(string(l.Good)) || l.Total > maxAmount || l.Total < -maxAmount || l.Quantity > maxQuantity || l.Quantity < -maxQuantity {
			return fmt.Errorf("line %d: good %.40q, quantity %s, %s", l.No, l.Good, l.Quantity, l.Total)
		}
		l.Name = readable(l.Name)
	}
	return nil
}

// bounded refuses amounts that no shop has.
func bounded(amounts ...money.Amount) error {
	for _, a := range amounts {
		if a > maxAmount || a < -maxAmount {
			return fmt.Errorf("amount %s", a)
		}
	}
	return nil
}

// storable reports whether a text may be part of a key: PostgreSQL knows no NUL, and an index has bounds.
func storable(s string) bool {
	return s != "" && len(s) <= maxName && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

// readable makes a text fit for a column that a person reads.
func readable(s string) string { return readableIn(s, maxName) }

func readableIn(s string, most int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// sums adds up the sales of records at one point.
func sums(p store.Point, late bool, list []counted) store.Rollups {
	r := store.NewRollups()
	for _, c := range list {
		if c.sale != nil {
			addSale(r, store.DayKey{Point: p, Day: c.sale.Day}, late, c)
		}
	}
	return r
}

// addSums counts a sale in by hour, customer and what it consists of.
func addSums(m store.Sums, k store.DayKey, s *sold, one int64) {
	m.Add(k, store.SumHour, hourOf(localTime(s.Local)), store.Sum{Times: one, Total: s.Total})
	if s.Buyer != nil {
		m.Add(k, store.SumCustomer, s.Buyer.Code, store.Sum{Name: readable(s.Buyer.Name), Times: one, Total: s.Total})
	}
	if one == 0 {
		m.Add(k, store.SumReturn, readable(string(s.By)), store.Sum{Name: s.SellerName, Times: 1, Total: s.Total})
	}
	for _, l := range s.Lines {
		m.Add(k, store.SumCategory, readable(l.Category), store.Sum{Times: one, Quantity: l.Quantity, Total: l.Total})
		m.Add(k, store.SumTax, readable(string(l.Tax)), store.Sum{Times: one, Total: l.Total, VAT: l.VAT, City: l.CityTax})
	}
}

// addSale adds a sale up. What came back takes from the amounts and is no sale less: how often something was sold stays.
func addSale(r store.Rollups, k store.DayKey, late bool, x counted) {
	s, one := x.sale, int64(1)
	if x.back {
		one = 0
	}
	addDay(r, k, late, s, one)
	addWho(r, k, s, one)
	for _, t := range s.Tenders {
		key := store.TenderKey{DayKey: k, Tender: t.Kind}
		v := r.Tenders[key]
		v.Times += one
		v.Amount += t.Amount
		r.Tenders[key] = v
	}
	for _, l := range s.Lines {
		key := store.GoodKey{DayKey: k, Good: l.Good}
		v := r.Goods[key]
		v.Name = l.Name
		v.Lines += one
		v.Quantity += l.Quantity
		v.Total += l.Total
		r.Goods[key] = v
	}
	addSums(r.Sums, k, s, one)
}

func addDay(r store.Rollups, k store.DayKey, late bool, s *sold, one int64) {
	d := r.Days[k]
	d.Sales += one
	if late {
		d.Late += one
	}
	d.Gross += s.Gross
	d.Discount += s.Discount
	for _, l := range s.Lines {
		d.Rounding += l.Rounding
	}
	d.Total += s.Total
	d.VAT += s.VAT
	d.City += s.CityTax
	r.Days[k] = d
}

// addWho counts by who sold and who bought.
func addWho(r store.Rollups, k store.DayKey, s *sold, one int64) {
	seller := store.SellerKey{DayKey: k, Seller: s.By}
	v := r.Sellers[seller]
	v.Name = s.SellerName
	v.Sales += one
	v.Total += s.Total
	r.Sellers[seller] = v
	if s.Buyer != nil {
		key := store.CustomerKey{Customer: s.Buyer.Code, Point: k.Point}
		v := r.Customers[key]
		v.Sales += one
		v.Total += s.Total
		r.Customers[key] = v
	}
}

// project adds records to the rollups; before is what their chain follows from, where it is a branch. Where the database refuses the sums, a hostile box has filled them up, its sales
// are problems: the records stand all the same. It returns the boxes that have returns to report, or news of theirs.
func project(tx *store.Tx, c store.Company, p store.Point, late bool, before []store.Stretch, records []journal.Record, list []counted, now int64) (tell []journal.Box, err error) {
	books, err := openBooks(tx, c, p, before, records[0])
	if err != nil {
		return nil, err
	}
	for i, x := range list {
		if err := books.enter(records[i], x); err != nil {
			return nil, err
		}
	}
	returned := returnsOf(p, records, list)
	refused, err := tx.Try(func() error {
		if err := tx.AddListed(c, books.listed); err != nil {
			return err
		}
		if err := tx.AddReturned(c, returned); err != nil {
			return err
		}
		all := sums(p, late, list)
		if err := addFiscal(tx, c, p, before, records, list, all.Sums); err != nil {
			return err
		}
		return tx.AddRollups(c, all)
	})
	if err != nil {
		return nil, err
	}
	if refused == nil {
		if err := settleReturns(tx, c, returned, now); err != nil {
			return nil, err
		}
	}
	// Also where the sums are refused: the e-barimt of what came back has to be corrected all the same.
	if tell, err = addHandovers(tx, c, p, records, list, now); err != nil {
		return nil, err
	}
	var problems []store.Problem
	next := 0
	for i, x := range list {
		why := x.wrong
		if refused != nil && (x.sale != nil || x.opened != nil || x.closed != nil || x.incident != nil || x.asked != nil || x.outcome != nil || x.handed != nil) {
			why = refused
		}
		if x.opened != nil && why != nil { // its number is used all the same
			next = max(next, x.opened.Shift+1)
		}
		if why != nil {
			problems = append(problems, store.Problem{Box: records[i].Box, Seq: records[i].Seq, Code: string(fault.RecordUncounted), Detail: readable(why.Error())})
		} else {
			if x.opened != nil {
				next = max(next, x.opened.Shift+1)
			}
		}
	}
	if err := tx.AddProblems(c, now, problems); err != nil || next <= 1 {
		return tell, err
	}
	return tell, tx.RaiseShift(c, p, int64(next))
}
