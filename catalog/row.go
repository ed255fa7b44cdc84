package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	goods "posbox/pos/catalog"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// What an empty cell means.
const (
	defaultUnit        = "ш"
	defaultWeighedUnit = "кг"
)

// A cellError says which column of a row is wrong.
type cellError struct {
	col     int
	problem string
}

func (e *cellError) Error() string { return columnNames[e.col] + ": " + e.problem }

// readGood makes a good of a row, or says what is wrong with it as a *cellError or *recordError.
func readGood(h header, l line) (goods.Good, error) {
	if i := h.beyond(l.fields); i >= 0 {
		return goods.Good{}, &recordError{field: i, problem: fmt.Sprintf("the row has %d fields, the header %d; "+
			"a text that contains the separator must stand in quotation marks", i+1, len(h.titles))}
	}
	r := row{h: h, fields: l.fields}
	for col, i := range h.at {
		if problem := l.notes[i]; problem != "" {
			r.fail(col, "%s", problem)
		}
	}
	g := goods.Good{
		Code:           goods.Code(r.text(colCode)),
		Name:           r.text(colName),
		Barcodes:       r.barcodes(),
		Category:       r.text(colCategory),
		Weighed:        r.bool(colWeighed, false),
		Unit:           r.text(colUnit),
		TaxIncluded:    r.bool(colTaxIncluded, true),
		Tax:            r.class(),
		CityTax:        r.bool(colCityTax, false),
		ClassCode:      r.text(colClassCode),
		TaxProductCode: r.text(colTaxProductCode),
		Stamped:        r.bool(colStamped, false),
		Active:         r.bool(colActive, true),
	}
	if g.Unit == "" {
		g.Unit = defaultUnit
		if g.Weighed {
			g.Unit = defaultWeighedUnit
		}
	}
	g.Prices = []goods.Price{{Amount: r.price()}}
	r.validate(g)
	if r.err != nil {
		return goods.Good{}, r.err
	}
	return g, nil
}

// A row is being read; err is the first thing wrong with it, by column.
type row struct {
	h      header
	fields []string
	err    *cellError
}

func (r *row) fail(col int, problem string, args ...any) {
	if r.err == nil || col < r.err.col {
		r.err = &cellError{col, fmt.Sprintf(problem, args...)}
	}
}

func (r *row) text(col int) string { return r.h.value(r.fields, col) }

// rounded is what a spreadsheet makes of a long number: 8.65E+12.
var rounded = regexp.MustCompile(`^[0-9][.,]?[0-9]*[eE]\+?[0-9]+$`)

// broken is a number that a spreadsheet has computed with.
var broken = regexp.MustCompile(`^[0-9]{6,}[.,][0-9]+$`)

// Miscounted says what a spreadsheet has made of a barcode that was a number to it; empty: nothing.
func Miscounted(code string) (problem string) {
	switch {
	case !strings.ContainsAny(code, ".,"):
		return ""
	case rounded.MatchString(code):
		return fmt.Sprintf(problemRounded, code)
	case broken.MatchString(code):
		return code + " is no whole number"
	}
	return ""
}

func (r *row) barcodes() []string {
	var all []string
	for _, b := range strings.Split(r.text(colBarcodes), "|") {
		if b = strings.TrimSpace(b); b == "" {
			continue
		}
		if problem := Miscounted(b); problem != "" {
			r.fail(colBarcodes, "%s", problem)
		}
		all = append(all, b)
	}
	return all
}

var booleans = map[string]bool{
	"1": true, "yes": true, "y": true, "true": true, "тийм": true,
	"0": false, "no": false, "n": false, "false": false, "үгүй": false,
}

func (r *row) bool(col int, empty bool) bool {
	s := r.text(col)
	if s == "" {
		return empty
	}
	b, ok := booleans[strings.ToLower(s)]
	if !ok {
		r.fail(col, "%q is neither yes nor no", s)
	}
	return b
}

// class reads the vat column: yes, no or the name of a class.
func (r *row) class() tax.Class {
	s := r.text(colVAT)
	if c := tax.Class(strings.ToUpper(s)); c.Valid() {
		return c
	}
	yes, ok := booleans[strings.ToLower(s)]
	switch {
	case yes, s == "":
		return tax.VATAble
	case !ok:
		r.fail(colVAT, "%q is neither yes, no, VAT_ABLE, VAT_FREE, VAT_ZERO nor NO_VAT", s)
	}
	return tax.VATFree
}

// grouped is a number whose thousands are set apart by spaces; clean has made all of them plain.
var grouped = regexp.MustCompile(`^-?[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?$`)

func (r *row) price() money.Amount {
	s := strings.TrimSpace(strings.TrimSuffix(r.text(colPrice), "₮"))
	if s == "" {
		r.fail(colPrice, "a price is needed")
		return 0
	}
	plain := s
	if strings.Contains(s, " ") && grouped.MatchString(s) {
		plain = strings.ReplaceAll(s, " ", "")
	}
	a, err := money.Parse(plain)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(colPrice, "%s is not between 0.01 and %s", s, goods.MaxPrice)
	case err != nil:
		r.fail(colPrice, "%q is not a price such as 12500 or 12500.50", s)
	}
	return a
}

// validate asks the good itself.
func (r *row) validate(g goods.Good) {
	var bad *goods.FieldError
	if !errors.As(g.Validate(), &bad) {
		return
	}
	for col, name := range columnNames {
		if name == bad.Field {
			r.fail(col, "%s", bad.Problem)
			return
		}
	}
	r.fail(colCode, "%s", bad.Error())
}
