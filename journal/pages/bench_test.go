package pages

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// BenchmarkWalk walks a journal of 64 MiB, written a record at a time, and says how many times as long that takes as
// reading the file from begin to end.
func BenchmarkWalk(b *testing.B) {
	path := filepath.Join(b.TempDir(), "db")
	db := openBolt(b, path, bolt.Options{PageSize: 4096})
	record := make([]byte, 900)
	size := int64(0)
	for i := uint64(0); size < 64<<20; i++ {
		update(b, db, func(tx *bolt.Tx) error {
			j, err := tx.CreateBucketIfNotExists([]byte("journal"))
			if err != nil {
				return err
			}
			j.FillPercent = 0.95
			size = tx.Size()
			return j.Put(key(i), record)
		})
	}
	db.Close()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	var walking, reading time.Duration
	for b.Loop() {
		start := time.Now()
		f, err := Open(file, info.Size())
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Walk(); err != nil {
			b.Fatal(err)
		}
		walking += time.Since(start)
		start = time.Now()
		if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.NewSectionReader(file, 0, size), make([]byte, 1<<20)); err != nil {
			b.Fatal(err)
		}
		reading += time.Since(start)
	}
	b.ReportMetric(float64(walking)/float64(reading), "×reading")
}
