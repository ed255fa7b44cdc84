package fiscal

import (
	"errors"
	"fmt"
	"slices"

	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Merchant is who issues, as the tax office knows it.
type Merchant struct {
	TIN      string `json:"tin"`      // 11 digits; of a person who trades 12 to 14
	Branch   string `json:"branch"`   // 3 digits
	District string `json:"district"` // 4 digits
	Till     string `json:"till"`     // 1 to 10 digits
}

// Validate says what is missing before anything can be issued.
func (m Merchant) Validate() error {
	switch {
	case !digits(m.TIN, 11, 14):
		return &LackError{Field: "tin"}
	case !digits(m.Branch, 3, 3):
		return &LackError{Field: "branch"}
	case !digits(m.District, 4, 4):
		return &LackError{Field: "district"}
	case !digits(m.Till, 1, 10):
		return &LackError{Field: "till"}
	}
	return nil
}

// LackError says which datum a receipt lacks: of the merchant, or of one line.
type LackError struct {
	Field string // tin, branch, district, till; class_code, tax_product_code, stamps; customer
	Line  int    // of the sale; 0: none
	Name  string // of the line's good
}

func (e *LackError) Error() string {
	if e.Line == 0 {
		return "fiscal: no usable " + e.Field
	}
	return fmt.Sprintf("fiscal: line %d (%s) has no usable %s", e.Line, e.Name, e.Field)
}

// Errors of sales that cannot be reported as they are.
var (
	ErrSums   = errors.New("fiscal: the sale's totals are not the sums of its lines and payments")
	ErrSuffix = errors.New("fiscal: the bill's number does not fit")
)

// Options are what a receipt needs besides the sale.
type Options struct {
	Merchant Merchant
	// CustomerTIN is the taxpayer number of the business that buys; "" for a person.
	CustomerTIN string
	// CustomerLater says that the business's taxpayer number is still to be found out (Request.For).
	CustomerLater bool
	// ConsumerNo is a person's 8-digit number; "" for none.
	ConsumerNo string
	// Replaces is the number of the chain's latest receipt, where this one corrects it.
	Replaces string
	// Attempt counts the requests of the sale's chain, from 0 (Chain.NextAttempt).
	Attempt int
	// Takes lists the payment codes that the installation takes; nil: every one.
	Takes []string
	// Stamps are the excise stamps by line, one for each unit.
	Stamps Stamps
}

// Stamps are excise stamps by line.
type Stamps map[int][]string

// Receipt builds the request that reports a sale. It computes no figure anew: header, sub-receipts and items repeat the
// fact's amounts and their sums.
func Receipt(s event.SaleCompleted, o Options) (Request, error) {
	if err := o.validate(s); err != nil {
		return Request{}, err
	}
	suffix, err := Suffix(s.Shift, s.Number, o.Attempt)
	if err != nil {
		return Request{}, err
	}
	r := Request{
		BranchNo: o.Merchant.Branch, DistrictCode: o.Merchant.District, MerchantTIN: o.Merchant.TIN, PosNo: o.Merchant.Till,
		Type: B2C, ConsumerNo: o.ConsumerNo, InactiveID: o.Replaces, BillIDSuffix: suffix,
	}
	if o.CustomerTIN != "" {
		r.CustomerTIN = &o.CustomerTIN
	}
	if s.Register != "" {
		r.Type = B2B
	}
	for _, class := range tax.Classes {
		sub, err := o.sub(s.Lines, class)
		if err != nil {
			return Request{}, err
		}
		if len(sub.Items) > 0 {
			sub.CustomerTIN = r.CustomerTIN
			r.Receipts = append(r.Receipts, sub)
			r.TotalAmount, r.TotalVAT, r.TotalCityTax = r.TotalAmount+sub.TotalAmount, r.TotalVAT+sub.TotalVAT, r.TotalCityTax+sub.TotalCityTax
		}
	}
	var given money.Amount
	for _, t := range s.Tenders {
		if t.Amount == 0 {
			continue
		}
		r.Payments = append(r.Payments, Payment{Code: o.code(t.Kind), Status: paid, PaidAmount: Amount(t.Amount)})
		given += t.Amount
	}
	if money.Amount(r.TotalAmount) != s.Total || money.Amount(r.TotalVAT) != s.VAT || money.Amount(r.TotalCityTax) != s.CityTax || given != s.Total {
		return Request{}, ErrSums
	}
	return r, nil
}

func (o Options) validate(s event.SaleCompleted) error {
	if err := o.Merchant.Validate(); err != nil {
		return err
	}
	business := s.Register != ""
	switch {
	case business != (o.CustomerTIN != "" || o.CustomerLater), o.CustomerTIN != "" && !digits(o.CustomerTIN, 11, 14):
		return &LackError{Field: "customer"}
	case o.ConsumerNo != "" && (business || !digits(o.ConsumerNo, 8, 8)):
		return &LackError{Field: "consumer"}
	}
	return nil
}

// sub collects the lines of one tax class.
func (o Options) sub(lines []event.Line, class tax.Class) (Sub, error) {
	r := Sub{TaxType: taxTypes[class], MerchantTIN: o.Merchant.TIN}
	for _, l := range lines {
		if l.Tax != class {
			continue
		}
		it, err := o.item(l)
		if err != nil {
			return Sub{}, err
		}
		r.Items = append(r.Items, it)
		r.TotalAmount, r.TotalVAT, r.TotalCityTax = r.TotalAmount+it.TotalAmount, r.TotalVAT+it.TotalVAT, r.TotalCityTax+it.TotalCityTax
	}
	return r, nil
}

func (o Options) item(l event.Line) (Item, error) {
	lacks := func(field string) (Item, error) { return Item{}, &LackError{field, l.No, l.Name} }
	it := Item{
		Name: l.Name, BarCodeType: barcodeUndefined, ClassificationCode: l.ClassCode, MeasureUnit: l.Unit, Qty: Quantity(l.Quantity),
		UnitPrice: Amount(l.UnitPrice), TotalAmount: Amount(l.Total), TotalVAT: Amount(l.VAT), TotalCityTax: Amount(l.CityTax),
	}
	if !digits(l.ClassCode, 7, 7) {
		return lacks("class_code")
	}
	if l.Tax != tax.VATAble {
		if !digits(l.TaxProductCode, 3, 10) {
			return lacks("tax_product_code")
		}
		it.TaxProductCode = &l.TaxProductCode
	}
	if l.Barcode != "" {
		it.BarCode = &l.Barcode
		if _, err := barcode.ParseGTIN(l.Barcode); err == nil {
			it.BarCodeType = barcodeGS1
		}
	}
	if stamps, ok := o.Stamps[l.No]; ok {
		if !l.Quantity.Whole() || int64(len(stamps)) != int64(l.Quantity)/1000 {
			return lacks("stamps")
		}
		it.Data = &ItemData{stamps}
	}
	return it, nil
}

// code is the best word for a tender that the installation takes.
func (o Options) code(kind event.TenderKind) string { return codeOf(kind, o.Takes) }

func codeOf(kind event.TenderKind, takes []string) string {
	words := payments[kind]
	for _, w := range words {
		if takes == nil || slices.Contains(takes, w) {
			return w
		}
	}
	return PayCash
}

// AsCash lists the ways to pay that are reported as cash although they are none, because the installation takes no better
// word for them.
func AsCash(kinds []event.TenderKind, takes []string) (list []event.TenderKind) {
	for _, k := range kinds {
		if k != event.Cash && codeOf(k, takes) == PayCash && !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	return list
}

// maxAttempts bounds the requests of one chain.
const maxAttempts = 100

// Suffix is the number of a request within the day, at most nine digits, unique on its till: the shift's last two
// digits, in two digits which request of the chain it is, and in five the sale's number. Shifts are counted up without end,
// at a sales point also over its tills as far as BAAZ knows them: a till that joins sells no more in a shift whose number may
// be another's. So no two of a day end alike below a hundred shifts.
func Suffix(shift, number, attempt int) (string, error) {
	if shift < 1 || number < 1 || number > 99_999 || attempt < 0 || attempt >= maxAttempts {
		return "", fmt.Errorf("%w: shift %d, number %d, attempt %d", ErrSuffix, shift, number, attempt)
	}
	return fmt.Sprintf("%d%02d%05d", shift%100, attempt, number), nil
}

func digits(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
