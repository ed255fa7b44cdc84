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

// What was on its way while another seller logged in is not that one's, and what belongs to the till is anyone's.
func TestTypedIsWhose(t *testing.T) {
	r := newRig(t).opened()
	put := `{"name":"cash.out/9","shared":false,"seller":"9","typed":{"reason":"Дорж 9911"}}`
	if a := r.send("POST", "/api/typed", put); a.StatusCode != 200 {
		t.Fatalf("%s %s", a.Status, a.body)
	}
	r.do("seller.logout", nil)
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	for _, body := range []string{put, strings.Replace(put, `"9"`, `""`, 1), `{"name":"cash.out/9","seller":"9","typed":null}`} {
		if a := r.send("POST", "/api/typed", body); a.StatusCode != 403 || a.code() != fault.SellerChanged {
			t.Errorf("%s: %s %s", body, a.Status, a.body)
		}
	}
	r.typedIs(`{"drafts":[]}`)
	for _, body := range []string{`{"name":"mine","seller":"1","typed":{}}`, `{"name":"count/1","shared":true,"seller":"9","typed":{}}`} {
		if a := r.send("POST", "/api/typed", body); a.StatusCode != 200 {
			t.Errorf("%s: %s %s", body, a.Status, a.body)
		}
	}
	r.do("seller.logout", nil)
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	r.typedIs(`{"drafts":[{"name":"cash.out/9","shared":false,"typed":{"reason":"Дорж 9911"}},{"name":"count/1","shared":true,"typed":{}}]}`)
}

// Before there is a seller, what was typed is the first owner's.
func TestTypedAtTheFirstStart(t *testing.T) {
	r := newRig(t, withNobody)
	if a := r.send("POST", "/api/typed", `{"name":"first","shared":true,"typed":{"name":"Дорж"}}`); a.StatusCode != 200 {
		t.Fatalf("%s %s", a.Status, a.body)
	}
	r.typedIs(`{"drafts":[{"name":"first","shared":true,"typed":{"name":"Дорж"}}]}`)
}
