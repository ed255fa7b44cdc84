package till

import (
	"strconv"

	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// openShift begins a shift. Its business day is the shop's calendar day of this moment and never recomputed.
func (d *decider) openShift() error {
	if d.state.Shift != nil {
		return fault.New(fault.ShiftOpen)
	}
	if _, err := d.rates(); err != nil {
		return err
	}
	var float money.Amount
	if d.cmd.Float != "" {
		var err error
		if float, err = money.Parse(string(d.cmd.Float)); err != nil || float < 0 || float > payableMax {
			return fault.Wrap(err, fault.AmountBad, "value", clip(string(d.cmd.Float), 30))
		}
		if err := d.whole(float); err != nil {
			return err
		}
	}
	d.fact(event.ShiftOpened{Who: d.who, Shift: d.state.LastShift + 1, Day: day.Of(d.env.Now, d.env.Zone),
		Zone: d.env.Zone.String(), Local: d.local(), Float: float})
	// The last shift's last change is nothing to whoever begins this one.
	if l := d.state.Last; l != nil {
		desk := d.state.Desk
		desk.Over = l.Bill
		d.out.Desk = &desk
	}
	return nil
}

// payableMax bounds cash moved by hand: ten thousand million ₮, well below what a shift's sums can hold.
const payableMax money.Amount = 1_000_000_000_000

// maxNotes bounds how many of one note a drawer holds.
const maxNotes = 1_000_000

// countShift records what was counted in the drawer, by notes or as a total. The second count of a shift is a recount
// and needs its right.
func (d *decider) countShift() error {
	total, err := d.counted()
	if err != nil {
		return err
	}
	again := d.state.Shift.Report.Counts > 0
	if again {
		if err := d.demand(RightRecount); err != nil {
			return err
		}
	}
	d.fact(event.ShiftCounted{Who: d.who, Shift: d.state.Shift.Number, Notes: d.cmd.Notes, Total: total, Recount: again})
	return nil
}

func (d *decider) counted() (money.Amount, error) {
	if len(d.cmd.Notes) == 0 {
		text := d.cmd.Total
		if text == "" {
			text = d.cmd.Amount
		}
		a, err := money.Parse(string(text))
		if err != nil || a < 0 || a > payableMax {
			return 0, fault.Wrap(err, fault.CountNegative)
		}
		return a, d.whole(a)
	}
	var sum money.Amount
	for note, n := range d.cmd.Notes {
		worth, err := strconv.ParseInt(note, 10, 64)
		if err != nil || note != strconv.FormatInt(worth, 10) || worth <= 0 || worth > 1_000_000 || n < 0 || n > maxNotes || len(d.cmd.Notes) > 50 {
			return 0, fault.Wrap(err, fault.CountNegative)
		}
		sum += money.Tugrik(worth * int64(n))
	}
	if sum > payableMax {
		return 0, fault.New(fault.CountNegative)
	}
	return sum, nil
}

// closeShift ends the shift with its Z report. Parked baskets stay parked, and the figures have grown
// with every sale, so that a long shift closes as fast as a short one.
func (d *decider) closeShift() error {
	if err := d.demandCount(); err != nil {
		return err
	}
	d.fact(event.ShiftClosed{Who: d.who, Report: d.state.Shift.Report.Clone().Close(d.local(), d.who.By)})
	return nil
}

func (d *decider) cashIn() error  { return d.moveCash(1) }
func (d *decider) cashOut() error { return d.moveCash(-1) }

func (d *decider) moveCash(sign money.Amount) error {
	a, err := amount(d.cmd.Amount)
	if err != nil {
		return err
	}
	if a > payableMax {
		return fault.New(fault.AmountBad, "value", a.String())
	}
	if err := d.whole(a); err != nil {
		return err
	}
	moved := event.CashMoved{Who: d.who, Shift: d.state.Shift.Number, Amount: sign * a}
	d.fact(moved)
	if !d.env.Printer {
		return nil
	}
	d.fact(event.DrawerAsked{Who: d.who, Shift: d.state.Shift.Number, Cause: CauseCash})
	if d.env.CashSlip {
		d.fact(event.SlipAsked{Who: d.who, Moved: moved, Seller: d.me.Name, At: d.local()})
	}
	return nil
}

// whole refuses möngö in the drawer of a till that rounds: none come in or go out, so they are a slip of the finger, by which
// each count would be off.
func (d *decider) whole(a money.Amount) error {
	if d.env.RoundTo > 0 && a%money.Tugrik(1) != 0 {
		return fault.New(fault.CashWhole, "value", a.String())
	}
	return nil
}

func (d *decider) openDrawer() error {
	if !d.env.Printer {
		return fault.New(fault.PrinterNone)
	}
	d.fact(event.DrawerAsked{Who: d.who, Shift: d.state.Shift.Number, Cause: CauseOpen})
	return nil
}
