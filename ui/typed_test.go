package ui_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"posbox/pos/fault"
	"posbox/typed"
	"posbox/ui"
)

// draft is what a screen puts.
type draft struct {
	Name   string  `json:"name"`
	Shared bool    `json:"shared"`
	ID     string  `json:"id"`
	Known  bool    `json:"known"`
	Seller *string `json:"seller,omitempty"`
	Typed  fields  `json:"typed"`
}

// put hands a draft over, which is kept, unless it says nothing.
func (r *rig) put(d draft) {
	r.t.Helper()
	if kept := r.handed("", d); kept.Forgotten != (d.Typed == nil) {
		r.t.Errorf("%+v: %+v", d, kept)
	}
}

// gone hands a draft over that has been done or given up.
func (r *rig) gone(d draft) {
	r.t.Helper()
	if !r.handed("", d).Forgotten {
		r.t.Errorf("%+v is there again", d)
	}
}

// handed hands a draft over; want is what it must be refused with, "": nothing.
func (r *rig) handed(want fault.Code, d draft) (kept ui.TypedKept) {
	r.t.Helper()
	body, err := json.Marshal(d)
	if err != nil {
		r.t.Fatal(err)
	}
	a := r.send("POST", "/api/typed", string(body), header("Content-Type", "application/json"))
	if a.code() != want || (a.StatusCode == http.StatusOK) != (want == "") {
		r.t.Errorf("%.200s: %s %s, not %q", body, a.Status, a.body, want)
	}
	json.Unmarshal(a.body, &kept) // of a refusal nothing is kept
	return kept
}

// typedIs holds what the screen would be told, a line a draft. The state names the change that it belongs to.
func (r *rig) typedIs(want ...string) {
	r.t.Helper()
	var got []string
	a := read[ui.TypedAnswer](r, "/api/typed")
	for _, d := range a.Drafts {
		text, _ := json.Marshal(d.Typed)
		whose := ""
		if d.Shared {
			whose = "/"
		}
		got = append(got, whose+d.Name+string(text))
	}
	if !slices.Equal(got, want) {
		r.t.Errorf("typed: %q, not %q", got, want)
	}
	if n := read[ui.State](r, "/api/state").Typed; n != a.N {
		r.t.Errorf("the state tells change %d, the drafts are of %d", n, a.N)
	}
}

// person is who stands at the till.
func (r *rig) person() *string { return &read[ui.State](r, "/api/state").Seller.Person }

// typing is the part of a day in which somebody is called away in the middle.
func typing(t *testing.T, r *rig) {
	t.Helper()
	r.put(draft{Name: "good/new", ID: newID(), Typed: fields{"name": "Талх"}})
	r.typedIs(`good/new{"name":"Талх"}`)
}

// Each seller finds what that seller has typed, and everyone what belongs to the till.
func TestTyped(t *testing.T) {
	r := newRig(t).opened()
	r.typedIs()
	gone := draft{Name: "gone", ID: newID(), Typed: fields{}}
	for _, d := range []draft{{Name: "good/new", ID: newID(), Typed: fields{"name": "Талх"}}, {Name: "count/9", Shared: true, ID: newID(), Typed: fields{"1000": "3"}},
		gone, {Name: "gone", ID: newID()}} {
		r.put(d)
	}
	r.typedIs(`good/new{"name":"Талх"}`, `/count/9{"1000":"3"}`, "gone{}") // another draft of that name was given up
	r.put(draft{Name: "gone", ID: gone.ID})
	r.typedIs(`good/new{"name":"Талх"}`, `/count/9{"1000":"3"}`)
	r.do("seller.lock", nil)
	if a := r.get("/api/typed"); a.code() != fault.SellerLocked {
		t.Errorf("locked: %s %s", a.Status, a.body)
	}
	r.do("seller.logout", nil)
	r.handed(fault.SellerNone, draft{Name: "a", ID: newID(), Typed: fields{}})
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	r.typedIs(`/count/9{"1000":"3"}`)
	for body, want := range map[string]fault.Code{
		`{"name":"","id":"1","typed":{}}`:   fault.CommandMalformed,
		`{"name":"a","typed":{}}`:           fault.CommandMalformed,
		`{"name":"a","id":"1","typed":[1]}`: fault.CommandMalformed,
		`{"name":`:                          fault.CommandMalformed,
		`{"name":"a","id":"1","typed":{"a":"` + strings.Repeat("x", typed.MostBytes) + `"}}`: fault.CommandTooLarge,
	} {
		if a := r.send("POST", "/api/typed", body); a.code() != want {
			t.Errorf("%.40s: %s %s", body, a.Status, a.body)
		}
	}
}

// A command ends the draft of its id in one step with what it does; one that is refused leaves it. What has been done is not
// taken back, neither from a browser that has it still nor from one whose last keys come late, and is not done again.
func TestTypedEndsWithItsCommand(t *testing.T) {
	r := newRig(t).opened()
	form := draft{Name: "cash.out/9", ID: newID(), Typed: fields{"amount": "50000", "reason": "Инкассаци"}}
	r.put(form)
	said := fields{"id": strings.ToUpper(form.ID), "amount": "50000", "reason": "Инкассаци"}
	r.refused(fault.ReasonTooLong, "cash.out", fields{"id": form.ID, "amount": "50000", "reason": strings.Repeat("x", 201)})
	r.typedIs(`cash.out/9{"amount":"50000","reason":"Инкассаци"}`)
	if a := r.do("cash.out", said); a.Repeated {
		t.Errorf("%+v", a)
	}
	r.typedIs()
	late := form
	late.Typed = fields{"amount": "50000", "reason": "Инкассаци, Дорж"}
	r.gone(late)
	late.Known = true
	r.gone(late)
	if a := r.do("cash.out", said); !a.Repeated {
		t.Errorf("%+v", a)
	}
	said["amount"] = "60000"
	if a := r.post(command("cash.out", said)); a.code() != fault.CommandReused {
		t.Errorf("%s %s", a.Status, a.body)
	}
	r.typedIs()
	if sh := r.engine.View().State.Shift.Report; sh.CashOut.String() != "50000.00" {
		t.Errorf("%s were taken out", sh.CashOut)
	}
	r.put(draft{Name: form.Name, ID: newID(), Typed: fields{"amount": "7"}})
	r.typedIs(`cash.out/9{"amount":"7"}`)
}

// What was on its way while another seller logged in is not that one's, and what belongs to the till is anyone's.
func TestTypedIsWhose(t *testing.T) {
	r := newRig(t).opened()
	owner := r.person()
	form := draft{Name: "cash.out/9", ID: newID(), Seller: owner, Typed: fields{"reason": "Дорж 9911"}}
	r.put(form)
	r.do("seller.logout", nil)
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	nobody := ""
	for _, d := range []draft{form, {Name: form.Name, ID: form.ID, Seller: &nobody, Typed: form.Typed}, {Name: form.Name, ID: form.ID, Seller: owner}} {
		r.handed(fault.SellerChanged, d)
	}
	r.typedIs()
	r.put(draft{Name: "mine", ID: newID(), Seller: r.person(), Typed: fields{}})
	r.put(draft{Name: "count/1", Shared: true, ID: newID(), Seller: owner, Typed: fields{}})
	r.do("seller.logout", nil)
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	r.typedIs(`cash.out/9{"reason":"Дорж 9911"}`, "/count/1{}")
}

// Drafts are a person's: whoever has a code next does not find what the one before had typed, and cannot be handed it.
func TestTypedIsThePersons(t *testing.T) {
	r := newRig(t).opened()
	set := func(more fields) {
		t.Helper()
		r.do("seller.login", fields{"code": "9", "password": "9999"})
		f := fields{"code": "77", "name": "Дулмаа", "role": "seller", "password": "7777"}
		for k, v := range more {
			f[k] = v
		}
		r.do("seller.set", f)
	}
	login := func() *string {
		t.Helper()
		r.do("seller.login", fields{"code": "77", "password": "7777"})
		return r.person()
	}
	set(nil)
	first := login()
	form := draft{Name: "cash.out/9", ID: newID(), Seller: first, Typed: fields{"reason": "Дорж 9911"}}
	r.put(form)
	set(fields{"role": "senior"})
	if now := login(); *now != *first {
		t.Errorf("another role makes %s of %s", *now, *first)
	}
	r.typedIs(`cash.out/9{"reason":"Дорж 9911"}`)
	for what, change := range map[string]func(){
		"another name":    func() { set(fields{"name": "Болд"}) },
		"shut out before": func() { set(fields{"active": false}); set(nil) },
	} {
		change()
		if next := login(); *next == *first {
			t.Errorf("%s: still %s", what, *next)
		}
		r.typedIs()
		r.handed(fault.SellerChanged, form)
		r.put(draft{Name: "mine", ID: newID(), Typed: fields{}})
		r.typedIs("mine{}")
	}
}

// Before there is a seller, what was typed is the first owner's.
func TestTypedAtTheFirstStart(t *testing.T) {
	r := newRig(t, withNobody)
	r.put(draft{Name: "first", Shared: true, ID: newID(), Typed: fields{"name": "Дорж"}})
	r.typedIs(`/first{"name":"Дорж"}`)
}
