package printer

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"posbox/pos/paper"
)

// Reply vectors of the facts on devices: out of paper 1A 32 7E for DLE EOT 1, 2, 4; normal 12; near end 1E.
func TestStatusAnswers(t *testing.T) {
	c := start(t, Options{})
	ask := "10 04 01 10 04 02 10 04 03 10 04 04"
	for _, s := range []struct {
		fault Kind
		want  string
	}{{"", "12 12 12 12"}, {PaperOut, "1A 32 12 7E"}, {Cover, "1A 16 12 12"}, {Error, "1A 52 1A 12"}, {PaperLow, "12 12 12 1E"}} {
		if s.fault != "" {
			c.inject(s.fault, 0)
		}
		c.send(ask)
		c.want(s.want)
		c.p.Cure()
	}
	c.send("1D 72 01 1D 49 42 1D 49 43")
	c.want("00 5F 706F73626F78 00 5F 7669727475616C2D70726F7665 00")
}

func TestAutomaticStatus(t *testing.T) {
	c := start(t, Options{})
	c.send("1D 61 FF")
	c.want("10 00 00 0F")
	c.inject(PaperOut, 0)
	c.want("18 00 0F 0F")
	c.inject(Cover, 0)
	c.want("38 00 0F 0F")
	c.p.Cure()
	c.want("10 00 00 0F")
	c.send("1B 40") // ends it
	c.finish()
	c.inject(PaperLow, 0)
	c.send("10 04 04")
	c.want("1E")
}

func TestModels(t *testing.T) {
	old := start(t, Options{Model: Old})
	old.send(done + "1D 72 01")
	old.want("00")
	dumb := start(t, Options{Model: Dumb})
	dumb.send("1D 61 FF" + done + "1D 72 01 1D 49 43")
	dumb.send("10 04 01")
	dumb.want("12")
	for dumb.p.Status().Buffered > 0 {
		time.Sleep(time.Millisecond)
	}
	if got := dumb.p.Unknown(); !reflect.DeepEqual(got, []string{"1D 28 48 06 00", "1D 72 01", "1D 49 43"}) {
		t.Errorf("unknown: %q", got)
	}
}

// Real-time commands act while printing stands still, but never within data.
func TestRealTime(t *testing.T) {
	c := start(t, Options{})
	c.inject(PaperOut, 0)
	c.send("1B 70 00 32 FA 10 14 01 00 01 10 04 01")
	c.want("1A")
	if n := c.p.Kicks(); n != 1 {
		t.Errorf("%d pulses, want the real-time one only", n)
	}
	c.send("10 05 02 10 04 01") // clears the other
	c.want("1A")
	c.p.Cure()
	c.finish()
	if n := c.p.Kicks(); n != 1 {
		t.Errorf("%d pulses after clearing", n)
	}
	c.send("1D 76 30 00 06 00 01 00 10 04 01 10 14 01")          // a picture of DLE EOT
	c.send("1D 28 6B 06 00 31 50 30 10 04 01 1B 70 10 04 01 99") // data of a symbol, a parameter
	c.finish()                                                   // no 12 came before
	if n := c.p.Kicks(); n != 1 {
		t.Errorf("%d pulses", n)
	}
	page := c.p.Paper()
	if page.Height != 1 || !bytes.HasPrefix(page.Pix, unhex(t, "10 04 01 10 14 01 00")) {
		t.Errorf("paper %d rows, % X", page.Height, page.Pix[:8])
	}
}

func TestReceipts(t *testing.T) {
	c := start(t, Options{Width: 384})
	c.send("1D 56 00") // no paper out: nothing to cut
	c.send("1D 76 30 00 01 00 02 00 AA BB 1D 56 42 00")
	c.send("1D 76 30 00 01 00 01 00 CC 1B 64 01 1D 56 00")
	c.send("1D 76 30 00 01 00 01 00 DD")
	c.finish()
	if n := c.p.Receipts(); n != 2 {
		t.Fatalf("%d receipts", n)
	}
	one, _ := c.p.Receipt(1)
	two, _ := c.p.Receipt(2)
	if one.Height != 2 || one.Pix[0] != 0xAA || one.Pix[48] != 0xBB || two.Height != 1+lineHeight || two.Pix[0] != 0xCC {
		t.Errorf("%d and %d rows", one.Height, two.Height)
	}
	if all := c.p.Paper(); all.Height != 2+1+lineHeight+1 || all.Pix[len(all.Pix)-48] != 0xDD {
		t.Errorf("all: %d rows", all.Height)
	}
	for _, n := range []int{-1, 0, 3} {
		if _, ok := c.p.Receipt(n); ok {
			t.Errorf("receipt %d", n)
		}
	}
	c.p.Reset()
	if c.p.Receipts() != 0 || c.p.Paper().Height != 0 || len(c.p.Bytes()) != 0 {
		t.Error("not reset")
	}
}

// A picture wider than the paper is cut off at the right, doubled modes are doubled.
func TestRaster(t *testing.T) {
	c := start(t, Options{Width: 384})
	wide := strings.Repeat("FF", 60)
	c.send("1D 76 30 00 3C 00 01 00" + wide)
	c.send("1D 76 30 03 01 00 01 00 A5")
	c.send("1D 76 30 00 00 00 05 00") // no width: nothing
	c.finish()
	page := c.p.Paper()
	if page.Height != 3 || !bytes.Equal(page.Pix[48:51], unhex(t, "CC 33 00")) || !bytes.Equal(page.Pix[48:96], page.Pix[96:]) {
		t.Errorf("%d rows, % X", page.Height, page.Pix[48:51])
	}
}

func ink(page *paper.Page) (n int) {
	for _, b := range page.Pix {
		for ; b != 0; b &= b - 1 {
			n++
		}
	}
	return n
}

// box returns the columns and rows that hold ink.
func box(page *paper.Page) (left, right, rows int) {
	left = page.Width
	for y := range page.Height {
		any := false
		for x := range page.Width {
			if page.Pix[y*page.Width/8+x/8]&(0x80>>(x%8)) != 0 {
				left, right, any = min(left, x), max(right, x), true
			}
		}
		if any {
			rows++
		}
	}
	return left, right, rows
}

func TestText(t *testing.T) {
	for _, s := range []struct {
		name, send                 string
		left, right, height, black int // left, right: about
	}{
		{"left", "41 42 0A", 0, 24, lineHeight, 40},
		{"right", "1B 61 02 41 42 0A", 552, 576, lineHeight, 40},
		{"centre", "1B 61 01 41 42 0A", 276, 300, lineHeight, 40},
		{"double", "1D 21 11 41 42 0A", 0, 48, 2*cellHeight + lineHeight - cellHeight, 160},
		{"CP866", "1B 74 11 80 0A", 0, 12, lineHeight, 20},
	} {
		t.Run(s.name, func(t *testing.T) {
			c := start(t, Options{})
			c.send(s.send)
			c.finish()
			page := c.p.Paper()
			left, right, _ := box(page)
			if page.Height != s.height || ink(page) < s.black || left < s.left || left > s.left+4 || right > s.right || right < s.right-8 {
				t.Errorf("%d rows, columns %d to %d, %d dots", page.Height, left, right, ink(page))
			}
			if u := c.p.Unknown(); len(u) > 0 {
				t.Errorf("unknown %q", u)
			}
		})
	}
	c := start(t, Options{Width: 384})
	c.send(strings.Repeat("57", 40) + "0A 0A") // 32 columns: two lines, and an empty one
	c.finish()
	if h := c.p.Paper().Height; h != 3*lineHeight {
		t.Errorf("wrapped text is %d rows", h)
	}
}

func TestQR(t *testing.T) {
	c := start(t, Options{})
	c.send("1B 61 01 1D286B 0400 31 41 32 00 1D286B 0300 31 43 04 1D286B 0300 31 45 30" +
		"1D286B 0700 31 50 30 31323334 1D286B 0300 31 51 30")
	c.finish()
	left, right, rows := box(c.p.Paper())
	if rows != 21*4 || right-left+1 != 21*4 || left != (576-21*4)/2 { // version 1: 21 modules
		t.Errorf("symbol %d high, columns %d to %d", rows, left, right)
	}
	c.send("1D286B 0300 31 43 10 1D286B 0300 31 45 33" + "1D286B EB03 31 50 30" + strings.Repeat("61", 1000) + "1D286B 0300 31 51 30")
	c.finish()
	if u := c.p.Unknown(); len(u) != 1 || !strings.HasPrefix(u[0], "1D 28 6B 51") {
		t.Errorf("a symbol wider than the paper: %q", u)
	}
}

func TestUnknownIsListed(t *testing.T) {
	c := start(t, Options{})
	c.send("1B 7A 1D 6B 04 31 32 00 1D 6B 49 02 41 42 1C 2E 10 99 1B 2A 21 02 00 01 02 03 04 05 06")
	c.finish()
	want := []string{"1B 7A", "1D 6B 04", "1D 6B 49 02", "1C 2E", "10 99", "1B 2A 21 02 00"}
	if got := c.p.Unknown(); !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if c.p.Paper().Height != 0 {
		t.Error("data of an unknown command was printed")
	}
}

// Faults begin after exactly the byte asked for.
func TestFaultAtByte(t *testing.T) {
	for at := 1; at <= 12; at++ {
		c := start(t, Options{Width: 384})
		c.inject(PaperOut, uint64(at))
		c.send("1D 76 30 00 01 00 04 00 01 02 03 04 10 04 01")
		for len(c.p.Faults()) == 0 {
			time.Sleep(time.Millisecond)
		}
		if got := c.p.Status(); got.Executed != uint64(at) || got.Buffered != 12-at {
			t.Errorf("at %d: %+v", at, got)
		}
		if got, want := c.p.Paper().Height, max(0, at-8); got != want {
			t.Errorf("at %d: %d rows, want %d", at, got, want)
		}
		c.p.Cure()
	}
}

func TestLieMuteGarbage(t *testing.T) {
	c := start(t, Options{})
	c.inject(Lie, 0)
	c.send(done + "1D 72 01")
	got := make([]byte, 8)
	io.ReadFull(c, got)
	if id := string(got[2:6]); got[0] != 0x37 || id == "done" || strings.ContainsFunc(id, func(r rune) bool { return r < 0x20 || r > 0x7E }) {
		t.Errorf("lie: % X", got)
	}
	c.p.Cure()
	c.inject(Mute, 0)
	c.send(done + "1D 72 01")
	c.want("00")
	c.p.Cure()
	c.inject(Garbage, 0)
	c.send("10 04 01")
	if _, err := io.ReadFull(c, got[:4]); err != nil || got[3] != 0x12 {
		t.Errorf("garbage: % X, %v", got[:4], err)
	}
	c.p.Cure()
	c.inject(Stall, 0)
	c.send("10 04 01 1D 76 30 00 01 00 01 00 AA")
	for c.p.Paper().Height == 0 {
		time.Sleep(time.Millisecond)
	}
	c.p.Cure()
	c.finish() // nothing was answered meanwhile
	if err := c.p.Inject("fire", 0); err == nil {
		t.Error("took an unknown fault")
	}
}

// What was received is lost with a disconnect; a client that goes leaves it behind.
func TestConnectionLoss(t *testing.T) {
	c := start(t, Options{})
	c.inject(PaperOut, 0)
	c.send("1D 76 30 00 01 00 01 00 AA")
	c.inject(Disconnect, 0)
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("still connected")
	}
	c.p.Cure()
	c.connect()
	c.finish()
	if h := c.p.Paper().Height; h != 0 {
		t.Errorf("%d rows survived", h)
	}
	c.send("1D 76 30 00 01 00 03 00 AA") // broken off
	c.Close()
	c.connect()
	c.send("BB CC")
	c.finish()
	if page := c.p.Paper(); page.Height != 3 || page.Pix[72] != 0xBB {
		t.Errorf("the broken-off picture has %d rows", page.Height)
	}
	c.inject(Offline, 0)
	c.connect()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("offline, but connected")
	}
}

func TestTCP(t *testing.T) {
	p, err := Listen("127.0.0.1:0", Options{Buffer: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.Addr(), "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(time.Minute))
		return conn
	}
	first, second := dial(), dial()
	defer second.Close()
	second.Write(unhex(t, "10 04 01"))
	first.Write(unhex(t, "10 04 04"))
	if b := make([]byte, 1); true {
		if _, err := io.ReadFull(first, b); err != nil || b[0] != 0x12 {
			t.Errorf("first: % X, %v", b, err)
		}
		second.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := second.Read(b); err == nil {
			t.Error("two clients served at once")
		}
		first.Close()
		second.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.ReadFull(second, b); err != nil || b[0] != 0x12 {
			t.Errorf("second: % X, %v", b, err)
		}
	}
	// A printer that stands still stops taking bytes when its buffer is full.
	p.Inject(PaperOut, 0)
	second.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	var werr error
	for range 1000 {
		if _, werr = second.Write(make([]byte, 64<<10)); werr != nil {
			break
		}
	}
	for end := time.Now().Add(time.Minute); p.Status().Buffered != 64 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	if !os.IsTimeout(werr) || p.Status().Buffered != 64 {
		t.Errorf("wrote on: %v, %d bytes buffered", werr, p.Status().Buffered)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Width: 500}, {Model: "best"}, {Buffer: 3}, {Speed: -1}} {
		if p, err := New(o); err == nil {
			p.Close()
			t.Errorf("took %+v", o)
		}
	}
	for _, addr := range []string{"0.0.0.0:0", ":9100", "192.0.2.1:9100", "example.com:1", "127.0.0.1"} {
		if p, err := Listen(addr, Options{}); err == nil {
			p.Close()
			t.Errorf("listens on %s", addr)
		}
	}
}

// lengths of commands, by feeding them and looking where the next one begins.
func TestLexer(t *testing.T) {
	for _, s := range []string{"1B 40", "1B 64 01", "1B 70 00 32 FA", "1D 56 00", "1D 56 42 10", "1D 61 FF", "1D 76 30 00 02 00 01 00 AA BB",
		"1D 28 48 06 00 30 30 61 62 63 64", "1D 28 6B 03 00 31 51 30", "1D 38 4C 02 00 00 00 30 70", "1D 6B 02 31 32 00", "1D 6B 43 02 31 32",
		"1D 2A 01 01 01 02 03 04 05 06 07 08", "1B 2A 00 02 00 01 02", "1B 2A 21 01 00 01 02 03", "1B 44 08 10 00", "10 04 01", "10 04 07 01",
		"10 05 02", "10 14 01 00 01", "10 14 08 01 03 14 01 06 02 08", "1C 70 01 00", "1C 28 41 02 00 01 02", "1B 7A", "10 99", "1D 76 30 00 00 00 09 00"} {
		var x lexer
		b := unhex(t, s)
		for i, c := range b {
			x.feed(c)
			if last := i == len(b)-1; x.idle() != last {
				t.Errorf("%s: idle %v after %d bytes", s, x.idle(), i+1)
			}
		}
		if got := x.feed('A'); got != tokText {
			t.Errorf("%s: followed by token %d", s, got)
		}
	}
}

// Whatever comes: no panic, nothing hangs, and the stream position does not depend on how bytes were cut.
func FuzzStream(f *testing.F) {
	for _, s := range []string{"1B 40 41 42 0A 1D 56 42 00", "1D 76 30 00 02 00 02 00 01 02 03 04", "10 04 01 10 14 01 00 01 10 05 02",
		"1D 28 6B 07 00 31 50 30 31 32 33 34 1D 28 6B 03 00 31 51 30", "1D 28 48 06 00 30 30 61 62 63 64 1D 72 01", "1B 74 11 1B 21 38 80 81 0A",
		"1D 76 30 03 FF FF 01 00 01", "1D 49 43 1B 61 32 41 0A 1D 6B 02 31 00"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		p, err := New(Options{Buffer: 1 << 13})
		if err != nil {
			t.Fatal(err)
		}
		p.Close() // the executor is driven by hand
		for _, c := range b {
			p.note(c)
			p.take(c)
		}
		for _, c := range p.buffer {
			p.execute(c)
			p.executed++
		}
		if len(p.paper.current)%(p.opts.Width/8) != 0 {
			t.Fatal("half a row on paper")
		}
		if !bytes.Equal(p.Bytes(), b) {
			t.Fatal("received bytes are not kept")
		}
	})
}

func TestSample(t *testing.T) {
	dir := os.Getenv("POSBOX_SAMPLES")
	if dir == "" {
		dir = t.TempDir() // nobody looks, but it can be drawn
	}
	c := start(t, Options{})
	c.send("1B 61 01 1D 21 11 504F53424F58 0A 1D 21 00 1B 74 11 84AEE0AE A3AEA92C20E1AFA0E1A8A1AE 0A 1B 61 00 546F74616C3A2031322C353030 0A")
	c.finish()
	file, err := os.Create(filepath.Join(dir, "virtual.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := writePNG(file, c.p.Paper()); err != nil {
		t.Fatal(err)
	}
}
