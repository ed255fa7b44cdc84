package receipt

import (
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/pos/tax"
)

// Fiscal is what a paper says of a sale's e-barimt. Lottery and QR are printed once and kept nowhere: they come out of
// memory, and only for the paper that the buyer gets.
type Fiscal struct {
	ID      string // ДДТД; "": provisional, none has been issued yet
	Date    string // as the tax office gave it
	Lottery string
	QR      string
	Demo    bool // the number is none: no tax office stands behind it
	// Before says that a paper which the buyer has kept carries the lottery number: a correction gets no new one, and the one
	// that was printed stays valid.
	Before bool
	// Left says over how much the e-barimt is where part of the goods has come back since the sale; nil: over all of it.
	Left *Left
}

// Left is what an e-barimt is over after goods have come back.
type Left struct {
	Total   money.Amount
	Lottery money.Amount // of it what takes part in the lottery
}

// demoHead keeps anyone from taking a paper of a trial for a receipt.
func (g *grid) demoHead(f *Fiscal) {
	if f != nil && f.Demo {
		g.centre(wordTest, double)
		g.space()
	}
}

// FiscalSlip lays out the e-barimt alone: what a receipt lacks that was printed before its number came.
func FiscalSlip(s event.SaleCompleted, f Fiscal, o Options) Doc {
	g := newGrid(o)
	g.demoHead(&f)
	g.owner(s.Merchant)
	g.rule()
	g.fact(wordBill, clean(string(s.Bill)))
	g.fact(wordDate, wallTime(s.Local))
	g.business(s.Register, s.Business)
	if f.Left != nil {
		s.Total = f.Left.Total
	}
	g.total(wordTotal, amount(s.Total)+currencySuffix)
	g.fiscal(s, f, o.Copy)
	return g.doc()
}

// fiscal adds the e-barimt, as one band: a number without its QR code, or half a QR code, is worth nothing.
func (g *grid) fiscal(s event.SaleCompleted, f Fiscal, asCopy bool) {
	from := len(g.rows)
	g.rule()
	if f.ID == "" {
		g.space()
		g.centre(wordProvisional, double)
		g.centre(wordRegisters, plain)
		g.space()
	} else {
		g.issued(s, f)
	}
	g.copyFoot(asCopy)
	for i := from + 1; i < len(g.rows); i++ {
		g.rows[i].Joined = true
	}
}

func (g *grid) issued(s event.SaleCompleted, f Fiscal) {
	g.centre(wordFiscal, bold)
	if f.Demo {
		g.centre(wordFiscalDemo, bold)
	}
	g.number(clean(f.ID))
	if f.Date != "" {
		g.fact(wordDate, wallTime(f.Date))
	}
	if f.Left != nil && f.Left.Total != s.Total {
		g.fact(wordLeft, amount(f.Left.Total)+currencySuffix)
	}
	if lottery := clean(f.Lottery); lottery != "" {
		g.space()
		g.pair(wordLottery, lottery, bold)
		g.fact(wordLotterySum, amount(drawn(s, f))+currencySuffix)
	}
	switch {
	case f.QR != "":
		g.noLottery(s, f)
		g.rows = append(g.rows, QR(f.QR, 0))
	case f.Lottery == "":
		g.centre(wordNoSecret, plain)
	}
}

// noLottery says to a person why there is no lottery number: nobody should have to ask the cashier.
func (g *grid) noLottery(s event.SaleCompleted, f Fiscal) {
	switch {
	case f.Lottery != "" || s.Register != "" || drawn(s, f) == 0:
	case f.Before:
		g.centre(wordLotteryBefore, plain)
	default:
		g.centre(wordNoNumber, plain)
	}
}

// number adds ДДТД: on one row, or on narrow paper in halves that can be read out.
func (g *grid) number(id string) {
	if cells(wordFiscalID)+gap+cells(id) <= g.columns {
		g.pair(wordFiscalID, id, plain)
		return
	}
	half := (len(id) + 1) / 2
	g.pair(wordFiscalID, id[:half], plain)
	g.right(id[half:], plain)
}

// drawn is what takes part in the lottery of the goods that the e-barimt is over.
func drawn(s event.SaleCompleted, f Fiscal) money.Amount {
	if f.Left != nil {
		return f.Left.Lottery
	}
	return lotterySum(s)
}

// lotterySum is what takes part in the lottery: everything but what is outside of the tax.
func lotterySum(s event.SaleCompleted) (sum money.Amount) {
	for _, l := range s.Lines {
		if l.Tax != tax.NoVAT {
			sum += l.Total
		}
	}
	return sum
}
