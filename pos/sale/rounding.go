package sale

import (
	"posbox/pos/event"
	"posbox/pos/money"
)

// Rounding lowers what is paid to a sum for which there are notes: a weighed good may cost 0.53 ₮, which nobody can pay out.
// It is a reduction like a ticket's discount, so taxes are taken of what is really paid, and items, total and payments stay
// one sum; but nobody has given it. The zero value rounds nothing.
type Rounding struct {
	To money.Amount // what is paid becomes a multiple of it; 0: whatever it comes to
	// Back is what goods that come back in the same go take off what is paid: then the difference is what is rounded.
	Back money.Amount
}

// off is what a sale of total is lowered by: always down, less than To. Less than To, to be paid or to go back, only loses its
// möngö: rounded, one would be nothing and the other come from nothing. Less than a tögrög stays what it is.
func (r Rounding) off(total money.Amount) money.Amount {
	moved := total - r.Back
	to := r.To
	if -to < moved && moved < to {
		to = min(to, tugrik)
	}
	if to <= 0 || -to < moved && moved < to {
		return 0
	}
	off := moved % to
	if off < 0 { // more goes back than is paid: rounded up, which is down for the sale
		off += to
	}
	if off >= total {
		return 0
	}
	return off
}

const noLine = -1

// tugrik is the smallest note.
const tugrik = money.Amount(100)

// round lowers the lines by off. One takes all of it, so that every other costs what stands on its shelf, also when it
// comes back alone: the given one, else the largest; where that is too small, all take their share.
func round(lines []event.Line, off money.Amount, given int) error {
	if off == 0 {
		return nil
	}
	largest := 0
	totals := make([]money.Amount, len(lines))
	for i, l := range lines {
		if totals[i] = l.Total; l.Total > lines[largest].Total {
			largest = i
		}
	}
	if given >= 0 && off < lines[given].Total {
		largest = given
	}
	if off < lines[largest].Total {
		takeOff(&lines[largest], off)
		return nil
	}
	shares, err := money.Allocate(off, totals)
	for i, share := range shares {
		takeOff(&lines[i], share)
	}
	return err
}

func takeOff(l *event.Line, off money.Amount) {
	l.Rounding += off
	l.TicketDiscount += off
	l.Total -= off
}
