package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// benchEntry is what one sale writes: the sale, its receipt and drawer requests, an answer, its basket gone.
func benchEntry(n int, sale []byte) Entry {
	return Entry{
		Facts: []Fact{{Kind: "sale.completed", Body: sale}, {Kind: "receipt.asked", Body: make([]byte, 150)},
			{Kind: "drawer.asked", Body: make([]byte, 120)}},
		Drafts: []Draft{{Key: fmt.Sprintf("basket/%08d", n)}, {Key: "desk", Value: []byte(`{}`)}},
		Answer: &Answer{ID: fmt.Sprintf("123e4567-e89b-12d3-a456-%012d", n), Value: make([]byte, 200)},
	}
}

// BenchmarkSale is one durable sale on the disk of the temporary folder, in an empty journal and in one of 100 000
// records, and how many raw flushes of 4 KiB into a file that is there it takes.
func BenchmarkSale(b *testing.B) {
	for _, inside := range []int{0, 100_000} {
		b.Run(fmt.Sprint(inside), func(b *testing.B) {
			o := Options{Box: testBox, Index: func(r Record) []string {
				if r.Kind != "sale.completed" {
					return nil
				}
				return []string{fmt.Sprintf("bill/2026-11-23-1-%08d", r.Seq), fmt.Sprintf("shift/%08d", r.Seq)}
			}}
			j := mustOpen(b, b.TempDir(), o)
			sale := bytes.Repeat([]byte("x"), 2<<10)
			n := 0
			for seq := Seq(0); int(seq) < inside; seq, _ = j.Head() {
				batch := make([]Entry, 500)
				for i := range batch {
					n++
					batch[i] = benchEntry(n, sale)
				}
				if _, err := j.Append(batch); err != nil {
					b.Fatal(err)
				}
			}
			if len(j.Files()) > 1 {
				sell(b, j, 1)
			}
			raw := newRawFile(b)
			var sales, flushes time.Duration
			for b.Loop() {
				n++
				begun := time.Now()
				if _, err := j.Append([]Entry{benchEntry(n, sale)}); err != nil {
					b.Fatal(err)
				}
				sales += time.Since(begun)
				flushes += raw.flush(b) // in turns: both see the same disk
			}
			b.ReportMetric(float64(sales)/float64(b.N), "ns/sale")
			b.ReportMetric(float64(sales)/float64(flushes), "×raw-flush")
		})
	}
}

// BenchmarkRawFdatasync is what BenchmarkSale compares with: one write of 4 KiB into a file that is there, and its flush.
func BenchmarkRawFdatasync(b *testing.B) {
	raw := newRawFile(b)
	for b.Loop() {
		raw.flush(b)
	}
}

type rawFile struct {
	*os.File
	n int64
}

const rawPages = 1024

func newRawFile(b *testing.B) *rawFile {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	if _, err := f.Write(make([]byte, rawPages*4096)); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return &rawFile{f, 0}
}

func (f *rawFile) flush(b *testing.B) time.Duration {
	page := bytes.Repeat([]byte{byte(f.n)}, 4096)
	begun := time.Now()
	if _, err := f.WriteAt(page, f.n%rawPages*4096); err != nil {
		b.Fatal(err)
	}
	if err := syscall.Fdatasync(int(f.Fd())); err != nil {
		b.Fatal(err)
	}
	f.n++
	return time.Since(begun)
}
