package till_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

func stocked(t *testing.T) *shop {
	s := newShop(t)
	for i, price := range []money.Amount{150000, 280050, 99, 1} {
		code := catalog.Code(fmt.Sprint(i + 1))
		s.goods[code] = catalog.Good{Code: code, Name: "Бараа " + string(code), Unit: "ш", Prices: []catalog.Price{{Amount: price}}, TaxIncluded: true,
			Tax: tax.Classes[i], CityTax: i%2 == 0, Active: true}
	}
	s.must("seller.login", map[string]any{"code": "9", "password": "9999"})
	return s
}

// TestNothingIsLost: whatever commands come, money in equals money recorded, bills have no gaps, and each scanned piece
// ends up sold, removed or in an open basket.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := stocked(t)
		s.env.Printer = rapid.Bool().Draw(rt, "printer")
		s.must("shift.open", map[string]any{"float": "1000"})
		var scanned catalog.Quantity
		pieces := func() (n catalog.Quantity) {
			for _, b := range s.state.Baskets {
				for _, it := range b.Items {
					n += it.Quantity
				}
			}
			return n
		}
		for range rapid.IntRange(1, 60).Draw(rt, "commands") {
			before := pieces()
			fields := map[string]any{"code": fmt.Sprint(rapid.IntRange(0, 5).Draw(rt, "good"))}
			kind := rapid.SampledFrom([]string{"line.scan", "line.scan", "line.scan", "line.quantity", "line.remove", "basket.new", "basket.select",
				"basket.drop", "ticket.discount", "line.discount", "pay", "pay", "cash.in", "basket.register", "basket.tenders"}).Draw(rt, "kind")
			switch kind {
			case "line.quantity":
				fields["quantity"] = fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "quantity"))
			case "basket.select":
				for id := range s.state.Baskets {
					fields["basket"] = id
				}
			case "ticket.discount", "line.discount":
				fields = map[string]any{"percent": fmt.Sprint(rapid.IntRange(-1, 101).Draw(rt, "percent"))}
			case "basket.register":
				fields["register"] = rapid.SampledFrom([]string{"1234567", "УБ12345678", "", "x"}).Draw(rt, "register")
			case "pay", "basket.tenders":
				fields = map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": fmt.Sprint(rapid.IntRange(1, 100000).Draw(rt, "cash"))}}}
			case "cash.in":
				fields["amount"] = "10.50"
			}
			d, err := s.do(kind, fields)
			if err == nil && (kind == "line.scan" || kind == "line.quantity") && pieces() > before {
				scanned += pieces() - before
			}
			if err != nil && fault.CodeOf(err) == fault.Internal {
				rt.Fatalf("%s: %v", kind, err)
			}
			_ = d
		}
		s.must("shift.close", nil)
		s.audit(rt, scanned, pieces())
	})
}

// audit recounts the facts.
func (s *shop) audit(t *rapid.T, scanned, open catalog.Quantity) {
	var sold, removed catalog.Quantity
	var total, cash money.Amount
	bills := 0
	for _, f := range s.facts {
		switch f := f.(type) {
		case event.SaleCompleted:
			if bills++; f.Number != bills || f.Bill != till.BillOf("2026-11-23", 1, bills) {
				t.Fatalf("bill %s is not number %d", f.Bill, bills)
			}
			var paid money.Amount
			for _, x := range f.Tenders {
				paid += x.Given
			}
			if paid-f.Change != f.Total {
				t.Fatalf("%s: %s given, %s change, %s due", f.Bill, paid, f.Change, f.Total)
			}
			for _, l := range f.Lines {
				sold += l.Quantity
			}
			total += f.Total
			cash += f.Total
		case event.LineRemoved:
			removed += f.Quantity
		case event.CashMoved:
			cash += f.Amount
		case event.ShiftClosed:
			if r := f.Report; r.Total != total || r.Bills != bills || r.Expected != 100000+cash {
				t.Fatalf("Z says %d bills, %s, %s expected; the facts %d, %s, %s", r.Bills, r.Total, r.Expected, bills, total, 100000+cash)
			}
		}
	}
	if scanned != sold+removed+open {
		t.Fatalf("%s scanned; %s sold + %s removed + %s open", scanned, sold, removed, open)
	}
}

func TestLimits(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	s.refused(fault.ReasonTooLong, "drawer.open", map[string]any{"reason": strings.Repeat("ү", 201)})
	for range till.MaxBaskets {
		s.must("basket.new", nil)
		s.must("line.scan", map[string]any{"code": "1"})
	}
	s.refused(fault.BasketsFull, "basket.new", nil)
	for i := range till.MaxLines - 1 {
		s.must("line.scan", map[string]any{"code": fmt.Sprint(1 + (i+1)%2)})
	}
	s.refused(fault.BasketFull, "line.scan", map[string]any{"code": "4"})
}

// TestNobodyYet: a till that nobody can log in to lets the first one become the owner, and nobody after that.
func TestNobodyYet(t *testing.T) {
	s := newShop(t)
	s.env.Sellers, s.env.HasSellers = nil, false
	s.refused(fault.PasswordNeeded, "seller.set", map[string]any{"code": "7", "name": "Эзэн", "password": "123"})
	s.refused(fault.SellerBad, "seller.set", map[string]any{"code": "", "name": "Эзэн", "password": "1234"})
	s.must("seller.set", map[string]any{"code": "7", "name": "Эзэн", "password": "1234", "role": "seller"})
	if got := s.state.Sellers["7"].Role; got != "owner" {
		t.Errorf("the first seller is %q", got)
	}
	s.refused(fault.SellerNone, "seller.set", map[string]any{"code": "8", "name": "Өөр", "password": "1234"})
	s.must("seller.login", map[string]any{"code": "7", "password": "1234"})
	s.refused(fault.SellerBad, "seller.set", map[string]any{"code": "8", "name": "Өөр", "password": "1234", "role": "king"})

	// Whoever is changed without a password keeps the old one; nobody begins without.
	s.refused(fault.PasswordNeeded, "seller.set", map[string]any{"code": "8", "name": "Өөр", "role": "seller"})
	s.must("seller.set", map[string]any{"code": "8", "name": "Өөр", "password": "5678", "role": "seller"})
	before := s.state.Sellers["8"].PasswordHash
	s.must("seller.set", map[string]any{"code": "8", "name": "Шинэ нэр", "role": "seller", "active": false})
	if p := s.state.Sellers["8"]; p.Name != "Шинэ нэр" || p.Active || p.PasswordHash != before {
		t.Errorf("changed without a password: %+v", p)
	}
	s.refused(fault.PasswordNeeded, "seller.set", map[string]any{"code": "8", "name": "Өөр", "password": "1", "role": "seller"})
}

// TestReplaced: a seller of the till whose code the register gives to somebody else stands there no more, and the basket stays.
// The same person goes on, with the register's rights.
func TestReplaced(t *testing.T) {
	for _, c := range []struct {
		own  string // what the till calls its seller 5, whom the register calls Болд
		gone bool
	}{{"Болд", false}, {"Бат", true}} {
		s := stocked(t)
		register := s.env.Sellers
		s.env.Sellers = func(code event.SellerCode) (till.Seller, bool) {
			if code == "5" {
				return till.Seller{}, false
			}
			return register(code)
		}
		s.must("seller.login", map[string]any{"code": "9", "password": "9999"})
		s.must("seller.set", map[string]any{"code": "5", "name": c.own, "password": "1234", "role": "seller"})
		s.must("seller.login", map[string]any{"code": "5", "password": "1234"})
		s.must("shift.open", nil)
		s.must("line.scan", map[string]any{"code": "1"})
		s.env.Sellers = register

		who, role, ok := till.Present(s.state, s.env)
		if ok == c.gone || till.Replaced(s.state, s.env) != c.gone {
			t.Errorf("%s, whom the register calls Болд, is here: %v", c.own, ok)
		}
		if c.gone {
			s.refused(fault.SellerNone, "line.scan", map[string]any{"code": "1"})
			s.refused(fault.SellerWrong, "seller.login", map[string]any{"code": "5", "password": "1234"})
			s.must("seller.login", map[string]any{"code": "5", "password": "5555"})
			who, role, ok = till.Present(s.state, s.env)
		}
		if !ok || who.Name != "Болд" || who.Role != "senior" || !role.May(till.RightDrawer) {
			t.Errorf("then stands there %+v with %v", who, role)
		}
		if len(s.state.Baskets) != 1 {
			t.Errorf("%d baskets are left", len(s.state.Baskets))
		}
		s.must("line.scan", map[string]any{"code": "1"})
		s.must("drawer.open", map[string]any{"reason": "солих"})
	}
}

func TestClockBeforeTheTaxes(t *testing.T) {
	s := stocked(t)
	s.env.Now = s.env.Now.AddDate(-56, 0, 0)
	s.refused(fault.ClockNotSet, "shift.open", nil)
}

func TestNoPrinter(t *testing.T) {
	s := stocked(t)
	s.env.Printer = false
	s.must("shift.open", nil)
	s.must("line.scan", map[string]any{"code": "1"})
	d := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "2000"}}})
	if len(d.Facts) != 1 {
		t.Errorf("a till without printer asks for %v", d.Facts[1:])
	}
	s.refused(fault.PrinterNone, "receipt.reprint", map[string]any{"bill": string(d.Result.Bill)})
	s.refused(fault.PrinterNone, "drawer.open", nil)
}

func TestPasswords(t *testing.T) {
	h := till.HashPassword("1234", []byte("saltsaltsalt"))
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{h, "1234", true}, {h, "1235", false}, {h, "", false}, {"", "", false}, {"$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA", "x", false},
		{strings.Replace(h, "v=19", "v=16", 1), "1234", false}, {h[:len(h)-4], "1234", false}, {h, strings.Repeat("1", 129), false},
	} {
		if till.VerifyPassword(c.hash, c.password) != c.want {
			t.Errorf("%q with %q: want %v", c.hash, c.password, c.want)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	f.Add([]byte(`{"id":"00000000-0000-4000-8000-000000000001","kind":"pay","tenders":[{"kind":"cash","amount":5000}],"line":3}`))
	f.Add([]byte(`{"id":"00000000-0000-4000-8000-000000000001","kind":"shift.count","notes":{"20000":-1}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := till.ParseCommand(b)
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		if c.Approver != nil || c.Password != "" {
			return // argon2 is slow by design
		}
		s := stocked(&testing.T{})
		s.must("shift.open", nil)
		if _, err := till.Decide(s.state, c, s.env); err != nil && fault.CodeOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}

// outcome tells what became of the print asked for last.
func (s *shop) outcome(bill event.Bill, result event.ReceiptResult) {
	s.seq++
	p := s.state.Prints[len(s.state.Prints)-1]
	s.state = s.state.Clone()
	s.state.Apply(s.seq, event.ReceiptOutcome{Asked: p.Asked, Bill: bill, Result: result})
}

// TestUnprintedList: an original that never came out stays in the list until it has, or a person gives it up.
func TestUnprintedList(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	s.must("line.scan", map[string]any{"code": "1"})
	bill := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "2000"}}}).Result.Bill
	of := map[string]any{"bill": string(bill)}
	s.refused(fault.PrintPending, "receipt.print", of)
	s.outcome(bill, event.ReceiptDeferred)
	s.must("shift.close", nil)
	s.must("receipt.reprint", of) // a copy is no original
	s.must("print.cancel", of)    // takes the copy that is under way, not the original that waits
	if list := s.state.Unprinted(); len(list) != 1 || list[0].Copy {
		t.Fatalf("%+v", list)
	}
	d := s.must("receipt.print", of)
	if asked := d.Facts[0].(event.ReceiptAsked); asked.Copy || !asked.ByHand {
		t.Errorf("the original comes out as %+v", asked)
	}
	s.outcome(bill, event.ReceiptInterrupted)
	d = s.must("receipt.print", of)
	if asked := d.Facts[0].(event.ReceiptAsked); !asked.Copy {
		t.Error("a receipt of which a part may be out passes for an original")
	}
	s.outcome(bill, event.ReceiptPrinted)
	if len(s.state.Prints) != 0 || s.state.Last.Result != event.ReceiptPrinted {
		t.Errorf("%+v, last %+v", s.state.Prints, s.state.Last)
	}
	s.refused(fault.PrintIdle, "print.cancel", of)
}
