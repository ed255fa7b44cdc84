package web

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/table"
)

// exported is a report as rows of a file. It is written as it is read.
type exported struct {
	title   [2]string // Mongolian, English
	columns []exportColumn
	rows    func(tx *store.Tx, c store.Company, s store.Span, names names, row func(cells ...string) error) error
}

type exportColumn struct {
	mn, en string
	kind   table.Kind
	width  int
}

// names are what things are called, and where the company's clocks are.
type names struct {
	speaker
	points map[store.Point]string
	zone   *time.Location
}

func (n names) point(p store.Point) string {
	if name, ok := n.points[p]; ok {
		return name
	}
	return strconv.FormatInt(int64(p), 10)
}

// exportMost bounds the rows of a file: beside the format's own bound, what somebody can do with it.
var exportMost = 500_000 // a test makes it less

// number writes a whole number.
func number(n int64) string { return strconv.FormatInt(n, 10) }

// exports are all reports that can be taken away, by the name in their address.
var exports = map[string]exported{
	"days": {[2]string{"Өдрөөр", "By day"}, []exportColumn{colDay, colPoint, colSales, colGross, colDiscount, colRounding, colTotal, colVAT, colCity},
		func(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
			list, err := tx.DayLines(c, s)
			for _, r := range list {
				err = cmp.Or(err, row(string(r.Day), n.point(r.Point), number(r.Sales), r.Gross.String(), (r.Discount-r.Rounding).String(), r.Rounding.String(), r.Total.String(), r.VAT.String(), r.City.String()))
			}
			return err
		}},
	"points": {[2]string{"Цэгээр", "By sales point"}, []exportColumn{colPoint, colSales, colGross, colDiscount, colRounding, colTotal, colVAT, colCity},
		func(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
			list, err := tx.PointLines(c, s)
			for _, r := range list {
				err = cmp.Or(err, row(n.point(r.Point), number(r.Sales), r.Gross.String(), (r.Discount-r.Rounding).String(), r.Rounding.String(), r.Total.String(), r.VAT.String(), r.City.String()))
			}
			return err
		}},
	"tenders": {[2]string{"Төлбөрөөр", "By tender"}, []exportColumn{{"Төлбөр", "Tender", table.Text, 16}, colTimes, colTotal},
		func(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
			list, err := tx.TenderLines(c, s)
			for _, r := range list {
				err = cmp.Or(err, row(n.of("tender.", string(r.Tender)), number(r.Times), r.Amount.String()))
			}
			return err
		}},
	"sellers": {[2]string{"Худалдагчаар", "By seller"}, []exportColumn{colCode, colName, colSales, colTotal},
		func(tx *store.Tx, c store.Company, s store.Span, _ names, row func(...string) error) error {
			list, err := tx.SellerLines(c, s, exportMost)
			for _, r := range list {
				err = cmp.Or(err, row(string(r.Seller), r.Name, number(r.Sales), r.Total.String()))
			}
			return err
		}},
	"goods":      sumsExport("Бараагаар", "By good", store.SumGood),
	"categories": sumsExport("Ангиллаар", "By category", store.SumCategory),
	"hours":      sumsExport("Цагаар", "By hour", store.SumHour),
	"taxes":      sumsExport("Татвараар", "By tax", store.SumTax),
	"customers":  sumsExport("Үйлчлүүлэгчээр", "By customer", store.SumCustomer),
	"returns":    sumsExport("Буцаалт", "Returns", store.SumReturn),
	"reasons":    {[2]string{"Шалтгаанаар", "By reason"}, []exportColumn{{"Юу", "Kind", table.Text, 18}, {"Шалтгаан", "Reason", table.Text, 30}, colTimes, colTotal}, exportReasons},
	"sales": {[2]string{"Баримтууд", "Receipts"}, []exportColumn{colDay, colTime, colPoint, colShift, {"Дугаар", "Number", table.Whole, 8}, colSeller, {"Үйлчлүүлэгч", "Customer", table.Text, 14},
		{"Төлбөр", "Tender", table.Text, 12}, colTimes, colTotal}, exportSales},
	"shifts": {[2]string{"Ээлжүүд", "Shifts"}, []exportColumn{colDay, colPoint, colShift, {"Нээсэн", "Opened", table.Text, 20}, {"Хэн нээсэн", "By", table.Text, 10}, {"Хаасан", "Closed", table.Text, 20},
		colSales, colTotal, {"Байх ёстой бэлэн", "Expected cash", table.Amount, 16}, {"Тоолсон", "Counted", table.Amount, 14}, {"Зөрүү", "Difference", table.Amount, 12},
		{"Хассан мөр", "Lines removed", table.Whole, 10}, {"Хассан дүн", "Removed", table.Amount, 12}}, exportShifts},
	"incidents": {[2]string{"Анхаарах", "To look at"}, []exportColumn{colDay, {"Хэзээ", "When", table.Text, 20}, colPoint, colShift, {"Юу", "Kind", table.Text, 18}, colSeller, {"Зөвшөөрсөн", "Approved by", table.Text, 10},
		{"Шалтгаан", "Reason", table.Text, 24}, {"Тайлбар", "What", table.Text, 24}, colTotal}, exportIncidents},
}

// Columns that several reports have.
var (
	colDay      = exportColumn{"Өдөр", "Day", table.Day, 12}
	colTime     = exportColumn{"Цаг", "Time", table.Text, 10}
	colPoint    = exportColumn{"Борлуулалтын цэг", "Sales point", table.Text, 24}
	colShift    = exportColumn{"Ээлж", "Shift", table.Whole, 8}
	colSeller   = exportColumn{"Худалдагч", "Seller", table.Text, 10}
	colCode     = exportColumn{"Код", "Code", table.Text, 16}
	colName     = exportColumn{"Нэр", "Name", table.Text, 36}
	colSales    = exportColumn{"Баримт", "Receipts", table.Whole, 10}
	colTimes    = exportColumn{"Тоо", "Times", table.Whole, 10}
	colQuantity = exportColumn{"Тоо хэмжээ", "Quantity", table.Decimal, 12}
	colGross    = exportColumn{"Хөнгөлөлтгүй дүн", "Before discounts", table.Amount, 18}
	colDiscount = exportColumn{"Хөнгөлөлт", "Discounts", table.Amount, 14}
	colRounding = exportColumn{"Бөөрөнхийлөл", "Rounding", table.Amount, 14}
	colTotal    = exportColumn{"Дүн", "Sum", table.Amount, 18}
	colVAT      = exportColumn{"НӨАТ", "VAT", table.Amount, 16}
	colCity     = exportColumn{"НХАТ", "City tax", table.Amount, 14}
)

func sumsExport(mn, en string, kind store.SumKind) exported {
	columns := []exportColumn{colCode, colName, colTimes, colQuantity, colTotal}
	taxed := kind == store.SumTax // no other sum knows of its taxes: a column of noughts would be taken for them
	if taxed {
		columns = append(columns, colVAT, colCity)
	}
	return exported{[2]string{mn, en}, columns,
		func(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
			list, err := sumsOf(tx, c, kind, s)
			for _, r := range list {
				cells := []string{r.Key, r.Name, number(r.Times), r.Quantity.String(), r.Total.String()}
				if taxed {
					cells[1] = n.of("tax.", r.Key)
					cells = append(cells, r.VAT.String(), r.CityTax.String())
				}
				err = cmp.Or(err, row(cells...))
			}
			return err
		}}
}

func exportSales(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
	p := store.Picked{Span: s}
	for made := 0; made < exportMost; {
		list, err := tx.SaleList(c, p, 1000)
		for _, r := range list {
			at := r.At
			if len(at) > 11 {
				at = at[11:]
			}
			err = cmp.Or(err, row(string(r.Day), at, n.point(r.Point), number(r.Shift), number(r.Number), string(r.Seller), r.Customer, n.of("tender.", r.Tender), number(r.Lines), r.Total.String()))
			p.Before = r
		}
		if made += len(list); err != nil || len(list) < 1000 {
			return err
		}
	}
	return fault.New(fault.QueryMalformed, "name", "from")
}

func exportShifts(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
	list, err := tx.ShiftList(c, s, exportMost)
	for _, r := range list {
		counted, difference := "", ""
		if r.Counts > 0 {
			counted, difference = r.Counted.String(), r.Difference.String()
		}
		err = cmp.Or(err, row(string(r.Day), n.point(r.Point), number(r.Shift), r.OpenedAt, string(r.OpenedBy), r.ClosedAt, number(r.Bills), r.Total.String(), r.Expected.String(), counted, difference,
			number(r.Removed), r.RemovedAmount.String()))
	}
	return err
}

func exportIncidents(tx *store.Tx, c store.Company, s store.Span, n names, row func(...string) error) error {
	list, err := tx.IncidentList(c, s, "", exportMost)
	for _, r := range list {
		what := r.What
		if r.Kind == event.KindOverrideGranted {
			what = n.of("leave.of.", what)
		}
		err = cmp.Or(err, row(string(r.Day), n.clock(r.At), n.point(r.Point), number(r.Shift), n.of("incident.", string(r.Kind)), string(r.Seller), string(r.Approver), r.Reason, what, r.Amount.String()))
	}
	return err
}

// clock is a box's time as the shop's wall time.
func (n names) clock(micros int64) string {
	return boxTime(micros).In(n.zone).Format("2006-01-02 15:04:05")
}

func (s *Server) export(c *call) error {
	name := c.PathValue("report")
	e, ok := exports[name]
	if !ok {
		e, ok = fiscalExports[name]
	}
	if !ok {
		return fault.New(fault.NotFound)
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	lang := langOf(c.Request)
	span := c.span()
	var b bytes.Buffer // nothing is sent of what cannot be told whole
	err = s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		b.Reset()
		return e.write(&b, tx, c.company, span, format, lang)
	})
	if err != nil {
		return err
	}
	c.attach(&b, format, fmt.Sprintf("%s-%s-%s.%s", name, cmp.Or(string(span.From), "all"), span.To, format))
	return nil
}

func (e exported) write(w io.Writer, tx *store.Tx, c store.Company, span store.Span, f table.Format, lang string) error {
	columns := make([]table.Column, len(e.columns))
	for i, x := range e.columns {
		columns[i] = table.Column{Title: either(lang, x.mn, x.en), Kind: x.kind, Width: x.width}
	}
	called := names{speaker: speaker{lang}, points: map[store.Point]string{}}
	points, err := tx.Points(c)
	if err != nil {
		return err
	}
	for _, p := range points {
		called.points[p.Point] = p.Name
	}
	if called.zone, err = zoneOf(tx, c); err != nil {
		return err
	}
	out, err := table.New(w, f, either(lang, e.title[0], e.title[1]), columns)
	if err != nil {
		return err
	}
	err = e.rows(tx, c, span, called, func(cells ...string) error { return out.Row(cells) })
	return cmp.Or(err, out.Close())
}
