package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

// Store reads the catalog in one folder, and writes single edits over it. Its methods may be called from several
// goroutines at once. Only one Store may edit a folder; any number may read it, but those see the other's edits only
// once an import has taken them in.
type Store struct {
	dir   string
	whole int // up to how many pages a file is proved as a whole before it is used

	mu   sync.RWMutex // held for one read; never while the disk is written
	cur  *generation
	over *overlay

	writing sync.Mutex // one Put, Refresh or Close at a time; guards the fields below
	closed  bool
	edits   []edit   // those that over was made of
	log     *editLog // nil until the first Put
	torn    bool     // catalog.edits has a broken part
	problem error    // why the newest file could not be opened, or not all edits be read
	refused stamp    // the file that could not be opened; it is not tried again
	builds  sync.WaitGroup

	looking chan struct{} // holds who looks for goods without a classification code; guards lacking
	lacking *lacking      // as found last
}

var (
	_ goods.Lookup   = (*Store)(nil)
	_ loyalty.Lookup = (*Store)(nil)
)

// Open opens the catalog in dir for reading. It proves the seal, and a small file as a whole.
//
// A missing file or folder is a catalog without goods, and no error. With an error (fault.CatalogDamaged,
// fault.CatalogEdits) Open still returns a Store: one without goods, or without some edits, which Refresh fills once
// the file has been replaced.
func Open(dir string) (*Store, error) { return open(dir, provedAtOpen) }

func open(dir string, whole int) (*Store, error) {
	s := &Store{dir: dir, whole: whole, looking: make(chan struct{}, 1)}
	g, err := openGeneration(dir, s.whole)
	if err != nil {
		s.refused, _ = stampAt(filepath.Join(dir, fileName))
	}
	edits, _, torn, editsErr := readEdits(dir)
	if editsErr != nil || torn {
		err = errors.Join(err, fault.Wrap(editsErr, fault.CatalogEdits))
	}
	s.torn, s.problem = torn, err
	s.edits = after(edits, g.merged)
	s.begin(g)
	return s, err
}

// begin makes g the current generation, with the edits over it, and starts building its names.
func (s *Store) begin(g *generation) {
	over := newOverlay(s.edits, g.has)
	s.mu.Lock()
	if s.cur != nil {
		g.names.Store(s.cur.names.Load())
		g.people.Store(s.cur.people.Load())
	}
	s.cur, s.over = g, over
	s.mu.Unlock()
	s.builds.Go(func() {
		g.buildNames()
		close(g.ready)
		g.prove()
	})
}

// Refresh looks whether the file has been replaced and, if so, goes on with the new one; reads under way finish on the
// old one, which is then closed. It costs one stat where nothing changed. Edits that the new file contains leave
// catalog.edits; later ones go on lying over it.
//
// A new file that cannot be read is refused with fault.CatalogDamaged, once; the till goes on with the old one. Of a file
// in which a read has found damage that is told once as well; the till goes on with the goods in it that can be read,
// until it is replaced. A file that is gone is a catalog without goods.
func (s *Store) Refresh() (changed bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.closed {
		return false, fault.Wrap(os.ErrClosed, fault.TillStopping)
	}
	now, err := stampAt(filepath.Join(s.dir, fileName))
	if err != nil {
		return false, damaged(err)
	}
	old := s.cur
	if err := old.problem(); err != nil && now == old.stamp {
		told := old.told
		if old.told = true; told {
			return false, nil
		}
		return false, err
	}
	if old.problem() == nil && (now == old.stamp || s.problem != nil && now == s.refused) {
		return false, nil
	}
	next, err := openGeneration(s.dir, s.whole)
	if err != nil {
		s.refused = now
		return false, s.refuse(old, next, err)
	}
	s.problem, s.refused = nil, stamp{}
	all := len(s.edits)
	s.edits = after(s.edits, next.merged)
	s.begin(next)
	if len(s.edits) < all || s.torn {
		err = s.dropMerged()
	}
	return true, errors.Join(err, old.close())
}

// dropMerged makes catalog.edits hold only what the file does not. Until that has succeeded the edits in it are passed
// over by their number.
func (s *Store) dropMerged() error {
	if s.log != nil {
		s.log.close()
		s.log = nil
	}
	err := replaceEdits(s.dir, s.edits, s.torn)
	s.torn = s.torn && err != nil
	return writeFailed(err)
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
	s.writing.Lock()
	s.closed = true
	err := s.cur.close()
	if s.log != nil {
		err = errors.Join(err, s.log.close())
		s.log = nil
	}
	s.writing.Unlock()
	s.builds.Wait()
	return err
}

// Problem says what is wrong with the catalog now (fault.CatalogDamaged, fault.CatalogEdits), nil if nothing is.
func (s *Store) Problem() error {
	s.mu.RLock()
	err := s.cur.problem()
	s.mu.RUnlock()
	if err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.problem
}

// Count returns the number of goods, active or not.
func (s *Store) Count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cur.count + s.over.extra
}

// Version names the content being read: 16 hex digits of the file's SHA-256, "" where there is no file, then +N where
// edits up to number N lie over it. The same goods and customers, imported, give the same version.
func (s *Store) Version() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.over.goods)+len(s.over.customers) == 0 {
		return s.cur.version
	}
	return fmt.Sprintf("%s+%d", s.cur.version, s.over.seq)
}

// Mark returns the Mark of the Snapshot that the file was built from, "" where there was none. Imports and edits made
// since do not change it.
func (s *Store) Mark() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cur.mark
}

// Ready returns a channel that is closed when the names of the file now being read are built.
func (s *Store) Ready() <-chan struct{} {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cur.ready
}

// NamesReady reports whether Search and SearchCustomers know all names of this file. Until then they know those of the
// file before it, if there was one.
func (s *Store) NamesReady() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cur.named.Load()
}

// view reads the file and what lies over it. fn may keep nothing of p; where there is no file, p is nil.
func (s *Store) view(fn func(p *pages, over *overlay) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	err := s.cur.view(func(p *pages) error { return fn(p, s.over) })
	if errors.Is(err, errReplaced) {
		return fault.Wrap(os.ErrClosed, fault.TillStopping)
	}
	return err
}

// ByBarcode implements pos/catalog.Lookup.
func (s *Store) ByBarcode(code string) (found []goods.Good, err error) {
	err = s.view(func(p *pages, over *overlay) error {
		found, err = byBarcode(p, code)
		if err == nil {
			found = over.byBarcode(code, found)
		}
		return err
	})
	return found, err
}

func byBarcode(p *pages, code string) (found []goods.Good, err error) {
	err = eachSecond(p, bucketBarcodes, code, func(second []byte) error {
		g, ok, err := getGood(p, second)
		if ok {
			found = append(found, g)
		}
		return err
	})
	return found, err
}

// ByCode implements pos/catalog.Lookup.
func (s *Store) ByCode(code goods.Code) (good goods.Good, ok bool, err error) {
	err = s.view(func(p *pages, over *overlay) error {
		if good, ok = over.good(code); ok {
			return nil
		}
		good, ok, err = getGood(p, []byte(code))
		return err
	})
	return good, ok, err
}

// Customer implements pos/loyalty.Lookup. Codes and card numbers are unique among each other: SetCustomers and
// PutCustomer see to it.
func (s *Store) Customer(codeOrCard string) (c loyalty.Customer, ok bool, err error) {
	err = s.view(func(p *pages, over *overlay) error {
		if c, ok = over.customer(codeOrCard); ok {
			return nil
		}
		c, ok, err = customerOf(p, codeOrCard)
		if ok && over.hidesCustomer(c.Code) {
			c, ok = loyalty.Customer{}, false
		}
		return err
	})
	return c, ok, err
}

func customerOf(p *pages, codeOrCard string) (c loyalty.Customer, ok bool, err error) {
	c, ok, err = getCustomer(p, []byte(codeOrCard))
	if ok || err != nil {
		return c, ok, err
	}
	err = eachSecond(p, bucketCards, codeOrCard, func(second []byte) error {
		c, ok, err = getCustomer(p, second)
		return err
	})
	return c, ok, err
}

// eachSecond calls fn with the second part of every key whose first part is first, in order.
func eachSecond(p *pages, bucket []byte, first string, fn func(second []byte) error) error {
	if p == nil {
		return nil
	}
	prefix := join(first, "")
	c := p.cursor(bucket)
	for k, _ := c.seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.next() {
		if err := fn(k[len(prefix):]); err != nil {
			return err
		}
	}
	return c.err
}

func getGood(p *pages, code []byte) (g goods.Good, ok bool, err error) {
	if p == nil {
		return goods.Good{}, false, nil
	}
	v, err := p.get(bucketGoods, code)
	if v == nil || err != nil {
		return goods.Good{}, false, err
	}
	if g, err = DecodeGood(v); err != nil {
		return goods.Good{}, false, damaged(err)
	}
	return g, true, nil
}

func getCustomer(p *pages, code []byte) (c loyalty.Customer, ok bool, err error) {
	if p == nil {
		return loyalty.Customer{}, false, nil
	}
	v, err := p.get(bucketCustomers, code)
	if v == nil || err != nil {
		return loyalty.Customer{}, false, err
	}
	err = decode(v, &c)
	return c, err == nil, err
}
