package till

import (
	"errors"
	"fmt"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/money"
)

// plausible checks what BAAZ hands over before it becomes a fact here: sums over it must not overflow, and the chain must be able
// to go on behind the e-barimt that BAAZ tells of.
func plausible(h Handed) error {
	if h.Return.Of == nil {
		return errors.New("till: a return of no sale")
	}
	for _, l := range h.Return.Lines {
		if l.Quantity > 0 || l.Quantity < -catalog.MaxQuantity || l.Quantity == 0 && !l.OnlyRounded() || !bounded(l) {
			return fmt.Errorf("till: line %d came back as %s", l.No, l.Quantity)
		}
	}
	if len(h.Return.Came()) == 0 {
		return errors.New("till: a return of nothing")
	}
	for _, l := range h.Return.Left {
		if l.Quantity <= 0 || l.Quantity > catalog.MaxQuantity || l.Total < 0 || !bounded(l) {
			return fmt.Errorf("till: %s of line %d stays", l.Quantity, l.No)
		}
	}
	for _, list := range [][]event.Tender{h.Return.Tenders, h.Return.Paid} {
		for _, t := range list {
			if !inMax(t.Amount) || !inMax(t.Given) {
				return fmt.Errorf("till: %s by %.20q", t.Amount, t.Kind)
			}
		}
	}
	if !inMax(h.Return.Total) {
		return fmt.Errorf("till: %s came back", h.Return.Total)
	}
	if t := h.Told; t != nil {
		if _, err := fiscal.Suffix(1, 1, t.Attempt); err != nil || !fiscal.Numbered(t.ID) || !fiscal.Dated(t.Date) {
			return fmt.Errorf("till: e-barimt %.40q of %.20q, attempt %d", t.ID, t.Date, t.Attempt)
		}
	}
	return nil
}

func bounded(l event.Line) bool {
	for _, a := range []money.Amount{l.UnitPrice, l.Gross, l.LineDiscount, l.TicketDiscount, l.Rounding, l.Total, l.VAT, l.CityTax} {
		if !inMax(a) {
			return false
		}
	}
	return true
}

func inMax(a money.Amount) bool { return a >= -money.Max && a <= money.Max }

// within checks one return against its sale: no line that was not sold, and of none more than was sold. That it may have come back
// before is another matter, and so are lines that a till could only guess.
func within(r event.SaleReturned, sold event.SaleCompleted) error {
	if r.Unverified {
		return nil
	}
	left := map[int]catalog.Quantity{}
	for _, l := range sold.Lines {
		left[l.No] += l.Quantity
	}
	for _, l := range r.Lines {
		if left[l.No] += l.Quantity; left[l.No] < 0 {
			return fmt.Errorf("till: of line %d came back what was not sold", l.No)
		}
	}
	return nil
}
