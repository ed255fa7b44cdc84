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

// stampText takes what was scanned for an excise stamp. A barcode of goods is none, nor is a receipt's code.
func stampText(text string) (string, bool) {
	if scan, err := barcode.Read(text); err == nil {
		text = scan.Text
	}
	text = strings.TrimSpace(text)
	if len(text) < leastStamp || len(text) > mostStamp || !printable(text) {
		return "", false
	}
	if _, err := barcode.ParseGTIN(text); err == nil {
		return "", false
	}
	_, bill := billCode(text)
	return text, !bill
}

// scanStamp puts an excise stamp to the line touched last that lacks one, else to the newest that does. Done is false where no
// line lacks any: then it is an unknown code.
func (d *decider) scanStamp(stamp string) (done bool, err error) {
	if err := d.freshStamp(stamp); err != nil {
		return false, err
	}
	b, err := d.basket()
	if err != nil || b.Unstamped() == 0 {
		return false, nil
	}
	i := b.Find(b.Touched)
	if i < 0 || b.Items[i].Unstamped() == 0 {
		for n, it := range b.Items {
			if it.Unstamped() > 0 {
				i = n
			}
		}
	}
	it := &b.Items[i]
	it.Stamps = append(slices.Clone(it.Stamps), stamp)
	b.Touched = it.No
	return true, d.reprice(b)
}

// freshStamp refuses a stamp that is on a unit already: in a basket, or sold as far as this till knows.
func (d *decider) freshStamp(stamp string) error {
	for _, b := range d.state.Baskets {
		for _, it := range b.Items {
			if slices.Contains(it.Stamps, stamp) {
				return fault.New(fault.StampTwice, "name", it.Name)
			}
		}
	}
	if d.env.Stamp == nil {
		return nil
	}
	bill, sold, err := d.env.Stamp(stamp)
	if err != nil {
		return err
	}
	if sold {
		return fault.New(fault.StampSold, "bill", string(bill))
	}
	return nil
}

// checkStamps refuses a basket in which a unit lacks its stamp, or has one that was sold since it was scanned.
func (d *decider) checkStamps(b *sale.Basket) error {
	for _, it := range b.Items {
		if n := it.Unstamped(); n > 0 {
			return fault.New(fault.StampMissing, "name", it.Name, "count", catalog.Quantity(n*int(catalog.One)).String())
		}
		for _, stamp := range it.Stamps {
			if d.env.Stamp == nil {
				break
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

// fewer drops the stamps of an item of which fewer units are left than stamps: nobody knows which unit went.
func fewer(it *sale.Item) {
	if len(it.Stamps) > int(it.Quantity/catalog.One) {
		it.Stamps = nil
	}
}

// scanStampBack chooses the unit of a sale that carries a stamp. Done is false where no unit of it does.
func (d *decider) scanStampBack(b *sale.Basket, stamp string) (done bool, err error) {
	r := b.Return
	if r.Sold == nil {
		return false, nil
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
