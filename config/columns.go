package config

import (
	"encoding/json"
	"strings"
)

// Column is a field of the rows of a setting, as a screen types it.
type Column struct {
	Name string `json:"name"`
	// Kind is day, percent, int, digits (a text of digits), choice or bool.
	Kind    string          `json:"kind"`
	TitleMN string          `json:"title_mn"`
	TitleEN string          `json:"title_en"`
	AboutMN string          `json:"about_mn"`
	AboutEN string          `json:"about_en"`
	Enum    []Named         `json:"enum"`   // the only values of a choice
	Min     *int            `json:"min"`    // of digits: how many there are
	Max     *int            `json:"max"`    // the same
	Fresh   json.RawMessage `json:"fresh"`  // what a new row begins with
	Rising  bool            `json:"rising"` // each row's value comes after that of the row above
	Once    bool            `json:"once"`   // no two rows have the same
	Begun   bool            `json:"begun"`  // the first row's day has come: today must have a row
}

// Named is a value of a choice.
type Named struct {
	Value string `json:"value"`
	MN    string `json:"mn"`
	EN    string `json:"en"`
}

// Kinds of columns that are not kinds of settings.
const (
	kindDay    = "day"
	kindDigits = "digits"
	kindChoice = "choice"
)

// column is what the schema does not know of a Column.
type column struct {
	name, kind, titleMN, titleEN, aboutMN string
	fresh                                 any
	rising, once, begun                   bool
	enum                                  []Named
	least, most                           int // of what the schema has no bounds; most 0: it has
}

// fresh values of a layout: what scales print most.
const (
	freshDigits   = 5
	freshDecimals = 3
)

// columns are those of every setting that is rows, in the order of a screen. A list of numbers has one column without name.
var columns = map[string][]column{
	"payers": {
		{name: "from", kind: kindDay, titleMN: "Эхлэх өдөр", titleEN: "From", aboutMN: "Энэ өдрөөс эхлэн мөр үйлчилнэ, дараагийн мөрийн өдөр хүртэл.", fresh: "", rising: true},
		{name: "vat", kind: kindBool, titleMN: "НӨАТ төлөгч", titleEN: "Pays VAT", aboutMN: "НӨАТ төлөгчөөр бүртгэлтэй.", fresh: true},
		{name: "city_tax", kind: kindBool, titleMN: "НХАТ төлөгч", titleEN: "Pays city tax", aboutMN: "Нийслэл хотын албан татвар төлөгчөөр бүртгэлтэй.", fresh: false},
	},
	"rates": {
		{name: "from", kind: kindDay, titleMN: "Эхлэх өдөр", titleEN: "From", aboutMN: "Энэ өдрөөс эхлэн хувь үйлчилнэ, дараагийн мөрийн өдөр хүртэл.", fresh: "", rising: true, begun: true},
		{name: "vat", kind: kindPercent, titleMN: "НӨАТ", titleEN: "VAT", aboutMN: "НӨАТ-ын хувь, татваргүй үнээс.", fresh: "10.00"},
		{name: "city_tax", kind: kindPercent, titleMN: "НХАТ", titleEN: "City tax", aboutMN: "НХАТ-ын хувь, татваргүй үнээс.", fresh: "2.00"},
	},
	"barcode_rules": {
		{name: "prefix", kind: kindDigits, titleMN: "Угтвар", titleEN: "Prefix", aboutMN: "Ийм код эхэлдэг цифрүүд.", fresh: "", once: true, least: 1, most: 6},
		{name: "kind", kind: kindChoice, titleMN: "Юу тоолох", titleEN: "What it counts", aboutMN: "Кодын утга юуг тоолох вэ.", fresh: "weight",
			enum: []Named{{"weight", "Жин", "Weight"}, {"price", "Үнэ", "Price"}, {"count", "Ширхэг", "Pieces"}}},
		{name: "item_digits", kind: kindInteger, titleMN: "Барааны орон", titleEN: "Item digits", aboutMN: "Барааны дугаар хэдэн оронтой вэ.", fresh: freshDigits, least: 1, most: 13},
		{name: "value_digits", kind: kindInteger, titleMN: "Утгын орон", titleEN: "Value digits", aboutMN: "Утга хэдэн оронтой вэ.", fresh: freshDigits, least: 1, most: 13},
		{name: "decimals", kind: kindInteger, titleMN: "Бутархай орон", titleEN: "Decimals", aboutMN: "Утгын хэдэн орон нь бутархай вэ.", fresh: freshDecimals, most: 13},
		{name: "price_check", kind: kindBool, titleMN: "Утгын өмнө хяналтын орон (V) байна", titleEN: "A check digit (V) stands before the value", aboutMN: "Утгын өмнө утгын хяналтын орон байна.", fresh: false},
	},
	"notes":       {{kind: kindInteger, titleMN: "Дэвсгэрт", titleEN: "Note", aboutMN: "Нэг дэвсгэрт, төгрөгөөр.", fresh: "", once: true}},
	"count_notes": {{kind: kindInteger, titleMN: "Дэвсгэрт", titleEN: "Note", aboutMN: "Нэг дэвсгэрт, төгрөгөөр.", fresh: "", once: true}},
}

// columnsOf describes the rows of a setting; a setting that is none has no columns.
func columnsOf(path string) []Column {
	all := []Column{}
	for _, c := range columns[path] {
		schema := about[elementPath(path, c.name)]
		text, _ := schema["description"].(string)
		out := Column{Name: c.name, Kind: c.kind, TitleMN: c.titleMN, TitleEN: c.titleEN, AboutMN: label(c.aboutMN), AboutEN: label(text), Enum: append([]Named{}, c.enum...),
			Min: bound(schema, "minimum"), Max: bound(schema, "maximum"), Fresh: encoded(c.fresh), Rising: c.rising, Once: c.once, Begun: c.begun}
		if c.most > 0 {
			out.Min, out.Max = &c.least, &c.most
		}
		all = append(all, out)
	}
	return all
}

// elementPath is the path of the schema of a list's elements.
func elementPath(path, name string) string { return strings.TrimSuffix(path+"[]."+name, ".") }
