package store

// Set is changes of many rows that one person made at once.
type Set struct {
	ID       int64 // UTC µs of its begin
	Register string
	Kind     string
	Who      string
	Subject  string // a file's name, say
	Rows     int64  // changed by it so far
	Undoes   int64  // the set that it puts back; 0: none
	Undone   int64  // the set that has put it back; 0: none
}

// AddSet begins a set at s.ID, or at the first µs after it that no other began at, which it returns.
func (t *Tx) AddSet(c Company, s Set) (id int64, err error) {
	for id = s.ID; ; id++ {
		err = t.row(sqlSetAdd, []any{int64(c), id, s.Register, s.Kind, s.Who, s.Subject, s.Rows, s.Undoes}, &id)
		if err != ErrNone {
			return id, err
		}
	}
}

// GrowSet adds to the rows of a set.
func (t *Tx) GrowSet(c Company, id, rows int64) error { return t.exec(sqlSetGrow, int64(c), id, rows) }

// MarkUndone notes which set has put a set back.
func (t *Tx) MarkUndone(c Company, id, by int64) error {
	return t.exec(sqlSetUndone, int64(c), id, by)
}

// FindSet returns a set; ErrNone where there is none.
func (t *Tx) FindSet(c Company, id int64) (s Set, err error) {
	s.ID = id
	return s, t.row(sqlSetGet, []any{int64(c), id}, &s.Register, &s.Kind, &s.Who, &s.Subject, &s.Rows, &s.Undoes, &s.Undone)
}

// Sets lists the sets of a register that began before an id, newest first.
func (t *Tx) Sets(c Company, register string, before int64, limit int) ([]Set, error) {
	return t.setList(sqlSets, int64(c), register, before, int64(limit))
}

// SetsBack lists the sets of all registers, newest first.
func (t *Tx) SetsBack(c Company, m Moments, limit int) ([]Set, error) {
	return t.setList(sqlSetsBack, int64(c), m.Since, m.Before, m.Who, int64(limit))
}

func (t *Tx) setList(text string, args ...any) (list []Set, err error) {
	return list, t.rows(text, args, func(scan func(...any) error) error {
		var s Set
		err := scan(&s.ID, &s.Register, &s.Kind, &s.Who, &s.Subject, &s.Rows, &s.Undoes, &s.Undone)
		list = append(list, s)
		return err
	})
}

// Part is a run of versions of a scope that belong to a set.
type Part struct {
	Scope       string
	First, Last uint64
	Set         int64
}

// AddPart notes that versions belong to a set.
func (t *Tx) AddPart(c Company, p Part) error {
	return t.exec(sqlPartAdd, int64(c), p.Scope, int64(p.First), int64(p.Last), p.Set)
}

// PartsOf lists the parts of a set.
func (t *Tx) PartsOf(c Company, set int64) ([]Part, error) {
	return t.parts(sqlPartsOf, int64(c), set)
}

// PartsIn lists the parts that share versions with a run of a scope's.
func (t *Tx) PartsIn(c Company, scope string, first, last uint64) ([]Part, error) {
	return t.parts(sqlPartsIn, int64(c), scope, int64(first), int64(last))
}

func (t *Tx) parts(text string, args ...any) (list []Part, err error) {
	return list, t.rows(text, args, func(scan func(...any) error) error {
		var p Part
		err := scan(&p.Scope, (*int64version)(&p.First), (*int64version)(&p.Last), &p.Set)
		list = append(list, p)
		return err
	})
}

// ChangedKeys returns which rows of a scope have changed after a version, with their newest.
func (t *Tx) ChangedKeys(c Company, scope string, after uint64) (map[string]uint64, error) {
	changed := map[string]uint64{}
	return changed, t.rows(sqlChangedKeys, []any{int64(c), scope, int64(after)}, func(scan func(...any) error) error {
		var key []byte
		var version uint64
		err := scan(&key, (*int64version)(&version))
		changed[string(key)] = version
		return err
	})
}

// EachRow calls for every row of a register, of all scopes or of one, in no order. Its bytes are valid during the call.
func (t *Tx) EachRow(c Company, register, scope string, each func(MasterRow) error) error {
	return t.rows(sqlMasterRows, []any{int64(c), register, scope}, func(scan func(...any) error) error {
		var r MasterRow
		if err := scan(&r.Scope, &r.Key, (*int64version)(&r.Version), &r.Sort, &r.Folded, &r.Body); err != nil {
			return err
		}
		return each(r)
	})
}
