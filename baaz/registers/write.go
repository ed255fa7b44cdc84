package registers

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"posbox/baaz/store"
	"posbox/catalog"
	"posbox/config"
	"posbox/pos/fault"
	"posbox/wire"
)

// writing is one transaction on one register of one scope.
type writing struct {
	tx     *store.Tx
	reg    *Register
	scope  wire.Scope
	who    string
	now    int64
	hashed map[int]string // passwords' hashes by the place of their change

	state   store.ScopeRow
	at      int                        // the change in hand, by its place
	present map[string]store.MasterRow // the rows that changes name, as they are now
	known   map[ref]bool               // rows of other registers that are there
	taken   map[string]store.Mark      // who has the marks that rows want; one that was freed has no key
	results []Result
	log     []store.MasterChange
	rows    []store.MasterRow
	marks   []store.Mark
}

func (w *writing) company() store.Company { return store.Company(w.scope.Company) }

// apply carries all changes out.
func (w *writing) apply(changes []Change) (err error) {
	if err := w.there(); err != nil {
		return err
	}
	if w.state, err = w.tx.LockScope(w.company(), w.scope.String(), w.now); err != nil {
		return err
	}
	keys := make([][]byte, len(changes))
	for i, c := range changes {
		keys[i] = store.MasterKey(w.reg.Name, strings.TrimSpace(c.Code))
	}
	if w.present, err = w.tx.FindMaster(w.company(), w.scope.String(), keys); err != nil {
		return err
	}
	wanted := make([]*row, len(changes))
	for i, c := range changes {
		w.at = i
		if wanted[i], err = w.want(i, c); err != nil {
			return err
		}
	}
	if err := w.findMarks(wanted); err != nil {
		return err
	}
	if err := w.once(changes); err != nil {
		return err
	}
	// All rows let go before any takes: two may exchange what must mean one row only, in whatever order they stand.
	for i, c := range changes {
		if err := w.freeMarks(strings.TrimSpace(c.Code), wanted[i]); err != nil {
			return err
		}
	}
	for i, c := range changes {
		w.at = i
		if err := w.change(strings.TrimSpace(c.Code), wanted[i]); err != nil {
			return err
		}
	}
	return w.write()
}

// once refuses changes of which two are of one row.
func (w *writing) once(changes []Change) error {
	seen := map[string]bool{}
	for _, c := range changes {
		code := strings.TrimSpace(c.Code)
		if seen[code] {
			return w.reg.bad(code, &wrong{"code", clip(code) + " stands twice"})
		}
		seen[code] = true
	}
	return nil
}

// there refuses the scope of a sales point that nobody has made: its rows would wait for whoever gets that number.
func (w *writing) there() error {
	if w.scope.Level != wire.LevelPoint {
		return nil
	}
	n, err := strconv.ParseInt(w.scope.Name, 10, 64)
	if err != nil {
		return err
	}
	_, err = w.tx.LockPoint(w.company(), store.Point(n))
	if errors.Is(err, store.ErrNone) {
		err = fault.Wrap(err, fault.RowScope, "register", w.reg.Name, "scope", w.scope.String())
	}
	return err
}

// before returns a row as it is now; nil where there is none.
func (w *writing) before(code string) (store.MasterRow, values, error) {
	m, ok := w.present[string(store.MasterKey(w.reg.Name, code))]
	if !ok {
		return m, nil, nil
	}
	v, err := parse(m.Body)
	return m, v, err
}

// want works out what a change makes of its row; nil: it goes.
func (w *writing) want(i int, c Change) (*row, error) {
	code := strings.TrimSpace(c.Code)
	m, before, err := w.before(code)
	if err != nil {
		return nil, err
	}
	if c.Undo > 0 {
		return w.former(code, c.Undo)
	}
	if c.Match != nil && *c.Match != m.Version {
		return nil, w.conflict(code)
	}
	if c.Delete {
		if before == nil {
			return nil, fault.New(fault.RowUnknown, "register", w.reg.Name, "code", clip(code))
		}
		return nil, w.unused(code)
	}
	if w.reg.Numbered && code != w.scope.Name {
		return nil, fault.Wrap(errPoint, fault.RowScope, "register", w.reg.Name, "scope", w.scope.String())
	}
	out, err := w.reg.read(w.scope.Level, code, c.Body, before, c.Merge)
	if err != nil {
		return nil, err
	}
	if w.reg.Name == Customers {
		if err := w.earn(out); err != nil {
			return nil, err
		}
	}
	if hash, ok := w.hashed[i]; ok {
		out.v[hashField] = encode(hash)
		if err := w.reg.finish(out); err != nil {
			return nil, err
		}
	}
	return out, w.checkRefs(before, out)
}

// conflict tells that a row has changed since it was seen.
func (w *writing) conflict(code string) error {
	present := Row{Scope: w.scope, Register: w.reg.Name, Code: code, Body: json.RawMessage("null")}
	if m, ok := w.present[string(store.MasterKey(w.reg.Name, code))]; ok {
		present = w.reg.row(w.scope, m)
	}
	return &Conflict{fault.New(fault.RowConflict, "register", w.reg.Name, "code", clip(code)), present}
}

// former returns a row as it was before its newest version; nil where there was none.
func (w *writing) former(code string, version uint64) (*row, error) {
	past, err := w.tx.History(w.company(), w.scope.String(), store.MasterKey(w.reg.Name, code), 1<<62, 2)
	switch {
	case err != nil:
		return nil, err
	case len(past) == 0:
		return nil, fault.New(fault.RowUnknown, "register", w.reg.Name, "code", clip(code))
	case past[0].Version != version:
		return nil, w.conflict(code)
	case len(past) == 1 || past[1].Gone:
		return nil, w.unused(code)
	}
	v, err := parse(past[1].Body)
	if err != nil {
		return nil, err
	}
	out := &row{code: code, v: v}
	if w.reg.Name == Customers {
		err = w.earn(out)
	} else {
		err = w.reg.finish(out)
	}
	if err != nil {
		return nil, err
	}
	_, before, err := w.before(code)
	if err != nil {
		return nil, err
	}
	return out, w.checkRefs(before, out)
}

// findMarks looks up who has what the rows want.
func (w *writing) findMarks(wanted []*row) (err error) {
	var marks [][]byte
	for _, r := range wanted {
		if r != nil {
			marks = append(marks, w.reg.marks(r.v)...)
		}
	}
	w.taken, err = w.tx.FindMarks(w.company(), marks)
	return err
}

// change notes what has to be written for one row.
func (w *writing) change(code string, want *row) error {
	m, before, err := w.before(code)
	if err != nil {
		return err
	}
	key := store.MasterKey(w.reg.Name, code)
	if want != nil && before != nil && string(want.body) == string(m.Body) {
		w.results = append(w.results, Result{Row: w.reg.row(w.scope, m)})
		return nil
	}
	if err := w.takeMarks(key, before, want); err != nil {
		return err
	}
	w.state.Version++
	change := store.MasterChange{Version: w.state.Version, Key: key, Gone: want == nil, At: w.now, Who: w.who}
	next := store.MasterRow{Scope: w.scope.String(), Key: key, Version: w.state.Version}
	if want != nil {
		change.Body, next.Body, next.Sort, next.Folded = want.body, want.body, w.reg.sortKey(want.v), w.reg.folded(want.v)
	}
	w.state.Chain = wire.Chain(w.state.Chain, wire.Row{Version: change.Version, Gone: change.Gone, Register: w.reg.Name, Code: code, Body: change.Body})
	change.Chain = w.state.Chain
	w.log = append(w.log, change)
	switch {
	case want == nil:
		w.state.Rows--
		if err := w.tx.DropMaster(w.company(), w.scope.String(), key); err != nil {
			return err
		}
		w.results = append(w.results, Result{Row: Row{Scope: w.scope, Register: w.reg.Name, Code: code, Version: change.Version, Body: json.RawMessage("null")}, Changed: true})
		return nil
	case before == nil:
		w.state.Rows++
	}
	w.rows = append(w.rows, next)
	w.results = append(w.results, Result{Row: w.reg.row(w.scope, next), Changed: true, Added: before == nil})
	return w.named(code, want)
}

// freeMarks lets go of what a row no longer means.
func (w *writing) freeMarks(code string, want *row) error {
	_, before, err := w.before(code)
	if err != nil || before == nil {
		return err
	}
	kept := map[string]bool{}
	if want != nil {
		kept = markSet(w.reg.marks(want.v))
	}
	for m := range markSet(w.reg.marks(before)) {
		if kept[m] {
			continue
		}
		if err := w.tx.DropMark(w.company(), []byte(m)); err != nil {
			return err
		}
		w.taken[m] = store.Mark{}
	}
	return nil
}

// takeMarks takes what a row means now and did not mean before.
func (w *writing) takeMarks(key []byte, before values, want *row) error {
	if want == nil {
		return nil
	}
	had := map[string]bool{}
	if before != nil {
		had = markSet(w.reg.marks(before))
	}
	for _, m := range w.reg.marks(want.v) {
		if had[string(m)] {
			continue
		}
		if owner, ok := w.taken[string(m)]; ok && owner.Key != nil {
			_, code := store.SplitKey(owner.Key)
			_, value := store.SplitKey(m)
			return fault.New(fault.RowTaken, "value", clip(value), "owner", clip(code))
		}
		mark := store.Mark{Mark: m, Scope: w.scope.String(), Key: key}
		w.taken[string(m)] = mark
		w.marks = append(w.marks, mark)
	}
	return nil
}

func markSet(marks [][]byte) map[string]bool {
	set := map[string]bool{}
	for _, m := range marks {
		set[string(m)] = true
	}
	return set
}

// named tells the tables that joining reads what a company or a point is called.
func (w *writing) named(code string, r *row) error {
	switch w.reg.Name {
	case Company:
		return w.tx.NameCompany(w.company(), r.v.text("name"))
	case Points:
		n, err := strconv.ParseInt(code, 10, 64)
		if err != nil {
			return err
		}
		return w.tx.NamePoint(w.company(), store.Point(n), r.v.text("name"))
	}
	return nil
}

// write writes what was noted.
func (w *writing) write() error {
	if len(w.log) == 0 {
		return nil
	}
	c, scope := w.company(), w.scope.String()
	return errors.Join(w.tx.PutMaster(c, scope, w.reg.Name, w.rows), w.tx.AddMarks(c, w.marks), w.tx.AddChanges(c, scope, w.log),
		w.tx.MoveScope(c, scope, w.state))
}

// checkRefs refuses a row that begins to speak of one that is not there. What it has spoken of before may be gone since:
// whoever changes something else of it must not have to mend that first.
func (w *writing) checkRefs(before values, r *row) error {
	known := map[ref]bool{}
	if before != nil {
		for _, x := range w.reg.refs(before) {
			known[x] = true
		}
	}
	for _, x := range w.reg.refs(r.v) {
		if x.register == Roles && builtIn[x.code] || known[x] {
			continue
		}
		there, err := w.stands(ref{"", x.register, x.code})
		if err != nil {
			return err
		}
		if !there {
			return w.reg.bad(r.code, &wrong{x.field, clip(x.code) + " does not stand in register " + x.register})
		}
	}
	return nil
}

// stands reports whether a row of another register is there. Many rows speak of few.
func (w *writing) stands(x ref) (there bool, err error) {
	there, asked := w.known[x]
	if asked {
		return there, nil
	}
	found, err := w.tx.FindMaster(w.company(), wire.CompanyScope(w.scope.Company).String(), [][]byte{store.MasterKey(x.register, x.code)})
	if w.known == nil {
		w.known = map[ref]bool{}
	}
	w.known[x] = len(found) > 0
	return len(found) > 0, err
}

// builtIn are the roles that every till knows.
var builtIn = func() map[string]bool {
	known := map[string]bool{}
	for name := range config.Defaults().Roles {
		known[name] = true
	}
	return known
}()

// users lists which registers speak of a register, as far as their lists are short. Goods that name a price list which is
// gone are sold by their own price.
var users = map[string][]string{Roles: {Sellers}, Locations: {Points}, PriceLists: {Points}}

// unused refuses to delete a row that others speak of.
func (w *writing) unused(code string) error {
	if w.reg.Numbered {
		return fault.New(fault.RowUsed, "code", clip(code), "owner", w.reg.Name)
	}
	for _, name := range users[w.reg.Name] {
		reg, err := Of(name)
		if err != nil {
			return err
		}
		q := store.MasterQuery{Register: name, Limit: MaxPage}
		for {
			list, err := w.tx.ListMaster(w.company(), q)
			if err != nil {
				return err
			}
			for _, m := range list {
				v, err := parse(m.Body)
				if err != nil {
					return err
				}
				for _, x := range reg.refs(v) {
					if x.register == w.reg.Name && x.code == code {
						return fault.New(fault.RowUsed, "code", clip(code), "owner", name+" "+clip(v.text("code")))
					}
				}
			}
			if len(list) < q.Limit {
				break
			}
			q.After = list[len(list)-1]
		}
	}
	return nil
}

func fold(s string) string { return catalog.Fold(s) }

// errAfter is returned for a mark of a page that nobody has handed out.
var errAfter = errors.New("registers: not a mark of a page")

// writeAfter makes the mark of where a page ends.
func writeAfter(m store.MasterRow) string {
	b, err := json.Marshal([][]byte{m.Sort, []byte(m.Scope), m.Key})
	if err != nil {
		panic(err) // bytes
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readAfter(s string) (m store.MasterRow, err error) {
	if s == "" {
		return m, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	var parts [][]byte
	if err != nil || json.Unmarshal(b, &parts) != nil || len(parts) != 3 || parts[0] == nil || parts[2] == nil {
		return m, errAfter
	}
	if _, err := wire.ParseScope(string(parts[1])); err != nil { // no text of PostgreSQL, perhaps
		return m, errAfter
	}
	return store.MasterRow{Sort: parts[0], Scope: string(parts[1]), Key: parts[2]}, nil
}
