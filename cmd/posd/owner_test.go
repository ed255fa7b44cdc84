package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/pos/event"
)

// set changes a setting at the till.
func (b *box) set(path string, value any) {
	b.t.Helper()
	b.do("setting.set", object{"path": path, "value": value})
}

// setting returns what /api/settings says of a path.
func (b *box) setting(path string) object {
	b.t.Helper()
	var all struct{ Settings []object }
	b.get("/api/settings", &all)
	for _, s := range all.Settings {
		if s["path"] == path {
			return s
		}
	}
	b.t.Fatalf("%s is not listed", path)
	return nil
}

// until waits for something to come true.
func (b *box) until(what string, is func() bool) {
	b.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("%s: not within %v\n%s", what, patience, b.log)
		}
	}
}

// Settings hold at once, without a restart and after one; each says where it comes from.
func TestSettingsLive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(file, []byte(`{"shop":{"name":"Файлын дэлгүүр"},"notes":[500,1000]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openPaperShop(t, virtual.Options{}, "-config", file)
	if got := s.setting("shop.name"); got["origin"] != "file" || got["value"] != "Файлын дэлгүүр" {
		t.Errorf("%v", got)
	}
	s.set("shop.name", "Номин")
	s.set("shop.footer", []string{"Баяртай"})
	s.set("notes", []int{20000})
	s.set("payer.city_tax", false)
	s.set("lang", "en")
	s.set("zone", "Asia/Hovd")
	s.set("lock_after", 3)
	s.set("blind_count", true)
	s.set("roles.seller.max_discount", "7.5")
	st := s.state()
	if at(st, "till", "shop") != "Номин" || at(st, "till", "lang") != "en" || at(st, "till", "zone") != "Asia/Hovd" || at(st, "till", "lock_after") != 3.0 ||
		at(st, "till", "blind") != true || fmt.Sprint(at(st, "till", "notes")) != "[20000]" {
		t.Errorf("%v", st["till"])
	}
	if got := s.setting("shop.name"); got["origin"] != "box" || got["fallback"] != "Файлын дэлгүүр" {
		t.Errorf("%v", got)
	}
	bill := s.sell()
	var f event.SaleCompleted
	s.get("/api/receipts/"+bill, &f)
	if f.Merchant.Name != "Номин" || f.Merchant.Footer[0] != "Баяртай" || f.Payer.City {
		t.Errorf("%+v %+v", f.Merchant, f.Payer)
	}
	s.refused("setting.bad", "setting.set", object{"path": "printer.columns", "value": 40})
	s.refused("setting.bad", "setting.set", object{"path": "zone", "value": "Mars/Base"})
	s.refused("setting.unknown", "setting.set", object{"path": "sellers", "value": []object{}})
	s.kill()

	s.box = s.restart()
	if st := s.state(); at(st, "till", "shop") != "Номин" || at(st, "till", "lock_after") != 3.0 {
		t.Errorf("after a restart: %v", st["till"])
	}
	s.do("setting.reset", object{"path": "shop.name"})
	if st := s.state(); at(st, "till", "shop") != "Файлын дэлгүүр" {
		t.Errorf("after the reset: %v", st["till"])
	}
}

// A printer set at the till cannot be one of the till's own files.
func TestPrinterIsNoFile(t *testing.T) {
	dir := t.TempDir()
	b := start(t, dir, "-demo")
	b.open()
	for _, path := range []string{filepath.Join(dir, "journal", "000001.db"), filepath.Join(dir, "catalog.db"), "/dev/.." + dir + "/journal/000002.db", "relative"} {
		b.refused("setting.bad", "setting.set", object{"path": "printer.address", "value": "file:" + path})
	}
	b.set("printer.address", "file:/dev/usb/lp7")
}

// What was set at a till and no longer fits another layer is left out and told; the till sells.
func TestSettingsThatNoLongerFit(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "settings.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{}`)
	b := start(t, dir, "-demo", "-config", file)
	b.open()
	b.set("roles.boss.rights", []string{"sell"})
	b.set("lock_after", 4)
	b.stop()

	write(`{"roles":{"owner":{"rights":["sell","settings"]},"boss":{"rights":["*"]}}}`)
	b = b.restart()
	b.until("the word about it", func() bool { return troubled(b.state(), "setting.left_out") })
	if got := at(b.state(), "till", "lock_after"); got != 4.0 {
		t.Errorf("what fits is left out, too: %v", got)
	}
	if got := b.setting("roles.boss.rights"); fmt.Sprint(got["value"]) != "[*]" || got["origin"] != "file" {
		t.Errorf("%v", got)
	}
	b.set("lock_after", 5) // what is left out keeps nothing else from being set
	b.stop()

	write(`{"lang":"de"}`)
	c := launch(t, dir, "-demo", "-config", file)
	err := c.cmd.Run()
	if err == nil || !strings.Contains(c.log.String(), "config.bad") || !strings.Contains(c.log.String(), "lang") {
		t.Errorf("a wrong file: %v\n%s", err, c.log)
	}
}

// The printer's driver is swapped while the till runs: width, and the printer itself.
func TestPrinterSwap(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	s.waitPrinted(s.sell())
	other, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	s.set("printer.address", other.Addr())
	s.wait("the other printer", func(st object) bool {
		name, _ := at(st, "printer", "name").(string)
		return strings.Contains(name, other.Addr()) && at(st, "printer", "online") == true
	})
	bill := s.sell()
	s.waitPrinted(bill)
	if got, ok := other.Receipt(1); !ok || !begins(got, s.want(bill, false)) {
		t.Errorf("%d receipts came out of the other printer", other.Receipts())
	}
	s.do("print.test", nil)
	s.until("the test page", func() bool { return other.Receipts() == 2 })

	// Without a printer the till sells and asks for no paper; fitted again, it prints.
	s.set("printer.address", "")
	s.wait("no printer", func(st object) bool { return at(st, "printer", "fitted") == false })
	s.refused("printer.none", "print.test", nil)
	if s.sell(); at(s.state(), "last", "print") != "none" {
		t.Errorf("%v", at(s.state(), "last"))
	}
	s.do("setting.reset", object{"path": "printer.address"})
	s.wait("the first printer again", func(st object) bool { return at(st, "printer", "online") == true })
	s.waitPrinted(s.sell())
}

// A job that waits for paper goes on to the printer that the owner fits instead.
func TestWaitingReceiptChangesPrinter(t *testing.T) {
	s := openPaperShop(t, virtual.Options{})
	if err := s.printer.Inject(virtual.PaperOut, 0); err != nil {
		t.Fatal(err)
	}
	s.wait("paper out", func(st object) bool { return at(st, "printer", "paper_empty") == true })
	bill := s.sell()
	other, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	s.set("printer.address", other.Addr())
	s.waitPrinted(bill)
	if got, ok := other.Receipt(1); !ok || !begins(got, s.want(bill, false)) {
		t.Errorf("%d receipts", other.Receipts())
	}
}

func newGood(code, price string) object {
	return object{"good": object{"code": code, "name": "Шинэ " + code, "barcodes": []string{"B" + code}, "category": "", "unit": "ш", "price": price, "tax_included": true,
		"tax": "VAT_ABLE", "city_tax": false, "class_code": "", "tax_product_code": "", "weighed": false, "active": true}}
}

// price scans a good and returns what one of it costs.
func (b *box) price(code string) any {
	b.t.Helper()
	a := b.do("line.scan", object{"code": code})
	lines := at(a, "state", "basket", "lines").([]any)
	last := lines[len(lines)-1]
	price := at(last, "unit_price")
	b.do("basket.drop", nil)
	return price
}

// upload brings a file and returns what the till says of it.
func (b *box) upload(name, text string) object {
	b.t.Helper()
	status, body, err := b.request(http.MethodPost, "/api/uploads?name="+url.QueryEscape(name), strings.NewReader(text))
	var answer object
	if err != nil || json.Unmarshal(body, &answer) != nil || status != http.StatusOK {
		b.t.Fatalf("%s: %d %s %v\n%s", name, status, body, err, b.log)
	}
	return answer
}

// imported waits for the newest import to end.
func (b *box) imported() (work object) {
	b.t.Helper()
	b.until("the import", func() bool {
		work = at(b.state(), "work").([]any)[0].(object)
		return work["state"] != "running"
	})
	return work
}

// The scan after a change of price takes the new price; so does the one after a kill.
func TestGoodsAtTheTill(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	for i := range rounds(3, 6, 30) {
		code, price := fmt.Sprintf("N%d", i), fmt.Sprintf("%d.00", 1000+i)
		b.do("good.set", newGood(code, "1"))
		b.do("good.set", newGood(code, price))
		if got := b.price("B" + code); got != price {
			t.Errorf("%s costs %v, want %s", code, got, price)
		}
		b.do("good.set", newGood(code, "7"+price))
		b.kill()
		b = b.restart()
		if got := b.price("B" + code); got != "7"+price {
			t.Errorf("after the kill %s costs %v, want 7%s", code, got, price)
		}
	}
	b.until("the edits to be in the catalogue", func() bool {
		var got object
		b.get("/api/goods/N0", &got)
		return got["price"] == "71000.00"
	})
	b.do("customer.put", object{"customer": object{"code": "CN", "name": "Дорж", "phone": "", "cards": []string{"555"}, "percent": "5", "valid_from": "", "valid_to": "", "active": true}})
	b.do("line.scan", object{"code": "BN0"})
	if a := b.do("customer.set", object{"code": "555"}); at(a, "state", "basket", "buyer", "name") != "Дорж" {
		t.Errorf("%v", at(a, "state", "basket"))
	}
}

func TestImportAtTheTill(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	up := b.upload("../бараа.csv", "code;name;price;barcodes\nI1;Нэг;1500;BI1\nI2;Хоёр;2500;BI2\n")
	if up["name"] != "бараа.csv" || up["rows"] != 2.0 || up["added"] != 2.0 || up["bad"] != 0.0 {
		t.Errorf("%v", up)
	}
	b.refused("barcode.unknown", "line.scan", object{"code": "BI1"})
	b.do("goods.import", object{"upload": up["upload"]})
	if w := b.imported(); w["state"] != "done" || at(w, "result", "added") != 2.0 {
		t.Errorf("%v", w)
	}
	if got := b.price("BI1"); got != "1500.00" {
		t.Errorf("it costs %v", got)
	}
	b.until("the file to be gone", func() bool {
		left, _ := os.ReadDir(filepath.Join(b.dir, uploadsDir))
		return len(left) == 0
	})
	b.refused("upload.unknown", "goods.import", object{"upload": up["upload"]})

	up = b.upload("муу.csv", "code;name;price\nI3;Гурав;15x\n")
	problems, _ := up["problems"].([]any)
	if up["bad"] != 1.0 || len(problems) != 1 || at(problems[0], "row") != 2.0 {
		t.Errorf("%v", up)
	}
	b.do("goods.import", object{"upload": up["upload"]})
	if w := b.imported(); w["state"] != "failed" || w["code"] != "import.row" || w["text"] == "" {
		t.Errorf("%v", w)
	}
	if status, body, _ := b.request(http.MethodPost, "/api/uploads?name=a.csv", bytes.NewReader([]byte("\x00\x01"))); status != http.StatusUnprocessableEntity {
		t.Errorf("no table: %d %s", status, body)
	}
}

// An import waits for whoever else is at work on the goods.
func TestImportWaitsItsTurn(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	up := b.upload("a.csv", "code,name,price\nZ1,Шинэ,1500\n")
	other, err := os.Create(filepath.Join(b.dir, "catalog.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := syscall.Flock(int(other.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { syscall.Flock(int(other.Fd()), syscall.LOCK_UN) })
	b.do("goods.import", object{"upload": up["upload"]})
	if work := b.imported(); work["state"] != "done" {
		t.Errorf("%v", work)
	}
}

// Killed in the middle of an import, the till takes the file in when it is back: all of it, once.
func TestImportSurvivesKill(t *testing.T) {
	var text strings.Builder
	text.WriteString("code;name;price;barcodes\n")
	const rows = 20_000
	for i := range rows {
		fmt.Fprintf(&text, "K%d;Бараа %d;%d;BK%d\n", i, i, 100+i, i)
	}
	rng := seeded(t)
	b := start(t, t.TempDir(), "-demo")
	b.open()
	for range rounds(1, 3, 20) {
		up := b.upload("том.csv", text.String())
		b.do("goods.import", object{"upload": up["upload"]})
		time.Sleep(time.Duration(rng.IntN(300)) * time.Millisecond)
		b.kill()
		b = b.restart()
		w := b.imported()
		if w["state"] != "done" || at(w, "result", "rows") != float64(rows) {
			t.Fatalf("%v\n%s", w, b.log)
		}
		if got := b.price("BK7"); got != "107.00" {
			t.Errorf("it costs %v", got)
		}
	}
}

// The connection key lies in a file that only the till may read, and nowhere else.
func TestJoinKeyIsKept(t *testing.T) {
	const key = "00000-00000-00000-00000-0001Y"
	b := start(t, t.TempDir())
	if at(b.state(), "till", "first") != true {
		t.Errorf("%v", at(b.state(), "till"))
	}
	b.refused("join.key_bad", "join.ask", object{"address": "baaz.invalid", "key": strings.Replace(key, "1", "2", 1)})
	b.do("join.ask", object{"address": "baaz.invalid", "key": "ooooo ooooo ooooo ooooo oool" + "y"})
	names, _ := filepath.Glob(filepath.Join(b.dir, joinFile+"*"))
	if len(names) != 1 {
		t.Fatalf("%v", names)
	}
	if fi, err := os.Stat(names[0]); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", fi, err)
	}
	if text, _ := os.ReadFile(names[0]); string(text) != key+"\n" {
		t.Errorf("%q", text)
	}
	b.stop()
	filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == names[0] {
			return err
		}
		if text, _ := os.ReadFile(path); bytes.Contains(bytes.ToUpper(text), []byte("0001Y")) || bytes.Contains(bytes.ToUpper(text), []byte("OOOLY")) {
			t.Errorf("the key stands in %s", path)
		}
		return nil
	})
	if strings.Contains(strings.ToUpper(b.log.String()), "OOOLY") {
		t.Error("the key stands in the log")
	}
}
