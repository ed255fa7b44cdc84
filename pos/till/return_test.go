package till_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

// TestNeverMoreThanSold: whatever is returned, in whatever parts, baskets and exchanges, no line gives back more than was
// sold, no money more than was paid, nothing by a card that did not come from it, and what stays is what is left.
func TestNeverMoreThanSold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := stocked(t)
		s.must("shift.open", map[string]any{"float": "1000"})
		for range rapid.IntRange(1, 3).Draw(rt, "sales") {
			for range rapid.IntRange(1, 4).Draw(rt, "lines") {
				s.must("line.scan", map[string]any{"code": fmt.Sprintf("%d*%d", rapid.IntRange(1, 5).Draw(rt, "pieces"), rapid.IntRange(1, 4).Draw(rt, "good"))})
				s.must("basket.new", nil) // another line, not more of the last one
				s.must("basket.select", map[string]any{"basket": s.first()})
			}
			s.must("ticket.discount", map[string]any{"percent": fmt.Sprint(rapid.IntRange(0, 99).Draw(rt, "percent"))})
			p, err := till.Price(s.state, s.state.Selected(), s.env)
			if err != nil {
				rt.Fatal(err)
			}
			card := p.Total * money.Amount(rapid.IntRange(0, 100).Draw(rt, "by card")) / 100
			var tenders []map[string]string
			if card > 0 {
				tenders = append(tenders, map[string]string{"kind": "card", "amount": card.String()})
			}
			if card < p.Total {
				tenders = append(tenders, map[string]string{"kind": "cash", "amount": (p.Total - card).String()})
			}
			s.must("pay", map[string]any{"tenders": tenders, "print": false})
		}
		for range rapid.IntRange(1, 25).Draw(rt, "commands") {
			s.draw(rt)
			s.never(rt)
		}
		s.must("shift.close", nil)
		s.balance(rt)
	})
}

// first is the id of the basket on the lowest tab.
func (s *shop) first() string { return s.state.Tabs()[0].ID }

// draw sends one of the commands that returns are made of, which may be refused.
func (s *shop) draw(rt *rapid.T) {
	kind := rapid.SampledFrom([]string{"return.begin", "return.begin", "return.scan", "return.set", "return.drop", "line.scan", "basket.new", "basket.select", "pay", "pay", "pay"}).Draw(rt, "kind")
	fields := map[string]any{}
	switch kind {
	case "return.begin":
		fields["code"] = rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6", ""}).Draw(rt, "bill")
	case "return.scan", "line.scan":
		fields["code"] = fmt.Sprint(rapid.IntRange(1, 4).Draw(rt, "good"))
	case "return.set":
		fields["lines"] = []map[string]any{{"line": rapid.IntRange(1, 4).Draw(rt, "line"), "quantity": fmt.Sprint(rapid.IntRange(0, 6).Draw(rt, "quantity"))}}
	case "basket.select":
		for _, b := range s.state.Tabs() {
			fields["basket"] = b.ID
		}
	case "pay":
		fields["reason"] = "x"
		s.tenders(rt, fields)
	}
	if _, err := s.do(kind, fields); fault.CodeOf(err) == fault.Internal {
		rt.Fatalf("%s: %v", kind, err)
	}
}

// tenders offers cash for what is due, or asks for the money in some way.
func (s *shop) tenders(rt *rapid.T, fields map[string]any) {
	b := s.state.Selected()
	if b == nil {
		return
	}
	p, err := till.Price(s.state, b, s.env)
	if err != nil {
		rt.Fatal(err)
	}
	due := p.Total
	if b.Return != nil {
		back, _, err := till.PriceReturn(s.state, b.Return, s.env)
		if err != nil {
			rt.Fatal(err)
		}
		due += back.Total
	}
	kind := rapid.SampledFrom([]string{"", "cash", "card"}).Draw(rt, "back by")
	switch {
	case due > 0:
		fields["tenders"] = []map[string]string{{"kind": "cash", "amount": due.String()}}
	case due < 0 && kind != "":
		fields["tenders"] = []map[string]string{{"kind": kind, "amount": (-due).String()}}
	}
}

// never recounts the returns of every sale.
func (s *shop) never(rt *rapid.T) {
	for _, f := range s.facts {
		sold, ok := f.(event.SaleCompleted)
		if !ok {
			continue
		}
		left := map[int]catalog.Quantity{}
		money := sold.Total
		for _, l := range sold.Lines {
			left[l.No] = l.Quantity
		}
		var paidByCard int64
		for _, t := range sold.Tenders {
			if t.Kind == event.Card {
				paidByCard += int64(t.Amount)
			}
		}
		for _, f := range s.facts {
			back, ok := f.(event.SaleReturned)
			if !ok || back.Of == nil || back.Of.Bill != sold.Bill {
				continue
			}
			for _, l := range back.Lines {
				if left[l.No] += l.Quantity; left[l.No] < 0 || l.Quantity >= 0 {
					rt.Fatalf("line %d of %s: %s came back too much", l.No, sold.Bill, -left[l.No])
				}
			}
			for _, t := range back.Tenders {
				if t.Kind == event.Card {
					paidByCard += int64(t.Amount)
				}
				if t.Amount > 0 {
					rt.Fatalf("%s: %s %s went the wrong way", back.Bill, t.Kind, t.Amount)
				}
			}
			if money += back.Total; money < 0 || paidByCard < 0 {
				rt.Fatalf("%s gave back more than was paid: %s, card %d", sold.Bill, money, paidByCard)
			}
			for _, l := range back.Left {
				if l.Quantity != left[l.No] {
					rt.Fatalf("%s: %s of line %d stays, %s is left", back.Bill, l.Quantity, l.No, left[l.No])
				}
			}
		}
	}
}

// balance holds the Z report against the facts: money in is money recorded, whichever way it went.
func (s *shop) balance(rt *rapid.T) {
	cash, sold, back := money.Amount(100000), money.Amount(0), money.Amount(0)
	number := 0
	for _, f := range s.facts {
		switch f := f.(type) {
		case event.SaleCompleted:
			number++
			sold += f.Total
			if f.Number != number {
				rt.Fatalf("%s is number %d", f.Bill, number)
			}
			for _, t := range f.Tenders {
				if t.Kind == event.Cash {
					cash += t.Amount
				}
			}
		case event.SaleReturned:
			number++
			back -= f.Total
			var paid, left, still money.Amount
			for _, t := range f.Tenders {
				if paid += t.Amount; t.Kind == event.Cash {
					cash += t.Amount
				}
			}
			for _, l := range f.Left {
				left += l.Total
			}
			for _, t := range f.Paid {
				still += t.Amount
			}
			if f.Number != number || paid != f.Total || left != still {
				rt.Fatalf("%s is number %d; %s paid back of %s; %s left, %s paid", f.Bill, number, paid, f.Total, left, still)
			}
		case event.ShiftClosed:
			if r := f.Report; r.Expected != cash || r.Total != sold || r.Returned.Total != back || r.Bills+r.Returns != number {
				rt.Fatalf("Z expects %s, sold %s, back %s; the facts %s, %s, %s", r.Expected, r.Total, r.Returned.Total, cash, sold, back)
			}
		}
	}
}

func sold(t *testing.T, s *shop) event.SaleCompleted {
	t.Helper()
	s.must("line.scan", map[string]any{"code": "2*1"})
	d := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "3000"}}, "print": false})
	return d.Facts[0].(event.SaleCompleted)
}

// TestScanReceipt: a receipt scanned on the sell screen opens its return, or says why not.
func TestScanReceipt(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	f := sold(t, s)
	code, _ := barcode.BillCodeOf(f, 0)
	s.must("shift.close", nil)
	if !s.state.Current(f.Bill) {
		t.Error("the shift is closed, and its last change has gone from the screen")
	}
	s.must("shift.open", nil) // also of an older shift
	if s.state.Current(f.Bill) {
		t.Error("a new shift shows the change of the one before")
	}
	d := s.must("line.scan", map[string]any{"code": "]C0" + code.String()})
	if b := s.state.Selected(); !d.Result.Return || b == nil || b.Return == nil || b.Return.Sold.Bill != f.Bill {
		t.Fatalf("%+v", d.Result)
	}
	basket := s.state.Desk.Selected
	s.must("basket.new", nil)
	if s.must("line.scan", map[string]any{"code": code.String()}); s.state.Desk.Selected != basket {
		t.Error("the same receipt is returned in two baskets")
	}
	wrong := code
	wrong.Seal = (wrong.Seal + 1) % 100
	s.refused(fault.ReturnCode, "line.scan", map[string]any{"code": wrong.String()})
	other := code
	other.Number++
	s.refused(fault.ReturnElsewhere, "line.scan", map[string]any{"code": other.String()})
	other = code
	other.Point = 4
	s.refused(fault.ReturnElsewhere, "line.scan", map[string]any{"code": other.String()})
	misread := []byte(code.String())
	misread[5] ^= 1
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": string(misread)})

	// A good that carries just these digits is a good.
	g := s.goods["1"]
	g.Barcodes = []string{code.String()}
	s.goods["1"] = g
	s.must("basket.new", nil)
	if d := s.must("line.scan", map[string]any{"code": code.String()}); d.Result.Return || len(s.state.Selected().Items) != 1 {
		t.Errorf("%+v", d.Result)
	}
}

// TestReturnTwoBaskets: goods chosen in two baskets come back once.
func TestReturnTwoBaskets(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	f := sold(t, s)
	s.must("return.begin", map[string]any{"code": string(f.Bill)})
	stale := *s.state.Selected()
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	s.must("pay", map[string]any{"reason": "x"})
	// As if another basket had been begun before: the state is shared by all who stand at the till.
	s.state = s.state.Clone()
	stale.ID = "stale"
	s.state.ApplyDrafts(till.Decision{Drafts: []till.DraftChange{{ID: "stale", Basket: &stale}}, Desk: &till.Desk{Selected: "stale"}})
	s.refused(fault.TotalChanged, "pay", map[string]any{"reason": "x", "total": (-f.Total).String()})
	d := s.must("pay", map[string]any{"reason": "x"})
	if back := d.Facts[0].(event.SaleReturned); back.Total != -f.Total/2 || back.Partial() {
		t.Errorf("all that is left was %+v", back)
	}
	s.refused(fault.ReturnDone, "return.begin", map[string]any{"code": string(f.Bill)})
}

// TestReturnRights: what the seller may not, an approver lends in place, and stands on the fact.
func TestReturnRights(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	f := sold(t, s)
	s.env.Roles = till.DefaultRoles()
	s.env.Roles["seller"] = till.Role{Rights: []till.Right{till.RightSell}}
	s.as("1", "1111")
	s.must("return.begin", map[string]any{"code": string(f.Bill)})
	s.refused(fault.RightMissing, "pay", map[string]any{"reason": "x"})
	s.refused(fault.ApproverLacks, "pay", map[string]any{"reason": "x", "approver": map[string]string{"code": "1", "password": "1111"}})
	d := s.must("pay", map[string]any{"reason": "x", "approver": map[string]string{"code": "5", "password": "5555"}})
	granted, back := d.Facts[0].(event.OverrideGranted), d.Facts[1].(event.SaleReturned)
	if granted.Right != string(till.RightReturnOwn) || back.By != "1" || back.ApprovedBy != "5" || back.Reason != "x" {
		t.Errorf("%+v %+v", granted, back.Who)
	}
	// Papers and drawer go into the same append.
	if asked, ok := d.Facts[2].(event.ReceiptAsked); !ok || asked.Bill != back.Bill {
		t.Errorf("%+v", d.Facts[2])
	}
	if drawer, ok := d.Facts[3].(event.DrawerAsked); !ok || drawer.Cause != till.CauseBack || len(d.Facts) != 4 {
		t.Errorf("%+v", d.Facts)
	}
	if l := s.state.Last; l.Return != back.Bill || l.Back != f.Total || !s.state.Current(back.Bill) {
		t.Errorf("%+v", l)
	}
}

// TestBlindReturn: whoever counts blind cannot go through the bills by their numbers, but takes back what is in hand.
func TestBlindReturn(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	f := sold(t, s)
	for range till.MaxRecent {
		sold(t, s)
	}
	s.env.Blind = true
	s.as("1", "1111")
	s.refused(fault.RightMissing, "return.begin", map[string]any{"code": string(f.Bill)})
	code, _ := barcode.BillCodeOf(f, 0)
	s.must("return.begin", map[string]any{"code": code.String()})
}

// TestPartialPapers: a partial return has two papers, and both are of the sale just made until the next one begins.
func TestPartialPapers(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	f := sold(t, s)
	s.must("return.begin", map[string]any{"code": string(f.Bill)})
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	d := s.must("pay", map[string]any{"reason": "x"})
	bill := d.Result.Bill
	if len(s.state.Prints) != 2 || s.state.Prints[1].Bill != bill.Corrected() || !s.state.Current(bill) || !s.state.Current(bill.Corrected()) {
		t.Fatalf("%+v", s.state.Prints)
	}
	s.outcome(bill.Corrected(), event.ReceiptDeferred)
	if list := s.state.Unprinted(); len(list) != 1 || list[0].Bill != bill.Corrected() {
		t.Errorf("not printed: %+v", list)
	}
	again := s.must("receipt.print", map[string]any{"bill": string(bill.Corrected())})
	if asked := again.Facts[0].(event.ReceiptAsked); asked.Copy || asked.Bill != bill.Corrected() {
		t.Errorf("%+v", asked)
	}
	s.must("line.scan", map[string]any{"code": "1"})
	if s.state.Current(bill) || s.state.Current(bill.Corrected()) {
		t.Error("the next sale has begun, and the return is still current")
	}
	s.refused(fault.BillUnknown, "receipt.reprint", map[string]any{"bill": string(f.Bill.Corrected())})
}
