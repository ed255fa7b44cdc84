// Package payment settles what is due with what was offered: cash with change, everything else by hand and unchecked.
package payment

import (
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"slices"
)

// Offer is one payment as the cashier entered it.
type Offer struct {
	Kind   event.TenderKind `json:"kind"`
	Amount money.Amount     `json:"amount"`         // what was handed over
	Slip   string           `json:"slip,omitempty"` // number on the terminal's slip, at most 64 characters
}

// Limits that catch a barcode scanned into an amount field.
const (
	MaxOffers = 20
	MaxChange = 100_000_000 * 100 // möngö
)

// Settle works out tenders and change. Only cash may exceed what is due; change is given in cash. A sale of nothing
// needs no payment. Errors are faults payment.*.
func Settle(due money.Amount, offers []Offer) (tenders []event.Tender, change money.Amount, err error) {
	if len(offers) > MaxOffers {
		return nil, 0, fault.New(fault.PaymentTenders)
	}
	var cash, other money.Amount
	for _, o := range offers {
		if err := o.check(); err != nil {
			return nil, 0, err
		}
		if o.Kind == event.Cash {
			cash += o.Amount
		} else {
			other += o.Amount
		}
	}
	switch {
	case other > due:
		return nil, 0, fault.New(fault.PaymentOver, "over", (other - due).String())
	case cash > 0 && other == due:
		return nil, 0, fault.New(fault.PaymentNeedless)
	case cash+other < due:
		return nil, 0, fault.New(fault.PaymentShort, "missing", (due - cash - other).String())
	}
	change = cash + other - due
	if change > MaxChange {
		return nil, 0, fault.New(fault.PaymentAmount, "value", cash.String())
	}
	return apply(offers, due-other), change, nil
}

// CheckDraft reports what no payment could ever be. Nothing has to add up yet, and an amount may still be missing.
func CheckDraft(offers []Offer) error {
	if len(offers) > MaxOffers {
		return fault.New(fault.PaymentTenders)
	}
	for _, o := range offers {
		if o.Amount == 0 {
			o.Amount = 1
		}
		if err := o.check(); err != nil {
			return err
		}
	}
	return nil
}

func (o Offer) check() error {
	if !slices.Contains(event.TenderKinds[:], o.Kind) {
		return fault.New(fault.PaymentKind, "kind", string(o.Kind))
	}
	if o.Amount <= 0 || !o.Amount.InRange() || len(o.Slip) > 64 {
		return fault.New(fault.PaymentAmount, "value", o.Amount.String())
	}
	return nil
}

// apply says how much of each offer pays the sale: cash covers cashDue in order, the rest of it is change.
func apply(offers []Offer, cashDue money.Amount) []event.Tender {
	tenders := make([]event.Tender, 0, len(offers))
	for _, o := range offers {
		t := event.Tender{Kind: o.Kind, Given: o.Amount, Amount: o.Amount, Slip: o.Slip, Unchecked: true}
		if o.Kind == event.Cash {
			t.Unchecked = false
			t.Amount = min(o.Amount, cashDue)
			cashDue -= t.Amount
		}
		tenders = append(tenders, t)
	}
	return tenders
}
