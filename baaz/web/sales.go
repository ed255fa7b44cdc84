package web

import (
	"encoding/json"
	"errors"
	"math"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// salesRoutes are about what was sold.
func salesRoutes() []route {
	const company = "/api/companies/{company}"
	return []route{
		{method: "GET", path: company + "/boxes/{box}/sales", door: doorCompany, right: who.RightSales, do: answers((*Server).sales),
			query:   []param{{name: "before", what: "only sales before this sequence of the box; 0: all", most: 1 << 62}, limited(50, 500)},
			summary: "The sales of a box, the newest first", faults: []fault.Code{fault.BoxUnknown}},
		{method: "GET", path: company + "/boxes/{box}/records/{seq}", door: doorCompany, right: who.RightSales, do: answers((*Server).record),
			summary: "One record as its box made it", faults: []fault.Code{fault.BoxUnknown, fault.RecordUnknown}},
		{method: "GET", path: company + "/boxes/{box}/records/{seq}/picture", door: doorCompany, right: who.RightSales, do: sends("image/png", (*Server).picture),
			summary: "A sale, a return or a Z report as its paper looks", faults: []fault.Code{fault.BoxUnknown, fault.RecordUnknown}},
	}
}

// SaleView is a sale in a list.
type SaleView struct {
	Seq      journal.Seq      `json:"seq"`
	Point    store.Point      `json:"point"`
	Bill     event.Bill       `json:"bill"`
	Day      day.Day          `json:"day"`
	Shift    int              `json:"shift"`
	Number   int              `json:"number"`
	Local    string           `json:"local"` // when it was made, by the till's clock
	Received time.Time        `json:"received"`
	Late     bool             `json:"late"` // made by a box that had been replaced
	Seller   event.SellerCode `json:"seller"`
	Name     string           `json:"seller_name"`
	Lines    int              `json:"lines"`
	Total    money.Amount     `json:"total"`
}

// SalesAnswer lists sales.
type SalesAnswer struct {
	Sales []SaleView  `json:"sales"`
	Next  journal.Seq `json:"next"` // what to ask for as before; 0: these were the last
}

// ofCompany refuses a box that is not the company's.
func (c *call) ofCompany(tx *store.Tx) (b journal.Box, err error) {
	if b, err = c.box(); err != nil {
		return b, err
	}
	if _, err = tx.Box(c.company, b); errors.Is(err, store.ErrNone) {
		err = fault.New(fault.BoxUnknown)
	}
	return b, err
}

func (s *Server) sales(c *call) (a SalesAnswer, err error) {
	a.Sales = []SaleView{}
	before, limit := journal.Seq(c.number("before")), int(c.number("limit"))
	if before == 0 {
		before = math.MaxInt64
	}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		b, err := c.ofCompany(tx)
		if err != nil {
			return err
		}
		rows, err := tx.RecordsOf(c.company, b, string(event.KindSaleCompleted), before, limit)
		for _, r := range rows {
			a.Next = r.Seq
			// What cannot be read stands among the problems; here it is only passed.
			if rec, err := journal.Decode(r.Raw); err == nil {
				var sale event.SaleCompleted
				if json.Unmarshal(rec.Body, &sale) == nil {
					a.Sales = append(a.Sales, saleView(r, sale))
				}
			}
		}
		if len(rows) < limit {
			a.Next = 0
		}
		return err
	})
}

func saleView(r store.Arrived, s event.SaleCompleted) SaleView {
	return SaleView{Seq: r.Seq, Point: r.Point, Bill: s.Bill, Day: s.Day, Shift: s.Shift, Number: s.Number, Local: s.Local,
		Received: time.UnixMicro(r.Received).UTC(), Late: r.Late, Seller: s.By, Name: s.SellerName, Lines: len(s.Lines), Total: s.Total}
}

// RecordView is a record.
type RecordView struct {
	Seq      journal.Seq     `json:"seq"`
	Hash     journal.Hash    `json:"hash"`
	Prev     journal.Hash    `json:"prev"` // hash of the record before
	Epoch    uint32          `json:"epoch"`
	Kind     string          `json:"kind"`
	Time     time.Time       `json:"time"` // by the box's clock
	Received time.Time       `json:"received"`
	Late     bool            `json:"late"`
	Body     json.RawMessage `json:"body"` // null where it is no JSON
	Raw      []byte          `json:"raw"`  // base64: the bytes that were hashed
}

func (s *Server) record(c *call) (v RecordView, err error) {
	seq, err := c.id("seq", fault.RecordUnknown)
	if err != nil {
		return v, err
	}
	return v, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		b, err := c.ofCompany(tx)
		if err != nil {
			return err
		}
		r, err := tx.Record(c.company, b, journal.Seq(seq))
		if errors.Is(err, store.ErrNone) {
			return fault.New(fault.RecordUnknown)
		}
		if err != nil {
			return err
		}
		rec, err := journal.Decode(r.Raw)
		if err != nil {
			return err
		}
		v = RecordView{Seq: rec.Seq, Hash: rec.Hash, Prev: rec.Prev, Epoch: rec.Epoch, Kind: rec.Kind, Time: boxTime(rec.Time),
			Received: time.UnixMicro(r.Received).UTC(), Late: r.Late, Body: json.RawMessage("null"), Raw: r.Raw}
		if json.Valid(rec.Body) {
			v.Body = rec.Body
		}
		return nil
	})
}

// boxTime is a box's clock, which may say anything: RFC 3339 ends with the year 9999.
func boxTime(micros int64) time.Time {
	const most = 253_402_300_799_999_999
	return time.UnixMicro(max(-62_135_596_800_000_000, min(most, micros))).UTC()
}
