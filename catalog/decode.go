package catalog

import (
	"encoding/json"

	goods "posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/tax"
)

// DecodeGood reads a good from JSON. One that is written as encoding/json writes it takes a fifth of the time that
// encoding/json takes, and a million of them are waited for when a snapshot comes.
func DecodeGood(b []byte) (goods.Good, error) {
	if g, ok := quickGood(b); ok {
		return g, nil
	}
	var g goods.Good
	err := json.Unmarshal(b, &g)
	return g, err
}

// quickGood reads what appendGood has written, with all fields in its order and nothing escaped; it leaves everything
// else to encoding/json.
func quickGood(b []byte) (g goods.Good, ok bool) {
	r := quick{text: string(b)} // the good's texts are parts of this one
	g.Code = goods.Code(r.field(`{"code":"`))
	g.Name = r.field(`,"name":"`)
	g.Barcodes = r.barcodes()
	g.Category = r.optional(`,"category":"`)
	g.Unit = r.field(`,"unit":"`)
	g.Weighed = r.skip(`,"weighed":true`)
	g.Prices = r.prices()
	g.TaxIncluded = r.bool(`,"tax_included":`)
	g.Tax = tax.Class(r.field(`,"tax":"`))
	g.CityTax = r.skip(`,"city_tax":true`)
	g.ClassCode = r.optional(`,"class_code":"`)
	g.TaxProductCode = r.optional(`,"tax_product_code":"`)
	g.Stamped = r.skip(`,"stamped":true`)
	g.Active = r.bool(`,"active":`)
	return g, r.skip("}") && r.text == "" && !r.odd
}

// quick reads text piece by piece. odd: it was not what was looked for.
type quick struct {
	text string
	odd  bool
}

func (q *quick) skip(s string) bool {
	if len(q.text) < len(s) || q.text[:len(s)] != s {
		return false
	}
	q.text = q.text[len(s):]
	return true
}

func (q *quick) want(s string) { q.odd = !q.skip(s) || q.odd }

func (q *quick) field(name string) string {
	q.want(name)
	return q.string()
}

func (q *quick) optional(name string) string {
	if !q.skip(name) {
		return ""
	}
	return q.string()
}

// string reads up to the closing quotation mark. What appendGood would have escaped is odd: encoding/json reads some of it
// differently.
func (q *quick) string() string {
	for i := range len(q.text) {
		if q.text[i] == '"' {
			s := q.text[:i]
			q.odd = q.odd || !plainText(s)
			q.text = q.text[i+1:]
			return s
		}
	}
	q.odd = true
	return ""
}

func (q *quick) bool(name string) bool {
	q.want(name)
	if q.skip("true") {
		return true
	}
	q.want("false")
	return false
}

func (q *quick) barcodes() (all []string) {
	if !q.skip(`,"barcodes":["`) {
		return nil
	}
	for all = append(all, q.string()); q.skip(`,"`); {
		all = append(all, q.string())
	}
	q.want("]")
	return all
}

func (q *quick) prices() (all []goods.Price) {
	q.want(`,"prices":[`)
	for !q.odd {
		all = append(all, q.price())
		if !q.skip(",") {
			break
		}
	}
	q.want("]")
	return all
}

func (q *quick) price() (p goods.Price) {
	q.want("{")
	if q.skip(`"from":"`) {
		p.From = day.Day(q.string())
		q.want(",")
	}
	q.want(`"amount":"`)
	q.odd = p.Amount.UnmarshalText([]byte(q.string())) != nil || q.odd
	q.want("}")
	return p
}
