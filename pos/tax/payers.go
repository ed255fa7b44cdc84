package tax

import (
	"fmt"

	"posbox/pos/day"
)

// PayerFrom says for which taxes the merchant is registered from a day on.
type PayerFrom struct {
	From day.Day `json:"from"`
	VAT  bool    `json:"vat"`
	City bool    `json:"city_tax"`
}

// Payers lists registrations by date, ascending. What held before the first row stands elsewhere.
type Payers []PayerFrom

// On returns the registration on d; before that of the days before the first row.
func (p Payers) On(d day.Day, before Payer) Payer {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].From <= d {
			return Payer{VAT: p[i].VAT, City: p[i].City}
		}
	}
	return before
}

// Validate reports the first thing wrong with a list: unknown days, days out of order.
func (p Payers) Validate() error {
	for i, r := range p {
		if _, err := day.Parse(string(r.From)); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		if i > 0 && p[i-1].From >= r.From {
			return fmt.Errorf("row %d: %s does not come after %s", i+1, r.From, p[i-1].From)
		}
	}
	return nil
}
