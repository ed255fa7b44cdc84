package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"posbox/journal"
	"posbox/journal/journaltest"
	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/tax"
	"posbox/pos/till"
)

var testBox = journal.BoxOf([]byte("a public key"))

// shop is an engine with a real journal, one good for 1500 ₮ and a few sellers.
type shop struct {
	*Engine
	t   testing.TB
	dir string
	now atomic.Int64 // UTC µs
	ids atomic.Int64
	// hook is run once, in the engine's loop, by the next command.
	hook atomic.Pointer[func()]
}

const (
	bread      = "4006381333931"
	breadPrice = 1500
)

func (s *shop) ByBarcode(code string) ([]catalog.Good, error) {
	if code != bread {
		return nil, nil
	}
	return []catalog.Good{{Code: "100", Name: "Талх", Unit: "ш", Prices: []catalog.Price{{Amount: breadPrice * 100}}, TaxIncluded: true,
		Tax: tax.VATAble, Active: true, Barcodes: []string{bread}}}, nil
}
func (s *shop) ByCode(catalog.Code) (catalog.Good, bool, error)          { return catalog.Good{}, false, nil }
func (s *shop) Customer(string) (c loyalty.Customer, ok bool, err error) { return c, false, nil }

// hashes are made once: each costs tens of milliseconds by design.
var hashes = sync.OnceValue(func() map[event.SellerCode]till.Seller {
	all := map[event.SellerCode]till.Seller{}
	for code, s := range map[event.SellerCode][2]string{"1": {"seller", "1111"}, "5": {"senior", "5555"}, "9": {"owner", "9999"}} {
		all[code] = till.Seller{Code: code, Name: "Болд " + string(code), Role: s[0], Active: true, PasswordHash: till.HashPassword(s[1], []byte("saltsalt"))}
	}
	return all
})

func (s *shop) env() till.Env {
	if f := s.hook.Swap(nil); f != nil {
		(*f)()
	}
	e := till.Env{
		Now: time.UnixMicro(s.now.Load()), Zone: time.FixedZone("Asia/Ulaanbaatar", 8*3600), Goods: s, Customers: s,
		Sellers:    func(c event.SellerCode) (till.Seller, bool) { v, ok := hashes()[c]; return v, ok },
		HasSellers: true, Roles: till.DefaultRoles(), Salt: []byte("0123456789abcdef"),
		Merchant: event.Merchant{Name: "Туршилт ХХК"}, Payer: tax.Payer{VAT: true}, Rates: tax.Mongolia(),
		Rules: barcode.DefaultRules(), Printer: true, DrawerOnCash: true,
	}
	if s.Engine != nil {
		e.HasBill = s.HasBill
	}
	return e
}

func journalOptions() journal.Options { return journal.Options{Box: testBox, Index: Index} }

// openShop opens the shop in a folder, which is checked when the test ends.
func openShop(t testing.TB, dir string, o journal.Options) *shop {
	t.Helper()
	s := &shop{t: t, dir: dir}
	s.now.Store(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).UnixMicro())
	s.start(journaltest.Open(t, dir, o))
	return s
}

func (s *shop) start(j *journal.Journal) {
	s.t.Helper()
	s.Engine = nil
	e, err := New(Options{Journal: j, Env: s.env, Logger: slog.New(slog.DiscardHandler), Began: event.BoxBegan{PublicKey: "00"}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Engine = e
	s.t.Cleanup(func() { e.Close() })
}

// restart ends the engine and begins it again on what lies on the disk.
func (s *shop) restart(o journal.Options) {
	s.t.Helper()
	if err := s.Close(); err != nil {
		s.t.Fatal(err)
	}
	j, err := journal.Open(s.dir, o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.start(j)
}

func (s *shop) id() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.ids.Add(1)) }

func (s *shop) command(kind string) till.Command { return till.Command{ID: s.id(), Kind: kind} }

func (s *shop) must(c till.Command) Answer {
	s.t.Helper()
	a, err := s.Do(context.Background(), c)
	if err != nil {
		s.t.Fatalf("%s: %v", c.Kind, err)
	}
	return a
}

func (s *shop) refused(code fault.Code, c till.Command) {
	s.t.Helper()
	before, seq := s.remember(), s.View().Seq
	if _, err := s.Do(context.Background(), c); fault.CodeOf(err) != code {
		s.t.Fatalf("%s: got %v, want %s", c.Kind, err, code)
	}
	if s.remember() != before || s.View().Seq != seq {
		s.t.Fatalf("%s: refused, and yet the state changed", c.Kind)
	}
}

func (s *shop) login(code, password string) till.Command {
	c := s.command("seller.login")
	c.Code, c.Password = code, password
	return c
}

func (s *shop) scan() till.Command {
	c := s.command("line.scan")
	c.Code = bread
	return c
}

func (s *shop) pay() till.Command {
	c := s.command("pay")
	c.Tenders = []till.OfferText{{Kind: "cash", Amount: "9000000"}}
	return c
}

// open logs the senior in and opens a shift.
func (s *shop) open() {
	s.t.Helper()
	s.must(s.login("5", "5555"))
	s.must(s.command("shift.open"))
}

func (s *shop) sell() Answer {
	s.t.Helper()
	s.must(s.scan())
	return s.must(s.pay())
}

// remember renders everything the till knows, drafts and all.
func (s *shop) remember() string {
	v := s.View()
	b, err := json.Marshal(struct {
		State   *till.State
		Baskets any
		Desk    till.Desk
		Seq     journal.Seq
		Hash    journal.Hash
	}{v.State, v.State.Baskets, v.State.Desk, v.Seq, v.Hash})
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

// facts reads the whole journal.
func (s *shop) facts() (all []event.Fact) {
	s.t.Helper()
	for after := journal.Seq(0); ; {
		records, err := s.Records(after, 100)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(records) == 0 {
			return all
		}
		for _, r := range records {
			f, err := event.Decode(event.Kind(r.Kind), r.Body)
			if err != nil || r.Seq != after+1 {
				s.t.Fatal(r.Seq, after, err)
			}
			all, after = append(all, f), r.Seq
		}
	}
}

func (s *shop) audit() (a Audit) {
	s.t.Helper()
	for after := journal.Seq(0); ; {
		records, err := s.Records(after, 100)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(records) == 0 {
			return a
		}
		for _, r := range records {
			if err := a.Add(r); err != nil {
				s.t.Errorf("audit: %v", err)
			}
			after = r.Seq
		}
	}
}

// breakDisk puts another file under the journal's open handles, as a disk that is full (/dev/full) or gone would look,
// and returns what puts them back.
func breakDisk(t testing.TB, dir, with string) (mend func()) {
	t.Helper()
	broken, err := os.Open(with)
	if with == "/dev/full" {
		broken, err = os.OpenFile(with, os.O_RDWR, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	handles, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	var backs []func()
	for _, h := range handles {
		to, _ := os.Readlink(h)
		if filepath.Dir(to) != filepath.Join(dir, "journal") || filepath.Ext(to) != ".db" {
			continue
		}
		var fd int
		fmt.Sscan(filepath.Base(h), &fd)
		kept, err := syscall.Dup(fd) // keeps the file's lock
		if err != nil {
			t.Fatal(err)
		}
		put := func(from int) {
			if err := syscall.Dup3(from, fd, syscall.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
		}
		put(int(broken.Fd()))
		backs = append(backs, func() { put(kept); syscall.Close(kept) })
	}
	if len(backs) == 0 {
		t.Fatal("no journal file is open")
	}
	return func() {
		for _, back := range slices.Backward(backs) {
			back()
		}
		broken.Close()
	}
}
