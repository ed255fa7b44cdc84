package sale_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/sale"
	"posbox/pos/tax"
)

// soldOf is a basket as a fact.
func soldOf(t *rapid.T, b *sale.Basket, payer tax.Payer, to sale.Rounding) event.SaleCompleted {
	p, err := sale.Price(b, rates, payer, to)
	if err != nil {
		t.Fatal(err)
	}
	return event.SaleCompleted{Lines: p.Lines, Gross: p.Gross, Discount: p.Discount, Rounding: p.Rounding, RoundTo: p.RoundTo, Total: p.Total, VAT: p.VAT,
		CityTax: p.CityTax}
}

// TestPartsAreTheWhole takes sales back in parts, in any number and order: together they are what was sold, line by line and figure by
// figure, no part goes the wrong way, and what stays is what the tax office is told.
func TestPartsAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := roundings(t)
		sold := soldOf(t, baskets(t), payers(t), to)
		done, sum := sale.Done{}, event.SaleReturned{}
		lines := map[int]event.Line{}
		for n := 0; ; n++ {
			r := &sale.Return{Sold: &sold, Done: done}
			if left := some(t, r); left == 0 {
				break
			}
			back, err := sale.PriceReturn(r, done, rates, tax.Payer{}, to)
			if err != nil {
				t.Fatal(err)
			}
			fact := event.SaleReturned{Lines: back.Lines, Left: back.Left, RoundTo: sold.RoundTo}
			stays := fact.Stays()
			if back.Total > 0 || stays.Total > sold.Total || stays.Total < 0 {
				t.Fatalf("%s come back of %s, and %s stay", -back.Total, sold.Total, stays.Total)
			}
			sum.Gross, sum.Discount, sum.Total = sum.Gross+back.Gross, sum.Discount+back.Discount, sum.Total+back.Total
			sum.VAT, sum.CityTax = sum.VAT+back.VAT, sum.CityTax+back.CityTax
			if stays.Total != sold.Total+sum.Total || stays.VAT != sold.VAT+sum.VAT || stays.CityTax != sold.CityTax+sum.CityTax || stays.Gross != sold.Gross+sum.Gross {
				t.Fatalf("after %+v there stay %+v of %+v", sum, stays, sold)
			}
			notes(t, sold, stays, back)
			reported(t, sold, stays)
			inOneGo(t, sold, r, back)
			for _, l := range back.Lines {
				addLine(lines, l)
			}
			done.Add(fact)
		}
		if sum.Total != -sold.Total || sum.VAT != -sold.VAT || sum.CityTax != -sold.CityTax || sum.Gross != -sold.Gross || sum.Discount != -sold.Discount {
			t.Fatalf("%+v came back of %+v", sum, sold)
		}
		for _, l := range sold.Lines {
			addLine(lines, l)
			if r := lines[l.No]; r.Quantity != 0 || r.Gross != 0 || r.LineDiscount != 0 || r.TicketDiscount != 0 || r.Rounding != 0 || r.Total != 0 || r.VAT != 0 || r.CityTax != 0 {
				t.Fatalf("of line %d there remains %+v", l.No, r)
			}
		}
	})
}

// some chooses a part of what is left, at least something of it; 0: nothing is left.
func some(t *rapid.T, r *sale.Return) (lines int) {
	r.Chosen = map[int]catalog.Quantity{}
	for _, l := range r.Sold.Lines {
		q := r.Left(l)
		if q == 0 {
			continue
		}
		lines++
		switch rapid.IntRange(0, 3).Draw(t, "how much") {
		case 0: // nothing
		case 1:
			r.Chosen[l.No] = q
		default:
			r.Chosen[l.No] = catalog.Quantity(rapid.Int64Range(1, int64(q)).Draw(t, "back"))
		}
	}
	for _, l := range r.Sold.Lines {
		if q := r.Left(l); q > 0 && len(r.Chosen) == 0 {
			r.Chosen[l.No] = q
		}
	}
	return lines
}

func addLine(lines map[int]event.Line, l event.Line) {
	sum := lines[l.No]
	sum.Quantity += l.Quantity
	sum.Gross, sum.LineDiscount, sum.TicketDiscount = sum.Gross+l.Gross, sum.LineDiscount+l.LineDiscount, sum.TicketDiscount+l.TicketDiscount
	sum.Rounding, sum.Total, sum.VAT, sum.CityTax = sum.Rounding+l.Rounding, sum.Total+l.Total, sum.VAT+l.VAT, sum.CityTax+l.CityTax
	lines[l.No] = sum
}

// notes: what goes back of a rounded sale can be paid out, as what was paid could be paid in.
func notes(t *rapid.T, sold, stays event.SaleCompleted, back sale.Back) {
	to := sold.RoundTo
	enough := func(a, note money.Amount) bool { return a == 0 || a >= note }
	if to == 0 || sold.Total%100 != 0 || !enough(stays.Total, 100) || !enough(stays.Total-back.Total, 100) {
		return // an exchange against odd money, or less than the smallest note
	}
	if back.Total%100 != 0 {
		t.Fatalf("%s come back of %s, rounded to %s", -back.Total, sold.Total, to)
	}
	if sold.Total%to == 0 && enough(stays.Total, to) && stays.Total%to != 0 {
		t.Fatalf("%s stay of %s, rounded to %s", stays.Total, sold.Total, to)
	}
}

// reported: each line that stays adds up and is taxed by its own rates, and no line is worth more than before any rounding.
func reported(t *rapid.T, sold, stays event.SaleCompleted) {
	for _, l := range stays.Lines {
		if l.Total != l.Gross-l.LineDiscount-l.TicketDiscount || l.Total < 0 || l.Rounding < 0 {
			t.Fatalf("what stays does not add up: %+v", l)
		}
		vat, city, err := (tax.Rates{VAT: l.VATRate, City: l.CityRate}).Split(l.Total)
		if off := max(l.VAT-vat, vat-l.VAT, l.CityTax-city, city-l.CityTax); err != nil || off > 1 || sold.RoundTo != 0 && l.Quantity == 0 {
			t.Fatalf("taxes %s and %s of %s", l.VAT, l.CityTax, l.Total)
		}
	}
}

// inOneGo: what stays is the same whatever the way there.
func inOneGo(t *rapid.T, sold event.SaleCompleted, r *sale.Return, back sale.Back) {
	all := &sale.Return{Sold: &sold, Chosen: map[int]catalog.Quantity{}}
	for _, l := range sold.Lines {
		if q := r.Done.Lines[l.No] + r.Chosen[l.No]; q > 0 {
			all.Chosen[l.No] = q
		}
	}
	once, err := sale.PriceReturn(all, sale.Done{}, rates, tax.Payer{}, sale.Rounding{})
	same := func(a, b event.Line) bool {
		return a.No == b.No && a.Quantity == b.Quantity && a.Total == b.Total && a.VAT == b.VAT && a.CityTax == b.CityTax && a.Rounding == b.Rounding
	}
	if err != nil || !slices.EqualFunc(once.Left, back.Left, same) {
		t.Fatalf("%v: %+v stay after one return, %+v after some", err, once.Left, back.Left)
	}
}

// TestRoundedPart: what stays of a rounded sale costs what it would have cost alone.
func TestRoundedPart(t *testing.T) {
	bag := sale.Item{Good: "bag", Quantity: catalog.One, UnitPrice: 5000, Tax: tax.VATAble}
	bread := sale.Item{Good: "bread", Quantity: 2 * catalog.One, UnitPrice: 210_000, Tax: tax.VATAble}
	meat := sale.Item{Good: "meat", Weighed: true, Quantity: 333, UnitPrice: 890_000, Tax: tax.VATFree}
	for _, c := range []struct {
		name        string
		to          int64
		goods       []sale.Item
		chosen      map[int]catalog.Quantity
		paid, back  money.Amount
		vat         money.Amount // of what comes back; what stays may be taxed by more than before
		lines, left int
	}{
		{"a shelf's price", 10, []sale.Item{bread, meat}, map[int]catalog.Quantity{1: 1000}, 716_000, 210_000, 19_091, 1, 2},
		{"all that was weighed", 10, []sale.Item{bread, meat}, map[int]catalog.Quantity{2: 333}, 716_000, 296_000, -34, 2, 1},
		{"a part of it", 10, []sale.Item{bread, meat}, map[int]catalog.Quantity{2: 111}, 716_000, 99_000, 19, 2, 2},
		{"what rounding had made free", 100, []sale.Item{bread, bag}, map[int]catalog.Quantity{2: 1000}, 425_000 - 5000, 0, 0, 2, 1},
		{"all but that", 100, []sale.Item{bread, bag}, map[int]catalog.Quantity{1: 2000}, 420_000, 415_000, 37_727, 1, 1},
		{"to the möngö where nothing was rounded", 0, []sale.Item{bread, meat}, map[int]catalog.Quantity{2: 111}, 716_370, 98_790, 0, 1, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &sale.Basket{}
			for _, it := range c.goods {
				b.Add(it)
			}
			p, err := sale.Price(b, rates, tax.Payer{VAT: true}, sale.Rounding{To: money.Tugrik(c.to)})
			if err != nil || p.Total != c.paid {
				t.Fatal(p.Total, err)
			}
			sold := event.SaleCompleted{Lines: p.Lines, Total: p.Total, RoundTo: p.RoundTo}
			back, err := sale.PriceReturn(&sale.Return{Sold: &sold, Chosen: c.chosen}, sale.Done{}, rates, tax.Payer{}, sale.Rounding{})
			if err != nil || back.Total != -c.back || back.VAT != -c.vat || len(back.Lines) != c.lines || len(back.Left) != c.left {
				t.Errorf("%v: %s, VAT %s, lines %+v, left %+v", err, -back.Total, -back.VAT, back.Lines, back.Left)
			}
		})
	}
}
