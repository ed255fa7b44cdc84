package event

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"posbox/pos/money"
)

// kindConstants reads the names of all kinds from the source, so that none is forgotten.
func kindConstants(t *testing.T) map[Kind]bool {
	f, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[Kind]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Kind") {
			kinds[Kind(strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`))] = true
		}
		return true
	})
	return kinds
}

func TestEveryKindDecodes(t *testing.T) {
	kinds := kindConstants(t)
	if len(kinds) != len(decoders) || len(kinds) < 16 {
		t.Errorf("%d kinds, %d decoders", len(kinds), len(decoders))
	}
	for k := range kinds {
		f, err := Decode(k, []byte("{}"))
		if err != nil || f == nil || f.Kind() != k {
			t.Errorf("%s: %v %v", k, f, err)
		}
		if len(k) > 64 || !strings.Contains(string(k), ".") {
			t.Errorf("%s: a kind is subject, dot, what happened", k)
		}
		if _, err := Decode(k, []byte("[")); err == nil {
			t.Errorf("%s: broken JSON was read", k)
		}
	}
	if f, err := Decode("from.the_future", []byte("?")); f != nil || err != nil {
		t.Errorf("unknown kind: %v %v", f, err)
	}
}

// TestFactsSayWho: what a person causes names the doer, the approver, the reason and the command.
func TestFactsSayWho(t *testing.T) {
	machines := map[Kind]bool{KindBoxBegan: true, KindBoxJoined: true, KindBoxReplaced: true, KindCentralTaken: true, KindLogsSent: true, KindDrawerOutcome: true, KindProblemNoted: true, KindGoodsImported: true, KindEditOutcome: true, KindReturnHanded: true}
	for k := range decoders {
		f, _ := Decode(k, []byte(`{"by":"1","approved_by":"9","reason":"r","command":"c"}`))
		b, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(b), `"approved_by":"9"`); has == machines[k] {
			t.Errorf("%s: who = %v", k, has)
		}
	}
}

// TestRoundTrip: a fact with every field set comes back as it was.
func TestRoundTrip(t *testing.T) {
	for k := range decoders {
		empty, _ := Decode(k, []byte("{}"))
		v := reflect.New(reflect.TypeOf(empty)).Elem()
		fill(v, 0)
		f := v.Interface().(Fact)
		b, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(k, b)
		if err != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%s: %+v became %+v, %v", k, f, back, err)
		}
	}
}

// fill sets every field to something.
func fill(v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		v.SetBytes([]byte(`{"a":[1]}`))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), depth+1)
		fill(v.Index(1), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		e := reflect.New(v.Type().Elem()).Elem()
		fill(e, depth+1)
		v.SetMapIndex(reflect.ValueOf("20000"), e)
	case reflect.String:
		v.SetString("ү₮")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint64, reflect.Uint32:
		v.SetUint(7)
	default:
		v.SetInt(12345)
	}
}

// TestWireForm pins how amounts look on the wire: BAAZ and other programs read it for ever.
func TestWireForm(t *testing.T) {
	b, err := Encode(CashMoved{Who: Who{By: "1", Reason: "хүргэлт"}, Shift: 3, Amount: -12550})
	if want := `{"by":"1","reason":"хүргэлт","shift":3,"amount":"-125.50"}`; err != nil || string(b) != want {
		t.Errorf("%s %v, want %s", b, err, want)
	}
}

// TestRoundingIsAbsent: where nothing was rounded a record has the bytes that it always had, and old ones read as not rounded.
func TestRoundingIsAbsent(t *testing.T) {
	for _, f := range []Fact{SaleCompleted{Lines: []Line{{}}}, SaleReturned{Lines: []Line{{}}, Left: []Line{{}}}, ShiftClosed{}} {
		b, err := Encode(f)
		if err != nil || strings.Contains(string(b), "rounding") {
			t.Errorf("%s, %v", b, err)
		}
	}
	b, err := Encode(SaleCompleted{Rounding: 53, Lines: []Line{{TicketDiscount: 53, Rounding: 53}}})
	if err != nil || strings.Count(string(b), `"rounding":"0.53"`) != 2 {
		t.Errorf("%s, %v", b, err)
	}
}

func TestReportGrows(t *testing.T) {
	var r Report
	r.Float, r.Expected = 1000, 1000
	r.AddSale(SaleCompleted{Bill: "b1", Total: 700, Lines: []Line{{Tax: "VAT_ABLE", Total: 700, VAT: 64}}, Tenders: []Tender{{Kind: Cash, Amount: 700}}})
	r.AddCash(-200)
	r.AddCash(50)
	r.AddCount(1500)
	z := r.Close("at", "9")
	if z.Expected != 1550 || *z.Difference != -50 || z.CashOut != 200 || z.CashIn != 50 || z.First != "b1" || z.ClosedBy != "9" {
		t.Errorf("%+v", z)
	}
	c := r.Clone()
	c.AddSale(SaleCompleted{Total: 5, Tenders: []Tender{{Kind: Cash, Amount: 5}}, Lines: []Line{{Tax: "VAT_ABLE", Total: 5}}})
	if r.Tenders[0].Amount != money.Amount(700) || r.Taxes[0].Total != 700 {
		t.Error("a clone shares its sums")
	}
}

func FuzzDecode(f *testing.F) {
	for k := range decoders {
		f.Add(string(k), []byte(`{"amount":"1.00","rounding":"0.53","lines":[{"quantity":"1.5","ticket_discount":"0.53","rounding":"0.53"}]}`))
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		fact, err := Decode(Kind(kind), body)
		if err != nil || fact == nil {
			return
		}
		b, err := Encode(fact)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(Kind(kind), b)
		if err != nil {
			t.Fatalf("%s: its own bytes cannot be read: %v", b, err)
		}
		if c, _ := json.Marshal(again); string(c) != string(b) {
			t.Fatalf("%s became %s", b, c)
		}
	})
}
