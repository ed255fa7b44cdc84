package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"posbox/baaz/store"
	"posbox/pos/fault"
	"posbox/wire"
)

// Kinds of change sets.
const (
	SetEdit   = "edit"   // several rows at once
	SetImport = "import" // a file
	SetUndo   = "undo"   // puts another set back
)

// Effect is what a change does to its row.
type Effect string

// Effects.
const (
	EffectAdded   Effect = "added"
	EffectChanged Effect = "changed"
	EffectRemoved Effect = "removed"
	EffectSame    Effect = "same"    // it is so already
	EffectRefused Effect = "refused" // it cannot be made: see its fault
)

// Effects lists them all.
var Effects = []Effect{EffectAdded, EffectChanged, EffectRemoved, EffectSame, EffectRefused}

// FieldChange is what becomes of one field; null: it is empty. A password's values are never told.
type FieldChange struct {
	Field string          `json:"field"`
	From  json.RawMessage `json:"from"`
	To    json.RawMessage `json:"to"`
}

// Line is what becomes, or became, of one row.
type Line struct {
	Row    int // of the file, as a spreadsheet counts; 0: there is no file
	Scope  string
	Code   string
	Name   string
	Effect Effect
	Fields []FieldChange
	Fault  *fault.Error // why it is refused
}

// Outcome says what many changes do, or have done.
type Outcome struct {
	Set    int64 // the change set that has been made; 0: none
	Counts map[Effect]int
	// Lines are the first of each effect but same: nobody reads a hundred thousand.
	Lines []Line
}

// Shown bounds the lines of each effect that an Outcome lists.
const Shown = 200

// atOnce is how many rows one transaction changes: other writers wait for it.
const atOnce = 500

// item is one change of a work.
type item struct {
	Change
	scope    wire.Scope
	row      int
	effect   Effect
	refused  *fault.Error
	together bool // it takes what another item gives up: both are made in one transaction
}

// work is many changes that one person makes at once: first judged, then made.
type work struct {
	r       *Registers
	company store.Company
	reg     *Register
	set     store.Set // what is noted of it; its ID once it has begun
	items   []item
	since   map[string]uint64 // versions of scopes that were seen; what has changed behind them is refused
	column  func(field string) string
	tell    func(done, total int) // progress

	versions map[string]uint64 // of the company's scopes, when it was judged
	lines    map[Effect][]Line
	at       map[string]int // items by scope and code
	claims   map[string]int // marks by the item that wants them
	moved    []claim        // marks that belong to other rows so far
}

type claim struct {
	mark  string
	by    int    // item
	owner string // scope and code of the row that has it
}

func place(scope, code string) string { return scope + "\x00" + code }

// judge works out what becomes of each item, and writes nothing.
func (w *work) judge(ctx context.Context) error {
	w.at, w.claims, w.lines, w.moved = map[string]int{}, map[string]int{}, map[Effect][]Line{}, nil
	for i := range w.items {
		x := &w.items[i]
		if x.effect != "" {
			continue
		}
		key := place(x.scope.String(), x.Code)
		if first, twice := w.at[key]; twice {
			w.refuse(i, w.reg.bad(x.Code, &wrong{"code", clip(x.Code) + " stands already in row " + strconv.Itoa(w.items[first].row)}))
			continue
		}
		w.at[key] = i
	}
	err := w.r.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if w.versions, err = tx.Scopes(w.company); err != nil {
			return err
		}
		changed, err := w.meanwhile(tx)
		if err != nil {
			return err
		}
		return w.chunks(func(*item) bool { return true }, func(from, to int) error { return w.judgeChunk(tx, from, to, changed) })
	})
	if err == nil {
		w.settle()
	}
	return err
}

// meanwhile lists the rows of the register that have changed since they were seen.
func (w *work) meanwhile(tx *store.Tx) (map[string]bool, error) {
	changed := map[string]bool{}
	for scope, since := range w.since {
		keys, err := tx.ChangedKeys(w.company, scope, since)
		if err != nil {
			return nil, err
		}
		for key := range keys {
			if register, code := store.SplitKey([]byte(key)); register == w.reg.Name {
				changed[place(scope, code)] = true
			}
		}
	}
	return changed, nil
}

// chunks calls for runs of items of one scope that are among those meant.
func (w *work) chunks(meant func(*item) bool, each func(from, to int) error) error {
	for from := 0; from < len(w.items); {
		to := from
		for to < len(w.items) && to-from < atOnce && w.items[to].scope == w.items[from].scope {
			to++
		}
		any := false
		for i := from; i < to; i++ {
			any = any || meant(&w.items[i])
		}
		if any {
			if err := each(from, to); err != nil {
				return err
			}
		}
		if from = to; w.tell != nil {
			w.tell(to, len(w.items))
		}
	}
	return nil
}

func (w *work) judgeChunk(tx *store.Tx, from, to int, changed map[string]bool) error {
	x := &writing{tx: tx, reg: w.reg, scope: w.items[from].scope, who: w.set.Who, hashed: map[int]string{}}
	keys := make([][]byte, 0, to-from)
	for i := from; i < to; i++ {
		keys = append(keys, store.MasterKey(w.reg.Name, w.items[i].Code))
		if w.reg.brings(w.items[i].Body) {
			x.hashed[i-from] = toBeHashed
		}
	}
	var err error
	if x.present, err = tx.FindMaster(w.company, x.scope.String(), keys); err != nil {
		return err
	}
	wanted := make([]*row, to-from)
	for i := from; i < to; i++ {
		if w.items[i].effect != "" {
			continue
		}
		if wanted[i-from], err = x.want(i-from, w.items[i].Change); err != nil {
			if !refusal(err) {
				return err
			}
			w.refuse(i, err)
		}
	}
	if err := x.findMarks(wanted); err != nil {
		return err
	}
	for i := from; i < to; i++ {
		if w.items[i].effect == "" {
			w.weigh(i, x, wanted[i-from], changed)
		}
	}
	return nil
}

// toBeHashed stands for a password's hash while changes are judged.
const toBeHashed = "?"

// brings reports whether a password is sent with a row.
func (r *Register) brings(body []byte) bool {
	for _, f := range r.Fields {
		if f.Kind != Secret {
			continue
		}
		if given, w := objectOf(body); w == nil && given[f.Name] != nil && string(given[f.Name]) != `""` && string(given[f.Name]) != "null" {
			return true
		}
	}
	return false
}

// weigh decides on one item.
func (w *work) weigh(i int, x *writing, want *row, changed map[string]bool) {
	item := &w.items[i]
	m, there := x.present[string(store.MasterKey(w.reg.Name, item.Code))]
	var after []byte
	if want != nil {
		after = want.body
	}
	if there == (want != nil) && bytes.Equal(m.Body, after) {
		item.effect = EffectSame
		return
	}
	if changed[place(item.scope.String(), item.Code)] {
		w.refuse(i, x.conflict(item.Code))
		return
	}
	if item.Match == nil && item.Undo == 0 {
		version := m.Version
		item.Match = &version
	}
	switch {
	case want == nil:
		item.effect = EffectRemoved
	case there:
		item.effect = EffectChanged
	default:
		item.effect = EffectAdded
	}
	if want != nil && !w.claim(i, x, want) {
		return
	}
	if lines := w.lines[item.effect]; len(lines) < Shown {
		w.lines[item.effect] = append(lines, Line{Row: item.row, Scope: item.scope.String(), Code: item.Code, Name: nameOf(m.Body, after),
			Effect: item.effect, Fields: w.reg.Diff(m.Body, after)})
	}
}

// claim notes what an item wants to mean it alone; false: another of the items wants it as well.
func (w *work) claim(i int, x *writing, want *row) bool {
	own := string(store.MasterKey(w.reg.Name, w.items[i].Code))
	for _, m := range w.reg.marks(want.v) {
		mark := string(m)
		if first, taken := w.claims[mark]; taken {
			_, value := store.SplitKey(m)
			w.refuse(i, fault.New(fault.RowTaken, "value", clip(value), "owner", w.named(first)))
			return false
		}
		w.claims[mark] = i
		if owner, ok := x.taken[mark]; ok && (string(owner.Key) != own || owner.Scope != w.items[i].scope.String()) {
			_, code := store.SplitKey(owner.Key)
			w.moved = append(w.moved, claim{mark, i, place(owner.Scope, code)})
		}
	}
	return true
}

// named says which row an item is.
func (w *work) named(i int) string {
	if w.items[i].row > 0 {
		return clip(w.items[i].Code) + " (" + strconv.Itoa(w.items[i].row) + ")"
	}
	return clip(w.items[i].Code)
}

// settle allows what moves from one item to another, and refuses what a row has that does not give it up. Each refusal may
// make another: that row keeps what it has.
func (w *work) settle() {
	for again := true; again; {
		again = false
		for _, m := range w.moved {
			if w.items[m.by].effect == EffectRefused {
				continue
			}
			owner, ok := w.at[m.owner]
			if ok && w.items[owner].effect != EffectRefused && w.items[owner].effect != EffectSame {
				w.items[owner].together, w.items[m.by].together = true, true
				continue
			}
			_, code := store.SplitKey([]byte(m.owner))
			_, value := store.SplitKey([]byte(m.mark))
			w.refuse(m.by, fault.New(fault.RowTaken, "value", clip(value), "owner", clip(code)))
			again = true
		}
	}
}

// refuse notes why an item cannot be made. A line of what it would have been goes.
func (w *work) refuse(i int, err error) {
	x := &w.items[i]
	if lines := w.lines[x.effect]; len(lines) > 0 {
		for n, l := range lines {
			if l.Code == x.Code && l.Scope == x.scope.String() && l.Row == x.row {
				w.lines[x.effect] = append(lines[:n:n], lines[n+1:]...)
				break
			}
		}
	}
	x.effect, x.refused = EffectRefused, fault.Of(err)
	if f := x.refused; f.Code == fault.RowBad && x.row > 0 {
		x.refused = fault.New(fault.ImportRow, "row", strconv.Itoa(x.row), "column", w.title(f.Args["field"]), "detail", f.Args["detail"])
	}
}

func (w *work) title(field string) string {
	if w.column == nil {
		return field
	}
	return w.column(field)
}

// refusal reports whether an error lies in a change itself, and not in the store.
func refusal(err error) bool {
	switch fault.CodeOf(err) {
	case fault.RowBad, fault.RowConflict, fault.RowTaken, fault.RowUnknown, fault.RowUsed, fault.RowScope:
		return true
	}
	return false
}

// outcome tells how it stands.
func (w *work) outcome() Outcome {
	o := Outcome{Set: w.set.ID, Counts: map[Effect]int{}, Lines: []Line{}}
	for _, e := range Effects {
		o.Counts[e] = 0
		o.Lines = append(o.Lines, w.lines[e]...)
	}
	for i := range w.items {
		x := &w.items[i]
		if o.Counts[x.effect]++; x.effect == EffectRefused && o.Counts[x.effect] <= Shown {
			o.Lines = append(o.Lines, Line{Row: x.row, Scope: x.scope.String(), Code: x.Code, Effect: EffectRefused, Fault: x.refused})
		}
	}
	return o
}

func (x *item) pending() bool {
	return x.effect == EffectAdded || x.effect == EffectChanged || x.effect == EffectRemoved
}

// carryOut makes the changes that were not refused, atOnce in a transaction, so that sales are taken in between. What has
// changed since it was judged is refused, and the others are made.
func (w *work) carryOut(ctx context.Context) error {
	err := w.chunks((*item).pending, func(from, to int) error {
		return w.write(ctx, from, to, func(x *item) bool { return x.pending() && !x.together })
	})
	if err == nil {
		err = w.write(ctx, 0, len(w.items), func(x *item) bool { return x.pending() && x.together })
	}
	w.nudge()
	return err
}

// write makes some of a run of items in one transaction.
func (w *work) write(ctx context.Context, from, to int, meant func(*item) bool) error {
	for {
		var which []int
		var changes []Change
		for i := from; i < to; i++ {
			if meant(&w.items[i]) && (len(which) == 0 || w.items[i].scope == w.items[which[0]].scope) {
				which, changes = append(which, i), append(changes, w.items[i].Change)
			}
		}
		if len(which) == 0 {
			return nil
		}
		x, err := w.transact(ctx, w.items[which[0]].scope, changes)
		switch {
		case err == nil:
			w.versions[x.scope.String()] = x.state.Version
			return nil
		case refusal(err):
			w.refuse(which[x.at], err)
		default:
			return err
		}
	}
}

// transact makes changes and notes that they belong to the set.
func (w *work) transact(ctx context.Context, scope wire.Scope, changes []Change) (x *writing, err error) {
	hashed, err := w.r.passwords(ctx, w.reg, scope, changes)
	if err != nil {
		return nil, err
	}
	set := w.set
	err = w.r.o.Store.Write(ctx, func(tx *store.Tx) (err error) {
		set = w.set
		x = &writing{tx: tx, reg: w.reg, scope: scope, who: set.Who, now: w.r.o.Now().UnixMicro(), hashed: hashed}
		if err := x.apply(changes); err != nil || len(x.log) == 0 {
			return err
		}
		return x.belong(&set)
	})
	if err == nil {
		w.set = set
	}
	return x, err
}

// belong notes what has been written as part of a set, which it begins where it has not begun.
func (w *writing) belong(set *store.Set) (err error) {
	if set.ID == 0 {
		set.ID = w.now
		if set.ID, err = w.tx.AddSet(w.company(), *set); err != nil {
			return err
		}
		if set.Undoes > 0 {
			if err := w.tx.MarkUndone(w.company(), set.Undoes, set.ID); err != nil {
				return err
			}
		}
	}
	n := uint64(len(w.log))
	return errors.Join(w.tx.GrowSet(w.company(), set.ID, int64(n)),
		w.tx.AddPart(w.company(), store.Part{Scope: w.scope.String(), First: w.state.Version - n + 1, Last: w.state.Version, Set: set.ID}))
}

// nudge tells of the scopes that changed.
func (w *work) nudge() {
	if w.r.o.Changed == nil || w.set.ID == 0 {
		return
	}
	told := map[wire.Scope]bool{}
	for i := range w.items {
		if x := &w.items[i]; x.pending() && !told[x.scope] {
			told[x.scope] = true
			w.r.o.Changed(x.scope, w.versions[x.scope.String()])
		}
	}
}

// Diff lists the fields that two stored rows do not share; nil stands for no row.
func (r *Register) Diff(before, after []byte) []FieldChange {
	list := []FieldChange{}
	a, _ := parse(before)
	b, _ := parse(after)
	for _, f := range r.stored()[1:] {
		if bytes.Equal(a[f.Name], b[f.Name]) {
			continue
		}
		if f.Name == hashField {
			list = append(list, FieldChange{Field: "password"})
			continue
		}
		list = append(list, FieldChange{f.Name, a[f.Name], b[f.Name]})
	}
	return list
}

// nameOf returns what a row is called: as it is now, or as it will be.
func nameOf(bodies ...[]byte) string {
	for _, b := range bodies {
		if v, err := parse(b); err == nil && v["name"] != nil {
			return v.text("name")
		}
	}
	return ""
}
