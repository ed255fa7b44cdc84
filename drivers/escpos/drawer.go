package escpos

import (
	"time"

	"posbox/pos/fault"
)

// kickInTurn sends ESC p with a request for proof: the printer is ready and prints nothing.
func (o *owner) kickInTurn(l *line, now time.Time) {
	o.kick.sent, o.kick.turn = true, true
	o.sendPiece(l, piece{kind: pieceKick}, now)
}

// wakeUp asks the printer for a sign of life before ESC p goes out: one that has hung itself up would open the drawer
// when it wakes, long after anybody expects it.
func (o *owner) wakeUp(l *line, now time.Time) {
	if o.kick.asked {
		return
	}
	o.kick.asked = true
	l.ask(nil, AskPrinter, false, nil, now)
	l.asks[len(l.asks)-1].wake = o.kick
}

// kickAtOnce reports that a kick waits that cannot take its turn: a page is under way, or printing stands still.
func (o *owner) kickAtOnce(l *line) bool {
	return o.kick != nil && !o.kick.sent && l.online && (l.state.blocked() || o.job.live(l))
}

// kickRealTime sends DLE DC4, which acts even when the buffer is stuck, and DLE EOT, whose answer proves that it arrived.
// It is sent only when a DLE EOT was answered after everything else on the line: behind bytes that a full buffer keeps
// out, DLE DC4 would open the drawer when nobody stands at it.
func (o *owner) kickRealTime(l *line, now time.Time) {
	o.kick.sent = true
	l.ask(KickNow(nil, o.opts.pin(), kickNow), AskPrinter, false, o.kick, now)
}

// answerOffline refuses a kick at once when the printer does not answer: it must not open later, on its own.
func (o *owner) answerOffline() {
	if o.kick == nil || o.kick.sent {
		return
	}
	if l := o.line; l == nil || !l.oneWay && !l.online {
		o.kicked(false, fault.New(fault.PrinterOffline))
	}
}

// cancelKick answers a kick whose time is over. One that was sent in its turn and not proven may stand in a buffer that
// got stuck just then: it is cleared.
func (o *owner) cancelKick() {
	k := o.kick
	if !k.sent {
		o.kicked(false, fault.Wrap(k.ctx.Err(), fault.DrawerLate))
		return
	}
	o.kicked(false, fault.Wrap(k.ctx.Err(), fault.PrinterSilent))
	if l := o.line; k.turn && l != nil {
		o.forget(l, time.Now())
	}
}

func (o *owner) kicked(proven bool, err error) {
	o.kick.reply <- kickOutcome{proven, err}
	o.kick = nil
}
