package engine

import (
	"fmt"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/till"
)

// Audit recounts a journal by hand, fact by fact, apart from the code that made it: every sale adds up, bills count up
// without a gap, and each Z report is the sum of its receipts.
type Audit struct {
	Sales int
	Total money.Amount
	shift int
	bills int
	sums  event.Report
}

// Add takes the next record and says what does not fit.
func (a *Audit) Add(r journal.Record) error {
	f, err := event.Decode(event.Kind(r.Kind), r.Body)
	if err != nil {
		return err
	}
	switch f := f.(type) {
	case event.ShiftOpened:
		if a.shift != 0 && f.Shift != a.shift+1 {
			return fmt.Errorf("shift %d follows shift %d", f.Shift, a.shift)
		}
		a.shift, a.bills, a.sums = f.Shift, 0, event.Report{}
	case event.SaleCompleted:
		return a.sale(f)
	case event.ShiftClosed:
		return a.close(f.Report)
	}
	return nil
}

func (a *Audit) sale(s event.SaleCompleted) error {
	a.Sales++
	a.bills++
	a.Total += s.Total
	if s.Shift != a.shift || s.Number != a.bills || s.Bill != till.BillOf(s.Day, s.Shift, a.bills) {
		return fmt.Errorf("bill %s where number %d of shift %d should be", s.Bill, a.bills, a.shift)
	}
	var gross, off, total, vat, city, paid money.Amount
	for _, l := range s.Lines {
		if l.Total != l.Gross-l.LineDiscount-l.TicketDiscount {
			return fmt.Errorf("bill %s: line %d does not add up", s.Bill, l.No)
		}
		gross, off, total = gross+l.Gross, off+l.LineDiscount+l.TicketDiscount, total+l.Total
		vat, city = vat+l.VAT, city+l.CityTax
	}
	for _, t := range s.Tenders {
		paid += t.Given
	}
	if gross != s.Gross || off != s.Discount || total != s.Total || vat != s.VAT || city != s.CityTax {
		return fmt.Errorf("bill %s: totals are not the sums of its lines", s.Bill)
	}
	if paid-s.Change != s.Total {
		return fmt.Errorf("bill %s: %s paid less %s change is not %s", s.Bill, paid, s.Change, s.Total)
	}
	a.sums.Bills++
	a.sums.Gross += gross
	a.sums.Discount += off
	a.sums.Total += total
	a.sums.VAT += vat
	a.sums.CityTax += city
	return nil
}

func (a *Audit) close(z event.Report) error {
	w := a.sums
	if z.Shift != a.shift || z.Bills != w.Bills || z.Gross != w.Gross || z.Discount != w.Discount || z.Total != w.Total ||
		z.VAT != w.VAT || z.CityTax != w.CityTax {
		return fmt.Errorf("Z report of shift %d is not the sum of its receipts", z.Shift)
	}
	return nil
}
