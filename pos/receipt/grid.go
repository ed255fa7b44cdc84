package receipt

import "strings"

// style is how a row of text looks.
type style struct{ bold, double bool }

var (
	plain  = style{}
	bold   = style{bold: true}
	double = style{bold: true, double: true}
)

// grid collects the rows of a document. Texts given to it are clean already; each method may add several rows and each
// row fits the paper whatever the text.
type grid struct {
	columns int
	rows    []Row
}

func newGrid(o Options) *grid {
	if o.Columns == Narrow {
		return &grid{columns: Narrow}
	}
	return &grid{columns: Wide}
}

func (g *grid) doc() Doc { return Doc{Columns: g.columns, Rows: g.rows} }

func (g *grid) width(st style) int {
	if st.double {
		return g.columns / 2
	}
	return g.columns
}

func (g *grid) rule()  { g.rows = append(g.rows, Row{Kind: Rule}) }
func (g *grid) space() { g.rows = append(g.rows, Row{Kind: Space}) }

// put adds one row; s is at most as wide as the row.
func (g *grid) put(s string, st style) {
	s = strings.ReplaceAll(s, nbsp, " ")
	s += strings.Repeat(" ", g.width(st)-cells(s))
	g.rows = append(g.rows, Row{Kind: Text, Text: s, Bold: st.bold, Double: st.double})
}

// left adds s from the left edge, wrapped.
func (g *grid) left(s string, st style) {
	for _, row := range wrap(s, g.width(st)) {
		g.put(row, st)
	}
}

// centre adds s in the middle, wrapped into rows of about one length.
func (g *grid) centre(s string, st style) {
	for _, row := range balanced(s, g.width(st)) {
		g.put(strings.Repeat(" ", (g.width(st)-cells(row))/2)+row, st)
	}
}

// headline adds s in the middle: in double size where that takes at most two rows and breaks no word, else in bold.
func (g *grid) headline(s string) {
	w := g.width(double)
	if rows := balanced(s, w); len(rows) <= 2 && !broken(rows, w) {
		g.centre(s, double)
		return
	}
	g.centre(s, bold)
}

// right adds s at the right edge, wrapped.
func (g *grid) right(s string, st style) {
	for _, row := range wrap(s, g.width(st)) {
		g.put(strings.Repeat(" ", g.width(st)-cells(row))+row, st)
	}
}

// gap is the least white between a label and its value, in cells.
const gap = 2

// pair adds a label and, at the right edge, its value.
func (g *grid) pair(label, value string, st style) { g.indented(0, label, value, st) }

// indented is pair with the label moved in. Where both do not fit on one row the label comes first, whole, and the value
// stands on its last row or below it.
func (g *grid) indented(indent int, label, value string, st style) {
	margin := strings.Repeat(" ", indent)
	labels := wrap(label, g.width(st)-indent)
	if len(labels) == 0 {
		g.right(value, st)
		return
	}
	last := len(labels) - 1
	for _, row := range labels[:last] {
		g.put(margin+row, st)
	}
	row := margin + labels[last]
	free := g.width(st) - cells(row) - cells(value)
	if value != "" && free >= gap {
		g.put(row+strings.Repeat(" ", free)+value, st)
		return
	}
	g.put(row, st)
	g.right(value, st)
}

// total adds the figure that matters most, as large as the paper allows: in double size on one row, on two, or, for sums
// that no shop sees, in bold.
func (g *grid) total(label, value string) {
	w := g.width(double)
	switch {
	case cells(label)+1+cells(value) <= w:
		g.put(label+strings.Repeat(" ", w-cells(label)-cells(value))+value, double)
	case cells(value) <= w:
		g.left(label, double)
		g.right(value, double)
	default:
		g.pair(label, value, bold)
	}
}

// wrap breaks s into rows of at most w cells, between words; a word too long for a row is broken where the row ends.
func wrap(s string, w int) []string {
	var rows []string
	row, used := "", 0
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		n := cells(word)
		if used > 0 && used+1+n <= w {
			row, used = row+" "+word, used+1+n
			continue
		}
		if used > 0 {
			rows = append(rows, row)
		}
		for n > w {
			head := string([]rune(word)[:w])
			rows = append(rows, head)
			word, n = word[len(head):], n-w
		}
		row, used = word, n
	}
	if used > 0 {
		rows = append(rows, row)
	}
	return rows
}

// balanced wraps s into no more rows than wrap, in the narrowest column that allows it.
func balanced(s string, w int) []string {
	rows := wrap(s, w)
	for len(rows) > 1 && w > 1 {
		w--
		narrower := wrap(s, w)
		if len(narrower) > len(rows) || broken(narrower, w) {
			break
		}
		rows = narrower
	}
	return rows
}

// broken reports whether a single word fills a row, as one that had to be broken does.
func broken(rows []string, w int) bool {
	for _, row := range rows {
		if cells(row) == w && !strings.Contains(row, " ") {
			return true
		}
	}
	return false
}
