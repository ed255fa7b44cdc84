package event

import (
	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Report is an X report while its shift is open and the Z report once it is closed. It grows with each fact, so that a
// shift of any length closes at once.
type Report struct {
	Shift    int        `json:"shift"`
	Day      day.Day    `json:"day"`
	OpenedAt string     `json:"opened_at"` // wall time in the shop
	OpenedBy SellerCode `json:"opened_by"`
	ClosedAt string     `json:"closed_at,omitempty"`
	ClosedBy SellerCode `json:"closed_by,omitempty"`

	Bills    int          `json:"bills"`
	First    Bill         `json:"first,omitempty"`
	Last     Bill         `json:"last,omitempty"`
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	Rounding money.Amount `json:"rounding,omitempty"` // what of Discount nobody gave
	Total    money.Amount `json:"total"`
	VAT      money.Amount `json:"vat"`
	CityTax  money.Amount `json:"city_tax"`

	Tenders []TenderTotal `json:"tenders"`
	Taxes   []TaxTotal    `json:"taxes"`

	// Returns stand apart from the sales above, which they do not lower. All of it is positive.
	Returns  int          `json:"returns"`
	Returned ReturnTotals `json:"returned"`

	Float    money.Amount `json:"float"`
	CashIn   money.Amount `json:"cash_in"`
	CashOut  money.Amount `json:"cash_out"` // positive
	Expected money.Amount `json:"expected"` // Float + cash sales − cash paid back + CashIn − CashOut
	// Counted is the last count; Difference is Counted − what was expected when it was counted. Both are absent until
	// someone has counted.
	Counted    *money.Amount `json:"counted,omitempty"`
	Difference *money.Amount `json:"difference,omitempty"`
	Counts     int           `json:"counts"`

	Removed       int          `json:"removed"` // lines taken out after scanning
	RemovedAmount money.Amount `json:"removed_amount"`
	DrawerOpened  int          `json:"drawer_opened"` // without a sale
	Copies        int          `json:"copies"`
	Overrides     int          `json:"overrides"`
}

// TenderTotal sums one way to pay.
type TenderTotal struct {
	Kind   TenderKind   `json:"kind"`
	Name   string       `json:"name,omitempty"` // what the shop calls it, the newest name; empty: as the kind is called
	Count  int          `json:"count"`
	Amount money.Amount `json:"amount"`
}

// TaxTotal sums the lines of one tax class.
type TaxTotal struct {
	Class   tax.Class    `json:"class"`
	Total   money.Amount `json:"total"`
	VAT     money.Amount `json:"vat"`
	CityTax money.Amount `json:"city_tax"`
}

// AddSale counts a sale in.
func (r *Report) AddSale(s SaleCompleted) {
	if r.Bills++; r.First == "" {
		r.First = s.Bill
	}
	r.Last = s.Bill
	r.Gross += s.Gross
	r.Discount += s.Discount
	r.Rounding += s.Rounding
	r.Total += s.Total
	r.VAT += s.VAT
	r.CityTax += s.CityTax
	for _, t := range s.Tenders {
		r.Expected += cashOf(t)
		r.Tenders = addTender(r.Tenders, t, t.Amount)
	}
	for _, l := range s.Lines {
		r.Taxes = addTax(r.Taxes, l, 1)
	}
}

// AddReturn counts a return in.
func (r *Report) AddReturn(s SaleReturned) {
	r.Returns++
	b := &r.Returned
	b.Total -= s.Total
	b.VAT -= s.VAT
	b.CityTax -= s.CityTax
	for _, t := range s.Tenders {
		r.Expected += cashOf(t)
		b.Tenders = addTender(b.Tenders, t, -t.Amount)
	}
	for _, l := range s.Lines {
		b.Taxes = addTax(b.Taxes, l, -1)
	}
}

func cashOf(t Tender) money.Amount {
	if t.Kind == Cash {
		return t.Amount
	}
	return 0
}

func addTender(totals []TenderTotal, t Tender, a money.Amount) []TenderTotal {
	for i := range totals {
		if totals[i].Kind == t.Kind {
			totals[i].Name = t.Name
			totals[i].Count++
			totals[i].Amount += a
			return totals
		}
	}
	return append(totals, TenderTotal{t.Kind, t.Name, 1, a})
}

func addTax(totals []TaxTotal, l Line, sign money.Amount) []TaxTotal {
	for i := range totals {
		if totals[i].Class == l.Tax {
			totals[i].Total += sign * l.Total
			totals[i].VAT += sign * l.VAT
			totals[i].CityTax += sign * l.CityTax
			return totals
		}
	}
	return append(totals, TaxTotal{l.Tax, sign * l.Total, sign * l.VAT, sign * l.CityTax})
}

// AddCash counts cash in or out.
func (r *Report) AddCash(a money.Amount) {
	r.Expected += a
	if a < 0 {
		r.CashOut -= a
	} else {
		r.CashIn += a
	}
}

// AddCount takes a count of the drawer. Its difference is to what was expected at that moment: sales after a count do not
// make it wrong.
func (r *Report) AddCount(total money.Amount) {
	d := total - r.Expected
	r.Counts++
	r.Counted, r.Difference = &total, &d
}

// Close returns the report as the Z report.
func (r Report) Close(at string, by SellerCode) Report {
	r.ClosedAt, r.ClosedBy = at, by
	return r
}

// Clone returns a copy that shares nothing.
func (r Report) Clone() Report {
	r.Tenders = append([]TenderTotal(nil), r.Tenders...)
	r.Taxes = append([]TaxTotal(nil), r.Taxes...)
	r.Returned.Tenders = append([]TenderTotal(nil), r.Returned.Tenders...)
	r.Returned.Taxes = append([]TaxTotal(nil), r.Returned.Taxes...)
	return r
}
