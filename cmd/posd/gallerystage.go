package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	store "posbox/catalog"
	"posbox/outbox"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/loyalty"
	"posbox/pos/paper"
	"posbox/pos/till"
)

// stage is a till on which the gallery sells: the program as it runs in a shop, with a printer that hands its papers over, an
// office that issues made-up e-barimts, and a clock of its own, so that the same pictures come out each time.
type stage struct {
	*program
	ctx      context.Context
	end      context.CancelFunc
	jobs     sync.WaitGroup
	office   *sampleOffice
	papers   chan job
	minutes  *atomic.Int64
	width    string // in the pictures' names
	show     func(drawn) error
	commands int
	err      error // the first that went wrong; nothing is done after it
}

// job is what a printer is given: a paper, and the mark that stands above what was left of it when the printer was lost.
type job struct{ page, mark *paper.Page }

// paperWithin is how long a paper may take to come out; a slip waits for fiscal.wait besides.
const paperWithin = 10 * time.Second

// opening is when the gallery's shops open.
var opening = time.Date(2026, 11, 23, 9, 2, 11, 0, time.FixedZone("", 8*60*60))

// openStage opens a till as serve does, but for what speaks to the outside.
func openStage(ctx context.Context, dir string, a act, columns int, log *slog.Logger) (*stage, error) {
	c, err := stageFlags(dir, a, columns)
	if err != nil {
		return nil, err
	}
	minutes := &atomic.Int64{}
	now := func() time.Time { return opening.Add(time.Duration(minutes.Load()) * 97 * time.Second) }
	s := &stage{office: &sampleOffice{now: now}, papers: make(chan job), minutes: minutes, width: "80"}
	if columns == 32 {
		s.width = "58"
	}
	s.program = &program{flags: c, clock: &clock{now: now, dir: dir}, disk: &disk{dir: dir}, log: log, ring: newRing(log.Handler())}
	if s.composer, err = newComposer(c); err != nil {
		return nil, err
	}
	s.flags.demo = a.demo
	if err := s.open(); err != nil {
		return nil, err
	}
	s.ctx, s.end = context.WithCancel(ctx)
	s.follow(a.reports)
	return s, nil
}

// nowhere is an address that nobody answers at.
const nowhere = "http://127.0.0.1:1"

// stageFlags lays out the folder of an act's shop: its settings and its goods.
func stageFlags(dir string, a act, columns int) (c flags, err error) {
	said := map[string]any{"shop": galleryShop, "payer": a.payer, "blind_count": a.blind, "round_to": a.roundTo, "fiscal": map[string]any{"wait": 1, "lookup": nowhere, "branch": "001", "district": "2501", "pos_no": "001"},
		"printer": map[string]any{"columns": columns, "address": "tcp://127.0.0.1:1"}} // fitted; what it prints goes to the gallery
	text, err := json.Marshal(said)
	if err != nil {
		return c, err
	}
	c = flags{data: dir, config: filepath.Join(dir, "gallery.json")}
	if a.reports {
		c.posapi = nowhere // named, never asked: the office stands in its place
	}
	if err := os.WriteFile(c.config, text, 0o600); err != nil {
		return c, err
	}
	for _, goods := range []io.Reader{store.Sample(), strings.NewReader(galleryGoods)} {
		if _, err := store.Import(dir, goods, store.ImportOptions{}); err != nil {
			return c, err
		}
	}
	return c, store.SetCustomers(dir, []loyalty.Customer{galleryCustomer})
}

// follow starts what follows the till's facts.
func (s *stage) follow(reports bool) {
	options := s.fiscal.Options
	s.fiscal.Options = func() outbox.FiscalOptions {
		o := options()
		o.Service = nil
		if reports {
			o.Service = s.office
		}
		return o
	}
	late := s.engine.View().Seq
	for _, f := range []outbox.Follower{s.fiscal, s.receipts(s)} {
		s.jobs.Go(func() { outbox.Run(s.ctx, s.engine, f, late, s.log) })
	}
	s.jobs.Go(func() { s.fiscal.Run(s.ctx) })
}

// leave ends the till.
func (s *stage) leave() {
	s.end()
	s.jobs.Wait()
	s.close()
}

// PrintUnless implements outbox.Printer: what would be printed is handed over.
func (s *stage) PrintUnless(ctx context.Context, page, mark *paper.Page, _ <-chan struct{}) (device.Printed, error) {
	select {
	case s.papers <- job{page, mark}:
		return device.Printed{Started: true, Proven: 1, Bands: 1, Proof: true}, nil
	case <-ctx.Done():
		return device.Printed{}, ctx.Err()
	}
}

// do carries out a command, which must succeed, a while after the one before.
func (s *stage) do(kind string, c till.Command) (r till.Result) {
	if s.settle(); s.err != nil {
		return r
	}
	s.minutes.Add(1)
	s.commands++
	c.ID, c.Kind = fmt.Sprintf("00000000-0000-4000-8000-%012d", s.commands), kind
	a, err := s.engine.Do(s.ctx, c)
	if err != nil {
		s.err = fmt.Errorf("%s: %w", kind, err)
	}
	return a.Result
}

// paper takes the next paper out of the printer and shows it under a name.
func (s *stage) paper(name string) {
	s.shown(name, func(j job) *paper.Page { return j.page })
}

// continuation takes the next paper as a printer ends it that was lost in between: the mark alone.
func (s *stage) continuation(name string) {
	s.shown(name, func(j job) *paper.Page { return j.mark })
}

func (s *stage) shown(name string, what func(job) *paper.Page) {
	if s.err != nil {
		return
	}
	late := time.NewTimer(paperWithin)
	defer late.Stop()
	select {
	case j := <-s.papers:
		s.err = s.show(drawn{name + "_" + s.width, what(j)})
	case <-late.C:
		s.err = fmt.Errorf("%s was not printed", name)
	case <-s.ctx.Done():
		s.err = s.ctx.Err()
	}
}

// settle waits until nothing is being printed: a paper's outcome is a fact, and the next command may depend on it.
func (s *stage) settle() {
	s.await("a paper that no scene takes", func(st *till.State) (bool, error) {
		return !slices.ContainsFunc(st.Prints, func(p till.Print) bool { return p.Result == "" }), nil
	})
}

// issued waits until a sale's e-barimt has its number.
func (s *stage) issued(bill event.Bill) {
	s.await("no e-barimt", func(*till.State) (bool, error) {
		chain, err := s.engine.Chain(bill)
		_, ok := chain.Latest()
		return ok, err
	})
}

// await waits until the till has come to something.
func (s *stage) await(otherwise string, come func(*till.State) (bool, error)) {
	late := time.NewTimer(paperWithin)
	defer late.Stop()
	for s.err == nil {
		v := s.engine.View()
		done, err := come(v.State)
		if done || err != nil {
			s.err = err
			return
		}
		select {
		case <-v.Changed:
		case <-late.C:
			s.err = errors.New(otherwise)
		case <-s.ctx.Done():
			s.err = s.ctx.Err()
		}
	}
}

// sampleOffice issues e-barimts that are none: numbers that count up, lottery numbers and QR codes nobody can mistake for
// real ones, of the length of real ones.
type sampleOffice struct {
	now func() time.Time

	mu     sync.Mutex
	number int
	away   bool          // nothing reaches it
	empty  bool          // it has no lottery numbers left
	hold   chan struct{} // not nil: it answers once this is closed
	qr     []string      // of all that it has issued
}

var errAway = errors.New("the sample office is away")

// Issue implements outbox.Issuer.
func (o *sampleOffice) Issue(ctx context.Context, body []byte, subs int) fiscal.Outcome {
	r, err := fiscal.ReadRequest(body)
	if err != nil {
		return fiscal.Outcome{Verdict: fiscal.VerdictRefused, Text: err.Error()}
	}
	o.mu.Lock()
	hold := o.hold
	o.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return fiscal.Outcome{Verdict: fiscal.VerdictUncertain, Cause: ctx.Err()}
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away {
		return fiscal.Outcome{Verdict: fiscal.VerdictUnsent, Cause: errAway}
	}
	o.number++
	return fiscal.Outcome{Verdict: fiscal.VerdictDone, Issued: o.make(r, subs)}
}

// make makes up what a receipt gets. A correction and a business get no lottery number; a correction keeps the one it had.
func (o *sampleOffice) make(r fiscal.Request, subs int) fiscal.Issued {
	id := func(n int) string { return fmt.Sprintf("000061200012345001%07d%08d", o.number*10+n, 12345678) }
	i := fiscal.Issued{ID: id(0), Date: o.now().Format(time.DateTime)}
	for n := range subs {
		i.Subs = append(i.Subs, id(n+1))
	}
	qr := fmt.Sprintf("%05d", o.number) + strings.Repeat("0123456789", 19)
	o.qr = append(o.qr, qr)
	i.QR = fiscal.Keep(qr)
	if r.Type == fiscal.B2C && r.InactiveID == "" && !o.empty {
		i.Lottery = fiscal.Keep(fmt.Sprintf("ZZ %08d", o.number))
	}
	return i
}

// Cancel implements outbox.Issuer.
func (o *sampleOffice) Cancel(context.Context, []byte) fiscal.Outcome {
	return fiscal.Outcome{Verdict: fiscal.VerdictDone}
}

// Info implements outbox.Issuer.
func (o *sampleOffice) Info(context.Context) (fiscal.Info, error) { return fiscal.Info{}, nil }

// SendData implements outbox.Issuer.
func (o *sampleOffice) SendData(context.Context) error { return nil }

// sampleRegister is a register of taxpayers that knows one business.
type sampleRegister struct{}

const knownBusiness, unknownBusiness = "1234567", "7654321"

// Find implements taxpayer.Source.
func (sampleRegister) Find(context.Context, event.Register) (fiscal.Taxpayer, fiscal.Found) {
	return fiscal.Taxpayer{Business: event.Business{TIN: "37900846788", Name: "Өргөө Худалдаа, Үйлчилгээний Нэгдсэн Компани ХХК"}, VAT: true}, fiscal.FoundKnown
}

// meets asks who a business is, as the screen does before it is chosen.
func (s *stage) meets(r event.Register) {
	if s.err == nil {
		_, s.err = s.buyers.Find(s.ctx, sampleRegister{}, r)
	}
}

// set changes how the office behaves.
func (o *sampleOffice) set(change func(*sampleOffice)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(o)
}
