// Package barcode reads what a scanner saw: plain codes, GTINs, GS1 element strings, and the in-store labels of scales.
//
// Read turns one raw scan into a Scan: the codes under which the good may be registered, and the weight, count or price
// that the label carries. Rules then take apart restricted circulation numbers (EAN-13 with a shop's own layout), whose
// layouts are data. The till looks first for a good registered under exactly the scanned text; only then for other
// spellings; only then does a rule apply.
//
// Units: weights are grams, prices money.Amount (möngö), counts whole pieces; InStore.Value says its own.
//
// Sources: GS1 General Specifications 24.0, sections 2.1.12 (restricted circulation), 3 (application identifiers),
// 7.8.5 (predefined lengths), 7.9.1 (check digit), 7.9.2 to 7.9.5 (price verifier); GS1 Barcode Syntax Dictionary
// (formats of the identifiers); ISO/IEC 15424 (symbology identifiers).
package barcode

import (
	"errors"
	"fmt"
	"strings"
)

// GTIN is a Global Trade Item Number, always 14 digits with a check digit that fits: shorter ones are padded with
// zeros on the left. The zero value is "none".
type GTIN string

// Errors of parsing numbers.
var (
	ErrSyntax     = errors.New("barcode: not a number of the expected length")
	ErrCheckDigit = errors.New("barcode: the check digit does not fit")
)

const gtinDigits = 14

// ParseGTIN reads an EAN-8, UPC-A (12), EAN-13 or GTIN-14 of digits alone. It returns ErrSyntax for anything else and
// ErrCheckDigit where the last digit does not fit.
func ParseGTIN(s string) (GTIN, error) {
	if !gtinLength(len(s)) || !allDigits(s) {
		return "", ErrSyntax
	}
	if !checks(s) {
		return "", ErrCheckDigit
	}
	return GTIN(strings.Repeat("0", gtinDigits-len(s)) + s), nil
}

// String returns all 14 digits; ParseGTIN reads them back.
func (g GTIN) String() string { return string(g) }

// Spellings returns every form in which the number may be printed or registered, the commonest first: EAN-13, UPC-A,
// GTIN-14, EAN-8. A form that cannot hold the number is left out.
func (g GTIN) Spellings() []string {
	var out []string
	for _, n := range [...]int{13, 12, 14, 8} {
		if s, ok := g.digits(n); ok {
			out = append(out, s)
		}
	}
	return out
}

// digits returns the number in its form of n digits; ok is false where it needs more.
func (g GTIN) digits(n int) (s string, ok bool) {
	if len(g) != gtinDigits || strings.Trim(string(g[:gtinDigits-n]), "0") != "" {
		return "", false
	}
	return string(g[gtinDigits-n:]), true
}

// CheckDigit returns the GS1 check digit, '0' to '9', that belongs behind digits: weights 3 and 1 alternate from the
// right, and the sum is filled up to a multiple of ten. It serves every GS1 number (GTIN, SSCC, GLN).
func CheckDigit(digits string) (byte, error) {
	if digits == "" || !allDigits(digits) {
		return 0, fmt.Errorf("check digit of %q: %w", digits, ErrSyntax)
	}
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		sum = (sum + int(digits[i]-'0')*weight) % 10
		weight = 4 - weight
	}
	return byte('0' + (10-sum)%10), nil
}

// checks reports whether the last of at least two digits is the check digit of those before.
func checks(digits string) bool {
	last := len(digits) - 1
	want, err := CheckDigit(digits[:max(last, 0)])
	return err == nil && digits[last] == want
}

func gtinLength(n int) bool { return n == 8 || n == 12 || n == 13 || n == gtinDigits }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// expandUPCE returns the UPC-A that an 8-digit UPC-E of number system 0 stands for, and whether its check digit fits.
// Many scanners send UPC-E as they see it; its last digit is the check digit of the long form.
func expandUPCE(s string) (upca string, ok bool) {
	if len(s) != 8 || s[0] != '0' || !allDigits(s) {
		return "", false
	}
	body, check := s[1:7], s[7:]
	switch last := body[5]; {
	case last <= '2':
		upca = "0" + body[:2] + body[5:] + "0000" + body[2:5] + check
	case last == '3':
		upca = "0" + body[:3] + "00000" + body[3:5] + check
	case last == '4':
		upca = "0" + body[:4] + "00000" + body[4:5] + check
	default:
		upca = "0" + body[:5] + "0000" + body[5:] + check
	}
	return upca, checks(upca)
}
