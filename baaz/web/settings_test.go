package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"posbox/baaz/web"
)

// TestSettingsForm: each setting says which level it comes from, what would hold without this row's own word, and whether
// the row says it; another company's scope is none.
func TestSettingsForm(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	owner, me := c.owner()
	home := companyPath(me.Home)
	var p web.PointView
	owner.must("POST", home+"/points", web.PointBody{Name: "Төв салбар"}, &p)
	point := fmt.Sprintf("%d.point.%d", me.Home, p.Point)
	put := func(register, scope, code, body string) {
		t.Helper()
		owner.must("POST", home+"/registers/"+register, json.RawMessage(fmt.Sprintf(`{"scope":%q,"changes":[{"code":%q,"merge":true,"body":%s}]}`, scope, code, body)), nil)
	}
	at := func(scope, path string) web.SettingView {
		t.Helper()
		var a web.SettingsAnswer
		owner.must("GET", home+"/settings?scope="+scope, nil, &a)
		for _, s := range a.Settings {
			if s.Path == path {
				return s
			}
		}
		t.Fatalf("%s has no %s", scope, path)
		return web.SettingView{}
	}
	check := func(scope, path, value, origin, fallback string, own bool) {
		t.Helper()
		if s := at(scope, path); string(s.Value) != value || s.Origin != origin || string(s.Fallback) != fallback || s.Own != own {
			t.Errorf("%s %s: %s of %s, else %s, own %v; want %s of %s, else %s, own %v", scope, path, s.Value, s.Origin, s.Fallback, s.Own, value, origin, fallback, own)
		}
	}
	check(point, "printer.columns", "48", "image", "48", false)
	check(point, "shop.name", `"Номин"`, "company", `"Номин"`, false)
	check(point, "shop.till", `"Төв салбар"`, "point", `"Төв салбар"`, false)
	put("settings", "", "company", `{"values":{"printer":{"columns":32},"lock_after":7}}`)
	check("", "printer.columns", "32", "company", "48", true)
	check(point, "printer.columns", "32", "company", "32", false)
	put("locations", "", "north", `{"name":"Хойд"}`)
	put("settings", fmt.Sprintf("%d.group.north", me.Home), "group", `{"values":{"lock_after":9}}`)
	check(point, "lock_after", "7", "company", "7", false)
	put("points", point, fmt.Sprint(p.Point), `{"location":"north"}`)
	check(point, "lock_after", "9", "group", "9", false)
	put("settings", point, "point", `{"values":{"lock_after":3}}`)
	check(point, "lock_after", "3", "point", "9", true)
	put("settings", point, "box", `{"values":{"lock_after":2}}`)
	check(point, "lock_after", "3", "point", "9", true) // of the row that is edited, not of the one above it
	for _, scope := range []string{"99", "99.point.1", "x", "1.point"} {
		if status, _ := owner.ask("GET", home+"/settings?scope="+scope, nil, nil); status != http.StatusUnprocessableEntity {
			t.Errorf("the scope %s: %d", scope, status)
		}
	}
	if status, _ := owner.ask("GET", home+"/settings?code=box", nil, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a company has no row box: %d", status)
	}
}
