package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

// mergeAfter is how many edits may lie over the file until they are written into it, in the background: every start
// reads them and every search goes through them.
const mergeAfter = 1000

// Put stores goods in place of those with the same codes, whole, all of them or none. When it returns they are on the
// disk, and ByBarcode, ByCode and Search know them. A repeat does nothing.
//
// Errors: fault.GoodBad, with code, column and detail; fault.BarcodeTaken, where another good has a barcode;
// fault.CatalogWrite, after which it is not known whether they stand, and Put may be repeated; fault.CatalogDamaged,
// where the file does not say who has a barcode; fault.CatalogBusy, where another Store edits this folder.
func (s *Store) Put(all ...goods.Good) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	fresh, err := s.freshGoods(all)
	if err != nil || len(fresh) == 0 {
		return err
	}
	return s.write(edit{Goods: fresh})
}

// freshGoods returns those goods that do not stand already, or why they may not.
func (s *Store) freshGoods(all []goods.Good) (fresh []goods.Good, err error) {
	given := map[goods.Code]bool{}
	for _, g := range all {
		if err := goodFault(g); err != nil {
			return nil, err
		}
		if given[g.Code] {
			return nil, fault.New(fault.GoodBad, "code", string(g.Code), "column", "code", "detail", "it is given twice")
		}
		given[g.Code] = true
	}
	owner := map[string]goods.Code{}
	for _, g := range all {
		if err := s.checkOwners(g, given, owner); err != nil {
			return nil, err
		}
		old, ok, err := s.ByCode(g.Code)
		if err != nil {
			return nil, err
		}
		if !ok || !sameJSON(old, g) {
			fresh = append(fresh, copyGood(g))
		}
	}
	return fresh, nil
}

func goodFault(g goods.Good) error {
	var bad *goods.FieldError
	if errors.As(g.Validate(), &bad) {
		return fault.New(fault.GoodBad, "code", string(g.Code), "column", bad.Field, "detail", bad.Problem)
	}
	return nil
}

// checkOwners refuses a good with a barcode of another one. Goods that are given together may exchange theirs.
func (s *Store) checkOwners(g goods.Good, given map[goods.Code]bool, owner map[string]goods.Code) error {
	for _, b := range g.Barcodes {
		if other, taken := owner[b]; taken {
			return fault.New(fault.BarcodeTaken, "barcode", b, "code", string(other), "name", string(other))
		}
		owner[b] = g.Code
		have, err := s.ByBarcode(b)
		if err != nil {
			return err
		}
		for _, other := range have {
			if !given[other.Code] {
				return fault.New(fault.BarcodeTaken, "barcode", b, "code", string(other.Code), "name", other.Name)
			}
		}
	}
	return nil
}

// PutCustomer stores a customer in place of the one with the same code, as Put does with goods.
//
// Errors: fault.CustomerBad, with code, column and detail; fault.CardTaken, where another customer has the code or a
// card; the others of Put.
func (s *Store) PutCustomer(c loyalty.Customer) error { return s.PutCustomers(c) }

// PutCustomers is PutCustomer for several, all of them or none. Those that are given together may exchange their cards.
func (s *Store) PutCustomers(all ...loyalty.Customer) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	given := map[string]bool{}
	for _, c := range all {
		if column, problem := c.Wrong(); problem != "" {
			return fault.New(fault.CustomerBad, "code", c.Code, "column", column, "detail", problem)
		}
		if given[c.Code] {
			return fault.New(fault.CustomerBad, "code", c.Code, "column", "code", "detail", c.Code+" stands twice")
		}
		given[c.Code] = true
	}
	var fresh []loyalty.Customer
	owner := map[string]string{}
	for _, c := range all {
		same, err := s.checkNumbers(c, given, owner)
		if err != nil {
			return err
		}
		if !same {
			fresh = append(fresh, copyCustomer(c))
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return s.write(edit{Customers: fresh})
}

// checkNumbers refuses a customer with a number of another one, and reports whether it stands already as it is.
func (s *Store) checkNumbers(c loyalty.Customer, given map[string]bool, owner map[string]string) (same bool, err error) {
	for i, number := range append([]string{c.Code}, c.Cards...) {
		switch by, taken := owner[number]; {
		case taken && by == c.Code:
			return false, fault.New(fault.CustomerBad, "code", c.Code, "column", "cards", "detail", number+" stands twice")
		case taken:
			return false, fault.New(fault.CardTaken, "card", number, "code", by, "name", by)
		}
		owner[number] = c.Code
		other, ok, err := s.Customer(number)
		switch {
		case err != nil:
			return false, err
		case ok && other.Code != c.Code && !given[other.Code]:
			return false, fault.New(fault.CardTaken, "card", number, "code", other.Code, "name", other.Name)
		case ok && i == 0 && other.Code == c.Code:
			same = sameJSON(other, c)
		}
	}
	return same, nil
}

// sameJSON compares what would be stored.
func sameJSON(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// write makes an edit durable and then known.
func (s *Store) write(e edit) error {
	if s.closed {
		return fault.Wrap(os.ErrClosed, fault.TillStopping)
	}
	if s.log == nil {
		if err := s.openLog(); err != nil {
			return writeFailed(err)
		}
	}
	e.Seq = s.nextSeq()
	if err := s.log.append(e); err != nil {
		s.log.close()
		s.log = nil // what the disk holds is found out before the next one is written
		return writeFailed(err)
	}
	s.know(e)
	if len(s.edits)%mergeAfter == 0 {
		s.builds.Go(s.merge)
	}
	return nil
}

// openLog opens catalog.edits. It may hold an edit that this Store could not be told of: one whose write failed.
func (s *Store) openLog() error {
	log, all, err := openEdits(s.dir)
	if err != nil {
		return err
	}
	s.log = log
	for _, e := range after(all, s.nextSeq()-1) {
		s.know(e)
	}
	return nil
}

// know lets readers see an edit.
func (s *Store) know(e edit) {
	s.edits = append(s.edits, e)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over.apply(e, s.cur.has)
}

func (s *Store) nextSeq() uint64 {
	last := s.cur.merged
	if n := len(s.edits); n > 0 {
		last = max(last, s.edits[n-1].Seq)
	}
	return last + 1
}

// merge writes the edits into the file. Where another writer is at work, that one does it.
func (s *Store) merge() {
	if err := Merge(s.dir); err != nil {
		return
	}
	_, _ = s.Refresh()
}
