package barcode

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"posbox/pos/money"
)

// GS is how a scanner sends FNC1 inside an element string: it ends a value of variable length.
const GS = '\x1d'

// FNC1 is GS as a text.
const FNC1 = string(GS)

// Element is one value of a GS1 element string.
type Element struct {
	AI    string // application identifier, two to four digits
	Value string // as on the label, decimals not applied
}

// tugrik is the ISO 4217 number of the Mongolian tögrög.
const tugrik = "496"

var (
	errUnknown  = errors.New("barcode: unknown application identifier")
	errLength   = errors.New("barcode: value of wrong length")
	errDigits   = errors.New("barcode: digits expected")
	errConflict = errors.New("barcode: the label contradicts itself")
)

// parseElements splits an element string as it comes from a scanner.
func parseElements(s string) ([]Element, error) {
	var out []Element
	for s = strings.TrimLeft(s, string(GS)); s != ""; s = strings.TrimLeft(s, string(GS)) {
		id, n, ok := identify(s)
		if !ok {
			return nil, errUnknown
		}
		e := Element{AI: s[:n]}
		if e.Value, s, ok = cutValue(s, n); !ok {
			return nil, fmt.Errorf("(%s): %w", e.AI, errLength)
		}
		if err := id.verify(e.Value); err != nil {
			return nil, fmt.Errorf("(%s): %w", e.AI, err)
		}
		out = append(out, e)
	}
	return out, nil
}

// cutValue takes the value behind an identifier of n digits and returns what follows it.
func cutValue(s string, n int) (value, rest string, ok bool) {
	if total := predefined[s[:2]]; total > 0 {
		if len(s) < total {
			return "", "", false
		}
		return s[n:total], s[total:], true
	}
	value, rest, _ = strings.Cut(s[n:], string(GS))
	return value, rest, true
}

// parseBracketed splits the form printed for people, "(01)04006381333931(3103)001245". Blanks around values are
// dropped. A value that itself contains an identifier in brackets cannot be told apart and is split there.
func parseBracketed(s string) ([]Element, error) {
	var out []Element
	for s != "" {
		n := bracket(s)
		if n == 0 {
			return nil, errUnknown
		}
		e := Element{AI: s[1 : n-1]}
		s = s[n:]
		end := nextBracket(s)
		e.Value, s = strings.TrimSpace(s[:end]), s[end:]
		id, m, ok := identify(e.AI)
		if !ok || m != len(e.AI) {
			return nil, errUnknown
		}
		if err := id.verify(e.Value); err != nil {
			return nil, fmt.Errorf("(%s): %w", e.AI, err)
		}
		out = append(out, e)
	}
	return out, nil
}

// bracket returns the length of an identifier in brackets at the start of s, 0 where there is none.
func bracket(s string) int {
	end := strings.IndexByte(s, ')')
	if s == "" || s[0] != '(' || end < 3 || end > 5 || !allDigits(s[1:end]) {
		return 0
	}
	return end + 1
}

// nextBracket returns where the next identifier in brackets begins, the length of s where none does.
func nextBracket(s string) int {
	for i := range s {
		if bracket(s[i:]) > 0 {
			return i
		}
	}
	return len(s)
}

// verify checks length, digits and check digit. Letters are not held against GS1's character set: a label with a
// blank in its batch number is sold all the same.
func (id identifier) verify(value string) error {
	n := utf8.RuneCountInString(value)
	switch lead := min(id.digits, len(value)); {
	case n < id.least || n > id.most || strings.ContainsRune(value, GS):
		return errLength
	case !allDigits(value[:lead]):
		return errDigits
	case id.check && !checks(value):
		return ErrCheckDigit
	}
	return nil
}

// take puts what an element means for a sale into the scan. Elements that mean nothing to a till change nothing.
func (s *Scan) take(e Element) error {
	switch {
	case e.AI == "01" || e.AI == "02":
		g, err := ParseGTIN(e.Value)
		if err != nil {
			return err
		}
		return once(&s.GTIN, g)
	case len(e.AI) == 4 && e.AI[:3] == "310":
		return s.takeNumber(&s.Weight, e.Value, int(e.AI[3]-'0'), 3)
	case e.AI == "30" || e.AI == "37":
		return s.takeNumber(&s.Count, e.Value, 0, 0)
	case len(e.AI) == 4 && e.AI[:3] == "392":
		return s.takePrice(e.Value, int(e.AI[3]-'0'))
	case len(e.AI) == 4 && e.AI[:3] == "393" && e.Value[:3] == tugrik:
		return s.takePrice(e.Value[3:], int(e.AI[3]-'0'))
	}
	return nil
}

func (s *Scan) takeNumber(to **int64, digits string, from, places int) error {
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return errDigits
	}
	return oncePtr(to, rescale(v, from, places))
}

func (s *Scan) takePrice(digits string, decimals int) error {
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return errDigits
	}
	price := money.Amount(rescale(v, decimals, 2))
	if !price.InRange() {
		return money.ErrRange
	}
	return oncePtr(&s.Price, price)
}

// once sets a value that may stand on a label twice but must then be the same.
func once[T comparable](to *T, v T) error {
	var none T
	if *to != none && *to != v {
		return errConflict
	}
	*to = v
	return nil
}

func oncePtr[T comparable](to **T, v T) error {
	if *to != nil && **to != v {
		return errConflict
	}
	*to = &v
	return nil
}

// rescale turns v with so many decimals into one with places decimals, rounded half up. v must not be negative.
func rescale(v int64, from, places int) int64 {
	if from <= places {
		return v * pow10(places-from)
	}
	d := pow10(from - places)
	return (v + d/2) / d
}

func pow10(n int) int64 {
	p := int64(1)
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}
