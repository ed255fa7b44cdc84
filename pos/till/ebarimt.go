package till

import (
	"errors"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
)

// askFiscal has a sale reported. A sale of nothing due is none to the tax office.
func (d *decider) askFiscal(s event.SaleCompleted) error {
	on := d.env.Fiscal
	if on == nil || s.Total == 0 {
		return nil
	}
	if on.Stop && on.Away {
		return fault.New(fault.FiscalStopped)
	}
	asked := event.FiscalAsked{Who: d.who, Bill: s.Bill, Shift: s.Shift, Local: s.Local, Job: event.FiscalIssue}
	if err := d.fiscalBody(&asked, s, fiscal.Options{}); err != nil {
		return err
	}
	d.fact(asked)
	return nil
}

// fiscalBody puts the request into asked that reports a sale, or what remains of one. Merchant and payment codes come from the
// surroundings, and so does the taxpayer number of a business that was not known when it paid; where nobody can be asked for
// it now, it is looked up when the request is sent; with o.CustomerLater also where the register did not know it.
func (d *decider) fiscalBody(asked *event.FiscalAsked, s event.SaleCompleted, o fiscal.Options) error {
	o.Merchant, o.Takes, o.ConsumerNo = d.env.Fiscal.Merchant, d.env.Fiscal.Takes, s.Consumer
	o.Stamps = stamps(s.Lines)
	later := o.CustomerLater
	o.CustomerLater = false
	if asked.Customer = ""; s.Register != "" {
		if s.Business == nil {
			var found fiscal.Found
			s.Business, found = d.business(s.Register)
			o.CustomerLater = s.Business == nil && (later || found == fiscal.FoundAway)
		}
		if s.Business != nil {
			o.CustomerTIN = s.Business.TIN
		} else {
			asked.Customer = s.Register
		}
	}
	r, err := fiscal.Receipt(s, o)
	if err != nil {
		return lackFault(err)
	}
	asked.Body, asked.AsCash = r.Body(), fiscal.AsCash(kindsOf(s.Tenders), o.Takes)
	return nil
}

// kindsOf lists the ways in which something was paid.
func kindsOf(tenders []event.Tender) (kinds []event.TenderKind) {
	for _, t := range tenders {
		if t.Amount != 0 {
			kinds = append(kinds, t.Kind)
		}
	}
	return kinds
}

// business tells who a business is that buys; nil: not known. Who gives a taxpayer number is one, with a name or without.
func (d *decider) business(r event.Register) (*event.Business, fiscal.Found) {
	var b event.Business
	found := fiscal.FoundNowhere
	if r != "" && d.env.Fiscal != nil && d.env.Fiscal.Business != nil {
		b, found = d.env.Fiscal.Business(r)
	}
	switch {
	case found == fiscal.FoundKnown && b.TIN != "":
		return &b, found
	case r.TIN():
		return &event.Business{TIN: string(r)}, fiscal.FoundKnown
	}
	return nil, found
}

// lackFault says what a receipt lacks in words for the cashier.
func lackFault(err error) error {
	var lack *fiscal.LackError
	if !errors.As(err, &lack) {
		return err
	}
	switch {
	case lack.Field == "customer":
		return fault.Wrap(err, fault.FiscalCustomer)
	case lack.Line > 0:
		return fault.Wrap(err, fault.FiscalLacks, "name", lack.Name, "field", lack.Field)
	}
	return fault.Wrap(err, fault.FiscalSettings, "field", lack.Field)
}

// chain returns the e-barimt of a bill as decisions see it: what is in the journal, and over it what was decided in the same
// transaction.
func (d *decider) chain(bill event.Bill) (fiscal.Chain, error) {
	if d.env.Chain == nil {
		return nil, fault.New(fault.FiscalNone)
	}
	c, err := d.env.Chain(bill)
	if err != nil {
		return nil, err
	}
	for _, r := range d.state.Fiscal {
		if r.Bill != bill {
			continue
		}
		known := false
		for i := range c {
			if c[i].Asked == r.Asked {
				c[i], known = r.Job, true
			}
		}
		if !known {
			c = append(c, r.Job)
		}
	}
	return c, nil
}

// settled returns a chain in which nothing is under way, with the receipt that holds.
func (d *decider) settled(bill event.Bill) (c fiscal.Chain, latest event.FiscalOutcome, err error) {
	if d.env.Fiscal == nil {
		return nil, latest, fault.New(fault.FiscalNone)
	}
	if c, err = d.chain(bill); err != nil {
		return nil, latest, err
	}
	if _, pending := c.Pending(); pending {
		return nil, latest, fault.New(fault.FiscalBusy, "bill", string(bill))
	}
	latest, ok := c.Latest()
	if !ok {
		return nil, latest, fault.New(fault.FiscalIdle, "bill", string(bill))
	}
	return c, latest, nil
}

// maxBillText is longer than any bill's number.
const maxBillText = 40

// fiscalBill is the bill that a command names, else the last sale's.
func (d *decider) fiscalBill() (event.Bill, error) {
	bill := d.bill()
	if bill == "" || len(bill) > maxBillText {
		return "", fault.New(fault.FiscalIdle, "bill", clip(string(bill), maxBillText))
	}
	return bill, nil
}

// undecided is the request of a bill for which a person has to decide, of the given result.
func (d *decider) undecided(results ...event.FiscalResult) (Report, error) {
	bill, err := d.fiscalBill()
	if err != nil {
		return Report{}, err
	}
	for _, r := range d.state.Fiscal { // the oldest: what comes after waits for it
		for _, want := range results {
			if r.Bill == bill && r.Result == want {
				return r, nil
			}
		}
	}
	return Report{}, fault.New(fault.FiscalIdle, "bill", string(bill))
}

// outcome begins a person's word on a request.
func (d *decider) outcome(r Report, result event.FiscalResult) event.FiscalOutcome {
	return event.FiscalOutcome{Who: d.who, Asked: r.Asked, Bill: r.Bill, Job: r.Job.Job, Result: result}
}

// Words of fiscal.resolve.
const (
	ResolveDone    = "done"
	ResolveNotDone = "not_done"
)

// resolveFiscal takes what a person has found out about a request of which nobody knew the end. What was not done is asked
// for anew.
func (d *decider) resolveFiscal() error {
	r, err := d.undecided(event.FiscalUncertain)
	if err != nil {
		return err
	}
	switch d.cmd.Outcome {
	case ResolveDone:
		return d.resolvedDone(r)
	case ResolveNotDone:
		d.fact(d.outcome(r, event.FiscalNotDone))
		return d.askAgain(r, nil)
	}
	return fault.New(fault.CommandMalformed, "detail", "outcome")
}

func (d *decider) resolvedDone(r Report) error {
	if r.Job.Job == event.FiscalCancel {
		c, err := d.chain(r.Bill)
		if err != nil {
			return err
		}
		latest, _ := c.Latest()
		o := d.outcome(r, event.FiscalCancelled)
		o.ID, o.Date = latest.ID, latest.Date
		d.fact(o)
		if !r.Anew {
			return nil
		}
		if c.Overtaken(r.Asked) { // what the return behind it reports is the new receipt
			if c.Succeeded(r.Asked) {
				d.askSlip(r.Bill)
			}
			return nil
		}
		asked, err := d.env.FiscalAsked(r.Asked)
		if err != nil {
			return err
		}
		d.fact(asked.Reissue(d.who, d.local()))
		d.askSlip(r.Bill)
		return nil
	}
	if !fiscal.Numbered(d.cmd.Number) || !fiscal.Dated(d.cmd.Date) {
		return fault.New(fault.FiscalNumber)
	}
	o := d.outcome(r, event.FiscalIssued)
	o.ID, o.Date = d.cmd.Number, d.cmd.Date
	d.fact(o)
	return nil
}

// repeatFiscal sends a refused request again, with the settings and the goods as they are now, and to the buyer that is named.
func (d *decider) repeatFiscal() error {
	r, err := d.undecided(event.FiscalRefused)
	if err != nil {
		return err
	}
	mended, err := d.mended(r.Bill)
	if err != nil {
		return err
	}
	o := d.outcome(r, event.FiscalNotDone)
	o.Mended = mended
	d.fact(o)
	return d.askAgain(r, mended)
}

// dropFiscal gives a refused request up, for a reason.
func (d *decider) dropFiscal() error {
	r, err := d.undecided(event.FiscalRefused)
	if err != nil {
		return err
	}
	if d.cmd.Reason == "" {
		return fault.New(fault.FiscalReason)
	}
	d.fact(d.outcome(r, event.FiscalDropped))
	return nil
}

// askAgain asks for the same once more, as another attempt of the chain; mended is a buyer named just now.
func (d *decider) askAgain(r Report, mended *event.Mended) error {
	if d.env.Fiscal == nil {
		return fault.New(fault.FiscalNone)
	}
	asked, err := d.env.FiscalAsked(r.Asked)
	if err != nil {
		return err
	}
	c, err := d.chain(r.Bill)
	if err != nil {
		return err
	}
	if c.Overtaken(r.Asked) {
		return nil
	}
	asked.Who, asked.Local, asked.Attempt, asked.Doubt = d.who, d.local(), c.NextAttempt(), false
	if err := d.renew(&asked, c, mended, r.Result != event.FiscalRefused); err != nil {
		return err
	}
	d.fact(asked)
	if r.Paper && asked.Job != event.FiscalCancel {
		d.askSlip(r.Bill)
	}
	return nil
}

// renew gives a request the merchant and the goods' codes as they are now, and its own suffix. The body of a cancellation
// is that of the receipt issued after it. later lets a buyer pass that the register of taxpayers does not know: what a person has
// found out is taken in all the same, and the request is refused when it is sent.
func (d *decider) renew(asked *event.FiscalAsked, c fiscal.Chain, mended *event.Mended, later bool) error {
	if len(asked.Body) == 0 && asked.Job == event.FiscalCorrect {
		return d.renewHanded(asked, c, later)
	}
	if len(asked.Body) == 0 {
		return nil
	}
	s, _, err := d.saleOf(asked.Bill)
	if err != nil {
		return err
	}
	if s = c.Named(s); mended != nil {
		s.Register, s.Business = mended.Register, mended.Business
	}
	attempt := asked.Attempt
	if asked.Job == event.FiscalCancel {
		attempt++
	}
	if asked.Job == event.FiscalIssue && !c.Corrected() { // after a return the sale is more than what is left of it
		if err := d.recode(&s); err != nil {
			return err
		}
		return d.fiscalBody(asked, s, fiscal.Options{Attempt: attempt, CustomerLater: later})
	}
	if *asked, err = c.Addressed(*asked); err != nil {
		return err
	}
	r, err := fiscal.ReadRequest(asked.Body)
	if err != nil {
		return err
	}
	if err := d.env.Fiscal.Merchant.Validate(); err != nil {
		return lackFault(err)
	}
	suffix, err := fiscal.Suffix(s.Shift, s.Number, attempt)
	if err != nil {
		return err
	}
	r = r.Renewed(d.env.Fiscal.Merchant, suffix)
	if mended != nil {
		r, asked.Customer = r.Readdressed(*mended)
	}
	if asked.Customer != "" && !later { // it would only be refused again
		if _, found := d.business(asked.Customer); found != fiscal.FoundKnown && found != fiscal.FoundAway {
			return fault.New(fault.FiscalCustomer)
		}
	}
	asked.Body = r.Body()
	return nil
}

// mended is the other buyer that a person names because the tax office does not know the business that bought: that business by
// its right number, or a person. nil: none is named.
func (d *decider) mended(bill event.Bill) (*event.Mended, error) {
	if d.cmd.Register == "" && !d.cmd.Person {
		return nil, nil
	}
	r, err := ParseRegister(d.cmd.Register)
	if err != nil {
		return nil, err
	}
	s, _, err := d.saleOf(bill)
	if err != nil {
		return nil, err
	}
	if s.Register == "" || d.cmd.Person && r != "" { // a person's receipt has no number to mend
		return nil, fault.New(fault.CommandMalformed, "detail", "register")
	}
	b, found := d.business(r)
	if r != "" && b == nil && found != fiscal.FoundAway {
		return nil, fault.New(fault.FiscalCustomer)
	}
	return &event.Mended{Register: r, Business: b}, nil
}

// recode takes the goods' tax codes as they are now: a wrong one is what is mended before a repeat.
func (d *decider) recode(s *event.SaleCompleted) error {
	lines := append([]event.Line(nil), s.Lines...)
	for i := range lines {
		g, ok, err := d.env.Goods.ByCode(lines[i].Good)
		if err != nil {
			return err
		}
		if ok && g.Tax == lines[i].Tax {
			lines[i].ClassCode, lines[i].TaxProductCode = g.ClassCode, g.TaxProductCode
		}
	}
	s.Lines = lines
	return nil
}

// reissue cancels an e-barimt whose lottery number was lost, and has it issued anew once that is done.
func (d *decider) reissue() error {
	bill, err := d.fiscalBill()
	if err != nil {
		return err
	}
	c, latest, err := d.settled(bill)
	if err != nil {
		return err
	}
	before, err := d.env.FiscalAsked(latest.Asked)
	if err != nil {
		return err
	}
	r, err := fiscal.ReadRequest(before.Body)
	if err != nil {
		return err
	}
	if err := d.env.Fiscal.Merchant.Validate(); err != nil {
		return lackFault(err)
	}
	s, err := d.env.Sale(bill)
	if err != nil {
		return err
	}
	attempt := c.NextAttempt()
	suffix, err := fiscal.Suffix(s.Shift, s.Number, attempt+1)
	if err != nil {
		return err
	}
	r.InactiveID = ""
	d.fact(event.FiscalAsked{Who: d.who, Bill: bill, Shift: d.state.LastShift, Local: d.local(), Job: event.FiscalCancel,
		Body: r.Renewed(d.env.Fiscal.Merchant, suffix).Body(), Customer: before.Customer, AsCash: before.AsCash, Attempt: attempt, Anew: true})
	d.out.Result.Bill = bill
	return nil
}

// printSlip prints what may be printed once, alone, as long as it is in memory.
func (d *decider) printSlip() error {
	bill, err := d.fiscalBill()
	if err != nil {
		return err
	}
	switch {
	case d.env.Fiscal == nil:
		return fault.New(fault.FiscalNone)
	case !d.env.Printer:
		return fault.New(fault.PrinterNone)
	case !d.holds(bill):
		return fault.New(fault.FiscalGone, "bill", string(bill))
	case d.pending(bill, false):
		return fault.New(fault.PrintPending)
	}
	d.askSlip(bill)
	d.out.Result.Bill = bill
	return nil
}

// askSlip has the e-barimt alone printed, where there is a printer.
func (d *decider) askSlip(bill event.Bill) {
	if d.env.Printer {
		d.fact(event.ReceiptAsked{Who: d.who, Bill: bill, Shift: d.state.LastShift, ByHand: true, Slip: true})
	}
}

// chainOn names the sale of whose e-barimt a paper tells that is still to be printed; else the paper's own number.
func (d *decider) chainOn(paper event.Bill) event.Bill {
	for _, r := range d.state.Missing() {
		if r.On(paper) {
			return r.Bill
		}
	}
	return paper
}

// holds reports whether what may be printed once of a bill is still in memory.
func (d *decider) holds(bill event.Bill) bool {
	return d.env.Fiscal != nil && d.env.Fiscal.Holds != nil && d.env.Fiscal.Holds(bill)
}
