package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/sale"
	"posbox/pos/till"
)

// maxReturns bounds the returns of one sale that are read: a line of a sale can be cut into thousandths, but nobody does.
const maxReturns = 100_000

func returnKeys(s event.SaleReturned) []string {
	keys := []string{billKey(s.Bill), backPrefix(s.Shift) + fmt.Sprintf("%08d", s.Number)}
	if s.Of != nil && s.Of.Point == 0 { // what another point sold may have the number of a sale of ours
		keys = append(keys, returnsPrefix(s.Of.Bill)+string(s.Bill))
	}
	if s.Of != nil && s.Of.Point != 0 {
		keys = append(keys, elsewherePrefix(s.Of.Point, s.Of.Bill)+string(s.Bill))
	}
	return keys
}

// handedKeys are those of a return that another till has made of a sale of this one: it counts among the sale's returns.
func handedKeys(f event.ReturnHanded, seq journal.Seq) []string {
	keys := []string{handedKey(f.Job), returnsPrefix(f.Bill) + handedMark + strings.ReplaceAll(string(f.Job), "/", "-")}
	if f.Told != nil {
		keys = append(keys, fiscalPrefix(f.Bill)+fmt.Sprintf("%020d", seq))
	}
	return append(keys, stampKeys(f.Return.Lines, seq)...)
}

// handedMark begins the last part of their keys among a sale's returns.
const handedMark = "handed-"

func handedKey(job event.JobName) string {
	return "handed:" + strings.ReplaceAll(string(job), "/", "-")
}

// TakeHanded takes a return in that another till has made, by what till.TakeHanded decides. One that is in the journal already
// is passed over: BAAZ repeats a job until it has heard.
func (e *Engine) TakeHanded(ctx context.Context, h till.Handed) (Answer, error) {
	return e.submit(ctx, &request{handed: &h})
}

// takeHanded decides one.
func (e *Engine) takeHanded(w *round, r *request) {
	_, known, err := e.j.Lookup(handedKey(r.handed.Job))
	if known || w.handed[r.handed.Job] {
		w.jobs = append(w.jobs, job{r, reply{answer: Answer{Seq: w.seq, Repeated: true}}, !known})
		return
	}
	var d till.Decision
	env := e.envOf(w)
	if err == nil {
		d, err = till.TakeHanded(w.state, *r.handed, env)
	}
	if err != nil {
		w.refuse(r, err)
		return
	}
	entry, err := w.enter(d, env.Now)
	if err != nil {
		w.refuse(r, err)
		return
	}
	if w.handed == nil {
		w.handed = map[event.JobName]bool{}
	}
	w.handed[r.handed.Job] = true
	w.add(r, entry, Answer{Seq: w.seq})
}

// elsewherePrefix begins the keys of what came back here of another point's sale.
func elsewherePrefix(point uint64, of event.Bill) string {
	return fmt.Sprintf("elsewhere:%d:%s:", point, of)
}

// ReturnedElsewhere returns what came back at this till of a sale of another point.
func (e *Engine) ReturnedElsewhere(point uint64, of event.Bill) ([]event.SaleReturned, error) {
	return e.returns(elsewherePrefix(point, of), "", maxReturns)
}

// Unverified is how much money has gone back at this till for a sale of another point without asking BAAZ.
func (e *Engine) Unverified(point uint64, of event.Bill) (sum money.Amount, err error) {
	all, err := e.ReturnedElsewhere(point, of)
	for _, r := range all {
		if r.Unverified {
			sum -= r.Total
		}
	}
	return sum, err
}

func backPrefix(shift int) string { return fmt.Sprintf("back/%010d/", shift) }

// returnsPrefix begins the keys of a sale's returns. It holds no '/': goods come back long after they were sold, so that a
// newer file's keys say nothing of what older files hold (Journal.Last).
func returnsPrefix(of event.Bill) string { return "returns:" + string(of) + ":" }

// Returned says what of a sale of this till has come back so far.
func (e *Engine) Returned(of event.Bill) (sale.Done, error) { return e.returned(of, nil) }

// returned also counts those that are decided and not yet written, of either kind.
func (e *Engine) returned(of event.Bill, pending []event.Fact) (done sale.Done, err error) {
	facts, err := e.backFacts(returnsPrefix(of), "", maxReturns)
	if err != nil {
		return done, err
	}
	for _, f := range append(facts, pending...) {
		switch f := f.(type) {
		case event.SaleReturned:
			if f.Of != nil && f.Of.Point == 0 && f.Of.Bill == of {
				done.Add(f)
			}
		case event.ReturnHanded:
			if f.Bill != of || f.State == event.HandedUnknown { // that is of another box's sale under the same number
				continue
			}
			sold, err := e.Sale(of) // what came back unverified names no lines of it
			if err != nil && fault.CodeOf(err) != fault.BillUnknown {
				return done, err
			}
			if err == nil {
				done.AddOf(sold, f.Return)
			}
		}
	}
	return done, nil
}

// handed lists the returns of a sale that were handed over, those that are decided and not yet written last.
func (e *Engine) handed(of event.Bill, pending []event.Fact) (list []event.ReturnHanded, err error) {
	facts, err := e.backFacts(returnsPrefix(of), "", maxReturns)
	if err != nil {
		return nil, err
	}
	for _, f := range append(facts, pending...) {
		if f, ok := f.(event.ReturnHanded); ok && f.Bill == of {
			list = append(list, f)
		}
	}
	return list, nil
}

// Return returns the return with this number; fault bill.unknown where there is none.
func (e *Engine) Return(b event.Bill) (event.SaleReturned, error) {
	f, err := e.find(billKey(b))
	if err != nil {
		return event.SaleReturned{}, err
	}
	if s, ok := f.(event.SaleReturned); ok && s.Bill == b {
		return s, nil
	}
	return event.SaleReturned{}, fault.New(fault.BillUnknown, "bill", string(b))
}

// ReturnSeq is the sequence of the return with this number, by which BAAZ knows it.
func (e *Engine) ReturnSeq(b event.Bill) (journal.Seq, bool, error) {
	if err := e.damage(); err != nil {
		return 0, false, err
	}
	return e.j.Lookup(billKey(b))
}

// Handed returns the return of another till that a job has brought; fault record.unknown where there is none.
func (e *Engine) Handed(job event.JobName) (event.ReturnHanded, error) {
	f, err := e.find(handedKey(job))
	if err != nil {
		return event.ReturnHanded{}, err
	}
	if h, ok := f.(event.ReturnHanded); ok && h.Job == job {
		return h, nil
	}
	return event.ReturnHanded{}, fault.New(fault.RecordUnknown)
}

// Returns returns the newest returns of a shift, newest first, as Sales does the sales.
func (e *Engine) Returns(shift, before, limit int) ([]event.SaleReturned, error) {
	bound := ""
	if before > 0 {
		bound = backPrefix(shift) + fmt.Sprintf("%08d", before)
	}
	return e.returns(backPrefix(shift), bound, limit)
}

func (e *Engine) returns(prefix, bound string, limit int) ([]event.SaleReturned, error) {
	facts, err := e.backFacts(prefix, bound, limit)
	if err != nil {
		return nil, err
	}
	list := make([]event.SaleReturned, 0, len(facts))
	for _, f := range slices.Backward(facts) {
		if s, ok := f.(event.SaleReturned); ok {
			list = append(list, s)
		}
	}
	return list, nil
}

// backFacts reads returns of either kind, in the order in which they were recorded.
func (e *Engine) backFacts(prefix, bound string, limit int) ([]event.Fact, error) {
	if err := e.damage(); err != nil {
		return nil, err
	}
	seqs, err := e.j.Last(prefix, bound, limit)
	if err != nil {
		return nil, err
	}
	slices.Sort(seqs)
	list := make([]event.Fact, 0, len(seqs))
	for _, seq := range seqs {
		f, err := e.fact(seq)
		if err != nil {
			return nil, err
		}
		switch f.(type) {
		case event.SaleReturned, event.ReturnHanded:
			list = append(list, f)
		default: // what has come back must not be guessed
			return nil, fault.Wrap(fmt.Errorf("engine: record %d is no return", seq), fault.JournalDamaged)
		}
	}
	return list, nil
}
