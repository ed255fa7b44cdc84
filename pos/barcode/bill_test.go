package barcode_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/barcode"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
)

func soldAs(on day.Day, shift, number int) event.SaleCompleted {
	return event.SaleCompleted{Bill: event.BillOf(on, shift, number), Day: on, Shift: shift, Number: number, Local: "2026-11-23 14:05:09", Total: 1250000,
		Merchant: event.Merchant{TIN: "12345678901"}, Lines: make([]event.Line, 3)}
}

// TestBillCode pins the digits: receipts printed today are brought back in years.
func TestBillCode(t *testing.T) {
	s := soldAs("2026-11-23", 12, 345)
	c, ok := barcode.BillCodeOf(s, 7)
	const want = "000007098230001200345170"
	if !ok || c.String()[:21] != want[:21] {
		t.Fatalf("%s, want %s", c, want)
	}
	back, ok := barcode.ParseBill("  " + c.String()[:6] + " " + c.String()[6:])
	if !ok || back != c || !back.Fits(s) || back.Bill() != s.Bill {
		t.Errorf("%+v became %+v", c, back)
	}
	for name, other := range map[string]func(*event.SaleCompleted){
		"total": func(s *event.SaleCompleted) { s.Total++ }, "time": func(s *event.SaleCompleted) { s.Local = "2026-11-23 14:05:10" },
		"shop": func(s *event.SaleCompleted) { s.Merchant.TIN = "10987654321" }, "bill": func(s *event.SaleCompleted) { s.Bill += "0" },
	} {
		o := s
		if other(&o); c.Fits(o) {
			t.Errorf("the code also fits a sale with another %s", name)
		}
	}
}

func TestBillCodeLimits(t *testing.T) {
	for _, c := range []struct {
		on            day.Day
		shift, number int
		point         uint64
	}{{"1999-12-31", 1, 1, 0}, {"2026-11-23", 100000, 1, 0}, {"2026-11-23", 1, 100000, 0}, {"2026-11-23", 1, 1, 1000000}, {"x", 1, 1, 1}} {
		if code, ok := barcode.BillCodeOf(soldAs(c.on, c.shift, c.number), c.point); ok {
			t.Errorf("%+v has the code %s", c, code)
		}
	}
	for _, s := range []string{"", "1", "4006381333931", strings.Repeat("0", 23), strings.Repeat("0", 25), strings.Repeat("0", 23) + "1", "00000709823000120034517x"} {
		if c, ok := barcode.ParseBill(s); ok {
			t.Errorf("%q reads as %+v", s, c)
		}
	}
}

// TestBillCodeWrongDigit: no single wrong digit passes.
func TestBillCodeWrongDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := soldAs(day.Day(rapid.SampledFrom([]string{"2026-11-23", "2000-01-01", "2099-12-31"}).Draw(t, "day")),
			rapid.IntRange(0, 99999).Draw(t, "shift"), rapid.IntRange(0, 99999).Draw(t, "number"))
		s.Total = money.Amount(rapid.Int64Range(0, 1e12).Draw(t, "total"))
		c, ok := barcode.BillCodeOf(s, rapid.Uint64Range(0, 999999).Draw(t, "point"))
		text := c.String()
		back, ok2 := barcode.ParseBill(text)
		if !ok || !ok2 || back != c {
			t.Fatalf("%+v became %+v", c, back)
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "digit")
		wrong := []byte(text)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, ok := barcode.ParseBill(string(wrong)); ok {
			t.Fatalf("%s passes for %s", wrong, text)
		}
	})
}

func FuzzParseBill(f *testing.F) {
	f.Add("000007098230001200345170")
	f.Add("000007 09823 00012 00345 170")
	f.Add("]C1000007098230001200345170")
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := barcode.ParseBill(text)
		if !ok {
			return
		}
		if got := c.String(); got != strings.ReplaceAll(text, " ", "") {
			t.Fatalf("%q reads as %+v, which is %s", text, c, got)
		}
	})
}
