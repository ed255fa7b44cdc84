package main

import (
	"context"
	"time"

	"posbox/config"
	"posbox/drivers/fiscal/posapi"
	"posbox/outbox"
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/money"
	"posbox/pos/paper"
	"posbox/pos/receipt"
	"posbox/pos/till"
	"posbox/ui"
)

// newFiscal makes the follower that has e-barimts issued. It works without a service, too: the settings may name one at
// any moment.
func (p *program) newFiscal() *outbox.Fiscal {
	return &outbox.Fiscal{Options: p.fiscalOptions, Secrets: &outbox.Secrets{}, Chain: p.engine.Chain, Asked: p.engine.FiscalAsked,
		View: p.viewState, Tell: p.engine.Tell, Now: p.clock.Now, Changed: p.deviceChanged, Logger: p.log,
		Late: uint64(p.engine.View().Seq), Step: crashStep}
}

// fiscalOptions are the follower's settings as they are now.
func (p *program) fiscalOptions() outbox.FiscalOptions {
	s := p.set()
	c := s.conf.Fiscal
	o := outbox.FiscalOptions{Hang: time.Duration(c.Hang) * time.Second, SendHour: c.SendHour, Zone: s.zone, Printer: s.printer().fitted(),
		Stop: c.Away == config.AwayStop}
	if s.posapi != nil {
		o.Service = s.posapi
	}
	o.Business, o.Tenders = p.findBusiness, p.tenderKinds()
	return o
}

// tenderKinds are the ways to pay that the shop takes.
func (p *program) tenderKinds() []event.TenderKind {
	rows := p.master.tenders()
	if len(rows) == 0 {
		return event.TenderKinds[:]
	}
	kinds := []event.TenderKind{event.Cash}
	for _, t := range rows {
		kinds = append(kinds, t.Kind)
	}
	return kinds
}

// posapiOf makes the client of the service that the settings name; nil where they name none.
func posapiOf(c config.Fiscal) *posapi.Client {
	if c.PosAPI == "" {
		return nil
	}
	client, err := posapi.New(c.PosAPI)
	if err != nil { // the settings were validated
		return nil
	}
	return client
}

// issuer is who issues, as the settings say.
func issuer(c config.Settings) fiscal.Merchant {
	m := fiscal.Merchant{TIN: c.Fiscal.TIN, Branch: c.Fiscal.Branch, District: c.Fiscal.District, Till: c.Fiscal.PosNo}
	if m.TIN == "" {
		m.TIN = c.Shop.TIN
	}
	return m
}

// reports says how the till's sales are reported; nil: they are not.
func (p *program) reports(s *settings) *till.Fiscal {
	if s.posapi == nil {
		return nil
	}
	f := &till.Fiscal{Merchant: issuer(s.conf), Stop: s.conf.Fiscal.Away == config.AwayStop,
		Business: func(r event.Register) (event.Business, fiscal.Found) { return p.knownBusiness(s, r) }}
	if p.fiscal != nil {
		at := p.fiscal.Status()
		f.Away, f.Takes, f.Holds = at.Away, at.Info.Takes(), p.holds
	}
	return f
}

// fiscalFaults tells what is wrong with e-barimts.
func (p *program) fiscalFaults() []*fault.Error {
	c := p.set().conf
	return p.fiscal.Faults(p.engine.View().State, issuer(c).TIN, c.Fiscal.LotteriesLow, c.Fiscal.WarnHours)
}

// fiscalWait is how long a receipt waits for its number.
func (p *program) fiscalWait() time.Duration {
	return time.Duration(p.set().conf.Fiscal.Wait) * time.Second
}

// says is what a paper of a sale says of its e-barimt: with what may be printed once if secret. nil: the sale is not
// reported.
func (p *program) says(s event.SaleCompleted, secret bool) (*receipt.Fiscal, event.FiscalShown, error) {
	chain, err := p.engine.Chain(s.Bill)
	if err != nil || len(chain) == 0 {
		return nil, "", err
	}
	latest, ok := chain.Latest()
	if !ok {
		return &receipt.Fiscal{}, event.FiscalProvisional, nil
	}
	f := &receipt.Fiscal{ID: latest.ID, Date: latest.Date, Demo: p.flags.demo, Before: chain.Lottery() && !latest.Lottery}
	if f.Left, err = p.left(chain, latest); err != nil {
		return nil, "", err
	}
	held, ok := p.held(s.Bill, chain)
	if !secret || !ok {
		if secret && !latest.Lottery && !latest.QR && !p.engine.View().State.Owed(s.Bill) { // there is no more to be had
			return f, event.FiscalWhole, nil
		}
		return f, event.FiscalNumbered, nil
	}
	f.Lottery, f.QR = held.Lottery.Reveal(), held.QR.Reveal()
	return f, event.FiscalWhole, nil
}

// held is what may be printed once of a sale's e-barimt as it is now, and is still in memory. Of a receipt that was corrected without
// this program's seeing the answer, a person has found its number out, that is the lottery number, as long as it is owed.
func (p *program) held(b event.Bill, chain fiscal.Chain) (fiscal.Issued, bool) {
	held, ok := p.fiscal.Secrets.Get(b)
	latest, holds := chain.Latest()
	switch {
	case !ok || !holds:
		return fiscal.Issued{}, false
	case held.ID == latest.ID:
		return held, true
	case held.Lottery.Empty() || !chain.Lasts(held.ID) || !p.engine.View().State.Owed(b):
		return fiscal.Issued{}, false
	}
	return fiscal.Issued{ID: latest.ID, Date: latest.Date, Lottery: held.Lottery}, true
}

// holds reports whether anything would be printed of what may be printed once.
func (p *program) holds(b event.Bill) bool {
	if !p.fiscal.Secrets.Holds(b) { // most of the time, and nothing has to be read
		return false
	}
	chain, err := p.engine.Chain(b)
	_, ok := p.held(b, chain)
	return ok && err == nil
}

// number is the number that a sale's e-barimt has now, "": none; false where that cannot be read.
func (p *program) number(b event.Bill) (string, bool) {
	chain, err := p.engine.Chain(b)
	latest, _ := chain.Latest()
	return latest.ID, err == nil
}

// left says over how much a sale's e-barimt is once it has been corrected; nil: over all of the sale.
func (p *program) left(c fiscal.Chain, latest event.FiscalOutcome) (*receipt.Left, error) {
	if !c.Corrected() {
		return nil, nil
	}
	asked, err := p.engine.FiscalAsked(latest.Asked)
	if err != nil {
		return nil, err
	}
	return leftOf(asked.Body)
}

// leftOf says over how much a correction is; nil: it was asked for without saying, since a good lacked what it needs.
func leftOf(body []byte) (*receipt.Left, error) {
	if len(body) == 0 {
		return nil, nil
	}
	r, err := fiscal.ReadRequest(body)
	if err != nil {
		return nil, err
	}
	return &receipt.Left{Total: money.Amount(r.TotalAmount), Lottery: r.Lottery()}, nil
}

// paperless reports whether a sale needs no paper: its e-barimt went to the buyer's phone, and the shop is content with that.
func (p *program) paperless(b event.Bill) bool {
	if p.set().conf.Fiscal.EasyPaper {
		return false
	}
	chain, err := p.engine.Chain(b)
	if err != nil {
		return false
	}
	latest, ok := chain.Latest()
	return ok && latest.Easy != nil && *latest.Easy
}

func (p *program) receiptOptions(s event.SaleCompleted, asCopy bool, f *receipt.Fiscal) receipt.Options {
	o := receipt.Options{Columns: p.set().conf.Printer.Columns, Copy: asCopy, Fiscal: f}
	if code, ok := barcode.BillCodeOf(s, till.PointOf(p.engine.View().State)); ok {
		o.Code = code.String()
	}
	return o
}

// draw makes the paper that a request asks for, and the mark that stands above its continuation.
func (p *program) draw(s event.SaleCompleted, asked event.ReceiptAsked) (page, mark *paper.Page, shown event.FiscalShown, err error) {
	f, shown, err := p.says(s, !asked.Copy)
	if err != nil {
		return nil, nil, "", err
	}
	if shown == event.FiscalWhole && !asked.ByHand && p.paperless(s.Bill) {
		return nil, nil, "", outbox.ErrElectronic
	}
	if err := p.named(&s); err != nil {
		return nil, nil, "", err
	}
	o := p.receiptOptions(s, asked.Copy, f)
	if asked.Slip {
		return p.slip(s, f, shown)
	}
	return paper.Draw(receipt.Sale(s, o)), paper.Draw(receipt.Continuation(s.Bill, o)), shown, nil
}

// slip makes the e-barimt alone; outbox.ErrNothing where there is nothing more of it to print.
func (p *program) slip(s event.SaleCompleted, f *receipt.Fiscal, said event.FiscalShown) (page, mark *paper.Page, shown event.FiscalShown, err error) {
	if said != event.FiscalWhole || f.QR == "" && f.Lottery == "" {
		return nil, nil, "", outbox.ErrNothing
	}
	o := p.receiptOptions(s, false, f)
	return paper.Draw(receipt.FiscalSlip(s, *f, o)), paper.Draw(receipt.Continuation(s.Bill, o)), said, nil
}

// picture makes a receipt for the screen: nothing of what may be printed once.
func (p *program) picture(s event.SaleCompleted, asCopy bool) (page, mark *paper.Page, err error) {
	f, _, err := p.says(s, false)
	if err != nil {
		return nil, nil, err
	}
	if err := p.named(&s); err != nil {
		return nil, nil, err
	}
	o := p.receiptOptions(s, asCopy, f)
	return paper.Draw(receipt.Sale(s, o)), paper.Draw(receipt.Continuation(s.Bill, o)), nil
}

// reporting is what the screen is told of e-barimts.
type reporting struct{ p *program }

var _ ui.Fiscal = reporting{}

// Known implements ui.Fiscal.
func (r reporting) Known() ui.FiscalKnown {
	s := r.p.set()
	k := ui.FiscalKnown{On: s.posapi != nil, Reissue: s.conf.Fiscal.Reissue}
	if !k.On {
		return k
	}
	at := r.p.fiscal.Status()
	k.Away, k.Sent, k.Oldest = at.Away, at.Info.LastSent, r.p.fiscal.OldestHours(r.p.engine.View().State)
	if at.Asked {
		left := at.Info.LeftLotteries
		k.Left, k.AsCash = &left, fiscal.AsCash(r.p.tenderKinds(), at.Info.Takes())
	}
	return k
}

// Worst implements ui.Fiscal.
func (r reporting) Worst() *fault.Error {
	rank := map[fault.Severity]int{fault.Blocking: 2, fault.Warning: 1}
	var worst *fault.Error
	for _, f := range r.p.fiscalFaults() {
		if worst == nil || rank[f.Severity()] > rank[worst.Severity()] {
			worst = f
		}
	}
	return worst
}

// Holds implements ui.Fiscal.
func (r reporting) Holds(b event.Bill) bool { return r.p.holds(b) }

// Once implements ui.Fiscal.
func (r reporting) Once(b event.Bill) (fiscal.Issued, bool) {
	if !r.p.holds(b) {
		return fiscal.Issued{}, false
	}
	return r.p.fiscal.Secrets.Show(b)
}

// Send implements ui.Fiscal.
func (r reporting) Send(ctx context.Context) error { return r.p.fiscal.Send(ctx) }

// Chain implements ui.Fiscal.
func (r reporting) Chain(b event.Bill) (fiscal.Chain, error) { return r.p.engine.Chain(b) }
