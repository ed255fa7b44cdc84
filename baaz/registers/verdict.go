package registers

import (
	"context"
	"maps"
	"slices"
	"sync"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

// verdict is what judging a file came to. Whoever then takes the same file in needs no second judgement where nothing of the
// company has changed since: each row is looked at once more when it is written, so a verdict saves time and decides nothing
// that would not be decided anew.
type verdict struct {
	versions map[string]uint64 // of all scopes of the company
	today    string
	rulings  []ruling
	refused  map[int]*fault.Error
	lines    map[Effect][]Line
}

// ruling is the verdict on one row. There may be half a million of them.
type ruling struct {
	match    uint64 // version that its row has
	effect   uint8  // place among Effects
	together bool
}

// judged names a file as it was judged: Seen names what it holds and what was there.
type judged struct {
	company              store.Company
	register, name, seen string
}

// verdictsKept bounds how many verdicts are remembered: one takes some 16 bytes a row.
const verdictsKept = 4

// verdicts remembers the last ones.
type verdicts struct {
	mu   sync.Mutex
	keys []judged // the newest last
	all  map[judged]*verdict
}

func (v *verdicts) of(k judged) *verdict {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.all[k]
}

func (v *verdicts) drop(k judged) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.all, k)
	v.keys = slices.DeleteFunc(v.keys, func(o judged) bool { return o == k })
}

func (v *verdicts) keep(k judged, one *verdict) {
	v.drop(k)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all == nil {
		v.all = map[judged]*verdict{}
	}
	if v.all[k], v.keys = one, append(v.keys, k); len(v.keys) > verdictsKept {
		delete(v.all, v.keys[0])
		v.keys = v.keys[1:]
	}
}

// verdict takes down how a work was judged.
func (w *work) verdict(today string) *verdict {
	v := &verdict{versions: w.versions, today: today, rulings: make([]ruling, len(w.items)), refused: map[int]*fault.Error{}, lines: maps.Clone(w.lines)}
	for i := range w.items {
		x := &w.items[i]
		v.rulings[i] = ruling{effect: uint8(slices.Index(Effects, x.effect)), together: x.together}
		if x.Match != nil {
			v.rulings[i].match = *x.Match
		}
		if x.refused != nil {
			v.refused[i] = x.refused
		}
	}
	return v
}

// recall judges a work as it was judged before; false: something may have changed, and it is as it was.
func (w *work) recall(ctx context.Context, v *verdict, rd *reader) (done bool, err error) {
	if v == nil || v.today != rd.today || len(v.rulings) != len(w.items) {
		return false, nil
	}
	err = w.r.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		w.versions, err = tx.Scopes(w.company)
		return err
	})
	if err != nil || !maps.Equal(w.versions, v.versions) {
		return false, err
	}
	w.lines = maps.Clone(v.lines)
	for i, g := range v.rulings {
		x := &w.items[i]
		x.effect, x.together, x.refused = Effects[g.effect], g.together, v.refused[i]
		if x.effect == EffectAdded && rd.prices[i] != nil { // there is no row whose prices they lie over
			if err := w.priceItem(i, store.MasterRow{}, rd.prices[i], rd); err != nil {
				return false, err
			}
		}
	}
	if err := w.price(ctx, rd, func(x *item) bool { return x.effect == EffectChanged }); err != nil {
		return false, err
	}
	for i := range w.items {
		if x := &w.items[i]; x.pending() {
			x.Match = &v.rulings[i].match // a row that has changed by now is refused when it is written
		}
	}
	return true, nil
}
