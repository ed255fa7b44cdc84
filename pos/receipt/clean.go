package receipt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Missing stands for a character that cannot be printed in one cell: emoji, Chinese, Arabic, traditional Mongolian.
const Missing = '□'

// mostRunes bounds a single text on a receipt. Names and reasons are at most 200 characters where they are entered, so
// only a damaged or foreign record is longer; it ends in "…".
const mostRunes = 500

// repertoire is what both fonts of package paper can draw in one cell and that reads from left to right.
var repertoire = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0020, 0x007E, 1}, // ASCII
		{0x00A1, 0x00AC, 1}, // Latin-1 without no-break space
		{0x00AE, 0x017F, 1}, // and without soft hyphen; Latin Extended-A
		{0x0391, 0x03A1, 1}, // Greek
		{0x03A3, 0x03C9, 1},
		{0x0400, 0x045F, 1}, // Cyrillic
		{0x0490, 0x049B, 1}, // Kazakh and other Cyrillic
		{0x04A2, 0x04A5, 1},
		{0x04AA, 0x04B3, 1}, // with Ү ү
		{0x04BA, 0x04BB, 1},
		{0x04CF, 0x04F9, 1},   // with Ө ө
		{0x2013, 0x2014, 1},   // – —
		{0x2018, 0x201E, 1},   // ‘ ’ ‚ ‛ “ ” „
		{0x2020, 0x2022, 1},   // † ‡ •
		{0x2026, 0x2026, 1},   // …
		{0x2030, 0x2030, 1},   // ‰
		{0x2039, 0x203A, 1},   // ‹ ›
		{0x20A9, 0x20A9, 1},   // ₩
		{0x20AC, 0x20AC, 1},   // €
		{0x20AE, 0x20AE, 1},   // ₮
		{0x20B8, 0x20B8, 1},   // ₸
		{0x20BD, 0x20BD, 1},   // ₽
		{0x2116, 0x2116, 1},   // №
		{0x2122, 0x2122, 1},   // ™
		{0x2190, 0x2193, 1},   // arrows
		{0x2212, 0x2212, 1},   // −
		{0x2248, 0x2248, 1},   // ≈
		{0x2260, 0x2260, 1},   // ≠
		{0x2264, 0x2265, 1},   // ≤ ≥
		{Missing, Missing, 1}, // □
	},
	LatinOffset: 2,
}

// Printable reports whether r is drawn as itself, in one cell.
func Printable(r rune) bool { return unicode.Is(repertoire, r) }

// clean makes text from outside fit for the grid: one cell for every rune. Accents join their letter where such a letter
// exists and are dropped otherwise, with everything else that has no width of its own; white space and control
// characters become single spaces; what cannot be printed becomes Missing.
func clean(s string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range norm.NFC.String(clip(s)) {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			gap = true
			continue
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			continue
		case !Printable(r):
			r = Missing
		}
		if n >= mostRunes-2 {
			b.WriteRune('…')
			break
		}
		if gap && n > 0 {
			b.WriteByte(' ')
			n++
		}
		gap = false
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// clip bounds the work that clean can be made to do: even a letter of many accents stays below this.
func clip(s string) string {
	const most = 16 * mostRunes
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
