package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/web"
	"posbox/uplink/uplinktest"
	chromium "posbox/web/browser"
	"posbox/wire"
)

// TestFirstSteps walks from the owner's link to the first sale on the phone, led by the empty page alone: each press is on
// what it offers next. What a person types and thinks is not in the time that it tells.
func TestFirstSteps(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	began := time.Now() // and no other day begins before the sale is seen
	live := web.NewLive()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop) // after the page, which would complain
	go live.Run(ctx, func(store.Company) {})
	c.in.Took = live.Touch
	server := httptest.NewServer(web.New(web.Options{Store: c.store, Ingest: c.in, People: c.people, Logger: slog.New(slog.DiscardHandler), Live: live, StrangerRate: 1e6, PersonRate: 1e6,
		Now: func() time.Time { return began }}))
	t.Cleanup(server.Close)
	t.Cleanup(live.End)
	c.url = server.URL
	p := openPage(t, c)
	secret, err := c.people.FirstLink(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p.Go(web.LinkURL(c.url, secret))
	p.Stage("link")
	for field, text := range map[string]string{"link-company": "Номин", "link-name": "Болд", "link-login": "bold@nomin.mn", "link-password": password} {
		typeInto(p, field, text)
	}
	p.Tap("link-go")
	p.Shown("first-steps")
	p.Tap("step-go")
	p.Stage("registers/goods")
	p.Tap("none-import")
	p.FileBytes("import-file", "бараа.xlsx", workbook(t, []string{"code", "name", "price"}, []string{"1001", "Сүү", "3000"}, []string{"1003", "Цай", "4500"}))
	p.Shown("lines-added")
	p.Tap("import-do")
	p.Shown("import-done")
	p.Tap("import-close")
	p.Visit("#/reports", "reports")
	p.Until("the next step is a sales point", `document.querySelectorAll("[data-test=step].is-done").length === 1`)
	p.Tap("step-go")
	p.Stage("tills/new")
	typeInto(p, "point-name", "Төв салбар")
	p.Tap("point-add")
	p.Stage("tills/key")
	p.Shown("key-text")
	key, err := wire.ParseKey(chromium.Look[string](p, `document.querySelector("[data-test=key-text]").getAttribute("aria-label")`))
	if err != nil {
		t.Fatal(err)
	}
	p.Tap("key-copy")
	p.Until("the key is copied", `/Хуулсан|Copied/.test(document.querySelector("[data-test=key-copy]").innerText)`)
	box := uplinktest.NewBox(40)
	if _, err := c.in.Join(ctx, wire.NewJoin(key, box.Key, "test")); err != nil {
		t.Fatal(err)
	}
	p.Shown("joined")
	p.Gone("key") // it is spent

	phone := p.Second(c.url)
	phone.Size(390, 844)
	phone.Stage("reports")
	phone.Until("only the sale is left to do", `document.querySelectorAll("[data-test=step].is-done").length === 3`)
	now := began.UTC().Add(8 * time.Hour)
	box.Raw("sale.completed", []byte(fmt.Sprintf(`{"by":"1","bill":"%[1]s-1-0001","shift":1,"day":"%[1]s","number":1,"local":"%[2]s","seller_name":"Болд","lines":[],"gross":"3000.00","discount":"0.00","total":"3000.00",
		"vat":"272.73","city_tax":"0.00","tenders":[{"kind":"cash","given":"3000.00","amount":"3000.00"}]}`, now.Format(time.DateOnly), now.Format(time.DateTime))))
	sold := time.Now()
	records, err := box.Records(0, 100)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := wire.Pack(box.Key, records)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := c.in.Take(ctx, box.ID, packed); err != nil || h.Status != http.StatusOK {
		t.Fatal(h, err)
	}
	phone.Says("today-total", "3000₮")
	t.Logf("from the link to the sale on the phone: %v; the sale itself: %v", time.Since(began).Round(time.Millisecond), time.Since(sold).Round(time.Millisecond))
}
