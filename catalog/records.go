package catalog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of a CSV file, so that no file can take all memory.
const (
	maxRecord = 64 << 10 // bytes of one row; a forgotten quotation mark makes a row of the rest of the file
	maxFields = 256
	maxRows   = 2_000_000
)

// records reads CSV one row at a time. It counts rows as a spreadsheet does: a line break inside quotation marks
// begins no row, an empty row counts. Rows end in LF, CR LF or CR.
//
// encoding/csv is not used because it passes over empty rows without counting them.
type records struct {
	r     *bufio.Reader
	text  *letters // what r reads from
	delim byte
	at    int   // number of the last record
	bytes int64 // decoded so far
	buf   []byte
	width int // fields of the row before
}

func (c *records) row() int              { return c.at }
func (c *records) done() int64           { return c.text.read }
func (c *records) notes() map[int]string { return nil }
func (c *records) days() map[int]string  { return nil }
func (c *records) late() []lateProblem   { return nil }

func (c *records) format() string {
	if c.text.set == win1251 {
		return FormatCSV1251
	}
	return FormatCSV
}

// A recordError says what is wrong with the row just read, and in which field from 0. fatal: the rest of the file
// cannot be told apart any more.
type recordError struct {
	field   int
	problem string
	fatal   bool
}

func (e *recordError) Error() string { return e.problem }

// A fileError says why a file as a whole cannot be read.
type fileError string

func (e fileError) Error() string { return string(e) }

func goodsHeader(fields []string) bool {
	_, ok := readHeader(fields)
	return ok
}

// newRecords looks at the beginning of r for what separates its fields; header knows the header of what it holds.
func newRecords(r io.Reader, header func([]string) bool) (*records, error) {
	text := &letters{r: bufio.NewReaderSize(r, maxRecord)}
	c := &records{r: bufio.NewReaderSize(text, maxRecord), text: text}
	head, err := c.r.Peek(maxRecord)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bom := []byte("\xef\xbb\xbf"); bytes.HasPrefix(head, bom) {
		head = head[len(bom):]
		if _, err := c.r.Discard(len(bom)); err != nil {
			return nil, err
		}
		c.bytes = int64(len(bom))
	}
	c.delim = findDelim(head, header)
	return c, nil
}

// findDelim tries tab, semicolon and comma on the first row. The one that makes a header of it wins; else the one that
// makes the most fields.
func findDelim(head []byte, header func([]string) bool) byte {
	best, most := byte(','), 0
	for _, d := range []byte("\t;,") {
		c := &records{r: bufio.NewReader(bytes.NewReader(head)), delim: d}
		fields, err := c.next()
		if err != nil {
			continue
		}
		if header(fields) {
			return d
		}
		if len(fields) > most {
			best, most = d, len(fields)
		}
	}
	return best
}

// next returns the next row that is not empty. The error is io.EOF, a *recordError (with which reading may go on
// unless it is fatal) or the reader's own.
func (c *records) next() ([]string, error) {
	for {
		if _, err := c.r.Peek(1); err != nil {
			return nil, err
		}
		fields, err := c.record()
		if err != nil || !blank(fields) {
			return fields, err
		}
	}
}

func blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

// record reads one row.
func (c *records) record() (fields []string, err error) {
	c.at++
	c.buf = c.buf[:0]
	start := c.bytes
	fields = make([]string, 0, c.width)
	defer func() { c.width = len(fields) }()
	var problem *recordError
	for {
		value, last, err := c.field(start)
		var bad *recordError
		switch {
		case errors.As(err, &bad) && !bad.fatal:
			if problem == nil {
				problem = &recordError{field: len(fields), problem: bad.problem}
			}
		case errors.As(err, &bad):
			return nil, &recordError{field: len(fields), problem: bad.problem, fatal: true}
		case err != nil:
			return nil, err
		}
		if len(fields) < maxFields {
			fields = append(fields, value)
		} else if problem == nil {
			problem = &recordError{field: maxFields, problem: fmt.Sprintf("there are more than %d fields", maxFields)}
		}
		if last {
			break
		}
	}
	if problem != nil {
		return nil, problem
	}
	return fields, nil
}

// field reads one field and what ends it. last: that was the end of the row.
func (c *records) field(start int64) (value string, last bool, err error) {
	if b, last, ok := c.plainField(start); ok {
		return c.checked(b, last, false)
	}
	var (
		out    = c.buf[:0]
		quoted bool // the field began with a quotation mark
		inside bool // between quotation marks
		after  bool // behind the closing one
		stray  bool // something stands behind the closing one
	)
	for {
		b, err := c.r.ReadByte()
		if errors.Is(err, io.EOF) {
			if inside {
				return "", true, &recordError{problem: "a quotation mark is never closed", fatal: true}
			}
			last = true
			break
		}
		if err != nil {
			return "", false, err
		}
		if c.bytes++; c.bytes-start > maxRecord {
			return "", false, &recordError{problem: "the row is too long; a closing quotation mark seems to be missing", fatal: true}
		}
		switch {
		case inside && b == '"':
			inside, after = false, true
			continue
		case inside:
			out = append(out, b)
			continue
		case after && b == '"':
			inside, after = true, false
			out = append(out, '"')
			continue
		case b == '"' && !quoted && len(out) == 0:
			quoted, inside = true, true
			continue
		case b == c.delim:
		case b == '\n' || b == '\r':
			last = true
			c.skipLF(b)
		default:
			stray = stray || quoted && b != ' '
			out = append(out, b)
			after = false
			continue
		}
		break
	}
	c.buf = out
	return c.checked(out, last, stray)
}

// plainField reads a field without quotation marks around it that has come whole already; ok: it was one.
func (c *records) plainField(start int64) (b []byte, last, ok bool) {
	b, _ = c.r.Peek(c.r.Buffered())
	if len(b) == 0 || b[0] == '"' {
		return nil, false, false
	}
	end := 0
	for end < len(b) && b[end] != c.delim && b[end] != '\n' && b[end] != '\r' {
		end++
	}
	if end == len(b) || c.bytes+int64(end)+1-start > maxRecord {
		return nil, false, false
	}
	ender := b[end]
	c.buf = append(c.buf[:0], b[:end]...)
	_, _ = c.r.Discard(end + 1)
	c.bytes += int64(end) + 1
	if last = ender != c.delim; last {
		c.skipLF(ender)
	}
	return c.buf, last, true
}

func (c *records) checked(b []byte, last, stray bool) (value string, _ bool, err error) {
	value, last, err = checkField(b, last, stray)
	if c.text != nil && c.text.set == win1251 {
		value = modern(value)
	}
	return value, last, err
}

// skipLF takes the LF of a CR LF.
func (c *records) skipLF(b byte) {
	if b != '\r' {
		return
	}
	if next, err := c.r.Peek(1); err == nil && next[0] == '\n' {
		_, _ = c.r.Discard(1)
		c.bytes++
	}
}

func checkField(b []byte, last, stray bool) (string, bool, error) {
	switch {
	case stray:
		return "", last, &recordError{problem: `text stands behind a closing quotation mark; a mark inside a text is written twice ("")`}
	case !utf8.Valid(b):
		return "", last, &recordError{problem: "the letters are not UTF-8; save the file as CSV UTF-8"}
	}
	return string(b), last, nil
}
