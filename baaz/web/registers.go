package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/who"
	"posbox/pos/fault"
	"posbox/wire"
)

// registerRoutes are about master data: fifteen registers by one set of routes.
func registerRoutes() []route {
	const base = "/api/companies/{company}/registers"
	code := param{name: "code", what: "how the row is named", kind: text, most: wire.MaxCode}
	at := param{name: "scope", what: "for whom the row holds, as \"7\", \"7.group.north\" or \"7.point.3\"; empty: for the whole company", kind: text, most: 100}
	return []route{
		{method: "GET", path: base, door: doorCompany, right: who.RightRegister, do: answers((*Server).registerTable),
			summary: "Which registers there are, and what their rows hold"},
		{method: "GET", path: base + "/{register}", door: doorCompany, right: who.RightRegister, do: answers((*Server).listRows), faults: []fault.Code{fault.RowRegister, fault.RowScope},
			query: append(listParams(), param{name: "after", what: "the next of the page before", kind: text, most: 2000},
				param{name: "offset", what: "pass over so many rows, where after is empty", most: 1 << 31}, limited(100, registers.MaxPage)),
			summary: "A page of a register", about: "total counts all that the query finds."},
		{method: "POST", path: base + "/{register}", door: doorCompany, right: who.RightChange, also: decisive, do: takes((*Server).changeRows), most: maxChanges,
			faults:  []fault.Code{fault.RowRegister, fault.RowScope, fault.RowBad, fault.RowUnknown, fault.RowTaken, fault.RowUsed},
			more:    []reply{{http.StatusConflict, ConflictBody{}}},
			summary: "Make, change or delete rows", about: "All of the changes or none; several are one change set, which can be undone as one. Each may say the version that was seen: if the row has changed since, nothing is written and the answer is 409 with the row as it is. " +
				"What a body may hold: see the schemas Register_… of this document."},
		{method: "GET", path: base + "/{register}/row", door: doorCompany, right: who.RightRegister, do: answers((*Server).oneRow), query: []param{code, at},
			faults: []fault.Code{fault.RowRegister, fault.RowScope, fault.RowUnknown}, summary: "One row"},
		{method: "GET", path: base + "/{register}/history", door: doorCompany, right: who.RightRegister, do: answers((*Server).rowHistory),
			query:  []param{code, at, {name: "before", what: "only changes before this version; 0: all", most: 1 << 62}, limited(100, registers.MaxPage)},
			faults: []fault.Code{fault.RowRegister, fault.RowScope}, summary: "Who changed a row, when, and from what to what"},
	}
}

// decisive are the registers that decide what happens at tills. Whoever keeps goods must not make themselves an owner there.
var decisive = map[string]who.Right{registers.Company: who.RightTills, registers.Locations: who.RightTills, registers.Points: who.RightTills,
	registers.Roles: who.RightTills, registers.Sellers: who.RightTills, registers.Taxes: who.RightTills, registers.Tenders: who.RightTills,
	registers.Settings: who.RightTills}

// maxChanges bounds one request with changes: an import sends many of them.
const maxChanges = 4 << 20

// changesMost bounds the rows of one request.
const changesMost = 2000

// RegisterView describes a register.
type RegisterView struct {
	Name   string       `json:"name"`
	MN     string       `json:"mn"`
	EN     string       `json:"en"`
	Levels []wire.Level `json:"levels"` // for whom rows may hold
	Code   FieldView    `json:"code"`
	Fields []FieldView  `json:"fields"`
	// Numbered rows are named by BAAZ; Fixed lists the only codes that there are.
	Numbered bool     `json:"numbered"`
	Fixed    []string `json:"fixed"`
	// Decides: whoever changes it needs the right tills.
	Decides bool   `json:"decides"`
	Sorted  string `json:"sorted"` // the field of its own order
}

// FieldView describes a field, as a form needs it.
type FieldView struct {
	Name      string          `json:"name"`
	Kind      registers.Kind  `json:"kind"`
	Needed    bool            `json:"needed"`
	Min       int             `json:"min"`
	Max       int             `json:"max"`
	Enum      []string        `json:"enum"`
	Fields    []FieldView     `json:"fields"` // of the objects in a list
	Register  string          `json:"register"`
	ReadOnly  bool            `json:"read_only"`
	Otherwise json.RawMessage `json:"default"`
	MN        string          `json:"mn"`
	EN        string          `json:"en"`
	// TitleMN and TitleEN are what it is called at the head of a column.
	TitleMN string `json:"title_mn"`
	TitleEN string `json:"title_en"`
	Facet   bool   `json:"facet"` // lists can be narrowed by it
	Digits  bool   `json:"digits"`
}

func fieldView(f registers.Field) FieldView {
	v := FieldView{Name: f.Name, Kind: f.Kind, Needed: f.Needed, Min: f.Min, Max: f.Max, Enum: append([]string{}, f.Enum...), Fields: fieldViews(f.Of),
		Register: f.Ref, ReadOnly: f.Kept, MN: f.MN, EN: f.EN}
	v.TitleMN, v.TitleEN, v.Digits = f.Title("mn"), f.Title("en"), f.Digits
	v.Facet = f.Facet || f.Ref != "" || f.Kind == registers.Choice || f.Kind == registers.Yes
	if f.Default != "" {
		v.Otherwise = json.RawMessage(f.Default)
	}
	return v
}

func fieldViews(fields []registers.Field) []FieldView {
	list := []FieldView{}
	for _, f := range fields {
		list = append(list, fieldView(f))
	}
	return list
}

// RegistersAnswer lists all registers.
type RegistersAnswer struct {
	Registers []RegisterView `json:"registers"`
}

func (s *Server) registerTable(*call) (a RegistersAnswer, err error) {
	for _, r := range registers.Table {
		v := RegisterView{Name: r.Name, MN: r.MN, EN: r.EN, Levels: r.Levels, Code: fieldView(r.Code), Fields: fieldViews(r.Fields), Numbered: r.Numbered, Fixed: []string{},
			Decides: decisive[r.Name] != "", Sorted: r.Sorted}
		for _, l := range r.Levels {
			v.Fixed = append(v.Fixed, r.Fixed[l]...)
		}
		a.Registers = append(a.Registers, v)
	}
	return a, nil
}

// scopeIn reads a scope, which must be one of the company in the path; empty is the whole company.
func (c *call) scopeIn(given string) (wire.Scope, error) {
	own := wire.CompanyScope(uint64(c.company))
	if given == "" {
		return own, nil
	}
	scope, err := wire.ParseScope(given)
	if err != nil || scope.Company != own.Company {
		return own, fault.Wrap(err, fault.RowScope, "register", shown(c.PathValue("register")), "scope", shown(given))
	}
	return scope, nil
}

// RowView is a row.
type RowView struct {
	Scope   string          `json:"scope"`
	Code    string          `json:"code"`
	Version uint64          `json:"version"` // of its newest change; 0: there is no such row
	Body    json.RawMessage `json:"body"`
}

func rowView(r registers.Row) RowView { return RowView{r.Scope.String(), r.Code, r.Version, r.Body} }

// RowsAnswer is a page of a register.
type RowsAnswer struct {
	Rows []RowView `json:"rows"`
	Next string    `json:"next"` // asks for the page behind it; empty: there is none
	// Total counts all that the query finds; -1 where the register is too long to be counted.
	Total int `json:"total"`
}

func (s *Server) listRows(c *call) (a RowsAnswer, err error) {
	q, err := c.listQuery()
	if err != nil {
		return a, err
	}
	q.After, q.Offset, q.Limit = c.text("after"), int(c.number("offset")), int(c.number("limit"))
	page, err := s.o.Registers.List(c.ctx(), c.company, q)
	a = RowsAnswer{Rows: []RowView{}, Next: page.Next, Total: page.Total}
	for _, r := range page.Rows {
		a.Rows = append(a.Rows, rowView(r))
	}
	return a, err
}

func (s *Server) oneRow(c *call) (v RowView, err error) {
	scope, err := c.scopeIn(c.text("scope"))
	if err != nil {
		return v, err
	}
	row, err := s.o.Registers.Get(c.ctx(), scope, c.PathValue("register"), c.text("code"))
	return rowView(row), err
}

// ChangesBody is what somebody wants of rows of one register and scope.
type ChangesBody struct {
	Scope   string       `json:"scope,omitempty"` // empty: the whole company
	Changes []ChangeBody `json:"changes"`
}

// ChangeBody is what somebody wants of one row.
type ChangeBody struct {
	Code    string          `json:"code"`
	Body    json.RawMessage `json:"body,omitempty"`
	Merge   bool            `json:"merge,omitempty"`   // fields that are not sent stay as they are
	Delete  bool            `json:"delete,omitempty"`  // the row goes
	Version *uint64         `json:"version,omitempty"` // that was seen; 0: there was no such row; left out: whatever there is
}

// ChangesAnswer says what became of changes, in their order.
type ChangesAnswer struct {
	Results []ChangeView `json:"results"`
	Set     int64        `json:"set"` // the change set of several changes; 0: none
}

// ChangeView is what became of a change.
type ChangeView struct {
	Row     RowView `json:"row"`
	Changed bool    `json:"changed"` // false: it was so already
	Added   bool    `json:"added"`
}

// ConflictBody is the refusal of a change of a row that has changed since it was seen.
type ConflictBody struct {
	ErrorBody
	Row RowView `json:"row"` // as it is now
}

func (s *Server) changeRows(c *call, in ChangesBody) (a ChangesAnswer, err error) {
	scope, err := c.scopeIn(in.Scope)
	if err != nil {
		return a, err
	}
	if len(in.Changes) == 0 || len(in.Changes) > changesMost {
		return a, fault.New(fault.RequestMalformed, "detail", "1 to 2000 changes are needed")
	}
	var changes []registers.Change
	for _, x := range in.Changes {
		changes = append(changes, registers.Change{Code: x.Code, Body: x.Body, Merge: x.Merge, Delete: x.Delete, Match: x.Version})
	}
	register, who := c.PathValue("register"), s.whoSays(c)
	var results []registers.Result
	if len(changes) == 1 {
		results, err = s.o.Registers.Apply(c.ctx(), who, scope, register, changes)
	} else {
		results, a.Set, err = s.o.Registers.ApplyAsOne(c.ctx(), who, scope, register, changes)
	}
	if err != nil {
		return a, c.conflict(err)
	}
	a.Results = []ChangeView{}
	for _, r := range results {
		a.Results = append(a.Results, ChangeView{rowView(r.Row), r.Changed, r.Added})
	}
	return a, err
}

// conflict tells both of a row that has changed meanwhile: what is wrong, and the row as it is.
func (c *call) conflict(err error) error {
	var conflict *registers.Conflict
	if !errors.As(err, &conflict) {
		return err
	}
	text, hint := inWords(conflict.Fault, langOf(c.Request))
	return &told{http.StatusConflict, ConflictBody{ErrorBody{conflict.Fault.Code, text, hint}, rowView(conflict.Present)}}
}

// whoSays is how a caller stands in the history of a row.
func (s *Server) whoSays(c *call) string {
	if c.who.IsToken() {
		return "token " + c.who.Name
	}
	return c.who.Name
}

// PastView is one change of a row.
type PastView struct {
	Version uint64          `json:"version"`
	At      time.Time       `json:"at"`
	Who     string          `json:"who"`
	Set     int64           `json:"set"`    // the change set that it belongs to; 0: none
	Before  json.RawMessage `json:"before"` // null: there was no such row
	After   json.RawMessage `json:"after"`  // null: it was deleted
}

// HistoryAnswer is a row's history, newest first.
type HistoryAnswer struct {
	Changes []PastView `json:"changes"`
}

func (s *Server) rowHistory(c *call) (a HistoryAnswer, err error) {
	scope, err := c.scopeIn(c.text("scope"))
	if err != nil {
		return a, err
	}
	list, err := s.o.Registers.History(c.ctx(), scope, c.PathValue("register"), c.text("code"), uint64(c.number("before")), int(c.number("limit")))
	a.Changes = []PastView{}
	for _, p := range list {
		a.Changes = append(a.Changes, PastView{p.Version, time.UnixMicro(p.At).UTC(), p.Who, p.Set, p.Before, p.After})
	}
	return a, err
}

// addSchemas adds what the rows of each register hold to the document.
func addSchemas(schemas map[string]any) {
	for _, r := range registers.Table {
		schemas["Register_"+strings.ToLower(r.Name)] = r.Schema()
	}
}
