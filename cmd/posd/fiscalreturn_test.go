package main

import (
	"encoding/json"
	"testing"

	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// settledChain waits until nothing of a sale's e-barimt is under way.
func (s *fiscalShop) settledChain() {
	s.t.Helper()
	s.wait("no e-barimt under way", func(object) bool {
		var open int
		for _, f := range s.facts("fiscal.asked") {
			_ = f
			open++
		}
		for _, f := range s.facts("fiscal.outcome") {
			switch f["result"] {
			case "issued", "cancelled", "not_done", "dropped":
				open--
			}
		}
		return open == 0
	})
}

// facts returns the bodies of one kind of record.
func (s *fiscalShop) facts(kind string) (list []object) {
	s.t.Helper()
	var a struct {
		Records []struct {
			Kind string
			Body object
		}
	}
	s.get("/api/journal?limit=10000", &a)
	for _, r := range a.Records {
		if r.Kind == kind {
			list = append(list, r.Body)
		}
	}
	return list
}

// TestReturnReported: a part that comes back replaces the e-barimt by one over what stays; the rest cancels that one.
func TestReturnReported(t *testing.T) {
	s := openFiscalShop(t)
	s.do("line.scan", object{"code": "1001", "quantity": "3"})
	a := s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "50000"}}})
	bill := at(a, "result", "bill").(string)
	first := s.receipts(1)[0]
	s.settledChain()

	s.do("return.begin", object{"code": bill})
	s.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
	a = s.do("pay", object{"reason": "гэмтэлтэй"})
	back := at(a, "result", "bill").(string)
	second := s.receipts(2)[1]
	var req fiscal.Request
	if err := json.Unmarshal(second.Body, &req); err != nil || req.InactiveID != first.ID || len(req.Receipts) != 1 || req.Receipts[0].Items[0].Qty != 2000 {
		t.Errorf("%s %v", second.Body, err)
	}
	if req.BillIDSuffix == "10000001" {
		t.Error("the correction has the suffix of the receipt that it replaces")
	}
	s.settledChain()
	s.paper(3) // sale, return, corrected receipt

	s.do("return.begin", object{"code": bill})
	s.do("pay", object{"reason": "гэмтэлтэй"})
	s.settledChain()
	cancelled := 0
	for _, f := range s.facts("fiscal.outcome") {
		if f["job"] == string(event.FiscalCancel) {
			cancelled++
			if f["result"] != "cancelled" || f["id"] != second.ID || f["date"] != second.Date {
				t.Errorf("%v", f)
			}
		}
	}
	if cancelled != 1 || len(s.office.Receipts()) != 2 {
		t.Errorf("%d cancellations, %d receipts", cancelled, len(s.office.Receipts()))
	}
	if list := s.facts("fiscal.asked"); len(list) != 3 || list[1]["return"] != back {
		t.Errorf("%v", list)
	}
}

// TestReturnOfUncertain: of a sale whose e-barimt nobody knows the end of, goods come back all the same; its report waits. Once
// a person says that nothing was issued, nothing is: neither the sale nor its return.
func TestReturnOfUncertain(t *testing.T) {
	s := openFiscalShop(t)
	must(t, s.office.Fault(service.Drop, service.Before, 1))
	bill := s.sell()
	s.wait("uncertain", func(object) bool {
		list := s.facts("fiscal.outcome")
		return len(list) == 1 && list[0]["result"] == "uncertain"
	})
	s.do("return.begin", object{"code": bill})
	s.do("pay", object{"reason": "гэмтэлтэй"})
	s.wait("the cancellation waits", func(object) bool {
		list := s.facts("fiscal.outcome")
		return len(list) == 2 && list[1]["result"] == "waiting"
	})
	s.do("fiscal.resolve", object{"bill": bill, "outcome": "not_done"})
	s.settledChain()
	if n, asked := len(s.office.Receipts()), s.facts("fiscal.asked"); n != 0 || len(asked) != 2 {
		t.Errorf("%d receipts were issued for goods that have come back, %d requests", n, len(asked))
	}
}
