// Package printer is a virtual ESC/POS receipt printer: a TCP server on loopback that behaves as a thermal printer with
// cutter and drawer does, draws on a bitmap instead of paper, and can be made to fail at any byte.
//
// # What it does as real ones do
//
// Bytes go into a receive buffer of limited size; when it is full, nothing more is read. Real-time commands (DLE EOT, DLE
// ENQ, DLE DC4) act on receipt, also while printing stands still, but only where a command may begin: 10 04 within picture
// or symbol data is data. All other commands are carried out in order, one byte at a time; while paper or a closed cover
// is missing they wait. A client that goes leaves its bytes in the buffer, and a command that it broke off swallows what
// the next client sends until its length is full. One client is served at a time; others wait.
//
// # Commands
//
//	ESC @ d J p a E ! t   GS ! a r I V   GS v 0   GS ( H   GS ( k (QR)   DLE EOT ENQ DC4   LF, text
//
// Text is drawn in DejaVu Sans Mono; pages 0 (PC437), 17 (PC866) and 46 (WPC1251) are known. Everything else is framed by
// its documented length where that is known, otherwise by two bytes, passed over and listed (Unknown).
//
// # Models
//
// Prove answers everything. Old does not know GS ( H. Dumb answers DLE EOT only.
package printer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"
)

// Model is how much a printer can answer.
type Model string

// The models.
const (
	Prove Model = "prove"
	Old   Model = "old"
	Dumb  Model = "dumb"
)

// DefaultBuffer is the receive buffer of the TM-T20 class in bytes.
const DefaultBuffer = 4096

// Options describes a printer. The zero value is an 80 mm printer that can prove and prints as fast as it can.
type Options struct {
	Width  int   // dots: 576 or 384; 0: 576
	Model  Model // "": Prove
	Buffer int   // receive buffer in bytes; 0: 4096
	Speed  int   // rows a second; 0: no limit. Real ones print 1200 to 2400
}

func (o Options) check() (Options, error) {
	if o.Width == 0 {
		o.Width = 576
	}
	if o.Model == "" {
		o.Model = Prove
	}
	if o.Buffer == 0 {
		o.Buffer = DefaultBuffer
	}
	switch {
	case o.Width != 576 && o.Width != 384:
		return o, fmt.Errorf("width must be 576 or 384 dots, not %d", o.Width)
	case !slices.Contains([]Model{Prove, Old, Dumb}, o.Model):
		return o, fmt.Errorf("model must be %s, %s or %s, not %q", Prove, Old, Dumb, o.Model)
	case o.Buffer < 16 || o.Buffer > 1<<20:
		return o, fmt.Errorf("buffer must be 16 to %d bytes, not %d", 1<<20, o.Buffer)
	case o.Speed < 0:
		return o, fmt.Errorf("speed must not be negative: %d", o.Speed)
	}
	return o, nil
}

// Printer is one virtual printer. Its methods may be called from any goroutine.
type Printer struct {
	opts   Options
	turn   chan struct{} // held by the client that is served
	closed chan struct{}
	wg     sync.WaitGroup

	mu      sync.Mutex
	cond    *sync.Cond // anything below has changed
	over    bool       // Close was called
	ln      net.Listener
	session *session

	// The way in.
	raw     []byte // everything received, the last maxRaw bytes count
	framing lexer  // where the received stream stands
	urgent  []byte // a real-time command begun
	buffer  []byte // the receive buffer

	// The executor.
	exec     lexer
	job      command // the command that is being fed data
	executed uint64  // ordered bytes carried out
	debt     time.Duration
	modes    modes
	symbol   symbol
	auto     bool // ASB is on
	told     [4]byte
	paper    roll
	kicks    int
	unknown  []string

	pending []pending
	active  map[Kind]bool
	noise   *rand.Rand
}

// session is one client.
type session struct {
	conn net.Conn
	out  []byte // answers not yet written
	gone bool
}

// New makes a printer that serves connections given to Serve or ServeConn. Close it.
func New(opts Options) (*Printer, error) {
	opts, err := opts.check()
	if err != nil {
		return nil, err
	}
	p := &Printer{
		opts: opts, turn: make(chan struct{}, 1), closed: make(chan struct{}),
		active: make(map[Kind]bool), noise: rand.New(rand.NewPCG(1, 2)),
	}
	p.cond = sync.NewCond(&p.mu)
	p.paper.width = opts.Width
	p.wg.Go(p.run)
	return p, nil
}

// Listen makes a printer and serves addr (HOST:PORT, loopback only; port 0: any).
func Listen(addr string, opts Options) (*Printer, error) {
	if err := Loopback(addr); err != nil {
		return nil, err
	}
	p, err := New(opts)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		p.Close()
		return nil, err
	}
	p.mu.Lock()
	p.ln = ln
	p.mu.Unlock()
	p.wg.Go(func() { p.serve(ln) })
	return p, nil
}

// Loopback refuses listening addresses that others could reach.
func Loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q: want HOST:PORT", addr)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%q: only loopback addresses, such as 127.0.0.1:9100", addr)
	}
	return nil
}

// Addr returns where the printer listens, as a device address: tcp://HOST:PORT; "" when it does not.
func (p *Printer) Addr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ln == nil {
		return ""
	}
	return "tcp://" + p.ln.Addr().String()
}

func (p *Printer) serve(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			select { // out of file handles or the like: it passes
			case <-time.After(50 * time.Millisecond):
				continue
			case <-p.closed:
				return
			}
		}
		p.ServeConn(context.Background(), conn)
	}
}

// ServeConn serves one client until it goes, a fault drops it, ctx ends or the printer is closed. It waits for its turn.
func (p *Printer) ServeConn(ctx context.Context, conn net.Conn) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		drop(conn)
		return
	case <-p.closed:
		drop(conn)
		return
	}
	s := &session{conn: conn}
	if !p.begin(s) {
		drop(conn)
		return
	}
	defer context.AfterFunc(ctx, func() { drop(conn) })()
	var writer sync.WaitGroup
	writer.Go(func() { p.answerLoop(s) })
	p.readLoop(s)
	p.finish(s)
	conn.Close()
	writer.Wait()
}

func (p *Printer) begin(s *session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.active[Offline] {
		return false
	}
	if t, ok := s.conn.(*net.TCPConn); ok {
		t.SetNoDelay(true)
		t.SetReadBuffer(p.opts.Buffer)
	}
	p.session = s
	return true
}

func (p *Printer) finish(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.gone = true
	if p.session == s {
		p.session = nil
	}
	p.cond.Broadcast()
}

// drop closes a connection the hard way: over TCP with a reset.
func drop(conn net.Conn) {
	if t, ok := conn.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	conn.Close()
}

// Close ends the printer and waits for its goroutines. It may be called twice.
func (p *Printer) Close() error {
	p.mu.Lock()
	if !p.over {
		p.over = true
		close(p.closed)
		if p.ln != nil {
			p.ln.Close()
		}
		if p.session != nil {
			p.session.gone = true
			drop(p.session.conn)
		}
		p.cond.Broadcast()
	}
	p.mu.Unlock()
	p.wg.Wait()
	return nil
}
