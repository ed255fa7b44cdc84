package engine

import (
	"testing"

	"posbox/pos/event"
)

// TestChain: the facts of a sale's e-barimt are found by its bill, also those of a return long after, in their order.
func TestChain(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	const bill, other event.Bill = "2026-11-23-9-0001", "2026-11-23-10-0001"
	tell := func(f event.Fact) uint64 {
		t.Helper()
		if err := s.Tell(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		return uint64(s.View().Seq)
	}
	first := tell(event.FiscalAsked{Bill: bill, Job: event.FiscalIssue, Body: []byte(`{"a":1}`)})
	tell(event.FiscalAsked{Bill: other, Job: event.FiscalIssue})
	tell(event.FiscalOutcome{Asked: first, Bill: bill, Result: event.FiscalIssued, ID: "1", Date: "d"})
	if len(s.View().State.Fiscal) != 1 {
		t.Errorf("still to do: %+v", s.View().State.Fiscal)
	}
	second := tell(event.FiscalAsked{Bill: bill, Job: event.FiscalCancel, Attempt: 1})
	s.restart(journalOptions())
	c, err := s.Chain(bill)
	if err != nil || len(c) != 2 || c[0].Asked != first || c[1].Asked != second {
		t.Fatalf("%+v, %v", c, err)
	}
	if latest, ok := c.Latest(); !ok || latest.ID != "1" || latest.Date != "d" {
		t.Errorf("latest %+v", latest)
	}
	if c, err := s.Chain("2026-11-23-9-000"); err != nil || len(c) != 0 {
		t.Errorf("another bill's chain: %+v, %v", c, err)
	}
	if a, err := s.FiscalAsked(first); err != nil || string(a.Body) != `{"a":1}` {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := s.FiscalAsked(1); err == nil {
		t.Error("the first record is no request")
	}
}
