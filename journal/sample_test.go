package journal

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var makeSample = flag.Bool("make-sample", false, "write testdata/format1.zip; once for a format, never again")

// What the sample of format 1 holds; it was made once, and every program after has to read it.
const (
	sampleSales = 70
	sampleFiles = 7
	sampleHash  = "b8487cb30b9792111c7006753c741e6670d419587f05d2a2014815a1eedfd00c"
)

func TestSample(t *testing.T) {
	path := filepath.Join("testdata", "format1.zip")
	if *makeSample {
		writeSample(t, path)
	}
	dir := t.TempDir()
	unzip(t, path, dir)
	r := checkWhole(t, dir)
	if r.Files != sampleFiles || r.Records != sampleSales || r.Hash.String() != sampleHash || r.Box != testBox.String() || r.Drafts != 1 {
		t.Fatalf("%+v", r)
	}
	j := mustOpen(t, dir, smallOptions())
	wantSales(t, j, sampleSales)
	sell(t, j, 60)
	wantSales(t, j, sampleSales+60)
	closeNow(t, j)
	checkWhole(t, dir)
}

func writeSample(t *testing.T, path string) {
	t.Helper()
	dir := t.TempDir()
	j := mustOpen(t, dir, smallOptions())
	sell(t, j, sampleSales)
	closeNow(t, j)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names(t, dir) {
		if n == lockName {
			continue
		}
		w, err := z.Create("journal/" + n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(readFile(t, filepath.Join(dir, "journal", n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func unzip(t *testing.T, path, dir string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
