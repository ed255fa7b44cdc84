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

// TestRoundingVectors: what is paid goes down to the note, the largest line takes it, and taxes are of what remains.
func TestRoundingVectors(t *testing.T) {
	for _, c := range []struct {
		name          string
		prices        []money.Amount // of one piece a line
		to            sale.Rounding
		total, off    money.Amount
		lines         []money.Amount
		vat           money.Amount
		cardOff, hand money.Percent
	}{
		{"off", []money.Amount{803_353}, sale.Rounding{}, 803_353, 0, []money.Amount{803_353}, 73_032, 0, 0},
		{"möngö of a weighed good", []money.Amount{803_353}, sale.Rounding{To: 100}, 803_300, 53, []money.Amount{803_300}, 73_027, 0, 0},
		{"to 10 ₮", []money.Amount{803_353}, sale.Rounding{To: 1000}, 803_000, 353, []money.Amount{803_000}, 73_000, 0, 0},
		{"just below the next note", []money.Amount{803_999}, sale.Rounding{To: 1000}, 803_000, 999, []money.Amount{803_000}, 73_000, 0, 0},
		{"nothing to round", []money.Amount{803_000}, sale.Rounding{To: 1000}, 803_000, 0, []money.Amount{803_000}, 73_000, 0, 0},
		{"the largest line, the first of two", []money.Amount{110_000, 803_000, 803_053, 803_053}, sale.Rounding{To: 5000}, 2_515_000, 4106,
			[]money.Amount{110_000, 803_000, 798_947, 803_053}, 10_000 + 73_000 + 72_632 + 73_005, 0, 0},
		{"many small lines share it", []money.Amount{300, 300, 300, 300, 300}, sale.Rounding{To: 1000}, 1000, 500,
			[]money.Amount{200, 200, 200, 200, 200}, 5 * 18, 0, 0},
		{"as large as the largest line", []money.Amount{400, 400, 400, 400}, sale.Rounding{To: 1200}, 1200, 400,
			[]money.Amount{300, 300, 300, 300}, 4 * 27, 0, 0},
		{"below the note: whole ₮", []money.Amount{953}, sale.Rounding{To: 1000}, 900, 53, []money.Amount{900}, 82, 0, 0},
		{"below a tögrög: as it is", []money.Amount{53}, sale.Rounding{To: 1000}, 53, 0, []money.Amount{53}, 5, 0, 0},
		{"one note", []money.Amount{1000}, sale.Rounding{To: 1000}, 1000, 0, []money.Amount{1000}, 91, 0, 0},
		{"after a card's discount", []money.Amount{803_353, 110_000}, sale.Rounding{To: 1000}, 867_000, 685, []money.Amount{762_500, 104_500}, 69_318 + 9500, 500, 0},
		{"after a discount by hand", []money.Amount{803_353}, sale.Rounding{To: 1000}, 723_000, 18, []money.Amount{723_000}, 65_727, 0, 1000},
		{"all given away", []money.Amount{803_353}, sale.Rounding{To: 1000}, 0, 0, []money.Amount{0}, 0, 0, 10000},
		{"an exchange rounds the difference", []money.Amount{500_000}, sale.Rounding{To: 1000, Back: 100_347}, 499_347, 653, []money.Amount{499_347}, 45_395, 0, 0},
		{"an exchange by which money goes back, up", []money.Amount{50_000}, sale.Rounding{To: 1000, Back: 100_053}, 49_053, 947, []money.Amount{49_053}, 4459, 0, 0},
		{"an exchange of which nothing would be left", []money.Amount{500}, sale.Rounding{To: 1000, Back: 100_000}, 500, 0, []money.Amount{500}, 45, 0, 0},
		{"an exchange against a little less", []money.Amount{109_000}, sale.Rounding{To: 10_000, Back: 100_000}, 109_000, 0, []money.Amount{109_000}, 9909, 0, 0},
		{"an exchange against a little more", []money.Amount{100_001}, sale.Rounding{To: 10_000, Back: 109_950}, 99_950, 51, []money.Amount{99_950}, 9086, 0, 0},
		{"a trifle comes back", []money.Amount{4274}, sale.Rounding{To: 10_000, Back: 1}, 4201, 73, []money.Amount{4201}, 382, 0, 0},
		{"an exchange against one note less", []money.Amount{110_053}, sale.Rounding{To: 10_000, Back: 100_000}, 110_000, 53, []money.Amount{110_000}, 10_000, 0, 0},
		{"an even exchange", []money.Amount{50_053}, sale.Rounding{To: 1000, Back: 50_053}, 50_053, 0, []money.Amount{50_053}, 4550, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &sale.Basket{}
			for _, price := range c.prices {
				b.Add(sale.Item{Good: "g", Weighed: true, Quantity: catalog.One, UnitPrice: price, Tax: tax.VATAble})
			}
			if c.hand != 0 {
				b.Discount = &event.Discount{Percent: c.hand}
			}
			if c.cardOff != 0 {
				b.Buyer = &event.Buyer{Percent: c.cardOff}
			}
			p, err := sale.Price(b, rates, tax.Payer{VAT: true}, c.to)
			if err != nil || p.Total != c.total || p.Rounding != c.off || p.VAT != c.vat {
				t.Errorf("total %s, rounding %s, VAT %s, %v", p.Total, p.Rounding, p.VAT, err)
			}
			for i, l := range p.Lines {
				if l.Total != c.lines[i] {
					t.Errorf("line %d costs %s, want %s", i+1, l.Total, c.lines[i])
				}
			}
		})
	}
}

// TestRoundingHolds: whatever is sold, what is paid is a multiple of the note, less than one note lower than without rounding,
// and discounts, whoever gave them, are what they were.
func TestRoundingHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, payer, to := baskets(t), payers(t), roundings(t)
		p, err := sale.Price(b, rates, payer, to)
		plain, err1 := sale.Price(b, rates, payer, sale.Rounding{})
		if err != nil || err1 != nil {
			t.Fatal(err, err1)
		}
		due := p.Total - to.Back
		if to.To == 0 && p.Rounding != 0 || p.Rounding < 0 || p.Rounding >= max(to.To, 1) {
			t.Fatalf("rounded by %s to %s", p.Rounding, to.To)
		}
		moved, note := plain.Total-to.Back, to.To
		if -note < moved && moved < note {
			note = min(note, 100)
		}
		switch less := -note < moved && moved < note; {
		case less && p.Rounding != 0:
			t.Fatalf("%s are to be paid, less than %s, and become %s", moved, note, due)
		case note != 0 && !less && due%note != 0 && plain.Total >= note:
			t.Fatalf("%s are to be paid, rounded to %s", due, note)
		case (moved > 0) != (due > 0) || (moved < 0) != (due < 0):
			t.Fatalf("%s to be paid become %s", moved, due)
		}
		if p.Total != plain.Total-p.Rounding || p.TicketOff != plain.TicketOff || p.Discount != plain.Discount+p.Rounding || p.Gross != plain.Gross {
			t.Fatalf("%+v\nwithout rounding %+v", p, plain)
		}
		if plain.Total > 0 && p.Total <= 0 {
			t.Fatalf("nothing is left of %s", plain.Total)
		}
	})
}

// TestRoundedPriceOfTheDay: goods without a receipt bring what they would cost.
func TestRoundedPriceOfTheDay(t *testing.T) {
	r := &sale.Return{Goods: []sale.Item{{No: 1, Good: "g", Weighed: true, Quantity: 1236, UnitPrice: 650_000, Tax: tax.VATAble}}}
	back, err := sale.PriceReturn(r, sale.Done{}, rates, tax.Payer{VAT: true}, sale.Rounding{To: money.Tugrik(10)})
	if err != nil || back.Total != -803_000 || back.Lines[0].Rounding != -400 || back.VAT != -73_000 {
		t.Errorf("%+v, %v", back, err)
	}
}

// TestUnverifiedOfRounded: at the price of the day one line of a rounded sale may bring back a little more than its share of what
// was paid. That is no money too much.
func TestUnverifiedOfRounded(t *testing.T) {
	b := &sale.Basket{}
	for _, price := range []money.Amount{123_450, 100_000} {
		b.Add(sale.Item{Good: catalog.Code(price.String()), Weighed: true, Quantity: catalog.One, UnitPrice: price})
	}
	p, err := sale.Price(b, rates, tax.Payer{}, sale.Rounding{To: 10_000})
	if err != nil || p.Lines[0].Total != 120_000 {
		t.Fatal(p.Lines[0].Total, err)
	}
	sold := event.SaleCompleted{Lines: p.Lines}
	for _, c := range []struct {
		back money.Amount
		fits bool
	}{{123_450, true}, {123_451, false}} {
		var d sale.Done
		wrong := d.AddOf(sold, event.SaleReturned{Unverified: true, Total: -c.back, Lines: []event.Line{{Good: p.Lines[0].Good, Quantity: -catalog.One}}})
		if (wrong == "") != c.fits {
			t.Errorf("%s: %q", c.back, wrong)
		}
	}
}
