package barcode

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParseGTIN(t *testing.T) {
	for _, c := range []struct {
		in   string
		want GTIN
		err  error
	}{
		{"96385074", "00000096385074", nil},       // EAN-8
		{"036000291452", "00036000291452", nil},   // UPC-A
		{"4006381333931", "04006381333931", nil},  // EAN-13
		{"04006381333931", "04006381333931", nil}, // the same as GTIN-14
		{"15400141288763", "15400141288763", nil}, // ITF-14 of a carton
		{"10614141000415", "10614141000415", nil}, // ITF-14
		{"4006381333932", "", ErrCheckDigit},
		{"96385075", "", ErrCheckDigit},
		{"15400141288760", "", ErrCheckDigit},
		{"0212345000000", "", ErrCheckDigit},
		{"", "", ErrSyntax},
		{"400638133393", "", ErrCheckDigit},
		{"40063813339", "", ErrSyntax},
		{"400638133393100", "", ErrSyntax},
		{"400638133393a", "", ErrSyntax},
		{" 4006381333931", "", ErrSyntax},
		{"٤٠٠٦", "", ErrSyntax}, // digits, but not ASCII; eight bytes long
	} {
		got, err := ParseGTIN(c.in)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseGTIN(%q) = %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestSpellings(t *testing.T) {
	for g, want := range map[GTIN][]string{
		"04006381333931": {"4006381333931", "04006381333931"},
		"00036000291452": {"0036000291452", "036000291452", "00036000291452"},
		"00000096385074": {"0000096385074", "000096385074", "00000096385074", "96385074"},
		"15400141288763": {"15400141288763"},
		"":               nil,
	} {
		if got := g.Spellings(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q.Spellings() = %q, want %q", g, got, want)
		}
	}
}

func TestCheckDigit(t *testing.T) {
	for in, want := range map[string]byte{
		"400638133393":      '1',
		"03600029145":       '2',
		"9638507":           '4',
		"1540014128876":     '3',
		"10614141192837465": '7', // SSCC
		"629104150021":      '3',
		"37610425002123456": '9',
		"0":                 '0',
		"7":                 '9',
	} {
		if got, err := CheckDigit(in); got != want || err != nil {
			t.Errorf("CheckDigit(%q) = %c, %v; want %c", in, got, err, want)
		}
	}
	for _, in := range []string{"", "12a", "-1", "１"} {
		if _, err := CheckDigit(in); !errors.Is(err, ErrSyntax) {
			t.Errorf("CheckDigit(%q) gave %v, want ErrSyntax", in, err)
		}
	}
}

// Every single wrong digit must be noticed: the check digit exists for it.
func TestCheckDigitFindsEverySingleError(t *testing.T) {
	const good = "4006381333931"
	for i := range good {
		for d := byte('0'); d <= '9'; d++ {
			bad := good[:i] + string(d) + good[i+1:]
			if _, err := ParseGTIN(bad); (err == nil) != (bad == good) {
				t.Errorf("ParseGTIN(%s): %v", bad, err)
			}
		}
	}
}

func TestExpandUPCE(t *testing.T) {
	for in, want := range map[string]string{
		"04252614": "042100005264",
		"01234505": "012000003455",
		"01234531": "012300000451",
		"01234543": "012340000053",
		"01234565": "012345000065",
		"04252615": "", // check digit
		"14252614": "", // other number system
		"0425261":  "",
		"0425261x": "",
	} {
		if got, ok := expandUPCE(in); ok != (want != "") || ok && got != want {
			t.Errorf("expandUPCE(%s) = %s, %v; want %q", in, got, ok, want)
		}
	}
}

func FuzzParseGTIN(f *testing.F) {
	for _, s := range []string{"", "96385074", "036000291452", "4006381333931", "15400141288763", "0212345000000", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := ParseGTIN(s)
		if err != nil {
			if g != "" || !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrCheckDigit) {
				t.Fatalf("ParseGTIN(%q) = %q, %v", s, g, err)
			}
			return
		}
		if again, err := ParseGTIN(g.String()); again != g || err != nil || len(g) != 14 || !strings.HasSuffix(string(g), s) {
			t.Fatalf("ParseGTIN(%q) = %q, again %q, %v", s, g, again, err)
		}
		found := false
		for _, k := range g.Spellings() {
			found = found || k == s
			if same, err := ParseGTIN(k); same != g || err != nil {
				t.Fatalf("spelling %s of %s parses as %s, %v", k, g, same, err)
			}
		}
		if !found {
			t.Fatalf("%s is not among the spellings of %s: %q", s, g, g.Spellings())
		}
	})
}
