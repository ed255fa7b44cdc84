// Package receipt decides what a receipt says: the words, the figures and where they stand on a grid of 48 or 32 columns.
//
// It draws nothing and knows no printer. Package paper turns a Doc into dots; tests read Doc.Text. Everything printed is
// Mongolian, as the law wants it. Text from outside (names, reasons, addresses) passes through clean, so that no name can
// break the grid; it is wrapped by words and never cut without a mark.
package receipt

import (
	"strings"
	"unicode/utf8"

	"posbox/pos/event"
)

// The two paper widths: 80 mm and 58 mm, with 12-dot cells at 203 dpi.
const (
	Wide   = 48
	Narrow = 32
)

// Doc is a receipt as rows of fixed-width cells.
type Doc struct {
	Columns int // Wide or Narrow
	Rows    []Row
}

// Kind says what a row is.
type Kind uint8

// The kinds of row.
const (
	Text  Kind = iota // a line of characters
	Rule              // a line across the paper
	Space             // a little white, about half a line
	Code              // a QR code, centred
	Bars              // a row of digits as Code 128, centred
)

// Row is one row of a receipt.
type Row struct {
	Kind Kind
	// Text fills the row: exactly Columns runes, half as many when Double. Every rune is Printable.
	Text   string
	Bold   bool
	Double bool // twice as wide and as high, always drawn bold
	// Payload is what the QR code or the bars say.
	Payload string
	// Module is the side of one QR module in dots; 0 lets the drawer choose. Too large a value is drawn as large as fits.
	Module int
	// Joined keeps the row on one band with the row above: they are printed together or not at all.
	Joined bool
}

// Options says how a document is to be printed.
type Options struct {
	Columns int  // Wide or Narrow; anything else is taken for Wide
	Copy    bool // marks the document ХУУЛБАР, first and last
	Blind   bool // a report for someone who has yet to count the drawer: no sum from which its content could be told
	// Printed is the shop's wall time of this print, "2026-11-23 14:05:09". Copies and X reports show it where it is
	// given: all others carry the time of their own fact.
	Printed string
	// Code is the one under which a sale is found again when its goods come back (package barcode); empty: none is printed.
	Code string
	// Fiscal is what the paper says of the e-barimt; nil: sales are not reported.
	Fiscal *Fiscal
	// Elsewhere says that the e-barimt of what comes back is that of another till, which corrects or cancels it.
	Elsewhere bool
	// Merchant heads reports and slips, whose facts do not carry it. Sales bring their own.
	Merchant event.Merchant
}

// QR makes a row that holds a QR code.
func QR(payload string, module int) Row { return Row{Kind: Code, Payload: payload, Module: module} }

// Text returns the receipt as a plain picture, one line a row, without trailing spaces. Double rows keep their letters
// together and spread the gaps instead, so that words can be searched for.
func (d Doc) Text() string {
	var b strings.Builder
	for _, r := range d.Rows {
		line := ""
		switch r.Kind {
		case Text:
			if line = r.Text; r.Double {
				line = spread(line)
			}
		case Rule:
			line = strings.Repeat("-", max(d.Columns, 0))
		case Code:
			line = "[QR " + r.Payload + "]"
		case Bars:
			line = "[BARS " + r.Payload + "]"
		}
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// spread widens a row of n cells to 2n: each stretch of words keeps its place in proportion, so that what stood left,
// centred or right still does.
func spread(s string) string {
	cells := []rune(s)
	n := len(cells)
	out := []rune(strings.Repeat(" ", 2*n))
	for from := 0; from < n; from++ {
		if cells[from] == ' ' {
			continue
		}
		to := from + 1
		for to < n && (cells[to] != ' ' || to+1 < n && cells[to+1] != ' ') {
			to++
		}
		at := 2 * from
		if free := n - (to - from); free > 0 {
			at += (to - from) * from / free
		}
		copy(out[at:], cells[from:to])
		from = to
	}
	return string(out)
}

func cells(s string) int { return utf8.RuneCountInString(s) }
