package fiscal_test

import (
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	basket "posbox/pos/sale"
	"posbox/pos/tax"
)

// lawOf is what the law says on a day, written down apart from the till's tables: VAT 10 %; city tax from 2015-10-01 1 %, from
// 2024-01-01 2 %, both on what is left without them. The shop of the test pays VAT from 2023-07-01 and city tax from 2015-01-01.
func lawOf(on string, class tax.Class, flagged bool) (vat, city int64) {
	if class == tax.VATAble && on >= "2023-07-01" {
		vat = 10
	}
	switch {
	case !flagged || on < "2015-10-01":
	case on < "2024-01-01":
		city = 1
	default:
		city = 2
	}
	return vat, city
}

// registered is the shop of lawOf as its settings say it.
var registered = tax.Payers{{From: "2015-01-01", City: true}, {From: "2023-07-01", VAT: true, City: true}}

// days lie on both sides of each date on which a rate or a registration changes.
var days = []string{"2015-09-30", "2015-10-01", "2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01", "2026-11-28"}

// part is what of an amount has come back once done of sold units have: half away from zero. The test's amounts are small enough
// for whole numbers.
func part(of money.Amount, done, sold int64) money.Amount {
	return money.Amount((2*int64(of)*done + sold) / (2 * sold))
}

// figures are what a line, a receipt or a request comes to: sum, VAT, city tax.
type figures [3]money.Amount

func (f *figures) add(total, vat, city money.Amount) {
	f[0], f[1], f[2] = f[0]+total, f[1]+vat, f[2]+city
}

// TestTaxTwiceOverDaysAndReturns sells random baskets, with discounts and weights, on days around each change of a rate or a
// registration, and takes them back in up to three parts on later days, when other rates hold. A second computation,
// from the law's words, must come to the same: of the sale, of each return, and of the request over what stays; and the
// rates of the day of a return must change none of it.
func TestTaxTwiceOverDaysAndReturns(t *testing.T) {
	seed := uint64(0x2545f4914f6cdd1d)
	random := func(n int) int { // xorshift: the same baskets in every run
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return int(seed % uint64(n))
	}
	rates, shops := map[string]tax.Rates{}, map[string]tax.Payer{}
	for _, on := range days {
		r, err := tax.Mongolia().On(day.Day(on))
		if err != nil {
			t.Fatal(err)
		}
		rates[on], shops[on] = r, registered.On(day.Day(on), tax.Payer{})
	}
	returned, changed := 0, 0
	for n := range baskets {
		on := days[random(len(days))]
		b := &basket.Basket{}
		if random(4) == 0 {
			b.Discount = &event.Discount{Percent: money.Percent(1 + random(9_000))}
		}
		for range 1 + random(4) {
			it := basket.Item{Good: "g", Name: "Бараа", Unit: "ш", Quantity: catalog.Quantity(1+random(9)) * catalog.One, UnitPrice: money.Amount(100 + random(5_000_000)),
				Tax: tax.Classes[random(len(tax.Classes))], CityTax: random(2) == 0, ClassCode: "2111100"}
			if random(3) == 0 {
				it.Weighed, it.Quantity = true, catalog.Quantity(1+random(9_000))
			}
			if it.Tax != tax.VATAble {
				it.TaxProductCode = "305"
			}
			if random(5) == 0 {
				it.Discount = &event.Discount{Percent: money.Percent(1 + random(9_000))}
			}
			b.Add(it)
		}
		to := basket.Rounding{To: money.Tugrik([]int64{0, 0, 1, 10, 100}[random(5)])}
		p, err := basket.Price(b, rates[on], shops[on], to)
		if err != nil {
			t.Fatal(err)
		}
		sold := sale(p.Lines...)
		sold.Total, sold.VAT, sold.CityTax = p.Total, p.VAT, p.CityTax
		var want figures
		for i, l := range p.Lines {
			v, c := lawOf(on, l.Tax, b.Items[i].CityTax)
			vat, city := part(l.Total, v, 100+v+c), part(l.Total, c, 100+v+c)
			if l.VAT != vat || l.CityTax != city {
				t.Fatalf("basket %d on %s: %v %s: VAT %v, city tax %v; want %v, %v", n, on, l.Total, l.Tax, l.VAT, l.CityTax, vat, city)
			}
			want.add(l.Total, vat, city)
		}
		if got := (figures{p.Total, p.VAT, p.CityTax}); got != want {
			t.Fatalf("basket %d: %v, want %v", n, got, want)
		}
		var done basket.Done
		for range random(4) { // half of all baskets, and more, have a return
			on := days[random(len(days))]
			if lawful := rates[on]; lawful != rates["2026-11-28"] {
				changed++
			}
			r := &basket.Return{Sold: &sold, Chosen: map[int]catalog.Quantity{}}
			taking := catalog.Quantity(0)
			for _, l := range sold.Lines {
				left := l.Quantity - done.Lines[l.No]
				if left == 0 || random(2) == 0 {
					continue
				}
				q := catalog.Quantity(1 + random(int(left)))
				if l.Quantity.Whole() && q%catalog.One != 0 {
					q = min(left, (q/catalog.One+1)*catalog.One)
				}
				r.Chosen[l.No] = q
				taking += q
			}
			if taking == 0 {
				continue
			}
			returned++
			back, err := basket.PriceReturn(r, done, rates[on], shops[on], to)
			if err != nil {
				t.Fatal(err)
			}
			var gone, stays figures
			for _, l := range sold.Lines {
				before, now := done.Lines[l.No], done.Lines[l.No]+r.Chosen[l.No]
				of := func(a money.Amount, q catalog.Quantity) money.Amount { return part(a, int64(q), int64(l.Quantity)) }
				gone.add(of(l.Total, now)-of(l.Total, before), of(l.VAT, now)-of(l.VAT, before), of(l.CityTax, now)-of(l.CityTax, before))
				stays.add(l.Total-of(l.Total, now), l.VAT-of(l.VAT, now), l.CityTax-of(l.CityTax, now))
			}
			if got := (figures{-back.Total, -back.VAT, -back.CityTax}); got != gone {
				t.Fatalf("basket %d: %v came back, want %v", n, got, gone)
			}
			f := event.SaleReturned{Lines: back.Lines, Left: back.Left, Paid: []event.Tender{{Kind: event.Cash, Amount: stays[0]}}}
			done.Add(f)
			rest := f.Stays()
			if got := (figures{rest.Total, rest.VAT, rest.CityTax}); got != stays {
				t.Fatalf("basket %d: %v stays, want %v", n, got, stays)
			}
			if rest.Total == 0 {
				continue
			}
			rest.Bill, rest.Shift, rest.Number = sold.Bill, sold.Shift, sold.Number
			req, err := fiscal.Receipt(rest, options)
			if err != nil {
				t.Fatal(err)
			}
			if got := (figures{money.Amount(req.TotalAmount), money.Amount(req.TotalVAT), money.Amount(req.TotalCityTax)}); got != stays {
				t.Fatalf("basket %d: the request says %v, want %v", n, got, stays)
			}
		}
	}
	if returned < baskets/2 || changed < baskets/2 {
		t.Errorf("%d returns, %d of them under other rates, over %d baskets: hardly any", returned, changed, baskets)
	}
}
