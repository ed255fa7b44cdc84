package main

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"posbox/config"
	boxfile "posbox/gokrazy/box"
	"posbox/gokrazy/logs"
	"posbox/gokrazy/stick"
	"posbox/journal"
	"posbox/pos/fault"
)

// bench is a box in a folder, whose stick is a folder, too.
type bench struct {
	*machine
	root   string // of the stick
	now    time.Time
	sticks []stick.Stick
	fail   error            // of the next write
	spoil  func(dir string) // what the stick does to what was written
	data   string
	log    *journal.Journal
	box    journal.Box
}

func (b *bench) Write(_ stick.Stick, do func(string) error) error {
	if b.fail != nil {
		return b.fail
	}
	return do(b.root)
}

func (b *bench) Read(_ stick.Stick, do func(string) error) error {
	if b.spoil != nil {
		b.spoil(b.root)
	}
	return do(b.root)
}

func (b *bench) boxName() string { return "cafe0123456789abcdef" }

func (b *bench) head() journal.Seq { seq, _ := b.log.Head(); return seq }

func (b *bench) folder() string { return b.data }

func (b *bench) journalFiles() ([]int, error) { return b.log.Files(), nil }

func (b *bench) copyJournal(n int, w io.Writer) error { return b.log.Copy(n, w) }

func newMachineBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{root: filepath.Join(dir, "stick"), data: filepath.Join(dir, "data"), now: time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC),
		sticks: []stick.Stick{{Disk: "sdb", Device: "/dev/sdb1", Name: "Kingston", Bytes: 16 << 30}}}
	if err := errors.Join(os.MkdirAll(b.root, 0o755), os.MkdirAll(b.data, 0o755)); err != nil {
		t.Fatal(err)
	}
	key, err := identity(b.data)
	if err != nil {
		t.Fatal(err)
	}
	b.box = journal.BoxOf(key.Public().(ed25519.PublicKey))
	b.log, err = journal.Open(b.data, journal.Options{Box: b.box})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.log.Close() })
	if _, err := b.log.Append([]journal.Entry{{Facts: []journal.Fact{{Kind: "x", Time: b.now.UnixMicro(), Body: []byte("{}")}}}}); err != nil {
		t.Fatal(err)
	}
	b.machine = &machine{run: filepath.Join(dir, "run"), keep: filepath.Join(dir, "keep"), mount: b, source: b, changed: func() {},
		log: slog.New(slog.NewTextHandler(io.Discard, nil)), now: func() time.Time { return b.now }, zone: func() *time.Location { return time.UTC },
		find: func() ([]stick.Stick, error) {
			if len(b.sticks) == 0 {
				return nil, stick.ErrNone
			}
			return b.sticks, nil
		}}
	return b
}

func (b *bench) copies(t *testing.T) (names []string) {
	t.Helper()
	entries, _ := os.ReadDir(filepath.Join(b.root, "posbox", "cafe0123"))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestCopySales: what lies on the stick is a data folder that posd check finds whole, and that a till can go on with.
func TestCopySales(t *testing.T) {
	b := newMachineBench(t)
	if why := b.last().copied.why(b.now, time.UTC); why.Code != fault.CopyNone {
		t.Errorf("%v", why)
	}
	out, err := b.CopySales(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(b.root, out.File)
	var said bytes.Buffer
	if code := runCheck(t.Context(), []string{at}, &said, &said); code != 0 {
		t.Errorf("posd check: %d %s", code, said.String())
	}
	mine, _ := os.ReadFile(filepath.Join(b.data, keyFile))
	if key, err := os.ReadFile(filepath.Join(at, keyFile)); err != nil || !bytes.Equal(key, mine) {
		t.Errorf("without its key a journal cannot go on: %v", err)
	}
	restored, err := journal.Open(at, journal.Options{Box: b.box})
	if err != nil {
		t.Fatal(err)
	}
	if seq, _ := restored.Head(); seq != b.head() {
		t.Errorf("restored up to %d of %d", seq, b.head())
	}
	restored.Close()
	look := b.Look()
	if look.Copy == nil || look.Copy.Stick != "Kingston" || look.Copy.Seq != 1 || b.last().copied.why(b.now, time.UTC) != nil {
		t.Errorf("%+v", look.Copy)
	}
	if why := b.last().copied.why(b.now.Add(8*24*time.Hour), time.UTC); why == nil || why.Code != fault.CopyOld {
		t.Errorf("after a week: %v", why)
	}
	for range 5 {
		b.now = b.now.Add(24 * time.Hour)
		if _, err := b.CopySales(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.copies(t); len(got) != keptCopies || got[keptCopies-1] != b.now.Format(copyStamp) {
		t.Errorf("kept %v", got)
	}
}

func TestCopyGoesWrong(t *testing.T) {
	b := newMachineBench(t)
	if _, err := b.CopySales(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(24 * time.Hour)
	good := b.copies(t)
	flip := func(dir string) {
		files, _ := filepath.Glob(filepath.Join(dir, "posbox", "*", b.now.Format(copyStamp), "journal", "*.db"))
		for _, f := range files {
			raw, _ := os.ReadFile(f)
			raw[len(raw)/2] ^= 1
			os.WriteFile(f, raw, 0o600)
		}
	}
	for name, c := range map[string]struct {
		sticks []stick.Stick
		fail   error
		spoil  func(string)
		want   fault.Code
	}{
		"no stick":                  {nil, nil, nil, fault.StickNone},
		"a full stick":              {b.sticks, syscall.ENOSPC, nil, fault.StickFull},
		"a stick that is pulled":    {b.sticks, syscall.EIO, nil, fault.StickFailed},
		"a stick that loses a byte": {b.sticks, nil, flip, fault.CopyBad},
	} {
		before := b.sticks
		b.sticks, b.fail, b.spoil = c.sticks, c.fail, c.spoil
		if _, err := b.CopySales(t.Context()); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		b.sticks, b.fail, b.spoil = before, nil, nil
		if got := b.copies(t); got[0] != good[0] {
			t.Errorf("%s: the good copy is gone: %v", name, got)
		}
		if s := b.last().copied; s.At.IsZero() || !s.At.Before(b.now) || s.Failed != c.want {
			t.Errorf("%s: %+v", name, s)
		}
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	if _, err := b.TakeLogs(t.Context()); fault.CodeOf(err) != fault.StickBusy {
		t.Errorf("two at once: %v", err)
	}
	if !b.Look().Writing {
		t.Error("nothing says that the stick must stay in")
	}
}

// TestNightly: once a night, on a stick that stays in.
func TestNightly(t *testing.T) {
	b := newMachineBench(t)
	b.now = time.Date(2026, 11, 28, 2, 0, 0, 0, time.UTC)
	b.look()
	steps := []struct {
		after time.Duration
		want  bool
	}{{0, false}, {30 * time.Minute, false}, {31 * time.Minute, true}}
	for _, s := range steps {
		b.now = b.now.Add(s.after)
		if b.look(); b.due() != s.want {
			t.Errorf("at %s: due is %v", b.now.Format(time.TimeOnly), !s.want)
		}
	}
	b.CopySales(t.Context())
	if b.look(); b.due() {
		t.Error("twice in a night")
	}
	b.now = b.now.Add(24 * time.Hour)
	if b.look(); !b.due() {
		t.Error("not in the next night")
	}
	b.sticks = []stick.Stick{{Disk: "sdb", Device: "/dev/sdb1", Name: "another, of somebody who passes by"}}
	if b.look(); b.due() {
		t.Error("on a stick that has just been plugged in")
	}
}

func TestTakeLogs(t *testing.T) {
	b := newMachineBench(t)
	var ring logs.Ring
	if err := ring.Open(filepath.Join(b.keep, logsFolder)); err != nil {
		t.Fatal(err)
	}
	ring.Add(logs.Line{At: b.now, Program: "kernel", Text: "usb 1-1: new device"})
	ring.Sync()
	if lines, err := b.Logs(10); err != nil || len(lines) != 1 || lines[0].Attrs["program"] != "kernel" {
		t.Errorf("%+v %v", lines, err)
	}
	b.look()
	out, err := b.TakeLogs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(filepath.Join(b.root, out.File))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]string{}
	for _, f := range z.File {
		r, _ := f.Open()
		text, _ := io.ReadAll(r)
		all[f.Name] = string(text)
	}
	if !strings.Contains(all["000001.log"], "usb 1-1") || !strings.Contains(all["box.json"], `"Kingston"`) {
		t.Errorf("%v", all)
	}
	for name := range all {
		if strings.Contains(name, "key") {
			t.Errorf("%s leaves the till with its logs", name)
		}
	}
}

// TestDamagedDisk: the screen is served and says so; nothing begins anew in the disk's place.
func TestDamagedDisk(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	if err := boxfile.Put(run, boxfile.PermFile, boxfile.Perm{State: boxfile.PermDamaged, Detail: "e2fsck 8"}); err != nil {
		t.Fatal(err)
	}
	p := &program{flags: flags{data: filepath.Join(dir, "posbox"), box: run, lang: "mn"}, clock: newClock(dir), trouble: map[fault.Code]*fault.Error{},
		ring: newRing(slog.NewTextHandler(io.Discard, nil))}
	p.log = slog.New(p.ring)
	p.disk = &disk{dir: p.flags.data, changed: p.deviceChanged}
	var err error
	if p.composer, err = newComposer(p.flags); err != nil {
		t.Fatal(err)
	}
	p.machine = p.newMachine(run)
	if err := p.open(); err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if code := fault.CodeOf(p.engine.View().Err); code != fault.PermDamaged {
		t.Errorf("%q", code)
	}
	for _, name := range []string{keyFile, bornFile, "journal"} {
		if _, err := os.Stat(filepath.Join(p.flags.data, name)); err == nil {
			t.Errorf("%s began anew", name)
		}
	}
	if err := p.machine.Repair(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(run, boxfile.RepairFile)); err != nil {
		t.Errorf("init does not hear of it: %v", err)
	}
	if err := p.machine.Repair(); fault.CodeOf(err) != fault.PermWell {
		t.Errorf("a second press: %v", err)
	}
}

// TestNetworkWish: what an owner sets reaches the box, and only once.
func TestNetworkWish(t *testing.T) {
	b := newMachineBench(t)
	conf := boxfile.NetWish{Mode: boxfile.ModeStatic, Address: "10.0.0.9/8", DNS: []string{"10.0.0.1"}}
	b.setNetwork(config.Network(conf))
	var got boxfile.NetWish
	if err := boxfile.Get(b.keep, boxfile.NetFile, &got); err != nil || got.Address != conf.Address {
		t.Errorf("%+v %v", got, err)
	}
	before, _ := os.Stat(filepath.Join(b.keep, boxfile.NetFile))
	b.wish = boxfile.NetWish{} // as after a restart
	b.setNetwork(config.Network(conf))
	if after, _ := os.Stat(filepath.Join(b.keep, boxfile.NetFile)); !os.SameFile(before, after) {
		t.Error("the same wish was written again")
	}
	if err := boxfile.Put(b.run, boxfile.NetFile, boxfile.Network{State: boxfile.NetConflict, Address: "10.0.0.9/8"}); err != nil {
		t.Fatal(err)
	}
	b.look()
	if n, _, _, _ := b.Known(); !n.Known || n.Why == nil || n.Why.Code != fault.NetworkConflict || n.Why.Args["address"] != "10.0.0.9" {
		t.Errorf("%+v", n)
	}
}
