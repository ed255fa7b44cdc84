// Package money counts tögrög exactly.
//
// An Amount is an int64 number of möngö, hundredths of a tögrög (₮). Positive is what the buyer owes or the shop
// receives; a return is negative. Every amount that the till accepts lies within ±Max, so that sums of a shift cannot
// overflow. There is one rounding rule, half away from zero to 0.01 ₮, and it lives in MulDiv.
package money

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// Amount is money in möngö, 1/100 ₮. The zero value is nothing owed.
type Amount int64

// Max bounds every single amount: ten million million ₮. Nine thousand such amounts still add up without overflow.
const Max Amount = 1_000_000_000_000_000

// Percent is a share in hundredths of a percent: 10 % is 1000, 100 % is 10000.
type Percent int32

// Whole is 100 %.
const Whole Percent = 10_000

// Errors of parsing and arithmetic.
var (
	ErrSyntax = errors.New("money: not a decimal number with at most two decimals")
	ErrRange  = errors.New("money: out of range")
)

// Tugrik returns n whole tögrög.
func Tugrik(n int64) Amount { return Amount(n) * 100 }

// String returns the amount as the wire and the journal carry it: "-12500.05", always two decimals.
func (a Amount) String() string { return decimal(int64(a), 2) }

// Parse reads "12500", "12500.5" or "-12500.05"; a comma is taken for a point. It refuses more than two decimals and
// amounts beyond Max.
func Parse(s string) (Amount, error) {
	v, err := parseDecimal(s, 2)
	if err != nil {
		return 0, err
	}
	if a := Amount(v); a.InRange() {
		return a, nil
	}
	return 0, ErrRange
}

// InRange reports whether a lies within ±Max.
func (a Amount) InRange() bool { return -Max <= a && a <= Max }

// MarshalText implements encoding.TextMarshaler.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It reads what MarshalText wrote, also sums beyond Max.
func (a *Amount) UnmarshalText(b []byte) error {
	v, err := parseDecimal(string(b), 2)
	if err == nil {
		*a = Amount(v)
	}
	return err
}

// String returns the share as the wire carries it: "7.50".
func (p Percent) String() string { return decimal(int64(p), 2) }

// ParsePercent reads "10", "7.5" or "7.50". The sign is the caller's to judge.
func ParsePercent(s string) (Percent, error) {
	v, err := parseDecimal(strings.TrimSuffix(strings.TrimSpace(s), "%"), 2)
	if err != nil {
		return 0, err
	}
	if v < -1_000_000 || v > 1_000_000 {
		return 0, ErrRange
	}
	return Percent(v), nil
}

// MarshalText implements encoding.TextMarshaler.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Percent) UnmarshalText(b []byte) error {
	v, err := ParsePercent(string(b))
	if err == nil {
		*p = v
	}
	return err
}

// Of returns p of a, rounded half away from zero.
func (p Percent) Of(a Amount) (Amount, error) { return MulDiv(a, int64(p), int64(Whole)) }

// MulDiv returns a×num÷den, rounded half away from zero to a möngö. The product may be as large as it likes; only the
// result must be in range. den must not be zero.
func MulDiv(a Amount, num, den int64) (Amount, error) {
	neg := (a < 0) != (num < 0) != (den < 0)
	hi, lo := bits.Mul64(magnitude(int64(a)), magnitude(num))
	d := magnitude(den)
	if hi >= d {
		return 0, ErrRange
	}
	q, r := bits.Div64(hi, lo, d)
	if r >= d-r {
		q++
	}
	if q > uint64(Max) {
		return 0, ErrRange
	}
	if neg {
		return -Amount(q), nil
	}
	return Amount(q), nil
}

// Sum adds amounts and refuses a result out of range.
func Sum(amounts ...Amount) (Amount, error) {
	var s Amount
	for _, a := range amounts {
		if !a.InRange() {
			return 0, ErrRange
		}
		if s += a; !s.InRange() {
			return 0, ErrRange
		}
	}
	return s, nil
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-(v + 1)) + 1
	}
	return uint64(v)
}

// Decimal renders v scaled by 10^places with all its decimals: Decimal(1245, 3) is "1.245".
func Decimal(v int64, places int) string { return decimal(v, places) }

// ParseDecimal reads a decimal number of at most the given places into an integer scaled by 10^places. Point and comma
// are both decimal marks; signs other than a leading minus, exponents and spaces inside are refused.
func ParseDecimal(s string, places int) (int64, error) { return parseDecimal(s, places) }

func decimal(v int64, places int) string {
	digits := strconv.FormatUint(magnitude(v), 10)
	if pad := places + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	cut := len(digits) - places
	out := digits[:cut]
	if places > 0 {
		out += "." + digits[cut:]
	}
	if v < 0 {
		out = "-" + out
	}
	return out
}

func parseDecimal(s string, places int) (int64, error) {
	s = strings.TrimSpace(s)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, frac, marked := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if whole == "" || len(frac) > places || marked && frac == "" || !allDigits(whole) || !allDigits(frac) {
		return 0, ErrSyntax
	}
	v, err := strconv.ParseInt(whole+frac+strings.Repeat("0", places-len(frac)), 10, 64)
	if err != nil {
		return 0, ErrRange
	}
	if neg {
		v = -v
	}
	return v, nil
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
