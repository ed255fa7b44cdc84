package barcode

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ValueKind says what the value digits of an in-store code count.
type ValueKind string

// Kinds of value.
const (
	Weight ValueKind = "weight" // kilograms
	Price  ValueKind = "price"  // tögrög for the whole pack
	Count  ValueKind = "count"  // pieces
)

// A Rule is one layout of a 13-digit in-store code:
//
//	prefix, item digits, [price check digit], value digits, EAN check digit
//
// GS1 leaves the codes from 20 to 29, 02 and 04 to the shop; the layout is whatever its scales print.
type Rule struct {
	Prefix      string    `json:"prefix"`       // 1 to 6 digits; "02" and UPC-A's leading "2" are the same
	ItemDigits  int       `json:"item_digits"`  // at least 1
	ValueDigits int       `json:"value_digits"` // at least 1
	Kind        ValueKind `json:"kind"`
	Decimals    int       `json:"decimals"` // of the value, 0 to ValueDigits
	// PriceCheck is set where a verifier digit of the value stands before it; the value then has 4 or 5 digits.
	PriceCheck bool `json:"price_check,omitempty"`
}

// Rules are the layouts that a shop uses. The longest prefix that fits a code wins, the earlier of two equals.
type Rules []Rule

// InStore is an in-store code taken apart.
type InStore struct {
	Rule Rule
	Item string // the item digits, leading zeros kept
	// BaseCode is the same code with the value and its verifier zeroed and a fitting EAN check digit: the form under
	// which many shops register the item.
	BaseCode string
	// Value is in grams for Weight, in möngö (1/100 ₮) for Price, in thousandths of a piece for Count. More decimals
	// than that are rounded half up. A label may say 0.
	Value int64
}

const eanDigits = 13

// DefaultRules are the layouts that a box knows before its shop says otherwise. 21 is the weight prefix that scales
// and shop programs come set to; 23 carries a price in whole tögrög; 25 carries pieces. There is none with decimals in
// its price: scales here print whole tögrög, and a wrong guess would sell a hundredfold too cheap. The other prefixes
// have no rule: shops number their own goods with them, and such codes must stay what they are.
func DefaultRules() Rules {
	return Rules{
		{Prefix: "21", ItemDigits: 5, ValueDigits: 5, Kind: Weight, Decimals: 3},
		{Prefix: "23", ItemDigits: 5, ValueDigits: 5, Kind: Price, Decimals: 0},
		{Prefix: "25", ItemDigits: 5, ValueDigits: 5, Kind: Count, Decimals: 0},
	}
}

// Validate reports the first thing wrong with a rule.
func (r Rule) Validate() error {
	digits := len(r.Prefix) + r.ItemDigits + r.verifiers() + r.ValueDigits + 1
	switch {
	case len(r.Prefix) < 1 || len(r.Prefix) > 6 || !allDigits(r.Prefix):
		return errors.New("prefix: 1 to 6 digits are needed")
	case r.Kind != Weight && r.Kind != Price && r.Kind != Count:
		return errors.New("kind: must be weight, price or count")
	case r.ItemDigits < 1 || r.ItemDigits > eanDigits:
		return errors.New("item_digits: at least 1 is needed")
	case r.ValueDigits < 1 || r.ValueDigits > eanDigits:
		return errors.New("value_digits: at least 1 is needed")
	case r.Decimals < 0 || r.Decimals > r.ValueDigits:
		return errors.New("decimals: must lie between 0 and value_digits")
	case r.PriceCheck && r.ValueDigits != 4 && r.ValueDigits != 5:
		return errors.New("price_check: needs a value of 4 or 5 digits")
	case digits != eanDigits:
		return fmt.Errorf("prefix, item, value and check digits make %d digits instead of %d", digits, eanDigits)
	}
	return nil
}

// verifiers returns how many digits stand between item and value.
func (r Rule) verifiers() int {
	if r.PriceCheck {
		return 1
	}
	return 0
}

// Validate reports the first thing wrong with the rules: one that is wrong itself, or two with one prefix.
func (rs Rules) Validate() error {
	for i, r := range rs {
		if err := r.Validate(); err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
		if slices.ContainsFunc(rs[:i], func(o Rule) bool { return o.Prefix == r.Prefix }) {
			return fmt.Errorf("rule %d: prefix %s stands twice", i+1, r.Prefix)
		}
	}
	return nil
}

// Match takes apart an in-store code by the rule with the longest prefix. Only whole codes of 13 digits with a fitting
// check digit are in question; a UPC-A counts with its leading zero, a GTIN-14 without. ok is false where no rule
// fits; rules that do not pass Validate are passed over. The error is a *fault.Error, fault.BarcodeCheckDigit, where
// the rule wants a price check digit and it does not fit. A value of zero is returned as it is.
func (rs Rules) Match(s Scan) (in InStore, ok bool, err error) {
	code, ok := s.ean()
	if !ok {
		return InStore{}, false, nil
	}
	rule, ok := rs.longest(code)
	if !ok {
		return InStore{}, false, nil
	}
	in, err = rule.split(code)
	if err != nil {
		return InStore{}, false, malformed(s.Text, err)
	}
	return in, true, nil
}

// ean returns a plain code in its 13-digit form. Eight digits are too few to hold a layout.
func (s Scan) ean() (code string, ok bool) {
	if s.Elements != nil || s.Misread || len(s.Text) < 12 || !gtinLength(len(s.Text)) {
		return "", false
	}
	g, err := ParseGTIN(s.Text)
	if err != nil {
		return "", false
	}
	return g.digits(eanDigits)
}

func (rs Rules) longest(code string) (best Rule, ok bool) {
	for _, r := range rs {
		if strings.HasPrefix(code, r.Prefix) && len(r.Prefix) > len(best.Prefix) && r.Validate() == nil {
			best, ok = r, true
		}
	}
	return best, ok
}

// split takes a 13-digit code apart by a valid rule.
func (r Rule) split(code string) (InStore, error) {
	head := code[:len(r.Prefix)+r.ItemDigits]
	value := code[len(head)+r.verifiers() : eanDigits-1]
	if r.PriceCheck {
		if want, ok := verifier(value); !ok || code[len(head)] != want {
			return InStore{}, fmt.Errorf("price check digit: %w", ErrCheckDigit)
		}
	}
	v, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return InStore{}, ErrSyntax
	}
	base := head + strings.Repeat("0", eanDigits-1-len(head))
	check, err := CheckDigit(base)
	if err != nil {
		return InStore{}, err
	}
	return InStore{
		Rule: r, Item: head[len(r.Prefix):], BaseCode: base + string(check), Value: rescale(v, r.Decimals, r.places()),
	}, nil
}

// places returns the decimals of InStore.Value.
func (r Rule) places() int {
	if r.Kind == Price {
		return 2
	}
	return 3
}

// Keys returns the codes under which the item may be registered, from the most to the least specific, each once:
// BaseCode, its UPC-A form, prefix and item, item, item without leading zeros.
func (in InStore) Keys() []string {
	keys := []string{in.BaseCode}
	add := func(k string) {
		if k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if upca, ok := strings.CutPrefix(in.BaseCode, "0"); ok {
		add(upca)
	}
	add(in.Rule.Prefix + in.Item)
	add(in.Item)
	add(strings.TrimLeft(in.Item, "0"))
	return keys
}
