package fault

import (
	"strings"
	"testing"
	"unicode"
)

func TestDetails(t *testing.T) {
	for en, want := range map[string]string{
		"1 to 32 printable characters are needed":            "1 – 32 тэмдэгт хэрэгтэй",
		`"*" is not 1 to 48 printable characters`:            `"*" нь 1 – 48 тэмдэгт биш байна`,
		"0.00 is not between 0.01 and 1000000000.00":         "0.00 нь 0.01 – 1000000000.00 хооронд биш",
		"40 is neither 48 nor 32":                            "40 нь 48, 32 хоёрын аль нь ч биш",
		`at least one role must have the right "*"`:          `дор хаяж нэг үүрэг "*" эрхтэй байх ёстой`,
		"B1 stands twice":                                    "B1 хоёр удаа байна",
		"the workbook is damaged, or was cut off on the way": "Excel файл гэмтсэн эсвэл дутуу ирсэн",
		"the 3 quarks are strange":                           "the 3 quarks are strange",
		"":                                                   "",
	} {
		if got := New(SettingBad).inMongolian("detail", en); got != want {
			t.Errorf("%q: %q, want %q", en, got, want)
		}
	}
	for _, d := range details {
		if strings.Count(d.en, "*") != strings.Count(d.mn, "*") || strings.IndexFunc(d.mn, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) < 0 {
			t.Errorf("%q, %q", d.en, d.mn)
		}
		if got := New(SettingBad).inMongolian("detail", strings.ReplaceAll(d.en, "*", "x")); got != strings.ReplaceAll(d.mn, "*", "x") {
			t.Errorf("%q is taken for another: %q", d.en, got)
		}
	}
	f := New(GoodBad, "code", "7", "column", "price", "detail", "a price is needed")
	if text, _ := f.Say("mn"); text != "7 бараа, үнэ: үнэ хэрэгтэй." {
		t.Error(text)
	}
	if text, _ := New(ImportRow, "row", "2", "column", "price", "detail", "x").Say("mn"); text != "2-р мөр, price багана: x." {
		t.Error(text)
	}
	if text, _ := f.Say("en"); text != "Good 7, price: a price is needed." {
		t.Error(text)
	}
}

func FuzzDetails(f *testing.F) {
	f.Add("* is not between * and *")
	f.Add("must be \x00, not *")
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range []string{"mn", "en"} {
			if text, _ := New(SettingBad, "path", "p", "detail", s).Say(lang); text == "" {
				t.Error("nothing is said")
			}
		}
	})
}

// A cashier reads what is lacking in words, never the name that the journal has for it.
func TestLacking(t *testing.T) {
	f := New(FiscalLacks, "name", "Сүү", "field", "class_code")
	if text, _ := f.Say("mn"); text != "Сүү: БҮНА код алга эсвэл буруу тул и-баримт олгох боломжгүй." {
		t.Error(text)
	}
	if text, _ := f.Say("en"); text != "Сүү has no usable classification code: no e-barimt can be issued." {
		t.Error(text)
	}
	if got := New(FiscalSettings, "field", "something").Arg("mn", "field"); got != "something" {
		t.Error(got)
	}
}
