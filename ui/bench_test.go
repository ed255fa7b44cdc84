package ui_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/tax"
)

// BenchmarkCommandScan posts a scan to a basket of 50 lines, with one event stream open, as in a shop. The disk's flush
// is part of it.
func BenchmarkCommandScan(b *testing.B) {
	r := newRig(b)
	for i := range 50 {
		code := catalog.Code(fmt.Sprint(1000 + i))
		r.shelf.goods[code] = catalog.Good{Code: code, Name: fmt.Sprintf("Бараа %d", i), Unit: "ш", Active: true, TaxIncluded: true,
			Prices: []catalog.Price{{Amount: 100_00}}, Tax: tax.VATAble}
	}
	r.opened()
	for i := range 50 {
		r.do("line.scan", fields{"code": fmt.Sprint(1000 + i)})
	}
	events := r.openStream("")
	go func() {
		for range events.events {
		}
	}()
	b.ReportAllocs()
	for b.Loop() {
		if a := r.post(command("line.scan", fields{"code": "1049"})); a.StatusCode != http.StatusOK {
			b.Fatalf("%s %s", a.Status, a.body)
		}
	}
}

// BenchmarkSocketRefused has a socket refuse a scan beside a basket of 50 lines: an answer that changes nothing.
func BenchmarkSocketRefused(b *testing.B) {
	r := newRig(b).opened()
	for i := range 50 {
		r.do("line.scan", fields{"code": "1"})
		r.do("line.discount", fields{"percent": fmt.Sprint(i + 1)})
	}
	s := r.openSocket("")
	s.message(b)
	b.ReportAllocs()
	for b.Loop() {
		if a := s.do(b, "line.scan", fields{"code": "999"}); a.Status != http.StatusUnprocessableEntity {
			b.Fatal(a)
		}
	}
}

// BenchmarkState works out and writes the state of a basket of 50 lines, without a network.
func BenchmarkState(b *testing.B) {
	r := newRig(b)
	r.opened()
	for i := range 50 {
		r.do("line.scan", fields{"code": "1"})
		r.do("line.discount", fields{"percent": fmt.Sprint(i + 1)})
	}
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		q := httptest.NewRequest("GET", "http://localhost/api/state", nil)
		q.Header.Set("Authorization", "Bearer "+token)
		r.ui.ServeHTTP(w, q)
		if w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
