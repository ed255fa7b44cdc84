package catalog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
)

// Names of files in the folder.
const (
	fileName    = "catalog.db"
	workName    = "catalog.work"
	newName     = "catalog.new"
	lockName    = "catalog.lock"
	damagedName = "catalog.damaged" // what a writer found unreadable, kept for whoever wants to know why
)

// The buckets of format 1.
var (
	bucketMeta      = []byte("meta")
	bucketGoods     = []byte("goods")
	bucketBarcodes  = []byte("barcodes")
	bucketCustomers = []byte("customers")
	bucketCards     = []byte("cards")

	allBuckets = [][]byte{bucketMeta, bucketGoods, bucketBarcodes, bucketCustomers, bucketCards}

	keyFormat = []byte("format")
	keyGoods  = []byte("goods")
	keyEdits  = []byte("edits")
	keyMark   = []byte("mark")
)

const format = "1"

// provedAtOpen is up to how many pages a file is proved as a whole before the first read: 8 MiB, some 25 000 goods, in a
// few milliseconds. Of a larger one each page is proved when it is read, and all of them in the background.
const provedAtOpen = 2048

var errReplaced = errors.New("catalog: this file has been closed")

// A generation is one catalog.db from its opening to its replacement.
type generation struct {
	stamp   stamp
	version string
	count   int
	merged  uint64 // the last edit that the file contains
	mark    string
	names   atomic.Pointer[names] // of this file, or until that is built, of the one before
	people  atomic.Pointer[names] // likewise, of the customers
	named   atomic.Bool           // both are of this file
	ready   chan struct{}         // closed when the names are built or given up
	pages   *pages                // nil: no goods
	broken  atomic.Pointer[error] // what a read met first
	told    bool                  // Refresh has reported it
	proved  bool                  // all pages were, when it was opened
}

// stamp tells one file from another that was renamed over it. The zero stamp is "no file".
type stamp struct {
	dev, inode  uint64
	size, mtime int64
}

func stampOf(fi fs.FileInfo) stamp {
	s := stamp{size: fi.Size(), mtime: fi.ModTime().UnixNano()}
	if sys, ok := fi.Sys().(*syscall.Stat_t); ok {
		s.dev, s.inode = uint64(sys.Dev), sys.Ino
	}
	return s
}

// stampAt returns the stamp of the file at path, the zero stamp where there is none.
func stampAt(path string) (stamp, error) {
	fi, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return stamp{}, nil
	case err != nil:
		return stamp{}, err
	}
	return stampOf(fi), nil
}

// openGeneration opens the catalog in dir; a file of at most so many pages is proved as a whole. It always returns a
// generation; with an error, an empty one.
func openGeneration(dir string, whole int) (*generation, error) {
	g := &generation{ready: make(chan struct{})}
	f, err := openRegular(filepath.Join(dir, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		return g, nil
	}
	if err != nil {
		return g, damaged(err)
	}
	if fi, err := f.Stat(); err == nil {
		g.stamp = stampOf(fi)
	}
	if err := g.open(f, whole); err != nil {
		f.Close()
		return g, damaged(err)
	}
	return g, nil
}

func (g *generation) open(f *os.File, whole int) error {
	s, err := readSeal(f)
	if err != nil {
		return err
	}
	p, err := openPages(f, s)
	if err != nil {
		return err
	}
	if g.proved = len(s.sums) <= whole; g.proved {
		if err := p.prove(); err != nil {
			return err
		}
	}
	m, err := metaOf(func(key []byte) ([]byte, error) { return p.get(bucketMeta, key) })
	if err != nil {
		return err
	}
	g.pages, g.count, g.merged, g.mark, g.version = p, m.goods, m.edits, m.mark, hex.EncodeToString(s.content[:8])
	return nil
}

// openRegular refuses anything but a file: opening a pipe would wait for ever.
func openRegular(path string) (*os.File, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	return os.Open(path)
}

// provePages is how many pages are read at a time to prove them.
const provePages = 64

// prove reads all pages.
func (p *pages) prove() error {
	for id := 0; id < len(p.sums); id += provePages {
		if _, err := p.read(uint64(id), min(provePages, len(p.sums)-id)); err != nil {
			return err
		}
	}
	return nil
}

// meta is what the file says about itself.
type meta struct {
	goods int
	edits uint64 // number of the last edit that it contains
	mark  string // Snapshot.Mark
}

// metaOf reads the bucket meta.
func metaOf(get func(key []byte) ([]byte, error)) (m meta, err error) {
	var values [4]string
	for i, key := range [][]byte{keyFormat, keyGoods, keyEdits, keyMark} {
		v, err := get(key)
		if err != nil {
			return meta{}, err
		}
		values[i] = string(v)
	}
	if values[0] != format {
		return meta{}, fmt.Errorf("format %q is not known to this program", values[0])
	}
	if m.goods, err = strconv.Atoi(values[1]); err != nil || m.goods < 0 {
		return meta{}, errors.New("the number of goods is not a number")
	}
	if values[2] != "" {
		if m.edits, err = strconv.ParseUint(values[2], 10, 64); err != nil {
			return meta{}, errors.New("the number of the last edit is not a number")
		}
	}
	m.mark = values[3]
	return m, nil
}

// view reads the file and notes if that fails. Where there is no file, fn is given nil.
func (g *generation) view(fn func(*pages) error) error {
	err := fn(g.pages)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrClosed):
		return errReplaced
	}
	err = damaged(err)
	g.broken.CompareAndSwap(nil, &err)
	return err
}

// has reports whether the file has a good of this code.
func (g *generation) has(code goods.Code) (ok bool) {
	_ = g.view(func(p *pages) error {
		if p == nil {
			return nil
		}
		v, err := p.get(bucketGoods, []byte(code))
		ok = v != nil
		return err
	})
	return ok
}

// prove finds damage that nobody has met yet.
func (g *generation) prove() {
	_ = g.view(func(p *pages) error {
		if p == nil || g.proved {
			return nil
		}
		return p.prove()
	})
}

func (g *generation) problem() error {
	if err := g.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// close ends the generation. It may be called twice.
func (g *generation) close() error {
	if g.pages == nil {
		return nil
	}
	if err := g.pages.f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

func damaged(cause error) error {
	if fault.CodeOf(cause) == fault.CatalogDamaged {
		return cause
	}
	return fault.Wrap(cause, fault.CatalogDamaged)
}

func decode(b []byte, into any) error {
	if err := json.Unmarshal(b, into); err != nil {
		return damaged(err)
	}
	return nil
}

// join makes a key of barcodes and cards. The zero byte cannot stand in either part.
func join(first, second string) []byte {
	k := make([]byte, 0, len(first)+1+len(second))
	k = append(k, first...)
	k = append(k, 0)
	return append(k, second...)
}

// split undoes join.
func split(k []byte) (first, second []byte) {
	first, second, _ = bytes.Cut(k, []byte{0})
	return first, second
}
