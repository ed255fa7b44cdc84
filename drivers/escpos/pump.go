package escpos

import (
	"errors"
	"slices"
	"time"

	"posbox/pos/fault"
)

// forgetWait is how long a command may still be on its way out before the connection is given up with it.
const forgetWait = 200 * time.Millisecond

// errNoProof is the cause of printer.silent when the printer answers but proves nothing.
var errNoProof = errors.New("escpos: status is answered, proof of print is not")

// pump hands the writer its next chunk of whole commands: what is urgent first.
func (o *owner) pump(l *line, now time.Time) {
	switch {
	case l.writing:
	case l.oneWay:
		o.pumpOneWay(l)
	case !l.padded && (l.dirty || !l.known && !l.online && l.next == 0):
		o.pad(l, now)
	case !l.purged:
		// What an earlier connection left in a standing printer will be printed again or was given up: a pulse in it
		// would open the drawer when nobody asks.
		l.purged = true
		l.sendRealTime(Recover(nil, ClearBuffers))
	case !l.forget.IsZero():
		l.forget = time.Time{}
		l.send(Init(Recover(nil, ClearBuffers)))
	case o.kickAtOnce(l) && l.clear():
		o.kickRealTime(l, now)
	case o.askDue(l, now):
		o.ask(l, now)
	case o.kickAtOnce(l): // first an answered DLE EOT, then DLE DC4
	case !l.ready():
	case !l.greeted:
		o.greet(l, now)
	case !l.resolved:
	case o.kick != nil && !o.kick.sent && !o.kick.heard:
		o.wakeUp(l, now)
	case o.kick != nil && !o.kick.sent:
		o.kickInTurn(l, now)
	case o.kick != nil && o.kick.turn:
		// A page begins when the drawer has answered: ESC p must not stand in a buffer behind it.
	case o.job != nil:
		o.pumpJob(l, now)
	}
}

// pad ends a command that a lost connection has broken off, or may have when nothing is answered: a printer that still
// waits for the rows of a picture takes even DLE EOT for dots. Zeros are white, or a length of none; elsewhere they are
// ignored.
func (o *owner) pad(l *line, now time.Time) {
	l.padded, l.purged = true, false
	l.next = AskPrinter
	l.expect(now)
	l.send(make([]byte, o.opts.BandRows*o.opts.Width/8))
}

func (o *owner) ask(l *line, now time.Time) {
	if l.next == 0 {
		l.next, l.any = AskPrinter, false
	}
	l.ask(nil, l.next, true, nil, now)
}

// greet asks for status by itself and for a first proof, to learn which the printer gives.
func (o *owner) greet(l *line, now time.Time) {
	l.greeted, l.tainted = true, false
	l.unknown = now
	o.sendPiece(l, piece{kind: pieceHello}, now)
}

// sendPiece sends a piece and its request for proof, and notes it as in flight.
func (o *owner) sendPiece(l *line, p piece, now time.Time) {
	o.lastID = (o.lastID + 1) % idCount
	id := MakeID(o.lastID)
	b := TransmitStatus(ProcessID(p.encode(o.opts, false), id))
	l.sent++
	f := flown{piece: p, id: id, no: l.sent, bytes: len(b)}
	switch p.kind {
	case pieceHello:
	case pieceKick:
		f.kick = o.kick
	default:
		f.job = o.job
	}
	l.flight = append(l.flight, f)
	l.expect(now)
	l.send(b)
}

// pumpJob sends the next piece of the page when the printer has room for it.
func (o *owner) pumpJob(l *line, now time.Time) {
	j := o.job
	if !j.live(l) && l.mode == modeCount && l.tainted {
		o.greetAgain(l) // stray bytes have come since: counting begins anew
		return
	}
	if !j.live(l) {
		o.beginJob(l, now)
	}
	if len(j.plan) == 0 {
		return
	}
	p := j.plan[0]
	n := overhead
	if p.page != nil {
		n += p.page.Width / 8 * (p.to - p.from)
	}
	if !l.room(n, o.opts) {
		return
	}
	j.plan = j.plan[1:]
	j.result.Started = true
	j.progress = now
	o.sendPiece(l, p, now)
}

// beginJob plans the job for a connection, the first or another. A printer that proved by GS ( H must show it again with
// each page; one that counts goes on counting.
func (o *owner) beginJob(l *line, now time.Time) {
	j := o.job
	j.line, j.progress = l, now
	j.plan = plan(j.page, j.mark, j.bands, j.result.Proven, j.result.Started, o.opts.BandRows)
	if o.torn {
		j.plan = slices.Insert(j.plan, 1, piece{kind: pieceTear})
	}
	if l.mode == modeID {
		l.mode, l.unknown, l.ids, l.tainted = modeUnknown, time.Time{}, false, false
	}
}

// prove notes that the first n pieces in flight are printed.
func (o *owner) prove(l *line, n int, now time.Time) {
	for _, f := range l.flight[:n] {
		switch {
		case f.kick != nil && f.kick == o.kick:
			o.kicked(true, nil)
		case f.job == nil || f.job != o.job:
		case f.kind == pieceBand:
			f.job.result.Proven = max(f.job.result.Proven, f.proves)
			f.job.progress = now
		case f.kind == pieceEnd:
			f.job.result.Proven, f.job.result.Proof = f.job.result.Bands, true
			o.finish(nil)
		default:
			o.torn = o.torn && f.kind != pieceTear
			f.job.progress = now
		}
	}
	l.flight = append([]flown(nil), l.flight[n:]...)
}

// watchJob ends a job whose printer answers but makes no progress.
func (o *owner) watchJob(l *line, now time.Time) {
	j := o.job
	if !j.live(l) || l.state.blocked() || now.Sub(j.progress) < o.opts.ProofWait {
		return
	}
	o.torn = len(j.plan) > 0 // what was sent whole was cut as well
	o.finish(fault.Wrap(errNoProof, fault.PrinterSilent))
	o.forget(l, now)
}

// finish answers the job.
func (o *owner) finish(err error) {
	o.job.reply <- outcome{o.job.result, err}
	o.job = nil
}

// cancelJob answers a job whose caller has gone.
func (o *owner) cancelJob() {
	j := o.job
	o.torn = o.torn || j.result.Started
	o.finish(j.ctx.Err())
	if l := o.line; j.live(l) {
		o.forget(l, time.Now())
	}
}

// forget has the printer drop what it holds of a page or pulse given up, as far as it obeys. When the writer is stuck in
// the middle of a command it cannot be told; then the connection goes after forgetWait, the bytes on their way with it,
// and the next one begins by clearing.
func (o *owner) forget(l *line, now time.Time) {
	if l.oneWay {
		if l.writing {
			o.lose(now)
		}
		return
	}
	o.greetAgain(l)
	l.forget = now
}

// wrote goes on after a chunk has been handed to the transport.
func (o *owner) wrote(l *line, now time.Time) {
	if !l.oneWay {
		if k := o.kick; k != nil && k.turn && k.sent && l.mode == modeNone {
			o.kicked(false, nil)
		}
		return
	}
	o.backoff = minBackoff
	if k := o.kick; k != nil && k.sent {
		o.kicked(false, nil)
	}
	if j := o.job; j.live(l) && len(j.plan) == 0 {
		o.finish(nil)
	}
}

// pumpOneWay writes to a transport that answers nothing.
func (o *owner) pumpOneWay(l *line) {
	switch j := o.job; {
	case o.kick != nil && !o.kick.sent:
		o.kick.sent = true
		l.send(piece{kind: pieceKick}.encode(o.opts, true))
	case j == nil:
	case !j.live(l):
		j.line = l
		j.plan = plan(j.page, j.mark, j.bands, 0, j.result.Started, o.opts.BandRows)
		o.pumpOneWay(l)
	case len(j.plan) > 0:
		p := j.plan[0]
		j.plan = j.plan[1:]
		j.result.Started = true
		l.send(p.encode(o.opts, true))
	}
}
