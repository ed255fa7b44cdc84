package main

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"posbox/central"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/uplink"
	"posbox/wire"
)

// master is what BAAZ keeps for this till, and how it is put to use. It is the uplink's Keeper.
type master struct {
	*central.Keeper
	p *program
}

// openMaster reads what BAAZ has sent before. It holds without a connection, for as long as that takes.
func (p *program) openMaster() {
	m := &master{p: p}
	var err error
	if m.Keeper, err = central.Open(p.flags.data, p.goods, func() { m.use() }); err != nil {
		p.log.Warn("what BAAZ had sent is asked for again", "err", err)
	}
	p.master = m
	m.use()
}

// use lets what BAAZ has sent take effect, from the next decision on.
func (m *master) use() {
	if m.Keeper == nil { // while it is being opened
		return
	}
	v := m.View()
	left := m.p.composer.setCentral(v)
	m.p.forget(fault.CentralRow)
	if all := append(left, v.Problems...); len(all) > 0 { // one of them on the screen, all of them in the log
		m.p.tell(all[0])
		for _, f := range all {
			m.p.log.Warn("from BAAZ", "err", f)
		}
	}
	if m.p.engine != nil {
		m.p.settingsChanged()
	}
	m.p.deviceChanged()
}

// Replace implements uplink.Keeper. That BAAZ keeps the goods from here on is a fact.
func (m *master) Replace(ctx context.Context, s wire.Snapshot, rows *wire.Rows) error {
	if err := m.Keeper.Replace(ctx, s, rows); err != nil {
		return err
	}
	if s.Scope.Level != wire.LevelCompany || !m.View().Taken {
		return nil
	}
	m.p.forget(fault.CatalogDamaged)
	m.p.log.Info("goods taken from BAAZ", "version", s.Version, "rows", s.Rows)
	return m.tell(ctx, s.Version, s.Chain.String())
}

// Own implements uplink.Keeper. It is called at each look whether there is something new; what a crash has kept from
// being told is told then.
func (m *master) Own(scopes []wire.Scope) error {
	if err := m.Keeper.Own(scopes); err != nil {
		return err
	}
	if !m.View().Taken || m.p.engine.View().State.Central {
		return nil
	}
	at := m.Position(scopes[0])
	return m.tell(context.Background(), at.Version, at.Chain.String())
}

func (m *master) tell(ctx context.Context, version uint64, chain string) error {
	return m.p.engine.Tell(ctx, event.CentralTaken{Scope: fmt.Sprint(m.p.engine.View().State.Member.Company), Version: version, Chain: chain, Goods: m.p.goods.Count()})
}

// newDown makes what brings master data down.
func (p *program) newDown(key ed25519.PrivateKey) *uplink.Down {
	return uplink.NewDown(uplink.DownOptions{Keeper: p.master, Anew: central.ErrAnew, Dir: p.flags.data, Key: key, Membership: p.membership, Wish: p.wish, Logger: p.log,
		Changed: p.downChanged, Authentic: p.authentic, Wished: p.wished})
}

// wished lets the box ask what BAAZ wishes of it.
func (p *program) wished() { p.pulse.Wished() }

// downChanged tells on the screen what keeps master data from coming. That BAAZ cannot be reached its own light says.
func (p *program) downChanged() {
	at := p.down.Status()
	code := at.Code
	switch code {
	case fault.CentralBroken, fault.CentralOld, fault.CatalogWrite:
	default:
		code = ""
	}
	p.mu.Lock()
	before := p.downTold
	p.downTold = code
	p.mu.Unlock()
	if before != "" && before != code {
		p.forget(before)
	}
	if code != "" && code != before {
		p.tell(fault.New(code))
	}
	p.mu.Lock()
	told := p.trouble[fault.BoxTwice] != nil
	p.mu.Unlock()
	switch {
	case at.Twice && !told:
		p.tell(fault.New(fault.BoxTwice))
	case !at.Twice && told:
		p.forget(fault.BoxTwice)
	}
	p.deviceChanged()
}
