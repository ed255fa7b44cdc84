package engine

import (
	"fmt"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/sale"
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

// returned also counts those that are decided and not yet written.
func (e *Engine) returned(of event.Bill, pending []event.SaleReturned) (done sale.Done, err error) {
	all, err := e.returns(returnsPrefix(of), "", maxReturns)
	if err != nil {
		return done, err
	}
	for _, r := range append(all, pending...) {
		if r.Of != nil && r.Of.Point == 0 && r.Of.Bill == of {
			done.Add(r)
		}
	}
	return done, nil
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

// Returns returns the newest returns of a shift, newest first, as Sales does the sales.
func (e *Engine) Returns(shift, before, limit int) ([]event.SaleReturned, error) {
	bound := ""
	if before > 0 {
		bound = backPrefix(shift) + fmt.Sprintf("%08d", before)
	}
	return e.returns(backPrefix(shift), bound, limit)
}

func (e *Engine) returns(prefix, bound string, limit int) ([]event.SaleReturned, error) {
	if err := e.damage(); err != nil {
		return nil, err
	}
	seqs, err := e.j.Last(prefix, bound, limit)
	if err != nil {
		return nil, err
	}
	list := make([]event.SaleReturned, 0, len(seqs))
	for _, seq := range seqs {
		f, err := e.fact(seq)
		if err != nil {
			return nil, err
		}
		s, ok := f.(event.SaleReturned)
		if !ok { // what has come back must not be guessed
			return nil, fault.Wrap(fmt.Errorf("engine: record %d is no return", journal.Seq(seq)), fault.JournalDamaged)
		}
		list = append(list, s)
	}
	return list, nil
}
