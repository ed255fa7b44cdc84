package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"posbox/baaz/registers"
	"posbox/wire"
)

func (c *centre) scope() wire.Scope { return wire.CompanyScope(uint64(c.company)) }
func (c *centre) pointScope() wire.Scope {
	return wire.PointScope(uint64(c.company), uint64(c.point))
}

// put changes a row in BAAZ; fields that are not said stay.
func (c *centre) put(scope wire.Scope, register, code, body string) {
	c.t.Helper()
	_, err := c.regs.Put(context.Background(), "болд", scope, register, registers.Change{Code: code, Body: []byte(body), Merge: true})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) drop(scope wire.Scope, register, code string) {
	c.t.Helper()
	if _, err := c.regs.Put(context.Background(), "болд", scope, register, registers.Change{Code: code, Delete: true}); err != nil {
		c.t.Fatal(err)
	}
}

// price makes a good with one price in BAAZ, or gives it another.
func (c *centre) price(code, amount string) {
	c.t.Helper()
	c.put(c.scope(), "goods", code, fmt.Sprintf(`{"name":"Бараа %s","barcodes":["86500%s"],"prices":[{"amount":"%s"}]}`, code, code, amount))
}

// unit scans a code into a basket of its own and returns what one of it costs; empty: it is not sold.
func (b *box) unit(code string) string {
	b.t.Helper()
	b.do("basket.new", nil)
	status, answer, err := b.send(uuid(), "line.scan", object{"code": code})
	if err != nil || status != 200 {
		return ""
	}
	lines := at(answer, "state", "basket", "lines").([]any)
	price := at(lines[len(lines)-1], "unit_price")
	b.do("basket.drop", nil)
	return fmt.Sprint(price)
}

func (b *box) untilCentral() {
	b.t.Helper()
	eventually(b.t, "the goods are BAAZ's", func() bool { return at(b.state(), "till", "central") == true })
}

// What is kept in BAAZ is at the till: goods and prices, sellers, rights, receipt text, settings, customers. A price reaches the
// next scan in under a second, a sale under way keeps its own, and all of it holds while BAAZ is away.
func TestMasterData(t *testing.T) {
	c := newCentre(t)
	c.price("1", "1000")
	c.put(c.scope(), "company", "company", `{"name":"Номин ХХК","tin":"12345678"}`)
	c.put(c.scope(), "roles", "cook", `{"rights":["sell","shift","line.remove"],"max_discount":"0"}`)
	c.put(c.scope(), "sellers", "77", `{"name":"Сараа","role":"cook","password":"4321"}`)
	c.put(c.scope(), "customers", "K1", `{"name":"Дорж","cards":["777"],"percent":"5"}`)
	c.put(c.pointScope(), "points", "1", `{"name":"Касс 1","branch":"Төв","header":["Тавтай морил"]}`)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	b.untilCentral()
	if got := b.unit("865001"); got != "1000.00" {
		t.Fatalf("a good of BAAZ costs %q\n%s", got, b.log)
	}
	if b.unit("1001") != "" {
		t.Error("a good of the demo is still sold")
	}
	b.refused("goods.central", "good.set", object{"good": object{"code": "1", "name": "A", "barcodes": []string{}, "category": "", "unit": "ш", "price": "1", "tax_included": true,
		"tax": "VAT_ABLE", "city_tax": false, "class_code": "", "tax_product_code": "", "weighed": false, "active": true}})
	if code, out := try("import", "-data", b.dir, filepath.Join(b.dir, "x.csv")); code == 0 || !strings.Contains(out, "kept by BAAZ") {
		t.Errorf("import on the command line: %d %s", code, out)
	}

	// A sale under way keeps its price; the next one has the new one.
	under := b.do("line.scan", object{"code": "865001"})
	var slowest time.Duration
	for i := range 10 {
		began, price := time.Now(), fmt.Sprint(2000+i)
		c.price("1", price)
		for b.unit("865001") != price+".00" {
			if time.Since(began) > patience {
				t.Fatalf("the price never came\n%s", b.log)
			}
			time.Sleep(2 * time.Millisecond)
		}
		slowest = max(slowest, time.Since(began))
	}
	t.Logf("price changed in BAAZ → next scan at the till: slowest of 10 %s", slowest.Round(time.Millisecond))
	under = b.do("basket.select", object{"basket": at(under, "state", "basket", "id")})
	if got := at(at(under, "state", "basket", "lines").([]any)[0], "unit_price"); got != "1000.00" {
		t.Errorf("the sale under way costs %v now", got)
	}
	b.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "1000"}}})
	if got := b.unit("865001"); got != "2009.00" {
		t.Errorf("the next sale: %v", got)
	}
	eventually(t, "settings of the company and of the point", func() bool {
		name, header := b.setting("shop.name"), b.setting("shop.header")
		return name["value"] == "Номин ХХК" && name["origin"] == "company" && header["origin"] == "point"
	})

	// Settings and their refusal; what does not fit stops nothing.
	c.put(c.scope(), "settings", "company", `{"values":{"lock_after":33}}`)
	eventually(t, "the company's setting holds", func() bool { return b.setting("lock_after")["value"] == 33.0 })
	c.put(c.pointScope(), "settings", "point", `{"values":{"lock_after":44,"roles":{"owner":null}}}`)
	eventually(t, "the point's setting outweighs it", func() bool { return b.setting("lock_after")["value"] == 44.0 })
	// A customer's discount, and the one that purchases earn, over BAAZ and back.
	percent := func(want string) func() bool {
		return func() bool {
			b.do("line.scan", object{"code": "865001"})
			shown := encode(b.do("customer.set", object{"code": "777"}))
			b.do("basket.drop", nil)
			return strings.Contains(shown, `"percent":"`+want+`"`)
		}
	}
	c.put(c.scope(), "customers", "K1", `{"percent":"7"}`)
	eventually(t, "the customer's percent", percent("7.00"))
	c.put(c.scope(), "tiers", "gold", `{"name":"Алт","steps":[{"total":"1000","percent":"40"}]}`)
	c.put(c.scope(), "customers", "K1", `{"tier":"gold"}`)
	b.do("line.scan", object{"code": "865001"})
	b.do("customer.set", object{"code": "777"})
	b.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "100000"}}})
	eventually(t, "what the purchase has earned", percent("40.00"))

	c.drop(c.scope(), "goods", "1")
	c.price("2", "50")
	eventually(t, "a deleted good is not sold", func() bool { return b.unit("865001") == "" && b.unit("865002") == "50.00" })

	// All of it holds without BAAZ, over a pulled plug; a price that begins on a day begins.
	c.put(c.scope(), "goods", "3", `{"name":"Ирээдүй","prices":[{"amount":"10"},{"from":"2026-01-01","amount":"20"},{"from":"2099-01-01","amount":"30"}]}`)
	eventually(t, "the last change before", func() bool { return b.unit("3") == "20.00" })
	c.away.Store(true)
	b.kill()
	b = b.restart()
	if b.unit("865002") != "50.00" || b.unit("3") != "20.00" || at(b.state(), "till", "central") != true || b.setting("lock_after")["value"] != 44.0 {
		t.Errorf("after a pulled plug, without BAAZ\n%s", b.log)
	}
	b.do("seller.login", object{"code": "77", "password": "4321"})
	b.refused("right.missing", "cash.out", object{"amount": "1", "reason": "x"})

	// Changes that came while the till was off; and a seller who is shut out.
	c.price("2", "60")
	c.away.Store(false)
	eventually(t, "what was missed", func() bool { return b.unit("865002") == "60.00" })
	c.put(c.scope(), "sellers", "77", `{"active":false}`)
	eventually(t, "the seller is shut out", func() bool {
		_, answer, _ := b.send(uuid(), "line.scan", object{"code": "865002"})
		return answer["code"] == "seller.none"
	})
	b.stop()
}

func encode(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// try runs a sub-command and returns how it ended and what it said.
func try(args ...string) (int, string) {
	cmd := posd(args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return -1, err.Error()
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// A till that joins a company without goods sells on what it has; the first good in BAAZ ends that. A folder whose
// catalogue is lost gets it anew.
func TestFirstGoodsAndLostCatalogue(t *testing.T) {
	c := newCentre(t)
	c.put(c.scope(), "company", "company", `{"name":"Номин ХХК"}`)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	eventually(t, "the company's name", func() bool { return b.setting("shop.name")["value"] == "Номин ХХК" })
	if status, answer, _ := b.send(uuid(), "line.scan", object{"code": "1001"}); status != 200 || at(b.state(), "till", "central") == true {
		t.Errorf("a company without goods took the till's away: %v", answer)
	}
	b.do("basket.drop", nil)
	c.price("1", "1000")
	b.untilCentral()
	eventually(t, "BAAZ's good", func() bool { return b.unit("865001") == "1000.00" })
	b.stop()
	if err := os.Remove(filepath.Join(b.dir, "catalog.db")); err != nil {
		t.Fatal(err)
	}
	b = b.restart()
	eventually(t, "BAAZ's good again", func() bool { return b.unit("865001") == "1000.00" })
	b.stop()
}
