package catalog_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/money"
)

func TestParseQuantity(t *testing.T) {
	for in, want := range map[string]catalog.Quantity{
		"3": 3 * catalog.One, "1.245": 1245, "1,245": 1245, "0.5": 500, " 2 ": 2000, "-1": -1000, "0": 0, "100000": catalog.MaxQuantity,
	} {
		if got, err := catalog.ParseQuantity(in); got != want || err != nil {
			t.Errorf("ParseQuantity(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "1.2345", "1.", ".5", "x", "1e3", "1 000", "99999999999999999999"} {
		if got, err := catalog.ParseQuantity(in); err == nil {
			t.Errorf("ParseQuantity(%q) = %s, want an error", in, got)
		}
	}
}

func TestQuantityString(t *testing.T) {
	for q, want := range map[catalog.Quantity]string{
		0: "0", 3000: "3", 1245: "1.245", 500: "0.500", 1: "0.001", -1: "-0.001", -3000: "-3", -1245: "-1.245",
	} {
		if got := q.String(); got != want {
			t.Errorf("%d is %q, want %q", int64(q), got, want)
		}
		if got, want := q.Whole(), int64(q)%1000 == 0; got != want {
			t.Errorf("%s whole: %v", q, got)
		}
	}
}

func TestQuantityJSON(t *testing.T) {
	var q catalog.Quantity
	if err := json.Unmarshal([]byte(`"1.245"`), &q); err != nil || q != 1245 {
		t.Fatalf("read %s, %v", q, err)
	}
	if got, err := json.Marshal(q); err != nil || string(got) != `"1.245"` {
		t.Errorf("wrote %s, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`"1.2455"`), &q); err == nil || q != 1245 {
		t.Errorf("four decimals: %s, %v; want it refused and nothing changed", q, err)
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, s := range []string{"3", "1.245", "1,245", "-0.5", "", "9223372036854775.807", "1e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := catalog.ParseQuantity(s)
		if err != nil {
			if q != 0 || !errors.Is(err, money.ErrSyntax) && !errors.Is(err, money.ErrRange) {
				t.Fatalf("ParseQuantity(%q) = %d, %v", s, q, err)
			}
			return
		}
		if again, err := catalog.ParseQuantity(q.String()); again != q || err != nil {
			t.Fatalf("ParseQuantity(%q) = %s, which parses as %s, %v", s, q, again, err)
		}
	})
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		q     catalog.Quantity
		price money.Amount
		want  money.Amount
	}{
		{3000, 250000, 750000},
		{1245, 1590000, 1979550},
		{333, 100, 33},
		{335, 100, 34}, // 33.5
		{-335, 100, -34},
		{335, -100, -34},
		{0, 100, 0},
		{catalog.MaxQuantity, catalog.MaxPrice / 10, money.Max},
	} {
		if got, err := c.q.Times(c.price); got != c.want || err != nil {
			t.Errorf("%s × %s = %s, %v; want %s", c.q, c.price, got, err, c.want)
		}
	}
	if got, err := catalog.MaxQuantity.Times(catalog.MaxPrice); !errors.Is(err, money.ErrRange) {
		t.Errorf("the largest quantity at the dearest price: %s, %v; want ErrRange", got, err)
	}
}

func TestTimesAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.Int64Range(-int64(catalog.MaxQuantity), int64(catalog.MaxQuantity)).Draw(t, "quantity")
		price := rapid.Int64Range(1, int64(catalog.MaxPrice)).Draw(t, "price") >> rapid.IntRange(0, 36).Draw(t, "shift")
		product := new(big.Int).Mul(big.NewInt(q), big.NewInt(price))
		half := big.NewInt(500)
		if product.Sign() < 0 {
			half.Neg(half)
		}
		want := new(big.Int).Quo(product.Add(product, half), big.NewInt(1000))
		got, err := catalog.Quantity(q).Times(money.Amount(price))
		if new(big.Int).Abs(want).Cmp(big.NewInt(int64(money.Max))) > 0 {
			if !errors.Is(err, money.ErrRange) {
				t.Fatalf("%d × %d = %d, %v; want out of range", q, price, got, err)
			}
			return
		}
		if err != nil || int64(got) != want.Int64() {
			t.Fatalf("%d × %d = %d, %v; want %s", q, price, got, err, want)
		}
	})
}
