package outbox

import (
	"testing"
	"time"

	"posbox/pos/event"
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
