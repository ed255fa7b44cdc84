package store

import (
	"bytes"
	"encoding/json"

	"posbox/journal"
	"posbox/wire"
)

// ScopeRow counts the changes of one scope of master data.
type ScopeRow struct {
	Version uint64
	Chain   journal.Hash // over all changes
	Rows    int64        // that there are now
}

// LockScope reads a scope, begins it where it is new, and holds it until the transaction ends.
func (t *Tx) LockScope(c Company, scope string, now int64) (ScopeRow, error) {
	var zero journal.Hash
	return t.scope(sqlScopeLock, int64(c), scope, zero[:], now)
}

// Scope reads a scope; one without changes is one at version 0.
func (t *Tx) Scope(c Company, scope string) (ScopeRow, error) {
	row, err := t.scope(sqlScopeRead, int64(c), scope)
	if err == ErrNone {
		return ScopeRow{}, nil
	}
	return row, err
}

func (t *Tx) scope(text string, args ...any) (row ScopeRow, err error) {
	var version int64
	var chain []byte
	err = t.row(text, args, &version, &chain, &row.Rows)
	row.Version = uint64(version)
	copy(row.Chain[:], chain)
	return row, err
}

// MoveScope writes how far a locked scope has come.
func (t *Tx) MoveScope(c Company, scope string, row ScopeRow) error {
	return t.exec(sqlScopeMove, int64(c), scope, int64(row.Version), row.Chain[:], row.Rows)
}

// Scopes lists the versions of a company's scopes.
func (t *Tx) Scopes(c Company) (map[string]uint64, error) {
	all := map[string]uint64{}
	return all, t.rows(sqlScopes, []any{int64(c)}, func(scan func(...any) error) error {
		var scope string
		var version int64
		err := scan(&scope, &version)
		all[scope] = uint64(version)
		return err
	})
}

// MasterKey names a row within its scope: register, zero, code. Its bytes order rows alike on both engines.
func MasterKey(register, code string) []byte { return []byte(register + "\x00" + code) }

// SplitKey takes a key apart.
func SplitKey(key []byte) (register, code string) {
	a, b, _ := bytes.Cut(key, []byte{0})
	return string(a), string(b)
}

// MasterRow is a row of a register.
type MasterRow struct {
	Scope   string
	Key     []byte
	Version uint64
	Body    []byte
	Sort    []byte // orders lists
	Folded  string // is searched in
}

// FindMaster returns those of the rows that are there, by key.
func (t *Tx) FindMaster(c Company, scope string, keys [][]byte) (map[string]MasterRow, error) {
	found := map[string]MasterRow{}
	return found, t.listed(sqlMasterFind, []any{int64(c), scope}, keys, func(scan func(...any) error) error {
		r := MasterRow{Scope: scope}
		if err := scan(&r.Key, (*int64version)(&r.Version), &r.Body); err != nil {
			return err
		}
		found[string(r.Key)] = r
		return nil
	})
}

// int64version scans a version: the drivers know no uint64.
type int64version uint64

// Scan implements sql.Scanner.
func (s *int64version) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return ErrNone
	}
	*s = int64version(n)
	return nil
}

// EachMaster calls for every row of a scope in order of keys; a row's bytes are valid during the call.
func (t *Tx) EachMaster(c Company, scope string, each func(MasterRow) error) error {
	return t.rows(sqlMasterAll, []any{int64(c), scope}, func(scan func(...any) error) error {
		r := MasterRow{Scope: scope}
		if err := scan(&r.Key, (*int64version)(&r.Version), &r.Body); err != nil {
			return err
		}
		return each(r)
	})
}

// MasterQuery asks for a part of a register's list.
type MasterQuery struct {
	Register string
	Scope    string // empty: all of the company
	Like     string // part of what is searched in, folded; empty: all
	After    MasterRow
	Limit    int
}

// ListMaster lists rows of a register in order of Sort.
func (t *Tx) ListMaster(c Company, q MasterQuery) (list []MasterRow, err error) {
	sort, key := q.After.Sort, q.After.Key
	if sort == nil {
		sort, key = none, none
	}
	text, args := sqlMasterListed, []any{int64(c), q.Register, q.Scope, sort, q.After.Scope, key}
	if q.Like != "" {
		text, args = sqlMasterLike, append(args, "%"+likeText(q.Like)+"%")
	}
	return list, t.rows(text, append(args, int64(q.Limit)), func(scan func(...any) error) error {
		var r MasterRow
		if err := scan(&r.Scope, &r.Key, (*int64version)(&r.Version), &r.Body, &r.Sort); err != nil {
			return err
		}
		list = append(list, r)
		return nil
	})
}

// likeText makes a text mean itself within LIKE … ESCAPE '!'.
func likeText(s string) string {
	var b []byte
	for i := range len(s) {
		if s[i] == '%' || s[i] == '_' || s[i] == '!' {
			b = append(b, '!')
		}
		b = append(b, s[i])
	}
	return string(b)
}

// CountMaster counts the rows of a register.
func (t *Tx) CountMaster(c Company, register string) (n int64, err error) {
	return n, t.row(sqlMasterCount, []any{int64(c), register}, &n)
}

// PutMaster writes rows as they are now.
func (t *Tx) PutMaster(c Company, scope, register string, list []MasterRow) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{int64(c), scope, r.Key, register, int64(r.Version), r.Sort, r.Folded, r.Body}
	}
	return t.insert(sqlMasterPut, rows)
}

// DropMaster takes a row out of its register.
func (t *Tx) DropMaster(c Company, scope string, key []byte) error {
	return t.exec(sqlMasterGone, int64(c), scope, key)
}

// MasterChange is one change of a scope.
type MasterChange struct {
	Version uint64
	Key     []byte
	Gone    bool
	Body    []byte
	Chain   journal.Hash // of the history up to this change
	At      int64
	Who     string
}

// AddChanges writes changes of a locked scope.
func (t *Tx) AddChanges(c Company, scope string, list []MasterChange) error {
	rows := make([][]any, len(list))
	for i, x := range list {
		body := x.Body
		if body == nil {
			body = none
		}
		rows[i] = []any{int64(c), scope, int64(x.Version), x.Key, bit(x.Gone), body, x.Chain[:], x.At, x.Who}
	}
	return t.insert(sqlChangesAdd, rows)
}

// Changes returns at most limit changes of a scope after a version, in order. It stops once they hold more than size
// bytes; the one that goes beyond is not among them unless it is the first.
func (t *Tx) Changes(c Company, scope string, after uint64, limit, size int) (list []MasterChange, err error) {
	err = t.rows(sqlChanges, []any{int64(c), scope, int64(after), int64(limit)}, func(scan func(...any) error) error {
		var x MasterChange
		var gone int64
		var chain []byte
		if err := scan((*int64version)(&x.Version), &x.Key, &gone, &x.Body, &chain); err != nil {
			return err
		}
		x.Gone = gone != 0
		copy(x.Chain[:], chain)
		if size -= len(x.Key) + len(x.Body) + 32; size < 0 && len(list) > 0 {
			return errEnough
		}
		list = append(list, x)
		return nil
	})
	if err == errEnough {
		err = nil
	}
	return list, err
}

// ChangeChain returns the chain of a scope's history up to a version; ErrNone where there is no such change.
func (t *Tx) ChangeChain(c Company, scope string, version uint64) (h journal.Hash, err error) {
	if version == 0 {
		return h, nil
	}
	var chain []byte
	err = t.row(sqlChangeChain, []any{int64(c), scope, int64(version)}, &chain)
	copy(h[:], chain)
	return h, err
}

// History lists the changes of one row, newest first, at most limit before a version.
func (t *Tx) History(c Company, scope string, key []byte, before uint64, limit int) (list []MasterChange, err error) {
	return list, t.rows(sqlHistory, []any{int64(c), scope, key, int64(before), int64(limit)}, func(scan func(...any) error) error {
		x := MasterChange{Key: key}
		var gone int64
		if err := scan((*int64version)(&x.Version), &gone, &x.Body, &x.At, &x.Who); err != nil {
			return err
		}
		x.Gone = gone != 0
		list = append(list, x)
		return nil
	})
}

// ScopedChange is a change with the scope that it belongs to.
type ScopedChange struct {
	Scope string
	MasterChange
}

// ChangesBack lists the changes of all scopes of a company but for those that belong to a set, the newest first. Chains
// are left out.
func (t *Tx) ChangesBack(c Company, m Moments, limit int) (list []ScopedChange, err error) {
	return list, t.rows(sqlChangesBack, []any{int64(c), m.Since, m.Before, m.Who, int64(limit)}, func(scan func(...any) error) error {
		var x ScopedChange
		var gone int64
		err := scan(&x.Scope, (*int64version)(&x.Version), &x.Key, &gone, &x.Body, &x.At, &x.Who)
		x.Gone = gone != 0
		list = append(list, x)
		return err
	})
}

// Mark is what may mean one row of a company only.
type Mark struct {
	Mark  []byte
	Scope string
	Key   []byte
}

// FindMarks returns those of the marks that are taken, by mark.
func (t *Tx) FindMarks(c Company, marks [][]byte) (map[string]Mark, error) {
	found := map[string]Mark{}
	return found, t.listed(sqlMarksFind, []any{int64(c)}, marks, func(scan func(...any) error) error {
		var m Mark
		if err := scan(&m.Mark, &m.Scope, &m.Key); err != nil {
			return err
		}
		found[string(m.Mark)] = m
		return nil
	})
}

// AddMarks takes marks that are free.
func (t *Tx) AddMarks(c Company, list []Mark) error {
	rows := make([][]any, len(list))
	for i, m := range list {
		rows[i] = []any{int64(c), m.Mark, m.Scope, m.Key}
	}
	return t.insert(sqlMarksAdd, rows)
}

// DropMark frees a mark.
func (t *Tx) DropMark(c Company, mark []byte) error { return t.exec(sqlMarkGone, int64(c), mark) }

// BoxKey returns a box's public key.
func (t *Tx) BoxKey(c Company, b journal.Box) (key []byte, err error) {
	return key, t.row(sqlBoxKey, []any{int64(c), b[:]}, &key)
}

// NamePoint gives a sales point its name.
func (t *Tx) NamePoint(c Company, p Point, name string) error {
	if err := t.exec(sqlPointSet, int64(c), int64(p), name); err != nil {
		return err
	}
	return t.listTill(c, p)
}

// NameCompany gives a company its name.
func (t *Tx) NameCompany(c Company, name string) error {
	if err := t.exec(sqlCompanySet, int64(c), name); err != nil {
		return err
	}
	return t.listTills(c)
}

// MasterPoint returns the row of a sales point; an empty one where nobody has written it yet.
func (t *Tx) MasterPoint(c Company, p Point) (row wire.Point, err error) {
	scope := wire.PointScope(uint64(c), uint64(p))
	key := MasterKey(wire.RegisterPoints, scope.Name)
	found, err := t.FindMaster(c, scope.String(), [][]byte{key})
	if m, ok := found[string(key)]; ok && err == nil {
		err = json.Unmarshal(m.Body, &row)
	}
	return row, err
}
