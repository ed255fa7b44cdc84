package till_test

import (
	"slices"
	"testing"

	"posbox/pos/event"
	"posbox/pos/money"
)

// Cash that goes in or out leaves a paper to sign, where the shop wants it and there is a printer.
func TestCashSlip(t *testing.T) {
	for _, c := range []struct {
		name          string
		wanted, paper bool
		printer       bool
	}{
		{"wanted", true, true, true},
		{"not wanted", false, false, true},
		{"no printer", true, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			s.env.CashSlip, s.env.Printer = c.wanted, c.printer
			s.must("seller.login", map[string]any{"code": "9", "password": "9999"})
			s.must("shift.open", nil)
			d := s.must("cash.out", map[string]any{"amount": "3000", "reason": "хүргэлт"})
			i := slices.IndexFunc(d.Facts, func(f event.Fact) bool { return f.Kind() == event.KindSlipAsked })
			if (i >= 0) != c.paper {
				t.Fatalf("%+v", d.Facts)
			}
			if !c.paper {
				if len(s.state.Prints) > 0 {
					t.Errorf("%+v", s.state.Prints)
				}
				return
			}
			got := d.Facts[i].(event.SlipAsked)
			if got.Moved != d.Facts[0] || got.Moved.Amount != money.Tugrik(-3000) || got.Moved.Reason != "хүргэлт" || got.Seller == "" || got.At != "2026-11-23 09:00:00" {
				t.Errorf("%+v", got)
			}
			if p := s.state.Prints; len(p) != 1 || p[0].Bill != event.SlipTitle || !p[0].Report {
				t.Errorf("%+v", p)
			}
			s.state.Apply(s.state.Prints[0].Asked+1, event.ReceiptOutcome{Asked: s.state.Prints[0].Asked, Bill: event.SlipTitle, Result: event.ReceiptPrinted})
			if len(s.state.Prints) > 0 {
				t.Errorf("%+v", s.state.Prints)
			}
		})
	}
}
