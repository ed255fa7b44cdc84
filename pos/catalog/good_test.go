package catalog_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/pos/tax"
)

func good() catalog.Good {
	return catalog.Good{
		Code: "1001", Name: "Сүү 1 л", Barcodes: []string{"8656001000011", "АБ-1"}, Category: "Сүү", Unit: "ш",
		Prices: []catalog.Price{{Amount: 300000}, {From: "2026-01-01", Amount: 350000}},
		Tax:    tax.VATAble, ClassCode: "2211100", Active: true, TaxIncluded: true,
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		field  string // "" for a good good
		name   string
		change func(*catalog.Good)
	}{
		{"", "as it is", func(*catalog.Good) {}},
		{"", "bare", func(g *catalog.Good) { g.Barcodes, g.Category, g.ClassCode = nil, "", "" }},
		{"", "longest", func(g *catalog.Good) {
			g.Code, g.Name = catalog.Code(strings.Repeat("Ө", 32)), strings.Repeat("Ү", 200)
			g.Category, g.Unit = strings.Repeat("ө", 100), strings.Repeat("ү", 10)
			g.Barcodes = []string{strings.Repeat("7", 48)}
		}},
		{"", "dearest", func(g *catalog.Good) { g.Prices = []catalog.Price{{Amount: catalog.MaxPrice}} }},
		{"", "cheapest", func(g *catalog.Good) { g.Prices = []catalog.Price{{Amount: 1}} }},
		{"", "tax product code", func(g *catalog.Good) { g.Tax, g.TaxProductCode = tax.VATFree, "305" }},
		{"code", "none", func(g *catalog.Good) { g.Code = "" }},
		{"code", "too long", func(g *catalog.Good) { g.Code = catalog.Code(strings.Repeat("1", 33)) }},
		{"code", "blank at the end", func(g *catalog.Good) { g.Code = "1 " }},
		{"code", "control character", func(g *catalog.Good) { g.Code = "1\x00" }},
		{"code", "not UTF-8", func(g *catalog.Good) { g.Code = "\xff" }},
		{"name", "none", func(g *catalog.Good) { g.Name = "" }},
		{"name", "blank", func(g *catalog.Good) { g.Name = "  " }},
		{"name", "too long", func(g *catalog.Good) { g.Name = strings.Repeat("Ү", 201) }},
		{"name", "two lines", func(g *catalog.Good) { g.Name = "a\nb" }},
		{"category", "too long", func(g *catalog.Good) { g.Category = strings.Repeat("a", 101) }},
		{"unit", "none", func(g *catalog.Good) { g.Unit = "" }},
		{"unit", "too long", func(g *catalog.Good) { g.Unit = strings.Repeat("ш", 11) }},
		{"vat", "none", func(g *catalog.Good) { g.Tax = "" }},
		{"vat", "unknown", func(g *catalog.Good) { g.Tax = "NOT_VAT" }},
		{"class_code", "six digits", func(g *catalog.Good) { g.ClassCode = "221110" }},
		{"class_code", "eight digits", func(g *catalog.Good) { g.ClassCode = "22111000" }},
		{"class_code", "letters", func(g *catalog.Good) { g.ClassCode = "221110x" }},
		{"tax_product_code", "two digits", func(g *catalog.Good) { g.TaxProductCode = "30" }},
		{"tax_product_code", "eleven digits", func(g *catalog.Good) { g.TaxProductCode = "30512345678" }},
		{"price", "none", func(g *catalog.Good) { g.Prices = nil }},
		{"price", "zero", func(g *catalog.Good) { g.Prices[1].Amount = 0 }},
		{"price", "negative", func(g *catalog.Good) { g.Prices[0].Amount = -1 }},
		{"price", "too dear", func(g *catalog.Good) { g.Prices[0].Amount = catalog.MaxPrice + 1 }},
		{"price", "same day twice", func(g *catalog.Good) { g.Prices[0].From = "2026-01-01" }},
		{"price", "descending", func(g *catalog.Good) { g.Prices[0].From = "2027-01-01" }},
		{"barcodes", "empty", func(g *catalog.Good) { g.Barcodes = []string{""} }},
		{"barcodes", "too long", func(g *catalog.Good) { g.Barcodes[1] = strings.Repeat("7", 49) }},
		{"barcodes", "twice", func(g *catalog.Good) { g.Barcodes[1] = g.Barcodes[0] }},
		{"barcodes", "blank in front", func(g *catalog.Good) { g.Barcodes[0] = " 1" }},
		{"barcodes", "control character", func(g *catalog.Good) { g.Barcodes[0] = "1\x1d2" }},
	} {
		g := good()
		c.change(&g)
		err := g.Validate()
		var f *catalog.FieldError
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if !errors.As(err, &f) || f.Field != c.field || f.Problem == "" {
			t.Errorf("%s, %s: %v", c.field, c.name, err)
		}
	}
}

func TestPriceOn(t *testing.T) {
	g := good()
	later := catalog.Good{Prices: []catalog.Price{{From: "2026-01-01", Amount: 5}}}
	for _, c := range []struct {
		g    catalog.Good
		day  day.Day
		want money.Amount
		ok   bool
	}{
		{g, "2007-01-01", 300000, true},
		{g, "2025-12-31", 300000, true},
		{g, "2026-01-01", 350000, true},
		{g, "2030-01-01", 350000, true},
		{later, "2025-12-31", 0, false},
		{later, "2026-01-01", 5, true},
		{catalog.Good{}, "2026-01-01", 0, false},
	} {
		if got, ok := c.g.PriceOn(c.day); got != c.want || ok != c.ok {
			t.Errorf("on %s: %s, %v; want %s, %v", c.day, got, ok, c.want, c.ok)
		}
	}
}

// What Validate takes for printable without asking is what unicode says.
func TestPrintable(t *testing.T) {
	for r := rune(0); r < 0x3000; r++ {
		g := good()
		g.Name = "a" + string(r) + "b"
		if got, want := g.Validate() == nil, unicode.IsPrint(r); got != want {
			t.Errorf("%U: %v, want %v", r, got, want)
		}
	}
	many := good()
	for i := range 20 {
		many.Barcodes = append(many.Barcodes, strings.Repeat("7", i+1))
	}
	if err := many.Validate(); err != nil {
		t.Error(err)
	}
	if many.Barcodes[20] = many.Barcodes[3]; many.Validate() == nil {
		t.Error("a barcode stands twice among many")
	}
}
