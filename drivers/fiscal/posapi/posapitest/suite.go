// Package posapitest holds whatever answers as PosAPI to what the till needs of it: the same suite runs against the
// stand-in and against a real service.
package posapitest

import (
	"testing"

	"posbox/drivers/fiscal/posapi"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Sample is the merchant of the stand-in.
var Sample = fiscal.Merchant{TIN: "61200012345", Branch: "001", District: "0102", Till: "001"}

// Shop is for whom the suite issues.
type Shop struct {
	Merchant fiscal.Merchant // pays VAT and city tax
	Business string          // TIN of a business that buys
}

// Sale is a sale of one taxed bottle with city tax and one loaf without VAT, paid in cash and by card.
func Sale(t testing.TB, number int) event.SaleCompleted {
	t.Helper()
	rates, err := tax.Mongolia().On("2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	s := event.SaleCompleted{Shift: 1, Number: number, Bill: "2026-11-28-1-0001"}
	for i, l := range []event.Line{
		{Name: "Шар айраг 0,5 л", Total: money.Tugrik(2800), Tax: tax.VATAble, ClassCode: "2111100"},
		{Name: "Талх", Total: money.Tugrik(2000), Tax: tax.VATFree, ClassCode: "2349100", TaxProductCode: "305"},
	} {
		r := rates.For(tax.Payer{VAT: true, City: true}, l.Tax, i == 0)
		l.No, l.Unit, l.Quantity, l.UnitPrice, l.Gross = i+1, "ш", catalog.One, l.Total, l.Total
		if l.VAT, l.CityTax, err = r.Split(l.Total); err != nil {
			t.Fatal(err)
		}
		s.Lines = append(s.Lines, l)
		s.Total, s.VAT, s.CityTax = s.Total+l.Total, s.VAT+l.VAT, s.CityTax+l.CityTax
	}
	s.Tenders = []event.Tender{{Kind: event.Cash, Given: 300000, Amount: 280000}, {Kind: event.Card, Given: 200000, Amount: 200000}}
	return s
}

// Receipt is the request for one taxed line, paid in cash.
func Receipt(t testing.TB, m fiscal.Merchant, number int) fiscal.Request {
	t.Helper()
	s := Sale(t, number)
	s.Lines = s.Lines[:1]
	s.Total, s.VAT, s.CityTax = s.Lines[0].Total, s.Lines[0].VAT, s.Lines[0].CityTax
	s.Tenders = s.Tenders[:1]
	return request(t, s, fiscal.Options{Merchant: m})
}

func request(t testing.TB, s event.SaleCompleted, o fiscal.Options) fiscal.Request {
	t.Helper()
	r, err := fiscal.Receipt(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Run runs the suite. Against a real service it issues and cancels real receipts: use the staging service.
func Run(t *testing.T, c *posapi.Client, shop Shop) {
	issue := func(t *testing.T, r fiscal.Request) fiscal.Issued {
		t.Helper()
		o := c.Issue(t.Context(), r.Body(), len(r.Receipts))
		if o.Verdict != fiscal.VerdictDone {
			t.Fatalf("%s: %s (%v)", o.Verdict, o.Text, o.Cause)
		}
		return o.Issued
	}
	refused := func(t *testing.T, r fiscal.Request) {
		t.Helper()
		if o := c.Issue(t.Context(), r.Body(), len(r.Receipts)); o.Verdict != fiscal.VerdictRefused || o.Text == "" {
			t.Errorf("%s (%q): it should be refused with a reason", o.Verdict, o.Text)
		}
	}
	options := fiscal.Options{Merchant: shop.Merchant}

	t.Run("Info", func(t *testing.T) {
		i, err := c.Info(t.Context())
		serves, vat := i.Serves(shop.Merchant.TIN)
		if err != nil || !serves || !vat || len(i.Takes()) == 0 || i.Version == "" {
			t.Errorf("%+v, %v", i, err)
		}
	})
	t.Run("Person", func(t *testing.T) {
		got := issue(t, request(t, Sale(t, 1), options))
		if got.Lottery.Empty() || got.QR.Empty() || len(got.Subs) != 2 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("Business", func(t *testing.T) {
		s := Sale(t, 2)
		s.Register = "1234567"
		o := options
		o.CustomerTIN = shop.Business
		if got := issue(t, request(t, s, o)); !got.Lottery.Empty() || got.QR.Empty() {
			t.Errorf("a business gets QR data and no lottery number: %+v", got)
		}
	})
	t.Run("Cancelled", func(t *testing.T) {
		got := issue(t, Receipt(t, shop.Merchant, 3))
		if o := c.Cancel(t.Context(), fiscal.Cancel{ID: got.ID, Date: "2020-01-01 00:00:00"}.Body()); o.Verdict != fiscal.VerdictRefused {
			t.Errorf("with another date: %s", o.Verdict)
		}
		body := fiscal.Cancel{ID: got.ID, Date: got.Date}.Body()
		if o := c.Cancel(t.Context(), body); o.Verdict != fiscal.VerdictDone {
			t.Errorf("%s: %s (%v)", o.Verdict, o.Text, o.Cause)
		}
		if o := c.Cancel(t.Context(), body); o.Verdict != fiscal.VerdictRefused {
			t.Errorf("a second time: %s", o.Verdict)
		}
	})
	t.Run("Corrected", func(t *testing.T) {
		first := issue(t, request(t, Sale(t, 4), options))
		rest := Receipt(t, shop.Merchant, 5)
		rest.InactiveID = first.ID
		second := issue(t, rest)
		if !second.Lottery.Empty() {
			t.Error("the first lottery number stays valid; a new one was given")
		}
		again := Receipt(t, shop.Merchant, 6)
		again.InactiveID = first.ID // not the chain's latest any more
		refused(t, again)
		again.InactiveID = second.ID
		issue(t, again)
	})
	t.Run("Refused", func(t *testing.T) {
		for name, spoil := range map[string]func(*fiscal.Request){
			"city tax":       func(r *fiscal.Request) { cut(r, 0, 10) },
			"VAT":            func(r *fiscal.Request) { cut(r, 10, 0) },
			"sums":           func(r *fiscal.Request) { r.TotalAmount += 100; r.Payments[0].PaidAmount += 100 },
			"class code":     func(r *fiscal.Request) { r.Receipts[0].Items[0].ClassificationCode = "21111" },
			"merchant":       func(r *fiscal.Request) { r.MerchantTIN = "11111111111" },
			"business alone": func(r *fiscal.Request) { r.Type = fiscal.B2B },
			"short payment":  func(r *fiscal.Request) { r.Payments[0].PaidAmount -= 100 },
		} {
			t.Run(name, func(t *testing.T) {
				r := Receipt(t, shop.Merchant, 7)
				spoil(&r)
				refused(t, r)
			})
		}
	})
	t.Run("SendData", func(t *testing.T) {
		if err := c.SendData(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i, err := c.Info(t.Context()); err != nil || i.LastSent == "" {
			t.Errorf("%+v, %v", i, err)
		}
	})
	t.Run("Accounts", func(t *testing.T) {
		if all, err := c.BankAccounts(t.Context(), shop.Merchant.TIN); err != nil || len(all) == 0 || all[0].Number == "" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// cut takes something off the taxes, everywhere alike: only the rate is wrong then.
func cut(r *fiscal.Request, vat, city fiscal.Amount) {
	it, sub := &r.Receipts[0].Items[0], &r.Receipts[0]
	it.TotalVAT, it.TotalCityTax = it.TotalVAT-vat, it.TotalCityTax-city
	sub.TotalVAT, sub.TotalCityTax = it.TotalVAT, it.TotalCityTax
	r.TotalVAT, r.TotalCityTax = it.TotalVAT, it.TotalCityTax
}
