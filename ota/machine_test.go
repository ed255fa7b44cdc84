package ota

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"testing"
	"time"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/loader"
	"posbox/release"
)

// version is what a slot holds.
type version struct {
	n     release.Version
	parts map[string][]byte
}

// makeVersion makes small content: the root is of one block and a bit.
func makeVersion(n release.Version) version {
	v := version{n, map[string][]byte{}}
	for i, name := range release.Order() {
		size := []int{block + 4096, 4096, 3000, 2000}[i]
		unit := fmt.Sprintf("%s %d, ", name, n)
		if name == release.Userland {
			unit = "userland of every version, "
		}
		v.parts[name] = bytes.Repeat([]byte(unit), size/len(unit)+1)[:size]
	}
	return v
}

const command = "panic=10 quiet"

func (v version) manifest() release.Manifest {
	return release.Manifest{Product: release.Product, Station: "vm", Version: v.n, Command: command}
}

var signer = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func keys() release.Keys {
	k := signer.Public().(ed25519.PublicKey)
	return release.Keys{release.IDOf(k): k}
}

// bundle packs a version; change may alter the manifest before it is signed.
func (v version) bundle(t testing.TB, change func(*release.Manifest), leftOut ...string) []byte {
	t.Helper()
	m := v.manifest()
	var parts, whole bytes.Buffer
	for _, name := range release.Order() {
		var out bytes.Buffer
		p, err := release.Pack(&out, name, bytes.NewReader(v.parts[name]))
		must(t, err)
		for _, left := range leftOut {
			if left == name {
				p.Packed = 0
				out.Reset()
			}
		}
		m.Parts = append(m.Parts, p)
		parts.Write(out.Bytes())
	}
	if change != nil {
		change(&m)
	}
	must(t, release.WriteHead(&whole, m, signer))
	whole.Write(parts.Bytes())
	return whole.Bytes()
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// machine is a box in a folder. It can lose its power before the n-th thing that it changes anywhere.
type machine struct {
	t    testing.TB
	dir  string
	vars loader.Vars

	budget int  // changes until the power goes; -1: it stays
	steps  int  // changes so far
	off    bool // the power is gone
	lazy   bool // names that were not synced are the old ones after a cut

	loose    map[string][]func() // what a cut does to what was not synced, by what would sync it
	restarts int
	rotten   bool // a slot has rotted; nobody may start it
}

const partitionSize = 3 * block / 2

// newMachine is a box with version 7 in slot a, as it comes from the vendor.
func newMachine(t testing.TB) *machine {
	t.Helper()
	m := &machine{t: t, dir: tempDir(t), budget: -1, loose: map[string][]func(){}}
	m.vars = loader.Vars(filepath.Join(m.dir, "vars"))
	for _, d := range []string{"vars", "perm", "esp/loader/entries", "esp/posbox/a"} {
		must(t, os.MkdirAll(filepath.Join(m.dir, d), 0o755))
	}
	v := makeVersion(7)
	for _, s := range []bootdisk.Slot{bootdisk.A, bootdisk.B} {
		for part, name := range map[string]string{release.Root: s.Root(), release.Userland: s.UI()} {
			content := make([]byte, partitionSize)
			if s == bootdisk.A {
				copy(content, v.parts[part])
			}
			must(t, os.WriteFile(filepath.Join(m.dir, name), content, 0o644))
		}
	}
	m.write("esp/"+loader.Conf, []byte(loader.ConfText(bootdisk.A)))
	m.write("esp/"+loader.EntryPath(bootdisk.A), []byte(loader.Entry(bootdisk.A, "7", command)))
	m.write("esp/posbox/a/vmlinuz", v.parts[release.Kernel])
	m.write("esp/posbox/a/initrd", v.parts[release.Initramfs])
	return m
}

// tempDir lies in memory where that can be: hundreds of boxes sync all the time.
func tempDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "posbox-ota-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (m *machine) write(name string, b []byte) {
	must(m.t, os.WriteFile(filepath.Join(m.dir, name), b, 0o644))
}

var errCut = errors.New("the power is gone")

// step comes before every change. With the power what was not synced goes, too.
func (m *machine) step() error {
	if m.off {
		return errCut
	}
	if m.budget >= 0 && m.steps >= m.budget {
		m.off = true
		for _, lost := range m.loose {
			for i := len(lost) - 1; i >= 0; i-- {
				lost[i]()
			}
		}
		return errCut
	}
	m.steps++
	return nil
}

// lose notes what a cut does until something is synced.
func (m *machine) lose(until string, what func()) { m.loose[until] = append(m.loose[until], what) }

// power comes back.
func (m *machine) power() {
	m.off, m.budget, m.lazy = false, -1, false
	clear(m.loose)
}

// Partition implements Disk.
func (m *machine) Partition(name string) (Partition, error) {
	if m.off {
		return nil, errCut
	}
	p, err := openPartition(filepath.Join(m.dir, name))
	return &cutPartition{p, m}, err
}

type cutPartition struct {
	*partition
	m *machine
}

func (p *cutPartition) WriteAt(b []byte, at int64) (int, error) {
	if err := p.m.step(); err != nil {
		return 0, err
	}
	name, n := p.Name(), len(b)
	p.m.lose(name, func() { // torn: the second half has not arrived
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		must(p.m.t, err)
		defer f.Close()
		f.WriteAt(bytes.Repeat([]byte{0xAA}, n-n/2), at+int64(n/2))
	})
	return p.partition.WriteAt(b, at)
}

func (p *cutPartition) Sync() error {
	if err := p.m.step(); err != nil {
		return err
	}
	delete(p.m.loose, p.Name())
	return p.partition.Sync()
}

func (p *cutPartition) Medium() (io.ReadCloser, error) {
	if p.m.off {
		return nil, errCut
	}
	return p.partition.Medium()
}

// Boot implements Disk.
func (m *machine) Boot() (Boot, error) {
	if m.off {
		return nil, errCut
	}
	return &cutBoot{Folder(filepath.Join(m.dir, "esp")), m}, nil
}

type cutBoot struct {
	Folder
	m *machine
}

func (b *cutBoot) Create(name string) (File, error) {
	if err := b.m.step(); err != nil {
		return nil, err
	}
	f, err := b.Folder.Create(name)
	if err != nil {
		return nil, err
	}
	again, err := os.OpenFile(b.at(name), os.O_WRONLY, 0) // the same file, whatever it is called later
	must(b.m.t, err)
	b.m.t.Cleanup(func() { again.Close() })
	file := &cutFile{f, b.m, fmt.Sprintf("%p", again)}
	b.m.lose(file.id, func() { again.Truncate(0) })
	return file, nil
}

type cutFile struct {
	File
	m  *machine
	id string
}

func (f *cutFile) Write(b []byte) (int, error) {
	if err := f.m.step(); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

func (f *cutFile) Sync() error {
	if err := f.m.step(); err != nil {
		return err
	}
	delete(f.m.loose, f.id)
	return f.File.Sync()
}

func (b *cutBoot) Open(name string) (io.ReadCloser, error) {
	if b.m.off {
		return nil, errCut
	}
	return b.Folder.Open(name)
}

// undo notes how names were before, for a lazy medium.
func (b *cutBoot) undo(names ...string) {
	if !b.m.lazy {
		return
	}
	for _, name := range names {
		p := b.at(name)
		old, err := os.ReadFile(p)
		b.m.lose(path.Dir(name), func() {
			if errors.Is(err, fs.ErrNotExist) {
				os.Remove(p)
			} else {
				os.WriteFile(p, old, 0o644)
			}
		})
	}
}

func (b *cutBoot) Rename(from, to string) error {
	if err := b.m.step(); err != nil {
		return err
	}
	b.undo(from, to)
	return b.Folder.Rename(from, to)
}

func (b *cutBoot) Remove(name string) error {
	if err := b.m.step(); err != nil {
		return err
	}
	b.undo(name)
	return b.Folder.Remove(name)
}

func (b *cutBoot) MkdirAll(name string) error {
	if err := b.m.step(); err != nil {
		return err
	}
	return b.Folder.MkdirAll(name)
}

func (b *cutBoot) SyncDir(name string) error {
	if err := b.m.step(); err != nil {
		return err
	}
	delete(b.m.loose, name)
	return b.Folder.SyncDir(name)
}

func (b *cutBoot) Poke(name string, at int64, bytes []byte) error {
	if err := b.m.step(); err != nil {
		return err
	}
	return b.Folder.Poke(name, at, bytes)
}

// cutVars are the firmware's: one call is whole or has not been.
type cutVars struct{ m *machine }

func (v cutVars) Slot(name string) (bootdisk.Slot, error) { return v.m.vars.Slot(name) }

func (v cutVars) SetSlot(name string, s bootdisk.Slot) error {
	if err := v.m.step(); err != nil {
		return err
	}
	return v.m.vars.SetSlot(name, s)
}

func (v cutVars) Clear(name string) error {
	if err := v.m.step(); err != nil {
		return err
	}
	return v.m.vars.Clear(name)
}

// cutShelf is /perm.
type cutShelf struct {
	m *machine
	FileShelf
}

func (s cutShelf) Put(r Record) error {
	if err := s.m.step(); err != nil {
		return err
	}
	return s.FileShelf.Put(r)
}

// firmware starts the box as systemd-boot does, and demands that what it starts is one whole version.
func (m *machine) firmware() (bootdisk.Slot, release.Version) {
	m.t.Helper()
	slot, err := m.vars.Slot(loader.OneShot)
	must(m.t, err, m.vars.Clear(loader.OneShot))
	candidates := []bootdisk.Slot{slot}
	if slot, err = m.vars.Slot(loader.Default); err == nil {
		candidates = append(candidates, slot)
	}
	conf, err := os.ReadFile(filepath.Join(m.dir, "esp", loader.Conf))
	must(m.t, err)
	candidates = append(candidates, loader.ConfDefault(string(conf)), bootdisk.A, bootdisk.B)
	if !m.rotten {
		m.demandAllWhole()
	}
	for _, s := range candidates {
		if entry, err := os.ReadFile(filepath.Join(m.dir, "esp", loader.EntryPath(s))); s != 0 && err == nil {
			return s, m.demandWhole(s, loader.ReadEntry(string(entry)))
		}
	}
	m.t.Fatal("nothing starts")
	return 0, 0
}

// demandAllWhole looks at every slot that could be started, also by a person at the loader's menu.
func (m *machine) demandAllWhole() {
	m.t.Helper()
	for _, s := range []bootdisk.Slot{bootdisk.A, bootdisk.B} {
		if entry, err := os.ReadFile(filepath.Join(m.dir, "esp", loader.EntryPath(s))); err == nil {
			m.demandWhole(s, loader.ReadEntry(string(entry)))
		}
	}
}

// demandWhole compares all that an entry starts with the version that it names.
func (m *machine) demandWhole(s bootdisk.Slot, entry map[string]string) release.Version {
	m.t.Helper()
	n, err := release.ParseVersion(entry["version"])
	must(m.t, err)
	v := makeVersion(n)
	for name, file := range map[string]string{
		release.Root: s.Root(), release.Userland: s.UI(),
		release.Kernel: path.Join("esp", entry["linux"]), release.Initramfs: path.Join("esp", entry["initrd"]),
	} {
		got, err := os.ReadFile(filepath.Join(m.dir, file))
		must(m.t, err)
		if !bytes.HasPrefix(got, v.parts[name]) {
			m.t.Fatalf("slot %s starts as version %d, and its %s is something else", s, n, name)
		}
	}
	return n
}

// shop is what the till says in a test.
type shop struct {
	moment  Moment
	journal uint64
	vitals  Vitals
}

func quiet() shop {
	return shop{Moment{Battery: -1}, 100, Vitals{Till: true, Journal: 100, Screen: true}}
}

func (m *machine) slots(s bootdisk.Slot) Slots { return Slots{Disk: m, Running: s} }

// start starts the box and its guard.
func (m *machine) start(s shop) *Guard {
	m.t.Helper()
	slot, n := m.firmware()
	here, err := Find("vm", n, m.slots(slot), cutVars{m})
	must(m.t, err)
	return New(m.options(here, s))
}

func (m *machine) options(here Here, s shop) Options {
	deadline := 20 * time.Millisecond
	if v := s.vitals; v.Till && v.Screen && v.Journal >= s.journal {
		deadline = time.Minute // well at the first look, however late a busy machine comes to it
	}
	return Options{
		Here: here, Keys: keys(), Slots: m.slots(here.Slot), Vars: cutVars{m},
		Shelf: cutShelf{m, FileShelf(filepath.Join(m.dir, "perm"))}, Logger: slog.New(slog.DiscardHandler),
		Moment: momentOf(s), Look: lookOf(s), Restart: func() { m.restarts++ },
		Deadline: deadline, Steady: 2 * time.Millisecond, Every: time.Millisecond,
	}
}
