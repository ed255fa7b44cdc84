package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

const password = "урт нууц үг 7"

// centre is a whole BAAZ over HTTP.
type centre struct {
	t      *testing.T
	url    string
	store  *store.Store
	people *who.People
	in     *ingest.Ingest
}

func newCentre(t *testing.T, dsn string) *centre {
	t.Helper()
	ctx := context.Background()
	c := &centre{t: t, store: storetest.Open(t, dsn)}
	var err error
	if c.people, err = who.New(ctx, who.Options{Store: c.store, Cost: who.Cost{Memory: 64, Time: 1}}); err != nil {
		t.Fatal(err)
	}
	if c.in, err = ingest.New(ctx, c.store, time.Now); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(web.New(web.Options{Store: c.store, Ingest: c.in, People: c.people, Logger: slog.New(slog.DiscardHandler),
		Live:    web.NewLive(),
		Version: "test", StrangerRate: 1e6, PersonRate: 1e6}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// browser is somebody's browser, or a program with a token.
type browser struct {
	*centre
	http  *http.Client
	token string
}

func (c *centre) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return &browser{centre: c, http: &http.Client{Jar: jar}}
}

// ask makes a request and returns the status and what was refused; out takes the answer.
func (b *browser) ask(method, path string, in, out any) (int, fault.Code) {
	b.t.Helper()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			b.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		var e web.ErrorBody
		if err := json.Unmarshal(text, &e); err != nil || e.Text == "" || e.Hint == "" {
			b.t.Errorf("%s %s: %d %s", method, path, resp.StatusCode, text)
		}
		return resp.StatusCode, e.Code
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			b.t.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
	return resp.StatusCode, ""
}

// must is ask that must be answered.
func (b *browser) must(method, path string, in, out any) {
	b.t.Helper()
	if status, code := b.ask(method, path, in, out); status != http.StatusOK {
		b.t.Fatalf("%s %s: %d %s", method, path, status, code)
	}
}

// use comes in by a link.
func (b *browser) use(link string, a web.LinkAnswer) web.Me {
	b.t.Helper()
	_, a.Link, _ = strings.Cut(link, "#link=")
	a.Password = password
	var me web.Me
	b.must("POST", "/api/links/use", a, &me)
	return me
}

// owner lets the very first owner in.
func (c *centre) owner() (*browser, web.Me) {
	c.t.Helper()
	secret, err := c.people.FirstLink(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	b := c.browser()
	return b, b.use(web.LinkURL(c.url, secret), web.LinkAnswer{Login: "bold@nomin.mn", Name: "Болд", Company: "Номин"})
}

func companyPath(c store.Company) string { return fmt.Sprintf("/api/companies/%d", c) }

// From the printed link to a till that has joined: everything that a shop's first day needs, by the API alone.
func TestFirstDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		home := companyPath(me.Home)
		var p web.PointView
		owner.must("POST", home+"/points", web.PointBody{Name: "Төв салбар"}, &p)
		var k web.KeyMade
		owner.must("POST", fmt.Sprintf("%s/points/%d/keys", home, p.Point), nil, &k)
		key, err := wire.ParseKey(k.Key)
		if err != nil {
			t.Fatal(err)
		}
		box := uplinktest.NewBox(1)
		var joined wire.Joined
		owner.must("POST", "/v1/join", wire.NewJoin(key, box.Key, "test"), &joined)
		if joined.PointName != "Төв салбар" || joined.CompanyName != "Номин" {
			t.Errorf("the box has joined %+v", joined)
		}
		var boxes web.BoxesAnswer
		owner.must("GET", home+"/boxes", nil, &boxes)
		if len(boxes.Boxes) != 1 || boxes.Boxes[0].Box != box.ID.String() || boxes.Boxes[0].State != wire.Active || boxes.Boxes[0].Point != p.Point {
			t.Errorf("the boxes are %+v", boxes)
		}
		if b := boxes.Boxes[0]; b.Report != nil || !b.Online {
			t.Errorf("a box that has only joined: %+v", b)
		}
		said := wire.Heartbeat{Version: "7", Slot: "b", Unsent: 2, Oldest: time.Now().Add(-time.Hour).UnixMicro(), Records: 5, Time: time.Now().Add(-24 * time.Hour).UnixMicro(),
			Devices: []wire.Device{{Kind: device.KindDisk, Level: device.Attention, Code: fault.DiskLow, Args: map[string]string{"free": "12"}}, {Kind: "of a newer box", Level: "fault", Code: "new.fault"}},
			Trouble: []wire.Trouble{{Code: fault.UpdateRolledBack, Args: map[string]string{"version": "8"}}}}
		if err := c.in.Hear(context.Background(), store.BoxID{Company: me.Home, Box: box.ID}, said); err != nil {
			t.Fatal(err)
		}
		owner.must("GET", home+"/boxes", nil, &boxes)
		r := boxes.Boxes[0].Report
		if r == nil || r.Version != "7" || r.Slot != "b" || r.Unsent != 2 || r.Oldest == nil || r.Records != 5 || r.ClockSet || r.Ahead > -86390 || r.Ahead < -86410 ||
			len(r.Devices) != 2 || !strings.Contains(r.Devices[0].Text, "12") || r.Devices[1].Text != "new.fault" || len(r.Trouble) != 1 || !strings.Contains(r.Trouble[0].Text, "8") {
			t.Errorf("the box's report is %+v", r)
		}
		var i web.Invitation
		owner.must("POST", home+"/people", web.PersonBody{Name: "Дорж", Role: who.Clerk}, &i)
		clerk := c.browser()
		if them := clerk.use(i.URL, web.LinkAnswer{Login: "dorj"}); them.Role != who.Clerk || them.Home != me.Home {
			t.Errorf("the clerk is %+v", them)
		}
		if status, code := clerk.ask("GET", home+"/reports/days", nil, nil); status != 403 || code != fault.AccessDenied {
			t.Errorf("a clerk sees sums: %d %s", status, code)
		}
		owner.must("DELETE", fmt.Sprintf("%s/people/%d", home, i.Person), nil, nil)
		if status, _ := clerk.ask("GET", "/api/me", nil, nil); status != 401 {
			t.Errorf("somebody who was removed is still in: %d", status)
		}
		c.alarmIsPutAway(owner, me.Home, box.ID)
		owner.must("POST", home+"/boxes/"+box.ID.String()+"/revoke", nil, nil)
		body, err := wire.Pack(box.Key, []journal.Record{box.Head()})
		if err != nil {
			t.Fatal(err)
		}
		if h, err := c.in.Take(context.Background(), box.ID, body); err != nil || h.Status != 403 || h.Standing != wire.Revoked {
			t.Errorf("a box that was shut out: %+v, %v", h, err)
		}
		var audit web.AuditAnswer
		owner.must("GET", home+"/audit", nil, &audit)
		var done []string
		for _, a := range slices.Backward(audit.Audit) {
			if a.Register == "" {
				done = append(done, a.Action)
			}
		}
		want := []string{"link.used", "point.made", "key.made", "box.joined", "person.invited", "link.used", "person.removed", "alarm.away", "box.revoked"}
		if !slices.Equal(done, want) {
			t.Errorf("the audit says %v, want %v", done, want)
		}
		owner.must("POST", "/api/logout", nil, nil)
		if status, code := owner.ask("GET", "/api/me", nil, nil); status != 401 || code != fault.LoginNeeded {
			t.Errorf("after logging out: %d %s", status, code)
		}
		if status, code := owner.ask("POST", "/api/login", web.LoginBody{Login: "bold@nomin.mn", Password: "wrong"}, nil); status != 401 || code != fault.LoginWrong {
			t.Errorf("a wrong password: %d %s", status, code)
		}
		owner.must("POST", "/api/login", web.LoginBody{Login: "BOLD@nomin.mn", Password: password}, &me)
	})
}

// What the browser keeps: out of scripts' reach, and bound to this host and TLS where there is TLS.
func TestCookies(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	c.owner()
	for _, public := range []string{"", "https://baaz.example.mn"} {
		server := web.New(web.Options{Store: c.store, Ingest: c.in, People: c.people, Logger: slog.New(slog.DiscardHandler), Public: public})
		req := httptest.NewRequest("POST", "/api/login", strings.NewReader(`{"login":"bold@nomin.mn","password":"`+password+`"}`))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		server.ServeHTTP(w, req)
		cookies := w.Result().Cookies()
		if w.Code != 200 || len(cookies) != 2 {
			t.Fatalf("%d, %v", w.Code, cookies)
		}
		for _, k := range cookies {
			if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.Secure != (public != "") || strings.HasPrefix(k.Name, "__Host-") != (public != "") {
				t.Errorf("at %q the cookie is %s", public, k)
			}
		}
	}
}

// A vendor sees how its companies' boxes stand and nothing of what they sell; an operator makes both.
func TestThreeWorlds(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	ctx := context.Background()
	i, err := c.people.LetOwnerIn(ctx, who.Caller{World: who.Operator}, who.Client{}, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	operator := c.browser()
	if me := operator.use(web.LinkURL(c.url, i.Secret), web.LinkAnswer{Login: "operator", Name: "Оператор"}); me.World != who.Operator || me.Home != 0 {
		t.Fatalf("the operator is %+v", me)
	}
	var vendorHome, client, foreign web.CompanyView
	operator.must("POST", "/api/companies", web.CompanyBody{Name: "Нийлүүлэгч", World: who.Vendor}, &vendorHome)
	operator.must("POST", "/api/companies", web.CompanyBody{Name: "Хөндлөн"}, &foreign)
	var link web.Invitation
	operator.must("POST", companyPath(vendorHome.Company)+"/owner", nil, &link)
	vendor := c.browser()
	if me := vendor.use(link.URL, web.LinkAnswer{Login: "vendor", Name: "Нийлүүлэгч"}); me.World != who.Vendor || me.Home != vendorHome.Company {
		t.Fatalf("the vendor is %+v", me)
	}
	vendor.must("POST", "/api/companies", web.CompanyBody{Name: "Дэлгүүр"}, &client)
	if client.Vendor != vendorHome.Company {
		t.Errorf("the vendor's company is %+v", client)
	}
	for _, bad := range []web.CompanyBody{{Name: "x", World: who.Vendor}, {Name: "x", Vendor: 5}, {Name: "x", World: who.Operator}, {Name: " "}} {
		if status, code := vendor.ask("POST", "/api/companies", bad, nil); status != 403 && status != 400 {
			t.Errorf("a vendor makes %+v: %d %s", bad, status, code)
		}
	}
	var list web.CompaniesAnswer
	vendor.must("GET", "/api/companies", nil, &list)
	if len(list.Companies) != 2 {
		t.Errorf("the vendor sees %+v", list)
	}
	vendor.must("POST", companyPath(client.Company)+"/points", web.PointBody{Name: "1"}, nil)
	vendor.must("GET", companyPath(client.Company)+"/boxes", nil, nil)
	for path, want := range map[string]int{
		companyPath(client.Company) + "/reports/days": 403, companyPath(client.Company) + "/people": 403, companyPath(client.Company) + "/audit": 403,
		companyPath(foreign.Company) + "/boxes": 404, companyPath(foreign.Company): 404, companyPath(0): 404, "/api/companies/999": 404, "/api/companies/x": 404,
	} {
		if status, code := vendor.ask("GET", path, nil, nil); status != want {
			t.Errorf("a vendor asks %s: %d %s", path, status, code)
		}
	}
	// The shop's owner comes in by the vendor's link; from then on the vendor has none to give.
	vendor.must("POST", companyPath(client.Company)+"/owner", nil, &link)
	owner := c.browser()
	owner.use(link.URL, web.LinkAnswer{Login: "owner", Name: "Эзэн"})
	if status, code := vendor.ask("POST", companyPath(client.Company)+"/owner", nil, nil); status != 409 || code != fault.OwnerThere {
		t.Errorf("a vendor lets himself in: %d %s", status, code)
	}
	var days web.DaysAnswer
	owner.must("GET", companyPath(client.Company)+"/reports/days", nil, &days)
	if status, _ := operator.ask("GET", companyPath(client.Company)+"/reports/days", nil, nil); status != 403 {
		t.Errorf("an operator sees sales: %d", status)
	}
	operator.must("POST", companyPath(client.Company)+"/vendor", web.VendorBody{}, nil)
	if status, _ := vendor.ask("GET", companyPath(client.Company)+"/boxes", nil, nil); status != 404 {
		t.Errorf("a vendor who no longer looks after the company: %d", status)
	}
}

// A token does what its scopes say, until it is ended.
func TestTokenOverHTTP(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	owner, me := c.owner()
	home := companyPath(me.Home)
	var made web.TokenMade
	owner.must("POST", home+"/tokens", web.TokenBody{Name: "1С", Scopes: []who.Scope{who.ScopeRead}, Days: 30}, &made)
	program := c.browser()
	program.token = made.Secret
	program.must("GET", home+"/reports/goods", nil, nil)
	if status, code := program.ask("POST", home+"/points", web.PointBody{Name: "x"}, nil); status != 403 || code != fault.AccessDenied {
		t.Errorf("a token to read has made a point: %d %s", status, code)
	}
	if status, code := program.ask("GET", "/api/companies/999/points", nil, nil); status != 404 || code != fault.CompanyUnknown {
		t.Errorf("another company: %d %s", status, code)
	}
	var list web.TokensAnswer
	owner.must("GET", home+"/tokens", nil, &list)
	if len(list.Tokens) != 1 || list.Tokens[0].Seen == nil || list.Tokens[0].Name != "1С" {
		t.Errorf("the tokens are %+v", list)
	}
	owner.must("DELETE", home+"/tokens/"+list.Tokens[0].Token, nil, nil)
	if status, code := program.ask("GET", home+"/points", nil, nil); status != 401 || code != fault.TokenUnknown {
		t.Errorf("a token that was ended: %d %s", status, code)
	}
	owner.must("POST", home+"/tokens", web.TokenBody{Name: "x", Scopes: []who.Scope{who.ScopePoints}}, &made)
	program.token = made.Secret
	program.must("POST", home+"/points", web.PointBody{Name: "x"}, nil)
}

// hostile are texts that break whoever takes them for something else.
var hostile = []string{`'; DROP TABLE person; --`, `" OR "1"="1`, `<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `%00%27`, `{{7*7}}`, `$1`, `\'`, `/*rows*/`,
	"‮drawkcab", "ӨҮ₮ 🧾", `../../etc/passwd`, strings.Repeat("Ө", 100)}

// SQL and HTML in every text field of every body: taken as the text that it is, or refused; never anything else.
func TestHostileTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		home := companyPath(me.Home)
		for _, s := range hostile {
			var p web.PointView
			if status, _ := owner.ask("POST", home+"/points", web.PointBody{Name: s}, &p); status == 200 {
				var all web.PointsAnswer
				owner.must("GET", home+"/points", nil, &all)
				if got := all.Points[len(all.Points)-1].Name; got != s {
					t.Errorf("%q is kept as %q", s, got)
				}
			} else if status != 400 {
				t.Errorf("a point called %q: %d", s, status)
			}
			var i web.Invitation
			if status, _ := owner.ask("POST", home+"/people", web.PersonBody{Name: s, Role: who.Clerk}, &i); status == 200 {
				_, link, _ := strings.Cut(i.URL, "#link=")
				clerk := c.browser()
				if status, code := clerk.ask("POST", "/api/links/use", web.LinkAnswer{Link: link, Login: "login" + s, Password: password + s}, nil); status != 200 && status != 400 && status != 422 {
					t.Errorf("a log-in name %q: %d %s", s, status, code)
				}
			}
			for path, in := range map[string]any{"/api/login": web.LoginBody{Login: s, Password: s}, "/api/links/look": web.LinkBody{Link: s},
				home + "/tokens": web.TokenBody{Name: s, Scopes: []who.Scope{who.Scope(s)}}, home + "/people": web.PersonBody{Name: s, Role: who.Role(s)}} {
				if status, code := owner.ask("POST", path, in, nil); status < 400 || status >= 500 {
					t.Errorf("%s with %q: %d %s", path, s, status, code)
				}
			}
			for _, path := range []string{home + "/points/" + url.PathEscape(s) + "/keys", home + "/people/" + url.PathEscape(s) + "/link"} {
				if status, code := owner.ask("POST", path, nil, nil); status != 404 {
					t.Errorf("%s: %d %s", path, status, code)
				}
			}
			for _, query := range []string{"from", "to", "point", "before", "nothing"} {
				if status, code := owner.ask("GET", home+"/reports/days?"+query+"="+url.QueryEscape(s), nil, nil); status != 400 || code != fault.QueryMalformed {
					t.Errorf("%s=%q: %d %s", query, s, status, code)
				}
			}
		}
		var people web.PeopleAnswer
		owner.must("GET", home+"/people", nil, &people) // the tables are all still there
		owner.must("GET", home+"/audit", nil, nil)
	})
}

// Bodies that are no JSON, of other fields, of another type, cut, too large, or holding what no text may hold.
func TestBadBodies(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	for name, x := range map[string]struct {
		media, body string
		status      int
		code        fault.Code
	}{
		"form":            {"application/x-www-form-urlencoded", "login=a&password=b", 400, fault.RequestMalformed},
		"no media type":   {"", `{"login":"a","password":"b"}`, 400, fault.RequestMalformed},
		"empty":           {"application/json", ``, 400, fault.RequestMalformed},
		"cut":             {"application/json", `{"login":"a"`, 400, fault.RequestMalformed},
		"two values":      {"application/json", `{} {}`, 400, fault.RequestMalformed},
		"unknown field":   {"application/json", `{"login":"a","pasword":"b"}`, 400, fault.RequestMalformed},
		"another type":    {"application/json", `{"login":7}`, 400, fault.RequestMalformed},
		"NUL":             {"application/json", `{"login":"a\u0000"}`, 400, fault.RequestMalformed},
		"not UTF-8":       {"application/json", "{\"login\":\"\xff\"}", 400, fault.RequestMalformed},
		"very deep":       {"application/json", strings.Repeat("[", 60_000), 400, fault.RequestMalformed},
		"too large":       {"application/json", `{"login":"` + strings.Repeat("a", 70_000) + `"}`, 413, fault.RequestTooLarge},
		"a long password": {"application/json", `{"login":"abc","password":"` + strings.Repeat("a", 60_000) + `"}`, 401, fault.LoginWrong},
	} {
		resp, err := http.Post(c.url+"/api/login", x.media, strings.NewReader(x.body))
		if err != nil {
			t.Fatal(err)
		}
		var e web.ErrorBody
		if err := json.NewDecoder(resp.Body).Decode(&e); err != nil || resp.StatusCode != x.status || e.Code != x.code {
			t.Errorf("%s: %d %+v, %v; want %d %s", name, resp.StatusCode, e, err, x.status, x.code)
		}
		resp.Body.Close()
	}
}

// The reports are what somebody gets who adds the sales up by hand, on both engines, whatever is asked for.
func TestReportsAreTheSums(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		home := companyPath(me.Home)
		var sold []located
		for n := range 3 {
			sold = append(sold, c.sell(owner, me.Home, n, 120)...)
		}
		for _, span := range []struct {
			query, from, to string
			point           int
		}{
			{"", "", "9999-12-31", 0}, {"?from=2026-11-03", "2026-11-03", "9999-12-31", 0}, {"?from=2026-11-02&to=2026-11-03", "2026-11-02", "2026-11-03", 0},
			{"?point=2", "", "9999-12-31", 2}, {"?to=2026-11-02&point=1", "", "2026-11-02", 1}, {"?from=2027-01-01", "2027-01-01", "9999-12-31", 0},
		} {
			days, goods, sellers, tenders := map[string]web.DayReport{}, map[string]web.GoodReport{}, map[string]web.SellerReport{}, map[string]web.TenderReport{}
			for _, s := range sold {
				if string(s.Day) < span.from || string(s.Day) > span.to || span.point != 0 && span.point != s.point {
					continue
				}
				naive(s, days, goods, sellers, tenders)
			}
			var d web.DaysAnswer
			var g web.GoodsAnswer
			var v web.SellersAnswer
			var w web.TendersAnswer
			more := "?"
			if span.query != "" {
				more = span.query + "&"
			}
			owner.must("GET", home+"/reports/days"+span.query, nil, &d)
			owner.must("GET", home+"/reports/goods"+more+"limit=10000", nil, &g)
			owner.must("GET", home+"/reports/sellers"+span.query, nil, &v)
			owner.must("GET", home+"/reports/tenders"+span.query, nil, &w)
			same(t, span.query+" days", d.Days, slices.Collect(maps.Values(days)))
			same(t, span.query+" goods", g.Goods, slices.Collect(maps.Values(goods)))
			same(t, span.query+" sellers", v.Sellers, slices.Collect(maps.Values(sellers)))
			same(t, span.query+" tenders", w.Tenders, slices.Collect(maps.Values(tenders)))
			if !slices.IsSortedFunc(g.Goods, func(a, b web.GoodReport) int { return int(b.Total - a.Total) }) {
				t.Errorf("%s: goods do not stand with the largest sums first", span.query)
			}
		}
	})
}

// located is a sale and the point where it was made.
type located struct {
	event.SaleCompleted
	point int
}

// sell joins box number n to a point of its own and has it sell.
func (c *centre) sell(owner *browser, company store.Company, n, times int) (sold []located) {
	c.t.Helper()
	var p web.PointView
	owner.must("POST", companyPath(company)+"/points", web.PointBody{Name: fmt.Sprint("цэг ", n)}, &p)
	var k web.KeyMade
	owner.must("POST", fmt.Sprintf("%s/points/%d/keys", companyPath(company), p.Point), nil, &k)
	key, err := wire.ParseKey(k.Key)
	if err != nil {
		c.t.Fatal(err)
	}
	box := uplinktest.NewBox(100 + n)
	if _, err := c.in.Join(context.Background(), wire.NewJoin(key, box.Key, "test")); err != nil {
		c.t.Fatal(err)
	}
	box.Sell(times)
	records, _ := box.Records(0, 10_000)
	body, err := wire.Pack(box.Key, records)
	if err != nil {
		c.t.Fatal(err)
	}
	if h, err := c.in.Take(context.Background(), box.ID, body); err != nil || h.Status != 200 {
		c.t.Fatal(h, err)
	}
	for _, r := range records {
		if r.Kind == string(event.KindSaleCompleted) {
			s := located{point: int(p.Point)}
			if err := json.Unmarshal(r.Body, &s.SaleCompleted); err != nil {
				c.t.Fatal(err)
			}
			sold = append(sold, s)
		}
	}
	c.list(owner, company, box, sold)
	return sold
}

// list pages through the box's sales and holds them against what it has sold.
func (c *centre) list(owner *browser, company store.Company, box *uplinktest.Box, sold []located) {
	c.t.Helper()
	var bills []event.Bill
	for before := journal.Seq(0); ; {
		var a web.SalesAnswer
		owner.must("GET", fmt.Sprintf("%s/boxes/%s/sales?before=%d&limit=37", companyPath(company), box.ID, before), nil, &a)
		for _, s := range a.Sales {
			bills = append(bills, s.Bill)
		}
		if len(a.Sales) > 0 {
			var r web.RecordView
			owner.must("GET", fmt.Sprintf("%s/boxes/%s/records/%d", companyPath(company), box.ID, a.Sales[0].Seq), nil, &r)
			if dec, err := journal.Decode(r.Raw); err != nil || dec.Hash != r.Hash || r.Kind != string(event.KindSaleCompleted) {
				c.t.Errorf("record %d: %v", r.Seq, err)
			}
		}
		if before = a.Next; before == 0 {
			break
		}
	}
	slices.Reverse(bills)
	want := make([]event.Bill, len(sold))
	for i, s := range sold {
		want[i] = s.Bill
	}
	if !slices.Equal(bills, want) {
		c.t.Errorf("the list has %d sales, the box %d, or in another order", len(bills), len(want))
	}
	for path, code := range map[string]fault.Code{"/boxes/00/sales": fault.BoxUnknown, "/boxes/" + uplinktest.NewBox(999).ID.String() + "/sales": fault.BoxUnknown,
		"/boxes/" + box.ID.String() + "/records/99999": fault.RecordUnknown, "/boxes/" + box.ID.String() + "/records/x": fault.RecordUnknown} {
		if status, got := owner.ask("GET", companyPath(company)+path, nil, nil); status != 404 || got != code {
			c.t.Errorf("%s: %d %s", path, status, got)
		}
	}
}

// naive adds one sale up.
func naive(s located, days map[string]web.DayReport, goods map[string]web.GoodReport, sellers map[string]web.SellerReport, tenders map[string]web.TenderReport) {
	key := fmt.Sprint(s.Day, s.point)
	d := days[key]
	d.Day, d.Point, d.Sales = s.Day, store.Point(s.point), d.Sales+1
	for to, amount := range map[*money.Amount]money.Amount{&d.Gross: s.Gross, &d.Discount: s.Discount, &d.Rounding: s.Rounding, &d.Total: s.Total, &d.VAT: s.VAT, &d.CityTax: s.CityTax} {
		*to += amount
	}
	days[key] = d
	v := sellers[string(s.By)]
	v.Seller, v.Name, v.Sales, v.Total = s.By, s.SellerName, v.Sales+1, v.Total+s.Total
	sellers[string(s.By)] = v
	for _, l := range s.Lines {
		g := goods[string(l.Good)]
		g.Good, g.Name, g.Lines, g.Quantity, g.Total = l.Good, l.Name, g.Lines+1, g.Quantity+l.Quantity, g.Total+l.Total
		goods[string(l.Good)] = g
	}
	for _, p := range s.Tenders {
		w := tenders[string(p.Kind)]
		w.Tender, w.Times, w.Amount = string(p.Kind), w.Times+1, w.Amount+p.Amount
		tenders[string(p.Kind)] = w
	}
}

// same compares two lists whatever their order.
func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	text := func(list []T) []string {
		var all []string
		for _, v := range list {
			all = append(all, fmt.Sprintf("%+v", v))
		}
		slices.Sort(all)
		return all
	}
	if g, w := text(got), text(want); !reflect.DeepEqual(g, w) {
		t.Errorf("%s: %d rows, want %d\ngot  %.300v\nwant %.300v", what, len(g), len(w), g, w)
	}
}

// alarmIsPutAway puts an alarm away once it has been seen as it is; it comes back when it happens again.
func (c *centre) alarmIsPutAway(owner *browser, company store.Company, box journal.Box) {
	c.t.Helper()
	raise := func() {
		c.t.Helper()
		if err := c.store.Write(context.Background(), func(tx *store.Tx) error {
			return tx.Raise(company, store.Alarm{Box: box, Kind: "fork", Detail: "3 records"}, time.Now().UnixMicro())
		}); err != nil {
			c.t.Fatal(err)
		}
	}
	home := fmt.Sprintf("/api/companies/%d", company)
	var open, all web.AlarmsAnswer
	var boxes web.BoxesAnswer
	look := func() {
		open, all = web.AlarmsAnswer{}, web.AlarmsAnswer{}
		owner.must("GET", home+"/alarms", nil, &open)
		owner.must("GET", home+"/alarms?all=1", nil, &all)
		owner.must("GET", home+"/boxes", nil, &boxes)
	}
	raise()
	raise()
	look()
	if len(open.Alarms) != 1 || open.Alarms[0].Times != 2 || open.Alarms[0].Away != nil || boxes.Boxes[0].Alarms != 1 {
		c.t.Fatalf("raised: %+v", open)
	}
	seen := web.AlarmBody{Box: box.String(), Kind: "fork", Times: 1}
	if status, code := owner.ask("POST", home+"/alarms/away", seen, nil); status != 409 || code != fault.AlarmAgain {
		c.t.Errorf("one that has come again: %d %s", status, code)
	}
	for _, none := range []web.AlarmBody{{Box: box.String(), Kind: "none", Times: 1}, {Box: "xyz", Kind: "fork", Times: 2}, {Kind: "fork", Times: 2}} {
		if status, code := owner.ask("POST", home+"/alarms/away", none, nil); status != 404 || code != fault.AlarmUnknown {
			c.t.Errorf("%+v: %d %s", none, status, code)
		}
	}
	seen.Times = 2
	owner.must("POST", home+"/alarms/away", seen, nil)
	owner.must("POST", home+"/alarms/away", seen, nil) // twice is once
	look()
	if len(open.Alarms) != 0 || len(all.Alarms) != 1 || all.Alarms[0].Away == nil || all.Alarms[0].Away.By == "" || boxes.Boxes[0].Alarms != 0 {
		c.t.Errorf("put away: %+v, %+v", open, all)
	}
	raise()
	look()
	if len(open.Alarms) != 1 || open.Alarms[0].Times != 3 || open.Alarms[0].Away != nil {
		c.t.Errorf("it has happened again: %+v", open)
	}
}
