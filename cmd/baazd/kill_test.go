package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
	"posbox/uplink"
	"posbox/uplink/uplinktest"
)

// fleet is a row of boxes with the real uplink, and what BAAZ has acknowledged to them.
type fleet struct {
	boxes   []*uplinktest.Box
	uplinks []*uplink.Uplink
	address atomic.Pointer[string]
	acked   []atomic.Uint64
}

// newFleet joins n boxes and lets them sell until the test ends.
func newFleet(t testing.TB, n int, dir, dsn string) *fleet {
	f := &fleet{acked: make([]atomic.Uint64, n)}
	nowhere := "http://127.0.0.1:1"
	f.address.Store(&nowhere)
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range n {
		b, k := uplinktest.NewBox(i), key(t, dir, dsn, fmt.Sprint("цэг ", i))
		u := uplink.New(uplink.Options{Log: b, Key: b.Key, Membership: b.Membership, Logger: slog.New(slog.DiscardHandler), Version: "test",
			Wish:      func() uplink.Wish { return uplink.Wish{Address: *f.address.Load(), Key: k} },
			FirstWait: time.Millisecond, MaxWait: 30 * time.Millisecond, StopWait: 30 * time.Millisecond, Timeout: 10 * time.Second})
		f.boxes, f.uplinks = append(f.boxes, b), append(f.uplinks, u)
		all.Go(func() { u.Run(ctx) })
	}
	t.Cleanup(func() { cancel(); all.Wait() })
	return f
}

// sell lets every box sell a little while.
func (f *fleet) sell(d time.Duration) {
	var all sync.WaitGroup
	for _, b := range f.boxes {
		all.Go(func() {
			for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(500 * time.Microsecond) {
				b.Sell(1)
			}
		})
	}
	all.Wait()
}

// note remembers what has been acknowledged so far.
func (f *fleet) note() {
	for i, u := range f.uplinks {
		f.acked[i].Store(max(f.acked[i].Load(), uint64(u.Status().Acked)))
	}
}

// checkAcked opens the store at rest and demands every record that was acknowledged.
func (f *fleet) checkAcked(t *testing.T, dsn string) {
	t.Helper()
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Read(context.Background(), func(tx *store.Tx) error {
		for i, b := range f.boxes {
			seq := journal.Seq(f.acked[i].Load())
			if seq == 0 {
				continue
			}
			c, err := tx.BoxCompany(b.ID)
			if err != nil {
				return err
			}
			want, _ := b.Records(seq-1, 1)
			if got, err := tx.RecordHash(c, b.ID, seq); err != nil || got != want[0].Hash {
				t.Errorf("box %d: record %d was acknowledged and is not there: %v", i, seq, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// finish lets everything arrive and holds BAAZ against the boxes.
func (f *fleet) finish(t *testing.T, dir, dsn string) {
	t.Helper()
	s := start(t, dir, dsn)
	f.address.Store(&s.url)
	for i, u := range f.uplinks {
		u.Send()
		for end := time.Now().Add(5 * time.Minute); u.Status().Acked != f.boxes[i].Head().Seq; time.Sleep(2 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("box %d: never all sent: %+v\n%s", i, u.Status(), s.log)
			}
		}
	}
	s.stop()
	f.note()
	f.checkAcked(t, dsn)
	if out := must(t, "verify", dsn); out != "baazd: whole: "+dsn+"\n" {
		t.Errorf("verify says %q", out)
	}
	f.checkSums(t, dsn)
}

// checkSums demands each sale in the rollups once.
func (f *fleet) checkSums(t *testing.T, dsn string) {
	s := storetest.Open(t, dsn)
	err := s.Read(context.Background(), func(tx *store.Tx) error {
		c, err := tx.CompanyNamed("Номин")
		if err != nil {
			return err
		}
		r, err := tx.Rollups(c)
		if err != nil {
			return err
		}
		sold := 0
		for _, b := range f.boxes {
			n, total := b.Sold()
			sold += n
			for k, d := range r.Days {
				if k.Point == pointOf(tx, c, b) {
					n, total = n-int(d.Sales), total-d.Total
				}
			}
			if n != 0 || total != 0 {
				t.Errorf("box %s: %d sales and %s are not in the sums", b.ID, n, total)
			}
		}
		t.Logf("%d boxes, %d sales", len(f.boxes), sold)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func pointOf(tx *store.Tx, c store.Company, b *uplinktest.Box) store.Point {
	row, err := tx.Box(c, b.ID)
	if err != nil {
		return 0
	}
	return row.Point
}

// TestKill pulls BAAZ's plug while boxes send, again and again. What was acknowledged is there, and everything once.
func TestKill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		rng := seeded(t)
		dir := t.TempDir()
		f := newFleet(t, 5, dir, dsn)
		for round := range rounds(4, 12, 150) {
			s := start(t, dir, dsn)
			f.address.Store(&s.url)
			done := make(chan struct{})
			go func() { defer close(done); f.sell(60 * time.Millisecond) }()
			time.Sleep(time.Duration(20+rng.IntN(150)) * time.Millisecond)
			f.note()
			s.kill()
			<-done
			if round%4 == 0 {
				f.checkAcked(t, dsn)
			}
		}
		f.finish(t, dir, dsn)
	})
}

// TestKillPostgres pulls the database's plug under a serving BAAZ, which goes on by itself when it is back.
func TestKillPostgres(t *testing.T) {
	storetest.Postgres(t) // skips where there is none
	pg, err := storetest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	if err := pg.Create("kill"); err != nil {
		t.Fatal(err)
	}
	rng := seeded(t)
	dsn, dir := pg.DSN("kill"), t.TempDir()
	f := newFleet(t, 4, dir, dsn)
	s := start(t, dir, dsn)
	f.address.Store(&s.url)
	for range rounds(3, 8, 100) {
		done := make(chan struct{})
		go func() { defer close(done); f.sell(60 * time.Millisecond) }()
		time.Sleep(time.Duration(20+rng.IntN(120)) * time.Millisecond)
		f.note()
		pg.Kill()
		<-done
		if err := pg.Run(); err != nil {
			t.Fatal(err)
		}
		f.checkAcked(t, dsn)
	}
	s.stop()
	f.finish(t, dir, dsn)
}

// TestCommands runs what an operator does: keys, a backup while it serves, a restore, a move to the other engine.
func TestCommands(t *testing.T) {
	dir := t.TempDir()
	dsn := filepath.Join(dir, "baaz.db")
	f := newFleet(t, 2, dir, dsn)
	s := start(t, dir, dsn)
	f.address.Store(&s.url)
	f.sell(50 * time.Millisecond)
	for i, u := range f.uplinks {
		u.Send()
		for u.Status().Acked != f.boxes[i].Head().Seq {
			time.Sleep(time.Millisecond)
		}
	}
	file := filepath.Join(t.TempDir(), "backup")
	must(t, "backup", "-data", dir, file)
	must(t, "verify", file)
	must(t, "verify", dsn)
	if code, out := try(t, "-data", dir, "-listen", "127.0.0.1:0"); code != exitInUse {
		t.Errorf("a second server on the folder ends with %d: %s", code, out)
	}
	if code, out := try(t, "migrate", "-data", dir, "-to", filepath.Join(t.TempDir(), "x.db")); code != exitInUse {
		t.Errorf("migrate of a serving store ends with %d: %s", code, out)
	}
	s.stop()
	restored := t.TempDir()
	must(t, "restore", "-data", restored, file)
	if code, out := try(t, "restore", "-data", restored, file); code != exitOther {
		t.Errorf("a restore over data ends with %d: %s", code, out)
	}
	must(t, "verify", filepath.Join(restored, "baaz.db"))
	for _, bad := range [][]string{{"-listen", "x"}, {"verify"}, {"migrate", "-data", dir}, {"-nonsense"}, {"-data", dir, "more"}} {
		if code, out := try(t, bad...); code != exitUsage {
			t.Errorf("baazd %v ends with %d: %s", bad, code, out)
		}
	}
	nowhere := filepath.Join(t.TempDir(), "mistyped")
	for _, wants := range [][]string{{"backup", "-data", nowhere, nowhere + ".backup"}, {"migrate", "-data", nowhere, "-to", nowhere + ".db"}} {
		code, out := try(t, wants...)
		if left, _ := filepath.Glob(nowhere + "*"); code != exitOther || !strings.Contains(out, "there is no store") || left != nil {
			t.Errorf("baazd %v ends with %d and leaves %q: %s", wants, code, left, out)
		}
	}
	if code, out := try(t, "bakup", "-data", dir); code != exitUsage || !strings.Contains(out, "only backup, key, migrate") {
		t.Errorf("a mistyped command ends with %d: %s", code, out)
	}
	for _, c := range []struct{ args, says string }{
		{"-h", "baazd seed     make a company"}, {"backup -h", "one FILE"}, {"restore -data " + nowhere + " " + nowhere, "no backup to restore from"},
		{"verify " + nowhere, "nothing to verify"}, {"backup -data " + dir + " " + filepath.Join(nowhere, "x"), "no folder"},
	} {
		if code, out := try(t, strings.Fields(c.args)...); code == exitOK || !strings.Contains(out, c.says) {
			t.Errorf("baazd %s ends with %d and does not say %q: %s", c.args, code, c.says, out)
		}
	}
	for name := range commands {
		if abouts[name] == "" {
			t.Errorf("-h does not say what %s does", name)
		}
	}
	if code, _ := try(t, "verify", filepath.Join(dir, "baazd.lock")); code != exitOther {
		t.Errorf("verify of what is no store ends with %d", code)
	}
	to := storetest.Postgres(t)
	must(t, "migrate", "-data", dir, "-to", to)
	must(t, "verify", to)
	f.finish(t, dir, to) // the same boxes go on against PostgreSQL, under the same key
}
