package catalog

import (
	"fmt"
	"strings"
)

// The columns of a CSV of goods, in the order that a file without header has.
const (
	colCode = iota
	colName
	colBarcodes
	colCategory
	colUnit
	colPrice
	colTaxIncluded
	colVAT
	colCityTax
	colClassCode
	colTaxProductCode
	colWeighed
	colActive
	colStamped
	columnCount
)

// columnNames are the columns in the order of a file without header.
var columnNames = [columnCount]string{
	"code", "name", "barcodes", "category", "unit", "price", "tax_included", "vat", "city_tax", "class_code",
	"tax_product_code", "weighed", "active", "stamped",
}

// aliases are other names that a header may use, as normalise leaves them.
var aliases = map[string]int{
	"код": colCode, "барааны код": colCode, "дотоод код": colCode, "sku": colCode, "item code": colCode,
	"нэр": colName, "барааны нэр": colName, "бараа": colName, "item name": colName, "product name": colName,
	"barcode": colBarcodes, "ean": colBarcodes, "баркод": colBarcodes, "бар код": colBarcodes, "зураасан код": colBarcodes,
	"баркодууд": colBarcodes, "group": colCategory, "ангилал": colCategory, "бүлэг": colCategory,
	"барааны бүлэг": colCategory, "нэгж": colUnit, "хэмжих нэгж": colUnit, "хэмжээс": colUnit,
	"үнэ": colPrice, "зарах үнэ": colPrice, "нэгж үнэ": colPrice, "борлуулах үнэ": colPrice,
	"татвар орсон": colTaxIncluded, "нөат орсон": colTaxIncluded, "татвар шингэсэн": colTaxIncluded,
	"нөат": colVAT, "нөат төрөл": colVAT, "татварын төрөл": colVAT,
	"нхат": colCityTax, "хотын татвар": colCityTax, "нийслэлийн татвар": colCityTax,
	"бүна": colClassCode, "бүна код": colClassCode, "ангиллын код": colClassCode,
	"татварын код": colTaxProductCode, "татварын барааны код": colTaxProductCode,
	"жинлэдэг": colWeighed, "жинтэй": colWeighed, "жингийн бараа": colWeighed,
	"идэвхтэй": colActive, "идэвхитэй": colActive,
	"тэмдэгтэй": colStamped, "онцгой татварын тэмдэг": colStamped, "онцгой татвар": colStamped,
}

// A header says where each column stands.
type header struct {
	at     [columnCount]int // index of the field, -1 if there is none
	titles []string         // what the fields are called, for error messages
	extra  []string         // fields that mean nothing to us
}

// plainHeader is the header of a file that has none.
func plainHeader() header {
	h := header{titles: columnNames[:]}
	for i := range h.at {
		h.at[i] = i
	}
	return h
}

// readHeader reports whether fields are a header, which is so if two of them or more name a column.
func readHeader(fields []string) (h header, ok bool) {
	known := 0
	for i := range h.at {
		h.at[i] = -1
	}
	for i, f := range fields {
		title := clean(f)
		h.titles = append(h.titles, title)
		col, is := columnOf(title)
		switch {
		case is && h.at[col] < 0:
			h.at[col] = i
			known++
		case is, title != "":
			h.extra = append(h.extra, title)
		}
	}
	return h, known >= 2
}

// check refuses a header that lacks a column we need, or names one twice.
func (h header) check() error {
	for _, col := range []int{colCode, colName, colPrice} {
		if h.at[col] < 0 {
			return fileError("there is no column " + columnNames[col])
		}
	}
	for _, title := range h.extra {
		if col, is := columnOf(title); is {
			return fileError(fmt.Sprintf("there are two columns %s: %s and %s", columnNames[col], h.titles[h.at[col]], title))
		}
	}
	return nil
}

func columnOf(title string) (col int, ok bool) {
	t := normalise(title)
	for i, n := range columnNames {
		if t == normalise(n) {
			return i, true
		}
	}
	col, ok = aliases[t]
	return col, ok
}

// normalise makes "Tax_Included", "tax-included" and " TAX  included" one.
func normalise(title string) string {
	t := strings.ToLower(strings.NewReplacer("_", " ", "-", " ", "*", " ", ":", " ").Replace(title))
	return strings.Join(strings.Fields(t), " ")
}

// title names a column as the file calls it.
func (h header) title(col int) string {
	if i := h.at[col]; i >= 0 && i < len(h.titles) {
		return h.titles[i]
	}
	return columnNames[col]
}

// fieldTitle names field i as the file calls it, or counts it.
func (h header) fieldTitle(i int) string {
	if i < len(h.titles) && h.titles[i] != "" {
		return h.titles[i]
	}
	return fmt.Sprint(i + 1)
}

// knows reports whether field i belongs to a column that means something.
func (h header) knows(i int) bool {
	for _, at := range h.at {
		if at == i {
			return true
		}
	}
	return false
}

// value returns the cleaned text of a column, "" where the row or the file does not have it.
func (h header) value(fields []string, col int) string {
	if i := h.at[col]; i >= 0 && i < len(fields) {
		return clean(fields[i])
	}
	return ""
}

// beyond returns the first field that says something but belongs to no column of the header, -1 if there is none.
func (h header) beyond(fields []string) int {
	for i := len(h.titles); i < len(fields); i++ {
		if strings.TrimSpace(fields[i]) != "" {
			return i
		}
	}
	return -1
}

// invisible are characters that spreadsheets and web pages leave in texts, and letters in two parts.
var invisible = strings.NewReplacer("\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u00ad", "",
	"и\u0306", "й", "И\u0306", "Й", "е\u0308", "ё", "Е\u0308", "Ё")

// clean makes every kind of white space one space and takes it off the ends.
func clean(s string) string {
	if tidy(s) {
		return s
	}
	return strings.Join(strings.Fields(invisible.Replace(s)), " ")
}

// tidy reports whether a text is ASCII and Cyrillic letters with single spaces between: then there is nothing to clean.
// Most texts are so, and to find out costs a tenth.
func tidy(s string) bool {
	before := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c > ' ' && c < 0x7f:
		case c == ' ' && before != ' ':
		case c >= 0xd0 && c <= 0xd3 && i+1 < len(s) && s[i+1]&0xc0 == 0x80: // U+0400 to U+04FF
			i++
		default:
			return false
		}
		before = c
	}
	return len(s) == 0 || before != ' '
}
