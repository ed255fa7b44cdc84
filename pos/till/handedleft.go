package till

import (
	"cmp"
	"slices"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/sale"
)

// staysOf is what a buyer keeps of a sale that is known by its returns alone, as a sale would say it; there is at least one. Tills
// may not have known of each other's: each says what stayed after it and those that it knew. All that came back is counted, and
// more where one of them knew of more. The newest says who sold and who bought.
func staysOf(all []event.ReturnHanded) (event.SaleCompleted, error) {
	newest := all[len(all)-1].Return
	list := slices.DeleteFunc(slices.Clone(all), func(f event.ReturnHanded) bool {
		return f.Return.Unverified || f.Return.Of.Code != newest.Of.Code // names no lines, or is of another box's sale
	})
	if len(list) == 0 {
		return newest.Stays(), nil
	}
	slices.SortStableFunc(list, func(a, b event.ReturnHanded) int { return cmp.Compare(sawOf(b.Return), sawOf(a.Return)) })
	sold := newest.Stays()
	sold.Lines = nil
	paid := newest.Paid
	var done sale.Done
	for _, f := range list {
		for _, l := range linesOf(f.Return) {
			if i := slices.IndexFunc(sold.Lines, func(o event.Line) bool { return o.No == l.No }); i < 0 {
				sold.Lines = append(sold.Lines, l)
			} else if l.Quantity > sold.Lines[i].Quantity {
				sold.Lines[i] = l
			}
		}
	}
	sold.Total = 0
	for _, l := range sold.Lines {
		sold.Total += l.Total
	}
	slices.SortFunc(sold.Lines, func(a, b event.Line) int { return cmp.Compare(a.No, b.No) })
	for _, f := range list {
		done.Add(f.Return)
		for _, l := range sold.Lines {
			done.Lines[l.No] = max(done.Lines[l.No], l.Quantity-quantityOf(f.Return.Left, l.No))
		}
		if len(f.Return.Paid) > 0 {
			paid = f.Return.Paid
		}
	}
	sold.Tenders, done.Money = paid, nil
	for _, l := range sold.Lines {
		done.Lines[l.No] = min(done.Lines[l.No], l.Quantity)
	}
	return stay(sold, done)
}

// sawOf is how much of a sale, over all lines, was left when a return began.
func sawOf(r event.SaleReturned) (sum catalog.Quantity) {
	for _, l := range linesOf(r) {
		sum += l.Quantity
	}
	return sum
}

// linesOf is what was left of a sale when a return began: what it took, and what it left.
func linesOf(r event.SaleReturned) (list []event.Line) {
	list = slices.Clone(r.Left)
	for _, back := range r.Lines {
		i := slices.IndexFunc(list, func(l event.Line) bool { return l.No == back.No })
		if i < 0 {
			zero := back
			zero.Quantity, zero.Gross, zero.LineDiscount, zero.TicketDiscount, zero.Rounding, zero.Total, zero.VAT, zero.CityTax, zero.Stamps = 0, 0, 0, 0, 0, 0, 0, 0, nil
			list, i = append(list, zero), len(list)
		}
		l := &list[i]
		l.Quantity -= back.Quantity
		l.Gross -= back.Gross
		l.LineDiscount -= back.LineDiscount
		l.TicketDiscount -= back.TicketDiscount
		l.Rounding -= back.Rounding
		l.Total -= back.Total
		l.VAT -= back.VAT
		l.CityTax -= back.CityTax
		l.Stamps = slices.Concat(l.Stamps, back.Stamps)
	}
	return list
}

func quantityOf(lines []event.Line, no int) (q catalog.Quantity) {
	for _, l := range lines {
		if l.No == no {
			q += l.Quantity
		}
	}
	return q
}
