package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// texts lists every text of a value, however deep it lies.
func texts(v reflect.Value) (list []reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		return []reflect.Value{v}
	case reflect.Struct:
		for i := range v.NumField() {
			list = append(list, texts(v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, texts(v.Index(i))...)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			list = texts(v.Elem())
		}
	}
	return list
}

// SQL, HTML and broken text in every text of a sale, one at a time: the record is always kept as it came, it is counted or
// shown as a problem, the reports stay readable, and every sum is that of the records.
func TestHostileSales(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		box := c.join(owner, me.Home)
		sent, fields := 0, 0
		for _, s := range append(hostile, "\x00", "a\x00b", "a\xffb", strings.Repeat("x", 5000), "") {
			for i := 0; ; i++ {
				sale := uplinktest.Sale(1, sent+1, 2)
				all := texts(reflect.ValueOf(&sale))
				if fields = len(all); i == fields {
					break
				}
				all[i].SetString(s)
				body, err := event.Encode(sale)
				if err != nil {
					t.Fatal(err)
				}
				box.Raw(string(event.KindSaleCompleted), body)
				sent++
			}
		}
		for _, d := range []day.Day{"0001-01-01", "1970-01-01", "9999-12-31"} { // clocks that were never set
			sale := uplinktest.Sale(1, sent+1, 1)
			sale.Day = d
			body, err := event.Encode(sale)
			if err != nil {
				t.Fatal(err)
			}
			box.Raw(string(event.KindSaleCompleted), body)
			sent++
		}
		if fields < 20 {
			t.Fatalf("only %d texts found in a sale", fields)
		}
		c.send(box)
		home := companyPath(me.Home)
		var days web.DaysAnswer
		owner.must("GET", home+"/reports/days", nil, &days)
		counted := 0
		for _, d := range days.Days {
			counted += int(d.Sales)
		}
		var problems web.ProblemsAnswer
		owner.must("GET", home+"/problems?limit=1000", nil, &problems)
		if counted+len(problems.Problems) != sent || len(problems.Problems) == 0 || counted < sent/2 {
			t.Errorf("of %d sales %d are counted and %d are problems", sent, counted, len(problems.Problems))
		}
		for _, path := range []string{"/reports/goods?limit=10000", "/reports/sellers", "/reports/tenders", "/problems?limit=1000",
			"/boxes/" + box.ID.String() + "/sales?limit=500"} {
			inert(t, owner, home+path)
		}
		err := ingest.Verify(context.Background(), c.store, func(format string, args ...any) { t.Errorf(format, args...) })
		if err != nil {
			t.Error(err)
		}
		t.Logf("%d texts in a sale, %d sales, %d counted", fields, sent, counted)
	})
}

// inert demands an answer that no browser takes for a page, and in which no tag stands.
func inert(t *testing.T, b *browser, path string) {
	t.Helper()
	resp, err := b.http.Get(b.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !json.Valid(text) || strings.ContainsAny(string(text), "<>") ||
		!strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: %d %s %.200s", path, resp.StatusCode, resp.Header.Get("Content-Type"), text)
	}
}

// join makes a point and has a simulated box join it.
func (c *centre) join(owner *browser, company store.Company) *uplinktest.Box {
	c.t.Helper()
	var p web.PointView
	owner.must("POST", companyPath(company)+"/points", web.PointBody{Name: "цэг"}, &p)
	var k web.KeyMade
	owner.must("POST", fmt.Sprintf("%s/points/%d/keys", companyPath(company), p.Point), nil, &k)
	key, err := wire.ParseKey(k.Key)
	if err != nil {
		c.t.Fatal(err)
	}
	box := uplinktest.NewBox(500)
	if _, err := c.in.Join(context.Background(), wire.NewJoin(key, box.Key, "test")); err != nil {
		c.t.Fatal(err)
	}
	return box
}

// send hands all of a box's records to BAAZ.
func (c *centre) send(box *uplinktest.Box) {
	c.t.Helper()
	for after := journal.Seq(0); after < box.Head().Seq; {
		records, err := box.Records(after, 200)
		if err != nil {
			c.t.Fatal(err)
		}
		body, err := wire.Pack(box.Key, records)
		if err != nil {
			c.t.Fatal(err)
		}
		h, err := c.in.Take(context.Background(), box.ID, body)
		if err != nil || h.Status != http.StatusOK {
			c.t.Fatal(h, err)
		}
		after = h.Seq
	}
}
