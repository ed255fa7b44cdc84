package web

import (
	"cmp"
	"slices"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
)

// spanned are the parameters of a report: which days, and of which point.
func spanned(more ...param) []param {
	return append([]param{{name: "from", what: "first day; all from the beginning where it is left out", kind: date},
		{name: "to", what: "last day; up to the newest where it is left out", kind: date},
		{name: "point", what: "of one sales point only; 0: of all", most: 1 << 31}}, more...)
}

// reportRoutes are sums of what was sold, and the lists that lead from them down to the receipts.
func reportRoutes() []route {
	const reports = "/api/companies/{company}/reports"
	row := func(path string, do handler, summary string, query ...param) route {
		return route{method: "GET", path: reports + path, door: doorCompany, right: who.RightSales, do: do, summary: summary, query: spanned(query...)}
	}
	days := row("/days", answers((*Server).reportDays), "Sales by day and point")
	days.about = "A sale is here in the moment that it has arrived. What came back is taken off the sums of the day on which it came back."
	now := row("/now", answers((*Server).reportNow), "Today at a glance, beside the same weekday before")
	now.query = []param{{name: "point", what: "of one sales point only; 0: of all", most: 1 << 31}}
	picked := []param{{name: "seller", what: "of this seller", kind: text, most: 200}, {name: "customer", what: "of this card customer", kind: text, most: 200},
		{name: "tender", what: "paid so: cash, card …; mixed", kind: text, most: 40}, {name: "hour", what: "begun in this hour, 00 to 23", kind: text, most: 2},
		{name: "shift", what: "of this shift; 0: of all", most: 1 << 31}, {name: "number", what: "with this number in its shift; 0: any", most: 1 << 31},
		{name: "returns", what: "1: only what came back", most: 1},
		{name: "good", what: "with a line of this good; only one of good, category and tax", kind: text, most: 200}, {name: "category", what: "with a line of this category", kind: text, most: 200}, {name: "tax", what: "with a line of this tax class", kind: text, most: 40}, {name: "after", what: "what the answer before said as next", kind: text, most: 200}}
	return []route{now, days,
		row("/points", answers((*Server).reportPoints), "Sales by sales points, the largest sums first"),
		row("/tenders", answers((*Server).reportTenders), "Sales by ways to pay"),
		row("/goods", answers((*Server).reportGoods), "Sales by goods, the largest sums first", limited(100, 100_000)),
		row("/sellers", answers((*Server).reportSellers), "Sales by sellers, the largest sums first", limited(100, 10_000)),
		row("/categories", answers(sumReport(store.SumCategory)), "Sales by categories, the largest sums first"),
		row("/hours", answers(sumReport(store.SumHour)), "Sales by the hour of the shop's clock"),
		row("/taxes", answers(sumReport(store.SumTax)), "Sales by tax classes, with their taxes"),
		row("/customers", answers(sumReport(store.SumCustomer)), "Sales to card customers, the largest sums first"),
		row("/returns", answers(sumReport(store.SumReturn)), "What came back, by the seller who took it back"),
		row("/reasons", answers((*Server).reportReasons), "What came back or was taken out, leave given, cash moved: by reasons, the most frequent first"),
		row("/sales", answers((*Server).reportSales), "Receipts, the newest first", append(picked, limited(100, 1000))...),
		row("/shifts", answers((*Server).reportShifts), "Shifts and their Z reports, the newest first", limited(500, 5000)),
		row("/incidents", answers((*Server).reportIncidents), "What an owner looks at beside the sales, the newest first",
			param{name: "kind", what: "of this kind only: sale.returned, line.removed, override.granted, cash.moved, shift.counted, drawer.asked, receipt.asked", kind: text, most: 40}, limited(500, 5000)),
		{method: "GET", path: "/api/companies/{company}/exports/{report}", door: doorCompany, right: who.RightSales, do: sends("application/octet-stream", (*Server).export), query: spanned(
			param{name: "format", what: "xlsx or csv", kind: text, most: 4}),
			summary: "A report as a file", about: "report is days, points, tenders, goods, sellers, categories, hours, taxes, customers, returns, shifts, incidents, sales, fiscal (e-barimts) or months (taxes). Titles are in the language of Posbox-Lang.",
			faults: []fault.Code{fault.NotFound}},
	}
}

// span reads what is to be summed.
func (c *call) span() store.Span {
	s := store.Span{From: c.day("from"), To: c.day("to"), Point: store.Point(c.number("point"))}
	if s.To == "" {
		s.To = "9999-12-31"
	}
	return s
}

// DayReport is the sum of a day at a point.
type DayReport struct {
	Day      day.Day      `json:"day"`
	Point    store.Point  `json:"point"`
	Sales    int64        `json:"sales"`
	Late     int64        `json:"late"` // of them made by boxes that had been replaced
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	Rounding money.Amount `json:"rounding"` // what of discount nobody gave: it rounds what is paid
	Total    money.Amount `json:"total"`
	VAT      money.Amount `json:"vat"`
	CityTax  money.Amount `json:"city_tax"`
}

// DaysAnswer sums by days and points.
type DaysAnswer struct {
	Days []DayReport `json:"days"`
}

// rowsAs reads rows of the store and says each of them as the API does. A list without rows is empty and never null.
func rowsAs[Row, View any](s *Server, c *call, rows func(*store.Tx) ([]Row, error), view func(Row) View) ([]View, error) {
	list := []View{}
	err := s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		got, err := rows(tx)
		for _, r := range got {
			list = append(list, view(r))
		}
		return err
	})
	return list, err
}

func (s *Server) reportDays(c *call) (a DaysAnswer, err error) {
	a.Days, err = rowsAs(s, c, func(tx *store.Tx) ([]store.DayLine, error) { return tx.DayLines(c.company, c.span()) }, dayReport)
	return a, err
}

func dayReport(r store.DayLine) DayReport {
	return DayReport{r.Day, r.Point, r.Sales, r.Late, r.Gross, r.Discount, r.Rounding, r.Total, r.VAT, r.City}
}

// TenderReport is the sum of a way to pay.
type TenderReport struct {
	Tender string       `json:"tender"`
	Times  int64        `json:"times"`
	Amount money.Amount `json:"amount"`
}

// TendersAnswer sums by ways to pay.
type TendersAnswer struct {
	Tenders []TenderReport `json:"tenders"`
}

func (s *Server) reportTenders(c *call) (a TendersAnswer, err error) {
	a.Tenders, err = rowsAs(s, c, func(tx *store.Tx) ([]store.TenderLine, error) { return tx.TenderLines(c.company, c.span()) },
		func(r store.TenderLine) TenderReport { return TenderReport{string(r.Tender), r.Times, r.Amount} })
	return a, err
}

// GoodReport is the sum of a good.
type GoodReport struct {
	Good     catalog.Code     `json:"good"`
	Name     string           `json:"name"`
	Lines    int64            `json:"lines"`
	Quantity catalog.Quantity `json:"quantity"`
	Total    money.Amount     `json:"total"`
}

// GoodsAnswer sums by goods.
type GoodsAnswer struct {
	Goods []GoodReport `json:"goods"`
}

func (s *Server) reportGoods(c *call) (a GoodsAnswer, err error) {
	a.Goods, err = rowsAs(s, c, func(tx *store.Tx) ([]store.SumLine, error) {
		rows, err := tx.SumLines(c.company, store.SumGood, c.span())
		return rows[:min(len(rows), int(c.number("limit")))], err
	}, goodReport)
	return a, err
}

func goodReport(r store.SumLine) GoodReport {
	return GoodReport{catalog.Code(r.Key), r.Name, r.Times, r.Quantity, r.Total}
}

// SellerReport is the sum of a seller.
type SellerReport struct {
	Seller event.SellerCode `json:"seller"`
	Name   string           `json:"name"`
	Sales  int64            `json:"sales"`
	Total  money.Amount     `json:"total"`
}

// SellersAnswer sums by sellers.
type SellersAnswer struct {
	Sellers []SellerReport `json:"sellers"`
}

func (s *Server) reportSellers(c *call) (a SellersAnswer, err error) {
	a.Sellers, err = rowsAs(s, c, func(tx *store.Tx) ([]store.SellerLine, error) {
		return tx.SellerLines(c.company, c.span(), int(c.number("limit")))
	}, func(r store.SellerLine) SellerReport { return SellerReport{r.Seller, r.Name, r.Sales, r.Total} })
	return a, err
}

// PointReport is the sum of a sales point.
type PointReport struct {
	Point    store.Point  `json:"point"`
	Sales    int64        `json:"sales"`
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	Rounding money.Amount `json:"rounding"` // what of discount nobody gave: it rounds what is paid
	Total    money.Amount `json:"total"`
	VAT      money.Amount `json:"vat"`
	CityTax  money.Amount `json:"city_tax"`
}

// PointsReport sums by points.
type PointsReport struct {
	Points []PointReport `json:"points"`
}

func (s *Server) reportPoints(c *call) (a PointsReport, err error) {
	a.Points, err = rowsAs(s, c, func(tx *store.Tx) ([]store.PointLine, error) { return tx.PointLines(c.company, c.span()) }, pointReport)
	return a, err
}

func pointReport(r store.PointLine) PointReport {
	return PointReport{r.Point, r.Sales, r.Gross, r.Discount, r.Rounding, r.Total, r.VAT, r.City}
}

// SumReport is the sum of one key: an hour, a category, a tax class, a customer, or a seller of returns.
type SumReport struct {
	Key      string           `json:"key"`
	Name     string           `json:"name"`
	Times    int64            `json:"times"` // lines of categories and taxes; sales of hours and customers; returns
	Quantity catalog.Quantity `json:"quantity"`
	Total    money.Amount     `json:"total"`
	VAT      money.Amount     `json:"vat"`
	CityTax  money.Amount     `json:"city_tax"`
}

// SumsAnswer sums by keys.
type SumsAnswer struct {
	Sums []SumReport `json:"sums"`
}

// sumReport answers with the sums of a kind.
func sumReport(kind store.SumKind) func(*Server, *call) (SumsAnswer, error) {
	return func(s *Server, c *call) (a SumsAnswer, err error) {
		return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
			a.Sums, err = sumsOf(tx, c.company, kind, c.span())
			return err
		})
	}
}

func sumsOf(tx *store.Tx, c store.Company, kind store.SumKind, span store.Span) ([]SumReport, error) {
	list := []SumReport{}
	rows, err := tx.SumLines(c, kind, span)
	for _, r := range rows {
		list = append(list, SumReport{r.Key, r.Name, r.Times, r.Quantity, r.Total, r.VAT, r.City})
	}
	if kind == store.SumHour {
		slices.SortFunc(list, func(a, b SumReport) int { return cmp.Compare(a.Key, b.Key) })
	}
	return list, err
}

// ReceiptView is a sale or a return in a list over all boxes.
type ReceiptView struct {
	Box      string           `json:"box"`
	Seq      int64            `json:"seq"`
	Point    store.Point      `json:"point"`
	Day      day.Day          `json:"day"`
	Local    string           `json:"local"` // when it was made, by the till's clock; empty: it told none
	Shift    int64            `json:"shift"`
	Number   int64            `json:"number"`
	Seller   event.SellerCode `json:"seller"`
	Customer string           `json:"customer"`
	Tender   string           `json:"tender"` // mixed: several
	Lines    int64            `json:"lines"`
	Total    money.Amount     `json:"total"`
	Back     bool             `json:"back"` // it came back
	// Fiscal is how its e-barimt stands: sent, waiting, refused, uncertain, issued, cancelled …; empty: it was not reported.
	Fiscal event.FiscalResult `json:"fiscal"`
}

// ReceiptsAnswer lists sales and returns.
type ReceiptsAnswer struct {
	Receipts []ReceiptView `json:"receipts"`
	Next     string        `json:"next"` // what to ask for as after; empty: these were the last
}

func receiptView(r store.SaleRow) ReceiptView {
	return ReceiptView{r.Box.String(), int64(r.Seq), r.Point, r.Day, r.At, r.Shift, r.Number, r.Seller, r.Customer, r.Tender, r.Lines, r.Total, r.Back, ""}
}

func (s *Server) reportSales(c *call) (a ReceiptsAnswer, err error) {
	a.Receipts = []ReceiptView{}
	p := store.Picked{Span: c.span(), Seller: c.text("seller"), Customer: c.text("customer"), Tender: c.text("tender"), Hour: c.text("hour"),
		Shift: c.number("shift"), Number: c.number("number"), Back: c.number("returns") == 1}
	if p.Before, err = readMark(c.text("after")); err != nil {
		return a, fault.Wrap(err, fault.QueryMalformed, "name", "after")
	}
	h, by, err := c.holds()
	if err != nil {
		return a, err
	}
	limit := int(c.number("limit"))
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
		a = ReceiptsAnswer{Receipts: []ReceiptView{}}
		var rows []store.SaleRow
		var next store.SaleRow
		if by {
			rows, next, err = salesHolding(tx, c.company, p, h, limit)
		} else if rows, err = tx.SaleList(c.company, p, limit); len(rows) == limit {
			next = rows[limit-1]
		}
		for _, r := range rows {
			a.Receipts = append(a.Receipts, receiptView(r))
		}
		if next.Day != "" {
			a.Next = writeMark(next)
		}
		return cmp.Or(err, fiscalOf(tx, c.company, a.Receipts, rows))
	})
}

// ShiftView is a shift.
type ShiftView struct {
	Box           string           `json:"box"`
	Opened        int64            `json:"opened"` // sequence of its beginning
	Point         store.Point      `json:"point"`
	Shift         int64            `json:"shift"`
	Day           day.Day          `json:"day"`
	OpenedAt      string           `json:"opened_at"`
	OpenedBy      event.SellerCode `json:"opened_by"`
	Closed        int64            `json:"closed"` // sequence of its end; 0: it is open, or its end has not arrived. What follows is of the Z report
	ClosedAt      string           `json:"closed_at"`
	ClosedBy      event.SellerCode `json:"closed_by"`
	Bills         int64            `json:"bills"`
	Total         money.Amount     `json:"total"`
	Expected      money.Amount     `json:"expected"` // in the drawer
	Counted       money.Amount     `json:"counted"`
	Difference    money.Amount     `json:"difference"`
	Counts        int64            `json:"counts"` // 0: nobody has counted
	Removed       int64            `json:"removed"`
	RemovedAmount money.Amount     `json:"removed_amount"`
	DrawerOpened  int64            `json:"drawer_opened"`
	Copies        int64            `json:"copies"`
	Overrides     int64            `json:"overrides"`
}

// ShiftsAnswer lists shifts.
type ShiftsAnswer struct {
	Shifts []ShiftView `json:"shifts"`
}

func shiftView(r store.ShiftRow) ShiftView {
	return ShiftView{r.Box.String(), int64(r.Opened), r.Point, r.Shift, r.Day, r.OpenedAt, r.OpenedBy, int64(r.Closed), r.ClosedAt, r.ClosedBy, r.Bills, r.Total, r.Expected,
		r.Counted, r.Difference, r.Counts, r.Removed, r.RemovedAmount, r.DrawerOpened, r.Copies, r.Overrides}
}

func (s *Server) reportShifts(c *call) (a ShiftsAnswer, err error) {
	a.Shifts, err = rowsAs(s, c, func(tx *store.Tx) ([]store.ShiftRow, error) {
		return tx.ShiftList(c.company, c.span(), int(c.number("limit")))
	}, shiftView)
	return a, err
}

// IncidentView is what an owner looks at beside the sales.
type IncidentView struct {
	Box      string           `json:"box"`
	Seq      int64            `json:"seq"`
	Point    store.Point      `json:"point"`
	Day      day.Day          `json:"day"`
	At       time.Time        `json:"at"` // by the box's clock
	Shift    int64            `json:"shift"`
	Kind     event.Kind       `json:"kind"`
	Seller   event.SellerCode `json:"seller"`
	Approver event.SellerCode `json:"approver"`
	Reason   string           `json:"reason"`
	What     string           `json:"what"` // a good, a right's command, a bill
	Amount   money.Amount     `json:"amount"`
}

// IncidentsAnswer lists incidents.
type IncidentsAnswer struct {
	Incidents []IncidentView `json:"incidents"`
}

func (s *Server) reportIncidents(c *call) (a IncidentsAnswer, err error) {
	a.Incidents, err = rowsAs(s, c, func(tx *store.Tx) ([]store.Incident, error) {
		return tx.IncidentList(c.company, c.span(), event.Kind(c.text("kind")), int(c.number("limit")))
	}, incidentView)
	return a, err
}

func incidentView(r store.Incident) IncidentView {
	return IncidentView{r.Box.String(), int64(r.Seq), r.Point, r.Day, boxTime(r.At), r.Shift, r.Kind, r.Seller, r.Approver, r.Reason, r.What, r.Amount}
}
