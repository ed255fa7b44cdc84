package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	baaz "posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/wire"
)

// another makes a second point and returns a connection key for it.
func (c *centre) another(name string) string {
	c.t.Helper()
	var p baaz.Point
	must(c.t, c.store.Write(context.Background(), func(tx *baaz.Tx) (err error) {
		p, err = tx.AddPoint(c.company, name, 1)
		return err
	}))
	c.keys++
	k := wire.NewKey(append(make([]byte, wire.KeyBytes-1), c.keys))
	if _, err := c.in.AddKey(context.Background(), c.company, p, k); err != nil {
		c.t.Fatal(err)
	}
	return k.Reveal()
}

// boxes lists the company's boxes by their points.
func (c *centre) boxes() map[baaz.Point]journal.Box {
	c.t.Helper()
	all := map[baaz.Point]journal.Box{}
	must(c.t, c.store.Read(context.Background(), func(tx *baaz.Tx) error {
		list, err := tx.Boxes(c.company)
		for _, b := range list {
			all[b.Point] = b.Box
		}
		return err
	}))
	return all
}

func (c *centre) alarms() (kinds string) {
	c.t.Helper()
	must(c.t, c.store.Read(context.Background(), func(tx *baaz.Tx) error {
		list, err := tx.Alarms(c.company)
		for _, a := range list {
			kinds += a.Kind + ": " + a.Detail + "\n"
		}
		return err
	}))
	return kinds
}

// find has BAAZ asked for a receipt's sale; the fault's code, empty where it was told.
func (b *box) find(code string) string {
	b.t.Helper()
	body, _ := json.Marshal(object{"code": code})
	status, text, err := b.request(http.MethodPost, "/api/uplink/return", bytes.NewReader(body))
	var answer object
	if err != nil || json.Unmarshal(text, &answer) != nil {
		b.t.Fatal(err, string(text))
	}
	if status == http.StatusOK {
		return ""
	}
	return answer["code"].(string)
}

// TestReturnElsewhere: what one till sold comes back at another, once over all tills; BAAZ keeps it for one of them.
func TestReturnElsewhere(t *testing.T) {
	c := newCentre(t)
	seller := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	other := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.another("Хоёрдугаар салбар"))
	seller.open()
	other.open()
	seller.do("line.scan", object{"code": "1001", "quantity": "3"})
	bill := at(seller.do("pay", object{"tenders": []object{{"kind": "card", "amount": "12600"}}}), "result", "bill").(string)
	var sold event.SaleCompleted
	seller.get("/api/receipts/"+bill, &sold)
	made, _ := barcode.BillCodeOf(sold, uint64(c.point))
	code := made.String()
	eventually(t, "the sale is in BAAZ", func() bool { n, _, _ := c.sums(); return n == 1 })

	other.refused("return.elsewhere", "line.scan", object{"code": code})
	wrong := made
	wrong.Seal = (wrong.Seal + 1) % 100
	if got := other.find(wrong.String()); got != string(fault.ReturnCode) {
		t.Errorf("a receipt of another shop: %q", got)
	}
	c.away.Store(true)
	if got := other.find(code); got != string(fault.UplinkUnreachable) {
		t.Errorf("with BAAZ away: %q", got)
	}
	c.away.Store(false)
	if got := other.find(code); got != "" {
		t.Fatalf("refused: %q\n%s", got, other.log)
	}
	// As long as the claim holds nobody else gets one.
	third := baaz.BoxID{Company: c.company, Box: c.boxes()[c.point]}
	if _, err := c.in.FindReturn(t.Context(), third, code); fault.CodeOf(err) != fault.ReturnClaimed {
		t.Errorf("two tills take the same goods back: %v", err)
	}
	other.do("line.scan", object{"code": code})
	a := other.do("return.set", object{"lines": []object{{"line": 1, "quantity": "2"}}})
	if at(a, "state", "basket", "return", "other") != true || at(a, "state", "basket", "return", "point") != "Төв салбар" || at(a, "state", "basket", "due") != "-8400.00" {
		t.Errorf("%v", at(a, "state", "basket", "return"))
	}
	back := at(other.do("pay", object{"reason": "гэмтэлтэй"}), "result", "bill").(string)
	var f event.SaleReturned
	other.get("/api/returns/"+back, &f)
	if f.Of.Point != uint64(c.point) || f.Claim == "" || f.Tenders[0].Kind != event.Card || !f.Partial() {
		t.Errorf("%+v", f)
	}
	eventually(t, "the return is in BAAZ", func() bool { _, _, total := c.sums(); return total == "4200.00" })

	// What is left, and no more: the claim has ended with the record. What was told before does not hold twice.
	other.refused("return.elsewhere", "return.begin", object{"code": code})
	if got := other.find(code); got != "" {
		t.Fatal(got)
	}
	a = other.do("return.begin", object{"code": code})
	if at(a, "state", "basket", "due") != "-4200.00" {
		t.Errorf("what is left: %v", at(a, "state", "basket"))
	}
	other.do("pay", object{"reason": "гэмтэлтэй"})
	eventually(t, "all of it is in BAAZ", func() bool { _, _, total := c.sums(); return total == "0.00" })
	if got := other.find(code); got != "" {
		t.Fatal(got)
	}
	other.refused("return.done", "return.begin", object{"code": code})
	if got := c.alarms(); got != "" {
		t.Errorf("alarms: %s", got)
	}
	// The till that sold is told of it: nothing is left there either.
	eventually(t, "the till that sold knows that all of it has come back", func() bool {
		_, answer, _ := seller.send(uuid(), "return.begin", object{"code": bill})
		if answer["code"] == string(fault.ReturnDone) {
			return true
		}
		seller.send(uuid(), "return.drop", nil)
		return false
	})
	// While it cannot be told it takes the same goods back once more: BAAZ rings.
	seller.do("line.scan", object{"code": "1001"})
	bill = at(seller.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "4200"}}}), "result", "bill").(string)
	seller.get("/api/receipts/"+bill, &sold)
	made, _ = barcode.BillCodeOf(sold, uint64(c.point))
	eventually(t, "the second sale is in BAAZ", func() bool { n, _, _ := c.sums(); return n == 2 })
	if got := other.find(made.String()); got != "" {
		t.Fatal(got)
	}
	c.away.Store(true)
	other.do("return.begin", object{"code": made.String()})
	other.do("pay", object{"reason": "гэмтэлтэй"})
	seller.do("return.begin", object{"code": bill})
	seller.do("pay", object{"reason": "гэмтэлтэй"})
	c.away.Store(false)
	eventually(t, "an alarm", func() bool { return strings.Contains(c.alarms(), "returned too much: bill "+bill) })
}

// TestReturnUnverified: with BAAZ away another till's goods come back by right and within a limit, marked; BAAZ holds them
// against the sale when it hears of them, and counts them when the rest comes back.
func TestReturnUnverified(t *testing.T) {
	c := newCentre(t)
	seller := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	other := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.another("Хоёрдугаар салбар"))
	seller.open()
	other.open()
	seller.do("line.scan", object{"code": "1001", "quantity": "3"}) // 4200 each
	bill := at(seller.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "12600"}}}), "result", "bill").(string)
	var sold event.SaleCompleted
	seller.get("/api/receipts/"+bill, &sold)
	made, _ := barcode.BillCodeOf(sold, uint64(c.point))
	code := made.String()
	eventually(t, "the sale is in BAAZ", func() bool { n, _, _ := c.sums(); return n == 1 })

	begin := object{"code": code, "unverified": true}
	other.refused("return.unverified", "return.begin", begin) // the setting is off
	other.do("setting.set", object{"path": "return_unverified", "value": 9000})
	other.refused("return.elsewhere", "return.begin", begin) // nobody has asked BAAZ
	c.away.Store(true)
	if got := other.find(code); got != string(fault.UplinkUnreachable) {
		t.Fatalf("with BAAZ away: %q", got)
	}
	other.do("return.begin", begin)
	a := other.do("return.scan", object{"code": "1001", "quantity": "3"})
	if r := at(a, "state", "basket", "return"); at(r.(object), "unverified") != true || at(r.(object), "bill") != bill || at(r.(object), "right") != "return.unverified" {
		t.Errorf("%v", r)
	}
	other.refused("return.limit", "pay", object{"reason": "гэмтэлтэй"})
	other.do("return.set", object{"lines": []object{{"line": 1, "quantity": "2"}}})
	back := at(other.do("pay", object{"reason": "гэмтэлтэй"}), "result", "bill").(string)
	var f event.SaleReturned
	other.get("/api/returns/"+back, &f)
	if !f.Unverified || f.Of == nil || f.Of.Point != uint64(c.point) || string(f.Of.Bill) != bill || f.Total != -840000 {
		t.Errorf("%+v", f)
	}
	other.do("return.begin", begin) // the limit is the receipt's, over any number of returns
	other.do("return.scan", object{"code": "1001"})
	other.refused("return.limit", "pay", object{"reason": "гэмтэлтэй"})
	other.do("return.drop", nil)
	c.away.Store(false)
	eventually(t, "the return is in BAAZ", func() bool { _, _, total := c.sums(); return total == "4200.00" })
	if got := c.alarms(); got != "" {
		t.Errorf("alarms: %s", got)
	}
	if got := other.find(code); got != "" {
		t.Fatal(got)
	}
	a = other.do("return.begin", object{"code": code})
	if at(a, "state", "basket", "due") != "-4200.00" {
		t.Errorf("what is left after an unverified return: %v", at(a, "state", "basket"))
	}
	other.do("pay", object{"reason": "гэмтэлтэй"})
	eventually(t, "all of it is in BAAZ", func() bool { _, _, total := c.sums(); return total == "0.00" })

	// What was not sold on that receipt rings, once BAAZ hears of it.
	c.away.Store(true)
	if got := other.find(code); got != string(fault.UplinkUnreachable) {
		t.Fatalf("with BAAZ away: %q", got)
	}
	other.do("setting.set", object{"path": "return_unverified", "value": 100000})
	other.do("return.begin", begin)
	other.do("return.scan", object{"code": "1004"})
	other.do("pay", object{"reason": "гэмтэлтэй"})
	c.away.Store(false)
	eventually(t, "an alarm", func() bool { return strings.Contains(c.alarms(), "unverified return") })
}

// TestForeignOwn: what came back at this till counts although BAAZ has not heard of it, and once when it has.
func TestForeignOwn(t *testing.T) {
	sold := event.SaleCompleted{Bill: "2026-11-23-1-0001", Day: "2026-11-23", Shift: 1, Number: 1, Lines: []event.Line{{No: 1, Good: "1", Quantity: 3000}}}
	code, ok := barcode.BillCodeOf(sold, 7)
	if !ok {
		t.Fatal("no code")
	}
	back := event.SaleReturned{Bill: "2026-11-23-1-0009", Of: &event.Origin{Point: 7, Bill: sold.Bill}, Lines: []event.Line{{No: 1, Good: "1", Quantity: -2000}}}
	sale, _ := json.Marshal(sold)
	told, _ := json.Marshal(back)
	for _, returns := range [][][]byte{nil, {told}} {
		r, err := readForeign(code, wire.ReturnSale{Point: 7, Sale: sale, Returns: returns}, []event.SaleReturned{back})
		if err != nil || r.Left(sold.Lines[0]) != 1000 {
			t.Errorf("BAAZ knows %d returns: %s left, %v; want 1", len(returns), r.Left(sold.Lines[0]), err)
		}
	}
}
