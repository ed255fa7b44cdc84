package catalog

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
)

// progressRows is how often ImportOptions.Progress is called.
const progressRows = 1000

// maxProblems is how many faults a Summary lists.
const maxProblems = 100

// ImportOptions may be zero.
type ImportOptions struct {
	DryRun bool // nothing is written: Summary says what would be
	// Progress is called every thousand rows and at the end, with the bytes of the file that have been read and how many
	// it has, 0 if that cannot be told of the reader.
	Progress func(done, total int64)
	Name     string // of the file, "goods.xlsx"; helps to say what is wrong with one that is no table
}

// Summary says what an import did, or with an error, what is wrong with the file.
type Summary struct {
	Format    string // FormatCSV and its like, "" if the file could not be opened
	Rows      int    // rows with goods, without header and empty rows
	Added     int
	Changed   int
	Unchanged int
	Ignored   []string       // titles of columns that mean nothing to posbox
	Damaged   bool           // the old catalog could not be read: this one began empty
	Bad       int            // wrong rows
	Problems  []*fault.Error // the first 100 of them
	// Unclassed counts the goods without a classification code: they sell, but not where e-barimts are issued.
	Unclassed   int
	UnclassedAt []Row // the first 100 of them
}

// Row is a good's row in a file.
type Row struct {
	Row  int // as a spreadsheet counts them
	Code goods.Code
	Name string
}

// Import reads goods from a table into the catalog in dir: all of them or, with an error, none. A good replaces the one
// with the same code, whole, but for the mark of excise stamps where the file has no column of it; goods that the file does not have stay. The table is a CSV file in UTF-8 or Windows-1251,
// or the first sheet shown of an Excel workbook (.xlsx), whose formulas count as what they last came to.
//
// Columns: code, name, barcodes (separated by |), category, unit, price, tax_included, vat, city_tax, class_code,
// tax_product_code, weighed, active, stamped. The first of the first ten rows that names two columns or more, in English or
// Mongolian, is the header and gives their order; without one it is the order above. Needed are code, name and price; an empty cell means unit
// ш (кг if weighed), tax_included yes, vat yes, city_tax no, weighed no, active yes, stamped no. Fields are separated by comma,
// semicolon or tab. Yes is 1, yes, y, true, тийм; no is 0, no, n, false, үгүй; vat may also be a tax
// class. A price may have a decimal comma and spaces between thousands.
//
// Errors: the first of fault.ImportRow, with row (counted as a spreadsheet does, the header is row 1) and column (as
// the file calls it); fault.ImportFile; fault.CatalogBusy; fault.CatalogWrite. Memory is bounded by the number of
// goods, at most two million, about 100 bytes each, and what sorting them takes (sortBytes).
func Import(dir string, r io.Reader, o ImportOptions) (Summary, error) {
	in := &importer{opts: o, rowOf: map[goods.Code]int{}, conflicts: map[int]*fault.Error{}}
	wasDamaged, err := rewrite(dir, func(put *spool) (update, error) {
		in.pile = newPile(put)
		if err := in.run(r); err != nil {
			return update{}, err
		}
		has := func(code []byte) bool { _, ok := in.rowOf[goods.Code(code)]; return ok }
		of := in.pile.layer(has)
		if !in.saysStamped() {
			of.keep = keepStamped
		}
		return update{goods: of, dry: o.DryRun, barcode: in.checkBarcode, judge: in.judge}, nil
	})
	in.sum.Damaged = wasDamaged
	if in.rec != nil {
		in.rec.stop()
		in.sum.Format = in.rec.format()
	}
	if err != nil {
		in.sum.Added, in.sum.Changed, in.sum.Unchanged = 0, 0, 0
	}
	return in.sum, err
}

// saysStamped reports whether the file has the column of excise stamps. A file from before there was one must not take the mark
// off: each such bottle would be sold without its stamp. Without a header a column is there once a row reaches it.
func (in *importer) saysStamped() bool {
	if in.headRow > 0 {
		return in.head.at[colStamped] >= 0
	}
	return in.widest > in.head.at[colStamped]
}

type importer struct {
	opts    ImportOptions
	rec     *aheadTable // nil: none could be opened
	ahead   []line      // rows that have been read but not taken
	head    header
	widest  int // most fields of a row
	headRow int // 0: there is none
	sum     Summary
	total   int64 // bytes of the file, 0: unknown
	rowOf   map[goods.Code]int
	pile    *pile
	encoded []byte // the good in hand

	before, owner []byte // the last barcode of the new file, and whose it is
	conflicts     map[int]*fault.Error
}

func (in *importer) run(r io.Reader) error {
	if err := in.begin(r); err != nil {
		return fileFault(err)
	}
	if err := in.findHeader(); err != nil && !errors.Is(err, io.EOF) {
		return fileFault(err)
	}
	l, err := in.next()
	for ; err == nil; l, err = in.next() {
		if l.fields != nil {
			if err := in.take(l); err != nil {
				return err
			}
		}
		if in.sum.Rows > maxRows {
			return fileFault(fileError("it has more than " + strconv.Itoa(maxRows) + " rows"))
		}
	}
	in.takeLate()
	in.progress()
	switch {
	case !errors.Is(err, io.EOF):
		return fileFault(err)
	case in.sum.Bad > 0:
		return in.sum.Problems[0]
	case in.sum.Rows == 0:
		return fileFault(fileError("it has no goods"))
	}
	return nil
}

// begin finds out what kind of file it is.
func (in *importer) begin(r io.Reader) (err error) {
	in.head, in.total = plainHeader(), sizeOf(r)
	t, err := openTable(r, in.opts.Name, goodsHeader)
	if err != nil {
		return err
	}
	in.rec = readAhead(t)
	return nil
}

// headerRows is among how many rows at the beginning the header is looked for: people put a title above their tables.
const headerRows = 10

// A line is a row of the file.
type line struct {
	fields []string // nil: the row is wrong, and that has been noted
	row    int
	notes  map[int]string // what is wrong with fields
}

// findHeader looks for the header. Rows before it are passed over; where there is none, the first row must be a good.
func (in *importer) findHeader() error {
	first, err := in.read()
	if err != nil {
		return err
	}
	if first.fields == nil {
		return io.EOF // whether it was a header cannot be told, so nothing behind it means anything
	}
	in.ahead = []line{first}
	for next := first; ; {
		if h, ok := readHeader(next.fields); ok {
			in.head, in.headRow, in.sum.Ignored, in.ahead = h, next.row, h.extra, nil
			return h.check()
		}
		if _, err := readGood(in.head, first); err == nil || len(in.ahead) == headerRows {
			return nil
		}
		if next, err = in.read(); err != nil || next.fields == nil {
			return nil // it comes again, or has been noted
		}
		in.ahead = append(in.ahead, next)
	}
}

// next returns the next row.
func (in *importer) next() (line, error) {
	if len(in.ahead) > 0 {
		l := in.ahead[0]
		in.ahead = in.ahead[1:]
		return l, nil
	}
	return in.read()
}

// read reads a row; where that is wrong but the next may be right, it notes the problem and returns a line without
// fields.
func (in *importer) read() (line, error) {
	fields, err := in.rec.next()
	var bad *recordError
	if !errors.As(err, &bad) {
		return line{fields, in.rec.row(), in.rec.notes()}, err
	}
	in.sum.Rows++
	in.note(in.rec.row(), in.head.fieldTitle(bad.field), bad.problem)
	if bad.fatal {
		return line{}, io.EOF
	}
	return line{}, nil
}

// take checks a row and puts its good aside. An error is one of the disk.
func (in *importer) take(l line) error {
	in.sum.Rows++
	if in.sum.Rows%progressRows == 0 {
		in.progress()
	}
	g, err := readGood(in.head, l)
	var cell *cellError
	var record *recordError
	switch {
	case errors.As(err, &cell):
		in.note(l.row, in.head.title(cell.col), cell.problem)
		return nil
	case errors.As(err, &record):
		in.note(l.row, in.head.fieldTitle(record.field), record.problem)
		return nil
	}
	if before, twice := in.rowOf[g.Code]; twice {
		in.note(l.row, in.head.title(colCode), string(g.Code)+" stands already in row "+strconv.Itoa(before))
		return nil
	}
	in.rowOf[g.Code], in.widest = l.row, max(in.widest, len(l.fields))
	if g.ClassCode == "" && g.Active {
		in.noteUnclassed(Row{l.row, g.Code, g.Name})
	}
	if in.sum.Bad > 0 {
		return nil // nothing will be written any more
	}
	in.encoded = appendGood(in.encoded[:0], &g)
	return in.pile.add(string(g.Code), in.encoded, g.Barcodes)
}

func (in *importer) noteUnclassed(r Row) {
	in.sum.Unclassed++
	if len(in.sum.UnclassedAt) < maxProblems {
		in.sum.UnclassedAt = append(in.sum.UnclassedAt, r)
	}
}

// takeLate notes what the table tells at its end.
func (in *importer) takeLate() {
	for _, p := range in.rec.late() {
		if p.row > in.headRow && in.head.knows(p.field) {
			in.note(p.row, in.head.fieldTitle(p.field), p.problem)
		}
	}
}

func (in *importer) note(row int, column, problem string) {
	in.sum.Bad++
	if len(in.sum.Problems) < maxProblems {
		in.sum.Problems = append(in.sum.Problems, rowFault(row, column, problem))
	}
}

func rowFault(row int, column, problem string) *fault.Error {
	return fault.New(fault.ImportRow, "row", strconv.Itoa(row), "column", column, "detail", problem)
}

// fileFault makes a fault of what is wrong with the file as a whole; faults pass.
func fileFault(err error) error {
	if fault.CodeOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(err, fault.ImportFile, "detail", err.Error())
}

func (in *importer) progress() {
	if in.opts.Progress != nil {
		in.opts.Progress(in.rec.done(), in.total)
	}
}

// judge takes the count, and sees to it that no barcode belongs to two goods.
func (in *importer) judge(t tally) error {
	in.sum.Added, in.sum.Changed, in.sum.Unchanged = t.added, t.changed, t.unchanged
	rows := slices.Sorted(maps.Keys(in.conflicts))
	if len(rows) == 0 {
		return nil
	}
	in.sum.Bad = len(rows)
	for _, row := range rows[:min(len(rows), maxProblems)] {
		in.sum.Problems = append(in.sum.Problems, in.conflicts[row])
	}
	return in.sum.Problems[0]
}

// checkBarcode is told the barcodes of the new file, in their order, when all of it is known: so a barcode may move from
// one good to another within a file, whichever stands first.
func (in *importer) checkBarcode(barcode, code []byte) {
	if bytes.Equal(barcode, in.before) {
		in.clash(string(barcode), goods.Code(in.owner), goods.Code(code))
		return
	}
	in.before, in.owner = append(in.before[:0], barcode...), append(in.owner[:0], code...)
}

// clash notes that two goods have one barcode, at the row of the one that stands later in the file.
func (in *importer) clash(barcode string, one, other goods.Code) {
	row, second := in.rowOf[one], in.rowOf[other]
	if second > row {
		row, one, other = second, other, one
	}
	if row == 0 {
		return // not this file's doing
	}
	where := "in the catalog"
	if first := in.rowOf[other]; first > 0 {
		where = "in row " + strconv.Itoa(first)
	}
	if in.conflicts[row] == nil {
		in.conflicts[row] = rowFault(row, in.head.title(colBarcodes),
			barcode+" of "+string(one)+" belongs to "+string(other)+" "+where+" as well")
	}
}
