package fiscal_test

import (
	"testing"
	"unicode/utf8"

	"posbox/pos/fiscal"
)

func TestJudgeTIN(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		tin    string
		found  fiscal.Found
	}{
		{200, `{"msg":"ok","status":200,"data":"37900846788"}`, "37900846788", fiscal.FoundKnown},
		{200, `{"msg":"ok","status":200,"data":37900846788}`, "37900846788", fiscal.FoundKnown},
		{200, `{"msg":"no","status":500,"data":null}`, "", fiscal.FoundUnknown},
		{200, `{"msg":"no","status":500}`, "", fiscal.FoundUnknown},
		{404, `{"msg":"no","status":404,"data":null}`, "", fiscal.FoundUnknown},
		{404, `<html>`, "", fiscal.FoundAway},
		{200, `{"msg":"ok","status":200,"data":"3790084678"}`, "", fiscal.FoundAway},
		{200, `{"msg":"ok","status":200,"data":{"tin":"37900846788"}}`, "", fiscal.FoundAway},
		{200, `{}`, "", fiscal.FoundAway},
		{200, `<html>`, "", fiscal.FoundAway},
		{502, `{"msg":"ok","status":200,"data":"37900846788"}`, "", fiscal.FoundAway},
		{0, ``, "", fiscal.FoundAway},
	} {
		if tin, f := fiscal.JudgeTIN(c.status, []byte(c.body)); tin != c.tin || f != c.found {
			t.Errorf("%d %s: %q, %s", c.status, c.body, tin, f)
		}
	}
}

func TestJudgeTaxpayer(t *testing.T) {
	for _, c := range []struct {
		body  string
		name  string
		free  bool
		found fiscal.Found
	}{
		{`{"status":200,"data":{"name":" Өргөө \n ХХК ","freeProject":true,"vatPayer":true,"found":true}}`, "Өргөө ХХК", true, fiscal.FoundKnown},
		{`{"status":200,"data":{"name":"А","found":false}}`, "", false, fiscal.FoundUnknown},
		{`{"status":500,"data":null}`, "", false, fiscal.FoundUnknown},
		{`{"status":200,"data":"37900846788"}`, "", false, fiscal.FoundAway},
	} {
		if p, f := fiscal.JudgeTaxpayer(200, []byte(c.body)); p.Name != c.name || p.Free != c.free || f != c.found {
			t.Errorf("%s: %+v, %s", c.body, p, f)
		}
	}
}

// FuzzJudgeTaxpayer: whatever a register answers, a taxpayer number is one, and a name can be printed.
func FuzzJudgeTaxpayer(f *testing.F) {
	f.Add(200, []byte(`{"status":200,"data":"37900846788"}`))
	f.Add(200, []byte(`{"status":200,"data":{"name":"А","vatPayer":true}}`))
	f.Add(404, []byte(`{}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		tin, found := fiscal.JudgeTIN(status, body)
		if (found == fiscal.FoundKnown) != (tin != "") || tin != "" && (len(tin) < 11 || len(tin) > 14) {
			t.Errorf("%q is %s", tin, found)
		}
		p, found := fiscal.JudgeTaxpayer(status, body)
		if !utf8.ValidString(p.Name) || utf8.RuneCountInString(p.Name) > 201 || found != fiscal.FoundKnown && p.Name != "" {
			t.Errorf("%q is %s", p.Name, found)
		}
	})
}
