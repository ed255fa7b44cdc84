package receipt

import (
	"strconv"
	"strings"

	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Report lays out a shift's report: X while the shift is open, Z once it is closed. A blind report leaves out every sum
// from which the drawer's content could be told: tenders, what should be there, the difference, and the sales themselves,
// since in a shop that takes mostly cash they are the same.
func Report(r event.Report, o Options) Doc {
	g := newGrid(o)
	g.copyHead(o.Copy)
	g.owner(o.Merchant)
	g.reportTitle(r)
	g.rule()
	g.reportFacts(r, o)
	g.sales(r, o.Blind)
	if !o.Blind {
		g.reportTenders(r.Tenders)
		g.reportTaxes(r)
	}
	g.returns(r, o.Blind)
	g.drawer(r, o.Blind)
	g.control(r)
	if r.ClosedAt != "" {
		g.signature()
	}
	g.copyFoot(o.Copy)
	return g.doc()
}

func (g *grid) reportTitle(r event.Report) {
	g.space()
	if r.ClosedAt == "" {
		g.centre(wordXReport, double)
	} else {
		g.centre(wordZReport, double)
	}
}

func (g *grid) reportFacts(r event.Report, o Options) {
	g.place(o.Merchant)
	g.fact(wordShift, group(strconv.Itoa(r.Shift)))
	g.fact(wordDay, clean(string(r.Day)))
	g.moment(wordOpened, r.OpenedAt, r.OpenedBy)
	g.moment(wordClosed, r.ClosedAt, r.ClosedBy)
	if o.Copy || r.ClosedAt == "" {
		g.fact(wordPrinted, wallTime(o.Printed))
	}
}

// moment prints when a thing was done and, beside its name, the code of the seller who did it.
func (g *grid) moment(label, at string, by event.SellerCode) {
	if at == "" {
		return
	}
	if code := clean(string(by)); code != "" {
		label += " (" + code + ")"
	}
	g.pair(label, wallTime(at), plain)
}

func (g *grid) section(title string) {
	g.rule()
	g.left(title, bold)
}

// counted adds "name (count)" and a sum.
func (g *grid) counted(name string, n int, sum money.Amount) {
	g.pair(name+" ("+group(strconv.Itoa(n))+")", amount(sum), plain)
}

func (g *grid) count(label string, n int) { g.pair(label, group(strconv.Itoa(n)), plain) }

func (g *grid) sales(r event.Report, blind bool) {
	g.section(wordSales)
	g.count(wordBills, r.Bills)
	g.fact(wordFirst, clean(string(r.First)))
	g.fact(wordLast, clean(string(r.Last)))
	if blind {
		g.space()
		if r.ClosedAt == "" {
			g.left(wordBlind, plain)
		} else {
			g.left(wordBlindZ, plain)
		}
		return
	}
	if r.Discount != 0 {
		g.pair(wordGross, amount(r.Gross), plain)
		if off := r.Discount - r.Rounding; off != 0 {
			g.pair(wordDiscount, amount(-off), plain)
		}
		if r.Rounding != 0 {
			g.pair(wordRounding, amount(-r.Rounding), plain)
		}
	}
	g.space()
	g.total(wordTotal, amount(r.Total)+currencySuffix)
}

// reportTenders lists the ways to pay in their fixed order, then those that this version does not know.
func (g *grid) reportTenders(totals []event.TenderTotal) {
	if len(totals) == 0 {
		return
	}
	g.section(wordTenders)
	for _, k := range event.TenderKinds {
		for _, t := range totals {
			if t.Kind == k {
				g.counted(totalName(t), t.Count, t.Amount)
			}
		}
	}
	for _, t := range totals {
		if !known(t.Kind) {
			g.counted(totalName(t), t.Count, t.Amount)
		}
	}
}

func known(kind event.TenderKind) bool {
	for _, k := range event.TenderKinds {
		if k == kind {
			return true
		}
	}
	return false
}

// reportTaxes sums the sales by tax class, then the taxes in them.
func (g *grid) reportTaxes(r event.Report) {
	if len(r.Taxes) == 0 {
		return
	}
	g.section(wordTaxes)
	for _, c := range tax.Classes {
		for _, t := range r.Taxes {
			if t.Class == c {
				g.pair(classWord(t.Class), amount(t.Total), plain)
			}
		}
	}
	for _, t := range r.Taxes {
		if !t.Class.Valid() {
			g.pair(classWord(t.Class), amount(t.Total), plain)
		}
	}
	if r.VAT != 0 {
		g.pair(wordVAT, exact(r.VAT), plain)
	}
	if r.CityTax != 0 {
		g.pair(wordCityTax, exact(r.CityTax), plain)
	}
}

// returns tells what came back, apart from the sales, and what remains of them.
func (g *grid) returns(r event.Report, blind bool) {
	if r.Returns == 0 {
		return
	}
	g.section(wordReturns)
	g.count(wordReturnsCount, r.Returns)
	if blind {
		return
	}
	for _, t := range r.Returned.Tenders {
		g.counted(totalName(t), t.Count, -t.Amount)
	}
	for _, t := range r.Returned.Taxes {
		g.pair(classWord(t.Class), amount(-t.Total), plain)
	}
	if v := r.Returned.VAT; v != 0 {
		g.pair(wordVAT, exact(-v), plain)
	}
	if v := r.Returned.CityTax; v != 0 {
		g.pair(wordCityTax, exact(-v), plain)
	}
	g.pair(wordReturns, amount(-r.Returned.Total), bold)
	g.space()
	g.total(wordNet, amount(r.Total-r.Returned.Total)+currencySuffix)
}

// drawer follows the cash from the float to what should lie in the drawer, then to what was found there.
func (g *grid) drawer(r event.Report, blind bool) {
	g.section(wordDrawer)
	g.pair(wordFloat, amount(r.Float), plain)
	if !blind {
		g.pair(wordCashSales, amount(r.Expected-r.Float-r.CashIn+r.CashOut+r.Returned.Cash()), plain)
		if cash := r.Returned.Cash(); cash != 0 {
			g.pair(wordCashBack, amount(-cash), plain)
		}
	}
	if r.CashIn != 0 {
		g.pair(wordCashIn, amount(r.CashIn), plain)
	}
	if r.CashOut != 0 {
		g.pair(wordCashOut, amount(-r.CashOut), plain)
	}
	if !blind {
		g.pair(wordExpected, amount(r.Expected), bold)
	}
	if r.Counted == nil {
		g.left(wordUncounted, plain)
		return
	}
	g.pair(wordCounted, amount(*r.Counted), plain)
	if !blind && r.Difference != nil {
		g.difference(*r.Difference)
	}
	if r.Counts > 1 {
		g.count(wordCounts, r.Counts)
	}
}

func (g *grid) difference(d money.Amount) {
	switch {
	case d < 0:
		g.pair(wordShort, amount(d), bold)
	case d > 0:
		g.pair(wordOver, amount(d), bold)
	default:
		g.left(wordEven, bold)
	}
}

func (g *grid) control(r event.Report) {
	g.section(wordControl)
	g.counted(wordRemoved, r.Removed, r.RemovedAmount)
	g.count(wordOpenings, r.DrawerOpened)
	g.count(wordCopies, r.Copies)
	g.count(wordOverrides, r.Overrides)
}

// signature leaves a line to sign on.
func (g *grid) signature() {
	g.rule()
	g.space()
	g.space()
	g.left(wordSignature+" "+strings.Repeat("_", g.columns-cells(wordSignature)-1), plain)
}
