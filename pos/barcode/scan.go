package barcode

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"posbox/pos/fault"
	"posbox/pos/money"
)

// MaxLength is the longest code that Read takes, in characters, without symbology identifier and outer blanks.
const MaxLength = 90

// Scan is what one scan says.
type Scan struct {
	// Text is the code without symbology identifier, outer blanks and FNC1 at the ends. Between values of an element
	// string FNC1 stays, as GS; Human is the form for people.
	Text string
	Keys []string // codes under which the good may be registered, in order of trial; the first is Text
	GTIN GTIN     // "" where the code is none and carries none
	// Misread is set where Text has the form of a GTIN but its check digit does not fit. It may still be a shop's own
	// number and match exactly; if nothing does, it was misread.
	Misread bool
	Weight  *int64        // net weight in grams, from AI 310n
	Count   *int64        // pieces, from AI 30 or 37
	Price   *money.Amount // price of the whole pack, from AI 392n, or 393n in tögrög; other currencies are left out
	// Elements holds the values of a GS1 element string in the order of the label; nil for plain codes.
	Elements []Element
}

// Read understands one raw scan: a plain code, a GTIN (also as UPC-E or with a magazine's supplement), or a GS1 element
// string. An element string is known by its symbology identifier (]C1 ]e0 ]d2 ]Q3 ]J1), by FNC1 (GS) in it, or by
// identifiers in brackets. Scanners that send neither identifier nor FNC1 are common, so digits that begin with 01 and
// a good GTIN are taken for one too.
//
// Errors are *fault.Error: fault.BarcodeMalformed for what is empty, longer than MaxLength, not printable or against
// the rules of its identifiers; fault.BarcodeCheckDigit where the GTIN or SSCC in an element string was misread.
func Read(raw string) (Scan, error) {
	symbology, text := cutSymbology(strings.Trim(raw, blanks))
	trimmed := strings.Trim(text, blanks+string(GS))
	s := Scan{Text: trimmed, Keys: []string{trimmed}}
	if err := readable(trimmed); err != nil {
		return Scan{}, malformed(raw, err)
	}
	var err error
	switch {
	case bracket(trimmed) > 0:
		s.Elements, err = parseBracketed(trimmed)
	case gs1Symbology(symbology) || strings.ContainsRune(text, GS):
		s.Elements, err = parseElements(trimmed)
	default:
		s.plain(symbology)
		return s, nil
	}
	if err == nil {
		err = s.takeAll()
	}
	if err != nil {
		return Scan{}, malformed(trimmed, err)
	}
	return s, nil
}

// Human returns the scan as people read it: identifiers in brackets for an element string, else the text.
func (s Scan) Human() string {
	if len(s.Elements) == 0 {
		return s.Text
	}
	var b strings.Builder
	for _, e := range s.Elements {
		b.WriteString("(" + e.AI + ")" + e.Value)
	}
	return b.String()
}

// blanks are what scanners and paste boards put around a code.
const blanks = " \t\r\n"

// cutSymbology takes an AIM symbology identifier, "]", a letter and a modifier, off the front.
func cutSymbology(s string) (symbology, rest string) {
	if len(s) < 3 || s[0] != ']' || !letter(s[1]) || !letter(s[2]) && (s[2] < '0' || s[2] > '9') {
		return "", s
	}
	return s[1:3], s[3:]
}

// Bare returns what a code says, whatever it is and however long, without symbology identifier, outer blanks and FNC1 at the
// ends. matrix is true where the scanner has said that it read no bars: QR, DataMatrix, PDF417, Aztec.
func Bare(raw string) (text string, matrix bool) {
	symbology, text := cutSymbology(strings.Trim(raw, blanks))
	return strings.Trim(text, blanks+string(GS)), symbology != "" && strings.ContainsRune("QdLz", rune(symbology[0]))
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// gs1Symbology reports whether the symbol began with FNC1: GS1-128, DataBar and its composites, DataMatrix, QR, DotCode.
func gs1Symbology(id string) bool {
	switch id {
	case "C1", "e0", "e1", "e2", "d2", "Q3", "J1":
		return true
	}
	return false
}

func readable(text string) error {
	switch {
	case text == "":
		return errors.New("barcode: empty")
	case !utf8.ValidString(text):
		return errors.New("barcode: not UTF-8")
	case utf8.RuneCountInString(text) > MaxLength:
		return errors.New("barcode: too long")
	case strings.ContainsFunc(text, func(r rune) bool { return r != GS && !unicode.IsPrint(r) }):
		return errors.New("barcode: control character")
	}
	return nil
}

// plain reads a code that nothing marks as an element string. It cannot fail: whatever is printable may be registered.
func (s *Scan) plain(symbology string) {
	switch n := len(s.Text); {
	case !allDigits(s.Text):
		s.embedded()
	case gtinLength(n):
		s.number()
	case symbology == "E3" && (n == 13+2 || n == 13+5): // EAN-13 with the supplement of a magazine
		s.lookAs(s.Text[:13])
	default:
		s.embedded()
	}
}

// number reads a text of the length of a GTIN.
func (s *Scan) number() {
	s.Misread = !s.lookAs(s.Text)
	if upca, ok := expandUPCE(s.Text); ok {
		s.Misread = false
		s.lookAs(upca)
	}
}

// lookAs adds the spellings of a GTIN to the keys and reports whether its check digit fits. The first one names the
// scan.
func (s *Scan) lookAs(digits string) bool {
	g, err := ParseGTIN(digits)
	if err != nil {
		return false
	}
	if s.GTIN == "" {
		s.GTIN = g
	}
	for _, k := range g.Spellings() {
		if !slices.Contains(s.Keys, k) {
			s.Keys = append(s.Keys, k)
		}
	}
	return true
}

// embedded looks for an element string that lost its marks on the way: "01", a good GTIN, and more. Where the rest
// does not parse, because a lost FNC1 ran two values together, the GTIN alone is used.
func (s *Scan) embedded() {
	const head = 2 + gtinDigits
	if len(s.Text) < head || s.Text[:2] != "01" {
		return
	}
	g, err := ParseGTIN(s.Text[2:head])
	if err != nil {
		return
	}
	marked := *s
	if marked.Elements, err = parseElements(s.Text); err == nil && marked.takeAll() == nil {
		*s = marked
		return
	}
	s.lookAs(g.String())
}

// takeAll fills the scan from its elements.
func (s *Scan) takeAll() error {
	for _, e := range s.Elements {
		if err := s.take(e); err != nil {
			return err
		}
	}
	if s.GTIN != "" {
		s.lookAs(s.GTIN.String())
	}
	return nil
}

// malformed makes the fault for a code that cannot be read.
func malformed(code string, err error) *fault.Error {
	if errors.Is(err, ErrCheckDigit) {
		return fault.Wrap(err, fault.BarcodeCheckDigit, "code", shown(code))
	}
	return fault.Wrap(err, fault.BarcodeMalformed, "code", shown(code))
}

// shown returns a code fit for a screen: at most MaxLength characters, unprintable ones as dots, never empty.
func shown(code string) string {
	runes := []rune(strings.ToValidUTF8(strings.Trim(code, blanks), "·"))
	runes = runes[:min(len(runes), MaxLength)]
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '·'
		}
	}
	if len(runes) == 0 {
		return "—"
	}
	return string(runes)
}
