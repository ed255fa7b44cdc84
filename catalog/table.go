package catalog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// Formats of a file of goods.
const (
	FormatCSV     = "csv"              // in UTF-8
	FormatCSV1251 = "csv windows-1251" // as Excel saves CSV on a Mongolian or Russian computer
	FormatXLSX    = "xlsx"             // an Excel workbook
)

// maxBook is how large a workbook may be that comes from a reader which cannot be read at any place.
const maxBook = 64 << 20

// A table gives the rows of a file of goods, one after another.
type table interface {
	// next returns the next row that is not empty. The error is io.EOF, a *recordError (with which reading may go on
	// unless it is fatal) or the reader's own.
	next() ([]string, error)
	row() int              // the number of that row, or of the one that is wrong, as a spreadsheet counts
	notes() map[int]string // what makes fields of that row unfit to be read
	days() map[int]string  // fields that the spreadsheet keeps as days; notes has them, too
	late() []lateProblem   // what is only known when all rows have been read
	done() int64           // bytes of the file read so far
	format() string
}

// A lateProblem is one that a table finds after it has given the row.
type lateProblem struct {
	row, field int
	problem    string
}

// openTable looks at the beginning of r for what kind of file it is.
func openTable(r io.Reader, name string, header func([]string) bool) (table, error) {
	whole, size := sectionOf(r)
	raw := bufio.NewReaderSize(r, maxRecord)
	head, err := raw.Peek(maxRecord)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		if why := noText(head, name); why != "" {
			return nil, fileError(why)
		}
		return newRecords(raw, header)
	}
	if whole == nil {
		b, err := io.ReadAll(io.LimitReader(raw, maxBook+1))
		if err != nil {
			return nil, err
		}
		if len(b) > maxBook {
			return nil, fileError("the workbook is too large")
		}
		whole, size = bytes.NewReader(b), int64(len(b))
	}
	return openBook(whole, size)
}

// noText says why a file cannot be CSV, by its first bytes.
func noText(head []byte, name string) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "it is a workbook of an old Excel (.xls) or one with a password; save it as .xlsx without a password"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "it is UTF-16; save it as CSV UTF-8 or .xlsx"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "it is a PDF; goods are read from .xlsx and CSV"
	case bytes.IndexByte(head, 0) >= 0:
		return "it is not a text file"
	case strings.HasSuffix(strings.ToLower(name), ".xlsx"):
		return "it is called .xlsx but is no workbook; it may have been cut off on the way"
	}
	return ""
}

// sectionOf returns the rest of r for reading at any place, nil if it cannot be read so.
func sectionOf(r io.Reader) (whole io.ReaderAt, size int64) {
	file, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, 0
	}
	from, size := span(file)
	if size == 0 {
		return nil, 0
	}
	return io.NewSectionReader(file, from, size), size
}

// span returns where a file stands and how many bytes are left, 0 if it cannot tell.
func span(file io.Seeker) (from, left int64) {
	from, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, 0
	}
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0
	}
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return 0, 0
	}
	return from, end - from
}

// sizeOf returns how many bytes r will give, 0 if it does not say.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case io.Seeker:
		_, left := span(r)
		return left
	case interface{ Len() int }:
		return int64(r.Len())
	}
	return 0
}
