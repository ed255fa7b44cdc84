package till_test

import (
	"slices"
	"strings"
	"testing"

	"posbox/pos/event"
	"posbox/pos/fault"
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
			asked := s.state.Prints[0].Asked
			if p := s.state.Prints; len(p) != 1 || p[0].Bill != event.SlipTitle(asked) {
				t.Errorf("%+v", p)
			}
			s.refused(fault.PrintPending, "receipt.print", map[string]any{"bill": event.SlipTitle(asked)})
			end := func(r event.ReceiptResult) {
				p := s.state.Prints[0]
				s.state.Apply(p.Asked+1, event.ReceiptOutcome{Asked: p.Asked, Bill: p.Bill, Result: r})
			}
			again := func(wantCopy bool) {
				t.Helper()
				waits := s.state.Unprinted()
				if len(waits) != 1 {
					t.Fatalf("%+v", waits)
				}
				f := s.must("receipt.print", map[string]any{"bill": waits[0].Bill}).Facts[0].(event.SlipAsked)
				if f.Copy != wantCopy || f.Moved != got.Moved || f.Seller != got.Seller || f.At != got.At || len(s.state.Prints) != 1 {
					t.Errorf("%+v %+v", f, s.state.Prints)
				}
			}
			end(event.ReceiptDeferred)
			again(false)
			end(event.ReceiptInterrupted) // a part of it may be out
			again(true)
			end(event.ReceiptDeferred)
			again(true)
			end(event.ReceiptPrinted)
			if len(s.state.Prints) > 0 {
				t.Errorf("%+v", s.state.Prints)
			}
			s.refused(fault.BillUnknown, "receipt.print", map[string]any{"bill": event.SlipTitle(asked)})
		})
	}
}

// A till that rounds has no möngö in its drawer: whoever types some is told, by all ways. One that does not takes them as ever.
func TestCashWhole(t *testing.T) {
	for _, to := range []int64{0, 1, 100} {
		s := newShop(t)
		s.env.RoundTo = money.Tugrik(to)
		enter := func(kind, field, amount string) {
			t.Helper()
			if to != 0 {
				s.refused(fault.CashWhole, kind, map[string]any{"reason": "задаргаа", field: amount})
				amount = strings.TrimSuffix(amount, ".53")
			}
			s.must(kind, map[string]any{"reason": "задаргаа", field: amount})
		}
		s.must("seller.login", map[string]any{"code": "9", "password": "9999"})
		enter("shift.open", "float", "50000.53")
		enter("cash.in", "amount", "1000.53")
		enter("cash.out", "amount", "3000.53")
		enter("shift.count", "total", "48000.53")
		r := s.state.Shift.Report
		if d := *r.Difference; d != 0 || r.Expected%100 != 0 && to != 0 {
			t.Errorf("rounded to %d: %s expected, %s off", to, r.Expected, d)
		}
	}
}
