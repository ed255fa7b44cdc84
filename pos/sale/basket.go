// Package sale prices a basket: lines, discounts and taxes to the möngö.
//
// Prices in a basket contain all taxes. A line costs unit price × quantity; its own discount comes off first, then its
// share of the ticket's discount, which is allocated over the lines so that nothing is lost; taxes are taken out of
// what remains, line by line. Totals are sums of lines. A return mirrors the sold line and is never computed anew.
package sale

import (
	"slices"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/tax"
)

// Item is one line of an open basket. It keeps what the good was when it was scanned, so that a price change in
// between does not touch a sale under way.
type Item struct {
	No       int              `json:"no"` // from 1, never reused within the basket
	Good     catalog.Code     `json:"good"`
	Barcode  string           `json:"barcode,omitempty"`
	Name     string           `json:"name"`
	Unit     string           `json:"unit"`
	Weighed  bool             `json:"weighed,omitempty"`
	Category string           `json:"category,omitempty"`
	Quantity catalog.Quantity `json:"quantity"`
	// UnitPrice contains all taxes.
	UnitPrice money.Amount `json:"unit_price"`
	// LabelPrice, where not 0, is what a price label says for the whole line, in place of UnitPrice × Quantity.
	LabelPrice     money.Amount    `json:"label_price,omitempty"`
	Discount       *event.Discount `json:"discount,omitempty"`
	Tax            tax.Class       `json:"tax"`
	CityTax        bool            `json:"city_tax,omitempty"`
	ClassCode      string          `json:"class_code,omitempty"`
	TaxProductCode string          `json:"tax_product_code,omitempty"`
	// Stamped goods carry an excise stamp on each unit; Stamps are those that have been scanned. Never changed in place.
	Stamped bool     `json:"stamped,omitempty"`
	Stamps  []string `json:"stamps,omitempty"`
	// StampsAgain are those of Stamps that were sold before and are let pass. Never changed in place.
	StampsAgain []event.StampAgain `json:"stamps_again,omitempty"`
}

// Unstamped is how many units of the item still lack their excise stamp.
func (it Item) Unstamped() int {
	if !it.Stamped {
		return 0
	}
	return max(0, int(it.Quantity/catalog.One)-len(it.Stamps))
}

// Unstamped is how many units of the basket lack their excise stamp.
func (b *Basket) Unstamped() (n int) {
	for _, it := range b.Items {
		n += it.Unstamped()
	}
	return n
}

// Basket is an open sale: a draft, durable on every change, gone when it becomes a fact.
type Basket struct {
	ID       string          `json:"id"`
	Tab      int             `json:"tab"` // "Үйлчлүүлэгч 1", from 1
	Items    []Item          `json:"items"`
	Next     int             `json:"next"` // number of the next item, less one
	Touched  int             `json:"touched,omitempty"`
	Buyer    *event.Buyer    `json:"buyer,omitempty"`
	Discount *event.Discount `json:"discount,omitempty"` // given by hand on the whole ticket
	Register event.Register  `json:"register,omitempty"` // of a business that buys
	Consumer string          `json:"consumer,omitempty"` // a person's 8-digit number at the tax office
	Tenders  []payment.Offer `json:"tenders,omitempty"`  // what has been entered of the payment so far
	Return   *Return         `json:"return,omitempty"`   // goods that come back; with items beside it, an exchange
}

// Untouched reports whether nothing at all has been put into the basket.
func (b *Basket) Untouched() bool {
	return len(b.Items) == 0 && b.Buyer == nil && b.Discount == nil && b.Register == "" && b.Consumer == "" && len(b.Tenders) == 0 && b.Return == nil
}

// Clone returns a copy that can be changed without touching b.
func (b *Basket) Clone() *Basket {
	c := *b
	c.Items = slices.Clone(b.Items)
	c.Return = b.Return.Clone()
	return &c
}

// Add puts an item at the end, or onto the last line where that is the same good at the same price with nothing of its
// own, and returns the number of the line.
func (b *Basket) Add(it Item) int {
	if n := len(b.Items) - 1; n >= 0 && b.Items[n].takes(it) {
		b.Items[n].Quantity += it.Quantity
		b.Items[n].Stamps = slices.Concat(b.Items[n].Stamps, it.Stamps)
		b.Items[n].StampsAgain = slices.Concat(b.Items[n].StampsAgain, it.StampsAgain)
		b.Touched = b.Items[n].No
		return b.Touched
	}
	b.Next++
	it.No = b.Next
	b.Items = append(b.Items, it)
	b.Touched = it.No
	return it.No
}

func (a Item) takes(b Item) bool {
	return a.Good == b.Good && a.UnitPrice == b.UnitPrice && !a.Weighed &&
		a.Discount == nil && a.LabelPrice == 0 && b.LabelPrice == 0 && a.Quantity+b.Quantity <= catalog.MaxQuantity
}

// Find returns the index of line no, or -1.
func (b *Basket) Find(no int) int {
	return slices.IndexFunc(b.Items, func(it Item) bool { return it.No == no })
}

// Remove takes the item at index i out.
func (b *Basket) Remove(i int) {
	b.Items = slices.Delete(b.Items, i, i+1)
	if b.Touched = 0; len(b.Items) > 0 {
		b.Touched = b.Items[min(i, len(b.Items)-1)].No
	}
}

// Gross returns the line's price before discounts.
func (it Item) Gross() (money.Amount, error) {
	if it.LabelPrice != 0 {
		return it.LabelPrice, nil
	}
	return it.Quantity.Times(it.UnitPrice)
}

// Off returns how much d takes off an amount: a share rounded half away from zero to 0.01 ₮, or the amount itself, but
// never more than there is.
func Off(d *event.Discount, from money.Amount) (money.Amount, error) {
	if d == nil {
		return 0, nil
	}
	off := d.Amount
	if d.Percent != 0 {
		var err error
		if off, err = d.Percent.Of(from); err != nil {
			return 0, err
		}
	}
	return min(off, from), nil
}
