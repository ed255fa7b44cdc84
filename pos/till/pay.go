package till

import (
	"slices"
	"strconv"

	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/sale"
)

// What a drawer was asked for.
const (
	CauseSale = "sale"
	CauseCash = "cash"
	CauseOpen = "open"
	CauseBack = "return"
)

// pay turns the basket into a sale. The sale, the receipt it asks for and the drawer go into one append.
func (d *decider) pay() error {
	b, err := d.basket()
	if err != nil {
		return err
	}
	if b.Return != nil {
		return d.payReturn(b)
	}
	if len(b.Items) == 0 {
		return fault.New(fault.BasketEmpty)
	}
	p, err := d.price(b)
	if err != nil {
		return err
	}
	if err := d.checkDiscounts(b, p); err != nil {
		return err
	}
	if err := d.checkStamps(b); err != nil {
		return err
	}
	if err := d.told(p.Total); err != nil {
		return err
	}
	offers, err := d.offers()
	if err != nil {
		return err
	}
	tenders, change, err := d.settle(p.Total, offers)
	if err != nil {
		return err
	}
	s := d.completed(b, p, d.state.Shift.NextBill)
	s.Tenders, s.Change = tenders, change
	d.fact(s)
	if err := d.askFiscal(s); err != nil {
		return err
	}
	d.askReceipt(s.Bill)
	d.askDrawer(s.Tenders, CauseSale)
	d.ended(b)
	d.out.Result = Result{Bill: s.Bill, Total: &s.Total, Change: &s.Change}
	return nil
}

// told refuses a payment of another total than the buyer was told.
func (d *decider) told(total money.Amount) error {
	if d.cmd.Total == "" {
		return nil
	}
	if told, err := money.Parse(string(d.cmd.Total)); err != nil || told != total {
		return fault.New(fault.TotalChanged, "total", total.String())
	}
	return nil
}

// ended takes a basket away that has become facts.
func (d *decider) ended(b *sale.Basket) {
	d.out.Drafts = append(d.out.Drafts, DraftChange{ID: b.ID})
	if d.state.Desk.Selected == b.ID {
		d.front("")
	}
}

func (d *decider) offers() ([]payment.Offer, error) {
	offers := make([]payment.Offer, 0, len(d.cmd.Tenders))
	for _, t := range d.cmd.Tenders {
		a, err := money.Parse(string(t.Amount))
		if err != nil {
			return nil, fault.Wrap(err, fault.PaymentAmount, "value", clip(string(t.Amount), 30))
		}
		if !printable(t.Slip) {
			return nil, fault.New(fault.PaymentAmount, "value", clip(t.Slip, 30))
		}
		offers = append(offers, payment.Offer{Kind: event.TenderKind(t.Kind), Amount: a, Slip: t.Slip})
	}
	return offers, nil
}

func (d *decider) completed(b *sale.Basket, p sale.Priced, number int) event.SaleCompleted {
	shift := d.state.Shift
	business, _ := d.business(b.Register)
	return event.SaleCompleted{
		Who: d.who, Bill: BillOf(shift.Day, shift.Number, number), Shift: shift.Number, Day: shift.Day,
		Number: number, Local: d.local(), Basket: b.ID, SellerName: d.me.Name, Merchant: d.env.Merchant,
		Payer: d.payer(), Buyer: b.Buyer, Register: b.Register, Business: business, Consumer: b.Consumer, Lines: p.Lines, TicketDiscount: p.TicketDiscount, Gross: p.Gross,
		Discount: p.Discount, Rounding: p.Rounding, RoundTo: p.RoundTo, Total: p.Total, VAT: p.VAT, CityTax: p.CityTax,
	}
}

// BillOf makes a bill's number: "2026-11-23-1-0001". Beyond 9999 the last part grows longer.
func BillOf(on day.Day, shift, number int) event.Bill { return event.BillOf(on, shift, number) }

// askReceipt asks for the paper of what has just been done.
func (d *decider) askReceipt(bill event.Bill) {
	if d.env.Printer && (d.cmd.Print == nil || *d.cmd.Print) {
		d.fact(event.ReceiptAsked{Who: d.who, Bill: bill, Shift: d.state.Shift.Number})
	}
}

// askDrawer opens the drawer where cash goes in or out.
func (d *decider) askDrawer(tenders []event.Tender, cause string) {
	cash := slices.ContainsFunc(tenders, func(t event.Tender) bool { return t.Kind == event.Cash && !t.Carried })
	if d.env.Printer && d.env.DrawerOnCash && cash {
		d.fact(event.DrawerAsked{Who: d.who, Shift: d.state.Shift.Number, Cause: cause})
	}
}

// reprint asks for a copy, marked ХУУЛБАР, of any receipt.
func (d *decider) reprint() error {
	if err := d.demandSight(d.bill()); err != nil {
		return err
	}
	return d.printBill(true)
}

// bill is the one that the command names, else the last sale's.
func (d *decider) bill() event.Bill {
	if d.cmd.Bill == "" && d.state.Last != nil {
		return d.state.Last.Bill
	}
	return event.Bill(d.cmd.Bill)
}

// pending reports whether a bill is being printed, as an original or as a copy.
func (d *decider) pending(bill event.Bill, asCopy bool) bool {
	for _, p := range d.state.Prints {
		if p.Bill == bill && p.Result == "" && p.Copy == asCopy {
			return true
		}
	}
	return false
}

// printAgain prints a receipt from the list of those not printed. One of which a part may have come out is marked as a
// copy, so that two papers never pass for two sales.
func (d *decider) printAgain() error {
	if i := slices.IndexFunc(d.state.Prints, func(p Print) bool { return p.Cash != nil && string(p.Bill) == d.cmd.Bill }); i >= 0 {
		return d.slipAgain(d.state.Prints[i])
	}
	if d.pending(event.Bill(d.cmd.Bill), false) {
		return fault.New(fault.PrintPending)
	}
	last := d.state.Last
	asCopy := last == nil || last.Bill != event.Bill(d.cmd.Bill) || last.Asked
	listed := false
	for _, p := range d.state.Prints {
		if p.Bill != event.Bill(d.cmd.Bill) || p.Result == "" {
			continue
		}
		if listed = true; p.Result == event.ReceiptDeferred {
			asCopy = p.Copy
		}
	}
	if asCopy && !listed {
		if err := d.demand(RightReprint); err != nil {
			return err
		}
		if err := d.demandSight(d.bill()); err != nil {
			return err
		}
	}
	if err := d.printBill(asCopy); err != nil {
		return err
	}
	if of := d.chainOn(event.Bill(d.cmd.Bill)); asCopy && d.holds(of) { // a copy has no lottery number, and the buyer none yet
		d.askSlip(of)
	}
	return nil
}

// slipAgain prints the paper of a cash movement from the list.
func (d *decider) slipAgain(p Print) error {
	switch {
	case !d.env.Printer:
		return fault.New(fault.PrinterNone)
	case p.Result == "":
		return fault.New(fault.PrintPending)
	}
	again := *p.Cash
	again.Who, again.Instead = d.who, p.Asked
	again.Copy = p.Copy || p.Result != event.ReceiptDeferred
	d.fact(again)
	d.out.Result.Bill = p.Bill
	return nil
}

func (d *decider) printBill(asCopy bool) error {
	bill := d.bill()
	if !d.env.Printer {
		return fault.New(fault.PrinterNone)
	}
	if d.pending(bill, asCopy) {
		return fault.New(fault.PrintPending)
	}
	ok, err := d.env.HasBill(bill)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.BillUnknown, "bill", clip(string(bill), 40))
	}
	d.fact(event.ReceiptAsked{Who: d.who, Bill: bill, Shift: d.state.LastShift, Copy: asCopy, ByHand: true})
	d.out.Result.Bill = bill
	return nil
}

// printReport prints the Z report of a closed shift, or without a number the X report of the open one, else the Z report
// of the last. Where counting is blind, who may not see the cash gets either without it, whoever approved it: the paper
// stays in the seller's hands. Elsewhere the paper says what the screen shows.
func (d *decider) printReport() error {
	if !d.env.Printer {
		return fault.New(fault.PrinterNone)
	}
	r, err := d.report()
	if err != nil {
		return err
	}
	open := r.ClosedAt == ""
	if open && d.env.Blind {
		if err := d.demand(RightReportX); err != nil {
			return err
		}
	}
	blind := d.env.Blind && !d.env.Roles[d.me.Role].May(RightCashSee)
	d.fact(event.ReportAsked{Who: d.who, Report: r, Blind: blind})
	return nil
}

func (d *decider) report() (event.Report, error) {
	open := d.state.Shift
	if d.cmd.Shift == "" && open != nil {
		return open.Report.Clone(), nil
	}
	number := d.state.LastShift
	if d.cmd.Shift != "" {
		var err error
		if number, err = strconv.Atoi(string(d.cmd.Shift)); err != nil {
			return event.Report{}, fault.New(fault.ShiftUnknown, "shift", clip(string(d.cmd.Shift), 20))
		}
	}
	if open != nil && open.Number == number {
		return open.Report.Clone(), nil
	}
	return d.env.Z(number)
}

// cancelPrint gives a receipt up: the one that is still to come, else the one that stands in the list.
func (d *decider) cancelPrint() error {
	chosen := -1
	for i, p := range d.state.Prints {
		if d.cmd.Bill != "" && string(p.Bill) != d.cmd.Bill {
			continue
		}
		if chosen < 0 || p.Result == "" && d.state.Prints[chosen].Result != "" {
			chosen = i
		}
	}
	if chosen < 0 {
		return fault.New(fault.PrintIdle)
	}
	p := d.state.Prints[chosen]
	d.fact(event.ReceiptOutcome{Who: d.who, Asked: p.Asked, Bill: p.Bill, Result: event.ReceiptCancelled})
	return nil
}
