package sale

import (
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Priced is a basket with every figure worked out.
type Priced struct {
	Lines []event.Line
	// TicketDiscount is the one discount in force on the whole ticket; nil where there is none.
	TicketDiscount *event.Discount
	TicketOff      money.Amount // what it takes off
	Rounding       money.Amount // what rounding takes off besides
	RoundTo        money.Amount // what it rounds to
	Gross          money.Amount // before any discount
	Discount       money.Amount // all discounts and the rounding together
	Total          money.Amount // due, taxes included
	VAT, CityTax   money.Amount
}

// Price works out a basket at the rates of its day. It fails with money.ErrRange where an amount grows too large.
func Price(b *Basket, rates tax.Rates, payer tax.Payer, to Rounding) (Priced, error) {
	p := Priced{Lines: make([]event.Line, len(b.Items)), RoundTo: to.To}
	weights := make([]money.Amount, len(b.Items))
	for i, it := range b.Items {
		line, err := priceItem(it)
		if err != nil {
			return Priced{}, err
		}
		p.Lines[i], weights[i] = line, line.Total
	}
	before, err := money.Sum(weights...)
	if err != nil {
		return Priced{}, err
	}
	if p.TicketDiscount, p.TicketOff, err = ticketDiscount(b, before); err != nil {
		return Priced{}, err
	}
	shares, err := money.Allocate(p.TicketOff, weights)
	if err != nil {
		return Priced{}, err
	}
	for i := range p.Lines {
		p.Lines[i].TicketDiscount = shares[i]
		p.Lines[i].Total -= shares[i]
	}
	p.Rounding = to.off(before - p.TicketOff)
	if err := round(p.Lines, p.Rounding, noLine); err != nil {
		return Priced{}, err
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		r := rates.For(payer, l.Tax, b.Items[i].CityTax)
		l.VATRate, l.CityRate = r.VAT, r.City
		if l.VAT, l.CityTax, err = r.Split(l.Total); err != nil {
			return Priced{}, err
		}
	}
	return p, p.sum()
}

func priceItem(it Item) (event.Line, error) {
	gross, err := it.Gross()
	if err != nil {
		return event.Line{}, err
	}
	off, err := Off(it.Discount, gross)
	if err != nil {
		return event.Line{}, err
	}
	return event.Line{
		No: it.No, Good: it.Good, Barcode: it.Barcode, Name: it.Name, Unit: it.Unit, Quantity: it.Quantity,
		UnitPrice: it.UnitPrice, Gross: gross, LineDiscount: off, Discount: it.Discount, Total: gross - off,
		Tax: it.Tax, Category: it.Category, ClassCode: it.ClassCode, TaxProductCode: it.TaxProductCode, Stamps: it.Stamps, StampsAgain: it.StampsAgain,
	}, nil
}

// ticketDiscount picks what the whole ticket gets: the buyer's card or the discount given by hand, whichever takes more
// off. The two never add up.
func ticketDiscount(b *Basket, before money.Amount) (*event.Discount, money.Amount, error) {
	off, err := Off(b.Discount, before)
	if err != nil {
		return nil, 0, err
	}
	best := b.Discount
	if b.Buyer != nil && b.Buyer.Percent > 0 {
		card := &event.Discount{Percent: b.Buyer.Percent}
		cardOff, err := Off(card, before)
		if err != nil {
			return nil, 0, err
		}
		if best == nil || cardOff > off {
			best, off = card, cardOff
		}
	}
	return best, off, nil
}

func (p *Priced) sum() error {
	for _, l := range p.Lines {
		p.Gross += l.Gross
		p.Discount += l.LineDiscount + l.TicketDiscount
		p.Total += l.Total
		p.VAT += l.VAT
		p.CityTax += l.CityTax
		if !p.Gross.InRange() {
			return money.ErrRange
		}
	}
	return nil
}
