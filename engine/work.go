package engine

import (
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/sale"
	"posbox/pos/till"
)

// job is a request that has been decided and waits for its append.
type job struct {
	*request
	answer Answer
	entry  int // index in the batch
}

// round is one transaction in the making.
type round struct {
	state   *till.State // working copy
	seq     journal.Seq
	entries []journal.Entry
	jobs    []job
	answers map[string]journal.Answer
	cursors map[string]journal.Seq
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
		w.reply(nil)
		return
	}
	e.addProjection(w)
	_, err := e.j.Append(w.entries)
	if err != nil {
		e.o.Logger.Error("append failed", "err", err)
		e.failing = err
		e.publish()
		w.reply(err)
		return
	}
	e.commit(w)
	w.reply(nil)
}

func (e *Engine) commit(w *round) {
	e.state, e.failing = w.state, nil
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

func (w *round) reply(err error) {
	for _, j := range w.jobs {
		j.done <- reply{j.answer, err}
	}
}

// take decides one request. What is refused or repeated is answered at once, or with the round it repeats.
func (e *Engine) take(w *round, r *request) {
	if r.cmd == nil {
		e.takeReport(w, r)
		return
	}
	known, ok := w.answers[r.cmd.ID]
	if !ok {
		known, ok = e.j.Answer(r.cmd.ID)
	}
	if ok {
		w.repeat(r, known)
		return
	}
	env := e.o.Env()
	if err := e.throttle(r.cmd, env.Now); err != nil {
		r.done <- reply{err: err}
		return
	}
	d, err := till.Decide(w.state, *r.cmd, env)
	e.noteWrong(err, env.Now)
	if err != nil {
		r.done <- reply{err: err}
		return
	}
	entry, err := w.enter(d, env.Now)
	if err != nil {
		r.done <- reply{err: err}
		return
	}
	answer := Answer{Seq: w.seq, Result: d.Result}
	value, err := json.Marshal(answer)
	if err != nil {
		r.done <- reply{err: err}
		return
	}
	entry.Answer = &journal.Answer{ID: r.cmd.ID, Body: r.body, Value: value}
	w.answers[r.cmd.ID] = *entry.Answer
	w.add(r, entry, answer)
}

func (w *round) add(r *request, entry journal.Entry, a Answer) {
	w.entries = append(w.entries, entry)
	w.jobs = append(w.jobs, job{r, a, len(w.entries) - 1})
}

// repeat answers a command that has been done: the same answer, or a refusal where the body is another.
func (w *round) repeat(r *request, known journal.Answer) {
	if known.Body != r.body {
		r.done <- reply{err: fault.New(fault.CommandReused)}
		return
	}
	var a Answer
	if err := json.Unmarshal(known.Value, &a); err != nil {
		r.done <- reply{err: err}
		return
	}
	a.Repeated = true
	w.jobs = append(w.jobs, job{request: r, answer: a})
}

// takeReport records a follower's outcome, unless its cursor has passed the record.
func (e *Engine) takeReport(w *round, r *request) {
	at, ok := w.cursors[r.from.Name]
	if !ok {
		if at, ok = e.cursors[r.from.Name]; !ok {
			var err error
			if at, err = e.j.Cursor(r.from.Name); err != nil {
				r.done <- reply{err: err}
				return
			}
		}
	}
	if r.from.Seq <= at {
		r.done <- reply{answer: Answer{Seq: w.seq, Repeated: true}}
		return
	}
	entry, err := w.enter(till.Decision{Facts: r.facts}, e.o.Env().Now)
	if err != nil {
		r.done <- reply{err: err}
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
	}
	w.state.ApplyDrafts(d)
	return entry, nil
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

func (e *Engine) noteWrong(err error, now time.Time) {
	switch fault.CodeOf(err) {
	case fault.SellerWrong, fault.ApproverWrong:
		if e.wrong++; e.wrong >= wrongLimit {
			e.wrong, e.wrongTill = 0, now.Add(wrongWait)
		}
	case "":
		e.wrong = 0
	}
}

// bodyHash names a command's content. Passwords stay out of it: a hash of four digits would give them away.
func bodyHash(c till.Command) journal.Hash {
	c.Password = ""
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
