package barcode

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"posbox/pos/fault"
)

// Vectors from the trade, each under the layout of the shop that reported it.
func TestMatchVectors(t *testing.T) {
	weight21 := Rule{Prefix: "21", ItemDigits: 5, ValueDigits: 5, Kind: Weight, Decimals: 3}
	price02 := Rule{Prefix: "02", ItemDigits: 5, ValueDigits: 5, Kind: Price, Decimals: 2}
	price24 := Rule{Prefix: "24", ItemDigits: 5, ValueDigits: 5, Kind: Price, Decimals: 2}
	weight622 := Rule{Prefix: "622", ItemDigits: 4, ValueDigits: 5, Kind: Weight, Decimals: 3}
	for _, c := range []struct {
		name, raw string
		rule      Rule
		item      string
		base      string
		value     int64
	}{
		{"odoo#12205, the item", "2100001000004", weight21, "00001", "2100001000004", 0},
		{"odoo#12205, 2.750 kg of it", "2100001027506", weight21, "00001", "2100001000004", 2750},
		{"OCA/pos#1146, the item", "0212345000007", price02, "12345", "0212345000007", 0},
		{"the same as UPC-A", "212345000007", price02, "12345", "0212345000007", 0},
		{"the same as GTIN-14", "00212345000007", price02, "12345", "0212345000007", 0},
		{"WooCommerce-POS#65, 25.50", "2400412025505", price24, "00412", "2400412000007", 2550},
		{"POS-Awesome#2366, 0.500 kg", "6220010005008", weight622, "0010", "6220010000003", 500},
	} {
		s, err := Read(c.raw)
		if err != nil || s.Misread {
			t.Errorf("%s: Read(%s) = %+v, %v", c.name, c.raw, s, err)
			continue
		}
		want := InStore{Rule: c.rule, Item: c.item, BaseCode: c.base, Value: c.value}
		got, ok, err := Rules{c.rule}.Match(s)
		if err != nil || !ok || got != want {
			t.Errorf("%s: Match(%s) = %+v, %v, %v; want %+v", c.name, c.raw, got, ok, err, want)
		}
		if c.rule != weight21 {
			continue
		}
		if got, ok, err := DefaultRules().Match(s); err != nil || !ok || got != want {
			t.Errorf("%s: the default rules say %+v, %v, %v; want %+v", c.name, got, ok, err, want)
		}
	}
}

func TestMatchNegativeVector(t *testing.T) {
	s, err := Read("0212345000000") // OSPOS#2417: its check digit is wrong
	if err != nil || !s.Misread {
		t.Fatalf("Read = %+v, %v", s, err)
	}
	if got, ok, err := DefaultRules().Match(s); ok || err != nil {
		t.Errorf("Match = %+v, %v, %v; want no match", got, ok, err)
	}
}

func TestMatchLeavesAlone(t *testing.T) {
	rules := append(DefaultRules(), Rule{Prefix: "0000", ItemDigits: 4, ValueDigits: 4, Kind: Count})
	for _, raw := range []string{
		"4006381333931",                  // no rule
		"20000042",                       // eight digits; padded they would fit the last rule
		"12100001027503",                 // a carton
		"(01)02100001027506",             // an element string
		"]C12100001027506",               // another: serial number 00001027506
		"2100001027505",                  // check digit
		"21000010275",                    // length
		"2000001000005", "2200001000003", // prefixes left to the shop's own numbers
	} {
		s, err := Read(raw)
		if err != nil {
			t.Errorf("Read(%s): %v", raw, err)
			continue
		}
		if got, ok, err := rules.Match(s); ok || err != nil {
			t.Errorf("Match(%s) = %+v, %v, %v; want no match", raw, got, ok, err)
		}
	}
}

func withCheck(t *testing.T, digits string) string {
	t.Helper()
	c, err := CheckDigit(digits)
	if err != nil {
		t.Fatal(err)
	}
	return digits + string(c)
}

func match(t *testing.T, rules Rules, digits string) (InStore, bool, error) {
	t.Helper()
	s, err := Read(withCheck(t, digits))
	if err != nil {
		t.Fatal(err)
	}
	return rules.Match(s)
}

func TestMatchUnits(t *testing.T) {
	for _, c := range []struct {
		kind     ValueKind
		decimals int
		value    string
		want     int64
	}{
		{Weight, 0, "00012", 12000}, {Weight, 3, "01245", 1245}, {Weight, 4, "01245", 125}, {Weight, 5, "01249", 12},
		{Price, 0, "02550", 255000}, {Price, 1, "02550", 25500}, {Price, 2, "02550", 2550}, {Price, 3, "02555", 256},
		{Count, 0, "00012", 12000}, {Count, 1, "00125", 12500}, {Count, 3, "01500", 1500}, {Weight, 0, "99999", 99_999_000},
	} {
		rules := Rules{{Prefix: "27", ItemDigits: 5, ValueDigits: 5, Kind: c.kind, Decimals: c.decimals}}
		got, ok, err := match(t, rules, "2700001"+c.value)
		if err != nil || !ok || got.Value != c.want {
			t.Errorf("%s, %d decimals, %s: %+v, %v, %v; want %d", c.kind, c.decimals, c.value, got, ok, err, c.want)
		}
	}
}

func TestMatchPriceCheck(t *testing.T) {
	rules := Rules{
		{Prefix: "28", ItemDigits: 5, ValueDigits: 4, Kind: Price, PriceCheck: true},
		{Prefix: "29", ItemDigits: 4, ValueDigits: 5, Kind: Weight, Decimals: 3, PriceCheck: true},
	}
	if err := rules.Validate(); err != nil {
		t.Fatal(err)
	}
	got, ok, err := match(t, rules, "28"+"00007"+"9"+"2875")
	want := InStore{Rule: rules[0], Item: "00007", BaseCode: withCheck(t, "280000700000"), Value: 287500}
	if err != nil || !ok || got != want {
		t.Errorf("four digits: %+v, %v, %v; want %+v", got, ok, err, want)
	}
	got, ok, err = match(t, rules, "29"+"0007"+"6"+"14685")
	want = InStore{Rule: rules[1], Item: "0007", BaseCode: withCheck(t, "290007000000"), Value: 14685}
	if err != nil || !ok || got != want {
		t.Errorf("five digits: %+v, %v, %v; want %+v", got, ok, err, want)
	}
	for _, digits := range []string{"280000782875", "290007514685"} {
		if got, ok, err := match(t, rules, digits); ok || fault.CodeOf(err) != fault.BarcodeCheckDigit {
			t.Errorf("%s: %+v, %v, %v; want %s", digits, got, ok, err, fault.BarcodeCheckDigit)
		}
	}
	if got, ok, err := match(t, rules, "280000700000"); !ok || err != nil || got.Value != 0 {
		t.Errorf("the item itself: %+v, %v, %v; want it with value 0", got, ok, err)
	}
}

func TestVerifier(t *testing.T) {
	for value, want := range map[string]byte{
		"2875": '9', "14685": '6', // the examples of the General Specifications
		"0000": '0', "00000": '0',
		"1000": '6', "0010": '9', "0001": '5', // 2, 3 and 5 (5- of 1), each three times
		"10000": '1', "00001": '4', // 5 and 2 lack 5 and 8, the 5- products of 1 and 4
	} {
		if got, ok := verifier(value); !ok || got != want {
			t.Errorf("verifier(%s) = %c, %v; want %c", value, got, ok, want)
		}
	}
	for _, value := range []string{"", "123", "123456", "12x4"} {
		if got, ok := verifier(value); ok {
			t.Errorf("verifier(%q) = %c, want none", value, got)
		}
	}
}

// Each table must tell the ten digits apart; a slip of the pen in one would not.
func TestVerifierTables(t *testing.T) {
	byRule := map[string]func(d int) int{
		"2-": func(d int) int { return (2*d - 2*d/10 + 10) % 10 },
		"3":  func(d int) int { return 3 * d % 10 },
		"5-": func(d int) int { return (5*d - 5*d/10 + 10) % 10 },
		"5+": func(d int) int { return (5*d + 5*d/10) % 10 },
	}
	for name, table := range map[string][10]int{"2-": twoMinus, "3": three, "5-": fiveMinus, "5+": fivePlus} {
		seen := map[int]bool{}
		for d, v := range table {
			if want := byRule[name](d); v != want {
				t.Errorf("table %s: %d weighs %d, want %d", name, d, v, want)
			}
			seen[v] = true
		}
		if len(seen) != 10 {
			t.Errorf("table %s gives only %d different products", name, len(seen))
		}
	}
}

func TestMatchLongestPrefix(t *testing.T) {
	short := Rule{Prefix: "2", ItemDigits: 6, ValueDigits: 5, Kind: Price}
	long := Rule{Prefix: "2199", ItemDigits: 3, ValueDigits: 5, Kind: Count}
	twin := Rule{Prefix: "2199", ItemDigits: 4, ValueDigits: 4, Kind: Weight}
	broken := Rule{Prefix: "21990", ItemDigits: 9, ValueDigits: 5, Kind: Weight}
	for _, rules := range []Rules{{short, long, twin, broken}, {broken, long, short, twin}} {
		if got, ok, err := match(t, rules, "219900100005"); err != nil || !ok || got.Rule != long {
			t.Errorf("%+v, %v, %v; want the rule %+v", got, ok, err, long)
		}
		if got, ok, err := match(t, rules, "219800100005"); err != nil || !ok || got.Rule != short {
			t.Errorf("%+v, %v, %v; want the rule %+v", got, ok, err, short)
		}
	}
}

func TestInStoreKeys(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want []string
	}{
		{"2100001027506", []string{"2100001000004", "2100001", "00001", "1"}},
		{"212345000007", []string{"0212345000007", "212345000007", "0212345", "12345"}},
		{"2100000027507", []string{"2100000000005", "2100000", "00000"}},
	} {
		s, err := Read(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		rules := append(DefaultRules(), Rule{Prefix: "02", ItemDigits: 5, ValueDigits: 5, Kind: Price, Decimals: 2})
		in, ok, err := rules.Match(s)
		if err != nil || !ok || !slices.Equal(in.Keys(), c.want) {
			t.Errorf("%s: keys %q, %v, %v; want %q", c.raw, in.Keys(), ok, err, c.want)
		}
	}
}

func TestRuleValidate(t *testing.T) {
	good := Rule{Prefix: "21", ItemDigits: 5, ValueDigits: 5, Kind: Weight, Decimals: 3}
	for _, c := range []struct {
		field  string // "" for a good rule
		change func(*Rule)
	}{
		{"", func(*Rule) {}},
		{"", func(r *Rule) { r.Prefix, r.ItemDigits = "210000", 1 }},
		{"", func(r *Rule) { r.PriceCheck, r.ItemDigits = true, 4 }},
		{"", func(r *Rule) { r.PriceCheck, r.ValueDigits = true, 4 }},
		{"", func(r *Rule) { r.Decimals = 5 }},
		{"prefix", func(r *Rule) { r.Prefix, r.ItemDigits = "", 7 }},
		{"prefix", func(r *Rule) { r.Prefix, r.ItemDigits = "2100000", 1; r.ValueDigits = 4 }},
		{"prefix", func(r *Rule) { r.Prefix = "2x" }},
		{"kind", func(r *Rule) { r.Kind = "" }},
		{"kind", func(r *Rule) { r.Kind = "litres" }},
		{"item_digits", func(r *Rule) { r.ItemDigits, r.ValueDigits = 0, 10 }},
		{"item_digits", func(r *Rule) { r.ItemDigits, r.ValueDigits = -5, 15 }},
		{"value_digits", func(r *Rule) { r.ItemDigits, r.ValueDigits = 10, 0 }},
		{"decimals", func(r *Rule) { r.Decimals = -1 }},
		{"decimals", func(r *Rule) { r.Decimals = 6 }},
		{"price_check", func(r *Rule) { r.PriceCheck, r.ItemDigits, r.ValueDigits = true, 3, 6 }},
		{"price_check", func(r *Rule) { r.PriceCheck, r.ItemDigits, r.ValueDigits = true, 6, 3 }},
		{"14 digits", func(r *Rule) { r.ItemDigits = 6 }},
		{"12 digits", func(r *Rule) { r.ItemDigits = 4 }},
		{"14 digits", func(r *Rule) { r.PriceCheck = true }},
	} {
		r := good
		c.change(&r)
		err := r.Validate()
		if (err == nil) != (c.field == "") || err != nil && !strings.Contains(err.Error(), c.field) {
			t.Errorf("%+v: %v, want %q", r, err, c.field)
		}
	}
}

func TestRulesValidate(t *testing.T) {
	if err := DefaultRules().Validate(); err != nil {
		t.Errorf("the default rules: %v", err)
	}
	if err := (Rules{}).Validate(); err != nil {
		t.Errorf("no rules at all: %v", err)
	}
	for _, rs := range []Rules{append(DefaultRules(), DefaultRules()[0]), append(DefaultRules(), Rule{})} {
		if err := rs.Validate(); err == nil || !strings.Contains(err.Error(), "rule 4") {
			t.Errorf("%+v: %v, want the last rule refused", rs, err)
		}
	}
}

func TestRulesJSON(t *testing.T) {
	const text = `[{"prefix":"28","item_digits":5,"value_digits":4,"kind":"price","decimals":0,"price_check":true}]`
	var rs Rules
	if err := json.Unmarshal([]byte(text), &rs); err != nil {
		t.Fatal(err)
	}
	want := Rules{{Prefix: "28", ItemDigits: 5, ValueDigits: 4, Kind: Price, PriceCheck: true}}
	if !reflect.DeepEqual(rs, want) {
		t.Errorf("read %+v, want %+v", rs, want)
	}
	if got, err := json.Marshal(rs); err != nil || string(got) != text {
		t.Errorf("wrote %s, %v; want %s", got, err, text)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("2100001027506", "21", 5, 5, "weight", 3, false)
	f.Add("0212345000007", "02", 5, 5, "price", 2, false)
	f.Add("2400412025505", "24", 5, 5, "price", 2, false)
	f.Add("6220010005008", "622", 4, 5, "weight", 3, false)
	f.Add("0212345000000", "02", 5, 5, "price", 2, false)
	f.Add("2800007928757", "28", 5, 4, "price", 0, true)
	f.Add("", "", -1, 1<<40, "", -3, true)
	f.Add("2999999999990", "2", 1, 10, "count", 10, false)
	f.Fuzz(func(t *testing.T, raw, prefix string, item, value int, kind string, decimals int, check bool) {
		r := Rule{prefix, item, value, ValueKind(kind), decimals, check}
		s, err := Read(raw)
		if err != nil {
			s = Scan{Text: raw} // Match must bear any scan
		}
		in, ok, err := Rules{r}.Match(s)
		if err != nil {
			wantFault(t, err, fault.BarcodeCheckDigit)
			return
		}
		if ok != (in != InStore{}) {
			t.Fatalf("%+v on %q: %+v, %v", r, raw, in, ok)
		}
		if !ok {
			return
		}
		if r.Validate() != nil || in.Value < 0 || len(in.Item) != item || !strings.HasPrefix(in.BaseCode, prefix+in.Item) {
			t.Fatalf("%+v on %q: %+v", r, raw, in)
		}
		base, err := Read(in.BaseCode)
		if err != nil || base.Misread {
			t.Fatalf("base code of %+v: %+v, %v", in, base, err)
		}
		again, ok, err := Rules{r}.Match(base)
		zero := in
		zero.Value = 0
		if err != nil || !ok || again != zero {
			t.Fatalf("base code of %+v is taken apart as %+v, %v, %v", in, again, ok, err)
		}
		if keys := in.Keys(); len(keys) < 2 || keys[0] != in.BaseCode || slices.Contains(keys, "") {
			t.Fatalf("keys of %+v: %q", in, keys)
		}
	})
}
