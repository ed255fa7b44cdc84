package main

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/paper"
	"posbox/pos/receipt"
)

// office is a stand-in of the tax office's service that issues for the demo shop.
type office struct {
	*service.Service
	*httptest.Server
}

func openOffice(t testing.TB, o service.Options) *office {
	t.Helper()
	if o.Merchants == nil {
		o.Merchants = map[string]service.Merchant{demoShop.TIN: {Name: demoShop.Name, VATPayer: true, CityPayer: true}}
	}
	s := service.New(o)
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return &office{s, srv}
}

// fiscalShop is a till that has its e-barimts issued.
type fiscalShop struct {
	*paperShop
	office *office
}

func openFiscalShop(t *testing.T, args ...string) *fiscalShop {
	t.Helper()
	o := openOffice(t, service.Options{})
	return &fiscalShop{openPaperShop(t, virtual.Options{}, append([]string{"-posapi", o.URL}, args...)...), o}
}

// receipts waits until the stand-in has accepted so many receipts.
func (s *fiscalShop) receipts(n int) []service.Receipt {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		got := s.office.Receipts()
		if len(got) >= n || time.Now().After(deadline) {
			if len(got) != n {
				s.t.Fatalf("the stand-in has %d receipts, want %d\n%s", len(got), n, s.log)
			}
			return got
		}
	}
}

// paper waits for the n-th paper out of the printer.
func (s *fiscalShop) paper(n int) *paper.Page {
	s.t.Helper()
	s.wait("paper", 10*time.Second, func(object) bool { return s.printer.Receipts() >= n })
	got, _ := s.printer.Receipt(n)
	return got
}

func (s *fiscalShop) sale(bill string) (f event.SaleCompleted) {
	s.t.Helper()
	s.get("/api/receipts/"+bill, &f)
	return f
}

func (s *fiscalShop) options(bill string, asCopy bool, f *receipt.Fiscal) receipt.Options {
	code, _ := barcode.BillCodeOf(s.sale(bill), 0)
	return receipt.Options{Columns: 48, Copy: asCopy, Fiscal: f, Code: code.String()}
}

// whole is what the stand-in's receipt looks like on paper.
func whole(r service.Receipt) *receipt.Fiscal {
	return &receipt.Fiscal{ID: r.ID, Date: r.Date, Lottery: r.Lottery, QR: r.QRData, Demo: true}
}

// TestEbarimt: a sale makes exactly one POST, and its paper has number, lottery number and QR code.
func TestEbarimt(t *testing.T) {
	s := openFiscalShop(t)
	bill := s.sell()
	s.waitPrinted(bill, 5*time.Second)
	got := s.receipts(1)[0]
	want := paper.Draw(receipt.Sale(s.sale(bill), s.options(bill, false, whole(got))))
	if !begins(s.paper(1), want) {
		t.Error("the paper is not the receipt with its e-barimt")
	}
	var req fiscal.Request
	if err := json.Unmarshal(got.Body, &req); err != nil || req.MerchantTIN != demoShop.TIN || req.Type != fiscal.B2C || req.BillIDSuffix != "10000001" {
		t.Errorf("%+v, %v", req, err)
	}
	s.do("receipt.reprint", object{"bill": bill})
	numbered := &receipt.Fiscal{ID: got.ID, Date: got.Date, Demo: true}
	if want := paper.Draw(receipt.Sale(s.sale(bill), s.options(bill, true, numbered))); !begins(s.paper(2), want) {
		t.Error("the copy has more or less than the number")
	}
	// A business by its taxpayer number gets no lottery number; one whose number is not known is refused.
	s.do("line.scan", object{"code": "1001"})
	s.do("basket.register", object{"register": "1234567"})
	s.refused("fiscal.customer", "pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	s.do("basket.register", object{"register": "37900846788"})
	s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	if b2b := s.receipts(2)[1]; b2b.Lottery != "" {
		t.Error("a business has a lottery number")
	}
	s.paper(3)
	s.receipts(2)
}
