package main

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"testing"
	"time"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/paper"
	"posbox/pos/receipt"
)

// paperShop is a till with a virtual printer behind TCP.
type paperShop struct {
	*box
	printer *virtual.Printer
}

func openPaperShop(t *testing.T, o virtual.Options, args ...string) *paperShop {
	t.Helper()
	p, err := virtual.Listen("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	b := start(t, t.TempDir(), append([]string{"-demo", "-printer", p.Addr()}, args...)...)
	s := &paperShop{b, p}
	s.open()
	s.wait("printer online", func(st object) bool { return at(st, "printer", "online") == true })
	return s
}

// wait polls the state until it is as it should be, and returns how long that took.
func (s *paperShop) wait(what string, is func(object) bool) time.Duration {
	s.t.Helper()
	begin := time.Now()
	for {
		st := s.state()
		if is(st) {
			return time.Since(begin)
		}
		if time.Since(begin) > patience {
			s.t.Fatalf("%s: not within %v; state: printer %v last %v unprinted %v\n%s", what, patience, st["printer"], st["last"], st["unprinted"], s.log)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// sell makes a sale of a few goods for cash and returns its bill.
func (s *paperShop) sell() string {
	s.t.Helper()
	for _, code := range []string{"1001", "2100001012342", "3*1002"} {
		s.do("line.scan", object{"code": code})
	}
	a := s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "100000"}}})
	return at(a, "result", "bill").(string)
}

func (s *paperShop) waitPrinted(bill string) {
	s.t.Helper()
	s.wait(bill+" printed", func(st object) bool {
		return at(st, "last", "bill") == bill && at(st, "last", "print") == "done"
	})
}

// want returns the receipt of a bill as the till draws it.
func (s *paperShop) want(bill string, asCopy bool) *paper.Page {
	s.t.Helper()
	var f event.SaleCompleted
	s.get("/api/receipts/"+bill, &f)
	code, _ := barcode.BillCodeOf(f, 0)
	return paper.Draw(receipt.Sale(f, receipt.Options{Columns: 48, Copy: asCopy, Code: code.String()}))
}

// begins reports whether a printed receipt is the page, apart from the feed after it.
func begins(got, want *paper.Page) bool {
	return got != nil && got.Width == want.Width && bytes.HasPrefix(got.Pix, want.Pix) && len(bytes.Trim(got.Pix[len(want.Pix):], "\x00")) == 0
}

func TestReceiptOnPaper(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	bill := s.sell()
	s.waitPrinted(bill)
	got, ok := s.printer.Receipt(1)
	if !ok || !begins(got, s.want(bill, false)) {
		t.Fatalf("paper does not hold the receipt of %s", bill)
	}
	s.wait("the drawer opens for a cash sale", func(object) bool { return s.printer.Kicks() > 0 })
	if n := s.printer.Kicks(); n != 1 {
		t.Errorf("drawer was kicked %d times for one cash sale", n)
	}
	status, picture, err := s.request(http.MethodGet, "/api/receipts/"+bill+".png", nil)
	if err != nil || status != 200 {
		t.Fatal(status, err)
	}
	if img, err := png.Decode(bytes.NewReader(picture)); err != nil || img.Bounds().Dx() != 576 {
		t.Errorf("picture: %v", err)
	}
	s.do("receipt.reprint", object{"bill": bill})
	s.wait("copy", func(object) bool { return s.printer.Receipts() == 2 })
	if got, _ := s.printer.Receipt(2); !begins(got, s.want(bill, true)) {
		t.Error("the copy is not the receipt marked ХУУЛБАР")
	}
	if s.printer.Kicks() != 1 {
		t.Error("a copy opened the drawer")
	}
	// Without cash the drawer stays shut.
	s.do("line.scan", object{"code": "1001"})
	s.do("pay", object{"tenders": []object{{"kind": "card", "amount": "4200", "slip": "77"}}})
	s.wait("third", func(object) bool { return s.printer.Receipts() == 3 })
	if s.printer.Kicks() != 1 {
		t.Error("a card sale opened the drawer")
	}
	// Reports come out when asked for: X while the shift is open, Z once it is closed.
	s.do("report.print", nil)
	s.wait("X", func(object) bool { return s.printer.Receipts() == 4 })
	s.wantReport(4, "/api/reports/x")
	s.do("drawer.open", object{"reason": "солих"})
	s.wait("drawer", func(object) bool { return s.printer.Kicks() == 2 })
	s.do("shift.close", nil)
	s.do("report.print", object{"shift": 1})
	s.wait("Z", func(st object) bool { return s.printer.Receipts() == 5 && len(st["unprinted"].([]any)) == 0 })
	s.wantReport(5, "/api/reports/z/1")
	if n := s.printer.Kicks(); n != 2 {
		t.Errorf("drawer was kicked %d times, wanted once for a cash sale and once by hand", n)
	}
	s.refused("shift.unknown", "report.print", object{"shift": "7"})
}

// TestTroubleIsShown: paper out, cover and a vanished printer stand on the screen and go again; the log says how soon.
func TestTroubleIsShown(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	for _, c := range []struct {
		kind virtual.Kind
		code string
	}{{virtual.PaperOut, "printer.paper_out"}, {virtual.Cover, "printer.cover_open"}, {virtual.Offline, "printer.offline"}, {virtual.Stall, "printer.offline"}} {
		if err := s.printer.Inject(c.kind, 0); err != nil {
			t.Fatal(err)
		}
		took := s.wait(c.code, func(st object) bool { return troubled(st, c.code) })
		t.Logf("%s shown after %v", c.kind, took.Round(time.Millisecond))
		s.printer.Cure()
		s.wait("cured", func(st object) bool { return len(st["trouble"].([]any)) == 0 })
	}
}

// wantReport demands that the n-th receipt is the report at path.
func (s *paperShop) wantReport(n int, path string) {
	s.t.Helper()
	var r event.Report
	s.get(path, &r)
	want := paper.Draw(receipt.Report(r, receipt.Options{Columns: 48, Merchant: demoShop}))
	if got, _ := s.printer.Receipt(n); !begins(got, want) {
		s.t.Errorf("receipt %d is not the report %s", n, path)
	}
}

func troubled(st object, code string) bool {
	for _, f := range st["trouble"].([]any) {
		if at(f, "code") == code && at(f, "text") != "" && at(f, "hint") != "" {
			return true
		}
	}
	return false
}

// TestPaperOutGoesOn: the receipt goes on where it stood, nothing on it twice, and selling goes on meanwhile.
func TestPaperOutGoesOn(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	first := s.sell()
	s.waitPrinted(first)
	for _, kind := range []virtual.Kind{virtual.PaperOut, virtual.Cover} {
		before := s.printer.Receipts()
		if err := s.printer.Inject(kind, 9000); err != nil {
			t.Fatal(err)
		}
		bill := s.sell()
		s.wait("stuck", func(st object) bool {
			return len(st["trouble"].([]any)) == 1 && at(st, "last", "print") == "printing"
		})
		s.printer.Cure()
		s.waitPrinted(bill)
		if got, _ := s.printer.Receipt(before + 1); !begins(got, s.want(bill, false)) {
			t.Errorf("%s: the receipt is not whole, or something stands on it twice", kind)
		}
	}
}

// TestVanishGoesOn: a printer that loses its power in mid-receipt gets the rest, marked as continuation.
func TestVanishGoesOn(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	if err := s.printer.Inject(virtual.Disconnect, 12000); err != nil {
		t.Fatal(err)
	}
	bill := s.sell()
	s.waitPrinted(bill)
	if n := s.printer.Receipts(); n != 1 {
		t.Fatalf("%d receipts were cut", n)
	}
	got, _ := s.printer.Receipt(1)
	want := s.want(bill, false)
	mark := paper.Draw(receipt.Continuation(event.Bill(bill), receipt.Options{Columns: 48}))
	if !bytes.Contains(got.Pix, mark.Pix) {
		t.Error("the continuation is not marked")
	}
	tail := want.Pix[len(want.Pix)*2/3:]
	if !bytes.Contains(got.Pix, tail) {
		t.Error("the end of the receipt is missing")
	}
}

// TestUnprinted: what could not be printed while its sale was the current one waits for a person.
func TestUnprinted(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	if err := s.printer.Inject(virtual.PaperOut, 0); err != nil {
		t.Fatal(err)
	}
	s.wait("paper out", func(st object) bool { return troubled(st, "printer.paper_out") })
	first := s.sell()
	second := s.sell() // selling goes on; the first receipt has had its time
	s.wait("first listed", func(st object) bool { return listed(st, first, "deferred") })
	s.printer.Cure()
	s.waitPrinted(second)
	if n := s.printer.Receipts(); n != 1 {
		t.Fatalf("%d receipts came out by themselves", n)
	}
	s.do("receipt.print", object{"bill": first})
	s.wait("first printed", func(st object) bool { return len(st["unprinted"].([]any)) == 0 && s.printer.Receipts() == 2 })
	if got, _ := s.printer.Receipt(2); !begins(got, s.want(first, false)) {
		t.Error("a receipt that never began must come out as the original")
	}

	// A restart starts no printing by itself.
	if err := s.printer.Inject(virtual.Cover, 6000); err != nil {
		t.Fatal(err)
	}
	third := s.sell()
	s.wait("begun", func(st object) bool { return troubled(st, "printer.cover_open") })
	s.kill()
	s.printer.Cure()
	s.box = s.restart()
	s.wait("listed after the restart", func(st object) bool { return listed(st, third, "interrupted") })
	kicks := s.printer.Kicks()
	s.do("receipt.print", object{"bill": third})
	s.waitPrinted(third)
	if got, ok := s.printer.Receipt(s.printer.Receipts()); !ok || !bytes.Contains(got.Pix, s.want(third, true).Pix) {
		t.Error("a receipt of which a part may be out must be marked as a copy")
	}
	if s.printer.Kicks() != kicks {
		t.Error("a print after the restart opened the drawer")
	}
}

func listed(st object, bill, result string) bool {
	for _, p := range st["unprinted"].([]any) {
		if at(p, "bill") == bill && at(p, "result") == result {
			return true
		}
	}
	return false
}

// TestOldPrinters: models that prove by GS r are proven; those that prove nothing leave the receipt to a person's eyes.
func TestOldPrinters(t *testing.T) {
	for _, c := range []struct {
		model virtual.Model
		print string
	}{{virtual.Old, "done"}, {virtual.Dumb, "done"}} {
		s := openPaperShop(t, virtual.Options{Model: c.model})
		bill := s.sell()
		s.wait(fmt.Sprint(c.model), func(st object) bool { return at(st, "last", "print") == c.print })
		if got, _ := s.printer.Receipt(1); !begins(got, s.want(bill, false)) {
			t.Errorf("%s: receipt is not on paper", c.model)
		}
	}
}

// TestHungPrinter: a printer that has hung itself up gets no drawer pulse that it could give when it wakes.
func TestHungPrinter(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	if err := s.printer.Inject(virtual.Stall, 0); err != nil {
		t.Fatal(err)
	}
	bill := s.sell()
	s.wait("offline", func(st object) bool { return troubled(st, "printer.offline") })
	s.printer.Cure()
	// A receipt that had begun just then either goes on or, its proofs swallowed, is left to a person.
	s.wait("end of the receipt", func(st object) bool {
		how := at(st, "last", "print")
		return at(st, "last", "bill") == bill && (how == "done" || how == "interrupted")
	})
	if n := s.printer.Kicks(); n != 0 {
		t.Errorf("the drawer opened %d times", n)
	}
}
