// Package table writes tables that people take away: CSV and Excel workbooks. What it writes, catalog.Rows reads back
// cell by cell.
//
// CSV is as Excel opens it here by a double click: UTF-8 with a byte order mark, semicolons, decimal commas. A text
// that a spreadsheet would take for a formula begins with an apostrophe there. In a workbook texts are texts, whatever they
// look like: barcodes keep their zeros and digits.
package table

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Format is a kind of file.
type Format string

// Formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Media returns the media type of a format.
func (f Format) Media() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Kind says how a column's cells look.
type Kind int

// Kinds of columns. Amounts have two decimals in a workbook, decimals as many as they need.
const (
	Text Kind = iota
	Amount
	Decimal
	Whole
	Day
)

// Column describes a column.
type Column struct {
	Title string
	Kind  Kind
	Width int // characters; 0: by the title
}

// MaxRows bounds a workbook, as Excel does.
const MaxRows = 1<<20 - 1

// ErrTooMany is returned where a workbook would have more rows than Excel knows.
var ErrTooMany = errors.New("table: more rows than a workbook can have")

// A Writer writes one table, row by row. Cells are texts as they stand in the columns: amounts and decimals with a point,
// days as 2026-11-23; an empty one stays empty. Nothing is whole before Close.
type Writer interface {
	Row(cells []string) error
	Close() error
}

// New begins a table with its titles. A workbook is put together on the disk first: w gets it with Close, whole or not.
func New(w io.Writer, f Format, name string, columns []Column) (Writer, error) {
	if f == XLSX {
		return newBook(w, name, columns)
	}
	return newText(w, columns)
}

type text struct {
	w       *csv.Writer
	columns []Column
	row     []string
}

func newText(w io.Writer, columns []Column) (*text, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	t := &text{w: csv.NewWriter(w), columns: columns, row: make([]string, len(columns))}
	t.w.Comma = ';'
	for i, c := range columns {
		t.row[i] = Guard(c.Title)
	}
	return t, t.w.Write(t.row)
}

func (t *text) Row(cells []string) error {
	for i, c := range t.columns {
		t.row[i] = cells[i]
		switch c.Kind {
		case Amount, Decimal:
			t.row[i] = strings.Replace(cells[i], ".", ",", 1)
		case Text:
			t.row[i] = Guard(cells[i])
		}
	}
	return t.w.Write(t.row)
}

func (t *text) Close() error {
	t.w.Flush()
	return t.w.Error()
}

// Guard puts an apostrophe before a text of a CSV that a spreadsheet would compute, and before one that begins with such
// an apostrophe, so that Unguard gives back what was there.
func Guard(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0 {
		return "'" + s
	}
	return s
}

// Unguard takes the apostrophe of Guard away.
func Unguard(s string) string {
	if len(s) > 1 && s[0] == '\'' && Guard(s[1:]) == s {
		return s[1:]
	}
	return s
}

type book struct {
	w       io.Writer
	file    *excelize.File
	rows    *excelize.StreamWriter
	columns []Column
	styles  []int
	cells   []any
	n       int
}

func newBook(w io.Writer, name string, columns []Column) (*book, error) {
	f := excelize.NewFile()
	b := &book{w: w, file: f, columns: columns, cells: make([]any, len(columns)), styles: make([]int, len(columns))}
	err := f.SetSheetName("Sheet1", sheetName(name))
	if err != nil {
		return nil, err
	}
	if b.rows, err = f.NewStreamWriter(sheetName(name)); err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	for i, c := range columns {
		err = errors.Join(err, b.rows.SetColWidth(i+1, i+1, float64(max(c.Width, len([]rune(c.Title))+2, 8))))
		var bad error
		b.styles[i], bad = f.NewStyle(&excelize.Style{CustomNumFmt: &formats[c.Kind]}) // equal ones are one
		err = errors.Join(err, bad)
		b.cells[i] = excelize.Cell{StyleID: bold, Value: c.Title}
	}
	err = errors.Join(err, b.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return b, b.put()
}

// formats are the number formats of the kinds: a cell of text stays text when somebody types into it.
var formats = [...]string{Text: "@", Amount: "#,##0.00", Decimal: "General", Whole: "0", Day: "yyyy-mm-dd"}

// sheetName makes a name that Excel takes.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return '-'
		}
		return r
	}, s), "' ")
	if runes := []rune(s); len(runes) > 31 {
		s = string(runes[:31])
	}
	if s == "" {
		return "1"
	}
	return s
}

func (b *book) put() error {
	b.n++
	at, err := excelize.CoordinatesToCellName(1, b.n)
	if err != nil {
		return err
	}
	return b.rows.SetRow(at, b.cells)
}

func (b *book) Row(cells []string) error {
	if b.n >= MaxRows {
		return ErrTooMany
	}
	for i, c := range b.columns {
		b.cells[i] = excelize.Cell{StyleID: b.styles[i], Value: value(c.Kind, cells[i])}
	}
	return b.put()
}

// value makes what a workbook keeps of a text; one that is not what its column says stays a text.
func value(k Kind, s string) any {
	if s == "" {
		return nil
	}
	switch k {
	case Amount, Decimal:
		if strings.Trim(s, "-0123456789.") == "" {
			if f, err := strconv.ParseFloat(s, 64); err == nil {
				return f
			}
		}
	case Whole:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	case Day:
		if d, err := time.Parse(time.DateOnly, s); err == nil && d.Year() > 1900 {
			return d
		}
	}
	return s
}

func (b *book) Close() error {
	err := b.rows.Flush()
	if err == nil {
		_, err = b.file.WriteTo(b.w)
	}
	return errors.Join(err, b.file.Close())
}
