package receipt

import (
	"strings"

	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Sale lays out the receipt of a paid sale. It repeats the figures of the fact and computes none anew, but for a line's
// sum before its share of the ticket's discount: the sums at the right edge add up to the total, row by row.
func Sale(s event.SaleCompleted, o Options) Doc {
	g := newGrid(o)
	g.copyHead(o.Copy)
	g.demoHead(o.Fiscal)
	g.merchant(s.Merchant)
	g.rule()
	g.saleFacts(s, o)
	g.rule()
	for i, l := range s.Lines {
		if i > 0 {
			g.space()
		}
		g.line(l)
	}
	g.rule()
	g.saleTotals(s)
	g.tenders(s)
	g.billCode(o.Code)
	g.end(s, o)
	return g.doc()
}

// end closes a receipt: the shop's last words, and what there is of the e-barimt, last.
func (g *grid) end(s event.SaleCompleted, o Options) {
	if o.Fiscal == nil {
		g.notFiscal()
	}
	g.footer(s.Merchant.Footer)
	if o.Fiscal == nil {
		g.copyFoot(o.Copy)
		return
	}
	g.fiscal(s, *o.Fiscal, o.Copy)
}

// Continuation marks the rest of a receipt whose beginning was printed before the printer was lost.
func Continuation(bill event.Bill, o Options) Doc {
	g := newGrid(o)
	g.rule()
	g.centre(wordContinuation+" "+clean(string(bill)), bold)
	g.rule()
	return g.doc()
}

func (g *grid) copyHead(is bool) {
	if is {
		g.centre(wordCopy, double)
		g.space()
	}
}

func (g *grid) copyFoot(is bool) {
	if is {
		g.space()
		g.centre(wordCopy, double)
	}
}

// owner heads papers that stay in the shop.
func (g *grid) owner(m event.Merchant) {
	g.headline(clean(m.Name))
	if tin := clean(m.TIN); tin != "" {
		g.centre(wordTIN+nbsp+tin, plain)
	}
}

func (g *grid) merchant(m event.Merchant) {
	g.owner(m)
	g.centre(clean(m.Address), plain)
	if phone := clean(m.Phone); phone != "" {
		g.centre(wordPhone+" "+phone, plain)
	}
	for _, h := range m.Header {
		g.centre(clean(h), plain)
	}
}

// fact adds a pair where there is a value.
func (g *grid) fact(label, value string) {
	if value != "" {
		g.pair(label, value, plain)
	}
}

func (g *grid) place(m event.Merchant) {
	g.fact(wordBranch, clean(m.Branch))
	g.fact(wordTill, clean(m.Till))
}

func (g *grid) saleFacts(s event.SaleCompleted, o Options) {
	g.fact(wordBill, clean(string(s.Bill)))
	g.fact(wordDate, wallTime(s.Local))
	g.place(s.Merchant)
	g.fact(wordSeller, firstOf(s.SellerName, string(s.By)))
	if b := s.Buyer; b != nil {
		g.fact(wordBuyer, firstOf(b.Name, b.Code))
		g.fact(wordCard, masked(clean(b.Card)))
	}
	g.business(s.Register, s.Business)
	g.fact(wordConsumer, clean(s.Consumer))
	g.fact(wordExchangeWith, clean(string(s.Exchange)))
	if o.Copy {
		g.fact(wordPrinted, wallTime(o.Printed))
	}
}

// business names a business that bought, by its numbers and its name as far as they are known; a person needs neither.
func (g *grid) business(number event.Register, b *event.Business) {
	r := clean(string(number))
	if r == "" {
		return
	}
	if b == nil {
		b = &event.Business{}
		if number.TIN() {
			b.TIN = string(number)
		}
	}
	label := wordBusiness
	add := func(value string) {
		g.pair(label, value, plain)
		label = ""
	}
	if tin := clean(b.TIN); tin != "" {
		add(wordTIN + nbsp + tin)
	}
	if !number.TIN() {
		add(wordRegister + nbsp + r)
	}
	g.left(clean(b.Name), plain)
}

// line prints a name and, moved in, how its sum comes about.
func (g *grid) line(l event.Line) {
	g.left(firstOf(l.Name, string(l.Good), string(Missing)), plain)
	count := quantity(l.Quantity)
	if unit := clean(l.Unit); unit != "" {
		count += nbsp + unit
	}
	count += " ×" + nbsp + amount(l.UnitPrice)
	sum := amount(l.Total + l.TicketDiscount)
	if l.LineDiscount == 0 {
		g.indented(2, count, sum, plain)
		return
	}
	g.indented(2, count+" ="+nbsp+amount(l.Gross), "", plain)
	g.indented(2, discountWord(wordDiscount, l.Discount)+" "+amount(-l.LineDiscount), sum, plain)
}

// discountWord says what a discount is: "Хөнгөлөлт 10 % (хугацаа дөхсөн)".
func discountWord(word string, d *event.Discount) string {
	if d == nil {
		return word
	}
	if d.Percent != 0 {
		word += " " + percent(d.Percent)
	}
	if why := clean(d.Reason); why != "" {
		word += " (" + why + ")"
	}
	return word
}

func (g *grid) saleTotals(s event.SaleCompleted) {
	var lines money.Amount
	for _, l := range s.Lines {
		lines += l.LineDiscount
	}
	ticket := s.Discount - lines - s.Rounding
	if s.Discount != 0 {
		g.pair(wordGross, amount(s.Gross), plain)
	}
	if lines != 0 {
		g.pair(wordLinesOff, amount(-lines), plain)
	}
	if ticket != 0 {
		g.pair(discountWord(ticketWord(s), s.TicketDiscount), amount(-ticket), plain)
	}
	if s.Rounding != 0 {
		g.pair(wordRounding, amount(-s.Rounding), plain)
	}
	if s.Discount != 0 {
		g.space()
	}
	g.total(wordTotal, amount(s.Total)+currencySuffix)
	g.space()
	g.classes(s)
	if s.Payer.VAT {
		g.pair(rateWord(wordVAT, s.Lines, vatOf), exact(s.VAT), plain)
	}
	if s.CityTax != 0 {
		g.pair(rateWord(wordCityTax, s.Lines, cityOf), exact(s.CityTax), plain)
	}
}

// classes says what was sold in which tax class, where there is more than one: a single one is told by the taxes.
func (g *grid) classes(s event.SaleCompleted) {
	sums := map[tax.Class]money.Amount{}
	for _, l := range s.Lines {
		sums[l.Tax] += l.Total
	}
	if len(sums) < 2 || !s.Payer.VAT {
		return
	}
	for _, c := range []tax.Class{tax.VATAble, tax.VATFree, tax.VATZero, tax.NoVAT} {
		if sum, sold := sums[c]; sold {
			g.pair(classWord(c), amount(sum), plain)
		}
	}
}

// ticketWord tells the discount of a customer's card from one given by hand.
func ticketWord(s event.SaleCompleted) string {
	d := s.TicketDiscount
	if s.Buyer != nil && d != nil && d.Reason == "" && d.Percent == s.Buyer.Percent {
		return wordCardOff
	}
	return wordDiscount
}

func vatOf(l event.Line) tax.Rate  { return l.VATRate }
func cityOf(l event.Line) tax.Rate { return l.CityRate }

// rateWord adds the rate to a tax's name where all taxed lines share one.
func rateWord(word string, lines []event.Line, of func(event.Line) tax.Rate) string {
	var rate tax.Rate
	for _, l := range lines {
		switch r := of(l); {
		case r == 0 || r == rate:
		case rate == 0:
			rate = r
		default:
			return word
		}
	}
	if rate == 0 {
		return word
	}
	return word + " " + percent(rate)
}

func (g *grid) tenders(s event.SaleCompleted) {
	g.rule()
	for _, t := range s.Tenders {
		label, paid := tenderName(t), t.Amount
		if t.Carried {
			label = wordExchange + " (" + label + ")"
		}
		if t.Kind == event.Cash && t.Given != 0 {
			paid = t.Given
		}
		if slip := clean(t.Slip); slip != "" {
			label += " №" + nbsp + slip
		}
		g.pair(label, amount(paid), plain)
	}
	if s.Change != 0 {
		g.pair(wordChange, amount(s.Change), bold)
	}
}

// notFiscal keeps anyone from taking this receipt for an e-barimt.
func (g *grid) notFiscal() {
	g.rule()
	g.space()
	g.centre(wordNotFiscal, double)
	g.centre(wordNoLottery, plain)
	g.space()
}

func (g *grid) footer(lines []string) {
	if len(lines) > 0 && g.rows[len(g.rows)-1].Kind == Text {
		g.space()
	}
	for _, f := range lines {
		g.centre(clean(f), plain)
	}
}

// firstOf returns the first text that leaves something to print.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t = clean(t); t != "" {
			return t
		}
	}
	return ""
}

// masked shows the last four characters of a card's number: a receipt that was thrown away must not serve as the card.
func masked(card string) string {
	all := []rune(card)
	if len(all) <= 4 {
		return card
	}
	return strings.Repeat("*", 4) + string(all[len(all)-4:])
}
