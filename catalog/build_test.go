package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// each gives values without an error.
func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func mustBuild(t testing.TB, dir string, s Snapshot) {
	t.Helper()
	if err := Build(dir, s); err != nil {
		t.Fatal(err)
	}
}

// bboltChecks has bbolt judge a file: its tree, its order, its pages.
func bboltChecks(t testing.TB, dir string) {
	t.Helper()
	whole, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	count := (len(whole) - trailerSize) / (pageSize + sumSize)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, whole[:count*pageSize], 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o644, &bbolt.Options{PageSize: pageSize, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		return tx.Bucket(bucketGoods).Put([]byte("\xff"), []byte("{}"))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A tree of any shape is what bbolt takes for one, with values larger than a page and keys of many sizes.
func TestTreeIsOneForBbolt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		want := map[string]string{}
		for range rapid.IntRange(0, 40).Draw(rt, "blocks") {
			keySize, valueSize := rapid.IntRange(1, 300).Draw(rt, "key"), rapid.IntRange(0, 9000).Draw(rt, "value")
			for i := range rapid.IntRange(1, 60).Draw(rt, "keys") {
				key := fmt.Sprintf("%0*d", keySize, i+len(want))
				want[key] = strings.Repeat("v", valueSize)
			}
		}
		f, err := os.Create(filepath.Join(dir, fileName))
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		w := &writer{file: newPageFile(f)}
		s := newSorter(&spool{path: filepath.Join(dir, workName)})
		s.most = 1 << 16
		defer s.spool.Close()
		for key, value := range want {
			if err := s.add([]byte(key), []byte(value)); err != nil {
				rt.Fatal(err)
			}
		}
		if _, err := w.bucket(bucketGoods, s.sorted(), nil); err != nil {
			rt.Fatal(err)
		}
		for _, name := range [][]byte{bucketBarcodes, bucketCustomers, bucketCards} {
			if _, err := w.bucket(name, nothing{}, nil); err != nil {
				rt.Fatal(err)
			}
		}
		if err := w.finish(); err != nil {
			rt.Fatal(err)
		}
		bboltChecks(t, dir)
		g, err := openGeneration(dir, provedAtOpen)
		if err != nil {
			rt.Fatal(err)
		}
		defer g.close()
		got := map[string]string{}
		all := streamOf(g.pages, bucketGoods)
		for {
			key, value, err := all.next()
			if err != nil {
				rt.Fatal(err)
			}
			if key == nil {
				break
			}
			got[string(key)] = string(value)
		}
		if !maps.Equal(got, want) {
			rt.Fatalf("%d keys came back of %d", len(got), len(want))
		}
	})
}

func TestTreeRefusesDisorder(t *testing.T) {
	for _, second := range []string{"b", "a"} {
		tr := newTree(newPageFile(nil))
		if err := tr.add([]byte("b"), nil); err != nil {
			t.Fatal(err)
		}
		if err := tr.add([]byte(second), nil); err == nil {
			t.Errorf("%s behind b was taken", second)
		}
	}
}

// What a sorter gives is what it got, in order, however little of it fits into memory.
func TestSorter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newSorter(&spool{path: filepath.Join(t.TempDir(), workName)})
		defer s.spool.Close()
		s.most = rapid.IntRange(1, 400).Draw(rt, "memory")
		type pair struct{ key, value string }
		var want []pair
		for _, key := range rapid.SliceOf(rapid.StringMatching(`[ab]{1,12}|[\x00-\xff]{1,3}`)).Draw(rt, "keys") {
			p := pair{key, fmt.Sprint(len(want))}
			want = append(want, p)
			if err := s.add([]byte(p.key), []byte(p.value)); err != nil {
				rt.Fatal(err)
			}
		}
		var got []pair
		for all := s.sorted(); ; {
			key, value, err := all.next()
			if err != nil {
				rt.Fatal(err)
			}
			if key == nil {
				break
			}
			got = append(got, pair{string(key), string(value)})
		}
		if !slices.IsSortedFunc(got, func(a, b pair) int { return strings.Compare(a.key, b.key) }) {
			rt.Fatalf("no order: %q", got)
		}
		both := func(a, b pair) int { return strings.Compare(a.key+"\xff"+a.value, b.key+"\xff"+b.value) }
		slices.SortFunc(got, both)
		slices.SortFunc(want, both)
		if !slices.Equal(got, want) {
			rt.Fatalf("got %q, want %q", got, want)
		}
	})
}

// A good is written as encoding/json writes it. Who adds a field to a good must add it here.
func TestAppendGood(t *testing.T) {
	if n := reflect.TypeFor[goods.Good]().NumField(); n != 14 {
		t.Fatalf("a good has %d fields; appendGood knows 14", n)
	}
	texts := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{"Сүү", `a"b\c`, "<&>", "\u2028€", "\xff", "\x7f"}))
	rapid.Check(t, func(rt *rapid.T) {
		g := goods.Good{
			Code: goods.Code(texts.Draw(rt, "code")), Name: texts.Draw(rt, "name"), Barcodes: rapid.SliceOf(texts).Draw(rt, "barcodes"),
			Category: texts.Draw(rt, "category"), Unit: texts.Draw(rt, "unit"), Weighed: rapid.Bool().Draw(rt, "weighed"),
			TaxIncluded: rapid.Bool().Draw(rt, "included"), Tax: tax.Class(texts.Draw(rt, "tax")), CityTax: rapid.Bool().Draw(rt, "city"),
			ClassCode: texts.Draw(rt, "class"), TaxProductCode: texts.Draw(rt, "product"), Stamped: rapid.Bool().Draw(rt, "stamped"), Active: rapid.Bool().Draw(rt, "active"),
		}
		for range rapid.IntRange(0, 3).Draw(rt, "prices") {
			p := goods.Price{Amount: money.Amount(rapid.Int64().Draw(rt, "amount"))}
			if rapid.Bool().Draw(rt, "dated") {
				p.From = "2026-01-01"
			}
			g.Prices = append(g.Prices, p)
		}
		want, err := json.Marshal(g)
		if err != nil {
			rt.Fatal(err)
		}
		got := appendGood(nil, &g)
		if !bytes.Equal(got, want) {
			rt.Fatalf("got  %s\nwant %s", got, want)
		}
		sameDecoded(t, got)
	})
}

// sameDecoded demands that a good is read as encoding/json reads it.
func sameDecoded(t *testing.T, b []byte) (quick bool) {
	t.Helper()
	var want goods.Good
	wantErr := json.Unmarshal(b, &want)
	got, ok := quickGood(b)
	if ok && (wantErr != nil || !reflect.DeepEqual(got, want)) {
		t.Fatalf("%s:\ngot  %+v\nwant %+v, %v", b, got, want, wantErr)
	}
	if all, err := DecodeGood(b); (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(all, want) {
		t.Fatalf("%s:\ngot  %+v, %v\nwant %+v, %v", b, all, err, want, wantErr)
	}
	return ok
}

// Goods of a shop take the short way.
func TestQuickGood(t *testing.T) {
	for _, g := range []goods.Good{
		article("1", "Сүү 1л", 1, "11", "12"), article("Ө-1", "Цай", 5),
		{Code: "2", Name: "Архи", Category: "Уух", Unit: "ш", Weighed: true, CityTax: true, ClassCode: "1234567", TaxProductCode: "305",
			Prices: []goods.Price{{Amount: 5}, {From: "2026-01-01", Amount: 7}}, Tax: tax.VATFree},
	} {
		if b := appendGood(nil, &g); !sameDecoded(t, b) {
			t.Errorf("%s takes the long way", b)
		}
	}
}

func FuzzDecodeGood(f *testing.F) {
	g := article("1", "Сүү 1л", 1, "11", "12")
	whole := appendGood(nil, &g)
	f.Add(whole)
	f.Add(bytes.Replace(whole, []byte("Сүү"), []byte("a\\u0041<"), 1))
	f.Add(bytes.Replace(whole, []byte("0.01"), []byte("-1e5"), 1))
	f.Add(bytes.Replace(whole, []byte(`"prices":[`), []byte(`"prices":[{"amount":"1"},`), 1))
	f.Fuzz(func(t *testing.T, b []byte) { sameDecoded(t, b) })
}

// drawGoods draws goods of which no two have a barcode in common.
func drawGoods(rt *rapid.T, label string) []goods.Good {
	used := map[string]bool{}
	var all []goods.Good
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 60), 0, 40, func(n int) int { return n }).Draw(rt, label) {
		names := []string{"Сүү", "Талх хар", "Ундаа Coca-Cola 0.5л", "Цай", "Архи"}
		g := article(fmt.Sprint(n), rapid.SampledFrom(names).Draw(rt, "name"), money.Amount(rapid.Int64Range(1, 99).Draw(rt, "price")))
		for _, b := range rapid.SliceOfNDistinct(rapid.IntRange(100, 180), 0, 3, func(n int) int { return n }).Draw(rt, "barcodes") {
			if code := fmt.Sprint(b); !used[code] {
				used[code] = true
				g.Barcodes = append(g.Barcodes, code)
			}
		}
		g.Active = rapid.IntRange(0, 9).Draw(rt, "active") > 0
		all = append(all, g)
	}
	return all
}

// answers is all that a catalog says of goods with small numbers.
func answers(t testing.TB, s *Store) string {
	t.Helper()
	<-s.Ready()
	var b strings.Builder
	fmt.Fprintln(&b, s.Count())
	for n := range 200 {
		found, err := s.ByBarcode(fmt.Sprint(n))
		g, ok, err2 := s.ByCode(goods.Code(fmt.Sprint(n)))
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, n, found, g, ok)
	}
	for _, q := range []string{"сүү", "кола", "1", "100", "ар", "talh"} {
		fmt.Fprintln(&b, q, s.Search(q, MaxHits))
	}
	fmt.Fprintln(&b, s.SearchCustomers("болор", 5))
	return b.String()
}

// A catalog says the same whichever way it has come about: built at once from a snapshot, or grown edit by edit and
// merged now and then. What was there before the snapshot leaves no trace.
func TestBuiltAndGrownAreAlike(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := drawGoods(rt, "goods")
		grown := t.TempDir()
		g := mustOpen(t, grown)
		for i, good := range all {
			mustPut(t, g, good)
			if i%7 == 3 {
				if err := Merge(grown); err != nil {
					rt.Fatal(err)
				}
				mustRefresh(t, g)
			}
		}
		built := t.TempDir()
		b := mustOpen(t, built)
		mustPut(t, b, drawGoods(rt, "before")...)
		mustBuild(t, built, Snapshot{Goods: each(all), Mark: "17"})
		mustRefresh(t, b)
		if got, want := answers(t, b), answers(t, g); got != want {
			rt.Fatalf("built:\n%s\ngrown:\n%s", got, want)
		}
		bboltChecks(t, built)
		if b.Mark() != "17" {
			rt.Fatalf("mark %q", b.Mark())
		}
		if err := Merge(grown); err != nil {
			rt.Fatal(err)
		}
		mustRefresh(t, g)
		if got, want := answers(t, g), answers(t, b); got != want {
			rt.Fatalf("merged:\n%s\nbuilt:\n%s", got, want)
		}
	})
}

func mustRefresh(t testing.TB, s *Store) {
	t.Helper()
	if _, err := s.Refresh(); err != nil {
		t.Fatal(err)
	}
}

func TestBuildKeepsOrReplacesCustomers(t *testing.T) {
	dir := t.TempDir()
	if err := SetCustomers(dir, SampleCustomers()); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, dir)
	mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("1", "Сүү", 100)})})
	mustRefresh(t, s)
	if _, ok, err := s.Customer("9990000000012"); !ok || err != nil {
		t.Errorf("the customers are gone: %v", err)
	}
	other := []loyalty.Customer{{Code: "Z", Name: "Зая", Cards: []string{"55"}, Active: true}}
	mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{}), Customers: each(other)})
	mustRefresh(t, s)
	if _, ok, _ := s.Customer("9990000000012"); ok {
		t.Error("an old customer is still there")
	}
	if c, ok, err := s.Customer("55"); !ok || c.Code != "Z" || err != nil {
		t.Errorf("%+v, %v, %v", c, ok, err)
	}
	if s.Count() != 0 {
		t.Errorf("%d goods", s.Count())
	}
}

// Whatever is wrong with a snapshot, the old catalog stays, and nothing lies about.
func TestBuildRefuses(t *testing.T) {
	milk, cut := article("1", "Сүү", 100), errors.New("the line was cut")
	ends := func(yield func(goods.Good, error) bool) { _ = yield(milk, nil) && yield(goods.Good{}, cut) }
	none := each([]goods.Good{})
	for name, c := range map[string]struct {
		s    Snapshot
		code fault.Code
	}{
		"cut off":        {Snapshot{Goods: ends}, fault.Internal},
		"no price":       {Snapshot{Goods: each([]goods.Good{{Code: "1", Name: "x", Unit: "ш", Tax: tax.VATAble}})}, fault.GoodBad},
		"twice":          {Snapshot{Goods: each([]goods.Good{milk, article("2", "Цай", 5), milk})}, fault.GoodBad},
		"customer":       {Snapshot{Goods: none, Customers: each([]loyalty.Customer{{}})}, fault.CustomerBad},
		"customer twice": {Snapshot{Goods: none, Customers: each(append(SampleCustomers(), SampleCustomers()...))}, fault.ImportRow},
	} {
		dir := t.TempDir()
		mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("7", "Гурил", 700, "77")}), Mark: "old"})
		s := mustOpen(t, dir)
		err := Build(dir, c.s)
		if err == nil || fault.CodeOf(err) != c.code && !errors.Is(err, cut) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if changed, err := s.Refresh(); changed || err != nil || s.Mark() != "old" || s.Count() != 1 {
			t.Errorf("%s: %v, %v, %d goods", name, changed, err, s.Count())
		}
		for _, left := range []string{workName, newName} {
			if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
				t.Errorf("%s: %s is left", name, left)
			}
		}
	}
}

// A basket keeps what it was scanned with when the catalog is replaced.
func TestBuildLeavesWhatWasFound(t *testing.T) {
	dir := t.TempDir()
	mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("1", "Сүү", 100, "11")})})
	s := mustOpen(t, dir)
	before, err := s.ByBarcode("11")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%+v", before)
	mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("1", "Сүү шинэ", 200, "11")})})
	mustRefresh(t, s)
	if got := fmt.Sprintf("%+v", before); got != want {
		t.Errorf("%s became %s", want, got)
	}
	after, err := s.ByBarcode("11")
	if err != nil || len(after) != 1 || after[0].Prices[0].Amount == before[0].Prices[0].Amount {
		t.Errorf("%+v, %v", after, err)
	}
}

// The power is cut at every state of the folder that a build goes through: what opens is the old catalog or the new one.
func TestBuildCutOff(t *testing.T) {
	dir := t.TempDir()
	mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("1", "Сүү", 100)}), Mark: "old"})
	whole := func() []byte { b, _ := os.ReadFile(filepath.Join(dir, fileName)); return b }
	before := whole()
	mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("1", "Сүү", 200), article("2", "Цай", 5)}), Mark: "new"})
	after := whole()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		if err := os.WriteFile(filepath.Join(dir, fileName), before, 0o644); err != nil {
			t.Fatal(err)
		}
		part := bytes.Clone(after[:rnd.IntN(len(after))])
		for range rnd.IntN(3) { // pages that had not reached the disk
			if n := len(part) / pageSize; n > 0 {
				clear(part[rnd.IntN(n)*pageSize:][:pageSize])
			}
		}
		if err := os.WriteFile(filepath.Join(dir, newName), part, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, workName), part, 0o644); err != nil {
			t.Fatal(err)
		}
		if s := mustOpen(t, dir); s.Mark() != "old" || s.Count() != 1 {
			t.Fatalf("%q, %d goods", s.Mark(), s.Count())
		}
		mustBuild(t, dir, Snapshot{Goods: each([]goods.Good{article("1", "Сүү", 200), article("2", "Цай", 5)}), Mark: "new"})
		if !bytes.Equal(whole(), after) {
			t.Fatal("after a restart another file comes out")
		}
	}
}

// What an import mentions, edits and an old file come together as they did in bbolt: the last one holds, whole, and a
// barcode leads to those goods that have it now.
func TestLayersAgainstModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s := mustOpen(t, dir)
		model := map[goods.Code]goods.Good{}
		for range rapid.IntRange(1, 5).Draw(rt, "steps") {
			all := drawGoods(rt, "step")
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0:
				if s.Put(all...) != nil {
					continue // a barcode is taken
				}
			case 1:
				if _, err := Import(dir, strings.NewReader(csvOf(all)), ImportOptions{}); err != nil {
					continue // a barcode is taken, or there are no goods
				}
			case 2:
				clear(model)
				mustBuild(t, dir, Snapshot{Goods: each(all)})
			}
			for _, g := range all {
				model[g.Code] = g
			}
			mustRefresh(t, s)
		}
		fresh := t.TempDir()
		mustBuild(t, fresh, Snapshot{Goods: each(slices.Collect(maps.Values(model)))})
		if got, want := answers(t, s), answers(t, mustOpen(t, fresh)); got != want {
			rt.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}

// csvOf writes goods as the table that they would be imported from.
func csvOf(all []goods.Good) string {
	var b strings.Builder
	fmt.Fprintln(&b, "code,name,barcodes,price,active")
	for _, g := range all {
		fmt.Fprintf(&b, "%s,%s,%s,%s,%v\n", g.Code, g.Name, strings.Join(g.Barcodes, "|"), g.Prices[0].Amount, digitOf(g.Active))
	}
	return b.String()
}
