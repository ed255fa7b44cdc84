package sale

import (
	"fmt"
	"maps"
	"slices"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Return is what comes back in a basket: goods of one sale or, where Sold is nil, goods without a receipt.
type Return struct {
	// Sold is the sale, as it stands in the journal or as BAAZ told it. It is never changed.
	Sold *event.SaleCompleted `json:"sold,omitempty"`
	// Point is the sales point that sold, where it is another one; 0: this till.
	Point     uint64 `json:"point,omitempty"`
	PointName string `json:"point_name,omitempty"`
	Code      string `json:"code,omitempty"` // the one on the receipt
	// Bill is the sale's, where Unverified: all that is known of it is what stands in the code.
	Bill event.Bill `json:"bill,omitempty"`
	// Done is what had come back before, as it was known when the return began.
	Done Done `json:"done"`
	// Chosen is how much of each line comes back, by line; nil: all that is left.
	Chosen map[int]catalog.Quantity `json:"chosen,omitempty"`
	// Stamps are the excise stamps that were scanned of what comes back, by line. Where all that is left of a line comes back
	// nobody has to scan them. Never changed in place.
	Stamps map[int][]string `json:"stamps,omitempty"`
	// Goods come back without a receipt, at the price of the day.
	Goods      []Item `json:"goods,omitempty"`
	Next       int    `json:"next,omitempty"` // number of the next of Goods, less one
	Touched    int    `json:"touched,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Unverified bool   `json:"unverified,omitempty"` // BAAZ could not be asked
	Claim      string `json:"claim,omitempty"`      // BAAZ's leave
	Until      int64  `json:"until,omitempty"`      // of the claim, UTC µs
}

// Done is what has come back of a sale, over any number of returns.
type Done struct {
	Lines map[int]catalog.Quantity          `json:"lines,omitempty"`
	Money map[event.TenderKind]money.Amount `json:"money,omitempty"`
	// Stamps are the excise stamps that came back.
	Stamps []string `json:"stamps,omitempty"`
}

// AddOf counts one more return of a sale. What came back unverified names no lines of the sale: its goods are taken for those
// of them that still have some. Wrong says what does not fit: goods that were not sold or have come back before, or more money
// than was paid for them; empty: all does.
func (d *Done) AddOf(sold event.SaleCompleted, r event.SaleReturned) (wrong string) {
	if !r.Unverified {
		d.Add(r)
		for _, l := range sold.Lines {
			if over := d.Lines[l.No] - l.Quantity; over > 0 {
				wrong = fmt.Sprintf("line %d, %s too much", l.No, over)
			}
		}
		return wrong
	}
	own := r
	own.Lines = nil
	var paid money.Amount
	for _, back := range r.Lines {
		q := -back.Quantity
		for _, l := range sold.Lines {
			part := min(q, l.Quantity-d.Lines[l.No])
			if l.Good != back.Good || part <= 0 {
				continue
			}
			m, err := Mirror(l, d.Lines[l.No], part)
			if err != nil {
				return err.Error()
			}
			paid -= m.Total + m.Rounding // at the price of the day nobody knows which line was rounded
			if d.Lines == nil {
				d.Lines, d.Money = map[int]catalog.Quantity{}, map[event.TenderKind]money.Amount{}
			}
			d.Lines[l.No] += part
			q -= part
		}
		if q > 0 {
			wrong = fmt.Sprintf("%s of %s too much", q, back.Name)
		}
	}
	d.Add(own) // the money
	if wrong == "" && -r.Total > paid {
		wrong = fmt.Sprintf("%s went back for goods that cost %s", -r.Total, paid)
	}
	return wrong
}

// Add counts one more return of the same sale.
func (d *Done) Add(r event.SaleReturned) {
	if d.Lines == nil {
		d.Lines, d.Money = map[int]catalog.Quantity{}, map[event.TenderKind]money.Amount{}
	}
	for _, l := range r.Lines {
		d.Lines[l.No] -= l.Quantity
		d.Stamps = append(d.Stamps, l.Stamps...)
	}
	for _, t := range r.Tenders {
		d.Money[t.Kind] -= t.Amount
	}
}

// Clone returns a copy that can be changed without touching d.
func (d Done) Clone() Done {
	return Done{Lines: maps.Clone(d.Lines), Money: maps.Clone(d.Money), Stamps: slices.Clone(d.Stamps)}
}

// Clone returns a copy that can be changed without touching r.
func (r *Return) Clone() *Return {
	if r == nil {
		return nil
	}
	c := *r
	c.Chosen, c.Goods, c.Stamps = maps.Clone(r.Chosen), slices.Clone(r.Goods), maps.Clone(r.Stamps)
	return &c
}

// Left is how much of a sold line could still come back.
func (r *Return) Left(l event.Line) catalog.Quantity { return max(l.Quantity-r.Done.Lines[l.No], 0) }

// Taking is how much of a sold line comes back now.
func (r *Return) Taking(l event.Line) catalog.Quantity {
	if r.Chosen == nil {
		return r.Left(l)
	}
	return r.Chosen[l.No]
}

// ChooseAll names the quantities that nil stands for, so that single ones can be changed.
func (r *Return) ChooseAll() {
	if r.Chosen != nil || r.Sold == nil {
		return
	}
	r.Chosen = map[int]catalog.Quantity{}
	for _, l := range r.Sold.Lines {
		if q := r.Left(l); q > 0 {
			r.Chosen[l.No] = q
		}
	}
}

// Back is a return with every figure worked out. All but Left are the negative of what was sold.
type Back struct {
	Lines        []event.Line
	Gross        money.Amount
	Discount     money.Amount
	Total        money.Amount
	VAT, CityTax money.Amount
	Left         []event.Line // what stays with the buyer
}

// PriceReturn works out a return, given what has come back before: it brings back what the goods that stay cost less than those that
// were there. Goods of a sale cost what was paid for them; goods without a receipt are priced at the rates of the day. It fails with
// ErrReturn where more would come back than was sold.
func PriceReturn(r *Return, done Done, rates tax.Rates, payer tax.Payer, to Rounding) (Back, error) {
	sold, taking := event.SaleCompleted{}, r.Taking
	if r.Sold != nil {
		sold = *r.Sold
	} else {
		p, err := Price(&Basket{Items: r.Goods}, rates, payer, to)
		if err != nil {
			return Back{}, err
		}
		sold.Lines, taking = p.Lines, func(l event.Line) catalog.Quantity { return l.Quantity }
	}
	then := Done{Lines: map[int]catalog.Quantity{}}
	for _, l := range sold.Lines {
		q := taking(l)
		then.Lines[l.No] = done.Lines[l.No] + q
		if q < 0 || q > 0 && then.Lines[l.No] > l.Quantity {
			return Back{}, ErrReturn
		}
	}
	before, err := keep(sold, done)
	if err != nil {
		return Back{}, err
	}
	after, err := keep(sold, then)
	if err != nil {
		return Back{}, err
	}
	var b Back
	for i, l := range sold.Lines {
		b.add(before[i], after[i], r.stampsBack(l, done, taking(l)))
	}
	return b, nil
}

// add takes a line back as far as less of it stays after than before. One of which all stays comes along where what it costs has
// changed all the same: another line's return has moved the rounding.
func (b *Back) add(before, after event.Line, stamps stampsOf) {
	m := less(after, before)
	if m.Quantity == 0 {
		m.Discount = nil
	}
	if m.Quantity != 0 || m.Rounding != 0 || m.Total != 0 {
		m.Stamps = stamps.back
		b.Lines = append(b.Lines, m)
		b.Gross += m.Gross
		b.Discount += m.LineDiscount + m.TicketDiscount
		b.Total += m.Total
		b.VAT += m.VAT
		b.CityTax += m.CityTax
	}
	if after.Quantity > 0 {
		after.Stamps = stamps.left
		b.Left = append(b.Left, after)
	}
}

// stampsOf are the excise stamps of a line: of what comes back, and of what stays.
type stampsOf struct{ back, left []string }

func (r *Return) stampsBack(l event.Line, done Done, taking catalog.Quantity) (s stampsOf) {
	scanned := r.Stamps[l.No]
	for _, stamp := range l.Stamps {
		switch {
		case slices.Contains(done.Stamps, stamp):
		case taking > 0 && (taking == l.Quantity-done.Lines[l.No] || slices.Contains(scanned, stamp)):
			s.back = append(s.back, stamp)
		default:
			s.left = append(s.left, stamp)
		}
	}
	return s
}

// Unstamped is how many units come back of which nobody has said by its excise stamp which they are.
func (r *Return) Unstamped(l event.Line) int {
	taking := r.Taking(l)
	if len(l.Stamps) == 0 || taking == r.Left(l) {
		return 0
	}
	return max(0, int(taking/catalog.One)-len(r.Stamps[l.No]))
}
