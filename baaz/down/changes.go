package down

import (
	"context"
	"errors"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// A box that has missed more changes than this, and more than a quarter of the rows, is told to take a snapshot.
const behindMost = 10_000

// pageKey names a page: the changes between two versions never change.
type pageKey struct {
	scope       wire.Scope
	after, head uint64
}

// packed is a page as it was handed out lately: a change of prices sends a thousand boxes for the same one.
type packed struct {
	body []byte
	made time.Time
}

// Bounds of the pages that are kept ready.
const (
	pagesMost = 64
	pageLife  = 2 * time.Second // its time and signature are of when it was made
)

// Changes returns the page of changes behind a version, packed and signed. chain is the chain that the box has there.
// Fault scope.behind where only a snapshot helps: too much was missed, or the box has another history.
func (d *Down) Changes(ctx context.Context, who store.BoxID, scope wire.Scope, after uint64, chain journal.Hash) (body []byte, err error) {
	err = d.with(ctx, who, &scope, func(tx *store.Tx, m member) error {
		state, err := tx.Scope(m.company, scope.String())
		if err != nil {
			return err
		}
		missed := state.Version - after
		if after > state.Version || missed > behindMost && missed > uint64(state.Rows)/4 {
			return fault.New(fault.ScopeBehind)
		}
		switch have, err := tx.ChangeChain(m.company, scope.String(), after); {
		case errors.Is(err, store.ErrNone) || err == nil && have != chain:
			return fault.New(fault.ScopeBehind)
		case err != nil:
			return err
		}
		key := pageKey{scope, after, state.Version}
		if body = d.ready(key); body != nil {
			return nil
		}
		page := wire.Page{Scope: scope, After: after, Head: state.Version, Time: d.now().UnixMicro(), Chain: chain}
		list, err := tx.Changes(m.company, scope.String(), after, wire.MaxPageRows, wire.MaxPage)
		if err != nil {
			return err
		}
		for _, x := range list {
			register, code := store.SplitKey(x.Key)
			page.Rows = append(page.Rows, wire.Row{Version: x.Version, Gone: x.Gone, Register: register, Code: code, Body: x.Body})
			page.Chain = x.Chain
		}
		if body, err = page.Pack(d.key); err == nil {
			d.keep(key, body)
		}
		return err
	})
	return body, err
}

// ready returns a page that was made a moment ago.
func (d *Down) ready(key pageKey) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.pages[key]; p != nil && d.now().Sub(p.made).Abs() < pageLife {
		return p.body
	}
	return nil
}

func (d *Down) keep(key pageKey, body []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.pages) >= pagesMost {
		clear(d.pages)
	}
	d.pages[key] = &packed{body, d.now()}
}
