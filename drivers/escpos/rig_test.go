package escpos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"posbox/drivers/escpos/virtual/printer"
	"posbox/pos/device"
	"posbox/pos/paper"
)

// pipe is a connection within a synctest bubble: it buffers nothing, so back-pressure is felt at once.
type pipe struct{ net.Conn }

func (pipe) OneWay() bool { return false }

// rig is a driver wired to a virtual printer in fake time.
type rig struct {
	t      *testing.T
	v      *printer.Printer
	p      *Printer
	ctx    context.Context
	mu     sync.Mutex
	seen   []device.Printer
	refuse bool // open fails
	opens  int
	last   net.Conn // the driver's end of the connection opened last
}

// small is a printer whose bands are 6 rows: two lines of a test page.
var small = Options{Width: 384, BandRows: 6, Name: "test"}

// withRig runs f in a bubble of fake time.
func withRig(t *testing.T, vopts printer.Options, opts Options, f func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		vopts.Width = opts.Width
		v, err := printer.New(vopts)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		r := &rig{t: t, v: v, ctx: ctx}
		var wg sync.WaitGroup
		open := func(ctx context.Context) (Conn, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.opens++
			if r.refuse {
				return nil, errors.New("refused")
			}
			a, b := net.Pipe()
			r.last = a
			wg.Go(func() { v.ServeConn(context.Background(), b) })
			return pipe{a}, nil
		}
		opts.OnStatus = func(s device.Printer) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen = append(r.seen, s)
		}
		r.p = New(open, opts)
		wg.Go(func() { r.p.Run(ctx) })
		defer func() {
			cancel()
			v.Close()
			wg.Wait()
		}()
		f(r)
	})
}

// ready waits until the driver says that a receipt would be printed.
func (r *rig) ready() {
	r.t.Helper()
	r.within(5*time.Second, "ready", func(s device.Printer) bool { return s.Ready() && s.Proves })
}

func (r *rig) within(d time.Duration, what string, ok func(device.Printer) bool) {
	r.t.Helper()
	for end := time.Now().Add(d); ; time.Sleep(10 * time.Millisecond) {
		if ok(r.p.Status()) {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("not %s within %v: %+v", what, d, r.p.Status())
		}
	}
}

func (r *rig) inject(kind printer.Kind, at int) {
	r.t.Helper()
	if err := r.v.Inject(kind, uint64(at)); err != nil {
		r.t.Fatal(err)
	}
}

// unplug ends the connection; the printer keeps what it has.
func (r *rig) unplug() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last.Close()
}

func (r *rig) opened() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.opens
}

// printing is a Print under way.
type printing struct {
	done   chan struct{}
	cancel context.CancelFunc
	result Result
	err    error
}

func (r *rig) print(page, mark *paper.Page) *printing {
	ctx, cancel := context.WithCancel(r.ctx)
	j := &printing{done: make(chan struct{}), cancel: cancel}
	go func() {
		defer close(j.done)
		j.result, j.err = r.p.Print(ctx, page, mark)
	}()
	return j
}

// wait returns the outcome, or fails after d.
func (j *printing) wait(t *testing.T, d time.Duration) (Result, error) {
	t.Helper()
	select {
	case <-j.done:
	case <-time.After(d):
		j.cancel()
		<-j.done
		t.Fatalf("not done within %v: %+v", d, j.result)
	}
	j.cancel()
	return j.result, j.err
}

// ended reports whether Print has returned.
func (j *printing) ended() bool {
	synctest.Wait()
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// Test pages: lines of three rows, each row saying where it belongs.
const (
	lineRows = 3
	pageTag  = 0x51
	markTag  = 0x52
	rowTag   = 0xA5
)

// lines makes a page of n lines, 32 dots wide, with a break after each. No byte of it is 0, so that a row that was broken
// off is seen.
func lines(tag byte, n int) *paper.Page {
	page := &paper.Page{Width: 32, Height: n * lineRows}
	for i := range n {
		for row := range lineRows {
			page.Pix = append(page.Pix, rowTag, tag, byte(i+1), byte(row+1))
		}
		page.Breaks = append(page.Breaks, (i+1)*lineRows)
	}
	return page
}

// rows reads test rows off the virtual paper: page rows as 0, 1, 2, …; a whole mark as -1; a mark broken off as -2. Other
// rows must be white, or one of ours broken off, which does not count.
func rows(t *testing.T, paper *paper.Page, markLines int) []int {
	t.Helper()
	var out []int
	marks := 0
	w := paper.Width / 8
	for y := range paper.Height {
		row := paper.Pix[y*w : (y+1)*w]
		isMark := row[0] == rowTag && row[1] == markTag
		if marks > 0 && (!isMark && row[0] == rowTag || isMark && row[2] == 1 && row[3] == 1) {
			out = append(out, -2)
			marks = 0
		}
		switch {
		case row[0] == rowTag && bytes.Contains(row[:4], []byte{0}) && bytes.Count(row, []byte{0}) >= w-3:
		case isMark:
			if marks++; marks == markLines*lineRows {
				out = append(out, -1)
				marks = 0
			}
		case row[0] == rowTag && row[1] == pageTag:
			out = append(out, int(row[2]-1)*lineRows+int(row[3]-1))
		case !slices.Equal(row, make([]byte, w)):
			t.Fatalf("row %d of the paper is none of ours: % X", y, row[:8])
		}
	}
	if marks > 0 {
		out = append(out, -2)
	}
	return out
}

func count(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// checkContinued checks that the paper holds the page in stretches: each but the first behind a whole mark, beginning at
// a band that the stretch before had not got far past, the last one reaching the end.
func checkContinued(got []int, total, bandRows, most int) error {
	at, whole := 0, true // at: next row expected
	for i, g := range got {
		switch {
		case g == -2:
			whole = false
		case g == -1:
			whole = true
			if i+1 == len(got) {
				return fmt.Errorf("a mark with nothing behind it: %v", got)
			}
			next := got[i+1]
			if next < 0 {
				continue
			}
			if next%bandRows != 0 || next > at || at-next > most {
				return fmt.Errorf("goes on at row %d after row %d: %v", next, at-1, got)
			}
			at = next
		case g != at:
			return fmt.Errorf("row %d where %d is due: %v", g, at, got)
		case !whole:
			return fmt.Errorf("goes on behind half a mark: %v", got)
		default:
			at++
		}
	}
	if at != total {
		return fmt.Errorf("ends after row %d of %d: %v", at-1, total, got)
	}
	return nil
}
