package till

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/sale"
)

// A return is a draft in a basket until pay makes it a fact. With goods for sale beside it, it is an exchange: one payment
// of the difference, and a return and a sale that are written together.

// beginReturn opens the return of a sale, by the code on its receipt or by its number; without either, of goods without a
// receipt.
func (d *decider) beginReturn() error {
	text := strings.TrimSpace(d.cmd.Code)
	if text == "" { // whether that is allowed is asked once, when it is paid
		return d.openReturn(&sale.Return{})
	}
	if code, ok := billCode(text); ok {
		return d.returnByCode(code)
	}
	bill := d.typedBill(text)
	if err := d.demandSight(bill); err != nil {
		return err
	}
	s, err := d.env.Sale(bill)
	if fault.CodeOf(err) == fault.BillUnknown && isBill(bill) {
		return fault.New(fault.ReturnElsewhere, "bill", string(bill))
	}
	if err != nil {
		return err
	}
	return d.returnOf(s)
}

// billCode reads the code on a receipt, also behind a scanner's symbology identifier.
func billCode(text string) (barcode.BillCode, bool) {
	if scan, err := barcode.Read(text); err == nil {
		text = scan.Text
	}
	return barcode.ParseBill(text)
}

// returnByCode opens the return of the sale whose receipt was scanned. Whoever has the receipt in hand has seen its
// figures: counting blind hides nothing of it.
func (d *decider) returnByCode(code barcode.BillCode) error {
	own := uint64(0)
	if m := d.state.Member; m != nil {
		own = m.Point
	}
	if code.Point != 0 && code.Point != own {
		if d.cmd.Unverified {
			return d.beginUnverified(code)
		}
		return d.returnElsewhere(code)
	}
	s, err := d.env.Sale(code.Bill())
	if fault.CodeOf(err) == fault.BillUnknown {
		return d.returnElsewhere(code)
	}
	if err != nil {
		return err
	}
	if !code.Fits(s) {
		return fault.New(fault.ReturnCode)
	}
	return d.returnOf(s)
}

// returnElsewhere opens the return of what another till has sold, once BAAZ has told it.
func (d *decider) returnElsewhere(code barcode.BillCode) error {
	if d.env.Foreign != nil {
		if r, ok := d.env.Foreign(code.String()); ok {
			if !slices.ContainsFunc(r.Sold.Lines, func(l event.Line) bool { return r.Left(l) > 0 }) {
				return fault.New(fault.ReturnDone, "bill", string(r.Sold.Bill))
			}
			return d.openReturn(&r)
		}
	}
	return fault.New(fault.ReturnElsewhere, "bill", string(code.Bill()))
}

// typedBill takes a bare number for a bill of the open shift.
func (d *decider) typedBill(text string) event.Bill {
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || len(text) > 6 {
			return event.Bill(clip(text, 40))
		}
		n = 10*n + int(r-'0')
	}
	return BillOf(d.state.Shift.Day, d.state.Shift.Number, n)
}

// isBill reports whether a text has the form of a bill's number.
func isBill(b event.Bill) bool {
	_, _, _, ok := event.CutBill(b)
	return ok
}

// returnOf opens the return of one of this till's own sales.
func (d *decider) returnOf(s event.SaleCompleted) error {
	done, err := d.env.Returned(s.Bill)
	if err != nil {
		return err
	}
	r := &sale.Return{Sold: &s, Done: done}
	if code, ok := barcode.BillCodeOf(s, d.point()); ok {
		r.Code = code.String()
	}
	if !slices.ContainsFunc(s.Lines, func(l event.Line) bool { return r.Left(l) > 0 }) {
		return fault.New(fault.ReturnDone, "bill", string(s.Bill))
	}
	return d.openReturn(r)
}

// point is the sales point that the till speaks for; 0: it has never joined.
func (d *decider) point() uint64 { return PointOf(d.state) }

// PointOf is the sales point that a till speaks for; 0: it has never joined.
func PointOf(s *State) uint64 {
	if s.Member == nil {
		return 0
	}
	return s.Member.Point
}

// openReturn puts a return into the basket in front: with goods in it that makes an exchange. One that is under way already
// comes to the front as it is.
func (d *decider) openReturn(r *sale.Return) error {
	for _, b := range d.state.Baskets {
		if r.Sold != nil && b.Return != nil && b.Return.Sold != nil && b.Return.Sold.Bill == r.Sold.Bill && b.Return.Point == r.Point {
			d.front(b.ID)
			d.out.Result = Result{Basket: b.ID, Return: true}
			return nil
		}
	}
	b, err := d.basketOrNew()
	if err == nil && b.Return != nil {
		b, err = d.fresh()
	}
	if err != nil {
		return err
	}
	b.Return = r
	d.put(b)
	d.out.Result = Result{Basket: b.ID, Return: true}
	d.over()
	return nil
}

// over lets the last sale's change leave the screen: the next one has begun.
func (d *decider) over() {
	if l := d.state.Last; l != nil {
		d.out.Desk.Over = l.Bill
	}
}

// returning returns the basket that the command names and the return in it.
func (d *decider) returning() (*sale.Basket, error) {
	b, err := d.basket()
	if err == nil && b.Return == nil || fault.CodeOf(err) == fault.BasketEmpty {
		return nil, fault.New(fault.ReturnNone)
	}
	return b, err
}

// scanReturn chooses one more of what was scanned. The first scan leaves only itself chosen: until then all comes back.
// Without a receipt the good is taken at the price of the day.
func (d *decider) scanReturn() error {
	b, err := d.returning()
	if err != nil {
		return err
	}
	text, quantity, err := d.split()
	if err != nil {
		return err
	}
	f, err := d.find(text)
	if stamp, ok := stampText(d.cmd.Code); ok && noGood(err) {
		if done, err := d.scanStampBack(b, stamp); done || err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if b.Return.Sold == nil {
		return d.scanGood(b, f, quantity)
	}
	if quantity == 0 {
		quantity = max(f.quantity, catalog.One)
	}
	r := b.Return
	if r.Chosen == nil {
		r.Chosen = map[int]catalog.Quantity{}
	}
	best := -1
	for i, l := range r.Sold.Lines {
		if l.Good == f.good.Code && (best < 0 || r.Left(l) > r.Chosen[l.No]) {
			if best = i; r.Left(l) > r.Chosen[l.No] {
				break
			}
		}
	}
	if best < 0 {
		return fault.New(fault.ReturnGood, "code", clip(f.code, 40))
	}
	l := r.Sold.Lines[best]
	// What was weighed comes back whole unless said otherwise: nobody weighs it again to the gram.
	if d.cmd.Quantity == "" && !l.Quantity.Whole() {
		quantity = r.Left(l)
	}
	return d.choose(b, l, r.Chosen[l.No]+quantity)
}

// scanGood adds a good that comes back without a receipt.
func (d *decider) scanGood(b *sale.Basket, f found, quantity catalog.Quantity) error {
	it, err := d.item(f, quantity)
	if err != nil {
		return err
	}
	goods := &sale.Basket{Items: b.Return.Goods, Next: b.Return.Next}
	goods.Add(it)
	if len(goods.Items) > MaxLines {
		return fault.New(fault.BasketFull, "most", "1000")
	}
	b.Return.Goods, b.Return.Next, b.Return.Touched = goods.Items, goods.Next, goods.Touched
	return d.putReturn(b)
}

// choose sets how much of a sold line comes back.
func (d *decider) choose(b *sale.Basket, l event.Line, q catalog.Quantity) error {
	left := b.Return.Left(l)
	if q > left {
		return fault.New(fault.ReturnLeft, "name", l.Name, "left", left.String())
	}
	if l.Quantity.Whole() && !q.Whole() {
		return fault.New(fault.QuantityWhole, "name", l.Name)
	}
	if q == 0 {
		delete(b.Return.Chosen, l.No)
	} else {
		b.Return.Chosen[l.No] = q
	}
	if int(q/catalog.One) < len(b.Return.Stamps[l.No]) { // nobody knows which unit stays after all
		delete(b.Return.Stamps, l.No)
	}
	b.Return.Touched = l.No
	return d.putReturn(b)
}

// setReturn says how much of which lines comes back, and why. Lines that are not named stay as they are.
func (d *decider) setReturn() error {
	b, err := d.returning()
	if err != nil {
		return err
	}
	if reason := strings.TrimSpace(d.cmd.Reason); reason != "" {
		b.Return.Reason = reason
	}
	if len(d.cmd.Lines) > 0 {
		b.Return.ChooseAll()
	}
	for _, t := range d.cmd.Lines {
		q, err := catalog.ParseQuantity(string(t.Quantity))
		if err != nil || q < 0 {
			return fault.Wrap(err, fault.QuantityBad, "value", clip(string(t.Quantity), 30), "most", catalog.MaxQuantity.String())
		}
		if err := d.setLine(b, t.Line, q); err != nil {
			return err
		}
	}
	return d.putReturn(b)
}

func (d *decider) setLine(b *sale.Basket, no int, q catalog.Quantity) error {
	r := b.Return
	if r.Sold != nil {
		i := slices.IndexFunc(r.Sold.Lines, func(l event.Line) bool { return l.No == no })
		if i < 0 {
			return fault.New(fault.LineUnknown)
		}
		return d.choose(b, r.Sold.Lines[i], q)
	}
	i := slices.IndexFunc(r.Goods, func(it sale.Item) bool { return it.No == no })
	if i < 0 {
		return fault.New(fault.LineUnknown)
	}
	r.Touched = no
	if q == 0 {
		r.Goods = slices.Delete(r.Goods, i, i+1)
		return nil
	}
	if q != r.Goods[i].Quantity {
		r.Goods[i].Quantity, r.Goods[i].LabelPrice = q, 0
		fewer(&r.Goods[i])
	}
	return checkQuantity(r.Goods[i])
}

// putReturn puts a basket whose return can still be priced.
func (d *decider) putReturn(b *sale.Basket) error {
	if _, err := d.priceReturn(b.Return, b.Return.Done); err != nil {
		return err
	}
	d.out.Drafts = nil // a list of lines changes them one by one
	d.put(b)
	return nil
}

// dropReturn takes the return out of the basket: nothing has happened yet.
func (d *decider) dropReturn() error {
	b, err := d.returning()
	if err != nil {
		return err
	}
	if b.Return = nil; b.Untouched() {
		d.ended(b)
		return nil
	}
	b.Tenders = nil
	d.put(b)
	return nil
}

func (d *decider) priceReturn(r *sale.Return, done sale.Done) (sale.Back, error) {
	terms, err := d.terms()
	if err != nil {
		return sale.Back{}, err
	}
	back, err := sale.PriceReturn(r, done, terms.Rates, terms.Payer, sale.Rounding{To: terms.RoundTo})
	switch {
	case errors.Is(err, sale.ErrReturn):
		return back, fault.Wrap(err, fault.ReturnDone, "bill", string(r.Sold.Bill))
	case err != nil:
		return back, fault.Wrap(err, fault.AmountTooLarge)
	}
	return back, nil
}

// PriceReturn works out a return as it would be paid now, and how much of each way to pay can go back.
func PriceReturn(s *State, r *sale.Return, env Env) (back sale.Back, left []event.TenderTotal, err error) {
	back, err = (&decider{state: s, env: env}).priceReturn(r, r.Done)
	return back, leftOf(r, r.Done, back), err
}

// leftOf says how much can go back by which way. Without a receipt nobody knows how it was paid: cash it is.
func leftOf(r *sale.Return, done sale.Done, back sale.Back) []event.TenderTotal {
	if r.Sold == nil {
		return []event.TenderTotal{{Kind: event.Cash, Count: 1, Amount: -back.Total}}
	}
	return payment.Left(r.Sold.Tenders, done.Money)
}

// payReturn makes facts of a return and, in an exchange, of the sale beside it.
func (d *decider) payReturn(b *sale.Basket) error {
	r := b.Return
	if err := d.demand(ReturnRight(r)); err != nil {
		return err
	}
	done, err := d.doneNow(r)
	if err != nil {
		return err
	}
	back, err := d.priceReturn(r, done)
	if err != nil {
		return err
	}
	if len(back.Lines) == 0 {
		return fault.New(fault.ReturnEmpty)
	}
	if err := d.checkUnverified(r, back); err != nil {
		return err
	}
	if d.who.Reason = strings.TrimSpace(cmp.Or(d.cmd.Reason, r.Reason)); d.who.Reason == "" {
		return fault.New(fault.ReturnReason)
	}
	p, err := d.price(b)
	if err != nil {
		return err
	}
	if err := d.checkDiscounts(b, p); err != nil {
		return err
	}
	if err := checkStampsBack(r); err != nil {
		return err
	}
	if err := d.checkStamps(b); err != nil {
		return err
	}
	due := p.Total + back.Total
	if err := d.told(due); err != nil {
		return err
	}
	m, err := d.settleReturn(leftOf(r, done, back), due, -back.Total)
	if err != nil {
		return err
	}
	return d.writeReturn(b, back, p, m)
}

// ReturnRight is the right that a return takes.
func ReturnRight(r *sale.Return) Right {
	switch {
	case r.Unverified:
		return RightReturnUnverified
	case r.Sold == nil:
		return RightReturnNoReceipt
	case r.Point != 0:
		return RightReturnOther
	}
	return RightReturnOwn
}

// doneNow is what has come back until this moment: another basket may have returned the same goods since this one began.
func (d *decider) doneNow(r *sale.Return) (sale.Done, error) {
	if r.Until != 0 && d.env.Now.UnixMicro() > r.Until {
		return r.Done, fault.New(fault.ReturnLate) // somebody else may have the goods by now
	}
	if r.Sold == nil || r.Point != 0 {
		return r.Done, nil
	}
	done, err := d.env.Returned(r.Sold.Bill)
	if err != nil {
		return done, err
	}
	now := *r
	now.Done = done
	for _, l := range r.Sold.Lines {
		if r.Chosen == nil {
			continue
		}
		if left := now.Left(l); r.Chosen[l.No] > left {
			return done, fault.New(fault.ReturnLeft, "name", l.Name, "left", left.String())
		}
	}
	r.Done = done // what "all that is left" means
	return done, nil
}

// settled is how a return and the sale beside it are paid.
type settled struct {
	back    []event.Tender // of the return: negative
	paid    []event.Tender // of the sale
	change  money.Amount
	out     money.Amount // that goes back to the buyer
	carried money.Amount
}

// settleReturn divides the money. due is what the buyer has to pay, below zero what goes back to the buyer; returned is what
// the goods that come back had cost.
func (d *decider) settleReturn(left []event.TenderTotal, due, returned money.Amount) (settled, error) {
	offers, err := d.offers()
	if err != nil {
		return settled{}, err
	}
	var m settled
	if due >= 0 {
		if m.paid, m.change, err = d.settle(due, offers); err != nil {
			return settled{}, err
		}
		offers = nil
	} else {
		m.out = -due
		if len(offers) == 0 {
			offers = payment.PlanBack(left, m.out)
		}
		overCash, err := payment.CheckBack(left, offers, m.out)
		if err != nil {
			return settled{}, err
		}
		if overCash > 0 {
			if err := d.demand(RightReturnCash); err != nil {
				return settled{}, err
			}
		}
	}
	m.carried = returned - m.out
	for _, o := range offers {
		m.back = append(m.back, tenderBack(o))
	}
	for _, o := range payment.Carry(left, offers, m.carried) {
		t := event.Tender{Kind: o.Kind, Given: o.Amount, Amount: o.Amount, Carried: true}
		m.paid = append(m.paid, t)
		t.Given, t.Amount = -t.Given, -t.Amount
		m.back = append(m.back, t)
	}
	return m, nil
}

func tenderBack(o payment.Offer) event.Tender {
	return event.Tender{Kind: o.Kind, Given: -o.Amount, Amount: -o.Amount, Slip: o.Slip, Unchecked: o.Kind != event.Cash}
}

// writeReturn records the return, the sale beside it, their papers and the drawer.
func (d *decider) writeReturn(b *sale.Basket, back sale.Back, p sale.Priced, m settled) error {
	s := d.returned(b, back, m.back)
	if err := d.renamed(&s); err != nil {
		return err
	}
	d.fact(s)
	if err := d.reportReturn(s, b.Return.Sold); err != nil {
		return err
	}
	d.out.Result = Result{Bill: s.Bill, Total: &s.Total, Back: &m.out, Change: &m.change}
	papers := []event.Bill{s.Bill}
	if s.Partial() {
		papers = append(papers, s.Bill.Corrected())
	}
	if len(b.Items) > 0 {
		sold := d.completed(b, p, s.Number+1)
		sold.Tenders, sold.Change, sold.Exchange = m.paid, m.change, s.Bill
		d.fact(sold)
		if err := d.askFiscal(sold); err != nil {
			return err
		}
		papers = append(papers, sold.Bill)
		d.out.Result.Bill, d.out.Result.Total = sold.Bill, &sold.Total
	}
	for _, bill := range papers {
		d.askReceipt(bill)
	}
	d.askDrawer(slices.Concat(m.back, m.paid), CauseBack)
	result := d.out.Result
	d.ended(b)
	d.out.Result = result
	return nil
}

// renamed makes a return out to the business that the sale's e-barimt is made out to: its number may have been mended since.
func (d *decider) renamed(s *event.SaleReturned) error {
	if s.Register == "" || s.Of == nil || s.Of.Point != 0 || d.env.Chain == nil {
		return nil
	}
	c, err := d.chain(s.Of.Bill)
	if err != nil {
		return err
	}
	now := c.Named(event.SaleCompleted{Register: s.Register, Business: s.Business})
	s.Register, s.Business = now.Register, now.Business
	return nil
}

// reportReturn has the tax office told of a return, where the sale was reported: what came back whole is cancelled, else a
// receipt over what stays takes the place of the chain's latest. While that is not issued yet, or nobody knows, the job
// waits in the chain for what comes before it. Nothing is left to report of a sale whose e-barimt a person gave up.
func (d *decider) reportReturn(s event.SaleReturned, sold *event.SaleCompleted) error {
	if d.env.Fiscal == nil || s.Of == nil || s.Of.Point != 0 {
		return nil
	}
	c, err := d.chain(s.Of.Bill)
	if err != nil {
		return err
	}
	_, holds := c.Latest()
	if _, pending := c.Pending(); !holds && !pending {
		return nil
	}
	asked := event.FiscalAsked{Who: d.who, Bill: s.Of.Bill, Shift: s.Shift, Local: s.Local, Job: event.FiscalCancel, Return: s.Bill, Attempt: c.NextAttempt()}
	if stays := s.Stays(); stays.Total > 0 {
		stays.Shift, stays.Number = sold.Shift, sold.Number // the suffix is of the chain
		asked.Job = event.FiscalCorrect
		if err = d.fiscalBody(&asked, stays, fiscal.Options{Attempt: asked.Attempt}); err != nil {
			return err
		}
	}
	d.fact(asked)
	return nil
}

func (d *decider) returned(b *sale.Basket, back sale.Back, tenders []event.Tender) event.SaleReturned {
	shift, r := d.state.Shift, b.Return
	s := event.SaleReturned{
		Who: d.who, Bill: BillOf(shift.Day, shift.Number, shift.NextBill), Shift: shift.Number, Day: shift.Day,
		Number: shift.NextBill, Local: d.local(), Basket: b.ID, SellerName: d.me.Name, Merchant: d.env.Merchant, Payer: d.payer(),
		Lines: back.Lines, Gross: back.Gross, Discount: back.Discount, Total: back.Total, VAT: back.VAT, CityTax: back.CityTax,
		Tenders: tenders, Unverified: r.Unverified, Claim: r.Claim,
	}
	if sold := r.Sold; sold != nil {
		s.Of = &event.Origin{Bill: sold.Bill, Local: sold.Local, Code: r.Code, Point: r.Point, PointName: r.PointName}
		s.Payer, s.Buyer, s.Register, s.Business, s.Consumer, s.RoundTo, s.Left = sold.Payer, sold.Buyer, sold.Register, sold.Business, sold.Consumer,
			sold.RoundTo, back.Left
	}
	if r.Unverified {
		s.Of = &event.Origin{Bill: r.Bill, Code: r.Code, Point: r.Point}
	}
	if len(s.Left) > 0 {
		s.Paid = paidStill(r, tenders, s.Left)
	}
	return s
}

// paidStill says how what stays with the buyer is paid.
func paidStill(r *sale.Return, tenders []event.Tender, left []event.Line) []event.Tender {
	back := map[event.TenderKind]money.Amount{}
	for kind, a := range r.Done.Money {
		back[kind] += a
	}
	for _, t := range tenders {
		back[t.Kind] -= t.Amount
	}
	var total money.Amount
	for _, l := range left {
		total += l.Total
	}
	return payStill(r.Sold.Tenders, back, total)
}
