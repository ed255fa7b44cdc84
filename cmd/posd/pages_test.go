package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	baaz "posbox/baaz/store"
	"posbox/pos/event"
	"posbox/pos/till"
	"posbox/wire"
)

// What BAAZ says of ways to pay: its order and names, none that is switched off, and what it says nothing of as it is.
func TestTendersOf(t *testing.T) {
	for name, x := range map[string]struct {
		rows []wire.Tender
		want []till.Tender
	}{
		"nothing":    {nil, nil},
		"a name":     {[]wire.Tender{{Code: event.QR, Name: "QPay", Active: true}}, []till.Tender{{Kind: event.QR, Name: "QPay"}, {Kind: event.Cash}, {Kind: event.Card}, {Kind: event.Transfer}}},
		"off":        {[]wire.Tender{{Code: event.Card}, {Code: event.Transfer}, {Code: event.QR}}, []till.Tender{{Kind: event.Cash}}},
		"never cash": {[]wire.Tender{{Code: event.Cash, Name: "Мөнгө"}, {Code: event.Card}}, []till.Tender{{Kind: event.Cash, Name: "Мөнгө"}, {Kind: event.Transfer}, {Kind: event.QR}}},
	} {
		if got := tendersOf(x.rows); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Pages of goods, tables and ways to pay that are kept in BAAZ are at the till: the screen shows them, a sale carries the
// shop's name for how it was paid, its receipt prints it, BAAZ counts it; what is switched off is refused.
func TestPagesPlacesTenders(t *testing.T) {
	c := newCentre(t)
	c.price("1", "1000")
	c.price("2", "2000")
	c.put(c.scope(), "tabs", "drinks", `{"name":"Ундаа","order":1,"goods":["2","1"]}`)
	c.put(c.scope(), "tabs", "t1", `{"name":"Ширээ 1","kind":"place","order":2}`)
	c.put(c.scope(), "tabs", "t2", `{"name":"Ширээ 2","kind":"place","order":3}`)
	c.put(c.scope(), "tabs", "old", `{"name":"Хуучин","order":4,"active":false}`)
	c.put(c.scope(), "tenders", "qr", `{"name":"SocialPay","order":1}`)
	c.put(c.scope(), "tenders", "card", `{"name":"Карт","order":2,"active":false}`)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	b.untilCentral()
	eventually(t, "pages and ways to pay", func() bool {
		state := b.state()
		text, _ := json.Marshal([]any{at(state, "till", "pages"), at(state, "till", "places"), at(state, "till", "tenders")})
		return string(text) == `[[{"code":"drinks","name":"Ундаа"}],[{"name":"Ширээ 1","tab":1},{"name":"Ширээ 2","tab":2}],[{"kind":"qr","name":"SocialPay"},{"kind":"transfer","name":""}]]`
	})
	var page object
	b.get("/api/pages/drinks", &page)
	if list := page["goods"].([]any); len(list) != 2 || at(list[0], "code") != "2" || at(list[0], "price") != "2000.00" {
		t.Errorf("the page: %v", page)
	}
	// A basket at the second table, then the first one; both stand where they were put.
	b.do("basket.new", object{"tab": 2})
	b.do("line.scan", object{"code": "2"})
	b.do("basket.new", object{"tab": 1})
	b.do("line.scan", object{"code": "1"})
	b.do("basket.new", object{"tab": 2})
	if n, total := at(b.state(), "basket", "tab"), at(b.state(), "basket", "total"); n != 2.0 || total != "2000.00" {
		t.Errorf("the second table: tab %v, %v", n, total)
	}
	b.refused("basket.unknown", "basket.new", object{"tab": 100})
	b.refused("payment.kind", "pay", object{"tenders": []object{{"kind": "card", "amount": "2000"}}})
	b.do("pay", object{"tenders": []object{{"kind": "qr", "amount": "1500"}, {"kind": "cash", "amount": "500"}}})
	if tenders := at(b.state(), "last", "tenders"); at(tenders.([]any)[0], "name") != "SocialPay" {
		t.Errorf("the sale was paid by %v", tenders)
	}
	b.untilSent()
	eventually(t, "BAAZ counts it", func() bool {
		paid := map[event.TenderKind]string{}
		err := c.store.Read(context.Background(), func(tx *baaz.Tx) error {
			r, err := tx.Rollups(c.company)
			for k, x := range r.Tenders {
				paid[k.Tender] = x.Amount.String()
			}
			return err
		})
		return err == nil && paid[event.QR] == "1500.00" && paid[event.Cash] == "500.00"
	})
	if _, body, err := b.request(http.MethodGet, "/api/receipts/"+at(b.state(), "last", "bill").(string), nil); err != nil || !strings.Contains(string(body), "SocialPay") {
		t.Errorf("the receipt: %s, %v", body, err)
	}
}
