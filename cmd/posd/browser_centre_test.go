package main

import (
	"fmt"
	"strings"
	"testing"

	"posbox/web/browser"
	"posbox/wire"
)

// lookedAt: what BAAZ keeps is looked at here, which is said before anybody types.
func lookedAt(t *testing.T, br *browser.Browser) {
	c := newCentre(t)
	c.price("1", "1000")
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.do("seller.login", object{"code": "9", "password": "9999"})
	b.untilCentral()
	s := open(t, br, b)
	s.at("owner/goods")
	s.Shown("central")
	s.Gone("good-new")
	s.Gone("import-open")
	s.Scan("865001")
	s.value("good-price", "1000")
	s.Tap("good-price")
	s.Write("1100")
	s.Until("nothing can be saved", `document.querySelector('[data-test="save"]').disabled`)
	s.at("owner/customers")
	s.Shown("central")
	s.Gone("customer-new")
}

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
	s.value("tender-amount", "3000")
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

// joinLater: a shop that has sold alone joins by its screen, with a key from the scanner. What becomes of it is said before, what
// BAAZ answers is said after, and each of its sales is in BAAZ once, those made alone too.
func joinLater(t *testing.T, br *browser.Browser) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo")
	b.open()
	b.sell(3)
	s := open(t, br, b)
	s.at("menu")
	s.Stage("menu")
	s.Press("J")
	s.Stage("owner/join")
	s.Shown("join-standing", "how", "alone")
	for _, what := range []string{"goods", "sales", "sellers", "shift", "settings", "point"} {
		s.Shown("join-" + what)
	}
	if said := s.Texts("join-sales"); len(said) != 1 || !strings.HasSuffix(said[0], ":3.") {
		t.Errorf("of the sales made alone it says %q", said)
	}

	// A key that is none is refused, with the cause; the address stays.
	s.Write(c.url)
	s.Press("ArrowDown")
	s.Write(wire.NewKey([]byte("a key that BAAZ has never given!")).Reveal())
	s.Press("F9")
	s.Shown("join-standing", "how", "refused")
	s.Shown("join-standing", "code", "key.unknown")
	s.value("join-address", c.url)
	s.value("join-key", "")

	// The right one is scanned, whatever has the focus: into its field, too, it asks nothing. A good is no key.
	s.Tap("join-address")
	s.ScanAt("4006381333931", browser.Epoch()+1000)
	s.Shown("error-banner", "code", "join.key_bad")
	s.value("join-key", "")
	s.Press("Escape")
	s.Gone("error-banner")
	key := c.key()
	s.ScanAt(key, browser.Epoch()+2000)
	s.value("join-key", key)
	s.value("join-address", c.url)
	s.Press("ArrowDown")
	s.ScanAt(key, browser.Epoch()+4000)
	s.value("join-key", key)
	s.Settle()
	if facts := s.facts(b, "join.asked"); len(facts) != 1 {
		t.Fatalf("asked %d times before F9, want once: for the key that is none", len(facts))
	}
	s.value("join-address", c.url)
	s.Tap("save")
	s.Shown("join-standing", "how", "empty")
	s.Until("it is said to whom", `document.querySelector('[data-test="join-standing"]').innerText.includes('Номин · Төв салбар')`)
	s.Gone("join-key")
	eventually(t, "BAAZ counts the sales made alone", func() bool { n, _, _ := c.sums(); return n == 3 })
	b.sell(1) // in the shift that was open before, from the till's own goods
	eventually(t, "BAAZ counts the sale after", func() bool { n, _, _ := c.sums(); return n == 4 })

	c.price("1", "1000")
	s.Shown("join-standing", "how", "kept")
	b.untilSent()
	if n, late, _ := c.sums(); n != 4 || late != 0 {
		t.Errorf("BAAZ counts %d sales, %d of them late; want 4, none late", n, late)
	}
	if facts := s.facts(b, "box.joined"); len(facts) != 1 {
		t.Errorf("joined %d times", len(facts))
	}
	if dump := fmt.Sprint(s.facts(b, "join.asked")); strings.Contains(dump, key) {
		t.Error("the key stands in the journal")
	}
}
