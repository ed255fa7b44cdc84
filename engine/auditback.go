package engine

import (
	"fmt"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/till"
)

// cameBack is what is known of a sale of which something has come back: how much of each line there was, how much is left.
type cameBack map[int]struct{ sold, left catalog.Quantity }

// back recounts a return: it adds up, stands in the row of its shift's bills, and of each line no more has come back than
// was sold, over all returns of the sale.
func (a *Audit) back(s event.SaleReturned) error {
	if !a.began {
		return addsBack(s)
	}
	if !a.open {
		return fmt.Errorf("bill %s: returned while no shift was open", s.Bill)
	}
	a.sums.Returns++
	number := a.sums.Bills + a.sums.Returns
	a.sums.Returned.Total -= s.Total
	a.sums.Returned.VAT -= s.VAT
	a.sums.Returned.CityTax -= s.CityTax
	for _, t := range s.Tenders {
		a.paidBack[t.Kind] -= t.Amount
		if t.Kind == event.Cash {
			a.sums.Expected += t.Amount
		}
	}
	if s.Shift != a.shift || s.Number != number || s.Bill != till.BillOf(s.Day, s.Shift, number) {
		return fmt.Errorf("bill %s where number %d of shift %d should be", s.Bill, number, a.shift)
	}
	if err := a.never(s); err != nil {
		return err
	}
	return addsBack(s)
}

// never sees to it that no more comes back than was sold. What the first return of a sale says of it is held against all
// that come after.
func (a *Audit) never(s event.SaleReturned) error {
	if s.Of == nil || s.Of.Point != 0 {
		return nil
	}
	if a.returned == nil {
		a.returned = map[event.Bill]cameBack{}
	}
	known, again := a.returned[s.Of.Bill]
	now := cameBack{}
	for _, l := range s.Left {
		now[l.No] = struct{ sold, left catalog.Quantity }{l.Quantity, l.Quantity}
	}
	for _, l := range s.Lines {
		x := now[l.No]
		x.sold -= l.Quantity
		now[l.No] = x
	}
	if !again {
		a.returned[s.Of.Bill] = now
		return nil
	}
	for no, was := range known {
		x := now[no]
		if x.sold != was.left {
			return fmt.Errorf("bill %s: %s of line %d of bill %s came back or stayed, and %s was left", s.Bill, x.sold, no, s.Of.Bill, was.left)
		}
		known[no] = struct{ sold, left catalog.Quantity }{was.sold, x.left}
	}
	for no := range now {
		if _, ok := known[no]; !ok {
			return fmt.Errorf("bill %s: line %d of bill %s came back, which was not there", s.Bill, no, s.Of.Bill)
		}
	}
	return nil
}

// handed takes what came back at another till off what is left of a sale. More than that is no fault of this till's; of what came back
// unverified nobody knows which lines it was, so the next return begins anew.
func (a *Audit) handed(f event.ReturnHanded) {
	if f.State == event.HandedUnknown { // of another sale, by all that is known here
		return
	}
	known := a.returned[f.Bill]
	if f.Return.Unverified {
		delete(a.returned, f.Bill)
		return
	}
	for _, l := range f.Return.Lines {
		if x, ok := known[l.No]; ok {
			x.left = max(0, x.left+l.Quantity)
			known[l.No] = x
		}
	}
}

// addsBack checks one return by itself.
func addsBack(s event.SaleReturned) error {
	var gross, off, total, vat, city, paid, left, still money.Amount
	for _, l := range s.Lines {
		given := l.LineDiscount + l.TicketDiscount - l.Rounding // a part may be rounded by more or less than all was
		if l.Total != l.Gross-l.LineDiscount-l.TicketDiscount || l.Quantity > 0 || given > 0 || l.Quantity == 0 && !l.OnlyRounded() ||
			l.Quantity < 0 && l.Total > 0 {
			return fmt.Errorf("bill %s: line %d does not add up", s.Bill, l.No)
		}
		gross, off, total = gross+l.Gross, off+l.LineDiscount+l.TicketDiscount, total+l.Total
		vat, city = vat+l.VAT, city+l.CityTax
	}
	for _, t := range s.Tenders {
		paid += t.Amount
	}
	for _, l := range s.Left {
		left += l.Total
	}
	for _, t := range s.Paid {
		still += t.Amount
	}
	switch {
	case gross != s.Gross || off != s.Discount || total != s.Total || vat != s.VAT || city != s.CityTax:
		return fmt.Errorf("bill %s: totals are not the sums of its lines", s.Bill)
	case paid != s.Total:
		return fmt.Errorf("bill %s: %s went back for goods of %s", s.Bill, -paid, -s.Total)
	case left != still:
		return fmt.Errorf("bill %s: %s stays paid for goods of %s", s.Bill, still, left)
	}
	return nil
}

// closedBack holds what a Z report says of returns against the returns of its shift.
func (a *Audit) closedBack(z event.Report) error {
	w := a.sums
	if z.Returns != w.Returns || z.Returned.Total != w.Returned.Total || z.Returned.VAT != w.Returned.VAT || z.Returned.CityTax != w.Returned.CityTax {
		return fmt.Errorf("Z report of shift %d is not the sum of its returns", z.Shift)
	}
	return sameTenders(z.Shift, z.Returned.Tenders, a.paidBack, "returns")
}

// sameTenders holds a report's sums by ways to pay against those counted here.
func sameTenders(shift int, told []event.TenderTotal, counted map[event.TenderKind]money.Amount, of string) error {
	for _, t := range told {
		if t.Amount != counted[t.Kind] {
			return fmt.Errorf("Z report of shift %d: %s by %s is not the sum of its %s", shift, t.Amount, t.Kind, of)
		}
		delete(counted, t.Kind)
	}
	for kind, amount := range counted {
		if amount != 0 {
			return fmt.Errorf("Z report of shift %d says nothing of %s by %s", shift, amount, kind)
		}
	}
	return nil
}
