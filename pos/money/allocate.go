package money

import (
	"math/bits"
	"sort"
)

// Allocate splits total over the weights in proportion, to the möngö, so that the parts always add up to total. The
// units that plain rounding would lose go to the largest remainders, the earlier part first (Hamilton's method). A
// negative total mirrors the positive one exactly. Weights must not be negative; where all are zero, the first part
// takes everything.
func Allocate(total Amount, weights []Amount) ([]Amount, error) {
	parts := make([]Amount, len(weights))
	sum, err := checkWeights(total, weights)
	if err != nil || len(weights) == 0 {
		return parts, err
	}
	if total < 0 {
		parts, err = Allocate(-total, weights)
		for i := range parts {
			parts[i] = -parts[i]
		}
		return parts, err
	}
	if sum == 0 {
		parts[0] = total
		return parts, nil
	}
	rest := total
	remainders := make([]uint64, len(weights))
	for i, w := range weights {
		parts[i], remainders[i] = share(total, w, sum)
		rest -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return remainders[order[a]] > remainders[order[b]] })
	for _, i := range order[:rest] {
		parts[i]++
	}
	return parts, nil
}

func checkWeights(total Amount, weights []Amount) (Amount, error) {
	if !total.InRange() || len(weights) == 0 && total != 0 {
		return 0, ErrRange
	}
	for _, w := range weights {
		if w < 0 {
			return 0, ErrRange
		}
	}
	return Sum(weights...)
}

// Prorate returns the share of amount that belongs to the first n of d equal units, rounded half away from zero. The
// shares of consecutive stretches are differences of two Prorate calls and so add up to amount whatever the stretches.
func Prorate(amount Amount, n, d int64) (Amount, error) { return MulDiv(amount, n, d) }

// share returns total×w÷sum cut off, and the remainder of the division.
func share(total, w, sum Amount) (Amount, uint64) {
	hi, lo := bits.Mul64(uint64(total), uint64(w))
	q, r := bits.Div64(hi, lo, uint64(sum))
	return Amount(q), r
}
