package receipt

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"posbox/pos/catalog"
	"posbox/pos/money"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ why, in, want string }{
		{"Mongolian stays", "Өгөөж Үүл «Ёс» №1 — 5×3 °₮", "Өгөөж Үүл «Ёс» №1 — 5×3 °₮"},
		{"Kazakh stays", "Әлем Ғұн Қаңтар Һ", "Әлем Ғұн Қаңтар Һ"},
		{"accents join their letter", "и\u0306 е\u0308", "й ё"},
		{"an accent without such a letter goes", "ө\u0301т\u0489", "өт"},
		{"a heap of accents goes", "з" + strings.Repeat("\u0321", 40) + "а", "за"},
		{"white space is one space", " a\t\tb\r\nc\u00a0d\u2009e\u2028f ", "a b c d e f"},
		{"control characters are spaces", "a\x00b\x1b[1mc\u0085d", "a b [1mc d"},
		{"what has no width goes", "a\u200db\ufeffc\u00add\u202ee\ufe0f", "abcde"},
		{"emoji", "Ус 😀👩‍👦", "Ус □□□"},
		{"wide characters", "商品Ａ", "□□□"},
		{"from right to left", "שלום سلام", "□□□□ □□□□"},
		{"traditional Mongolian", "ᠮᠣᠩ", "□□□"},
		{"bytes that are no text", "a\xff\xfeb", "a□□b"},
		{"nothing visible", "\u200d \t", ""},
		{"empty", "", ""},
	} {
		if got := clean(c.in); got != c.want {
			t.Errorf("%s: clean(%q) = %q, want %q", c.why, c.in, got, c.want)
		}
	}
}

func TestCleanBounds(t *testing.T) {
	for _, in := range []string{
		strings.Repeat("ө", 200_000), strings.Repeat("а ", 100_000), strings.Repeat("\u0301", 100_000), strings.Repeat("😀", 9999),
	} {
		got := clean(in)
		if n := utf8.RuneCountInString(got); n > mostRunes || !strings.HasSuffix(got, "…") {
			t.Errorf("clean of %d bytes gives %d runes ending in %q", len(in), n, got[max(0, len(got)-4):])
		}
	}
	if in := strings.Repeat("ө", 200); clean(in) != in {
		t.Error("a name as long as the catalogue allows was cut")
	}
}

func TestFigures(t *testing.T) {
	plainSpaces := func(s string) string { return strings.ReplaceAll(s, nbsp, " ") }
	for _, c := range []struct{ got, want string }{
		{amount(0), "0"},
		{amount(100), "1"},
		{amount(99_900), "999"},
		{amount(100_000), "1 000"},
		{amount(-64_000), "-640"},
		{amount(-100_000_000), "-1 000 000"},
		{amount(99_550), "995.50"},
		{amount(-5), "-0.05"},
		{amount(money.Max), "10 000 000 000 000"},
		{exact(money.Max - 1), "9 999 999 999 999.99"},
		{exact(113_636), "1 136.36"},
		{exact(0), "0.00"},
		{quantity(3000), "3"},
		{quantity(1245), "1,245"},
		{quantity(3500), "3,500"},
		{quantity(catalog.MaxQuantity), "100 000"},
		{percent(1000), "10 %"},
		{percent(750), "7,5 %"},
		{percent(25), "0,25 %"},
		{wallTime("2026-11-23 14:05:09"), "2026-11-23 14:05"},
		{wallTime("yesterday"), "yesterday"},
		{masked("9900118822"), "****8822"},
		{masked("8822"), "8822"},
		{masked(""), ""},
	} {
		if plainSpaces(c.got) != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// The figure on paper is the figure of the fact.
func TestAmountReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "amount"))
		for _, s := range []string{amount(a), exact(a)} {
			if back, err := money.Parse(strings.ReplaceAll(s, nbsp, "")); err != nil || back != a {
				t.Fatalf("%v is printed as %q, which reads %v, %v", a, s, back, err)
			}
		}
	})
}

func TestWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("абвгө   \u00a0-1₮")), 0, 200, -1).Draw(t, "text")
		w := rapid.IntRange(1, 48).Draw(t, "width")
		for _, rows := range [][]string{wrap(s, w), balanced(s, w)} {
			for _, row := range rows {
				if n := utf8.RuneCountInString(row); n == 0 || n > w || strings.Trim(row, " ") != row {
					t.Fatalf("row %q of %q at %d", row, s, w)
				}
			}
			if got, want := strings.ReplaceAll(strings.Join(rows, ""), " ", ""), strings.ReplaceAll(s, " ", ""); got != want {
				t.Fatalf("%q became %q", s, rows)
			}
		}
		if len(balanced(s, w)) != len(wrap(s, w)) {
			t.Fatalf("balancing %q at %d costs rows", s, w)
		}
	})
}

func TestSpread(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"AB      ", "AB              "},
		{"      AB", "              AB"},
		{"   AB   ", "       AB       "},
		{"A B   CD", "A B           CD"},
		{"ABCDEFGH", "ABCDEFGH        "},
		{"        ", "                "},
		{"", ""},
	} {
		if got := spread(c.in); got != c.want {
			t.Errorf("spread(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
