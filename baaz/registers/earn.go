package registers

import (
	"context"
	"encoding/json"

	"posbox/baaz/store"
	"posbox/pos/money"
	"posbox/wire"
)

// Earn works out what discount card customers have earned by the total of their purchases, and writes it down where it is
// another than before. Customers without tiers are passed over. It follows from the sums alone: calling it once too often
// changes nothing, and what a crash has kept from being worked out is worked out with the customer's next purchase.
func (r *Registers) Earn(ctx context.Context, c store.Company, customers []string) error {
	reg, err := Of(Customers)
	if err != nil {
		return err
	}
	scope := wire.CompanyScope(uint64(c))
	var w *writing
	err = r.o.Store.Write(ctx, func(tx *store.Tx) error {
		w = &writing{tx: tx, reg: reg, scope: scope, who: "BAAZ", now: r.o.Now().UnixMicro()}
		// Under the scope's lock: of two who work it out, the second sees what the first has seen, and more.
		if _, err := tx.LockScope(c, scope.String(), w.now); err != nil {
			return err
		}
		changes, err := w.tiered(customers)
		if err != nil || len(changes) == 0 {
			return err
		}
		return w.apply(changes)
	})
	if err == nil && len(w.log) > 0 && r.o.Changed != nil {
		r.o.Changed(scope, w.state.Version)
	}
	return err
}

// tiered makes a change, of nothing so far, for each of the customers that is there and has a tier: writing a row works
// out anew what it has earned.
func (w *writing) tiered(customers []string) (changes []Change, err error) {
	keys := make([][]byte, len(customers))
	for i, code := range customers {
		keys[i] = store.MasterKey(Customers, code)
	}
	found, err := w.tx.FindMaster(w.company(), w.scope.String(), keys)
	for _, key := range keys {
		v, bad := parse(found[string(key)].Body)
		delete(found, string(key)) // once
		if bad == nil && v["tier"] != nil {
			changes = append(changes, Change{Code: v.text("code"), Body: []byte("{}"), Merge: true})
		}
	}
	return changes, err
}

// earn works out what a customer has earned.
func (w *writing) earn(out *row) error {
	delete(out.v, "earned")
	share, err := w.earned(out.code, out.v.text("tier"))
	if err != nil {
		return err
	}
	if share > 0 {
		out.v["earned"] = encode(share)
	}
	return w.reg.finish(out)
}

// earned returns the share that a customer has earned by a row of tiers; 0 where there is none.
func (w *writing) earned(customer, name string) (share money.Percent, err error) {
	if name == "" {
		return 0, nil
	}
	key := store.MasterKey(Tiers, name)
	found, err := w.tx.FindMaster(w.company(), w.scope.String(), [][]byte{key})
	m, ok := found[string(key)]
	if err != nil || !ok {
		return 0, err
	}
	var t tier
	if err := json.Unmarshal(m.Body, &t); err != nil {
		return 0, err
	}
	total, err := w.tx.Purchases(w.company(), customer)
	return t.earned(total), err
}
