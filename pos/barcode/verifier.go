package barcode

// The price verifier digit guards the value digits of an in-store code. Each digit is weighted by one of four tables,
// indexed by the digit: "2-" doubles it and takes the tens off the units, "3" trebles, "5-" and "5+" take five times
// and subtract or add the tens; only units are kept.
//
// Source: GS1 General Specifications 7.9.2 to 7.9.5. The same digit guards a weight.
var (
	twoMinus  = [10]int{0, 2, 4, 6, 8, 9, 1, 3, 5, 7}
	three     = [10]int{0, 3, 6, 9, 2, 5, 8, 1, 4, 7}
	fiveMinus = [10]int{0, 5, 9, 4, 8, 3, 7, 2, 6, 1}
	fivePlus  = [10]int{0, 5, 1, 6, 2, 7, 3, 8, 4, 9}

	fourDigits = [...]*[10]int{&twoMinus, &twoMinus, &three, &fiveMinus}
	fiveDigits = [...]*[10]int{&fivePlus, &twoMinus, &fiveMinus, &fivePlus, &twoMinus}
)

// verifier returns the price verifier digit, '0' to '9', of a value of 4 or 5 digits; ok is false for other values.
func verifier(value string) (digit byte, ok bool) {
	if !allDigits(value) {
		return 0, false
	}
	switch len(value) {
	case 4:
		return byte('0' + weigh(value, fourDigits[:])*3%10), true
	case 5:
		// The digit is the one whose own 5- product fills the sum up to a multiple of ten.
		rest := (10 - weigh(value, fiveDigits[:])%10) % 10
		for d, product := range fiveMinus {
			if product == rest {
				return byte('0' + d), true
			}
		}
	}
	return 0, false
}

func weigh(value string, tables []*[10]int) int {
	sum := 0
	for i, table := range tables {
		sum += table[value[i]-'0']
	}
	return sum
}
