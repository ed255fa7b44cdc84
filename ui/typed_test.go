package ui_test

import (
	"strings"
	"testing"

	"posbox/pos/fault"
	"posbox/typed"
)

// typedIs holds what the screen would be told.
func (r *rig) typedIs(want string) {
	r.t.Helper()
	if a := r.get("/api/typed"); a.StatusCode != 200 || strings.TrimSpace(string(a.body)) != want {
		r.t.Errorf("typed: %s %s, not %s", a.Status, a.body, want)
	}
}

// typing is the part of a day in which somebody is called away in the middle.
func typing(t *testing.T, r *rig) {
	t.Helper()
	if a := r.send("POST", "/api/typed", `{"name":"good/new","shared":false,"typed":{"name":"Талх"}}`, header("Content-Type", "application/json")); a.StatusCode != 200 {
		t.Errorf("%s %s", a.Status, a.body)
	}
	r.typedIs(`{"drafts":[{"name":"good/new","shared":false,"typed":{"name":"Талх"}}]}`)
}

// Each seller finds what that seller has typed, and everyone what belongs to the till.
func TestTyped(t *testing.T) {
	r := newRig(t).opened()
	r.typedIs(`{"drafts":[]}`)
	for _, body := range []string{`{"name":"good/new","typed":{"name":"Талх"}}`, `{"name":"count/9","shared":true,"typed":{"1000":"3"}}`, `{"name":"gone","typed":{}}`, `{"name":"gone","typed":null}`} {
		if a := r.send("POST", "/api/typed", body); a.StatusCode != 200 {
			t.Fatalf("%s: %s %s", body, a.Status, a.body)
		}
	}
	r.typedIs(`{"drafts":[{"name":"good/new","shared":false,"typed":{"name":"Талх"}},{"name":"count/9","shared":true,"typed":{"1000":"3"}}]}`)
	r.do("seller.lock", nil)
	if a := r.get("/api/typed"); a.code() != fault.SellerLocked {
		t.Errorf("locked: %s %s", a.Status, a.body)
	}
	r.do("seller.logout", nil)
	if a := r.send("POST", "/api/typed", `{"name":"a","typed":{}}`); a.code() != fault.SellerNone {
		t.Errorf("nobody: %s %s", a.Status, a.body)
	}
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	r.typedIs(`{"drafts":[{"name":"count/9","shared":true,"typed":{"1000":"3"}}]}`)
	for body, want := range map[string]fault.Code{
		`{"name":"","typed":{}}`:   fault.CommandMalformed,
		`{"name":"a","typed":[1]}`: fault.CommandMalformed,
		`{"name":`:                 fault.CommandMalformed,
		`{"name":"a","typed":{"a":"` + strings.Repeat("x", typed.MostBytes) + `"}}`: fault.CommandTooLarge,
	} {
		if a := r.send("POST", "/api/typed", body); a.code() != want {
			t.Errorf("%.40s: %s %s", body, a.Status, a.body)
		}
	}
}

// Before there is a seller, what was typed is the first owner's.
func TestTypedAtTheFirstStart(t *testing.T) {
	r := newRig(t, withNobody)
	if a := r.send("POST", "/api/typed", `{"name":"first","shared":true,"typed":{"name":"Дорж"}}`); a.StatusCode != 200 {
		t.Fatalf("%s %s", a.Status, a.body)
	}
	r.typedIs(`{"drafts":[{"name":"first","shared":true,"typed":{"name":"Дорж"}}]}`)
}
