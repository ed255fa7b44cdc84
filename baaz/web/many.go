package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/who"
	"posbox/pos/barcode"
	"posbox/pos/fault"
	"posbox/table"
)

// manyRoutes are about many rows at once: change sets, files, and what is made of rows.
func manyRoutes() []route {
	const base = "/api/companies/{company}/registers/{register}"
	faults := []fault.Code{fault.RowRegister, fault.RowScope}
	return []route{
		{method: "POST", path: base + "/undo", door: doorCompany, right: who.RightChange, also: decisive, do: takes((*Server).undoRow),
			faults:  append(faults, fault.RowBad, fault.RowUnknown, fault.RowTaken, fault.RowUsed),
			more:    []reply{{http.StatusConflict, ConflictBody{}}},
			summary: "Put a row back to what it was before a change", about: "A new change. Refused with 409 and the row as it is where it has changed since."},
		{method: "POST", path: base + "/bulk", door: doorCompany, right: who.RightChange, also: decisive, do: takes((*Server).bulk), most: maxChanges, faults: faults,
			summary: "Make one change of many rows", about: "Of all rows that are named or found or, where one is refused, of none: set is 0 then. try only says what would be."},
		{method: "GET", path: base + "/sets", door: doorCompany, right: who.RightRegister, do: answers((*Server).listSets), faults: faults[:1],
			query:   []param{{name: "before", what: "only sets before this one; 0: all", most: 1 << 62}, limited(50, registers.MaxPage)},
			summary: "Change sets of a register, newest first"},
		{method: "POST", path: base + "/sets/undo", door: doorCompany, right: who.RightChange, also: decisive, do: takes((*Server).undoSet),
			faults:  append(faults, fault.SetUnknown, fault.SetUndone),
			summary: "Put all rows of a change set back", about: "As a new set. Where rows have changed since they are told and nothing is done, unless leave says to leave them as they are."},
		{method: "POST", path: base + "/import", door: doorCompany, right: who.RightChange, also: decisive, most: maxImport,
			do: handler{inAs: "application/octet-stream", outAs: "application/x-ndjson", answersItself: true, serve: func(s *Server, c *call) (any, error) { return nil, s.importFile(c) }},
			query: []param{{name: "name", what: "of the file", kind: text, most: 200}, {name: "try", what: "1: only say what would be", most: 1, otherwise: 1},
				{name: "seen", what: "what the trial told, where it is carried out", kind: text, most: 8000}, {name: "leave", what: "1: leave out what is refused", most: 1}},
			faults:  append(faults, fault.RequestTooLarge, fault.RequestMalformed, fault.ImportFile, fault.ImportChanged),
			summary: "Bring a file into a register", about: aboutImport},
		{method: "GET", path: base + "/export", door: doorCompany, right: who.RightRegister, faults: faults,
			do: sends(table.XLSX.Media(), (*Server).exportFile),
			query: append(listParams(), param{name: "format", what: "xlsx or csv", kind: text, most: 4}, param{name: "lang", what: "mn or en: of the titles", kind: text, most: 2},
				param{name: "empty", what: "1: only the titles, to be filled in", most: 1}),
			summary: "A file with the rows of a register", about: "register may also be prices: a row for each price of each good. The file can be imported again."},
		{method: "GET", path: "/api/companies/{company}/barcode", door: doorCompany, right: who.RightRegister, do: answers((*Server).tryBarcode),
			faults:  []fault.Code{fault.BarcodeMalformed, fault.BarcodeCheckDigit},
			query:   []param{{name: "text", what: "as it is scanned", kind: text, most: 200}, {name: "rules", what: "to try, as JSON; empty: the company's own", kind: text, most: 4000}},
			summary: "What a till would make of a barcode"},
		{method: "GET", path: "/api/companies/{company}/labels", door: doorCompany, right: who.RightRegister, do: answers((*Server).labels),
			query:   []param{{name: "codes", what: "of goods, a line each", kind: text, most: 8000}, {name: "list", what: "of prices; empty: the goods' own", kind: text, most: 100}},
			summary: "What labels of goods say, with the bars of their codes"},
	}
}

const aboutImport = `The body is CSV (UTF-8 or Windows-1251) or an .xlsx workbook, at most 64 MB. register may also be prices. The answer is a line of
JSON after another, each an ImportLine: how far it has come, and at last what would be or has been done, or why not.
A file is tried first. Then it is sent again with seen: rows that have changed since the trial are refused, not overwritten.`

func listParams() []param {
	return []param{{name: "scope", what: "only rows that hold there; empty: all of the company", kind: text, most: 100},
		{name: "search", what: "words, or parts of them, of a name, code, barcode or card", kind: text, most: 200},
		{name: "where", what: "values that fields must have, as in a query: category=A&active=true", kind: text, most: 4000},
		{name: "sort", what: "the field to order by, from the last with a minus before it; empty: the register's own order", kind: text, most: 40}}
}

// listQuery reads which rows of a list are meant.
func (c *call) listQuery() (q registers.Query, err error) {
	q = registers.Query{Register: c.PathValue("register"), Search: c.text("search"), Where: c.text("where"), Sort: c.text("sort")}
	if given := c.text("scope"); given != "" {
		scope, err := c.scopeIn(given)
		if err != nil {
			return q, err
		}
		q.Scope = &scope
	}
	return q, nil
}

// UndoBody says which change of a row is to be undone.
type UndoBody struct {
	Scope   string `json:"scope,omitempty"` // empty: the whole company
	Code    string `json:"code"`
	Version uint64 `json:"version"` // that is put back: it must be the row's newest
}

func (s *Server) undoRow(c *call, in UndoBody) (v ChangeView, err error) {
	scope, err := c.scopeIn(in.Scope)
	if err != nil {
		return v, err
	}
	r, err := s.o.Registers.Undo(c.ctx(), s.whoSays(c), scope, c.PathValue("register"), in.Code, in.Version)
	if err != nil {
		return v, c.conflict(err)
	}
	return ChangeView{rowView(r.Row), r.Changed, r.Added}, nil
}

// RowRef names a row.
type RowRef struct {
	Scope string `json:"scope,omitempty"` // empty: the whole company
	Code  string `json:"code"`
}

// BulkBody is one change of many rows.
type BulkBody struct {
	Rows []RowRef `json:"rows,omitempty"`
	// All means every row that search, where and scope find.
	All    bool            `json:"all,omitempty"`
	Scope  string          `json:"scope,omitempty"`
	Search string          `json:"search,omitempty"`
	Where  string          `json:"where,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"`   // the fields to set
	Delete bool            `json:"delete,omitempty"` // the rows go
	Try    bool            `json:"try,omitempty"`
}

// OutcomeView says what many changes do, or have done.
type OutcomeView struct {
	Set     int64      `json:"set"` // the change set; 0: nothing has been done
	Added   int        `json:"added"`
	Changed int        `json:"changed"`
	Removed int        `json:"removed"`
	Same    int        `json:"same"`
	Refused int        `json:"refused"`
	Lines   []LineView `json:"lines"` // the first 200 of each but same
}

// LineView is what becomes of a row.
type LineView struct {
	Row    int                     `json:"row"` // of the file; 0: there is none
	Scope  string                  `json:"scope"`
	Code   string                  `json:"code"`
	Name   string                  `json:"name"`
	Effect registers.Effect        `json:"effect"`
	Fields []registers.FieldChange `json:"fields"`
	Fault  *ErrorBody              `json:"fault,omitempty"`
}

func (c *call) outcome(o registers.Outcome) OutcomeView {
	v := OutcomeView{Set: o.Set, Added: o.Counts[registers.EffectAdded], Changed: o.Counts[registers.EffectChanged], Removed: o.Counts[registers.EffectRemoved],
		Same: o.Counts[registers.EffectSame], Refused: o.Counts[registers.EffectRefused], Lines: []LineView{}}
	for _, l := range o.Lines {
		x := LineView{Row: l.Row, Scope: l.Scope, Code: l.Code, Name: l.Name, Effect: l.Effect, Fields: l.Fields}
		if x.Fields == nil {
			x.Fields = []registers.FieldChange{}
		}
		if l.Fault != nil {
			text, hint := inWords(l.Fault, langOf(c.Request))
			x.Fault = &ErrorBody{l.Fault.Code, text, hint}
		}
		v.Lines = append(v.Lines, x)
	}
	return v
}

func (s *Server) bulk(c *call, in BulkBody) (v OutcomeView, err error) {
	b := registers.Bulk{Register: c.PathValue("register"), Body: in.Body, Try: in.Try}
	if in.Delete == (len(in.Body) > 0) || in.All == (len(in.Rows) > 0) {
		return v, fault.New(fault.RequestMalformed, "detail", "either body or delete, and either rows or all are needed")
	}
	if in.All {
		b.Query = &registers.Query{Register: b.Register, Search: in.Search, Where: in.Where}
		if in.Scope != "" {
			scope, err := c.scopeIn(in.Scope)
			if err != nil {
				return v, err
			}
			b.Query.Scope = &scope
		}
	}
	for _, r := range in.Rows {
		scope, err := c.scopeIn(r.Scope)
		if err != nil {
			return v, err
		}
		b.Rows = append(b.Rows, registers.RowName{Scope: scope, Code: r.Code})
	}
	if err := c.long(); err != nil {
		return v, err
	}
	o, err := s.o.Registers.Change(c.ctx(), s.whoSays(c), c.company, b)
	return c.outcome(o), err
}

// manyTime bounds how long many changes may take.
const manyTime = 15 * time.Minute

// long gives a request more time than others have.
func (c *call) long() error {
	control := http.NewResponseController(c.w)
	return errors.Join(control.SetReadDeadline(time.Now().Add(manyTime)), control.SetWriteDeadline(time.Now().Add(manyTime)))
}

// SetsAnswer lists change sets.
type SetsAnswer struct {
	Sets []ChangeSet `json:"sets"`
}

// ChangeSet is changes of many rows that one person made at once.
type ChangeSet struct {
	Set     int64     `json:"set"`
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Subject string    `json:"subject"` // a file's name
	Rows    int64     `json:"rows"`
	Undoes  int64     `json:"undoes"` // the set that it put back; 0: none
	Undone  int64     `json:"undone"` // the set that put it back; 0: none
}

func (s *Server) listSets(c *call) (a SetsAnswer, err error) {
	list, err := s.o.Registers.Sets(c.ctx(), c.company, c.PathValue("register"), c.number("before"), int(c.number("limit")))
	a.Sets = []ChangeSet{}
	for _, x := range list {
		a.Sets = append(a.Sets, ChangeSet{x.ID, x.Kind, x.At, x.Who, x.Subject, x.Rows, x.Undoes, x.Undone})
	}
	return a, err
}

// UndoSetBody says which change set is to be put back.
type UndoSetBody struct {
	Set   int64 `json:"set"`
	Try   bool  `json:"try,omitempty"`
	Leave bool  `json:"leave,omitempty"` // rows that have changed since stay as they are
}

func (s *Server) undoSet(c *call, in UndoSetBody) (v OutcomeView, err error) {
	if err := c.long(); err != nil {
		return v, err
	}
	o, err := s.o.Registers.UndoSet(c.ctx(), s.whoSays(c), c.company, c.PathValue("register"), in.Set, in.Try, in.Leave)
	return c.outcome(o), err
}

// maxImport bounds an imported file.
const maxImport = 64 << 20

// ImportLine is a line of the answer to an import.
type ImportLine struct {
	Stage  string        `json:"stage,omitempty"` // read, judge or write, with how much of how much
	Done   int64         `json:"done,omitempty"`
	Total  int64         `json:"total,omitempty"`
	Answer *ImportAnswer `json:"answer,omitempty"`
	Fault  *ErrorBody    `json:"fault,omitempty"`
}

// ImportAnswer is what an import would do, or has done.
type ImportAnswer struct {
	OutcomeView
	Format  string   `json:"format"`
	Rows    int      `json:"rows"`
	Ignored []string `json:"ignored"` // titles of columns that mean nothing
	Columns []string `json:"columns"` // that the file has
	Seen    string   `json:"seen"`    // to be sent when it is carried out
	Carried bool     `json:"carried"` // it has been carried out
}

func (s *Server) importFile(c *call) error {
	if media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || media != "application/octet-stream" {
		return fault.Wrap(err, fault.RequestMalformed, "detail", "Content-Type must be application/octet-stream")
	}
	if err := c.long(); err != nil {
		return err
	}
	select {
	case s.imports <- struct{}{}:
		defer func() { <-s.imports }()
	default:
		return later(c.w, 10*time.Second)
	}
	file, err := os.CreateTemp("", "baaz-import-")
	if err != nil {
		return err
	}
	defer file.Close()
	if err := os.Remove(file.Name()); err != nil { // it goes with its last reader
		return err
	}
	var over *http.MaxBytesError
	if _, err := io.Copy(file, http.MaxBytesReader(c.w, c.Body, c.route.most)); errors.As(err, &over) {
		return fault.Wrap(err, fault.RequestTooLarge)
	} else if err != nil {
		return fault.Wrap(err, fault.RequestMalformed, "detail", "cut off")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return s.importAs(c, file)
}

// importAs takes a file in and tells how far it has come.
func (s *Server) importAs(c *call, file io.ReadSeeker) error {
	began, last := false, time.Now()
	say := func(l ImportLine) error {
		if !began {
			began = true
			c.w.Header().Set("Content-Type", "application/x-ndjson")
		}
		b, err := json.Marshal(l)
		if err == nil {
			_, err = c.w.Write(append(b, '\n'))
		}
		return errors.Join(err, http.NewResponseController(c.w).Flush())
	}
	p, err := s.o.Registers.Import(c.ctx(), s.whoSays(c), c.company, registers.Import{Register: c.PathValue("register"), Name: c.text("name"), File: file,
		Try: c.number("try") == 1, Seen: c.text("seen"), Leave: c.number("leave") == 1,
		Progress: func(stage string, done, total int64) {
			if time.Since(last) > 200*time.Millisecond {
				last = time.Now()
				_ = say(ImportLine{Stage: stage, Done: done, Total: total}) // whoever has left still wants it done
			}
		}})
	if err != nil && !began {
		return err
	}
	if err != nil {
		f := fault.Of(err)
		if statuses[f.Code] == 0 {
			s.o.Logger.Error("import broken off", "err", err)
			f = fault.Wrap(err, fault.ServerBusy)
		}
		text, hint := inWords(f, langOf(c.Request))
		return say(ImportLine{Fault: &ErrorBody{f.Code, text, hint}})
	}
	return say(ImportLine{Answer: &ImportAnswer{c.outcome(p.Outcome), p.Format, p.Rows, append([]string{}, p.Ignored...), append([]string{}, p.Columns...), p.Seen, p.Done}})
}

func (s *Server) exportFile(c *call) error {
	q, err := c.listQuery()
	if err != nil {
		return err
	}
	format := table.Format(c.text("format"))
	if format != table.CSV && format != table.XLSX {
		return fault.New(fault.QueryMalformed, "name", "format")
	}
	lang := c.text("lang")
	if lang == "" {
		lang = langOf(c.Request)
	}
	if err := c.long(); err != nil {
		return err
	}
	name := c.PathValue("register") + "-" + s.o.Now().UTC().Format("20060102-150405") + "." + string(format)
	w := &lateHead{w: c.w, media: format.Media(), name: name}
	return s.o.Registers.Export(c.ctx(), c.company, registers.Export{Register: c.PathValue("register"), Query: q, Format: format, Lang: lang, Empty: c.number("empty") == 1}, w)
}

// lateHead says what a file is when its first byte is there: until then a refusal can still be told.
type lateHead struct {
	w           http.ResponseWriter
	media, name string
}

func (l *lateHead) Write(b []byte) (int, error) {
	if l.name != "" {
		l.w.Header().Set("Content-Type", l.media)
		l.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.name}))
		l.name = ""
	}
	return l.w.Write(b)
}

// BarcodeAnswer says what a till would make of a barcode.
type BarcodeAnswer struct {
	Rule     *barcode.Rule `json:"rule"` // null: no in-store rule fits
	Item     string        `json:"item"`
	BaseCode string        `json:"base_code"`
	Value    string        `json:"value"` // decimal
	Goods    []GoodLabel   `json:"goods"` // that a till would find
}

// GoodLabel is a good that a barcode means.
type GoodLabel struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func (s *Server) tryBarcode(c *call) (a BarcodeAnswer, err error) {
	var rules barcode.Rules
	if given := c.text("rules"); given != "" {
		if err := json.Unmarshal([]byte(given), &rules); err != nil || rules.Validate() != nil {
			return a, fault.Wrap(err, fault.QueryMalformed, "name", "rules")
		}
	}
	m, err := s.o.Registers.TryBarcode(c.ctx(), c.company, c.text("text"), rules)
	a = BarcodeAnswer{Rule: m.Rule, Item: m.Item, BaseCode: m.BaseCode, Value: m.Value, Goods: []GoodLabel{}}
	for _, g := range m.Goods {
		a.Goods = append(a.Goods, GoodLabel{string(g.Code), g.Name})
	}
	return a, err
}

// LabelsAnswer has their labels, in the same order.
type LabelsAnswer struct {
	Labels []registers.Label `json:"labels"`
}

func (s *Server) labels(c *call) (a LabelsAnswer, err error) {
	codes := strings.FieldsFunc(c.text("codes"), func(r rune) bool { return r == '\n' })
	a.Labels, err = s.o.Registers.Labels(c.ctx(), c.company, codes, c.text("list"))
	return a, err
}
