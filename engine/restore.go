package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// restore reads the last stored state and the records after it, checks their chain, and puts the drafts back.
func (e *Engine) restore() error {
	at, stored, err := e.j.Projection()
	if err != nil {
		return err
	}
	if stored != nil && json.Unmarshal(stored, e.state) != nil {
		e.o.Logger.Warn("stored state cannot be read; it is built again from the records")
		at, e.state = 0, till.New()
	}
	if e.state.Sellers == nil {
		e.state.Sellers = till.New().Sellers
	}
	e.projected = at
	if err := e.replay(at); err != nil {
		return err
	}
	e.recall()
	drafts, err := e.j.Drafts()
	if err != nil {
		return err
	}
	baskets, desk, err := decodeDrafts(drafts)
	if err != nil {
		return fault.Wrap(fmt.Errorf("draft: %w", err), fault.JournalDamaged)
	}
	e.state.Restore(baskets, desk)
	e.setEpoch()
	return e.begin()
}

// replay applies the records after a sequence.
func (e *Engine) replay(after journal.Seq) error {
	var hash journal.Hash
	if after > 0 {
		r, ok, err := e.j.Get(after)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Wrap(errors.New("stored state is ahead of the records"), fault.JournalDamaged)
		}
		hash = r.Hash
	}
	for {
		records, err := e.j.Read(after, 500)
		if err != nil && after == 0 && fault.CodeOf(err) == fault.Internal {
			return fault.Wrap(err, fault.JournalDamaged) // the stored state is lost, and so are the records it came from
		}
		if err != nil || len(records) == 0 {
			return err
		}
		for _, r := range records {
			if r.Prev != hash {
				return fault.Wrap(fmt.Errorf("sequence %d does not follow from the record before it", r.Seq), fault.JournalDamaged)
			}
			f, err := event.Decode(event.Kind(r.Kind), r.Body)
			if err != nil {
				e.o.Logger.Error("record passed", "seq", r.Seq, "kind", r.Kind, "err", err)
			}
			if f != nil {
				e.state.Apply(uint64(r.Seq), f)
			}
			after, hash = r.Seq, r.Hash
		}
	}
}

// recall looks up the last sales where the state does not know them: one stored by a program that did not remember them,
// and never replays the sales before it. Without, a till that counts blind would show no receipts.
func (e *Engine) recall() {
	if most := min(till.MaxRecent, e.state.Sales); uint64(len(e.state.Recent)) >= most {
		return
	}
	seqs, err := e.j.Last(shiftsPrefix, "", till.MaxRecent)
	var bills []event.Bill
	for _, seq := range seqs {
		var f event.Fact
		if f, err = e.fact(seq); err != nil {
			break
		}
		if s, ok := f.(event.SaleCompleted); ok {
			bills = append(bills, s.Bill)
		}
	}
	if err != nil { // the till sells without
		e.o.Logger.Warn("the last sales are not known", "err", err)
		return
	}
	slices.Reverse(bills)
	e.state.Recent = bills
}

// begin writes the first record of an empty journal.
func (e *Engine) begin() error {
	if seq, _ := e.j.Head(); seq > 0 {
		return nil
	}
	body, err := event.Encode(e.o.Began)
	if err != nil {
		return err
	}
	now := e.o.Env().Now.UnixMicro()
	_, err = e.j.Append([]journal.Entry{{Facts: []journal.Fact{{Kind: string(event.KindBoxBegan), Body: body, Time: now}}}})
	return err
}

// setEpoch makes later records carry the epoch in which the box has joined. Those written along with the fact that it
// has joined still carry the one before.
func (e *Engine) setEpoch() {
	if m := e.state.Member; m != nil {
		e.j.SetEpoch(m.Epoch)
	}
}
