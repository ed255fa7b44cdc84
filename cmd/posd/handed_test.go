package main

import (
	"encoding/json"
	"slices"
	"testing"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/paper"
	"posbox/pos/receipt"
	"posbox/wire"
)

// branch is a till of a point of its own, with its own PosAPI.
func (c *centre) branch(key string) *fiscalShop {
	c.t.Helper()
	o := openOffice(c.t, service.Options{})
	return &fiscalShop{openPaperShop(c.t, virtual.Options{}, "-posapi", o.URL, "-lookup", o.URL, "-baaz", c.url, "-key", key), o}
}

// sells sells so many loaves and returns the bill and the code on its receipt, once BAAZ has them.
func (s *fiscalShop) sells(c *centre, quantity string, tenders ...object) (bill, code string) {
	s.t.Helper()
	n, _, _ := c.sums()
	s.do("line.scan", object{"code": "1001", "quantity": quantity})
	bill = at(s.do("pay", object{"tenders": tenders}), "result", "bill").(string)
	made, _ := barcode.BillCodeOf(s.sale(bill), uint64(c.point))
	eventually(s.t, "the sale is in BAAZ", func() bool { got, _, _ := c.sums(); return got == n+1 })
	return bill, made.String()
}

// takesBack takes so many loaves of another till's sale back.
func (s *fiscalShop) takesBack(code, quantity string) string {
	s.t.Helper()
	if got := s.find(code); got != "" {
		s.t.Fatal(got)
	}
	s.do("return.begin", object{"code": code})
	if quantity != "" {
		s.do("return.set", object{"lines": []object{{"line": 1, "quantity": quantity}}})
	}
	return at(s.do("pay", object{"reason": "гэмтэлтэй"}), "result", "bill").(string)
}

// chained checks what the stand-in was asked for: so many units, in place of the receipt before.
func chained(t *testing.T, r service.Receipt, before string, quantity fiscal.Quantity) {
	t.Helper()
	var req fiscal.Request
	if err := json.Unmarshal(r.Body, &req); err != nil || req.InactiveID != before || len(req.Receipts) != 1 || req.Receipts[0].Items[0].Qty != quantity {
		t.Errorf("want %v units in place of %q: %s %v", quantity, before, r.Body, err)
	}
}

// TestHandedOver: a part of a sale comes back at another till, a part at a third one while BAAZ is away, the rest at the till that
// sold: its PosAPI, and no other, corrects twice and cancels once. Kills in between change nothing.
func TestHandedOver(t *testing.T) {
	c := newCentre(t)
	a := c.branch(c.key())
	b := c.branch(c.another("Хоёрдугаар"))
	third := c.branch(c.another("Гуравдугаар"))
	bill, code := a.sells(c, "5", object{"kind": "card", "amount": "21000"})
	first := a.receipts(1)[0]

	back := b.takesBack(code, "2")
	second := a.receipts(2)[1]
	chained(t, second, first.ID, 3000)
	a.settledChain()
	b.tellsHanded(back, "Төв салбар", string(wire.HandedDone))
	if got := at(a.lastJob(bill), "place"); got != "Хоёрдугаар" || at(a.lastJob(bill), "return") != back {
		t.Errorf("the till that sold does not say where the goods came back: %v", a.lastJob(bill))
	}

	if got := third.find(code); got != "" { // what BAAZ has told holds, wherever BAAZ is then
		t.Fatal(got)
	}
	third.do("return.begin", object{"code": code})
	third.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
	c.away.Store(true)
	away := at(third.do("pay", object{"reason": "гэмтэлтэй"}), "result", "bill").(string)
	third.tellsHanded(away, "Төв салбар", "")
	a.kill()
	a.box = a.restart()
	c.away.Store(false)
	chained(t, a.receipts(3)[2], second.ID, 2000)
	a.settledChain()
	third.tellsHanded(away, "Төв салбар", string(wire.HandedDone))

	// The till that sold knows by itself what is left.
	a.open()
	x := a.do("return.begin", object{"code": bill})
	if at(x, "state", "basket", "due") != "-8400.00" {
		t.Errorf("left: %v", at(x, "state", "basket"))
	}
	a.refused("return.left", "return.set", object{"lines": []object{{"line": 1, "quantity": "3"}}})
	a.do("pay", object{"reason": "гэмтэлтэй"})
	a.settledChain()
	last := a.receipts(3)[2]
	var cancel fiscal.Cancel
	if list := a.office.Cancels(); len(list) != 1 || json.Unmarshal(list[0], &cancel) != nil || cancel.ID != last.ID || cancel.Date != last.Date {
		t.Errorf("cancelled: %s, want %s of %s", list, last.ID, last.Date)
	}
	for _, other := range []*fiscalShop{b, third} {
		if len(other.office.Receipts())+len(other.office.Cancels()) != 0 {
			t.Errorf("a till whose PosAPI issued nothing has told it something: %s", other.log)
		}
	}
	if list := a.facts("return.handed"); len(list) != 2 || list[0]["state"] != string(event.HandedAsked) || list[0]["place_name"] != "Хоёрдугаар" || at(list[0], "return", "bill") != back {
		t.Errorf("%v", list)
	}
	eventually(t, "all of it is in BAAZ", func() bool { _, _, total := c.sums(); return total == "0.00" })
	if got := c.alarms(); got != "" {
		t.Errorf("alarms: %s", got)
	}
	a.audited()
}

// TestHandedOfBusiness: what a business keeps after a part came back at another till is corrected for that business, and brings
// no lottery number.
func TestHandedOfBusiness(t *testing.T) {
	c := newCentre(t)
	a := c.branch(c.key())
	b := c.branch(c.another("Хоёрдугаар"))
	a.do("basket.register", object{"register": "1234567"})
	_, code := a.sells(c, "3", object{"kind": "card", "amount": "12600"})
	first := a.receipts(1)[0]
	b.takesBack(code, "1")
	second := a.receipts(2)[1]
	chained(t, second, first.ID, 2000)
	for _, r := range []service.Receipt{first, second} {
		var req fiscal.Request
		if err := json.Unmarshal(r.Body, &req); err != nil || req.Type != fiscal.B2B || req.CustomerTIN == nil || *req.CustomerTIN != "37900846788" || req.ConsumerNo != "" || r.Lottery != "" {
			t.Errorf("not of the business, or with a lottery number: %s, %v", r.Body, err)
		}
	}
	a.settledChain()
	for _, f := range a.facts("fiscal.outcome") {
		if f["lottery"] == true {
			t.Errorf("the till has a lottery number of a business: %v", f)
		}
	}
	a.audited()
}

// TestHandedUnprinted: the printer is out of paper when a part of the sale comes back at another till. The paper that comes out then has
// number and QR code of the receipt that holds, over what stays, and the lottery number, which no correction takes away.
func TestHandedUnprinted(t *testing.T) {
	c := newCentre(t)
	a := c.branch(c.key())
	b := c.branch(c.another("Хоёрдугаар"))
	must(t, a.printer.Inject(virtual.PaperOut, 0))
	a.wait("no paper", func(st object) bool { return len(st["trouble"].([]any)) > 0 })
	bill, code := a.sells(c, "3", object{"kind": "card", "amount": "12600"})
	first := a.receipts(1)[0]
	a.settledChain()
	b.takesBack(code, "1")
	second := a.receipts(2)[1]
	a.settledChain()
	a.wait("it waits for a person", func(st object) bool {
		it, _ := at(st, "fiscal", "unprinted").([]any)
		if len(it) != 1 {
			return false
		}
		return at(it[0], "held") == true && at(it[0], "lottery") == true && at(it[0], "job") == "correct"
	})
	a.printer.Cure()
	a.do("receipt.print", object{"bill": bill})
	a.wait("on paper", func(st object) bool { return a.printer.Receipts() == 1 && len(list(st, "unprinted")) == 0 })
	says := whole(second)
	says.Lottery, says.Left = first.Lottery, &receipt.Left{Total: 840000, Lottery: 840000}
	made, _ := barcode.BillCodeOf(a.sale(bill), uint64(c.point))
	o := receipt.Options{Columns: 48, Fiscal: says, Code: made.String()}
	if got, _ := a.printer.Receipt(1); !begins(got, paper.Draw(receipt.Sale(a.sale(bill), o))) {
		t.Error("the paper is not of the e-barimt that holds, with the lottery number")
	}
	a.do("receipt.reprint", object{"bill": bill})
	a.wait("copy", func(object) bool { return a.printer.Receipts() == 2 })
	says.Lottery, says.QR, o.Copy = "", "", true
	if got, _ := a.printer.Receipt(2); !begins(got, paper.Draw(receipt.Sale(a.sale(bill), o))) {
		t.Error("the copy has more or less than the number")
	}
	a.audited()
}

// tellsHanded waits until the list of receipts says which point reports a return and how far that has come.
func (s *fiscalShop) tellsHanded(back, point, state string) {
	s.t.Helper()
	var r any
	eventually(s.t, "the return is "+state, func() bool {
		var list struct{ Returns []object }
		s.get("/api/receipts", &list)
		i := slices.IndexFunc(list.Returns, func(r object) bool { return r["bill"] == back })
		if i < 0 {
			s.t.Fatalf("%s is not listed: %v", back, list.Returns)
		}
		r = list.Returns[i]
		return at(r, "handed") == state
	})
	if at(r, "point_name") != point {
		s.t.Errorf("reported by %v", r)
	}
}

// lastJob is the newest request of a sale's e-barimt, as the API tells it.
func (s *fiscalShop) lastJob(bill string) any {
	s.t.Helper()
	var chain struct{ Jobs []object }
	s.get("/api/receipts/"+bill+"/fiscal", &chain)
	return chain.Jobs[len(chain.Jobs)-1]
}

// audited ends the till and has its journal recounted.
func (s *fiscalShop) audited() {
	s.t.Helper()
	if code := s.stop(); code != 0 {
		s.t.Errorf("ended with %d", code)
	}
	out, err := posd("check", s.dir).CombinedOutput()
	if err != nil {
		s.t.Errorf("check: %v\n%s", err, out)
	}
}
