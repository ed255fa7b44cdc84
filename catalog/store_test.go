package catalog

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

func mustImport(t testing.TB, dir, csv string) Summary {
	t.Helper()
	sum, err := Import(dir, strings.NewReader(csv), ImportOptions{})
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return sum
}

func mustOpen(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func waitReady(t testing.TB, s *Store) {
	t.Helper()
	select {
	case <-s.Ready():
	case <-time.After(3 * time.Minute):
		t.Fatal("the names were not built")
	}
}

func wantCode(t testing.TB, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Fatalf("got %q (%v), want %q", got, err, want)
	}
}

func codesOf(found []goods.Good) string {
	var all []string
	for _, g := range found {
		all = append(all, string(g.Code))
	}
	return strings.Join(all, " ")
}

func TestMissingFileSellsNothing(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "none"))
	if s.Count() != 0 || s.Version() != "" {
		t.Errorf("count %d, version %q", s.Count(), s.Version())
	}
	if found, err := s.ByBarcode("8651070010097"); len(found) != 0 || err != nil {
		t.Errorf("ByBarcode: %v, %v", found, err)
	}
	if _, ok, err := s.ByCode("1001"); ok || err != nil {
		t.Errorf("ByCode: %v, %v", ok, err)
	}
	if _, ok, err := s.Customer("C001"); ok || err != nil {
		t.Errorf("Customer: %v, %v", ok, err)
	}
	if found := s.Search("сүү", 5); found != nil {
		t.Errorf("Search: %v", found)
	}
	if changed, err := s.Refresh(); changed || err != nil {
		t.Errorf("Refresh: %v, %v", changed, err)
	}
}

func TestLookups(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	if err := SetCustomers(dir, SampleCustomers()); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, dir)
	milk, ok, err := s.ByCode("1001")
	if err != nil || !ok || milk.Name != "Сүү 3.2% 1л" || milk.Prices[0].Amount != 420000 {
		t.Fatalf("ByCode: %+v, %v, %v", milk, ok, err)
	}
	found, err := s.ByBarcode(milk.Barcodes[0])
	if err != nil || codesOf(found) != "1001" {
		t.Errorf("ByBarcode: %v, %v", found, err)
	}
	for _, none := range []string{"", "865107001009", "86510700100971", "\x00"} {
		if found, err := s.ByBarcode(none); len(found) != 0 || err != nil {
			t.Errorf("ByBarcode(%q): %v, %v", none, found, err)
		}
	}
	for shown, want := range map[string]string{"C002": "C002", "9990000000017": "C001", "9990000000036": "C002"} {
		if c, ok, err := s.Customer(shown); !ok || err != nil || c.Code != want {
			t.Errorf("Customer(%q): %v, %v, %v", shown, c, ok, err)
		}
	}
	if _, ok, err := s.Customer("999000000001"); ok || err != nil {
		t.Errorf("part of a card is a customer: %v, %v", ok, err)
	}
}

func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	mustImport(t, dir, "code,name,price\n1,Сүү,100\n")
	if s.Count() != 0 {
		t.Fatal("a new file is seen before Refresh")
	}
	if changed, err := s.Refresh(); !changed || err != nil || s.Count() != 1 {
		t.Fatalf("changed %v, %v, count %d", changed, err, s.Count())
	}
	waitReady(t, s)
	first := s.Version()
	if changed, err := s.Refresh(); changed || err != nil {
		t.Fatalf("changed %v, %v", changed, err)
	}
	if sum := mustImport(t, dir, "code,name,price\n1,Сүү,100\n"); sum.Unchanged != 1 || sum.Changed+sum.Added != 0 {
		t.Errorf("%+v", sum)
	}
	if changed, _ := s.Refresh(); changed {
		t.Error("an import that changed nothing wrote a file")
	}
	mustImport(t, dir, "code,name,price\n1,Сүү,200\n2,Талх,300\n")
	if changed, err := s.Refresh(); !changed || err != nil || s.Count() != 2 || s.Version() == first {
		t.Fatalf("changed %v, %v, count %d, version %s", changed, err, s.Count(), s.Version())
	}
	if g, _, _ := s.ByCode("1"); g.Prices[0].Amount != 20000 {
		t.Errorf("price %s", g.Prices[0].Amount)
	}
	if err := os.Remove(filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Refresh(); !changed || err != nil || s.Count() != 0 {
		t.Fatalf("changed %v, %v, count %d", changed, err, s.Count())
	}
}

func TestVersionNamesTheContent(t *testing.T) {
	one, other := t.TempDir(), t.TempDir()
	mustImport(t, one, "code,name,price,barcodes\n1,Сүү,100,11\n2,Талх,300,22\n")
	mustImport(t, other, "code,name,price,barcodes\n2,Талх,900,33\n3,Ус,1,\n")
	mustImport(t, other, "code,name,price,barcodes\n2,Талх,300,22\n1,Сүү,100,11\n")
	mustImport(t, one, "code,name,price,barcodes\n3,Ус,1,\n")
	if a, b := mustOpen(t, one).Version(), mustOpen(t, other).Version(); a != b || len(a) != 16 {
		t.Errorf("%q and %q for the same goods", a, b)
	}
}

func TestClosedStore(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	s := mustOpen(t, dir)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.ByBarcode("8651070010097")
	wantCode(t, err, fault.TillStopping)
	_, err = s.Refresh()
	wantCode(t, err, fault.TillStopping)
	if found := s.Search("сүү", 3); found != nil {
		t.Errorf("found %v", found)
	}
}

// Readers go on while writers replace the file, and always see one whole import: all prices the same.
func TestReadersWhileImporting(t *testing.T) {
	dir := t.TempDir()
	const n = 200
	write := func(price int) {
		var b strings.Builder
		b.WriteString("code,name,price,barcodes\n")
		for i := range n {
			fmt.Fprintf(&b, "c%d,Сүү %d,%d,b%d\n", i, i, price, i)
		}
		mustImport(t, dir, b.String())
	}
	write(1)
	s := mustOpen(t, dir)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for id := range 3 {
		readers.Go(func() {
			for i := id; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				found, err := s.ByBarcode(fmt.Sprintf("b%d", i%n))
				if err != nil || len(found) != 1 {
					t.Errorf("barcode b%d: %v, %v", i%n, found, err)
					return
				}
				s.Search("сүү", 5)
			}
		})
	}
	for price := 2; price < 8; price++ {
		write(price)
		if changed, err := s.Refresh(); !changed || err != nil {
			t.Errorf("changed %v, %v", changed, err)
		}
	}
	close(stop)
	readers.Wait()
	if g, _, _ := s.ByCode("c7"); g.Prices[0].Amount != 700 {
		t.Errorf("price %s", g.Prices[0].Amount)
	}
}

func TestDamagedFileAtOpen(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]byte{
		"empty": {}, "one byte": {1}, "text": []byte(strings.Repeat("not a catalog\n", 1000)),
		"zeros": make([]byte, len(whole)), "longer": append(bytes.Clone(whole), 0),
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for i := range 40 {
		flipped := bytes.Clone(whole)
		flipped[rnd.IntN(len(flipped))] ^= 1 << rnd.IntN(8)
		cases[fmt.Sprintf("bit %d", i)] = flipped
		cases[fmt.Sprintf("cut %d", i)] = whole[:rnd.IntN(len(whole))]
	}
	for name, content := range cases {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if s == nil || fault.CodeOf(err) != fault.CatalogDamaged {
			t.Fatalf("%s: %v, %v", name, s, err)
		}
		if found, err := s.ByBarcode("8651070010097"); found != nil || err != nil {
			t.Errorf("%s: %v, %v", name, found, err)
		}
		if changed, err := s.Refresh(); changed || err != nil {
			t.Errorf("%s: refresh: %v, %v", name, changed, err)
		}
		wantCode(t, s.Problem(), fault.CatalogDamaged)
		s.Close()
	}
}

func TestImportRepairsDamage(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	path := filepath.Join(dir, fileName)
	if err := os.Truncate(path, 5000); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	wantCode(t, err, fault.CatalogDamaged)
	defer s.Close()
	if sum := mustImport(t, dir, sampleCSV); !sum.Damaged || sum.Added == 0 {
		t.Errorf("%+v", sum)
	}
	if changed, err := s.Refresh(); !changed || err != nil || s.Problem() != nil {
		t.Errorf("changed %v, %v, %v", changed, err, s.Problem())
	}
	if fi, err := os.Stat(filepath.Join(dir, damagedName)); err != nil || fi.Size() != 5000 {
		t.Errorf("the damaged file was not kept: %v", err)
	}
}

// The file is cut and overwritten under an open store: what is read then is a SIGBUS or nonsense, and must be an error.
func TestDamageUnderAnOpenFile(t *testing.T) {
	hurts := map[string]func(path string, size int64) error{
		"cut to nothing":  func(path string, _ int64) error { return os.Truncate(path, 0) },
		"cut to the meta": func(path string, _ int64) error { return os.Truncate(path, 2*pageSize) },
		"overwritten": func(path string, size int64) error {
			return os.WriteFile(path, bytes.Repeat([]byte{0xff}, int(size)), 0o644)
		},
	}
	for name, hurt := range hurts {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var b bytes.Buffer
			if err := Generate(&b, 3000); err != nil {
				t.Fatal(err)
			}
			mustImport(t, dir, b.String())
			good, err := os.ReadFile(filepath.Join(dir, fileName))
			if err != nil {
				t.Fatal(err)
			}
			s := mustOpen(t, dir)
			waitReady(t, s)
			if err := hurt(filepath.Join(dir, fileName), int64(len(good))); err != nil {
				t.Fatal(err)
			}
			_, _, err = s.ByCode("101500")
			wantCode(t, err, fault.CatalogDamaged)
			wantCode(t, s.Problem(), fault.CatalogDamaged)
			s.Search("сүү", 5)
			_, err = s.Refresh()
			wantCode(t, err, fault.CatalogDamaged)
			if changed, err := s.Refresh(); changed || err != nil {
				t.Errorf("the same damaged file was tried again: %v, %v", changed, err)
			}
			if err := os.WriteFile(filepath.Join(dir, "other"), good, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(dir, "other"), filepath.Join(dir, fileName)); err != nil {
				t.Fatal(err)
			}
			if changed, err := s.Refresh(); !changed || err != nil || s.Problem() != nil {
				t.Fatalf("changed %v, %v, %v", changed, err, s.Problem())
			}
			if _, ok, err := s.ByCode("101500"); !ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
}

func TestRefreshKeepsOldOnDamage(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	s := mustOpen(t, dir)
	path := filepath.Join(dir, fileName)
	if err := os.WriteFile(path+".x", []byte("nonsense"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".x", path); err != nil {
		t.Fatal(err)
	}
	_, err := s.Refresh()
	wantCode(t, err, fault.CatalogDamaged)
	if _, ok, err := s.ByCode("1001"); !ok || err != nil {
		t.Errorf("the old goods are gone: %v, %v", ok, err)
	}
	if _, err := s.Refresh(); err != nil {
		t.Errorf("said twice: %v", err)
	}
	wantCode(t, s.Problem(), fault.CatalogDamaged)
}

func TestOneWriterAtATime(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Import(dir, Sample(), ImportOptions{})
	wantCode(t, err, fault.CatalogBusy)
	wantCode(t, SetCustomers(dir, nil), fault.CatalogBusy)
	unlock()
	mustImport(t, dir, sampleCSV)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

func TestLeftoversOfAKilledWriter(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	for _, name := range []string{workName, newName} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if sum := mustImport(t, dir, sampleCSV); sum.Added != 0 || sum.Unchanged != sum.Rows {
		t.Errorf("%+v", sum)
	}
}

func TestUnwritableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Import(file, Sample(), ImportOptions{})
	wantCode(t, err, fault.CatalogWrite)
}

func TestSetCustomers(t *testing.T) {
	dir := t.TempDir()
	mustImport(t, dir, sampleCSV)
	if err := SetCustomers(dir, SampleCustomers()); err != nil {
		t.Fatal(err)
	}
	before := mustOpen(t, dir)
	if err := SetCustomers(dir, SampleCustomers()); err != nil {
		t.Fatal(err)
	}
	if changed, _ := before.Refresh(); changed {
		t.Error("the same customers wrote a file")
	}
	if err := SetCustomers(dir, SampleCustomers()[1:]); err != nil {
		t.Fatal(err)
	}
	if _, err := before.Refresh(); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := before.Customer("9990000000017"); ok {
		t.Error("a customer that is gone still has a card")
	}
	if _, ok, _ := before.Customer("9990000000029"); !ok || before.Count() == 0 {
		t.Error("other customers or goods are gone")
	}
	bad := map[string]loyalty.Customer{
		"row 2, column code":       {Code: "A", Name: "x"},
		"row 2, column name":       {Code: "B"},
		"row 2, column percent":    {Code: "B", Name: "x", Percent: 10001},
		"row 2, column cards":      {Code: "B", Name: "x", Cards: []string{"A"}},
		"row 2, column valid_from": {Code: "B", Name: "x", ValidFrom: "2024-02-30"},
		"row 2, column valid_to":   {Code: "B", Name: "x", ValidFrom: "2024-02-02", ValidTo: "2024-02-01"},
	}
	for want, c := range bad {
		err := SetCustomers(dir, []loyalty.Customer{{Code: "A", Name: "x"}, c})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
