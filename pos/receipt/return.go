package receipt

import (
	"strings"

	"posbox/pos/event"
	"posbox/pos/money"
)

// Return lays out the paper of a return: what came back, why, of which receipt, how the money went, and a line to sign on.
// Its figures are those of the fact, without their minus: the words say which way they go.
func Return(s event.SaleReturned, o Options) Doc {
	g := newGrid(o)
	g.copyHead(o.Copy)
	g.merchant(s.Merchant)
	g.space()
	g.centre(wordReturn, double)
	g.rule()
	g.returnFacts(s, o)
	g.rule()
	for i, l := range s.Came() {
		if i > 0 {
			g.space()
		}
		g.line(back(l))
	}
	g.rule()
	g.lessBack(s.Lines)
	g.total(wordBack, amount(-s.Total)+currencySuffix)
	g.space()
	if s.Payer.VAT {
		g.pair(wordBackVAT+rateWord(wordVAT, s.Lines, vatOf), exact(-s.VAT), plain)
	}
	if s.CityTax != 0 {
		g.pair(wordBackVAT+rateWord(wordCityTax, s.Lines, cityOf), exact(-s.CityTax), plain)
	}
	g.rule()
	g.left(wordBackTenders, bold)
	for _, t := range s.Tenders {
		g.pair(backWord(t), amount(-t.Amount), plain)
	}
	g.signatures(s)
	g.copyFoot(o.Copy)
	return g.doc()
}

// lessBack says what of the lines' sums was not paid then, and so does not go back; rounding may add some as well.
func (g *grid) lessBack(lines []event.Line) {
	var ticket, rounded money.Amount
	for _, l := range lines {
		ticket, rounded = ticket+l.TicketDiscount-l.Rounding, rounded+l.Rounding
	}
	if ticket != 0 {
		g.pair(wordDiscount, amount(ticket), plain)
	}
	if rounded != 0 {
		g.pair(wordRounding, amount(rounded), plain)
	}
	if ticket != 0 || rounded != 0 {
		g.space()
	}
}

func (g *grid) returnFacts(s event.SaleReturned, o Options) {
	g.fact(wordReturnNote, clean(string(s.Bill)))
	g.fact(wordDate, wallTime(s.Local))
	g.place(s.Merchant)
	g.fact(wordSeller, firstOf(s.SellerName, string(s.By)))
	g.fact(wordApproved, clean(string(s.ApprovedBy)))
	if b := s.Buyer; b != nil {
		g.fact(wordBuyer, firstOf(b.Name, b.Code))
	}
	g.business(s.Register, s.Business)
	if s.Of == nil {
		g.left(wordNoReceipt, bold)
	} else {
		g.fact(wordReturnOf, clean(string(s.Of.Bill)))
		g.fact(wordSoldOn, wallTime(s.Of.Local))
		g.fact(wordWhereSold, clean(s.Of.PointName))
	}
	if s.Unverified {
		g.left(wordUnverified, bold)
	}
	g.fact(wordReason, clean(s.Reason))
	if o.Fiscal != nil && o.Fiscal.ID != "" {
		g.number(clean(o.Fiscal.ID)) // of the e-barimt that is cancelled or replaced
	}
	if o.Elsewhere {
		g.left(wordReportsOther, bold)
	}
	if o.Copy {
		g.fact(wordPrinted, wallTime(o.Printed))
	}
}

// backWord names a way in which money went back.
func backWord(t event.Tender) string {
	label := tenderName(t)
	if t.Carried {
		label = wordCarried + " (" + label + ")"
	}
	if slip := clean(t.Slip); slip != "" {
		label += " №" + nbsp + slip
	}
	return label
}

// signatures leave lines on which buyer and seller sign, and whoever allowed it.
func (g *grid) signatures(s event.SaleReturned) {
	g.rule()
	words := []string{wordSignBuyer, wordSignSeller}
	if s.ApprovedBy != "" {
		words = append(words, wordSignApprover)
	}
	for _, w := range words {
		g.space()
		g.space()
		g.left(w+" "+strings.Repeat("_", g.columns-cells(w)-1), plain)
	}
	g.space()
}

// back is a line as it was sold, of what came back of it.
func back(l event.Line) event.Line {
	l.Quantity = -l.Quantity
	for _, a := range []*money.Amount{&l.Gross, &l.LineDiscount, &l.TicketDiscount, &l.Rounding, &l.Total, &l.VAT, &l.CityTax} {
		*a = -*a
	}
	return l
}

// Corrected lays out the receipt that the buyer keeps after a partial return: what stays, how it is paid, and the code under
// which it can be returned as well.
func Corrected(s event.SaleReturned, o Options) Doc {
	g := newGrid(o)
	g.copyHead(o.Copy)
	g.demoHead(o.Fiscal)
	g.merchant(s.Merchant)
	g.space()
	g.headline(wordCorrected)
	g.rule()
	if s.Of != nil {
		g.fact(wordBill, clean(string(s.Of.Bill)))
		g.fact(wordSoldOn, wallTime(s.Of.Local))
		g.fact(wordWhereSold, clean(s.Of.PointName))
	}
	g.fact(wordReturnNote, clean(string(s.Bill)))
	g.fact(wordDate, wallTime(s.Local))
	g.place(s.Merchant)
	g.fact(wordSeller, firstOf(s.SellerName, string(s.By)))
	if b := s.Buyer; b != nil {
		g.fact(wordBuyer, firstOf(b.Name, b.Code))
	}
	g.business(s.Register, s.Business)
	if o.Copy {
		g.fact(wordPrinted, wallTime(o.Printed))
	}
	g.rule()
	g.left(wordStays, bold)
	g.saleBody(s.Stays())
	if s.Of != nil {
		g.billCode(s.Of.Code)
	}
	if o.Elsewhere {
		g.elsewhere(s, o)
		return g.doc()
	}
	g.end(s.Stays(), o)
	return g.doc()
}

// elsewhere ends a corrected receipt whose e-barimt another till corrects: its number comes there, and it has no lottery
// number of its own in any case.
func (g *grid) elsewhere(s event.SaleReturned, o Options) {
	g.rule()
	g.space()
	g.centre(wordReportsOther, bold)
	if s.Register == "" {
		g.centre(wordLotteryStays, plain)
	}
	g.space()
	g.footer(s.Merchant.Footer)
	g.copyFoot(o.Copy)
}

// saleBody prints lines, totals and payments.
func (g *grid) saleBody(s event.SaleCompleted) {
	for _, l := range s.Lines {
		g.space()
		g.line(l)
	}
	g.rule()
	g.saleTotals(s)
	g.tenders(s)
}

// billCode prints the code under which the sale is found again, and its digits for whoever has to type them.
func (g *grid) billCode(code string) {
	if len(code) != 24 {
		return
	}
	g.rule()
	g.space()
	g.rows = append(g.rows, Row{Kind: Bars, Payload: code})
	g.centre(strings.Join([]string{code[:6], code[6:11], code[11:16], code[16:21], code[21:]}, " "), plain)
	g.centre(wordReturnCode, plain)
}
