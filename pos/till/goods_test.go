package till_test

import (
	"maps"
	"strings"
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/till"
)

func goodText(changes map[string]any) map[string]any {
	g := map[string]any{"code": "77", "name": " Шинэ ", "barcodes": []string{" 8656001000024 ", ""}, "category": "", "unit": "ш", "price": "1500", "tax_included": true,
		"tax": "VAT_ABLE", "city_tax": false, "class_code": "", "tax_product_code": "", "weighed": false, "active": true}
	maps.Copy(g, changes)
	return map[string]any{"good": g}
}

// A good that was set is sold by the very next scan, before the catalogue has it; old and new price stand in the fact.
func TestGoodSet(t *testing.T) {
	s := stocked(t)
	s.must("shift.open", nil)
	s.must("good.set", goodText(nil))
	s.must("line.scan", map[string]any{"code": "8656001000024"})
	if l := s.state.Selected().Items[0]; l.Name != "Шинэ" || l.UnitPrice != 150000 {
		t.Errorf("%+v", l)
	}
	d := s.must("good.set", goodText(map[string]any{"price": "1700.50", "barcodes": []string{"8656001000031"}}))
	f := d.Facts[0].(event.GoodSet)
	if f.Before == nil || f.Before.Prices[0].Amount != 150000 || f.Good.Prices[0].Amount != 170050 || f.By != "9" {
		t.Errorf("%+v", f)
	}
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "8656001000024"}) // it has that barcode no longer
	s.must("line.scan", map[string]any{"code": "8656001000031"})

	// Once the outcome is there the catalogue speaks again.
	next := s.state.Clone()
	for _, e := range s.state.Edits {
		next.Apply(1000, event.EditOutcome{Asked: e.Asked})
	}
	if s.state = next; len(s.state.Edits) != 0 {
		t.Errorf("%+v", s.state.Edits)
	}
	s.refused(fault.BarcodeUnknown, "line.scan", map[string]any{"code": "8656001000031"})
}

// What is set whole is sent whole: a field that is left out, or null, must not read as "no".
func TestGoodsAndCustomersAreSentWhole(t *testing.T) {
	s := stocked(t)
	for name := range goodText(nil)["good"].(map[string]any) {
		for _, value := range []any{nil, "left out"} {
			f := goodText(map[string]any{name: value})
			if value != nil {
				delete(f["good"].(map[string]any), name)
			} else if name == "barcodes" {
				continue // none
			}
			if _, err := s.do("good.set", f); fault.CodeOf(err) != fault.GoodBad || fault.Of(err).Args["column"] != name {
				t.Errorf("%s %v: %v", name, value, err)
			}
		}
	}
	whole := map[string]any{"code": "K", "name": "Бат", "phone": "", "cards": []string{}, "percent": "5", "valid_from": "", "valid_to": "", "active": true}
	s.must("customer.put", map[string]any{"customer": whole})
	delete(whole, "active")
	if _, err := s.do("customer.put", map[string]any{"customer": whole}); fault.CodeOf(err) != fault.CustomerBad || fault.Of(err).Args["column"] != "active" {
		t.Error(err)
	}
}

// Prices that begin later stay where the price of today is changed.
func TestPricesToComeStay(t *testing.T) {
	s := stocked(t)
	s.goods["1"] = catalog.Good{Code: "1", Name: "Сүү", Unit: "ш", Prices: []catalog.Price{{Amount: 100}, {From: "2026-11-01", Amount: 200}, {From: "2099-01-01", Amount: 300}},
		TaxIncluded: true, Tax: "VAT_ABLE", Active: true}
	d := s.must("good.set", goodText(map[string]any{"code": "1", "price": "2.50"}))
	if p := d.Facts[0].(event.GoodSet).Good.Prices; len(p) != 2 || p[0].Amount != 250 || p[1].Amount != 300 {
		t.Errorf("%+v", p)
	}
	s.state.Edits = nil
	d = s.must("good.set", goodText(map[string]any{"code": "1", "price": "2.00"}))
	if p := d.Facts[0].(event.GoodSet).Good.Prices; len(p) != 3 {
		t.Errorf("an unchanged price changed prices: %+v", p)
	}
}

func TestGoodSetRefuses(t *testing.T) {
	s := stocked(t)
	taken := s.goods["1"]
	taken.Barcodes = []string{"4006381333931"}
	s.goods["1"] = taken
	for name, c := range map[string]struct {
		code fault.Code
		f    map[string]any
	}{
		"no good":        {fault.CommandMalformed, nil},
		"no code":        {fault.GoodBad, goodText(map[string]any{"code": " "})},
		"no name":        {fault.GoodBad, goodText(map[string]any{"name": ""})},
		"a long name":    {fault.GoodBad, goodText(map[string]any{"name": strings.Repeat("ө", 201)})},
		"no unit":        {fault.GoodBad, goodText(map[string]any{"unit": ""})},
		"no price":       {fault.GoodBad, goodText(map[string]any{"price": ""})},
		"price of 0":     {fault.GoodBad, goodText(map[string]any{"price": "0"})},
		"three decimals": {fault.GoodBad, goodText(map[string]any{"price": "1.005"})},
		"class code":     {fault.GoodBad, goodText(map[string]any{"class_code": "12"})},
		"twice":          {fault.GoodBad, goodText(map[string]any{"barcodes": []string{"1", "1"}})},
		"taken":          {fault.BarcodeTaken, goodText(map[string]any{"barcodes": []string{"4006381333931"}})},
	} {
		t.Run(name, func(t *testing.T) { s.t = t; s.refused(c.code, "good.set", c.f) })
	}
	s.as("1", "1111")
	s.refused(fault.RightMissing, "good.set", goodText(nil))
	s.refused(fault.RightMissing, "goods.import", map[string]any{"upload": "x"})
	s.refused(fault.RightMissing, "customer.put", map[string]any{"customer": map[string]any{"code": "C"}})
}

// Where BAAZ keeps the goods, nobody changes them at the till.
func TestGoodsAreCentral(t *testing.T) {
	s := stocked(t)
	s.state.Central = true
	s.env.Upload = func(string) (till.Upload, bool) { return till.Upload{}, true }
	s.refused(fault.GoodsCentral, "good.set", goodText(nil))
	s.refused(fault.GoodsCentral, "goods.import", map[string]any{"upload": "x"})
	s.refused(fault.GoodsCentral, "customer.put", map[string]any{"customer": map[string]any{"code": "C"}})
}

func TestImportIsAsked(t *testing.T) {
	s := stocked(t)
	s.refused(fault.UploadUnknown, "goods.import", map[string]any{"upload": "x"})
	s.env.Upload = func(id string) (till.Upload, bool) {
		return till.Upload{ID: id, Name: "a.csv", Bytes: 5, SHA256: "00"}, id == "u"
	}
	s.refused(fault.UploadUnknown, "goods.import", map[string]any{"upload": "x"})
	d := s.must("goods.import", map[string]any{"upload": "u"})
	if f := d.Facts[0].(event.ImportAsked); f.Name != "a.csv" || f.Bytes != 5 || f.SHA256 != "00" {
		t.Errorf("%+v", f)
	}
	s.refused(fault.ImportBusy, "goods.import", map[string]any{"upload": "u"})
	next := s.state.Clone()
	next.Apply(1000, event.GoodsImported{Asked: s.state.Works[0].Asked, Rows: 1})
	if s.state.Works[0].Outcome != nil {
		t.Error("a clone shares its works")
	}
	s.state = next
	s.must("goods.import", map[string]any{"upload": "u"})
}

func TestCustomerPut(t *testing.T) {
	s := stocked(t)
	s.cards["C1"] = loyalty.Customer{Code: "C1", Name: "Бат", Cards: []string{"777"}, Active: true}
	s.cards["777"] = s.cards["C1"]
	one := func(changes map[string]any) map[string]any {
		c := map[string]any{"code": "C9", "name": "Дорж", "cards": []string{"999"}, "phone": "", "percent": "7.5", "active": true}
		maps.Copy(c, changes)
		return map[string]any{"customer": c}
	}
	s.must("customer.put", one(nil))
	s.must("shift.open", nil)
	s.must("customer.set", map[string]any{"code": "999"})
	if b := s.state.Selected().Buyer; b.Name != "Дорж" || b.Percent != 750 {
		t.Errorf("%+v", b)
	}
	if f := s.must("customer.put", one(map[string]any{"percent": 5, "cards": nil})).Facts[0].(event.CustomerPut); f.Before == nil || f.Before.Percent != 750 {
		t.Errorf("%+v", f)
	}
	s.refused(fault.CustomerUnknown, "customer.set", map[string]any{"code": "999"})
	for name, c := range map[string]struct {
		code fault.Code
		f    map[string]any
	}{
		"nobody":       {fault.CommandMalformed, nil},
		"no name":      {fault.CustomerBad, one(map[string]any{"name": " "})},
		"no percent":   {fault.CustomerBad, one(map[string]any{"percent": "x"})},
		"over 100 %":   {fault.CustomerBad, one(map[string]any{"percent": "100.01"})},
		"no day":       {fault.CustomerBad, one(map[string]any{"valid_to": "2026-13-01"})},
		"ends first":   {fault.CustomerBad, one(map[string]any{"valid_from": "2026-02-01", "valid_to": "2026-01-01"})},
		"a card twice": {fault.CustomerBad, one(map[string]any{"cards": []string{"1", "1"}})},
		"a taken card": {fault.CardTaken, one(map[string]any{"cards": []string{"777"}})},
		"a taken code": {fault.CardTaken, one(map[string]any{"code": "777"})},
	} {
		t.Run(name, func(t *testing.T) { s.t = t; s.refused(c.code, "customer.put", c.f) })
	}
}
