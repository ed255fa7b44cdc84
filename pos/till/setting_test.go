package till_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// try is a box with four settings: a shop's name, roles, and tax rates as percent of VAT from a day on.
func (s *shop) try(l *till.Layer) (till.Env, error) {
	e := s.env
	e.Roles = till.DefaultRoles()
	for _, path := range l.Paths() {
		v, _ := l.Get(path)
		switch path {
		case "shop.name":
			if err := json.Unmarshal(v, &e.Merchant.Name); err != nil {
				return e, fault.Wrap(err, fault.SettingBad, "path", path, "detail", "text")
			}
		case "lang":
		case "rates":
			e.Rates = tax.Table{}
			if err := json.Unmarshal(v, &e.Rates); err != nil {
				return e, fault.Wrap(err, fault.SettingBad, "path", path, "detail", "list")
			}
		case "roles":
			if err := json.Unmarshal(v, &e.Roles); err != nil {
				return e, fault.Wrap(err, fault.SettingBad, "path", path, "detail", "object")
			}
		default:
			return e, fault.New(fault.SettingUnknown, "path", path)
		}
	}
	return e, nil
}

func (s *shop) as(code, password string) *shop {
	s.must("seller.login", map[string]any{"code": code, "password": password})
	return s
}

func TestSettings(t *testing.T) {
	s := newShop(t)
	s.env.Try = s.try
	s.refused(fault.SellerNone, "setting.set", map[string]any{"path": "lang", "value": "en"})
	s.as("1", "1111")
	s.refused(fault.RightMissing, "setting.set", map[string]any{"path": "shop.name", "value": "А"})
	s.as("9", "9999")
	d := s.must("setting.set", map[string]any{"path": "shop.name", "value": "Номин", "reason": "шинэ нэр"})
	if f := d.Facts[0].(event.SettingSet); f.Path != "shop.name" || string(f.Value) != `"Номин"` || f.By != "9" || f.Reason == "" {
		t.Errorf("%+v", f)
	}
	for _, c := range []struct {
		code fault.Code
		f    map[string]any
	}{
		{fault.SettingUnknown, map[string]any{"path": "nothing", "value": 1}},
		{fault.SettingUnknown, map[string]any{"path": strings.Repeat("a", 201), "value": 1}},
		{fault.SettingUnknown, map[string]any{"path": "a\u0000", "value": 1}},
		{fault.SettingUnknown, map[string]any{"value": 1}},
		{fault.SettingBad, map[string]any{"path": "shop.name", "value": 1}},
		{fault.SettingBad, map[string]any{"path": "shop.name"}},
		{fault.SettingBad, map[string]any{"path": "shop.name", "value": nil}},
		{fault.SettingBad, map[string]any{"path": "shop.name", "value": strings.Repeat("а", 9000)}},
	} {
		s.refused(c.code, "setting.set", c.f)
	}
	s.refused(fault.SettingUnknown, "setting.reset", map[string]any{"path": "lang"})
	s.must("setting.reset", map[string]any{"path": "shop.name"})
	if s.state.Box != nil {
		t.Errorf("%+v is left", s.state.Box)
	}
}

// Settings under which today has no tax rates, or an open basket no price, are refused.
func TestSettingsKeepTheTillSelling(t *testing.T) {
	s := stocked(t)
	s.env.Try = s.try
	s.refused(fault.SettingBad, "setting.set", map[string]any{"path": "rates", "value": []map[string]string{{"from": "2099-01-01", "vat": "10"}}})
	s.must("setting.set", map[string]any{"path": "rates", "value": []map[string]string{{"from": "2024-01-01", "vat": "10"}}})
	s.must("shift.open", nil)
	s.goods["dear"] = catalog.Good{Code: "dear", Name: "Үнэтэй", Unit: "ш", Prices: []catalog.Price{{Amount: catalog.MaxPrice}}, Tax: tax.VATAble, Active: true}
	s.must("line.scan", map[string]any{"code": "dear", "quantity": "9"})
	before := s.state.Tabs()[0]
	s.must("setting.set", map[string]any{"path": "rates", "value": []map[string]string{{"from": "2024-01-01", "vat": "12"}}})
	if s.state.Tabs()[0] != before {
		t.Error("a setting changed a basket")
	}
}

// Whoever changes roles is an owner and stays one.
func TestNobodyLocksTheOwnerOut(t *testing.T) {
	s := newShop(t)
	s.env.Try = s.try
	roles := func(change func(till.Roles)) map[string]any {
		r := till.DefaultRoles()
		change(r)
		return map[string]any{"path": "roles", "value": r}
	}
	weak := roles(func(r till.Roles) {
		r["owner"], r["boss"] = till.Role{Rights: []till.Right{"sell"}}, till.Role{Rights: []till.Right{"*"}}
	})
	more := roles(func(r till.Roles) {
		r["seller"] = till.Role{Rights: []till.Right{"sell", "drawer.open"}, MaxDiscount: 500}
	})
	s.as("9", "9999")
	s.refused(fault.SettingOwner, "setting.set", weak)
	s.must("setting.set", more)

	// Someone who may change settings, and is no owner, makes nobody one.
	s.env.Roles["senior"] = till.Role{Rights: []till.Right{till.RightSettings, "sell"}, MaxDiscount: money.Whole}
	s.as("5", "5555")
	s.refused(fault.RightMissing, "setting.reset", map[string]any{"path": "roles"})
	s.must("setting.reset", map[string]any{"path": "roles", "approver": map[string]string{"code": "9", "password": "9999"}})
}

// At the till the name of a right that nobody knows is a mistake; one that stands there already may stay.
func TestUnknownRightsAreNotSet(t *testing.T) {
	s := newShop(t)
	s.env.Try = s.try
	s.as("9", "9999")
	seller := func(rights ...till.Right) map[string]any {
		r := till.DefaultRoles()
		r["seller"] = till.Role{Rights: rights}
		return map[string]any{"path": "roles", "value": r}
	}
	s.refused(fault.SettingBad, "setting.set", seller("sell", "drawer.opne"))
	s.env.Roles = till.DefaultRoles()
	s.env.Roles["seller"] = till.Role{Rights: []till.Right{"sell", "refund.any"}}
	s.must("setting.set", seller("refund.any", "reprint"))
	s.refused(fault.SettingBad, "setting.set", seller("refund.any", "refund.all"))
}

// Only an owner makes owners or changes them, and nobody gives the own role away, not as an approver either.
func TestTheLastOwnerStays(t *testing.T) {
	s := newShop(t)
	s.env.Sellers, s.env.HasSellers = nil, false
	set := func(code, role string, more map[string]any) map[string]any {
		f := map[string]any{"code": code, "name": "Болд", "role": role, "password": "1234"}
		maps.Copy(f, more)
		return f
	}
	leave := map[string]any{"approver": map[string]string{"code": "1", "password": "1234"}}
	s.must("seller.set", set("1", "seller", map[string]any{"active": false})) // the first is an owner, whatever is asked for
	s.as("1", "1234")
	s.env.Roles["chief"] = till.Role{Rights: []till.Right{till.RightSellers, "sell"}}
	s.must("seller.set", set("2", "chief", nil))
	s.refused(fault.SellerBad, "seller.set", set("1", "chief", nil))
	s.refused(fault.SellerBad, "seller.set", set("1", "owner", map[string]any{"active": false}))
	s.as("2", "1234")
	s.must("seller.set", set("3", "seller", nil))
	s.refused(fault.RightMissing, "seller.set", set("4", "owner", nil))
	s.refused(fault.RightMissing, "seller.set", set("1", "seller", nil))
	s.refused(fault.RightMissing, "seller.set", set("1", "owner", map[string]any{"password": "4321"}))
	s.refused(fault.SellerBad, "seller.set", set("1", "seller", leave))
	s.refused(fault.SellerBad, "seller.set", set("2", "seller", nil))
	s.must("seller.set", set("4", "owner", leave))
	s.as("4", "1234")
	s.must("seller.set", set("1", "seller", nil))
}

func TestLayers(t *testing.T) {
	var none *till.Layer
	a := none.With("a", json.RawMessage("1"))
	b := a.With("a", json.RawMessage("2")).With("b", json.RawMessage("3"))
	if v, _ := a.Get("a"); string(v) != "1" || none.Paths() != nil || len(b.Paths()) != 2 {
		t.Error("a layer was changed")
	}
	if a.Without("x") != a || b.Without("a").Without("b") != nil || none.Without("a") != nil {
		t.Error("what is not there was taken out")
	}
	text, err := json.Marshal(b)
	back := &till.Layer{}
	if err != nil || json.Unmarshal(text, back) != nil || !bytes.Equal(back.Values["b"], []byte("3")) {
		t.Errorf("%s %v", text, err)
	}
}
