package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/web"
	chromium "posbox/web/browser"
	"posbox/web/canned/office"
	"posbox/wire"
)

// typeInto puts a text into a field as a person does.
func typeInto(p *chromium.Page, field, text string) {
	p.Tap(field)
	p.Until(field+" has the focus", "document.querySelector("+chromium.Hold(field)+") === document.activeElement")
	p.Do(`document.activeElement.select(); document.execCommand("insertText", false, ` + quoted(text) + `)`)
}

// TestPage opens the printed link in a browser, becomes the owner, logs out and in again, and goes on where a session has
// ended. The app's own policy lets nothing else run.
func TestPage(t *testing.T) {
	if _, err := chromium.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") != "" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, the page is not tested: ", err)
	}
	c := newCentre(t, t.TempDir()+"/baaz.db")
	secret, err := c.people.FirstLink(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := chromium.Open(t).Blank(t)
	p.Refuses(http.StatusUnauthorized) // nobody is logged in at first
	p.Go(web.LinkURL(c.url, secret))
	p.Stage("link")
	for field, text := range map[string]string{"link-company": "<b>Номин</b>", "link-name": "Болд", "link-login": "bold", "link-password": "1234567890"} {
		typeInto(p, field, text)
	}
	p.Tap("link-go")
	p.Shown("wrong", "code", "person.password")
	typeInto(p, "link-password", password)
	p.Tap("link-go")
	p.Stage("reports")
	p.Until("the company's name is text, no markup", `document.body.innerText.includes("<b>Номин</b>")`)
	if hash := chromium.Look[string](p, `location.hash`); strings.Contains(hash, "link") {
		t.Errorf("the used link still stands in the address: %s", hash)
	}
	p.Tap("logout")
	p.Stage("login")
	typeInto(p, "login-name", "bold")
	typeInto(p, "login-password", "wrong password")
	p.Tap("login")
	p.Shown("wrong", "code", "login.wrong")
	typeInto(p, "login-password", password)
	p.Tap("login")
	p.Stage("reports")
	again(t, c, p)
}

// again ends the session behind the page's back: the page asks for the password in place and goes on.
func again(t *testing.T, c *centre, p *chromium.Page) {
	other := c.browser()
	other.must("POST", "/api/login", web.LoginBody{Login: "bold", Password: password}, nil)
	var list web.SessionsAnswer
	other.must("GET", "/api/me/sessions", nil, &list)
	for _, s := range list.Sessions {
		if !s.Own {
			other.must("DELETE", "/api/me/sessions/"+s.Session, nil, nil)
		}
	}
	p.Visit("#/more", "more")
	p.Do(`location.hash = "#/reports"`)
	p.Shown("expired")
	typeInto(p, "login-password", password)
	p.Tap("login")
	p.Gone("expired")
	p.Stage("reports")
}

// TestPageFiles: every file of the app is served as what it is, is asked for again by its tag, and nothing else is there.
func TestPageFiles(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	for path, want := range map[string]string{"/": "text/html", "/main.js": "text/javascript", "/sw.js": "text/javascript", "/main.css": "text/css", "/icon.svg": "image/svg+xml",
		"/icon-192.png": "image/png", "/manifest.webmanifest": "application/manifest+json", "/fonts/latin-400.woff2": "font/woff2",
		"/index.html": "text/html", "/fonts/": "", "/nothing": "", "/fonts/nothing": "", "/fonts/..%2fmain.js": "", "/..%2fpage.go": ""} {
		resp, err := http.Get(c.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		got := resp.Header.Get("Content-Type")
		if want == "" && resp.StatusCode != http.StatusNotFound || want != "" && (resp.StatusCode != http.StatusOK || !strings.HasPrefix(got, want)) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, got)
		}
		if want == "" {
			continue
		}
		req, _ := http.NewRequest("GET", c.url+path, nil)
		req.Header.Set("If-None-Match", resp.Header.Get("Etag"))
		if resp, err = http.DefaultClient.Do(req); err != nil || resp.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %v, %v", path, resp.Status, err)
		}
		resp.Body.Close()
	}
	if resp, _ := ask(t, web.Options{}, "GET", "/"); resp.Header.Get("Content-Security-Policy") != office.Policy() {
		t.Errorf("pictures are made under another policy than %q", resp.Header.Get("Content-Security-Policy"))
	} else if policy := resp.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self';") {
		t.Errorf("scripts that stand in the page may run: %s", policy)
	}
}

// TestFollows: a page of today, as a phone has it, shows a sale that has just arrived; without a connection it opens all
// the same and says how old its figures are.
func TestFollows(t *testing.T) {
	if _, err := chromium.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") != "" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, the page is not tested: ", err)
	}
	s := newShop(t, t.TempDir()+"/baaz.db")
	live := web.NewLive()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go live.Run(ctx, func(store.Company) {})
	s.in.Took = live.Touch
	noon := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	server := httptest.NewServer(web.New(web.Options{Store: s.store, Ingest: s.in, People: s.people, Logger: slog.New(slog.DiscardHandler), Live: live, StrangerRate: 1e6, PersonRate: 1e6,
		Now: func() time.Time { return noon }}))
	t.Cleanup(server.Close) // when the page has gone, which holds a stream
	p := chromium.Open(t).Blank(t)
	p.Size(390, 844)
	p.Refuses(http.StatusUnauthorized)
	p.Go(server.URL)
	p.Stage("login")
	typeInto(p, "login-name", "owner")
	typeInto(p, "login-password", password)
	p.Tap("login")
	p.Shown("live")
	p.Shown("today-total")
	before := strings.Join(p.Texts("today-total"), " ")
	var now web.NowAnswer
	s.through(web.New(web.Options{Store: s.store, Ingest: s.in, People: s.people, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }}), s.home+"/reports/now", &now)
	sold := now.Today.Total + 12_345_00
	began := time.Now()
	s.more("sale.completed", `{"by":"3","bill":"2026-11-22-901-0001","shift":901,"day":"2026-11-22","number":1,"local":"2026-11-22 11:59:00","seller_name":"Цэцэг","lines":[],"gross":"12345.00",
		"discount":"0.00","total":"12345.00","vat":"0.00","city_tax":"0.00","tenders":[{"kind":"cash","given":"12345.00","amount":"12345.00"}]}`)
	after := strings.NewReplacer(".00", "").Replace(sold.String()) + "₮"
	p.Says("today-total", after)
	t.Logf("%s became %s within %v", before, after, time.Since(began))
	p.Until("the app works without a connection from now on", `navigator.serviceWorker.controller !== null`)
	p.Do(`dispatchEvent(new Event("offline"))`)
	p.Gone("live")
	p.Do(`dispatchEvent(new Event("online"))`)
	p.Shown("live")
	p.Reload()
	p.Says("today-total", after)
	p.Until("the figures are kept", `(await (await caches.open("baaz.figures")).keys()).length >= 4`)
	p.Outage(true)
	live.End()
	server.CloseClientConnections()
	server.Close()
	p.Gone("live")
	p.Reload()
	p.Says("today-total", after)
	p.Until("it says how old the figures are", "document.querySelector("+chromium.Hold("away")+")?.textContent.replace(/\\s/g, '').includes('минутынөмнөх')")
}

// more lets the third box send one record more.
func (s *shop) more(kind, body string) {
	s.t.Helper()
	from := s.box.Head().Seq
	s.box.Raw(kind, []byte(body))
	list, err := s.box.Records(from, 10)
	if err != nil {
		s.t.Fatal(err)
	}
	packed, err := wire.Pack(s.box.Key, list)
	if err != nil {
		s.t.Fatal(err)
	}
	if h, err := s.in.Take(context.Background(), s.box.ID, packed); err != nil || h.Status != 200 {
		s.t.Fatal(h, err)
	}
}
