package web

import (
	"errors"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// placeRoutes are about companies, sales points and boxes.
func placeRoutes() []route {
	const company = "/api/companies/{company}"
	return []route{
		{method: "GET", path: "/api/companies", door: doorAnyone, do: answers((*Server).companies),
			summary: "The companies that I have to do with", about: "One's own; a vendor's people also see those that it looks after, operators all."},
		{method: "POST", path: "/api/companies", door: doorHome, right: who.RightCompanies, do: takes((*Server).addCompany),
			summary: "Make a company or a vendor", about: "A vendor makes companies only, and looks after them."},
		{method: "GET", path: company, door: doorCompany, right: who.RightLook, do: answers((*Server).company), summary: "One company"},
		{method: "POST", path: company + "/vendor", door: doorCompany, right: who.RightCompanies, do: takes((*Server).setVendor),
			summary: "Say which vendor looks after a company"},
		{method: "POST", path: company + "/owner", door: doorCompany, right: who.RightOwners, do: answers((*Server).letOwnerIn),
			summary: "A link for a company's owner", about: "A vendor gets one only while the company has no owner.", faults: []fault.Code{fault.OwnerThere}},
		{method: "GET", path: company + "/points", door: doorCompany, right: who.RightLook, do: answers((*Server).points), summary: "Sales points"},
		{method: "POST", path: company + "/points", door: doorCompany, right: who.RightPoints, do: takes((*Server).addPoint), summary: "Make a sales point"},
		{method: "POST", path: company + "/points/{point}/keys", door: doorCompany, right: who.RightPoints, do: answers((*Server).addKey),
			summary: "A connection key with which one box joins a sales point; it is told once, here", faults: []fault.Code{fault.PointUnknown}},
		{method: "DELETE", path: company + "/points/{point}/keys", door: doorCompany, right: who.RightPoints, do: answers((*Server).endKeys),
			summary: "End a sales point's keys that nobody has used", about: "A box that brings one of them is told that it has expired.", faults: []fault.Code{fault.PointUnknown}},
		{method: "GET", path: company + "/boxes", door: doorCompany, right: who.RightLook, do: answers((*Server).companyBoxes), summary: "Boxes and how they stand"},
		{method: "POST", path: company + "/boxes/{box}/revoke", door: doorCompany, right: who.RightPoints, do: answers((*Server).revokeBox),
			summary: "Shut a box out: nothing is taken from it any more", faults: []fault.Code{fault.BoxUnknown}},
		{method: "GET", path: company + "/boxes/{box}/fork", door: doorCompany, right: who.RightSales, do: answers((*Server).fork), faults: []fault.Code{fault.BoxUnknown},
			summary: "What a box has sent that contradicts its history", about: "It was cloned, or its disk was restored from an old copy. How many sales it is, which only the company's own people see."},
		{method: "POST", path: company + "/boxes/{box}/fork", door: doorCompany, right: who.RightTills, do: answers((*Server).countFork), faults: []fault.Code{fault.BoxUnknown},
			summary: "Count it: goods were sold in both histories", about: "From then on whatever follows from it counts by itself, marked late. It cannot be taken back: a person of the company says so, never a token."},
		{method: "GET", path: company + "/alarms", door: doorCompany, right: who.RightLook, do: answers((*Server).alarms), summary: "What a person must look at",
			query: []param{{name: "all", what: "1: also what was put away", most: 1}}},
		{method: "POST", path: company + "/alarms/away", door: doorCompany, right: who.RightPoints, do: takes((*Server).putAlarmAway),
			summary: "Put an alarm away that somebody has looked at", about: "It comes back when it happens again.", faults: []fault.Code{fault.AlarmUnknown, fault.AlarmAgain}},
		{method: "GET", path: company + "/quarantine", door: doorCompany, right: who.RightLook, do: answers((*Server).quarantine), query: []param{limited(100, 1000)},
			summary: "Records that are not in the chain of their box, the newest first", about: "What they say is not shown here: they may be sales."},
		{method: "GET", path: company + "/problems", door: doorCompany, right: who.RightSales, do: answers((*Server).problems), query: []param{limited(100, 1000)},
			summary: "Records that were kept and could not be counted, the newest first"},
	}
}

// CompanyView is a company.
type CompanyView struct {
	Company store.Company `json:"company"`
	Name    string        `json:"name"`
	World   who.World     `json:"world"`  // company or vendor
	Vendor  store.Company `json:"vendor"` // that looks after it; 0: nobody
	Created time.Time     `json:"created"`
	Zone    string        `json:"zone,omitempty"` // where its days begin, an IANA name; lists do not tell it
}

func companyView(r store.CompanyRow) CompanyView {
	return CompanyView{r.Company, r.Name, r.World, r.Vendor, time.UnixMicro(r.Created).UTC(), ""}
}

// CompaniesAnswer lists companies.
type CompaniesAnswer struct {
	Companies []CompanyView `json:"companies"`
}

func (s *Server) companies(c *call) (a CompaniesAnswer, err error) {
	a.Companies = []CompanyView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := myCompanies(tx, c)
		for _, r := range rows {
			a.Companies = append(a.Companies, companyView(r))
		}
		return err
	})
}

// CompanyBody makes a company.
type CompanyBody struct {
	Name   string        `json:"name"`
	World  who.World     `json:"world,omitempty"`  // company, where it is left out
	Vendor store.Company `json:"vendor,omitempty"` // of operators: who looks after it
}

func (s *Server) addCompany(c *call, in CompanyBody) (v CompanyView, err error) {
	row := store.CompanyRow{World: in.World, Vendor: in.Vendor, Created: s.micros()}
	if row.Name, err = who.Name(in.Name); err != nil {
		return v, err
	}
	if row.World == "" {
		row.World = who.Company
	}
	if c.who.World == who.Vendor {
		if row.World != who.Company || row.Vendor != 0 && row.Vendor != c.who.Home {
			return v, fault.New(fault.AccessDenied)
		}
		row.Vendor = c.who.Home
	}
	if row.World != who.Company && (row.World != who.Vendor || row.Vendor != 0) {
		return v, fault.New(fault.RequestMalformed, "detail", "world is company or vendor, and nobody looks after a vendor")
	}
	err = s.o.Store.Write(c.ctx(), func(tx *store.Tx) (err error) {
		if err := isVendor(tx, row.Vendor); err != nil {
			return err
		}
		if row.Company, err = registers.AddCompany(tx, s.whoSays(c), row); err != nil {
			return err
		}
		return s.note(tx, c, row.Company, "company.made", row.Name, string(row.World))
	})
	return companyView(row), err
}

// isVendor refuses a company that is none.
func isVendor(tx *store.Tx, vendor store.Company) error {
	if vendor == 0 {
		return nil
	}
	row, err := tx.Company(vendor)
	if errors.Is(err, store.ErrNone) || err == nil && row.World != who.Vendor {
		return fault.New(fault.CompanyUnknown)
	}
	return err
}

// micros is BAAZ's clock.
func (s *Server) micros() int64 { return s.o.Now().UnixMicro() }

// note writes down what a call does, in the transaction that does it.
func (s *Server) note(tx *store.Tx, c *call, company store.Company, action, subject, detail string) error {
	return tx.Audit(company, who.Deed(c.who, s.network(c.Request), s.micros(), action, subject, detail))
}

func (s *Server) company(c *call) (v CompanyView, err error) {
	if c.company == 0 {
		return CompanyView{Name: "BAAZ", World: who.Operator}, nil
	}
	err = s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		row, err := tx.Company(c.company)
		if err != nil {
			return err
		}
		zone, err := zoneOf(tx, c.company)
		if err != nil {
			return err
		}
		v = companyView(row)
		v.Zone = zone.String()
		return nil
	})
	return v, err
}

// VendorBody names a vendor; 0: nobody.
type VendorBody struct {
	Vendor store.Company `json:"vendor"`
}

func (s *Server) setVendor(c *call, in VendorBody) (v CompanyView, err error) {
	err = s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		if err := isVendor(tx, in.Vendor); err != nil {
			return err
		}
		row, err := tx.Company(c.company)
		if err == nil && row.World != who.Company || errors.Is(err, store.ErrNone) {
			return fault.New(fault.CompanyUnknown)
		}
		if err != nil {
			return err
		}
		row.Vendor = in.Vendor
		if err := tx.PutCompany(row); err != nil {
			return err
		}
		v = companyView(row)
		return s.note(tx, c, c.company, "company.changed", row.Name, "vendor")
	})
	return v, err
}

func (s *Server) letOwnerIn(c *call) (Invitation, error) {
	i, err := s.o.People.LetOwnerIn(c.ctx(), c.who, s.client(c), c.company, c.who.World == who.Operator)
	return s.invitation(c, i), err
}

// PointView is a sales point.
type PointView struct {
	Point     store.Point `json:"point"`
	Name      string      `json:"name"`
	Box       string      `json:"box"`    // that has the issuing rights, hex; empty: none yet
	Boxes     uint32      `json:"epochs"` // how many boxes have joined so far
	NextShift int64       `json:"next_shift"`
	Key       *KeyWaiting `json:"key"` // null: no key waits for its box
}

// PointsAnswer lists sales points.
type PointsAnswer struct {
	Points []PointView `json:"points"`
}

func (s *Server) points(c *call) (a PointsAnswer, err error) {
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
		a.Points, err = s.pointViews(tx, c.company)
		return err
	})
}

// pointViews reads a company's sales points.
func (s *Server) pointViews(tx *store.Tx, c store.Company) ([]PointView, error) {
	list := []PointView{}
	rows, err := tx.Points(c)
	if err != nil {
		return nil, err
	}
	keys, err := tx.WaitingKeys(c, s.micros())
	for _, r := range rows {
		list = append(list, pointView(r, keys[r.Point]))
	}
	return list, err
}

// pointView is a point and the keys that wait there.
func pointView(r store.PointRow, k store.KeysWaiting) PointView {
	v := PointView{Point: r.Point, Name: r.Name, Boxes: r.Epoch, NextShift: r.NextShift}
	if len(r.Box) == len(journal.Box{}) {
		v.Box = journal.Box(r.Box).String()
	}
	if k.Count > 0 {
		v.Key = &KeyWaiting{k.Count, time.UnixMicro(k.Expires).UTC()}
	}
	return v
}

// PointBody makes a sales point.
type PointBody struct {
	Name string `json:"name"`
}

func (s *Server) addPoint(c *call, in PointBody) (v PointView, err error) {
	if v.Name, err = who.Name(in.Name); err != nil {
		return v, err
	}
	v.NextShift = 1
	return v, s.o.Store.Write(c.ctx(), func(tx *store.Tx) (err error) {
		if err := sells(tx, c.company); err != nil {
			return err
		}
		if v.Point, err = registers.AddPoint(tx, s.whoSays(c), c.company, v.Name, s.micros()); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "point.made", v.Name, "")
	})
}

// sells refuses what is no company that sells.
func sells(tx *store.Tx, c store.Company) error {
	row, err := tx.Company(c)
	if errors.Is(err, store.ErrNone) || err == nil && row.World != who.Company {
		return fault.New(fault.CompanyUnknown)
	}
	return err
}

// BoxView is a box and how it stands.
type BoxView struct {
	Box        string        `json:"box"` // hex
	Point      store.Point   `json:"point"`
	Epoch      uint32        `json:"epoch"`
	State      wire.Standing `json:"state"`
	Head       journal.Seq   `json:"head"` // of what has arrived
	Hash       journal.Hash  `json:"hash"`
	Joined     time.Time     `json:"joined"`
	Seen       time.Time     `json:"seen"`       // when it sent records last
	Online     bool          `json:"online"`     // it has been heard of in the last three minutes
	Report     *BoxReport    `json:"report"`     // what it said of itself last; null: nothing yet
	Quarantine int64         `json:"quarantine"` // records that are not in its chain
	Problems   int64         `json:"problems"`   // records that could not be counted
	Alarms     int64         `json:"alarms"`     // what a person must look at
}

// BoxesAnswer lists boxes.
type BoxesAnswer struct {
	Boxes []BoxView `json:"boxes"`
}

func (s *Server) companyBoxes(c *call) (a BoxesAnswer, err error) {
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
		a.Boxes, err = s.boxViews(tx, c.company, langOf(c.Request))
		return err
	})
}

// boxViews reads a company's boxes, what they say in a language.
func (s *Server) boxViews(tx *store.Tx, c store.Company, lang string) ([]BoxView, error) {
	list := []BoxView{}
	rows, err := tx.BoxList(c)
	if err != nil {
		return nil, err
	}
	said, err := tx.Heartbeats(c)
	for _, r := range rows {
		h, spoke := said[r.Box]
		list = append(list, s.boxView(r, h, spoke, lang))
	}
	return list, err
}

// boxView is how a box stands, by what it has said if it ever spoke.
func (s *Server) boxView(r store.BoxStand, h store.Heartbeat, spoke bool, lang string) BoxView {
	v := BoxView{Box: r.Box.String(), Point: r.Point, Epoch: r.Epoch, State: wire.Standing(r.State), Head: r.Seq, Hash: r.Hash, Joined: time.UnixMicro(r.Joined).UTC(),
		Seen: time.UnixMicro(r.Seen).UTC(), Quarantine: r.Asides, Problems: r.Problems, Alarms: r.Alarms}
	last := v.Seen
	if spoke {
		v.Report = report(h, lang)
		last = latest(last, v.Report.Heard)
	}
	v.Online = s.o.Now().Sub(last) < silentAfter
	return v
}

// boxViewOf is the box that sells at a point; nil where none does.
func (s *Server) boxViewOf(tx *store.Tx, c store.Company, p store.PointRow, lang string) (*BoxView, error) {
	if len(p.Box) != len(journal.Box{}) {
		return nil, nil
	}
	b := journal.Box(p.Box)
	r, err := tx.BoxStand(c, b)
	if errors.Is(err, store.ErrNone) || err == nil && r.Point != p.Point {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h, err := tx.Heartbeat(store.BoxID{Company: c, Box: b})
	if err != nil && !errors.Is(err, store.ErrNone) {
		return nil, err
	}
	v := s.boxView(r, h, err == nil, lang)
	return &v, nil
}

func (s *Server) revokeBox(c *call) (Done, error) {
	b, err := c.box()
	if err != nil {
		return Done{}, err
	}
	return Done{true}, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		if _, err := tx.Box(c.company, b); errors.Is(err, store.ErrNone) {
			return fault.New(fault.BoxUnknown)
		} else if err != nil {
			return err
		}
		if err := tx.SetBoxState(c.company, b, store.BoxRevoked); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "box.revoked", b.String(), "")
	})
}

// AsideView is a record in quarantine.
type AsideView struct {
	Box  string       `json:"box"`
	Seq  journal.Seq  `json:"seq"`
	Hash journal.Hash `json:"hash"`
	Why  string       `json:"why"`
	At   time.Time    `json:"at"`
}

// QuarantineAnswer lists records in quarantine.
type QuarantineAnswer struct {
	Records []AsideView `json:"records"`
}

func (s *Server) quarantine(c *call) (a QuarantineAnswer, err error) {
	a.Records = []AsideView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := tx.AsideList(c.company, int(c.number("limit")))
		for _, r := range rows {
			a.Records = append(a.Records, AsideView{r.Box.String(), r.Seq, r.Hash, r.Why, time.UnixMicro(r.At).UTC()})
		}
		return err
	})
}

// ProblemView is a record that could not be counted.
type ProblemView struct {
	Box    string      `json:"box"`
	Seq    journal.Seq `json:"seq"`
	Code   string      `json:"code"`
	Detail string      `json:"detail"`
	At     time.Time   `json:"at"`
}

// ProblemsAnswer lists problems.
type ProblemsAnswer struct {
	Problems []ProblemView `json:"problems"`
}

func (s *Server) problems(c *call) (a ProblemsAnswer, err error) {
	a.Problems = []ProblemView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := tx.ProblemList(c.company, int(c.number("limit")))
		for _, r := range rows {
			a.Problems = append(a.Problems, ProblemView{r.Box.String(), r.Seq, r.Code, r.Detail, time.UnixMicro(r.At).UTC()})
		}
		return err
	})
}
