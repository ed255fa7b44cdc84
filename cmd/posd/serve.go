package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	store "posbox/catalog"
	"posbox/config"
	"posbox/drivers/fiscal/taxpayer"
	"posbox/engine"
	"posbox/journal"
	"posbox/ota"
	"posbox/outbox"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/paper"
	"posbox/pos/receipt"
	"posbox/pos/till"
	"posbox/typed"
	"posbox/ui"
	"posbox/uplink"
	"posbox/web"
)

// version is set by the image's build.
var version = "dev"

// refreshEvery is how often the till looks whether the goods have been replaced.
const refreshEvery = time.Second

// program is a running till and everything it is made of.
type program struct {
	flags    flags
	composer *composer
	log      *slog.Logger
	ring     *ring
	clock    *clock
	machine  *machine // nil where this is no box of ours
	disk     *disk
	goods    *store.Store
	stock    *stock
	journal  *journal.Journal // nil where damage keeps it shut
	engine   *engine.Engine
	printer  *plug
	server   *ui.Server
	uplink   *uplink.Uplink // nil where there is no journal to send
	master   *master
	down     *uplink.Down // nil where there is no journal
	fiscal   *outbox.Fiscal
	pulse    *uplink.Pulse
	handed   handed
	foreign  foreign
	buyers   *taxpayer.Book
	typed    *typed.Store
	started  time.Time
	key      ed25519.PrivateKey
	guard    *ota.Client // nil where this is no box

	resettled chan struct{} // has a value when BAAZ has sent settings

	mu      sync.Mutex
	trouble map[fault.Code]*fault.Error // what the screen must tell besides
	// downTold is what of that keeps master data from coming; empty: nothing.
	downTold fault.Code
}

// serve runs the till until ctx ends.
func serve(ctx context.Context, c flags, stdout, stderr io.Writer) error {
	lock, err := lockFolder(c.data)
	if err != nil {
		return err
	}
	defer lock.Close()
	p := &program{flags: c, clock: newClock(c.timeFolder()), trouble: map[fault.Code]*fault.Error{}, resettled: make(chan struct{}, 1),
		ring: newRing(slog.NewTextHandler(stderr, nil))}
	p.log, p.started = slog.New(p.ring), p.clock.Now()
	p.disk = &disk{dir: c.data, changed: p.deviceChanged}
	if c.box != "" {
		p.guard = ota.Dial(filepath.Join(c.box, ota.SocketName))
	}
	if p.composer, err = newComposer(c); err != nil {
		return err
	}
	if c.box != "" {
		p.machine = p.newMachine(c.box)
	}
	if c.demo {
		if err := stockDemo(c.data); err != nil {
			return err
		}
	}
	if err := p.open(); err != nil {
		return err
	}
	defer p.close()
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return err
	}
	return p.run(ctx, listener, stdout)
}

// open opens goods, journal and engine. A damaged journal does not keep the screen away: it says what is wrong.
func (p *program) open() error {
	var err error
	if p.goods, err = store.Open(p.flags.data); err != nil {
		p.tell(fault.Of(err))
	}
	p.stock = newStock(p.flags.data, p.goods, p.deviceChanged)
	p.openMaster()
	p.openBuyers()
	p.openTyped()
	began, damage, err := p.openJournal()
	if err != nil {
		return err
	}
	p.engine, err = engine.New(engine.Options{Journal: p.journal, Damage: damage, Env: p.env, Settle: p.settle, Keep: p.keepKey, Logger: p.log, Began: began})
	if err != nil {
		return err
	}
	v := p.engine.View()
	if v.Err == nil {
		if err := markBorn(p.flags.data); err != nil {
			p.log.Warn("a lost journal would not be noticed", "err", err)
		}
	}
	if p.journal != nil {
		p.uplink, p.down, p.pulse = p.newUplink(p.key), p.newDown(p.key), p.newPulse(p.key)
	}
	p.fiscal = p.newFiscal()
	torn := slices.ContainsFunc(v.State.Prints, func(x till.Print) bool { return x.Result == "" })
	p.printer = newPlug(p.set().printer(), torn, p.deviceChanged)
	if err := v.Err; err != nil {
		p.log.Error("the till cannot sell", "err", err)
	}
	return nil
}

func (p *program) openJournal() (began event.BoxBegan, damage, err error) {
	if p.machine != nil {
		if err := p.machine.damage(); err != nil {
			return began, err, nil
		}
	}
	key, err := identity(p.flags.data)
	if err == nil && lostJournal(p.flags.data) {
		err = fault.Wrap(errors.New("the folder journal is missing, and this box has sold"), fault.JournalDamaged)
	}
	if err == nil {
		p.key = key
		public := key.Public().(ed25519.PublicKey)
		began = event.BoxBegan{PublicKey: hex.EncodeToString(public), Version: version}
		p.journal, err = journal.Open(p.flags.data, journal.Options{Box: journal.BoxOf(public), Index: engine.Index})
	}
	switch fault.CodeOf(err) {
	case "":
		return began, nil, nil
	case fault.FolderInUse:
		return began, nil, err
	case fault.Internal: // a read-only disk, say: the screen tells it
		err = fault.Wrap(err, fault.JournalFailed)
	}
	return began, err, nil
}

func (p *program) close() {
	if err := p.printer.Halt(); err != nil {
		p.log.Warn("printer not left at rest", "err", err)
	}
	if err := p.engine.Close(); err != nil {
		p.log.Error("journal not closed", "err", err)
	}
	p.goods.Close()
}

// env is what each decision gets from outside, but for the settings: see settle.
func (p *program) env() till.Env {
	e := till.Env{Now: p.clock.Now(), Goods: p.goods, Customers: p.goods, Salt: random(16), Upload: p.stock.find, Key: readKey, Foreign: p.foreign.find}
	if p.engine != nil {
		e.HasBill, e.Z = p.engine.HasBill, p.engine.Z
	}
	return e
}

// run serves the screen and lets the followers work.
func (p *program) run(ctx context.Context, listener net.Listener, stdout io.Writer) error {
	secret, err := token(p.flags.tokenAt())
	if err != nil {
		return err
	}
	p.server = p.newServer(secret)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	for _, job := range p.jobs() {
		work.Go(func() { job(ctx) })
	}
	url := "http://" + listener.Addr().String()
	if err := writeFile(filepath.Join(p.flags.data, addrFile), url+"\n"+p.flags.token); err != nil {
		p.log.Warn("posd check will not find this till", "err", err)
	}
	defer os.Remove(filepath.Join(p.flags.data, addrFile))
	// A damaged journal leaves nothing to be ready for; the screen is served all the same.
	if p.engine.View().Err == nil {
		fmt.Fprintln(stdout, "posd: till ready", url)
	} else {
		fmt.Fprintln(stdout, "posd: cannot sell, see", url)
	}
	if p.flags.demo {
		fmt.Fprintf(stdout, "posd: open %s/?token=%s\n", url, secret)
	}
	return p.listen(ctx, listener)
}

func (p *program) listen(ctx context.Context, listener net.Listener) error {
	srv := &http.Server{Handler: p.server, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return ctx }}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// Streams and sockets end with ctx. No more commands are taken. A request has a second to be answered, and what came by
	// sockets drainTime, also where the page has gone; one without an answer is sent again under the same id.
	stop, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := srv.Shutdown(stop)
	if err != nil {
		err = errors.Join(srv.Close(), ignore(err, context.DeadlineExceeded))
	}
	drained, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if p.server.Drain(drained) != nil {
		p.log.Warn("sockets cut off", "why", "a command under way has not ended")
	}
	return err
}

// drainTime is how long commands of sockets may take that were taken before the till stops.
const drainTime = 5 * time.Second

// ignore drops an expected error.
func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// jobs are the loops that run beside the screen.
func (p *program) jobs() []func(context.Context) {
	late := p.engine.View().Seq
	follow := func(f outbox.Follower) func(context.Context) {
		return func(ctx context.Context) { outbox.Run(ctx, p.engine, f, late, p.log) }
	}
	jobs := []func(context.Context){p.refreshGoods, p.watchState, p.disk.Run}
	if p.machine != nil {
		jobs = append(jobs, p.machine.Run)
	}
	if p.guard != nil {
		jobs = append(jobs, p.watchGuard)
	}
	if p.journal != nil {
		jobs = append(jobs, p.verifyJournal, p.uplink.Run, p.watchWish, p.down.Run, p.pulse.Run, p.pulse.Serve, p.pulse.ServeHanded)
	}
	// Followers of a printer work without one, too: the settings may fit it at any moment.
	return append(jobs, func(ctx context.Context) {
		if err := p.printer.Run(ctx); err != nil && ctx.Err() == nil {
			p.log.Error("printer driver ended", "err", err)
		}
	}, follow(&outbox.Drawer{Device: p.printer, Now: p.clock.Now}),
		follow(&outbox.Goods{Put: p.goods.Put, PutCustomer: p.goods.PutCustomer, Import: p.stock.take}),
		follow(p.fiscal), p.fiscal.Run,
		follow(p.receipts(p.printer)))
}

// receipts is the follower that prints on a device.
func (p *program) receipts(d outbox.Printer) *outbox.Receipts {
	return &outbox.Receipts{Device: d, Sale: p.engine.Sale, Draw: p.draw, Back: p.drawBack, Chain: p.chainOf, Report: p.drawReport, Test: p.drawTest, Slip: p.drawSlip, View: p.viewState,
		Wait: p.fiscalWait, Drop: p.fiscal.Secrets.Drop, Number: p.number, Step: crashStep, Now: p.clock.Now}
}

// watchState lets what was changed at the till take effect outside of decisions: settings, and files that were taken in.
func (p *program) watchState(ctx context.Context) {
	var before *settings
	var member uplink.Membership
	for {
		v := p.engine.View()
		if now := p.membership(); now != member && p.down != nil {
			member = now
			p.down.Wake()
		}
		if now := p.composer.of(v.State.Box); now != before {
			before = now
			p.printer.Set(now.printer())
			if p.machine != nil && v.Err == nil {
				p.machine.setNetwork(now.conf.Network)
			}
			p.forget(fault.SettingsLeft)
			for _, u := range now.conf.Unknown {
				p.log.Warn("setting not known to this program, kept", "path", u.Path, "layer", u.Layer)
			}
			for path, why := range now.left {
				p.tell(fault.Wrap(why, fault.SettingsLeft, "path", path, "detail", why.Args["detail"]))
			}
		}
		if p.pulse != nil {
			p.pulse.Changed()
		}
		p.stock.tidy(v.State)
		tidyKeys(p.flags.data, v.State)
		p.tidyTyped(v)
		select {
		case <-v.Changed:
		case <-p.resettled:
		case <-ctx.Done():
			return
		}
	}
}

// settingsChanged wakes watchState for settings that follow from no fact: BAAZ's.
func (p *program) settingsChanged() {
	select {
	case p.resettled <- struct{}{}:
	default:
	}
}

func (p *program) viewState() (*till.State, <-chan struct{}) {
	v := p.engine.View()
	return v.State, v.Changed
}

// drawReport makes an X or Z report.
func (p *program) drawReport(r event.ReportAsked) (page, mark *paper.Page, err error) {
	c := p.set().conf
	o := receipt.Options{Columns: c.Printer.Columns, Merchant: c.Shop, Blind: r.Blind}
	return paper.Draw(receipt.Report(r.Report, o)), paper.Draw(receipt.Continuation(r.Report.Title(), o)), nil
}

// titleCash names the paper of a cash movement on the rest of one that broke off.
const titleCash event.Bill = "CASH"

// drawSlip makes the paper that goes with cash put in or taken out.
func (p *program) drawSlip(r event.SlipAsked) (page, mark *paper.Page) {
	c := p.set().conf
	o := receipt.Options{Columns: c.Printer.Columns, Merchant: c.Shop, Copy: r.Copy, Printed: p.clock.Now().In(p.set().zone).Format(time.DateTime)}
	return paper.Draw(receipt.Slip(r.Moved, r.At, r.Seller, o)), paper.Draw(receipt.Continuation(titleCash, o))
}

// drawTest makes a test page for the printer as it is set.
func (p *program) drawTest() (page, mark *paper.Page) {
	s := p.set()
	o := receipt.Options{Columns: s.conf.Printer.Columns, Merchant: s.conf.Shop, Printed: p.clock.Now().In(s.zone).Format(time.DateTime)}
	return paper.Draw(receipt.Test(p.printer.String(), o)), paper.Draw(receipt.Continuation(event.TestTitle, o))
}

// refreshGoods takes replaced goods in while the till sells.
func (p *program) refreshGoods(ctx context.Context) {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	ready := p.goods.Ready()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ready:
			ready = nil
			p.deviceChanged() // the screen shows that names can be searched for
			continue
		case <-tick.C:
		}
		switch changed, err := p.goods.Refresh(); {
		case err != nil && ctx.Err() == nil:
			p.log.Error("goods not refreshed", "err", err)
			p.tell(fault.Of(err))
		case changed:
			p.forget(fault.CatalogDamaged)
			ready = p.goods.Ready()
			p.deviceChanged()
		}
	}
}

// verifyJournal recomputes the whole chain once, in the background, a while after the start.
func (p *program) verifyJournal(ctx context.Context) {
	select {
	case <-time.After(5 * time.Second):
	case <-ctx.Done():
		return
	}
	if err := p.journal.Verify(ctx, 0, journal.Hash{}, nil); err != nil && ctx.Err() == nil {
		p.log.Error("journal does not verify", "err", err)
	}
}

func (p *program) newServer(secret string) *ui.Server {
	o := ui.Options{Till: p.engine, Journal: p.journal, Goods: p.goods, Customers: p.goods, Printer: p.printer.Status, Draw: p.picture, DrawBack: p.pictureBack, AskReturn: p.askReturn, Handed: p.handedOver,
		ClockSet: p.clock.Set, Token: secret, Look: p.look, Settings: p.describe, Logs: p.ring.newest, Disk: p.disk.Room,
		Preview: p.preview, Progress: p.stock.Progress, Typed: p.typed,
		Register: func() []till.Seller { return p.set().register }, HasSellers: func() bool { return anyActive(p.set().register) },
		Version: version, Assets: web.Till(), Logger: p.log, Trouble: p.troubles}
	if p.machine != nil {
		o.Box = p.machine
	}
	o.Fiscal = reporting{p}
	if p.uplink != nil {
		o.Uplink = link{p.uplink}
	}
	if p.guard != nil {
		o.Updates = updates{p.guard, func() { p.forgetTold(fault.UpdateRolledBack) }}
	}
	if p.flags.demo {
		o.Demo = demoSellers
	}
	return ui.New(o)
}

func (p *program) look() ui.Look {
	c := p.set().conf
	look := ui.Look{Lang: c.Lang, Shop: c.Shop.Name, Notes: c.Notes, CountNotes: c.CountNotes, LockAfter: c.LockAfter, Unverified: c.ReturnUnverified > 0}
	p.master.look(&look)
	return look
}

func (p *program) preview(name string, body io.Reader) (ui.Preview, error) {
	return p.stock.preview(name, body, p.engine.View().State)
}

func (p *program) describe() []config.Setting {
	s := p.set()
	all := config.Describe(s.conf, s.origins, s.fallback)
	if p.machine == nil {
		all = slices.DeleteFunc(all, func(d config.Setting) bool { return d.Group == config.NetworkGroup })
	}
	return all
}

// tell puts a fault on the screen until it is forgotten.
func (p *program) tell(f *fault.Error) {
	p.mu.Lock()
	p.trouble[f.Code] = f
	p.mu.Unlock()
	p.deviceChanged()
}

func (p *program) forget(c fault.Code) {
	p.mu.Lock()
	delete(p.trouble, c)
	p.mu.Unlock()
}

func (p *program) troubles() []*fault.Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*fault.Error
	for _, f := range p.trouble {
		list = append(list, f)
	}
	return list
}

func (p *program) deviceChanged() {
	if p.server != nil {
		p.server.DevicesChanged()
	}
	if p.pulse != nil {
		p.pulse.Changed()
	}
}
