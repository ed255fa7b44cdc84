package registers

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sort"
	"strings"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/wire"
)

// Registers keeps master data in a store. Its methods may be called from any goroutine.
type Registers struct {
	o      Options
	hashes chan struct{} // bounds the passwords that are hashed at once
	views  views
	// verdicts are those on files that were looked at and not taken in yet.
	verdicts verdicts
}

// Options of the registers.
type Options struct {
	Store *store.Store
	Now   func() time.Time
	// Changed is told each time that a scope has a new version, once it is durable. May be nil.
	Changed func(scope wire.Scope, version uint64)
}

// New makes the registers.
func New(o Options) *Registers { return &Registers{o: o, hashes: make(chan struct{}, 2)} }

// Row is a row as it is told.
type Row struct {
	Scope    wire.Scope      `json:"scope"`
	Register string          `json:"register"`
	Code     string          `json:"code"`
	Version  uint64          `json:"version"` // of its newest change, in its scope
	Body     json.RawMessage `json:"body"`
}

// Change is what somebody wants of one row.
type Change struct {
	Code   string
	Body   []byte  // JSON: the fields without the code
	Merge  bool    // fields that are not sent stay as they are
	Delete bool    // the row goes
	Match  *uint64 // the version that was seen, 0: no such row; nil: whatever there is
	// Undo puts back what the row was before this version, which must be its newest; all else counts for nothing then.
	Undo uint64
}

// Result says what became of a change.
type Result struct {
	Row     Row
	Changed bool // false: it was so already
	Added   bool
}

// Conflict is the fault row.conflict with the row as it is now; its version is 0 where there is none.
type Conflict struct {
	Fault   *fault.Error
	Present Row
}

// Error implements error.
func (c *Conflict) Error() string { return c.Fault.Error() }

// Unwrap returns the fault.
func (c *Conflict) Unwrap() error { return c.Fault }

// Put makes, changes or deletes one row.
func (r *Registers) Put(ctx context.Context, who string, scope wire.Scope, register string, c Change) (Result, error) {
	results, err := r.Apply(ctx, who, scope, register, []Change{c})
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// Apply carries out changes of one register and scope, all of them or none. An error belongs to the first change that
// cannot be made. Each row may be named once.
func (r *Registers) Apply(ctx context.Context, who string, scope wire.Scope, register string, changes []Change) ([]Result, error) {
	reg, err := Of(register)
	if err != nil {
		return nil, err
	}
	if !reg.At(scope.Level) {
		return nil, fault.New(fault.RowScope, "register", reg.Name, "scope", scope.String())
	}
	hashed, err := r.passwords(ctx, reg, scope, changes)
	if err != nil {
		return nil, err
	}
	var w *writing
	err = r.o.Store.Write(ctx, func(tx *store.Tx) error {
		w = &writing{tx: tx, reg: reg, scope: scope, who: who, now: r.o.Now().UnixMicro(), hashed: hashed}
		return w.apply(changes)
	})
	if err != nil {
		return nil, err
	}
	if len(w.log) > 0 && r.o.Changed != nil {
		r.o.Changed(scope, w.state.Version)
	}
	return w.results, nil
}

// passwords hashes what passwords are sent, before the transaction: it takes long. By place in the changes.
func (r *Registers) passwords(ctx context.Context, reg *Register, scope wire.Scope, changes []Change) (map[int]string, error) {
	hashed := map[int]string{}
	for _, f := range reg.Fields {
		if f.Kind != Secret {
			continue
		}
		for i, c := range changes {
			given, w := objectOf(c.Body)
			if c.Delete || c.Undo > 0 || w != nil || given[f.Name] == nil {
				continue // told when the row is read
			}
			raw, w := f.read(given[f.Name])
			if w != nil {
				return nil, reg.bad(c.Code, w)
			}
			if raw == nil {
				continue
			}
			select {
			case r.hashes <- struct{}{}:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			var salt [16]byte
			rand.Read(salt[:])
			hashed[i] = till.HashPassword(values{f.Name: raw}.text(f.Name), salt[:])
			<-r.hashes
		}
	}
	return hashed, nil
}

// AddCompany makes a company with its row, so that its tills know from the first day whose they are. A vendor sells
// nothing and has no registers. Nobody has to be told: there are no boxes yet.
func AddCompany(tx *store.Tx, who string, r store.CompanyRow) (store.Company, error) {
	c, err := tx.AddHome(r)
	if err != nil || r.World != store.WorldCompany {
		return c, err
	}
	reg, err := Of(Company)
	if err != nil {
		return 0, err
	}
	w := &writing{tx: tx, reg: reg, scope: wire.CompanyScope(uint64(c)), who: who, now: r.Created}
	return c, w.apply([]Change{{Code: Company, Body: encode(map[string]string{"name": r.Name})}})
}

// AddPoint makes a sales point with its row in a transaction that is under way, and returns its number. Nobody has to be
// told: its box is still to join.
func AddPoint(tx *store.Tx, who string, c store.Company, name string, now int64) (store.Point, error) {
	w, p, err := addPoint(tx, who, c, now)
	if err != nil {
		return 0, err
	}
	return p, w.apply([]Change{{Code: w.scope.Name, Body: encode(map[string]string{"name": name})}})
}

func addPoint(tx *store.Tx, who string, c store.Company, now int64) (*writing, store.Point, error) {
	reg, err := Of(Points)
	if err != nil {
		return nil, 0, err
	}
	p, err := tx.AddPoint(c, "", now)
	return &writing{tx: tx, reg: reg, scope: wire.PointScope(uint64(c), uint64(p)), who: who, now: now}, p, err
}

// AddPoint makes a sales point with its row.
func (r *Registers) AddPoint(ctx context.Context, who string, c store.Company, body []byte) (Result, error) {
	var w *writing
	err := r.o.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if w, _, err = addPoint(tx, who, c, r.o.Now().UnixMicro()); err != nil {
			return err
		}
		return w.apply([]Change{{Code: w.scope.Name, Body: body}})
	})
	if err != nil {
		return Result{}, err
	}
	if r.o.Changed != nil {
		r.o.Changed(w.scope, w.state.Version)
	}
	return w.results[0], nil
}

// Get returns a row; fault row.unknown where there is none.
func (r *Registers) Get(ctx context.Context, scope wire.Scope, register, code string) (row Row, err error) {
	reg, err := Of(register)
	if err != nil {
		return row, err
	}
	err = r.o.Store.Read(ctx, func(tx *store.Tx) error {
		key := store.MasterKey(register, code)
		found, err := tx.FindMaster(store.Company(scope.Company), scope.String(), [][]byte{key})
		if err != nil {
			return err
		}
		got, ok := found[string(key)]
		if !ok {
			return fault.New(fault.RowUnknown, "register", register, "code", clip(code))
		}
		row = reg.row(scope, got)
		return nil
	})
	return row, err
}

// row tells a stored row.
func (r *Register) row(scope wire.Scope, m store.MasterRow) Row {
	_, code := store.SplitKey(m.Key)
	return Row{Scope: scope, Register: r.Name, Code: code, Version: m.Version, Body: r.told(m.Body)}
}

// Query asks for a part of a register's list.
type Query struct {
	Register string
	Scope    *wire.Scope // nil: all of the company
	Search   string      // words, or parts of them, of a name, code, barcode, card
	Where    string      // values that fields must have, as in a URL: category=A&category=B&active=true
	Sort     string      // the field to order by, "-name" from the last; empty: the register's own order
	After    string      // from the page before; empty: from the beginning
	Offset   int         // passes over so many rows, where After is empty
	Limit    int         // 1 to MaxPage; 0: 100
}

// MaxPage bounds one page of a list.
const MaxPage = 1000

// Page is a part of a list. Next asks for the part behind it; empty: there is none. Total counts all that the query finds;
// it is -1 for a register that is too long to be counted between two keys.
type Page struct {
	Rows  []Row  `json:"rows"`
	Next  string `json:"next"`
	Total int    `json:"total"`
}

// List lists rows of a company's register.
func (r *Registers) List(ctx context.Context, c store.Company, q Query) (page Page, err error) {
	reg, err := Of(q.Register)
	if err != nil {
		return page, err
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	after, err := readAfter(q.After)
	if err != nil {
		return page, fault.Wrap(err, fault.QueryMalformed, "name", "after")
	}
	if q.Limit < 1 {
		return page, fault.New(fault.QueryMalformed, "name", "limit")
	}
	if len(q.Search) > 200 {
		return page, fault.New(fault.QueryMalformed, "name", "search")
	}
	q.Limit = min(q.Limit, MaxPage)
	err = r.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if page, err = r.page(tx, c, reg, q, after); err == errMany && q.Sort == "" && q.Where == "" {
			page, err = r.stored(tx, c, reg, q, after)
		}
		return err
	})
	return page, err
}

// page lists from a view.
func (r *Registers) page(tx *store.Tx, c store.Company, reg *Register, q Query, after store.MasterRow) (page Page, err error) {
	list, err := r.found(tx, c, reg, q)
	if err != nil {
		return page, err
	}
	page.Total = len(list)
	from := min(max(q.Offset, 0), len(list))
	if q.After != "" {
		_, code := store.SplitKey(after.Key)
		mark, sign := &entry{sort: string(after.Sort), scope: after.Scope, code: code}, 1
		if strings.HasPrefix(q.Sort, "-") {
			sign = -1
		}
		from = sort.Search(len(list), func(i int) bool { return sign*list[i].compare(mark) > 0 })
	}
	part := list[from:min(from+q.Limit, len(list))]
	if from+len(part) < len(list) {
		last := part[len(part)-1]
		page.Next = writeAfter(store.MasterRow{Sort: []byte(last.sort), Scope: last.scope, Key: store.MasterKey(reg.Name, last.code)})
	}
	page.Rows, err = reg.bodies(tx, c, part)
	return page, err
}

// stored lists a register that is too long for a view.
func (r *Registers) stored(tx *store.Tx, c store.Company, reg *Register, q Query, after store.MasterRow) (page Page, err error) {
	ask := store.MasterQuery{Register: q.Register, Like: fold(q.Search), After: after, Limit: q.Limit + 1}
	if q.Scope != nil {
		ask.Scope = q.Scope.String()
	}
	page = Page{Rows: []Row{}, Total: -1}
	list, err := tx.ListMaster(c, ask)
	if len(list) == ask.Limit {
		list = list[:len(list)-1]
		page.Next = writeAfter(list[len(list)-1])
	}
	for _, m := range list {
		scope, err := wire.ParseScope(m.Scope)
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, reg.row(scope, m))
	}
	return page, err
}

// Past is one change of a row.
type Past struct {
	Version uint64          `json:"version"`
	At      int64           `json:"at"` // UTC µs
	Who     string          `json:"who"`
	Set     int64           `json:"set"`    // the change set that it belongs to; 0: none
	Before  json.RawMessage `json:"before"` // null: there was no such row
	After   json.RawMessage `json:"after"`  // null: it was deleted
}

// History lists the changes of a row, newest first, at most limit before a version (0: from the newest).
func (r *Registers) History(ctx context.Context, scope wire.Scope, register, code string, before uint64, limit int) (list []Past, err error) {
	reg, err := Of(register)
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1 << 62
	}
	if limit < 1 || limit > MaxPage {
		limit = MaxPage
	}
	err = r.o.Store.Read(ctx, func(tx *store.Tx) error {
		list = []Past{}
		changes, err := tx.History(store.Company(scope.Company), scope.String(), store.MasterKey(register, code), before, limit+1)
		if err != nil {
			return err
		}
		sets, err := setsOf(tx, store.Company(scope.Company), scope.String(), changes)
		for i, x := range changes[:min(limit, len(changes))] {
			p := Past{Version: x.Version, At: x.At, Who: x.Who, Set: sets[x.Version], After: reg.past(x)}
			if i+1 < len(changes) {
				p.Before = reg.past(changes[i+1])
			}
			list = append(list, p)
		}
		return err
	})
	return list, err
}

func (r *Register) past(x store.MasterChange) json.RawMessage {
	if x.Gone {
		return nil
	}
	return r.told(x.Body)
}

// errPoint is returned where the number of a point and its scope are not the same.
var errPoint = errors.New("registers: the row of a point belongs into the point's own scope")
