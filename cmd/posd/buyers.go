package main

import (
	"context"
	"path/filepath"

	"posbox/config"
	"posbox/drivers/fiscal/taxpayer"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/ui"
)

// taxpayersFile keeps what the register of taxpayers has said.
const taxpayersFile = "taxpayers.json"

func (p *program) openBuyers() {
	var err error
	if p.buyers, err = taxpayer.OpenBook(filepath.Join(p.flags.data, taxpayersFile), p.clock.Now); err != nil {
		p.log.Warn("what was known of taxpayers is lost, it is asked for again", "err", err)
	}
}

// lookupOf makes the client of the register that the settings name; nil where they name none.
func lookupOf(c config.Fiscal) *taxpayer.Client {
	if c.Lookup == "" {
		return nil
	}
	client, err := taxpayer.New(c.Lookup)
	if err != nil { // the settings were validated
		return nil
	}
	return client
}

// askBusiness tells who a business is, and asks the register where that is needed.
func (p *program) askBusiness(ctx context.Context, r event.Register) taxpayer.Answer {
	var from taxpayer.Source
	if c := p.set().lookup; c != nil {
		from = c
	}
	a, err := p.buyers.Find(ctx, from, r)
	if err != nil {
		p.log.Warn("taxpayer not kept", "err", err)
	}
	return a
}

// knownBusiness tells a decision what is known of a business, without asking anybody.
func (p *program) knownBusiness(s *settings, r event.Register) (event.Business, fiscal.Found) {
	a := p.buyers.Look(r)
	if a.Found == fiscal.FoundAway && s.lookup == nil {
		a.Found = fiscal.FoundNowhere
	}
	return a.Business, a.Found
}

// findBusiness asks for the business whose e-barimt waits for its taxpayer number.
func (p *program) findBusiness(ctx context.Context, r event.Register) (event.Business, fiscal.Found) {
	a := p.askBusiness(ctx, r)
	return a.Business, a.Found
}

// named puts into a sale who bought, where that was mended or found out after it.
func (p *program) named(s *event.SaleCompleted) error {
	if s.Register == "" {
		return nil
	}
	chain, err := p.engine.Chain(s.Bill)
	if err == nil {
		*s = chain.Named(*s)
	}
	return err
}

// Business implements ui.Fiscal.
func (r reporting) Business(ctx context.Context, number event.Register) ui.BusinessAnswer {
	a := r.p.askBusiness(ctx, number)
	out := ui.BusinessAnswer{Register: number, Found: a.Found, TIN: a.TIN, Name: a.Name, VATPayer: a.VAT, FreeProject: a.Free, Old: a.Old}
	if !a.At.IsZero() {
		out.At = a.At.In(r.p.set().zone).Format("2006-01-02 15:04:05")
	}
	return out
}
