package sale

import (
	"errors"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
)

// ErrReturn is returned for more than was sold, or for nothing.
var ErrReturn = errors.New("sale: that quantity cannot be returned")

// Mirror returns the line that takes quantity of a sold line back, when done of it has come back before. Every amount
// is the negative of the sold line's, in proportion; over any number of partial returns they add up to exactly what was
// sold, because each is the difference of two rounded shares.
func Mirror(sold event.Line, done, quantity catalog.Quantity) (event.Line, error) {
	if quantity <= 0 || done < 0 || done+quantity > sold.Quantity {
		return event.Line{}, ErrReturn
	}
	back := sold
	back.Quantity, back.StampsAgain = -quantity, nil
	given := sold.TicketDiscount - sold.Rounding
	for _, a := range []*money.Amount{&back.Gross, &back.LineDiscount, &given, &back.Rounding, &back.Total, &back.VAT, &back.CityTax} {
		before, err := money.Prorate(*a, int64(done), int64(sold.Quantity))
		if err != nil {
			return event.Line{}, err
		}
		after, err := money.Prorate(*a, int64(done+quantity), int64(sold.Quantity))
		if err != nil {
			return event.Line{}, err
		}
		*a = before - after
	}
	// Rounded apart, the parts could miss the sum by a möngö; the total is what the buyer gets, so the gross follows it.
	back.TicketDiscount = given + back.Rounding
	back.Gross = back.Total + back.LineDiscount + back.TicketDiscount
	return back, nil
}
