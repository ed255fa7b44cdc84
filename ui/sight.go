package ui

import (
	"net/http"
	"slices"

	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

// sight is what the present reader may be told of the cash. Every handler that tells sums of a shift or receipts of the
// past asks it; none judges by itself. The state tells no more than the sale just made, which the seller has seen.
type sight struct {
	blind bool
	state *till.State
	env   till.Env
}

func (s *Server) sight() sight {
	st, env := s.o.Till.View().State, s.o.Till.Env()
	return sight{till.Blind(st, env), st, env}
}

// refusal says why a blind reader does not get what only the cash's keeper may see.
func (v sight) refusal() error { return lacks(v.state, v.env, till.RightCashSee) }

// openShift reports whether the X report may be read at all: where counting is blind, it needs a right of its own.
func (v sight) openShift() error {
	if !v.env.Blind {
		return nil
	}
	return lacks(v.state, v.env, till.RightReportX)
}

// bill reports whether a receipt may be read.
func (v sight) bill(b event.Bill) error {
	if of, _ := b.CutCorrected(); !v.blind || slices.Contains(v.state.Recent, of) {
		return nil
	}
	return v.refusal()
}

// attended refuses what was sold and counted to the screen of a locked till: nobody stands before it. Programs that bring
// the token themselves are told.
func (v sight) attended(r *http.Request) error {
	if _, program := bearer(r); program || !v.state.Desk.Locked {
		return nil
	}
	return fault.New(fault.SellerLocked)
}

// sales leaves of a list those that may be read.
func (v sight) sales(list []event.SaleCompleted) []event.SaleCompleted {
	return slices.DeleteFunc(list, func(s event.SaleCompleted) bool { return v.bill(s.Bill) != nil })
}

// records reports whether the journal may be read. It tells everything: to a blind till's screen nothing, but still to
// programs that bring the token themselves, such as posd check.
func (v sight) records(r *http.Request) error {
	if err := v.attended(r); err != nil {
		return err
	}
	if _, program := bearer(r); program || !v.blind {
		return nil
	}
	return v.refusal()
}

// ShiftReport is an X or Z report as the reader may see it.
type ShiftReport struct {
	Blind    bool             `json:"blind"` // the sums are left out
	Shift    int              `json:"shift"`
	Day      day.Day          `json:"day"`
	OpenedAt string           `json:"opened_at"` // wall time in the shop
	OpenedBy event.SellerCode `json:"opened_by"`
	// OpenedName and ClosedName are what the sellers are called now; the code, of one who is known no longer.
	OpenedName string           `json:"opened_name"`
	ClosedAt   string           `json:"closed_at,omitempty"` // empty: an X report
	ClosedBy   event.SellerCode `json:"closed_by,omitempty"`
	ClosedName string           `json:"closed_name,omitempty"`
	Bills      int              `json:"bills"`
	First      event.Bill       `json:"first,omitempty"`
	Last       event.Bill       `json:"last,omitempty"`
	Returns    int              `json:"returns"`
	*ShiftSums
	Float         money.Amount  `json:"float"`
	CashIn        money.Amount  `json:"cash_in"`
	CashOut       money.Amount  `json:"cash_out"` // positive
	Counted       *money.Amount `json:"counted,omitempty"`
	Counts        int           `json:"counts"`
	Removed       int           `json:"removed"` // lines taken out after scanning
	RemovedAmount money.Amount  `json:"removed_amount"`
	DrawerOpened  int           `json:"drawer_opened"` // without a sale
	Copies        int           `json:"copies"`
	Overrides     int           `json:"overrides"`
}

// ShiftSums are the sums of a shift from which the content of the drawer could be told.
type ShiftSums struct {
	Gross      money.Amount        `json:"gross"`
	Discount   money.Amount        `json:"discount"`
	Rounding   money.Amount        `json:"rounding,omitempty"` // what of the discount nobody gave
	Total      money.Amount        `json:"total"`
	VAT        money.Amount        `json:"vat"`
	CityTax    money.Amount        `json:"city_tax"`
	Tenders    []event.TenderTotal `json:"tenders"`
	Taxes      []event.TaxTotal    `json:"taxes"`
	Returned   ReturnSums          `json:"returned"`             // apart from the sales above, which they do not lower; positive
	Expected   money.Amount        `json:"expected"`             // float + cash sales − cash paid back + cash_in − cash_out
	Difference *money.Amount       `json:"difference,omitempty"` // counted − what was expected when it was counted
}

// ReturnSums sums the returns of a shift.
type ReturnSums struct {
	Total   money.Amount        `json:"total"`
	VAT     money.Amount        `json:"vat"`
	CityTax money.Amount        `json:"city_tax"`
	Tenders []event.TenderTotal `json:"tenders"`
	Taxes   []event.TaxTotal    `json:"taxes"`
}

// name is what a seller is called; the code where nobody of it is known any more.
func (v sight) name(code event.SellerCode) string {
	if s, ok := till.Find(v.state, v.env, code); ok && s.Name != "" {
		return s.Name
	}
	return string(code)
}

// report shows a report. Its fields are named one by one, so that nothing added to the fact is told by itself.
func (v sight) report(r event.Report) ShiftReport {
	out := ShiftReport{Blind: v.blind, Shift: r.Shift, Day: r.Day, OpenedAt: r.OpenedAt, OpenedBy: r.OpenedBy, OpenedName: v.name(r.OpenedBy),
		ClosedAt: r.ClosedAt, ClosedBy: r.ClosedBy, ClosedName: v.name(r.ClosedBy), Bills: r.Bills, First: r.First, Last: r.Last, Returns: r.Returns, Float: r.Float, CashIn: r.CashIn, CashOut: r.CashOut,
		Counted: r.Counted, Counts: r.Counts, Removed: r.Removed, RemovedAmount: r.RemovedAmount, DrawerOpened: r.DrawerOpened,
		Copies: r.Copies, Overrides: r.Overrides}
	if !v.blind {
		out.ShiftSums = &ShiftSums{Gross: r.Gross, Discount: r.Discount, Rounding: r.Rounding, Total: r.Total, VAT: r.VAT, CityTax: r.CityTax,
			Tenders: filled(r.Tenders), Taxes: filled(r.Taxes), Returned: ReturnSums{r.Returned.Total, r.Returned.VAT, r.Returned.CityTax,
				filled(r.Returned.Tenders), filled(r.Returned.Taxes)}, Expected: r.Expected, Difference: r.Difference}
	}
	return out
}
