package ingest

import (
	"testing"

	"posbox/pos/event"
)

// What comes back is held against the line of the sale that it names; a line that the sale does not have has sold nothing.
func TestTooMuch(t *testing.T) {
	sold := event.SaleCompleted{Lines: []event.Line{{No: 1, Good: "7", Quantity: 2000, Gross: 660000, Total: 660000}, {No: 2, Good: "8", Quantity: 1000, Gross: 100000, Total: 100000}}}
	verified := func(lines ...event.Line) event.SaleReturned { return event.SaleReturned{Lines: lines} }
	for name, c := range map[string]struct {
		returns []event.SaleReturned
		want    string
	}{
		"all of it":                          {returns: []event.SaleReturned{verified(event.Line{No: 1, Quantity: -2000}, event.Line{No: 2, Quantity: -1000})}},
		"too much, over two returns":         {[]event.SaleReturned{verified(event.Line{No: 1, Quantity: -2000}), verified(event.Line{No: 1, Quantity: -500})}, "line 1, 0.500 too much"},
		"a line that was not sold":           {[]event.SaleReturned{verified(event.Line{No: 99, Quantity: -1000})}, "line 99, 1 too much"},
		"one of them was not sold":           {[]event.SaleReturned{verified(event.Line{No: 1, Quantity: -1000}, event.Line{No: 3, Quantity: -2000})}, "line 3, 2 too much"},
		"unverified, by a number of its own": {returns: []event.SaleReturned{{Unverified: true, Total: -100000, Lines: []event.Line{{No: 5, Good: "8", Quantity: -1000}}}}},
		"unverified, not sold": {[]event.SaleReturned{{Bill: "b", Unverified: true, Lines: []event.Line{{No: 1, Good: "9", Name: "Тараг", Quantity: -1000}}}},
			"unverified return b: 1 of Тараг too much"},
	} {
		if got := tooMuch(sold, c.returns); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
