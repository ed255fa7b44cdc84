package registers

import (
	"context"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
	"posbox/wire"
)

// Undo puts back what a row was before a version, which must still be its newest: a new change.
func (r *Registers) Undo(ctx context.Context, who string, scope wire.Scope, register, code string, version uint64) (Result, error) {
	return r.Put(ctx, who, scope, register, Change{Code: code, Undo: max(version, 1)})
}

// ApplyAsOne carries out changes as Apply does, and notes them as one set, which can be put back as one. set is 0 where
// nothing has changed.
func (r *Registers) ApplyAsOne(ctx context.Context, who string, scope wire.Scope, register string, changes []Change) (results []Result, set int64, err error) {
	reg, err := Of(register)
	if err != nil {
		return nil, 0, err
	}
	if !reg.At(scope.Level) {
		return nil, 0, fault.New(fault.RowScope, "register", reg.Name, "scope", scope.String())
	}
	w := &work{r: r, company: store.Company(scope.Company), reg: reg, set: store.Set{Register: reg.Name, Kind: SetEdit, Who: who}}
	x, err := w.transact(ctx, scope, changes)
	if err != nil {
		return nil, 0, err
	}
	if len(x.log) > 0 && r.o.Changed != nil {
		r.o.Changed(scope, x.state.Version)
	}
	return x.results, w.set.ID, nil
}

// RowName names a row.
type RowName struct {
	Scope wire.Scope
	Code  string
}

// Bulk is one change of many rows: those that are named, or all that a query finds.
type Bulk struct {
	Register string
	Rows     []RowName
	Query    *Query // its After, Offset and Limit count for nothing
	Body     []byte // the fields to set; nil: the rows go
	Try      bool   // only say what would be
}

// MaxBulk bounds the rows of a bulk change.
const MaxBulk = 500_000

// Change makes the same change of many rows, as one set: of all of them or, where one is refused, of none.
func (r *Registers) Change(ctx context.Context, who string, c store.Company, b Bulk) (Outcome, error) {
	reg, err := Of(b.Register)
	if err != nil {
		return Outcome{}, err
	}
	rows := b.Rows
	if b.Query != nil {
		if rows, err = r.names(ctx, c, *b.Query); err != nil {
			return Outcome{}, err
		}
	}
	if len(rows) > MaxBulk {
		return Outcome{}, fault.New(fault.RequestMalformed, "detail", "too many rows")
	}
	w := &work{r: r, company: c, reg: reg, set: store.Set{Register: reg.Name, Kind: SetEdit, Who: who}}
	for _, x := range rows {
		if !reg.At(x.Scope.Level) {
			return Outcome{}, fault.New(fault.RowScope, "register", reg.Name, "scope", x.Scope.String())
		}
		w.items = append(w.items, item{scope: x.Scope, Change: Change{Code: x.Code, Body: b.Body, Merge: true, Delete: b.Body == nil}})
	}
	if err := w.mustStand(ctx); err != nil {
		return Outcome{}, err
	}
	return w.all(ctx, b.Try)
}

// mustStand refuses rows that are not there: a change of many makes none.
func (w *work) mustStand(ctx context.Context) error {
	return w.r.o.Store.Read(ctx, func(tx *store.Tx) error {
		return w.chunks(func(*item) bool { return true }, func(from, to int) error {
			var keys [][]byte
			for i := from; i < to; i++ {
				keys = append(keys, store.MasterKey(w.reg.Name, w.items[i].Code))
			}
			found, err := tx.FindMaster(w.company, w.items[from].scope.String(), keys)
			for i, key := range keys {
				if _, there := found[string(key)]; !there {
					w.refuse(from+i, fault.New(fault.RowUnknown, "register", w.reg.Name, "code", clip(w.items[from+i].Code)))
				}
			}
			return err
		})
	})
}

// all judges the items and, if none is refused, makes their changes.
func (w *work) all(ctx context.Context, try bool) (Outcome, error) {
	if err := w.judge(ctx); err != nil {
		return Outcome{}, err
	}
	if o := w.outcome(); try || o.Counts[EffectRefused] > 0 {
		return o, nil
	}
	err := w.carryOut(context.WithoutCancel(ctx)) // half a change set is nobody's wish
	return w.outcome(), err
}

// SetView is a change set as it is told.
type SetView struct {
	store.Set
	At time.Time
}

// Sets lists the change sets of a register, newest first, at most limit that began before one (0: from the newest).
func (r *Registers) Sets(ctx context.Context, c store.Company, register string, before int64, limit int) (list []SetView, err error) {
	if _, err := Of(register); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1 << 62
	}
	err = r.o.Store.Read(ctx, func(tx *store.Tx) error {
		list = []SetView{}
		sets, err := tx.Sets(c, register, before, min(max(limit, 1), MaxPage))
		for _, s := range sets {
			list = append(list, SetView{s, time.UnixMicro(s.ID).UTC()})
		}
		return err
	})
	return list, err
}

// UndoSet puts back what the rows of a set were before it, as a new set. Rows that have changed since are told; unless
// leave says to leave those as they are, nothing is done then.
func (r *Registers) UndoSet(ctx context.Context, who string, c store.Company, register string, set int64, try, leave bool) (Outcome, error) {
	reg, err := Of(register)
	if err != nil {
		return Outcome{}, err
	}
	w := &work{r: r, company: c, reg: reg, set: store.Set{Register: reg.Name, Kind: SetUndo, Who: who, Undoes: set}}
	if err := r.o.Store.Read(ctx, func(tx *store.Tx) error { return w.former(tx, set) }); err != nil {
		return Outcome{}, err
	}
	if err := w.judge(ctx); err != nil {
		return Outcome{}, err
	}
	if o := w.outcome(); try || o.Counts[EffectRefused] > 0 && !leave {
		return o, nil
	}
	err = w.carryOut(context.WithoutCancel(ctx))
	return w.outcome(), err
}

// former makes the items that put a set back.
func (w *work) former(tx *store.Tx, id int64) error {
	s, err := tx.FindSet(w.company, id)
	switch {
	case err == store.ErrNone || err == nil && s.Register != w.reg.Name:
		return fault.New(fault.SetUnknown)
	case err != nil:
		return err
	case s.Undone > 0:
		return fault.New(fault.SetUndone)
	}
	w.set.Subject = s.Subject
	parts, err := tx.PartsOf(w.company, id)
	if err != nil {
		return err
	}
	for _, p := range parts {
		scope, err := wire.ParseScope(p.Scope)
		if err != nil {
			return err
		}
		for after := p.First - 1; after < p.Last; {
			list, err := tx.Changes(w.company, p.Scope, after, int(p.Last-after), 8<<20)
			if err != nil || len(list) == 0 {
				return err
			}
			for _, x := range list {
				_, code := store.SplitKey(x.Key)
				w.items = append(w.items, item{scope: scope, Change: Change{Code: code, Undo: x.Version}})
				after = x.Version
			}
		}
	}
	return nil
}

// setsOf tells which set each change of a row belongs to, by version.
func setsOf(tx *store.Tx, c store.Company, scope string, changes []store.MasterChange) (map[uint64]int64, error) {
	sets := map[uint64]int64{}
	if len(changes) == 0 {
		return sets, nil
	}
	parts, err := tx.PartsIn(c, scope, changes[len(changes)-1].Version, changes[0].Version)
	for _, p := range parts {
		for _, x := range changes {
			if x.Version >= p.First && x.Version <= p.Last {
				sets[x.Version] = p.Set
			}
		}
	}
	return sets, err
}
