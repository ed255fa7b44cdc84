package till_test

import (
	"slices"
	"testing"

	"posbox/pos/event"
	"posbox/pos/till"
)

// paper says how a paper of a bill came out.
func (s *shop) paper(bill event.Bill, shown event.FiscalShown, byHand bool) {
	s.t.Helper()
	s.seq++
	asked := s.seq
	s.state.Apply(asked, event.ReceiptAsked{Bill: bill, ByHand: byHand})
	s.seq++
	s.state.Apply(s.seq, event.ReceiptOutcome{Asked: asked, Bill: bill, Result: event.ReceiptPrinted, Fiscal: shown})
}

// deferred says of papers that they did not come out.
func (s *shop) deferred(papers ...event.Bill) {
	s.t.Helper()
	for _, bill := range papers {
		i := slices.IndexFunc(s.state.Prints, func(p till.Print) bool { return p.Bill == bill && p.Result == "" })
		if i < 0 {
			s.t.Fatalf("%s is not asked for: %+v", bill, s.state.Prints)
		}
		s.seq++
		s.state.Apply(s.seq, event.ReceiptOutcome{Asked: s.state.Prints[i].Asked, Bill: bill, Result: event.ReceiptDeferred})
	}
}

// issued settles the newest request of a bill as issued.
func (s *shop) issued(bill event.Bill, lottery bool) {
	s.t.Helper()
	r, ok := s.state.Report(bill)
	if !ok {
		s.t.Fatalf("nothing is asked for %s", bill)
	}
	o := event.FiscalOutcome{Asked: r.Asked, Bill: bill, Job: r.Job.Job, Result: event.FiscalIssued, ID: "1", Date: "2026-11-23 09:00:01", Lottery: lottery, QR: true}
	s.seq++
	s.state.Apply(s.seq, o)
	s.facts = append(s.facts, o)
}

// ended says of a request what became of it, which is no receipt.
func (s *shop) ended(asked uint64, result event.FiscalResult) {
	s.t.Helper()
	for _, r := range s.state.Fiscal {
		if r.Asked == asked {
			o := event.FiscalOutcome{Asked: asked, Bill: r.Bill, Job: r.Job.Job, Result: result}
			s.seq++
			s.state.Apply(s.seq, o)
			s.facts = append(s.facts, o)
			return
		}
	}
	s.t.Fatalf("%d is not asked for", asked)
}

// TestHandedPaper: what a sale's buyer still had to get on paper when goods came back at another till is told until it is on paper: with
// the receipt that holds then.
func TestHandedPaper(t *testing.T) {
	unprinted := func(s *shop) (event.SaleCompleted, till.Report) {
		t.Helper()
		sold := s.loaves(3) // issued, with a lottery number
		list := s.state.Missing()
		if len(list) != 0 {
			t.Fatalf("its paper is on its way: %+v", list)
		}
		s.seq++
		s.state.Apply(s.seq, event.ReceiptOutcome{Asked: s.state.Prints[0].Asked, Bill: sold.Bill, Result: event.ReceiptDeferred})
		if list = s.state.Missing(); len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		return sold, list[0]
	}
	missing := func(s *shop, want int) till.Report {
		t.Helper()
		list := s.state.Missing()
		if len(list) != want {
			t.Fatalf("%d to be printed, want %d: %+v", len(list), want, list)
		}
		if want == 0 {
			return till.Report{}
		}
		return list[0]
	}
	printing := func(t *testing.T) *shop {
		s := handing(t)
		s.env.Printer = true
		return s
	}
	t.Run("corrected", func(t *testing.T) {
		s := printing(t)
		sold, _ := unprinted(s)
		s.hand(elsewhere(sold, 1, 0))
		missing(s, 0) // until it is known which one holds
		s.issued(sold.Bill, false)
		if r := missing(s, 1); r.Job.Job != event.FiscalCorrect || !r.Owes || !s.state.Owed(sold.Bill) {
			t.Errorf("%+v", r)
		}
		s.hand(elsewhere(sold, 1, 1000))
		s.issued(sold.Bill, false)
		if r := missing(s, 1); !r.Owes {
			t.Errorf("the second correction: %+v", r)
		}
		s.paper(sold.Bill, event.FiscalReplaced, false)
		s.paper(sold.Bill, event.FiscalNumbered, false) // by itself
		missing(s, 1)
		s.paper(sold.Bill, event.FiscalWhole, true)
		missing(s, 0)
	})
	t.Run("refused and given up", func(t *testing.T) {
		s := printing(t)
		sold, before := unprinted(s)
		s.hand(elsewhere(sold, 1, 0))
		r, _ := s.state.Report(sold.Bill)
		s.ended(r.Asked, event.FiscalRefused)
		missing(s, 0)
		s.ended(r.Asked, event.FiscalDropped)
		if r := missing(s, 1); r.Asked != before.Asked {
			t.Errorf("%+v", r)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		s := printing(t)
		sold, _ := unprinted(s)
		s.hand(elsewhere(sold, 3, 0))
		r, _ := s.state.Report(sold.Bill)
		if r.Job.Job != event.FiscalCancel {
			t.Fatalf("%+v", r)
		}
		s.ended(r.Asked, event.FiscalCancelled)
		missing(s, 0)
		if s.state.Owed(sold.Bill) {
			t.Error("a cancelled lottery number is owed")
		}
	})
	t.Run("first receipt", func(t *testing.T) {
		s := printing(t)
		s.must("line.scan", map[string]any{"code": "2*100"})
		sold, err := s.sale(s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "card", "amount": "3000"}}}).Result.Bill)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := s.state.Report(sold.Bill)
		s.ended(first.Asked, event.FiscalUncertain)
		s.hand(elsewhere(sold, 1, 0))
		s.must("fiscal.resolve", map[string]any{"bill": string(sold.Bill), "outcome": "not_done"})
		s.issued(sold.Bill, true)
		s.seq++
		s.state.Apply(s.seq, event.ReceiptOutcome{Asked: s.state.Prints[0].Asked, Bill: sold.Bill, Result: event.ReceiptPrinted, Fiscal: event.FiscalProvisional})
		if r := missing(s, 1); r.Job.Job != event.FiscalCorrect || r.Owes || !r.Provisional || !s.state.AtHand(r) {
			t.Errorf("%+v", r)
		}
	})
	t.Run("issued anew, and overtaken", func(t *testing.T) {
		s := printing(t)
		sold, _ := unprinted(s)
		s.must("fiscal.anew", map[string]any{"bill": string(sold.Bill)})
		cancel, _ := s.state.Report(sold.Bill)
		s.ended(cancel.Asked, event.FiscalUncertain)
		s.hand(elsewhere(sold, 1, 0))
		d := s.must("fiscal.resolve", map[string]any{"bill": string(sold.Bill), "outcome": "done"})
		if slip, ok := d.Facts[len(d.Facts)-1].(event.ReceiptAsked); !ok || !slip.Slip {
			t.Fatalf("no slip of what is the new receipt is asked for: %+v", d.Facts)
		}
		s.issued(sold.Bill, true)
		missing(s, 0) // it is on its way
		for _, p := range s.state.Prints {
			if p.Slip {
				s.seq++
				s.state.Apply(s.seq, event.ReceiptOutcome{Asked: p.Asked, Bill: p.Bill, Result: event.ReceiptCancelled})
			}
		}
		if r := missing(s, 1); !r.Outcome.Lottery {
			t.Errorf("%+v", r)
		}
	})
	t.Run("printed while the correction waits", func(t *testing.T) {
		s := printing(t)
		sold, _ := unprinted(s)
		s.hand(elsewhere(sold, 1, 0))
		r, _ := s.state.Report(sold.Bill)
		s.ended(r.Asked, event.FiscalWaiting)
		s.paper(sold.Bill, event.FiscalWhole, true)
		s.issued(sold.Bill, false)
		missing(s, 0)
	})
	t.Run("provisional while the first one waits", func(t *testing.T) { // nothing holds: the correction becomes the first receipt
		s := printing(t)
		s.env.Printer = false
		s.must("line.scan", map[string]any{"code": "2*100"})
		bill := s.must("pay", map[string]any{"tenders": []map[string]string{{"kind": "card", "amount": "3000"}}}).Result.Bill
		sold, err := s.sale(bill)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := s.state.Report(bill)
		s.ended(first.Asked, event.FiscalRefused)
		s.hand(elsewhere(sold, 1, 0))
		s.ended(first.Asked, event.FiscalDropped)
		s.paper(bill, event.FiscalProvisional, true)
		s.issued(bill, true)
		if r := missing(s, 1); !r.Provisional || !r.Outcome.Lottery {
			t.Errorf("%+v", r)
		}
	})
	t.Run("two corrected receipts", func(t *testing.T) { // each is of what holds when it is printed
		for _, refused := range []bool{false, true} {
			s := printing(t)
			sold, _ := unprinted(s)
			one := s.backOne(sold.Bill)
			s.deferred(one.Bill, one.Bill.Corrected())
			first, _ := s.state.Report(sold.Bill)
			if !refused {
				s.issued(sold.Bill, false)
			}
			two := s.backOne(sold.Bill)
			s.deferred(two.Bill, two.Bill.Corrected())
			if refused {
				s.ended(first.Asked, event.FiscalRefused)
				s.ended(first.Asked, event.FiscalDropped)
			}
			s.issued(sold.Bill, false)
			missing(s, 1)
			s.paper(one.Bill.Corrected(), event.FiscalNumbered, false)
			missing(s, 1)
			s.paper(one.Bill.Corrected(), event.FiscalWhole, true)
			missing(s, 0)
		}
	})
	t.Run("own return", func(t *testing.T) {
		s := printing(t)
		sold := s.loaves(3)
		s.seq++
		s.state.Apply(s.seq, event.ReceiptOutcome{Asked: s.state.Prints[0].Asked, Bill: sold.Bill, Result: event.ReceiptPrinted, Fiscal: event.FiscalWhole})
		back := s.backOne(sold.Bill)
		s.issued(sold.Bill, false)
		missing(s, 0) // its paper is on its way
		for _, p := range s.state.Prints {
			if p.Bill == back.Bill.Corrected() {
				s.seq++
				s.state.Apply(s.seq, event.ReceiptOutcome{Asked: p.Asked, Bill: p.Bill, Result: event.ReceiptInterrupted, Fiscal: event.FiscalWhole})
			}
		}
		if r := missing(s, 1); r.Owes || r.Lottery() || r.OwnPaper() != back.Bill.Corrected() {
			t.Errorf("%+v", r)
		}
		s.must("receipt.print", map[string]any{"bill": string(back.Bill.Corrected())})
	})
}
