package till

import (
	"errors"
	"strings"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// GoodText is a good as its owner edits it: whole, with the price of today.
type GoodText struct {
	Code           catalog.Code `json:"code"`
	Name           string       `json:"name"`
	Barcodes       []string     `json:"barcodes"`
	Category       string       `json:"category"`
	Unit           string       `json:"unit"`
	Price          Decimal      `json:"price"`
	TaxIncluded    bool         `json:"tax_included"`
	Tax            tax.Class    `json:"tax"`
	CityTax        bool         `json:"city_tax"`
	ClassCode      string       `json:"class_code"`
	TaxProductCode string       `json:"tax_product_code"`
	Weighed        bool         `json:"weighed"`
	Active         bool         `json:"active"`
	// Stamped may be left out: it stays as it was then.
	Stamped *bool `json:"stamped,omitempty"`

	lacks string // name of a field that was not sent
}

// TextOf returns a good as it is edited on a day.
func TextOf(g catalog.Good, on day.Day) GoodText {
	price, _ := g.PriceOn(on)
	t := GoodText{Code: g.Code, Name: g.Name, Barcodes: g.Barcodes, Category: g.Category, Unit: g.Unit, Price: Decimal(price.String()),
		TaxIncluded: g.TaxIncluded, Tax: g.Tax, CityTax: g.CityTax, ClassCode: g.ClassCode, TaxProductCode: g.TaxProductCode,
		Weighed: g.Weighed, Active: g.Active, Stamped: &g.Stamped}
	if t.Barcodes == nil {
		t.Barcodes = []string{}
	}
	return t
}

// Upload is a file that was brought to the till.
type Upload struct {
	ID     string
	Name   string
	Bytes  int64
	SHA256 string // hex
}

// maxEdits bounds the edits that wait to be written into the catalogue.
const maxEdits = 1000

// alone refuses what only a shop does that stands alone.
func (d *decider) alone() error {
	if d.state.Central {
		return fault.New(fault.GoodsCentral)
	}
	if len(d.state.Edits) >= maxEdits { // the catalogue cannot be written, and it has been told
		return fault.New(fault.TillBusy)
	}
	return nil
}

// setGood makes or changes a good, whole.
func (d *decider) setGood() error {
	if err := d.alone(); err != nil {
		return err
	}
	t := d.cmd.Good
	if t == nil {
		return fault.New(fault.CommandMalformed, "detail", "good")
	}
	if t.lacks != "" {
		return fault.New(fault.GoodBad, "code", clip(string(t.Code), 32), "column", t.lacks, "detail", "it is missing")
	}
	g := catalog.Good{Code: catalog.Code(strings.TrimSpace(string(t.Code))), Name: strings.TrimSpace(t.Name), Barcodes: trimmed(t.Barcodes),
		Category: strings.TrimSpace(t.Category), Unit: strings.TrimSpace(t.Unit), TaxIncluded: t.TaxIncluded, Tax: t.Tax, CityTax: t.CityTax,
		ClassCode: strings.TrimSpace(t.ClassCode), TaxProductCode: strings.TrimSpace(t.TaxProductCode), Weighed: t.Weighed, Active: t.Active}
	before, known, err := d.env.Goods.ByCode(g.Code)
	if err != nil {
		return err
	}
	if g.Stamped = before.Stamped; t.Stamped != nil {
		g.Stamped = *t.Stamped
	}
	price, err := money.Parse(string(t.Price))
	if err != nil {
		return fault.Wrap(err, fault.GoodBad, "code", clip(string(g.Code), 32), "column", "price", "detail", clip(string(t.Price), 30))
	}
	g.Prices = priced(before, price, d.today())
	var bad *catalog.FieldError
	if err := g.Validate(); errors.As(err, &bad) {
		return fault.Wrap(err, fault.GoodBad, "code", clip(string(g.Code), 32), "column", bad.Field, "detail", bad.Problem)
	}
	if err := d.ownBarcodes(g); err != nil {
		return err
	}
	f := event.GoodSet{Who: d.who, Good: g}
	if known {
		f.Before = &before
	}
	d.fact(f)
	return nil
}

// priced returns a good's prices with the one that is in force today replaced. Prices that begin later stay.
func priced(before catalog.Good, price money.Amount, today day.Day) []catalog.Price {
	if now, ok := before.PriceOn(today); ok && now == price {
		return before.Prices
	}
	prices := []catalog.Price{{Amount: price}}
	for _, p := range before.Prices {
		if p.From > today {
			prices = append(prices, p)
		}
	}
	return prices
}

// ownBarcodes refuses barcodes of other goods: a scan must mean one good.
func (d *decider) ownBarcodes(g catalog.Good) error {
	for _, b := range g.Barcodes {
		have, err := d.env.Goods.ByBarcode(b)
		if err != nil {
			return err
		}
		for _, other := range have {
			if other.Code != g.Code {
				return fault.New(fault.BarcodeTaken, "barcode", b, "code", string(other.Code), "name", other.Name)
			}
		}
	}
	return nil
}

// importGoods asks for an uploaded file to be taken in, in the background.
func (d *decider) importGoods() error {
	if err := d.alone(); err != nil {
		return err
	}
	if d.env.Upload == nil {
		return fault.New(fault.UploadUnknown)
	}
	u, ok := d.env.Upload(d.cmd.Upload)
	if !ok {
		return fault.New(fault.UploadUnknown)
	}
	for _, w := range d.state.Works {
		if w.Outcome == nil {
			return fault.New(fault.ImportBusy)
		}
	}
	d.fact(event.ImportAsked{Who: d.who, Upload: u.ID, Name: u.Name, Bytes: u.Bytes, SHA256: u.SHA256})
	return nil
}

// CustomerText is a card customer as the owner edits one.
type CustomerText struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Phone     string   `json:"phone"`
	Cards     []string `json:"cards"`
	Percent   Decimal  `json:"percent"`
	ValidFrom string   `json:"valid_from,omitempty"`
	ValidTo   string   `json:"valid_to,omitempty"`
	Active    bool     `json:"active"`

	lacks string // name of a field that was not sent
}

// putCustomer makes or changes a card customer, whole.
func (d *decider) putCustomer() error {
	if err := d.alone(); err != nil {
		return err
	}
	t := d.cmd.Customer
	if t == nil {
		return fault.New(fault.CommandMalformed, "detail", "customer")
	}
	if t.lacks != "" {
		return fault.New(fault.CustomerBad, "code", clip(t.Code, 32), "column", t.lacks, "detail", "it is missing")
	}
	percent, err := money.ParsePercent(string(t.Percent))
	if err != nil {
		return fault.Wrap(err, fault.CustomerBad, "code", clip(t.Code, 32), "column", "percent", "detail", clip(string(t.Percent), 30))
	}
	c := loyalty.Customer{Code: strings.TrimSpace(t.Code), Name: strings.TrimSpace(t.Name), Phone: strings.TrimSpace(t.Phone), Cards: trimmed(t.Cards),
		Percent: percent, ValidFrom: day.Day(t.ValidFrom), ValidTo: day.Day(t.ValidTo), Active: t.Active}
	if column, problem := c.Wrong(); problem != "" {
		return fault.New(fault.CustomerBad, "code", clip(c.Code, 32), "column", column, "detail", problem)
	}
	before, known, err := d.env.Customers.Customer(c.Code)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, number := range append([]string{c.Code}, c.Cards...) {
		if seen[number] {
			return fault.New(fault.CustomerBad, "code", c.Code, "column", "cards", "detail", number+" stands twice")
		}
		seen[number] = true
		other, taken, err := d.env.Customers.Customer(number)
		if err != nil {
			return err
		}
		if taken && other.Code != c.Code {
			return fault.New(fault.CardTaken, "card", number, "code", other.Code, "name", other.Name)
		}
	}
	f := event.CustomerPut{Who: d.who, Customer: event.Customer(c)}
	if known && before.Code == c.Code {
		was := event.Customer(before)
		f.Before = &was
	}
	d.fact(f)
	return nil
}
