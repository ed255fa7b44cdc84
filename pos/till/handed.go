package till

import (
	"cmp"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/sale"
	"posbox/pos/tax"
)

// A till whose goods come back at another one has to report that: it is the one that issued the e-barimt, and knows its
// chain. BAAZ hands it the other till's record. From the moment that this is a fact here, the goods count as returned, and
// what is asked of the tax office stands in the chain behind whatever was asked before.

// Handed is a return that another till has made, as BAAZ hands it over.
type Handed struct {
	Job       event.JobName
	Place     uint64
	PlaceName string
	Return    event.SaleReturned
	// Told is the e-barimt that holds as far as BAAZ knows; nil: it knows of none.
	Told *event.FiscalTold
}

// TakeHanded takes a return in that another till has made. Nobody at this till has asked for it; what it leads to is the same
// as for a return of its own. It refuses what cannot be reported now and may be later: the job stays with BAAZ then.
func TakeHanded(s *State, h Handed, env Env) (Decision, error) {
	d := &decider{state: s, env: Edited(s, env)}
	if err := plausible(h); err != nil {
		return Decision{}, fault.Wrap(err, fault.CentralBroken)
	}
	f := event.ReturnHanded{Job: h.Job, Place: h.Place, PlaceName: h.PlaceName, Bill: h.Return.Of.Bill, Return: h.Return, Local: d.local(), State: event.HandedAsked}
	sold, err := d.env.Sale(f.Bill)
	switch {
	case fault.CodeOf(err) == fault.BillUnknown:
		err = d.handedUnknown(f, h.Told)
	case err != nil:
	case !ofSale(h.Return, sold): // another box of this point has sold under the same number
		err = d.handedUnknown(f, nil)
	default:
		err = d.handedKnown(f, sold)
	}
	return d.out, err
}

// ofSale reports whether the code that a return names is on the receipt of a sale. A return without a code has only its number.
func ofSale(r event.SaleReturned, sold event.SaleCompleted) bool {
	code, ok := barcode.ParseBill(r.Of.Code)
	return !ok || code.Fits(sold)
}

// handedKnown takes the return of a sale that this till has made.
func (d *decider) handedKnown(f event.ReturnHanded, sold event.SaleCompleted) error {
	if err := within(f.Return, sold); err != nil {
		return fault.Wrap(err, fault.CentralBroken)
	}
	before, err := d.env.Returned(f.Bill)
	if err != nil {
		return err
	}
	after := before.Clone()
	after.AddOf(sold, f.Return) // what had come back before has rung at BAAZ
	c, err := d.chain(f.Bill)
	if err != nil {
		return err
	}
	switch {
	case !reported(c):
		f.State = event.HandedNothing
	case d.env.Fiscal == nil: // until the till can report again
		return fault.New(fault.FiscalNone)
	case sameLeft(sold, before, after):
		f.State = event.HandedExcess
	}
	d.fact(f)
	if f.State != event.HandedAsked {
		return nil
	}
	stays, err := stay(c.Named(sold), after)
	if err != nil {
		return err
	}
	return d.askHanded(f, c, stays, false)
}

// reported reports whether anything of a chain holds, or is still to be known.
func reported(c fiscal.Chain) bool {
	_, holds := c.Latest()
	_, pending := c.Pending()
	return holds || pending
}

// handedUnknown takes the return of a sale that this till has not made. Where BAAZ knows which e-barimt holds, an earlier box
// of this point has issued it; whether that one had reported this return when it was lost nobody can tell, so a person decides before
// anything goes out. What cannot be said as it is stays with BAAZ until it can.
func (d *decider) handedUnknown(f event.ReturnHanded, told *event.FiscalTold) error {
	switch {
	case told == nil || f.Return.Unverified:
		f.State = event.HandedUnknown
		d.fact(f)
		return nil
	case d.env.Fiscal == nil: // until the box that took the point over can report
		return fault.New(fault.FiscalNone)
	}
	c, err := d.chain(f.Bill)
	if err != nil {
		return err
	}
	f.Told = told
	if c = c.Apply(0, f); !reported(c) {
		f.State = event.HandedNothing
		d.fact(f)
		return nil
	}
	before, err := d.handed(f.Bill)
	if err != nil {
		return err
	}
	stays, err := staysOf(append(before, f))
	if err != nil {
		return err
	}
	if len(before) > 0 {
		if was, err := staysOf(before); err == nil && was.Total == stays.Total && before[len(before)-1].State != event.HandedUnknown {
			f.State = event.HandedExcess
			d.fact(f)
			return nil
		}
	}
	d.fact(f)
	return d.askHanded(f, c, c.Named(stays), true)
}

// askHanded has the tax office told of what stays with the buyer. What cannot be said as it is, a good lacks a code, say, is asked
// for all the same, without a body: it is refused at once, and a person sees why and sends it again. In doubt nothing is sent, so
// that nobody would see: it is refused here.
func (d *decider) askHanded(f event.ReturnHanded, c fiscal.Chain, stays event.SaleCompleted, doubt bool) error {
	asked := event.FiscalAsked{Bill: f.Bill, Shift: d.state.LastShift, Local: f.Local, Job: event.FiscalCancel, Return: f.Return.Bill, From: f.Job,
		Attempt: c.NextAttempt(), Doubt: doubt}
	if stays.Total > 0 {
		asked.Job = event.FiscalCorrect
		numbered(&stays, f.Bill)
		o := fiscal.Options{Attempt: asked.Attempt, CustomerLater: true}
		err := d.fiscalBody(&asked, stays, o)
		if fault.CodeOf(err) == fault.FiscalLacks && doubt {
			if err = d.recode(&stays); err == nil {
				err = d.fiscalBody(&asked, stays, o)
			}
		}
		switch {
		case err != nil && doubt:
			return err
		case err != nil:
			asked.Body = nil
		}
	}
	d.fact(asked)
	return nil
}

// numbered gives what stays of a sale the shift and number of its bill: the suffix is of the chain.
func numbered(s *event.SaleCompleted, bill event.Bill) {
	_, s.Shift, s.Number, _ = event.CutBill(bill)
}

// sameLeft reports whether two counts leave the same of a sale.
func sameLeft(sold event.SaleCompleted, a, b sale.Done) bool {
	left := func(l event.Line, done sale.Done) catalog.Quantity { return max(l.Quantity-done.Lines[l.No], 0) }
	for _, l := range sold.Lines {
		if left(l, a) != left(l, b) {
			return false
		}
	}
	return true
}

// stay is what a buyer keeps of a sale after all that came back, as a sale would say it.
func stay(sold event.SaleCompleted, done sale.Done) (event.SaleCompleted, error) {
	nothing := sale.Return{Sold: &sold, Done: done, Chosen: map[int]catalog.Quantity{}}
	back, err := sale.PriceReturn(&nothing, done, tax.Rates{}, sold.Payer, sale.Rounding{}) // of a sale no rate is looked at
	if err != nil {
		return event.SaleCompleted{}, err
	}
	left := event.SaleReturned{Merchant: sold.Merchant, Payer: sold.Payer, Buyer: sold.Buyer, Register: sold.Register, Business: sold.Business,
		Consumer: sold.Consumer, RoundTo: sold.RoundTo, Left: back.Left}.Stays()
	left.Tenders = payStill(sold.Tenders, done.Money, left.Total)
	return left, nil
}

// payStill says how what stays is paid. Tills that knew less of each other may have paid back more of one kind than there was;
// the sum is what stays in any case, as the tax office wants it.
func payStill(paid []event.Tender, back map[event.TenderKind]money.Amount, total money.Amount) (list []event.Tender) {
	rest := total
	add := func(kind event.TenderKind, a money.Amount) {
		if a > 0 {
			list = append(list, event.Tender{Kind: kind, Given: a, Amount: a, Unchecked: kind != event.Cash})
			rest -= a
		}
	}
	for _, t := range payment.Left(paid, back) {
		add(t.Kind, min(t.Amount, rest))
	}
	if rest > 0 && len(list) > 0 {
		list[0].Amount += rest
		list[0].Given += rest
	} else {
		add(event.Cash, rest)
	}
	return list
}

// renewHanded makes the request anew that reports what is left of a sale after another till's return, where it could not be
// made before.
func (d *decider) renewHanded(asked *event.FiscalAsked, c fiscal.Chain, later bool) error {
	stays, here, err := d.saleOf(asked.Bill)
	if err != nil {
		return err
	}
	if stays = c.Named(stays); here {
		done, err := d.env.Returned(asked.Bill)
		if err != nil {
			return err
		}
		if stays, err = stay(stays, done); err != nil {
			return err
		}
	}
	if err := d.recode(&stays); err != nil {
		return err
	}
	numbered(&stays, asked.Bill)
	if stays.Total == 0 {
		asked.Job = event.FiscalCancel
		return nil
	}
	return d.fiscalBody(asked, stays, fiscal.Options{Attempt: asked.Attempt, CustomerLater: later})
}

// saleOf finds the sale of a chain. Where it is a box before this one that has sold, what is known of it is what stays of it after
// the returns that were handed over; here tells them apart.
func (d *decider) saleOf(bill event.Bill) (s event.SaleCompleted, here bool, err error) {
	s, err = d.env.Sale(bill)
	if fault.CodeOf(err) != fault.BillUnknown {
		return s, err == nil, err
	}
	all, unread := d.handed(bill)
	if unread != nil || len(all) == 0 {
		return s, false, cmp.Or(unread, err)
	}
	if s, err = staysOf(all); err != nil {
		return s, false, err
	}
	s.Bill = bill
	numbered(&s, bill)
	return s, false, nil
}

// handed lists the returns of a sale that were handed over.
func (d *decider) handed(bill event.Bill) ([]event.ReturnHanded, error) {
	if d.env.Handed == nil {
		return nil, nil
	}
	return d.env.Handed(bill)
}
