package catalog

import (
	"bytes"
	"testing"
)

const benchGoods = 100_000

// benchFile is a generated shop of a hundred thousand goods.
func benchFile(b *testing.B) []byte {
	b.Helper()
	var file bytes.Buffer
	if err := Generate(&file, benchGoods); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

func benchStore(b *testing.B) *Store {
	b.Helper()
	dir := b.TempDir()
	mustImport(b, dir, string(benchFile(b)))
	s := mustOpen(b, dir)
	waitReady(b, s)
	return s
}

func BenchmarkByBarcode(b *testing.B) {
	s := benchStore(b)
	code := ean13("865000050001")
	b.ReportAllocs()
	for b.Loop() {
		if found, err := s.ByBarcode(code); len(found) != 1 || err != nil {
			b.Fatal(found, err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	s := benchStore(b)
	for _, q := range []string{"с", "сүү", "suu апу", "yhriin mah", "олдохгүй", "86500005"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				s.Search(q, 20)
			}
		})
	}
}

func BenchmarkImport(b *testing.B) {
	file := benchFile(b)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		mustImport(b, b.TempDir(), string(file))
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	mustImport(b, dir, string(benchFile(b)))
	for b.Loop() {
		s := mustOpen(b, dir)
		s.Close()
	}
}
