package tax_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/pos/tax"
)

func amount(t *testing.T, s string) money.Amount {
	t.Helper()
	a, err := money.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func on(t *testing.T, d day.Day) tax.Rates {
	t.Helper()
	r, err := tax.Mongolia().On(d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The check figures of the authority's samples and of the programs that passed its test.
func TestSplitCheckFigures(t *testing.T) {
	payer := tax.Payer{VAT: true, City: true}
	for _, c := range []struct {
		total     string
		day       day.Day
		class     tax.Class
		city      bool
		vat, nhat string
	}{
		{"1120", "2026-11-23", tax.VATAble, true, "100", "20"},
		{"5600", "2026-11-23", tax.VATAble, true, "500", "100"},
		{"2800", "2026-11-23", tax.VATAble, true, "250", "50"},
		{"2800", "2026-11-23", tax.VATAble, false, "254.55", "0"},
		{"2800", "2026-11-23", tax.VATFree, true, "0", "54.90"},
		{"2800", "2026-11-23", tax.VATFree, false, "0", "0"},
		{"1110", "2023-12-31", tax.VATAble, true, "100", "10"}, // the old 1 %
	} {
		r := on(t, c.day).For(payer, c.class, c.city)
		vat, city, err := r.Split(amount(t, c.total))
		if err != nil || vat != amount(t, c.vat) || city != amount(t, c.nhat) {
			t.Errorf("%s, %s, city tax %v on %s: VAT %s, city tax %s, %v; want %s and %s",
				c.total, c.class, c.city, c.day, vat, city, err, c.vat, c.nhat)
		}
		vat, city, err = r.Split(-amount(t, c.total))
		if err != nil || vat != -amount(t, c.vat) || city != -amount(t, c.nhat) {
			t.Errorf("its return: VAT %s, city tax %s, %v", vat, city, err)
		}
	}
}

// The divisors that the law's tables print: 11.2 and 56, 11, 51.
func TestSplitDivisors(t *testing.T) {
	payer := tax.Payer{VAT: true, City: true}
	r := on(t, "2026-11-23")
	rapid.Check(t, func(t *rapid.T) {
		total := money.Amount(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "total"))
		for _, c := range []struct {
			rates                      tax.Rates
			vatNum, vatDen, num, denom int64
		}{
			{r.For(payer, tax.VATAble, true), 10, 112, 1, 56},
			{r.For(payer, tax.VATAble, false), 1, 11, 0, 1},
			{r.For(payer, tax.VATZero, true), 0, 1, 1, 51},
			{r.For(payer, tax.NoVAT, false), 0, 1, 0, 1},
		} {
			wantVAT, err1 := money.MulDiv(total, c.vatNum, c.vatDen)
			wantCity, err2 := money.MulDiv(total, c.num, c.denom)
			vat, city, err := c.rates.Split(total)
			if err != nil || err1 != nil || err2 != nil || vat != wantVAT || city != wantCity {
				t.Fatalf("%s at %+v: VAT %s, city tax %s, %v; want %s and %s", total, c.rates, vat, city, err, wantVAT, wantCity)
			}
		}
	})
}

func TestRatesByDate(t *testing.T) {
	for _, c := range []struct {
		day       day.Day
		vat, city tax.Rate
	}{
		{"2007-01-01", 1000, 0},
		{"2015-09-30", 1000, 0},
		{"2015-10-01", 1000, 100},
		{"2023-12-31", 1000, 100},
		{"2024-01-01", 1000, 200},
		{"9999-12-31", 1000, 200},
	} {
		if r := on(t, c.day); r.VAT != c.vat || r.City != c.city {
			t.Errorf("on %s: %+v, want VAT %s, city tax %s", c.day, r, c.vat, c.city)
		}
	}
	for _, d := range []day.Day{"", "1970-01-01", "2006-12-31"} {
		if r, err := tax.Mongolia().On(d); !errors.Is(err, tax.ErrNoRate) {
			t.Errorf("on %q: %+v, %v; want ErrNoRate", d, r, err)
		}
	}
	if _, err := (tax.Table{}).On("2026-11-23"); !errors.Is(err, tax.ErrNoRate) {
		t.Errorf("an empty table gives %v, want ErrNoRate", err)
	}
}

func TestFor(t *testing.T) {
	r := on(t, "2026-11-23")
	for _, class := range tax.Classes {
		for i := range 8 {
			payer, flagged := tax.Payer{VAT: i&1 != 0, City: i&2 != 0}, i&4 != 0
			got := r.For(payer, class, flagged)
			if want := class == tax.VATAble && payer.VAT; (got.VAT != 0) != want {
				t.Errorf("%+v, %s: VAT %s", payer, class, got.VAT)
			}
			if want := flagged && payer.City; (got.City != 0) != want {
				t.Errorf("%+v, %s, flagged %v: city tax %s", payer, class, flagged, got.City)
			}
		}
	}
	if r.VAT != 1000 || r.City != 200 {
		t.Errorf("For changed its receiver: %+v", r)
	}
}

func TestClasses(t *testing.T) {
	seen := map[tax.Class]bool{}
	for _, c := range tax.Classes {
		if !c.Valid() || seen[c] {
			t.Errorf("%q is not valid, or stands twice", c)
		}
		seen[c] = true
	}
	for _, c := range []tax.Class{"", "VAT", "vat_able", "NOT_VAT"} {
		if c.Valid() {
			t.Errorf("%q is valid", c)
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d classes, want four", len(seen))
	}
}

func TestTableValidate(t *testing.T) {
	if err := tax.Mongolia().Validate(); err != nil {
		t.Errorf("the built-in table: %v", err)
	}
	for _, c := range []struct {
		row   string // named in the problem; "" where there is none
		table tax.Table
	}{
		{"", nil},
		{"", tax.Table{{From: "2024-01-01", VAT: 10_000, City: 0}}},
		{"row 1", tax.Table{{From: "2024-02-30"}}},
		{"row 1", tax.Table{{From: ""}}},
		{"row 1", tax.Table{{From: "2024-01-01", VAT: -1}}},
		{"row 1", tax.Table{{From: "2024-01-01", VAT: 10_001}}},
		{"row 1", tax.Table{{From: "2024-01-01", City: -1}}},
		{"row 1", tax.Table{{From: "2024-01-01", City: 10_001}}},
		{"row 2", tax.Table{{From: "2024-01-01"}, {From: "2024-01-01"}}},
		{"row 3", tax.Table{{From: "2024-01-01"}, {From: "2025-01-01"}, {From: "2024-06-01"}}},
	} {
		err := c.table.Validate()
		if (err == nil) != (c.row == "") || err != nil && !strings.Contains(err.Error(), c.row+":") {
			t.Errorf("%+v: %v, want %q", c.table, err, c.row)
		}
	}
}

func rates(t *rapid.T) tax.Rates {
	r := rapid.Int32Range(0, int32(money.Whole))
	return tax.Rates{VAT: tax.Rate(r.Draw(t, "VAT")), City: tax.Rate(r.Draw(t, "city"))}
}

// Whatever the rates: taxes never exceed the total, never change sign, and a return mirrors its sale.
func TestSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rates(t)
		total := money.Amount(rapid.Int64Range(0, int64(money.Max)).Draw(t, "total") >> rapid.IntRange(0, 50).Draw(t, "shift"))
		vat, city, err := r.Split(total)
		if err != nil || vat < 0 || city < 0 || vat+city > total {
			t.Fatalf("%s at %+v: VAT %s, city tax %s, %v", total, r, vat, city, err)
		}
		if (r.VAT == 0 && vat != 0) || (r.City == 0 && city != 0) {
			t.Fatalf("%s at %+v: a tax without a rate: %s, %s", total, r, vat, city)
		}
		mvat, mcity, err := r.Split(-total)
		if err != nil || mvat != -vat || mcity != -city {
			t.Fatalf("the return of %s at %+v: VAT %s, city tax %s, %v; want -%s, -%s", total, r, mvat, mcity, err, vat, city)
		}
	})
}

// Taking the taxes out and putting them on again gives the total back, but for what rounding to a möngö loses.
func TestAddToUndoesSplit(t *testing.T) {
	payer := tax.Payer{VAT: true, City: true}
	r := on(t, "2026-11-23")
	rapid.Check(t, func(t *rapid.T) {
		rates := r.For(payer, rapid.SampledFrom(tax.Classes[:]).Draw(t, "class"), rapid.Bool().Draw(t, "flagged"))
		total := money.Amount(rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "total"))
		vat, city, err := rates.Split(total)
		if err != nil {
			t.Fatal(err)
		}
		back, err := rates.AddTo(total - vat - city)
		if d := back - total; err != nil || d < -1 || d > 1 {
			t.Fatalf("%s at %+v: net %s makes %s, %v", total, rates, total-vat-city, back, err)
		}
	})
}

func TestAddTo(t *testing.T) {
	r := on(t, "2026-11-23")
	for net, want := range map[string]string{"1000": "1120", "5000": "5600", "-1000": "-1120", "0.04": "0.04", "0.05": "0.06"} {
		if got, err := r.AddTo(amount(t, net)); err != nil || got != amount(t, want) {
			t.Errorf("%s with taxes is %s, %v; want %s", net, got, err, want)
		}
	}
	if _, err := r.AddTo(money.Max); !errors.Is(err, money.ErrRange) {
		t.Errorf("beyond the largest amount: %v, want ErrRange", err)
	}
	if _, _, err := (tax.Rates{VAT: 1000}).Split(money.Max); err != nil {
		t.Errorf("the largest amount: %v", err)
	}
}
