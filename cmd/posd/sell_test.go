package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rat reads a decimal string exactly, by other means than the till's.
func rat(t *testing.T, v any) *big.Rat {
	t.Helper()
	s, _ := v.(string)
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%v is no decimal number", v)
	}
	return r
}

// TestDay sells a thousand mixed sales through the API. The Z report equals the sum of the receipts to the möngö, and
// the chain is recomputed from the API's answers alone.
func TestDay(t *testing.T) {
	const sales = 1000
	b := start(t, t.TempDir(), "-demo")
	b.open()
	rng := rand.New(rand.NewPCG(7, 7))
	codes := []string{"1001", "1002", "1003", "1004", "2100001012342", "2100001007508", "2*1005", "3*1001"}
	var goods struct {
		Goods []object `json:"goods"`
	}
	b.get("/api/goods?limit=200", &goods)
	for _, g := range goods.Goods {
		if g["weighed"] != true && g["active"] == true {
			codes = append(codes, g["code"].(string))
		}
	}
	for n := range sales {
		var a object
		for range 1 + rng.IntN(6) {
			a = b.do("line.scan", object{"code": codes[rng.IntN(len(codes))]})
		}
		switch rng.IntN(6) {
		case 0:
			a = b.do("ticket.discount", object{"percent": fmt.Sprint(1 + rng.IntN(30))})
		case 1:
			a = b.do("line.discount", object{"amount": fmt.Sprint(1 + rng.IntN(900))})
		case 2:
			a = b.do("customer.set", object{"code": "C001"})
		case 3:
			if n%7 == 0 {
				b.do("basket.new", nil)
				b.do("line.scan", object{"code": codes[0]})
				a = b.do("pay", object{"tenders": []object{{"kind": "qr", "amount": total(b.state())}}})
				tabs := b.state()["baskets"].([]any)
				a = b.do("basket.select", object{"basket": at(tabs[0], "id")})
			}
		}
		due := total(at(a, "state").(object))
		switch rng.IntN(4) {
		case 0:
			b.do("pay", object{"tenders": []object{{"kind": "card", "amount": due, "slip": fmt.Sprint(n)}}})
		case 1:
			half := new(big.Rat).Quo(rat(t, due), big.NewRat(2, 1)).FloatString(0)
			b.do("pay", object{"tenders": []object{{"kind": "transfer", "amount": half}, {"kind": "cash", "amount": "900000"}}})
		default:
			b.do("pay", object{"total": due, "tenders": []object{{"kind": "cash", "amount": "1000000"}}})
		}
	}
	b.do("cash.in", object{"amount": "5000.50", "reason": "задгай"})
	b.do("cash.out", object{"amount": "100000", "reason": "инкассо"})

	var x, z object
	b.get("/api/reports/x", &x)
	b.do("shift.count", object{"total": x["expected"]})
	b.do("shift.close", nil)
	b.get("/api/reports/z/1", &z)
	var list struct {
		Receipts []object `json:"receipts"`
	}
	b.get("/api/receipts?shift=1", &list)
	sums := map[string]*big.Rat{}
	add := func(name string, v any) {
		if sums[name] == nil {
			sums[name] = new(big.Rat)
		}
		sums[name].Add(sums[name], rat(t, v))
	}
	for _, r := range list.Receipts {
		add("total", r["total"])
		add("vat", r["vat"])
		add("city_tax", r["city_tax"])
		add("discount", r["discount"])
		for _, tender := range r["tenders"].([]any) {
			add(at(tender, "kind").(string), at(tender, "amount"))
		}
	}
	if float64(len(list.Receipts)) != z["bills"] || len(list.Receipts) < sales {
		t.Errorf("%d receipts, the Z report says %v", len(list.Receipts), z["bills"])
	}
	for _, name := range []string{"total", "vat", "city_tax", "discount"} {
		if sums[name].Cmp(rat(t, z[name])) != 0 {
			t.Errorf("%s: receipts add up to %s, the Z report says %v", name, sums[name].FloatString(2), z[name])
		}
	}
	for _, tender := range z["tenders"].([]any) {
		if sums[at(tender, "kind").(string)].Cmp(rat(t, at(tender, "amount"))) != 0 {
			t.Errorf("tender %v differs from the receipts", tender)
		}
	}
	expected := new(big.Rat).Add(sums["cash"], big.NewRat(50000*100+500050-10000000, 100))
	if expected.Cmp(rat(t, z["expected"])) != 0 || z["difference"] != "0.00" {
		t.Errorf("cash expected %v, by hand %s, difference %v", z["expected"], expected.FloatString(2), z["difference"])
	}
	records := recompute(t, b)
	t.Logf("%d sales, %d records, total %v", len(list.Receipts), records, z["total"])
	if code := b.stop(); code != exitOK {
		t.Errorf("stopped with %d", code)
	}
	var out, errs bytes.Buffer
	if code := runCheck(t.Context(), []string{b.dir}, &out, &errs); code != checkWhole {
		t.Errorf("check: %d %s %s", code, &out, &errs)
	}
}

func total(st object) string { s, _ := at(st, "basket", "total").(string); return s }

// recompute walks the chain as a stranger would: only the API's JSON and SHA-256.
func recompute(t *testing.T, b *box) int {
	t.Helper()
	prev, n := strings.Repeat("0", 64), 0
	for {
		var a struct {
			Records []object `json:"records"`
			Head    object   `json:"head"`
		}
		b.get(fmt.Sprintf("/api/journal?after=%d&limit=700", n), &a)
		for _, r := range a.Records {
			n++
			raw, err := base64.StdEncoding.DecodeString(r["raw"].(string))
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(raw)
			body, err := json.Marshal(r["body"])
			if err != nil || r["seq"] != float64(n) || r["prev"] != prev || r["hash"] != hex.EncodeToString(sum[:]) {
				t.Fatalf("record %d does not chain: %v (%s)", n, r, body)
			}
			if !bytes.HasSuffix(raw, mustHex(t, prev)) {
				t.Fatalf("record %d: the previous hash is not in the bytes", n)
			}
			prev = r["hash"].(string)
		}
		if len(a.Records) == 0 {
			if a.Head["hash"] != prev {
				t.Fatalf("head is %v, the chain ends in %s", a.Head, prev)
			}
			return n
		}
	}
}

func mustHex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBadInput goes through what can be entered wrongly; nothing of it may change the journal.
func TestBadInput(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.refused("seller.none", "line.scan", object{"code": "1001"})
	b.refused("seller.wrong", "seller.login", object{"code": "1", "password": "9999"})
	b.do("seller.login", object{"code": "1", "password": "1111"})
	b.refused("shift.none", "line.scan", object{"code": "1001"})
	b.refused("shift.none", "pay", object{"tenders": []object{}})
	b.refused("shift.none", "shift.close", nil)
	b.do("shift.open", object{"float": "0"})
	b.refused("shift.open", "shift.open", nil)
	b.refused("basket.empty", "pay", object{"tenders": []object{{"kind": "cash", "amount": "1"}}})
	head := at(b.state(), "seq")
	for _, c := range []struct {
		code, kind string
		fields     object
	}{
		{"barcode.check_digit", "line.scan", object{"code": "8651070010098"}},
		{"barcode.unknown", "line.scan", object{"code": "4006381333931"}},
		{"barcode.zero_weight", "line.scan", object{"code": "2100001000004"}},
		{"barcode.malformed", "line.scan", object{"code": "\x00\x01"}},
		{"barcode.malformed", "line.scan", object{"code": strings.Repeat("9", 91)}},
		{"quantity.bad", "line.scan", object{"code": "1001", "quantity": "0"}},
		{"quantity.bad", "line.scan", object{"code": "1001", "quantity": "-3"}},
		{"quantity.bad", "line.scan", object{"code": "1001", "quantity": "99999999999999999999"}},
		{"quantity.bad", "line.scan", object{"code": "1001", "quantity": "1e3"}},
		{"quantity.whole", "line.scan", object{"code": "1001", "quantity": "1.5"}},
		{"amount.bad", "cash.in", object{"amount": "-5"}},
		{"amount.bad", "cash.in", object{"amount": "5.001"}},
		{"amount.bad", "cash.in", object{"amount": "999999999999999999"}},
		{"basket.unknown", "basket.select", object{"basket": "nothing"}},
		{"customer.unknown", "customer.set", object{"code": "0"}},
		{"bill.unknown", "receipt.reprint", object{"bill": "2026-01-01-1-0001"}},
	} {
		if c.kind == "receipt.reprint" {
			c.code = "printer.none" // this till has none
		}
		b.refused(c.code, c.kind, c.fields)
	}
	b.do("line.scan", object{"code": "1001"})
	b.refused("discount.range", "line.discount", object{"percent": "100.01"})
	b.refused("discount.range", "ticket.discount", object{"amount": "4200.01"})
	b.refused("right.missing", "ticket.discount", object{"percent": "50"})
	b.refused("line.unknown", "line.remove", object{"line": 7})
	b.refused("payment.kind", "pay", object{"tenders": []object{{"kind": "gold", "amount": "4200"}}})
	b.refused("payment.short", "pay", object{"tenders": []object{{"kind": "cash", "amount": "4199.99"}}})
	if now := at(b.state(), "seq"); now != head {
		t.Errorf("refused commands wrote records: %v, then %v", head, now)
	}

	// Repeated and reused ids.
	id := uuid()
	pay := object{"tenders": []object{{"kind": "cash", "amount": "5000"}}}
	status, first, err := b.send(id, "pay", pay)
	if err != nil || status != 200 || first["repeated"] != false {
		t.Fatal(status, first, err)
	}
	for range 3 {
		status, again, err := b.send(id, "pay", pay)
		if err != nil || status != 200 || again["repeated"] != true || again["seq"] != first["seq"] || fmt.Sprint(again["result"]) != fmt.Sprint(first["result"]) {
			t.Fatalf("repeat: %d %v %v", status, again["result"], err)
		}
	}
	if status, a, _ := b.send(id, "pay", object{"tenders": []object{{"kind": "cash", "amount": "6000"}}}); status != http.StatusConflict || a["code"] != "command.reused" {
		t.Errorf("reused id: %d %v", status, a)
	}
	var list struct{ Receipts []object }
	b.get("/api/receipts", &list)
	if len(list.Receipts) != 1 {
		t.Errorf("%d sales where one was made", len(list.Receipts))
	}
}

// TestTokenElsewhere: on the box the token lies in memory, for the browser's keeper alone.
func TestTokenElsewhere(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "kiosk.token")
	b := start(t, dir, "-token", file)
	b.state()
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("token file: %v %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(dir, tokenFile)); err == nil {
		t.Error("the token is in the data folder too")
	}
	out, err := posd("check", dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "whole") {
		t.Errorf("posd check does not find the till: %v %s", err, out)
	}
	b.kill()
	if again := b.restart(); again.token != b.token {
		t.Error("another token after a restart")
	}
}

// TestExitCodes runs the command line as a script would.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	b := start(t, dir)
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{}, exitUsage},
		{[]string{"-nonsense"}, exitUsage},
		{[]string{"-data", dir, "rest"}, exitUsage},
		{[]string{"-data", dir, "-listen", "0.0.0.0:0"}, exitUsage},
		{[]string{"-data", dir, "-lang", "de"}, exitUsage},
		{[]string{"-data", dir, "-printer", "usb"}, exitUsage},
		{[]string{"-data", dir, "-listen", "127.0.0.1:0"}, exitInUse},
		{[]string{"-data", t.TempDir(), "-listen", strings.TrimPrefix(b.url, "http://")}, exitOther},
		{[]string{"-data", t.TempDir(), "-config", "/nonexistent"}, exitOther},
		{[]string{"check", t.TempDir()}, checkNone},
		{[]string{"check", dir}, checkWhole},
		{[]string{"check"}, checkNone},
		{[]string{"import", "-data", dir, "/nonexistent"}, exitOther},
		{[]string{"import"}, exitUsage},
		{[]string{"generate", "-goods", "0", "-out", "x"}, exitUsage},
		{[]string{"schema"}, exitOK},
		{[]string{"schema", "x"}, exitUsage},
	} {
		cmd := posd(c.args...)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.want {
			t.Errorf("posd %q: %d, want %d\n%s", c.args, code, c.want, out)
		}
	}
	if code := b.stop(); code != exitOK {
		t.Errorf("stopped with %d", code)
	}
}

// TestNeverSetUp: a till without demo or settings lets whoever stands before it become the owner, once.
func TestNeverSetUp(t *testing.T) {
	b := start(t, t.TempDir())
	if at(b.state(), "till", "has_sellers") != false {
		t.Fatal("a new till knows sellers")
	}
	b.refused("password.needed", "seller.set", object{"code": "9", "name": "Эзэн", "password": "1"})
	b.do("seller.set", object{"code": "9", "name": "Эзэн", "password": "4321"})
	b.refused("seller.none", "seller.set", object{"code": "8", "name": "Хэн нэгэн", "password": "4321"})
	b.do("seller.login", object{"code": "9", "password": "4321"})
	b.do("seller.set", object{"code": "2", "name": "Туяа", "password": "2222", "role": "seller"})
	b.do("seller.login", object{"code": "2", "password": "2222"})
	b.refused("right.missing", "seller.set", object{"code": "3", "name": "Дулам", "password": "3333", "role": "owner"})
	if got, err := os.ReadFile(filepath.Join(b.dir, "journal", "000001.db")); err != nil || bytes.Contains(got, []byte("4321\"")) {
		t.Error("a password stands in the journal", err)
	}
}

// TestGoodsImportedWhileSelling: an import beside a running till reaches the next scan.
func TestGoodsImportedWhileSelling(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	file := filepath.Join(t.TempDir(), "goods.csv")
	write := func(text string) int {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := posd("import", "-data", b.dir, file)
		out, _ := cmd.CombinedOutput()
		t.Logf("%s", out)
		return cmd.ProcessState.ExitCode()
	}
	if code := write("code,name,price\n777,Шинэ бараа,1234.50\n778,Муу,abc\n"); code != exitOther {
		t.Fatalf("a wrong file was taken: %d", code)
	}
	b.refused("barcode.unknown", "line.scan", object{"code": "777"})
	if code := write("code,name,price\n777,Шинэ бараа,1234.50\n"); code != exitOK {
		t.Fatal(code)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		status, a, err := b.send(uuid(), "line.scan", object{"code": "777"})
		if err == nil && status == 200 && total(at(a, "state").(object)) == "1234.50" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(status, a, err)
		}
	}
}
