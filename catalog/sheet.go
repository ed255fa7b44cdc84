package catalog

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// Day 0 of a workbook is 1899-12-30, so that day 61 is 1900-03-01 (its 1900 has a 29th of February).
const daysBefore1970 = -25569

const (
	maxBookRows = 1 << 20
	maxColumns  = 1 << 14
	maxMerges   = 10_000
)

// exactDigits is how long a whole number may be that a spreadsheet keeps without rounding.
const exactDigits = 15

// What is wrong with a cell.
const (
	problemRounded = "%s has been rounded by a spreadsheet; make the column a text column and enter it again"
	problemDate    = "the spreadsheet has made the date %s of it; make the column a text column and enter it again"
	problemError   = "the cell holds the error %s"
	problemFormula = "the formula has no value; open the file in a spreadsheet and save it again"
	problemMerged  = "the cell is one with others (%s); undo the merge and fill in every cell"
	problemCell    = "the cell cannot be read"
)

// A sheet reads the rows of a worksheet one at a time (ECMA-376 part 1, 18.3). Formulas are not computed: what the
// spreadsheet has kept as their value counts.
type sheet struct {
	book   book
	part   io.ReadCloser
	x      *xmlScanner
	file   int64 // bytes of the workbook
	length int64 // bytes of the sheet, unpacked
	number int   // of the row
	col    int   // of the last cell in it
	fields []string
	bad    map[int]string
	dates  map[int]string
	merges []merge
	extra  bool // a row had more than maxFields fields
	over   bool // all has been read
}

// A merge is a range of cells that are one.
type merge struct {
	ref                   string
	top, left, bot, right int // rows from 1, columns from 0
}

func (b book) openSheet(part string, size int64) (*sheet, error) {
	f := b.files[part]
	if f == nil {
		return nil, fileError("the workbook is damaged: its sheet is missing")
	}
	r, err := b.open(part, maxSheet)
	if err != nil {
		return nil, err
	}
	return &sheet{book: b, part: r, x: newXMLScanner(r), file: size, length: int64(f.UncompressedSize64)}, nil
}

func (s *sheet) row() int              { return s.number }
func (s *sheet) format() string        { return FormatXLSX }
func (s *sheet) notes() map[int]string { return s.bad }
func (s *sheet) days() map[int]string  { return s.dates }

func (s *sheet) done() int64 {
	if s.over || s.length <= 0 {
		return s.file
	}
	left := s.part.(struct {
		io.Reader
		io.Closer
	}).Reader.(*bounded).left
	read := min(maxSheet-left, s.length)
	return int64(float64(s.file) * float64(read) / float64(s.length))
}

// next implements table.
func (s *sheet) next() ([]string, error) {
	for !s.over {
		switch err := s.x.next(); {
		case errors.Is(err, io.EOF):
			s.over = true
			s.part.Close()
			continue
		case err != nil:
			return nil, err
		}
		switch x := s.x; {
		case x.name == "row":
			if done, err := s.rowTag(); err != nil || done {
				if err == nil && s.extra {
					err = &recordError{field: maxFields, problem: fmt.Sprintf("there are more than %d fields", maxFields)}
				}
				return s.fields, err
			}
		case x.name == "c" && x.open:
			if err := s.cell(); err != nil {
				return nil, err
			}
		case x.name == "mergeCell" && x.open && len(s.merges) < maxMerges:
			if m, ok := readMerge(x.attr("ref")); ok {
				s.merges = append(s.merges, m)
			}
		}
	}
	return nil, io.EOF
}

// rowTag begins a row, or ends one; done: it ended, and is not empty.
func (s *sheet) rowTag() (done bool, err error) {
	if s.x.open {
		number := s.number + 1
		if r := s.x.attr("r"); r != "" {
			n, err := strconv.Atoi(r)
			if err != nil || n <= s.number || n > maxBookRows {
				return false, errNoXML
			}
			number = n
		}
		s.number, s.col, s.fields, s.bad, s.dates, s.extra = number, -1, nil, nil, nil, false
	}
	return s.x.close && (s.extra || len(s.bad) > 0 || !blank(s.fields)), nil
}

// cell reads one cell, whose begin has been found.
func (s *sheet) cell() error {
	col := s.col + 1
	if ref := s.x.attr("r"); ref != "" {
		var ok bool
		if col, _, ok = readRef(ref); !ok || col <= s.col {
			return errNoXML
		}
	}
	s.col = col
	kind, style, empty := s.x.attr("t"), s.x.attr("s"), s.x.close
	if empty {
		return nil
	}
	value, uncomputed, err := s.content()
	if err != nil {
		return err
	}
	text, problem := s.read(kind, style, value, uncomputed)
	switch {
	case text == "" && problem == "":
	case col >= maxFields:
		s.extra = true
	default:
		s.put(col, text, problem)
	}
	return nil
}

func (s *sheet) put(col int, text, problem string) {
	for len(s.fields) <= col {
		s.fields = append(s.fields, "")
	}
	s.fields[col] = text
	if problem != "" {
		if s.bad == nil {
			s.bad = map[int]string{}
		}
		s.bad[col] = problem
	}
}

// content reads up to the end of a cell. uncomputed: it has a formula and no value.
func (s *sheet) content() (value string, uncomputed bool, err error) {
	var t textOf
	var formula, valued, inValue bool
	for {
		if err := s.x.next(); err != nil {
			return "", false, noEOF(err)
		}
		x := s.x
		t.take(x)
		switch {
		case len(t.text)+len(value) > maxCell:
			return "", false, fileError("the workbook is too large")
		case x.name == "c" && x.close:
			if text := t.end(); len(text) > 0 {
				value = string(text)
			}
			return value, formula && !valued, nil
		case x.name == "f":
			formula = true
		case x.name == "v":
			inValue, valued = x.open && !x.close, true
		case x.name == "" && inValue:
			value += string(x.text)
		case x.name == "row", x.name == "sheetData":
			return "", false, errNoXML
		}
	}
}

// read makes text of a cell's value, or says why it cannot be used.
func (s *sheet) read(kind, style, value string, uncomputed bool) (text, problem string) {
	if uncomputed {
		return "", problemFormula
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(value)
		text, ok := s.book.strings.get(i)
		if err != nil || !ok {
			return "", problemCell
		}
		return text, ""
	case "inlineStr", "str":
		return value, ""
	case "b": // written as 1 and 0, and as such a price of 1 ₮
		return map[string]string{"1": "TRUE", "0": "FALSE"}[value], ""
	case "e":
		return "", fmt.Sprintf(problemError, value)
	case "d":
		return value, s.dated(value)
	case "", "n":
	default:
		return "", problemCell
	}
	if value == "" {
		return "", ""
	}
	return s.numberText(value, s.styleAt(style))
}

func (s *sheet) styleAt(place string) cellStyle {
	i, err := strconv.Atoi(place)
	if err != nil || i < 0 || i >= len(s.book.styles) {
		return cellStyle{}
	}
	return s.book.styles[i]
}

// numberText writes a number as a person would have: 8651070010097 for 8.651070010097E12, and 0.3 for
// 0.30000000000000004, since a spreadsheet keeps 15 digits.
func (s *sheet) numberText(value string, style cellStyle) (text, problem string) {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", problemCell
	}
	if style.date {
		return value, s.dated(s.day(f))
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', exactDigits, 64), 64)
	if err != nil {
		return "", problemCell
	}
	text = strconv.FormatFloat(rounded, 'f', -1, 64)
	if math.Abs(f) >= 1e15 {
		return text, fmt.Sprintf(problemRounded, value)
	}
	if style.width > len(text) && f >= 0 && f == math.Trunc(f) {
		text = strings.Repeat("0", style.width-len(text)) + text
	}
	return text, ""
}

// dated notes that the cell in hand is a day, and says what is wrong with that where no day is wanted.
func (s *sheet) dated(day string) (problem string) {
	if s.dates == nil {
		s.dates = map[int]string{}
	}
	s.dates[s.col] = day
	return fmt.Sprintf(problemDate, day)
}

func (s *sheet) day(number float64) string {
	if number < 0 || number > 2_958_465 { // 9999-12-31
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return time.Unix(int64(s.book.from+int(number))*86400, 0).UTC().Format(time.DateOnly)
}

// readRef reads "AB12" as column 27 and row 12.
func readRef(ref string) (col, row int, ok bool) {
	i := 0
	for ; i < len(ref) && (ref[i] >= 'A' && ref[i] <= 'Z' || ref[i] >= 'a' && ref[i] <= 'z'); i++ {
		if col = col*26 + int(ref[i]|0x20-'a') + 1; col > maxColumns {
			return 0, 0, false
		}
	}
	row, err := strconv.Atoi(ref[i:])
	return col - 1, row, i > 0 && err == nil && row > 0 && row <= maxBookRows
}

func readMerge(ref string) (m merge, ok bool) {
	first, last, _ := strings.Cut(ref, ":")
	m.ref = ref
	var ok1, ok2 bool
	m.left, m.top, ok1 = readRef(first)
	m.right, m.bot, ok2 = readRef(last)
	return m, ok1 && ok2
}

// late implements table: a merged cell holds its text in the first cell only, and what is merged is written behind the
// rows. For each range and column that one is told of which comes first.
func (s *sheet) late() (all []lateProblem) {
	for _, m := range s.merges {
		row, from := m.top+1, m.left
		if m.bot == m.top {
			row, from = m.top, m.left+1
		}
		for col := from; col <= min(m.right, maxFields); col++ {
			all = append(all, lateProblem{row, col, fmt.Sprintf(problemMerged, m.ref)})
		}
	}
	return all
}
