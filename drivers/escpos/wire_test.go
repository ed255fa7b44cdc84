package escpos

import (
	"bytes"
	"context"
	"flag"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"posbox/drivers/bus"
	"posbox/drivers/drivertest"
	"posbox/drivers/escpos/virtual/printer"
	"posbox/pos/fault"
)

var (
	_ drivertest.ReceiptPrinter = (*Printer)(nil)
	_ Conn                      = (bus.Conn)(nil)
)

// TestConformance drives the virtual printer over TCP in real time.
func TestConformance(t *testing.T) {
	for _, model := range []printer.Model{printer.Prove, printer.Old} {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			drivertest.Printer(t, func(t *testing.T) drivertest.Bench { return bench(t, model) })
		})
	}
}

func bench(t *testing.T, model printer.Model) drivertest.Bench {
	v, err := printer.Listen("127.0.0.1:0", printer.Options{Model: model})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	p := New(func(ctx context.Context) (Conn, error) { return bus.Open(ctx, v.Addr()) }, Options{Name: "virtual"})
	return drivertest.Bench{
		Printer: p, Width: DefaultWidth,
		PaperOut: func() { v.Inject(printer.PaperOut, 0) },
		Offline:  func() { v.Inject(printer.Offline, 0) },
		Cure:     v.Cure, Receipts: v.Receipts, Kicks: v.Kicks,
	}
}

// A file takes pages and pulses and proves nothing.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.bin")
	p := New(func(ctx context.Context) (Conn, error) { return bus.Open(ctx, "file:"+path) }, small)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	page := lines(pageTag, 4)
	res, err := p.Print(ctx, page, nil)
	if want := (Result{Started: true, Bands: 2}); err != nil || res != want {
		t.Errorf("%+v, %v", res, err)
	}
	if proven, err := p.Kick(ctx); proven || err != nil {
		t.Errorf("Kick: %v, %v", proven, err)
	}
	if s := p.Status(); !s.Ready() || s.Proves {
		t.Errorf("%+v", s)
	}
	cancel()
	<-ended
	want := Init(nil)
	want = Raster(want, 4, page.Pix[:24])
	want = Raster(want, 4, page.Pix[24:])
	want = Kick(Cut(Feed(want, 1), true, 0), Pin2, kickOn, kickOff)
	if got, _ := os.ReadFile(path); !bytes.Equal(got, want) {
		t.Errorf("file holds % X, want % X", got, want)
	}
}

var update = flag.Bool("update", false, "write testdata anew from the virtual printer")

// transcriptPath is a whole conversation: connecting, a page of one line, a pulse. POSBOX_ESCPOS=tcp://… records it from a
// real printer and prints it.
const transcriptPath = "testdata/page-and-pulse.txt"

// converse is what the transcript holds. Its ids are fixed.
func converse(t testing.TB, conn Conn, note func(string), done <-chan struct{}) {
	p := New(func(context.Context) (Conn, error) { return conn, nil }, Options{Width: 384, Name: "transcript", Poll: time.Hour})
	p.firstID = 0
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	note("connect: clear what is left, then status")
	go func() {
		defer close(ended)
		p.Run(ctx)
	}()
	until := time.Now().Add(time.Minute)
	for !p.Status().Proves && time.Now().Before(until) {
		time.Sleep(10 * time.Millisecond)
	}
	note("a page of one line")
	if res, err := p.Print(ctx, lines(pageTag, 1), nil); err != nil || !res.Proof {
		t.Errorf("page: %+v, %v", res, err)
	}
	note("a drawer pulse")
	if proven, err := p.Kick(ctx); err != nil || !proven {
		t.Errorf("pulse: %v, %v", proven, err)
	}
	<-done
	cancel()
	<-ended
}

func already() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func TestPlayback(t *testing.T) {
	text, err := os.ReadFile(transcriptPath)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := drivertest.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		player := drivertest.Playback(t, tr)
		converse(t, player, func(string) {}, player.Done())
	})
}

// The virtual printer says what the transcript says, so that it cannot drift.
func TestRecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, err := printer.New(printer.Options{Width: 384})
		if err != nil {
			t.Fatal(err)
		}
		a, b := net.Pipe()
		var wg sync.WaitGroup
		wg.Go(func() { v.ServeConn(context.Background(), b) })
		rec := drivertest.Record(pipe{a}, "virtual printer, 58 mm")
		converse(t, rec, rec.Note, already())
		v.Close()
		wg.Wait()
		got := rec.Transcript()
		if *update {
			os.MkdirAll(filepath.Dir(transcriptPath), 0o755)
			if err := os.WriteFile(transcriptPath, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, _ := os.ReadFile(transcriptPath)
		want, err := drivertest.Parse(string(text))
		if err != nil || !bytes.Equal(stream(got, true), stream(want, true)) || !bytes.Equal(stream(got, false), stream(want, false)) {
			t.Errorf("%v; recorded:\n%s", err, got)
		}
	})
}

// stream is all that one side said; how it falls into exchanges depends on timing.
func stream(tr drivertest.Transcript, sent bool) (out []byte) {
	for _, e := range tr.Exchanges {
		if sent {
			out = append(out, e.Sent...)
		} else {
			out = append(out, e.Received...)
		}
	}
	return out
}

func TestLive(t *testing.T) {
	addr := os.Getenv("POSBOX_ESCPOS")
	if addr == "" {
		t.Skip("POSBOX_ESCPOS is not set")
	}
	conn, err := bus.Open(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	rec := drivertest.Record(conn, addr)
	converse(t, rec, rec.Note, already())
	t.Logf("\n%s", rec.Transcript())
}

// Answers that come byte by byte, lines that fall silent or are pulled after any number of bytes: the page comes out,
// continued behind a mark where it was broken off.
func TestLineFaults(t *testing.T) {
	step := 3
	if testing.Short() {
		step = 41
	}
	for _, c := range []struct {
		name string
		most int
		wrap func(Conn, int) drivertest.Conn
	}{
		{"short reads", 4, func(c Conn, n int) drivertest.Conn { return drivertest.ShortReads(c, n) }},
		{"silent", 120, func(c Conn, n int) drivertest.Conn { return drivertest.Silent(c, n) }},
		{"unplugged", 420, func(c Conn, n int) drivertest.Conn { return drivertest.Unplug(c, n) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for n := 0; n < c.most; n += step {
				synctest.Test(t, func(t *testing.T) {
					v, err := printer.New(printer.Options{Width: 384})
					if err != nil {
						t.Fatal(err)
					}
					var wg sync.WaitGroup
					opens := 0
					p := New(func(context.Context) (Conn, error) {
						a, b := net.Pipe()
						wg.Go(func() { v.ServeConn(context.Background(), b) })
						if opens++; opens == 1 {
							return c.wrap(pipe{a}, n), nil
						}
						return pipe{a}, nil
					}, small)
					ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
					defer func() {
						cancel()
						v.Close()
						wg.Wait()
					}()
					wg.Go(func() { p.Run(ctx) })
					res, err := p.Print(ctx, lines(pageTag, testLines), lines(markTag, 1))
					if err != nil || !res.Proof {
						t.Errorf("after %d: %+v, %v", n, res, err)
					}
					got := rows(t, v.Paper(), 1)
					if err := checkContinued(got, testLines*lineRows, small.BandRows, DefaultWindow*small.BandRows); err != nil {
						t.Errorf("after %d: %v", n, err)
					}
				})
			}
		})
	}
}

// flood counts what a driver has sent to a printer that stands still.
type flood struct {
	pipe
	mu sync.Mutex
	n  int
}

func (f *flood) Write(b []byte) (int, error) {
	f.mu.Lock()
	f.n += len(b)
	f.mu.Unlock()
	return f.pipe.Write(b)
}

// A printer that stands still is not sent more than its buffer holds, whatever the page.
func TestNeverFlooded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := printer.New(printer.Options{})
		a, b := net.Pipe()
		var wg sync.WaitGroup
		wg.Go(func() { v.ServeConn(context.Background(), b) })
		f := &flood{pipe: pipe{a}}
		p := New(func(context.Context) (Conn, error) { return f, nil }, Options{Silence: time.Hour})
		ctx, cancel := context.WithCancel(context.Background())
		wg.Go(func() { p.Run(ctx) })
		time.Sleep(time.Second)
		v.Inject(printer.Stall, 0) // no ASB: only its own counting stops the driver
		v.Inject(printer.PaperOut, 0)
		f.mu.Lock()
		f.n = 0
		f.mu.Unlock()
		page := lines(pageTag, 400)
		page.Width, page.Pix = 576, make([]byte, 72*page.Height)
		wg.Go(func() { p.Print(ctx, page, nil) })
		time.Sleep(200 * time.Millisecond)
		f.mu.Lock()
		if f.n > printer.DefaultBuffer || f.n < 2000 {
			t.Errorf("sent %d bytes", f.n)
		}
		f.mu.Unlock()
		cancel()
		v.Close()
		wg.Wait()
	})
}

// chatter is a printer without GS ( H that answers every GS r, and with extra set sends more answers than it was asked.
func chatter(conn net.Conn, extra *atomic.Bool) {
	var seen []byte
	buf := make([]byte, 512)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		seen = append(seen, buf[:n]...)
		for len(seen) >= 3 {
			switch answer := []byte{}; {
			case seen[0] == dle && seen[1] == 4:
				answer = append(answer, 0x12)
				fallthrough
			case seen[0] == gs && seen[1] == 'r':
				if seen[0] == gs {
					answer = append(answer, 0)
					if extra.Load() {
						answer = append(answer, 0, 0, 0, 0)
					}
				}
				conn.Write(answer)
				seen = seen[3:]
			default:
				seen = seen[1:]
			}
		}
	}
}

// More answers than questions: counting proves nothing any more.
func TestStrayAnswersSpoilCounting(t *testing.T) {
	for _, stray := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var extra atomic.Bool
			var wg sync.WaitGroup
			p := New(func(context.Context) (Conn, error) {
				a, b := net.Pipe()
				wg.Go(func() { chatter(b, &extra) })
				return pipe{a}, nil
			}, small)
			ctx, cancel := context.WithCancel(context.Background())
			defer func() {
				cancel()
				wg.Wait()
			}()
			wg.Go(func() { p.Run(ctx) })
			time.Sleep(2 * time.Second)
			if !p.Status().Proves {
				t.Fatalf("%+v", p.Status())
			}
			extra.Store(stray)
			res, err := p.Print(ctx, lines(pageTag, testLines), nil)
			if res.Proof == stray || (fault.CodeOf(err) == fault.PrinterSilent) != stray {
				t.Errorf("stray answers %v: %+v, %v", stray, res, err)
			}
		})
	}
}

// Run's end and a device that is not there do not hang.
func TestNoDevice(t *testing.T) {
	p := New(func(ctx context.Context) (Conn, error) { return bus.Open(ctx, "file:/dev/no-such-printer") }, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Run(ctx); err != context.DeadlineExceeded {
		t.Errorf("Run: %v", err)
	}
	if _, err := p.Kick(t.Context()); fault.CodeOf(err) != fault.PrinterOffline {
		t.Errorf("Kick: %v", err)
	}
}
