package engine

import (
	"context"
	"slices"
	"strings"
	"testing"

	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/sale"
	"posbox/pos/till"
)

func handedOf(sold event.SaleCompleted, seq uint64) till.Handed {
	m, err := sale.Mirror(sold.Lines[0], 0, 1000)
	if err != nil {
		panic(err)
	}
	m.Stamps = []string{"stamp-1"}
	return till.Handed{Job: event.JobOf(strings.Repeat("0a", 16), seq), Place: 8, Return: event.SaleReturned{Bill: "2026-11-24-9-0001", Day: "2026-11-24", Shift: 9, Number: 1,
		Of: &event.Origin{Bill: sold.Bill, Point: 7}, Lines: []event.Line{m}, Total: m.Total, Tenders: []event.Tender{{Kind: event.Cash, Amount: m.Total}}}}
}

// soldThree opens a till that has sold three of one good.
func soldThree(t *testing.T) (s *shop, bill event.Bill, sold event.SaleCompleted) {
	t.Helper()
	s = openShop(t, t.TempDir(), journalOptions())
	s.open()
	c := s.scan()
	c.Quantity = "3"
	s.must(c)
	bill = s.must(s.pay()).Result.Bill
	sold, err := s.Sale(bill)
	if err != nil {
		t.Fatal(err)
	}
	return s, bill, sold
}

// A job that comes again, in the same round, later, and after a restart, is one fact; what it took counts from then on.
func TestTakeHanded(t *testing.T) {
	s, bill, sold := soldThree(t)
	h := handedOf(sold, 4)
	first, again := &request{handed: &h, done: make(chan reply, 1)}, &request{handed: &h, done: make(chan reply, 1)}
	s.inLoop(func() { s.work([]*request{first, again}) })
	if a, b := <-first.done, <-again.done; a.err != nil || b.err != nil || a.answer.Repeated || !b.answer.Repeated {
		t.Errorf("%+v, %+v", a, b)
	}
	for range 2 {
		if a, err := s.TakeHanded(context.Background(), h); err != nil || !a.Repeated {
			t.Errorf("%+v, %v", a, err)
		}
		s.restart(journalOptions())
	}
	if n := len(slices.DeleteFunc(s.facts(), func(f event.Fact) bool { return f.Kind() != event.KindReturnHanded })); n != 1 {
		t.Errorf("%d facts of one job", n)
	}
	if done, err := s.Returned(bill); err != nil || done.Lines[1] != 1000 || done.Money[event.Cash] != breadPrice*100 {
		t.Errorf("%+v, %v", done, err)
	}
	if _, sold, err := s.Stamp("stamp-1"); err != nil || sold {
		t.Errorf("the unit came back elsewhere, and its stamp is still sold: %v", err)
	}
	if list, err := s.Returns(1, 0, 10); err != nil || len(list) != 0 {
		t.Errorf("another till's return is listed among this one's: %v %v", list, err)
	}
	s.must(s.begin(string(bill)))
	a := s.must(s.payBack())
	if *a.Result.Back != 2*breadPrice*100 {
		t.Errorf("%s came back of what was left", a.Result.Back)
	}
	s.must(s.command("shift.close"))
	s.audit()
}

// A return of another box's sale under the same number takes nothing off this till's own.
func TestHandedOfAnother(t *testing.T) {
	s, bill, sold := soldThree(t)
	s.must(s.begin(string(bill)))
	part := s.command("return.set")
	part.Lines = []till.LineText{{Line: 1, Quantity: "1"}}
	s.must(part)
	s.must(s.payBack())
	h := handedOf(sold, 4)
	other := sold
	other.Total++
	code, ok := barcode.BillCodeOf(other, 7)
	if !ok {
		t.Fatal("no code")
	}
	h.Return.Of.Code = code.String()
	if _, err := s.TakeHanded(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if f := s.facts(); f[len(f)-1].(event.ReturnHanded).State != event.HandedUnknown {
		t.Fatalf("%+v", f[len(f)-1])
	}
	if done, err := s.Returned(bill); err != nil || done.Lines[1] != 1000 || done.Money[event.Cash] != breadPrice*100 {
		t.Errorf("%+v, %v came back of what was not handed over", done, err)
	}
	s.must(s.begin(string(bill)))
	if a := s.must(s.payBack()); *a.Result.Back != 2*breadPrice*100 {
		t.Errorf("%s came back", a.Result.Back)
	}
	s.must(s.command("shift.close"))
	s.audit()
}

// What BAAZ tells of an e-barimt that another box has issued begins the chain, once.
func TestHandedTold(t *testing.T) {
	o := journalOptions()
	s := openShop(t, t.TempDir(), o)
	s.open()
	told := &event.FiscalTold{ID: strings.Repeat("7", 33), Date: "2026-11-23 09:00:01", Attempt: 2}
	for seq := range uint64(2) {
		f := event.ReturnHanded{Job: event.JobOf(strings.Repeat("0a", 16), seq+1), Bill: "2026-11-20-1-0001", State: event.HandedAsked, Told: told}
		if err := s.Tell(context.Background(), f); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.Chain("2026-11-20-1-0001")
	if latest, ok := c.Latest(); err != nil || len(c) != 1 || !ok || latest.ID != told.ID || latest.Date != told.Date || c.NextAttempt() != 3 {
		t.Errorf("%+v, %v", c, err)
	}
}

// A return elsewhere frees the excise stamps of its own sale, not of the one that a unit was sold on since, be it told of in the
// same round or later.
func TestHandedStamp(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	on := func(bill event.Bill, stamp string) event.SaleCompleted {
		_, shift, number, _ := event.CutBill(bill)
		return event.SaleCompleted{Bill: bill, Shift: shift, Number: number, Lines: []event.Line{{No: 1, Good: "1", Quantity: 1000, Stamps: []string{stamp}}}}
	}
	seq := uint64(0)
	back := func(bill event.Bill, stamp string, state event.HandedState) event.ReturnHanded {
		seq++
		return event.ReturnHanded{Job: event.JobOf(strings.Repeat("0a", 16), seq), Bill: bill, State: state, Return: event.SaleReturned{
			Of: &event.Origin{Bill: bill}, Lines: []event.Line{{No: 1, Good: "1", Quantity: -1000, Stamps: []string{stamp}}}}}
	}
	const first, second = event.Bill("2026-11-20-1-0001"), event.Bill("2026-11-20-1-0002")
	for _, c := range []struct {
		name  string
		facts []event.Fact
		on    event.Bill
	}{
		{"a", []event.Fact{on(first, "a"), back(first, "a", event.HandedAsked)}, ""},
		{"b", []event.Fact{on(first, "b"), on(second, "b"), back(first, "b", event.HandedAsked)}, second},
		{"c", []event.Fact{on(first, "c"), on(second, "c"), back(second, "c", event.HandedAsked), back(first, "c", event.HandedAsked)}, ""},
		{"d", []event.Fact{on(first, "d"), back(first, "d", event.HandedUnknown)}, first},
		{"e", []event.Fact{back(first, "e", event.HandedNothing)}, ""},
	} {
		w := &round{state: till.New(), stamps: map[string]event.Bill{}}
		env := s.envOf(w)
		for _, f := range c.facts {
			if _, err := w.enter(till.Decision{Facts: []event.Fact{f}}, env.Now); err != nil {
				t.Fatal(err)
			}
		}
		if bill, sold, err := env.Stamp(c.name); bill != c.on || sold != (c.on != "") || err != nil {
			t.Errorf("%s, in one round: on %q, %v", c.name, bill, err)
		}
		for _, f := range c.facts {
			if err := s.Tell(context.Background(), f); err != nil {
				t.Fatal(err)
			}
		}
		if bill, sold, err := s.Stamp(c.name); bill != c.on || sold != (c.on != "") || err != nil {
			t.Errorf("%s: on %q, %v", c.name, bill, err)
		}
	}
}
