package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/money"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in   string
		want money.Amount
		err  error
	}{
		{"0", 0, nil},
		{"-0", 0, nil},
		{"12500", 1250000, nil},
		{"12500.5", 1250050, nil},
		{"12500,05", 1250005, nil},
		{"-12500.05", -1250005, nil},
		{" 7.10 ", 710, nil},
		{"007", 700, nil},
		{"10000000000000", money.Max, nil},
		{"-10000000000000.00", -money.Max, nil},
		{"10000000000000.01", 0, money.ErrRange},
		{"-10000000000000.01", 0, money.ErrRange},
		{"99999999999999999999", 0, money.ErrRange},
		{"", 0, money.ErrSyntax},
		{"-", 0, money.ErrSyntax},
		{".5", 0, money.ErrSyntax},
		{"5.", 0, money.ErrSyntax},
		{"5.001", 0, money.ErrSyntax},
		{"1.2.3", 0, money.ErrSyntax},
		{"1,2,3", 0, money.ErrSyntax},
		{"1,000.00", 0, money.ErrSyntax},
		{"1 000", 0, money.ErrSyntax},
		{"+5", 0, money.ErrSyntax},
		{"--5", 0, money.ErrSyntax},
		{"1e3", 0, money.ErrSyntax},
		{"0x10", 0, money.ErrSyntax},
		{"1_000", 0, money.ErrSyntax},
		{"٥", 0, money.ErrSyntax},
		{"₮5", 0, money.ErrSyntax},
	} {
		if got, err := money.Parse(c.in); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("Parse(%q) = %d, %v; want %d, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestString(t *testing.T) {
	for a, want := range map[money.Amount]string{
		0: "0.00", 1: "0.01", -1: "-0.01", 99: "0.99", 100: "1.00", -1250005: "-12500.05", money.Max: "10000000000000.00",
		math.MinInt64: "-92233720368547758.08", math.MaxInt64: "92233720368547758.07",
	} {
		if got := a.String(); got != want {
			t.Errorf("%d is %q, want %q", int64(a), got, want)
		}
	}
	if got := money.Tugrik(-5).String(); got != "-5.00" {
		t.Errorf("Tugrik(-5) is %s", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-0.00", "12500.5", "-12500,05", "10000000000000.01", "", "1e3", "9223372036854775808"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := money.Parse(s)
		if err != nil {
			if a != 0 || !errors.Is(err, money.ErrSyntax) && !errors.Is(err, money.ErrRange) {
				t.Fatalf("Parse(%q) = %d, %v", s, a, err)
			}
			return
		}
		if !a.InRange() {
			t.Fatalf("Parse(%q) = %s is out of range", s, a)
		}
		if again, err := money.Parse(a.String()); again != a || err != nil {
			t.Fatalf("Parse(%q) = %s, which parses as %s, %v", s, a, again, err)
		}
		if want, ok := new(big.Rat).SetString(strings.Replace(strings.TrimSpace(s), ",", ".", 1)); !ok ||
			want.Cmp(big.NewRat(int64(a), 100)) != 0 {
			t.Fatalf("Parse(%q) = %s, an independent reader says %v", s, a, want)
		}
	})
}

func FuzzDecimal(f *testing.F) {
	f.Add(int64(1245), uint8(3))
	f.Add(int64(math.MinInt64), uint8(0))
	f.Add(int64(-1), uint8(9))
	f.Fuzz(func(t *testing.T, v int64, p uint8) {
		places := int(p % 10)
		s := money.Decimal(v, places)
		got, err := money.ParseDecimal(s, places)
		if v == math.MinInt64 {
			return // its magnitude has no int64; reading may refuse it
		}
		if got != v || err != nil {
			t.Fatalf("Decimal(%d, %d) = %s, which parses as %d, %v", v, places, s, got, err)
		}
	})
}

func TestAmountJSON(t *testing.T) {
	type line struct {
		Total money.Amount  `json:"total"`
		Off   money.Percent `json:"off"`
	}
	const text = `{"total":"-12500.05","off":"7.50"}`
	var l line
	if err := json.Unmarshal([]byte(text), &l); err != nil || l != (line{-1250005, 750}) {
		t.Fatalf("read %+v, %v", l, err)
	}
	if got, err := json.Marshal(l); err != nil || string(got) != text {
		t.Errorf("wrote %s, %v", got, err)
	}
	before := l
	for _, bad := range []string{`{"total":12}`, `{"total":"1.005"}`, `{"off":"x"}`, `{"total":""}`} {
		if err := json.Unmarshal([]byte(bad), &l); err == nil || l != before {
			t.Errorf("%s: %+v, %v; want it refused and nothing changed", bad, l, err)
		}
	}
}

func TestPercent(t *testing.T) {
	for in, want := range map[string]money.Percent{"10": 1000, "7.5": 750, "7,50 %": 750, "-3": -300, "0": 0, "10000": 1_000_000} {
		if got, err := money.ParsePercent(in); got != want || err != nil {
			t.Errorf("ParsePercent(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "%", "7.555", "ten", "10000.01", "99999999999"} {
		if got, err := money.ParsePercent(in); err == nil {
			t.Errorf("ParsePercent(%q) = %s, want an error", in, got)
		}
	}
	for _, c := range []struct {
		p       money.Percent
		a, want money.Amount
	}{{1000, 12345, 1235}, {1000, -12345, -1235}, {1000, 12344, 1234}, {money.Whole, 777, 777}, {0, 777, 0}, {333, 10000, 333}} {
		if got, err := c.p.Of(c.a); got != c.want || err != nil {
			t.Errorf("%s %% of %s = %s, %v; want %s", c.p, c.a, got, err, c.want)
		}
	}
}

func TestMulDiv(t *testing.T) {
	for _, c := range []struct {
		a        money.Amount
		num, den int64
		want     money.Amount
		err      error
	}{
		{5, 1, 2, 3, nil}, {-5, 1, 2, -3, nil}, {5, -1, 2, -3, nil}, {5, 1, -2, -3, nil}, {-5, -1, 2, 3, nil}, {-5, -1, -2, -3, nil},
		{4, 1, 3, 1, nil}, {-4, 1, 3, -1, nil}, {1, 1, 3, 0, nil}, {-1, 1, 3, 0, nil},
		{money.Max, math.MaxInt64, math.MaxInt64, money.Max, nil},
		{money.Max, math.MinInt64, math.MinInt64, money.Max, nil},
		{money.Max, 2, 1, 0, money.ErrRange},
		{money.Max, 3, 2, 0, money.ErrRange},
		{1, math.MaxInt64, 1, 0, money.ErrRange},
		{math.MaxInt64, math.MaxInt64, 1, 0, money.ErrRange},
		{5, 1, 0, 0, money.ErrRange}, {0, 0, 0, 0, money.ErrRange},
	} {
		if got, err := money.MulDiv(c.a, c.num, c.den); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%d × %d ÷ %d = %d, %v; want %d, %v", c.a, c.num, c.den, got, err, c.want, c.err)
		}
	}
}

// roundHalfAway is the one rounding rule, worked out on fractions.
func roundHalfAway(r *big.Rat) *big.Int {
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		half.Neg(half)
	}
	r = new(big.Rat).Add(r, half)
	return new(big.Int).Quo(r.Num(), r.Denom()) // Quo cuts towards zero
}

// wide draws numbers of every size, not mostly huge ones.
func wide(t *rapid.T, label string) int64 {
	v := rapid.Int64().Draw(t, label)
	return v >> rapid.IntRange(0, 63).Draw(t, label+" shift")
}

func TestMulDivAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, num, den := wide(t, "a"), wide(t, "num"), wide(t, "den")
		if den == 0 {
			den = 1
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(num)), big.NewInt(den))
		want := roundHalfAway(exact)
		got, err := money.MulDiv(money.Amount(a), num, den)
		if new(big.Int).Abs(want).Cmp(big.NewInt(int64(money.Max))) > 0 {
			if !errors.Is(err, money.ErrRange) || got != 0 {
				t.Fatalf("%d × %d ÷ %d = %d, %v; want out of range", a, num, den, got, err)
			}
			return
		}
		if err != nil || int64(got) != want.Int64() {
			t.Fatalf("%d × %d ÷ %d = %d, %v; want %s", a, num, den, got, err, want)
		}
		if mirror, err := money.MulDiv(money.Amount(a), -num, den); num != math.MinInt64 && (err != nil || mirror != -got) {
			t.Fatalf("the mirror of %d is %d, %v", got, mirror, err)
		}
	})
}

func TestSum(t *testing.T) {
	for _, c := range []struct {
		in   []money.Amount
		want money.Amount
		err  error
	}{
		{nil, 0, nil},
		{[]money.Amount{1, 2, -5}, -2, nil},
		{[]money.Amount{money.Max}, money.Max, nil},
		{[]money.Amount{money.Max, 1}, 0, money.ErrRange},
		{[]money.Amount{money.Max, 1, -1}, 0, money.ErrRange},
		{[]money.Amount{-money.Max, -1}, 0, money.ErrRange},
		{[]money.Amount{money.Max + 1, -1}, 0, money.ErrRange},
		{[]money.Amount{math.MaxInt64, math.MaxInt64}, 0, money.ErrRange},
		{[]money.Amount{math.MinInt64}, 0, money.ErrRange},
	} {
		if got, err := money.Sum(c.in...); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("Sum(%d) = %d, %v; want %d, %v", c.in, got, err, c.want, c.err)
		}
	}
}
