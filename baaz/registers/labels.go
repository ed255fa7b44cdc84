package registers

import (
	"context"
	"encoding/json"
	"slices"

	"posbox/baaz/store"
	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/money"
	"posbox/wire"
)

// Label is what a label on a shelf or a good says.
type Label struct {
	Code    string        `json:"code"`
	Name    string        `json:"name"` // empty: there is no such good
	Unit    string        `json:"unit"`
	Price   *money.Amount `json:"price"` // that holds today; null: there is none
	Barcode string        `json:"barcode"`
	As      string        `json:"as"`   // the symbology; empty: the code cannot be drawn
	Bars    string        `json:"bars"` // a digit a module: 1 is a bar
}

// Labels makes the labels of goods by a price list: the first of their barcodes or, where they have none, their code.
func (r *Registers) Labels(ctx context.Context, c store.Company, codes []string, list string) (labels []Label, err error) {
	keys := make([][]byte, len(codes))
	for i, code := range codes {
		keys[i] = store.MasterKey(Goods, code)
	}
	err = r.o.Store.Read(ctx, func(tx *store.Tx) error {
		labels = []Label{}
		today, err := r.today(tx, c)
		if err != nil {
			return err
		}
		found, err := tx.FindMaster(c, wire.CompanyScope(uint64(c)).String(), keys)
		for i, key := range keys {
			l := Label{Code: codes[i]}
			if m, ok := found[string(key)]; ok {
				l = labelOf(m.Body, list, today)
			}
			labels = append(labels, l)
		}
		return err
	})
	return labels, err
}

func labelOf(body []byte, list, today string) Label {
	var g wire.Good
	json.Unmarshal(body, &g) // of our own making
	l := Label{Code: string(g.Code), Name: g.Name, Unit: g.Unit, Barcode: string(g.Code)}
	if len(g.Barcodes) > 0 {
		l.Barcode = g.Barcodes[0]
	}
	at := priceOf(g.Prices, list, today)
	if at < 0 {
		at = priceOf(g.Prices, "", today)
	}
	if at >= 0 {
		l.Price = &g.Prices[at].Amount
	}
	modules, as, _ := barcode.Bars(l.Barcode)
	l.As = string(as)
	for _, bar := range modules {
		l.Bars += map[bool]string{true: "1", false: "0"}[bar]
	}
	return l
}

// Meaning is what a till would make of a barcode.
type Meaning struct {
	Rule           *barcode.Rule // nil: no in-store rule fits
	Item, BaseCode string
	Value          string
	Goods          []catalog.Good
}

// TryBarcode says what a till of the company would make of a barcode, by rules or, where there are none, by the company's;
// without any of those by the ones that a till comes with. The fault is that of the scan.
func (r *Registers) TryBarcode(ctx context.Context, c store.Company, text string, rules barcode.Rules) (m Meaning, err error) {
	scan, err := barcode.Read(text)
	if err != nil {
		return m, err
	}
	scope := wire.CompanyScope(uint64(c)).String()
	err = r.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		m = Meaning{}
		if len(rules) == 0 {
			if rules, err = companyRules(tx, c); err != nil {
				return err
			}
		}
		if m.Goods, err = goodsOf(tx, c, scope, scan.Keys); err != nil || len(m.Goods) > 0 {
			return err // a full match wins over a rule
		}
		in, ok, err := rules.Match(scan)
		if err != nil || !ok {
			return err
		}
		m.Rule, m.Item, m.BaseCode, m.Value = &in.Rule, in.Item, in.BaseCode, valueOf(in)
		found, err := goodsOf(tx, c, scope, in.Keys())
		for _, g := range found {
			if g.Weighed || slices.Contains(g.Barcodes, in.BaseCode) { // as the till has it
				m.Goods = append(m.Goods, g)
			}
		}
		return err
	})
	return m, err
}

func valueOf(in barcode.InStore) string {
	if in.Rule.Kind == barcode.Price {
		return money.Amount(in.Value).String()
	}
	return catalog.Quantity(in.Value).String()
}

// companyRules are the in-store rules that the company's tills know.
func companyRules(tx *store.Tx, c store.Company) (rules barcode.Rules, err error) {
	err = tx.EachRow(c, BarcodeRules, "", func(m store.MasterRow) error {
		var r struct {
			Code string `json:"code"`
			barcode.Rule
		}
		if err := json.Unmarshal(m.Body, &r); err != nil {
			return err
		}
		r.Prefix = r.Code
		rules = append(rules, r.Rule)
		return nil
	})
	if rules == nil {
		rules = barcode.DefaultRules()
	}
	return rules, err
}

// goodsOf finds the goods that any of the keys means, as barcode or as code.
func goodsOf(tx *store.Tx, c store.Company, scope string, keys []string) (goods []catalog.Good, err error) {
	var marks, rows [][]byte
	for _, k := range keys {
		marks, rows = append(marks, []byte("barcode\x00"+k)), append(rows, store.MasterKey(Goods, k))
	}
	taken, err := tx.FindMarks(c, marks)
	if err != nil {
		return nil, err
	}
	for _, m := range taken {
		rows = append(rows, m.Key)
	}
	found, err := tx.FindMaster(c, scope, rows)
	for _, key := range rows {
		if m, ok := found[string(key)]; ok {
			delete(found, string(key))
			var g wire.Good
			if err := json.Unmarshal(m.Body, &g); err != nil {
				return nil, err
			}
			goods = append(goods, g.Good)
		}
	}
	return goods, err
}
