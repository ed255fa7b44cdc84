package catalog

import (
	"strings"

	"posbox/pos/money"
)

// Quantity counts goods in thousandths of their unit: one piece is 1000, 1.245 kg is 1245. Negative only on returns.
type Quantity int64

// One is a single piece, kilogram, litre or metre.
const One Quantity = 1000

// MaxQuantity bounds one line: a hundred thousand pieces. A barcode scanned into the quantity field lies far above it.
const MaxQuantity = 100_000 * One

// Whole reports whether q is a whole number of units.
func (q Quantity) Whole() bool { return q%One == 0 }

// String returns "3" or "1.245": no decimals on whole quantities, all three on others.
func (q Quantity) String() string {
	if q.Whole() {
		return money.Decimal(int64(q/One), 0)
	}
	return money.Decimal(int64(q), 3)
}

// ParseQuantity reads "3", "1.245" or "1,245".
func ParseQuantity(s string) (Quantity, error) {
	v, err := money.ParseDecimal(strings.TrimSpace(s), 3)
	return Quantity(v), err
}

// MarshalText implements encoding.TextMarshaler.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (q *Quantity) UnmarshalText(b []byte) error {
	v, err := ParseQuantity(string(b))
	if err == nil {
		*q = v
	}
	return err
}

// Times returns price × q, rounded half away from zero to 0.01 ₮.
func (q Quantity) Times(price money.Amount) (money.Amount, error) {
	return money.MulDiv(price, int64(q), int64(One))
}
