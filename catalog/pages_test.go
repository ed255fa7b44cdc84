package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"posbox/pos/fault"
)

// fileOfGoods imports generated goods and returns the file's bytes.
func fileOfGoods(t testing.TB, dir string, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Generate(&b, n); err != nil {
		t.Fatal(err)
	}
	mustImport(t, dir, b.String())
	whole, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// pages gives for every key what bbolt gives, and all keys in its order.
func TestPagesReadWhatBboltReads(t *testing.T) {
	for _, n := range []int{0, 1, 300, 5000} {
		dir := t.TempDir()
		fileOfGoods(t, dir, max(n, 1))
		if n == 0 {
			os.Remove(filepath.Join(dir, fileName))
		}
		if err := SetCustomers(dir, SampleCustomers()); err != nil {
			t.Fatal(err)
		}
		g, err := openGeneration(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer g.close()
		db, err := bbolt.Open(filepath.Join(dir, fileName), 0, &bbolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		err = db.View(func(tx *bbolt.Tx) error {
			for _, name := range allBuckets {
				c, want := g.pages.cursor(name), tx.Bucket(name).Cursor()
				k, v := c.seek(nil)
				for wk, wv := want.First(); wk != nil; wk, wv = want.Next() {
					if !bytes.Equal(k, wk) || !bytes.Equal(v, wv) {
						return fmt.Errorf("%s: %q=%q, want %q=%q", name, k, v, wk, wv)
					}
					if got, err := g.pages.get(name, wk); !bytes.Equal(got, wv) || err != nil {
						return fmt.Errorf("%s: get %q: %q, %v", name, wk, got, err)
					}
					after := append(bytes.Clone(wk), 0)
					if got, err := g.pages.get(name, after); got != nil || err != nil {
						return fmt.Errorf("%s: get %q: %q, %v", name, after, got, err)
					}
					again := g.pages.cursor(name)
					sk, _ := again.seek(after)
					if k, v = c.next(); !bytes.Equal(sk, k) {
						return fmt.Errorf("%s: seek %q: %q, want %q", name, after, sk, k)
					}
				}
				if k != nil || c.err != nil {
					return fmt.Errorf("%s: %q at the end, %v", name, k, c.err)
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("%d goods: %v", n, err)
		}
	}
}

// A file that is too large to be proved before the first sale: whatever bit is wrong, each good is found as it was
// written or with an error, and the damage is told before long.
func TestDamageInALargeFile(t *testing.T) {
	dir := t.TempDir()
	const n = 1200
	whole := fileOfGoods(t, dir, n)
	right := mustOpen(t, dir)
	want := map[string]string{}
	for i := range n {
		code := ean13(fmt.Sprintf("865%09d", i))
		found, err := right.ByBarcode(code)
		if err != nil {
			t.Fatal(err)
		}
		want[code] = fmt.Sprintf("%+v", found)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(dir, fileName)
	opened := 0
	for i := range 60 {
		broken := bytes.Clone(whole)
		at := rnd.IntN(len(broken))
		if i == 0 {
			at = len(broken) / 2
		}
		broken[at] ^= 1 << rnd.IntN(8)
		if err := os.WriteFile(path, broken, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := open(dir, 0)
		if err != nil {
			wantCode(t, err, fault.CatalogDamaged)
			s.Close()
			continue
		}
		opened++
		lost := 0
		for code, w := range want {
			found, err := s.ByBarcode(code)
			switch {
			case err != nil:
				wantCode(t, err, fault.CatalogDamaged)
				lost++
			case fmt.Sprintf("%+v", found) != w:
				t.Fatalf("byte %d: %s is %+v, want %s", at, code, found, w)
			}
		}
		if lost == n {
			t.Logf("byte %d: nothing can be sold", at)
		}
		s.Search("сүү", 5)
		s.builds.Wait()
		wantCode(t, s.Problem(), fault.CatalogDamaged)
		_, err = s.Refresh()
		wantCode(t, err, fault.CatalogDamaged)
		if changed, err := s.Refresh(); changed || err != nil {
			t.Fatalf("told twice: %v, %v", changed, err)
		}
		s.Close()
	}
	if opened < 20 {
		t.Errorf("only %d of 60 files were opened", opened)
	}
}

// Files of format 1, which had one sum for all, are read, and refused when they are damaged.
func TestFormat1(t *testing.T) {
	dir := t.TempDir()
	whole := fileOfGoods(t, dir, 100)
	path := filepath.Join(dir, fileName)
	count := (len(whole) - trailerSize) / (pageSize + sumSize)
	old := bytes.Clone(whole[:count*pageSize])
	sum := sha256.Sum256(old)
	old = append(append(old, sealMagic1...), sum[:]...)
	version := mustOpen(t, dir).Version()
	if err := os.WriteFile(path, old, 0o644); err != nil {
		t.Fatal(err)
	}
	if s := mustOpen(t, dir); s.Count() != 100 || s.Version() != version {
		t.Errorf("%d goods, version %s, want %s", s.Count(), s.Version(), version)
	}
	old[5000] ^= 1
	if err := os.WriteFile(path, old, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	wantCode(t, err, fault.CatalogDamaged)
	s.Close()
}

// resealed makes a file of these pages, as if they had been written so.
func resealed(content []byte) []byte {
	sums := newSummer()
	sums.Write(content)
	return append(bytes.Clone(content), sums.seal().bytes()...)
}

// FuzzPages changes bytes of pages whose sums then fit: what a wrong writer could leave. Nothing panics or hangs.
func FuzzPages(f *testing.F) {
	dir := f.TempDir()
	whole := fileOfGoods(f, dir, 150)
	content := whole[:(len(whole)-trailerSize)/(pageSize+sumSize)*pageSize]
	f.Add(uint32(0), uint64(0))
	for at := uint32(2 * pageSize); int(at) < len(content); at += pageSize {
		f.Add(at+8, uint64(1))
		f.Add(at+16, uint64(1<<40))
	}
	f.Fuzz(func(t *testing.T, at uint32, with uint64) {
		changed := bytes.Clone(content)
		i := int(at) % (len(changed) - 8)
		binary.LittleEndian.PutUint64(changed[i:], with)
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), resealed(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		g, err := openGeneration(dir, provedAtOpen)
		if err != nil {
			wantCode(t, err, fault.CatalogDamaged)
			return
		}
		defer g.close()
		for _, name := range allBuckets {
			c := g.pages.cursor(name)
			n := 0
			for k, _ := c.seek(nil); k != nil && n < 2000; k, _ = c.next() {
				_, _ = g.pages.get(name, k)
				n++
			}
		}
	})
}
