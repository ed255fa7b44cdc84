package event

import (
	"strings"

	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Origin is the sale that goods came back from.
type Origin struct {
	Bill  Bill   `json:"bill"`
	Local string `json:"local"` // wall time in the shop of that sale
	// Code is the one on its receipt (package barcode).
	Code string `json:"code,omitempty"`
	// Point is the sales point that sold, where it is another one than this till's; 0: this till.
	Point     uint64 `json:"point,omitempty"`
	PointName string `json:"point_name,omitempty"`
}

// SaleReturned says that goods came back and how the money for them went. Every amount and quantity of it is the negative
// of what was sold, so that sums over sales and returns are plain additions. It has a number of its own, out of the same
// row as the sales of its shift.
type SaleReturned struct {
	Who
	Bill       Bill         `json:"bill"`
	Shift      int          `json:"shift"`
	Day        day.Day      `json:"day"`
	Number     int          `json:"number"` // within the shift, counted along with its sales
	Local      string       `json:"local"`  // wall time in the shop
	Basket     string       `json:"basket"`
	SellerName string       `json:"seller_name"`
	Merchant   Merchant     `json:"merchant"`
	Payer      tax.Payer    `json:"payer"`              // as it was when the goods were sold
	Of         *Origin      `json:"of,omitempty"`       // nil: without a receipt, at the price of the day
	Buyer      *Buyer       `json:"buyer,omitempty"`    // of that sale
	Register   Register     `json:"register,omitempty"` // of that sale
	Business   *Business    `json:"business,omitempty"` // of that sale
	Consumer   string       `json:"consumer,omitempty"` // of that sale
	RoundTo    money.Amount `json:"round_to,omitempty"` // of that sale
	// Lines are what came back; No is the number of the sold line. One of which nothing came back has quantity 0: another's return
	// has changed what it costs, because what stays is rounded anew.
	Lines    []Line       `json:"lines"`
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	Total    money.Amount `json:"total"`
	VAT      money.Amount `json:"vat"`
	CityTax  money.Amount `json:"city_tax"`
	Tenders  []Tender     `json:"tenders"` // how the money went back
	// Left is what the buyer keeps of the sale after this and all returns before it, Paid how that is paid. Both are empty
	// once all of it has come back.
	Left []Line   `json:"left,omitempty"`
	Paid []Tender `json:"paid,omitempty"`
	// Unverified: another till sold, and BAAZ could not be asked what had come back before.
	Unverified bool `json:"unverified,omitempty"`
	// Claim is BAAZ's leave to take back what another till sold; empty: none was needed or to be had.
	Claim string `json:"claim,omitempty"`
}

// Kind implements Fact.
func (SaleReturned) Kind() Kind { return KindSaleReturned }

// Partial reports whether something of the sale stays with the buyer, who then gets a corrected receipt.
func (s SaleReturned) Partial() bool { return len(s.Left) > 0 }

// Came are the lines of which something came back.
func (s SaleReturned) Came() (came []Line) {
	for _, l := range s.Lines {
		if l.Quantity != 0 {
			came = append(came, l)
		}
	}
	return came
}

// OnlyRounded reports whether a line says no more than that it was rounded.
func (l Line) OnlyRounded() bool {
	return l.Quantity == 0 && l.Gross == 0 && l.LineDiscount == 0 && l.TicketDiscount == l.Rounding && len(l.Stamps) == 0
}

// Stays is what the return leaves, as a sale of its own would say it: without bill and number.
func (s SaleReturned) Stays() SaleCompleted {
	left := SaleCompleted{Merchant: s.Merchant, Payer: s.Payer, Buyer: s.Buyer, Register: s.Register, Business: s.Business, Consumer: s.Consumer,
		RoundTo: s.RoundTo, Lines: s.Left, Tenders: s.Paid}
	for _, l := range s.Left {
		left.Gross += l.Gross
		left.Discount += l.LineDiscount + l.TicketDiscount
		left.Rounding += l.Rounding
		left.Total += l.Total
		left.VAT += l.VAT
		left.CityTax += l.CityTax
	}
	return left
}

// correctedMark ends the name of a corrected receipt: that of its return and this.
const correctedMark = "-R"

// Corrected names the corrected receipt that a partial return with this number comes with, among the papers.
func (b Bill) Corrected() Bill { return b + correctedMark }

// CutCorrected tells a corrected receipt from the receipt of a return.
func (b Bill) CutCorrected() (of Bill, corrected bool) {
	text, corrected := strings.CutSuffix(string(b), correctedMark)
	return Bill(text), corrected
}

// ReturnTotals sums the returns of a shift.
type ReturnTotals struct {
	Total   money.Amount  `json:"total"`
	VAT     money.Amount  `json:"vat"`
	CityTax money.Amount  `json:"city_tax"`
	Tenders []TenderTotal `json:"tenders,omitempty"`
	Taxes   []TaxTotal    `json:"taxes,omitempty"`
}

// Cash is how much of it was paid back in cash.
func (t ReturnTotals) Cash() money.Amount {
	for _, x := range t.Tenders {
		if x.Kind == Cash {
			return x.Amount
		}
	}
	return 0
}
