package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/web/browser"
)

// ebarimtPage: what the tax office's service refused is sent again by one key, and what nobody knows the end of is decided, by
// keys and by touch; then nothing is left.
func ebarimtPage(t *testing.T, br *browser.Browser) {
	o := openOffice(t, service.Options{})
	b, s := opened(t, br, "-posapi", o.URL, "-config", hurried(t, ""))
	sell := func(kind service.Kind) string {
		t.Helper()
		must(t, o.Fault(kind, service.Before, 1))
		b.do("line.scan", object{"code": "1001"})
		return at(b.do("pay", object{"tenders": []object{{"kind": "card", "amount": "4200"}}}), "result", "bill").(string)
	}
	sell(service.Error200)
	s.Press("Home")
	s.Tap("menu-ebarimt")
	s.Stage("ebarimt")
	s.Count("ebarimt", 1)
	s.Says("ebarimt-said", "«дотоодалдаа»")
	s.Press("Enter") // once more
	s.Count("ebarimt", 0)
	eventually(t, "issued", func() bool { return len(o.Receipts()) == 1 })

	sell(service.Drop)
	s.Count("ebarimt", 1)
	s.Shown("ebarimt-evidence")
	s.Press("2") // it was not issued: it is asked for anew
	s.Count("ebarimt", 0)
	eventually(t, "issued", func() bool { return len(o.Receipts()) == 2 })

	bill := sell(service.Error200)
	s.Count("ebarimt", 1)
	s.Tap("ebarimt-drop")
	s.Shown("reason")
	s.Write("давхар")
	s.Press("Enter")
	s.Count("ebarimt", 0)
	if f := s.facts(b, "fiscal.outcome"); f[len(f)-1]["result"] != "dropped" || f[len(f)-1]["bill"] != bill || f[len(f)-1]["reason"] != "давхар" {
		t.Errorf("%v", f[len(f)-1])
	}
}

// strangers: a business whose number the tax office does not know, which nobody could tell at the sale, is given its right number on
// the screen; another one becomes a person.
func strangers(t *testing.T, br *browser.Browser) {
	o := openOffice(t, service.Options{})
	office, err := url.Parse(o.URL)
	must(t, err)
	var there atomic.Bool // the register of taxpayers answers
	pass := httputil.NewSingleHostReverseProxy(office)
	lookup := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !there.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(lookup.Close)
	b, s := opened(t, br, "-posapi", o.URL, "-lookup", lookup.URL, "-config", hurried(t, ""))
	for range 2 {
		b.do("line.scan", object{"code": "1001"})
		basket := at(b.state(), "basket", "id").(string)
		b.do("basket.register", object{"basket": basket, "register": "9999999"})
		b.do("pay", object{"tenders": []object{{"kind": "card", "amount": "4200"}}})
	}
	eventually(t, "both wait", func() bool { return at(b.state(), "fiscal", "waits") == 2.0 })
	there.Store(true)
	s.Press("Home")
	s.Tap("menu-ebarimt")
	s.Stage("ebarimt")
	s.Press("F7") // at once
	s.Count("ebarimt", 2)
	s.Shown("ebarimt-unknown")
	s.Press("Enter")
	s.Shown("ebarimt-register")
	s.Write("9999998") // in place of what stands there; nobody's, either
	s.Press("Enter")
	s.Shown("error-banner")
	s.Shown("ebarimt-register")
	s.Write("5317878")
	s.Press("Enter")
	s.Count("ebarimt", 1)
	s.Tap("ebarimt-person")
	s.Shown("prompt-yes")
	s.Press("Enter")
	s.Count("ebarimt", 0)
	kinds := map[string]int{}
	eventually(t, "both are issued", func() bool {
		clear(kinds)
		for _, f := range s.facts(b, "fiscal.outcome") {
			if kind, ok := f["type"].(string); ok {
				kinds[kind]++
			}
		}
		return kinds["B2B_RECEIPT"]+kinds["B2C_RECEIPT"] >= 2
	})
	if n := len(o.Receipts()); n != 2 || kinds["B2B_RECEIPT"] != 1 {
		t.Errorf("%d issued: %v, want one to a business and one to a person", n, kinds)
	}
}
