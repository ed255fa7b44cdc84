package engine

import (
	"fmt"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/till"
)

// Audit recounts a journal by hand, fact by fact, apart from the code that made it: every sale adds up and happens
// once, inside a shift; bills count up without a gap; each Z report is the sum of its receipts and of its cash.
//
// Where the oldest files were deleted it begins with the first shift that it sees opened.
type Audit struct {
	Sales int
	Total money.Amount
	began bool // a shift's begin has been seen
	open  bool
	shift int
	next  int // joining while a shift was open: the next one is not lower
	sums  event.Report
	// paid is what each way to pay brought in this shift; baskets holds those that became a sale in it.
	paid    map[event.TenderKind]money.Amount
	baskets map[string]event.Bill
	// paidBack is what each way to pay gave back in this shift; returned knows the sales of which something came back.
	paidBack map[event.TenderKind]money.Amount
	returned map[event.Bill]cameBack
}

// Add takes the next record and says what does not fit.
func (a *Audit) Add(r journal.Record) error {
	f, err := event.Decode(event.Kind(r.Kind), r.Body)
	if err != nil {
		return err
	}
	switch f := f.(type) {
	case event.BoxJoined: // the point may have had another box
		if !a.open {
			a.shift = max(a.shift, f.NextShift-1)
		} else {
			a.next = f.NextShift
		}
	case event.ShiftOpened:
		return a.opened(f)
	case event.SaleCompleted:
		return a.sale(f)
	case event.SaleReturned:
		return a.back(f)
	case event.ReturnHanded:
		a.handed(f)
	case event.CashMoved:
		a.sums.Expected += f.Amount
	case event.ShiftClosed:
		return a.closed(f.Report)
	}
	return nil
}

func (a *Audit) opened(f event.ShiftOpened) error {
	last, wasOpen, began := max(a.shift, a.next-1), a.open, a.began
	a.began, a.open, a.shift = true, true, f.Shift
	a.sums = event.Report{Expected: f.Float}
	a.paid, a.baskets = map[event.TenderKind]money.Amount{}, map[string]event.Bill{}
	a.paidBack = map[event.TenderKind]money.Amount{}
	switch {
	case began && f.Shift != last+1:
		return fmt.Errorf("shift %d follows shift %d", f.Shift, last)
	case wasOpen:
		return fmt.Errorf("shift %d opened while shift %d was open", f.Shift, last)
	}
	return nil
}

func (a *Audit) sale(s event.SaleCompleted) error {
	a.Sales++
	a.Total += s.Total
	if !a.began {
		return adds(s)
	}
	if !a.open {
		return fmt.Errorf("bill %s: sold while no shift was open", s.Bill)
	}
	a.sums.Bills++
	number := a.sums.Bills + a.sums.Returns
	a.sums.Gross += s.Gross
	a.sums.Discount += s.Discount
	a.sums.Rounding += s.Rounding
	a.sums.Total += s.Total
	a.sums.VAT += s.VAT
	a.sums.CityTax += s.CityTax
	for _, t := range s.Tenders {
		a.paid[t.Kind] += t.Amount
		if t.Kind == event.Cash {
			a.sums.Expected += t.Amount
		}
	}
	if s.Shift != a.shift || s.Number != number || s.Bill != till.BillOf(s.Day, s.Shift, number) {
		return fmt.Errorf("bill %s where number %d of shift %d should be", s.Bill, number, a.shift)
	}
	if before, twice := a.baskets[s.Basket]; twice {
		return fmt.Errorf("bill %s: its basket was sold before, as bill %s", s.Bill, before)
	}
	a.baskets[s.Basket] = s.Bill
	return adds(s)
}

// adds checks one sale by itself.
func adds(s event.SaleCompleted) error {
	var gross, off, rounded, total, vat, city, given, paid money.Amount
	for _, l := range s.Lines {
		if l.Total != l.Gross-l.LineDiscount-l.TicketDiscount || l.Rounding < 0 || l.Rounding > l.TicketDiscount {
			return fmt.Errorf("bill %s: line %d does not add up", s.Bill, l.No)
		}
		gross, off, total = gross+l.Gross, off+l.LineDiscount+l.TicketDiscount, total+l.Total
		vat, city, rounded = vat+l.VAT, city+l.CityTax, rounded+l.Rounding
	}
	for _, t := range s.Tenders {
		given, paid = given+t.Given, paid+t.Amount
	}
	if gross != s.Gross || off != s.Discount || rounded != s.Rounding || total != s.Total || vat != s.VAT || city != s.CityTax {
		return fmt.Errorf("bill %s: totals are not the sums of its lines", s.Bill)
	}
	if given-s.Change != s.Total || paid != s.Total {
		return fmt.Errorf("bill %s: %s paid less %s change is not %s", s.Bill, given, s.Change, s.Total)
	}
	return nil
}

func (a *Audit) closed(z event.Report) error {
	if !a.began {
		return nil
	}
	wasOpen, w := a.open, a.sums
	a.open = false
	switch {
	case !wasOpen || z.Shift != a.shift:
		return fmt.Errorf("Z report of shift %d, which is not open", z.Shift)
	case z.Bills != w.Bills || z.Gross != w.Gross || z.Discount != w.Discount || z.Rounding != w.Rounding || z.Total != w.Total || z.VAT != w.VAT || z.CityTax != w.CityTax:
		return fmt.Errorf("Z report of shift %d is not the sum of its receipts", z.Shift)
	case z.Expected != w.Expected:
		return fmt.Errorf("Z report of shift %d expects %s in the drawer; the receipts and cash moved make %s",
			z.Shift, z.Expected, w.Expected)
	}
	if err := sameTenders(z.Shift, z.Tenders, a.paid, "receipts"); err != nil {
		return err
	}
	return a.closedBack(z)
}
