package registers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"posbox/catalog"
	"posbox/pos/fault"
	"posbox/wire"
)

// Register describes one register.
type Register struct {
	Name   string
	MN, EN string
	Levels []wire.Level // for whom rows may hold
	// Code says how rows are named. Fixed lists the only names that there are, by level; Numbered rows are named by BAAZ.
	Code     Field
	CodeOK   func(string) bool
	CodeForm string // what is wrong where CodeOK says no
	Fixed    map[wire.Level][]string
	Numbered bool
	Fields   []Field // without the code
	Sorted   string  // the field that orders lists, or "code"
	Searched []string
	Check    func(body []byte) *wrong // what no single field can tell
}

// Of finds a register by its name.
func Of(name string) (*Register, error) {
	for _, r := range Table {
		if r.Name == name {
			return r, nil
		}
	}
	return nil, fault.New(fault.RowRegister, "register", clip(name))
}

// At reports whether rows may hold at a level.
func (r *Register) At(l wire.Level) bool { return slices.Contains(r.Levels, l) }

// bad makes the fault of a wrong row.
func (r *Register) bad(code string, w *wrong) error {
	field := w.field
	if field == "" {
		field = "{}"
	}
	return fault.New(fault.RowBad, "register", r.Name, "code", clip(code), "field", field, "detail", w.detail)
}

// readCode reads how a row is named.
func (r *Register) readCode(level wire.Level, code string) (string, *wrong) {
	if r.Fixed != nil {
		if !slices.Contains(r.Fixed[level], code) {
			return "", &wrong{"code", "must be " + strings.Join(r.Fixed[level], ", ") + ", not " + clip(code)}
		}
		return code, nil
	}
	if r.Numbered {
		return code, nil // of the scope: see Registers.check
	}
	f := r.Code
	f.Name, f.Needed = "code", true
	raw, w := f.read(encode(code))
	if w != nil {
		return "", w
	}
	if err := json.Unmarshal(raw, &code); err != nil {
		return "", &wrong{"code", "cannot be read"}
	}
	if r.CodeOK != nil && !r.CodeOK(code) {
		return "", &wrong{"code", r.CodeForm}
	}
	return code, nil
}

// row is what a row became: its stored form and what follows from it.
type row struct {
	code     string
	v        values
	body     []byte
	password string // to be hashed
}

// hashField is where a password's hash is stored.
const hashField = "password_hash"

// stored lists the fields of a stored row: its code, then its own with a password's hash in the place of the password.
func (r *Register) stored() []Field {
	list := []Field{{Name: "code", Kind: Text, Max: wire.MaxCode, Always: true, Needed: true}}
	for _, f := range r.Fields {
		if f.Kind == Secret {
			f = Field{Name: hashField, Kind: Text, Max: 200}
		}
		list = append(list, f)
	}
	return list
}

// read takes a row from what was sent to what is stored. before is the row as it is, nil where there is none: a password
// and what BAAZ keeps itself are taken from there; with merge also every field that is not sent.
func (r *Register) read(level wire.Level, code string, sent []byte, before values, merge bool) (*row, error) {
	code, w := r.readCode(level, code)
	if w != nil {
		return nil, r.bad(code, w)
	}
	given, w := objectOf(sent)
	if w != nil {
		return nil, r.bad(code, w)
	}
	if raw, said := given["code"]; said {
		var same string
		if json.Unmarshal(raw, &same) != nil || same != code {
			return nil, r.bad(code, &wrong{"code", "it is another than in the address"})
		}
		delete(given, "code")
	}
	if merge {
		for _, f := range r.Fields {
			if _, said := given[f.Name]; !said && before[f.Name] != nil {
				given[f.Name] = before[f.Name]
			}
		}
	}
	for _, f := range r.Fields {
		if f.Kept {
			delete(given, f.Name)
		}
	}
	v, w := readFields(r.Fields, given)
	if w != nil {
		return nil, r.bad(code, w)
	}
	out := &row{code: code, v: v}
	r.keep(out, before)
	return out, r.finish(out)
}

// keep takes from the row as it was what nobody sends.
func (r *Register) keep(out *row, before values) {
	for _, f := range r.Fields {
		switch {
		case f.Kept && before[f.Name] != nil:
			out.v[f.Name] = before[f.Name]
		case f.Kind == Secret:
			out.password = out.v.text(f.Name)
			delete(out.v, f.Name)
			if out.password == "" && before[hashField] != nil {
				out.v[hashField] = before[hashField]
			}
		}
	}
}

// finish makes a row's stored form and judges it as a whole.
func (r *Register) finish(out *row) error {
	out.v["code"] = encode(out.code)
	for _, f := range r.Fields { // an empty list that is always stored
		if f.Always && out.v[f.Name] == nil && f.Kind == Names {
			out.v[f.Name] = json.RawMessage("[]")
		}
	}
	out.body = out.v.append(nil, r.stored())
	if len(out.body) > wire.MaxBody/2 {
		return r.bad(out.code, &wrong{"", fmt.Sprintf("at most %d bytes are allowed", wire.MaxBody/2)})
	}
	if r.Check != nil {
		if w := r.Check(out.body); w != nil {
			return r.bad(out.code, w)
		}
	}
	return nil
}

// parse reads a stored row.
func parse(body []byte) (values, error) {
	v := values{}
	err := json.Unmarshal(body, &v)
	return v, err
}

// marks lists what must mean this row only.
func (r *Register) marks(v values) (list [][]byte) {
	seen := map[string]bool{}
	add := func(as, text string) {
		if m := as + "\x00" + text; !seen[m] {
			seen[m] = true
			list = append(list, []byte(m))
		}
	}
	if r.Code.Unique != "" {
		add(r.Code.Unique, v.text("code"))
	}
	for _, f := range r.Fields {
		if f.Unique == "" {
			continue
		}
		for _, text := range v.texts(f.Name) {
			add(f.Unique, text)
		}
	}
	return list
}

// refs lists the rows of other registers that a row speaks of.
func (r *Register) refs(v values) (list []ref) {
	for _, f := range r.Fields {
		if f.Ref != "" {
			for _, code := range v.texts(f.Name) {
				list = append(list, ref{f.Name, f.Ref, code})
			}
		}
		for _, inner := range f.Of {
			if inner.Ref == "" {
				continue
			}
			var entries []values
			json.Unmarshal(v[f.Name], &entries) // of our own making
			for _, e := range entries {
				if code := e.text(inner.Name); code != "" {
					list = append(list, ref{f.Name, inner.Ref, code})
				}
			}
		}
	}
	return list
}

type ref struct{ field, register, code string }

// sortLength bounds a collation key's source, in characters: a longer key fits no index of PostgreSQL.
const sortLength = 64

var collators = sync.Pool{New: func() any { return newCollator() }}

func newCollator() *collate.Collator { return collate.New(language.Mongolian, collate.Numeric) }

// sortKey makes the bytes by which lists are ordered, as a Mongolian orders names; numbers by their value.
func (r *Register) sortKey(v values) []byte {
	s := v.text(r.Sorted)
	if s == "" {
		s = string(v[r.Sorted]) // a number
	}
	if runes := []rune(s); len(runes) > sortLength {
		s = string(runes[:sortLength])
	}
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	var b collate.Buffer
	return append([]byte{}, c.KeyFromString(&b, s)...)
}

// folded makes the text that is searched in, as the till folds names.
func (r *Register) folded(v values) string {
	parts := []string{v.text("code"), v.text("name")}
	for _, f := range r.Searched {
		parts = append(parts, v.texts(f)...)
	}
	for i, p := range parts {
		parts[i] = catalog.Fold(p)
	}
	return strings.Join(parts, " ")
}

// told is a row as it is told: without a password's hash, but with whether there is one.
func (r *Register) told(body []byte) json.RawMessage {
	if !slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Kind == Secret }) {
		return body
	}
	v, err := parse(body)
	if err != nil {
		return json.RawMessage("{}")
	}
	has := v[hashField] != nil
	delete(v, hashField)
	v["has_password"] = encode(has)
	return v.append(nil, append(r.stored(), Field{Name: "has_password"}))
}
