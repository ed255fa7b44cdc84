package till

import (
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/payment"
)

// Tender is a way to pay that the shop takes, and what it calls it.
type Tender struct {
	Kind event.TenderKind
	Name string // empty: as the kind is called
}

// settle is payment.Settle in the ways that the shop takes; each payment carries the shop's name for it.
func (d *decider) settle(due money.Amount, offers []payment.Offer) ([]event.Tender, money.Amount, error) {
	names := map[event.TenderKind]string{}
	for _, t := range d.env.Tenders {
		names[t.Kind] = t.Name
	}
	for _, o := range offers {
		if _, taken := names[o.Kind]; len(d.env.Tenders) > 0 && !taken && o.Kind != event.Cash {
			return nil, 0, fault.New(fault.PaymentKind, "kind", string(o.Kind))
		}
	}
	tenders, change, err := payment.Settle(due, offers)
	for i := range tenders {
		tenders[i].Name = names[tenders[i].Kind]
	}
	return tenders, change, err
}
