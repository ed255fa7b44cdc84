package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

func layers(texts ...string) []Layer {
	names := []string{"company", "group", "sales point", "box"}
	var all []Layer
	for i, t := range texts {
		all = append(all, Layer{Name: names[i], JSON: []byte(t)})
	}
	return all
}

func mustLoad(t *testing.T, texts ...string) (Settings, Origins) {
	t.Helper()
	s, o, err := Load(layers(texts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return s, o
}

func TestDefaultsAreValid(t *testing.T) {
	if err := Defaults().Validate(); err != nil {
		t.Fatal(err)
	}
	s, o := mustLoad(t, "", "{}", " \n", "\ufeff{}")
	if !reflect.DeepEqual(s, Defaults()) {
		t.Errorf("%+v", s)
	}
	for path, layer := range o {
		if layer != Image {
			t.Errorf("%s comes from %s", path, layer)
		}
	}
	for _, path := range []string{"lang", "shop.name", "payer.vat", "rates", "printer.columns", "roles.seller.max_discount", "sellers"} {
		if o[path] != Image {
			t.Errorf("%s has the origin %q", path, o[path])
		}
	}
	if seller := s.Roles["seller"]; seller.MaxDiscount.String() != "20.00" {
		t.Errorf("%+v", seller)
	}
}

func TestLayering(t *testing.T) {
	cases := []struct {
		name   string
		layers []string
		got    func(Settings) any
		want   any
		path   string
		origin string
	}{
		{"a text replaces", []string{`{"lang":"en"}`, `{"lang":"mn"}`}, func(s Settings) any { return s.Lang }, "mn", "lang", "group"},
		{"what a layer leaves out stays", []string{`{"lang":"en"}`, `{"zone":"UTC"}`}, func(s Settings) any { return s.Lang }, "en", "lang", "company"},
		{"objects merge", []string{`{"shop":{"name":"A","tin":"12345678"}}`, ``, `{"shop":{"name":"B"}}`},
			func(s Settings) any { return s.Shop.Name + s.Shop.TIN }, "B12345678", "shop.tin", "company"},
		{"false is a value", []string{`{"drawer_on_cash":false}`, `{}`}, func(s Settings) any { return s.DrawerOnCash }, false, "drawer_on_cash", "company"},
		{"lists replace", []string{`{"notes":[1,2,3]}`, `{"notes":[500]}`}, func(s Settings) any { return s.Notes }, []int{500}, "notes", "group"},
		{"an empty list is a value", []string{`{"shop":{"footer":["a"]}}`, `{"shop":{"footer":[]}}`},
			func(s Settings) any { return len(s.Shop.Footer) }, 0, "shop.footer", "group"},
		{"rows of a list take nothing from below", []string{`{"rates":[{"from":"2024-01-01","vat":"12","city_tax":"3"}]}`, `{"rates":[{"from":"2025-01-01","vat":"11"}]}`},
			func(s Settings) any { return s.Rates[0].City }, money.Percent(0), "rates", "group"},
		{"one field of a default role", []string{`{"roles":{"seller":{"max_discount":"5"}}}`},
			func(s Settings) any {
				return []any{len(s.Roles), len(s.Roles["seller"].Rights) > 3, s.Roles["seller"].MaxDiscount}
			},
			[]any{3, true, money.Percent(500)}, "roles.seller.max_discount", "company"},
		{"its other field keeps its origin", []string{`{"roles":{"seller":{"max_discount":"5"}}}`},
			func(s Settings) any { return nil }, nil, "roles.seller.rights", Image},
		{"a new role", []string{`{"roles":{"trainee":{"rights":["sell"]}}}`},
			func(s Settings) any { return s.Roles["trainee"] }, till.Role{Rights: []till.Right{"sell"}}, "roles.trainee.max_discount", "company"},
		{"null takes a new role back", []string{`{"roles":{"trainee":{"rights":["sell"]}}}`, `{"roles":{"trainee":null}}`},
			func(s Settings) any { return len(s.Roles) }, 3, "roles.trainee.rights", ""},
		{"null gives the image's role back", []string{`{"roles":{"seller":{"max_discount":"5"}}}`, `{"roles":{"seller":null}}`},
			func(s Settings) any { return s.Roles["seller"].MaxDiscount }, money.Percent(2000), "roles.seller.max_discount", Image},
		{"null gives a text back", []string{`{"lang":"en"}`, `{"lang":null}`}, func(s Settings) any { return s.Lang }, "mn", "lang", Image},
		{"null gives an object back", []string{`{"printer":{"columns":32,"drawer_pin":1}}`, `{"printer":null}`, `{"printer":{"drawer_pin":1}}`},
			func(s Settings) any { return s.Printer }, Printer{Columns: 48, DrawerPin: 1, CashSlip: true}, "printer.columns", Image},
		{"null gives a list back", []string{`{"notes":[1]}`, `{"notes":null}`}, func(s Settings) any { return s.Notes }, []int{1000, 5000, 10000, 20000}, "notes", Image},
		{"keys are matched exactly", []string{`{"LANG":"en"}`}, func(s Settings) any { return s.Lang }, "mn", "lang", Image},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, o := mustLoad(t, c.layers...)
			if got := c.got(s); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if o[c.path] != c.origin {
				t.Errorf("origin of %s: %q, want %q", c.path, o[c.path], c.origin)
			}
		})
	}
	if !reflect.DeepEqual(Defaults().Roles["seller"], till.DefaultRoles()["seller"]) {
		t.Error("loading changed the defaults")
	}
}

// A right of a newer BAAZ grants nothing, is told, and stops no till.
func TestUnknownRightsAreKept(t *testing.T) {
	s, _, err := Load(Layer{"company", []byte(`{"roles":{"seller":{"rights":["sell","refund.any"]},"a b":{"rights":["later"]}}}`)}, Layer{"box", []byte(`{"roles":{"a b":{"rights":["sooner"]}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	want := []Unknown{{`roles["a b"].rights[0]`, "box", []byte(`"sooner"`)}, {"roles.seller.rights[1]", "company", []byte(`"refund.any"`)}}
	slices.SortFunc(want, func(a, b Unknown) int { return strings.Compare(a.Path, b.Path) })
	if !reflect.DeepEqual(s.Unknown, want) {
		t.Errorf("%q", s.Unknown)
	}
	seller := s.Roles["seller"]
	if got := seller.Effective(); !slices.Equal(got, []till.Right{till.RightSell}) || len(seller.Rights) != 2 {
		t.Errorf("%q of %q", got, seller.Rights)
	}
}

func TestUnknownKeysAreKept(t *testing.T) {
	s, o := mustLoad(t,
		`{"future":{"b": 1, "a":[ 2]},"shop":{"web":"x"},"gone":1}`,
		`{"shop":{"web":"y"},"notes":[1],"rates":[{"from":"2024-01-01","vat":"10","note":"n"}],"gone":null,"a.b":0}`)
	want := []Unknown{
		{`["a.b"]`, "group", json.RawMessage("0")},
		{"future", "company", json.RawMessage(`{"b": 1, "a":[ 2]}`)},
		{"rates[0].note", "group", json.RawMessage(`"n"`)},
		{"shop.web", "group", json.RawMessage(`"y"`)},
	}
	if !reflect.DeepEqual(s.Unknown, want) {
		t.Errorf("%q", s.Unknown)
	}
	if _, ok := o["shop.web"]; ok {
		t.Error("an unknown key has an origin")
	}
	s, _ = mustLoad(t, `{"rates":[{"from":"2024-01-01","vat":"10","note":"n"}]}`, `{"rates":[{"from":"2024-01-01","vat":"10"}]}`)
	if len(s.Unknown) != 0 {
		t.Errorf("the row is gone, its key is not: %q", s.Unknown)
	}
}

func TestBadValues(t *testing.T) {
	cases := []struct{ layer, path, detail string }{
		{`{"lang":"de"}`, "lang", `"de" is neither mn nor en (set by box)`},
		{`{"lang":7}`, "lang", "must be a text, not 7 (set by box)"},
		{`{"zone":"Asia/Nowhere"}`, "zone", "is not a time zone"},
		{`{"zone":""}`, "zone", "is not a time zone"},
		{`{"zone":"Local"}`, "zone", "is not a time zone"},
		{`{"shop":[]}`, "shop", "must be an object, not []"},
		{`{"shop":{"tin":"12a"}}`, "shop.tin", "is not a taxpayer number"},
		{`{"shop":{"name":"a\u0007"}}`, "shop.name", "printable"},
		{`{"shop":{"footer":["ok","a\tb"]}}`, "shop.footer[1]", "printable"},
		{`{"shop":{"footer":["ok",null]}}`, "shop.footer[1]", "must be a text, not null"},
		{`{"shop":{"header":"one"}}`, "shop.header", `must be a list, not "one"`},
		{`{"payer":{"vat":"yes"}}`, "payer.vat", `must be true or false, not "yes"`},
		{`{"rates":[]}`, "rates", "at least one row"},
		{`{"rates":[{"from":"2024-13-01","vat":"10"}]}`, "rates", "row 1"},
		{`{"rates":[{"from":"2024-01-01","vat":10}]}`, "rates[0].vat", "must be a percentage in quotation marks"},
		{`{"rates":[{"from":"2024-01-01","vat":"101"}]}`, "rates", "between 0 and 100"},
		{`{"barcode_rules":[{"prefix":"21","item_digits":5,"value_digits":5,"kind":"weight","decimals":3},{"prefix":"x","item_digits":5,"value_digits":5,"kind":"weight"}]}`,
			"barcode_rules[1]", "prefix"},
		{`{"barcode_rules":[{"prefix":"21","item_digits":5.5}]}`, "barcode_rules[0].item_digits", "must be a whole number, not 5.5"},
		{`{"printer":{"columns":40}}`, "printer.columns", "40 is neither 48 nor 32"},
		{`{"printer":{"columns":99999999999999999999}}`, "printer.columns", "must be a whole number"},
		{`{"printer":{"drawer_pin":2}}`, "printer.drawer_pin", "2 is neither 0 nor 1"},
		{`{"printer":{"address":"192.168.1.5:9100"}}`, "printer.address", "is not tcp://host:port"},
		{`{"printer":{"address":"tcp://:9100"}}`, "printer.address", "is not tcp://host:port"},
		{`{"printer":{"address":"tcp://a:0"}}`, "printer.address", "is not tcp://host:port"},
		{`{"printer":{"address":"tcp://a:70000"}}`, "printer.address", "is not tcp://host:port"},
		{`{"printer":{"address":"file:"}}`, "printer.address", "is not tcp://host:port"},
		{`{"roles":{"seller":{"max_discount":"100.01"}}}`, "roles.seller.max_discount", "100.01 is not between 0 and 100 (set by box)"},
		{`{"roles":{"seller":{"max_discount":"-1"}}}`, "roles.seller.max_discount", "is not between"},
		{`{"roles":{"seller":{"rights":["sell",7]}}}`, "roles.seller.rights[1]", "must be a text"},
		{`{"lock_after":-1}`, "lock_after", "-1 is not between 0 and 1440"},
		{`{"lock_after":1441}`, "lock_after", "1441 is not between 0 and 1440"},
		{`{"lock_after":"5"}`, "lock_after", "must be a whole number"},
		{`{"round_to":7}`, "round_to", "7 is none of 0, 1, 5, 10, 50, 100 (set by box)"},
		{`{"round_to":-10}`, "round_to", "-10 is none of"},
		{`{"round_to":"10"}`, "round_to", "must be a whole number"},
		{`{"blind_count":1}`, "blind_count", "must be true or false"},
		{`{"roles":{"owner":{"rights":["sell"]}}}`, "roles", `at least one role`},
		{`{"roles":{"a.b ":{"rights":[]}}}`, `roles["a.b "]`, "a role's name"},
		{`{"notes":[]}`, "notes", "1 to 24 notes"},
		{`{"notes":[1000,0]}`, "notes[1]", "0 is not between"},
		{`{"count_notes":[5,5]}`, "count_notes[1]", "5 stands twice"},
		{`{"notes":[null]}`, "notes[0]", "must be a whole number, not null"},
		{`{"sellers":[{"code":"1","name":"Болд","role":"king"}]}`, "sellers[0].role", `there is no role "king"`},
		{`{"sellers":[{"code":"1","name":"Болд","role":"seller"},{"code":"1","name":"Дорж","role":"seller"}]}`, "sellers[1].code", "1 stands twice"},
		{`{"sellers":[{"code":"1","name":"Болд","role":"seller","password_hash":"1234"}]}`, "sellers[0].password_hash", "not an argon2id hash"},
		{`{"shop":{"name":"a","name":"b"}}`, "shop.name", "stands twice"},
		{`{"lang":"mn",` + "\n" + `"zone"}`, "box", "line 2 is not JSON"},
		{`{"lang":"mn"} {}`, "box", "not JSON"},
		{`[1]`, "box", "must be an object, not [1]"},
		{`null`, "box", "must be an object, not null"},
		{"{\"lang\":\"\xff\"}", "box", "it is not UTF-8"},
		{`{"x":"` + strings.Repeat("a", maxLayer) + `"}`, "box", "it is longer than"},
	}
	for _, c := range cases {
		s, o, err := Load(layers(`{"lang":"en"}`, ``, ``, c.layer)...)
		f := fault.Of(err)
		if err == nil || f.Code != fault.ConfigBad || f.Args["path"] != c.path || !strings.Contains(f.Args["detail"], c.detail) {
			t.Errorf("%.80s: got %v, want %s: %s", c.layer, err, c.path, c.detail)
		}
		if !reflect.DeepEqual(s, Settings{}) || o != nil {
			t.Errorf("%.80s: settings come with the error", c.layer)
		}
	}
}

func TestGoodValues(t *testing.T) {
	for _, layer := range []string{
		`{"printer":{"address":"tcp://192.168.1.5:9100"}}`, `{"printer":{"address":"tcp://printer"}}`,
		`{"printer":{"address":"tcp://[fe80::1]:9100"}}`, `{"printer":{"address":"file:/dev/usb/lp0"}}`,
		`{"printer":{"address":""}}`, `{"zone":"UTC"}`, `{"barcode_rules":[]}`, `{"shop":{"footer":["","  зүүн талд"]}}`,
		`{"sellers":[{"code":"1","name":"Болд","role":"owner"}]}`,
	} {
		if _, _, err := Load(layers(layer)...); err != nil {
			t.Errorf("%s: %v", layer, err)
		}
	}
}

// What Load returns can be a layer itself, and says the same.
func TestSettingsAreALayer(t *testing.T) {
	s, _ := mustLoad(t, `{"shop":{"name":"Номин","footer":["Баярлалаа"]},"roles":{"x":{"rights":["sell"],"max_discount":"1.5"}},"sellers":[{"code":"1","name":"Болд","role":"x"}]}`)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := mustLoad(t, string(text))
	if second, err := json.Marshal(again); err != nil || !bytes.Equal(text, second) {
		t.Errorf("%s\n%s\n%v", text, second, err)
	}
}

func TestSchema(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Schema(), Schema()) {
		t.Error("the schema differs from time to time")
	}
	described := 0
	var walk func(path string, s map[string]any)
	walk = func(path string, s map[string]any) {
		described++
		if s["description"] == nil || s["type"] == nil {
			t.Errorf("%q: %v", path, s)
		}
		for key, p := range sub(s, "properties") {
			walk(below(path, key), p.(map[string]any))
		}
		if items := sub(s, "items"); items != nil {
			walk(path+"[]", items)
		}
		if rest := sub(s, "additionalProperties"); rest != nil {
			walk(path+".*", rest)
		}
	}
	walk("", schema)
	if described != len(about) {
		t.Errorf("%d settings, %d descriptions", described, len(about))
	}
	if got := sub(sub(sub(sub(schema, "properties"), "printer"), "properties"), "columns")["default"]; got != 48.0 {
		t.Errorf("default of printer.columns: %v", got)
	}
}

func sub(s map[string]any, key string) map[string]any {
	m, _ := s[key].(map[string]any)
	return m
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"lang":"en","shop":{"footer":["a"]}}`), []byte(`{"shop":null,"roles":{"seller":null,"x":{"rights":["*"]}}}`))
	f.Add([]byte(`{"rates":[{"from":"2024-01-01","vat":"10","x":{}}]}`), []byte(`{"rates":null}`))
	f.Add([]byte(`{"a":{"b":[{}]}}`), []byte(`{"a":null,"roles":null,"notes":[1e3]}`))
	f.Add([]byte(`{"":1,"roles":{"":{}}}`), []byte(`{"sellers":[null,{"code":1}]}`))
	f.Fuzz(func(t *testing.T, company, box []byte) {
		s, o, err := Load(Layer{"company", company}, Layer{"box", box})
		if err != nil {
			if fault.CodeOf(err) != fault.ConfigBad || fault.Of(err).Args["path"] == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		for path, layer := range o {
			if layer != Image && layer != "company" && layer != "box" {
				t.Fatalf("%s comes from %q", path, layer)
			}
		}
		for _, u := range s.Unknown {
			if !json.Valid(u.Value) || !bytes.Contains(company, u.Value) && !bytes.Contains(box, u.Value) {
				t.Fatalf("%s is not as it was: %s", u.Path, u.Value)
			}
		}
		if _, _, err := Load(Layer{"company", company}, Layer{"box", box}, Layer{"again", box}); err != nil {
			t.Fatalf("a layer may be said twice: %v", err)
		}
	})
}

// TestNetwork: each part by itself while the network is asked for an address, all together once they are used.
func TestNetwork(t *testing.T) {
	for _, good := range []string{`{"mode":"dhcp"}`, `{"address":"10.0.0.9/8","gateway":"192.168.1.1"}`, `{"gateway":"10.0.0.1"}`,
		`{"mode":"static","address":"10.0.0.9/8","gateway":"10.0.0.1","dns":["10.0.0.1"]}`, `{"mode":"static","address":"10.0.0.9/8"}`} {
		if _, _, err := Load(layers(`{"network":` + good + `}`)...); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, path := range map[string]string{
		`{"mode":"wifi"}`: "network.mode", `{"address":"10.0.0.9"}`: "network.address", `{"gateway":"router"}`: "network.gateway",
		`{"dns":["x"]}`: "network.dns", `{"mode":"static"}`: "network.address",
		`{"mode":"static","address":"10.0.0.9/8","gateway":"192.168.1.1"}`: "network.gateway",
	} {
		_, _, err := Load(layers(`{"network":` + bad + `}`)...)
		if f := fault.Of(err); f.Args["path"] != path {
			t.Errorf("%s: %v, want %s", bad, err, path)
		}
	}
}
