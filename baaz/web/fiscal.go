package web

import (
	"cmp"
	"slices"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/table"
)

// fiscalRoutes are about e-barimts: what waits for somebody, how each stands, and what the tax office should have.
func fiscalRoutes() []route {
	const reports = "/api/companies/{company}/reports"
	return []route{
		{method: "GET", path: reports + "/fiscal/open", door: doorCompany, right: who.RightSales, do: answers((*Server).fiscalOpen),
			query:   []param{{name: "point", what: "of one sales point only; 0: of all", most: 1 << 31}, limited(500, 5000)},
			summary: "E-barimts that are not done, the oldest first", about: "Each with the evidence that there is. The law gives 72 hours; a person decides at the till that asked."},
		{method: "GET", path: reports + "/fiscal", door: doorCompany, right: who.RightSales, do: answers((*Server).fiscalAll), query: spanned(limited(1000, 100_000)),
			summary: "E-barimts of the sales of a span, with every request to the tax office's service"},
		{method: "GET", path: reports + "/fiscal/months", door: doorCompany, right: who.RightSales, do: answers((*Server).fiscalMonths), query: spanned(),
			summary: "What was sold by month and tax class, beside what the tax office has of it", about: aboutMonths},
	}
}

const aboutMonths = "Whole months that the span touches, at most 36, the newest first. An e-barimt counts in the month of its own date; what replaces it takes it off there. " +
	"What came back is taken off the sales of the day on which it came back. So months may differ by what was sold in one and returned in the next."

// FiscalView is a request to the tax office's service.
type FiscalView struct {
	Box     string          `json:"box"`
	Seq     int64           `json:"seq"` // of the request
	Point   store.Point     `json:"point"`
	Bill    event.Bill      `json:"bill"` // of the sale
	Shift   int64           `json:"shift"`
	Local   string          `json:"local"` // when it was asked, by the till's clock
	Hours   int64           `json:"hours"` // since then, of one that is not done
	Job     event.FiscalJob `json:"job"`   // issue, cancel, correct
	Return  event.Bill      `json:"return"`
	Total   money.Amount    `json:"total"`
	VAT     money.Amount    `json:"vat"`
	CityTax money.Amount    `json:"city_tax"`
	// State is sent: it is at the service; handed: goods came back at the till of Box, and the till of Point has not taken that over yet; otherwise
	// the result.
	State     event.FiscalResult `json:"state"`
	Number    string             `json:"number"` // ДДТД
	Date      string             `json:"date"`
	Message   string             `json:"message"`    // the service's own words
	Expected  string             `json:"expected"`   // figures of a refusal: what the service expected
	Given     string             `json:"given"`      // and what was sent
	Before    *int64             `json:"before"`     // lottery numbers left before the request; null: not known
	After     *int64             `json:"after"`      // and after it
	DecidedBy event.SellerCode   `json:"decided_by"` // the person who said how it ended
	Holds     bool               `json:"holds"`      // the tax office has this receipt: neither cancelled nor replaced
}

// fiscalSent stands for a request that is at the service.
const fiscalSent event.FiscalResult = "sent"

func (s *Server) fiscalView(r store.FiscalRow, zone *time.Location) FiscalView {
	v := FiscalView{Box: r.Box.String(), Seq: int64(r.Asked), Point: r.Point, Bill: r.Bill, Shift: r.Shift, Local: r.Local, Job: r.Job, Return: r.Back, Total: r.Total(),
		State: cmp.Or(r.State, fiscalSent), Number: r.Number, Date: r.Date, Message: r.Message, Expected: r.Expected, Given: r.Given, DecidedBy: r.By, Holds: r.Holds}
	for _, p := range r.Parts {
		v.VAT += p.VAT
		v.CityTax += p.City
	}
	if r.Before >= 0 {
		v.Before = &r.Before
	}
	if r.After >= 0 {
		v.After = &r.After
	}
	if r.Open() {
		v.Hours = s.hoursSince(r.Local, zone)
	}
	return v
}

// hoursSince is how many hours ago a wall time in the shop was.
func (s *Server) hoursSince(local string, zone *time.Location) int64 {
	at, err := time.ParseInLocation(time.DateTime, local, zone)
	if err != nil {
		return 0
	}
	return max(0, int64(s.o.Now().Sub(at)/time.Hour))
}

// fiscalHanded stands for a return that another till took, and that the till of the point that sold has not taken over yet.
const fiscalHanded event.FiscalResult = "handed"

func (s *Server) handedView(r store.HandoverRow, zone *time.Location) FiscalView {
	return FiscalView{Box: r.Box.String(), Seq: int64(r.Seq), Point: r.Point, Bill: r.Bill, Local: r.Local, Hours: s.hoursSince(r.Local, zone), Job: event.FiscalCorrect,
		Return: r.Back, State: fiscalHanded}
}

// FiscalAnswer lists requests.
type FiscalAnswer struct {
	Requests []FiscalView `json:"requests"`
	More     bool         `json:"more"` // there are more than were asked for
}

func (s *Server) fiscalOpen(c *call) (a FiscalAnswer, err error) {
	limit := int(c.number("limit"))
	zone, err := s.zone(c)
	if err != nil {
		return a, err
	}
	a.Requests, err = rowsAs(s, c, func(tx *store.Tx) ([]store.FiscalRow, error) {
		return tx.FiscalOpen(c.company, store.Point(c.number("point")), limit+1)
	}, func(r store.FiscalRow) FiscalView { return s.fiscalView(r, zone) })
	if err == nil && len(a.Requests) <= limit {
		var handed []FiscalView
		handed, err = rowsAs(s, c, func(tx *store.Tx) ([]store.HandoverRow, error) {
			return tx.HandoversFor(c.company, store.Point(c.number("point")), limit+1-len(a.Requests))
		}, func(r store.HandoverRow) FiscalView { return s.handedView(r, zone) })
		a.Requests = append(a.Requests, handed...)
	}
	if a.More = len(a.Requests) > limit; a.More {
		a.Requests = a.Requests[:limit]
	}
	return a, err
}

func (s *Server) fiscalAll(c *call) (a FiscalAnswer, err error) {
	limit := int(c.number("limit"))
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		a = FiscalAnswer{Requests: []FiscalView{}}
		zone, err := zoneOf(tx, c.company)
		if err != nil {
			return err
		}
		return tx.FiscalList(c.company, c.span(), func(r store.FiscalRow) error {
			if a.More = len(a.Requests) >= limit; !a.More {
				a.Requests = append(a.Requests, s.fiscalView(r, zone))
			}
			return nil
		})
	})
}

// FiscalNow is what of e-barimts waits for somebody.
type FiscalNow struct {
	Decide int64 `json:"decide"` // uncertain and refused: only a person can go on
	Wait   int64 `json:"wait"`   // registered later by themselves
	Hours  int64 `json:"hours"`  // since the oldest of both was asked
}

func (s *Server) fiscalNow(tx *store.Tx, c store.Company, p store.Point, zone *time.Location) (FiscalNow, error) {
	n, err := tx.FiscalCount(c, p)
	if err != nil {
		return FiscalNow{}, err
	}
	handed, err := tx.HandoversFor(c, p, 1000)
	for _, r := range handed {
		if n.Wait++; n.Oldest == "" || r.Local < n.Oldest {
			n.Oldest = r.Local
		}
	}
	return FiscalNow{n.Decide, n.Wait, s.hoursSince(n.Oldest, zone)}, err
}

// MonthsAnswer sums by months.
type MonthsAnswer struct {
	Months []MonthReport `json:"months"`
}

// MonthReport is a month. Missing is what was sold less what the tax office has.
type MonthReport struct {
	Month   store.Month   `json:"month"`
	Sold    TaxSum        `json:"sold"`
	Has     TaxSum        `json:"has"`
	Missing TaxSum        `json:"missing"`
	Classes []ClassReport `json:"classes"`
}

// ClassReport is a tax class in a month.
type ClassReport struct {
	Class   string `json:"class"` // VAT_ABLE, VAT_FREE, VAT_ZERO, NO_VAT
	Sold    TaxSum `json:"sold"`
	Has     TaxSum `json:"has"`
	Missing TaxSum `json:"missing"`
}

// TaxSum is an amount with its taxes. Times counts lines of what was sold, receipts of what the tax office has.
type TaxSum struct {
	Times   int64        `json:"times"`
	Total   money.Amount `json:"total"`
	VAT     money.Amount `json:"vat"`
	CityTax money.Amount `json:"city_tax"`
}

func (t TaxSum) plus(o TaxSum) TaxSum {
	return TaxSum{t.Times + o.Times, t.Total + o.Total, t.VAT + o.VAT, t.CityTax + o.CityTax}
}

// less is the difference of two amounts; lines and receipts cannot be compared.
func (t TaxSum) less(o TaxSum) TaxSum {
	return TaxSum{Total: t.Total - o.Total, VAT: t.VAT - o.VAT, CityTax: t.CityTax - o.CityTax}
}

func taxSum(s store.Sum) TaxSum { return TaxSum{s.Times, s.Total, s.VAT, s.City} }

// monthsMost bounds a report by months.
const monthsMost = 36

func (s *Server) fiscalMonths(c *call) (a MonthsAnswer, err error) {
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) (err error) {
		a.Months, err = monthsOf(tx, c.company, c.span())
		return err
	})
}

func monthsOf(tx *store.Tx, c store.Company, span store.Span) ([]MonthReport, error) {
	list := []MonthReport{}
	bounds, err := tx.Bounds(c, span)
	if err == store.ErrNone {
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	last := firstOf(bounds.To)
	if next := last.AddDate(0, 1, 0); string(span.To) >= next.Format(time.DateOnly) { // a receipt may be registered after the last sale
		last = next
	}
	for m := last; len(list) < monthsMost && !m.Before(firstOf(bounds.From)); m = m.AddDate(0, -1, 0) {
		r, err := monthOf(tx, c, span.Point, store.Month(m.Format("2006-01")))
		if err != nil {
			return nil, err
		}
		if len(r.Classes) > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

func firstOf(d day.Day) time.Time {
	at, _ := time.Parse(time.DateOnly, string(d))
	return at.AddDate(0, 0, 1-at.Day())
}

func monthOf(tx *store.Tx, c store.Company, p store.Point, m store.Month) (MonthReport, error) {
	r := MonthReport{Month: m, Classes: []ClassReport{}}
	sold, err := tx.MonthSums(c, store.SumTax, p, m)
	if err != nil {
		return r, err
	}
	has, err := tx.MonthSums(c, store.SumFiscal, p, m)
	for _, class := range classes(sold, has) {
		x := ClassReport{Class: class, Sold: taxSum(sold[class]), Has: taxSum(has[class])}
		x.Missing = x.Sold.less(x.Has)
		r.Sold, r.Has, r.Missing = r.Sold.plus(x.Sold), r.Has.plus(x.Has), r.Missing.plus(x.Missing)
		r.Classes = append(r.Classes, x)
	}
	return r, err
}

// classes lists tax classes in the order of the tax return, and behind them those that this program does not know.
func classes(of ...map[string]store.Sum) []string {
	order := []string{string(tax.VATAble), string(tax.VATFree), string(tax.VATZero), string(tax.NoVAT)}
	var list []string
	for _, sums := range of {
		for class, sum := range sums {
			if sum != (store.Sum{Name: sum.Name}) && !slices.Contains(list, class) {
				list = append(list, class)
			}
		}
	}
	place := func(class string) int {
		if i := slices.Index(order, class); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	return list
}

// fiscalOf says of listed receipts how their e-barimts stand.
func fiscalOf(tx *store.Tx, c store.Company, list []ReceiptView, rows []store.SaleRow) error {
	bills := map[journal.Box][]string{}
	for _, r := range rows {
		bills[r.Box] = append(bills[r.Box], string(billOf(r)))
	}
	for box, asked := range bills {
		states, err := tx.FiscalStates(c, box, asked)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if state, reported := states[billOf(r)]; reported && r.Box == box {
				list[i].Fiscal = cmp.Or(state, fiscalSent)
			}
		}
	}
	return nil
}

func billOf(r store.SaleRow) event.Bill {
	return event.BillOf(r.Day, int(r.Shift), int(r.Number))
}

// fiscalExports are e-barimts as files.
var fiscalExports = map[string]exported{
	"fiscal": {[2]string{"И-баримт", "E-barimts"}, []exportColumn{{"Борлуулалт", "Sale", table.Text, 22}, colPoint, {"Хүсэлт", "Request", table.Text, 12}, {"Төлөв", "State", table.Text, 14},
		{"ДДТД", "Number (ДДТД)", table.Text, 36}, {"Огноо", "Date", table.Text, 20}, colTotal, colVAT, colCity, {"Хүчинтэй", "Holds", table.Text, 10}, {"Шийдсэн", "Decided by", table.Text, 12}, {"Татварын хариу", "Tax office's words", table.Text, 40}},
		exportFiscal},
	"months": {[2]string{"Татвар сараар", "Taxes by month"}, []exportColumn{{"Сар", "Month", table.Text, 10}, {"Төрөл", "Class", table.Text, 12}, colTotal, colVAT, colCity,
		{"И-баримт", "E-barimts", table.Whole, 10}, {"И-баримтын дүн", "E-barimt sum", table.Amount, 18}, {"И-баримтын НӨАТ", "E-barimt VAT", table.Amount, 16}, {"И-баримтын НХАТ", "E-barimt city tax", table.Amount, 16},
		{"Зөрүү дүн", "Difference", table.Amount, 16}, {"Зөрүү НӨАТ", "Difference VAT", table.Amount, 16}, {"Зөрүү НХАТ", "Difference city tax", table.Amount, 16}}, exportMonths},
}

func exportFiscal(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
	made := 0
	return tx.FiscalList(c, s, func(r store.FiscalRow) error {
		if made++; made > exportMost {
			return fault.New(fault.QueryMalformed, "name", "from")
		}
		var vat, city money.Amount
		for _, p := range r.Parts {
			vat, city = vat+p.VAT, city+p.City
		}
		holds := ""
		if r.Holds {
			holds = "✓"
		}
		return row(string(r.Bill), n.point(r.Point), n.of("fiscal.job.", string(r.Job)), n.of("fiscal.state.", string(cmp.Or(r.State, fiscalSent))), r.Number, r.Date, r.Total().String(), vat.String(), city.String(), holds, string(r.By), r.Message)
	})
}

func exportMonths(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
	list, err := monthsOf(tx, c, s)
	for _, m := range slices.Backward(list) {
		for _, x := range m.Classes {
			err = cmp.Or(err, row(string(m.Month), n.of("tax.", x.Class), x.Sold.Total.String(), x.Sold.VAT.String(), x.Sold.CityTax.String(), number(x.Has.Times), x.Has.Total.String(), x.Has.VAT.String(),
				x.Has.CityTax.String(), x.Missing.Total.String(), x.Missing.VAT.String(), x.Missing.CityTax.String()))
		}
	}
	return err
}
