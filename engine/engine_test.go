package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"posbox/journal"
	"posbox/journal/journaltest"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

func TestSale(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	a := s.sell()
	if a.Repeated || a.Result.Bill != "2026-11-23-1-0001" || a.Seq != s.View().Seq {
		t.Fatalf("%+v", a)
	}
	sold, err := s.Sale(a.Result.Bill)
	if err != nil || sold.Total != breadPrice*100 {
		t.Fatal(sold, err)
	}
	if _, err := s.Sale("2026-11-23-1-0002"); fault.CodeOf(err) != fault.BillUnknown {
		t.Fatal(err)
	}
	if ok, err := s.HasBill(a.Result.Bill); !ok || err != nil {
		t.Fatal(ok, err)
	}
	kinds := ""
	for _, f := range s.facts() {
		kinds += string(f.Kind()) + " "
	}
	if kinds != "box.began seller.logged_in shift.opened sale.completed receipt.asked drawer.asked " {
		t.Fatal(kinds)
	}
	if _, err := s.Z(1); fault.CodeOf(err) != fault.ShiftUnknown {
		t.Fatal(err)
	}
	s.sell()
	s.sell()
	s.must(s.command("shift.close"))
	if z, err := s.Z(1); err != nil || z.Bills != 3 || z.Total != 3*breadPrice*100 {
		t.Fatal(z, err)
	}
	for _, c := range []struct{ before, limit, first, n int }{{0, 10, 3, 3}, {3, 10, 2, 2}, {0, 1, 3, 1}, {1, 5, 0, 0}} {
		sales, err := s.Sales(1, c.before, c.limit)
		if err != nil || len(sales) != c.n || c.n > 0 && sales[0].Number != c.first {
			t.Errorf("sales before %d: %d %v", c.before, len(sales), err)
		}
	}
	if a := s.audit(); a.Sales != 3 {
		t.Error(a)
	}
}

func TestRepeats(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.must(s.scan())
	pay := s.pay()
	first := s.must(pay)
	again := func(what string) {
		t.Helper()
		before := s.remember()
		a := s.must(pay)
		if !a.Repeated || a.Seq != first.Seq || a.Result.Bill != first.Result.Bill || *a.Result.Total != *first.Result.Total {
			t.Fatalf("%s: %+v, first %+v", what, a, first)
		}
		if s.remember() != before {
			t.Fatalf("%s changed the state", what)
		}
		other := pay
		other.Tenders = []till.OfferText{{Kind: "card", Amount: "1500"}}
		s.refused(fault.CommandReused, other)
	}
	again("repeat")
	s.sell()
	again("repeat after another sale")
	s.restart(journalOptions())
	again("repeat after a restart")
	if a := s.audit(); a.Sales != 2 {
		t.Fatalf("%d sales", a.Sales)
	}
}

// batch has commands decided in one round, as if they had waited in the queue together.
func (s *shop) batch(commands ...till.Command) []reply {
	requests := make([]*request, len(commands))
	for i := range commands {
		requests[i] = &request{cmd: &commands[i], body: bodyHash(commands[i]), done: make(chan reply, 1)}
	}
	s.inLoop(func() { s.work(requests) })
	replies := make([]reply, len(commands))
	for i, r := range requests {
		replies[i] = <-r.done
	}
	return replies
}

// inLoop has the loop run f, as part of a command that is refused.
func (s *shop) inLoop(f func()) {
	s.t.Helper()
	s.hook.Store(&f)
	if _, err := s.Do(context.Background(), s.command("nonsense")); fault.CodeOf(err) != fault.CommandUnknown {
		s.t.Fatal(err)
	}
}

// hold stops the loop until it is let go.
func (s *shop) hold() (let func()) {
	begun, end := make(chan struct{}), make(chan struct{})
	go s.inLoop(func() { close(begun); <-end })
	<-begun
	return func() { close(end) }
}

func TestBatch(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	scan, pay, unknown := s.scan(), s.pay(), s.scan()
	unknown.Code = "96385074"
	reused := pay
	reused.Reason = "another"
	seq := s.View().Seq
	r := s.batch(scan, scan, unknown, pay, pay, reused, s.pay())
	for i, want := range []struct {
		code     fault.Code
		repeated bool
	}{{"", false}, {"", true}, {fault.BarcodeUnknown, false}, {"", false}, {"", true}, {fault.CommandReused, false}, {fault.BasketEmpty, false}} {
		if fault.CodeOf(r[i].err) != want.code || r[i].answer.Repeated != want.repeated {
			t.Errorf("%d: %+v, want %+v", i, r[i], want)
		}
	}
	if r[3].answer.Result.Bill != r[4].answer.Result.Bill || r[3].answer.Seq != r[4].answer.Seq {
		t.Errorf("%+v %+v", r[3], r[4])
	}
	if got := s.View().Seq; got != seq+3 {
		t.Errorf("%d records for one sale", got-seq)
	}
	// What was refused may be sent again, with the same id, once it can be done.
	s.must(s.scan())
	unknown.Code = bread
	s.must(unknown)
	if a := s.must(s.pay()); *a.Result.Total != 2*breadPrice*100 {
		t.Error(a.Result.Total)
	}
}

func TestRefusedChangesNothing(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.refused(fault.SellerNone, s.scan())
	s.refused(fault.SellerWrong, s.login("5", "0000"))
	s.refused(fault.CommandUnknown, s.command("nonsense"))
	s.refused(fault.CommandID, till.Command{ID: "x", Kind: "pay"})
	open := s.command("shift.open")
	s.refused(fault.SellerNone, open)
	s.must(s.login("5", "5555"))
	s.must(open)
	s.refused(fault.BasketEmpty, s.pay())
	s.must(s.scan())
	short := s.pay()
	short.Tenders[0].Amount = "1"
	s.refused(fault.PaymentShort, short)
	short.Tenders[0].Amount = "1500"
	s.must(short)
}

// Many at once: every sale is there once, and every id has its one answer.
func TestConcurrent(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	const people, rounds = 64, 6
	var scanned, sold, total atomic.Int64
	bills := sync.Map{}
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			for range rounds {
				if _, err := s.patient(s.scan()); err != nil {
					t.Error(err)
					continue
				}
				scanned.Add(1)
				pay := s.pay()
				a, err := s.patient(pay)
				if fault.CodeOf(err) == fault.BasketEmpty {
					continue // someone else's payment took this line along
				}
				if err != nil {
					t.Error(err)
					continue
				}
				if _, twice := bills.LoadOrStore(a.Result.Bill, pay.ID); twice {
					t.Errorf("bill %s twice", a.Result.Bill)
				}
				sold.Add(1)
				total.Add(int64(*a.Result.Total))
				if b, err := s.patient(pay); err != nil || !b.Repeated || b.Result.Bill != a.Result.Bill || b.Seq != a.Seq {
					t.Errorf("repeat: %+v %v", b, err)
				}
			}
		})
	}
	all.Wait()
	if s.View().State.Selected() != nil {
		a := s.must(s.pay())
		total.Add(int64(*a.Result.Total))
		sold.Add(1)
	}
	if want := scanned.Load() * breadPrice * 100; total.Load() != want || scanned.Load() != people*rounds {
		t.Errorf("sold for %d, scanned for %d", total.Load(), want)
	}
	s.must(s.command("shift.close"))
	a := s.audit()
	if int64(a.Sales) != sold.Load() || int64(a.Total) != total.Load() {
		t.Errorf("audit %d sales for %s, told %d for %d", a.Sales, a.Total, sold.Load(), total.Load())
	}
}

// patient tries again while the queue is full.
func (s *shop) patient(c till.Command) (Answer, error) {
	for {
		a, err := s.Do(context.Background(), c)
		if fault.CodeOf(err) != fault.TillBusy {
			return a, err
		}
		time.Sleep(time.Millisecond)
	}
}

func TestQueueFull(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	let := s.hold()
	answers := make(chan error, queueLength)
	for range queueLength {
		r := &request{cmd: new(till.Command), done: make(chan reply, 1)}
		*r.cmd = s.scan()
		r.body = bodyHash(*r.cmd)
		s.queue <- r
		go func() { answers <- (<-r.done).err }()
	}
	if _, err := s.Do(t.Context(), s.scan()); fault.CodeOf(err) != fault.TillBusy {
		t.Fatal(err)
	}
	let()
	for range queueLength {
		if err := <-answers; err != nil {
			t.Fatal(err)
		}
	}
	s.must(s.pay())
}

func TestCloseWithCommandsQueued(t *testing.T) {
	dir := t.TempDir()
	s := openShop(t, dir, journalOptions())
	s.open()
	let := s.hold()
	const n = 100
	done := make(chan error, n)
	for range n {
		r := &request{cmd: new(till.Command), done: make(chan reply, 1)}
		*r.cmd = s.scan()
		r.body = bodyHash(*r.cmd)
		s.queue <- r
		go func() { done <- (<-r.done).err }()
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	<-s.stop
	if _, err := s.Do(t.Context(), s.scan()); fault.CodeOf(err) != fault.TillStopping {
		t.Errorf("after the end had begun: %v", err)
	}
	let()
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if _, err := s.Do(t.Context(), s.scan()); fault.CodeOf(err) != fault.TillStopping {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	j, err := journal.Open(dir, journalOptions())
	if err != nil {
		t.Fatal(err)
	}
	s.start(j)
	if b := s.View().State.Selected(); b == nil || b.Items[0].Quantity.String() != "100" {
		t.Errorf("%+v", b)
	}
}

// What is lost of the side data must not matter: the state after a start is the one before, whether it comes from the
// stored state and the tail or from the records alone.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	o := journalOptions()
	o.SegmentBytes, o.SealBytes = 200<<10, 100<<10
	s := openShop(t, dir, o)
	s.open()
	for i := range 30 {
		s.sell()
		if i == 20 {
			s.must(s.command("shift.close"))
			s.must(s.command("shift.open"))
		}
	}
	s.must(s.scan())
	s.must(s.command("basket.new"))
	s.must(s.scan())
	s.must(s.scan())
	if err := s.Report(t.Context(), "printer", 5, event.ReceiptOutcome{Asked: 5, Result: event.ReceiptDeferred}); err != nil {
		t.Fatal(err)
	}
	want := s.remember()
	copied := func(change func(path string)) *shop {
		d := t.TempDir()
		if err := os.CopyFS(d, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(d, "journal", "*.db"))
		change(files[len(files)-1])
		return openShop(t, d, o)
	}
	// As a power cut would leave it: nothing stored since the shift's close.
	if got := copied(func(string) {}).remember(); got != want {
		t.Errorf("after a power cut\n%s\nwant\n%s", got, want)
	}
	for _, bucket := range []string{"projection", "index"} {
		c := copied(func(path string) {
			db, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(bucket)) }); err != nil {
				t.Fatal(err)
			}
		})
		if got := c.remember(); got != want {
			t.Errorf("without %s\n%s\nwant\n%s", bucket, got, want)
		}
		if last := c.View().State.Last.Bill; bucket == "index" {
			if _, err := c.Sale(last); err != nil {
				t.Errorf("sale %s: %v", last, err)
			}
		}
	}
	s.restart(o)
	if got := s.remember(); got != want {
		t.Errorf("after a clean end\n%s\nwant\n%s", got, want)
	}
	s.must(s.pay())
	if a := s.audit(); a.Sales != 31 {
		t.Error(a.Sales)
	}
}

// A full disk: nothing changes, everyone is told, and the till sells on as soon as there is room.
func TestFullDisk(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.sell()
	s.must(s.scan())
	done := s.scan()
	first := s.must(done)
	s.restart(journalOptions()) // room for the next megabyte is made with the first append
	mend := breakDisk(t, s.dir, "/dev/full")
	before, changed := s.remember(), s.View().Changed
	pay := s.pay()
	s.refused(fault.JournalFull, pay)
	<-changed
	if fault.CodeOf(s.View().Err) != fault.JournalFull {
		t.Errorf("view: %v", s.View().Err)
	}
	s.refused(fault.JournalFull, s.pay())
	// In one round: what had been done before stays done; what rests on the append does not.
	another := s.pay()
	r := s.batch(done, another, another, s.pay())
	if r[0].err != nil || !r[0].answer.Repeated || r[0].answer.Seq != first.Seq {
		t.Errorf("a repeat on a full disk: %+v", r[0])
	}
	for i := 1; i < 4; i++ {
		if fault.CodeOf(r[i].err) != fault.JournalFull {
			t.Errorf("%d: %+v", i, r[i])
		}
	}
	if s.remember() != before {
		t.Error("the state changed")
	}
	mend()
	a := s.must(pay)
	if a.Repeated || a.Result.Bill != "2026-11-23-1-0002" {
		t.Errorf("%+v", a)
	}
	if s.View().Err != nil {
		t.Error(s.View().Err)
	}
	s.restart(journalOptions())
	if got := s.audit(); got.Sales != 2 {
		t.Error(got.Sales)
	}
}

// Nobody needs to press anything: a full disk is tried again by itself.
func TestProbe(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.restart(journalOptions())
	mend := breakDisk(t, s.dir, "/dev/full")
	s.refused(fault.JournalFull, s.scan())
	s.inLoop(s.probe)
	if s.View().Err == nil {
		t.Error("the disk is full, and the probe says it is not")
	}
	mend()
	s.inLoop(s.probe)
	if err := s.View().Err; err != nil {
		t.Errorf("there is room, and the view says %v", err)
	}
}

func TestDiskGone(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.sell()
	mend := breakDisk(t, s.dir, "/dev/null")
	s.refused(fault.JournalFailed, s.scan())
	mend()
	s.refused(fault.JournalFailed, s.scan())
	if fault.CodeOf(s.View().Err) != fault.JournalFailed {
		t.Error(s.View().Err)
	}
	s.restart(journalOptions())
	s.sell()
	if a := s.audit(); a.Sales != 2 {
		t.Error(a.Sales)
	}
}

func TestDamagedJournal(t *testing.T) {
	damage := fault.New(fault.JournalDamaged)
	s := &shop{t: t}
	e, err := New(Options{Damage: damage, Env: s.env, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = e
	if !errors.Is(e.View().Err, damage) {
		t.Error(e.View().Err)
	}
	s.refused(fault.JournalDamaged, s.scan())
	var errs []error
	_, err = e.Records(0, 1)
	errs = append(errs, err)
	_, err = e.Sale("x")
	errs = append(errs, err)
	_, err = e.Sales(1, 0, 5)
	errs = append(errs, err)
	_, err = e.Z(1)
	errs = append(errs, err)
	_, err = e.HasBill("x")
	errs = append(errs, err)
	_, err = e.Cursor("x")
	errs = append(errs, err, e.Report(t.Context(), "x", 1))
	for i, err := range errs {
		if fault.CodeOf(err) != fault.JournalDamaged {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// Damage that shows only while the till runs, and in what a start replays.
func TestDamageFound(t *testing.T) {
	dir := t.TempDir()
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.sell()
	if err := os.CopyFS(dir, os.DirFS(s.dir)); err != nil { // as after a power cut: all of it is replayed
		t.Fatal(err)
	}
	path := filepath.Join(dir, "journal", "000001.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(b, []byte(`"zone":"Asia`))
	if at < 0 {
		t.Fatal("no shift in the file")
	}
	// Every copy of it: pages let go hold older ones.
	b = bytes.ReplaceAll(b, []byte(`"zone":"Asia`), []byte(`"zone":"Asib`))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(dir, journalOptions())
	if err != nil {
		t.Fatal(err)
	}
	d := &shop{t: t, dir: dir}
	d.start(j)
	if fault.CodeOf(d.View().Err) != fault.JournalDamaged {
		t.Fatalf("view: %v", d.View().Err)
	}
	d.refused(fault.JournalDamaged, d.scan())
	d.Close()

	// Found by someone else while the till runs: the probe tells it.
	changed := s.View().Changed
	file := filepath.Join(s.dir, "journal", "000001.db")
	keep, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 8192); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Records(0, 10); fault.CodeOf(err) != fault.JournalDamaged {
		t.Errorf("records of a file cut short: %v", err)
	}
	<-changed
	s.refused(fault.JournalDamaged, s.scan())
	s.Close()
	if err := os.WriteFile(file, keep, 0o600); err != nil { // for the check at the end
		t.Fatal(err)
	}
}

func TestThrottle(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	wrong := func(code string) { t.Helper(); s.refused(fault.SellerWrong, s.login(code, "0000")) }
	for range wrongLimit - 1 {
		wrong("5")
	}
	s.must(s.command("seller.logout")) // succeeds for anyone, and must not wipe the count
	s.must(s.login("1", "1111"))       // nor the guesser's own code
	wrong("5")
	s.refused(fault.SellerWait, s.login("5", "5555"))
	approved := s.command("shift.open")
	approved.Approver = &till.Approver{Code: "9", Password: "9999"}
	s.refused(fault.SellerWait, approved)
	s.must(s.command("shift.open")) // those who are logged in work on
	s.now.Add(wrongWait.Microseconds())
	s.must(s.login("5", "5555"))
	for range 3 { // the right password ends the count
		for range wrongLimit - 1 {
			wrong("5")
		}
		s.must(s.login("5", "5555"))
	}
	s.must(s.login("1", "1111"))
	drawer := s.command("drawer.open")
	drawer.Approver = &till.Approver{Code: "9", Password: "1234"}
	for range wrongLimit {
		s.refused(fault.ApproverWrong, drawer)
	}
	s.refused(fault.SellerWait, drawer)
	s.now.Add(-time.Hour.Microseconds()) // a clock set back locks nobody out for an hour
	drawer.Approver.Password = "9999"
	s.must(drawer)
}

// Passwords are nowhere in the journal: not as they are, not hashed with a command.
func TestNoPasswords(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	login := s.login("5", "5555")
	s.must(login)
	other := login
	other.Password = "another"
	if bodyHash(login) != bodyHash(other) {
		t.Error("a command's hash depends on its password")
	}
	a := login
	a.Approver = &till.Approver{Code: "9", Password: "9999"}
	b := login
	b.Approver = &till.Approver{Code: "9", Password: "8888"}
	if bodyHash(a) != bodyHash(b) {
		t.Error("a command's hash depends on its approver's password")
	}
	if a.Approver.Password != "9999" || bodyHash(a) == bodyHash(login) {
		t.Error("the hash changed the command, or leaves the approver out")
	}
	set := s.command("seller.set")
	set.Code, set.Name, set.Role, set.Password = "77", "Шинэ", "seller", "nobody-must-see-this"
	set.Approver = &till.Approver{Code: "9", Password: "9999"}
	s.must(set)
	s.must(s.login("1", "1111"))
	s.must(s.command("shift.open"))
	drawer := s.command("drawer.open")
	drawer.Approver = &till.Approver{Code: "9", Password: "9999"}
	s.must(drawer)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(s.dir, "journal", "*"))
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"nobody-must-see-this", `"5555"`, `"9999"`, `"1111"`, `"password":`} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %s", filepath.Base(path), secret)
			}
		}
	}
}

func TestReport(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.sell()
	asked := s.View().Seq
	report := func(seq journal.Seq) error {
		return s.Report(t.Context(), "drawer", seq, event.DrawerOutcome{Asked: uint64(seq), Result: event.DrawerKicked})
	}
	for range 3 {
		if err := report(asked); err != nil {
			t.Fatal(err)
		}
	}
	if s.View().Seq != asked+1 {
		t.Errorf("%d outcomes of one request", s.View().Seq-asked)
	}
	if err := report(asked - 1); err != nil || s.View().Seq != asked+1 {
		t.Errorf("an outcome of what was passed: %v", err)
	}
	if err := report(asked + 2); err == nil {
		t.Error("an outcome of what has not happened")
	}
	// Twice in one round.
	one := func() *request {
		return &request{from: &journal.Cursor{Name: "printer", Seq: asked}, done: make(chan reply, 1),
			facts: []event.Fact{event.ReceiptOutcome{Asked: uint64(asked), Result: event.ReceiptPrinted}}}
	}
	a, b := one(), one()
	s.inLoop(func() { s.work([]*request{a, b}) })
	if ra, rb := <-a.done, <-b.done; ra.err != nil || rb.err != nil || ra.answer.Repeated || !rb.answer.Repeated {
		t.Errorf("%+v %+v", ra, rb)
	}
	if s.View().Seq != asked+2 {
		t.Error("the outcome was written twice")
	}
	s.restart(journalOptions())
	if err := report(asked); err != nil || s.View().Seq != asked+2 {
		t.Errorf("after a restart: %v", err)
	}
	if c, err := s.Cursor("drawer"); c != asked || err != nil {
		t.Error(c, err)
	}
	// A cursor alone, without a fact.
	if err := s.Report(t.Context(), "drawer", asked+1); err != nil || s.View().Seq != asked+2 {
		t.Error(err)
	}
}

// A fact that cannot be written takes no other command of its round along.
func TestOneBadReport(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	scan := s.scan()
	good := &request{cmd: &scan, body: bodyHash(scan), done: make(chan reply, 1)}
	huge := &request{from: &journal.Cursor{Name: "x", Seq: 1}, done: make(chan reply, 1),
		facts: []event.Fact{event.ProblemNoted{Detail: string(make([]byte, journal.MaxBody))}}}
	nameless := &request{from: &journal.Cursor{Seq: 1}, done: make(chan reply, 1)}
	s.inLoop(func() { s.work([]*request{huge, good, nameless}) })
	if r := <-good.done; r.err != nil {
		t.Error(r.err)
	}
	if r := <-huge.done; fault.CodeOf(r.err) != fault.CommandTooLarge {
		t.Error(r.err)
	}
	if r := <-nameless.done; r.err == nil {
		t.Error("a cursor without a name")
	}
	if err := s.View().Err; err != nil {
		t.Errorf("the till is said not to sell: %v", err)
	}
	s.must(s.pay())
}

// What Records gives is never ahead of the state that View gives.
func TestRecordsWithinView(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	ctx, cancel := context.WithCancel(t.Context())
	var watchers sync.WaitGroup
	for range 3 {
		watchers.Go(func() {
			for at := journal.Seq(0); s.Wait(ctx, at) == nil; {
				records, err := s.Records(at, 1000)
				if err != nil {
					t.Error(err)
					return
				}
				v := s.View()
				for _, r := range records {
					if at++; r.Seq != at {
						t.Errorf("%d after %d", r.Seq, at-1)
					}
					f, _ := event.Decode(event.Kind(r.Kind), r.Body)
					if sale, ok := f.(event.SaleCompleted); ok && v.State.Shift.Report.Bills < sale.Number {
						t.Errorf("bill %d is read, and the state knows %d", sale.Number, v.State.Shift.Report.Bills)
					}
				}
				if at > v.Seq {
					t.Errorf("record %d is read, and the view is at %d", at, v.Seq)
				}
			}
		})
	}
	for range 60 {
		s.sell()
	}
	cancel()
	watchers.Wait()
}

// Durable is not yet published: what the state has not taken in is not shown.
func TestRecordsNotAhead(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	seen := s.View().Seq
	s.inLoop(func() {
		if _, err := s.j.Append([]journal.Entry{{Facts: []journal.Fact{{Kind: string(event.KindSellerLoggedOut), Body: []byte("{}")}}}}); err != nil {
			t.Error(err)
		}
		if records, err := s.Records(seen-1, 10); err != nil || len(records) != 1 || s.View().Seq != seen {
			t.Errorf("%d records, the view at %d of %d: %v", len(records), s.View().Seq, seen, err)
		}
	})
}

// A day of 27 000 sales closes as fast as a short one; how long it takes is logged.
func TestLongShift(t *testing.T) {
	if testing.Short() {
		t.Skip("a long shift")
	}
	dir := t.TempDir()
	sales := 2_700
	if os.Getenv("POSBOX_LONG") != "" {
		sales = 27_000
	}
	s := openShop(t, dir, journalOptions())
	s.open()
	begun := time.Now()
	for n := 0; n < sales; {
		var commands []till.Command
		for len(commands) < batchLength-1 && n < sales {
			commands = append(commands, s.scan(), s.pay())
			n++
		}
		for _, r := range s.batch(commands...) {
			if r.err != nil {
				t.Fatal(r.err)
			}
		}
	}
	took := time.Since(begun)
	begun = time.Now()
	s.must(s.command("shift.close"))
	closing := time.Since(begun)
	begun = time.Now()
	s.restart(journalOptions())
	t.Logf("%d sales in %v, shift closed in %v, restarted in %v", sales, took, closing, time.Since(begun))
	if z, err := s.Z(1); err != nil || z.Bills != sales {
		t.Error(z.Bills, err)
	}
	if a := s.audit(); a.Sales != sales {
		t.Error(a.Sales)
	}
}

func TestBeganOnce(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.restart(journalOptions())
	s.restart(journalOptions())
	if f := s.facts(); len(f) != 1 || f[0] != (event.BoxBegan{PublicKey: "00"}) {
		t.Error(f)
	}
}

func TestGivenUpWaiting(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	let := s.hold()
	ctx, cancel := context.WithCancel(t.Context())
	scan := s.scan()
	gone := make(chan error, 1)
	go func() { _, err := s.Do(ctx, scan); gone <- err }()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	let()
	s.must(scan) // done meanwhile or not: the same id does it once
	if b := s.View().State.Selected(); b == nil || b.Items[0].Quantity.String() != "1" {
		t.Errorf("%+v", b)
	}
	if err := s.Wait(ctx, 1<<60); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCheckedOnTheWayOut(t *testing.T) {
	dir := t.TempDir()
	s := openShop(t, dir, journalOptions())
	s.open()
	s.sell()
	s.Close()
	audit := &Audit{}
	r, err := journal.Check(dir, audit.Add)
	if err != nil || !r.Whole || audit.Sales != 1 || fmt.Sprint(audit.Total) != "1500.00" {
		t.Errorf("%+v %v %+v", r, err, audit)
	}
	journaltest.Check(t, dir)
}

// Old files deleted and the stored state lost: there is nothing to begin from, and the screen says so.
func TestNothingToBeginFrom(t *testing.T) {
	dir := t.TempDir()
	o := journalOptions()
	o.SegmentBytes = 1
	j, err := journal.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, dir: dir}
	s.now.Store(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).UnixMicro())
	s.start(j)
	s.open()
	s.Close()
	files, _ := filepath.Glob(filepath.Join(dir, "journal", "*.db"))
	for i, f := range files {
		if i < len(files)-1 {
			os.Remove(f)
			continue
		}
		db, err := bbolt.Open(f, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("projection")) }); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
	if j, err = journal.Open(dir, o); err != nil {
		t.Fatal(err)
	}
	s.start(j)
	s.refused(fault.JournalDamaged, s.scan())
}

// A lock, a business buyer and what was entered of a payment outlive a power cut; followers work on before a locked till.
func TestLockOutlivesRestart(t *testing.T) {
	s := openShop(t, t.TempDir(), journalOptions())
	s.open()
	s.must(s.scan())
	register, tenders := s.command("basket.register"), s.command("basket.tenders")
	register.Register, tenders.Tenders = "1234567", []till.OfferText{{Kind: "card", Amount: "500", Slip: "7"}}
	s.must(register)
	s.must(tenders)
	s.must(s.command("seller.lock"))
	want := s.remember()
	s.restart(journalOptions())
	if got := s.remember(); got != want {
		t.Errorf("after a restart\n%s\nwant\n%s", got, want)
	}
	s.refused(fault.SellerLocked, s.scan())
	if err := s.Report(t.Context(), "printer", 1, event.ReceiptOutcome{Asked: 1, Result: event.ReceiptDeferred}); err != nil {
		t.Errorf("a follower before a locked till: %v", err)
	}
	for range wrongLimit {
		s.refused(fault.SellerWrong, s.login("1", "5555"))
	}
	s.refused(fault.SellerWait, s.login("1", "1111"))
	s.now.Add(int64(wrongWait / time.Microsecond))
	s.must(s.login("1", "1111"))
	bill := s.must(s.pay()).Result.Bill
	if sale, err := s.Sale(bill); err != nil || sale.By != "1" || sale.Register != "1234567" || len(sale.Tenders) != 1 || sale.Tenders[0].Kind != event.Cash {
		t.Errorf("%+v, %v", sale, err)
	}
	if len(s.View().State.Baskets) != 0 || s.View().State.Desk.Locked {
		t.Errorf("%+v", s.View().State)
	}
}

// Drafts as the till before wrote them are read.
func TestOlderDrafts(t *testing.T) {
	baskets, desk, err := decodeDrafts(map[string][]byte{
		"desk":     []byte(`{"selected":"a"}`),
		"basket/a": []byte(`{"id":"a","tab":1,"items":[{"no":1,"good":"1","name":"Талх","unit":"ш","quantity":"2","unit_price":"1500.00","tax":"VAT_ABLE"}],"next":1,"touched":1}`),
	})
	if err != nil || desk.Locked || len(baskets) != 1 || baskets[0].Register != "" || baskets[0].Tenders != nil || baskets[0].Items[0].UnitPrice != 150000 {
		t.Errorf("%+v, %+v, %v", baskets, desk, err)
	}
}
