package outbox

import (
	"context"
	"time"

	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/paper"
	"posbox/pos/till"
)

// Printer prints pages. abandon, when closed, takes a job back that has not begun; one that has begun goes on.
type Printer interface {
	Print(ctx context.Context, page, mark *paper.Page, abandon <-chan struct{}) (device.Printed, error)
}

// Receipts prints the receipts that facts ask for.
//
// Only the receipt of the sale just made starts by itself. After a restart, or once the next sale has begun, one that
// has not begun is left to a person; one that has begun goes on from its last proven band.
type Receipts struct {
	Device Printer
	Sale   func(event.Bill) (event.SaleCompleted, error)
	// Draw makes the receipt and the mark that stands above a continuation.
	Draw func(s event.SaleCompleted, asCopy bool) (page, mark *paper.Page, err error)
	// View gives the till's state now and a channel that is closed when a newer one is there.
	View func() (*till.State, <-chan struct{})
	// Stuck is how long a begun job may stand still before it is left to a person; default 10 minutes.
	Stuck time.Duration
}

const defaultStuck = 10 * time.Minute

// Name implements Follower.
func (p *Receipts) Name() string { return "printer" }

// Wants implements Follower.
func (p *Receipts) Wants(k event.Kind) bool { return k == event.KindReceiptAsked }

// Handle implements Follower.
func (p *Receipts) Handle(ctx context.Context, r Record) ([]event.Fact, error) {
	asked := r.Fact.(event.ReceiptAsked)
	out := event.ReceiptOutcome{Asked: uint64(r.Seq), Bill: asked.Bill, Result: event.ReceiptInterrupted}
	if p.cancelled(uint64(r.Seq)) {
		return nil, nil
	}
	if r.Late {
		return []event.Fact{out}, nil
	}
	sale, err := p.Sale(asked.Bill)
	if err != nil {
		return []event.Fact{out}, err
	}
	page, mark, err := p.Draw(sale, asked.Copy)
	if err != nil {
		return []event.Fact{out}, err
	}
	printed, err := p.print(ctx, uint64(r.Seq), asked, page, mark)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if p.cancelled(uint64(r.Seq)) && !printed.Proof {
		return nil, nil // a person said no; that is the outcome
	}
	out.Proven, out.Bands = printed.Proven, printed.Bands
	out.Result = resultOf(printed, err)
	if err != nil {
		out.Code = string(fault.CodeOf(err))
	}
	return []event.Fact{out}, nil
}

func resultOf(p device.Printed, err error) event.ReceiptResult {
	switch {
	case p.Proof:
		return event.ReceiptPrinted
	case !p.Started:
		return event.ReceiptDeferred
	case err == nil:
		return event.ReceiptUnproven
	}
	return event.ReceiptInterrupted
}

// print runs the job and takes it back when a person cancels it, or when it has not begun and its time has passed.
func (p *Receipts) print(ctx context.Context, seq uint64, asked event.ReceiptAsked, page, mark *paper.Page) (device.Printed, error) {
	stuck := p.Stuck
	if stuck == 0 {
		stuck = defaultStuck
	}
	job, cancel := context.WithTimeout(ctx, stuck)
	defer cancel()
	abandon := make(chan struct{})
	go p.watch(job, cancel, abandon, seq, asked)
	return p.Device.Print(job, page, mark, abandon)
}

// watch follows the till's state while a job runs.
func (p *Receipts) watch(job context.Context, cancel func(), abandon chan struct{}, seq uint64, asked event.ReceiptAsked) {
	open := true
	for {
		s, changed := p.View()
		if _, waiting := s.Print(seq); !waiting {
			cancel()
			return
		}
		if open && !asked.ByHand && !s.Current(asked.Bill) {
			close(abandon)
			open = false
		}
		select {
		case <-changed:
		case <-job.Done():
			return
		}
	}
}

// cancelled reports whether a person has given the request up: it no longer stands in the state.
func (p *Receipts) cancelled(seq uint64) bool {
	s, _ := p.View()
	_, waiting := s.Print(seq)
	return !waiting
}
