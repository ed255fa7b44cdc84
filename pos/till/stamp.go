package till

import (
	"slices"
	"strings"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/sale"
)

// Lengths of an excise stamp's text, in bytes. What a stamp says nobody has published: it is taken as it is read.
const (
	leastStamp = 6
	mostStamp  = 200
)

// stampText takes what was scanned for an excise stamp: any text, also one that no barcode could be. Where the scanner does not
// say that it read no bars, a barcode of goods is none, nor is a receipt's code.
func stampText(code string) (string, bool) {
	text, matrix := barcode.Bare(code)
	if len(text) < leastStamp || len(text) > mostStamp || !printable(strings.ReplaceAll(text, barcode.FNC1, "")) {
		return "", false
	}
	if matrix {
		return text, true
	}
	if _, err := barcode.ParseGTIN(text); err == nil {
		return "", false
	}
	_, bill := billCode(text)
	return text, !bill
}

// noGood reports whether a scan is no good's code: an unknown one, or what no barcode can be.
func noGood(err error) bool {
	switch fault.CodeOf(err) {
	case fault.BarcodeUnknown, fault.BarcodeCheckDigit, fault.BarcodeMalformed:
		return true
	}
	return false
}

// scanStamp puts an excise stamp to the line touched last that lacks one, else to the newest that does. Done is false where no
// line lacks any: then it is an unknown code.
func (d *decider) scanStamp(stamp string) (done bool, err error) {
	sold, err := d.freshStamp(stamp)
	if err != nil {
		return false, err
	}
	b, err := d.basket()
	if err != nil || b.Unstamped() == 0 {
		return false, nil
	}
	it := unstamped(b.Items, b.Touched)
	if sold != "" {
		if err := d.demand(RightFiscal); err != nil {
			return false, err
		}
		it.StampsAgain = append(slices.Clone(it.StampsAgain), event.StampAgain{Who: d.who, Stamp: stamp, Sold: sold})
	}
	it.Stamps = append(slices.Clone(it.Stamps), stamp)
	b.Touched = it.No
	return true, d.reprice(b)
}

// unstamped is the item touched last if it lacks a stamp, else the newest that does; nil: none does.
func unstamped(items []sale.Item, touched int) *sale.Item {
	for i := range slices.Backward(items) {
		if items[i].No == touched && items[i].Unstamped() > 0 {
			return &items[i]
		}
	}
	for i := range slices.Backward(items) {
		if items[i].Unstamped() > 0 {
			return &items[i]
		}
	}
	return nil
}

// freshStamp refuses a stamp that is on a unit already: in a basket, or sold as far as this till knows. A person may let one
// pass that was sold, for a reason: it may have come back at another till. sold is the sale it stands on then.
func (d *decider) freshStamp(stamp string) (sold event.Bill, err error) {
	for _, b := range d.state.Baskets {
		for _, it := range b.Items {
			if slices.Contains(it.Stamps, stamp) {
				return "", fault.New(fault.StampTwice, "name", it.Name)
			}
		}
	}
	if d.env.Stamp == nil {
		return "", nil
	}
	bill, is, err := d.env.Stamp(stamp)
	switch {
	case err != nil || !is:
		return "", err
	case !d.cmd.Again:
		return "", fault.New(fault.StampSold, "bill", string(bill))
	case strings.TrimSpace(d.cmd.Reason) == "":
		return "", fault.New(fault.StampReason)
	}
	return bill, nil
}

// checkStamps refuses a basket in which a unit lacks its stamp, or has one that was sold since it was scanned.
func (d *decider) checkStamps(b *sale.Basket) error {
	for _, it := range b.Items {
		if n := it.Unstamped(); n > 0 {
			return fault.New(fault.StampMissing, "name", it.Name, "count", catalog.Quantity(n*int(catalog.One)).String())
		}
		for _, stamp := range it.Stamps {
			if d.env.Stamp == nil || passed(it, stamp) {
				continue
			}
			bill, sold, err := d.env.Stamp(stamp)
			if err != nil {
				return err
			}
			if sold {
				return fault.New(fault.StampSold, "bill", string(bill))
			}
		}
	}
	return nil
}

// passed reports whether somebody has let a stamp pass although it was sold before.
func passed(it sale.Item, stamp string) bool {
	return slices.ContainsFunc(it.StampsAgain, func(a event.StampAgain) bool { return a.Stamp == stamp })
}

// fewer drops the stamps of an item of which fewer units are left than stamps: nobody knows which unit went.
func fewer(it *sale.Item) {
	if len(it.Stamps) > int(it.Quantity/catalog.One) {
		it.Stamps, it.StampsAgain = nil, nil
	}
}

// scanStampBack chooses the unit of a sale that carries a stamp. Done is false where no unit of it does. Without a receipt the
// stamp goes to a good that lacks one.
func (d *decider) scanStampBack(b *sale.Basket, stamp string) (done bool, err error) {
	r := b.Return
	if r.Sold == nil {
		return d.stampGood(b, stamp)
	}
	i := slices.IndexFunc(r.Sold.Lines, func(l event.Line) bool { return slices.Contains(l.Stamps, stamp) })
	if i < 0 {
		return false, nil
	}
	l := r.Sold.Lines[i]
	if slices.Contains(r.Done.Stamps, stamp) || slices.Contains(r.Stamps[l.No], stamp) {
		return false, fault.New(fault.StampTwice, "name", l.Name)
	}
	if r.Chosen == nil {
		r.Chosen = map[int]catalog.Quantity{}
	}
	if r.Stamps == nil {
		r.Stamps = map[int][]string{}
	}
	r.Stamps[l.No] = append(slices.Clone(r.Stamps[l.No]), stamp)
	q := max(r.Chosen[l.No], catalog.Quantity(len(r.Stamps[l.No]))*catalog.One)
	return true, d.choose(b, l, q)
}

// stampGood notes the stamp of a good that comes back without a receipt, so that it can be sold again here.
func (d *decider) stampGood(b *sale.Basket, stamp string) (done bool, err error) {
	r := b.Return
	for _, it := range r.Goods {
		if slices.Contains(it.Stamps, stamp) {
			return false, fault.New(fault.StampTwice, "name", it.Name)
		}
	}
	it := unstamped(r.Goods, r.Touched)
	if it == nil {
		return false, nil
	}
	it.Stamps = append(slices.Clone(it.Stamps), stamp)
	r.Touched = it.No
	return true, d.putReturn(b)
}

// checkStampsBack refuses a return of which it is not known which units come back.
func checkStampsBack(r *sale.Return) error {
	if r.Sold == nil {
		return nil
	}
	for _, l := range r.Sold.Lines {
		if n := r.Unstamped(l); n > 0 {
			return fault.New(fault.StampMissing, "name", l.Name, "count", catalog.Quantity(n*int(catalog.One)).String())
		}
	}
	return nil
}

// stamps lists the excise stamps of lines, as a request takes them.
func stamps(lines []event.Line) fiscal.Stamps {
	var all fiscal.Stamps
	for _, l := range lines {
		if len(l.Stamps) == 0 {
			continue
		}
		if all == nil {
			all = fiscal.Stamps{}
		}
		all[l.No] = l.Stamps
	}
	return all
}
