package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/paper"
	"posbox/pos/till"
)

// Printer prints pages. abandon, when closed, takes a job back that has not begun and cannot begin at once; one that has
// begun goes on.
type Printer interface {
	PrintUnless(ctx context.Context, page, mark *paper.Page, abandon <-chan struct{}) (device.Printed, error)
}

// Receipts prints the receipts that facts ask for.
//
// Only the receipt of the sale just made starts by itself. After a restart, or once the next sale has begun, one that
// has not begun is left to a person; one that has begun goes on from its last proven band. A receipt that only waits its
// turn on a working printer still comes out while selling goes on, within queueWithin.
type Receipts struct {
	Device Printer
	Sale   func(event.Bill) (event.SaleCompleted, error)
	// Report draws a report, Draw a receipt, each with the mark that stands above a continuation.
	Report func(event.ReportAsked) (page, mark *paper.Page, err error)
	// What the paper says of the e-barimt is told with it. A slip for which there is nothing to print is ErrNothing.
	Draw func(s event.SaleCompleted, asked event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error)
	// Back draws the papers of a return, where Sale knows no such bill.
	Back func(event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error)
	// Chain names the sale whose e-barimt a paper tells of; nil: the one that the paper is of.
	Chain func(paper event.Bill) event.Bill
	// Wait is how long a receipt waits for the number of its e-barimt; nil: not at all.
	Wait func() time.Duration
	// Drop forgets what may be printed once: it is on paper. Nil where there is none.
	Drop func(event.Bill)
	// Number is the number that the e-barimt of a sale has now; false: that cannot be read. Nil: nobody replaces any.
	Number func(event.Bill) (string, bool)
	// Step is called at each step that a test may want to end the program at; nil: nobody does.
	Step func(name string)
	// Test draws a test page.
	Test func() (page, mark *paper.Page)
	// Slip draws the paper that goes with cash put in or taken out.
	Slip func(event.SlipAsked) (page, mark *paper.Page)
	// View gives the till's state now and a channel that is closed when a newer one is there.
	View func() (*till.State, <-chan struct{})
	// Now is the clock of the records; default time.Now.
	Now func() time.Time
	// Stuck is how long a begun job may stand still before it is left to a person; default 10 minutes.
	Stuck time.Duration
}

const (
	defaultStuck = 10 * time.Minute
	// queueWithin is how long a receipt may wait for the ones before it on a printer that works, while selling goes on.
	queueWithin = 30 * time.Second
)

func (p *Receipts) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// Name implements Follower.
func (p *Receipts) Name() string { return "printer" }

// printed are the kinds of facts that ask for paper.
var printed = []event.Kind{event.KindReceiptAsked, event.KindReportAsked, event.KindTestAsked, event.KindSlipAsked}

// Wants implements Follower.
func (p *Receipts) Wants(k event.Kind) bool {
	return slices.Contains(printed, k)
}

// Handle implements Follower.
func (p *Receipts) Handle(ctx context.Context, r Record) (facts []event.Fact, err error) {
	asked, draw := p.job(r)
	out := event.ReceiptOutcome{Asked: uint64(r.Seq), Bill: asked.Bill, Result: event.ReceiptInterrupted}
	defer func() {
		if v := recover(); v != nil { // a receipt that cannot be drawn must not stay "being printed" for ever
			facts, err = []event.Fact{out}, fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	state, _ := p.View()
	if _, waiting := state.Print(uint64(r.Seq)); !waiting {
		return nil, nil // given up
	}
	if r.Late {
		return []event.Fact{out}, nil
	}
	if err := p.await(ctx, r.Time, asked); err != nil {
		return nil, err
	}
	page, mark, shown, number, err := p.drawn(asked, draw)
	if errors.Is(err, ErrNothing) {
		out.Result = event.ReceiptCancelled
		return []event.Fact{out}, nil
	}
	if errors.Is(err, ErrElectronic) {
		out.Result = event.ReceiptElectronic
		p.Drop(p.chain(asked.Bill))
		return []event.Fact{out}, nil
	}
	if err != nil {
		return []event.Fact{out}, err
	}
	out.Fiscal = shown
	whole := shown == event.FiscalWhole
	if whole {
		p.step("fiscal.printing")
	}
	if state, _ := p.View(); !due(state, asked) && p.now().Sub(r.Time) > queueWithin { // it waited too long for the one before
		out.Result = event.ReceiptDeferred
		return []event.Fact{out}, nil
	}
	replaced := func() bool { return whole && p.number(asked.Bill, number) != number }
	printed, cancelled, err := p.print(ctx, uint64(r.Seq), asked, page, mark, replaced)
	if cancelled && !printed.Proof {
		return nil, nil // a person said no; that is the outcome
	}
	out.Proven, out.Bands = printed.Proven, printed.Bands
	out.Result = resultOf(printed, err)
	if whole && (out.Result == event.ReceiptPrinted || out.Result == event.ReceiptUnproven) {
		p.step("fiscal.printed")
		if replaced() {
			out.Fiscal = event.FiscalReplaced
		} else {
			p.Drop(p.chain(asked.Bill))
		}
	}
	if code := fault.CodeOf(err); code != fault.Internal && !printed.Proof {
		out.Code = string(code)
	}
	return []event.Fact{out}, nil
}

// job turns a fact into what has to be printed.
func (p *Receipts) job(r Record) (asked event.ReceiptAsked, draw drawing) {
	switch f := r.Fact.(type) {
	case event.ReportAsked:
		return titled(f.Report.Title(), func() (page, mark *paper.Page, err error) { return p.Report(f) })
	case event.SlipAsked:
		return titled(event.SlipTitle(uint64(r.Seq)), func() (page, mark *paper.Page, err error) { page, mark = p.Slip(f); return page, mark, nil })
	case event.TestAsked:
		return titled(event.TestTitle, func() (page, mark *paper.Page, err error) { page, mark = p.Test(); return page, mark, nil })
	}
	asked = r.Fact.(event.ReceiptAsked)
	return asked, func() (page, mark *paper.Page, shown event.FiscalShown, err error) {
		sale, err := p.Sale(asked.Bill)
		if fault.CodeOf(err) == fault.BillUnknown && p.Back != nil {
			return p.Back(asked)
		}
		if err != nil {
			return nil, nil, "", err
		}
		return p.Draw(sale, asked)
	}
}

// titled asks for a paper that is of no sale as for a receipt by hand under its title.
func titled(title event.Bill, draw func() (page, mark *paper.Page, err error)) (event.ReceiptAsked, drawing) {
	return event.ReceiptAsked{Bill: title, ByHand: true}, func() (page, mark *paper.Page, _ event.FiscalShown, err error) {
		page, mark, err = draw()
		return page, mark, "", err
	}
}

// drawing makes a page, the mark above its continuation, and what it says of the e-barimt.
type drawing func() (page, mark *paper.Page, shown event.FiscalShown, err error)

// ErrElectronic says that no paper is wanted: the e-barimt is in the buyer's phone.
var ErrElectronic = errors.New("outbox: no paper wanted")

// ErrNothing says that there is nothing to print.
var ErrNothing = errors.New("outbox: nothing to print")

func (p *Receipts) chain(paper event.Bill) event.Bill {
	if p.Chain == nil {
		return paper
	}
	return p.Chain(paper)
}

// number is the number that the e-barimt of a paper has now; the one before where that cannot be read.
func (p *Receipts) number(paper event.Bill, before string) string {
	if p.Number == nil {
		return before
	}
	if now, ok := p.Number(p.chain(paper)); ok {
		return now
	}
	return before
}

// drawn makes a page and tells the number of the e-barimt on it: one that is replaced while it is drawn is drawn again.
func (p *Receipts) drawn(asked event.ReceiptAsked, draw drawing) (page, mark *paper.Page, shown event.FiscalShown, number string, err error) {
	number = p.number(asked.Bill, "")
	for {
		page, mark, shown, err = draw()
		now := p.number(asked.Bill, number)
		if now == number {
			return page, mark, shown, number, err
		}
		number = now
	}
}

// await gives the e-barimt of a sale its time, counted from the request: only while it is at the service, and for a slip, which is of
// nothing else, also while it is still to be sent: what it waited for may just have ended. What it has come to then is what the paper
// says.
func (p *Receipts) await(ctx context.Context, from time.Time, asked event.ReceiptAsked) error {
	if p.Wait == nil || asked.Copy {
		return nil
	}
	chain := p.chain(asked.Bill)
	left := time.NewTimer(from.Add(p.Wait()).Sub(p.now()))
	defer left.Stop()
	for {
		state, changed := p.View()
		report, open := state.Report(chain)
		if !open || report.Result != "" && !(asked.Slip && (report.Waits() || report.Sent())) {
			if _, corrected := asked.Bill.CutCorrected(); open && report.Unprinted() || !open && corrected {
				p.step("fiscal.told")
			}
			return nil
		}
		select {
		case <-changed:
		case <-left.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *Receipts) step(name string) {
	if p.Step != nil {
		p.Step(name)
	}
}

func resultOf(p device.Printed, err error) event.ReceiptResult {
	switch {
	case p.Proof:
		return event.ReceiptPrinted
	case !p.Started:
		return event.ReceiptDeferred
	case err == nil, p.Sent:
		return event.ReceiptUnproven
	}
	return event.ReceiptInterrupted
}

// print runs the job and takes it back when a person cancels it, or when it has not begun and its time has passed or the e-barimt on
// it was replaced.
func (p *Receipts) print(ctx context.Context, seq uint64, asked event.ReceiptAsked, page, mark *paper.Page, replaced func() bool) (r device.Printed, cancelled bool, err error) {
	stuck := p.Stuck
	if stuck == 0 {
		stuck = defaultStuck
	}
	job, end := context.WithTimeout(ctx, stuck)
	w := &watcher{p: p, seq: seq, asked: asked, replaced: replaced, cancel: end, abandon: make(chan struct{}), ended: make(chan struct{})}
	go w.run(job)
	defer func() {
		end()
		<-w.ended
		cancelled = w.cancelled
	}()
	r, err = p.Device.PrintUnless(job, page, mark, w.abandon)
	return r, false, err
}

// watcher follows the till's state while a job runs.
type watcher struct {
	p         *Receipts
	seq       uint64
	asked     event.ReceiptAsked
	replaced  func() bool
	cancel    func()
	abandon   chan struct{}
	ended     chan struct{}
	cancelled bool // by a person; read once ended is closed
}

func (w *watcher) run(job context.Context) {
	defer close(w.ended)
	for abandoned := false; ; {
		state, changed := w.p.View()
		_, waiting := state.Print(w.seq)
		if !waiting {
			w.cancelled = true
			w.cancel()
			return
		}
		if !abandoned && (!due(state, w.asked) || w.replaced()) {
			abandoned = true
			close(w.abandon)
		}
		select {
		case <-changed:
		case <-job.Done():
			return
		}
	}
}

// due reports whether a job may still begin: by hand always, by itself only for the sale just made.
func due(s *till.State, asked event.ReceiptAsked) bool { return asked.ByHand || s.Current(asked.Bill) }
