package till

import (
	"slices"
	"strings"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/sale"
)

// found is what a scanned code turned out to be.
type found struct {
	good       catalog.Good
	code       string           // as scanned
	quantity   catalog.Quantity // from the label; 0: not said
	labelPrice money.Amount     // from a price label, per label; 0: not said
	zero       bool             // a label that says zero
	priced     bool             // a label that names a price
}

// scan puts a good into the basket by any of its codes. "3*code" or the field quantity multiplies.
func (d *decider) scan() error {
	text, quantity, err := d.split()
	if err != nil {
		return err
	}
	f, err := d.find(text)
	if stamp, ok := stampText(d.cmd.Code); ok && noGood(err) {
		if done, err := d.scanStamp(stamp); done || err != nil {
			return err
		}
	}
	if code, ok := billCode(text); ok && fault.CodeOf(err) == fault.BarcodeUnknown {
		return d.returnByCode(code)
	}
	if err != nil {
		return err
	}
	it, err := d.item(f, quantity)
	if err != nil {
		return err
	}
	b, err := d.basketOrNew()
	if err != nil {
		return err
	}
	if b.Add(it); len(b.Items) > MaxLines {
		return fault.New(fault.BasketFull, "most", "1000")
	}
	if _, err := d.price(b); err != nil {
		return err
	}
	d.put(b)
	// From here on the next sale has begun: the change of the last one leaves the screen.
	if l := d.state.Last; l != nil {
		d.out.Desk.Over = l.Bill
	}
	return nil
}

// split takes "3*code" apart, unless a good carries just that text.
func (d *decider) split() (text string, quantity catalog.Quantity, err error) {
	text = d.cmd.Code
	given := string(d.cmd.Quantity)
	if left, right, ok := strings.Cut(text, "*"); ok && given == "" && right != "" {
		if _, err := catalog.ParseQuantity(left); err == nil {
			text, given = right, left
		}
	}
	if given == "" {
		return text, 0, nil
	}
	quantity, err = d.quantity(given)
	return text, quantity, err
}

// quantity reads a quantity above zero.
func (d *decider) quantity(s string) (catalog.Quantity, error) {
	q, err := catalog.ParseQuantity(s)
	if err != nil || q <= 0 || q > catalog.MaxQuantity {
		return 0, fault.Wrap(err, fault.QuantityBad, "value", clip(s, 30), "most", catalog.MaxQuantity.String())
	}
	return q, nil
}

// find looks a code up: a full match wins over a rule, a rule over a misread.
func (d *decider) find(text string) (found, error) {
	scan, err := barcode.Read(text)
	if err != nil {
		return found{}, err
	}
	for _, key := range scan.Keys {
		if g, ok, err := d.byKey(key); err != nil || ok {
			return fromElements(scan, g, text), err
		}
	}
	in, ok, err := d.env.Rules.Match(scan)
	if err != nil {
		return found{}, err
	}
	if ok {
		for _, key := range in.Keys() {
			g, ok, err := d.byKey(key)
			if err != nil {
				return found{}, err
			}
			// Goods not sold by weight must be registered under the label's own code: their short codes would make
			// every label a way to name a price.
			if ok && (g.Weighed || slices.Contains(g.Barcodes, in.BaseCode)) {
				return fromLabel(in, g, text), nil
			}
		}
	}
	if scan.Misread {
		return found{}, fault.New(fault.BarcodeCheckDigit, "code", clip(scan.Text, 40))
	}
	return found{}, fault.New(fault.BarcodeUnknown, "code", clip(scan.Text, 40))
}

// byKey finds the one good for sale under a code: barcodes first, then codes of the shop's own.
func (d *decider) byKey(key string) (catalog.Good, bool, error) {
	goods, err := d.env.Goods.ByBarcode(key)
	if err != nil {
		return catalog.Good{}, false, err
	}
	if len(goods) == 0 {
		return d.env.Goods.ByCode(catalog.Code(key))
	}
	var active []catalog.Good
	var names []string
	for _, g := range goods {
		if g.Active {
			active = append(active, g)
			names = append(names, string(g.Code)+" "+g.Name)
		}
	}
	switch len(active) {
	case 0:
		return goods[0], true, nil
	case 1:
		return active[0], true, nil
	}
	return catalog.Good{}, false, fault.New(fault.BarcodeAmbiguous, "code", key, "goods", clip(strings.Join(names, ", "), 200))
}

func fromElements(s barcode.Scan, g catalog.Good, text string) found {
	f := found{good: g, code: text}
	switch {
	case s.Weight != nil:
		f.quantity, f.zero = catalog.Quantity(*s.Weight), *s.Weight == 0
	case s.Count != nil:
		f.quantity, f.zero = catalog.Quantity(*s.Count)*catalog.One, *s.Count == 0
	case s.Price != nil:
		f.labelPrice, f.zero, f.priced = *s.Price, *s.Price == 0, true
	}
	return f
}

func fromLabel(in barcode.InStore, g catalog.Good, text string) found {
	f := found{good: g, code: text, zero: in.Value == 0}
	if in.Rule.Kind == barcode.Price {
		f.labelPrice, f.priced = money.Amount(in.Value), true
	} else {
		f.quantity = catalog.Quantity(in.Value)
	}
	return f
}

// item makes a basket line of what was found.
func (d *decider) item(f found, quantity catalog.Quantity) (sale.Item, error) {
	g := f.good
	if !g.Active {
		return sale.Item{}, fault.New(fault.GoodInactive, "name", g.Name)
	}
	unit, err := d.unitPrice(g)
	if err != nil {
		return sale.Item{}, err
	}
	if f.zero && (quantity == 0 || f.priced) {
		return sale.Item{}, fault.New(fault.BarcodeZeroWeight, "name", g.Name)
	}
	it := sale.Item{
		Good: g.Code, Barcode: f.code, Name: g.Name, Unit: g.Unit, Weighed: g.Weighed, Category: g.Category,
		UnitPrice: unit, Tax: g.Tax, CityTax: g.CityTax, ClassCode: g.ClassCode, TaxProductCode: g.TaxProductCode,
		Stamped: g.Stamped,
	}
	if err := d.measure(&it, f, quantity); err != nil {
		return sale.Item{}, err
	}
	return it, checkQuantity(it)
}

// measure fills in the quantity: what the label says times what was keyed in, or one piece.
func (d *decider) measure(it *sale.Item, f found, quantity catalog.Quantity) error {
	times := quantity
	if times == 0 {
		times = catalog.One
	}
	switch {
	case f.labelPrice > 0:
		return measurePrice(it, f.labelPrice, times)
	case f.quantity > 0:
		if !times.Whole() {
			return fault.New(fault.QuantityWhole, "name", it.Name)
		}
		it.Quantity = f.quantity * (times / catalog.One)
	case it.Weighed && quantity == 0 && d.isLabel(f.code):
		return fault.New(fault.BarcodeZeroWeight, "name", it.Name)
	case it.Weighed && quantity == 0:
		return fault.New(fault.QuantityNeeded, "name", it.Name, "unit", it.Unit)
	default:
		it.Quantity = times
	}
	return nil
}

// measurePrice takes a price label: the label's price is the price, and the quantity of weighed goods follows from it.
func measurePrice(it *sale.Item, label money.Amount, times catalog.Quantity) error {
	if !times.Whole() {
		return fault.New(fault.QuantityWhole, "name", it.Name)
	}
	total, err := times.Times(label)
	if err != nil {
		return fault.Wrap(err, fault.AmountTooLarge)
	}
	it.Quantity = times
	if !it.Weighed {
		it.UnitPrice = label
		return nil
	}
	weight, err := money.MulDiv(total, int64(catalog.One), int64(it.UnitPrice))
	if err != nil {
		return fault.Wrap(err, fault.AmountTooLarge)
	}
	it.Quantity, it.LabelPrice = max(catalog.Quantity(weight), 1), total
	return nil
}

// isLabel reports whether a code has the shape of a weight or price label of this shop.
func (d *decider) isLabel(code string) bool {
	scan, err := barcode.Read(code)
	if err != nil {
		return false
	}
	_, ok, err := d.env.Rules.Match(scan)
	return ok && err == nil
}

// unitPrice returns the good's price with all taxes on the day of the shift.
func (d *decider) unitPrice(g catalog.Good) (money.Amount, error) {
	rates, err := d.rates()
	if err != nil {
		return 0, err
	}
	price, ok := g.PriceOn(d.today())
	if !ok || price <= 0 {
		return 0, fault.New(fault.GoodNoPrice, "name", g.Name)
	}
	if g.TaxIncluded {
		return price, nil
	}
	price, err = rates.For(d.payer(), g.Tax, g.CityTax).AddTo(price)
	if err != nil {
		return 0, fault.Wrap(err, fault.AmountTooLarge)
	}
	return price, nil
}

func checkQuantity(it sale.Item) error {
	if it.Quantity <= 0 || it.Quantity > catalog.MaxQuantity {
		return fault.New(fault.QuantityBad, "value", it.Quantity.String(), "most", catalog.MaxQuantity.String())
	}
	if !it.Weighed && !it.Quantity.Whole() {
		return fault.New(fault.QuantityWhole, "name", it.Name)
	}
	if gross, err := it.Gross(); err == nil && gross == 0 { // so little that it would cost nothing
		return fault.New(fault.QuantityBad, "value", it.Quantity.String(), "most", catalog.MaxQuantity.String())
	}
	return nil
}

// UnitPrice returns a good's price with all taxes on the day of env.
func UnitPrice(g catalog.Good, env Env) (money.Amount, error) {
	return (&decider{state: New(), env: env}).unitPrice(g)
}
