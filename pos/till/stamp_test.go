package till_test

import (
	"strings"
	"testing"

	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/sale"
)

// stamping is a shop in which good 100 carries excise stamps, and that knows what it has sold.
func stamping(t *testing.T) *shop {
	s := reporting(t)
	g := s.goods["100"]
	g.Stamped, g.Barcodes = true, nil
	s.goods["100"] = g
	plain := g
	plain.Code, plain.Stamped = "200", false
	s.goods["200"] = plain
	s.env.Stamp = func(stamp string) (bill event.Bill, sold bool, err error) {
		has := func(lines []event.Line) bool {
			for _, l := range lines {
				for _, x := range l.Stamps {
					if x == stamp {
						return true
					}
				}
			}
			return false
		}
		for _, f := range s.facts {
			switch f := f.(type) {
			case event.SaleCompleted:
				if has(f.Lines) {
					bill, sold = f.Bill, true
				}
			case event.SaleReturned:
				if has(f.Lines) {
					sold = false
				}
			}
		}
		return bill, sold, nil
	}
	s.env.Sale = func(b event.Bill) (event.SaleCompleted, error) {
		for _, f := range s.facts {
			if f, ok := f.(event.SaleCompleted); ok && f.Bill == b {
				return f, nil
			}
		}
		return event.SaleCompleted{}, fault.New(fault.BillUnknown, "bill", string(b))
	}
	s.env.Returned = func(b event.Bill) (done sale.Done, err error) {
		for _, f := range s.facts {
			if f, ok := f.(event.SaleReturned); ok && f.Of != nil && f.Of.Bill == b {
				done.Add(f)
			}
		}
		return done, nil
	}
	return s
}

func (s *shop) scanned(code string) { s.t.Helper(); s.must("line.scan", map[string]any{"code": code}) }

func cashOf(amount string) map[string]any {
	return map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": amount}}}
}

// TestStamps: each unit needs its stamp, no stamp counts twice, and the request names them.
func TestStamps(t *testing.T) {
	s := stamping(t)
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "EXC-0001"}) // nothing needs it
	s.scanned("100")
	s.scanned("100")
	s.scanned("200")
	s.refused(fault.StampMissing, "pay", cashOf("4500"))
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "4006381333931"}) // a barcode of goods is no stamp
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "12345"})
	s.scanned("EXC-0001")
	s.refused(fault.StampTwice, "line.scan", map[string]any{"code": "EXC-0001"})
	s.must("basket.new", nil)
	s.scanned("100")
	s.refused(fault.StampTwice, "line.scan", map[string]any{"code": "EXC-0001"}) // it lies in the other basket
	s.must("basket.drop", nil)
	s.must("basket.select", map[string]any{"basket": s.state.Tabs()[0].ID})
	s.refused(fault.StampMissing, "pay", cashOf("4500"))
	s.scanned("EXC-0002")
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "EXC-0003"})
	s.must("pay", cashOf("4500"))
	r, err := fiscal.ReadRequest(s.newest().Body)
	if err != nil || len(r.Receipts) != 1 || len(r.Receipts[0].Items) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	if it := r.Receipts[0].Items; it[0].Data == nil || len(it[0].Data.StockQR) != 2 || it[0].Data.StockQR[1] != "EXC-0002" || it[1].Data != nil {
		t.Errorf("%+v", it)
	}
	s.scanned("100")
	s.refused(fault.StampSold, "line.scan", map[string]any{"code": "EXC-0002"})
	s.scanned("EXC-0003")
	s.must("line.quantity", map[string]any{"quantity": "2"})
	if b := s.state.Selected(); b.Unstamped() != 1 {
		t.Errorf("%d stamps are missing", b.Unstamped())
	}
	s.must("line.quantity", map[string]any{"quantity": "1"}) // one unit and one stamp: it stays
	if b := s.state.Selected(); b.Unstamped() != 0 {
		t.Errorf("%d stamps are missing", b.Unstamped())
	}
	s.must("pay", exact)
}

// TestStampsBack: which units come back is said by their stamps, unless all do. They can be sold again.
func TestStampsBack(t *testing.T) {
	s := stamping(t)
	for range 3 {
		s.scanned("100")
	}
	for _, stamp := range []string{"EXC-0001", "EXC-0002", "EXC-0003"} {
		s.scanned(stamp)
	}
	bill := s.must("pay", cashOf("4500")).Result.Bill
	s.told(event.FiscalIssued)
	s.must("return.begin", map[string]any{"code": string(bill)})
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	back := map[string]any{"reason": "гэмтэлтэй"}
	s.refused(fault.StampMissing, "pay", back)
	s.refused(fault.BarcodeUnknown, "return.scan", map[string]any{"code": "EXC-0009"})
	s.must("return.scan", map[string]any{"code": "EXC-0002"})
	s.refused(fault.StampTwice, "return.scan", map[string]any{"code": "EXC-0002"})
	s.must("pay", back)
	r, err := fiscal.ReadRequest(s.newest().Body)
	if err != nil || len(r.Receipts) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if q := r.Receipts[0].Items[0].Data.StockQR; len(q) != 2 || q[0] != "EXC-0001" || q[1] != "EXC-0003" {
		t.Errorf("what stays has the stamps %v", q)
	}
	s.told(event.FiscalIssued)
	s.scanned("100")
	s.refused(fault.StampSold, "line.scan", map[string]any{"code": "EXC-0001"})
	s.scanned("EXC-0002")
	s.must("pay", exact)
	s.must("return.begin", map[string]any{"code": string(bill)})
	s.must("pay", back) // all that is left
	for _, stamp := range []string{"EXC-0001", "EXC-0003"} {
		if _, sold, _ := s.env.Stamp(stamp); sold {
			t.Errorf("%s did not come back", stamp)
		}
	}
}

// aBillCode is a code that stands on a receipt.
var aBillCode = barcode.BillCode{Point: 7, Day: "2026-11-23", Shift: 3, Number: 12, Seal: 42}.String()

// TestStampsOfAnyForm: what a unit waits for may look like no barcode at all, or like one that was misread.
func TestStampsOfAnyForm(t *testing.T) {
	long := "https://stamp.mta.mn/q?" + strings.Repeat("0123456789", 12)
	for _, c := range []struct {
		name, code, stamp string
		idle              fault.Code // where no unit waits for a stamp
	}{
		{"longer than any barcode", long, long, fault.BarcodeMalformed},
		{"digits of a barcode's length", "4006381333932", "4006381333932", fault.BarcodeCheckDigit},
		{"a barcode of goods in a QR code", "]Q14006381333931", "4006381333931", fault.BarcodeUnknown},
		{"a receipt's code in a DataMatrix", "]d1" + aBillCode, aBillCode, fault.ReturnElsewhere},
		{"with a star", "12*ABCDEF", "12*ABCDEF", fault.BarcodeUnknown},
		{"values that are no GS1", "]d2990000" + string(rune(0x1d)) + "77", "990000" + string(rune(0x1d)) + "77", fault.BarcodeMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stamping(t)
			s.refused(c.idle, "line.scan", map[string]any{"code": c.code})
			s.scanned("100")
			s.scanned(c.code)
			d := s.must("pay", exact)
			if l := d.Facts[0].(event.SaleCompleted).Lines[0]; len(l.Stamps) != 1 || l.Stamps[0] != c.stamp {
				t.Errorf("%q", l.Stamps)
			}
		})
	}
	s := stamping(t)
	s.scanned("100")
	s.scanned("100") // a known good is no stamp
	s.refused(fault.BarcodeMalformed, "line.scan", map[string]any{"code": strings.Repeat("x", 201)})
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "]E04006381333931"})
}

// TestStampsAgain: a stamp that was sold is let pass by right, for a reason, and the sale tells by whom.
func TestStampsAgain(t *testing.T) {
	s := stamping(t)
	s.scanned("100")
	s.scanned("EXC-0001")
	bill := s.must("pay", exact).Result.Bill
	s.scanned("100")
	again := map[string]any{"code": "EXC-0001"}
	s.refused(fault.StampSold, "line.scan", again)
	again["again"] = true
	s.refused(fault.StampReason, "line.scan", again)
	again["reason"] = "өөр кассаар буцаасан"
	s.must("seller.login", map[string]any{"code": "1", "password": "1111"})
	s.refused(fault.RightMissing, "line.scan", again)
	again["approver"] = map[string]string{"code": "5", "password": "5555"}
	s.must("line.scan", again)
	l := s.must("pay", exact).Facts[0].(event.SaleCompleted).Lines[0]
	if a := l.StampsAgain; len(l.Stamps) != 1 || len(a) != 1 || a[0].Stamp != "EXC-0001" || a[0].Sold != bill || a[0].By != "1" || a[0].ApprovedBy != "5" || a[0].Reason == "" {
		t.Errorf("%+v", l)
	}
	s.scanned("100") // one let pass does not let others pass
	s.refused(fault.StampSold, "line.scan", map[string]any{"code": "EXC-0001"})
	again["code"] = "EXC-0002"
	s.must("line.scan", again)
	if l := s.must("pay", exact).Facts[0].(event.SaleCompleted).Lines[0]; len(l.StampsAgain) != 0 {
		t.Errorf("nothing was to be let pass: %+v", l)
	}
}

// TestStampsBackWithoutReceipt: a stamp scanned of what comes back without a receipt can be sold again; it need not be.
func TestStampsBackWithoutReceipt(t *testing.T) {
	s := stamping(t)
	s.scanned("100")
	s.scanned("EXC-0001")
	s.must("pay", exact)
	s.must("return.begin", nil)
	s.must("return.scan", map[string]any{"code": "200"})
	s.refused(fault.BarcodeUnknown, "return.scan", map[string]any{"code": "EXC-0001"}) // 200 carries none
	s.must("return.scan", map[string]any{"code": "100"})
	s.must("return.scan", map[string]any{"code": "EXC-0001"})
	s.refused(fault.StampTwice, "return.scan", map[string]any{"code": "EXC-0001"})
	s.must("return.scan", map[string]any{"code": "100"}) // and one without
	back := s.must("pay", map[string]any{"reason": "x"}).Facts[0].(event.SaleReturned)
	var stamps []string
	for _, l := range back.Lines {
		stamps = append(stamps, l.Stamps...)
	}
	if len(stamps) != 1 || stamps[0] != "EXC-0001" {
		t.Errorf("came back: %q", stamps)
	}
	s.scanned("100")
	s.scanned("EXC-0001")
	s.must("pay", exact)
}
