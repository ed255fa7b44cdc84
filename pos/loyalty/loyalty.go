// Package loyalty knows customers with discount cards: who they are, what share is theirs and until when.
package loyalty

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

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

// ShowBare returns the buyer without the card's discount: one whose card is not in force on a day may still be known by name.
// A card that was blocked is not: somebody had a reason.
func (c Customer) ShowBare(shown string, on day.Day) (event.Buyer, error) {
	c.Percent, c.ValidFrom, c.ValidTo = 0, "", ""
	return c.Show(shown, on)
}

// Wrong returns the first wrong field of a customer and why; "" if there is none.
func (c Customer) Wrong() (column, problem string) {
	switch {
	case !printable(c.Code, 1, 32):
		return "code", "1 to 32 printable characters are needed"
	case !printable(c.Name, 1, 200):
		return "name", "1 to 200 printable characters are needed"
	case !printable(c.Phone, 0, 32):
		return "phone", "at most 32 printable characters are allowed"
	case c.Percent < 0 || c.Percent > money.Whole:
		return "percent", c.Percent.String() + " is not between 0 and 100"
	case !dayOrNone(c.ValidFrom):
		return "valid_from", fmt.Sprintf("%q is not a day such as 2026-11-23", c.ValidFrom)
	case !dayOrNone(c.ValidTo):
		return "valid_to", fmt.Sprintf("%q is not a day such as 2026-11-23", c.ValidTo)
	case c.ValidTo != "" && c.ValidTo < c.ValidFrom:
		return "valid_to", fmt.Sprintf("%s lies before %s", c.ValidTo, c.ValidFrom)
	}
	for _, card := range c.Cards {
		if !printable(card, 1, 48) {
			return "cards", fmt.Sprintf("%q is not 1 to 48 printable characters", card)
		}
	}
	return "", ""
}

func dayOrNone(d day.Day) bool {
	_, err := day.Parse(string(d))
	return d == "" || err == nil
}

func printable(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && s == strings.TrimSpace(s) &&
		strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
