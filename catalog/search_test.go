package catalog

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	same := [][]string{
		{"Сүү", "СҮҮ", "суу", "suu", "сїї", "Süü"},
		{"Хөвсгөл", "Hovsgol", "Khovsgol", "xovsgol", "ХЄВСГЄЛ"},
		{"Цай", "tsai", "cai", "TSAY"},
		{"Чихэр шоколад", "chiher  shokolad", "chikher-shokolad"},
		{"Жимс", "jims", "zhims"},
		{"Яблоко", "yabloko"},
		{"Ёотон", "yooton"},
		{"бу\u0439", "бу\u0438\u0306", "bui"},
		{"0.5л", "0,5л", "0.5l"},
	}
	for _, names := range same {
		for _, n := range names[1:] {
			if fold(n) != fold(names[0]) {
				t.Errorf("fold(%q) = %q, fold(%q) = %q", n, fold(n), names[0], fold(names[0]))
			}
		}
	}
	if got := fold("  Пиво «Сэнгүр» 0.5л, 4.5%  "); got != "pivo sengur 0.5l 4.5" {
		t.Errorf("%q", got)
	}
	for _, s := range []string{"", "—", "ъ", "№ %", "\x00"} {
		if got := fold(s); got != "" {
			t.Errorf("fold(%q) = %q", s, got)
		}
	}
}

const searchCSV = `code,name,price,barcodes,active
100,Сүү 1л,1,8650000000011,1
101,Сүүтэй цай,1,8650000000028,1
102,Хар сүү,1,,1
103,Зайрмаг сүүтэй,1,,1
104,Мюсүүли,1,,1
105,Сүү хуучин,1,8650000000035,0
106,Совиньон,1,,1
200,Өндөг 10ш,1,,1
201,Архи Алтан говь,1,,1
202,Кока-Кола 0.5л,1,5449000000996,1
203,Coca-Cola Zero,1,,1
204,Үхрийн мах,1,,1
205,Сарын тос,1,,1
A-1,Пиво Сэнгүр,1,,1
`

func TestSearch(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, searchCSV)
	s := mustOpen(t, dir)
	waitReady(t, s)
	cases := []struct{ q, want string }{
		{"сүү", "100 101 102 103 106 104 105"}, // name, name prefix, word, word prefix, loose, inside, not on sale
		{"СУУ", "100 101 102 103 106 104 105"},
		{"suu", "100 101 102 103 106 104 105"},
		{"цай сүү", "101"}, // words in any order
		{"сүү ца", "101"},
		{"100", "100"},
		{"8650000000028", "101"},
		{"8650000000035", "105"}, // asked for by its very code, on sale or not
		{"8650000", "100 101 105"},
		{"10", "200 100 101 102 103 104 106 105"},
		{"undug", "200"}, {"ondog", "200"}, {"өндөг", "200"}, {"ондог", "200"},
		{"govi", "201"}, {"говь", "201"}, {"altan gow", "201"},
		{"coca cola", "203 202"}, {"кока кола", "202 203"}, {"coca", "203 202"},
		{"vhriin mah", "204"}, {"yhriin max", "204"}, {"uxriin makh", "204"}, {"үхр ма", "204"},
		{"sariin", "205"},
		{"a-1", "A-1"},
		{"sengur", "A-1"}, {"енгүр", "A-1"},
		{"олдохгүй", ""}, {"", ""}, {"  ", ""}, {"%", ""}, {"\x00", ""},
		{strings.Repeat("ү", 1000), ""},
	}
	for _, c := range cases {
		if got := codesOf(s.Search(c.q, 0)); got != c.want {
			t.Errorf("%q: got %q, want %q", c.q, got, c.want)
		}
	}
	if got := s.Search("сүү", 2); codesOf(got) != "100 101" {
		t.Errorf("limit: %s", codesOf(got))
	}
}

func TestSearchFindsCodesBeforeNamesAreBuilt(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, searchCSV)
	s := mustOpen(t, dir)
	waitReady(t, s)
	s.cur.names.Store(nil)
	if got := codesOf(s.Search("8650000000028", 5)); got != "101" {
		t.Errorf("%q", got)
	}
}

func FuzzSearch(f *testing.F) {
	dir := f.TempDir()
	mustImport(f, dir, searchCSV)
	s := mustOpen(f, dir)
	waitReady(f, s)
	for _, q := range []string{"сүү", "yhriin", "coca cola", "0.5", "\xff", "i̇", "ii yy", "100"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		found := s.Search(q, 3)
		if len(found) > 3 {
			t.Errorf("%d hits", len(found))
		}
		key := fold(q)
		if len(loosen(key)) != len(key) {
			t.Errorf("keys of %q differ in length", q)
		}
		if strings.ContainsRune(key, 0) || strings.Contains(key, "  ") || key != strings.TrimSpace(key) {
			t.Errorf("key %q of %q", key, q)
		}
	})
}

// Every good is found by its whole name, at any place among the others.
func TestEveryGoodIsFoundByItsName(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	s := mustOpen(t, dir)
	waitReady(t, s)
	rec, err := newRecords(Sample(), goodsHeader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rec.next(); err != nil {
		t.Fatal(err)
	}
	for fields, err := rec.next(); err == nil; fields, err = rec.next() {
		found := s.Search(fields[colName], 3)
		if len(found) == 0 || string(found[0].Code) != fields[colCode] {
			t.Errorf("%s: %s", fields[colName], codesOf(found))
		}
	}
}
