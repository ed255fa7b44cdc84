package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/till"
)

// Issuer is the tax office's service. Issue and Cancel send a body at most once.
type Issuer interface {
	Issue(ctx context.Context, body []byte, subs int) fiscal.Outcome
	Cancel(ctx context.Context, body []byte) fiscal.Outcome
	Info(ctx context.Context) (fiscal.Info, error)
	SendData(ctx context.Context) error
}

// FiscalOptions are the settings of the moment.
type FiscalOptions struct {
	Service  Issuer        // nil: sales are not reported
	Hang     time.Duration // how long a request may take
	SendHour int           // when everything is sent to the tax office each day
	Zone     *time.Location
	Printer  bool
	Stop     bool // nothing is sold while the service cannot be reached
	// Tenders are the ways to pay that the shop takes.
	Tenders []event.TenderKind
	// Business finds the taxpayer number of a business that was not known when it paid; it may ask, and take seconds.
	Business func(context.Context, event.Register) (event.Business, fiscal.Found)
}

// Fiscal has e-barimts issued, corrected and cancelled.
//
// A request is durable before it is sent, and sent at most once. The one that a sale has just made is sent at once, one
// at a time. One that certainly did not reach the service waits, and goes out later, in order, after a durable mark. What
// was at the service when the answer failed to come, or when this program ended, is uncertain: nothing here sends it again.
type Fiscal struct {
	Options func() FiscalOptions
	Secrets *Secrets
	Chain   func(event.Bill) (fiscal.Chain, error)
	Asked   func(seq uint64) (event.FiscalAsked, error)
	View    func() (*till.State, <-chan struct{})
	Tell    func(context.Context, ...event.Fact) error
	Now     func() time.Time
	Changed func() // the status is another
	Logger  *slog.Logger
	// Late is the newest record from before this process.
	Late uint64
	// Step is called at each step that a test may want to end the program at; nil: nobody does.
	Step func(name string)

	sending sync.Mutex // one request at a time

	mu     sync.Mutex
	status FiscalStatus
	given  map[uint64]int // lottery numbers given to others since a request became uncertain
	// asleep is until when the register of taxpayers, which could not be asked, is left alone; naps counts how often in a row.
	asleep time.Time
	naps   int
}

// FiscalStatus is what is known of the service.
type FiscalStatus struct {
	Asked bool // the rest is known
	Away  bool // it could not be reached
	Info  fiscal.Info
	At    time.Time // of Info
}

// Status returns what is known of the service.
func (f *Fiscal) Status() FiscalStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}

// Name implements Follower.
func (f *Fiscal) Name() string { return "fiscal" }

// Wants implements Follower.
func (f *Fiscal) Wants(k event.Kind) bool { return k == event.KindFiscalAsked }

// FiscalSteps lists the steps at which a test may end the program, in their order.
var FiscalSteps = []string{
	"fiscal.asked",    // the request is durable, nothing has been sent
	"fiscal.sent",     // the answer has come, nothing of it is durable
	"fiscal.told",     // the outcome is durable
	"fiscal.marked",   // one that waited is marked as being sent
	"fiscal.resent",   // its answer has come
	"fiscal.printing", // the receipt with number, lottery and QR is about to be printed
	"fiscal.printed",  // it is on paper, and that is not durable
}

func (f *Fiscal) step(name string) {
	if f.Step != nil {
		f.Step(name)
	}
}

// Handle implements Follower.
func (f *Fiscal) Handle(ctx context.Context, r Record) (facts []event.Fact, err error) {
	asked := r.Fact.(event.FiscalAsked)
	defer func() {
		if v := recover(); v != nil { // it must not stay "being sent" for ever
			facts = []event.Fact{f.outcome(uint64(r.Seq), asked, event.FiscalUncertain)}
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	state, _ := f.View()
	if job, open := jobOf(state, uint64(r.Seq)); !open || !job.Sent() {
		return nil, nil
	}
	if r.Late || asked.Doubt {
		return []event.Fact{f.uncertain(uint64(r.Seq), asked, "", f.left())}, nil
	}
	f.step("fiscal.asked")
	to, facts, err := f.address(ctx, uint64(r.Seq), asked)
	if facts != nil || err != nil {
		return facts, err
	}
	f.sending.Lock()
	defer f.sending.Unlock()
	facts, err = f.send(ctx, uint64(r.Seq), to)
	f.step("fiscal.sent")
	if err != nil && len(facts) == 0 { // not sent
		facts = []event.Fact{f.outcome(uint64(r.Seq), asked, event.FiscalWaiting)}
	}
	return facts, err
}

func jobOf(s *till.State, asked uint64) (till.Report, bool) {
	for _, r := range s.Fiscal {
		if r.Asked == asked {
			return r, true
		}
	}
	return till.Report{}, false
}

func (f *Fiscal) outcome(seq uint64, a event.FiscalAsked, result event.FiscalResult) event.FiscalOutcome {
	return event.FiscalOutcome{Asked: seq, Bill: a.Bill, Job: a.Job, Result: result}
}

// left is how many lottery numbers are left now; nil: that is not known. It has to be asked for before a request is sent: while
// one hangs, the next look at the service counts what it took.
func (f *Fiscal) left() *int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.status.Asked {
		return nil
	}
	left := f.status.Info.LeftLotteries
	return &left
}

// uncertain says that nobody knows what became of a request, with the evidence that there is: before is what was left then.
func (f *Fiscal) uncertain(seq uint64, a event.FiscalAsked, text string, before *int) event.FiscalOutcome {
	o := f.outcome(seq, a, event.FiscalUncertain)
	o.Message = text
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Late < seq { // not what was left after the start
		o.Before = before
	}
	if f.given == nil {
		f.given = map[uint64]int{}
	}
	f.given[seq] = 0
	return o
}

// letter is a request that is made out to its buyer.
type letter struct {
	event.FiscalAsked
	who *event.Business // whose taxpayer number was found out just now
}

// send sends a request and returns the facts of its outcome. The caller holds sending.
func (f *Fiscal) send(ctx context.Context, seq uint64, a letter) ([]event.Fact, error) {
	asked := a.FiscalAsked
	chain, err := f.Chain(a.Bill)
	if err != nil {
		return nil, err
	}
	if first, pending := chain.Pending(); pending && first.Asked != seq { // it needs the number that is still to come
		return []event.Fact{f.outcome(seq, asked, event.FiscalWaiting)}, nil
	}
	o := f.Options()
	if o.Service == nil {
		return []event.Fact{f.outcome(seq, asked, event.FiscalWaiting)}, nil
	}
	ctx, end := outlive(ctx, o.Hang)
	defer end()
	before := f.left()
	latest, issued := chain.Latest()
	if a.Job == event.FiscalCancel {
		if !issued {
			return []event.Fact{f.outcome(seq, asked, event.FiscalNotDone)}, nil
		}
		return f.cancelled(seq, asked, latest, o.Service.Cancel(ctx, fiscal.Cancel{ID: latest.ID, Date: latest.Date}.Body()), before), nil
	}
	if a.Job == event.FiscalIssue && chain.Spent(seq) {
		return []event.Fact{f.outcome(seq, asked, event.FiscalNotDone)}, nil
	}
	req, err := fiscal.ReadRequest(a.Body)
	if err != nil {
		return []event.Fact{f.refused(seq, asked, fiscal.Request{}, "")}, err
	}
	if a.Job == event.FiscalCorrect {
		req.InactiveID = latest.ID
	}
	if a.who != nil {
		req = req.For(a.who.TIN)
	}
	return f.issued(seq, asked, chain, req, a.who, o.Service.Issue(ctx, req.Body(), len(req.Receipts)), before), nil
}

// address makes a request out to its buyer, and finds out who the business is that it waits for. With facts it cannot be sent:
// nobody could be asked yet, or the register knows no such business and a person has to mend the number. It may take seconds:
// the caller must not hold sending, because others' requests do not depend on it.
func (f *Fiscal) address(ctx context.Context, seq uint64, a event.FiscalAsked) (letter, []event.Fact, error) {
	chain, err := f.Chain(a.Bill)
	if err != nil {
		return letter{}, nil, err
	}
	if a.Job == event.FiscalCancel {
		return letter{FiscalAsked: a}, nil, nil
	}
	if first, pending := chain.Pending(); pending && first.Asked != seq { // a person may still name another buyer
		return letter{}, []event.Fact{f.outcome(seq, a, event.FiscalWaiting)}, nil
	}
	if a, err = chain.Addressed(a); err != nil || a.Customer == "" {
		return letter{FiscalAsked: a}, nil, err
	}
	b, found := f.business(ctx, a.Customer)
	switch {
	case found == fiscal.FoundKnown && b.TIN != "":
		return letter{a, &b}, nil, nil
	case found == fiscal.FoundUnknown:
		o := f.outcome(seq, a, event.FiscalRefused)
		o.Code = string(fault.FiscalCustomer)
		return letter{}, []event.Fact{o}, nil
	}
	return letter{}, []event.Fact{f.outcome(seq, a, event.FiscalWaiting)}, nil
}

// How long the register of taxpayers is left alone after it could not be asked: doubled each time.
const (
	napLeast = 5 * time.Second
	napMost  = 5 * time.Minute
)

// business asks the register of taxpayers, but not right after it could not be asked: each try may take seconds.
func (f *Fiscal) business(ctx context.Context, r event.Register) (b event.Business, found fiscal.Found) {
	ask := f.Options().Business
	f.mu.Lock()
	asleep := time.Now().Before(f.asleep)
	f.mu.Unlock()
	if ask == nil || asleep {
		return b, fiscal.FoundAway
	}
	b, found = ask(ctx, r)
	f.mu.Lock()
	defer f.mu.Unlock()
	if found == fiscal.FoundKnown || found == fiscal.FoundUnknown {
		f.asleep, f.naps = time.Time{}, 0
		return b, found
	}
	f.asleep = time.Now().Add(min(napLeast<<f.naps, napMost))
	f.naps = min(f.naps+1, 10)
	return b, found
}

// wake has the register of taxpayers asked again, because a person wants it now.
func (f *Fiscal) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asleep, f.naps = time.Time{}, 0
}

// stopGrace is how long a request that is under way may still take when the till is stopped: an answer is worth waiting for.
const stopGrace = 5 * time.Second

// outlive gives a request its time, and a little of it even when the till ends meanwhile.
func outlive(ctx context.Context, hang time.Duration) (context.Context, func()) {
	sent, end := context.WithTimeout(context.WithoutCancel(ctx), hang)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(stopGrace, end) })
	return sent, func() { stop(); end() }
}

func (f *Fiscal) issued(seq uint64, a event.FiscalAsked, chain fiscal.Chain, req fiscal.Request, who *event.Business, got fiscal.Outcome, before *int) []event.Fact {
	f.note(a, got)
	switch got.Verdict {
	case fiscal.VerdictDone:
		o := f.outcome(seq, a, event.FiscalIssued)
		i := got.Issued
		o.ID, o.Date, o.Subs, o.Easy, o.Type = i.ID, i.Date, i.Subs, i.Easy, req.Type
		o.Business = who
		o.Lottery, o.QR = !i.Lottery.Empty(), !i.QR.Empty()
		f.keep(seq, a, chain, i)
		f.gave(o.Lottery)
		return []event.Fact{o}
	case fiscal.VerdictRefused:
		return []event.Fact{f.refused(seq, a, req, got.Text)}
	case fiscal.VerdictUnsent:
		return []event.Fact{f.outcome(seq, a, event.FiscalWaiting)}
	}
	return []event.Fact{f.uncertain(seq, a, got.Text, before)}
}

// keep holds what may be printed once of a receipt. A correction has a QR code and no lottery number: one that is not on paper yet stays
// valid and comes with it, whatever has corrected it before. Where that one is lost, nothing is held: the sale is told as one whose
// lottery number was lost. Of a correction that no paper is to tell of, nothing is held either.
func (f *Fiscal) keep(seq uint64, a event.FiscalAsked, before fiscal.Chain, i fiscal.Issued) {
	state, _ := f.View()
	_, replaces := before.Latest()
	held, ok := f.Secrets.Get(a.Bill)
	switch {
	case !replaces || !i.Lottery.Empty():
	case !state.Awaits(seq), state.Owed(a.Bill) && (!ok || held.Lottery.Empty() || !before.Lasts(held.ID)):
		f.Secrets.Drop(a.Bill)
		return
	case state.Owed(a.Bill):
		i.Lottery = held.Lottery
	}
	f.Secrets.Put(a.Bill, i)
}

func (f *Fiscal) refused(seq uint64, a event.FiscalAsked, req fiscal.Request, text string) event.FiscalOutcome {
	o := f.outcome(seq, a, event.FiscalRefused)
	o.Message = text
	o.Expected, o.Given = fiscal.Figures(text, req)
	return o
}

func (f *Fiscal) cancelled(seq uint64, a event.FiscalAsked, latest event.FiscalOutcome, got fiscal.Outcome, before *int) []event.Fact {
	f.note(a, got)
	switch got.Verdict {
	case fiscal.VerdictDone:
		o := f.outcome(seq, a, event.FiscalCancelled)
		o.ID, o.Date = latest.ID, latest.Date
		f.Secrets.Drop(a.Bill)
		if !a.Anew {
			return []event.Fact{o}
		}
		facts := []event.Fact{o}
		over, succeeded := f.overtaken(seq, a.Bill)
		if !over {
			facts = append(facts, a.Reissue(a.Who, a.Local))
		}
		if f.Options().Printer && (!over || succeeded) {
			facts = append(facts, event.ReceiptAsked{Who: a.Who, Bill: a.Bill, Shift: a.Shift, ByHand: true, Slip: true})
		}
		return facts
	case fiscal.VerdictRefused:
		return []event.Fact{f.refused(seq, a, fiscal.Request{}, got.Text)}
	case fiscal.VerdictUnsent:
		return []event.Fact{f.outcome(seq, a, event.FiscalWaiting)}
	}
	return []event.Fact{f.uncertain(seq, a, got.Text, before)}
}

// overtaken reports whether a return has come in behind a cancellation, be it while this one was being sent: what it reports is the
// new receipt then, if it leaves one. What cannot be read is looked at again before the receipt is sent.
func (f *Fiscal) overtaken(seq uint64, bill event.Bill) (over, succeeded bool) {
	chain, err := f.Chain(bill)
	if err != nil {
		f.Logger.Error("e-barimt: request cannot be read", "bill", bill, "err", err)
	}
	return chain.Overtaken(seq), chain.Succeeded(seq)
}

// note takes in what an answer, or its absence, says of the service. Its log tells no body.
func (f *Fiscal) note(a event.FiscalAsked, got fiscal.Outcome) {
	if got.Verdict != fiscal.VerdictDone {
		f.Logger.Warn("e-barimt", "bill", a.Bill, "job", a.Job, "verdict", got.Verdict, "err", got.Cause)
	}
	f.setAway(got.Verdict == fiscal.VerdictUnsent)
}

func (f *Fiscal) setAway(away bool) {
	f.mu.Lock()
	changed := f.status.Away != away
	f.status.Away = away
	f.mu.Unlock()
	if changed {
		f.Changed()
	}
}

// gave counts a lottery number that the service has given.
func (f *Fiscal) gave(lottery bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !lottery {
		return
	}
	if f.status.Asked {
		f.status.Info.LeftLotteries--
	}
	for seq := range f.given {
		f.given[seq]++
	}
}

// Faults tells what is wrong with the service and what waits for somebody.
func (f *Fiscal) Faults(s *till.State, tin string, low, warnHours int) (list []*fault.Error) {
	o := f.Options()
	if o.Service == nil {
		return nil
	}
	n := CountFiscal(s)
	at := f.Status()
	if n.Decide > 0 {
		list = append(list, fault.New(fault.FiscalDecide, "count", fmt.Sprint(n.Decide)))
	}
	if n.Waiting > 0 {
		list = append(list, fault.New(fault.FiscalWaiting, "count", fmt.Sprint(n.Waiting)))
	}
	if n.Unprinted > 0 {
		list = append(list, fault.New(fault.FiscalUnprinted, "count", fmt.Sprint(n.Unprinted)))
	}
	switch {
	case at.Away && o.Stop:
		list = append(list, fault.New(fault.FiscalStopped))
	case at.Away:
		list = append(list, fault.New(fault.FiscalUnreachable))
	}
	if !at.Asked {
		return list
	}
	if serves, _ := at.Info.Serves(tin); !serves && len(at.Info.Merchants) > 0 {
		list = append(list, fault.New(fault.FiscalStranger, "tin", tin))
	}
	if none := fiscal.AsCash(o.Tenders, at.Info.Takes()); len(none) > 0 {
		list = append(list, fault.New(fault.FiscalAsCash, "kinds", joined(none)))
	}
	if at.Info.LeftLotteries < low {
		list = append(list, fault.New(fault.FiscalLotteries, "left", fmt.Sprint(at.Info.LeftLotteries)))
	}
	if hours := f.OldestHours(s); hours >= warnHours {
		list = append(list, fault.New(fault.FiscalOld, "hours", fmt.Sprint(hours)))
	}
	return list
}

// joined names ways to pay as they are kept.
func joined(kinds []event.TenderKind) string {
	var words []string
	for _, k := range kinds {
		words = append(words, string(k))
	}
	return strings.Join(words, ", ")
}

// FiscalCounts says how many e-barimts wait for what.
type FiscalCounts struct{ Decide, Waiting, Unprinted int }

// CountFiscal counts what is still to be done. What the last sale's printer is busy with is none of it.
func CountFiscal(s *till.State) (n FiscalCounts) {
	for _, r := range s.Fiscal {
		switch {
		case r.NeedsPerson():
			n.Decide++
		case r.Waits():
			n.Waiting++
		}
	}
	n.Unprinted = len(s.Missing())
	return n
}

// ulaanbaatar is the zone of the service's dates, which tell none.
var ulaanbaatar = time.FixedZone("", 8*60*60)

// OldestHours is how long the oldest receipt waits that the tax office does not have: one that waits here, or what the
// service has taken since it last sent.
func (f *Fiscal) OldestHours(s *till.State) int {
	zone := f.Options().Zone
	now := f.Now()
	oldest := now
	for _, r := range s.Fiscal {
		if !r.Waits() && !r.NeedsPerson() {
			continue
		}
		if at, err := time.ParseInLocation(time.DateTime, r.Local, zone); err == nil && at.Before(oldest) {
			oldest = at
		}
	}
	if at, err := time.ParseInLocation(time.DateTime, f.Status().Info.LastSent, ulaanbaatar); err == nil && s.Last != nil && s.Last.Reported && at.Before(oldest) {
		oldest = at
	}
	return int(now.Sub(oldest) / time.Hour)
}
