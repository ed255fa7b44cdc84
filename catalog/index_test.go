package catalog

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// indexOf makes an index of texts; codes are their places.
func indexOf(texts []string) *names {
	b := newBuilder()
	for i, text := range texts {
		b.add(name{text: text, code: fmt.Sprintf("%06d", i), inactive: i%7 == 3})
	}
	return b.build()
}

// found asks the index.
func found(n *names, q string, limit int) []string {
	f := &finder{limit: limit, hidden: func(string) bool { return false }}
	f.names(n, q)
	var codes []string
	for _, c := range f.candidates() {
		codes = append(codes, fmt.Sprint(c.rank, " ", c.code))
	}
	return codes[:min(len(codes), limit)]
}

// scanned goes through all names one by one: what the index must find.
func scanned(n *names, q string, limit int) []string {
	type hit struct {
		rank     int
		entry    uint32
		inactive bool
	}
	var hits []hit
	strict := queryOf(fold(q))
	var loose []query
	for _, reading := range readings(q) {
		if l := queryOf(reading); len(l.words) > 0 {
			loose = append(loose, l)
		}
	}
	for i := range n.count() {
		best, key := ranks, n.key(i)
		looseKey := loosen(key)
		for _, l := range loose {
			if rank := rankOf(key, looseKey, strict, l); rank != notFound {
				best = min(best, rank)
			}
		}
		if best < ranks {
			hits = append(hits, hit{best, i, !n.active.has(i)})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		switch {
		case a.inactive != b.inactive && b.inactive:
			return -1
		case a.inactive != b.inactive:
			return 1
		case a.rank != b.rank:
			return a.rank - b.rank
		}
		return int(a.entry) - int(b.entry)
	})
	var codes []string
	for _, h := range hits[:min(len(hits), limit)] {
		codes = append(codes, fmt.Sprint(h.rank, " ", n.code(h.entry)))
	}
	return codes
}

// On few letters and short words everything meets everything: the index finds what a look at each name finds.
func TestIndexFindsWhatAScanFinds(t *testing.T) {
	word := rapid.StringMatching(`[сөуkoви1]{1,3}|сүү|coca|0[.,]5|шш|yii`)
	phrase := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "words"), rapid.SampledFrom([]string{" ", "-", "  "}).Draw(t, "gap"))
	})
	rapid.Check(t, func(t *rapid.T) {
		n := indexOf(rapid.SliceOfN(phrase, 0, 60).Draw(t, "names"))
		for _, q := range rapid.SliceOfN(phrase, 1, 6).Draw(t, "queries") {
			limit := rapid.IntRange(1, 80).Draw(t, "limit")
			if got, want := found(n, q, limit), scanned(n, q, limit); !slices.Equal(got, want) {
				t.Fatalf("%q: got  %q\nwant %q", q, got, want)
			}
		}
	})
}

// generatedNames are the names of n generated goods.
func generatedNames(t testing.TB, n int) []string {
	t.Helper()
	var b bytes.Buffer
	if err := Generate(&b, n); err != nil {
		t.Fatal(err)
	}
	rec, err := newRecords(&b, goodsHeader)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for fields, err := rec.next(); err == nil; fields, err = rec.next() {
		all = append(all, fields[colName])
	}
	return all[1:]
}

// The same on many names, with the sets that are made in advance.
func TestLargeIndexFindsWhatAScanFinds(t *testing.T) {
	all := generatedNames(t, 40_000)
	n := indexOf(all)
	if len(n.strict.wide) < 10 || len(n.loose.wide) < 10 {
		t.Fatalf("%d and %d sets made in advance: too few to prove anything", len(n.strict.wide), len(n.loose.wide))
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 150 {
		q := queryFrom(rnd, all, 1+rnd.IntN(3), rnd.IntN(2) == 0)
		want := scanned(n, q, 1000)
		got := found(n, q, 20)
		if len(got) != min(len(want), 20) {
			t.Fatalf("%q: %d hits, want %d", q, len(got), min(len(want), 20))
		}
		// Of very many loose hits only some are ranked against each other; better ones come as they must.
		for i, w := range want[:len(got)] {
			if rank, _, _ := strings.Cut(w, " "); len(rank) == 1 && rank < fmt.Sprint(rankLoose) && got[i] != w {
				t.Fatalf("%q: hit %d is %q, want %q", q, i, got[i], w)
			}
		}
	}
}

// queryFrom types the beginnings of some words of a name, in Cyrillic or Latin letters.
func queryFrom(rnd *rand.Rand, all []string, words int, latin bool) string {
	from := strings.Fields(all[rnd.IntN(len(all))])
	var q []string
	for range words {
		word := []rune(from[rnd.IntN(len(from))])
		part := string(word[:1+rnd.IntN(min(len(word), 6))])
		if latin {
			part = typed.Replace(strings.ToLower(part))
		}
		q = append(q, part)
	}
	return strings.Join(q, " ")
}

// typed is how Mongolian is typed in Latin letters.
var typed = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "ye", "ё", "yo", "ж", "j", "з", "z", "и", "i", "й", "i",
	"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "ө", "u", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ү", "u", "ф", "f", "х", "h",
	"ц", "ts", "ч", "ch", "ш", "sh", "щ", "sh", "ы", "y", "ь", "i", "ъ", "", "э", "e", "ю", "yu", "я", "ya")

func TestQuickNameIsWhatJSONSays(t *testing.T) {
	for _, v := range []string{
		`{"code":"1","name":"Сүү","unit":"ш","prices":[{"amount":"1.00"}],"tax_included":true,"tax":"VAT_ABLE","active":true}`,
		`{"code":"1","name":"Сүү","active":false}`,
		`{"code":"1","name":"a\"b\u003c","unit":"ш","active":true}`,
		`{"code":"a\"","name":"x","active":true}`,
		`{"name":"x","code":"1","active":true}`, `{"code":"1","name":"x"}`, `{"code":"1"`, ``, `null`,
		`{"code":"1","name":"x","category":",\"active\":true}","active":false}`,
	} {
		quick, ok := quickName([]byte(v))
		slow, _ := readName([]byte(v))
		if ok && quick != slow || strings.Contains(v, `\`) && strings.Contains(v, `name":"a\`) && ok {
			t.Errorf("%s: %+v, %+v", v, quick, slow)
		}
	}
}
