package till_test

import (
	"strings"
	"testing"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

func TestParseRegister(t *testing.T) {
	for _, c := range []struct {
		text string
		want event.Register
		tin  bool
	}{
		{"", "", false}, {" \t", "", false}, {"1234567", "1234567", false}, {" 123 45 67 ", "1234567", false},
		{"УБ98011512", "УБ98011512", false}, {"өү 98011512", "ӨҮ98011512", false}, {"аЁ-98011512", "АЁ98011512", false},
		{"KM98011512", "КМ98011512", false}, {"tо98011512", "ТО98011512", false},
		{"61200012345", "61200012345", true}, {"612000123456", "612000123456", true}, {"61200012345678", "61200012345678", true},
	} {
		got, err := till.ParseRegister(c.text)
		if err != nil || got != c.want || got.TIN() != c.tin {
			t.Errorf("%q: %q, TIN %v, %v", c.text, got, got.TIN(), err)
		}
	}
	for _, text := range []string{"123456", "12345678", "1234567890", "123456789012345", "УБ9801151", "УБ980115123", "У98011512", "УБВ98011512",
		"BA98011512", "XX98011512", "98011512УБ", "УБ9801151a", "УБ٩٨٠١١٥١٢", "x", "Ua98011512", "1234567\x00", strings.Repeat(" ", 101)} {
		if got, err := till.ParseRegister(text); fault.CodeOf(err) != fault.RegisterBad || got != "" {
			t.Errorf("%q was taken: %q, %v", text, got, err)
		}
	}
}

// FuzzParseRegister: what is taken is taken again and stays as it is.
func FuzzParseRegister(f *testing.F) {
	for _, s := range []string{"1234567", "уб 98011512", "KM98011512", "61200012345678", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, err := till.ParseRegister(text)
		if err != nil {
			if fault.CodeOf(err) != fault.RegisterBad {
				t.Fatal(err)
			}
			return
		}
		if two, err := till.ParseRegister(string(one)); err != nil || two != one {
			t.Errorf("%q: %q, then %q, %v", text, one, two, err)
		}
	})
}

// FuzzParseConsumer: what is taken is eight digits, or nothing at all.
func FuzzParseConsumer(f *testing.F) {
	for _, s := range []string{"11001234", "1100 1234", "99112233-", "", "1100123", "١١٠٠١٢٣٤"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := till.ParseConsumer(text)
		if err != nil {
			if fault.CodeOf(err) != fault.ConsumerBad || got != "" {
				t.Fatalf("%q: %q, %v", text, got, err)
			}
			return
		}
		if got != "" && (len(got) != 8 || strings.Trim(got, "0123456789") != "") {
			t.Errorf("%q was taken for %q", text, got)
		}
	})
}
