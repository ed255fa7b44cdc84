package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"posbox/baaz/down"
	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	baaz "posbox/baaz/store"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/wire"
)

// centre is a BAAZ that can be away.
type centre struct {
	t       *testing.T
	store   *baaz.Store
	file    string // of the store
	in      *ingest.Ingest
	down    *down.Down
	regs    *registers.Registers
	url     string
	away    atomic.Bool
	company baaz.Company
	point   baaz.Point
	keys    byte
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "baaz.db")
	s, err := baaz.Open(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, store: s, file: file}
	if c.in, err = ingest.New(ctx, s, time.Now); err != nil {
		t.Fatal(err)
	}
	if c.down, err = down.New(ctx, s, time.Now); err != nil {
		t.Fatal(err)
	}
	c.regs = registers.New(registers.Options{Store: s, Now: time.Now, Changed: func(s wire.Scope, _ uint64) { c.down.Nudge(s) }})
	c.in.Bought = func(company baaz.Company, customers []string) {
		if err := c.regs.Earn(ctx, company, customers); err != nil {
			t.Error(err)
		}
	}
	c.in.Handed = c.down.Wish
	h := web.New(web.Options{Ingest: c.in, Down: c.down, Store: s, Logger: slog.New(slog.DiscardHandler), BoxRate: 1e6, StrangerRate: 1e6})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.away.Load() {
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(w, r)
	}))
	c.url = server.URL
	t.Cleanup(func() {
		server.CloseClientConnections() // streams stay open for ever
		server.Close()
		if err := ingest.Verify(ctx, s, func(format string, args ...any) { t.Errorf(format, args...) }); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	err = s.Write(ctx, func(tx *baaz.Tx) (err error) {
		if c.company, err = tx.AddCompany("Номин", 1); err != nil {
			return err
		}
		c.point, err = tx.AddPoint(c.company, "Төв салбар", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// key makes a connection key for the point.
func (c *centre) key() string {
	c.t.Helper()
	c.keys++
	k := wire.NewKey(append(make([]byte, wire.KeyBytes-1), c.keys))
	if _, err := c.in.AddKey(context.Background(), c.company, c.point, k); err != nil {
		c.t.Fatal(err)
	}
	return k.Reveal()
}

// sums returns how many sales BAAZ counts and for how much.
func (c *centre) sums() (sales, late int64, total string) {
	c.t.Helper()
	var sum baaz.DaySums
	err := c.store.Read(context.Background(), func(tx *baaz.Tx) error {
		r, err := tx.Rollups(c.company)
		for _, d := range r.Days {
			sum.Sales, sum.Late, sum.Total = sum.Sales+d.Sales, sum.Late+d.Late, sum.Total+d.Total
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return sum.Sales, sum.Late, sum.Total.String()
}

// eventually waits for something.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// sell makes n sales of one loaf.
func (b *box) sell(n int) {
	b.t.Helper()
	for range n {
		b.do("line.scan", object{"code": "1001"})
		b.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "1000000"}}})
	}
}

func (b *box) uplink() (u object) {
	b.t.Helper()
	b.get("/api/uplink", &u)
	return u
}

// light returns state and code of a device.
func (b *box) light(kind string) (state, code string) {
	b.t.Helper()
	devices, _ := b.state()["devices"].([]any)
	i := slices.IndexFunc(devices, func(d any) bool { return at(d, "kind") == kind })
	if i < 0 {
		b.t.Fatalf("no device %s", kind)
	}
	state, _ = at(devices[i], "state").(string)
	code, _ = at(devices[i], "code").(string)
	return state, code
}

func (b *box) untilSent() {
	b.t.Helper()
	eventually(b.t, "all sent", func() bool { u := b.uplink(); return u["state"] == "online" && u["unsent"] == 0.0 })
}

// A till joins by its command line, sells while BAAZ is there, while it is away, and through a pulled plug: everything
// arrives once, what was sold before it joined as well.
func TestUplink(t *testing.T) {
	c := newCentre(t)
	dir := t.TempDir()
	b := start(t, dir, "-demo")
	b.open()
	b.sell(2) // a shop may sell alone
	if state, _ := b.light("baaz"); state != "none" {
		t.Errorf("BAAZ's light of a shop that stands alone: %s", state)
	}
	b.stop()
	b = start(t, dir, "-demo", "-baaz", c.url, "-key", c.key())
	b.sell(1)
	b.untilSent()
	eventually(t, "three sales", func() bool { n, _, _ := c.sums(); return n == 3 })
	if state, code := b.light("baaz"); state != "ok" || at(b.state(), "till", "joined") != true {
		t.Errorf("BAAZ's light of a till that has joined: %s %s", state, code)
	}
	if u := b.uplink(); u["company"] != "Номин" || u["point"] != "Төв салбар" || u["epoch"] != 1.0 {
		t.Errorf("%v", u)
	}
	c.away.Store(true)
	b.sell(2)
	eventually(t, "it is told that BAAZ is away", func() bool { _, code := b.light("baaz"); return code == "uplink.unreachable" })
	if u := b.uplink(); u["unsent"] != 2.0 || len(u["sales"].([]any)) != 2 || at(b.state(), "unsent") != 2.0 {
		t.Errorf("two sales are unsent: %v", u)
	}
	b.kill()
	b = b.restart()
	c.away.Store(false)
	if status, _, err := b.request(http.MethodPost, "/api/uplink/send", nil); status != http.StatusOK || err != nil {
		t.Errorf("send: %d, %v", status, err)
	}
	b.untilSent()
	eventually(t, "five sales", func() bool { n, _, _ := c.sums(); return n == 5 })
	b.do("shift.count", object{"total": "0"})
	b.do("shift.close", nil)
	b.stop()
	c.inEpoch(dir)
}

// inEpoch checks that the records after the joining carry its epoch, and that the journal is whole.
func (c *centre) inEpoch(dir string) {
	c.t.Helper()
	joined := false
	rep, err := journal.Check(dir, func(r journal.Record) error {
		if want := uint32(0); joined && r.Epoch == want {
			c.t.Errorf("record %d after joining is of epoch %d", r.Seq, r.Epoch)
		}
		joined = joined || r.Kind == string(event.KindBoxJoined)
		return nil
	})
	if err != nil || !rep.Whole || !joined {
		c.t.Errorf("journal: %v %v, joined %v", err, rep.Findings, joined)
	}
}

// A till that was told where BAAZ is, and no key, joins by the one that a person types.
func TestJoinAtTheTill(t *testing.T) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url)
	b.open()
	b.do("join.ask", object{"address": c.url, "key": c.key()})
	eventually(t, "joined", func() bool { return at(b.state(), "till", "joined") == true })
	b.sell(1)
	b.untilSent()
}

// A shop joins at its first start by what a person types; a second till with a new key takes the point over. The first
// sells no more once it has learned of it, and what it sold before arrives, marked late.
func TestReplacedTill(t *testing.T) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo")
	b.open()
	b.do("join.ask", object{"address": c.url, "key": c.key()})
	eventually(t, "joined", func() bool { return at(b.state(), "till", "joined") == true })
	b.sell(1)
	b.untilSent()
	c.away.Store(true)
	b.sell(2)
	c.away.Store(false)
	b.kill() // before it has tried again
	next := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	next.untilSent()
	sold, _, _ := c.sums()
	old := b.restart()
	eventually(t, "it has learned", func() bool { _, code := old.light("baaz"); return code == "box.replaced" })
	old.refused("box.replaced", "line.scan", object{"code": "1001"})
	eventually(t, "its sales have arrived", func() bool { n, late, _ := c.sums(); return n == 3 && late == 3-sold })
	next.open()
	if n := at(next.state(), "shift", "number"); n != 2.0 {
		t.Errorf("the new till's shift is %v: its bills would repeat", n)
	}
	next.sell(1)
	next.untilSent()
	// Joined anew the old one sells again, in a shift that the other one cannot have had.
	old.do("join.ask", object{"address": c.url, "key": c.key()})
	eventually(t, "joined again", func() bool { return at(old.state(), "till", "joined") == true })
	old.refused("shift.number_taken", "line.scan", object{"code": "1001"})
	old.nextShift()
	if n := at(old.state(), "shift", "number"); n != 3.0 {
		t.Errorf("the old till's shift is %v, want 3", n)
	}
	old.sell(1)
	old.untilSent()
}

// nextShift closes the shift and opens the next one.
func (b *box) nextShift() {
	b.t.Helper()
	b.do("shift.count", object{"total": "0"})
	b.do("shift.close", nil)
	b.do("shift.open", object{"float": "0"})
}

// Two tills of one sales point that count their shifts alike: the second joins in the middle of its own. No two of their bills
// made at that point have one number, nor one at the tax office, and what lay in its basket is sold.
func TestTwinTills(t *testing.T) {
	c := newCentre(t)
	one := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	eventually(t, "joined", func() bool { return at(one.state(), "till", "joined") == true })
	one.open()
	one.sell(2)
	one.untilSent()
	two := start(t, t.TempDir(), "-demo")
	two.open()
	two.do("line.scan", object{"code": "1001"})
	two.do("join.ask", object{"address": c.url, "key": c.key()})
	eventually(t, "joined", func() bool { return at(two.state(), "till", "joined") == true })
	two.kill()
	two = two.restart()
	pay := object{"tenders": []object{{"kind": "cash", "amount": "10000"}}}
	two.refused("shift.number_taken", "line.scan", object{"code": "1001"})
	two.refused("shift.number_taken", "pay", pay)
	two.nextShift()
	if a := two.do("pay", pay); at(a, "result", "total") != "4200.00" {
		t.Errorf("the basket from before is sold for %v, want 4200.00", at(a, "result", "total"))
	}
	two.sell(1)
	two.untilSent()
	suffixes := map[string]any{}
	for _, b := range []*box{one, two} {
		shift := int(at(b.state(), "shift", "number").(float64))
		for n := 1; n <= 2; n++ {
			suffix, err := fiscal.Suffix(shift, n, 0)
			bill := at(b.state(), "last", "bill")
			if other, taken := suffixes[suffix]; taken || err != nil {
				t.Errorf("bills up to %v and up to %v are told with one number %s, %v", other, bill, suffix, err)
			}
			suffixes[suffix] = bill
		}
	}
}

// A folder that was restored from an old copy is found at its next word with BAAZ.
func TestRestoredFolder(t *testing.T) {
	c := newCentre(t)
	dir, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	b := start(t, dir, "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	b.sell(1)
	b.untilSent()
	b.stop()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	b = b.restart()
	b.sell(3)
	b.untilSent()
	b.kill()
	old := start(t, copied, "-demo")
	eventually(t, "it is told", func() bool { state, code := old.light("baaz"); return state == "fault" && code == "box.restored" })
}
