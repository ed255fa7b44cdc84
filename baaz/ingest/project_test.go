package ingest

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
)

// Whatever a body says, it is either counted within bounds or told as a problem.
func FuzzCount(f *testing.F) {
	f.Add("sale.completed", []byte(`{"day":"2026-11-23","total":"5.00","lines":[{"good":"1","quantity":"1","total":"5.00"}],"tenders":[{"kind":"cash","amount":"5.00"}]}`))
	f.Add("sale.completed", []byte(`{"day":"2026-02-30"}`))
	f.Add("sale.returned", []byte(`{"day":"2026-11-23","total":"-5.00","lines":[{"good":"1","quantity":"-1","total":"-5.00"}],"tenders":[{"kind":"cash","amount":"-5.00"}]}`))
	f.Add("shift.closed", []byte(`{"report":{"shift":7,"counted":"5.00"}}`))
	f.Add("line.removed", []byte(`{"by":"1","line":{"name":"a"},"amount":"5.00"}`))
	f.Add("shift.opened", []byte(`{"shift":7}`))
	f.Add("fiscal.asked", []byte(`{"bill":"2026-11-23-1-0001","job":"issue","body":{"receipts":[{"taxType":"VAT_ABLE","totalAmount":5,"totalVAT":0.45}]}}`))
	f.Add("fiscal.outcome", []byte(`{"bill":"2026-11-23-1-0001","asked":7,"result":"issued","id":"1","date":"2026-11-23 10:00:00","before":-1}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		list := count([]journal.Record{{Kind: kind, Body: body}})
		for k, v := range sums(1, false, list).Goods {
			if !storable(string(k.Good)) || len(v.Name) > maxName || !utf8.ValidString(v.Name) || strings.ContainsRune(v.Name, 0) {
				t.Errorf("good %q, name %q", k.Good, v.Name)
			}
		}
		if a := list[0].asked; a != nil && (!storable(string(a.Bill)) || len(a.Parts) > maxParts || a.Day() == "") {
			t.Errorf("%+v", a)
		}
		if o := list[0].outcome; o != nil && (!storable(string(o.Bill)) || len(o.Message) > maxMessage || len(o.ID) > maxName) {
			t.Errorf("%+v", o)
		}
		if x := list[0]; x.wrong != nil && (x.sale != nil || x.opened != nil || x.closed != nil || x.incident != nil || x.asked != nil || x.outcome != nil) || x.opened != nil && x.opened.Shift > maxShift {
			t.Errorf("%+v", x)
		}
	})
}

func TestReadable(t *testing.T) {
	for in, want := range map[string]string{"Талх": "Талх", "a\x00b": "a\uFFFDb", "a\xffb": "a\uFFFDb"} {
		if got := readable(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
	long := readable(strings.Repeat("Ө", 500))
	if len(long) > maxName || !utf8.ValidString(long) {
		t.Errorf("a long name became %d bytes", len(long))
	}
}

// Many lines of one good, and many sales of one day, are one row each.
func TestSums(t *testing.T) {
	body := []byte(`{"day":"2026-11-23","gross":"7.00","total":"6.00","discount":"1.00","vat":"0.50","city_tax":"0.10",
		"lines":[{"good":"1","name":"a","quantity":"1","rounding":"0.53","total":"2.00"},{"good":"1","name":"b","quantity":"1.5","rounding":"0.07","total":"4.00"}],
		"tenders":[{"kind":"cash","amount":"1.00"},{"kind":"cash","amount":"5.00"}]}`)
	r := journal.Record{Kind: "sale.completed", Body: body}
	got := sums(3, true, count([]journal.Record{r, r, {Kind: "sale.completed", Body: []byte("{")}}))
	k := store.DayKey{Point: 3, Day: "2026-11-23"}
	if d := got.Days[k]; d != (store.DaySums{Sales: 2, Late: 2, Gross: 1400, Discount: 200, Rounding: 120, Total: 1200, VAT: 100, City: 20}) {
		t.Errorf("day: %+v", d)
	}
	if g := got.Goods[store.GoodKey{DayKey: k, Good: "1"}]; g != (store.GoodSums{Name: "b", Lines: 4, Quantity: 5000, Total: 1200}) {
		t.Errorf("good: %+v", g)
	}
	if v := got.Tenders[store.TenderKey{DayKey: k, Tender: "cash"}]; v != (store.TenderSums{Times: 4, Amount: 1200}) {
		t.Errorf("cash: %+v", v)
	}
}

// What is counted bears the facts' own names.
func TestSold(t *testing.T) {
	sale, back := reflect.TypeFor[event.SaleCompleted](), reflect.TypeFor[event.SaleReturned]()
	for _, p := range []struct{ part, of reflect.Type }{
		{reflect.TypeFor[sold](), sale}, {reflect.TypeFor[sold](), back}, {reflect.TypeFor[soldTo](), reflect.TypeFor[event.Buyer]()},
		{reflect.TypeFor[soldLine](), reflect.TypeFor[event.Line]()}, {reflect.TypeFor[soldFor](), reflect.TypeFor[event.Tender]()},
	} {
		for _, f := range reflect.VisibleFields(p.part) {
			of, ok := p.of.FieldByName(f.Name)
			tag, _, _ := strings.Cut(of.Tag.Get("json"), ",")
			if !ok && f.Name == "Of" && p.of == sale {
				continue
			}
			if !ok || tag != f.Tag.Get("json") || of.Type != f.Type && f.Name != "Buyer" && f.Name != "Lines" && f.Name != "Tenders" {
				t.Errorf("%s of %s: there it is %s %s %q", f.Name, p.part, of.Name, of.Type, tag)
			}
		}
	}
}
