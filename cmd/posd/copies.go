package main

import (
	"archive/zip"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"posbox/catalog"
	boxfile "posbox/gokrazy/box"
	"posbox/gokrazy/logs"
	"posbox/gokrazy/stick"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/ui"
)

// What the till writes on a stick: posbox/BOX/20261128-031500/ is a copy of the sales, laid out like a data folder, so that
// posd check reads it and a new disk can be given it; posbox/BOX/logs-….zip are logs.
const (
	stickFolder  = "posbox"
	copyManifest = "copy.json"
	copyStamp    = "20060102-150405"
	copyFile     = "copy.json" // in keep: what was copied last
	keptCopies   = 3
	partSuffix   = ".part"
)

// Times of copies.
const (
	copyHour   = 3                // of the shop's night; a till that is off then copies when it is on again
	stickStays = 10 * time.Minute // so long must a stick have been in to be taken for one that stays
	copyOldAge = 7 * 24 * time.Hour
)

// copyState is what became of the copies.
type copyState struct {
	At     time.Time   `json:"at"` // of the last good one
	Stick  string      `json:"stick"`
	Seq    journal.Seq `json:"seq"`
	Tried  time.Time   `json:"tried"`
	Failed fault.Code  `json:"failed,omitempty"` // of the last try
}

// why says what is wrong with the copies; nil while the last one is good and new.
func (c copyState) why(now time.Time, zone *time.Location) *fault.Error {
	switch {
	case c.Failed == fault.CopyBad:
		return fault.New(fault.CopyBad)
	case c.At.IsZero():
		return fault.New(fault.CopyNone)
	case now.Sub(c.At) > copyOldAge:
		return fault.New(fault.CopyOld, "day", c.At.In(zone).Format(time.DateOnly))
	}
	return nil
}

// due reports whether tonight's copy is to be made.
func (m *machine) due() bool {
	s, now := m.last(), m.now().In(m.zone())
	if len(s.sticks) == 0 || s.perm.Lost() || m.now().Sub(s.stickAt) < stickStays || now.Hour() < copyHour {
		return false
	}
	return s.copied.Tried.In(m.zone()).Format(time.DateOnly) != now.Format(time.DateOnly)
}

// copySource is what is copied.
type copySource interface {
	boxName() string
	head() journal.Seq
	journalFiles() ([]int, error)
	copyJournal(number int, w io.Writer) error
	folder() string
}

// sum is what a file on a stick must have.
type sum struct {
	Bytes int64  `json:"bytes"`
	Hash  string `json:"sha256"`
}

// manifest describes a copy.
type manifest struct {
	Box   string         `json:"box"`
	Time  time.Time      `json:"time"`
	Seq   journal.Seq    `json:"seq"` // newest record when it was begun
	Files map[string]sum `json:"files"`
}

// CopySales implements ui.Box: a consistent copy of the journal and of what is needed to go on with it, read back from
// the stick and verified record by record.
func (m *machine) CopySales(ctx context.Context) (out ui.OnStick, err error) {
	if !m.writing.TryLock() {
		return out, fault.New(fault.StickBusy)
	}
	defer m.writing.Unlock()
	m.changed()
	defer m.changed()
	state := m.last().copied
	state.Tried, state.Failed = m.now(), ""
	made, out, err := m.copySales(ctx)
	if err == nil {
		state.At, state.Stick, state.Seq = made.Time, out.Stick, made.Seq
	} else {
		state.Failed = fault.CodeOf(err)
	}
	if err := boxfile.Put(m.keep, copyFile, state); err != nil {
		m.log.Warn("what was copied is not remembered", "err", err)
	}
	m.mu.Lock()
	m.seen.copied = state
	m.mu.Unlock()
	return out, err
}

func (m *machine) copySales(ctx context.Context) (made manifest, out ui.OnStick, err error) {
	s, err := m.first()
	if err != nil {
		return made, out, err
	}
	made = manifest{Box: m.source.boxName(), Time: m.now().UTC(), Seq: m.source.head(), Files: map[string]sum{}}
	at := filepath.Join(stickFolder, made.Box[:8], made.Time.In(m.zone()).Format(copyStamp))
	err = m.mount.Write(s, func(root string) error {
		older := filepath.Join(root, filepath.Dir(at))
		if err := m.makeRoom(root, older); err != nil {
			return err
		}
		part := filepath.Join(root, at+partSuffix)
		if err := m.copyInto(ctx, part, &made); err != nil {
			os.RemoveAll(part)
			return err
		}
		return os.Rename(part, filepath.Join(root, at))
	})
	if err != nil {
		return made, out, stickFault(err)
	}
	if err := m.mount.Read(s, func(root string) error { return verifyCopy(filepath.Join(root, at), made) }); err != nil {
		return made, out, fault.Wrap(err, fault.CopyBad)
	}
	// Only now may older ones go.
	if err := m.mount.Write(s, func(root string) error { return prune(filepath.Join(root, filepath.Dir(at)), keptCopies) }); err != nil {
		m.log.Warn("older copies stay on the stick", "err", err)
	}
	out = ui.OnStick{Stick: s.Name, File: at}
	for _, f := range made.Files {
		out.Bytes += f.Bytes
	}
	return made, out, nil
}

// first is the stick to write on.
func (m *machine) first() (stick.Stick, error) {
	all, err := m.find()
	if err != nil {
		return stick.Stick{}, stickFault(err)
	}
	return all[0], nil
}

// makeRoom drops unfinished copies, and older ones while the stick has no room for another. The newest stays.
func (m *machine) makeRoom(root, older string) error {
	parts, _ := filepath.Glob(filepath.Join(older, "*"+partSuffix))
	for _, p := range parts {
		os.RemoveAll(p)
	}
	need := folderBytes(m.source.folder())
	for keep := keptCopies; keep >= 1; keep-- {
		if err := prune(older, keep); err != nil {
			return err
		}
		if free, err := stick.Free(root); err != nil || free > need {
			return err
		}
	}
	return fault.New(fault.StickFull)
}

// prune keeps so many of the newest copies of a folder.
func prune(dir string, keep int) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var copies []string
	for _, e := range entries {
		if _, err := time.Parse(copyStamp, e.Name()); err == nil && e.IsDir() {
			copies = append(copies, e.Name())
		}
	}
	slices.Sort(copies)
	for len(copies) > keep {
		if err := os.RemoveAll(filepath.Join(dir, copies[0])); err != nil {
			return err
		}
		copies = copies[1:]
	}
	return nil
}

// folderBytes is what the files of a data folder that are copied have together, roughly.
func folderBytes(dir string) (n int64) {
	paths, _ := filepath.Glob(filepath.Join(dir, "journal", "*"))
	for _, name := range sideFiles() {
		paths = append(paths, filepath.Join(dir, name))
	}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			n += info.Size()
		}
	}
	return n + 1<<20
}

// sideFiles are copied beside the journal: without its key a journal cannot go on.
func sideFiles() []string { return append([]string{keyFile, bornFile}, catalog.FileNames()...) }

// copyInto writes a copy into a folder of a stick, the journal's oldest file first: what a file says of the one before it
// is then never older than its copy.
func (m *machine) copyInto(ctx context.Context, dir string, made *manifest) error {
	numbers, err := m.source.journalFiles()
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		write := func(w io.Writer) error { return m.source.copyJournal(n, w) }
		if err := putSummed(dir, filepath.Join("journal", fmt.Sprintf("%06d.db", n)), made.Files, write); err != nil {
			return err
		}
	}
	for _, name := range sideFiles() {
		f, err := os.Open(filepath.Join(m.source.folder(), name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		err = putSummed(dir, name, made.Files, func(w io.Writer) error { _, err := io.Copy(w, f); return err })
		f.Close()
		if err != nil {
			return err
		}
	}
	b, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return err
	}
	return stick.Put(filepath.Join(dir, copyManifest), func(f *os.File) error { _, err := f.Write(b); return err })
}

// putSummed writes a file and notes what it must have.
func putSummed(dir, name string, sums map[string]sum, write func(io.Writer) error) error {
	hash, counted := sha256.New(), &counter{}
	err := stick.Put(filepath.Join(dir, name), func(f *os.File) error { return write(io.MultiWriter(f, hash, counted)) })
	sums[filepath.ToSlash(name)] = sum{counted.n, hex.EncodeToString(hash.Sum(nil))}
	return err
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// verifyCopy reads a copy and follows its chain.
func verifyCopy(dir string, made manifest) error {
	if err := verifyFiles(dir, made.Files); err != nil {
		return err
	}
	report, err := journal.Check(dir, nil)
	switch {
	case err != nil:
		return err
	case !report.Whole:
		return fmt.Errorf("the copy is damaged: %v", report.Findings)
	case report.Head < made.Seq:
		return fmt.Errorf("the copy ends at record %d, the journal had %d", report.Head, made.Seq)
	}
	return nil
}

func verifyFiles(dir string, sums map[string]sum) error {
	for name, want := range sums {
		f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		hash := sha256.New()
		n, err := io.Copy(hash, f)
		f.Close()
		if err != nil {
			return err
		}
		if got := (sum{n, hex.EncodeToString(hash.Sum(nil))}); got != want {
			return fmt.Errorf("%s has %d bytes and the hash %.8s, not %d and %.8s", name, got.Bytes, got.Hash, want.Bytes, want.Hash)
		}
	}
	return nil
}

// TakeLogs implements ui.Box: the ring of logs and what the box tells of itself, as one zip file, read back.
func (m *machine) TakeLogs(context.Context) (out ui.OnStick, err error) {
	if !m.writing.TryLock() {
		return out, fault.New(fault.StickBusy)
	}
	defer m.writing.Unlock()
	m.changed()
	defer m.changed()
	s, err := m.first()
	if err != nil {
		return out, err
	}
	at := filepath.Join(stickFolder, m.source.boxName()[:8], "logs-"+m.now().In(m.zone()).Format(copyStamp)+".zip")
	sums := map[string]sum{}
	if err := m.mount.Write(s, func(root string) error { return putSummed(root, at, sums, m.packLogs) }); err != nil {
		return out, stickFault(err)
	}
	if err := m.mount.Read(s, func(root string) error { return verifyFiles(root, sums) }); err != nil {
		return out, fault.Wrap(err, fault.StickFailed, "detail", "?")
	}
	return ui.OnStick{Stick: s.Name, File: at, Bytes: sums[filepath.ToSlash(at)].Bytes}, nil
}

func (m *machine) packLogs(w io.Writer) error {
	z := zip.NewWriter(w)
	add := func(name string, r io.Reader) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.now()})
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		return err
	}
	if err := logs.Each(filepath.Join(m.keep, logsFolder), add); err != nil {
		return err
	}
	about, err := json.MarshalIndent(m.Look(), "", "  ")
	if err != nil {
		return err
	}
	if err := add("box.json", strings.NewReader(string(about))); err != nil {
		return err
	}
	return z.Close()
}

// What a till copies of itself.

// noBox is the name of a till whose key cannot be read.
const noBox = "00000000"

func (p *program) boxName() string {
	if p.key == nil {
		return noBox
	}
	return journal.BoxOf(p.key.Public().(ed25519.PublicKey)).String()
}

func (p *program) head() journal.Seq { return p.engine.View().Seq }

func (p *program) folder() string { return p.flags.data }

func (p *program) journalFiles() ([]int, error) {
	if p.journal == nil {
		return nil, fault.Of(p.engine.View().Err)
	}
	return p.journal.Files(), nil
}

func (p *program) copyJournal(number int, w io.Writer) error { return p.journal.Copy(number, w) }
