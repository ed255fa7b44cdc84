package catalog

import (
	"slices"
	"strings"

	goods "posbox/pos/catalog"
	"posbox/pos/loyalty"
)

// An overlay is what the edits say that the file does not say yet. It lies over the file: a good in it hides the file's
// good of that code with all its barcodes, and likewise a customer.
type overlay struct {
	goods     map[goods.Code]editedGood
	owners    map[string][]goods.Code // by barcode
	customers map[string]editedCustomer
	cards     map[string]string // card → code of customer
	seq       uint64            // of the last edit
	extra     int               // goods that the file does not have at all
}

type editedGood struct {
	goods.Good
	key string // the folded name
}

type editedCustomer struct {
	loyalty.Customer
	key string
}

// newOverlay makes an overlay over a file that has tells the goods of.
func newOverlay(edits []edit, has func(goods.Code) bool) *overlay {
	o := &overlay{goods: map[goods.Code]editedGood{}, owners: map[string][]goods.Code{},
		customers: map[string]editedCustomer{}, cards: map[string]string{}}
	for _, e := range edits {
		o.apply(e, has)
	}
	return o
}

func (o *overlay) apply(e edit, has func(goods.Code) bool) {
	o.seq = e.Seq
	for _, g := range e.Goods {
		if _, edited := o.goods[g.Code]; !edited && !has(g.Code) {
			o.extra++
		}
		o.putGood(g)
	}
	for _, c := range e.Customers {
		o.putCustomer(c)
	}
}

func (o *overlay) putGood(g goods.Good) {
	for _, b := range o.goods[g.Code].Barcodes {
		o.owners[b] = slices.DeleteFunc(o.owners[b], func(c goods.Code) bool { return c == g.Code })
		if len(o.owners[b]) == 0 {
			delete(o.owners, b)
		}
	}
	o.goods[g.Code] = editedGood{g, fold(g.Name)}
	for _, b := range g.Barcodes {
		o.owners[b] = append(o.owners[b], g.Code)
	}
}

func (o *overlay) putCustomer(c loyalty.Customer) {
	for _, card := range o.customers[c.Code].Cards {
		if o.cards[card] == c.Code {
			delete(o.cards, card)
		}
	}
	o.customers[c.Code] = editedCustomer{c, fold(customerText(c))}
	for _, card := range c.Cards {
		o.cards[card] = c.Code
	}
}

// byBarcode puts the edited goods with a barcode to those of the file, of which the edited ones are gone, in order of
// code.
func (o *overlay) byBarcode(code string, ofFile []goods.Good) []goods.Good {
	if len(o.goods) == 0 {
		return ofFile
	}
	found := slices.DeleteFunc(ofFile, func(g goods.Good) bool { _, edited := o.goods[g.Code]; return edited })
	for _, owner := range o.owners[code] {
		found = append(found, copyGood(o.goods[owner].Good))
	}
	slices.SortFunc(found, func(a, b goods.Good) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return found
}

func (o *overlay) good(code goods.Code) (goods.Good, bool) {
	g, ok := o.goods[code]
	return copyGood(g.Good), ok
}

// customer finds an edited customer by code or card. hides reports whether the file's customer of some code counts no
// more.
func (o *overlay) customer(codeOrCard string) (loyalty.Customer, bool) {
	c, ok := o.customers[codeOrCard]
	if !ok {
		var code string
		if code, ok = o.cards[codeOrCard]; ok {
			c = o.customers[code]
		}
	}
	return copyCustomer(c.Customer), ok
}

func (o *overlay) hidesCustomer(code string) bool { _, edited := o.customers[code]; return edited }

// copyGood gives the caller slices of its own: the overlay's are shared by everyone who asks.
func copyGood(g goods.Good) goods.Good {
	g.Barcodes, g.Prices = slices.Clone(g.Barcodes), slices.Clone(g.Prices)
	return g
}

func copyCustomer(c loyalty.Customer) loyalty.Customer {
	c.Cards = slices.Clone(c.Cards)
	return c
}
