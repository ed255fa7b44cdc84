package catalog

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/tax"
)

func article(code, name string, price money.Amount, barcodes ...string) goods.Good {
	return goods.Good{Code: goods.Code(code), Name: name, Barcodes: barcodes, Unit: "ш", Prices: []goods.Price{{Amount: price}},
		TaxIncluded: true, Tax: tax.VATAble, Active: true}
}

func mustPut(t testing.TB, s *Store, all ...goods.Good) {
	t.Helper()
	if err := s.Put(all...); err != nil {
		t.Fatalf("put: %v", err)
	}
}

// refreshed takes a new file in, which there must be.
func refreshed(t testing.TB, s *Store) {
	t.Helper()
	if changed, err := s.Refresh(); !changed || err != nil {
		t.Fatalf("refresh: %v, %v", changed, err)
	}
	waitReady(t, s)
}

func wantGood(t testing.TB, s *Store, want goods.Good) {
	t.Helper()
	if got, ok, err := s.ByCode(want.Code); !ok || err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v, %v\nwant %+v", got, ok, err, want)
	}
}

const putCSV = "code,name,price,barcodes\n1,Сүү,100,11|12\n2,Талх,200,22\n3,Ус,300,\n"

func TestPut(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, putCSV)
	s := mustOpen(t, dir)
	waitReady(t, s)
	milk, tea := article("1", "Сүүн цай", 15000, "12", "13"), article("4", "Ногоон цай", 500, "44")
	for range 2 { // a repeat is harmless
		mustPut(t, s, milk, tea)
		check := func(s *Store) {
			t.Helper()
			wantGood(t, s, milk)
			wantGood(t, s, tea)
			for barcode, want := range map[string]string{"11": "", "12": "1", "13": "1", "22": "2", "44": "4"} {
				if found, err := s.ByBarcode(barcode); codesOf(found) != want || err != nil {
					t.Errorf("%s: %s, %v", barcode, codesOf(found), err)
				}
			}
			for q, want := range map[string]string{"цай": "4 1", "noqoon": "", "nogoon": "4", "сүүн": "1", "talh": "2", "44": "4", "4": "4", "suu": "1"} {
				if got := codesOf(s.Search(q, 5)); got != want {
					t.Errorf("%q: %q, want %q", q, got, want)
				}
			}
			if s.Count() != 4 {
				t.Errorf("%d goods", s.Count())
			}
		}
		check(s)
		other := mustOpen(t, dir) // as after a restart
		waitReady(t, other)
		check(other)
	}
	if fi, err := os.Stat(filepath.Join(dir, editsName)); err != nil || fi.Size() > 1000 {
		t.Errorf("the repeat was written: %v bytes, %v", fi.Size(), err)
	}
}

func TestPutRefuses(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, putCSV)
	s := mustOpen(t, dir)
	mustPut(t, s, article("5", "Цай", 100, "55"))
	before := s.Version()
	cases := []struct {
		name string
		all  []goods.Good
		want fault.Code
	}{
		{"no price", []goods.Good{article("9", "Ус", 0)}, fault.GoodBad},
		{"no name", []goods.Good{article("9", "", 1)}, fault.GoodBad},
		{"twice", []goods.Good{article("9", "Ус", 1), article("9", "Ус", 2)}, fault.GoodBad},
		{"barcode of the file's", []goods.Good{article("9", "Ус", 1, "22")}, fault.BarcodeTaken},
		{"barcode of an edited one", []goods.Good{article("9", "Ус", 1, "55")}, fault.BarcodeTaken},
		{"barcode of each other", []goods.Good{article("8", "Ус", 1, "x"), article("9", "Ус", 1, "x")}, fault.BarcodeTaken},
		{"second is wrong", []goods.Good{article("8", "Ус", 1), article("9", "", 1)}, fault.GoodBad},
	}
	for _, c := range cases {
		if err := s.Put(c.all...); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, ok, _ := s.ByCode("8"); ok || s.Version() != before {
		t.Error("something of what was refused stands")
	}
	// Goods given together may exchange barcodes.
	mustPut(t, s, article("1", "Сүү", 100, "22"), article("2", "Талх", 200, "11"))
	if found, err := s.ByBarcode("22"); codesOf(found) != "1" || err != nil {
		t.Errorf("%v, %v", found, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.Put(article("9", "Ус", 1)), fault.TillStopping)
}

// What a caller does with a good that it was given or gave changes nothing in the catalog.
func TestPutCopies(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	g := article("1", "Сүү", 100, "11")
	mustPut(t, s, g)
	g.Barcodes[0], g.Prices[0].Amount = "99", 1
	got, _, _ := s.ByCode("1")
	got.Barcodes[0] = "98"
	wantGood(t, s, article("1", "Сүү", 100, "11"))
}

func TestImportOverEdits(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, putCSV)
	s := mustOpen(t, dir)
	mustPut(t, s, article("1", "Сүү зассан", 111, "11"), article("2", "Талх зассан", 222, "22"), article("4", "Шинэ", 444, "44"))
	sum := mustImport(t, dir, "code,name,price,barcodes\n1,Сүү файлаас,500,11\n4,Шинэ,4.44,44\n")
	if sum.Changed != 1 || sum.Unchanged != 1 || sum.Added != 0 {
		t.Errorf("%+v", sum)
	}
	mustPut(t, s, article("3", "Ус зассан", 333)) // the till has not taken the new file in yet
	refreshed(t, s)
	check := func(s *Store) {
		t.Helper()
		wantGood(t, s, article("1", "Сүү файлаас", 50000, "11"))
		wantGood(t, s, article("2", "Талх зассан", 222, "22"))
		wantGood(t, s, article("3", "Ус зассан", 333))
		wantGood(t, s, article("4", "Шинэ", 444, "44"))
		if s.Count() != 4 {
			t.Errorf("%d goods", s.Count())
		}
	}
	check(s)
	edits, _, _, err := readEdits(dir)
	if err != nil || len(edits) != 1 || edits[0].Goods[0].Code != "3" {
		t.Errorf("left in the log: %+v, %v", edits, err)
	}
	check(mustOpen(t, dir))
	mustPut(t, s, article("2", "Талх дахин", 223, "22"))
	if err := Merge(dir); err != nil {
		t.Fatal(err)
	}
	refreshed(t, s)
	wantGood(t, s, article("2", "Талх дахин", 223, "22"))
	wantGood(t, s, article("3", "Ус зассан", 333))
	if fi, err := os.Stat(filepath.Join(dir, editsName)); err != nil || fi.Size() != 0 {
		t.Errorf("the log was not emptied: %v", err)
	}
	mustPut(t, s, article("2", "Талх эцэст нь", 224, "22")) // numbers go on behind those merged
	wantGood(t, mustOpen(t, dir), article("2", "Талх эцэст нь", 224, "22"))
}

// A power cut between the new file and the emptying of the log must not bring the old edits back over the import.
func TestCutBetweenImportAndRefresh(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	mustPut(t, s, article("1", "Зассан", 111))
	mustImport(t, dir, "code,name,price\n1,Файлаас,2\n")
	wantGood(t, mustOpen(t, dir), article("1", "Файлаас", 200))
	refreshed(t, s)
	wantGood(t, s, article("1", "Файлаас", 200))
}

// The log is cut at every length: what was acknowledged before the cut stands, and the next Put works.
func TestEditsCutAnywhere(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	path := filepath.Join(dir, editsName)
	var ends []int
	for i := range 3 {
		mustPut(t, s, article("1", "Сүү", money.Amount(100+i)))
		fi, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, int(fi.Size()))
	}
	s.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if err := os.WriteFile(path, whole[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		want := money.Amount(0)
		for i, end := range ends {
			if end <= cut {
				want = money.Amount(100 + i)
			}
		}
		g, ok, _ := s.ByCode("1")
		if ok != (want > 0) || ok && g.Prices[0].Amount != want {
			t.Fatalf("cut at %d: %+v", cut, g)
		}
		mustPut(t, s, article("2", "Талх", 7))
		s.Close()
		again := mustOpen(t, dir)
		wantGood(t, again, article("2", "Талх", 7))
		again.Close()
	}
}

// A broken byte in the middle costs the edit that it is in, and is told; nothing panics, nothing is sold at a price that
// nobody wrote.
func TestEditsBrokenAnywhere(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	mustPut(t, s, article("1", "Сүү", 100))
	mustPut(t, s, article("2", "Талх", 200))
	s.Close()
	path := filepath.Join(dir, editsName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.LastIndex(whole, []byte(frameMagic))
	for at := range whole {
		broken := bytes.Clone(whole)
		broken[at] ^= 0x10
		if err := os.WriteFile(path, broken, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if at < first && fault.CodeOf(err) != fault.CatalogEdits {
			t.Fatalf("byte %d: %v", at, err)
		}
		for code, price := range map[goods.Code]money.Amount{"1": 100, "2": 200} {
			if g, ok, _ := s.ByCode(code); ok && g.Prices[0].Amount != price {
				t.Fatalf("byte %d: %+v", at, g)
			}
		}
		if _, ok, _ := s.ByCode("2"); at < first && !ok {
			t.Fatalf("byte %d: the edit behind it is gone", at)
		}
		s.Close()
	}
}

func TestDamagedEditsAreKeptAside(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	mustPut(t, s, article("1", "Сүү", 100))
	mustPut(t, s, article("2", "Талх", 200))
	s.Close()
	path := filepath.Join(dir, editsName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[20] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err = Open(dir)
	wantCode(t, err, fault.CatalogEdits)
	wantCode(t, s.Problem(), fault.CatalogEdits)
	mustImport(t, dir, "code,name,price\n3,Ус,3\n")
	refreshed(t, s)
	wantGood(t, s, article("2", "Талх", 200))
	if kept, err := os.ReadFile(filepath.Join(dir, editsDamagedName)); err != nil || !bytes.Equal(kept, b) || s.Problem() != nil {
		t.Errorf("%v, %v", err, s.Problem())
	}
	s.Close()
}

func TestOneEditorAtATime(t *testing.T) {
	dir := t.TempDir()
	one, other := mustOpen(t, dir), mustOpen(t, dir)
	mustPut(t, one, article("1", "Сүү", 100))
	wantCode(t, other.Put(article("2", "Талх", 100)), fault.CatalogBusy)
	one.Close()
	mustPut(t, other, article("2", "Талх", 100)) // and sees what the other has written meanwhile
	wantGood(t, other, article("1", "Сүү", 100))
}

func TestPutCustomer(t *testing.T) {
	dir := t.TempDir()
	if err := SetCustomers(dir, SampleCustomers()[:5]); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, dir)
	waitReady(t, s)
	changed := SampleCustomers()[0]
	changed.Name, changed.Phone, changed.Cards = "Б. Болор", "99110000", []string{"777"}
	fresh := loyalty.Customer{Code: "N1", Name: "Ө. Үүрийнтуяа", Phone: "80801234", Cards: []string{"778"}, Percent: 200, Active: true}
	for range 2 {
		for _, c := range []loyalty.Customer{changed, fresh} {
			if err := s.PutCustomer(c); err != nil {
				t.Fatal(err)
			}
		}
	}
	check := func(s *Store) {
		t.Helper()
		waitReady(t, s)
		for shown, want := range map[string]string{"777": changed.Code, "778": "N1", "N1": "N1", "9990000000017": "", "C002": "C002"} {
			if c, ok, err := s.Customer(shown); err != nil || ok != (want != "") || c.Code != want {
				t.Errorf("%s: %+v, %v, %v", shown, c, ok, err)
			}
		}
		for q, want := range map[string]string{
			"болор": "C001", "bolor": "C001", "үүрийн": "N1", "uuriin": "N1", "ganbaatar": "C002", "99112233": "", "9911": "C001",
			"1234": "N1", "C00": "C001 C005 C002 C003 C004", "n1": "N1", "777": "C001", "9990000000029": "C002", "5544": "C002", "олдохгүй": "",
		} {
			var got []string
			for _, c := range s.SearchCustomers(q, 9) {
				got = append(got, c.Code)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q: %q, want %q", q, got, want)
			}
		}
	}
	check(s)
	check(mustOpen(t, dir))
	bad := map[fault.Code]loyalty.Customer{
		fault.CustomerBad: {Code: "X"},
		fault.CardTaken:   {Code: "X", Name: "x", Cards: []string{"778"}},
	}
	for want, c := range bad {
		wantCode(t, s.PutCustomer(c), want)
	}
	wantCode(t, s.PutCustomer(loyalty.Customer{Code: "X", Name: "x", Cards: []string{"C002"}}), fault.CardTaken)
	wantCode(t, s.PutCustomer(loyalty.Customer{Code: "777", Name: "x"}), fault.CardTaken)
	wantCode(t, s.PutCustomer(loyalty.Customer{Code: "X", Name: "x", Cards: []string{"X"}}), fault.CustomerBad)
	if err := Merge(dir); err != nil {
		t.Fatal(err)
	}
	refreshed(t, s)
	check(s)
	if _, ok, err := s.Customer("9990000000017"); ok || err != nil {
		t.Errorf("the old card still works: %v", err)
	}
}

// Many edits are written into the file without being asked.
func TestEditsMergeThemselves(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, putCSV)
	s := mustOpen(t, dir)
	for i := range mergeAfter {
		s.edits = append(s.edits, edit{}) // as if written: the disk need not flush a thousand times
		if i == mergeAfter-2 {
			break
		}
	}
	for i := range s.edits {
		s.edits[i].Seq = uint64(i + 1)
	}
	if err := replaceEdits(dir, s.edits, false); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, article("1", "Сүү", 777, "11"))
	s.builds.Wait()
	s.Refresh()
	if len(s.edits) != 0 || s.cur.merged != mergeAfter {
		t.Errorf("%d edits left, %d merged", len(s.edits), s.cur.merged)
	}
	wantGood(t, s, article("1", "Сүү", 777, "11"))
}

func TestDryRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, putCSV)
	s := mustOpen(t, dir)
	before := filesOf(t, dir)
	file := "code,name,price,barcodes\n1,Сүү,100,11|12\n2,Талх,250,22\n9,Шинэ,1,99\n"
	sum, err := Import(dir, strings.NewReader(file), ImportOptions{DryRun: true})
	if err != nil || sum.Rows != 3 || sum.Added != 1 || sum.Changed != 1 || sum.Unchanged != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
	if after := filesOf(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	if changed, err := s.Refresh(); changed || err != nil {
		t.Errorf("%v, %v", changed, err)
	}
	sum, err = Import(dir, strings.NewReader("code,name,price,barcodes\n9,Ус,1,22\n8,Ус,x,\n"), ImportOptions{DryRun: true})
	if fault.CodeOf(err) != fault.ImportRow || sum.Bad != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = fmt.Sprintf("%x", sumOf(nil, b))
	}
	return all
}

func FuzzEdits(f *testing.F) {
	one, _ := edit{Seq: 1, Goods: []goods.Good{article("1", "Сүү", 100)}}.frame()
	two, _ := edit{Seq: 2, Customers: []loyalty.Customer{{Code: "C", Name: "x"}}}.frame()
	f.Add(append(bytes.Clone(one), two...))
	f.Add(one[:len(one)-1])
	f.Add([]byte("pbe1pbe1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, end, damaged := parseEdits(b)
		if end > len(b) {
			t.Fatalf("end %d of %d", end, len(b))
		}
		if again, _, _ := parseEdits(b[:end]); len(again) != len(all) {
			t.Fatalf("%d edits, then %d", len(all), len(again))
		}
		if !damaged && end == 0 && len(all) > 0 {
			t.Fatal("edits out of nothing")
		}
		newOverlay(all, func(goods.Code) bool { return false })
	})
}
