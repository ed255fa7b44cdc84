package ingest_test

import (
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var ctx = context.Background()

// Sizes of the benchmark: boxes that send at once, sales a batch, lines a sale.
const (
	benchBoxes = 8
	benchSales = 500
	benchLines = 5
)

// sales makes the n-th batch of a box: sales only, each of five lines.
func sales(b testing.TB, box, n int, prev journal.Record) (body []byte, records []journal.Record) {
	key := uplinktest.Key(box)
	for i := range benchSales {
		s := uplinktest.Sale(n+1, n*benchSales+i+1, benchLines)
		text, err := event.Encode(s)
		if err != nil {
			b.Fatal(err)
		}
		r, err := journal.Make(journal.Record{Seq: prev.Seq + 1, Box: uplinktest.NewBox(box).ID, Kind: "sale.completed", Time: 1, Body: text, Prev: prev.Hash})
		if err != nil {
			b.Fatal(err)
		}
		records, prev = append(records, r), r
	}
	body, err := wire.Pack(key, records)
	if err != nil {
		b.Fatal(err)
	}
	return body, records
}

// open makes a BAAZ with benchBoxes joined boxes.
func open(b testing.TB, dsn string) (*store.Store, *ingest.Ingest) {
	b.Helper()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	in, err := ingest.New(ctx, s, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	for i := range benchBoxes {
		err := s.Write(ctx, func(tx *store.Tx) error {
			c, err := tx.AddCompany("bench", 1)
			if err != nil {
				return err
			}
			p, err := tx.AddPoint(c, "1", 1)
			if err != nil {
				return err
			}
			_, err = tx.PutBox(c, uplinktest.Key(i).Public().(ed25519.PublicKey), p, 1, 1)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return s, in
}

// BenchmarkIngest takes in batches of 500 sales of 5 lines from 8 boxes at once, durably, with chain check and rollups.
// It tells sales/s by the clock; sales/core-s, what one core does in a second of its own time, BAAZ's program and
// PostgreSQL's processes counted together (and, of that, how much was PostgreSQL's); and how many times as long it took as
// writing the same compressed bytes to a file with one fdatasync a batch, in the same run. What the batches leave pending is folded
// within the time that counts.
func BenchmarkIngest(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkIngest(b, filepath.Join(b.TempDir(), "baaz.db")) })
	b.Run("postgres", func(b *testing.B) { benchmarkIngest(b, storetest.Postgres(b)) })
}

func benchmarkIngest(b *testing.B, dsn string) {
	s, in := open(b, dsn)
	bodies := make([][][]byte, benchBoxes)
	var last [benchBoxes]journal.Record
	each := (b.N + benchBoxes - 1) / benchBoxes
	for box := range benchBoxes {
		for n := range each {
			body, records := sales(b, box, n, last[box])
			bodies[box], last[box] = append(bodies[box], body), records[benchSales-1]
		}
	}
	b.ResetTimer()
	begin, own, server := time.Now(), ownCPU(), storetest.CPU()
	var all sync.WaitGroup
	for box := range benchBoxes {
		all.Go(func() {
			for _, body := range bodies[box] {
				if h, err := in.Take(ctx, last[box].Box, body); err != nil || h.Status != 200 {
					b.Error(h, err)
				}
			}
		})
	}
	all.Wait()
	if _, err := s.FoldAll(ctx); err != nil {
		b.Error(err)
	}
	took := time.Since(begin)
	b.StopTimer()
	own, server = ownCPU()-own, storetest.CPU()-server
	sold := float64(each * benchBoxes * benchSales)
	b.ReportMetric(sold/took.Seconds(), "sales/s")
	b.ReportMetric(sold/(own+server).Seconds(), "sales/core-s")
	b.ReportMetric(100*server.Seconds()/(own+server).Seconds(), "%postgres")
	b.ReportMetric(float64(took)/float64(rawWrites(b, bodies)), "x-fdatasync")
}

// ownCPU is the processor time that this program has taken so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rawWrites is what the disk alone needs for the same bytes.
func rawWrites(b *testing.B, bodies [][][]byte) time.Duration {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	begin := time.Now()
	for _, box := range bodies {
		for _, body := range box {
			if _, err := f.Write(body); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	}
	return time.Since(begin)
}
