package ingest_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
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

// sales makes the n-th batch of a box: sales of five lines, each with what follows says comes after it.
func sales(b testing.TB, box, n int, prev journal.Record, follows follows) (body []byte, records []journal.Record) {
	key, id := uplinktest.Key(box), uplinktest.NewBox(box).ID
	add := func(kind string, text []byte) {
		r, err := journal.Make(journal.Record{Seq: prev.Seq + 1, Box: id, Kind: kind, Time: 1, Body: text, Prev: prev.Hash})
		if err != nil {
			b.Fatal(err)
		}
		records, prev = append(records, r), r
	}
	for i := range benchSales {
		s := uplinktest.Sale(n+1, n*benchSales+i+1, benchLines)
		text, err := event.Encode(s)
		if err != nil {
			b.Fatal(err)
		}
		add("sale.completed", text)
		if follows != nil {
			follows(s, uint64(prev.Seq)+1, add)
		}
	}
	body, err := wire.Pack(key, records)
	if err != nil {
		b.Fatal(err)
	}
	return body, records
}

// follows adds what a till records behind a sale; next is the sequence of its first record.
type follows func(s event.SaleCompleted, next uint64, add func(kind string, body []byte))

// fiscal adds what a sale's e-barimt leaves in the journal: that it was asked for, and that it was issued. Where they are not
// counted their kinds are ones that BAAZ keeps as they are: the difference is what reading them and the row in table fiscal cost.
func fiscal(counted bool) follows {
	asked, outcome := "fiscal.asked", "fiscal.outcome"
	if !counted {
		asked, outcome = "unknown.asked", "unknown.outcome"
	}
	return func(s event.SaleCompleted, next uint64, add func(string, []byte)) {
		add(asked, fmt.Appendf(nil, `{"by":"1","bill":%q,"shift":%d,"local":%q,"job":"issue","body":{"totalAmount":%s,"receipts":[{"taxType":"VAT_ABLE","totalAmount":%s,"totalVAT":%s,"totalCityTax":0}]}}`,
			s.Bill, s.Shift, s.Local, s.Total, s.Total, s.VAT))
		add(outcome, fmt.Appendf(nil, `{"asked":%d,"bill":%q,"job":"issue","result":"issued","id":"030010193101001000101123456789012","date":%q,"lottery":true,"before":100,"after":99}`, next, s.Bill, s.Local))
	}
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
	b.Run("sqlite", func(b *testing.B) { benchmarkIngest(b, filepath.Join(b.TempDir(), "baaz.db"), nil) })
	b.Run("postgres", func(b *testing.B) { benchmarkIngest(b, storetest.Postgres(b), nil) })
}

// BenchmarkFiscal is BenchmarkIngest of sales with their e-barimts, counted and only kept.
func BenchmarkFiscal(b *testing.B) {
	for name, f := range map[string]follows{"counted": fiscal(true), "kept": fiscal(false)} {
		b.Run("sqlite-"+name, func(b *testing.B) { benchmarkIngest(b, filepath.Join(b.TempDir(), "baaz.db"), f) })
		b.Run("postgres-"+name, func(b *testing.B) { benchmarkIngest(b, storetest.Postgres(b), f) })
	}
}

func benchmarkIngest(b *testing.B, dsn string, f follows) {
	s, in := open(b, dsn)
	bodies := make([][][]byte, benchBoxes)
	var last [benchBoxes]journal.Record
	each := (b.N + benchBoxes - 1) / benchBoxes
	for box := range benchBoxes {
		for n := range each {
			body, records := sales(b, box, n, last[box], f)
			bodies[box], last[box] = append(bodies[box], body), records[len(records)-1]
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
