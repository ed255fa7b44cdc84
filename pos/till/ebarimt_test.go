package till_test

import (
	"strings"
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// reporting is a shop that reports its sales; at is the sequence of each fact.
func reporting(t *testing.T) *shop {
	s := newShop(t)
	s.env.Fiscal = &till.Fiscal{Merchant: fiscal.Merchant{TIN: "61200012345", Branch: "001", District: "2501", Till: "001"}}
	s.env.Chain = func(b event.Bill) (c fiscal.Chain, err error) {
		for i, f := range s.facts {
			switch f := f.(type) {
			case event.FiscalAsked:
				if f.Bill == b {
					c = c.Apply(uint64(i+1), f)
				}
			case event.FiscalOutcome:
				c = c.Apply(uint64(i+1), f)
			}
		}
		return c, nil
	}
	s.env.FiscalAsked = func(seq uint64) (event.FiscalAsked, error) { return s.facts[seq-1].(event.FiscalAsked), nil }
	s.goods["100"] = catalog.Good{Code: "100", Name: "Талх", Unit: "ш", Prices: []catalog.Price{{Amount: 150000}}, TaxIncluded: true, Tax: tax.VATAble, Active: true, ClassCode: "2111100"}
	s.must("seller.login", map[string]any{"code": "5", "password": "5555"})
	s.must("shift.open", nil)
	return s
}

var exact = map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "1500"}}}

// told records the outcome of the newest request.
func (s *shop) told(r event.FiscalResult) {
	s.t.Helper()
	for i := len(s.facts) - 1; i >= 0; i-- {
		if a, ok := s.facts[i].(event.FiscalAsked); ok {
			o := event.FiscalOutcome{Asked: uint64(i + 1), Bill: a.Bill, Job: a.Job, Result: r}
			if r == event.FiscalIssued {
				o.ID, o.Date, o.Lottery = strings.Repeat("1", 33), "2026-11-23 09:00:01", true
			}
			s.seq++
			s.state.Apply(s.seq, o)
			s.facts = append(s.facts, o)
			return
		}
	}
	s.t.Fatal("nothing was asked")
}

func (s *shop) newest() event.FiscalAsked {
	s.t.Helper()
	for i := len(s.facts) - 1; i >= 0; i-- {
		if a, ok := s.facts[i].(event.FiscalAsked); ok {
			return a
		}
	}
	s.t.Fatal("nothing was asked")
	return event.FiscalAsked{}
}

// sold is a sale of one loaf.
func (s *shop) sold() till.Decision {
	s.t.Helper()
	s.must("line.scan", map[string]any{"code": "100"})
	return s.must("pay", exact)
}

// A sale and its request are one decision; what a receipt lacks is said before money is taken.
func TestPayAsksForAnEbarimt(t *testing.T) {
	s := reporting(t)
	d := s.sold()
	kinds := []event.Kind{event.KindSaleCompleted, event.KindFiscalAsked, event.KindReceiptAsked, event.KindDrawerAsked}
	for i, f := range d.Facts {
		if f.Kind() != kinds[i] {
			t.Errorf("fact %d is %s, want %s", i, f.Kind(), kinds[i])
		}
	}
	r, err := fiscal.ReadRequest(s.newest().Body)
	if err != nil || r.BillIDSuffix != "10000001" || r.TotalAmount != 150000 || !s.state.Last.Reported || s.state.Last.Fiscal != "" {
		t.Errorf("%+v, %v, %+v", r, err, s.state.Last)
	}
	g := s.goods["100"]
	g.ClassCode = ""
	s.goods["100"] = g
	s.must("line.scan", map[string]any{"code": "100"})
	s.refused(fault.FiscalLacks, "pay", exact)
	g.ClassCode = "2111100"
	s.goods["100"] = g
	s.must("basket.drop", nil)
	s.must("line.scan", map[string]any{"code": "100"})
	s.env.Fiscal.Merchant.District = ""
	s.refused(fault.FiscalSettings, "pay", exact)
	s.env.Fiscal.Merchant.District = "2501"
	s.must("basket.register", map[string]any{"register": "1234567"})
	s.refused(fault.FiscalCustomer, "pay", exact)
	found := fiscal.FoundUnknown
	s.env.Fiscal.Business = func(event.Register) (event.Business, fiscal.Found) {
		if found != fiscal.FoundKnown {
			return event.Business{}, found
		}
		return event.Business{TIN: "37900846788", Name: "Өргөө"}, found
	}
	s.refused(fault.FiscalCustomer, "pay", exact)
	found = fiscal.FoundKnown
	s.env.Fiscal.Stop, s.env.Fiscal.Away = true, true
	s.refused(fault.FiscalStopped, "pay", exact)
	s.env.Fiscal.Stop = false
	s.must("pay", exact)
	if r, _ := fiscal.ReadRequest(s.newest().Body); r.Type != fiscal.B2B || *r.CustomerTIN != "37900846788" {
		t.Errorf("%+v", r)
	}
	if a := s.newest(); a.Customer != "" {
		t.Errorf("%+v", a)
	}
}

// TestUnknownBusiness: a business that nobody can be asked for buys all the same. Its e-barimt waits for the taxpayer number; a
// wrong number is mended by a person.
func TestUnknownBusiness(t *testing.T) {
	s := reporting(t)
	s.env.Fiscal.Business = func(event.Register) (event.Business, fiscal.Found) { return event.Business{}, fiscal.FoundAway }
	s.must("line.scan", map[string]any{"code": "100"})
	s.must("basket.register", map[string]any{"register": "1234567"})
	s.must("pay", exact)
	asked := s.newest()
	if r, err := fiscal.ReadRequest(asked.Body); err != nil || r.Type != fiscal.B2B || r.CustomerTIN != nil || asked.Customer != "1234567" {
		t.Errorf("%+v %+v %v", asked, r, err)
	} else if r = r.For("37900846788"); *r.CustomerTIN != "37900846788" || *r.Receipts[0].CustomerTIN != "37900846788" {
		t.Errorf("%+v", r)
	}
	s.told(event.FiscalRefused)
	s.refused(fault.RegisterBad, "fiscal.repeat", map[string]any{"register": "12"})
	s.must("fiscal.repeat", map[string]any{"register": "20200033310"})
	asked = s.newest()
	if r, err := fiscal.ReadRequest(asked.Body); err != nil || *r.CustomerTIN != "20200033310" || asked.Customer != "" || asked.Attempt != 1 {
		t.Errorf("%+v %+v %v", asked, r, err)
	}
}

// soldTo is a sale of two loaves to a business that nobody can be asked for, and that the tax office then does not know.
func (s *shop) soldTo(register string) event.Bill {
	s.t.Helper()
	s.env.Fiscal.Business = func(event.Register) (event.Business, fiscal.Found) { return event.Business{}, fiscal.FoundAway }
	s.must("line.scan", map[string]any{"code": "100", "quantity": "2"})
	s.must("basket.register", map[string]any{"register": register})
	bill := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "3000"}}}).Result.Bill
	s.told(event.FiscalRefused)
	return bill
}

// backOne takes one loaf of a sale back.
func (s *shop) backOne(bill event.Bill) event.SaleReturned {
	s.t.Helper()
	s.must("return.begin", map[string]any{"code": string(bill)})
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	return s.must("pay", map[string]any{"reason": "x"}).Facts[0].(event.SaleReturned)
}

// TestMendedBuyer: the buyer that a person names because the tax office does not know the sale's is the chain's from then on: in
// a return, in what is asked for again, and in a return that was made while the first request waited for a person.
func TestMendedBuyer(t *testing.T) {
	addressed := func(s *shop, bill event.Bill) (fiscal.Request, event.Register) {
		t.Helper()
		c, _ := s.env.Chain(bill)
		a, err := c.Addressed(s.newest())
		r, err2 := fiscal.ReadRequest(a.Body)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		return r, a.Customer
	}
	t.Run("a return after it", func(t *testing.T) {
		s := reporting(t)
		bill := s.soldTo("1234567")
		s.must("fiscal.repeat", map[string]any{"register": "20200033310"})
		s.told(event.FiscalIssued)
		back := s.backOne(bill)
		if back.Register != "20200033310" || back.Business == nil || back.Business.TIN != "20200033310" {
			t.Errorf("the return is made out to %s, %+v", back.Register, back.Business)
		}
		a := s.newest()
		if r, _ := fiscal.ReadRequest(a.Body); a.Job != event.FiscalCorrect || r.CustomerTIN == nil || *r.CustomerTIN != "20200033310" || a.Customer != "" {
			t.Errorf("%+v: %s", a, a.Body)
		}
		s.told(event.FiscalRefused) // for something else
		s.must("fiscal.repeat", map[string]any{"bill": bill})
		if r, later := addressed(s, bill); *r.CustomerTIN != "20200033310" || later != "" {
			t.Errorf("%+v, %s", r, later)
		}
	})
	t.Run("a return before it", func(t *testing.T) {
		s := reporting(t)
		bill := s.soldTo("1234567")
		s.backOne(bill)
		correct := s.newest()
		if correct.Customer != "1234567" {
			t.Fatalf("%+v", correct)
		}
		s.must("fiscal.repeat", map[string]any{"bill": bill, "register": "7654321"})
		if s.newest().Attempt != correct.Attempt {
			t.Fatal("the sale was asked for again before what is left of it")
		}
		if r, later := addressed(s, bill); r.Type != fiscal.B2B || r.CustomerTIN != nil || later != "7654321" {
			t.Errorf("%+v, %s", r, later)
		}
		s.told(event.FiscalRefused)
		s.env.Fiscal.Business = func(event.Register) (event.Business, fiscal.Found) { return event.Business{}, fiscal.FoundUnknown }
		s.refused(fault.FiscalCustomer, "fiscal.repeat", map[string]any{"bill": bill}) // it would only be refused again
		s.must("fiscal.repeat", map[string]any{"bill": bill, "register": "20200033310"})
		if a := s.newest(); a.Customer != "" || a.Attempt == correct.Attempt {
			t.Errorf("%+v", a)
		}
		if r, later := addressed(s, bill); *r.CustomerTIN != "20200033310" || later != "" {
			t.Errorf("%+v, %s", r, later)
		}
	})
	t.Run("a person", func(t *testing.T) {
		s := reporting(t)
		bill := s.soldTo("1234567")
		s.refused(fault.CommandMalformed, "fiscal.repeat", map[string]any{"person": true, "register": "20200033310"})
		s.env.Fiscal.Business = func(event.Register) (event.Business, fiscal.Found) { return event.Business{}, fiscal.FoundUnknown }
		s.refused(fault.FiscalCustomer, "fiscal.repeat", map[string]any{"register": "7654321"})
		s.must("fiscal.repeat", map[string]any{"person": true})
		if r, later := addressed(s, bill); r.Type != fiscal.B2C || r.CustomerTIN != nil || later != "" {
			t.Errorf("%+v, %s", r, later)
		}
		s.told(event.FiscalIssued)
		if back := s.backOne(bill); back.Register != "" || back.Business != nil {
			t.Errorf("the return is made out to %s, %+v", back.Register, back.Business)
		}
		if r, _ := addressed(s, bill); r.Type != fiscal.B2C {
			t.Errorf("%+v", r)
		}
		other := s.sold().Result.Bill
		s.told(event.FiscalRefused)
		s.refused(fault.CommandMalformed, "fiscal.repeat", map[string]any{"bill": other, "register": "20200033310"})
	})
}

// TestConsumer: a person's number stands in the request and in the sale; a business has none.
func TestConsumer(t *testing.T) {
	s := reporting(t)
	s.must("line.scan", map[string]any{"code": "100"})
	s.refused(fault.ConsumerBad, "basket.consumer", map[string]any{"consumer": "9911223"})
	s.must("basket.consumer", map[string]any{"consumer": "1100 1234"})
	s.must("basket.register", map[string]any{"register": "37900846788"})
	if b := s.state.Selected(); b.Consumer != "" {
		t.Errorf("a business has the consumer number %s", b.Consumer)
	}
	s.must("basket.consumer", map[string]any{"consumer": "11001234"})
	if b := s.state.Selected(); b.Register != "" {
		t.Errorf("a person has the register number %s", b.Register)
	}
	s.must("pay", exact)
	if r, _ := fiscal.ReadRequest(s.newest().Body); r.Type != fiscal.B2C || r.ConsumerNo != "11001234" || r.CustomerTIN != nil {
		t.Errorf("%+v", r)
	}
	s.must("line.scan", map[string]any{"code": "100"})
	s.must("basket.consumer", map[string]any{"consumer": "11001234"})
	s.must("basket.consumer", nil)
	s.must("pay", exact)
	if r, _ := fiscal.ReadRequest(s.newest().Body); r.ConsumerNo != "" {
		t.Errorf("%+v", r)
	}
}

// Only a person with the right decides, once, and what is asked again has a suffix of its own and mended codes.
func TestDecidingAboutEbarimts(t *testing.T) {
	s := reporting(t)
	bill := s.sold().Result.Bill
	s.refused(fault.FiscalIdle, "fiscal.resolve", map[string]any{"outcome": "not_done"})
	s.told(event.FiscalRefused)
	s.refused(fault.FiscalReason, "fiscal.drop", nil)
	s.refused(fault.FiscalIdle, "fiscal.resolve", map[string]any{"outcome": "not_done"})
	g := s.goods["100"]
	g.ClassCode = "2222200"
	s.goods["100"] = g
	s.must("fiscal.repeat", map[string]any{"bill": bill})
	r, _ := fiscal.ReadRequest(s.newest().Body)
	if r.BillIDSuffix != "10100001" || r.Receipts[0].Items[0].ClassificationCode != "2222200" || s.newest().Attempt != 1 {
		t.Errorf("%+v", r)
	}
	s.refused(fault.FiscalIdle, "fiscal.repeat", nil)
	s.told(event.FiscalUncertain)
	s.refused(fault.CommandMalformed, "fiscal.resolve", map[string]any{"outcome": "perhaps"})
	s.refused(fault.FiscalNumber, "fiscal.resolve", map[string]any{"outcome": "done", "number": strings.Repeat("1", 32), "date": "2026-11-23 09:00:01"})
	s.refused(fault.FiscalNumber, "fiscal.resolve", map[string]any{"outcome": "done", "number": strings.Repeat("1", 33), "date": "today"})
	s.must("seller.login", map[string]any{"code": "1", "password": "1111"})
	done := map[string]any{"outcome": "done", "number": strings.Repeat("1", 33), "date": "2026-11-23 09:00:01"}
	s.refused(fault.RightMissing, "fiscal.resolve", done)
	done["approver"] = map[string]string{"code": "5", "password": "5555"}
	s.must("fiscal.resolve", done)
	c, _ := s.env.Chain(bill)
	if latest, ok := c.Latest(); !ok || latest.By != "1" || latest.ApprovedBy != "5" || len(s.state.Fiscal) != 0 {
		t.Errorf("%+v, %v, %+v", latest, ok, s.state.Fiscal)
	}
}

// A lottery number that was lost is had anew: one cancellation, which carries what follows it, while nothing else is under way.
func TestIssuingAnew(t *testing.T) {
	s := reporting(t)
	bill := s.sold().Result.Bill
	s.refused(fault.FiscalBusy, "fiscal.anew", nil)
	s.told(event.FiscalIssued)
	if len(s.state.Fiscal) != 1 || !s.state.Fiscal[0].Unprinted() {
		t.Fatalf("%+v", s.state.Fiscal)
	}
	s.refused(fault.FiscalGone, "fiscal.slip", nil)
	s.must("fiscal.anew", map[string]any{"bill": bill})
	asked := s.newest()
	r, _ := fiscal.ReadRequest(asked.Body)
	if asked.Job != event.FiscalCancel || !asked.Anew || asked.Attempt != 1 || r.BillIDSuffix != "10200001" || r.InactiveID != "" {
		t.Errorf("%+v %+v", asked, r)
	}
	s.refused(fault.FiscalBusy, "fiscal.anew", nil)
	s.told(event.FiscalCancelled)
	s.refused(fault.FiscalIdle, "fiscal.anew", nil)
	s.env.Fiscal.Holds = func(event.Bill) bool { return true }
	s.state.Prints = nil
	s.must("fiscal.slip", map[string]any{"bill": bill})
	if p := s.state.Prints; len(p) != 1 || !p[0].Slip {
		t.Errorf("%+v", p)
	}
}

// What is issued anew after a part came back is about what stayed, also when it has to be asked for again.
func TestIssuingAnewAfterReturn(t *testing.T) {
	s := reporting(t)
	s.must("line.scan", map[string]any{"code": "100", "quantity": "2"})
	bill := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "cash", "amount": "3000"}}}).Result.Bill
	s.told(event.FiscalIssued)
	s.must("return.begin", map[string]any{"code": string(bill)})
	s.must("return.set", map[string]any{"lines": []map[string]any{{"line": 1, "quantity": "1"}}})
	s.must("pay", map[string]any{"reason": "x"})
	if s.newest().Job != event.FiscalCorrect {
		t.Fatalf("%+v", s.newest())
	}
	s.told(event.FiscalIssued)
	s.must("fiscal.anew", map[string]any{"bill": bill})
	cancel := s.newest()
	s.told(event.FiscalCancelled)
	again := cancel.Reissue(cancel.Who, cancel.Local)
	s.seq++
	s.state.Apply(s.seq, again)
	s.facts = append(s.facts, again)
	s.told(event.FiscalRefused)
	s.must("fiscal.repeat", map[string]any{"bill": bill})
	r, err := fiscal.ReadRequest(s.newest().Body)
	if err != nil || s.newest().Attempt <= again.Attempt || money.Amount(r.TotalAmount) != 1500_00 {
		t.Errorf("asked again for %d (%v), attempt %d after %d; one loaf of two has stayed", r.TotalAmount, err, s.newest().Attempt, again.Attempt)
	}
}
