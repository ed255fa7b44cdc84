package central

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"posbox/catalog"
	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/wire"
)

// Catalog is the goods on disk as central writes them.
type Catalog interface {
	ByCode(goods.Code) (goods.Good, bool, error)
	Customer(codeOrCard string) (loyalty.Customer, bool, error)
	Put(...goods.Good) error
	PutCustomers(...loyalty.Customer) error
	Refresh() (bool, error)
	Mark() string
}

// Keeper keeps what BAAZ has sent. Replace and Apply are called by one goroutine; the others from any.
type Keeper struct {
	dir     string
	goods   Catalog
	changed func()

	mu   sync.Mutex // writing
	file file
	view atomic.Pointer[View]
	put  int // goods and customers changed since the catalogue's file was written
}

// ErrAnew says that changes cannot be applied to what is there: only a snapshot helps.
var ErrAnew = errors.New("central: the catalogue does not fit the changes")

// Bounds of what is held in memory.
const (
	maxSmall    = 32 << 20 // bytes of all small rows
	maxProblems = 50
	// mergeAfter is how many changed goods may lie over the catalogue's file.
	mergeAfter = 20_000
)

// Open reads what there is in dir. A file that cannot be read is one without anything: BAAZ sends it again.
func Open(dir string, c Catalog, changed func()) (*Keeper, error) {
	k := &Keeper{dir: dir, goods: c, changed: changed}
	var err error
	k.file, err = readFile(filepath.Join(dir, fileName))
	k.show()
	return k, err
}

// Taken reports whether BAAZ keeps the goods in a folder.
func Taken(dir string) bool {
	f, err := readFile(filepath.Join(dir, fileName))
	return err == nil && f.Mark != ""
}

// View returns what follows from everything that BAAZ has sent; it is never changed.
func (k *Keeper) View() *View { return k.view.Load() }

// Position returns up to where a scope has come; the zero value: a snapshot is needed.
func (k *Keeper) Position(s wire.Scope) wire.Position {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.file.scope(s)
	if at == nil || s.Level == wire.LevelCompany && (k.file.Mark != k.goods.Mark() || k.file.List != k.view.Load().Point.PriceList) {
		return wire.Position{}
	}
	return at.At
}

// Own forgets every scope that is not the box's own any more.
func (k *Keeper) Own(scopes []wire.Scope) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := k.file.clone()
	for name := range next.Scopes {
		if !slices.ContainsFunc(scopes, func(s wire.Scope) bool { return s.String() == name }) {
			delete(next.Scopes, name)
		}
	}
	if len(next.Scopes) == len(k.file.Scopes) {
		return nil
	}
	return k.keep(next)
}

// Replace makes a scope what a snapshot says, whose file has been proved. Until it returns the till sells by what was
// there before.
func (k *Keeper) Replace(ctx context.Context, s wire.Snapshot, rows *wire.Rows) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	in := &intake{rows: rows, ctx: ctx, small: map[string]wire.Row{}, problems: problems{}}
	next := k.file.clone()
	if s.Scope.Level != wire.LevelCompany {
		if err := in.rest(); err != nil {
			return err
		}
	} else if err := k.build(s, in, &next); err != nil {
		return err
	}
	next.Scopes[s.Scope.String()] = &scope{At: wire.Position{Version: s.Version, Chain: s.Chain, Time: s.Time}, Rows: in.small, Problems: in.problems}
	return k.keep(next)
}

// build replaces the catalogue.
func (k *Keeper) build(s wire.Snapshot, in *intake, next *file) error {
	next.List = k.view.Load().Point.PriceList
	if err := in.untilGoods(); err != nil {
		return err
	}
	if in.next == nil && next.Mark == "" {
		return nil
	}
	next.Mark = fmt.Sprintf("%s@%d %s %q", s.Scope, s.Version, s.Chain, next.List)
	err := catalog.Build(k.dir, catalog.Snapshot{Goods: in.goods(next.List), Customers: in.allCustomers(), Mark: next.Mark})
	if err != nil {
		return err
	}
	if _, err := k.goods.Refresh(); err != nil {
		return err
	}
	k.put = 0
	return nil
}

// Apply applies a page of changes. ErrAnew: only a snapshot helps.
func (k *Keeper) Apply(_ context.Context, p wire.Page) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := k.file.clone()
	at := next.Scopes[p.Scope.String()]
	if at == nil || at.At.Version != p.After {
		return ErrAnew
	}
	at = &scope{At: wire.Position{Version: p.Last(), Chain: p.Chain, Time: p.Time}, Rows: maps.Clone(at.Rows), Problems: maps.Clone(at.Problems)}
	last := map[string]wire.Row{}
	for _, r := range p.Rows {
		last[r.Key()] = r
	}
	var things changes
	for key, r := range last {
		delete(at.Problems, key)
		switch {
		case p.Scope.Level == wire.LevelCompany && next.Mark == "" && r.Register == wire.RegisterGoods && !r.Gone:
			return ErrAnew // the first goods: from here on they are BAAZ's
		case p.Scope.Level == wire.LevelCompany && (r.Register == wire.RegisterGoods || r.Register == wire.RegisterCustomers):
			if next.Mark == "" {
				continue
			}
			if err := k.change(&things, r, next.List); err != nil {
				at.Problems.add(r, err)
			}
		case r.Gone:
			delete(at.Rows, key)
		default:
			at.Rows[key] = r
		}
	}
	if err := k.write(things); err != nil {
		return err
	}
	next.Scopes[p.Scope.String()] = at
	return k.keep(next)
}

// changes are goods and customers as they are from now on.
type changes struct {
	goods     []goods.Good
	customers []loyalty.Customer
}

// change works out what a row makes of its good or customer. One that is gone stays as one that cannot be sold, without
// codes to be found by; the next snapshot does without it.
func (k *Keeper) change(c *changes, r wire.Row, list string) error {
	if r.Register == wire.RegisterGoods {
		if r.Gone {
			g, ok, err := k.goods.ByCode(goods.Code(r.Code))
			if ok && err == nil {
				g.Active, g.Barcodes = false, nil
				c.goods = append(c.goods, g)
			}
			return err
		}
		g, err := readGood(r, list)
		if err == nil {
			c.goods = append(c.goods, g)
		}
		return err
	}
	if r.Gone {
		x, ok, err := k.goods.Customer(r.Code)
		if ok && err == nil && x.Code == r.Code {
			x.Active, x.Cards = false, nil
			c.customers = append(c.customers, x)
		}
		return err
	}
	x, err := readCustomer(r)
	if err == nil {
		c.customers = append(c.customers, x)
	}
	return err
}

// write puts goods and customers into the catalogue. Where they do not fit what is there, the catalogue is not what BAAZ
// has.
func (k *Keeper) write(c changes) error {
	err := k.goods.Put(c.goods...)
	if err == nil {
		err = k.goods.PutCustomers(c.customers...)
	}
	switch fault.CodeOf(err) {
	case "":
	case fault.BarcodeTaken, fault.CardTaken, fault.CatalogDamaged:
		return errors.Join(ErrAnew, err)
	default:
		return err
	}
	if k.put += len(c.goods) + len(c.customers); k.put < mergeAfter {
		return nil
	}
	if err := catalog.Merge(k.dir); err != nil && fault.CodeOf(err) != fault.CatalogBusy {
		return err
	}
	k.put = 0
	_, err = k.goods.Refresh()
	return err
}

// readGood reads a row of goods as it is sold by a price list.
func readGood(r wire.Row, list string) (g goods.Good, err error) {
	if bytes.Contains(r.Body, []byte(`"list":`)) {
		var all wire.Good
		if err = json.Unmarshal(r.Body, &all); err == nil {
			g = all.SoldBy(list)
		}
	} else {
		g, err = catalog.DecodeGood(r.Body)
	}
	if err == nil {
		err = g.Validate()
	}
	if err == nil && string(g.Code) != r.Code {
		err = errors.New("code: it is another than in the address")
	}
	return g, err
}

func readCustomer(r wire.Row) (loyalty.Customer, error) {
	var c wire.Customer
	if err := json.Unmarshal(r.Body, &c); err != nil {
		return loyalty.Customer{}, err
	}
	x := c.Shown()
	if column, problem := x.Wrong(); problem != "" {
		return x, fmt.Errorf("%s: %s", column, problem)
	}
	if x.Code != r.Code {
		return x, errors.New("code: it is another than in the address")
	}
	return x, nil
}

// intake reads a snapshot row by row: rows stand in order of their registers, customers before goods.
type intake struct {
	rows      *wire.Rows
	ctx       context.Context
	small     map[string]wire.Row
	size      int
	customers []loyalty.Customer
	problems  problems
	next      *wire.Row // read, and not used yet
	read      int
}

// row reads the next row; io.EOF behind the last.
func (in *intake) row() (wire.Row, error) {
	if in.next != nil {
		r := *in.next
		in.next = nil
		return r, nil
	}
	if in.read++; in.read%1024 == 0 && in.ctx.Err() != nil {
		return wire.Row{}, in.ctx.Err()
	}
	return in.rows.Next()
}

// untilGoods takes rows in up to the first good.
func (in *intake) untilGoods() error {
	for {
		r, err := in.row()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case r.Register == wire.RegisterGoods:
			in.next = &r
			return nil
		}
		if err := in.keep(r); err != nil {
			return err
		}
	}
}

// rest takes all other rows in.
func (in *intake) rest() error {
	for {
		r, err := in.row()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = in.keep(r)
		}
		if err != nil {
			return err
		}
	}
}

// keep takes one row in that is no good.
func (in *intake) keep(r wire.Row) error {
	if r.Register == wire.RegisterCustomers {
		c, err := readCustomer(r)
		if err != nil {
			in.problems.add(r, err)
			return nil
		}
		in.customers = append(in.customers, c)
		return nil
	}
	if in.size += r.Size(); in.size > maxSmall {
		return errors.New("central: too much for one till")
	}
	r.Body = bytes.Clone(r.Body)
	in.small[r.Key()] = r
	return nil
}

// goods yields the goods as they are sold by a price list, and takes in what stands behind them.
func (in *intake) goods(list string) iter.Seq2[goods.Good, error] {
	return func(yield func(goods.Good, error) bool) {
		for {
			r, err := in.row()
			if err == io.EOF {
				return
			}
			if err == nil && r.Register != wire.RegisterGoods {
				in.next = &r
				if err = in.rest(); err == nil {
					return
				}
			}
			if err != nil {
				yield(goods.Good{}, err)
				return
			}
			g, err := readGood(r, list)
			if err != nil {
				in.problems.add(r, err)
				continue
			}
			if !yield(g, nil) {
				return
			}
		}
	}
}

// allCustomers yields the customers, which have all been read by then.
func (in *intake) allCustomers() iter.Seq2[loyalty.Customer, error] {
	return func(yield func(loyalty.Customer, error) bool) {
		for _, c := range in.customers {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// keep makes a new file durable and then what is seen.
func (k *Keeper) keep(next file) error {
	if err := writeFile(k.dir, next); err != nil {
		return fault.Wrap(err, fault.CatalogWrite)
	}
	k.file = next
	k.show()
	if k.changed != nil {
		k.changed()
	}
	return nil
}

func (k *Keeper) show() { k.view.Store(viewOf(k.file)) }
