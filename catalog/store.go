package catalog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

// Store reads the catalog in one folder. Its methods may be called from several goroutines at once.
type Store struct {
	dir string
	cur atomic.Pointer[generation]

	mu      sync.Mutex // one Refresh or Close at a time; guards the fields below
	closed  bool
	problem error // why the newest file could not be opened
	refused stamp // that file; it is not tried again
	builds  sync.WaitGroup
}

var (
	_ goods.Lookup   = (*Store)(nil)
	_ loyalty.Lookup = (*Store)(nil)
)

// Open opens the catalog in dir for reading. The whole file is read once to prove that it is what was written.
//
// A missing file or folder is a catalog without goods, and no error. With an error (fault.CatalogDamaged) Open still
// returns a Store: one without goods, which Refresh fills once the file has been replaced.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir}
	g, err := openGeneration(dir)
	if err != nil {
		s.problem = err
		s.refused, _ = stampAt(filepath.Join(dir, fileName))
	}
	s.begin(g)
	return s, err
}

// begin makes g the current generation and starts building its names.
func (s *Store) begin(g *generation) {
	if old := s.cur.Load(); old != nil {
		g.names.Store(old.names.Load())
	}
	s.cur.Store(g)
	s.builds.Go(func() {
		defer close(g.ready)
		g.buildNames()
	})
}

// Refresh looks whether the file has been replaced and, if so, goes on with the new one; reads under way finish on the
// old one, which is then closed. It costs one stat where nothing changed.
//
// A new file that cannot be read is refused with fault.CatalogDamaged, once; the till goes on with the old one. A file
// that broke while it was being read is opened again. A file that is gone is a catalog without goods.
func (s *Store) Refresh() (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, fault.Wrap(os.ErrClosed, fault.TillStopping)
	}
	now, err := stampAt(filepath.Join(s.dir, fileName))
	if err != nil {
		return false, damaged(err)
	}
	old := s.cur.Load()
	if old.problem() == nil && (now == old.stamp || s.problem != nil && now == s.refused) {
		return false, nil
	}
	next, err := openGeneration(s.dir)
	if err != nil {
		s.refused = now
		return false, s.refuse(old, next, err)
	}
	s.problem, s.refused = nil, stamp{}
	s.begin(next)
	return true, old.close()
}

// refuse notes why next could not be opened. A file that broke under the till gives way to none, so that one
// failed read is not followed by another attempt on every Refresh.
func (s *Store) refuse(old, next *generation, err error) error {
	s.problem = err
	if old.problem() != nil {
		s.begin(next)
		return errors.Join(err, old.close())
	}
	return err
}

// Close ends reading. Further reads get fault.TillStopping. It may be called twice.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	err := s.cur.Load().close()
	s.builds.Wait()
	return err
}

// Problem says what is wrong with the catalog now (fault.CatalogDamaged), nil if nothing is.
func (s *Store) Problem() error {
	if err := s.cur.Load().problem(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problem
}

// Count returns the number of goods, active or not.
func (s *Store) Count() int { return s.cur.Load().count }

// Version names the content being read: 16 hex digits of its SHA-256, "" where there is no file. The same goods and
// customers give the same version.
func (s *Store) Version() string { return s.cur.Load().version }

// Ready returns a channel that is closed when the names of the file now being read are built.
func (s *Store) Ready() <-chan struct{} { return s.cur.Load().ready }

// view reads the current file; where that is being replaced at this moment, the new one.
func (s *Store) view(fn func(*bbolt.Tx) error) error {
	for {
		g := s.cur.Load()
		err := g.view(fn)
		if !errors.Is(err, errReplaced) {
			return err
		}
		if s.cur.Load() == g {
			return fault.Wrap(os.ErrClosed, fault.TillStopping)
		}
	}
}

// ByBarcode implements pos/catalog.Lookup.
func (s *Store) ByBarcode(code string) (found []goods.Good, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		found = nil
		return eachSecond(tx.Bucket(bucketBarcodes), code, func(second []byte) error {
			g, ok, err := getGood(tx, second)
			if ok {
				found = append(found, g)
			}
			return err
		})
	})
	return found, err
}

// ByCode implements pos/catalog.Lookup.
func (s *Store) ByCode(code goods.Code) (good goods.Good, ok bool, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		good, ok, err = getGood(tx, []byte(code))
		return err
	})
	return good, ok, err
}

// Customer implements pos/loyalty.Lookup. Codes and card numbers are unique among each other: SetCustomers sees to it.
func (s *Store) Customer(codeOrCard string) (c loyalty.Customer, ok bool, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		c, ok, err = getCustomer(tx, []byte(codeOrCard))
		if ok || err != nil {
			return err
		}
		return eachSecond(tx.Bucket(bucketCards), codeOrCard, func(second []byte) error {
			c, ok, err = getCustomer(tx, second)
			return err
		})
	})
	return c, ok, err
}

// eachSecond calls fn with the second part of every key whose first part is first, in order.
func eachSecond(b *bbolt.Bucket, first string, fn func(second []byte) error) error {
	prefix := join(first, "")
	c := b.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if err := fn(k[len(prefix):]); err != nil {
			return err
		}
	}
	return nil
}

func getGood(tx *bbolt.Tx, code []byte) (g goods.Good, ok bool, err error) {
	v := tx.Bucket(bucketGoods).Get(code)
	if v == nil {
		return goods.Good{}, false, nil
	}
	err = decode(v, &g)
	return g, err == nil, err
}

func getCustomer(tx *bbolt.Tx, code []byte) (c loyalty.Customer, ok bool, err error) {
	v := tx.Bucket(bucketCustomers).Get(code)
	if v == nil {
		return loyalty.Customer{}, false, nil
	}
	err = decode(v, &c)
	return c, err == nil, err
}
