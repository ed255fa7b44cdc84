package fiscal_test

import (
	"strings"
	"testing"

	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// chain folds facts at sequences 1, 2, …
func chain(facts ...event.Fact) (c fiscal.Chain) {
	for i, f := range facts {
		c = c.Apply(uint64(i+1), f)
	}
	return c
}

func asked(job event.FiscalJob, attempt int) event.FiscalAsked {
	return event.FiscalAsked{Bill: "2026-11-23-1-0001", Job: job, Attempt: attempt}
}

func outcome(asked uint64, r event.FiscalResult, id string) event.FiscalOutcome {
	return event.FiscalOutcome{Asked: asked, Result: r, ID: id, Date: "date of " + id}
}

func TestChain(t *testing.T) {
	issue, cancel, correct := asked(event.FiscalIssue, 0), asked(event.FiscalCancel, 1), asked(event.FiscalCorrect, 1)
	for _, c := range []struct {
		name    string
		facts   []event.Fact
		latest  string             // number of the receipt that holds
		pending uint64             // the request that all others wait for
		result  event.FiscalResult // of the newest request
		next    int
	}{
		{"not reported", nil, "", 0, "", 0},
		{"asked", []event.Fact{issue}, "", 1, "", 1},
		{"issued", []event.Fact{issue, outcome(1, event.FiscalIssued, "a")}, "a", 0, event.FiscalIssued, 1},
		{"waits, is sent, and nobody knows", []event.Fact{issue, outcome(1, event.FiscalWaiting, ""), outcome(1, event.FiscalSending, ""),
			outcome(1, event.FiscalUncertain, "")}, "", 1, event.FiscalUncertain, 1},
		{"a person found it", []event.Fact{issue, outcome(1, event.FiscalUncertain, ""), outcome(1, event.FiscalIssued, "a")}, "a", 0, event.FiscalIssued, 1},
		{"not issued, and again", []event.Fact{issue, outcome(1, event.FiscalUncertain, ""), outcome(1, event.FiscalNotDone, ""), asked(event.FiscalIssue, 1),
			outcome(4, event.FiscalIssued, "b")}, "b", 0, event.FiscalIssued, 2},
		{"corrected", []event.Fact{issue, outcome(1, event.FiscalIssued, "a"), correct, outcome(3, event.FiscalIssued, "b")}, "b", 0, event.FiscalIssued, 2},
		{"cancelled", []event.Fact{issue, outcome(1, event.FiscalIssued, "a"), cancel, outcome(3, event.FiscalCancelled, "a")}, "", 0, event.FiscalCancelled, 2},
		{"cancellation refused", []event.Fact{issue, outcome(1, event.FiscalIssued, "a"), cancel, outcome(3, event.FiscalRefused, "")}, "a", 3, event.FiscalRefused, 2},
		{"issued anew", []event.Fact{issue, outcome(1, event.FiscalIssued, "a"), cancel, outcome(3, event.FiscalCancelled, "a"), asked(event.FiscalIssue, 2),
			outcome(5, event.FiscalIssued, "c")}, "c", 0, event.FiscalIssued, 3},
		{"an end is an end", []event.Fact{issue, outcome(1, event.FiscalIssued, "a"), outcome(1, event.FiscalUncertain, "")}, "a", 0, event.FiscalIssued, 1},
		{"of another chain", []event.Fact{issue, outcome(9, event.FiscalIssued, "z")}, "", 1, "", 1},
	} {
		got := chain(c.facts...)
		latest, ok := got.Latest()
		if latest.ID != c.latest || ok != (c.latest != "") || ok && latest.Date != "date of "+c.latest {
			t.Errorf("%s: latest %+v, %v", c.name, latest, ok)
		}
		if j, ok := got.Pending(); j.Asked != c.pending || ok != (c.pending != 0) {
			t.Errorf("%s: pending %+v, %v", c.name, j, ok)
		}
		if j, _ := got.Last(); j.Result != c.result {
			t.Errorf("%s: newest is %q", c.name, j.Result)
		}
		if n := got.NextAttempt(); n != c.next {
			t.Errorf("%s: next attempt %d", c.name, n)
		}
	}
}

// TestChainBefore: a return's paper names the receipt that held before it, and a corrected one knows whether a lottery number is out.
func TestChainBefore(t *testing.T) {
	var c fiscal.Chain
	for i, f := range []event.Fact{
		event.FiscalAsked{Job: event.FiscalIssue},
		event.FiscalOutcome{Asked: 1, Result: event.FiscalIssued, ID: "first", Lottery: true},
		event.FiscalAsked{Job: event.FiscalCorrect, Return: "back"},
		event.FiscalOutcome{Asked: 3, Result: event.FiscalIssued, ID: "second"},
		event.FiscalAsked{Job: event.FiscalCancel, Return: "rest"},
		event.FiscalOutcome{Asked: 5, Result: event.FiscalCancelled, ID: "second"},
	} {
		c = c.Apply(uint64(i+1), f)
	}
	for _, k := range []struct {
		back    event.Bill
		id      string
		lottery bool
	}{{"back", "first", true}, {"rest", "second", true}, {"another", "", false}} {
		before := c.Before(k.back)
		latest, _ := before.Latest()
		if latest.ID != k.id || before.Lottery() != k.lottery {
			t.Errorf("before %s: %q, lottery %v", k.back, latest.ID, before.Lottery())
		}
	}
}

func TestChainLasts(t *testing.T) {
	issue, cancel, correct := asked(event.FiscalIssue, 0), asked(event.FiscalCancel, 1), asked(event.FiscalCorrect, 1)
	facts := []event.Fact{issue, outcome(1, event.FiscalIssued, "a"), correct, outcome(3, event.FiscalIssued, "b"), cancel, outcome(5, event.FiscalCancelled, "b"),
		asked(event.FiscalIssue, 2), outcome(7, event.FiscalIssued, "c")}
	for _, c := range []struct {
		n    int
		last string
	}{{0, ""}, {1, ""}, {2, "a"}, {3, "a"}, {4, "ab"}, {5, "ab"}, {6, ""}, {8, "c"}} {
		got := chain(facts[:c.n]...)
		for _, id := range []string{"a", "b", "c"} {
			if want := strings.Contains(c.last, id); got.Lasts(id) != want {
				t.Errorf("after %d facts %s lasts: %v", c.n, id, !want)
			}
		}
	}
}
