package money_test

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/money"
)

func TestAllocate(t *testing.T) {
	for _, c := range []struct {
		name    string
		total   money.Amount
		weights []money.Amount
		want    []money.Amount
		err     error
	}{
		{"even", 300, []money.Amount{1, 1, 1}, []money.Amount{100, 100, 100}, nil},
		{"the earlier part takes the odd unit", 100, []money.Amount{1, 1, 1}, []money.Amount{34, 33, 33}, nil},
		{"the larger remainder takes it", 100, []money.Amount{1, 2}, []money.Amount{33, 67}, nil},
		{"two units over", 5, []money.Amount{1, 1, 1}, []money.Amount{2, 2, 1}, nil},
		{"mirror", -100, []money.Amount{1, 1, 1}, []money.Amount{-34, -33, -33}, nil},
		{"nothing for weight zero", 101, []money.Amount{0, 1, 0, 1}, []money.Amount{0, 51, 0, 50}, nil},
		{"all weights zero", 7, []money.Amount{0, 0}, []money.Amount{7, 0}, nil},
		{"all weights zero, mirror", -7, []money.Amount{0, 0}, []money.Amount{-7, 0}, nil},
		{"nothing to give", 0, []money.Amount{3, 4}, []money.Amount{0, 0}, nil},
		{"nobody, nothing", 0, nil, []money.Amount{}, nil},
		{"largest", money.Max, []money.Amount{money.Max}, []money.Amount{money.Max}, nil},
		{"nobody to take it", 1, nil, nil, money.ErrRange},
		{"negative weight", 1, []money.Amount{2, -1}, nil, money.ErrRange},
		{"total too large", money.Max + 1, []money.Amount{1}, nil, money.ErrRange},
		{"weights too large", 1, []money.Amount{money.Max, 1}, nil, money.ErrRange},
	} {
		got, err := money.Allocate(c.total, c.weights)
		if !errors.Is(err, c.err) || err == nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: Allocate(%d, %d) = %d, %v; want %d, %v", c.name, c.total, c.weights, got, err, c.want, c.err)
		}
	}
}

// amount draws any allowed amount, small ones as often as large ones.
func amount(most money.Amount) *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		v := rapid.Int64Range(0, int64(most)).Draw(t, "v")
		return money.Amount(v >> rapid.IntRange(0, 50).Draw(t, "shift"))
	})
}

func TestAllocateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := amount(money.Max).Draw(t, "total")
		weights := rapid.SliceOfN(amount(money.Max/20), 1, 20).Draw(t, "weights")
		if rapid.Bool().Draw(t, "many zeros") {
			for i := range weights {
				weights[i] *= money.Amount(rapid.IntRange(0, 1).Draw(t, "keep"))
			}
		}
		parts, err := money.Allocate(total, weights)
		if err != nil || len(parts) != len(weights) {
			t.Fatalf("Allocate = %d, %v", parts, err)
		}
		if sum, err := money.Sum(parts...); err != nil || sum != total {
			t.Fatalf("the parts %d make %d, %v instead of %d", parts, sum, err, total)
		}
		wantNearShares(t, total, weights, parts)
		mirror, err := money.Allocate(-total, weights)
		if err != nil {
			t.Fatal(err)
		}
		for i := range mirror {
			if mirror[i] != -parts[i] {
				t.Fatalf("the mirror of %d is %d", parts, mirror)
			}
		}
	})
}

// wantNearShares demands every part less than one möngö from its exact share, and nothing for a weight of zero.
func wantNearShares(t *rapid.T, total money.Amount, weights, parts []money.Amount) {
	sum, err := money.Sum(weights...)
	if err != nil {
		t.Fatal(err)
	}
	if sum == 0 {
		if parts[0] != total {
			t.Fatalf("without weights the first part is %d instead of %d", parts[0], total)
		}
		return
	}
	for i, w := range weights {
		product := new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(int64(w)))
		off := new(big.Rat).SetFrac(product, big.NewInt(int64(sum)))
		off.Sub(off, big.NewRat(int64(parts[i]), 1))
		if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 || w == 0 && parts[i] != 0 {
			t.Fatalf("part %d of weight %d of %d is %d, off by %s", i, w, sum, parts[i], off.FloatString(3))
		}
	}
}

func TestProrate(t *testing.T) {
	for _, c := range []struct {
		a, want money.Amount
		n, d    int64
	}{{100, 33, 1, 3}, {100, 67, 2, 3}, {100, 100, 3, 3}, {100, 0, 0, 3}, {-100, -67, 2, 3}, {1, 1, 1, 2}} {
		if got, err := money.Prorate(c.a, c.n, c.d); got != c.want || err != nil {
			t.Errorf("Prorate(%d, %d, %d) = %d, %v; want %d", c.a, c.n, c.d, got, err, c.want)
		}
	}
}

// However a line is returned, piece by piece or in stretches, the returns add up to what was sold.
func TestProrateStretchesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sold := amount(money.Max).Draw(t, "sold")
		if rapid.Bool().Draw(t, "a return of a return") {
			sold = -sold
		}
		d := rapid.Int64Range(1, 100_000_000).Draw(t, "units")
		cuts := append(rapid.SliceOfN(rapid.Int64Range(0, d), 0, 10).Draw(t, "cuts"), 0, d)
		slices.Sort(cuts)
		var back, before money.Amount
		for _, n := range cuts {
			upTo, err := money.Prorate(sold, n, d)
			if err != nil {
				t.Fatal(err)
			}
			if stretch := upTo - before; sold > 0 && stretch < 0 || sold < 0 && stretch > 0 {
				t.Fatalf("a stretch up to %d of %d units of %d is %d", n, d, sold, stretch)
			}
			back += upTo - before
			before = upTo
		}
		if back != sold {
			t.Fatalf("%d of %d came back over %v", back, sold, cuts)
		}
	})
}
