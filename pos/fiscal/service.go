package fiscal

import (
	"encoding/json"
	"regexp"
	"strings"

	"posbox/pos/event"
	"posbox/pos/money"
)

// Outcome is what became of a receipt or a cancellation.
type Outcome struct {
	Verdict Verdict
	Issued  Issued // of a receipt that was issued
	Text    string // the service's own words
	Cause   error  // for the log, where no answer came
}

// Info is the state of the service.
type Info struct {
	Operator      string         `json:"operatorName"`
	PosNo         string         `json:"posNo"` // PosAPI's own number, 8 digits
	Version       string         `json:"version"`
	LastSent      string         `json:"lastSentDate"` // wall time, Ulaanbaatar
	LeftLotteries int            `json:"leftLotteries"`
	PaymentTypes  []PaymentType  `json:"paymentTypes"`
	Merchants     []InfoMerchant `json:"merchants"`
}

// PaymentType is a payment code that the installation takes.
type PaymentType struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// InfoMerchant is a taxpayer for whom the service issues, itself or through one who works for it.
type InfoMerchant struct {
	TIN       string         `json:"tin"`
	Name      string         `json:"name"`
	VATPayer  bool           `json:"vatPayer"`
	Customers []InfoMerchant `json:"customers,omitempty"`
}

// Takes lists the payment codes that the installation takes; nil where it told none.
func (i Info) Takes() (codes []string) {
	for _, p := range i.PaymentTypes {
		codes = append(codes, p.Code)
	}
	return codes
}

// Serves reports whether the service issues for a taxpayer, and whether that one pays VAT.
func (i Info) Serves(tin string) (serves, vat bool) {
	for _, m := range i.Merchants {
		for _, m := range append([]InfoMerchant{m}, m.Customers...) {
			if m.TIN == tin {
				return true, m.VATPayer
			}
		}
	}
	return false, false
}

// expects finds the figure in a refusal such as "НХАТ-г 2%-р тооцоолоогүй байна. Шалгуур дүн: 54.90".
var expects = regexp.MustCompile(`дүн:\s*([0-9]+(?:[.,][0-9]+)?)`)

// Figures returns what a refusal says it had expected, and which of the request's sums it speaks of; empty where its words
// tell none.
func Figures(text string, r Request) (expected, given string) {
	m := expects.FindStringSubmatch(text)
	if m == nil {
		return "", ""
	}
	sum := r.TotalAmount
	switch {
	case strings.Contains(text, "НХАТ"):
		sum = r.TotalCityTax
	case strings.Contains(text, "НӨАТ"):
		sum = r.TotalVAT
	}
	return strings.ReplaceAll(m[1], ",", "."), money.Amount(sum).String()
}

// ReadRequest reads a request that was made durable before.
func ReadRequest(body []byte) (r Request, err error) {
	err = json.Unmarshal(body, &r)
	return r, err
}

// Renewed returns the request with another attempt's suffix and the merchant as it is set now.
func (r Request) Renewed(m Merchant, suffix string) Request {
	r.BranchNo, r.DistrictCode, r.MerchantTIN, r.PosNo, r.BillIDSuffix = m.Branch, m.District, m.TIN, m.Till, suffix
	r.Receipts = append([]Sub(nil), r.Receipts...)
	for i := range r.Receipts {
		r.Receipts[i].MerchantTIN = m.TIN
	}
	return r
}

// For returns the request with the taxpayer number of the business that buys.
func (r Request) For(tin string) Request { return r.to(B2B, &tin) }

// Readdressed returns the request made out to another buyer. later is the number of a business that is still to be looked up.
func (r Request) Readdressed(to event.Mended) (out Request, later event.Register) {
	switch {
	case to.Register == "":
		return r.to(B2C, nil), ""
	case to.Business != nil:
		return r.For(to.Business.TIN), ""
	}
	return r.to(B2B, nil), to.Register
}

func (r Request) to(kind string, tin *string) Request {
	r.Type, r.CustomerTIN = kind, tin
	r.Receipts = append([]Sub(nil), r.Receipts...)
	for i := range r.Receipts {
		r.Receipts[i].CustomerTIN = tin
	}
	return r
}

// Dated reports whether s has the form of an answer's date.
func Dated(s string) bool { return dated(s) }

// Numbered reports whether s has the form of a receipt's number, ДДТД.
func Numbered(s string) bool { return digits(s, 33, 33) }
