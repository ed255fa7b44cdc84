package main

import (
	"testing"

	baaz "posbox/baaz/store"
	"posbox/pos/event"
	"posbox/pos/money"
)

// TestRounding sells at a till that rounds, as the company says in BAAZ: what is paid is a multiple of the note from the moment
// the setting holds, over a power cut, and everything that adds sales up tells the same figures.
func TestRounding(t *testing.T) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	cash := func(amount string) object { return object{"tenders": []object{{"kind": "cash", "amount": amount}}} }
	basket := func(key string) any { return at(b.state(), "basket", key) }
	b.do("line.scan", object{"code": "2001", "quantity": "0.333"}) // at 8900
	b.do("line.scan", object{"code": "1001"})                      // 4200
	if basket("total") != "7163.70" || basket("rounding") != "0.00" {
		t.Fatalf("with the setting off: %v", basket("total"))
	}
	c.put(c.scope(), "settings", "company", `{"values":{"round_to":10}}`)
	b.until("the basket is rounded", func() bool { return basket("due") == "7160.00" && basket("rounding") == "3.70" })
	if got := b.setting("round_to"); got["origin"] != "company" || got["value"] != 10.0 || got["fallback"] != 10.0 {
		t.Errorf("%v", got)
	}
	b.refused("payment.total_changed", "pay", object{"total": "7163.70", "tenders": cash("10000")["tenders"]})
	b.kill()

	b = b.restart()
	if basket("due") != "7160.00" {
		t.Fatalf("after a power cut: %v", basket("due"))
	}
	first := at(b.do("pay", cash("10000")), "result", "bill").(string)
	var sold event.SaleCompleted
	b.get("/api/receipts/"+first, &sold)
	if sold.Total != 716_000 || sold.Rounding != 370 || sold.Change != 284_000 || sold.Lines[0].Total != 296_370 || sold.Lines[1].Rounding != 370 {
		t.Errorf("%+v", sold)
	}
	b.do("line.scan", object{"code": "2001", "quantity": "0.333"})
	second := at(b.do("pay", object{"tenders": []object{{"kind": "card", "amount": "2960"}}}), "result", "bill").(string)
	b.do("return.begin", object{"code": second})
	if basket("due") != "-2960.00" {
		t.Errorf("all of it brings back %v", basket("due"))
	}
	b.do("pay", object{"reason": "гэмтэлтэй"})
	b.do("return.begin", object{"code": first})
	b.do("return.set", object{"lines": []object{{"line": 1, "quantity": "0"}, {"line": 2, "quantity": "1"}}})
	b.do("pay", object{"reason": "гэмтэлтэй"}) // the line that was rounded
	b.do("return.begin", object{"code": first})
	b.do("pay", object{"reason": "гэмтэлтэй"})

	b.do("line.scan", object{"code": "2001", "quantity": "0.777"}) // 6915.30
	b.do("line.scan", object{"code": "1001"})
	third := at(b.do("pay", cash("20000")), "result", "bill").(string) // 11110
	for _, part := range []struct{ quantity, back, stays, rounding string }{{"0.1", "890.00", "10220.00", "0.00"}, {"0.111", "990.00", "9230.00", "-2.10"}, {"0.5", "4450.00", "4780.00", "0.00"}} {
		b.do("return.begin", object{"code": third})
		b.do("return.set", object{"lines": []object{{"line": 1, "quantity": part.quantity}, {"line": 2, "quantity": "0"}}})
		if r := at(b.state(), "basket", "return").(object); r["total"] != part.back || r["rounding"] != part.rounding || r["chosen"] != 1.0 {
			t.Errorf("%s brings back %v, rounding %v, of %v", part.quantity, r["total"], r["rounding"], r["chosen"])
		}
		back := at(b.do("pay", object{"reason": "гэмтэлтэй"}), "result", "bill").(string)
		var fact event.SaleReturned
		b.get("/api/returns/"+back, &fact)
		if got := fact.Stays().Total.String(); got != part.stays {
			t.Errorf("%s stay, want %s", got, part.stays)
		}
	}

	b.do("shift.count", object{"total": "0"})
	b.do("shift.close", nil)
	var z event.Report
	b.get("/api/reports/z/1", &z)
	if z.Total != 2_123_000 || z.Rounding != 1270 || z.Discount != 1270 || z.Gross != 2_124_270 || z.Returned.Total != 1_645_000 || z.Expected != money.Tugrik(54780) {
		t.Errorf("%+v", z)
	}
	eventually(t, "sales and returns are in BAAZ", func() bool { n, _, total := c.sums(); return n == 3 && total == "4780.00" })
	var rounded, off money.Amount
	err := c.store.Read(t.Context(), func(tx *baaz.Tx) error {
		days, err := tx.DayLines(c.company, baaz.Span{To: "9999-12-31"})
		for _, d := range days {
			rounded, off = rounded+d.Rounding, off+d.Discount
		}
		return err
	})
	if err != nil || rounded != 740 || off != 740 {
		t.Errorf("BAAZ counts %s of %s as rounded, %v", rounded, off, err)
	}
	if got := c.alarms(); got != "" {
		t.Errorf("alarms: %s", got)
	}
	b.stop()
	if out, err := posd("check", b.dir).CombinedOutput(); err != nil {
		t.Errorf("check: %v\n%s", err, out)
	}
}

// TestPayerChanges: a basket on the screen follows whatever its price hangs on when BAAZ changes it, and is sold as it stands there.
func TestPayerChanges(t *testing.T) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	b.do("line.scan", object{"code": "1001"}) // 4200 with VAT
	if got := at(b.state(), "basket", "vat"); got != "381.82" {
		t.Fatalf("VAT is %v", got)
	}
	c.put(c.scope(), "settings", "company", `{"values":{"payer":{"vat":false}}}`)
	b.until("the merchant pays no VAT any more", func() bool { return at(b.state(), "basket", "vat") == "0.00" })
	bill := at(b.do("pay", object{"total": at(b.state(), "basket", "total"), "tenders": []object{{"kind": "cash", "amount": "10000"}}}), "result", "bill").(string)
	var sold event.SaleCompleted
	b.get("/api/receipts/"+bill, &sold)
	if sold.VAT != 0 || sold.Total != 420_000 {
		t.Errorf("%+v", sold)
	}
}
