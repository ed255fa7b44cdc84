package engine

import (
	"encoding/json"
	"fmt"
	"slices"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
)

// Index names the keys under which the engine finds records again: a sale by its bill and by shift and number, a return by
// the same and by the bill that its goods were sold on, a Z report by its shift, the facts of an e-barimt by the sale's bill.
func Index(r journal.Record) []string {
	switch event.Kind(r.Kind) {
	case event.KindSaleCompleted:
		f, err := event.Decode(event.KindSaleCompleted, r.Body)
		if err != nil {
			return nil
		}
		s := f.(event.SaleCompleted)
		return append([]string{billKey(s.Bill), shiftPrefix(s.Shift) + fmt.Sprintf("%08d", s.Number)}, stampKeys(s.Lines, r.Seq)...)
	case event.KindSaleReturned:
		f, err := event.Decode(event.KindSaleReturned, r.Body)
		if err != nil {
			return nil
		}
		s := f.(event.SaleReturned)
		return append(returnKeys(s), stampKeys(s.Lines, r.Seq)...)
	case event.KindReturnHanded:
		f, err := event.Decode(event.KindReturnHanded, r.Body)
		if err != nil {
			return nil
		}
		return handedKeys(f.(event.ReturnHanded), r.Seq)
	case event.KindShiftClosed:
		f, err := event.Decode(event.KindShiftClosed, r.Body)
		if err != nil {
			return nil
		}
		return []string{zKey(f.(event.ShiftClosed).Report.Shift)}
	case event.KindFiscalAsked, event.KindFiscalOutcome:
		var f struct {
			Bill event.Bill `json:"bill"`
		}
		if json.Unmarshal(r.Body, &f) != nil {
			return nil
		}
		return []string{fiscalPrefix(f.Bill) + fmt.Sprintf("%020d", r.Seq)}
	}
	return nil
}

// shiftsPrefix begins the keys of sales by shift and number: in the order in which they were made.
const shiftsPrefix = "shift/"

func billKey(b event.Bill) string  { return "bill/" + string(b) }
func shiftPrefix(shift int) string { return fmt.Sprintf(shiftsPrefix+"%010d/", shift) }
func zKey(shift int) string        { return fmt.Sprintf("z/%010d", shift) }

// fiscalPrefix begins the keys of a chain's facts. It holds no '/': a return comes long after its sale, so that a newer
// file's keys say nothing of what older files hold (Journal.Last).
func fiscalPrefix(b event.Bill) string { return "fiscal:" + string(b) + ":" }

// mostOfChain bounds the facts of one chain that are read.
const mostOfChain = 1000

// Chain returns the e-barimt of a sale, by all facts that are in the journal; empty where it was not reported.
func (e *Engine) Chain(b event.Bill) (fiscal.Chain, error) {
	if err := e.damage(); err != nil {
		return nil, err
	}
	seqs, err := e.j.Last(fiscalPrefix(b), "", mostOfChain)
	if err != nil {
		return nil, err
	}
	var c fiscal.Chain
	for _, seq := range slices.Backward(seqs) {
		f, err := e.fact(seq)
		if err != nil {
			return nil, err
		}
		c = c.Apply(uint64(seq), f)
	}
	return c, nil
}

// FiscalAsked returns the request at a sequence.
func (e *Engine) FiscalAsked(seq uint64) (event.FiscalAsked, error) {
	if err := e.damage(); err != nil {
		return event.FiscalAsked{}, err
	}
	f, err := e.fact(journal.Seq(seq))
	if err != nil {
		return event.FiscalAsked{}, err
	}
	asked, ok := f.(event.FiscalAsked)
	if !ok {
		return event.FiscalAsked{}, fault.New(fault.RecordUnknown)
	}
	return asked, nil
}

// HasBill reports whether the journal holds a sale or a return with this number, or the partial return whose corrected
// receipt it names.
func (e *Engine) HasBill(b event.Bill) (bool, error) {
	if err := e.damage(); err != nil {
		return false, err
	}
	of, corrected := b.CutCorrected()
	if corrected {
		r, err := e.Return(of)
		if fault.CodeOf(err) == fault.BillUnknown {
			return false, nil
		}
		return r.Partial(), err
	}
	_, ok, err := e.j.Lookup(billKey(b))
	return ok, err
}

// Sale returns the sale with this number; fault bill.unknown where there is none.
func (e *Engine) Sale(b event.Bill) (event.SaleCompleted, error) {
	f, err := e.find(billKey(b))
	if err != nil {
		return event.SaleCompleted{}, err
	}
	if s, ok := f.(event.SaleCompleted); ok && s.Bill == b { // never another buyer's receipt
		return s, nil
	}
	return event.SaleCompleted{}, fault.New(fault.BillUnknown, "bill", string(b))
}

// Sales returns the newest sales of a shift, newest first, at most limit, and only those with a number below before
// where that is above 0.
func (e *Engine) Sales(shift, before, limit int) ([]event.SaleCompleted, error) {
	if err := e.damage(); err != nil {
		return nil, err
	}
	prefix, bound := shiftPrefix(shift), ""
	if before > 0 {
		bound = prefix + fmt.Sprintf("%08d", before)
	}
	seqs, err := e.j.Last(prefix, bound, limit)
	if err != nil {
		return nil, err
	}
	sales := make([]event.SaleCompleted, 0, len(seqs))
	for _, seq := range seqs {
		f, err := e.fact(seq)
		if err != nil {
			return nil, err
		}
		if s, ok := f.(event.SaleCompleted); ok && s.Shift == shift {
			sales = append(sales, s)
		}
	}
	return sales, nil
}

// Z returns the Z report of a closed shift; fault shift.unknown where there is none.
func (e *Engine) Z(shift int) (event.Report, error) {
	f, err := e.find(zKey(shift))
	if err != nil {
		return event.Report{}, err
	}
	if c, ok := f.(event.ShiftClosed); ok && c.Report.Shift == shift {
		return c.Report, nil
	}
	return event.Report{}, fault.New(fault.ShiftUnknown, "shift", fmt.Sprint(shift))
}

// find returns the fact under an index key, nil where there is none.
func (e *Engine) find(name string) (event.Fact, error) {
	if err := e.damage(); err != nil {
		return nil, err
	}
	seq, ok, err := e.j.Lookup(name)
	if err != nil || !ok {
		return nil, err
	}
	return e.fact(seq)
}

func (e *Engine) fact(seq journal.Seq) (event.Fact, error) {
	r, ok, err := e.j.Get(seq)
	if err != nil || !ok {
		return nil, err
	}
	return event.Decode(event.Kind(r.Kind), r.Body)
}
