package payment

import (
	"slices"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// Money goes back by the way it came: no tender gives back more than it brought, and cash, where there was any, goes first.

// Left says how much of each way to pay could still go back: what was paid, less what went back before. Kinds stand in
// their usual order. Cash that went back for a card's payment is taken off the card.
func Left(paid []event.Tender, back map[event.TenderKind]money.Amount) []event.TenderTotal {
	var left []event.TenderTotal
	var over money.Amount
	for _, kind := range kindsOf(paid) {
		t := event.TenderTotal{Kind: kind, Amount: -back[kind]}
		for _, p := range paid {
			if p.Kind == kind {
				t.Count++
				t.Amount += p.Amount
			}
		}
		if t.Amount < 0 {
			over -= t.Amount
			t.Amount = 0
		}
		left = append(left, t)
	}
	for kind, amount := range back {
		if !slices.ContainsFunc(left, func(t event.TenderTotal) bool { return t.Kind == kind }) {
			over += amount
		}
	}
	for i := range left {
		off := min(over, left[i].Amount)
		left[i].Amount -= off
		over -= off
	}
	return slices.DeleteFunc(left, func(t event.TenderTotal) bool { return t.Amount == 0 })
}

// kindsOf lists the kinds of tenders in the order in which reports show them, then those not known here.
func kindsOf(tenders []event.Tender) (kinds []event.TenderKind) {
	for _, k := range event.TenderKinds {
		if slices.ContainsFunc(tenders, func(t event.Tender) bool { return t.Kind == k }) {
			kinds = append(kinds, k)
		}
	}
	for _, t := range tenders {
		if !slices.Contains(kinds, t.Kind) {
			kinds = append(kinds, t.Kind)
		}
	}
	return kinds
}

// PlanBack divides an amount that goes back over what is left of each way to pay, in order: cash first.
func PlanBack(left []event.TenderTotal, amount money.Amount) (plan []Offer) {
	for _, t := range left {
		if part := min(t.Amount, amount); part > 0 {
			plan = append(plan, Offer{Kind: t.Kind, Amount: part})
			amount -= part
		}
	}
	return plan
}

// CheckBack judges how an amount is to go back. overCash is how much of it is cash that came in another way, which takes
// a right of its own. Errors are faults payment.* and return.*.
func CheckBack(left []event.TenderTotal, offers []Offer, amount money.Amount) (overCash money.Amount, err error) {
	if len(offers) > MaxOffers {
		return 0, fault.New(fault.PaymentTenders)
	}
	sums := map[event.TenderKind]money.Amount{}
	var total money.Amount
	for _, o := range offers {
		if err := o.check(); err != nil {
			return 0, err
		}
		sums[o.Kind] += o.Amount
		total += o.Amount
	}
	if total != amount {
		return 0, fault.New(fault.ReturnTenders, "amount", amount.String())
	}
	for kind, sum := range sums {
		over := sum - amountOf(left, kind)
		switch {
		case over <= 0:
		case kind == event.Cash:
			overCash = over
		default:
			return 0, fault.New(fault.ReturnTender, "left", amountOf(left, kind).String())
		}
	}
	return overCash, nil
}

// Carry divides what an exchange takes over to the new goods, once the offers have been paid back: everything else first,
// cash last, so that a card is asked for as little as can be.
func Carry(left []event.TenderTotal, offers []Offer, amount money.Amount) (carried []Offer) {
	var over money.Amount
	free := slices.Clone(left)
	for i := range free {
		for _, o := range offers {
			if o.Kind == free[i].Kind {
				free[i].Amount -= o.Amount
			}
		}
		if free[i].Amount < 0 { // cash for a card's payment
			over -= free[i].Amount
			free[i].Amount = 0
		}
	}
	for _, o := range offers {
		if amountOf(left, o.Kind) == 0 {
			over += o.Amount
		}
	}
	for i := range free {
		off := min(over, free[i].Amount)
		free[i].Amount -= off
		over -= off
	}
	slices.SortStableFunc(free, func(a, b event.TenderTotal) int { return cashLast(a.Kind) - cashLast(b.Kind) })
	return PlanBack(free, amount)
}

func cashLast(k event.TenderKind) int {
	if k == event.Cash {
		return 1
	}
	return 0
}

func amountOf(left []event.TenderTotal, kind event.TenderKind) money.Amount {
	for _, t := range left {
		if t.Kind == kind {
			return t.Amount
		}
	}
	return 0
}
