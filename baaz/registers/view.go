package registers

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"

	"posbox/baaz/store"
	"posbox/catalog"
	"posbox/pos/fault"
	"posbox/wire"
)

// Lists of registers are found in memory: neither engine finds the middle of a word, or sorts by a field of a body,
// within the time between two keys. A view is one register of one company in one order: for each row where it stands,
// what is searched in, and the few values that lists are narrowed by; bodies are read from the store for the page that is
// shown. A view follows the store: before it answers it takes in what has changed, in the same snapshot that the page is
// read from, so it is never older than the page. It can be thrown away at any time.

// view is the list of one register in one order. Its rows are never changed in place: who has begun to read goes on.
type view struct {
	sync.Mutex
	reg      *Register
	by       string // the field that orders it
	begun    bool
	many     bool              // it has more rows than a view
	versions map[string]uint64 // of the scopes, as far as it has followed
	rows     []*entry
	used     int64 // when it was asked last
}

// entry is a row in a view. Its order is by sort, then scope, then code.
type entry struct {
	sort, scope, code string
	folded            string
	facets            []string // values of the register's facets, in their order
}

func (e *entry) compare(o *entry) int {
	return cmp.Or(strings.Compare(e.sort, o.sort), strings.Compare(e.scope, o.scope), strings.Compare(e.code, o.code))
}

// views keeps the views that were asked last, by company, register and order.
type views struct {
	sync.Mutex
	all   map[viewName]*view
	clock int64
}

type viewName struct {
	company      store.Company
	register, by string
}

// mostEntries bounds the rows of all views together; about 300 bytes each. mostRows bounds one view: a longer register is
// listed by the store, in the order of names only.
const (
	mostEntries = 2_000_000
	mostRows    = 1_000_000
)

func (v *views) of(name viewName, reg *Register) *view {
	v.Lock()
	defer v.Unlock()
	if v.all == nil {
		v.all = map[viewName]*view{}
	}
	x := v.all[name]
	if x == nil {
		v.shrink()
		x = &view{reg: reg, by: name.by}
		v.all[name] = x
	}
	v.clock++
	x.used = v.clock
	return x
}

// shrink throws away the views that were asked longest ago while there are too many rows.
func (v *views) shrink() {
	for {
		total, oldest := 0, viewName{}
		for name, x := range v.all {
			x.Lock()
			total += len(x.rows) + 1000
			x.Unlock()
			if v.all[oldest] == nil || x.used < v.all[oldest].used {
				oldest = name
			}
		}
		if total <= mostEntries || len(v.all) == 0 {
			return
		}
		delete(v.all, oldest)
	}
}

// facets lists the fields that lists are narrowed by.
func (r *Register) facets() (names []string) {
	for _, f := range r.Fields {
		if f.Kind == Choice || f.Kind == Yes || f.Ref != "" || f.Facet {
			names = append(names, f.Name)
		}
	}
	return names
}

// follow brings a view up to the snapshot of a transaction and returns its rows.
func (v *view) follow(tx *store.Tx, c store.Company) ([]*entry, error) {
	v.Lock()
	defer v.Unlock()
	if v.many {
		return nil, errMany
	}
	now, err := tx.Scopes(c)
	if err != nil {
		return nil, err
	}
	behind := 0
	for scope, version := range now {
		if had := v.versions[scope]; version > had {
			behind += int(version - had)
		} else if version < had {
			return v.build(tx, c) // a snapshot from before the one that this view stands at: it is answered from itself
		}
	}
	switch {
	case !v.begun || behind > 20_000:
		v.rows, err = v.build(tx, c)
	case behind > 0:
		v.rows, err = v.patch(tx, c, now)
	}
	if err != nil {
		v.begun, v.rows, v.many = false, nil, err == errMany
		return nil, err
	}
	v.begun, v.versions = true, now
	return v.rows, nil
}

func (v *view) build(tx *store.Tx, c store.Company) ([]*entry, error) {
	rows := []*entry{}
	m := v.maker()
	err := tx.EachRow(c, v.reg.Name, "", func(r store.MasterRow) error {
		if len(rows) == mostRows {
			return errMany
		}
		rows = append(rows, m.entry(r.Scope, r.Key, r.Sort, r.Folded, r.Body))
		return nil
	})
	slices.SortFunc(rows, (*entry).compare)
	return rows, err
}

// errMany is returned where a register has too many rows for a view.
var errMany = fault.New(fault.RequestMalformed, "detail", "too many rows")

// patch lays what has changed over the rows.
func (v *view) patch(tx *store.Tx, c store.Company, now map[string]uint64) ([]*entry, error) {
	type name struct{ scope, code string }
	newest := map[name]*entry{} // nil: it has gone
	m := v.maker()
	prefix := store.MasterKey(v.reg.Name, "")
	for scope, version := range now {
		for after := v.versions[scope]; after < version; {
			list, err := tx.Changes(c, scope, after, 1000, 8<<20)
			if err != nil {
				return nil, err
			}
			if len(list) == 0 {
				break
			}
			for _, x := range list {
				after = x.Version
				if !bytes.HasPrefix(x.Key, prefix) {
					continue
				}
				code := string(x.Key[len(prefix):])
				newest[name{scope, code}] = nil
				if x.Gone {
					continue
				}
				values, err := parse(x.Body)
				if err != nil {
					return nil, err
				}
				newest[name{scope, code}] = m.entry(scope, x.Key, v.reg.sortKey(values), v.reg.folded(values), x.Body)
			}
		}
	}
	if len(newest) == 0 {
		return v.rows, nil
	}
	fresh := make([]*entry, 0, len(newest))
	for _, e := range newest {
		if e != nil {
			fresh = append(fresh, e)
		}
	}
	slices.SortFunc(fresh, (*entry).compare)
	rows := make([]*entry, 0, len(v.rows)+len(fresh))
	for _, e := range v.rows {
		for len(fresh) > 0 && fresh[0].compare(e) <= 0 {
			rows, fresh = append(rows, fresh[0]), fresh[1:]
		}
		if _, changed := newest[name{e.scope, e.code}]; !changed {
			rows = append(rows, e)
		}
	}
	return append(rows, fresh...), nil
}

// maker makes entries; equal values of facets are one string.
type maker struct {
	v      *view
	facets []string
	kinds  map[string]*Field
	texts  map[string]string
	sorter *collate.Collator
	buffer collate.Buffer
}

func (v *view) maker() *maker {
	m := &maker{v: v, facets: v.reg.facets(), kinds: map[string]*Field{}, texts: map[string]string{}, sorter: newCollator()}
	for i := range v.reg.Fields {
		m.kinds[v.reg.Fields[i].Name] = &v.reg.Fields[i]
	}
	return m
}

func (m *maker) one(s string) string {
	if had, ok := m.texts[s]; ok {
		return had
	}
	m.texts[s] = s
	return s
}

func (m *maker) entry(scope string, key, sort []byte, folded string, body []byte) *entry {
	_, code := store.SplitKey(key)
	e := &entry{sort: string(sort), scope: m.one(scope), code: code, folded: folded, facets: make([]string, len(m.facets))}
	for i, name := range m.facets {
		if f := m.kinds[name]; f != nil && f.Kind == Yes {
			e.facets[i] = "false"
		}
	}
	if m.v.by != m.v.reg.Sorted {
		e.sort = ""
	}
	eachField(body, func(name, raw []byte) {
		if m.v.by != m.v.reg.Sorted && string(name) == m.v.by {
			e.sort = m.sortKey(m.kinds[m.v.by], raw)
		}
		for i, facet := range m.facets {
			if string(name) == facet {
				e.facets[i] = m.one(plainText(raw))
			}
		}
	})
	return e
}

// sortKey makes the bytes that order a list by a field.
func (m *maker) sortKey(f *Field, raw []byte) string {
	if f == nil { // the code
		return m.collated(plainText(raw))
	}
	switch f.Kind {
	case Whole, Percent, Money:
		return numberKey(plainText(raw))
	case Objects: // prices: by what is there first
		var list []values
		if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
			for i := range f.Of {
				if inner := &f.Of[i]; inner.Kind == Money || inner.Kind == Percent {
					return numberKey(list[0].text(inner.Name))
				}
			}
		}
		return ""
	case Names, Lines:
		var list []string
		if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
			return m.collated(list[0])
		}
		return ""
	case Date, Yes:
		return plainText(raw)
	}
	return m.collated(plainText(raw))
}

func (m *maker) collated(s string) string {
	if runes := []rune(s); len(runes) > sortLength {
		s = string(runes[:sortLength])
	}
	m.buffer.Reset()
	return string(m.sorter.KeyFromString(&m.buffer, s))
}

// numberKey orders decimal texts that are not negative by their value.
func numberKey(s string) string {
	whole, part, _ := strings.Cut(s, ".")
	return strings.Repeat("0", max(0, 16-len(whole))) + whole + "." + part
}

// plainText returns a JSON text as it reads, and anything else as it stands.
func plainText(raw []byte) string {
	if len(raw) > 1 && raw[0] == '"' {
		if bytes.IndexByte(raw, '\\') < 0 {
			return string(raw[1 : len(raw)-1])
		}
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	}
	return string(raw)
}

// eachField goes through the fields of a stored row: an object as values.append writes it. encoding/json takes ten times
// as long for it, and a view looks at every row.
func eachField(body []byte, each func(name, raw []byte)) {
	i := 0
	for i < len(body) && body[i] != '"' {
		i++
	}
	for i < len(body) && body[i] == '"' {
		end := skipText(body, i)
		name := body[i+1 : max(i+1, end-1)]
		if i = end + 1; i >= len(body) { // behind the colon
			return
		}
		end = skipValue(body, i)
		each(name, body[i:end])
		i = end + 1 // behind the comma
	}
}

// skipText returns where the text that begins at i has ended.
func skipText(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// skipValue returns where the value that begins at i has ended.
func skipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = skipText(b, i); depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(b)
}

// sieve says which entries a query means.
type sieve struct {
	scope  string
	words  []string
	facets []map[string]bool // nil: any value
}

func (r *Register) sieve(q Query) (s sieve, err error) {
	if q.Scope != nil {
		s.scope = q.Scope.String()
	}
	s.words = strings.Fields(catalog.Fold(q.Search))
	names := r.facets()
	s.facets = make([]map[string]bool, len(names))
	where, err := url.ParseQuery(q.Where)
	if err != nil {
		return s, fault.Wrap(err, fault.QueryMalformed, "name", "where")
	}
	for name, wanted := range where {
		i := slices.Index(names, name)
		if i < 0 {
			return s, fault.New(fault.QueryMalformed, "name", "where")
		}
		s.facets[i] = map[string]bool{}
		for _, value := range wanted {
			s.facets[i][value] = true
		}
	}
	return s, nil
}

func (s *sieve) lets(e *entry) bool {
	if s.scope != "" && s.scope != e.scope {
		return false
	}
	for _, w := range s.words {
		if !strings.Contains(e.folded, w) {
			return false
		}
	}
	for i, wanted := range s.facets {
		if wanted != nil && !wanted[e.facets[i]] {
			return false
		}
	}
	return true
}

// found returns the entries that a query means, in its order.
func (r *Registers) found(tx *store.Tx, c store.Company, reg *Register, q Query) ([]*entry, error) {
	by, down := strings.CutPrefix(q.Sort, "-")
	if by == "" {
		by = reg.Sorted
	}
	if by != "code" && by != reg.Sorted && !slices.ContainsFunc(reg.Fields, func(f Field) bool { return f.Name == by && f.Kind != Secret && f.Kind != Layer }) {
		return nil, fault.New(fault.QueryMalformed, "name", "sort")
	}
	s, err := reg.sieve(q)
	if err != nil {
		return nil, err
	}
	all, err := r.views.of(viewName{c, reg.Name, by}, reg).follow(tx, c)
	if err != nil {
		return nil, err
	}
	list := all
	if s.scope != "" || len(s.words) > 0 || q.Where != "" {
		list = make([]*entry, 0, 64)
		for _, e := range all {
			if s.lets(e) {
				list = append(list, e)
			}
		}
	}
	if down {
		list = slices.Clone(list)
		slices.Reverse(list)
	}
	return list, nil
}

// names lists the rows that a query finds.
func (r *Registers) names(ctx context.Context, c store.Company, q Query) (list []RowName, err error) {
	reg, err := Of(q.Register)
	if err != nil {
		return nil, err
	}
	err = r.o.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := r.found(tx, c, reg, q)
		for _, e := range found {
			scope, bad := wire.ParseScope(e.scope)
			if bad != nil {
				return bad
			}
			list = append(list, RowName{scope, e.code})
		}
		return err
	})
	return list, err
}

// bodies reads the rows of entries, in their order.
func (reg *Register) bodies(tx *store.Tx, c store.Company, list []*entry) ([]Row, error) {
	byScope := map[string][][]byte{}
	for _, e := range list {
		byScope[e.scope] = append(byScope[e.scope], store.MasterKey(reg.Name, e.code))
	}
	rows := map[string]Row{}
	for name, keys := range byScope {
		scope, err := wire.ParseScope(name)
		if err != nil {
			return nil, err
		}
		found, err := tx.FindMaster(c, name, keys)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			row := reg.row(scope, m)
			rows[place(name, row.Code)] = row
		}
	}
	out := make([]Row, 0, len(list))
	for _, e := range list {
		if row, ok := rows[place(e.scope, e.code)]; ok {
			out = append(out, row)
		}
	}
	return out, nil
}
