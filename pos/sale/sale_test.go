package sale_test

import (
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/sale"
	"posbox/pos/tax"
)

var rates = tax.Rates{From: "2024-01-01", VAT: 1000, City: 200}

// discounts draws what a cashier could enter: nothing, a share or an amount.
func discounts(t *rapid.T, name string) *event.Discount {
	switch rapid.IntRange(0, 2).Draw(t, name) {
	case 1:
		return &event.Discount{Percent: money.Percent(rapid.IntRange(1, 10000).Draw(t, name+" percent"))}
	case 2:
		return &event.Discount{Amount: money.Amount(rapid.Int64Range(1, 5_000_000).Draw(t, name+" amount"))}
	}
	return nil
}

func baskets(t *rapid.T) *sale.Basket {
	b := &sale.Basket{ID: "b", Discount: discounts(t, "ticket")}
	if rapid.Bool().Draw(t, "card") {
		b.Buyer = &event.Buyer{Percent: money.Percent(rapid.IntRange(0, 10000).Draw(t, "card percent"))}
	}
	for range rapid.IntRange(1, 30).Draw(t, "lines") {
		q := catalog.Quantity(rapid.Int64Range(1, 50_000).Draw(t, "quantity"))
		it := sale.Item{Good: "g", Quantity: q, Weighed: true, UnitPrice: money.Amount(rapid.Int64Range(1, 10_000_000).Draw(t, "price")),
			Tax: rapid.SampledFrom(tax.Classes[:]).Draw(t, "tax"), CityTax: rapid.Bool().Draw(t, "city"), Discount: discounts(t, "line")}
		if rapid.IntRange(0, 9).Draw(t, "label") == 0 {
			it.LabelPrice = money.Amount(rapid.Int64Range(1, 10_000_000).Draw(t, "label price"))
		}
		b.Add(it)
	}
	return b
}

// roundings draws what the money may be rounded to, also of an exchange.
func roundings(t *rapid.T) sale.Rounding {
	return sale.Rounding{To: money.Tugrik(rapid.SampledFrom([]int64{0, 0, 1, 5, 10, 50, 100}).Draw(t, "round to")),
		Back: money.Amount(rapid.SampledFrom([]int64{0, 0, 1, 347, 99_999, 5_000_053}).Draw(t, "back"))}
}

func payers(t *rapid.T) tax.Payer {
	return tax.Payer{VAT: rapid.Bool().Draw(t, "vat payer"), City: rapid.Bool().Draw(t, "city payer")}
}

// TestTotalsAreSumsOfLines holds every figure of a basket against the others.
func TestTotalsAreSumsOfLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, payer, to := baskets(t), payers(t), roundings(t)
		p, err := sale.Price(b, rates, payer, to)
		if err != nil {
			t.Fatal(err)
		}
		var gross, discount, ticket, rounded, total, vat, city money.Amount
		for i, l := range p.Lines {
			if l.Total != l.Gross-l.LineDiscount-l.TicketDiscount || l.Total < 0 || l.LineDiscount < 0 || l.TicketDiscount < 0 {
				t.Fatalf("line %d does not add up: %+v", i, l)
			}
			if l.VAT < 0 || l.CityTax < 0 || l.VAT+l.CityTax > l.Total {
				t.Fatalf("line %d: taxes %s and %s of %s", i, l.VAT, l.CityTax, l.Total)
			}
			if (!payer.VAT || l.Tax != tax.VATAble) && l.VAT != 0 {
				t.Fatalf("line %d: VAT %s on %s of a payer %v", i, l.VAT, l.Tax, payer)
			}
			if (!payer.City || !b.Items[i].CityTax) && l.CityTax != 0 {
				t.Fatalf("line %d: city tax %s where none is due", i, l.CityTax)
			}
			if l.Rounding < 0 || l.Rounding > l.TicketDiscount {
				t.Fatalf("line %d: %s of %s are rounding", i, l.Rounding, l.TicketDiscount)
			}
			gross, discount, ticket, rounded = gross+l.Gross, discount+l.LineDiscount+l.TicketDiscount, ticket+l.TicketDiscount, rounded+l.Rounding
			total, vat, city = total+l.Total, vat+l.VAT, city+l.CityTax
		}
		if gross != p.Gross || discount != p.Discount || total != p.Total || vat != p.VAT || city != p.CityTax {
			t.Fatalf("totals are not sums of lines: %+v", p)
		}
		if p.Gross-p.Discount != p.Total || ticket != p.TicketOff+p.Rounding || rounded != p.Rounding {
			t.Fatalf("gross %s − discount %s is not %s, or the ticket's discount %s was allocated as %s", p.Gross, p.Discount, p.Total, p.TicketOff, ticket)
		}
	})
}

// TestLargerDiscountCounts: card and hand discount never add up, and the buyer gets the better one.
func TestLargerDiscountCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := baskets(t)
		both, err := sale.Price(b, rates, tax.Payer{}, sale.Rounding{})
		if err != nil {
			t.Fatal(err)
		}
		hand, card := b.Clone(), b.Clone()
		hand.Buyer, card.Discount = nil, nil
		h, err1 := sale.Price(hand, rates, tax.Payer{}, sale.Rounding{})
		c, err2 := sale.Price(card, rates, tax.Payer{}, sale.Rounding{})
		if err1 != nil || err2 != nil || both.TicketOff != max(h.TicketOff, c.TicketOff) {
			t.Fatalf("both %s, hand %s, card %s, %v %v", both.TicketOff, h.TicketOff, c.TicketOff, err1, err2)
		}
	})
}

// TestReturnMirrors: a whole return is the exact negative; parts in any steps add up to it.
func TestReturnMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := sale.Price(baskets(t), rates, payers(t), roundings(t))
		if err != nil {
			t.Fatal(err)
		}
		sold := rapid.SampledFrom(p.Lines).Draw(t, "line")
		var done catalog.Quantity
		var sum event.Line
		for done < sold.Quantity {
			q := catalog.Quantity(rapid.Int64Range(1, int64(sold.Quantity-done)).Draw(t, "part"))
			back, err := sale.Mirror(sold, done, q)
			if err != nil {
				t.Fatal(err)
			}
			if back.Total != back.Gross-back.LineDiscount-back.TicketDiscount || back.Total > 0 || back.Rounding > 0 || back.Rounding < back.TicketDiscount {
				t.Fatalf("part does not add up: %+v", back)
			}
			done += q
			sum.Quantity += back.Quantity
			sum.Gross += back.Gross
			sum.LineDiscount += back.LineDiscount
			sum.TicketDiscount += back.TicketDiscount
			sum.Rounding += back.Rounding
			sum.Total += back.Total
			sum.VAT += back.VAT
			sum.CityTax += back.CityTax
		}
		if sum.Quantity != -sold.Quantity || sum.Gross != -sold.Gross || sum.LineDiscount != -sold.LineDiscount ||
			sum.TicketDiscount != -sold.TicketDiscount || sum.Rounding != -sold.Rounding || sum.Total != -sold.Total || sum.VAT != -sold.VAT || sum.CityTax != -sold.CityTax {
			t.Fatalf("parts %+v do not mirror %+v", sum, sold)
		}
		for _, q := range []catalog.Quantity{0, -1, 1} {
			if _, err := sale.Mirror(sold, done, q); err == nil {
				t.Fatalf("returned %s more than was sold", q)
			}
		}
	})
}

func TestTooLarge(t *testing.T) {
	b := &sale.Basket{}
	for range 3 {
		b.Add(sale.Item{Quantity: catalog.MaxQuantity, Weighed: true, UnitPrice: catalog.MaxPrice})
	}
	if p, err := sale.Price(b, rates, tax.Payer{}, sale.Rounding{}); err == nil {
		t.Errorf("priced %s", p.Total)
	}
}

func TestAddMerges(t *testing.T) {
	b := &sale.Basket{}
	one := sale.Item{Good: "a", Quantity: catalog.One, UnitPrice: 100}
	b.Add(one)
	b.Add(one)
	other := one
	other.Good = "b"
	b.Add(other)
	b.Add(one)
	if len(b.Items) != 3 || b.Items[0].Quantity != 2*catalog.One || b.Touched != 3 {
		t.Fatalf("%+v", b)
	}
	b.Items[2].Discount = &event.Discount{Percent: 100}
	if no := b.Add(one); no != 4 {
		t.Errorf("a discounted line took another good in: line %d", no)
	}
	b.Remove(b.Find(4))
	if no := b.Add(one); no != 5 {
		t.Errorf("line number %d came twice", no)
	}
}
