package outbox

import (
	"context"
	"time"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// How often the service is looked at: soon while something waits for it, else now and then.
const (
	lookSoon   = 5 * time.Second
	lookSeldom = time.Minute
	sendAgain  = 10 * time.Minute // after a daily send that failed
)

// Run sends what waits, gathers evidence, has everything sent to the tax office once a day, prints what came late, and
// forgets secrets when their shift closes. It ends with ctx.
func (f *Fiscal) Run(ctx context.Context) {
	f.interrupted(ctx)
	q := queue{Fiscal: f}
	for ctx.Err() == nil {
		state, changed := f.View()
		q.forget(state)
		q.printLate(ctx, state)
		wait := q.look(ctx, state)
		select {
		case <-changed:
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// interrupted says of what was being sent a second time when the program ended that nobody knows its end.
func (f *Fiscal) interrupted(ctx context.Context) {
	state, _ := f.View()
	for _, r := range state.Fiscal {
		if r.Result == event.FiscalSending && r.Asked <= f.Late {
			f.tell(ctx, f.uncertain(r.Asked, event.FiscalAsked{Bill: r.Bill, Job: r.Job.Job}, "", nil))
		}
	}
}

// tell records facts, again and again until it works or ctx ends: what has become of a request must not get lost.
func (f *Fiscal) tell(ctx context.Context, facts ...event.Fact) bool {
	for {
		told, end := context.WithTimeout(context.WithoutCancel(ctx), tellWithin)
		err := f.Tell(told, facts...)
		end()
		if err == nil {
			return true
		}
		f.Logger.Warn("e-barimt: outcome waits", "err", err)
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return false
		}
	}
}

// queue is the background half of Fiscal.
type queue struct {
	*Fiscal
	shift   int // open; 0: none
	looked  time.Time
	tried   time.Time // the daily send
	sentDay string
}

// forget drops what may be printed once of a shift that has closed.
func (q *queue) forget(s *till.State) {
	open := 0
	if s.Shift != nil {
		open = s.Shift.Number
	}
	if q.shift != 0 && open != q.shift {
		q.Secrets.Clear()
	}
	q.shift = open
}

// printLate asks for a slip where the number came after a provisional receipt and the next sale has not begun.
func (q *queue) printLate(ctx context.Context, s *till.State) {
	for _, r := range s.Missing() {
		if r.Provisional && !r.Slip && s.AtHand(r) && q.Options().Printer && q.Secrets.Holds(r.Bill) {
			q.tell(ctx, event.ReceiptAsked{Bill: r.OwnPaper(), Shift: s.LastShift, Slip: true})
			return
		}
	}
}

// look asks the service how it is, if it is time, and sends what waits. It returns how long to wait for the next time.
func (q *queue) look(ctx context.Context, s *till.State) time.Duration {
	o := q.Options()
	if o.Service == nil {
		return lookSeldom
	}
	pause := lookSeldom
	if n := CountFiscal(s); n.Waiting > 0 || q.evidence(s) || q.Status().Away {
		pause = lookSoon
	}
	if left := pause - time.Since(q.looked); left > 0 {
		return left
	}
	q.looked = time.Now()
	info, err := o.Service.Info(ctx)
	if err != nil {
		if ctx.Err() == nil {
			q.setAway(true)
		}
		return lookSoon
	}
	q.learn(FiscalStatus{Asked: true, Info: info, At: q.Now()})
	q.witness(ctx, s, info.LeftLotteries)
	q.sendWaiting(ctx)
	q.sendDaily(ctx, o)
	return pause
}

func (f *Fiscal) learn(now FiscalStatus) {
	f.mu.Lock()
	before := f.status
	f.status = now
	f.mu.Unlock()
	if !before.Asked || before.Away || before.Info.LeftLotteries != now.Info.LeftLotteries || before.Info.LastSent != now.Info.LastSent {
		f.Changed()
	}
}

// evidence reports whether something is to be found out about an uncertain request.
func (q *queue) evidence(s *till.State) bool {
	for _, r := range s.Fiscal {
		if r.Result == event.FiscalUncertain && r.Outcome.After == nil {
			return true
		}
	}
	return false
}

// witness notes how many lottery numbers are left after an uncertain request, those given to others since added again.
func (q *queue) witness(ctx context.Context, s *till.State, left int) {
	for _, r := range s.Fiscal {
		if r.Result != event.FiscalUncertain || r.Outcome.After != nil {
			continue
		}
		q.mu.Lock()
		after := left + q.given[r.Asked]
		delete(q.given, r.Asked)
		q.mu.Unlock()
		o := *r.Outcome
		o.After = &after
		q.tell(ctx, o)
	}
}

// sendWaiting sends what waits, in order, until the service cannot be reached or an answer fails to come.
func (q *queue) sendWaiting(ctx context.Context) {
	tried := map[uint64]bool{}
	for ctx.Err() == nil {
		state, _ := q.View()
		r, ok := nextWaiting(state, tried)
		if !ok {
			return
		}
		tried[r.Asked] = true
		if !q.sendOne(ctx, r) {
			return
		}
	}
}

// nextWaiting is the oldest that waits and need not wait for another one of its chain.
func nextWaiting(s *till.State, tried map[uint64]bool) (till.Report, bool) {
	blocked := map[event.Bill]bool{}
	for _, r := range s.Fiscal {
		if r.Waits() && !blocked[r.Bill] && !tried[r.Asked] {
			return r, true
		}
		if !r.Ended() {
			blocked[r.Bill] = true
		}
	}
	return till.Report{}, false
}

// sendOne marks one durably as being sent, sends it, and reports whether to go on with the next.
func (q *queue) sendOne(ctx context.Context, r till.Report) bool {
	asked, err := q.Asked(r.Asked)
	if err != nil {
		q.Logger.Error("e-barimt: request cannot be read", "seq", r.Asked, "err", err)
		return true
	}
	to, facts, err := q.address(ctx, r.Asked, asked) // before the mark: after it nobody could say that nothing was sent
	if err != nil {
		q.Logger.Error("e-barimt: request cannot be read", "seq", r.Asked, "err", err)
		return true
	}
	q.sending.Lock()
	defer q.sending.Unlock()
	state, _ := q.View() // someone else may have sent it meanwhile
	if now, open := jobOf(state, r.Asked); !open || !now.Waits() {
		return true
	}
	switch {
	case facts == nil:
	case facts[0].(event.FiscalOutcome).Result == event.FiscalWaiting:
		return true // whatever waits for no business goes on
	default:
		return q.tell(ctx, facts...)
	}
	if !q.tell(ctx, q.outcome(r.Asked, asked, event.FiscalSending)) {
		return false
	}
	q.step("fiscal.marked")
	facts, err = q.send(ctx, r.Asked, to)
	q.step("fiscal.resent")
	if err != nil && len(facts) == 0 { // not sent
		facts = []event.Fact{q.outcome(r.Asked, asked, event.FiscalWaiting)}
	}
	q.tell(ctx, facts...)
	o, ok := facts[0].(event.FiscalOutcome)
	return ok && o.Result != event.FiscalWaiting && o.Result != event.FiscalUncertain
}

// sendDaily has the service send everything once a day, in the hour that is set, as soon as the till runs after it, or once
// it has not sent for a day.
func (q *queue) sendDaily(ctx context.Context, o FiscalOptions) {
	now := q.Now().In(o.Zone)
	today := now.Format(time.DateOnly)
	last, err := time.ParseInLocation(time.DateTime, q.Status().Info.LastSent, ulaanbaatar)
	overdue := err == nil && now.Sub(last) > 24*time.Hour
	if q.sentDay == today || now.Hour() < o.SendHour && !overdue || time.Since(q.tried) < sendAgain {
		return
	}
	q.tried = time.Now()
	if err := o.Service.SendData(ctx); err != nil {
		q.Logger.Warn("e-barimt: not sent to the tax office", "err", err)
		return
	}
	q.sentDay = today
}

// Send sends what waits and has the service send everything to the tax office, because a person wants it now.
func (f *Fiscal) Send(ctx context.Context) error {
	o := f.Options()
	if o.Service == nil {
		return fault.New(fault.FiscalNone)
	}
	q := queue{Fiscal: f}
	f.wake()
	info, err := o.Service.Info(ctx)
	if err == nil {
		q.sendWaiting(ctx)
		err = o.Service.SendData(ctx)
	}
	if err == nil {
		info, err = o.Service.Info(ctx)
	}
	if err != nil {
		f.setAway(true)
		return fault.Wrap(err, fault.FiscalUnreachable)
	}
	f.learn(FiscalStatus{Asked: true, Info: info, At: f.Now()})
	return nil
}
