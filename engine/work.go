package engine

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/sale"
	"posbox/pos/till"
)

// job is a request that has been decided and waits for the append.
type job struct {
	*request
	reply
	// rests is true where the reply rests on what this round appends: without it, it never was.
	rests bool
}

// round is one transaction in the making.
type round struct {
	state   *till.State // working copy
	seq     journal.Seq
	entries []journal.Entry
	jobs    []job
	answers map[string]journal.Answer
	cursors map[string]journal.Seq
	returns []event.Fact // of goods that came back, decided in this round
	handed  map[event.JobName]bool
	// stamps are the excise stamps that moved in this round: to the sale that they were sold on, or back ("").
	stamps map[string]event.Bill
	// freed are those that came back elsewhere, by the sale that they were on.
	freed map[stampOn]bool
}

// work decides a batch on a working copy, appends it, and only then lets anyone see it.
func (e *Engine) work(batch []*request) {
	if err := e.damage(); err != nil {
		for _, r := range batch {
			r.done <- reply{err: err}
		}
		return
	}
	seq, _ := e.j.Head()
	w := &round{state: e.state.Clone(), seq: seq, answers: map[string]journal.Answer{}, cursors: map[string]journal.Seq{}}
	for _, r := range batch {
		e.take(w, r)
	}
	if len(w.entries) == 0 {
		w.answer(nil)
		return
	}
	e.addProjection(w)
	_, err := e.j.Append(w.entries)
	switch {
	case err == nil:
		e.commit(w)
	case ofJournal(err):
		e.o.Logger.Error("append failed", "err", err)
		e.failing = err
		e.publish()
	case len(batch) > 1:
		// The journal is well, and one of these cannot be written: it must not take the others along.
		for _, r := range batch {
			e.work([]*request{r})
		}
		return
	default:
		e.o.Logger.Error("command cannot be written", "err", err)
	}
	w.answer(err)
}

// ofJournal reports whether an append failed because of the disk, and not because of what was to be written.
func ofJournal(err error) bool {
	switch fault.CodeOf(err) {
	case fault.JournalFull, fault.JournalFailed, fault.JournalDamaged:
		return true
	}
	return false
}

func (e *Engine) commit(w *round) {
	e.state, e.failing = w.state, nil
	e.setEpoch()
	for name, seq := range w.cursors {
		e.cursors[name] = seq
	}
	if w.entries[len(w.entries)-1].Project != nil {
		e.projected = w.seq
	}
	if err := e.j.RollErr(); err != nil {
		e.o.Logger.Warn("no new journal file could be begun; the old one goes on", "err", err)
	}
	e.publish()
}

// answer lets everyone know, once it is known what became of the append.
func (w *round) answer(err error) {
	for _, j := range w.jobs {
		if err != nil && j.rests {
			j.reply = reply{err: err}
		}
		j.done <- j.reply
	}
}

// refuse answers with an error. It rests on all that was decided before it.
func (w *round) refuse(r *request, err error) {
	w.jobs = append(w.jobs, job{r, reply{err: err}, len(w.entries) > 0})
}

// take decides one request.
func (e *Engine) take(w *round, r *request) {
	switch {
	case r.cmd != nil:
	case r.from != nil:
		e.takeReport(w, r)
		return
	case r.handed != nil:
		e.takeHanded(w, r)
		return
	default:
		e.takeTold(w, r)
		return
	}
	if known, ok := w.answers[r.cmd.ID]; ok {
		w.repeat(r, known, true)
		return
	}
	if known, ok := e.j.Answer(r.cmd.ID); ok {
		w.repeat(r, known, false)
		return
	}
	env := e.envOf(w)
	if err := e.throttle(r.cmd, env.Now); err != nil {
		w.refuse(r, err)
		return
	}
	d, err := till.Decide(w.state, *r.cmd, env)
	e.noteWrong(r.cmd, d, err, env.Now)
	if err != nil {
		w.refuse(r, err)
		return
	}
	if err := e.keep(d.Secret); err != nil {
		w.refuse(r, err)
		return
	}
	entry, err := w.enter(d, env.Now)
	if err != nil {
		w.refuse(r, err)
		return
	}
	answer := Answer{Seq: w.seq, Result: d.Result}
	value, err := json.Marshal(answer)
	if err != nil {
		w.refuse(r, err)
		return
	}
	entry.Answer = &journal.Answer{ID: r.cmd.ID, Body: r.body, Value: value}
	w.answers[r.cmd.ID] = *entry.Answer
	w.add(r, entry, answer)
}

// envOf is what a decision of a round gets from outside: what the round has decided before counts.
func (e *Engine) envOf(w *round) till.Env {
	env := e.env(w.state)
	env.HasBill = func(b event.Bill) (bool, error) {
		if last := w.state.Last; last != nil && last.Bill == b {
			return true, nil // perhaps of this very round
		}
		return e.HasBill(b)
	}
	env.Chain, env.FiscalAsked = e.Chain, e.FiscalAsked
	env.Sale = e.Sale
	if before := env.Unverified.Before; before != nil {
		env.Unverified.Before = func(point uint64, of event.Bill) (money.Amount, error) {
			sum, err := before(point, of)
			for _, f := range w.returns {
				if r, own := f.(event.SaleReturned); own && r.Unverified && r.Of != nil && r.Of.Point == point && r.Of.Bill == of {
					sum -= r.Total
				}
			}
			return sum, err
		}
	}
	env.Stamp = func(s string) (event.Bill, bool, error) {
		if bill, moved := w.stamps[s]; moved {
			return bill, bill != "", nil
		}
		bill, sold, err := e.Stamp(s)
		if w.freed[stampOn{s, bill}] {
			return "", false, err
		}
		return bill, sold, err
	}
	env.Handed = func(b event.Bill) ([]event.ReturnHanded, error) { return e.handed(b, w.returns) }
	env.Returned = func(b event.Bill) (sale.Done, error) { return e.returned(b, w.returns) }
	return env
}

func (w *round) add(r *request, entry journal.Entry, a Answer) {
	w.entries = append(w.entries, entry)
	w.jobs = append(w.jobs, job{r, reply{answer: a}, true})
}

// repeat answers a command that has been done: the same answer, or a refusal where the body is another.
func (w *round) repeat(r *request, known journal.Answer, rests bool) {
	if known.Body != r.body {
		w.jobs = append(w.jobs, job{r, reply{err: fault.New(fault.CommandReused)}, rests})
		return
	}
	var a Answer
	if err := json.Unmarshal(known.Value, &a); err != nil {
		w.refuse(r, err)
		return
	}
	a.Repeated = true
	w.jobs = append(w.jobs, job{r, reply{answer: a}, rests})
}

// takeTold records facts as they are.
func (e *Engine) takeTold(w *round, r *request) {
	entry, err := w.enter(till.Decision{Facts: r.facts}, e.o.Env().Now)
	if err != nil {
		w.refuse(r, err)
		return
	}
	w.add(r, entry, Answer{Seq: w.seq})
}

// takeReport records a follower's outcome, unless its cursor has passed the record.
func (e *Engine) takeReport(w *round, r *request) {
	at, ok := w.cursors[r.from.Name]
	if !ok {
		if at, ok = e.cursors[r.from.Name]; !ok {
			var err error
			if at, err = e.j.Cursor(r.from.Name); err != nil {
				w.refuse(r, err)
				return
			}
		}
	}
	if r.from.Seq <= at {
		_, rests := w.cursors[r.from.Name]
		w.jobs = append(w.jobs, job{r, reply{answer: Answer{Seq: w.seq, Repeated: true}}, rests})
		return
	}
	if head, _ := e.j.Head(); r.from.Seq > head {
		w.refuse(r, fmt.Errorf("engine: %s reports sequence %d of %d", r.from.Name, r.from.Seq, head))
		return
	}
	entry, err := w.enter(till.Decision{Facts: r.facts}, e.o.Env().Now)
	if err != nil {
		w.refuse(r, err)
		return
	}
	entry.Cursor = r.from
	w.cursors[r.from.Name] = r.from.Seq
	w.add(r, entry, Answer{Seq: w.seq})
}

// enter turns a decision into an entry and applies it to the working copy.
func (w *round) enter(d till.Decision, now time.Time) (journal.Entry, error) {
	var entry journal.Entry
	for _, f := range d.Facts {
		body, err := event.Encode(f)
		if err != nil {
			return entry, err
		}
		if len(body) > journal.MaxBody {
			return entry, fault.New(fault.CommandTooLarge)
		}
		entry.Facts = append(entry.Facts, journal.Fact{Kind: string(f.Kind()), Body: body, Time: now.UnixMicro()})
		entry.Seal = entry.Seal || f.Kind() == event.KindShiftClosed
	}
	drafts, err := encodeDrafts(d)
	if err != nil {
		return entry, err
	}
	entry.Drafts = drafts
	for _, f := range d.Facts {
		w.seq++
		w.state.Apply(uint64(w.seq), f)
		switch f := f.(type) {
		case event.SaleReturned:
			w.returns = append(w.returns, f)
			w.moved(f.Lines, "")
		case event.ReturnHanded:
			w.returns = append(w.returns, f)
			if f.State != event.HandedUnknown {
				w.free(f.Return.Lines, f.Bill)
			}
		case event.SaleCompleted:
			w.moved(f.Lines, f.Bill)
		}
	}
	w.state.ApplyDrafts(d)
	return entry, nil
}

// keep puts a decision's secret where it belongs, before its facts are written: a fact without its secret would promise
// what nobody can do.
func (e *Engine) keep(s *till.Secret) error {
	if s == nil {
		return nil
	}
	if e.o.Keep == nil {
		return errors.New("engine: nobody keeps secrets")
	}
	if err := e.o.Keep(s.Name, s.Text); err != nil {
		return fault.Wrap(err, fault.JournalFailed)
	}
	return nil
}

// addProjection stores the state along with the last entry when enough has been written since, or a shift closed.
func (e *Engine) addProjection(w *round) {
	due := w.seq-e.projected >= projectEvery
	for _, entry := range w.entries {
		due = due || entry.Seal
	}
	if due {
		w.entries[len(w.entries)-1].Project = encodeState(w.state)
	}
}

// throttle closes the log-in for a while after too many wrong passwords.
func (e *Engine) throttle(c *till.Command, now time.Time) error {
	uses := c.Kind == "seller.login" || c.Approver != nil
	if left := e.wrongTill.Sub(now); uses && left > 0 && left <= wrongWait {
		return fault.New(fault.SellerWait, "seconds", strconv.Itoa(int(left/time.Second)+1))
	}
	return nil
}

// noteWrong counts wrong passwords for each code. Only the right password for the same code ends the count: else whoever
// tries codes would put a command that always succeeds in between.
func (e *Engine) noteWrong(c *till.Command, d till.Decision, err error, now time.Time) {
	code := c.Code
	if c.Kind != "seller.login" {
		if c.Approver == nil {
			return
		}
		code = c.Approver.Code
	}
	switch fault.CodeOf(err) {
	case fault.SellerWrong, fault.ApproverWrong:
		if _, known := e.wrong[code]; !known && len(e.wrong) >= wrongCodes {
			code = "" // the rest share one count
		}
		if e.wrong[code]++; e.wrong[code] >= wrongLimit {
			delete(e.wrong, code)
			e.wrongTill = now.Add(wrongWait)
		}
	case "":
		if c.Kind == "seller.login" || approved(d) {
			delete(e.wrong, code)
		}
	}
}

// approved reports whether the approver's password was looked at: a command that needs nobody's leave passes any.
func approved(d till.Decision) bool {
	return slices.ContainsFunc(d.Facts, func(f event.Fact) bool { return f.Kind() == event.KindOverrideGranted })
}

// bodyHash names a command's content. Passwords stay out of it: a hash of four digits would give them away.
func bodyHash(c till.Command) journal.Hash {
	c.Password, c.Key = "", ""
	if c.Approver != nil {
		a := *c.Approver
		a.Password = ""
		c.Approver = &a
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // plain strings and numbers always marshal
	}
	return sha256.Sum256(b)
}

const (
	draftDesk   = "desk"
	draftBasket = "basket/"
)

func encodeDrafts(d till.Decision) ([]journal.Draft, error) {
	var drafts []journal.Draft
	for _, c := range d.Drafts {
		draft := journal.Draft{Key: draftBasket + c.ID}
		if c.Basket != nil {
			b, err := json.Marshal(c.Basket)
			if err != nil {
				return nil, err
			}
			draft.Value = b
		}
		drafts = append(drafts, draft)
	}
	if d.Desk != nil {
		b, err := json.Marshal(d.Desk)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, journal.Draft{Key: draftDesk, Value: b})
	}
	return drafts, nil
}

func decodeDrafts(drafts map[string][]byte) (baskets []*sale.Basket, desk till.Desk, err error) {
	for k, v := range drafts {
		if k == draftDesk {
			if err := json.Unmarshal(v, &desk); err != nil {
				return nil, desk, err
			}
			continue
		}
		b := &sale.Basket{}
		if err := json.Unmarshal(v, b); err != nil {
			return nil, desk, err
		}
		baskets = append(baskets, b)
	}
	return baskets, desk, nil
}

func encodeState(s *till.State) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a state holds nothing that could not be marshalled
	}
	return b
}

// moved notes where excise stamps are now, until the journal tells.
func (w *round) moved(lines []event.Line, to event.Bill) {
	for _, l := range lines {
		for _, stamp := range l.Stamps {
			if w.stamps == nil {
				w.stamps = map[string]event.Bill{}
			}
			w.stamps[stamp] = to
		}
	}
}

// stampOn is an excise stamp on a sale.
type stampOn struct {
	stamp string
	bill  event.Bill
}

// free notes that stamps came back of a sale, wherever they are now.
func (w *round) free(lines []event.Line, of event.Bill) {
	for _, l := range lines {
		for _, stamp := range l.Stamps {
			switch bill, moved := w.stamps[stamp]; {
			case !moved && w.freed == nil:
				w.freed = map[stampOn]bool{{stamp, of}: true}
			case !moved:
				w.freed[stampOn{stamp, of}] = true
			case bill == of:
				w.stamps[stamp] = ""
			}
		}
	}
}
