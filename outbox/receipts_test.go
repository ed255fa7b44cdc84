package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"posbox/engine"
	"posbox/journal"
	"posbox/journal/journaltest"
	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/money"
	"posbox/pos/paper"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// desk is the till's state as the printer's follower sees it.
type desk struct {
	mu      sync.Mutex
	state   *till.State
	changed chan struct{}
}

// newDesk has sold bill "A" and asked for its receipt at sequence 7.
func newDesk(byHand bool) *desk {
	d := &desk{state: till.New(), changed: make(chan struct{})}
	d.state.Last = &till.LastSale{Bill: "A"}
	d.state.Prints = []till.Print{{Asked: 7, Bill: "A", ByHand: byHand}}
	return d
}

func (d *desk) view() (*till.State, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state, d.changed
}

func (d *desk) change(f func(*till.State)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := d.state.Clone()
	f(next)
	d.state = next
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *desk) nextSale() { d.change(func(s *till.State) { s.Desk.Over = "A" }) }
func (d *desk) cancel()   { d.change(func(s *till.State) { s.Prints = nil }) }

// printing is a printer that does what a test says.
type printing func(ctx context.Context, abandon <-chan struct{}) (device.Printed, error)

func (p printing) PrintUnless(ctx context.Context, _, _ *paper.Page, abandon <-chan struct{}) (device.Printed, error) {
	return p(ctx, abandon)
}

func receipts(d *desk, p printing) *Receipts {
	return &Receipts{Device: p, View: d.view,
		Sale: func(b event.Bill) (event.SaleCompleted, error) { return event.SaleCompleted{Bill: b}, nil },
		Draw: func(event.SaleCompleted, event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
			return &paper.Page{}, &paper.Page{}, "", nil
		}}
}

var (
	printedWhole = device.Printed{Started: true, Proven: 3, Bands: 3, Proof: true}
	printedPart  = device.Printed{Started: true, Proven: 1, Bands: 3}
	notPrinted   = device.Printed{Bands: 3}
)

func handle(t *testing.T, p *Receipts, byHand, late bool) (out event.ReceiptOutcome, none bool, err error) {
	t.Helper()
	facts, err := p.Handle(t.Context(), Record{Seq: 7, Fact: event.ReceiptAsked{Bill: "A", ByHand: byHand}, Late: late})
	if len(facts) == 0 {
		return out, true, err
	}
	out, ok := facts[0].(event.ReceiptOutcome)
	if !ok || len(facts) != 1 || out.Asked != 7 || out.Bill != "A" {
		t.Fatalf("%+v", facts)
	}
	return out, false, err
}

func TestReceiptResults(t *testing.T) {
	for _, c := range []struct {
		name   string
		r      device.Printed
		err    error
		result event.ReceiptResult
		code   fault.Code
	}{
		{"printed", printedWhole, nil, event.ReceiptPrinted, ""},
		{"proven although the printer then fell silent", printedWhole, fault.New(fault.PrinterSilent), event.ReceiptPrinted, ""},
		{"cannot prove", device.Printed{Started: true, Bands: 3}, nil, event.ReceiptUnproven, ""},
		{"broke off", printedPart, fault.New(fault.PrinterPaper), event.ReceiptInterrupted, fault.PrinterPaper},
		{"never began", notPrinted, fault.New(fault.PrinterOffline), event.ReceiptDeferred, fault.PrinterOffline},
		{"no printer", device.Printed{}, fault.New(fault.PrinterNone), event.ReceiptDeferred, fault.PrinterNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := receipts(newDesk(false), func(context.Context, <-chan struct{}) (device.Printed, error) { return c.r, c.err })
			out, none, err := handle(t, p, false, false)
			if err != nil || none || out.Result != c.result || out.Code != string(c.code) || out.Proven != c.r.Proven || out.Bands != c.r.Bands {
				t.Errorf("%+v %v", out, err)
			}
		})
	}
	if p := (&Receipts{}); p.Name() != "printer" || !p.Wants(event.KindReceiptAsked) || p.Wants(event.KindDrawerAsked) {
		t.Error("name or wants")
	}
}

// A test page and the paper of a cash movement go the way of a receipt by hand.
func TestPapersOfNoSale(t *testing.T) {
	page := &paper.Page{}
	moved := event.SlipAsked{Moved: event.CashMoved{Amount: money.Tugrik(-500)}, Seller: "Бат"}
	for title, asked := range map[event.Bill]event.Fact{event.TestTitle: event.TestAsked{}, event.SlipTitle(7): moved} {
		d := newDesk(true)
		d.change(func(s *till.State) {
			s.Prints = []till.Print{{Asked: 7, Bill: title, ByHand: true, Report: true}}
		})
		p := &Receipts{View: d.view, Device: pagePrinter(func(got *paper.Page) {
			if got != page {
				t.Error("another page was printed")
			}
		})}
		if title == event.TestTitle {
			p.Test = func() (*paper.Page, *paper.Page) { return page, nil }
		} else {
			p.Slip = func(r event.SlipAsked) (*paper.Page, *paper.Page) {
				if r != moved {
					t.Errorf("%+v", r)
				}
				return page, nil
			}
		}
		facts, err := p.Handle(t.Context(), Record{Seq: 7, Fact: asked})
		if out, ok := facts[0].(event.ReceiptOutcome); err != nil || !ok || out.Bill != title || out.Result != event.ReceiptPrinted || !p.Wants(asked.Kind()) {
			t.Errorf("%s: %+v %v", title, facts, err)
		}
	}
}

// pagePrinter looks at what it prints.
type pagePrinter func(*paper.Page)

func (p pagePrinter) PrintUnless(_ context.Context, page, _ *paper.Page, _ <-chan struct{}) (device.Printed, error) {
	p(page)
	return printedWhole, nil
}

func unused(t *testing.T) printing {
	return func(context.Context, <-chan struct{}) (device.Printed, error) {
		t.Error("the printer was used")
		return device.Printed{}, nil
	}
}

func TestReceiptNotStarted(t *testing.T) {
	// Before the restart: left to a person, by hand or not.
	for _, byHand := range []bool{false, true} {
		if out, _, err := handle(t, receipts(newDesk(byHand), unused(t)), byHand, true); err != nil || out.Result != event.ReceiptInterrupted {
			t.Errorf("late: %+v %v", out, err)
		}
	}
	// The next sale had begun before the printer was free.
	d := newDesk(false)
	d.nextSale()
	if out, _, err := handle(t, receipts(d, unused(t)), false, false); err != nil || out.Result != event.ReceiptDeferred {
		t.Errorf("next sale begun: %+v %v", out, err)
	}
	d = newDesk(false)
	d.change(func(s *till.State) { s.Last = &till.LastSale{Bill: "B"} })
	if out, _, err := handle(t, receipts(d, unused(t)), false, false); err != nil || out.Result != event.ReceiptDeferred {
		t.Errorf("next sale done: %+v %v", out, err)
	}
	// Given up before it began.
	d = newDesk(false)
	d.cancel()
	for _, late := range []bool{false, true} {
		if _, none, err := handle(t, receipts(d, unused(t)), false, late); err != nil || !none {
			t.Errorf("cancelled: %v", err)
		}
	}
	// Asked for by hand: printed although another sale is under way.
	d = newDesk(true)
	d.nextSale()
	p := receipts(d, func(context.Context, <-chan struct{}) (device.Printed, error) { return printedWhole, nil })
	if out, _, err := handle(t, p, true, false); err != nil || out.Result != event.ReceiptPrinted {
		t.Errorf("by hand: %+v %v", out, err)
	}
}

func TestReceiptProblems(t *testing.T) {
	broken := errors.New("broken")
	for name, spoil := range map[string]func(*Receipts){
		"sale": func(p *Receipts) { p.Sale = func(event.Bill) (s event.SaleCompleted, err error) { return s, broken } },
		"draw": func(p *Receipts) {
			p.Draw = func(event.SaleCompleted, event.ReceiptAsked) (a, b *paper.Page, _ event.FiscalShown, err error) {
				return nil, nil, "", broken
			}
		},
		"panic": func(p *Receipts) {
			p.Draw = func(event.SaleCompleted, event.ReceiptAsked) (a, b *paper.Page, _ event.FiscalShown, err error) {
				panic("a bug")
			}
		},
	} {
		p := receipts(newDesk(false), unused(t))
		spoil(p)
		if out, none, err := handle(t, p, false, false); err == nil || none || out.Result != event.ReceiptInterrupted {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
}

// The next sale begins while a receipt waits for paper: one without a byte is left, one that has begun goes on.
func TestNextSaleBegins(t *testing.T) {
	d := newDesk(false)
	p := receipts(d, func(ctx context.Context, abandon <-chan struct{}) (device.Printed, error) {
		d.nextSale()
		select {
		case <-abandon:
			return notPrinted, fault.New(fault.PrinterPaper)
		case <-ctx.Done():
			t.Error("cancelled instead of taken back")
			return notPrinted, ctx.Err()
		}
	})
	if out, _, err := handle(t, p, false, false); err != nil || out.Result != event.ReceiptDeferred || out.Code != string(fault.PrinterPaper) {
		t.Errorf("%+v %v", out, err)
	}
	d = newDesk(false)
	p = receipts(d, func(ctx context.Context, abandon <-chan struct{}) (device.Printed, error) {
		d.nextSale()
		<-abandon // a job that has begun takes no notice
		if ctx.Err() != nil {
			t.Error("a job that had begun was cancelled")
		}
		return printedWhole, nil
	})
	if out, _, err := handle(t, p, false, false); err != nil || out.Result != event.ReceiptPrinted {
		t.Errorf("%+v %v", out, err)
	}
	// By hand: nobody takes it back.
	d = newDesk(true)
	p = receipts(d, func(ctx context.Context, abandon <-chan struct{}) (device.Printed, error) {
		d.nextSale()
		d.nextSale()
		select {
		case <-abandon:
			t.Error("taken back")
		case <-time.After(20 * time.Millisecond):
		}
		return printedWhole, nil
	})
	if out, _, err := handle(t, p, true, false); err != nil || out.Result != event.ReceiptPrinted {
		t.Errorf("%+v %v", out, err)
	}
}

func TestCancelByHand(t *testing.T) {
	for _, r := range []device.Printed{notPrinted, printedPart} {
		d := newDesk(false)
		p := receipts(d, func(ctx context.Context, _ <-chan struct{}) (device.Printed, error) {
			d.cancel()
			<-ctx.Done()
			return r, ctx.Err()
		})
		if _, none, err := handle(t, p, false, false); err != nil || !none {
			t.Errorf("%+v: an outcome besides the person's, %v", r, err)
		}
	}
	// Too late: the paper is out.
	d := newDesk(false)
	p := receipts(d, func(ctx context.Context, _ <-chan struct{}) (device.Printed, error) {
		d.cancel()
		<-ctx.Done()
		return printedWhole, nil
	})
	if out, none, err := handle(t, p, false, false); err != nil || none || out.Result != event.ReceiptPrinted {
		t.Errorf("%+v %v", out, err)
	}
}

func TestStuck(t *testing.T) {
	for _, c := range []struct {
		r    device.Printed
		want event.ReceiptResult
	}{{notPrinted, event.ReceiptDeferred}, {printedPart, event.ReceiptInterrupted}} {
		p := receipts(newDesk(true), func(ctx context.Context, _ <-chan struct{}) (device.Printed, error) {
			<-ctx.Done()
			return c.r, fault.Wrap(ctx.Err(), fault.PrinterPaper)
		})
		p.Stuck = 20 * time.Millisecond
		if out, _, err := handle(t, p, true, false); err != nil || out.Result != c.want || out.Code != string(fault.PrinterPaper) {
			t.Errorf("%+v %v", out, err)
		}
	}
}

// The program ends: what became of the job is told all the same, so that the start need not guess.
func TestReceiptAtTheEnd(t *testing.T) {
	for _, r := range []device.Printed{notPrinted, printedPart, printedWhole} {
		ctx, cancel := context.WithCancel(t.Context())
		p := receipts(newDesk(false), func(context.Context, <-chan struct{}) (device.Printed, error) { cancel(); return r, ctx.Err() })
		facts, err := p.Handle(ctx, Record{Seq: 7, Fact: event.ReceiptAsked{Bill: "A"}})
		want := map[bool]event.ReceiptResult{true: event.ReceiptPrinted, false: event.ReceiptInterrupted}[r.Proof]
		if !r.Started {
			want = event.ReceiptDeferred
		}
		if err != nil || len(facts) != 1 || facts[0].(event.ReceiptOutcome).Result != want || facts[0].(event.ReceiptOutcome).Code != "" {
			t.Errorf("%+v: %v %v", r, facts, err)
		}
	}
}

// shop is the smallest shop that sells: one good, nobody has to log in twice.
type shop struct {
	*engine.Engine
	t   *testing.T
	ids int
}

func (s *shop) ByBarcode(code string) ([]catalog.Good, error) {
	return []catalog.Good{{Code: "100", Name: "Талх", Unit: "ш", Prices: []catalog.Price{{Amount: 150_000}}, TaxIncluded: true, Tax: tax.VATAble,
		Active: true, Barcodes: []string{code}}}, nil
}
func (s *shop) ByCode(catalog.Code) (catalog.Good, bool, error)          { return catalog.Good{}, false, nil }
func (s *shop) Customer(string) (c loyalty.Customer, ok bool, err error) { return c, false, nil }

func openShop(t *testing.T, j *journal.Journal) *shop {
	t.Helper()
	s := &shop{t: t, ids: int(time.Now().UnixNano() % 1_000_000_000)}
	e, err := engine.New(engine.Options{Journal: j, Logger: slog.New(slog.DiscardHandler), Env: func() till.Env {
		e := till.Env{Now: time.Now(), Zone: time.UTC, Goods: s, Customers: s, Roles: till.DefaultRoles(), Salt: make([]byte, 16),
			Rates: tax.Mongolia(), Rules: barcode.DefaultRules(), Printer: true, DrawerOnCash: true}
		if s.Engine != nil {
			e.HasBill = s.HasBill
		}
		return e
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = e
	t.Cleanup(func() { e.Close() })
	return s
}

func (s *shop) do(c till.Command) engine.Answer {
	s.t.Helper()
	s.ids++
	c.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", s.ids)
	a, err := s.Do(context.Background(), c)
	if err != nil {
		s.t.Fatalf("%s: %v", c.Kind, err)
	}
	return a
}

func (s *shop) open() {
	s.do(till.Command{Kind: "seller.set", Code: "9", Name: "Эзэн", Password: "9999"})
	s.do(till.Command{Kind: "seller.login", Code: "9", Password: "9999"})
	s.do(till.Command{Kind: "shift.open"})
}

func (s *shop) sell() event.Bill {
	s.do(till.Command{Kind: "line.scan", Code: "4006381333931"})
	return s.do(till.Command{Kind: "pay", Tenders: []till.OfferText{{Kind: "cash", Amount: "2000"}}}).Result.Bill
}

func (s *shop) view() (*till.State, <-chan struct{}) { v := s.View(); return v.State, v.Changed }

// count says how often each request was answered in the journal.
func (s *shop) count(k event.Kind) map[uint64][]string {
	s.t.Helper()
	all := map[uint64][]string{}
	for after := journal.Seq(0); ; {
		records, err := s.Records(after, 500)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(records) == 0 {
			return all
		}
		for _, r := range records {
			after = r.Seq
			if event.Kind(r.Kind) != k {
				continue
			}
			switch f, _ := event.Decode(k, r.Body); f := f.(type) {
			case event.DrawerOutcome:
				all[f.Asked] = append(all[f.Asked], string(f.Result))
			case event.ReceiptOutcome:
				all[f.Asked] = append(all[f.Asked], string(f.Result))
			default:
				all[uint64(r.Seq)] = nil
			}
		}
	}
}

// With the real engine and journal: every request has one outcome, before and after a restart, and an effect is done
// at most once.
func TestWithEngine(t *testing.T) {
	dir := t.TempDir()
	o := journal.Options{Index: engine.Index, SegmentBytes: 150 << 10, SealBytes: 100 << 10}
	s := openShop(t, journaltest.Open(t, dir, o))
	s.open()
	drawer := &kicker{proven: true}
	printed := make(chan event.Bill, 100)
	var now event.Bill
	printer := &Receipts{Sale: func(b event.Bill) (event.SaleCompleted, error) { now = b; return s.Sale(b) }, View: s.view,
		Draw: func(event.SaleCompleted, event.ReceiptAsked) (a, b *paper.Page, _ event.FiscalShown, err error) {
			return &paper.Page{}, &paper.Page{}, "", nil
		},
		Device: printing(func(context.Context, <-chan struct{}) (device.Printed, error) {
			printed <- now
			return printedWhole, nil
		})}
	late := s.View().Seq
	stopDrawer := run(t, s, &Drawer{Device: drawer, Now: time.Now}, late)
	stopPrinter := run(t, s, printer, late)
	var bills []event.Bill
	for range 20 {
		bills = append(bills, s.sell())
		if got := <-printed; got != bills[len(bills)-1] {
			t.Fatalf("printed %s", got)
		}
	}
	answered := func(k event.Kind, n int) func() bool { return func() bool { return len(s.count(k)) == n } }
	until(t, "20 drawers", answered(event.KindDrawerOutcome, 20))
	until(t, "20 receipts", answered(event.KindReceiptOutcome, 20))
	stopDrawer()
	stopPrinter()
	s.sell()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	s = openShop(t, j)
	printer.Sale, printer.View = s.Sale, s.view
	kicks := drawer.times
	late = s.View().Seq
	run(t, s, &Drawer{Device: drawer, Now: time.Now}, late)
	run(t, s, printer, late)
	until(t, "21 drawers", answered(event.KindDrawerOutcome, 21))
	until(t, "21 receipts", answered(event.KindReceiptOutcome, 21))
	if drawer.times != kicks || len(printed) > 0 {
		t.Error("something was done after the restart that was asked for before it")
	}
	dropped, left := 0, 0
	for asked, results := range s.count(event.KindDrawerOutcome) {
		if len(results) != 1 {
			t.Errorf("drawer request %d: %v", asked, results)
		}
		if results[0] == string(event.DrawerDropped) {
			dropped++
		}
	}
	for asked, results := range s.count(event.KindReceiptOutcome) {
		if len(results) != 1 {
			t.Errorf("receipt request %d: %v", asked, results)
		}
		if results[0] == string(event.ReceiptInterrupted) {
			left++
		}
	}
	if dropped != 1 || left != 1 || len(s.View().State.Unprinted()) != 1 {
		t.Errorf("%d drawers dropped, %d receipts left to a person, %d listed", dropped, left, len(s.View().State.Unprinted()))
	}
}
