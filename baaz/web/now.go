package web

import (
	"errors"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/pos/day"
	"posbox/pos/money"
	"posbox/wire"
)

// zoneOf is where days and clocks of a company are: what its own settings say. A sales point may be in another zone; its
// records carry its day, so only what is asked for by "today" or by an hour follows the company.
func zoneOf(tx *store.Tx, c store.Company) (*time.Location, error) {
	return registers.Zone(tx, c, wire.CompanyScope(uint64(c)))
}

// zone is where days and clocks of the call's company are.
func (s *Server) zone(c *call) (zone *time.Location, err error) {
	return zone, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
		zone, err = zoneOf(tx, c.company)
		return err
	})
}

// NowAnswer is today at a glance. Then is the same weekday a week before.
type NowAnswer struct {
	Day        day.Day        `json:"day"`
	Time       string         `json:"time"` // wall time in the shop, 14:05
	Then       day.Day        `json:"then"`
	Today      DaySum         `json:"today"`
	ThenAll    DaySum         `json:"then_all"`    // of the whole day
	ThenSoFar  money.Amount   `json:"then_so_far"` // up to this time of the day
	Hours      []SumReport    `json:"hours"`
	ThenHours  []SumReport    `json:"then_hours"`
	Points     []PointReport  `json:"points"`
	ThenPoints []PointReport  `json:"then_points"`
	Tenders    []TenderReport `json:"tenders"`
	Goods      []GoodReport   `json:"goods"`    // the ten largest
	Receipts   []ReceiptView  `json:"receipts"` // the newest ten
	Open       []ShiftView    `json:"open"`     // shifts that are open
	Returns    SumReport      `json:"returns"`
	Any        bool           `json:"any"` // anything was ever sold
	Fiscal     FiscalNow      `json:"fiscal"`
}

// DaySum is the sum of a day.
type DaySum struct {
	Sales    int64        `json:"sales"`
	Discount money.Amount `json:"discount"`
	Rounding money.Amount `json:"rounding"` // what of discount nobody gave
	Total    money.Amount `json:"total"`
	VAT      money.Amount `json:"vat"`
	CityTax  money.Amount `json:"city_tax"`
}

// whole adds points up.
func whole(points []PointReport) (s DaySum) {
	for _, p := range points {
		s.Sales += p.Sales
		s.Discount += p.Discount
		s.Rounding += p.Rounding
		s.Total += p.Total
		s.VAT += p.VAT
		s.CityTax += p.CityTax
	}
	return s
}

const nowMost = 10 // rows of the short lists

func (s *Server) reportNow(c *call) (a NowAnswer, err error) {
	point := store.Point(c.number("point"))
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		zone, err := zoneOf(tx, c.company)
		if err != nil {
			return err
		}
		now := s.o.Now().In(zone)
		a = NowAnswer{Day: day.Of(now, zone), Time: now.Format("15:04"), Then: day.Of(now.AddDate(0, 0, -7), zone), Points: []PointReport{}, ThenPoints: []PointReport{},
			Tenders: []TenderReport{}, Goods: []GoodReport{}, Receipts: []ReceiptView{}, Open: []ShiftView{}}
		today, then := store.Span{From: a.Day, To: a.Day, Point: point}, store.Span{From: a.Then, To: a.Then, Point: point}
		for _, read := range []func() error{
			func() error { return a.days(tx, c.company, today, then, now) },
			func() error { return a.parts(tx, c.company, today) },
			func() error { return a.lists(tx, c.company, today) },
			func() (err error) { a.Fiscal, err = s.fiscalNow(tx, c.company, point, zone); return err },
		} {
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	})
}

// days reads the sums of both days.
func (a *NowAnswer) days(tx *store.Tx, c store.Company, today, then store.Span, now time.Time) (err error) {
	switch _, err := tx.Bounds(c, store.Span{To: "9999-12-31"}); {
	case err == nil:
		a.Any = true
	case !errors.Is(err, store.ErrNone):
		return err
	}
	for _, x := range []struct {
		span store.Span
		into *[]PointReport
	}{{today, &a.Points}, {then, &a.ThenPoints}} {
		rows, err := tx.PointLines(c, x.span)
		if err != nil {
			return err
		}
		for _, r := range rows {
			*x.into = append(*x.into, pointReport(r))
		}
	}
	a.Today, a.ThenAll = whole(a.Points), whole(a.ThenPoints)
	if a.Hours, err = sumsOf(tx, c, store.SumHour, today); err != nil {
		return err
	}
	if a.ThenHours, err = sumsOf(tx, c, store.SumHour, then); err != nil {
		return err
	}
	a.ThenSoFar, err = tx.UpTo(c, then.Point, then.From, now.AddDate(0, 0, -7).Format(time.DateTime))
	return err
}

// parts reads what today consists of.
func (a *NowAnswer) parts(tx *store.Tx, c store.Company, today store.Span) error {
	tenders, err := tx.TenderLines(c, today)
	if err != nil {
		return err
	}
	for _, r := range tenders {
		a.Tenders = append(a.Tenders, TenderReport{string(r.Tender), r.Times, r.Amount})
	}
	goods, err := tx.SumLines(c, store.SumGood, today)
	if err != nil {
		return err
	}
	for _, r := range goods[:min(len(goods), nowMost)] {
		a.Goods = append(a.Goods, goodReport(r))
	}
	back, err := sumsOf(tx, c, store.SumReturn, today)
	for _, r := range back {
		a.Returns.Times += r.Times
		a.Returns.Total += r.Total
	}
	return err
}

// lists reads the newest receipts and the open shifts.
func (a *NowAnswer) lists(tx *store.Tx, c store.Company, today store.Span) error {
	sales, err := tx.SaleList(c, store.Picked{Span: today}, nowMost)
	if err != nil {
		return err
	}
	for _, r := range sales {
		a.Receipts = append(a.Receipts, receiptView(r))
	}
	if err := fiscalOf(tx, c, a.Receipts, sales); err != nil {
		return err
	}
	// A shift that is open began today or yesterday, or somebody has forgotten it: a week of those is enough.
	from, err := time.Parse(time.DateOnly, string(today.From))
	if err != nil {
		return err
	}
	week := store.Span{From: day.Day(from.AddDate(0, 0, -6).Format(time.DateOnly)), To: today.To, Point: today.Point}
	shifts, err := tx.ShiftList(c, week, 1000)
	for _, r := range shifts {
		if r.Closed == 0 {
			a.Open = append(a.Open, shiftView(r))
		}
	}
	return err
}
