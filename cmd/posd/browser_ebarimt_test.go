package main

import (
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
