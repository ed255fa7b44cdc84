package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"mime"
	"slices"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/day"
	"posbox/pos/fault"
	"posbox/table"
)

// auditRoutes tell who did what: with people and points, and in the registers.
func auditRoutes() []route {
	const audit = "/api/companies/{company}/audit"
	picked := []param{{name: "from", what: "first day of the shop; all from the beginning where it is left out", kind: date},
		{name: "to", what: "last day; up to now where it is left out", kind: date},
		{name: "who", what: "by one who is called so", kind: text, most: 200},
		{name: "about", what: "only of this subject: login, person, token, register …, the first word of an action", kind: text, most: 40}}
	return []route{
		{method: "GET", path: audit, door: doorCompany, right: who.RightAudit, do: answers((*Server).audit),
			query:   append(picked, param{name: "before", what: "what the answer before said as next; 0: from the newest", most: math.MaxInt64}, limited(100, 1000)),
			summary: "Who did what, the newest first", about: "Changes of registers stand there one by one with the row before and after; those made at once (an import, say) as one."},
		{method: "GET", path: audit + "/file", door: doorCompany, right: who.RightAudit, do: sends("application/octet-stream", (*Server).auditFile),
			query:   append(picked, param{name: "format", what: "xlsx or csv", kind: text, most: 4}),
			summary: "Who did what, as a file"},
	}
}

// DeedView is something that somebody did.
type DeedView struct {
	At      time.Time    `json:"at"`
	Person  store.Person `json:"person"` // 0: a token, the command line, nobody; or a register's change, which knows names only
	Who     string       `json:"who"`
	Action  string       `json:"action"`  // subject, dot, what was done: person.invited; register.row and register.set are changes of registers
	Subject string       `json:"subject"` // whom or what it was done to
	Detail  string       `json:"detail"`
	Network string       `json:"network"`
	// Of changes of a register.
	Register string          `json:"register,omitempty"`
	Scope    string          `json:"scope,omitempty"`
	Rows     int64           `json:"rows,omitempty"`   // of register.set: how many it changed
	Before   json.RawMessage `json:"before,omitempty"` // of register.row; left out: there was no such row
	After    json.RawMessage `json:"after,omitempty"`  // left out: it was deleted
}

// AuditAnswer lists what was done.
type AuditAnswer struct {
	Audit []DeedView `json:"audit"`
	Next  int64      `json:"next"` // what to ask for as before; 0: these were the last
}

// moments reads which part of the audit is asked for, by days in a zone.
func (c *call) moments(zone *time.Location) (m store.Moments, err error) {
	m = store.Moments{Before: math.MaxInt64, Who: c.text("who"), Action: c.text("about")}
	if from := c.day("from"); from != "" {
		m.Since = midnight(from, zone).UnixMicro()
	}
	if to := c.day("to"); to != "" {
		m.Before = midnight(to, zone).AddDate(0, 0, 1).UnixMicro()
	}
	if m.Since >= m.Before {
		err = fault.New(fault.QueryMalformed, "name", "from")
	}
	return m, err
}

// midnight is when a day begins. The day has been judged.
func midnight(d day.Day, zone *time.Location) time.Time {
	at, _ := time.ParseInLocation(time.DateOnly, string(d), zone)
	return at
}

func (s *Server) audit(c *call) (a AuditAnswer, err error) {
	zone, err := s.zone(c)
	if err != nil {
		return a, err
	}
	m, err := c.moments(zone)
	if err != nil {
		return a, err
	}
	if before := c.number("before"); before > 0 {
		m.Before = min(m.Before, before)
	}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
		a, err = deeds(tx, c.company, m, int(c.number("limit")))
		return err
	})
}

// atOnce bounds what is changed in the same moment outside of a set; see registers.MaxPage.
const atOnce = registers.MaxPage

// deeds reads a page: limit of them, and those that were done in the same moment as the last.
func deeds(tx *store.Tx, c store.Company, m store.Moments, limit int) (a AuditAnswer, err error) {
	a.Audit = []DeedView{}
	if m.Action != aboutRegisters {
		rows, err := tx.Audits(c, m, limit+atOnce)
		if err != nil {
			return a, err
		}
		for _, r := range rows {
			a.Audit = append(a.Audit, DeedView{At: time.UnixMicro(r.At).UTC(), Person: r.Person, Who: r.Who, Action: r.Action, Subject: r.Subject, Detail: r.Detail, Network: r.Network})
		}
	}
	if m.Action == "" || m.Action == aboutRegisters {
		list, err := registers.Deeds(tx, c, m, limit+atOnce)
		if err != nil {
			return a, err
		}
		for _, d := range list {
			a.Audit = append(a.Audit, registerDeed(d))
		}
	}
	slices.SortStableFunc(a.Audit, func(x, y DeedView) int { return y.At.Compare(x.At) })
	n := min(limit, len(a.Audit))
	for n < len(a.Audit) && n > 0 && a.Audit[n].At.Equal(a.Audit[n-1].At) {
		n++
	}
	if n < len(a.Audit) {
		a.Next = a.Audit[n-1].At.UnixMicro()
	}
	a.Audit = a.Audit[:n]
	return a, nil
}

// aboutRegisters is the first word of what is done to registers.
const aboutRegisters = "register"

func registerDeed(d registers.Deed) DeedView {
	v := DeedView{At: d.Moment(), Who: d.Who, Action: "register.row", Subject: d.Code, Register: d.Register, Scope: d.Scope, Before: d.Before, After: d.After}
	if d.Set != nil {
		v.Action, v.Subject, v.Detail, v.Rows = "register.set", d.Set.Subject, d.Set.Kind, d.Set.Rows
	}
	return v
}

func (s *Server) auditFile(c *call) error {
	zone, err := s.zone(c)
	if err != nil {
		return err
	}
	m, err := c.moments(zone)
	if err != nil {
		return err
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		b.Reset()
		return writeAudit(&b, tx, c.company, m, zone, format, speaker{langOf(c.Request)})
	})
	if err != nil {
		return err
	}
	c.attach(&b, format, fmt.Sprintf("audit-%s-%s.%s", cmp.Or(c.day("from"), "all"), cmp.Or(c.day("to"), "now"), format))
	return nil
}

func writeAudit(b *bytes.Buffer, tx *store.Tx, c store.Company, m store.Moments, zone *time.Location, f table.Format, say speaker) error {
	title, columns := "Үйлдлийн бүртгэл", []table.Column{{Title: "Хэзээ", Width: 20}, {Title: "Хэн", Width: 24}, {Title: "Үйлдэл", Width: 18}, {Title: "Юунд", Width: 28}, {Title: "Дэлгэрэнгүй", Width: 32},
		{Title: "Бүртгэл", Width: 14}, {Title: "Хамрах хүрээ", Width: 14}, {Title: "Өмнө", Width: 40}, {Title: "Дараа", Width: 40}, {Title: "Хаяг", Width: 18}}
	if say.lang == "en" {
		title = "Audit"
		for i, t := range []string{"When", "Who", "Action", "Subject", "Detail", "Register", "Scope", "Before", "After", "Address"} {
			columns[i].Title = t
		}
	}
	out, err := table.New(b, f, title, columns)
	if err != nil {
		return err
	}
	for made := 0; made < exportMost; {
		page, err := deeds(tx, c, m, 1000)
		for _, d := range page.Audit {
			done, more := say.deed(d)
			err = cmp.Or(err, out.Row([]string{d.At.In(zone).Format(time.DateTime), d.Who, done, d.Subject, more, say.register(d.Register), say.scope(d.Scope), string(d.Before), string(d.After), d.Network}))
		}
		if err != nil {
			return err
		}
		if made += len(page.Audit); page.Next == 0 {
			return out.Close()
		}
		m.Before = page.Next
	}
	return fault.New(fault.QueryMalformed, "name", "from")
}

// format reads which kind of file is asked for.
func (c *call) format() (table.Format, error) {
	f := table.Format(cmp.Or(c.text("format"), string(table.XLSX)))
	if f != table.XLSX && f != table.CSV {
		return f, fault.New(fault.QueryMalformed, "name", "format")
	}
	return f, nil
}

// attach answers with a file.
func (c *call) attach(b *bytes.Buffer, f table.Format, name string) {
	h := c.w.Header()
	h.Set("Content-Type", f.Media())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.w.Write(b.Bytes()) // a browser that has left asks again
}
