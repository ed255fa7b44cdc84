package uplink_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/uplink"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var ctx = context.Background()

// rounds picks a size: by plain go test, under ./test, in the long versions.
func rounds(plain, strict, longer int) int {
	switch {
	case os.Getenv("POSBOX_LONG") != "":
		return longer
	case os.Getenv("POSBOX_STRICT") != "":
		return strict
	}
	return plain
}

func seed(t *testing.T) uint64 {
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("POSBOX_SEED"); s != "" {
		var err error
		if n, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("POSBOX_SEED=%d", n)
	return n
}

// centre is a BAAZ with one company. When the test ends everything in it is verified.
type centre struct {
	t       *testing.T
	store   *store.Store
	in      *ingest.Ingest
	url     string
	company store.Company
	offset  atomic.Int64 // of its clock
	handler atomic.Pointer[http.Handler]
}

func newCentre(t *testing.T, dsn string) *centre {
	t.Helper()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, store: s}
	t.Cleanup(func() {
		if err := ingest.Verify(ctx, s, func(format string, args ...any) { t.Errorf("verify: "+format, args...) }); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	c.use(s)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*c.handler.Load()).ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	c.url = server.URL
	c.write(func(tx *store.Tx) (err error) {
		c.company, err = tx.AddCompany("Номин", 1)
		return err
	})
	return c
}

// use serves from a store.
func (c *centre) use(s *store.Store) {
	c.t.Helper()
	in, err := ingest.New(ctx, s, func() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) })
	if err != nil {
		c.t.Fatal(err)
	}
	c.store, c.in = s, in
	var h http.Handler = web.New(web.Options{Ingest: in, Store: s, Logger: slog.New(slog.DiscardHandler), BoxRate: 1e6, StrangerRate: 1e6})
	c.handler.Store(&h)
}

func (c *centre) write(fn func(*store.Tx) error) {
	c.t.Helper()
	if err := c.store.Write(ctx, fn); err != nil {
		c.t.Fatal(err)
	}
}

// point makes a sales point with a key.
func (c *centre) point() (store.Point, wire.Key) {
	var p store.Point
	c.write(func(tx *store.Tx) (err error) {
		p, err = tx.AddPoint(c.company, "цэг", 1)
		return err
	})
	return p, c.key(p)
}

var keys atomic.Int64

func (c *centre) key(p store.Point) wire.Key {
	c.t.Helper()
	key := wire.NewKey(fmt.Appendf(nil, "%015d", keys.Add(1)))
	if _, err := c.in.AddKey(ctx, c.company, p, key); err != nil {
		c.t.Fatal(err)
	}
	return key
}

func (c *centre) row(b *uplinktest.Box) (row store.BoxRow) {
	c.t.Helper()
	if err := c.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Box(c.company, b.ID)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return row
}

// asides counts the records in quarantine.
func (c *centre) asides() (n int) {
	c.store.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.Asides(c.company)
		n = len(list)
		return err
	})
	return n
}

// connected is a box with its uplink running.
type connected struct {
	*uplinktest.Box
	*uplink.Uplink
	t    *testing.T
	stop func()
	wish atomic.Pointer[uplink.Wish]
}

// connect starts the real uplink for a box. It tries again soon: tests have no minutes.
func connect(t *testing.T, c *centre, b *uplinktest.Box, key wire.Key, network http.RoundTripper) *connected {
	t.Helper()
	x := &connected{Box: b, t: t}
	x.wish.Store(&uplink.Wish{Address: c.url, Key: key})
	x.Uplink = uplink.New(uplink.Options{Log: b, Key: b.Key, Membership: b.Membership, Wish: func() uplink.Wish { return *x.wish.Load() },
		Logger: slog.New(slog.DiscardHandler), HTTP: network, Version: "test",
		FirstWait: time.Millisecond, MaxWait: 20 * time.Millisecond, StopWait: 50 * time.Millisecond, HeadEvery: 200 * time.Millisecond, Timeout: 20 * time.Second})
	run, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); x.Run(run) }()
	var once sync.Once
	x.stop = func() { once.Do(func() { cancel(); <-done }) }
	t.Cleanup(x.stop)
	return x
}

// until waits for something.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func (x *connected) sent() bool {
	s := x.Status()
	return s.State == uplink.Online && s.Acked == x.Head().Seq && s.Unsent == 0
}

func (x *connected) untilSent() {
	x.t.Helper()
	until(x.t, "all sent", x.sent)
}

// untilStopped waits until only a person can help.
func (x *connected) untilStopped(code fault.Code) {
	x.t.Helper()
	until(x.t, "stopped with "+string(code), func() bool { s := x.Status(); return s.State == uplink.Stopped && s.Code == code })
}

// Hundreds of boxes sell over a bad network. Every record arrives once, in order, and the sums are those of the boxes.
func TestManyBoxesOverABadNetwork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		n := rounds(25, 100, 400)
		network := uplinktest.NewFaults(&http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 128}, seed(t), 4)
		boxes := make([]*connected, n)
		for i := range boxes {
			_, key := c.point()
			b := uplinktest.NewBox(i)
			b.Sell(i % 7) // sold before it joined
			boxes[i] = connect(t, c, b, key, network)
		}
		var all sync.WaitGroup
		for _, b := range boxes {
			all.Go(func() {
				for range 8 {
					b.Sell(3)
					time.Sleep(time.Millisecond)
				}
			})
		}
		all.Wait()
		for _, b := range boxes {
			b.untilSent()
			b.stop()
		}
		c.holds(boxes...)
		t.Logf("%d boxes, faults: %v", n, network.Counts())
		if len(network.Counts()) < 6 {
			t.Error("too few kinds of faults: the network was not bad")
		}
	})
}

// holds checks that BAAZ has exactly what the boxes have, byte for byte, and the same sums.
func (c *centre) holds(boxes ...*connected) {
	c.t.Helper()
	var sales int64
	var total money.Amount
	for _, b := range boxes {
		n, sum := b.Sold()
		sales += int64(n)
		total += sum
		c.holdsRecords(b)
	}
	c.holdsSums(int(sales), total)
}

// holdsSums checks how often and for how much BAAZ says that was sold.
func (c *centre) holdsSums(sales int, total money.Amount) {
	c.t.Helper()
	var gotSales int64
	var gotTotal money.Amount
	c.store.Read(ctx, func(tx *store.Tx) error {
		r, err := tx.Rollups(c.company)
		for _, d := range r.Days {
			gotSales += d.Sales
			gotTotal += d.Total
		}
		return err
	})
	if int(gotSales) != sales || gotTotal != total {
		c.t.Errorf("the boxes sold %d times for %s, BAAZ says %d for %s", sales, total, gotSales, gotTotal)
	}
}

func (c *centre) holdsRecords(b *connected) {
	c.t.Helper()
	want, _ := b.Records(0, 1<<30)
	c.store.Read(ctx, func(tx *store.Tx) error {
		got, err := tx.Records(c.company, b.ID, 0, 1<<30)
		if err != nil || len(got) != len(want) {
			c.t.Errorf("box %s: %d records, BAAZ has %d, %v", b.ID, len(want), len(got), err)
			return nil
		}
		for i := range want {
			if string(got[i].Raw) != string(want[i].Raw) {
				c.t.Errorf("box %s: record %d is another one", b.ID, i+1)
				return nil
			}
		}
		return nil
	})
}

// one is a box that has joined and sent what it has.
func one(t *testing.T, dsn string) (*centre, store.Point, *connected) {
	t.Helper()
	c := newCentre(t, dsn)
	p, key := c.point()
	b := uplinktest.NewBox(0)
	b.Sell(3)
	x := connect(t, c, b, key, nil)
	x.untilSent()
	return c, p, x
}

func onBoth(t *testing.T, test func(*testing.T, string)) { storetest.Each(t, test) }

// A cloned box is found as soon as the second of the two sends, and nothing that either sold is lost.
func TestClone(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		x.stop()
		clone := x.Copy()
		x.Sell(2)
		clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`)) // sells on its own
		clone.Sell(3)
		again := connect(t, c, x.Box, wire.Key{}, nil)
		again.untilSent()
		second := connect(t, c, clone, wire.Key{}, nil)
		second.untilStopped(fault.BoxForked)
		again.Sell(1)
		again.untilSent()
		// All that the clone sells is safe at BAAZ: over several batches, and far beyond the other one's head.
		clone.Sell(600)
		second.Send()
		common := commonOf(again.Box, clone)
		until(t, "all of the clone is in quarantine", func() bool { return c.asides() == int(clone.Head().Seq-common) })
		if s := second.Status(); s.State != uplink.Stopped || s.Unsent < 603 {
			t.Errorf("the clone says %+v", s)
		}
		c.countFork(clone, 603)
		// Both go on, each in its own history, also when the clone was switched off meanwhile.
		second.Send()
		second.untilSent()
		second.stop()
		clone.Sell(1)
		second = connect(t, c, clone, wire.Key{}, nil)
		second.untilSent()
		again.Sell(2)
		again.untilSent()
		clone.Sell(2)
		second.untilSent()
		second.stop()
		c.holdsRecords(again)
		n, total := again.Sold()
		more, moreTotal := clone.Sold()
		c.holdsSums(n+more-3, total+moreTotal-soldBy(t, again.Box, common))
	})
}

// commonOf is the last record that two boxes share.
func commonOf(a, b *uplinktest.Box) (last journal.Seq) {
	one, _ := a.Records(0, 1<<30)
	two, _ := b.Records(0, 1<<30)
	for i := range min(len(one), len(two)) {
		if one[i].Hash != two[i].Hash {
			break
		}
		last = one[i].Seq
	}
	return last
}

// soldBy is what a box had sold up to a record.
func soldBy(t *testing.T, b *uplinktest.Box, last journal.Seq) (sum money.Amount) {
	t.Helper()
	list, _ := b.Records(0, int(last))
	for _, r := range list {
		if r.Kind == string(event.KindSaleCompleted) {
			f, err := event.Decode(event.Kind(r.Kind), r.Body)
			if err != nil {
				t.Fatal(err)
			}
			sum += f.(event.SaleCompleted).Total
		}
	}
	return sum
}

// countFork says that what a clone has sold counts.
func (c *centre) countFork(clone *uplinktest.Box, sales int) {
	c.t.Helper()
	seen, err := c.in.LookAtFork(ctx, c.company, clone.ID)
	if err != nil || seen.Sales != sales || seen.Records != c.asides() {
		c.t.Errorf("of the fork BAAZ says %+v, %v; %d sales in %d records", seen, err, sales, c.asides())
	}
	told := store.Forked{}
	done, err := c.in.CountFork(ctx, c.company, clone.ID, func(_ *store.Tx, f store.Forked, more bool) error { told = f; return nil })
	if err != nil || done != seen || told != seen || c.asides() != 0 {
		c.t.Errorf("counted %+v, told %+v of %+v, %v; %d are still aside", done, told, seen, err, c.asides())
	}
	if again, err := c.in.CountFork(ctx, c.company, clone.ID, nil); err != nil || again.Records != 0 {
		c.t.Errorf("counted again: %+v, %v", again, err)
	}
}

// A fork waits in quarantine when BAAZ comes back from a backup that was made before: it is handed over anew.
func TestForkUnderARestoredBAAZ(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		file := filepath.Join(t.TempDir(), "backup")
		if _, err := c.store.Backup(ctx, file); err != nil {
			t.Fatal(err)
		}
		x.Sell(2)
		x.untilSent()
		clone := x.Copy()
		x.Sell(2)
		x.untilSent()
		clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
		clone.Sell(2)
		second := connect(t, c, clone, wire.Key{}, nil)
		second.untilStopped(fault.BoxForked)
		common := int(commonOf(x.Box, clone))
		until(t, "the fork is aside", func() bool { return c.asides() == int(clone.Head().Seq)-common })
		x.stop()
		was := c.store
		c.use(restored(t, file))
		defer func() { c.store = was }()
		// Whoever comes first is the chain now, and the other one the fork.
		second.untilSent()
		x = connect(t, c, x.Box, wire.Key{}, nil)
		x.untilStopped(fault.BoxForked)
		until(t, "the other one is aside", func() bool { return c.asides() == int(x.Head().Seq)-common })
		c.countFork(x.Box, 2)
		x.Send()
		x.untilSent()
		second.stop()
		c.holdsRecords(second)
	})
}

// A counted clone goes on, and BAAZ comes back from a backup that has its branch, yet not the branch's end: it says again
// what was lost, also after a start of the till's program, and in quarantine nothing waits that is only a gap.
func TestBranchUnderARestoredBAAZ(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(fmt.Sprintf("restarted=%v", restarted), func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				c, _, x := one(t, dsn)
				clone := x.Copy()
				x.Sell(30)
				x.untilSent()
				clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
				clone.Sell(2)
				second := connect(t, c, clone, wire.Key{}, nil)
				second.untilStopped(fault.BoxForked)
				common := commonOf(x.Box, clone)
				until(t, "the fork is aside", func() bool { return c.asides() == int(clone.Head().Seq-common) })
				c.countFork(clone, 2)
				second.Send()
				second.untilSent()
				file := filepath.Join(t.TempDir(), "backup")
				if _, err := c.store.Backup(ctx, file); err != nil {
					t.Fatal(err)
				}
				clone.Sell(60)
				second.untilSent()
				was := c.store
				c.use(restored(t, file))
				defer func() { c.store = was }()
				if restarted {
					second.stop()
					second = connect(t, c, clone, wire.Key{}, nil)
				}
				clone.Sell(1)
				second.Send()
				until(t, "the branch has all again", func() bool { return c.branch(clone).Seq == clone.Head().Seq })
				second.stop()
				if n := c.asides(); n != 0 {
					t.Errorf("%d records are aside", n)
				}
				n, total := x.Sold()
				more, moreTotal := clone.Sold()
				c.holdsSums(n+more-3, total+moreTotal-soldBy(t, x.Box, common))
			})
		})
	}
}

// branch is the head of the branch under a box's name.
func (c *centre) branch(b *uplinktest.Box) (row store.BoxRow) {
	c.t.Helper()
	if err := c.store.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.BranchesOf(c.company, b.ID)
		if err != nil || len(list) != 1 {
			return fmt.Errorf("%d branches, %w", len(list), err)
		}
		row, err = tx.Box(c.company, list[0].Box)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return row
}

// restored is a store that was filled from a backup.
func restored(t *testing.T, file string) *store.Store {
	t.Helper()
	from, err := store.OpenReadOnly(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	target := storetest.Open(t, filepath.Join(t.TempDir(), "new.db"))
	if _, err := from.CopyTo(ctx, target); err != nil {
		t.Fatal(err)
	}
	return target
}

// A fork that BAAZ sees first: its answer is 409, the records are kept in quarantine, the alarm rings once for what is said again.
func TestForkIsKeptAside(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		x.Sell(1)
		x.untilSent()
		x.stop()
		old := x.Head().Seq
		// The clone stands where the first two sales were made, and has sold otherwise since.
		clone := uplinktest.NewBox(0)
		clone.Sell(9)
		records, _ := clone.Records(0, 1000)
		body := pack(t, clone, records)
		for range 2 {
			h, err := c.in.Take(ctx, clone.ID, body)
			if err != nil || h.Status != http.StatusConflict || h.Seq != old {
				t.Fatalf("%+v, %v", h, err)
			}
		}
		c.store.Read(ctx, func(tx *store.Tx) error {
			asides, _ := tx.Asides(c.company)
			alarms, _ := tx.Alarms(c.company)
			if len(asides) == 0 || len(asides) >= len(records) || asides[0].Why != ingest.AlarmFork {
				t.Errorf("%d of %d records are in quarantine", len(asides), len(records))
			}
			if len(alarms) != 1 || alarms[0].Kind != ingest.AlarmFork || alarms[0].Times != 1 {
				t.Errorf("alarms: %+v", alarms)
			}
			return nil
		})
	})
}

// A disk that was restored from an old image knows less than BAAZ does, and is told so before it sends anything.
func TestRestoredDisk(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		image := x.Copy()
		x.Sell(2)
		x.untilSent()
		x.stop()
		restored := connect(t, c, image, wire.Key{}, nil)
		restored.untilStopped(fault.BoxRestored)
		// It sells past BAAZ's head, and is a fork then.
		image.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
		image.Sell(9)
		restored.Send()
		restored.untilStopped(fault.BoxForked)
		c.holdsRecords(x)
	})
}

// A replacement takes the point. What the old box sold before it knew still arrives, marked late; what it makes after
// it has learned goes into quarantine.
func TestReplacement(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, p, old := one(t, dsn)
		old.stop()
		before := old.Head()
		old.Sell(4) // offline
		b := uplinktest.NewBox(1)
		fresh := connect(t, c, b, c.key(p), nil)
		fresh.untilSent()
		joined := b.Membership().Joined
		if joined.Epoch != 2 || joined.Previous != old.ID.String() || joined.PreviousSeq != uint64(before.Seq) || joined.PreviousHash != before.Hash.String() || joined.NextShift != 2 {
			t.Errorf("joined: %+v", joined)
		}
		if _, first := b.Sold(); first != 0 {
			t.Fatal("the new box has sold already")
		}
		back := connect(t, c, old.Box, wire.Key{}, nil)
		until(t, "the old box has learned", func() bool { return back.Membership().Replaced })
		until(t, "all of it is there", func() bool { return c.row(old.Box).Learned == back.Head().Seq })
		back.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
		back.untilStopped(fault.BoxReplaced)
		until(t, "what it made afterwards is in quarantine", func() bool { return c.asides() == 1 })
		if row := c.row(old.Box); row.Seq != back.Head().Seq-1 || row.State != store.BoxReplaced {
			t.Errorf("the old box: %+v, its head %d", row, back.Head().Seq)
		}
		fresh.Sell(1)
		fresh.untilSent()
		c.store.Read(ctx, func(tx *store.Tx) error {
			r, _ := tx.Rollups(c.company)
			var late, sales int64
			for _, d := range r.Days {
				late, sales = late+d.Late, sales+d.Sales
			}
			if late != 4 || sales != 3+4+1 {
				t.Errorf("%d sales, %d of them late", sales, late)
			}
			asides, _ := tx.Asides(c.company)
			if len(asides) != 1 || asides[0].Box != old.ID {
				t.Errorf("quarantine: %d", len(asides))
			}
			return nil
		})
		// Joined anew it is a box like any other, and everything it holds is in its chain.
		_, key := c.point()
		back.wish.Store(&uplink.Wish{Address: c.url, Key: key})
		back.Send()
		back.untilSent()
		c.holdsRecords(back)
	})
}

// BAAZ comes back from last night's backup: boxes send again what it has lost, also those that have nothing new to send.
func TestRestoredBAAZ(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		_, key := c.point()
		closed := connect(t, c, uplinktest.NewBox(1), key, nil) // sells no more
		closed.Sell(1)
		closed.untilSent()
		file := filepath.Join(t.TempDir(), "backup")
		if _, err := c.store.Backup(ctx, file); err != nil {
			t.Fatal(err)
		}
		x.Sell(100)
		x.untilSent()
		closed.Sell(10)
		closed.untilSent()
		was := c.store
		c.use(restored(t, file))
		x.Sell(1)
		until(t, "BAAZ has all again", func() bool { return c.row(x.Box).Seq == x.Head().Seq })
		x.untilSent()
		until(t, "BAAZ has all of the closed shop again", func() bool { return c.row(closed.Box).Seq == closed.Head().Seq })
		closed.untilSent()
		c.holds(x, closed)
		c.store = was
	})
}

func TestRevokedBox(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, _, x := one(t, dsn)
		c.write(func(tx *store.Tx) error { return tx.SetBoxState(c.company, x.ID, store.BoxRevoked) })
		seq := c.row(x.Box).Seq
		x.Sell(1)
		x.untilStopped(fault.BoxRevoked)
		if got := c.row(x.Box).Seq; got != seq {
			t.Errorf("the head went from %d to %d", seq, got)
		}
		if x.Status().Unsent != 1 {
			t.Errorf("unsent: %+v", x.Status())
		}
	})
}

// The database goes back to before a box had joined, under a BAAZ that remembers the box: another has taken over from the one
// that it wrote to. The box is told what a person can do, and joined anew everything it has ever sold arrives.
func TestBoxThatBAAZHasForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		c, p, x := one(t, dsn)
		x.Sell(5)
		x.untilSent()
		forgetBoxes(t, dsn)
		x.Sell(1)
		until(t, "told that BAAZ does not know it", func() bool { return x.Status().Code == fault.BoxUnknown })
		x.wish.Store(&uplink.Wish{Address: c.url, Key: c.key(p)})
		x.Send()
		x.untilSent()
		c.holds(x)
	})
}

// forgetBoxes takes all boxes and what they have sent out of a database behind its server's back.
func forgetBoxes(t *testing.T, dsn string) {
	t.Helper()
	driver := "sqlite"
	if store.EngineOf(dsn) == store.PostgreSQL {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"record", "sale", "shift", "incident", "sums", "sales_by_day", "tenders_by_day", "pending", "sellers_by_day", "purchases", "folded", "box", "directory_box"} {
		if _, err := db.Exec("DELETE FROM " + table); err != nil {
			t.Fatal(table, err)
		}
	}
}
