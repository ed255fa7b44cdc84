package main

import (
	"encoding/json"
	"testing"

	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/web/browser"
)

// codeOf is what the receipt of a sale in the journal carries in bars.
func codeOf(t *testing.T, sale object) string {
	t.Helper()
	b, err := json.Marshal(sale)
	must(t, err)
	var f event.SaleCompleted
	must(t, json.Unmarshal(b, &f))
	code, ok := barcode.BillCodeOf(f, 0)
	if !ok {
		t.Fatalf("no code for %s", b)
	}
	return code.String()
}

// cameBack returns the last of exactly n returns.
func (s *screen) cameBack(b *box, n int) object {
	s.t.Helper()
	list := s.facts(b, "sale.returned")
	if len(list) != n {
		s.t.Fatalf("the journal has %d returns, want %d", len(list), n)
	}
	return list[n-1]
}

// returned: F8, the receipt, Enter for all; a receipt scanned while selling; parts by touch; and new goods in exchange.
func returned(t *testing.T, br *browser.Browser) {
	b, s := opened(t, br)
	for range 4 {
		s.Scan(milk)
		s.Scan(milk)
		s.Scan(yoghurt)
		s.Press("F9")
		s.Press("Enter")
		s.Shown("after")
	}
	var sales []object
	eventually(t, "all are sold", func() bool { // what the sale before has left may stand there until then
		sales = s.facts(b, "sale.completed")
		return len(sales) == 4
	})

	s.Press("F8")
	s.Stage("return")
	s.Scan(codeOf(t, sales[0]))
	s.Shown("return-lines")
	s.Count("return-line", 2)
	s.Says("back-sum", "9900₮")
	s.Press("Enter")
	s.Stage("sell")
	s.Says("given-back", "9900₮")
	if f := s.cameBack(b, 1); at(f, "total") != "-9900.00" || at(f, "of", "bill") != at(sales[0], "bill") || at(f, "reason") != "Авагч буцаав" || f["left"] != nil {
		t.Errorf("%v", f)
	}

	// Scanned while selling, by keys alone: one bottle comes back, damaged.
	s.Scan(codeOf(t, sales[1]))
	s.Stage("return")
	s.Scan(milk)
	s.Says("back-sum", "4200₮")
	s.Press("ArrowRight")
	s.Until("the second reason is chosen", `document.querySelector('[data-test="return-reason-2"]')?.getAttribute('aria-pressed') === 'true'`)
	s.Press("Enter")
	s.Says("given-back", "4200₮")
	if f := s.cameBack(b, 2); at(f, "reason") != "Гэмтэлтэй" || len(at(f, "left").([]any)) != 2 {
		t.Errorf("%v", f)
	}

	// By touch: from the list of receipts, the rest of the milk.
	s.Tap("menu")
	s.Tap("menu-return")
	s.Stage("return")
	s.Tap("return-receipt", "bill", at(sales[1], "bill").(string))
	s.Shown("return-done")
	s.Says("back-sum", "5700₮")
	s.Tap("return-line", "line", "2")
	s.Press("Delete")
	s.Says("back-sum", "4200₮")
	s.Tap("return-finish")
	s.Says("given-back", "4200₮")
	s.cameBack(b, 3)
	s.at("shift") // where the figures add up
	s.Says("figure-returns", "Буцаалт3·−18300₮")
	s.Says("figure-back-cash", "Буцаасан:Бэлэн×3−18300₮")
	s.Says("figure-expected", "Байхёстой71300₮") // 50 000 + 4 × 9 900 − 18 300
	s.at("sell")

	// Nothing that came back comes again.
	s.Press("F8")
	s.Scan(codeOf(t, sales[0]))
	s.Shown("error-banner")
	s.Press("Escape")

	// Exchange: the whole sale for bread that costs more; one payment of the difference.
	s.Scan(codeOf(t, sales[2]))
	s.Says("back-sum", "9900₮")
	s.Press("Escape")
	s.Stage("sell")
	s.Shown("coming")
	s.Until("a basket without goods has nothing to change", `document.querySelector('[data-test="less"]').disabled`)
	for range 3 {
		s.Scan(milk)
	}
	s.Says("total", "2700₮")
	s.Press("F9")
	s.Stage("pay")
	s.Write("5000")
	s.Press("Enter")
	s.Shown("after")
	s.Says("change", "2300₮")
	back, sale := s.cameBack(b, 4), s.sold(b, 5)
	if at(sale, "exchange") != at(back, "bill") || at(sale, "total") != "12600.00" || at(sale, "change") != "2300.00" {
		t.Errorf("%v and %v", back, sale)
	}

	// Exchange for less: what is left goes back.
	s.Press("F8")
	s.Write("4")
	s.Press("Enter")
	s.Says("back-sum", "9900₮")
	s.Press("Escape")
	s.Scan(yoghurt)
	s.Says("back-sum", "8400₮")
	s.Press("F9")
	s.Stage("return")
	s.Says("back", "БуцахEsc") // what Enter does has another name
	s.Press("Enter")
	s.Says("given-back", "8400₮")

	// Without a receipt, then not after all: nothing has come back.
	s.Press("F8")
	s.Press("F7")
	s.Shown("return-all") // it has begun: before, a code is a receipt's
	s.Scan(milk)
	s.Says("back-sum", "4200₮")
	s.Press("F6")
	s.Stage("sell")
	s.cameBack(b, 5)
	s.sold(b, 6)
}

// returnApproved: whoever may not take goods back asks somebody who may, and nothing of it is typed twice.
func returnApproved(t *testing.T, br *browser.Browser) {
	b := start(t, t.TempDir(), "-demo")
	b.do("seller.login", object{"code": "1", "password": "1111"})
	b.do("shift.open", object{"float": "0"})
	s := open(t, br, b)
	s.Stage("sell")
	s.Press("F8")
	s.Stage("return")
	s.Press("F7")
	s.Shown("return-drop")
	s.Scan(milk)
	s.Says("back-sum", "4200₮")
	s.Reload()
	s.Says("back-sum", "4200₮")
	s.Press("Enter")
	s.Shown("approver-code")
	s.Write("9")
	s.Press("Enter")
	s.Write("9999")
	s.Press("Enter")
	s.Says("given-back", "4200₮")
	if f := s.cameBack(b, 1); at(f, "by") != "1" || at(f, "approved_by") != "9" || f["of"] != nil {
		t.Errorf("%v", f)
	}
}
