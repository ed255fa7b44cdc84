package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

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
)

const format = "1"

const (
	sealMagic = "posbox-catalog-1"
	sealSize  = len(sealMagic) + sha256.Size
)

// openTimeout bounds the wait for bbolt's file lock. No writer of ours holds it: writers have a file of their own.
const openTimeout = time.Second

var errReplaced = errors.New("catalog: this file has been closed")

// A generation is one catalog.db from its opening to its replacement. Access is one at a time: a read takes
// microseconds, and a panic inside bbolt may leave bbolt's own locks held, which nobody may then wait for.
type generation struct {
	stamp   stamp
	version string
	count   int
	merged  uint64                // the last edit that the file contains
	names   atomic.Pointer[names] // of this file, or until that is built, of the one before
	people  atomic.Pointer[names] // likewise, of the customers
	named   atomic.Bool           // both are of this file
	ready   chan struct{}         // closed when the names are built or given up

	mu     sync.Mutex
	db     *bbolt.DB // nil: no goods
	broken error     // what a read met; the file is not touched again, not even to close it
	closed bool
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

// openGeneration opens the catalog in dir. It always returns a generation; with an error, an empty one.
func openGeneration(dir string) (*generation, error) {
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
	sum, err := checkSeal(f, io.Discard)
	if err != nil {
		f.Close()
		return g, damaged(err)
	}
	db, m, err := openSealed(f)
	if err != nil {
		return g, err
	}
	g.db, g.count, g.merged, g.version = db, m.goods, m.edits, hex.EncodeToString(sum[:8])
	return g, nil
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

// checkSeal copies f without its seal to w and returns the SHA-256 of what it copied, or an error if that is not what
// the seal says.
func checkSeal(f *os.File, w io.Writer) ([]byte, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := fi.Size() - int64(sealSize)
	if size <= 0 {
		return nil, fmt.Errorf("%d bytes are too few", fi.Size())
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(h, w), io.NewSectionReader(f, 0, size)); err != nil {
		return nil, err
	}
	seal := make([]byte, sealSize)
	if _, err := f.ReadAt(seal, size); err != nil {
		return nil, err
	}
	if !bytes.Equal(seal, sealOf(h)) {
		return nil, errors.New("the file is not what was written: its seal does not fit")
	}
	return h.Sum(nil), nil
}

func sealOf(h hash.Hash) []byte { return h.Sum([]byte(sealMagic)) }

// openSealed hands f to bbolt, which closes it, and checks the format.
func openSealed(f *os.File) (db *bbolt.DB, m meta, err error) {
	given := func(string, int, os.FileMode) (*os.File, error) { return f, nil }
	_, err = guard(func() error {
		db, err = bbolt.Open(f.Name(), 0, &bbolt.Options{ReadOnly: true, Timeout: openTimeout, OpenFile: given})
		if err != nil {
			return damaged(err)
		}
		return db.View(func(tx *bbolt.Tx) error {
			m, err = readMeta(tx)
			return err
		})
	})
	return db, m, err
}

// meta is what the file says about itself.
type meta struct {
	goods int
	edits uint64 // number of the last edit that it contains
}

func readMeta(tx *bbolt.Tx) (m meta, err error) {
	for _, name := range allBuckets {
		if tx.Bucket(name) == nil {
			return meta{}, damaged(fmt.Errorf("there is no bucket %q", name))
		}
	}
	b := tx.Bucket(bucketMeta)
	if f := string(b.Get(keyFormat)); f != format {
		return meta{}, damaged(fmt.Errorf("format %q is not known to this program", f))
	}
	if m.goods, err = strconv.Atoi(string(b.Get(keyGoods))); err != nil || m.goods < 0 {
		return meta{}, damaged(errors.New("the number of goods is not a number"))
	}
	if v := b.Get(keyEdits); v != nil {
		if m.edits, err = strconv.ParseUint(string(v), 10, 64); err != nil {
			return meta{}, damaged(errors.New("the number of the last edit is not a number"))
		}
	}
	return m, nil
}

// view reads the file. fn may keep nothing that it was given; where there is no file, that is nil.
func (g *generation) view(fn func(*bbolt.Tx) error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return errReplaced
	case g.broken != nil:
		return g.broken
	case g.db == nil:
		return fn(nil)
	}
	panicked, err := guard(func() error { return g.db.View(fn) })
	if panicked {
		g.broken = err
	}
	return err
}

// has reports whether the file has a good of this code.
func (g *generation) has(code goods.Code) (ok bool) {
	_ = g.view(func(tx *bbolt.Tx) error {
		ok = tx != nil && tx.Bucket(bucketGoods).Get([]byte(code)) != nil
		return nil
	})
	return ok
}

func (g *generation) problem() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.broken
}

// close ends the generation once the read under way is done. It may be called twice.
func (g *generation) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.db == nil || g.broken != nil {
		g.closed = true
		return nil
	}
	g.closed = true
	_, err := guard(g.db.Close)
	return err
}

// guard runs fn and turns a panic, or a memory fault on a mapped page that the disk cannot give, into an error.
func guard(fn func() error) (panicked bool, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			panicked, err = true, damaged(fmt.Errorf("reading it failed: %v", p))
		}
	}()
	return false, fn()
}

func damaged(cause error) error { return fault.Wrap(cause, fault.CatalogDamaged) }

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
