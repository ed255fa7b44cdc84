package catalog

import "io"

// Rows reads the rows of a table of anything, as Import reads one of goods: CSV in UTF-8 or Windows-1251, or the first
// sheet shown of an Excel workbook. Whoever does not read to the end must Close it.
type Rows struct{ t *aheadTable }

// Cells is one row.
type Cells struct {
	Row    int // as a spreadsheet counts
	Fields []string
	// Wrong says of fields why they cannot be used; Days is what those hold that the spreadsheet keeps as days.
	Wrong, Days map[int]string
}

// RowProblem is what is wrong with a row, and in which field from 0. With a Fatal one the rest cannot be told apart.
type RowProblem struct {
	Row, Field int
	Problem    string
	Fatal      bool
}

// Error implements error.
func (p *RowProblem) Error() string { return p.Problem }

// OpenRows looks at the beginning of r for what kind of file it is. header reports whether fields are the titles of the
// table that is expected. The error is fault.ImportFile.
func OpenRows(r io.Reader, name string, header func(fields []string) bool) (*Rows, error) {
	t, err := openTable(r, name, header)
	if err != nil {
		return nil, fileFault(err)
	}
	return &Rows{readAhead(t)}, nil
}

// Next returns the next row that is not empty. The error is io.EOF, a *RowProblem or fault.ImportFile.
func (r *Rows) Next() (Cells, error) {
	fields, err := r.t.next()
	switch bad, ok := err.(*recordError); {
	case ok:
		return Cells{}, &RowProblem{r.t.row(), bad.field, bad.problem, bad.fatal}
	case err == io.EOF:
		return Cells{}, err
	case err != nil:
		return Cells{}, fileFault(err)
	}
	return Cells{r.t.row(), fields, r.t.notes(), r.t.days()}, nil
}

// Late returns what is only known at the end: merged cells of a workbook.
func (r *Rows) Late() (list []RowProblem) {
	for _, p := range r.t.late() {
		list = append(list, RowProblem{Row: p.row, Field: p.field, Problem: p.problem})
	}
	return list
}

// Done returns how many bytes of the file have been read.
func (r *Rows) Done() int64 { return r.t.done() }

// Close ends the reading. Format may be asked then: FormatCSV and its like.
func (r *Rows) Close() { r.t.stop() }

// Format returns what kind of file it is.
func (r *Rows) Format() string { return r.t.format() }

// Clean makes every kind of white space in a cell one space, takes it off the ends, and drops invisible characters.
func Clean(cell string) string { return clean(cell) }

// Title makes titles of columns one that people write differently: "Tax_Included", "tax-included", " TAX  included".
func Title(cell string) string { return normalise(cell) }

// GoodsTitle tells which column of a table of goods a title means, by its English name.
func GoodsTitle(cell string) (column string, ok bool) {
	col, ok := columnOf(cell)
	if !ok {
		return "", false
	}
	return columnNames[col], true
}
