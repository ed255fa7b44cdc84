package till

import (
	"strconv"
	"strings"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/payment"
	"posbox/pos/sale"
)

// Limits of what may be open at once.
const (
	MaxBaskets = 20
	MaxLines   = 1000
)

// basket returns a copy of the basket that the command names, or of the one in front.
func (d *decider) basket() (*sale.Basket, error) {
	id := d.cmd.Basket
	if id == "" {
		id = d.state.Desk.Selected
	}
	b, ok := d.state.Baskets[id]
	if !ok {
		if d.cmd.Basket == "" {
			return nil, fault.New(fault.BasketEmpty)
		}
		return nil, fault.New(fault.BasketUnknown)
	}
	return b.Clone(), nil
}

func (d *decider) basketOrNew() (*sale.Basket, error) {
	if d.cmd.Basket == "" && d.state.Selected() == nil {
		return d.fresh()
	}
	return d.basket()
}

// fresh returns a new basket on the lowest free tab. Its id is the command's: that never comes twice.
func (d *decider) fresh() (*sale.Basket, error) {
	if len(d.state.Baskets) >= MaxBaskets {
		return nil, fault.New(fault.BasketsFull)
	}
	taken := map[int]bool{}
	for _, b := range d.state.Baskets {
		taken[b.Tab] = true
	}
	if d.cmd.Tab != 0 {
		return &sale.Basket{ID: d.cmd.ID, Tab: d.cmd.Tab}, nil
	}
	tab := 1
	for taken[tab] {
		tab++
	}
	return &sale.Basket{ID: d.cmd.ID, Tab: tab}, nil
}

// maxTab bounds the tab that a command may name: a place of the shop, a table say.
const maxTab = 99

// newBasket parks what is in front and begins a new basket. An empty one in front is used instead of piling up. Where a
// tab is named, its basket comes to the front, or begins.
func (d *decider) newBasket() error {
	if d.cmd.Tab != 0 {
		return d.openTab()
	}
	if b := d.state.Selected(); b != nil && b.Untouched() {
		d.front(b.ID)
		d.out.Result.Basket = b.ID
		return nil
	}
	b, err := d.fresh()
	if err != nil {
		return err
	}
	d.put(b)
	return nil
}

// openTab brings the basket of the tab that the command names to the front, or begins it there.
func (d *decider) openTab() error {
	if d.cmd.Tab < 1 || d.cmd.Tab > maxTab {
		return fault.New(fault.BasketUnknown)
	}
	for _, b := range d.state.Baskets {
		if b.Tab == d.cmd.Tab {
			d.front(b.ID)
			d.out.Result.Basket = b.ID
			return nil
		}
	}
	if b := d.state.Selected(); b != nil && b.Untouched() {
		moved := b.Clone()
		moved.Tab = d.cmd.Tab
		d.put(moved)
		return nil
	}
	b, err := d.fresh()
	if err != nil {
		return err
	}
	d.put(b)
	return nil
}

func (d *decider) selectBasket() error {
	b, ok := d.state.Baskets[d.cmd.Basket]
	if !ok {
		return fault.New(fault.BasketUnknown)
	}
	d.front(b.ID)
	d.out.Result.Basket = b.ID
	return nil
}

// dropBasket throws a basket away and records every line of it as removed.
func (d *decider) dropBasket() error {
	b, err := d.basket()
	if err != nil {
		return err
	}
	p, err := d.price(b)
	if err != nil {
		return err
	}
	for i := range b.Items {
		l := p.Lines[i]
		d.removed(b, l, b.Items[i].Quantity, l.Gross-l.LineDiscount)
	}
	d.out.Drafts = append(d.out.Drafts, DraftChange{ID: b.ID})
	if d.state.Desk.Selected == b.ID {
		d.front("")
	}
	return nil
}

// removed records that quantity of a line leaves the basket unsold, and by how much that lowers the line.
func (d *decider) removed(b *sale.Basket, l event.Line, quantity catalog.Quantity, amount money.Amount) {
	d.fact(event.LineRemoved{Who: d.who, Shift: d.state.Shift.Number, Basket: b.ID, Line: l, Quantity: quantity, Amount: amount})
}

// line returns a copy of the basket and the index of the line that the command names; without a number, of the line
// touched last.
func (d *decider) line() (*sale.Basket, int, error) {
	b, err := d.basket()
	if err != nil {
		return nil, 0, err
	}
	if len(b.Items) == 0 {
		return nil, 0, fault.New(fault.BasketEmpty)
	}
	no := b.Touched
	if d.cmd.Line != "" {
		if no, err = strconv.Atoi(strings.TrimSpace(string(d.cmd.Line))); err != nil {
			return nil, 0, fault.Wrap(err, fault.LineUnknown)
		}
	}
	i := b.Find(no)
	if i < 0 {
		return nil, 0, fault.New(fault.LineUnknown)
	}
	b.Touched = no
	return b, i, nil
}

// setQuantity changes a line's quantity. Less than was scanned counts as removal and needs its right.
func (d *decider) setQuantity() error {
	b, i, err := d.line()
	if err != nil {
		return err
	}
	q, err := d.quantity(string(d.cmd.Quantity))
	if err != nil {
		return err
	}
	before, err := d.price(b)
	if err != nil {
		return err
	}
	it := &b.Items[i]
	less := it.Quantity - q
	if less != 0 {
		it.Quantity, it.LabelPrice = q, 0
		fewer(it)
	}
	if err := checkQuantity(*it); err != nil {
		return err
	}
	after, err := d.price(b)
	if err != nil {
		return err
	}
	if less > 0 {
		if err := d.demand(RightRemove); err != nil {
			return err
		}
		was, is := before.Lines[i], after.Lines[i]
		d.removed(b, was, less, was.Gross-was.LineDiscount-is.Gross+is.LineDiscount)
	}
	d.put(b)
	return nil
}

func (d *decider) removeLine() error {
	b, i, err := d.line()
	if err != nil {
		return err
	}
	p, err := d.price(b)
	if err != nil {
		return err
	}
	l := p.Lines[i]
	d.removed(b, l, b.Items[i].Quantity, l.Gross-l.LineDiscount)
	b.Remove(i)
	if len(b.Items) == 0 {
		b.Discount, b.Tenders = nil, nil // they were given for these goods
	}
	d.put(b)
	return nil
}

func (d *decider) discountLine() error {
	b, i, err := d.line()
	if err != nil {
		return err
	}
	gross, err := b.Items[i].Gross()
	if err != nil {
		return fault.Wrap(err, fault.AmountTooLarge)
	}
	if b.Items[i].Discount, err = d.discount(gross); err != nil {
		return err
	}
	return d.reprice(b)
}

func (d *decider) discountTicket() error {
	b, err := d.basket()
	if err != nil {
		return err
	}
	if len(b.Items) == 0 {
		return fault.New(fault.BasketEmpty)
	}
	b.Discount = nil
	p, err := d.price(b)
	if err != nil {
		return err
	}
	if b.Discount, err = d.discount(p.Total + p.Rounding + p.TicketOff); err != nil {
		return err
	}
	return d.reprice(b)
}

// discount reads the command's discount on an amount and demands the right for its size. Nothing or zero takes the
// discount away.
func (d *decider) discount(from money.Amount) (*event.Discount, error) {
	if d.cmd.Percent != "" && d.cmd.Amount != "" {
		return nil, fault.New(fault.DiscountBoth)
	}
	var off event.Discount
	var err1, err2 error
	text := string(d.cmd.Percent) + string(d.cmd.Amount)
	if d.cmd.Percent != "" {
		off.Percent, err1 = money.ParsePercent(string(d.cmd.Percent))
	}
	if d.cmd.Amount != "" {
		off.Amount, err2 = money.Parse(string(d.cmd.Amount))
	}
	if err1 != nil || err2 != nil || off.Percent < 0 || off.Percent > money.Whole || off.Amount < 0 || off.Amount > from {
		return nil, fault.New(fault.DiscountRange, "value", clip(text, 30))
	}
	if off.Percent == 0 && off.Amount == 0 {
		return nil, nil
	}
	most, err := d.env.Roles[d.me.Role].MaxDiscount.Of(from)
	if err != nil {
		return nil, fault.Wrap(err, fault.AmountTooLarge)
	}
	right := RightDiscount
	took, err := sale.Off(&off, from)
	if err != nil {
		return nil, fault.Wrap(err, fault.AmountTooLarge)
	}
	if took > most {
		right = RightDiscountAny
	}
	d.granted.amount, d.granted.basket = took, d.state.Desk.Selected
	if err := d.demand(right); err != nil {
		return nil, err
	}
	off.Who = d.who
	if d.who.ApprovedBy != "" || d.env.Roles[d.me.Role].May(RightDiscountAny) {
		off.Upto = took
	}
	return &off, nil
}

// checkDiscounts judges at payment what the discounts given by hand take off what is really sold: the basket may have
// changed since they were given, and two of them may meet on one line. More than the seller's limit needs someone with
// the right, unless it was approved for as much.
func (d *decider) checkDiscounts(b *sale.Basket, p sale.Priced) error {
	role := d.env.Roles[d.me.Role]
	if role.May(RightDiscountAny) {
		return nil
	}
	byHand := b.Discount != nil && p.TicketDiscount == b.Discount && !covered(b.Discount, p.TicketOff)
	var over money.Amount
	for _, l := range p.Lines {
		var off money.Amount
		if !covered(l.Discount, l.LineDiscount) {
			off += l.LineDiscount
		}
		if byHand {
			off += l.TicketDiscount - l.Rounding
		}
		limit, err := role.MaxDiscount.Of(l.Gross)
		if err != nil {
			return fault.Wrap(err, fault.AmountTooLarge)
		}
		if off > limit+1 { // allocation moves single möngö between lines
			over += off
		}
	}
	if over == 0 {
		return nil
	}
	d.granted.amount, d.granted.basket = over, b.ID
	return d.demand(RightDiscountAny)
}

// covered reports whether someone with the right to it has given or allowed a discount that takes so much off: whoever takes
// the till over sells what the one before was free to give.
func covered(given *event.Discount, off money.Amount) bool {
	return given == nil || given.Upto != 0 && off <= given.Upto
}

// setCustomer puts a customer or discount card on the ticket; an empty code takes it off.
func (d *decider) setCustomer() error {
	code := strings.TrimSpace(d.cmd.Code)
	if code == "" {
		b, err := d.basket()
		if err != nil {
			return err
		}
		b.Buyer = nil
		return d.reprice(b)
	}
	c, ok, err := d.env.Customers.Customer(code)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.CustomerUnknown, "code", clip(code, 40))
	}
	show := c.Show
	if d.cmd.Percent != "" {
		if p, err := money.ParsePercent(string(d.cmd.Percent)); err != nil || p != 0 {
			return fault.New(fault.DiscountRange, "value", clip(string(d.cmd.Percent), 20)+" %")
		}
		show = c.ShowBare
	}
	buyer, err := show(code, d.state.Shift.Day)
	if err != nil {
		return err
	}
	b, err := d.basketOrNew()
	if err != nil {
		return err
	}
	b.Buyer = &buyer
	return d.reprice(b)
}

// buyerOf finds the basket of a buyer's number: one may be given before the first good, taken away only where a basket is.
func (d *decider) buyerOf(number string) (*sale.Basket, error) {
	if number == "" {
		return d.basket()
	}
	return d.basketOrNew()
}

// setRegister marks the buyer as a business, or without a number as a person.
func (d *decider) setRegister() error {
	number, err := ParseRegister(d.cmd.Register)
	if err != nil {
		return err
	}
	b, err := d.buyerOf(string(number))
	if err != nil {
		return err
	}
	if b.Register = number; number != "" {
		b.Consumer = ""
	}
	return d.reprice(b)
}

// setConsumer notes the number by which the tax office knows the person who buys, or takes it away.
func (d *decider) setConsumer() error {
	number, err := ParseConsumer(d.cmd.Consumer)
	if err != nil {
		return err
	}
	b, err := d.buyerOf(number)
	if err != nil {
		return err
	}
	if b.Consumer = number; number != "" {
		b.Register = ""
	}
	return d.reprice(b)
}

// keepTenders keeps what has been entered of the payment, so that neither a reload nor a power cut loses it. It is a
// draft: whether it pays the basket is judged by pay.
func (d *decider) keepTenders() error {
	b, err := d.basket()
	if err != nil {
		return err
	}
	offers, err := d.offers()
	if err != nil {
		return err
	}
	if err := payment.CheckDraft(offers); err != nil {
		return err
	}
	b.Tenders = offers
	return d.reprice(b)
}

// reprice puts a basket that can still be priced.
func (d *decider) reprice(b *sale.Basket) error {
	if _, err := d.price(b); err != nil {
		return err
	}
	d.put(b)
	return nil
}
