package escpos

import (
	"slices"
	"time"

	"posbox/pos/fault"
)

// watch looks at everything that has waited too long on l.
func (o *owner) watch(l *line, now time.Time) {
	if !l.forget.IsZero() && now.Sub(l.forget) >= forgetWait {
		o.lose(now)
		return
	}
	o.watchAsks(l, now)
	o.watchStandstill(l, now)
	if !l.waiting.IsZero() && now.Sub(l.waiting) >= o.opts.Silence && !l.muffled() {
		o.lose(now)
		return
	}
	o.watchMode(l, now)
	o.watchJob(l, now)
}

// watchAsks gives unanswered questions up. Nothing heard meanwhile: the printer counts as offline.
func (o *owner) watchAsks(l *line, now time.Time) {
	if len(l.asks) == 0 || now.Sub(l.asks[0].at) < o.opts.Answer {
		return
	}
	deaf := !l.heard.After(l.asks[0].at)
	for _, a := range l.asks {
		if !deaf {
			a.woke() // it lives, if it does not answer just this
		}
	}
	l.asks = l.asks[:0]
	if !deaf {
		o.nextAsk(l, now) // it answers, but not this question
		return
	}
	if !l.muffled() {
		l.online = false
	}
	l.next, l.round = 0, now
}

// woke tells the kick that waits for it that the printer is awake.
func (a ask) woke() {
	if a.wake != nil {
		a.wake.heard = true
	}
}

// nextAsk goes on in the status round.
func (o *owner) nextAsk(l *line, now time.Time) {
	if l.next == 0 {
		return
	}
	if l.next < AskPaper {
		l.next++
		return
	}
	l.next, l.round = 0, now
	if l.any {
		l.known = true
		o.backoff = minBackoff
	}
}

// askDue reports that the next DLE EOT is to go out: in a round, when the next round is due, or to learn how far a printer
// without proof has got. Rounds go on during a page: of paper and cover only they tell where ASB is unknown.
func (o *owner) askDue(l *line, now time.Time) bool {
	if len(l.asks) > 0 {
		return false
	}
	if l.next > 0 || o.kickAtOnce(l) {
		return true
	}
	if l.mode == modeNone && len(l.flight) > 0 && !l.flight[len(l.flight)-1].taken {
		return true
	}
	return now.Sub(l.round) >= o.opts.Poll
}

// watchStandstill notes since when the printer stands still without saying why.
func (o *owner) watchStandstill(l *line, now time.Time) {
	switch {
	case !l.state.offline || l.state.caused():
		l.held = time.Time{}
	case l.held.IsZero():
		l.held = now
	}
	if !l.state.blocked() {
		l.through = false
	}
}

// watchMode finds out what a printer cannot prove, by what it leaves unanswered.
func (o *owner) watchMode(l *line, now time.Time) {
	if l.state.blocked() || !l.greeted {
		if !l.unknown.IsZero() {
			l.unknown = now
		}
		return
	}
	if l.mode != modeUnknown || l.unknown.IsZero() || now.Sub(l.unknown) < countWait {
		return
	}
	switch {
	case l.ids:
		o.resolve(l, modeNone)
	case l.tainted && o.job.live(l):
		// Nothing can be told in the middle of a page; it will end unproven.
	case l.tainted:
		o.greetAgain(l)
	case l.answers() > 0:
		o.resolve(l, modeCount)
		o.proveAnswered(l, now)
	default:
		o.resolve(l, modeNone)
	}
}

// greetAgain begins finding out anew.
func (o *owner) greetAgain(l *line) {
	l.greeted, l.resolved, l.tainted, l.ids = false, false, false, false
	l.mode, l.unknown, l.flight = modeUnknown, time.Time{}, nil
	l.waiting = time.Time{}
}

func (o *owner) resolve(l *line, m mode) {
	l.mode, l.resolved = m, true
	o.proves = m == modeID || m == modeCount
}

// answers counts the pieces in flight whose GS r was answered.
func (l *line) answers() (n int) {
	for _, f := range l.flight {
		if f.answered {
			n++
		}
	}
	return n
}

// answer takes one reply of the printer.
func (o *owner) answer(l *line, r Reply, now time.Time) {
	if r.Kind == ReplyGarbage {
		l.tainted = true
		return
	}
	l.heard = now
	blocked := l.state.blocked()
	switch r.Kind {
	case ReplyRealTime:
		o.answerAsk(l, r.Bytes[0], now)
	case ReplyAuto:
		l.state.auto(r.Bytes)
		l.online = true
	case ReplyStatus:
		o.answerStatus(l, r.Bytes[0], now)
	case ReplyProcessID:
		o.answerID(l, r.ID(), now)
	}
	l.waiting = time.Time{}
	if len(l.asks) > 0 || len(l.flight) > 0 || l.writing {
		l.waiting = now
	}
	if blocked && !l.state.blocked() {
		l.through = false
		if o.job != nil {
			o.job.progress = now
		}
	}
}

// answerAsk takes an answer to DLE EOT: to the oldest question under way.
func (o *owner) answerAsk(l *line, b byte, now time.Time) {
	if len(l.asks) == 0 {
		return // too late, or never asked: which question it answers cannot be known
	}
	a := l.asks[0]
	l.asks = l.asks[1:]
	a.woke()
	l.state.realTime(a.what, b)
	l.online, l.any = true, true
	l.through = l.state.blocked()
	l.passed = max(l.passed, a.after)
	if l.mode == modeNone {
		l.take(a.sent)
		l.dropTaken()
		o.endUnproven(l, now)
	}
	if a.kick != nil && a.kick == o.kick {
		o.kicked(true, nil)
	}
	if a.round {
		o.nextAsk(l, now)
	}
}

// endUnproven ends a page on a printer that is known to prove nothing, once it has taken all of it and still answers.
func (o *owner) endUnproven(l *line, now time.Time) {
	j := o.job
	if !j.live(l) || len(j.plan) > 0 || l.state.blocked() || slices.ContainsFunc(l.flight, func(f flown) bool { return !f.taken }) {
		return
	}
	j.result.Sent = true
	o.finish(fault.Wrap(errNoProof, fault.PrinterSilent))
	l.flight = nil // the printer keeps what it holds: it may still be printing
}

// answerStatus takes an answer to GS r: of the oldest piece that has none.
func (o *owner) answerStatus(l *line, b byte, now time.Time) {
	for i := range l.flight {
		f := &l.flight[i]
		if f.answered {
			continue
		}
		f.answered = true
		l.take(f.no)
		if paperEndStatus(b) {
			l.tainted = true // printed on nothing?
		}
		if l.mode == modeUnknown && (l.unknown.IsZero() || l.answers() == 1) {
			l.unknown = now
		}
		if l.mode == modeNone && !l.ids && !l.tainted {
			o.resolve(l, modeUnknown) // it answers after all: find out again
			l.unknown = now
		}
		if l.mode == modeCount {
			o.proveAnswered(l, now)
		}
		return
	}
	l.tainted = true // more answers than questions
}

// answerID takes an answer to GS ( H. Only an id in flight proves anything.
func (o *owner) answerID(l *line, id ID, now time.Time) {
	l.ids = true
	for i := range l.flight {
		if l.flight[i].id == id {
			o.resolve(l, modeID)
			l.take(l.flight[i].no)
			o.prove(l, i+1, now)
			return
		}
	}
}

// proveAnswered proves what a printer without GS ( H has answered by GS r.
func (o *owner) proveAnswered(l *line, now time.Time) {
	if l.tainted || l.ids {
		return
	}
	n := 0
	for n < len(l.flight) && l.flight[n].answered {
		n++
	}
	o.prove(l, n, now)
}
