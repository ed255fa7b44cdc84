// Package tax computes Mongolian value-added tax (НӨАТ) and capital city tax (НХАТ).
//
// Both taxes stand on the net amount and neither is charged on the other:
//
//	total = net × (1 + v + c)        v: VAT rate, c: city-tax rate, each 0 where it does not apply
//	VAT   = total × v ÷ (1 + v + c)  city tax = total × c ÷ (1 + v + c)
//
// so that at 10 % and 2 % the VAT is total ÷ 11.2 and the city tax total ÷ 56. Each line is rounded half away from
// zero to 0.01 ₮ and totals are sums of lines.
//
// Sources: Law on Value-Added Tax (2015), articles 7 (rate), 12 (zero), 13 (exempt); Law on Capital City Tax (2015)
// and the City Khural's decision of 2023-12-05 (2 % from 2024-01-01); PosAPI 3.0 samples for the check figures.
package tax

import (
	"errors"
	"fmt"

	"posbox/pos/day"
	"posbox/pos/money"
)

// Class says how a good stands under the VAT law, in PosAPI's words.
type Class string

// The tax classes of PosAPI 3.0.
const (
	VATAble Class = "VAT_ABLE" // article 7: taxed
	VATFree Class = "VAT_FREE" // article 13: exempt
	VATZero Class = "VAT_ZERO" // article 12: zero rate
	NoVAT   Class = "NO_VAT"   // article 3: outside the tax
)

// Classes lists every class in the order in which reports show them.
var Classes = [...]Class{VATAble, VATFree, VATZero, NoVAT}

// Valid reports whether c is one of Classes.
func (c Class) Valid() bool {
	for _, k := range Classes {
		if c == k {
			return true
		}
	}
	return false
}

// Rate is a tax rate in hundredths of a percent, 0 to 100 %.
type Rate = money.Percent

// Rates are the rates in force from a day on.
type Rates struct {
	From day.Day `json:"from"`
	VAT  Rate    `json:"vat"`
	City Rate    `json:"city_tax"`
}

// Table lists rates by date, ascending.
type Table []Rates

// ErrNoRate is returned for a day before the table begins: in practice a clock that is not set.
var ErrNoRate = errors.New("tax: no rate known for that day")

// Mongolia is the table that a box knows without BAAZ.
func Mongolia() Table {
	return Table{
		{From: "2007-01-01", VAT: 1000, City: 0},
		{From: "2015-10-01", VAT: 1000, City: 100},
		{From: "2024-01-01", VAT: 1000, City: 200},
	}
}

// On returns the rates in force on d.
func (t Table) On(d day.Day) (Rates, error) {
	for i := len(t) - 1; i >= 0; i-- {
		if t[i].From <= d {
			return t[i], nil
		}
	}
	return Rates{}, fmt.Errorf("%w: %s", ErrNoRate, d)
}

// Validate reports the first thing wrong with a table: unknown days, days out of order, rates outside 0 to 100 %.
func (t Table) Validate() error {
	for i, r := range t {
		if _, err := day.Parse(string(r.From)); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		if i > 0 && t[i-1].From >= r.From {
			return fmt.Errorf("row %d: %s does not come after %s", i+1, r.From, t[i-1].From)
		}
		if r.VAT < 0 || r.City < 0 || r.VAT > money.Whole || r.City > money.Whole {
			return fmt.Errorf("row %d: rates must lie between 0 and 100 %%", i+1)
		}
	}
	return nil
}

// Payer says which taxes the merchant is registered for.
type Payer struct {
	VAT  bool `json:"vat"`
	City bool `json:"city_tax"`
}

// For returns the rates that apply to one good: VAT only on VAT_ABLE goods of a VAT payer, city tax only on flagged
// goods of a city-tax payer.
func (r Rates) For(p Payer, c Class, city bool) Rates {
	if c != VATAble || !p.VAT {
		r.VAT = 0
	}
	if !city || !p.City {
		r.City = 0
	}
	return r
}

// Split takes the taxes out of a tax-inclusive total. A negative total mirrors the positive one.
func (r Rates) Split(total money.Amount) (vat, city money.Amount, err error) {
	den := int64(money.Whole + r.VAT + r.City)
	if vat, err = money.MulDiv(total, int64(r.VAT), den); err != nil {
		return 0, 0, err
	}
	city, err = money.MulDiv(total, int64(r.City), den)
	return vat, city, err
}

// AddTo returns net with the taxes on top, rounded half away from zero to 0.01 ₮.
func (r Rates) AddTo(net money.Amount) (money.Amount, error) {
	return money.MulDiv(net, int64(money.Whole+r.VAT+r.City), int64(money.Whole))
}
