package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"posbox/central"
	"posbox/config"
	"posbox/drivers/fiscal/posapi"
	"posbox/drivers/fiscal/taxpayer"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
	"posbox/wire"
)

// settings are the box's settings as the till uses them. They are never changed, only replaced.
type settings struct {
	conf     config.Settings
	origins  config.Origins
	zone     *time.Location
	register []till.Seller
	find     func(event.SellerCode) (till.Seller, bool) // in the register
	box      *till.Layer                                // the part that was set at the till
	left     map[string]*fault.Error                    // what of it does not fit and is left out, by path
	fallback config.Settings                            // without it
	posapi   *posapi.Client                             // the tax office's service; nil: sales are not reported
	lookup   *taxpayer.Client                           // the public register of taxpayers; nil: nobody is asked
}

// printerSpec is what a driver of the receipt printer is made from.
type printerSpec struct {
	address   string // or noPrinter
	columns   int    // of the receipt: 48 or 32
	drawerPin int    // of the socket: 2 or 5; 0 is 2
}

func (s *settings) printer() printerSpec {
	p := printerSpec{address: s.conf.Printer.Address, columns: s.conf.Printer.Columns}
	if s.conf.Printer.DrawerPin == 1 {
		p.drawerPin = 5
	}
	if p.address == "" {
		p.address = noPrinter
	}
	return p
}

func (p printerSpec) fitted() bool { return p.address != noPrinter }

// into puts the settings into what a decision gets.
func (s *settings) into(e *till.Env) {
	c := s.conf
	e.Zone, e.Roles, e.Merchant, e.Payer, e.Rates, e.Rules = s.zone, c.Roles, c.Shop, c.Payer, c.Rates, c.BarcodeRules
	e.Payers, e.RoundTo = c.Payers, money.Tugrik(int64(c.RoundTo))
	e.CashSlip = c.Printer.CashSlip
	e.Printer, e.DrawerOnCash, e.Blind = s.printer().fitted(), c.DrawerOnCash, c.BlindCount
	e.Sellers, e.HasSellers = s.find, anyActive(s.register)
}

// composer lays what was set at the till over the other layers: the image's, the demo's, the settings file's and the
// command line's. What the till has set is known only with its state, so settings are composed anew whenever that part
// of the state is another.
type composer struct {
	below []config.Layer // weakest first
	demo  bool
	// central is what BAAZ says, as far as it fits. It lies over demo and file, the first atBottom of them, and under what
	// the command line says.
	atBottom int
	central  atomic.Pointer[central.View]

	mu   sync.Mutex
	last *settings
}

// Origins of settings beside the image's and those that BAAZ sends (package central). The screen names them.
const (
	demoLayer  = "demo"
	fileLayer  = "file"
	flagsLayer = "command line"
	boxLayer   = "box" // set at the till
)

// newComposer reads the settings file. Without a word from the till the settings must be valid: else posd does not start.
func newComposer(c flags) (*composer, error) {
	m := &composer{demo: c.demo}
	m.central.Store(&central.View{})
	if c.demo {
		shop, err := json.Marshal(map[string]any{"shop": demoShop, "fiscal": demoFiscal})
		if err != nil {
			return nil, err
		}
		m.below = append(m.below, config.Layer{Name: demoLayer, JSON: shop})
	}
	if c.config != "" {
		text, err := os.ReadFile(c.config)
		if err != nil {
			return nil, fault.Wrap(err, fault.ConfigBad, "path", c.config, "detail", "cannot be read")
		}
		m.below = append(m.below, config.Layer{Name: fileLayer, JSON: text})
	}
	m.atBottom = len(m.below)
	if said := c.layer(); len(said) > 0 {
		text, err := json.Marshal(said)
		if err != nil {
			return nil, err
		}
		m.below = append(m.below, config.Layer{Name: flagsLayer, JSON: text})
	}
	var err error
	m.last, err = m.compose(nil)
	return m, err
}

// layers lists all layers but the till's own, with those that BAAZ sends in their place.
func (m *composer) layers(sent []config.Layer) []config.Layer {
	return slices.Concat(m.below[:m.atBottom], sent, m.below[m.atBottom:])
}

// setCentral lays what BAAZ says over demo and file, from the next decision on. A layer that does not fit is left out and
// told: a wrong setting in the centre stops no till.
func (m *composer) setCentral(v *central.View) (left []*fault.Error) {
	fits := *v
	fits.Layers = nil
	for _, l := range v.Layers {
		if _, _, err := config.Load(m.layers(append(fits.Layers, l))...); err != nil {
			why := fault.Of(err).Args
			left = append(left, fault.Wrap(err, fault.CentralRow, "register", wire.RegisterSettings, "code", l.Name, "detail", why["path"]+": "+why["detail"]))
			continue
		}
		fits.Layers = append(fits.Layers, l)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.central.Store(&fits)
	m.last = m.fitting(m.last.box)
	return left
}

// layer is what the command line says of settings.
func (c flags) layer() map[string]any {
	said := map[string]any{}
	if c.lang != "" {
		said["lang"] = c.lang
	}
	if c.printer == noPrinter {
		said["printer"] = map[string]string{"address": ""}
	} else if c.printer != "" {
		said["printer"] = map[string]string{"address": c.printer}
	}
	office := map[string]string{}
	if c.posapi != "" {
		office["posapi"] = c.posapi
	}
	if c.lookup != "" {
		office["lookup"] = c.lookup
	}
	if len(office) > 0 {
		said["fiscal"] = office
	}
	return said
}

// of returns the settings with a till's own layer. What of that no longer fits, because another layer or the program has
// changed since, is left out: the till sells on, and says so.
func (m *composer) of(box *till.Layer) *settings {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last.box == box {
		return m.last
	}
	m.last = m.fitting(box)
	return m.last
}

func (m *composer) fitting(box *till.Layer) *settings {
	s, err := m.compose(box)
	if err == nil {
		return s
	}
	var fits *till.Layer
	left := map[string]*fault.Error{}
	if s, err = m.compose(nil); err != nil {
		return m.last // it has been composed before: newComposer
	}
	for _, path := range box.Paths() {
		value, _ := box.Get(path)
		next, err := m.compose(fits.With(path, value))
		if err != nil {
			left[path] = fault.Of(err)
			continue
		}
		fits, s = next.box, next
	}
	s.box, s.left = box, left
	return s
}

// try composes a layer that somebody wants. What was left out before must not keep the rest from being changed.
func (m *composer) try(box *till.Layer, before *settings) (*settings, error) {
	for path := range before.left {
		was, _ := before.box.Get(path)
		if now, ok := box.Get(path); ok && string(now) == string(was) {
			box = box.Without(path)
		}
	}
	return m.compose(box)
}

// compose is strict: a fault of setting.* where the whole cannot take the till's layer.
func (m *composer) compose(box *till.Layer) (*settings, error) {
	s := &settings{box: box}
	var err error
	sent := m.central.Load()
	below := m.layers(sent.Layers)
	if s.fallback, s.origins, err = config.Load(below...); err != nil {
		return nil, err
	}
	s.conf = s.fallback
	if box != nil {
		text, err := config.Place(box.Values)
		if err != nil {
			return nil, err
		}
		layers := append(below, config.Layer{Name: boxLayer, JSON: text})
		if s.conf, s.origins, err = config.Load(layers...); err != nil {
			f := fault.Of(err)
			return nil, fault.Wrap(err, fault.SettingBad, "path", f.Args["path"], "detail", strings.TrimSuffix(f.Args["detail"], " (set by "+boxLayer+")"))
		}
		if s.origins[printerAddress] == boxLayer && !atTheTill(s.conf.Printer.Address) {
			return nil, fault.New(fault.SettingBad, "path", printerAddress, "detail", "a file must be a device under /dev")
		}
	}
	if s.zone, err = time.LoadLocation(s.conf.Zone); err != nil {
		return nil, fault.Wrap(err, fault.ConfigBad, "path", "zone", "detail", s.conf.Zone)
	}
	s.posapi, s.lookup = posapiOf(s.conf.Fiscal), lookupOf(s.conf.Fiscal)
	s.register = register(s.conf, m.demo)
	s.register = over(s.register, sent.Sellers)
	s.find = lookup(s.register)
	return s, nil
}

const printerAddress = "printer.address"

// atTheTill reports whether a printer's address may be set at the till: of files only devices. Receipts written into any
// other would break what it holds, the journal say.
func atTheTill(address string) bool {
	path, file := strings.CutPrefix(address, "file:")
	return !file || strings.HasPrefix(filepath.Clean(path), "/dev/")
}

// register lists the sellers that the settings name, and in a demo the demo's, which outweigh them.
func register(conf config.Settings, demo bool) []till.Seller {
	var list []till.Seller
	for _, s := range conf.Sellers {
		list = append(list, till.Seller{Code: event.SellerCode(s.Code), Name: s.Name, Role: s.Role, PasswordHash: s.PasswordHash, Active: true})
	}
	if demo {
		list = over(list, demoRegister())
	}
	return list
}

// over lays sellers over others with the same codes.
func over(list, stronger []till.Seller) []till.Seller {
	known := map[event.SellerCode]bool{}
	for _, s := range stronger {
		known[s.Code] = true
	}
	return append(slices.DeleteFunc(list, func(s till.Seller) bool { return known[s.Code] }), stronger...)
}

// anyActive reports whether a register has anyone who may log in.
func anyActive(register []till.Seller) bool {
	return slices.ContainsFunc(register, func(s till.Seller) bool { return s.Active })
}

// lookup finds sellers of a register by their codes.
func lookup(register []till.Seller) func(event.SellerCode) (till.Seller, bool) {
	known := map[event.SellerCode]till.Seller{}
	for _, s := range register {
		known[s.Code] = s
	}
	return func(c event.SellerCode) (till.Seller, bool) {
		s, ok := known[c]
		return s, ok
	}
}

// settle puts into a decision's surroundings what the settings say with the state that it works on.
func (p *program) settle(st *till.State, e *till.Env) {
	now := p.composer.of(st.Box)
	now.into(e)
	e.Fiscal = p.reports(now)
	e.Tenders = p.master.tenders()
	e.Unverified = till.Unverified{Limit: money.Tugrik(int64(now.conf.ReturnUnverified)), Away: p.foreign.tried}
	if p.engine != nil {
		e.Unverified.Before = p.engine.Unverified
	}
	plain := *e
	e.Try = func(l *till.Layer) (till.Env, error) {
		next, err := p.composer.try(l, now)
		if err != nil {
			return till.Env{}, err
		}
		tried := plain
		next.into(&tried)
		tried.Fiscal = p.reports(next)
		return tried, nil
	}
}

// set returns the settings as they are now.
func (p *program) set() *settings { return p.composer.of(p.engine.View().State.Box) }
