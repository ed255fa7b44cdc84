package registers

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"posbox/catalog"
	"posbox/pos/money"
	"posbox/table"
	"posbox/wire"
)

// Prices is what files of prices are called: a row for each price of each good, from a day and of a price list.
const Prices = "prices"

// Columns that are no field of their register.
const (
	colScope = "scope"
	colPrice = "price"
	colFrom  = "price_from"
	colList  = "list"
)

// column is one column of a file with rows of a register.
type column struct {
	name    string
	mn, en  string
	kind    table.Kind
	field   *Field // nil: the column is none
	needed  bool   // a new row cannot be without
	outOnly bool   // told, but not taken
	other   []string
}

// columns lists what a file of a register has.
func (r *Register) columns() (list []column) {
	list = []column{{name: "code", mn: "Код", en: "Code", needed: true}}
	if len(r.Levels) > 1 {
		list = append(list, column{name: colScope, mn: "Хаана", en: "Where"})
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		c := column{name: f.Name, mn: f.Title("mn"), en: f.Title("en"), field: f, kind: tableKinds[f.Kind], needed: f.Needed && f.Default == "", outOnly: f.Kept}
		switch {
		case f.Kind == Layer:
			continue
		case r.Name == Goods && f.Name == "prices":
			list = append(list, column{name: colPrice, mn: "Үнэ", en: "Price", kind: table.Amount, needed: true},
				column{name: colFrom, mn: "Үнэ эхлэх өдөр", en: "Price from", kind: table.Day})
			continue
		case r.Name == Goods && f.Name == "tax":
			c.other = []string{"vat", "нөат"}
		}
		list = append(list, c)
	}
	return list
}

// priceColumns are those of a file of prices.
func priceColumns() []column {
	return []column{
		{name: "code", mn: "Код", en: "Code", needed: true},
		{name: "name", mn: "Нэр", en: "Name", outOnly: true},
		{name: colList, mn: "Үнийн жагсаалт", en: "Price list"},
		{name: colFrom, mn: "Үнэ эхлэх өдөр", en: "Price from", kind: table.Day, other: []string{"from", "эхлэх өдөр"}},
		{name: colPrice, mn: "Үнэ", en: "Price", kind: table.Amount},
	}
}

// In a table, what a spreadsheet may compute with is a number; a code of digits is not.
var tableKinds = map[Kind]table.Kind{Whole: table.Whole, Percent: table.Decimal, Money: table.Amount, Date: table.Day}

// columnsOf finds the columns of files that are called so, and the register that they change.
func columnsOf(name string) (*Register, []column, error) {
	if name == Prices {
		reg, err := Of(Goods)
		return reg, priceColumns(), err
	}
	reg, err := Of(name)
	if err != nil {
		return nil, nil, err
	}
	return reg, reg.columns(), nil
}

// means tells which column a title of a file means; -1: none.
func means(columns []column, title string, goods bool) int {
	t := catalog.Title(catalog.Clean(title))
	if t == "" {
		return -1
	}
	for i, c := range columns {
		if t == catalog.Title(c.name) || t == catalog.Title(c.mn) || t == catalog.Title(c.en) || slices.Contains(c.other, t) {
			return i
		}
	}
	if goods { // the till's own import knows many names
		if name, ok := catalog.GoodsTitle(title); ok {
			return slices.IndexFunc(columns, func(c column) bool { return c.name == name || slices.Contains(c.other, name) })
		}
	}
	return -1
}

// known is what a column is called in both languages: somebody whose file lacks it writes it there.
func (c column) known() string { return c.mn + " (" + c.name + ")" }

// title is what a column is called in a language.
func (c column) title(lang string) string {
	if lang == "mn" {
		return c.mn
	}
	return c.en
}

// Title is what a field is called at the head of a column.
func (f *Field) Title(lang string) string {
	long, short := f.EN, f.ShortEN
	if lang == "mn" {
		long, short = f.MN, f.ShortMN
	}
	if short != "" {
		return short
	}
	if i := strings.IndexAny(long, ".,;:"); i > 0 {
		return long[:i]
	}
	return long
}

var booleans = map[string]bool{"1": true, "yes": true, "y": true, "true": true, "тийм": true, "0": false, "no": false, "n": false, "false": false, "үгүй": false}

// grouped is a number whose thousands are set apart by spaces.
var grouped = regexp.MustCompile(`^-?[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?$`)

// number makes a decimal text of a cell as people write it: "12 500,50 ₮".
func number(s string) string {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(s, "₮"), "%"))
	if grouped.MatchString(s) {
		s = strings.ReplaceAll(s, " ", "")
	}
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	return s
}

// fromCell makes JSON of a cell, or says what is wrong with it. null: it is empty.
func (f *Field) fromCell(cell string) (json.RawMessage, string) {
	plain := catalog.Clean(cell)
	if plain == "" {
		return json.RawMessage("null"), ""
	}
	switch f.Kind {
	case Lines:
		return encode(strings.Split(strings.TrimRight(strings.ReplaceAll(cell, "\r\n", "\n"), "\n "), "\n")), ""
	case Names:
		names := parts(cell)
		for _, name := range names {
			if problem := catalog.Miscounted(name); problem != "" && f.Name == "barcodes" {
				return nil, problem
			}
		}
		return encode(names), ""
	case Yes:
		yes, ok := booleans[strings.ToLower(plain)]
		if !ok {
			return nil, `"` + clip(plain) + `" is neither yes nor no`
		}
		return encode(yes), ""
	case Choice:
		return encode(f.choice(plain)), ""
	case Whole:
		if strings.Trim(plain, "0123456789") != "" {
			return nil, `"` + clip(plain) + `" is no whole number`
		}
		return json.RawMessage(strings.TrimLeft(plain[:len(plain)-1], "0") + plain[len(plain)-1:]), ""
	case Percent, Money:
		return encode(number(plain)), ""
	case Objects:
		return f.objects(cell)
	}
	return encode(plain), ""
}

// parts takes a cell with several codes apart.
func parts(cell string) []string {
	list := []string{}
	for _, s := range strings.FieldsFunc(cell, func(r rune) bool { return r == '|' || r == '\n' || r == '\r' }) {
		if s = catalog.Clean(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// choice finds what a cell means: the value itself in any case; for how a good stands under the VAT law also yes and no.
func (f *Field) choice(cell string) string {
	for _, v := range f.Enum {
		if strings.EqualFold(v, cell) {
			return v
		}
	}
	if yes, ok := booleans[strings.ToLower(cell)]; ok && slices.Contains(f.Enum, "VAT_ABLE") {
		if yes {
			return "VAT_ABLE"
		}
		return "VAT_FREE"
	}
	return cell
}

// objects reads "100000:5 | 500000:7,5": the fields of each object in their order.
func (f *Field) objects(cell string) (json.RawMessage, string) {
	list := []map[string]json.RawMessage{}
	for _, entry := range parts(cell) {
		said := strings.Split(entry, ":")
		if len(said) > len(f.Of) {
			return nil, `"` + clip(entry) + `" stands for too many things`
		}
		o := map[string]json.RawMessage{}
		for i, text := range said {
			raw, problem := f.Of[i].fromCell(text)
			if problem != "" {
				return nil, problem
			}
			o[f.Of[i].Name] = raw
		}
		list = append(list, o)
	}
	return encode(list), ""
}

// toCell writes a stored value as fromCell reads it.
func (f *Field) toCell(raw json.RawMessage, lang string) string {
	if raw == nil {
		if f.Kind == Yes {
			return yesNo("false", lang)
		}
		return ""
	}
	switch f.Kind {
	case Yes:
		return yesNo(string(raw), lang)
	case Lines, Names:
		var list []string
		json.Unmarshal(raw, &list) // of our own making
		if f.Kind == Names {
			return strings.Join(list, "|")
		}
		return strings.Join(list, "\n")
	case Objects:
		return f.objectsCell(raw, lang)
	case Secret:
		return ""
	}
	return plainText(raw)
}

func (f *Field) objectsCell(raw json.RawMessage, lang string) string {
	var list []values
	json.Unmarshal(raw, &list) // of our own making
	var entries []string
	for _, o := range list {
		var said []string
		for i := range f.Of {
			said = append(said, f.Of[i].toCell(o[f.Of[i].Name], lang))
		}
		entries = append(entries, strings.Join(said, ":"))
	}
	return strings.Join(entries, " | ")
}

func yesNo(raw, lang string) string {
	switch {
	case lang == "mn" && raw == "true":
		return "тийм"
	case lang == "mn":
		return "үгүй"
	case raw == "true":
		return "yes"
	}
	return "no"
}

// priceOf finds the price of a list that holds on a day, by its place; -1: there is none.
func priceOf(prices []wire.ListPrice, list, today string) int {
	at := -1
	for i, p := range prices {
		if p.List == list && string(p.From) <= today {
			at = i
		}
	}
	return at
}

// amount reads a cell with a price.
func amount(cell string) (money.Amount, string) {
	a, err := money.Parse(number(cell))
	if err != nil {
		return 0, `"` + clip(cell) + `" is not a price such as 12500 or 12500.50`
	}
	return a, ""
}
