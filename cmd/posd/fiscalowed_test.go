package main

import (
	"fmt"
	"reflect"
	"testing"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/paper"
	"posbox/pos/receipt"
)

// papersSettled waits until no paper is asked for of which it is not known how it came out.
func (s *fiscalShop) papersSettled() {
	s.t.Helper()
	s.wait("papers settled", func(object) bool {
		out := map[any]bool{}
		for _, f := range s.facts("receipt.outcome") {
			out[f["asked"]] = true
		}
		return len(out) == len(s.facts("receipt.asked"))
	})
}

// unprinted is the only e-barimt of the list of those that are not on paper.
func (s *fiscalShop) unprinted() any {
	s.t.Helper()
	list, _ := at(s.state(), "fiscal", "unprinted").([]any)
	if len(list) != 1 {
		s.t.Fatalf("not on paper: %v", list)
	}
	return list[0]
}

// TestOwedFoundOut: the answer of a correction is lost while its sale's paper waits for the printer, and a person finds its number
// out. The lottery number, which the till still holds, comes on paper with that.
func TestOwedFoundOut(t *testing.T) {
	o := openOffice(t, service.Options{})
	s := &fiscalShop{openPaperShop(t, virtual.Options{}, "-posapi", o.URL, "-lookup", o.URL), o}
	must(t, s.printer.Inject(virtual.PaperOut, 0))
	s.wait("no paper", func(st object) bool { return len(st["trouble"].([]any)) > 0 })
	s.do("line.scan", object{"code": "1001", "quantity": "3"})
	bill := at(s.do("pay", object{"tenders": []object{{"kind": "card", "amount": "12600"}}}), "result", "bill").(string)
	first := s.receipts(1)[0]
	s.settledChain()
	must(t, s.office.Fault(service.Drop, service.After, 1))
	s.do("return.begin", object{"code": bill})
	s.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
	s.do("pay", object{"reason": "гэмтэлтэй"})
	s.wait("uncertain", func(object) bool {
		l := s.facts("fiscal.outcome")
		return len(l) > 0 && l[len(l)-1]["result"] == "uncertain"
	})
	second := s.receipts(2)[1]
	s.do("fiscal.resolve", object{"bill": bill, "outcome": "done", "number": second.ID, "date": second.Date})
	s.settledChain()
	s.do("line.scan", object{"code": "1001"}) // the next sale: no paper comes by itself any more
	s.papersSettled()
	s.printer.Cure()
	if it := s.unprinted(); at(it, "held") != true || at(it, "lottery") != true || at(it, "id") != second.ID {
		t.Fatalf("%v", it)
	}
	before := s.printer.Receipts()
	s.do("fiscal.slip", object{"bill": bill})
	s.papersSettled()
	says := receipt.Fiscal{ID: second.ID, Date: second.Date, Lottery: first.Lottery, Demo: true, Before: true,
		Left: &receipt.Left{Total: 840000, Lottery: 840000}}
	if s.printer.Receipts() != before+1 {
		t.Fatal("no slip came out")
	}
	if !begins(s.paper(before+1), paper.Draw(receipt.FiscalSlip(s.sale(bill), says, s.options(bill, false, &says)))) {
		t.Error("the slip is not of the number found out, with the lottery number")
	}
	if list := at(s.state(), "fiscal", "unprinted").([]any); len(list) != 0 {
		t.Errorf("still to be printed: %v", list)
	}
}

// TestCorrectedAfterRepeat: a correction is refused, sent again and issued. A copy of the corrected receipt has the number of what was
// issued, and not for ever that it is to come.
func TestCorrectedAfterRepeat(t *testing.T) {
	s := openFiscalShop(t, "-config", hurried(t, ""))
	s.do("line.scan", object{"code": "1001", "quantity": "3"})
	bill := at(s.do("pay", object{"tenders": []object{{"kind": "card", "amount": "12600"}}}), "result", "bill").(string)
	s.settledChain()
	s.papersSettled()
	must(t, s.office.Fault(service.Error200, service.Before, 1))
	s.do("return.begin", object{"code": bill})
	s.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
	back := at(s.do("pay", object{"reason": "гэмтэлтэй"}), "result", "bill").(string)
	s.papersSettled()
	said := func() any {
		s.papersSettled()
		list := s.facts("receipt.outcome")
		return list[len(list)-1]["fiscal"]
	}
	if got := said(); got != string(event.FiscalProvisional) {
		t.Fatalf("refused, and the paper says %v", got)
	}
	s.do("fiscal.repeat", object{"bill": bill})
	s.settledChain()
	s.papersSettled()
	s.do("receipt.reprint", object{"bill": back + "-R"})
	if got := said(); got != string(event.FiscalNumbered) {
		t.Errorf("issued, and the copy says %v", got)
	}
}

// TestCorrectedPaperless: what a corrected receipt lacked comes on no slip where the e-barimt went to the buyer's phone.
func TestCorrectedPaperless(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of waiting each")
	}
	for _, wanted := range []bool{true, false} {
		t.Run(fmt.Sprintf("paper wanted %v", wanted), func(t *testing.T) {
			t.Parallel()
			s := openFiscalShop(t, "-config", hurried(t, fmt.Sprintf(`,"easy_paper":%v`, wanted)))
			s.do("line.scan", object{"code": "1001", "quantity": "3"})
			s.do("basket.consumer", object{"consumer": "11001234"})
			bill := at(s.do("pay", object{"tenders": []object{{"kind": "card", "amount": "12600"}}}), "result", "bill").(string)
			s.settledChain()
			s.papersSettled()
			before := s.printer.Receipts()
			must(t, s.office.Fault(service.Slow, service.Before, 1))
			s.do("return.begin", object{"code": bill})
			s.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
			s.do("pay", object{"reason": "гэмтэлтэй"})
			s.settledChain()
			s.wait("no paper is missing", func(st object) bool { return len(list(st, "unprinted")) == 0 })
			s.papersSettled()
			slips := 0
			for _, f := range s.facts("receipt.asked") {
				if f["slip"] == true {
					slips++
				}
			}
			want := 2 // the return's, and what stays
			if wanted {
				want = 3 // and its slip
			}
			if n := s.printer.Receipts() - before; slips != 1 || n != want {
				t.Errorf("%d slips were asked for, %d papers came out, want %d", slips, n, want)
			}
		})
	}
}

// TestLeft: a paper tells the sum that a correction was over. One that was asked for without a body, and of which a person has found out
// that it was issued after all, tells none, and the papers of its sale still come out.
func TestLeft(t *testing.T) {
	body := fiscal.Request{TotalAmount: 500, Receipts: []fiscal.Sub{{TaxType: "VAT_ABLE", TotalAmount: 300}, {TaxType: "NO_VAT", TotalAmount: 200}}}.Body()
	for _, c := range []struct {
		name string
		body []byte
		want *receipt.Left
		bad  bool
	}{{"none", nil, nil, false}, {"whole", body, &receipt.Left{Total: 500, Lottery: 300}, false}, {"no request", []byte("{"), nil, true}} {
		got, err := leftOf(c.body)
		if (err != nil) != c.bad || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

// TestCorrectedBusinessLater: the slip of what stays after a return names the business that was found out after both.
func TestCorrectedBusinessLater(t *testing.T) {
	if testing.Short() {
		t.Skip("waits until the register of taxpayers is asked again")
	}
	s := openFiscalShop(t, "-config", hurried(t, ""))
	must(t, s.office.FaultLookup(service.Drop, 0))
	s.do("line.scan", object{"code": "1001", "quantity": "3"})
	s.do("basket.register", object{"register": "7654321"})
	bill := at(s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "20000"}}}), "result", "bill").(string)
	s.papersSettled()
	s.do("return.begin", object{"code": bill})
	s.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
	s.do("pay", object{"reason": "гэмтэлтэй"})
	s.papersSettled()
	before := s.printer.Receipts()
	s.office.Cure()
	second := s.receipts(2)[1]
	got := s.paper(before + 1)
	stays := s.sale(bill)
	stays.Business = &event.Business{TIN: "20200033310", Name: "Говийн Нар ХХК"}
	stays.Local = s.facts("sale.returned")[0]["local"].(string)
	says := whole(second)
	says.Left = &receipt.Left{Total: 840000, Lottery: 840000}
	if !begins(got, paper.Draw(receipt.FiscalSlip(stays, *says, receipt.Options{Columns: 48}))) {
		t.Error("the slip does not name the business")
	}
}
