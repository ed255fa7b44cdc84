package escpos

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"

	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/pos/paper"
)

// Conn is an open way to a printer. Close must end a blocked Read or Write, and should throw away what the printer has
// not yet taken. bus.Conn is one.
type Conn interface {
	io.ReadWriteCloser
	// OneWay reports that nothing will ever be answered: a file. Its Read is never called.
	OneWay() bool
}

// Result says how far a page got. Started: at least one byte was handed to the printer. Proven: bands from the top that are
// proven to be on paper. Proof: everything, to the cut, is proven.
type Result = device.Printed

// Printer is one receipt printer with the drawer behind it. Its methods may be called from any goroutine.
type Printer struct {
	open    func(context.Context) (Conn, error)
	opts    Options
	firstID uint32

	jobs  chan *job
	kicks chan *kick
	stop  chan struct{} // closed by Halt
	done  chan struct{} // closed when Run has ended

	mu     sync.Mutex
	status device.Printer
	ran    bool
	halted bool
}

// New makes a printer that opens its connection by open, as often as it is lost. Nothing happens before Run. Ids begin
// anywhere, so that answers meant for an earlier process prove nothing.
func New(open func(context.Context) (Conn, error), opts Options) *Printer {
	opts = opts.withDefaults()
	return &Printer{
		open: open, opts: opts, firstID: rand.Uint32N(idCount),
		jobs: make(chan *job), kicks: make(chan *kick),
		stop: make(chan struct{}), done: make(chan struct{}),
		status: device.Printer{Name: opts.Name, Fitted: true},
	}
}

// String returns the printer's name.
func (p *Printer) String() string { return p.opts.Name }

// Status returns what is known of the printer now.
func (p *Printer) Status() device.Printer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// errRan says that Run was called twice.
var errRan = errors.New("escpos: Run may be called once")

// Run owns the connection until ctx ends or Halt is called; it returns ctx's error, or nil after Halt. It may be called
// once. Everything under way when it ends is answered with what is proven by then.
func (p *Printer) Run(ctx context.Context) error {
	p.mu.Lock()
	if p.ran || p.halted {
		p.mu.Unlock()
		return errRan
	}
	p.ran = true
	p.mu.Unlock()
	defer close(p.done)

	newOwner(p).run(ctx)
	return ctx.Err()
}

// Halt ends Run and waits for it; the connection is closed, nothing is held or sounding. It may be called twice.
func (p *Printer) Halt() error {
	p.mu.Lock()
	first, ran := !p.halted, p.ran
	p.halted = true
	p.mu.Unlock()
	if first {
		close(p.stop)
	}
	if ran {
		<-p.done
	}
	return nil
}

// Print prints page and cuts. It waits until ctx ends for the printer to be ready before the first byte; ctx ended by
// then gives Started false and ctx's error: nothing is or will be on paper. One page is printed at a time; others wait.
//
// Once started it waits out paper-out and cover-open, and takes a lost connection up again: mark (may be nil) is printed,
// then the bands after the last proven one. Result.Proof with a nil error is the only answer that says "printed".
//
// ctx ended in mid-page gives Started true, what is proven, and ctx's error. The printer is told to forget what it holds
// (DLE ENQ 2, ESC @), which not every model obeys: a few more bands may still come out, at most Options.Buffer bytes.
//
// A connection that answers nothing (Conn.OneWay) gives a nil error and Proof false when all is written. A printer that
// answers status but proves nothing within Options.ProofWait gives fault printer.silent; Run's end printer.offline.
//
// page and mark must not be changed until Print returns.
func (p *Printer) Print(ctx context.Context, page, mark *paper.Page) (Result, error) {
	return p.PrintUnless(ctx, page, mark, nil)
}

// PrintUnless is Print of a page that nobody wants any more once abandon is closed, unless it has begun or can begin at
// once: it is taken back with Started false and no error.
func (p *Printer) PrintUnless(ctx context.Context, page, mark *paper.Page, abandon <-chan struct{}) (Result, error) {
	if err := checkPage(page, p.opts.Width); err != nil {
		return Result{}, err
	}
	if mark != nil {
		if err := checkPage(mark, p.opts.Width); err != nil {
			return Result{}, err
		}
	}
	j := newJob(ctx, page, mark, p.opts.BandRows)
	j.abandon = abandon
	if err := ctx.Err(); err != nil {
		return j.result, err
	}
	select {
	case p.jobs <- j:
	case <-ctx.Done():
		return j.result, ctx.Err()
	case <-p.done:
		return j.result, fault.New(fault.PrinterOffline)
	}
	out := <-j.reply
	return out.result, out.err
}

// Kick opens the drawer once or never; it is never repeated, and after ctx nothing is sent any more.
//
//	nil error, proven          the printer says that it gave the pulse
//	nil error, not proven      the pulse was sent to a printer that cannot prove
//	printer.silent             sent, but the printer did not confirm it within ctx
//	printer.offline            not sent: the printer does not answer (at once)
//	drawer.late                not sent within ctx
func (p *Printer) Kick(ctx context.Context) (proven bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, fault.Wrap(err, fault.DrawerLate)
	}
	if !p.Status().Online {
		return false, fault.New(fault.PrinterOffline)
	}
	k := &kick{ctx: ctx, reply: make(chan kickOutcome, 1)}
	select {
	case p.kicks <- k:
	case <-ctx.Done():
		return false, fault.Wrap(ctx.Err(), fault.DrawerLate)
	case <-p.done:
		return false, fault.New(fault.PrinterOffline)
	}
	out := <-k.reply
	return out.proven, out.err
}

func (p *Printer) setStatus(s device.Printer) {
	p.mu.Lock()
	changed := p.status != s
	p.status = s
	p.mu.Unlock()
	if changed && p.opts.OnStatus != nil {
		p.opts.OnStatus(s)
	}
}
