package till

import (
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/sale"
)

// Unverified says what may come back of another till's sales while BAAZ cannot be asked: nobody knows then what was sold and
// what has come back before. BAAZ holds it against the sale once it hears of it.
type Unverified struct {
	Limit  money.Amount           // for one receipt; 0: nothing
	Away   func(code string) bool // BAAZ was asked for this receipt a moment ago, and could not be reached
	Before func(point uint64, bill event.Bill) (money.Amount, error)
}

// beginUnverified opens the return of another till's sale of which only the code on its receipt is known: its goods are
// scanned, and come back at the price of the day.
func (d *decider) beginUnverified(code barcode.BillCode) error {
	u := d.env.Unverified
	switch {
	case u.Limit <= 0:
		return fault.New(fault.ReturnUnverified)
	case u.Away == nil || !u.Away(code.String()):
		return fault.New(fault.ReturnElsewhere, "bill", string(code.Bill()))
	}
	return d.openReturn(&sale.Return{Point: code.Point, Code: code.String(), Bill: code.Bill(), Unverified: true})
}

// checkUnverified keeps what goes back for one receipt below the limit, over all returns of this till.
func (d *decider) checkUnverified(r *sale.Return, back sale.Back) error {
	if !r.Unverified {
		return nil
	}
	u := d.env.Unverified
	before := money.Amount(0)
	if u.Before != nil {
		var err error
		if before, err = u.Before(r.Point, r.Bill); err != nil {
			return err
		}
	}
	if before-back.Total > u.Limit {
		return fault.New(fault.ReturnLimit, "limit", u.Limit.String(), "before", before.String())
	}
	return nil
}
