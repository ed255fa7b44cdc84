package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/money"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var ctx = context.Background()

// A store of before is brought over.
func TestMoveSums(t *testing.T) { storetest.Each(t, store.MovesSums) }

func TestCatalogue(t *testing.T) { storetest.Each(t, store.ProveCatalogue) }

// write runs one transaction that must succeed.
func write(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

// shop makes a company with one point and one joined box.
func shop(t testing.TB, s *store.Store) (c store.Company, p store.Point, key []byte) {
	t.Helper()
	key = []byte("a public key of thirty-two bytes")
	write(t, s, func(tx *store.Tx) (err error) {
		if c, err = tx.AddCompany("Номин", 1); err != nil {
			return err
		}
		if p, err = tx.AddPoint(c, "Төв салбар", 2); err != nil {
			return err
		}
		_, err = tx.PutBox(c, key, p, 1, 3)
		return err
	})
	return c, p, key
}

// chain makes n records that follow from a head.
func chain(t testing.TB, box journal.Box, seq journal.Seq, hash journal.Hash, n int) []journal.Record {
	t.Helper()
	var list []journal.Record
	for range n {
		seq++
		r, err := journal.Make(journal.Record{Seq: seq, Box: box, Kind: "cash.moved", Time: int64(seq), Body: []byte(`{"shift":1,"amount":"5.00"}`), Prev: hash})
		if err != nil {
			t.Fatal(err)
		}
		hash = r.Hash
		list = append(list, r)
	}
	return list
}

func TestPointsAndKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, pub := shop(t, s)
		key := store.KeyRow{Company: c, Hash: []byte("hash"), Proof: []byte("proof"), Point: p, Expires: 99}
		write(t, s, func(tx *store.Tx) error { return tx.AddKey(key, 1) })
		write(t, s, func(tx *store.Tx) error {
			k, err := tx.LockKey([]byte("hash"))
			if err != nil || k.Company != c || k.Point != p || k.Expires != 99 || k.Used != 0 || string(k.Proof) != "proof" || len(k.Box) != 0 {
				t.Errorf("key is %+v, %v", k, err)
			}
			k.Used, k.Box, k.Joined = 7, pub, []byte("answer")
			return tx.UseKey(k)
		})
		write(t, s, func(tx *store.Tx) error {
			k, err := tx.LockKey([]byte("hash"))
			if err != nil || k.Used != 7 || string(k.Joined) != "answer" {
				t.Errorf("used key is %+v, %v", k, err)
			}
			if _, err := tx.LockKey([]byte("other")); !errors.Is(err, store.ErrNone) {
				t.Errorf("a key that is not there: %v", err)
			}
			for _, next := range []int64{5, 3} {
				if err := tx.RaiseShift(c, p, next); err != nil {
					return err
				}
			}
			if err := tx.TakePoint(c, p, 4, journal.BoxOf(pub)); err != nil {
				return err
			}
			row, err := tx.LockPoint(c, p)
			if err != nil || row.NextShift != 5 || row.Epoch != 4 || row.Name != "Төв салбар" {
				t.Errorf("point is %+v, %v", row, err)
			}
			if found, err := tx.CompanyNamed("Номин"); err != nil || found != c {
				t.Errorf("company by name: %d, %v", found, err)
			}
			second, err := tx.AddPoint(c, "Салбар 2", 9)
			if second != p+1 {
				t.Errorf("the second point is %d", second)
			}
			return err
		})
	})
}

func TestBoxBelongsToOneCompany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, _, pub := shop(t, s)
		write(t, s, func(tx *store.Tx) error {
			other, err := tx.AddCompany("Другая", 1)
			if err != nil {
				return err
			}
			p, err := tx.AddPoint(other, "1", 1)
			if err != nil {
				return err
			}
			owner, err := tx.PutBox(other, pub, p, 1, 1)
			if err == nil && owner != c {
				t.Errorf("the box went to %d", owner)
			}
			if boxes, _ := tx.Boxes(other); len(boxes) != 0 {
				t.Errorf("the other company has %d boxes", len(boxes))
			}
			return err
		})
	})
}

func TestRecordsAndHead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, pub := shop(t, s)
		box := journal.BoxOf(pub)
		records := chain(t, box, 0, journal.Hash{}, 300) // 2×128, 2×16, 3×4: every chunk size but 1
		records = append(records, chain(t, box, 300, records[299].Hash, 1)...)
		write(t, s, func(tx *store.Tx) error {
			row, err := tx.LockBox(c, box, 5)
			if err != nil || row.Seq != 0 || row.State != store.BoxActive || row.Point != p {
				t.Errorf("box is %+v, %v", row, err)
			}
			if err := tx.AddRecords(c, p, false, 6, records); err != nil {
				return err
			}
			row.Seq, row.Hash = 301, records[300].Hash
			return tx.MoveHead(c, row)
		})
		err := s.Read(ctx, func(tx *store.Tx) error {
			list, err := tx.Records(c, box, 10, 1000)
			if err != nil || len(list) != 291 || string(list[0].Raw) != string(records[10].Raw) {
				t.Errorf("%d records, %v", len(list), err)
			}
			if h, err := tx.RecordHash(c, box, 301); err != nil || h != records[300].Hash {
				t.Errorf("hash %s, %v", h, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// The same sequence twice is refused by the database itself.
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.AddRecords(c, p, false, 6, records[:1]) }); err == nil {
			t.Error("a record was stored twice")
		}
	})
}

// A write that fails leaves nothing behind and takes nobody along, however many share its transaction.
func TestWritesAreSeparate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, _ := shop(t, s)
		refused := errors.New("refused")
		var all sync.WaitGroup
		for n := range 60 {
			all.Go(func() {
				err := s.Write(ctx, func(tx *store.Tx) error {
					rollups := store.NewRollups()
					rollups.Days[store.DayKey{Point: p, Day: "2026-11-23"}] = store.DaySums{Sales: 1, Total: 100}
					if err := tx.AddRollups(c, rollups); err != nil {
						return err
					}
					switch n % 3 {
					case 1:
						return refused
					case 2:
						panic("a bug")
					}
					return nil
				})
				if (err == nil) != (n%3 == 0) {
					t.Errorf("write %d: %v", n, err)
				}
			})
		}
		all.Wait()
		err := s.Read(ctx, func(tx *store.Tx) error {
			r, err := tx.Rollups(c)
			if got := r.Days[store.DayKey{Point: p, Day: "2026-11-23"}]; got.Sales != 20 || got.Total != 2000 {
				t.Errorf("20 writes succeeded, the sums are %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Servers that write the same rows from many sides lose nothing and do not stand in each other's way for ever.
func TestRollupsOfManyWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, _ := shop(t, s)
		const writers, times = 8, 15
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range times {
					r := store.NewRollups()
					for d := range 20 {
						k := store.DayKey{Point: p, Day: day.Day(fmt.Sprintf("2026-11-%02d", d+1))}
						r.Days[k] = store.DaySums{Sales: 1, Gross: 12, Total: 9, Discount: 3, Rounding: 2}
						r.Goods[store.GoodKey{DayKey: k, Good: "1001"}] = store.GoodSums{Name: "Талх", Lines: 2, Quantity: 2000, Total: 9}
						r.Tenders[store.TenderKey{DayKey: k, Tender: "cash"}] = store.TenderSums{Times: 1, Amount: 9}
					}
					if err := s.Write(ctx, func(tx *store.Tx) error { return tx.AddRollups(c, r) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		s.Read(ctx, func(tx *store.Tx) error {
			r, err := tx.Rollups(c)
			if err != nil || len(r.Days) != 20 || len(r.Goods) != 20 || len(r.Tenders) != 20 {
				t.Fatalf("%d days, %d goods, %d tenders: %v", len(r.Days), len(r.Goods), len(r.Tenders), err)
			}
			for k, v := range r.Goods {
				if v.Lines != 2*writers*times || v.Quantity != 2000*writers*times || v.Total != 9*writers*times {
					t.Errorf("%v: %+v", k, v)
				}
			}
			return nil
		})
	})
}

// Try takes back what the data made impossible, and only that.
func TestTry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, _ := shop(t, s)
		huge := store.NewRollups()
		huge.Days[store.DayKey{Point: p, Day: "2026-11-23"}] = store.DaySums{Sales: 1, Total: 9e18}
		write(t, s, func(tx *store.Tx) error { return tx.AddRollups(c, huge) })
		write(t, s, func(tx *store.Tx) error {
			data, err := tx.Try(func() error { return tx.AddRollups(c, huge) })
			if data == nil || err != nil {
				t.Errorf("a sum that wraps round: %v, %v", data, err)
			}
			data, err = tx.Try(func() error { return tx.RaiseShift(c, p, 44) })
			if data != nil || err != nil {
				t.Errorf("what is right: %v, %v", data, err)
			}
			return err
		})
		s.Read(ctx, func(tx *store.Tx) error {
			r, err := tx.Rollups(c)
			if got := r.Days[store.DayKey{Point: p, Day: "2026-11-23"}]; got.Sales != 1 || got.Total != 9e18 {
				t.Errorf("the sums are %+v", got)
			}
			if points, _ := tx.Points(c); points[0].NextShift != 44 {
				t.Errorf("the shift was taken back as well")
			}
			return err
		})
	})
}

// Sums of goods cannot wrap round either, although no row holds them: not over days of a month, nor over points.
func TestFoldedSumsDoNotWrap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, _ := shop(t, s)
		add := func(k store.DayKey, total money.Amount) (refused bool) {
			r := store.NewRollups()
			r.Goods[store.GoodKey{DayKey: k, Good: "1"}] = store.GoodSums{Lines: 1, Total: total}
			write(t, s, func(tx *store.Tx) error {
				data, err := tx.Try(func() error { return tx.AddRollups(c, r) })
				refused = data != nil
				return err
			})
			return refused
		}
		for _, step := range []struct {
			k       store.DayKey
			total   money.Amount
			refused bool
		}{
			{store.DayKey{Point: p, Day: "2026-11-23"}, 5e18, false},
			{store.DayKey{Point: p + 1, Day: "2026-11-22"}, 5e18, true},
			{store.DayKey{Point: p, Day: "2026-11-23"}, -5e18, true}, // it would fit; what comes back in another order might not
			{store.DayKey{Point: p, Day: "2026-11-23"}, 3e18, false},
			{store.DayKey{Point: p, Day: "2026-10-23"}, 5e18, false},
		} {
			if got := add(step.k, step.total); got != step.refused {
				t.Errorf("%v of %s: refused %v", step.k, step.total, got)
			}
			if _, err := s.FoldAll(ctx); err != nil {
				t.Fatal(err)
			}
		}
		s.Read(ctx, func(tx *store.Tx) error {
			r, err := tx.Rollups(c)
			if got := r.Sums[store.SumKey{Point: 0, Kind: store.SumGood, Span: "2026-11", Key: "1"}]; got.Total != 8e18 || got.Times != 2 {
				t.Errorf("the month's sum is %+v", got)
			}
			return err
		})
	})
}

// What is pending is folded once, however many do it, while others add.
func TestFoldBesideWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, _ := shop(t, s)
		const writers, times = 4, 25
		var writing, folding sync.WaitGroup
		stop := make(chan struct{})
		for range 2 {
			folding.Go(func() {
				for {
					if _, err := s.FoldAll(ctx); err != nil {
						t.Error(err)
					}
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
		for n := range writers {
			writing.Go(func() {
				for i := range times {
					r := store.NewRollups()
					k := store.DayKey{Point: p, Day: day.Day(fmt.Sprintf("2026-11-%02d", i%3+1))}
					r.Goods[store.GoodKey{DayKey: k, Good: "1"}] = store.GoodSums{Lines: 1, Quantity: 1000, Total: 5}
					r.Sums.Add(k, store.SumCustomer, fmt.Sprint(n), store.Sum{Times: 1, Total: 5})
					if err := s.Write(ctx, func(tx *store.Tx) error { return tx.AddRollups(c, r) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		close(stop)
		folding.Wait()
		for _, when := range []string{"as it was left", "folded"} {
			s.Read(ctx, func(tx *store.Tx) error {
				r, err := tx.Rollups(c)
				if got := r.Sums[store.SumKey{Point: 0, Kind: store.SumGood, Span: "2026-11", Key: "1"}]; got.Times != writers*times || got.Total != 5*writers*times {
					t.Errorf("%s: %+v", when, got)
				}
				if got := r.Sums[store.SumKey{Point: p, Kind: store.SumCustomer, Span: "2026-11", Key: "3"}]; got.Times != times {
					t.Errorf("%s: %+v", when, got)
				}
				return err
			})
			if _, err := s.FoldAll(ctx); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Texts are data, whatever they say.
func TestHostileTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		for _, name := range []string{"'; DROP TABLE record; --", `"><script>alert(1)</script>`, "$1", "/*rows*/", "Ө\u200fү", "%s%n", "\\x00"} {
			write(t, s, func(tx *store.Tx) error {
				c, err := tx.AddCompany(name, 1)
				if err != nil {
					return err
				}
				if got, err := tx.CompanyName(c); err != nil || got != name {
					t.Errorf("%q came back as %q, %v", name, got, err)
				}
				return nil
			})
		}
	})
}

func TestSecretIsMadeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		var mu sync.Mutex
		seen := map[string]bool{}
		var all sync.WaitGroup
		for n := range 10 {
			all.Go(func() {
				var v []byte
				err := s.Write(ctx, func(tx *store.Tx) (err error) {
					v, err = tx.Secret(0, "sign", func() []byte { return []byte{byte(n)} })
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[string(v)] = true
				mu.Unlock()
			})
		}
		all.Wait()
		if len(seen) != 1 {
			t.Errorf("%d secrets", len(seen))
		}
	})
}

// A store opens again with what was in it, and refuses what a newer program has made of it.
func TestReopenAndNewer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s, err := store.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		c, _, _ := shop(t, s)
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
		if err := s.Write(ctx, func(*store.Tx) error { return nil }); err == nil {
			t.Error("a closed store takes writes")
		}
		s = storetest.Open(t, dsn)
		if err := s.Ping(ctx); err != nil {
			t.Error(err)
		}
		s.Read(ctx, func(tx *store.Tx) error {
			if name, err := tx.CompanyName(c); name != "Номин" {
				t.Errorf("company %q, %v", name, err)
			}
			return nil
		})
		driver := map[store.Engine]string{store.SQLite: "sqlite", store.PostgreSQL: "pgx"}[s.Engine()]
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(ctx, dsn); !errors.Is(err, store.ErrNewer) {
			t.Errorf("a newer database: %v", err)
		}
	})
}

// Everything goes from either engine to either engine, and a backup is a file that says so.
func TestCopyBackupRestore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		c, p, pub := shop(t, s)
		box := journal.BoxOf(pub)
		records := chain(t, box, 0, journal.Hash{}, 200)
		write(t, s, func(tx *store.Tx) error {
			row, err := tx.LockBox(c, box, 5)
			if err != nil {
				return err
			}
			row.Seq, row.Hash = 200, records[199].Hash
			return errors.Join(tx.AddRecords(c, p, false, 6, records), tx.MoveHead(c, row),
				tx.AddKey(store.KeyRow{Company: c, Hash: []byte("h"), Proof: []byte("p"), Point: p}, 1),
				tx.SetAside(c, 1, "fork", records[:3]), tx.SetAside(c, 1, "fork", records[:3]),
				tx.AddProblems(c, 1, []store.Problem{{Box: box, Seq: 3, Code: "x", Detail: "'"}}),
				tx.Raise(c, store.Alarm{Box: box, Kind: "fork", Detail: "1"}, 1), tx.Raise(c, store.Alarm{Box: box, Kind: "fork", Detail: "2"}, 2))
		})
		file := filepath.Join(t.TempDir(), "backup")
		made, err := s.Backup(ctx, file)
		if err != nil {
			t.Fatal(err)
		}
		if made["record"] != 200 || made["quarantine"] != 3 || made["alarm"] != 1 {
			t.Errorf("copied %v", made)
		}
		if _, err := s.Backup(ctx, file); err == nil {
			t.Error("a backup was overwritten")
		}
		if left, _ := filepath.Glob(file + "?*"); len(left) > 0 {
			t.Errorf("a backup is one file, there is also %v", left)
		}
		b, err := store.OpenReadOnly(ctx, file)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		storetest.Each(t, func(t *testing.T, dsn string) {
			target := storetest.Open(t, dsn) // its check on the way out walks the chain
			again, err := b.CopyTo(ctx, target)
			if err != nil || again["record"] != 200 {
				t.Fatalf("%v, %v", again, err)
			}
			if _, err := b.CopyTo(ctx, target); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("into what is not empty: %v", err)
			}
		})
	})
}

// The check bites: a record that was changed, one that is gone, a head that is wrong.
func TestCheckFindsDamage(t *testing.T) {
	for _, damage := range []string{
		`UPDATE record SET raw = X'00' || raw WHERE seq = 5`,
		`DELETE FROM record WHERE seq = 5`,
		`DELETE FROM record WHERE seq = 9`,
		`UPDATE box SET head_hash = X'00'`,
	} {
		file := filepath.Join(t.TempDir(), "baaz.db")
		s, err := store.Open(ctx, file)
		if err != nil {
			t.Fatal(err)
		}
		c, p, pub := shop(t, s)
		box := journal.BoxOf(pub)
		records := chain(t, box, 0, journal.Hash{}, 9)
		write(t, s, func(tx *store.Tx) error {
			row := store.BoxRow{Box: box, Seq: 9, Hash: records[8].Hash}
			return errors.Join(tx.AddRecords(c, p, false, 6, records), tx.MoveHead(c, row))
		})
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(damage); err != nil {
			t.Fatal(err)
		}
		db.Close()
		findings := 0
		if err := s.Check(ctx, nil, func(string, ...any) { findings++ }); err != nil || findings == 0 {
			t.Errorf("%s: %d findings, %v", damage, findings, err)
		}
		s.Close()
	}
}

// What one server tells, all on the same PostgreSQL hear; a new line begins by saying that something may have been missed.
func TestTell(t *testing.T) {
	dsn := storetest.Postgres(t)
	a, b := storetest.Open(t, dsn), storetest.Open(t, dsn)
	ctx, cancel := context.WithCancel(context.Background())
	heard, done := make(chan string, 10), make(chan struct{})
	go func() { defer close(done); b.Hear(ctx, func(text string) { heard <- text }) }()
	if text := <-heard; text != "" {
		t.Errorf("first %q", text)
	}
	if err := a.Tell(ctx, "7.point.3"); err != nil {
		t.Fatal(err)
	}
	if text := <-heard; text != "7.point.3" {
		t.Errorf("heard %q", text)
	}
	cancel()
	<-done
	lite := storetest.Open(t, t.TempDir()+"/b.db")
	lite.Hear(context.Background(), func(string) { t.Error("SQLite hears") })
	if err := lite.Tell(context.Background(), "x"); err != nil {
		t.Error(err)
	}
}

// A database that was told to say done before anything is on its disk: BAAZ's own sessions wait all the same, and a stricter
// setting stays.
func TestCommitsAreDurable(t *testing.T) {
	dsn := storetest.Postgres(t)
	for was, want := range map[string]string{"off": "on", "remote_apply": "remote_apply"} {
		s := storetest.Open(t, dsn+"&synchronous_commit="+was)
		got := ""
		if err := s.Read(context.Background(), func(tx *store.Tx) (err error) {
			got, err = tx.Setting("synchronous_commit")
			return err
		}); err != nil || got != want {
			t.Errorf("synchronous_commit %s: sessions have %q, want %q, %v", was, got, want, err)
		}
	}
}
