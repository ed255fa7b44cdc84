package main

import (
	"fmt"
	"strings"
	"testing"

	"posbox/web/browser"
)

// fromCentre: a cashier sells at tables, from pages of goods and by ways to pay that all came from BAAZ's registers; the shop's
// names stand on the page, in the sale and in the Z report, and BAAZ has what was sold.
func fromCentre(t *testing.T, br *browser.Browser) {
	c := newCentre(t)
	c.price("1", "1000")
	c.price("2", "2000")
	c.put(c.scope(), "tabs", "drinks", `{"name":"Ундаа","order":1,"goods":["2","1"]}`)
	c.put(c.scope(), "tabs", "t1", `{"name":"Ширээ 1","kind":"place","order":2}`)
	c.put(c.scope(), "tabs", "t2", `{"name":"Ширээ 2","kind":"place","order":3}`)
	c.put(c.scope(), "tenders", "qr", `{"name":"SocialPay","order":1}`)
	c.put(c.scope(), "tenders", "card", `{"name":"Карт","order":2,"active":false}`)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	b.untilCentral()
	s := open(t, br, b)
	s.Stage("sell")

	// The second table takes two goods off a page, the first one a scan; the second is where it was.
	s.Tap("place", "tab", "2")
	s.Tap("page-open", "page-code", "drinks")
	s.Stage("goods")
	s.Count("tile", 2)
	s.Tap("tile", "good", "2")
	s.Tap("tile", "good", "1")
	s.Press("Escape")
	s.Stage("sell")
	s.Count("line", 2)
	s.Press("Alt+1")
	s.Count("line", 0)
	s.Scan("865001")
	s.Count("line", 1)
	s.Press("Alt+2")
	s.Count("line", 2)
	s.Say("the second tab says its total", "tab", func(tabs []string) bool { return len(tabs) == 2 && strings.HasPrefix(tabs[1], "Ширээ23000₮") })

	s.Press("F9")
	s.Stage("pay")
	s.Gone("tender-card")
	s.Says("tender-qr", "SocialPay")
	s.Tap("tender-qr")
	s.Until("the whole is offered", `document.querySelector('[data-test="tender-amount"]').value === '3000'`)
	s.Press("Enter")
	s.Shown("after")
	tenders := fmt.Sprint(at(s.sold(b, 1), "tenders"))
	if want := "[map[amount:3000.00 given:3000.00 kind:qr name:SocialPay unchecked:true]]"; tenders != want {
		t.Errorf("paid by %s, want %s", tenders, want)
	}

	// What the shop calls it later does not change what it was called.
	c.put(c.scope(), "tenders", "qr", `{"name":"QPay"}`)
	eventually(t, "the new name", func() bool { return at(b.state(), "till", "tenders").([]any)[0].(map[string]any)["name"] == "QPay" })
	s.Press("Home")
	s.Stage("menu")
	s.Tap("menu-shift")
	s.Stage("shift")
	s.Says("figure-paid-qr", "SocialPay×13000₮")
	b.untilSent()
}
