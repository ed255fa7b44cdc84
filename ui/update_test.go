package ui_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"posbox/engine"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/ui"
)

// guard is a box that takes whatever it is brought, unless what is brought names a code.
type guard struct {
	status  ui.UpdateStatus
	told    string // what was asked last
	refuses *fault.Error
}

func (g *guard) answer(told string) (ui.UpdateStatus, error) {
	g.told = told
	if g.refuses != nil {
		return ui.UpdateStatus{}, g.refuses
	}
	return g.status, nil
}

func (g *guard) UpdateStatus(context.Context) (ui.UpdateStatus, error) { return g.answer("status") }

func (g *guard) UpdateSeen(context.Context) (ui.UpdateStatus, error) { return g.answer("seen") }

func (g *guard) InstallUpdate(_ context.Context, r io.Reader) (ui.UpdateStatus, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return ui.UpdateStatus{}, fault.Wrap(err, fault.UpdateTruncated)
	}
	return g.answer("install " + string(b))
}

func (g *guard) TakeUpdate(_ context.Context, device, file string) (ui.UpdateStatus, error) {
	return g.answer("take " + device + " " + file)
}

func (g *guard) TryUpdate(_ context.Context, anyway bool) (ui.UpdateStatus, error) {
	if anyway {
		return g.answer("try anyway")
	}
	return g.answer("try")
}

func (g *guard) UpdateOffers(context.Context) ([]ui.UpdateOffer, error) {
	_, err := g.answer("offers")
	return []ui.UpdateOffer{{Device: "sdb1", File: script, Size: 5, Version: 8},
		{Device: "sdb1", File: "6.bundle", Version: 6, Why: fault.New(fault.UpdateOlder, "version", "6", "here", "7")}}, err
}

func withGuard(g *guard) option {
	return func(r *rig, _ *engine.Options, _ *journal.Options) { r.updates = g }
}

// withoutGuard is a till that is no box.
func withoutGuard(r *rig, _ *engine.Options, _ *journal.Options) { r.updates = nil }

// updating is what an owner does with the box's version.
func updating(r *rig) {
	read[ui.UpdateAnswer](r, "/api/update")
	read[ui.UpdateOffersAnswer](r, "/api/update/offers")
	plain := header("Content-Type", "application/json")
	for path, body := range map[string]string{"bundle": "x", "take": `{"device":"sdb1","file":"8.bundle"}`, "start": `{}`, "seen": ""} {
		how := plain
		if path == "bundle" {
			how = header("Content-Type", "application/octet-stream")
		}
		if a := r.send("POST", "/api/update/"+path, body, how); a.StatusCode != http.StatusOK {
			r.t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
}

func TestUpdates(t *testing.T) {
	g := &guard{status: ui.UpdateStatus{Station: "vm", Slot: "a", Version: 7, Phase: "ready", Offered: 8, Keys: true,
		Last: &ui.UpdateOutcome{Version: 8, From: 7, Result: "rolled_back", Why: fault.New(fault.UpdateScreen)}}}
	r := newRig(t, withGuard(g)).checked()
	bundle := header("Content-Type", "application/octet-stream")
	plain := header("Content-Type", "application/json")
	ask := map[string]func() reply{
		"status":      func() reply { return r.get("/api/update") },
		"install abc": func() reply { return r.send("POST", "/api/update/bundle", "abc", bundle) },
		"try":         func() reply { return r.send("POST", "/api/update/start", `{}`, plain) },
		"try anyway":  func() reply { return r.send("POST", "/api/update/start", `{"anyway":true}`, plain) },
		"seen":        func() reply { return r.send("POST", "/api/update/seen", "") },
		"offers":      func() reply { return r.get("/api/update/offers") },
		"take sdb1 posbox/8.bun": func() reply {
			return r.send("POST", "/api/update/take", `{"device":"sdb1","file":"posbox/8.bun"}`, plain)
		},
	}
	// Only who may change settings.
	for _, who := range []string{"", "1"} { // in this order: whoever has logged in stays
		code := map[string]fault.Code{"": fault.SellerNone, "1": fault.RightMissing}[who]
		if who != "" {
			r.do("seller.login", fields{"code": who, "password": "1111"})
		}
		for told, do := range ask {
			if a := do(); a.StatusCode != http.StatusForbidden || a.code() != code || g.told != "" {
				t.Errorf("%s by %q: %s %s, the guard heard %q", told, who, a.Status, a.body, g.told)
			}
		}
	}
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	for told, do := range ask {
		a := do()
		if a.StatusCode != http.StatusOK || g.told != told {
			t.Errorf("%s: %s %s, the guard heard %q", told, a.Status, a.body, g.told)
		}
		if told == "offers" {
			continue
		}
		var u ui.UpdateAnswer
		if err := json.Unmarshal(a.body, &u); err != nil || u.Version != 7 || u.Offered != 8 || u.Phase != "ready" || !u.Takes || u.Blocked == nil ||
			u.Last.Result != "rolled_back" || u.Last.Code != fault.UpdateScreen || u.Last.Text == "" {
			t.Errorf("%s: %s %v", told, a.body, err)
		}
	}
	offers := read[ui.UpdateOffersAnswer](r, "/api/update/offers").Offers
	if len(offers) != 2 || offers[0].Code != "" || offers[0].File != script || offers[1].Code != fault.UpdateOlder || offers[1].Text == "" {
		t.Errorf("%+v", offers)
	}
	for _, body := range []string{"", "{", `{"anyway":1}`, `{"what":true}`, "[]"} {
		if a := r.send("POST", "/api/update/start", body, plain); a.StatusCode != http.StatusUnprocessableEntity || a.code() != fault.CommandMalformed {
			t.Errorf("%q: %s %s", body, a.Status, a.body)
		}
	}
	g.refuses = fault.New(fault.UpdateSaleOpen)
	if a := ask["try"](); a.StatusCode != http.StatusUnprocessableEntity || a.code() != fault.UpdateSaleOpen {
		t.Errorf("a sale is open: %s %s", a.Status, a.body)
	}
}

// TestNoUpdates: a till that is no box says so.
func TestNoUpdates(t *testing.T) {
	r := newRig(t, withoutGuard).checked()
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	for _, path := range []string{"/api/update", "/api/update/offers"} {
		if a := r.get(path); a.StatusCode != http.StatusUnprocessableEntity || a.code() != fault.UpdateNone {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
}

// TestMoment: health tells what a restart would interrupt.
func TestMoment(t *testing.T) {
	r := newRig(t).checked()
	if h := read[ui.Health](r, "/api/health"); h.SaleOpen || h.ShiftOpen {
		t.Errorf("%+v", h)
	}
	r.opened()
	if h := read[ui.Health](r, "/api/health"); h.SaleOpen || !h.ShiftOpen {
		t.Errorf("a shift is open: %+v", h)
	}
	r.do("line.scan", fields{"code": "8656001000011"})
	if h := read[ui.Health](r, "/api/health"); !h.SaleOpen || !h.ShiftOpen {
		t.Errorf("a sale is open: %+v", h)
	}
}
