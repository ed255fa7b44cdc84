package main

import (
	"posbox/outbox"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/paper"
	"posbox/pos/receipt"
)

// backDoc is one of the papers of a return: its own, or the corrected receipt that comes with it, with what may be printed once
// if secret.
func (p *program) backDoc(bill event.Bill, asCopy, secret bool) (doc receipt.Doc, shown event.FiscalShown, err error) {
	of, corrected := bill.CutCorrected()
	s, err := p.engine.Return(of)
	if err != nil {
		return doc, "", err
	}
	if corrected && !s.Partial() {
		return doc, "", fault.New(fault.BillUnknown, "bill", string(bill))
	}
	o := receipt.Options{Columns: p.set().conf.Printer.Columns, Copy: asCopy}
	if s.Of != nil && s.Of.Point == 0 {
		if o.Fiscal, shown, err = p.backSays(s, corrected, secret); err != nil {
			return doc, "", err
		}
	}
	o.Elsewhere = s.Of != nil && s.Of.Point != 0 && p.set().posapi != nil
	if corrected {
		return receipt.Corrected(s, o), shown, nil
	}
	return receipt.Return(s, o), "", nil
}

// backSays is what the papers of a return say of the e-barimt of its sale: its own which number it cancels or replaces, the
// corrected receipt the new one. A correction that is still to be issued leaves that provisional.
func (p *program) backSays(s event.SaleReturned, corrected, secret bool) (*receipt.Fiscal, event.FiscalShown, error) {
	chain, err := p.engine.Chain(s.Of.Bill)
	if err != nil || len(chain) == 0 {
		return nil, "", err
	}
	before := chain.Before(s.Bill)
	if !corrected {
		latest, ok := before.Latest()
		if !ok {
			return nil, "", nil
		}
		return &receipt.Fiscal{ID: latest.ID, Date: latest.Date}, event.FiscalNumbered, nil
	}
	if awaited(chain, s.Bill) {
		return &receipt.Fiscal{}, event.FiscalProvisional, nil
	}
	return p.says(event.SaleCompleted{Bill: s.Of.Bill}, secret)
}

// awaited reports whether the correction that a return led to is still to be issued: its last attempt, and nothing has been issued after
// it that would be over what was left then.
func awaited(c fiscal.Chain, back event.Bill) (waits bool) {
	for _, job := range c {
		switch {
		case job.Result == event.FiscalIssued:
			waits = false
		case job.Reports(back) && job.Job == event.FiscalCorrect:
			waits = true
		}
	}
	return waits
}

// drawBack makes the paper of a return that a request asks for, and the mark that stands above its continuation.
func (p *program) drawBack(asked event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
	if asked.Slip {
		return p.drawBackSlip(asked)
	}
	doc, shown, err := p.backDoc(asked.Bill, asked.Copy, !asked.Copy)
	if err != nil {
		return nil, nil, "", err
	}
	return paper.Draw(doc), paper.Draw(receipt.Continuation(asked.Bill, receipt.Options{Columns: doc.Columns})), shown, nil
}

// drawBackSlip makes the e-barimt alone of what stays after a return: what its corrected receipt lacks.
func (p *program) drawBackSlip(asked event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
	of, _ := asked.Bill.CutCorrected()
	s, err := p.engine.Return(of)
	if err != nil {
		return nil, nil, "", err
	}
	if s.Of == nil || s.Of.Point != 0 {
		return nil, nil, "", outbox.ErrNothing
	}
	f, shown, err := p.backSays(s, true, true)
	if err != nil {
		return nil, nil, "", err
	}
	if shown == event.FiscalWhole && !asked.ByHand && p.paperless(s.Of.Bill) {
		return nil, nil, "", outbox.ErrElectronic
	}
	stays := s.Stays()
	stays.Bill, stays.Local = s.Of.Bill, s.Local
	if err := p.named(&stays); err != nil {
		return nil, nil, "", err
	}
	return p.slip(stays, f, shown)
}

// pictureBack makes the paper of a return for the screen: nothing of what may be printed once.
func (p *program) pictureBack(bill event.Bill, asCopy bool) (page, mark *paper.Page, err error) {
	doc, _, err := p.backDoc(bill, asCopy, false)
	if err != nil {
		return nil, nil, err
	}
	return paper.Draw(doc), paper.Draw(receipt.Continuation(bill, receipt.Options{Columns: doc.Columns})), nil
}

// chainOf names the sale whose e-barimt a paper tells of: a corrected receipt tells of that of its sale.
func (p *program) chainOf(bill event.Bill) event.Bill {
	of, corrected := bill.CutCorrected()
	if !corrected {
		return bill
	}
	s, err := p.engine.Return(of)
	if err != nil || s.Of == nil || s.Of.Point != 0 {
		return bill
	}
	return s.Of.Bill
}
