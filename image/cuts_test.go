package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"posbox/gokrazy/box"
)

// What a power cut does to a disk, and what of it is tried here. A disk keeps what it was given in a cache of its own and
// may write it in any order, until it is told to flush: what was written before a flush that it has answered is there, of
// what came after anything may be missing. Killing QEMU alone loses nothing of that kind, because the host's kernel still has
// all that QEMU wrote. So QEMU notes what the guest writes and flushes, in order (its driver blklogwrites), and writes to a
// disk that is thrown away; after the cut the real disk is given all up to the last flush, and of the rest, by chance, nothing,
// all, or some pieces of 4 KiB.
//
// Not tried: a disk that answers a flush and has not written (there is no way to live with it), pieces torn inside 4 KiB, and
// what failing power does to other parts of a disk than those that are being written.

// piece is what a disk writes whole.
const piece = 4096

// cutDisk is a disk whose power can go.
type cutDisk struct {
	t    *testing.T
	dir  string
	rng  *rand.Rand
	lost int // pieces that were written and did not outlive a cut
}

// newCutDisk makes one with the content of an image.
func newCutDisk(t *testing.T, image string) *cutDisk {
	t.Helper()
	d := &cutDisk{t: t, dir: t.TempDir(), rng: seeded(t)}
	if out, err := exec.Command("cp", "--sparse=always", "--reflink=auto", image, d.path("disk")).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return d
}

// seeded returns a source of chance; POSBOX_SEED repeats a run.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("POSBOX_SEED"); s != "" {
		var err error
		seed, err = strconv.ParseUint(s, 10, 64)
		must(t, err)
	}
	t.Logf("POSBOX_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func (d *cutDisk) path(name string) string { return filepath.Join(d.dir, name) }

// options start a box from it.
func (d *cutDisk) options() runOptions {
	d.t.Helper()
	if out, err := exec.Command("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", d.path("disk"), d.path("thrown-away")).CombinedOutput(); err != nil {
		d.t.Fatalf("%v %s", err, out)
	}
	must(d.t, os.WriteFile(d.path("notes"), nil, 0o600))
	return runOptions{image: d.path("disk"), disk: "virtio", overlay: d.path("thrown-away"), writes: d.path("notes")}
}

// waitForWrite returns when the box has just written something. It flushes soon afterwards, and for most of the time there is
// nothing that a disk could forget: a plug pulled at any moment would hardly ever meet a write.
func (d *cutDisk) waitForWrite() {
	d.t.Helper()
	size := func() int64 {
		info, err := os.Stat(d.path("notes"))
		must(d.t, err)
		return info.Size()
	}
	for before, until := size(), ending(d.t, screenLimit); size() == before; time.Sleep(100 * time.Microsecond) {
		if time.Now().After(until) {
			d.t.Fatal("a selling box does not write")
		}
	}
}

// cut pulls the plug of the box that runs from it.
func (d *cutDisk) cut(g *guest) {
	d.t.Helper()
	g.cut()
	in, err := os.Open(d.path("notes"))
	must(d.t, err)
	defer in.Close()
	written, flushed, err := readNotes(in)
	must(d.t, err)
	disk, err := os.OpenFile(d.path("disk"), os.O_RDWR, 0)
	must(d.t, err)
	defer disk.Close()
	odds := d.rng.IntN(3) // of 2: that a piece which was not flushed is there
	for i, n := range written {
		for at := int64(0); at < n.size; at += piece {
			if i >= flushed && d.rng.IntN(2) >= odds {
				d.lost++
				continue
			}
			b := make([]byte, min(piece, n.size-at))
			if n.data != 0 {
				_, err := in.ReadAt(b, n.data+at)
				must(d.t, err)
			}
			_, err := disk.WriteAt(b, n.offset+at)
			must(d.t, err)
		}
	}
}

// note is something that was written: where on the disk, how much, and where in the notes it stands; 0: zeros, for what was
// discarded.
type note struct{ offset, size, data int64 }

// Numbers of the notes' format, which is that of the kernel's dm-log-writes.
const (
	noteSector = 512
	noteFlush  = 1 << 0
	noteTrim   = 1 << 2
	noteFlags  = 1<<4 - 1
)

// errNotes says that notes are not what QEMU writes.
var errNotes = errors.New("these are no notes of a disk's writes")

// readNotes reads what was written, in order; the first so many of it were flushed. The last note may be half there.
func readNotes(r io.ReaderAt) (written []note, flushed int, err error) {
	head := make([]byte, 32)
	for at := int64(noteSector); ; { // after the superblock, which is written now and then
		if _, err := r.ReadAt(head, at); errors.Is(err, io.EOF) {
			return written, flushed, nil
		} else if err != nil {
			return nil, 0, err
		}
		sector, sectors, flags := binary.LittleEndian.Uint64(head), binary.LittleEndian.Uint64(head[8:]), binary.LittleEndian.Uint64(head[16:])
		at += noteSector
		switch {
		case flags&^noteFlags != 0 || sector > 1<<40 || sectors > 1<<30:
			return nil, 0, fmt.Errorf("%w: flags %#x, %d sectors at %d", errNotes, flags, sectors, sector)
		case flags&noteFlush != 0:
			flushed = len(written)
		case sectors == 0:
			return written, flushed, nil // a hole: QEMU was killed while it wrote this one
		}
		n := note{offset: int64(sector) * noteSector, size: int64(sectors) * noteSector}
		if flags&noteTrim == 0 && n.size > 0 {
			n.data = at
			at += n.size
			if _, err := r.ReadAt(head[:1], at-1); err != nil {
				return written, flushed, nil // half there
			}
		}
		if n.size > 0 {
			written = append(written, n)
		}
	}
}

func TestReadNotes(t *testing.T) {
	var b bytes.Buffer
	b.Write(make([]byte, noteSector))
	add := func(sector, sectors, flags uint64, data ...byte) {
		head := make([]byte, noteSector)
		binary.LittleEndian.PutUint64(head, sector)
		binary.LittleEndian.PutUint64(head[8:], sectors)
		binary.LittleEndian.PutUint64(head[16:], flags)
		b.Write(append(head, data...))
	}
	add(10, 1, 0, make([]byte, noteSector)...)
	add(0, 0, noteFlush)
	add(20, 4, noteTrim)
	add(30, 2, 0, make([]byte, 2*noteSector)...)
	add(40, 2, 0, make([]byte, noteSector)...)
	written, flushed, err := readNotes(bytes.NewReader(b.Bytes()))
	want := []note{{10 * 512, 512, 1024}, {20 * 512, 2048, 0}, {30 * 512, 1024, 3072}}
	if err != nil || flushed != 1 || !slices.Equal(written, want) {
		t.Errorf("%+v %d %v", written, flushed, err)
	}
	add(0, 0, 1<<20)
	if _, _, err := readNotes(bytes.NewReader(b.Bytes()[:0])); err != nil {
		t.Errorf("no notes: %v", err)
	}
	if _, _, err := readNotes(bytes.NewReader(bytes.Repeat([]byte{0xff}, 4096))); !errors.Is(err, errNotes) {
		t.Errorf("nonsense: %v", err)
	}
}

func FuzzReadNotes(f *testing.F) {
	f.Add(make([]byte, 2048))
	f.Fuzz(func(t *testing.T, b []byte) {
		written, flushed, err := readNotes(bytes.NewReader(b))
		if err == nil && flushed > len(written) {
			t.Errorf("%d of %d flushed", flushed, len(written))
		}
	})
}

type object = map[string]any

// clerk sells on and on, one good a sale, and remembers what the till has acknowledged.
type clerk struct {
	till    *till
	good    string
	seq     uint64   // of the newest record that was told
	paid    []string // ids of the commands that sold
	pending *wish    // sent, and no answer came
	between bool     // the good is in the basket
	cuts    int
	twice   int // of what was sent again: had been done
}

// wish is a command; its id stays the same however often it has to be sent.
type wish struct {
	id, kind string
	fields   object
}

func (c *clerk) String() string {
	return fmt.Sprintf("%d sales, %d records, %d cuts; %d commands without an answer had been carried out", len(c.paid), c.seq, c.cuts, c.twice)
}

// takeOver goes on at a till that has started again: all that was acknowledged is there, once. What got no answer is sent again.
func (c *clerk) takeOver(on *till) {
	on.t.Helper()
	c.till = on
	if head := on.head(); head.Seq < c.seq {
		on.t.Fatalf("record %d was acknowledged, and the newest is %d", c.seq, head.Seq)
	}
	if w := c.pending; w != nil {
		if err := c.send(w); err != nil {
			on.t.Fatalf("%s, sent again: %v\n%s", w.kind, err, on.console())
		}
	}
	var sold []string
	for _, s := range on.sales() {
		sold = append(sold, s.Command)
	}
	if len(c.paid) > 0 && !slices.Equal(sold[max(0, len(sold)-len(c.paid)):], c.paid) {
		on.t.Fatalf("acknowledged: %q\nin the journal: %q", c.paid, sold)
	}
	readOnly(on.t, on.guest)
	nothingListens(on.t, on.guest)
}

// sellUntilCut sells for a moment, until the plug is pulled.
func (c *clerk) sellUntilCut(d *cutDisk) {
	d.t.Helper()
	ended, begun := make(chan error), make(chan bool)
	go func() {
		for n := 0; ; n++ {
			if n == 1 {
				close(begun)
			}
			if err := c.send(c.next()); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case <-begun:
	case err := <-ended:
		d.t.Fatalf("%v\n%s", err, c.till.console())
	}
	time.Sleep(time.Duration(d.rng.IntN(1500)) * time.Millisecond)
	d.waitForWrite()
	d.cut(c.till.guest)
	c.cuts++
	if err := <-ended; errors.Is(err, errRefused) {
		d.t.Fatalf("%v\n%s", err, c.till.console())
	}
}

// next is what the clerk does now.
func (c *clerk) next() *wish {
	id := fmt.Sprintf("00000000-0000-4000-8000-%012x", time.Now().UnixNano()&0xffffffffffff)
	if c.between {
		return &wish{id, "pay", object{"tenders": []object{{"kind": "cash", "amount": "100000"}}, "print": false}}
	}
	return &wish{id, "line.scan", object{"code": c.good}}
}

// errRefused says that the till answered, and not as it should.
var errRefused = errors.New("refused")

// send carries a command out.
func (c *clerk) send(w *wish) error {
	again := c.pending == w
	c.pending = w
	body := object{"id": w.id, "kind": w.kind}
	for k, v := range w.fields {
		body[k] = v
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, c.till.url+"/api/commands", bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.till.token)
	resp, err := (&http.Client{Timeout: within(c.till.t, screenLimit)}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if text, err = io.ReadAll(resp.Body); err != nil {
		return err
	}
	var answer struct {
		Seq      uint64
		Repeated bool
	}
	if err := json.Unmarshal(text, &answer); err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s: %s %s", errRefused, w.kind, resp.Status, text)
	}
	if c.pending, c.seq, c.between = nil, max(c.seq, answer.Seq), w.kind == "line.scan"; !c.between {
		c.paid = append(c.paid, w.id)
	}
	if again && answer.Repeated {
		c.twice++
	}
	return nil
}

// asScreen speaks to a till as its screen does: whoever was logged in is.
func (g *guest) asScreen() *till {
	g.t.Helper()
	return &till{guest: g, token: strings.TrimSpace(g.look(box.Run + "/" + box.TokenFile))}
}

// saleInfo is a sale as the journal has it.
type saleInfo struct{ Command, Total string }

// sales reads them all, oldest first.
func (c *till) sales() (list []saleInfo) {
	c.t.Helper()
	for after := uint64(0); ; {
		var page struct {
			Records []struct {
				Seq  uint64
				Kind string
				Body saleInfo
			}
		}
		if code := c.call(http.MethodGet, fmt.Sprintf("/api/journal?limit=10000&after=%d", after), nil, &page); code != "" {
			c.t.Fatalf("journal: %s", code)
		}
		if len(page.Records) == 0 {
			return list
		}
		for _, r := range page.Records {
			if after = r.Seq; r.Kind == "sale.completed" {
				list = append(list, r.Body)
			}
		}
	}
}

var readOnlyRoot = regexp.MustCompile(`(?m)^\S+ / squashfs ro[ ,]`)

// readOnly: nobody can change the box's programs while it runs.
func readOnly(t *testing.T, g *guest) {
	t.Helper()
	if mounts := g.look("/proc/mounts"); !readOnlyRoot.MatchString(mounts) {
		t.Errorf("the root can be written:\n%s", mounts)
	}
}

// TestPowerCuts pulls the plug of a selling box twenty times.
func TestPowerCuts(t *testing.T) {
	inTurn(t, 220)
	d := newCutDisk(t, newSmallBox(t).image)
	c := &clerk{good: "8651070010097"}
	boot := func() *guest {
		o := d.options()
		o.direct, o.bare, o.processors = d.path("boot"), true, smallProcessors
		g := start(t, o)
		g.wait(tillReady)
		return g
	}
	first := boot().till()
	first.do("shift.open", object{"float": "0"})
	c.takeOver(first)
	for range 20 {
		c.sellUntilCut(d)
		begin := time.Now()
		c.takeOver(boot().asScreen())
		t.Logf("%v; back after %.1f s", c, time.Since(begin).Seconds())
	}
	t.Logf("%v; %d pieces of 4 KiB were lost", c, d.lost)
	if len(c.paid) < 20 || d.lost == 0 {
		t.Error("the test hardly sold, or its disk forgot nothing")
	}
}
