package till

import (
	"slices"

	"posbox/pos/event"
	"posbox/pos/fault"
)

// Where counting is blind, whoever lacks the right cash.see counts what lies in the drawer without being told what should:
// no sum of the shift, and no more than the last ten receipts, because all of them together are the sum.

// Blind reports whether whoever stands at the till must not be told what the drawer should hold. Nobody counts as such a
// person, and so does everybody before a locked till.
func Blind(st *State, env Env) bool {
	_, role, ok := Present(st, env)
	return env.Blind && !(ok && role.May(RightCashSee))
}

func (d *decider) blind() bool { return Blind(d.state, d.env) }

// demandSight asks for the right to see the cash before a receipt older than the last ten is printed.
func (d *decider) demandSight(bill event.Bill) error {
	if of, _ := bill.CutCorrected(); !d.blind() || slices.Contains(d.state.Recent, of) {
		return nil
	}
	return d.demand(RightCashSee)
}

// demandCount wants the drawer counted before a blind close: a shift closed uncounted has no count to judge. Someone who
// may see the cash can allow it all the same.
func (d *decider) demandCount() error {
	if !d.blind() || d.state.Shift.Report.Counts > 0 {
		return nil
	}
	if d.cmd.Approver == nil {
		return fault.New(fault.CountNeeded)
	}
	return d.demand(RightCashSee)
}
