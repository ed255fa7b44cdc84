package engine

import (
	"strings"
	"testing"

	"posbox/journal"
	"posbox/pos/event"
)

// auditShift is a shift as it should be: two sales, cash moved, the Z report.
func auditShift() []event.Fact {
	sale := func(n int) event.SaleCompleted {
		return event.SaleCompleted{Bill: event.Bill([]string{"", "2026-11-23-1-0001", "2026-11-23-1-0002"}[n]), Shift: 1, Day: "2026-11-23", Number: n,
			Basket: string(rune('a' + n)), Lines: []event.Line{
				{No: 1, Gross: 1000, LineDiscount: 100, Total: 900, VAT: 80, CityTax: 8},
				{No: 2, Gross: 500, TicketDiscount: 50, Total: 450, VAT: 40, CityTax: 4}},
			Gross: 1500, Discount: 150, Total: 1350, VAT: 120, CityTax: 12,
			Tenders: []event.Tender{{Kind: event.Card, Given: 350, Amount: 350}, {Kind: event.Cash, Given: 2000, Amount: 1000}}, Change: 1000}
	}
	return []event.Fact{
		event.BoxBegan{}, event.ShiftOpened{Shift: 1, Day: "2026-11-23", Float: 5000}, sale(1), event.CashMoved{Shift: 1, Amount: -700}, sale(2),
		event.ShiftClosed{Report: event.Report{Shift: 1, Bills: 2, Gross: 3000, Discount: 300, Total: 2700, VAT: 240, CityTax: 24,
			Expected: 5000 + 2000 - 700, Tenders: []event.TenderTotal{{Kind: event.Card, Count: 2, Amount: 700}, {Kind: event.Cash, Count: 2, Amount: 2000}}}},
		event.ShiftOpened{Shift: 2, Day: "2026-11-23"},
	}
}

func auditOf(t *testing.T, facts []event.Fact) (found []string) {
	t.Helper()
	var a Audit
	for i, f := range facts {
		body, err := event.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Add(journal.Record{Seq: journal.Seq(i + 1), Kind: string(f.Kind()), Body: body}); err != nil {
			found = append(found, err.Error())
		}
	}
	return found
}

func TestAudit(t *testing.T) {
	if found := auditOf(t, auditShift()); len(found) > 0 {
		t.Fatal(found)
	}
	sale := func(change func(*event.SaleCompleted)) func([]event.Fact) []event.Fact {
		return func(f []event.Fact) []event.Fact {
			s := f[4].(event.SaleCompleted)
			change(&s)
			f[4] = s
			return f
		}
	}
	report := func(change func(*event.Report)) func([]event.Fact) []event.Fact {
		return func(f []event.Fact) []event.Fact {
			c := f[5].(event.ShiftClosed)
			change(&c.Report)
			f[5] = c
			return f
		}
	}
	without := func(i int) func([]event.Fact) []event.Fact {
		return func(f []event.Fact) []event.Fact { return append(f[:i:i], f[i+1:]...) }
	}
	cases := []struct {
		name, says string
		plant      func([]event.Fact) []event.Fact
	}{
		{"line total", "line 1 does not add up", sale(func(s *event.SaleCompleted) { s.Lines[0].Total++ })},
		{"line discount", "line 2 does not add up", sale(func(s *event.SaleCompleted) { s.Lines[1].LineDiscount = 7 })},
		{"rounding beyond the ticket's discount", "line 1 does not add up", sale(func(s *event.SaleCompleted) { s.Lines[0].Rounding = s.Lines[0].TicketDiscount + 1 })},
		{"rounding below zero", "line 2 does not add up", sale(func(s *event.SaleCompleted) { s.Lines[1].Rounding = -1 })},
		{"rounding", "not the sums", sale(func(s *event.SaleCompleted) { s.Rounding++ })},
		{"Z rounding", "not the sum of its receipts", report(func(z *event.Report) { z.Rounding++ })},
		{"gross", "not the sums", sale(func(s *event.SaleCompleted) { s.Gross++ })},
		{"discount", "not the sums", sale(func(s *event.SaleCompleted) { s.Discount-- })},
		{"total", "not the sums", sale(func(s *event.SaleCompleted) { s.Total = 0 })},
		{"VAT", "not the sums", sale(func(s *event.SaleCompleted) { s.VAT++ })},
		{"city tax", "not the sums", sale(func(s *event.SaleCompleted) { s.CityTax = -1 })},
		{"change", "change is not", sale(func(s *event.SaleCompleted) { s.Change++ })},
		{"given", "change is not", sale(func(s *event.SaleCompleted) { s.Tenders[1].Given-- })},
		{"tender", "change is not", sale(func(s *event.SaleCompleted) { s.Tenders[0].Amount++ })},
		{"bill", "where number 2 of shift 1 should be", sale(func(s *event.SaleCompleted) { s.Bill = "2026-11-23-1-0003" })},
		{"number", "where number 2", sale(func(s *event.SaleCompleted) { s.Number = 1 })},
		{"shift", "where number 2", sale(func(s *event.SaleCompleted) { s.Shift = 2 })},
		{"day", "where number 2", sale(func(s *event.SaleCompleted) { s.Day = "2026-11-24" })},
		{"basket twice", "sold before", sale(func(s *event.SaleCompleted) { s.Basket = "b" })},
		{"sale gone", "where number 1", without(2)},
		{"last sale gone", "not the sum of its receipts", without(4)},
		{"sale twice", "where number 3", func(f []event.Fact) []event.Fact { return append(f[:5:5], append([]event.Fact{f[4]}, f[5:]...)...) }},
		{"sale after the close", "no shift was open", func(f []event.Fact) []event.Fact { f[4], f[5] = f[5], f[4]; return f }},
		{"Z bills", "not the sum of its receipts", report(func(z *event.Report) { z.Bills++ })},
		{"Z total", "not the sum of its receipts", report(func(z *event.Report) { z.Total-- })},
		{"Z VAT", "not the sum of its receipts", report(func(z *event.Report) { z.VAT-- })},
		{"Z drawer", "in the drawer", report(func(z *event.Report) { z.Expected++ })},
		{"cash moved gone", "in the drawer", without(3)},
		{"Z tender", "by card", report(func(z *event.Report) { z.Tenders[0].Amount++ })},
		{"Z tender gone", "says nothing", report(func(z *event.Report) { z.Tenders = z.Tenders[1:] })},
		{"Z shift", "which is not open", report(func(z *event.Report) { z.Shift = 3 })},
		{"Z twice", "which is not open", func(f []event.Fact) []event.Fact { return append(f, f[5]) }},
		{"close gone", "while shift 1 was open", without(5)},
		{"shift number", "follows", func(f []event.Fact) []event.Fact { f[6] = event.ShiftOpened{Shift: 3}; return f }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := auditOf(t, c.plant(auditShift()))
			if !strings.Contains(strings.Join(found, "; "), c.says) {
				t.Errorf("found %q, want %q", found, c.says)
			}
		})
	}
	// The oldest files may be gone: what is before the first shift begun counts by itself.
	if found := auditOf(t, auditShift()[4:]); len(found) > 0 {
		t.Error(found)
	}
	var a Audit
	if err := a.Add(journal.Record{Kind: string(event.KindSaleCompleted), Body: []byte("{")}); err == nil {
		t.Error("a body that cannot be read")
	}
	if err := a.Add(journal.Record{Kind: "of.tomorrow", Body: []byte("{")}); err != nil {
		t.Error(err)
	}
}
