package engine

import (
	"slices"
	"strings"
	"testing"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

func (s *shop) begin(code string) till.Command {
	c := s.command("return.begin")
	c.Code = code
	return c
}

func (s *shop) payBack() till.Command {
	c := s.command("pay")
	c.Reason = "гэмтэлтэй"
	return c
}

// A return is found again after a restart and a new shift, in files of its own, and never comes twice.
func TestReturnOfOlderShift(t *testing.T) {
	o := journalOptions()
	o.SegmentBytes, o.SealBytes = 64<<10, 1 // every closed shift begins a new file
	s := openShop(t, t.TempDir(), o)
	s.open()
	older := s.sell().Result.Bill
	c := s.scan()
	c.Quantity = "3"
	s.must(c)
	bill := s.must(s.pay()).Result.Bill
	s.must(s.command("shift.close"))
	s.restart(o)
	s.must(s.command("shift.open"))
	s.must(s.begin(string(bill)))
	set := s.command("return.set")
	set.Lines = []till.LineText{{Line: 1, Quantity: "1"}}
	s.must(set)
	back := s.must(s.payBack()).Result.Bill
	if back != "2026-11-23-2-0001" {
		t.Error(back)
	}
	for _, b := range []event.Bill{back, back.Corrected()} {
		if ok, err := s.HasBill(b); !ok || err != nil {
			t.Errorf("%s: %v %v", b, ok, err)
		}
	}
	if ok, err := s.HasBill(bill.Corrected()); ok || err != nil {
		t.Error("a sale has no corrected receipt", err)
	}
	if _, err := s.Sale(back); fault.CodeOf(err) != fault.BillUnknown {
		t.Errorf("a return passes for a sale: %v", err)
	}
	if _, err := s.Return(bill); fault.CodeOf(err) != fault.BillUnknown {
		t.Errorf("a sale passes for a return: %v", err)
	}
	s.must(s.command("shift.close"))
	s.restart(o)
	s.must(s.command("shift.open"))
	if done, err := s.Returned(bill); err != nil || done.Lines[1] != 1000 || done.Money[event.Cash] != breadPrice*100 {
		t.Errorf("%+v %v", done, err)
	}
	s.must(s.begin(string(older))) // the newest file knows of a return, and the older file's still counts
	s.must(s.payBack())
	s.must(s.begin(string(bill)))
	a := s.must(s.payBack())
	if *a.Result.Back != 2*breadPrice*100 {
		t.Errorf("%s came back of what was left", a.Result.Back)
	}
	s.refused(fault.ReturnDone, s.begin(string(bill)))
	if list, err := s.Returns(2, 0, 10); err != nil || len(list) != 1 || list[0].Bill != back {
		t.Errorf("%+v %v", list, err)
	}
	if list, err := s.Returns(2, 1, 10); err != nil || len(list) != 0 {
		t.Errorf("before the first: %+v %v", list, err)
	}
	s.must(s.command("shift.close"))
	s.audit()
}

// Two returns of the same goods that are decided in one round: the second finds nothing left.
func TestReturnsInOneRound(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	bill := s.sell().Result.Bill
	s.must(s.begin(string(bill)))
	first := s.View().State.Desk.Selected
	pay, again := s.payBack(), s.payBack()
	pay.Basket = first
	// A second basket with the same return, as a draft of an older program could hold.
	stale := *s.View().State.Baskets[first]
	stale.ID = "00000000-0000-4000-8000-999999999999"
	s.inLoop(func() { s.state = s.state.Clone(); s.state.Baskets[stale.ID] = &stale })
	again.Basket = stale.ID
	r := s.batch(pay, again)
	if r[0].err != nil || fault.CodeOf(r[1].err) != fault.ReturnEmpty {
		t.Errorf("%v, %v", r[0].err, r[1].err)
	}
	s.audit()
}

// Nothing of a return is lost or doubled by a repeat, or by an end between the command and its answer.
func TestReturnRepeats(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	bill := s.sell().Result.Bill
	s.must(s.begin(string(bill)))
	s.restart(journalOptions())
	if b := s.View().State.Selected(); b == nil || b.Return == nil || b.Return.Sold.Bill != bill {
		t.Fatal("a return under way was lost")
	}
	pay := s.payBack()
	first := s.must(pay)
	s.restart(journalOptions())
	if a := s.must(pay); !a.Repeated || a.Result.Bill != first.Result.Bill {
		t.Errorf("%+v", a)
	}
	if n := len(slices.DeleteFunc(s.facts(), func(f event.Fact) bool { return f.Kind() != event.KindSaleReturned })); n != 1 {
		t.Errorf("%d returns", n)
	}
}

func auditedReturn() []event.Fact {
	f := auditShift()[:5]
	back := func(n int, number string, left bool) event.SaleReturned {
		r := event.SaleReturned{Bill: event.Bill(number), Shift: 1, Day: "2026-11-23", Number: n, Of: &event.Origin{Bill: "2026-11-23-1-0001"},
			Lines: []event.Line{{No: 1, Quantity: -1000, Gross: -500, LineDiscount: -50, Total: -450, VAT: -40, CityTax: -4}},
			Gross: -500, Discount: -50, Total: -450, VAT: -40, CityTax: -4, Tenders: []event.Tender{{Kind: event.Cash, Given: -450, Amount: -450}}}
		if left {
			r.Left = []event.Line{{No: 1, Quantity: 1000, Total: 450}}
			r.Paid = []event.Tender{{Kind: event.Cash, Amount: 450}}
		}
		return r
	}
	return append(f, back(3, "2026-11-23-1-0003", true), back(4, "2026-11-23-1-0004", false),
		event.ShiftClosed{Report: event.Report{Shift: 1, Bills: 2, Gross: 3000, Discount: 300, Total: 2700, VAT: 240, CityTax: 24,
			Expected: 5000 + 2000 - 700 - 900, Tenders: []event.TenderTotal{{Kind: event.Card, Count: 2, Amount: 700}, {Kind: event.Cash, Count: 2, Amount: 2000}},
			Returns: 2, Returned: event.ReturnTotals{Total: 900, VAT: 80, CityTax: 8, Tenders: []event.TenderTotal{{Kind: event.Cash, Count: 2, Amount: 900}}}}})
}

func TestAuditReturns(t *testing.T) {
	if found := auditOf(t, auditedReturn()); len(found) > 0 {
		t.Fatal(found)
	}
	second := func(change func(*event.SaleReturned)) func([]event.Fact) {
		return func(f []event.Fact) {
			r := f[6].(event.SaleReturned)
			r.Lines, r.Tenders = slices.Clone(r.Lines), slices.Clone(r.Tenders)
			change(&r)
			f[6] = r
		}
	}
	report := func(change func(*event.Report)) func([]event.Fact) {
		return func(f []event.Fact) {
			c := f[7].(event.ShiftClosed)
			change(&c.Report)
			f[7] = c
		}
	}
	for _, c := range []struct {
		name, says string
		plant      func([]event.Fact)
	}{
		{"too much", "was left", second(func(r *event.SaleReturned) { r.Lines[0].Quantity = -2000 })},
		{"another line", "came back or stayed", second(func(r *event.SaleReturned) { r.Lines[0].No = 2 })},
		{"goods in, not back", "came back or stayed", second(func(r *event.SaleReturned) { r.Lines[0].Quantity = 1000 })},
		{"one line more", "which was not there", second(func(r *event.SaleReturned) { r.Lines = append(r.Lines, event.Line{No: 2, Quantity: -1}) })},
		{"money", "went back for goods", second(func(r *event.SaleReturned) { r.Tenders[0].Amount-- })},
		{"line", "does not add up", second(func(r *event.SaleReturned) { r.Lines[0].Total++ })},
		{"sum", "not the sums", second(func(r *event.SaleReturned) { r.VAT++ })},
		{"number", "where number 4", second(func(r *event.SaleReturned) { r.Number = 5 })},
		{"what stays", "stays paid", second(func(r *event.SaleReturned) { r.Paid = []event.Tender{{Amount: 1}} })},
		{"Z returns", "sum of its returns", report(func(z *event.Report) { z.Returns++ })},
		{"Z total", "sum of its returns", report(func(z *event.Report) { z.Returned.Total++ })},
		{"Z tender", "sum of its returns", report(func(z *event.Report) { z.Returned.Tenders = []event.TenderTotal{{Kind: event.Cash, Amount: 1}} })},
		{"Z tender gone", "says nothing", report(func(z *event.Report) { z.Returned.Tenders = nil })},
		{"Z drawer", "in the drawer", report(func(z *event.Report) { z.Expected += 900 })},
	} {
		facts := auditedReturn()
		c.plant(facts)
		if found := auditOf(t, facts); !strings.Contains(strings.Join(found, "; "), c.says) {
			t.Errorf("%s: found %q, want %q", c.name, found, c.says)
		}
	}
}
