package outbox

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/till"
)

// town is a till with its journal, and a tax office's service that answers what a test says.
type town struct {
	*Fiscal
	t       *testing.T
	state   *till.State
	seq     uint64
	facts   map[uint64]event.Fact
	told    []string // outcomes, in order
	bodies  []string // sent, in order
	answers []fiscal.Outcome
	down    bool
}

func newTown(t *testing.T, answers ...fiscal.Outcome) *town {
	w := &town{t: t, state: till.New(), facts: map[uint64]event.Fact{}, answers: answers}
	w.Fiscal = &Fiscal{Options: func() FiscalOptions {
		return FiscalOptions{Service: w, Hang: time.Second, Zone: time.UTC, Printer: true}
	}, Secrets: &Secrets{}, Chain: w.chain, Asked: func(seq uint64) (event.FiscalAsked, error) { return w.facts[seq].(event.FiscalAsked), nil },
		View: func() (*till.State, <-chan struct{}) { return w.state, nil }, Tell: w.tell, Now: time.Now, Changed: func() {}, Logger: slog.New(slog.DiscardHandler)}
	return w
}

func (w *town) tell(_ context.Context, facts ...event.Fact) error {
	w.state = w.state.Clone()
	for _, f := range facts {
		w.seq++
		w.facts[w.seq] = f
		w.state.Apply(w.seq, f)
		if o, ok := f.(event.FiscalOutcome); ok {
			w.told = append(w.told, string(o.Bill)+" "+string(o.Result))
		}
	}
	return nil
}

func (w *town) chain(b event.Bill) (c fiscal.Chain, err error) {
	for seq := uint64(1); seq <= w.seq; seq++ {
		switch f := w.facts[seq].(type) {
		case event.FiscalAsked:
			if f.Bill == b {
				c = c.Apply(seq, f)
			}
		case event.FiscalOutcome:
			c = c.Apply(seq, f)
		}
	}
	return c, nil
}

func (w *town) answer(body []byte) fiscal.Outcome {
	w.bodies = append(w.bodies, string(body))
	if w.down {
		return fiscal.Outcome{Verdict: fiscal.VerdictUnsent, Cause: errors.New("refused")}
	}
	a := w.answers[0]
	w.answers = w.answers[1:]
	return a
}

func (w *town) Issue(_ context.Context, body []byte, _ int) fiscal.Outcome { return w.answer(body) }
func (w *town) Cancel(_ context.Context, body []byte) fiscal.Outcome       { return w.answer(body) }
func (w *town) SendData(context.Context) error                             { return nil }
func (w *town) Info(context.Context) (fiscal.Info, error) {
	if w.down {
		return fiscal.Info{}, errors.New("refused")
	}
	return fiscal.Info{LeftLotteries: 100}, nil
}

// ask writes a request and lets the follower handle it.
func (w *town) ask(a event.FiscalAsked, late bool) []event.Fact {
	w.t.Helper()
	w.tell(nil, a)
	seq := w.seq
	facts, err := w.Handle(w.t.Context(), Record{Seq: journal.Seq(seq), Fact: a, Late: late})
	if err != nil {
		w.t.Fatal(err)
	}
	w.tell(nil, facts...)
	return facts
}

// sell has bill A issued, with its paper asked for as record 3.
func (w *town) sell() {
	w.t.Helper()
	w.tell(nil, event.ShiftOpened{Shift: 1})
	first := issue("A")
	w.tell(nil, first, event.ReceiptAsked{Bill: "A"})
	facts, err := w.Handle(w.t.Context(), Record{Seq: 2, Fact: first})
	if err != nil {
		w.t.Fatal(err)
	}
	w.tell(nil, facts...)
}

// correctHanded asks for a correction of bill A after a return at another till.
func correctHanded(job uint64) event.FiscalAsked {
	a := issue("A")
	a.Job, a.Return, a.From = event.FiscalCorrect, "R", event.JobOf(strings.Repeat("0a", 16), job)
	return a
}

func issue(b event.Bill) event.FiscalAsked {
	return event.FiscalAsked{Bill: b, Job: event.FiscalIssue, Body: fiscal.Request{Type: fiscal.B2C, BillIDSuffix: string(b), TotalVAT: 5000}.Body(), Local: "2026-11-23 10:00:00"}
}

func given(id string) fiscal.Outcome {
	return fiscal.Outcome{Verdict: fiscal.VerdictDone, Issued: fiscal.Issued{ID: id, Date: "2026-11-23 10:00:01", Lottery: fiscal.Keep("AB 12345678"), QR: fiscal.Keep("99")}}
}

func TestFiscalVerdicts(t *testing.T) {
	refused := fiscal.Outcome{Verdict: fiscal.VerdictRefused, Text: "НӨАТ-г 10%-р тооцоолоогүй байна. Шалгуур дүн: 54.90"}
	for _, c := range []struct {
		name   string
		answer fiscal.Outcome
		late   bool
		result event.FiscalResult
		sent   int
	}{
		{"issued", given("7"), false, event.FiscalIssued, 1},
		{"refused", refused, false, event.FiscalRefused, 1},
		{"uncertain", fiscal.Outcome{Verdict: fiscal.VerdictUncertain}, false, event.FiscalUncertain, 1},
		{"unsent", fiscal.Outcome{Verdict: fiscal.VerdictUnsent}, false, event.FiscalWaiting, 1},
		{"from before this process", given("7"), true, event.FiscalUncertain, 0},
	} {
		w := newTown(t, c.answer)
		got := w.ask(issue("A"), c.late)[0].(event.FiscalOutcome)
		if got.Result != c.result || len(w.bodies) != c.sent || got.Asked != 1 || got.Bill != "A" {
			t.Errorf("%s: %+v, sent %d times", c.name, got, len(w.bodies))
		}
		switch c.result {
		case event.FiscalIssued:
			if held, ok := w.Secrets.Get("A"); !ok || held.Lottery.Reveal() != "AB 12345678" || !got.Lottery || !got.QR || got.ID != "7" {
				t.Errorf("%s: %+v, held %v", c.name, got, ok)
			}
		case event.FiscalRefused:
			if got.Expected != "54.90" || got.Given != "50.00" || got.Message == "" {
				t.Errorf("%s: %+v", c.name, got)
			}
		}
		if again, err := w.Handle(t.Context(), Record{Seq: 1, Fact: issue("A")}); err != nil || len(again) != 0 || len(w.bodies) != c.sent {
			t.Errorf("%s: handled twice: %v", c.name, again)
		}
	}
}

// What waits is marked before it is sent, and sent in order, until an answer fails to come.
func TestFiscalQueue(t *testing.T) {
	w := newTown(t)
	w.down = true
	for _, b := range []event.Bill{"A", "B", "C"} {
		w.ask(issue(b), false)
	}
	correct := issue("A")
	correct.Job = event.FiscalCorrect
	w.ask(correct, false) // needs A's number
	if len(w.bodies) != 3 || CountFiscal(w.state).Waiting != 4 {
		t.Fatalf("%d sent, %+v", len(w.bodies), CountFiscal(w.state))
	}
	w.down, w.bodies, w.told = false, nil, nil
	w.answers = []fiscal.Outcome{given("1"), {Verdict: fiscal.VerdictUncertain}, given("3"), given("4")}
	q := queue{Fiscal: w.Fiscal}
	q.look(t.Context(), w.state)
	if want := []string{"A sending", "A issued", "B sending", "B uncertain"}; !slices.Equal(w.told, want) {
		t.Errorf("told %v, want %v", w.told, want)
	}
	w.told, q.looked = nil, time.Time{}
	q.look(t.Context(), w.state)
	if want := []string{"B uncertain", "C sending", "C issued", "A sending", "A issued"}; !slices.Equal(w.told, want) { // first B's evidence
		t.Errorf("told %v, want %v", w.told, want)
	}
	if last := w.bodies[len(w.bodies)-1]; !strings.Contains(last, `"inactiveId":"1"`) {
		t.Errorf("the correction does not name what it replaces: %s", last)
	}
	for _, r := range w.state.Fiscal {
		if r.Bill == "B" && (r.Outcome.After == nil || *r.Outcome.After != 100) {
			t.Errorf("evidence: %+v", r.Outcome)
		}
	}
}

// A register of taxpayers that does not answer holds nobody up: who waits for it waits alone, and it is left alone for a while.
func TestFiscalRegisterAway(t *testing.T) {
	w := newTown(t, given("1"), given("2"))
	asked, answer := make(chan struct{}), make(chan fiscal.Found)
	questions := 0
	options := w.Options
	w.Options = func() FiscalOptions {
		o := options()
		o.Business = func(context.Context, event.Register) (event.Business, fiscal.Found) {
			questions++
			asked <- struct{}{}
			return event.Business{TIN: "20200033310"}, <-answer
		}
		return o
	}
	business := issue("A")
	business.Customer = "1234567"
	w.tell(nil, business)
	handled := make(chan []event.Fact)
	go func() {
		facts, _ := w.Handle(t.Context(), Record{Seq: 1, Fact: business})
		handled <- facts
	}()
	<-asked
	w.ask(issue("B"), false)
	if len(w.bodies) != 1 {
		t.Fatalf("%d sent while the register is asked; want that of the person", len(w.bodies))
	}
	answer <- fiscal.FoundAway
	w.tell(nil, <-handled...)
	q := queue{Fiscal: w.Fiscal}
	q.sendWaiting(t.Context())
	if questions != 1 || CountFiscal(w.state).Waiting != 1 {
		t.Errorf("asked %d times, %+v", questions, CountFiscal(w.state))
	}
	w.wake() // as a person's wish to send does
	sent := make(chan struct{})
	go func() { q.sendWaiting(t.Context()); close(sent) }()
	<-asked
	answer <- fiscal.FoundKnown
	<-sent
	if r, ok := w.state.Report("A"); ok && !r.Ended() || len(w.bodies) != 2 || !strings.Contains(w.bodies[1], `"customerTin":"20200033310"`) {
		t.Errorf("%+v, sent %q", r, w.bodies)
	}
}

// What was written before another buyer was named is sent to that one.
func TestFiscalMended(t *testing.T) {
	w := newTown(t, fiscal.Outcome{Verdict: fiscal.VerdictDone, Issued: fiscal.Issued{ID: "2", Date: "2026-11-23 10:00:01"}})
	first := issue("A")
	w.tell(nil, first, event.FiscalOutcome{Asked: 1, Bill: "A", Job: event.FiscalIssue, Result: event.FiscalRefused})
	rest := issue("A")
	rest.Job, rest.Return, rest.Customer = event.FiscalCorrect, "R", "1234567"
	w.ask(rest, false)
	if len(w.bodies) != 0 {
		t.Fatalf("sent %q before the first has ended", w.bodies)
	}
	w.tell(nil, event.FiscalOutcome{Asked: 1, Bill: "A", Job: event.FiscalIssue, Result: event.FiscalNotDone,
		Mended: &event.Mended{Register: "7654321", Business: &event.Business{TIN: "37900846788"}}})
	(&queue{Fiscal: w.Fiscal}).sendWaiting(t.Context())
	if len(w.bodies) != 1 || !strings.Contains(w.bodies[0], `"customerTin":"37900846788"`) || !strings.Contains(w.bodies[0], fiscal.B2B) {
		t.Errorf("sent %q", w.bodies)
	}
}

// A mark without an outcome, from before this process, is uncertain and not sent again.
func TestFiscalInterrupted(t *testing.T) {
	w := newTown(t)
	w.down = true
	w.ask(issue("A"), false)
	w.tell(nil, event.FiscalOutcome{Asked: 1, Bill: "A", Job: event.FiscalIssue, Result: event.FiscalSending})
	w.Late, w.down, w.bodies = w.seq, false, nil
	w.interrupted(t.Context())
	(&queue{Fiscal: w.Fiscal}).look(t.Context(), w.state)
	if r, _ := w.state.Report("A"); r.Result != event.FiscalUncertain || len(w.bodies) != 0 {
		t.Errorf("%+v, sent %v", r, w.bodies)
	}
}

// Cancelling to issue anew writes the new request in the same transaction, and it is sent once.
func TestFiscalAnew(t *testing.T) {
	w := newTown(t, given("1"), fiscal.Outcome{Verdict: fiscal.VerdictDone}, given("2"))
	w.ask(issue("A"), false)
	again := issue("A")
	again.Job, again.Anew, again.Attempt = event.FiscalCancel, true, 1
	facts := w.ask(again, false)
	if len(facts) != 3 || w.Secrets.Holds("A") {
		t.Fatalf("%v; holds %v", facts, w.Secrets.Holds("A"))
	}
	next, ok := facts[1].(event.FiscalAsked)
	if slip, is := facts[2].(event.ReceiptAsked); !ok || next.Job != event.FiscalIssue || next.Attempt != 2 || !is || !slip.Slip {
		t.Fatalf("%+v", facts)
	}
	if w.bodies[1] != `{"id":"1","date":"2026-11-23 10:00:01"}` {
		t.Errorf("cancelled with %s", w.bodies[1])
	}
	if c, _ := w.chain("A"); c.NextAttempt() != 3 {
		t.Errorf("next attempt %d", c.NextAttempt())
	}
}

// A lottery number that is not on paper yet comes with the correction of its receipt; where it is lost, nothing is held, nor of a
// correction of which no paper is made.
func TestFiscalCorrected(t *testing.T) {
	corrected := fiscal.Outcome{Verdict: fiscal.VerdictDone, Issued: fiscal.Issued{ID: "2", Date: "2026-11-23 10:00:02", QR: fiscal.Keep("77")}}
	for _, c := range []struct {
		name    string
		printed bool
		lost    bool
		own     bool // a return here, which has a paper made of it
		lottery string
		held    bool
	}{{"not printed", false, false, false, "AB 12345678", true}, {"printed", true, false, false, "", false}, {"lost", false, true, false, "", false},
		{"printed, and a paper comes", true, false, true, "", true}, {"not printed, and a paper comes", false, false, true, "AB 12345678", true}} {
		w := newTown(t, given("1"), corrected)
		w.sell()
		if c.printed {
			w.tell(nil, event.ReceiptOutcome{Asked: 3, Bill: "A", Result: event.ReceiptPrinted, Fiscal: event.FiscalWhole})
		}
		if c.printed || c.lost {
			w.Secrets.Drop("A")
		}
		again := correctHanded(1)
		if c.own {
			again.From = ""
		}
		w.tell(nil, again)
		seq := w.seq
		if c.own {
			w.tell(nil, event.ReceiptAsked{Bill: event.Bill("R").Corrected()})
		}
		facts, err := w.Handle(t.Context(), Record{Seq: journal.Seq(seq), Fact: again})
		if err != nil {
			t.Fatal(err)
		}
		w.tell(nil, facts...)
		held, ok := w.Secrets.Get("A")
		if ok != c.held || ok && (held.ID != "2" || held.QR.Reveal() != "77" || held.Lottery.Reveal() != c.lottery) {
			t.Errorf("%s: held %v, %+v", c.name, ok, held)
		}
		if got := w.state.Owed("A"); got == c.printed {
			t.Errorf("%s: owed %v", c.name, got)
		}
	}
}

// What a person has found out of a correction takes no lottery number away: the next correction still finds it.
func TestFiscalCorrectedFoundOut(t *testing.T) {
	qr := fiscal.Outcome{Verdict: fiscal.VerdictDone, Issued: fiscal.Issued{ID: "3", Date: "2026-11-23 10:00:03", QR: fiscal.Keep("77")}}
	w := newTown(t, given("1"), fiscal.Outcome{Verdict: fiscal.VerdictUncertain}, qr)
	w.sell()
	again := correctHanded(1)
	w.ask(again, false)
	r, _ := w.state.Report("A")
	w.tell(nil, event.FiscalOutcome{Asked: r.Asked, Bill: "A", Job: event.FiscalCorrect, Result: event.FiscalIssued, ID: "2", Date: "2026-11-23 10:00:02"})
	again = correctHanded(2)
	w.ask(again, false)
	if held, ok := w.Secrets.Get("A"); !ok || held.ID != "3" || held.QR.Reveal() != "77" || held.Lottery.Reveal() != "AB 12345678" {
		t.Errorf("held %v, %+v", ok, held)
	}
}

// The QR code of a receipt without a lottery number comes on paper with its correction's, too: the first one's no longer holds.
func TestFiscalCorrectedBusiness(t *testing.T) {
	qr := func(id string) fiscal.Outcome {
		return fiscal.Outcome{Verdict: fiscal.VerdictDone, Issued: fiscal.Issued{ID: id, Date: "2026-11-23 10:00:02", QR: fiscal.Keep("77")}}
	}
	w := newTown(t, qr("1"), qr("2"))
	w.sell()
	again := correctHanded(1)
	w.ask(again, false)
	if held, ok := w.Secrets.Get("A"); !ok || held.ID != "2" {
		t.Errorf("held %v, %+v", ok, held)
	}
}

// slowly is a service that takes a lottery number and does not answer; meanwhile it is looked at.
type slowly struct{ *town }

func (s slowly) Issue(context.Context, []byte, int) fiscal.Outcome {
	s.learn(FiscalStatus{Asked: true, Info: fiscal.Info{LeftLotteries: 99}})
	return fiscal.Outcome{Verdict: fiscal.VerdictUncertain}
}

// The evidence of an uncertain request is what was left before it was sent, not when its time was up.
func TestFiscalEvidence(t *testing.T) {
	w := newTown(t)
	options := w.Options
	w.Options = func() FiscalOptions {
		o := options()
		o.Service = slowly{w}
		return o
	}
	w.learn(FiscalStatus{Asked: true, Info: fiscal.Info{LeftLotteries: 100}})
	if o := w.ask(issue("A"), false)[0].(event.FiscalOutcome); o.Result != event.FiscalUncertain || o.Before == nil || *o.Before != 100 {
		t.Errorf("%+v", o)
	}
	(&queue{Fiscal: w.Fiscal}).witness(t.Context(), w.state, 99)
	if r, _ := w.state.Report("A"); *r.Outcome.Before != 100 || *r.Outcome.After != 99 {
		t.Errorf("%d before, %d after", *r.Outcome.Before, *r.Outcome.After)
	}
}

func TestSecrets(t *testing.T) {
	s := &Secrets{}
	s.Put("A", fiscal.Issued{ID: "1"}) // nothing secret in it
	if s.Holds("A") {
		t.Error("holds nothing")
	}
	i := given("1").Issued
	s.Put("A", i)
	s.Put("B", i)
	_, first := s.Show("A")
	_, second := s.Show("A")
	if !first || second || !s.Holds("A") {
		t.Error("shown not exactly once, or gone for the paper")
	}
	s.Drop("A")
	if s.Holds("A") || !s.Holds("B") {
		t.Error("dropped another")
	}
	s.Clear()
	if s.Holds("B") {
		t.Error("not cleared")
	}
}

// When a shift closes, nothing of it is remembered.
func TestSecretsEndWithTheirShift(t *testing.T) {
	w := newTown(t)
	q := queue{Fiscal: w.Fiscal}
	w.tell(nil, event.ShiftOpened{Shift: 1})
	q.forget(w.state)
	w.Secrets.Put("A", given("1").Issued)
	q.forget(w.state)
	if !w.Secrets.Holds("A") {
		t.Error("forgotten too early")
	}
	w.tell(nil, event.ShiftClosed{})
	q.forget(w.state)
	if w.Secrets.Holds("A") {
		t.Error("remembered over a shift")
	}
}

// deadlines is a service that tells when it last sent to the tax office, and how many lottery numbers are left.
type deadlines struct {
	*town
	last  string
	left  int
	sends int
}

func (d *deadlines) Info(context.Context) (fiscal.Info, error) {
	return fiscal.Info{LastSent: d.last, LeftLotteries: d.left}, nil
}

func (d *deadlines) SendData(context.Context) error { d.sends++; return nil }

// TestFiscalDeadlines: everything is sent once a day, in its hour or where a day has passed without; and somebody is told in time
// of lottery numbers that run out and of what has waited for long.
func TestFiscalDeadlines(t *testing.T) {
	d := &deadlines{town: newTown(t), last: "2026-11-23 08:00:00", left: 100}
	at := func(s string) time.Time {
		t.Helper()
		moment, err := time.ParseInLocation(time.DateTime, s, ulaanbaatar)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	now := at("2026-11-23 19:59:00")
	d.Now = func() time.Time { return now }
	d.Options = func() FiscalOptions { return FiscalOptions{Service: d, SendHour: 20, Zone: ulaanbaatar} }
	q := queue{Fiscal: d.Fiscal}
	for _, c := range []struct {
		now, last string
		sends     int
	}{
		{"2026-11-23 19:59:00", "2026-11-23 08:00:00", 0}, {"2026-11-23 20:00:00", "2026-11-23 08:00:00", 1}, {"2026-11-23 23:00:00", "2026-11-23 20:00:00", 1},
		{"2026-11-24 19:00:00", "2026-11-23 20:00:00", 1}, {"2026-11-24 20:01:00", "2026-11-23 20:00:00", 2},
		{"2026-11-27 09:00:00", "2026-11-24 20:01:00", 3}, // the shop was shut
	} {
		now, d.last, q.looked, q.tried = at(c.now), c.last, time.Time{}, time.Time{}
		q.look(t.Context(), d.state)
		if d.sends != c.sends {
			t.Errorf("%s: sent %d times, want %d", c.now, d.sends, c.sends)
		}
	}
	codes := func() (list []string) {
		for _, f := range d.Faults(d.state, "", 100, 48) {
			list = append(list, string(f.Code))
		}
		return list
	}
	if got := codes(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	d.left, q.looked = 99, time.Time{}
	q.look(t.Context(), d.state)
	if got := codes(); !slices.Equal(got, []string{"fiscal.lotteries"}) {
		t.Errorf("99 lottery numbers are left: %v", got)
	}
	d.tell(nil, issue("A"), event.FiscalOutcome{Asked: 1, Bill: "A", Job: event.FiscalIssue, Result: event.FiscalWaiting})
	for hours, want := range map[int]bool{47: false, 48: true} {
		now = at("2026-11-23 10:00:00").Add(time.Duration(hours) * time.Hour)
		if got := codes(); slices.Contains(got, "fiscal.old") != want || d.OldestHours(d.state) != hours {
			t.Errorf("after %d hours: %v, oldest %d", hours, got, d.OldestHours(d.state))
		}
	}
}

// TestFiscalAnewOvertaken: a return that comes in while an e-barimt waits to be cancelled and issued anew is the new receipt, or
// leaves none: the goods that came back are in no receipt, however late the return came.
func TestFiscalAnewOvertaken(t *testing.T) {
	done := fiscal.Outcome{Verdict: fiscal.VerdictDone}
	for _, c := range []struct {
		name   string
		back   event.FiscalJob
		late   bool // the cancellation's outcome was decided without it
		holds  string
		bodies int
	}{
		{"a part", event.FiscalCorrect, false, "2", 2},
		{"all", event.FiscalCancel, false, "", 1},
		{"a part, at the last moment", event.FiscalCorrect, true, "2", 2},
		{"all, at the last moment", event.FiscalCancel, true, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t, given("1"))
			w.ask(issue("A"), false)
			w.down = true
			again := issue("A")
			again.Job, again.Anew, again.Attempt = event.FiscalCancel, true, 1
			w.ask(again, false)
			seq := w.seq - 1
			back := issue("A")
			back.Job, back.Attempt, back.Return, back.From = c.back, 3, "R", "x/1"
			if c.back == event.FiscalCancel {
				back.Body = nil
			}
			w.ask(back, false)
			w.down, w.bodies, w.answers = false, nil, []fiscal.Outcome{done, given("2"), given("3"), given("4")}
			if c.late {
				w.bodies, w.answers = []string{""}, w.answers[1:]
				w.tell(nil, event.FiscalOutcome{Asked: seq, Bill: "A", Job: event.FiscalCancel, Result: event.FiscalCancelled, ID: "1"}, again.Reissue(again.Who, again.Local))
				w.tell(nil, w.outcome(w.seq, event.FiscalAsked{Bill: "A", Job: event.FiscalIssue}, event.FiscalWaiting))
			}
			q := queue{Fiscal: w.Fiscal}
			for range 3 {
				q.sendWaiting(t.Context())
			}
			slip, left := uint64(0), c.back == event.FiscalCorrect
			for seq, f := range w.facts {
				if a, ok := f.(event.ReceiptAsked); ok && a.Slip {
					slip = seq
				}
			}
			if !c.late && (slip != 0) != left {
				t.Errorf("a slip of what stays is asked for: %v", slip != 0)
			}
			if !c.late && left { // it did not come out: that is told
				w.tell(nil, event.ReceiptOutcome{Asked: slip, Bill: "A", Result: event.ReceiptCancelled})
				held, _ := w.Secrets.Get("A")
				if list := w.state.Missing(); len(list) != 1 || list[0].Outcome.ID != "2" || !list[0].Lottery() || held.ID != "2" {
					t.Errorf("to be printed: %+v; held %s", list, held.ID)
				}
			}
			chain, _ := w.chain("A")
			latest, holds := chain.Latest()
			if _, pending := chain.Pending(); pending || latest.ID != c.holds || holds != (c.holds != "") || len(w.bodies) != c.bodies {
				t.Errorf("%s holds; told %v, sent %v", latest.ID, w.told, w.bodies)
			}
		})
	}
}
