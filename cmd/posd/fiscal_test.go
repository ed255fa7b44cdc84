package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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
	return &fiscalShop{openPaperShop(t, virtual.Options{}, append([]string{"-posapi", o.URL, "-lookup", o.URL}, args...)...), o}
}

// receipts waits until the stand-in has accepted so many receipts.
func (s *fiscalShop) receipts(n int) []service.Receipt {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
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
	s.wait("paper", func(object) bool { return s.printer.Receipts() >= n })
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
	s.waitPrinted(bill)
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
}

// sellTo sells to a business or a person with a number, and returns the bill.
func (s *fiscalShop) sellTo(kind, number string) string {
	s.t.Helper()
	s.do("line.scan", object{"code": "1001"})
	s.do("basket."+kind, object{kind: number})
	return at(s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}}), "result", "bill").(string)
}

// TestBusiness: a business is known by register number or taxpayer number, with its name, and gets no lottery number. What was
// once known is known while nobody can be asked; a stranger buys all the same, and its e-barimt follows.
func TestBusiness(t *testing.T) {
	s := openFiscalShop(t)
	var who object
	s.get("/api/businesses/1234567", &who)
	if who["found"] != "known" || who["tin"] != "37900846788" || who["name"] != "Өргөө Худалдаа ХХК" || who["old"] != false {
		t.Errorf("%v", who)
	}
	must(t, s.office.FaultLookup(service.Drop, 0))
	bill := s.sellTo("register", "1234567")
	b2b := s.receipts(1)[0]
	var req fiscal.Request
	if err := json.Unmarshal(b2b.Body, &req); err != nil || req.Type != fiscal.B2B || req.CustomerTIN == nil || *req.CustomerTIN != "37900846788" || b2b.Lottery != "" {
		t.Errorf("%s, %v", b2b.Body, err)
	}
	sold := s.sale(bill)
	if sold.Business == nil || sold.Business.Name != "Өргөө Худалдаа ХХК" {
		t.Errorf("%+v", sold.Business)
	}
	if want := paper.Draw(receipt.Sale(sold, s.options(bill, false, whole(b2b)))); !begins(s.paper(1), want) {
		t.Error("the paper is not the receipt of a business")
	}

	s.get("/api/businesses/7654321", &who)
	if who["found"] != "away" || who["tin"] != "" {
		t.Errorf("%v", who)
	}
	bill = s.sellTo("register", "7654321")
	s.paper(2) // provisional
	s.wait("it waits for its taxpayer number", func(st object) bool { return at(st, "fiscal", "waits") == 1.0 })
	s.kill()
	s.box = s.restart()
	next := s.sellTo("register", "20200033310") // whatever waits for no business goes on
	s.receipts(2)
	s.office.Cure()
	s.wait("issued", func(st object) bool { return at(st, "fiscal", "waits") == 0.0 })
	late := s.receipts(3)[2]
	if err := json.Unmarshal(late.Body, &req); err != nil || *req.CustomerTIN != "20200033310" || *req.Receipts[0].CustomerTIN != "20200033310" {
		t.Errorf("%s, %v", late.Body, err)
	}
	sold = s.sale(bill)
	sold.Business = &event.Business{TIN: "20200033310", Name: "Говийн Нар ХХК"}
	s.do("receipt.reprint", object{"bill": bill})
	numbered := &receipt.Fiscal{ID: late.ID, Date: late.Date, Demo: true}
	if want := paper.Draw(receipt.Sale(sold, s.options(bill, true, numbered))); !begins(s.paper(4), want) {
		t.Error("the copy does not name the business that was found later")
	}
	if s.sale(next).Business.Name != "" {
		t.Error("a name was made up")
	}

	// Who is not in the register cannot be reported as a business; who was mistyped is mended later.
	s.get("/api/businesses/1111111", &who)
	s.do("line.scan", object{"code": "1001"})
	s.do("basket.register", object{"register": "1111111"})
	s.refused("fiscal.customer", "pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	s.do("basket.register", object{"register": "1111112"})
	wrong := at(s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}}), "result", "bill").(string)
	s.wait("refused", func(st object) bool { return at(first(st, "decide"), "result") == "refused" })
	s.receipts(3)
	s.do("fiscal.repeat", object{"bill": wrong, "register": "1234567"})
	s.receipts(4)
}

// TestStamps: a good with excise stamps is sold with them; after a restart, too, none is sold twice, and one that came back is.
func TestStamps(t *testing.T) {
	s := openFiscalShop(t)
	good := object{"code": "9100", "name": "Архи", "barcodes": []string{}, "category": "", "unit": "ш", "price": "20000", "tax_included": true,
		"tax": "VAT_ABLE", "city_tax": true, "class_code": "2413100", "tax_product_code": "", "weighed": false, "active": true, "stamped": true}
	s.do("good.set", object{"good": good})
	cash := object{"tenders": []object{{"kind": "cash", "amount": "40000"}}}
	s.do("line.scan", object{"code": "9100", "quantity": "2"})
	s.refused("stamp.missing", "pay", cash)
	s.do("line.scan", object{"code": "AB0000001"})
	s.do("line.scan", object{"code": "AB0000002"})
	bill := at(s.do("pay", cash), "result", "bill").(string)
	var req fiscal.Request
	if err := json.Unmarshal(s.receipts(1)[0].Body, &req); err != nil || req.Receipts[0].Items[0].Data == nil || fmt.Sprint(req.Receipts[0].Items[0].Data.StockQR) != "[AB0000001 AB0000002]" {
		t.Errorf("%+v, %v", req, err)
	}
	s.settledChain()
	s.kill()
	s.box = s.restart()
	s.do("line.scan", object{"code": "9100"})
	s.refused("stamp.sold", "line.scan", object{"code": "AB0000001"})
	s.do("basket.drop", nil)
	s.do("return.begin", object{"code": bill})
	s.do("return.set", object{"lines": []object{{"line": 1, "quantity": "1"}}})
	s.refused("stamp.missing", "pay", object{"reason": "гэмтэлтэй"})
	s.do("return.scan", object{"code": "AB0000001"})
	s.do("pay", object{"reason": "гэмтэлтэй"})
	if err := json.Unmarshal(s.receipts(2)[1].Body, &req); err != nil || fmt.Sprint(req.Receipts[0].Items[0].Data.StockQR) != "[AB0000002]" {
		t.Errorf("%+v, %v", req, err)
	}
	s.do("line.scan", object{"code": "9100"})
	s.do("line.scan", object{"code": "AB0000001"})
	s.do("pay", cash)
	s.receipts(3)
}

// TestReportedAsCash: what PosAPI has no word for is reported as cash, and that is told: in the fact, at the light, at the payment.
func TestReportedAsCash(t *testing.T) {
	o := openOffice(t, service.Options{Takes: []string{fiscal.PayCash, fiscal.PayCard}})
	s := &fiscalShop{openPaperShop(t, virtual.Options{}, "-posapi", o.URL), o}
	s.wait("told", func(st object) bool { return len(list(st, "as_cash")) == 2 })
	s.do("line.scan", object{"code": "1001"})
	s.do("pay", object{"tenders": []object{{"kind": "card", "amount": "2200"}, {"kind": "qr", "amount": "2000"}}})
	var req fiscal.Request
	if err := json.Unmarshal(s.receipts(1)[0].Body, &req); err != nil || len(req.Payments) != 2 || req.Payments[1].Code != fiscal.PayCash {
		t.Errorf("%+v, %v", req.Payments, err)
	}
	if a := s.facts("fiscal.asked")[0]; fmt.Sprint(a["as_cash"]) != "[qr]" {
		t.Errorf("%v", a["as_cash"])
	}
	if f := s.light("ebarimt"); f["code"] != "fiscal.as_cash" {
		t.Errorf("the light says %v", f)
	}
}

// light is what the state tells of a device.
func (s *fiscalShop) light(kind string) object {
	for _, d := range s.state()["devices"].([]any) {
		if d := d.(object); d["kind"] == kind {
			return d
		}
	}
	return nil
}

// TestConsumer: a person's number goes into the request, and paper may be left out where the receipt went to the phone.
func TestConsumer(t *testing.T) {
	s := openFiscalShop(t)
	bill := s.sellTo("consumer", "11001234")
	s.waitPrinted(bill)
	var req fiscal.Request
	if err := json.Unmarshal(s.receipts(1)[0].Body, &req); err != nil || req.ConsumerNo != "11001234" || req.Type != fiscal.B2C {
		t.Errorf("%+v, %v", req, err)
	}
	s.do("setting.set", object{"path": "fiscal.easy_paper", "value": false})
	s.sellTo("consumer", "11001234")
	s.wait("no paper", func(st object) bool {
		return at(st, "last", "print") == "electronic" && len(list(st, "unprinted")) == 0
	})
	bill = s.sellTo("consumer", "22001234") // not an easy one
	s.waitPrinted(bill)
	if n := s.printer.Receipts(); n != 2 {
		t.Errorf("%d papers", n)
	}
}

// hurried is a settings file by which nobody waits long: for a slow service still much longer than it takes.
func hurried(t testing.TB, more string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(file, []byte(`{"fiscal":{"wait":1,"hang":20`+more+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// list is what the state tells of e-barimts under a name.
func list(st object, name string) []any {
	l, _ := at(st, "fiscal", name).([]any)
	return l
}

// first is the first of such a list.
func first(st object, name string) object {
	l := list(st, name)
	if len(l) == 0 {
		return nil
	}
	return l[0].(object)
}

// TestFiscalPaperFirst: the buyer's paper waits for fiscal.wait only, not until a service that hangs is given up.
func TestFiscalPaperFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(file, []byte(`{"fiscal":{"wait":1,"hang":90}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openFiscalShop(t, "-config", file)
	s.wait("the service is known", func(st object) bool { return at(st, "fiscal", "left") != nil })
	if err := s.office.Fault(service.Hang, service.Before, 1); err != nil {
		t.Fatal(err)
	}
	s.waitPrinted(s.sell())
	switch word := at(s.state(), "last", "fiscal"); word {
	case "asked", "waiting", "sending":
	default:
		t.Errorf("the paper came when the e-barimt was %v", word)
	}
	s.office.CloseClientConnections() // nobody has to wait for the 90 s
	s.wait("outcome", func(st object) bool { return at(st, "last", "fiscal") == "uncertain" })
}

// TestFiscalFaults: whatever the service does, the buyer gets a paper, and the e-barimt ends as what it is: issued,
// refused, or uncertain with its evidence, which a person decides. Nothing is sent twice by itself.
func TestFiscalFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of waiting each")
	}
	for _, c := range []struct {
		kind   service.Kind
		at     service.At
		result string
		exists int // receipts at the service afterwards
		after  float64
	}{
		{service.Slow, service.Before, "issued", 1, 0}, {service.Slow, service.After, "issued", 1, 0},
		{service.Hang, service.Before, "uncertain", 0, 5000}, {service.Hang, service.After, "uncertain", 1, 4999},
		{service.Drop, service.Before, "uncertain", 0, 5000}, {service.Drop, service.After, "uncertain", 1, 4999},
		{service.Error500, service.Before, "uncertain", 0, 5000}, {service.Error500, service.After, "uncertain", 1, 4999},
		{service.Garbage, service.Before, "uncertain", 0, 5000}, {service.Garbage, service.After, "uncertain", 1, 4999},
		{service.Error200, service.Before, "refused", 0, 0}, {service.NoLottery, service.Before, "issued", 1, 0},
	} {
		t.Run(string(c.kind)+" "+string(c.at), func(t *testing.T) {
			t.Parallel()
			s := openFiscalShop(t, "-config", hurried(t, ""))
			s.wait("the service is known", func(st object) bool { return at(st, "fiscal", "left") != nil })
			if err := s.office.Fault(c.kind, c.at, 1); err != nil {
				t.Fatal(err)
			}
			bill := s.sell()
			s.waitPrinted(bill)
			s.wait("outcome", func(st object) bool { return at(st, "last", "fiscal") == c.result })
			s.receipts(c.exists)
			switch c.result {
			case "issued":
				if c.kind == service.Slow {
					want := paper.Draw(receipt.FiscalSlip(s.sale(bill), *whole(s.receipts(1)[0]), receipt.Options{Columns: 48}))
					if !begins(s.paper(2), want) {
						t.Error("what came late is no slip")
					}
				}
				s.wait("nothing is left", func(st object) bool { return len(list(st, "decide"))+len(list(st, "unprinted")) == 0 })
			case "refused":
				if m := first(s.state(), "decide"); m["message"] != "дотоод алдаа" {
					t.Errorf("%v", m)
				}
				s.do("fiscal.repeat", object{"bill": bill})
				s.wait("repeated", func(st object) bool { return at(st, "last", "fiscal") == "issued" })
				s.receipts(1)
			case "uncertain":
				s.wait("evidence", func(st object) bool { return at(first(st, "decide"), "after") == c.after })
				s.decide(bill, c.exists)
			}
		})
	}
}

// decide says of an uncertain e-barimt what the stand-in knows.
func (s *fiscalShop) decide(bill string, exists int) {
	s.t.Helper()
	if exists == 0 {
		s.do("fiscal.resolve", object{"bill": bill, "outcome": "not_done"})
	} else {
		s.refused("fiscal.number", "fiscal.resolve", object{"bill": bill, "outcome": "done", "number": "12"})
		r := s.receipts(1)[0]
		s.do("fiscal.resolve", object{"bill": bill, "outcome": "done", "number": r.ID, "date": r.Date})
	}
	s.wait("decided", func(st object) bool { return at(st, "last", "fiscal") == "issued" && len(list(st, "decide")) == 0 })
	r := s.receipts(1)[0]
	var known object
	s.get("/api/receipts/"+bill+"/fiscal", &known)
	if known["id"] != r.ID || known["date"] != r.Date {
		s.t.Errorf("the chain says %v, the stand-in %s of %s", known, r.ID, r.Date)
	}
}

// TestFiscalAway: without a service the till sells on with provisional receipts, and registers them later in order; or sells
// nothing, by setting.
func TestFiscalAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	s := openPaperShop(t, virtual.Options{}, "-posapi", "http://"+address, "-config", hurried(t, ""))
	var bills []string
	for range 3 {
		bill := s.sell()
		s.waitPrinted(bill)
		bills = append(bills, bill)
	}
	got, _ := s.printer.Receipt(3)
	code, _ := barcode.BillCodeOf((&fiscalShop{paperShop: s}).sale(bills[2]), 0)
	if want := paper.Draw(receipt.Sale((&fiscalShop{paperShop: s}).sale(bills[2]), receipt.Options{Columns: 48, Fiscal: &receipt.Fiscal{}, Code: code.String()})); !begins(got, want) {
		t.Error("the paper is no provisional receipt")
	}
	s.wait("three wait, and the light says so", func(st object) bool {
		return at(st, "fiscal", "waits") == 3.0 && at(st, "fiscal", "away") == true
	})
	s.kill() // what waits outlives a power cut, and is not uncertain
	s.box = s.restart()
	s.do("setting.set", object{"path": "fiscal.away", "value": "stop"})
	s.do("line.scan", object{"code": "1001"})
	s.wait("the till knows that the service is away", func(st object) bool { return at(st, "fiscal", "away") == true })
	s.refused("fiscal.stopped", "pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	if l, err = net.Listen("tcp", address); err != nil {
		t.Skip("somebody took the port: ", err)
	}
	o := service.New(service.Options{Merchants: map[string]service.Merchant{demoShop.TIN: {Name: demoShop.Name, VATPayer: true, CityPayer: true}}})
	srv := &http.Server{Handler: o.Handler()}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	s.wait("registered", func(st object) bool { return at(st, "fiscal", "waits") == 0.0 })
	var all []service.Receipt // the last is no longer waiting once it is sent, and there a moment later
	for deadline := time.Now().Add(patience); len(all) < 3 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		all = o.Receipts()
	}
	if len(all) != 3 {
		t.Fatalf("%d receipts for 3 sales", len(all))
	}
	for i, r := range all {
		var req fiscal.Request
		if err := json.Unmarshal(r.Body, &req); err != nil || req.BillIDSuffix != fmt.Sprintf("100%05d", i+1) {
			t.Errorf("%d: %s, %v", i, req.BillIDSuffix, err)
		}
	}
	s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	s.wait("issued", func(st object) bool { return at(st, "last", "fiscal") == "issued" })
}
