package receipt

import (
	"strconv"

	"posbox/pos/event"
)

// Slip lays out the paper that goes with cash put into the drawer or taken out of it. local is the shop's wall time of
// the movement; seller is the name of who did it.
func Slip(m event.CashMoved, local, seller string, o Options) Doc {
	g := newGrid(o)
	g.copyHead(o.Copy)
	g.owner(o.Merchant)
	g.space()
	word, sum := wordSlipIn, m.Amount
	if sum < 0 {
		word, sum = wordSlipOut, -sum
	}
	g.centre(word, double)
	g.rule()
	g.place(o.Merchant)
	g.fact(wordShift, group(strconv.Itoa(m.Shift)))
	g.fact(wordDate, wallTime(local))
	g.fact(wordSeller, firstOf(seller, string(m.By)))
	g.fact(wordApproved, clean(string(m.ApprovedBy)))
	g.fact(wordReason, clean(m.Reason))
	if o.Copy {
		g.fact(wordPrinted, wallTime(o.Printed))
	}
	g.rule()
	g.total(wordAmount, amount(sum)+currencySuffix)
	g.signature()
	g.copyFoot(o.Copy)
	return g.doc()
}
