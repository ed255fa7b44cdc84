package till_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/sale"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// handing is a shop that reports its sales and hears of returns at other tills.
func handing(t *testing.T) *shop {
	s := reporting(t)
	chain := s.env.Chain
	s.env.Chain = func(b event.Bill) (fiscal.Chain, error) {
		for _, f := range s.facts {
			if h, ok := f.(event.ReturnHanded); ok && h.Bill == b && h.Told != nil {
				var c fiscal.Chain
				for i, f := range s.facts {
					c = c.Apply(uint64(i+1), f)
				}
				return c, nil
			}
		}
		return chain(b)
	}
	s.env.Handed = func(b event.Bill) (list []event.ReturnHanded, err error) {
		for _, f := range s.facts {
			if f, ok := f.(event.ReturnHanded); ok && f.Bill == b {
				list = append(list, f)
			}
		}
		return list, nil
	}
	s.env.Returned = func(b event.Bill) (done sale.Done, err error) {
		sold, _ := s.sale(b)
		for _, f := range s.facts {
			switch f := f.(type) {
			case event.SaleReturned:
				if f.Of != nil && f.Of.Point == 0 && f.Of.Bill == b {
					done.Add(f)
				}
			case event.ReturnHanded:
				if f.Bill == b {
					done.AddOf(sold, f.Return)
				}
			}
		}
		return done, nil
	}
	return s
}

// loaves sells so many and has the e-barimt issued.
func (s *shop) loaves(n int) event.SaleCompleted {
	s.t.Helper()
	s.must("line.scan", map[string]any{"code": fmt.Sprintf("%d*100", n)})
	bill := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "card", "amount": fmt.Sprint(1500 * n)}}}).Result.Bill
	s.told(event.FiscalIssued)
	sold, err := s.sale(bill)
	if err != nil {
		s.t.Fatal(err)
	}
	return sold
}

var handedJob uint64

// elsewhere is a return of so many pieces of a sale's first line at another till.
func elsewhere(sold event.SaleCompleted, pieces catalog.Quantity, before catalog.Quantity) till.Handed {
	handedJob++
	m, err := sale.Mirror(sold.Lines[0], before, pieces*catalog.One)
	if err != nil {
		panic(err)
	}
	r := event.SaleReturned{Bill: event.BillOf("2026-11-24", 9, int(handedJob)), Day: "2026-11-24", Shift: 9, Number: int(handedJob), Of: &event.Origin{Bill: sold.Bill, Point: 7},
		Lines: []event.Line{m}, Total: m.Total, VAT: m.VAT, CityTax: m.CityTax, Tenders: []event.Tender{{Kind: event.Card, Given: m.Total, Amount: m.Total}}}
	return till.Handed{Job: event.JobOf(strings.Repeat("0a", 16), handedJob), Place: 8, PlaceName: "Салбар", Return: r}
}

// toldOf is the return of one piece of three of a sale that an earlier box has made, with its e-barimt.
func toldOf(sold event.SaleCompleted) till.Handed {
	left, err := sale.Mirror(sold.Lines[0], 1000, 2000)
	if err != nil {
		panic(err)
	}
	for _, a := range []*money.Amount{&left.Gross, &left.Total, &left.VAT, &left.CityTax} {
		*a = -*a
	}
	left.Quantity = -left.Quantity
	h := elsewhere(sold, 1, 0)
	h.Return.Left, h.Return.Paid = []event.Line{left}, []event.Tender{{Kind: event.Card, Given: left.Total, Amount: left.Total}}
	h.Told = &event.FiscalTold{ID: strings.Repeat("7", 33), Date: "2026-11-23 09:00:01", Attempt: 4}
	return h
}

// hand takes a return in.
func (s *shop) hand(h till.Handed) (event.ReturnHanded, []event.FiscalAsked) {
	s.t.Helper()
	d, err := till.TakeHanded(s.state, h, s.env)
	if err != nil {
		s.t.Fatal(err)
	}
	var asked []event.FiscalAsked
	for _, f := range d.Facts {
		s.seq++
		s.state.Apply(s.seq, f)
		s.facts = append(s.facts, f)
		if a, ok := f.(event.FiscalAsked); ok {
			asked = append(asked, a)
		}
	}
	return d.Facts[0].(event.ReturnHanded), asked
}

// corrects reads a request over what stays.
func corrects(t *testing.T, a event.FiscalAsked, quantity fiscal.Quantity, total fiscal.Amount) fiscal.Request {
	t.Helper()
	r, err := fiscal.ReadRequest(a.Body)
	if err != nil || a.Job != event.FiscalCorrect || r.TotalAmount != total || len(r.Receipts) != 1 || r.Receipts[0].Items[0].Qty != quantity {
		t.Fatalf("%s %s, %v", a.Job, a.Body, err)
	}
	return r
}

// What other tills took back, and what this one takes, stand in one chain: each request is over what is left after all before it.
func TestHandedChain(t *testing.T) {
	s := handing(t)
	sold := s.loaves(5)
	h := elsewhere(sold, 2, 0)
	f, asked := s.hand(h)
	if f.State != event.HandedAsked || f.Job != h.Job || f.Bill != sold.Bill || f.Place != 8 || len(asked) != 1 {
		t.Fatalf("%+v %+v", f, asked)
	}
	r := corrects(t, asked[0], 3000, 450000)
	if a := asked[0]; a.From != h.Job || a.Return != h.Return.Bill || a.Attempt != 1 || a.Doubt || r.BillIDSuffix != "10100001" || r.Payments[0].Code != fiscal.PayCard {
		t.Errorf("%+v %+v", a, r)
	}
	// This one's own return while that is under way: behind it, over what is left then.
	s.must("return.begin", map[string]any{"code": string(sold.Bill)})
	s.refused(fault.ReturnLeft, "return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "4"}}})
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	s.must("pay", map[string]any{"reason": "x"})
	own := s.newest()
	if corrects(t, own, 2000, 300000); own.From != "" || own.Attempt != 2 {
		t.Errorf("%+v", own)
	}
	if c, _ := s.env.Chain(sold.Bill); c.Before(own.Return) == nil || len(c.Before(own.Return)) != 2 || len(c.Before(h.Return.Bill)) != 3 {
		t.Errorf("the return of another till passes for one of this: %+v", c)
	}
	_, asked = s.hand(elsewhere(sold, 2, 3000))
	if len(asked) != 1 || asked[0].Job != event.FiscalCancel || asked[0].Body != nil || asked[0].Attempt != 3 {
		t.Errorf("the rest: %+v", asked)
	}
	s.refused(fault.ReturnDone, "return.begin", map[string]any{"code": string(sold.Bill)})
	if f, asked := s.hand(elsewhere(sold, 1, 0)); f.State != event.HandedExcess || asked != nil { // too much: BAAZ has rung
		t.Errorf("more than was sold: %+v %+v", f, asked)
	}
}

// A part that comes back unverified, for another price and in cash, corrects by what was sold, and the payments add up.
func TestHandedUnverified(t *testing.T) {
	s := handing(t)
	sold := s.loaves(3)
	h := elsewhere(sold, 1, 0)
	h.Return.Unverified, h.Return.Lines[0].No, h.Return.Tenders = true, 9, []event.Tender{{Kind: event.Cash, Amount: -170000}}
	_, asked := s.hand(h)
	r := corrects(t, asked[0], 2000, 300000)
	var paid fiscal.Amount
	for _, p := range r.Payments {
		paid += p.PaidAmount
	}
	if paid != 300000 {
		t.Errorf("%+v", r.Payments)
	}
	s.must("return.begin", map[string]any{"code": string(sold.Bill)})
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	s.must("pay", map[string]any{"reason": "x"})
	corrects(t, s.newest(), 1000, 150000)
	other := elsewhere(sold, 1, 0) // of no good of the sale: nothing of it comes off
	other.Return.Unverified, other.Return.Lines[0].Good = true, "999"
	if f, asked := s.hand(other); f.State != event.HandedExcess || asked != nil {
		t.Errorf("%+v %+v", f, asked)
	}
}

// A sale that was never reported, or whose e-barimt was given up, has nothing to correct; one that is still unknown waits.
func TestHandedStates(t *testing.T) {
	s := handing(t)
	sold := s.loaves(2)
	on := s.env.Fiscal
	s.env.Fiscal = nil
	if _, err := till.TakeHanded(s.state, elsewhere(sold, 1, 0), s.env); fault.CodeOf(err) != fault.FiscalNone {
		t.Errorf("a till without PosAPI takes what it cannot report: %v", err)
	}
	s.must("line.scan", map[string]any{"code": "100"})
	bill := s.must("pay", exact).Result.Bill
	silent, _ := s.sale(bill)
	if f, asked := s.hand(elsewhere(silent, 1, 0)); f.State != event.HandedNothing || asked != nil {
		t.Errorf("never reported: %+v %+v", f, asked)
	}
	s.env.Fiscal = on
	s.sold()
	s.told(event.FiscalUncertain)
	uncertain, _ := s.sale(s.newest().Bill)
	if f, asked := s.hand(elsewhere(uncertain, 1, 0)); f.State != event.HandedAsked || len(asked) != 1 || asked[0].Job != event.FiscalCancel {
		t.Errorf("uncertain: %+v %+v", f, asked)
	}
	s.sold()
	s.told(event.FiscalRefused)
	s.must("fiscal.drop", map[string]any{"bill": string(s.newest().Bill), "reason": "x"})
	dropped, _ := s.sale(s.newest().Bill)
	if f, asked := s.hand(elsewhere(dropped, 1, 0)); f.State != event.HandedNothing || asked != nil {
		t.Errorf("given up: %+v %+v", f, asked)
	}
	if _, err := till.TakeHanded(s.state, till.Handed{}, s.env); fault.CodeOf(err) != fault.CentralBroken {
		t.Errorf("of no sale: %v", err)
	}
}

// What a request lacks is found out when it is sent, and mended by a person.
func TestHandedUnready(t *testing.T) {
	s := handing(t)
	sold := s.loaves(3)
	district := s.env.Fiscal.Merchant.District
	s.env.Fiscal.Merchant.District = ""
	f, asked := s.hand(elsewhere(sold, 1, 0))
	if f.State != event.HandedAsked || len(asked) != 1 || asked[0].Job != event.FiscalCorrect || asked[0].Body != nil {
		t.Fatalf("%+v %+v", f, asked)
	}
	s.told(event.FiscalRefused)
	s.refused(fault.FiscalSettings, "fiscal.repeat", map[string]any{"bill": string(sold.Bill)})
	s.env.Fiscal.Merchant.District = district
	s.must("fiscal.repeat", map[string]any{"bill": string(sold.Bill)})
	again := s.newest()
	if corrects(t, again, 2000, 300000); again.From != f.Job || again.Attempt != 2 {
		t.Errorf("%+v", again)
	}
}

// A till that took the point over has not made the sale. Where BAAZ knows its e-barimt a person decides first, else nothing is
// asked of anybody.
func TestHandedToSuccessor(t *testing.T) {
	before := handing(t)
	sold := before.loaves(3)
	s := handing(t)
	unknown := elsewhere(sold, 1, 0)
	unknown.Return.Of = &event.Origin{Bill: "2026-11-19-1-0001", Point: 7}
	if f, asked := s.hand(unknown); f.State != event.HandedUnknown || asked != nil || f.Told != nil {
		t.Errorf("nobody knows the e-barimt: %+v %+v", f, asked)
	}
	h := toldOf(sold)
	f, asked := s.hand(h)
	if f.State != event.HandedAsked || f.Told == nil || len(asked) != 1 || !asked[0].Doubt || asked[0].Attempt != 5 {
		t.Fatalf("%+v %+v", f, asked)
	}
	corrects(t, asked[0], 2000, 300000)
	s.told(event.FiscalUncertain)
	s.must("fiscal.resolve", map[string]any{"bill": string(sold.Bill), "outcome": "not_done"})
	again := s.newest()
	if corrects(t, again, 2000, 300000); again.Doubt || again.Attempt != 6 || again.From != h.Job {
		t.Errorf("%+v", again)
	}
	s.told(event.FiscalIssued)
	c, _ := s.env.Chain(sold.Bill)
	if latest, ok := c.Latest(); !ok || latest.ID != strings.Repeat("1", 33) {
		t.Errorf("%+v", latest)
	}
	// The rest, told with a number that is old by now: this till knows better.
	rest := elsewhere(sold, 2, 1000)
	rest.Told = h.Told
	_, asked = s.hand(rest)
	if len(asked) != 1 || asked[0].Job != event.FiscalCancel {
		t.Errorf("%+v", asked)
	}
	c, _ = s.env.Chain(sold.Bill)
	if latest, _ := c.Latest(); latest.ID != strings.Repeat("1", 33) {
		t.Errorf("what BAAZ tells goes before what this till has issued: %+v", latest)
	}
	unverified := elsewhere(sold, 1, 0)
	unverified.Return.Unverified, unverified.Told = true, h.Told
	if f, asked := s.hand(unverified); f.State != event.HandedUnknown || asked != nil {
		t.Errorf("unverified: %+v %+v", f, asked)
	}
}

// What a box that took the point over corrects is made out to the buyer that was mended at the box before.
func TestHandedToSuccessorMended(t *testing.T) {
	before := handing(t)
	sold := before.loaves(3)
	s := handing(t)
	h := elsewhere(sold, 1, 0)
	left, err := sale.Mirror(sold.Lines[0], 1000, 2000)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []*money.Amount{&left.Gross, &left.Total, &left.VAT, &left.CityTax} {
		*a = -*a
	}
	left.Quantity = -left.Quantity
	h.Return.Left, h.Return.Paid = []event.Line{left}, []event.Tender{{Kind: event.Card, Given: left.Total, Amount: left.Total}}
	h.Return.Register = "1234567"
	h.Told = &event.FiscalTold{ID: strings.Repeat("7", 33), Date: "2026-11-23 09:00:01", Buyer: &event.Mended{Register: "7654321", Business: &event.Business{TIN: "37900846788"}}}
	_, asked := s.hand(h)
	if len(asked) != 1 {
		t.Fatalf("%+v", asked)
	}
	r, err := fiscal.ReadRequest(asked[0].Body)
	if err != nil || r.CustomerTIN == nil || *r.CustomerTIN != "37900846788" || r.Type != fiscal.B2B {
		t.Errorf("%+v, %v", r, err)
	}
}

// What comes back elsewhere of a sale that was rounded leaves what a sale of the rest would have cost, and all of it nothing.
func TestHandedOfRounded(t *testing.T) {
	s := handing(t)
	s.env.RoundTo = money.Tugrik(1000)
	s.must("line.scan", map[string]any{"code": "3*100"}) // 4500
	bill := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "card", "amount": "4000"}}}).Result.Bill
	s.told(event.FiscalIssued)
	sold, err := s.sale(bill)
	if err != nil || sold.Rounding != money.Tugrik(500) {
		t.Fatal(sold.Rounding, err)
	}
	_, asked := s.hand(elsewhere(sold, 1, 0))
	if len(asked) != 1 {
		t.Fatalf("%+v", asked)
	}
	if r, err := fiscal.ReadRequest(asked[0].Body); err != nil || money.Amount(r.TotalAmount) != 300_000 || r.Payments[0].PaidAmount != r.TotalAmount {
		t.Errorf("%+v, %v", r, err)
	}
	s.told(event.FiscalIssued)
	if _, asked = s.hand(elsewhere(sold, 2, 1000)); len(asked) != 1 || asked[0].Job != event.FiscalCancel {
		t.Errorf("%+v", asked)
	}
}

// However returns here and elsewhere follow each other, the newest request is over what was sold less all that came back.
func TestHandedNeverMore(t *testing.T) {
	s := handing(t) // one log-in for all: passwords are slow on purpose
	began, facts, seq := s.state, len(s.facts), s.seq
	rapid.Check(t, func(rt *rapid.T) {
		s.state, s.facts, s.seq = began.Clone(), s.facts[:facts:facts], seq
		total := rapid.IntRange(1, 6).Draw(rt, "sold")
		sold := s.loaves(total)
		left := total
		for range rapid.IntRange(1, 6).Draw(rt, "returns") {
			n := rapid.IntRange(1, 6).Draw(rt, "pieces")
			if rapid.Bool().Draw(rt, "elsewhere") {
				h := elsewhere(sold, catalog.Quantity(min(n, total)), 0)
				if h.Return.Unverified = rapid.Bool().Draw(rt, "unverified"); h.Return.Unverified {
					h.Return.Lines[0].No = 5
				}
				f, _ := s.hand(h)
				was := left
				if left = max(0, left-min(n, total)); (f.State == event.HandedExcess) != (was == 0) {
					rt.Fatalf("%d of %d left, %d more: %s", was, total, n, f.State)
				}
			} else {
				n = min(n, left)
				if n == 0 {
					s.refused(fault.ReturnDone, "return.begin", map[string]any{"code": string(sold.Bill)})
					continue
				}
				s.must("return.begin", map[string]any{"code": string(sold.Bill)})
				s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": fmt.Sprint(n)}}})
				if _, err := s.do("pay", map[string]any{"reason": "x", "tenders": []map[string]string{{"kind": "cash", "amount": fmt.Sprint(1500 * n)}}}); err != nil {
					s.must("return.drop", nil) // more than was paid by a card has gone back elsewhere
					continue
				}
				left -= n
			}
			a := s.newest()
			if left == 0 {
				if a.Job != event.FiscalCancel {
					rt.Fatalf("nothing is left, and %s was asked", a.Job)
				}
				continue
			}
			if r, err := fiscal.ReadRequest(a.Body); err != nil || a.Job == event.FiscalCancel || int(r.TotalAmount) != left*150000 {
				rt.Fatalf("%d are left, asked: %s %s, %v", left, a.Job, a.Body, err)
			}
		}
	})
}

// TestHandedAnew: a return that comes in while an e-barimt waits to be cancelled and issued anew is what is issued then.
func TestHandedAnew(t *testing.T) {
	for _, pieces := range []catalog.Quantity{1, 3} {
		s := handing(t)
		sold := s.loaves(3)
		s.must("fiscal.anew", map[string]any{"bill": string(sold.Bill)})
		s.told(event.FiscalUncertain)
		s.hand(elsewhere(sold, pieces, 0))
		d := s.must("fiscal.resolve", map[string]any{"bill": string(sold.Bill), "outcome": "done"})
		slips := 0 // of what stays
		for _, f := range d.Facts[1:] {
			if a, ok := f.(event.ReceiptAsked); ok && a.Slip {
				slips++
			}
		}
		if left := pieces < 3; d.Facts[0].(event.FiscalOutcome).Result != event.FiscalCancelled || len(d.Facts) != 1+slips || (slips == 1) != left {
			t.Errorf("%d of 3 came back: %+v", pieces, d.Facts)
		}
	}
}

// TestHandedBeforePosAPI: a box that has taken a point over and is not set up yet leaves to BAAZ what it will be able to report.
func TestHandedBeforePosAPI(t *testing.T) {
	sold := handing(t).loaves(3)
	s := handing(t)
	on := s.env.Fiscal
	h := toldOf(sold)
	s.env.Fiscal = nil
	if _, err := till.TakeHanded(s.state, h, s.env); fault.CodeOf(err) != fault.FiscalNone {
		t.Errorf("without PosAPI: %v", err)
	}
	s.env.Fiscal = on
	district := on.Merchant.District
	on.Merchant.District = ""
	if _, err := till.TakeHanded(s.state, h, s.env); fault.CodeOf(err) != fault.FiscalSettings {
		t.Errorf("without a district: %v", err)
	}
	on.Merchant.District = district
	h.Return.Left[0].ClassCode = "" // the goods have it by now
	_, asked := s.hand(h)
	corrects(t, asked[0], 2000, 300000)
}

// TestHandedStranger: what an earlier box has sold to a business that nobody knows comes to an end like any other request.
func TestHandedStranger(t *testing.T) {
	sold := handing(t).loaves(3)
	for _, bare := range []bool{false, true} { // bare: as boxes asked for it that left out what they could not say
		s := handing(t)
		h := toldOf(sold)
		h.Return.Register = "1234567"
		s.env.Fiscal.Business = func(event.Register) (event.Business, fiscal.Found) { return event.Business{}, fiscal.FoundUnknown }
		_, asked := s.hand(h)
		if asked[0].Customer != "1234567" {
			t.Errorf("%+v", asked[0])
		}
		if bare {
			asked[0].Body = nil
			s.facts[len(s.facts)-1] = asked[0]
		}
		s.told(event.FiscalUncertain)
		s.must("fiscal.resolve", map[string]any{"bill": string(sold.Bill), "outcome": "not_done"})
		again := s.newest()
		if corrects(t, again, 2000, 300000); again.Customer != "1234567" || again.Attempt != 6 {
			t.Errorf("%+v", again)
		}
		s.told(event.FiscalRefused)
		s.refused(fault.FiscalCustomer, "fiscal.repeat", map[string]any{"bill": string(sold.Bill)})
		s.must("fiscal.repeat", map[string]any{"bill": string(sold.Bill), "person": true})
		if r := corrects(t, s.newest(), 2000, 300000); r.Type != fiscal.B2C || s.newest().Customer != "" {
			t.Errorf("%+v", r)
		}
	}
}

// TestHandedHostile: what cannot be a return of this sale never becomes a fact, whoever has signed it.
func TestHandedHostile(t *testing.T) {
	s := handing(t)
	sold := s.loaves(3)
	unsold := handing(t)
	for name, bad := range map[string]func(*till.Handed){
		"no sale":            func(h *till.Handed) { h.Return.Of = nil },
		"least quantity":     func(h *till.Handed) { h.Return.Lines[0].Quantity = -1 << 63 },
		"nothing":            func(h *till.Handed) { h.Return.Lines[0].Quantity = 0 },
		"sold once more":     func(h *till.Handed) { h.Return.Lines[0].Quantity = 1000 },
		"huge amount":        func(h *till.Handed) { h.Return.Lines[0].Total = -1 << 63 },
		"huge tender":        func(h *till.Handed) { h.Return.Tenders[0].Amount = -1 << 63 },
		"huge total":         func(h *till.Handed) { h.Return.Total = -1 << 63 },
		"less than none":     func(h *till.Handed) { h.Return.Left[0].Quantity = -1 },
		"huge left":          func(h *till.Handed) { h.Return.Left[0].Quantity = 1<<63 - 1 },
		"told no number":     func(h *till.Handed) { h.Told.ID = "7" },
		"told no date":       func(h *till.Handed) { h.Told.Date = "yesterday" },
		"told no attempt":    func(h *till.Handed) { h.Told.Attempt = 1 << 32 },
		"told attempt below": func(h *till.Handed) { h.Told.Attempt = -1 },
	} {
		h := toldOf(sold)
		bad(&h)
		for _, s := range []*shop{s, unsold} {
			if _, err := till.TakeHanded(s.state, h, s.env); fault.CodeOf(err) != fault.CentralBroken {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for name, bad := range map[string]func(*till.Handed){
		"more than sold": func(h *till.Handed) { h.Return.Lines[0].Quantity = -3001 },
		"another line":   func(h *till.Handed) { h.Return.Lines[0].No = 2 },
		"in two lines": func(h *till.Handed) {
			h.Return.Lines = append(h.Return.Lines, h.Return.Lines[0], h.Return.Lines[0], h.Return.Lines[0])
		},
	} {
		h := elsewhere(sold, 1, 0)
		bad(&h)
		if _, err := till.TakeHanded(s.state, h, s.env); fault.CodeOf(err) != fault.CentralBroken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHandedTwo: an earlier box's sale came back at two tills that did not know of each other: what stays is less both.
func TestHandedTwo(t *testing.T) {
	sold := handing(t).loaves(3)
	s := handing(t)
	_, asked := s.hand(toldOf(sold))
	corrects(t, asked[0], 2000, 300000)
	_, asked = s.hand(toldOf(sold))
	corrects(t, asked[0], 1000, 150000)
	s.told(event.FiscalUncertain)
	third := toldOf(sold) // this one knew of one before it
	third.Return.Left, third.Return.Paid = nil, nil
	third.Return.Lines = elsewhere(sold, 2, 1000).Return.Lines
	if _, asked = s.hand(third); asked[0].Job != event.FiscalCancel {
		t.Errorf("%+v", asked)
	}
	if f, asked := s.hand(toldOf(sold)); f.State != event.HandedExcess || asked != nil {
		t.Errorf("nothing is left to take off: %+v %+v", f, asked)
	}

	s = handing(t) // the second one, which knew of the first, comes first
	knew := toldOf(sold)
	m, err := sale.Mirror(sold.Lines[0], 1000, 1000)
	if err != nil {
		t.Fatal(err)
	}
	left := knew.Return.Left[0]
	left.Quantity, left.Gross, left.Total, left.VAT = 1000, left.Gross+m.Gross, left.Total+m.Total, left.VAT+m.VAT
	knew.Return.Lines, knew.Return.Left, knew.Return.Paid = []event.Line{m}, []event.Line{left}, []event.Tender{{Kind: event.Card, Given: left.Total, Amount: left.Total}}
	_, asked = s.hand(knew)
	corrects(t, asked[0], 1000, 150000)
	if f, asked := s.hand(toldOf(sold)); f.State != event.HandedExcess || asked != nil {
		t.Errorf("it was counted before: %+v %+v", f, asked)
	}
}

// TestHandedTwoOfRounded: two tills that did not know of each other took back parts of a rounded sale of an earlier box. What stays is
// known by their returns alone, and costs what a sale of it would have.
func TestHandedTwoOfRounded(t *testing.T) {
	first := handing(t)
	first.env.RoundTo = money.Tugrik(1000)
	first.must("line.scan", map[string]any{"code": "7*100"}) // 10500
	bill := first.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "card", "amount": "10000"}}}).Result.Bill
	sold, err := first.sale(bill)
	if err != nil {
		t.Fatal(err)
	}
	s := handing(t)
	for i, c := range []struct {
		back        catalog.Quantity
		left, total money.Amount // as far as its till knows, and after both
	}{{2, 7000_00, 7000_00}, {3, 6000_00, 3000_00}} {
		b, err := sale.PriceReturn(&sale.Return{Sold: &sold, Chosen: map[int]catalog.Quantity{1: c.back * catalog.One}}, sale.Done{}, tax.Rates{}, sold.Payer, sale.Rounding{})
		if err != nil {
			t.Fatal(err)
		}
		h := toldOf(sold)
		h.Return.RoundTo, h.Return.Lines, h.Return.Left, h.Return.Total = sold.RoundTo, b.Lines, b.Left, b.Total
		h.Return.Tenders = []event.Tender{{Kind: event.Card, Given: b.Total, Amount: b.Total}}
		h.Return.Paid = []event.Tender{{Kind: event.Card, Given: c.left, Amount: c.left}}
		if stays := h.Return.Stays().Total; stays != c.left {
			t.Fatalf("%s stay at the till", stays)
		}
		_, asked := s.hand(h)
		corrects(t, asked[0], fiscal.Quantity([]int{5000, 2000}[i]), fiscal.Amount(c.total))
		s.told(event.FiscalIssued)
	}
}
