package barcode

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"posbox/pos/day"
	"posbox/pos/event"
)

// BillCode is what the code on a receipt says: which sale of which sales point. In print it is Code 128 of 24 digits, the
// most that 58 mm of paper carry at two dots a bar:
//
//	point 6 · days since 2000-01-01 5 · shift 5 · number 5 · seal 2 · check digit 1
//
// The seal is drawn from what only the sale and its receipt know, so that a bill's number alone does not make its code, and
// a receipt of another shop does not fit a sale of this one.
type BillCode struct {
	Point  uint64 // 0: printed by a till that had not joined BAAZ
	Day    day.Day
	Shift  int
	Number int
	Seal   int // 0 to 99
}

// BillCodeLength is the number of its digits.
const BillCodeLength = 24

// The widths of the fields, as powers of ten.
const (
	maxPoint = 1_000_000
	maxPart  = 100_000
	maxSeal  = 100
)

var dayZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// BillCodeOf returns the code for a sale of a point; false where a number is too large for it, which no shop will see.
func BillCodeOf(s event.SaleCompleted, point uint64) (BillCode, bool) {
	c := BillCode{point, s.Day, s.Shift, s.Number, sealOf(s)}
	if _, ok := daysOf(c.Day); !ok || point >= maxPoint || s.Shift < 0 || s.Shift >= maxPart || s.Number < 0 || s.Number >= maxPart {
		return BillCode{}, false
	}
	return c, true
}

// Fits reports whether the code was printed on this sale's receipt.
func (c BillCode) Fits(s event.SaleCompleted) bool { return c.Bill() == s.Bill && c.Seal == sealOf(s) }

// Bill is the number of the sale.
func (c BillCode) Bill() event.Bill { return event.BillOf(c.Day, c.Shift, c.Number) }

// String returns the digits; ParseBill reads them.
func (c BillCode) String() string {
	days, _ := daysOf(c.Day)
	s := fmt.Sprintf("%06d%05d%05d%05d%02d", c.Point, days, c.Shift, c.Number, c.Seal)
	return s + string(rune('0'+luhn(s)))
}

// ParseBill reads the code on a receipt, as scanned or with blanks as typed; false for whatever is none.
func ParseBill(text string) (BillCode, bool) {
	digits := make([]byte, 0, BillCodeLength)
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9' && len(digits) < BillCodeLength:
			digits = append(digits, b)
		case b == ' ':
		default:
			return BillCode{}, false
		}
	}
	if len(digits) != BillCodeLength || digits[BillCodeLength-1] != '0'+luhn(string(digits[:BillCodeLength-1])) {
		return BillCode{}, false
	}
	part := func(from, to int) int {
		n, _ := strconv.Atoi(string(digits[from:to])) // digits, and few
		return n
	}
	return BillCode{uint64(part(0, 6)), day.Day(dayZero.AddDate(0, 0, part(6, 11)).Format(time.DateOnly)), part(11, 16), part(16, 21), part(21, 23)}, true
}

func daysOf(d day.Day) (int, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0, false
	}
	n := int(t.Sub(dayZero).Hours() / 24)
	return n, n >= 0 && n < maxPart
}

// luhn is the check digit that notices every wrong digit and nearly every exchange of two beside each other (ISO/IEC 7812).
func luhn(digits string) byte {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return byte((10 - sum%10) % 10)
}

func sealOf(s event.SaleCompleted) int {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%d", s.Bill, s.Local, s.Total, s.Merchant.TIN, len(s.Lines))
	return int(h.Sum64() % maxSeal)
}
