// Package loyalty knows customers with discount cards: who they are, what share is theirs and until when.
package loyalty

import (
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// Customer is a card customer (картын хэрэглэгч).
type Customer struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Phone     string        `json:"phone,omitempty"`
	Cards     []string      `json:"cards,omitempty"` // card numbers as scanned
	Percent   money.Percent `json:"percent"`         // ticket discount, 0 to 100 %
	ValidFrom day.Day       `json:"valid_from,omitempty"`
	ValidTo   day.Day       `json:"valid_to,omitempty"` // last valid day; empty: no end
	Active    bool          `json:"active"`
}

// Lookup finds customers by code or card number.
type Lookup interface {
	Customer(codeOrCard string) (c Customer, ok bool, err error)
}

// Show judges a card on a business day and returns the buyer to put on the ticket.
func (c Customer) Show(shown string, on day.Day) (event.Buyer, error) {
	switch {
	case !c.Active:
		return event.Buyer{}, fault.New(fault.CustomerBlocked, "name", c.Name)
	case c.ValidFrom != "" && on < c.ValidFrom:
		return event.Buyer{}, fault.New(fault.CustomerNotYet, "name", c.Name, "day", string(c.ValidFrom))
	case c.ValidTo != "" && on > c.ValidTo:
		return event.Buyer{}, fault.New(fault.CustomerExpired, "name", c.Name, "day", string(c.ValidTo))
	case c.Percent < 0 || c.Percent > money.Whole:
		return event.Buyer{}, fault.New(fault.DiscountRange, "value", c.Percent.String()+" %")
	}
	b := event.Buyer{Code: c.Code, Name: c.Name, Percent: c.Percent}
	if shown != c.Code {
		b.Card = shown
	}
	return b, nil
}
