// Package catalog says what a good is: its names and codes, unit, prices from a date, and how it is taxed.
//
// It holds no store: the till reads goods through Lookup, and the room catalog/ at the module's root keeps them on disk.
package catalog

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Code is a good's own code in the shop's books, 1 to 32 printable characters without spaces at the ends.
type Code string

// Price is what a good costs from a day on.
type Price struct {
	From   day.Day      `json:"from,omitempty"` // empty: always
	Amount money.Amount `json:"amount"`
}

// Good is one article or service.
type Good struct {
	Code     Code     `json:"code"`
	Name     string   `json:"name"`
	Barcodes []string `json:"barcodes,omitempty"`
	Category string   `json:"category,omitempty"`
	Unit     string   `json:"unit"`              // free text as printed: ш, кг, л, м
	Weighed  bool     `json:"weighed,omitempty"` // sold in decimal quantities; otherwise whole units only
	// Prices ascend by From; the last one that has begun holds.
	Prices         []Price   `json:"prices"`
	TaxIncluded    bool      `json:"tax_included"` // whether Prices contain VAT and city tax
	Tax            tax.Class `json:"tax"`
	CityTax        bool      `json:"city_tax,omitempty"`
	ClassCode      string    `json:"class_code,omitempty"`       // БҮНА, 7 digits
	TaxProductCode string    `json:"tax_product_code,omitempty"` // for VAT_FREE, VAT_ZERO, NO_VAT
	Stamped        bool      `json:"stamped,omitempty"`          // each unit carries an excise stamp, which is scanned
	Active         bool      `json:"active"`
}

// Lookup finds goods. Implementations return copies that the caller may keep.
type Lookup interface {
	// ByBarcode returns every good that carries exactly this code, active or not, in order of code.
	ByBarcode(code string) ([]Good, error)
	// ByCode returns the good with this code of its own; ok is false where there is none.
	ByCode(code Code) (good Good, ok bool, err error)
}

// PriceOn returns the price in force on d; ok is false where none has begun.
func (g Good) PriceOn(d day.Day) (price money.Amount, ok bool) {
	for i := len(g.Prices) - 1; i >= 0; i-- {
		if g.Prices[i].From <= d {
			return g.Prices[i].Amount, true
		}
	}
	return 0, false
}

// A FieldError says which field of a good is wrong and why, in plain words.
type FieldError struct{ Field, Problem string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Problem }

// Validate reports the first wrong field as a *FieldError.
func (g Good) Validate() error {
	checks := []struct {
		field, problem string
		bad            bool
	}{
		{"code", "1 to 32 printable characters are needed", !printable(string(g.Code), 1, 32)},
		{"name", "1 to 200 printable characters are needed", !printable(g.Name, 1, 200)},
		{"category", "at most 100 printable characters are allowed", !printable(g.Category, 0, 100)},
		{"unit", "1 to 10 printable characters are needed", !printable(g.Unit, 1, 10)},
		{"vat", "must be VAT_ABLE, VAT_FREE, VAT_ZERO or NO_VAT", !g.Tax.Valid()},
		{"class_code", "must be 7 digits or empty", g.ClassCode != "" && !digits(g.ClassCode, 7, 7)},
		{"tax_product_code", "must be 3 to 10 digits or empty", g.TaxProductCode != "" && !digits(g.TaxProductCode, 3, 10)},
		{"stamped", "goods with excise stamps are sold in whole units", g.Stamped && g.Weighed},
		{"price", "a price is needed", len(g.Prices) == 0},
	}
	for _, c := range checks {
		if c.bad {
			return &FieldError{c.field, c.problem}
		}
	}
	if err := g.validatePrices(); err != nil {
		return err
	}
	return g.validateBarcodes()
}

// MaxPrice is the dearest price a good may have: one thousand million ₮.
const MaxPrice money.Amount = 100_000_000_000

func (g Good) validatePrices() error {
	for i, p := range g.Prices {
		if p.Amount <= 0 || p.Amount > MaxPrice {
			return &FieldError{"price", fmt.Sprintf("%s is not between 0.01 and %s", p.Amount, MaxPrice)}
		}
		if i > 0 && g.Prices[i-1].From >= p.From {
			return &FieldError{"price", "prices must ascend by date"}
		}
	}
	return nil
}

func (g Good) validateBarcodes() error {
	var seen map[string]bool // of the many: most goods have one
	if len(g.Barcodes) > fewBarcodes {
		seen = make(map[string]bool, len(g.Barcodes))
	}
	for i, b := range g.Barcodes {
		switch {
		case !printable(b, 1, 48):
			return &FieldError{"barcodes", fmt.Sprintf("%q is not 1 to 48 printable characters", b)}
		case seen[b], seen == nil && slices.Contains(g.Barcodes[:i], b):
			return &FieldError{"barcodes", b + " stands twice"}
		}
		if seen != nil {
			seen[b] = true
		}
	}
	return nil
}

// fewBarcodes are compared with each other.
const fewBarcodes = 8

func printable(s string, least, most int) bool {
	n := 0
	for _, r := range s {
		n++
		// All of ASCII and of the two Cyrillic blocks is printable; to ask unicode costs ten times the time.
		if r >= ' ' && r < 0x7f || r >= 0x400 && r < 0x530 {
			continue
		}
		if !unicode.IsPrint(r) || r == utf8.RuneError && !utf8.ValidString(s) {
			return false
		}
	}
	return n >= least && n <= most && !strings.HasPrefix(s, " ") && !strings.HasSuffix(s, " ")
}

func digits(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
