package outbox

import (
	"context"
	"sync"
	"testing"
	"time"

	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/paper"
	"posbox/pos/till"
)

// A slip is of an e-barimt alone: it gives one that is still to be sent its time, too. A receipt says that its number is to come.
func TestSlipAwaitsNumber(t *testing.T) {
	for _, slip := range []bool{false, true} {
		d := newDesk(true)
		d.change(func(s *till.State) {
			s.Fiscal = []till.Report{{Job: fiscal.Job{Asked: 6, Bill: "A", Job: event.FiscalCorrect, Result: event.FiscalWaiting}, Paper: true}}
		})
		p := receipts(d, unused(t))
		looks := 0
		p.View = func() (*till.State, <-chan struct{}) {
			looks++
			s, changed := d.view()
			if looks == 2 { // by the wait; the number comes right behind
				d.change(func(s *till.State) { s.Fiscal = nil })
			}
			return s, changed
		}
		waited := false
		p.Wait = func() time.Duration { return time.Hour }
		p.Draw = func(event.SaleCompleted, event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
			waited = looks > 2
			return nil, nil, "", ErrNothing
		}
		if _, err := p.Handle(t.Context(), Record{Seq: 7, Time: time.Now(), Fact: event.ReceiptAsked{Bill: "A", ByHand: true, Slip: slip}}); err != nil || waited != slip {
			t.Errorf("slip %v: waited %v, %v", slip, waited, err)
		}
	}
}

// numbers is the e-barimt of sale A, which a test corrects while its paper is made.
type numbers struct {
	mu      sync.Mutex
	number  string
	unknown bool // the chain cannot be read
	drawn   int
	dropped int
}

func (n *numbers) becomes(number string, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.number, n.unknown = number, !known
}

// papers is a printer's follower with the e-barimt of n.
func (n *numbers) papers(d *desk, p printing) *Receipts {
	r := receipts(d, p)
	r.Number = func(event.Bill) (string, bool) {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.number, !n.unknown
	}
	r.Drop = func(event.Bill) { n.dropped++ }
	r.Draw = func(event.SaleCompleted, event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
		n.drawn++
		return &paper.Page{}, &paper.Page{}, event.FiscalWhole, nil
	}
	return r
}

// A paper that had begun when its e-barimt was replaced comes out and is told so: what may be printed once is kept for what replaced
// it. What cannot be read has replaced nothing.
func TestReceiptReplaced(t *testing.T) {
	for _, c := range []struct {
		name  string
		while func(*numbers)
		r     device.Printed
		err   error
		want  event.FiscalShown
		drops int
	}{
		{"not", func(*numbers) {}, printedWhole, nil, event.FiscalWhole, 1},
		{"replaced", func(n *numbers) { n.becomes("2", true) }, printedWhole, nil, event.FiscalReplaced, 0},
		{"replaced, without proof", func(n *numbers) { n.becomes("2", true) }, device.Printed{Started: true, Bands: 3}, nil, event.FiscalReplaced, 0},
		{"replaced, and broke off", func(n *numbers) { n.becomes("2", true) }, printedPart, fault.New(fault.PrinterPaper), event.FiscalWhole, 0},
		{"cannot be read", func(n *numbers) { n.becomes("", false) }, printedWhole, nil, event.FiscalWhole, 1},
	} {
		n := &numbers{number: "1"}
		p := n.papers(newDesk(true), func(context.Context, <-chan struct{}) (device.Printed, error) {
			c.while(n)
			return c.r, c.err
		})
		out, _, err := handle(t, p, true, false)
		if err != nil || out.Fiscal != c.want || n.dropped != c.drops {
			t.Errorf("%s: %q, dropped %d times, %v", c.name, out.Fiscal, n.dropped, err)
		}
	}
}

// An e-barimt that is replaced while its paper is drawn is drawn again: what comes out is of the one that holds.
func TestReceiptReplacedWhileDrawn(t *testing.T) {
	n := &numbers{number: "1"}
	p := n.papers(newDesk(true), func(context.Context, <-chan struct{}) (device.Printed, error) { return printedWhole, nil })
	draw := p.Draw
	p.Draw = func(s event.SaleCompleted, a event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
		n.becomes("2", true) // before it is looked at, or behind: nobody can tell
		return draw(s, a)
	}
	if out, _, err := handle(t, p, true, false); err != nil || out.Fiscal != event.FiscalWhole || n.dropped != 1 || n.drawn != 2 {
		t.Errorf("%q, drawn %d times, dropped %d times, %v", out.Fiscal, n.drawn, n.dropped, err)
	}
}
