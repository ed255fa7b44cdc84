package barcode

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"posbox/pos/fault"
	"posbox/pos/money"
)

func number(v int64) *int64 { return &v }

func price(s string) *money.Amount {
	a, err := money.Parse(s)
	if err != nil {
		panic(err)
	}
	return &a
}

// Codes that are no element strings.
func TestReadPlain(t *testing.T) {
	ean := []string{"4006381333931", "04006381333931"}
	for _, c := range []struct {
		name, raw string
		want      Scan
	}{
		{"own code", "АБ-12/7", Scan{Text: "АБ-12/7", Keys: []string{"АБ-12/7"}}},
		{"blanks inside stay", "  A  B\r\n", Scan{Text: "A  B", Keys: []string{"A  B"}}},
		{"EAN-13", "4006381333931", Scan{Text: "4006381333931", Keys: ean, GTIN: "04006381333931"}},
		{"EAN-13, identifier", "]E04006381333931", Scan{Text: "4006381333931", Keys: ean, GTIN: "04006381333931"}},
		{"GTIN-14 of it", "04006381333931", Scan{
			Text: "04006381333931", Keys: []string{"04006381333931", "4006381333931"}, GTIN: "04006381333931"}},
		{"UPC-A", "036000291452", Scan{
			Text: "036000291452", Keys: []string{"036000291452", "0036000291452", "00036000291452"}, GTIN: "00036000291452"}},
		{"UPC-A with leading zero", "]E00036000291452", Scan{
			Text: "0036000291452", Keys: []string{"0036000291452", "036000291452", "00036000291452"}, GTIN: "00036000291452"}},
		{"EAN-8", "]E496385074", Scan{
			Text: "96385074", Keys: []string{"96385074", "0000096385074", "000096385074", "00000096385074"}, GTIN: "00000096385074"}},
		{"ITF-14", "]I115400141288763", Scan{
			Text: "15400141288763", Keys: []string{"15400141288763"}, GTIN: "15400141288763"}},
		{"UPC-E", "04252614", Scan{
			Text: "04252614", Keys: []string{"04252614", "0042100005264", "042100005264", "00042100005264"}, GTIN: "00042100005264"}},
		{"EAN-8 that could be UPC-E", "00158398", Scan{
			Text: "00158398", Keys: []string{"00158398", "0000000158398", "000000158398", "00000000158398",
				"0001583000098", "001583000098", "00001583000098"}, GTIN: "00000000158398"}},
		{"bad check digit", "4006381333932", Scan{Text: "4006381333932", Keys: []string{"4006381333932"}, Misread: true}},
		{"bad check digit, eight", "12345678", Scan{Text: "12345678", Keys: []string{"12345678"}, Misread: true}},
		{"bad check digit, twelve", "036000291453", Scan{Text: "036000291453", Keys: []string{"036000291453"}, Misread: true}},
		{"bad check digit, fourteen", "15400141288764", Scan{Text: "15400141288764", Keys: []string{"15400141288764"}, Misread: true}},
		{"the negative vector", "0212345000000", Scan{Text: "0212345000000", Keys: []string{"0212345000000"}, Misread: true}},
		{"digits of no GTIN's length", "123456789", Scan{Text: "123456789", Keys: []string{"123456789"}}},
		{"brackets of a name", "(A)7", Scan{Text: "(A)7", Keys: []string{"(A)7"}}},
		{"01 and no GTIN", "0112345678901234567", Scan{Text: "0112345678901234567", Keys: []string{"0112345678901234567"}}},
		{"a bracket, not an identifier", "]]x", Scan{Text: "]]x", Keys: []string{"]]x"}}},
	} {
		got, err := Read(c.raw)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: Read(%q)\n got %+v, %v\nwant %+v", c.name, c.raw, got, err, c.want)
		}
	}
}

func TestReadSupplement(t *testing.T) {
	for _, raw := range []string{"]E3977002800000705", "]E3977002800000712345"} {
		s, err := Read(raw)
		if err != nil || s.GTIN != "" {
			t.Errorf("Read(%q) = %+v, %v: its check digit is wrong", raw, s, err)
		}
	}
	for _, raw := range []string{"]E3400638133393105", "]E3400638133393112345"} {
		s, err := Read(raw)
		if err != nil || s.GTIN != "04006381333931" || !slices.Equal(s.Keys, []string{raw[3:], "4006381333931", "04006381333931"}) {
			t.Errorf("Read(%q) = %+v, %v", raw, s, err)
		}
	}
}

func TestReadElements(t *testing.T) {
	const carton, unit = "15400141288763", "04006381333931"
	for _, c := range []struct {
		name, raw string
		want      Scan // Text and Keys are checked apart
	}{
		{"weight, brackets", "(01)" + carton + "(3103)001245", Scan{GTIN: carton, Weight: number(1245),
			Elements: []Element{{"01", carton}, {"3103", "001245"}}}},
		{"blanks in brackets", "(01) " + carton + " (3103) 001245 ", Scan{GTIN: carton, Weight: number(1245),
			Elements: []Element{{"01", carton}, {"3103", "001245"}}}},
		{"weight, GS1-128", "]C101" + carton + "3103001245", Scan{GTIN: carton, Weight: number(1245),
			Elements: []Element{{"01", carton}, {"3103", "001245"}}}},
		{"weight, DataBar", "]e001" + carton + "3102012345", Scan{GTIN: carton, Weight: number(123450),
			Elements: []Element{{"01", carton}, {"3102", "012345"}}}},
		{"whole kilograms", "]C13100000007", Scan{Weight: number(7000), Elements: []Element{{"3100", "000007"}}}},
		{"half a gram up", "]C13104012345", Scan{Weight: number(1235), Elements: []Element{{"3104", "012345"}}}},
		{"less than half down", "]C13105123449", Scan{Weight: number(1234), Elements: []Element{{"3105", "123449"}}}},
		{"no weight at all", "]C13103000000", Scan{Weight: number(0), Elements: []Element{{"3103", "000000"}}}},
		{"pounds are no weight for us", "]C13202001245", Scan{Elements: []Element{{"3202", "001245"}}}},
		{"batch and date", "]d201" + unit + "10A-1\x1d17271231", Scan{GTIN: unit,
			Elements: []Element{{"01", unit}, {"10", "A-1"}, {"17", "271231"}}}},
		{"FNC1 first and last, too many in between", "\x1d01" + unit + "\x1d\x1d10A\x1d", Scan{GTIN: unit,
			Elements: []Element{{"01", unit}, {"10", "A"}}}},
		{"FNC1 alone marks it", "17271231\x1d10A", Scan{Elements: []Element{{"17", "271231"}, {"10", "A"}}}},
		{"variable count", "]C101" + unit + "3012\x1d10A", Scan{GTIN: unit, Count: number(12),
			Elements: []Element{{"01", unit}, {"30", "12"}, {"10", "A"}}}},
		{"contained items", "]C102" + unit + "3700000024", Scan{GTIN: unit, Count: number(24),
			Elements: []Element{{"02", unit}, {"37", "00000024"}}}},
		{"price, whole", "]C101" + carton + "392012500", Scan{GTIN: carton, Price: price("12500"),
			Elements: []Element{{"01", carton}, {"3920", "12500"}}}},
		{"price, two decimals", "(01)" + carton + "(3922)2550", Scan{GTIN: carton, Price: price("25.50"),
			Elements: []Element{{"01", carton}, {"3922", "2550"}}}},
		{"price, half a möngö up", "(3923)1005", Scan{Price: price("1.01"), Elements: []Element{{"3923", "1005"}}}},
		{"price in tögrög", "(3930)49612500", Scan{Price: price("12500"), Elements: []Element{{"3930", "49612500"}}}},
		{"price in yuan", "(3932)15612500", Scan{Elements: []Element{{"3932", "15612500"}}}},
		{"amount of a bill is no price", "(3902)12500", Scan{Elements: []Element{{"3902", "12500"}}}},
		{"the same twice", "(3103)001245(3102)000125(3103)001245", Scan{}}, // 1.245 and 1.25: see the refusals
		{"unmarked", "01" + carton + "3103001245", Scan{GTIN: carton, Weight: number(1245),
			Elements: []Element{{"01", carton}, {"3103", "001245"}}}},
		{"unmarked, lost FNC1", "01" + unit + "21123456789012345678901234567890", Scan{GTIN: unit}},
		{"logistics", "(00)106141411928374657(11)260101(13)260102(15)260103(20)01(21)S(22)V(240)a(241)b(400)o", Scan{
			Elements: []Element{{"00", "106141411928374657"}, {"11", "260101"}, {"13", "260102"}, {"15", "260103"},
				{"20", "01"}, {"21", "S"}, {"22", "V"}, {"240", "a"}, {"241", "b"}, {"400", "o"}}}},
		{"more of them", "(410)4006381333931(417)4006381333931(8005)012345(8008)26010112(91)x(99)y", Scan{
			Elements: []Element{{"410", "4006381333931"}, {"417", "4006381333931"}, {"8005", "012345"},
				{"8008", "26010112"}, {"91", "x"}, {"99", "y"}}}},
		{"link", "]Q38200https://a.mn", Scan{Elements: []Element{{"8200", "https://a.mn"}}}},
		{"other measures", "(3152)000100(3302)000200(3161)000001", Scan{Elements: []Element{{"3152", "000100"},
			{"3302", "000200"}, {"3161", "000001"}}}},
	} {
		got, err := Read(c.raw)
		if c.name == "the same twice" {
			if !errors.Is(err, errConflict) {
				t.Errorf("%s: Read(%q) = %+v, %v", c.name, c.raw, got, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: Read(%q): %v", c.name, c.raw, err)
			continue
		}
		want := append([]string{got.Text}, c.want.GTIN.Spellings()...)
		if !slices.Equal(got.Keys, want) {
			t.Errorf("%s: keys %q, want %q", c.name, got.Keys, want)
		}
		got.Text, got.Keys = "", nil
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: Read(%q)\n got %+v\nwant %+v", c.name, c.raw, got, c.want)
		}
	}
}

// Each symbology that begins with FNC1 marks an element string by itself; their plain sisters do not.
func TestReadSymbologies(t *testing.T) {
	for id, want := range map[string]bool{
		"]C1": true, "]e0": true, "]e1": true, "]e2": true, "]d2": true, "]Q3": true, "]J1": true,
		"]C0": false, "]d1": false, "]Q1": false, "]J0": false, "]A0": false, "": false,
	} {
		s, err := Read(id + "10A")
		if err != nil || s.Text != "10A" || (s.Elements != nil) != want {
			t.Errorf("%q: %+v, %v", id, s, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      fault.Code
	}{
		{"empty", "", fault.BarcodeMalformed},
		{"blank", " \r\n", fault.BarcodeMalformed},
		{"identifier alone", "]C1", fault.BarcodeMalformed},
		{"FNC1 alone", "\x1d", fault.BarcodeMalformed},
		{"control character", "AB\x00C", fault.BarcodeMalformed},
		{"escape", "AB\x1b[2J", fault.BarcodeMalformed},
		{"not UTF-8", "AB\xff", fault.BarcodeMalformed},
		{"too long", strings.Repeat("7", MaxLength+1), fault.BarcodeMalformed},
		{"too long in Cyrillic", strings.Repeat("Ө", MaxLength+1), fault.BarcodeMalformed},
		{"unknown identifier", "(14)260101", fault.BarcodeMalformed},
		{"unknown identifier, raw", "]C114260101", fault.BarcodeMalformed},
		{"seven decimals", "(3107)000001", fault.BarcodeMalformed},
		{"identifier alone in brackets", "(10)", fault.BarcodeMalformed},
		{"half an identifier", "(392)100", fault.BarcodeMalformed},
		{"text behind brackets closed wrong", "(01)04006381333931)", fault.BarcodeMalformed},
		{"short GTIN", "(01)4006381333931", fault.BarcodeMalformed},
		{"short GTIN, raw", "]C1014006381333931", fault.BarcodeMalformed},
		{"long weight", "(3103)0012450", fault.BarcodeMalformed},
		{"letters in a weight", "(3103)00124x", fault.BarcodeMalformed},
		{"letters in a weight, raw", "]C1310300124x", fault.BarcodeMalformed},
		{"nothing behind", "]C110", fault.BarcodeMalformed},
		{"count too long", "(30)123456789", fault.BarcodeMalformed},
		{"batch too long", "(10)123456789012345678901", fault.BarcodeMalformed},
		{"price beyond money", "(3920)999999999999999", fault.BarcodeMalformed},
		{"currency without price", "(3930)496", fault.BarcodeMalformed},
		{"FNC1 inside brackets", "(10)A\x1dB", fault.BarcodeMalformed},
		{"two weights", "(3103)001245(3103)001246", fault.BarcodeMalformed},
		{"two goods", "(01)04006381333931(01)15400141288763", fault.BarcodeMalformed},
		{"misread GTIN", "(01)04006381333932(3103)001245", fault.BarcodeCheckDigit},
		{"misread GTIN, raw", "]C101040063813339323103001245", fault.BarcodeCheckDigit},
		{"misread SSCC", "(00)106141411928374650", fault.BarcodeCheckDigit},
	} {
		got, err := Read(c.raw)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != c.want || !reflect.DeepEqual(got, Scan{}) {
			t.Errorf("%s: Read(%q) = %+v, %v; want %s", c.name, c.raw, got, err, c.want)
			continue
		}
		if text, hint := f.Say("mn"); strings.Contains(text+hint, "{") || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%s: says %q", c.name, text)
		}
	}
}

func TestReadLongest(t *testing.T) {
	for _, s := range []string{strings.Repeat("Ө", MaxLength), "]C1" + "91" + strings.Repeat("x", MaxLength-2)} {
		if _, err := Read(s); err != nil {
			t.Errorf("Read(%q): %v", s, err)
		}
	}
}

func TestHuman(t *testing.T) {
	for raw, want := range map[string]string{
		"]C101154001412887633103001245": "(01)15400141288763(3103)001245",
		"]E04006381333931":              "4006381333931",
		" ab ":                          "ab",
	} {
		if s, err := Read(raw); err != nil || s.Human() != want {
			t.Errorf("Read(%q).Human() = %q, %v; want %q", raw, s.Human(), err, want)
		}
	}
}

// The table must be one that identify can use: no identifier begins another, lengths agree with the predefined ones,
// and every value fits below MaxLength.
func TestIdentifierTable(t *testing.T) {
	for i, id := range identifiers {
		n := len(id.first)
		if n < 2 || n > 4 || n != len(id.last) || id.first > id.last || !allDigits(id.first+id.last) {
			t.Errorf("%+v is not a range", id)
		}
		if id.least < 1 || id.least > id.most || id.digits > id.most || id.check && (id.digits != id.least || id.least != id.most) {
			t.Errorf("%+v has impossible lengths", id)
		}
		if id.first[:2] != id.last[:2] && (n != 2 || predefined[id.first] != predefined[id.last]) {
			t.Errorf("%+v mixes predefined lengths", id)
		}
		if total := predefined[id.first[:2]]; total > 0 && (n+id.least != total || n+id.most != total || id.digits != id.most) {
			t.Errorf("%+v does not have the predefined length %d", id, total)
		}
		for _, o := range identifiers[i+1:] {
			if k := min(n, len(o.first)); id.first[:k] <= o.last[:k] && o.first[:k] <= id.last[:k] {
				t.Errorf("%+v and %+v overlap", id, o)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "АБ-12/7", "4006381333931", "]E04006381333931", "036000291452", "96385074", "04252614", "15400141288763",
		"(01)15400141288763(3103)001245", "]C101154001412887633103001245", "]d2010400638133393110A-1\x1d17271231",
		"01154001412887633103001245", "(3930)49612500", "0212345000000", "2100001027506", "]E3400638133393105",
		"(10)(21)x", "\x1d", "]C1", "(01)", "\xff", "]C110\x1d", "(00)106141411928374657",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := Read(raw)
		if err != nil {
			wantFault(t, err, fault.BarcodeMalformed, fault.BarcodeCheckDigit)
			return
		}
		wantSound(t, s)
		if s.Elements == nil {
			return
		}
		if utf8.RuneCountInString(s.Human()) > MaxLength || slices.ContainsFunc(s.Elements, ambiguous) {
			return
		}
		again, err := Read(s.Human())
		if err != nil || !reflect.DeepEqual(again.Elements, s.Elements) || again.GTIN != s.GTIN {
			t.Fatalf("Read(%q) = %+v, but Read(%q) = %+v, %v", raw, s, s.Human(), again, err)
		}
	})
}

// ambiguous reports whether the form for people cannot carry a value: brackets may look like an identifier, and blanks
// at the ends are dropped.
func ambiguous(e Element) bool {
	return strings.ContainsFunc(e.Value, unicode.IsSpace) || strings.Contains(e.Value, "(")
}

func wantFault(t *testing.T, err error, codes ...fault.Code) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || !slices.Contains(codes, f.Code) {
		t.Fatalf("error is %v, want one of %v", err, codes)
	}
	if text, _ := f.Say("en"); strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) {
		t.Fatalf("the fault says %q", text)
	}
}

// wantSound checks what holds for every scan.
func wantSound(t *testing.T, s Scan) {
	t.Helper()
	if s.Text == "" || len(s.Keys) == 0 || s.Keys[0] != s.Text || utf8.RuneCountInString(s.Text) > MaxLength {
		t.Fatalf("text and keys do not fit: %+v", s)
	}
	seen := map[string]bool{}
	for _, k := range s.Keys {
		if seen[k] || k == "" {
			t.Fatalf("key %q is empty or stands twice: %+v", k, s)
		}
		seen[k] = true
	}
	if g, err := ParseGTIN(string(s.GTIN)); s.GTIN != "" && (err != nil || g != s.GTIN) {
		t.Fatalf("GTIN %q is none: %v", s.GTIN, err)
	}
	if s.Misread && (s.GTIN != "" || len(s.Keys) != 1 || s.Elements != nil) {
		t.Fatalf("misread, and yet more than text: %+v", s)
	}
	if s.Elements == nil && (s.Weight != nil || s.Count != nil || s.Price != nil) {
		t.Fatalf("a value out of nowhere: %+v", s)
	}
	if s.Weight != nil && *s.Weight < 0 || s.Count != nil && *s.Count < 0 || s.Price != nil && (*s.Price < 0 || !s.Price.InRange()) {
		t.Fatalf("value out of range: %+v", s)
	}
}
