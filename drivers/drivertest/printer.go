package drivertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/pos/paper"
)

// Result is what drivers answer to Print.
type Result = device.Printed

// ReceiptPrinter is what a driver of receipt printers offers.
type ReceiptPrinter interface {
	Run(ctx context.Context) error
	Print(ctx context.Context, page, mark *paper.Page) (Result, error)
	Kick(ctx context.Context) (proven bool, err error)
	Status() device.Printer
	String() string
	Halt() error
}

// Bench is a printer on a test bench, online and with paper, not yet running.
type Bench struct {
	Printer  ReceiptPrinter
	Width    int // dots
	PaperOut func()
	Offline  func()
	Cure     func()     // ends both
	Receipts func() int // cut off so far
	Kicks    func() int // drawer pulses so far
}

// patience bounds waits that end by themselves. How soon is asked where no clock runs: see drivers/escpos.
const patience = time.Minute

// Printer runs the suite that every receipt printer passes; open makes a fresh bench.
func Printer(t *testing.T, open func(t *testing.T) Bench) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, b Bench)
	}{
		{"prints and proves", testPrints},
		{"says what is wrong", testStatus},
		{"waits for paper, prints once", testPaperOut},
		{"not started when not ready in time", testNotStarted},
		{"opens the drawer once", testKick},
		{"opens the drawer while paper is out in a page", testKickWhileStuck},
		{"never opens the drawer later", testKickOffline},
		{"halts twice", testHalt},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				b.Printer.Run(ctx)
			}()
			t.Cleanup(func() {
				cancel()
				<-ended
			})
			await(t, b, patience, "ready", device.Printer.Ready)
			c.test(t, b)
		})
	}
}

// await polls the status, which has no other signal in this suite.
func await(t *testing.T, b Bench, d time.Duration, what string, ok func(device.Printer) bool) {
	t.Helper()
	for end := time.Now().Add(d); !ok(b.Printer.Status()); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not %s within %v: %+v", what, d, b.Printer.Status())
		}
	}
}

// testPage is a page of n lines, 24 rows each.
func testPage(width, n int) *paper.Page {
	page := &paper.Page{Width: width, Height: 24 * n, Pix: make([]byte, 24*n*width/8)}
	for i := range page.Pix {
		page.Pix[i] = byte(i / (width / 8))
	}
	for i := range n {
		page.Breaks = append(page.Breaks, 24*(i+1))
	}
	return page
}

// print prints on its own goroutine.
func print(b Bench, ctx context.Context, lines int) <-chan error {
	done := make(chan error, 1)
	go func() {
		res, err := b.Printer.Print(ctx, testPage(b.Width, lines), nil)
		if err == nil && !(res.Started && res.Proof && res.Proven == res.Bands && res.Bands > 0) {
			err = errors.New("not proven")
		}
		done <- err
	}()
	return done
}

func finish(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatal("the page does not come to an end")
	}
}

func wantReceipts(t *testing.T, b Bench, n int) {
	t.Helper()
	if got := b.Receipts(); got != n {
		t.Fatalf("%d receipts, want %d", got, n)
	}
}

func testPrints(t *testing.T, b Bench) {
	for i := range 3 {
		finish(t, print(b, t.Context(), 20))
		wantReceipts(t, b, i+1)
	}
	if s := b.Printer.Status(); !s.Fitted || s.Name == "" || b.Printer.String() == "" {
		t.Errorf("status %+v, name %q", s, b.Printer.String())
	}
}

func testStatus(t *testing.T, b Bench) {
	for _, c := range []struct {
		name string
		fail func()
		code fault.Code
	}{{"paper out", b.PaperOut, fault.PrinterPaper}, {"offline", b.Offline, fault.PrinterOffline}} {
		c.fail()
		await(t, b, patience, c.name, func(s device.Printer) bool { return s.Fault() == c.code })
		b.Cure()
		await(t, b, patience, "cured", device.Printer.Ready)
	}
}

func testPaperOut(t *testing.T, b Bench) {
	b.PaperOut()
	done := print(b, t.Context(), 20)
	await(t, b, patience, "out of paper", func(s device.Printer) bool { return s.PaperEmpty })
	select {
	case err := <-done:
		t.Fatalf("ended without paper: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	b.Cure()
	finish(t, done)
	wantReceipts(t, b, 1)
}

func testNotStarted(t *testing.T, b Bench) {
	b.Offline()
	await(t, b, patience, "offline", func(s device.Printer) bool { return !s.Online })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	res, err := b.Printer.Print(ctx, testPage(b.Width, 3), nil)
	if res.Started || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%+v, %v", res, err)
	}
	b.Cure()
	await(t, b, patience, "cured", device.Printer.Ready)
	finish(t, print(b, t.Context(), 3))
	wantReceipts(t, b, 1)
}

func kick(t *testing.T, b Bench, d time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	return b.Printer.Kick(ctx)
}

func testKick(t *testing.T, b Bench) {
	if proven, err := kick(t, b, patience); !proven || err != nil || b.Kicks() != 1 {
		t.Fatalf("%v, %v, %d pulses", proven, err, b.Kicks())
	}
}

func testKickWhileStuck(t *testing.T, b Bench) {
	b.PaperOut()
	done := print(b, t.Context(), 60)
	await(t, b, patience, "out of paper", func(s device.Printer) bool { return s.PaperEmpty })
	if proven, err := kick(t, b, patience); !proven || err != nil || b.Kicks() != 1 {
		t.Fatalf("%v, %v, %d pulses", proven, err, b.Kicks())
	}
	b.Cure()
	finish(t, done)
	if b.Kicks() != 1 {
		t.Fatalf("%d pulses", b.Kicks())
	}
}

func testKickOffline(t *testing.T, b Bench) {
	b.Offline()
	await(t, b, patience, "offline", func(s device.Printer) bool { return !s.Online })
	if proven, err := kick(t, b, patience); proven || fault.CodeOf(err) != fault.PrinterOffline {
		t.Fatalf("%v, %v", proven, err)
	}
	b.Cure()
	await(t, b, patience, "cured", device.Printer.Ready)
	finish(t, print(b, t.Context(), 2))
	if b.Kicks() != 0 {
		t.Fatal("opened later")
	}
}

func testHalt(t *testing.T, b Bench) {
	for range 2 {
		if err := b.Printer.Halt(); err != nil {
			t.Fatal(err)
		}
	}
	if b.Printer.Status().Ready() {
		t.Fatal("ready though halted")
	}
}
