package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// change makes a request with one change.
func change(code, body string, version *uint64) web.ChangesBody {
	return web.ChangesBody{Changes: []web.ChangeBody{{Code: code, Body: json.RawMessage(body), Version: version}}}
}

// Rows are made, seen, changed against the version that was seen, looked up in their history and deleted, by a person and
// by a program.
func TestRegistersOverHTTP(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		base := companyPath(me.Home) + "/registers"
		var made web.ChangesAnswer
		owner.must("POST", base+"/goods", change("a/b ?#", `{"name":"Сүү","barcodes":["1"],"prices":[{"amount":"3000"}]}`, nil), &made)
		seen := made.Results[0].Row.Version
		if seen != 2 || !made.Results[0].Added { // the first is the company itself
			t.Fatalf("%+v", made)
		}
		var row web.RowView
		owner.must("GET", base+"/goods/row?code=a%2Fb+%3F%23", nil, &row)
		if row.Version != 2 || !strings.Contains(string(row.Body), "Сүү") {
			t.Errorf("%+v", row)
		}
		var token web.TokenMade
		owner.must("POST", companyPath(me.Home)+"/tokens", web.TokenBody{Name: "1С", Scopes: []who.Scope{who.ScopeChange}, Days: 30}, &token)
		program := c.browser()
		program.token = token.Secret
		program.must("POST", base+"/goods", change("a/b ?#", `{"name":"Тараг","prices":[{"amount":"2000"}]}`, &seen), nil)
		status, code := owner.ask("POST", base+"/goods", change("a/b ?#", `{"name":"Айраг","prices":[{"amount":"1"}]}`, &seen), nil)
		if status != 409 || code != fault.RowConflict {
			t.Errorf("a row that has changed meanwhile: %d %s", status, code)
		}
		var past web.HistoryAnswer
		owner.must("GET", base+"/goods/history?code=a%2Fb+%3F%23", nil, &past)
		if len(past.Changes) != 2 || past.Changes[0].Who != "token 1С" || past.Changes[1].Who != "Болд" || string(past.Changes[0].Before) != string(past.Changes[1].After) {
			t.Errorf("%+v", past)
		}
		var list web.RowsAnswer
		owner.must("GET", base+"/goods?search=tarag", nil, &list)
		if len(list.Rows) != 1 || list.Rows[0].Version != 3 {
			t.Errorf("%+v", list)
		}
		var point web.PointView
		owner.must("POST", companyPath(me.Home)+"/points", web.PointBody{Name: "Касс 1"}, &point)
		owner.must("GET", base+"/points", nil, &list)
		if len(list.Rows) != 1 || !strings.Contains(string(list.Rows[0].Body), "Касс 1") || list.Rows[0].Scope != fmt.Sprintf("%d.point.%d", me.Home, point.Point) {
			t.Errorf("%+v", list)
		}
		for _, x := range []struct {
			register string
			body     web.ChangesBody
			status   int
			code     fault.Code
		}{
			{"goods", change("2", `{"name":"B","barcodes":["x"]}`, nil), 422, fault.RowBad},
			{"goods", web.ChangesBody{}, 400, fault.RequestMalformed},
			{"goods", web.ChangesBody{Scope: "12.point.1", Changes: []web.ChangeBody{{Code: "1"}}}, 422, fault.RowScope},
			{"goods", web.ChangesBody{Scope: list.Rows[0].Scope, Changes: []web.ChangeBody{{Code: "1", Body: json.RawMessage("{}")}}}, 422, fault.RowScope},
			{"goods", web.ChangesBody{Changes: []web.ChangeBody{{Code: "none", Delete: true}}}, 404, fault.RowUnknown},
			{"secret", change("1", "{}", nil), 404, fault.RowRegister},
		} {
			if status, code := owner.ask("POST", base+"/"+x.register, x.body, nil); status != x.status || code != x.code {
				t.Errorf("%s %+v: %d %s", x.register, x.body, status, code)
			}
		}
		for _, path := range []string{"/goods?after=zz", "/goods?limit=0", "/goods?scope=9", "/none", "/goods/row?code=zz"} {
			if status, _ := owner.ask("GET", base+path, nil, nil); status < 400 || status >= 500 {
				t.Errorf("%s: %d", path, status)
			}
		}
		if status, code := program.ask("GET", "/api/companies/999/registers/goods", nil, nil); status != 404 || code != fault.CompanyUnknown {
			t.Errorf("another company: %d %s", status, code)
		}
	})
}
