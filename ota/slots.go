package ota

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/loader"
	"posbox/pos/fault"
	"posbox/release"
)

// Partition is one of a slot.
type Partition interface {
	io.WriterAt
	Sync() error
	Size() int64
	// Medium reads what is on the medium, not what is remembered of it.
	Medium() (io.ReadCloser, error)
	Close() error
}

// File is one that is being written.
type File interface {
	io.WriteCloser
	Sync() error
}

// Boot is the ESP, mounted. Names are slash-separated.
type Boot interface {
	Create(name string) (File, error)
	Open(name string) (io.ReadCloser, error)
	Rename(from, to string) error
	Remove(name string) error
	MkdirAll(name string) error
	SyncDir(name string) error
	// Poke overwrites bytes that are there, in place.
	Poke(name string, at int64, b []byte) error
	// Close lets go; whoever opens it again reads from the medium.
	Close() error
}

// Disk is where the slots are.
type Disk interface {
	Partition(name string) (Partition, error)
	Boot() (Boot, error)
}

// Slots writes versions into the slot that does not run.
type Slots struct {
	Disk    Disk
	Running bootdisk.Slot
}

// other is the slot that is written to.
func (s Slots) other() bootdisk.Slot { return Here{Slot: s.Running}.Other() }

// block is how much is written at once; flush is after how much it goes to the medium, so that a sale's record never has
// to wait behind all of an update.
const (
	block = 1 << 20
	flush = 8 << 20
)

// Install writes a version. The entry that makes the slot startable goes first and comes back last, when all else has been
// read back from the medium: a slot either has no entry, or all that it names is whole. Whatever ends this early, the same
// call begins again.
func (s Slots) Install(b *release.Bundle, progress func(done int64)) error {
	if err := s.withdraw(); err != nil {
		return unwritten(err)
	}
	var done int64
	report := func(n int64) { done += n; progress(done) }
	for {
		p, err := b.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := s.put(b, p, report); err != nil {
			return unwritten(err)
		}
	}
	return unwritten(s.publish(b.Manifest))
}

// unwritten gives errors of the disk their code; what has one keeps it.
func unwritten(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.UpdateWrite)
}

// withdraw makes the slot one that nothing starts.
func (s Slots) withdraw() error {
	return s.onBoot(func(boot Boot) error {
		if err := boot.Remove(loader.EntryPath(s.other())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return boot.SyncDir(loader.Entries)
	})
}

func (s Slots) onBoot(do func(Boot) error) error {
	boot, err := s.Disk.Boot()
	if err != nil {
		return err
	}
	err = do(boot)
	return errors.Join(err, boot.Close())
}

// put brings one part to its place, from the nearest place that has it.
func (s Slots) put(b *release.Bundle, p release.Part, progress func(int64)) error {
	if name := bootFile(p.Name); name != "" {
		return s.onBoot(func(boot Boot) error { return s.putFile(boot, b, p, name, progress) })
	}
	return s.putPartition(b, p, progress)
}

// bootFile is the name on the ESP of a part that stands there.
func bootFile(part string) string {
	return map[string]string{release.Kernel: loader.KernelName, release.Initramfs: loader.InitramfsName}[part]
}

// partitionOf is a slot's partition for a part.
func partitionOf(slot bootdisk.Slot, part string) string {
	if part == release.Root {
		return slot.Root()
	}
	return slot.UI()
}

// putPartition writes a partition and reads it back.
func (s Slots) putPartition(b *release.Bundle, p release.Part, progress func(int64)) error {
	to, err := s.Disk.Partition(partitionOf(s.other(), p.Name))
	if err != nil {
		return err
	}
	defer to.Close()
	if p.Size > to.Size() {
		return fault.New(fault.UpdateTooLarge)
	}
	if whole(to, p) == nil { // left by an attempt before, or unchanged since the version before
		progress(p.Size)
		return nil
	}
	from, err := s.source(b, p)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := fill(to, from, progress); err != nil {
		return err
	}
	return whole(to, p)
}

// source is the running slot where it has the same bytes, else the bundle.
func (s Slots) source(b *release.Bundle, p release.Part) (io.ReadCloser, error) {
	here, err := s.Disk.Partition(partitionOf(s.Running, p.Name))
	if err != nil {
		return nil, err
	}
	defer here.Close()
	if p.Size > here.Size() || whole(here, p) != nil {
		return b.Unpack()
	}
	r, err := here.Medium()
	if err != nil {
		return nil, err
	}
	return limited{io.LimitReader(r, p.Size), r}, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// fill copies into a partition. The last bytes of a reader of the bundle's come only when all of them were the signed ones.
func fill(to Partition, from io.Reader, progress func(int64)) error {
	buf := make([]byte, block)
	var at, synced int64
	for {
		n, err := io.ReadFull(from, buf)
		if n > 0 {
			if _, err := to.WriteAt(buf[:n], at); err != nil {
				return err
			}
			at += int64(n)
			progress(int64(n))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return to.Sync()
		}
		if err != nil {
			return err
		}
		if at-synced >= flush {
			if err := to.Sync(); err != nil {
				return err
			}
			synced = at
		}
	}
}

var errMedium = errors.New("ota: the medium does not hold what was written")

// whole reads a partition's beginning from the medium and compares.
func whole(p Partition, part release.Part) error {
	r, err := p.Medium()
	if err != nil {
		return err
	}
	defer r.Close()
	return same(io.LimitReader(r, part.Size), part)
}

// same reads to the end and compares.
func same(r io.Reader, part release.Part) error {
	h := sha256.New()
	n, err := io.CopyBuffer(h, struct{ io.Reader }{r}, make([]byte, block))
	if err != nil {
		return err
	}
	if n != part.Size || release.Sum(h.Sum(nil)) != part.SHA256 {
		return fmt.Errorf("%w: %s", errMedium, part.Name)
	}
	return nil
}

// putFile writes a file of the ESP under another name and renames it.
func (s Slots) putFile(boot Boot, b *release.Bundle, p release.Part, name string, progress func(int64)) error {
	to := path.Join(loader.Folder(s.other()), name)
	if holds(boot, to, p) == nil {
		progress(p.Size)
		return nil
	}
	var from io.ReadCloser
	var err error
	if here := path.Join(loader.Folder(s.Running), name); holds(boot, here, p) == nil {
		from, err = boot.Open(here)
	} else {
		from, err = b.Unpack()
	}
	if err != nil {
		return err
	}
	defer from.Close()
	return replace(boot, to, counted{from, progress})
}

type counted struct {
	io.Reader
	progress func(int64)
}

// Read implements io.Reader.
func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.progress(int64(n))
	return n, err
}

// holds compares a file.
func holds(boot Boot, name string, p release.Part) error {
	r, err := boot.Open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	return same(io.LimitReader(r, p.Size+1), p)
}

// replace writes a file that appears whole or not at all.
func replace(boot Boot, name string, from io.Reader) error {
	if err := boot.MkdirAll(path.Dir(name)); err != nil {
		return err
	}
	part := name + ".new"
	f, err := boot.Create(part)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{from}, make([]byte, block))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, boot.Remove(part))
	}
	if err := boot.Rename(part, name); err != nil {
		return err
	}
	return boot.SyncDir(path.Dir(name))
}

// publish reads the ESP's files back, gives the slot its entry, and reads that back, too.
func (s Slots) publish(m release.Manifest) error {
	if err := s.onBoot(func(boot Boot) error { return s.checkFiles(boot, m) }); err != nil {
		return err
	}
	entry := []byte(loader.Entry(s.other(), m.Version.String(), m.Command))
	manifest := path.Join(loader.Folder(s.other()), manifestName)
	err := s.onBoot(func(boot Boot) error {
		if err := replace(boot, manifest, bytes.NewReader(m.Bytes())); err != nil {
			return err
		}
		return replace(boot, loader.EntryPath(s.other()), bytes.NewReader(entry))
	})
	if err != nil {
		return err
	}
	return s.onBoot(func(boot Boot) error {
		return errors.Join(holds(boot, manifest, partOf(manifest, m.Bytes())), holds(boot, loader.EntryPath(s.other()), partOf("entry", entry)))
	})
}

// manifestName is what a slot was written from, beside its kernel.
const manifestName = "manifest"

func partOf(name string, b []byte) release.Part {
	return release.Part{Name: name, Size: int64(len(b)), SHA256: sha256.Sum256(b)}
}

func (s Slots) checkFiles(boot Boot, m release.Manifest) error {
	for _, part := range []string{release.Kernel, release.Initramfs} {
		if err := holds(boot, path.Join(loader.Folder(s.other()), bootFile(part)), m.Part(part)); err != nil {
			return err
		}
	}
	return nil
}

// maxManifest bounds what is read of the ESP.
const maxManifest = 64 << 10

// Ready is the version in the other slot, if it has one that starts.
func (s Slots) Ready() (m release.Manifest, ok bool, err error) {
	err = s.onBoot(func(boot Boot) error {
		text, err := read(boot, path.Join(loader.Folder(s.other()), manifestName))
		if err != nil {
			return err
		}
		if m, err = release.ParseManifest(text); err != nil {
			return err
		}
		entry, err := read(boot, loader.EntryPath(s.other()))
		ok = err == nil && string(entry) == loader.Entry(s.other(), m.Version.String(), m.Command)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return m, ok, err
}

func read(boot Boot, name string) ([]byte, error) {
	f, err := boot.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxManifest))
}

// Check reads everything of the other slot from the medium: it may have been written days ago.
func (s Slots) Check(m release.Manifest) error {
	for _, name := range []string{release.Root, release.Userland} {
		p, err := s.Disk.Partition(partitionOf(s.other(), name))
		if err != nil {
			return unwritten(err)
		}
		err = whole(p, m.Part(name))
		if err := errors.Join(err, p.Close()); err != nil {
			return unwritten(err)
		}
	}
	return unwritten(s.onBoot(func(boot Boot) error { return s.checkFiles(boot, m) }))
}

// SetFallback makes the running slot what starts when the firmware has forgotten its variables: one byte of one sector,
// because the two texts have the same length.
func (s Slots) SetFallback() error {
	return s.onBoot(func(boot Boot) error {
		now, err := read(boot, loader.Conf)
		if err != nil {
			return err
		}
		want := []byte(loader.ConfText(s.Running))
		if bytes.Equal(now, want) {
			return nil
		}
		if len(now) != len(want) {
			return replace(boot, loader.Conf, bytes.NewReader(want))
		}
		return boot.Poke(loader.Conf, 0, want)
	})
}

// Fallback is the slot that starts when the firmware has forgotten its variables.
func (s Slots) Fallback() (slot bootdisk.Slot, err error) {
	slot = bootdisk.A
	err = s.onBoot(func(boot Boot) error {
		text, err := read(boot, loader.Conf)
		slot = loader.ConfDefault(string(text))
		return err
	})
	return slot, err
}
