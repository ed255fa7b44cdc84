package fiscal

import (
	"slices"

	"posbox/pos/event"
)

// Job is a request to the tax office's service and what has become of it.
type Job struct {
	Asked   uint64          `json:"asked"` // sequence of the request
	Bill    event.Bill      `json:"bill"`
	Job     event.FiscalJob `json:"job"`
	Return  event.Bill      `json:"return,omitempty"`
	From    event.JobName   `json:"from,omitempty"` // of a return at another till
	Attempt int             `json:"attempt,omitempty"`
	Anew    bool            `json:"anew,omitempty"`
	Local   string          `json:"local"`
	// Result is empty while the request is at the service.
	Result event.FiscalResult `json:"result,omitempty"`
	// Outcome is the newest; nil: none yet. Never changed in place.
	Outcome *event.FiscalOutcome `json:"outcome,omitempty"`
}

// JobOf returns the job that a request begins.
func JobOf(seq uint64, f event.FiscalAsked) Job {
	return Job{Asked: seq, Bill: f.Bill, Job: f.Job, Return: f.Return, From: f.From, Attempt: f.Attempt, Anew: f.Anew, Local: f.Local}
}

// With returns the job with an outcome. One that has ended stays as it ended, but that more becomes known of it.
func (j Job) With(o event.FiscalOutcome) Job {
	if j.Ended() && o.Result != j.Result {
		return j
	}
	j.Result, j.Outcome = o.Result, &o
	return j
}

// Reports reports whether the job tells of this return of its own till.
func (j Job) Reports(back event.Bill) bool { return j.Return == back && j.From == "" }

// Ended reports whether nothing more is to be done.
func (j Job) Ended() bool {
	switch j.Result {
	case event.FiscalIssued, event.FiscalCancelled, event.FiscalNotDone, event.FiscalDropped:
		return true
	}
	return false
}

// Waits reports whether the job is still to be sent.
func (j Job) Waits() bool { return j.Result == event.FiscalWaiting }

// Sent reports whether the request is at the service, or was when the power went.
func (j Job) Sent() bool { return j.Result == "" || j.Result == event.FiscalSending }

// NeedsPerson reports whether only a person can go on.
func (j Job) NeedsPerson() bool {
	return j.Result == event.FiscalRefused || j.Result == event.FiscalUncertain
}

// Chain is the e-barimt of one sale: its requests, oldest first. The zero Chain is that of a sale that was not reported.
type Chain []Job

// Apply takes a fact of the chain in. The facts have to come in their order.
func (c Chain) Apply(seq uint64, f event.Fact) Chain {
	switch f := f.(type) {
	case event.FiscalAsked:
		return append(c, JobOf(seq, f))
	case event.ReturnHanded: // what another box of the point has issued goes before all that this one does
		if f.Told != nil && len(c) == 0 {
			return Chain{{Asked: seq, Bill: f.Bill, Job: event.FiscalIssue, Attempt: f.Told.Attempt, Local: f.Local, Result: event.FiscalIssued,
				Outcome: &event.FiscalOutcome{Asked: seq, Bill: f.Bill, Job: event.FiscalIssue, Result: event.FiscalIssued, ID: f.Told.ID, Date: f.Told.Date, Mended: f.Told.Buyer}}}
		}
	case event.FiscalOutcome:
		if i := slices.IndexFunc(c, func(j Job) bool { return j.Asked == f.Asked }); i >= 0 {
			c = slices.Clone(c)
			c[i] = c[i].With(f)
		}
	}
	return c
}

// Latest returns the outcome that issued the receipt which holds now: its number and exact date are what a cancellation
// or a correction needs. ok is false where none holds: not issued, not yet, or cancelled.
func (c Chain) Latest() (o event.FiscalOutcome, ok bool) {
	for _, j := range c {
		switch j.Result {
		case event.FiscalIssued:
			o, ok = *j.Outcome, true
		case event.FiscalCancelled:
			o, ok = event.FiscalOutcome{}, false
		}
	}
	return o, ok
}

// Corrected reports whether part of the goods came back and that was reported: receipts after it are about what stayed.
func (c Chain) Corrected() bool {
	return slices.ContainsFunc(c, func(j Job) bool { return j.Job == event.FiscalCorrect && j.Result == event.FiscalIssued })
}

// Named returns a sale with the business that its e-barimt is made out to: a person may have mended its number, and who it is
// may have been found out after the sale.
func (c Chain) Named(s event.SaleCompleted) event.SaleCompleted {
	for _, j := range c {
		if j.Outcome == nil {
			continue
		}
		if m := j.Outcome.Mended; m != nil {
			s.Register, s.Business = m.Register, m.Business
		}
		if j.Result == event.FiscalIssued && j.Outcome.Business != nil {
			s.Business = j.Outcome.Business
		}
	}
	return s
}

// Addressed returns a request of the chain made out to the buyer that was named after it was written.
func (c Chain) Addressed(a event.FiscalAsked) (event.FiscalAsked, error) {
	for _, j := range slices.Backward(c) {
		if j.Outcome == nil || j.Outcome.Mended == nil {
			continue
		}
		if len(a.Body) == 0 {
			return a, nil
		}
		r, err := ReadRequest(a.Body)
		if err != nil {
			return a, err
		}
		r, a.Customer = r.Readdressed(*j.Outcome.Mended)
		a.Body = r.Body()
		return a, nil
	}
	return a, nil
}

// Before returns the part of the chain that stood before a return was reported.
func (c Chain) Before(back event.Bill) Chain {
	if i := slices.IndexFunc(c, func(j Job) bool { return j.Reports(back) }); i >= 0 {
		return c[:i]
	}
	return c
}

// Lottery reports whether a receipt of the chain that was not cancelled has a lottery number.
func (c Chain) Lottery() (has bool) {
	for _, j := range c {
		switch j.Result {
		case event.FiscalIssued:
			has = has || j.Outcome.Lottery
		case event.FiscalCancelled:
			has = false
		}
	}
	return has
}

// Lasts reports whether the receipt with a number is one of the chain and was not cancelled since: its lottery number holds then,
// whatever has corrected it.
func (c Chain) Lasts(id string) (lasts bool) {
	for _, j := range c {
		switch j.Result {
		case event.FiscalIssued:
			lasts = lasts || j.Outcome.ID == id
		case event.FiscalCancelled:
			lasts = false
		}
	}
	return lasts
}

// Pending returns the first job that has not ended: whatever comes after has to wait for it.
func (c Chain) Pending() (Job, bool) {
	for _, j := range c {
		if !j.Ended() {
			return j, true
		}
	}
	return Job{}, false
}

// Overtaken reports whether a return waits behind a request. What it reports is all that is left of the sale: asking for more
// before it would report goods that have come back.
func (c Chain) Overtaken(asked uint64) bool {
	_, ok := c.overtakes(asked)
	return ok
}

// Succeeded reports whether a return that waits behind a request leaves the buyer a receipt.
func (c Chain) Succeeded(asked uint64) bool {
	by, ok := c.overtakes(asked)
	return ok && by.Job == event.FiscalCorrect
}

// overtakes is the newest return that waits behind a request.
func (c Chain) overtakes(asked uint64) (by Job, ok bool) {
	for _, j := range c {
		if j.Asked > asked && j.Return != "" && !j.Ended() {
			by, ok = j, true
		}
	}
	return by, ok
}

// Spent reports whether a request to issue must not be sent any more: a receipt holds, or a return was reported between a
// cancellation and this receipt that was to follow it, which would name goods that have come back.
func (c Chain) Spent(asked uint64) bool {
	if _, holds := c.Latest(); holds {
		return true
	}
	for _, j := range slices.Backward(c) {
		switch {
		case j.Asked >= asked:
		case j.Anew:
			return false
		case j.Return != "":
			return true
		}
	}
	return false
}

// Last returns the newest job.
func (c Chain) Last() (Job, bool) {
	if len(c) == 0 {
		return Job{}, false
	}
	return c[len(c)-1], true
}

// NextAttempt numbers the chain's next request.
func (c Chain) NextAttempt() int {
	n := 0
	for _, j := range c {
		n = max(n, j.Attempt+1)
		if j.Anew { // the next one is what follows the cancellation
			n = max(n, j.Attempt+2)
		}
	}
	return n
}
