package fiscal

import (
	"bytes"
	"encoding/json"
	"strings"

	"posbox/pos/catalog"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Request is the body of POST /rest/receipt. Key spellings are the portal's ("totalVAT", "inactiveId").
type Request struct {
	BranchNo     string    `json:"branchNo"` // 3 digits: the taxpayer's own number of the branch
	TotalAmount  Amount    `json:"totalAmount"`
	TotalVAT     Amount    `json:"totalVAT"`
	TotalCityTax Amount    `json:"totalCityTax"`
	DistrictCode string    `json:"districtCode"` // 4 digits: branch and sub-branch of the tax office
	MerchantTIN  string    `json:"merchantTin"`
	PosNo        string    `json:"posNo"` // the merchant's own number of the till, not PosAPI's
	Type         string    `json:"type"`
	CustomerTIN  *string   `json:"customerTin"` // of a business; null for a person
	ConsumerNo   string    `json:"consumerNo,omitempty"`
	InactiveID   string    `json:"inactiveId,omitempty"`
	BillIDSuffix string    `json:"billIdSuffix"`
	Receipts     []Sub     `json:"receipts"`
	Payments     []Payment `json:"payments"`
}

// Sub is the part of a receipt that has one tax class.
type Sub struct {
	TotalAmount  Amount  `json:"totalAmount"`
	TotalVAT     Amount  `json:"totalVAT"`
	TotalCityTax Amount  `json:"totalCityTax"`
	TaxType      string  `json:"taxType"`
	MerchantTIN  string  `json:"merchantTin"`
	CustomerTIN  *string `json:"customerTin"`
	Items        []Item  `json:"items"`
}

// Item is a sold good. Prices contain taxes; the sum is after discounts.
type Item struct {
	Name               string    `json:"name"`
	BarCode            *string   `json:"barCode"`
	BarCodeType        string    `json:"barCodeType"`
	ClassificationCode string    `json:"classificationCode"` // БҮНА, 7 digits
	TaxProductCode     *string   `json:"taxProductCode"`     // of goods that are exempt, at zero or outside the tax
	MeasureUnit        string    `json:"measureUnit"`
	Qty                Quantity  `json:"qty"`
	UnitPrice          Amount    `json:"unitPrice"`
	TotalAmount        Amount    `json:"totalAmount"`
	TotalVAT           Amount    `json:"totalVAT"`
	TotalCityTax       Amount    `json:"totalCityTax"`
	Data               *ItemData `json:"data,omitempty"`
}

// ItemData carries the excise stamps of a good, one for each unit.
type ItemData struct {
	StockQR []string `json:"stockQR"`
}

// Payment is one way in which a receipt was paid.
type Payment struct {
	Code       string `json:"code"`
	Status     string `json:"status"`
	PaidAmount Amount `json:"paidAmount"`
}

// Cancel is the body of DELETE /rest/receipt: the receipt's number and its date exactly as it was answered.
type Cancel struct {
	ID   string `json:"id"`
	Date string `json:"date"`
}

// Amount is money as a JSON number: 254.55, 2800.
type Amount money.Amount

// MarshalJSON implements json.Marshaler.
func (a Amount) MarshalJSON() ([]byte, error) {
	return []byte(strings.TrimSuffix(money.Amount(a).String(), ".00")), nil
}

// UnmarshalJSON implements json.Unmarshaler. It takes decimal numbers of at most two decimals, and null as nothing.
func (a *Amount) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*a = 0
		return nil
	}
	v, err := money.Parse(string(b))
	*a = Amount(v)
	return err
}

// Quantity is a count as a JSON number: 3, 1.245.
type Quantity catalog.Quantity

// MarshalJSON implements json.Marshaler.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(catalog.Quantity(q).String()), nil }

// UnmarshalJSON implements json.Unmarshaler. It takes decimal numbers of at most three decimals.
func (q *Quantity) UnmarshalJSON(b []byte) error {
	v, err := catalog.ParseQuantity(string(b))
	*q = Quantity(v)
	return err
}

// Lottery is what of a receipt takes part in the lottery: everything but what is outside of the tax.
func (r Request) Lottery() (sum money.Amount) {
	for _, s := range r.Receipts {
		if s.TaxType != taxTypes[tax.NoVAT] {
			sum += money.Amount(s.TotalAmount)
		}
	}
	return sum
}

// Body returns the bytes to send. The same request always gives the same bytes.
func (r Request) Body() []byte { return body(r) }

// Body returns the bytes to send.
func (c Cancel) Body() []byte { return body(c) }

func body(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and numbers only
	}
	return b
}
