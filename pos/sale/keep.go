package sale

import (
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// keep is what a buyer keeps of each line of a sale after what has come back; one that has come back whole stands there with
// nothing. It hangs on how much of each line came back alone, not on how often, in which order or at which till: so over any
// returns the parts of a sale add up to it.
func keep(sold event.SaleCompleted, done Done) ([]event.Line, error) {
	lines := make([]event.Line, len(sold.Lines))
	whole := true
	for i, l := range sold.Lines {
		back := min(done.Lines[l.No], l.Quantity)
		whole = whole && back == 0
		l.StampsAgain = nil
		switch {
		case back == l.Quantity:
			lines[i] = less(l, l)
		case back == 0:
			lines[i] = l
		default:
			m, err := Mirror(l, back, l.Quantity-back)
			if err != nil {
				return nil, err
			}
			lines[i] = negative(m)
		}
	}
	if whole || sold.RoundTo <= 0 {
		return lines, nil
	}
	return lines, roundKept(lines, sold)
}

// roundKept rounds what a buyer keeps as a sale of nothing else would have been, at most up to what was paid. So what goes back
// can be paid out, and what stays costs what the tax office is told.
func roundKept(lines []event.Line, sold event.SaleCompleted) error {
	var total money.Amount
	for i := range lines {
		takeOff(&lines[i], -lines[i].Rounding)
		total += lines[i].Total
	}
	paid := min(sold.Total, total-Rounding{To: sold.RoundTo}.off(total))
	if err := round(lines, total-paid, rounded(sold.Lines)); err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		var err error
		if l.VAT, l.CityTax, err = (tax.Rates{VAT: l.VATRate, City: l.CityRate}).Split(l.Total); err != nil {
			return err
		}
	}
	return nil
}

// rounded finds the line that took the rounding of a sale, and so goes on to: else a part's return would change two lines.
func rounded(lines []event.Line) int {
	most := noLine
	for i, l := range lines {
		if l.Rounding > 0 && (most == noLine || l.Rounding > lines[most].Rounding) {
			most = i
		}
	}
	return most
}

// less is a line with the quantity and the amounts of another taken off.
func less(l, other event.Line) event.Line {
	l.Quantity -= other.Quantity
	of := amountsOf(&other)
	for i, a := range amountsOf(&l) {
		*a -= *of[i]
	}
	return l
}

func negative(l event.Line) event.Line {
	l.Quantity = -l.Quantity
	for _, a := range amountsOf(&l) {
		*a = -*a
	}
	return l
}

// amountsOf are the amounts of a line that grow with its quantity.
func amountsOf(l *event.Line) [7]*money.Amount {
	return [...]*money.Amount{&l.Gross, &l.LineDiscount, &l.TicketDiscount, &l.Rounding, &l.Total, &l.VAT, &l.CityTax}
}
