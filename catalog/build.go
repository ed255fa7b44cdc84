package catalog

import (
	"iter"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

// A Snapshot is all that a catalog is to hold, as it comes from BAAZ.
type Snapshot struct {
	// Goods are all goods, in any order; in order of code it goes fastest. Each code comes once. A barcode that several
	// goods have leads to all of them: which is meant is decided at the till.
	Goods iter.Seq2[goods.Good, error]
	// Customers are all customers. nil: those that are there stay.
	Customers iter.Seq2[loyalty.Customer, error]
	// Mark is what the caller wants to find again with the goods (Store.Mark): up to where in BAAZ's versions they are.
	// It is in the same file, so that it is true of that file, also where a damaged one gave way to an empty one.
	Mark string
}

// Build replaces the catalog in dir by a snapshot: all of it or, with an error, nothing. What the snapshot does not have
// goes, single edits made before Build began too.
//
// The new file is written beside the old one and renamed over it when all of it is on the disk. So whenever the power is
// cut, and while Build runs, the till sells from the old one. Store.Refresh takes the new one in: from then on a scan
// finds new goods and prices, by barcode and code at once, by name when those are read (Ready). What stands in a basket
// already keeps what it was scanned with, for a basket holds goods, not codes.
//
// An error that the snapshot yields is returned as it is. Others: fault.GoodBad and fault.CustomerBad, with code, column
// and detail; fault.ImportRow, where customers share a number; fault.CatalogBusy; fault.CatalogWrite. Memory is what
// sorting takes (sortBytes), however many goods there are; customers are held.
func Build(dir string, s Snapshot) error {
	_, err := rewrite(dir, func(put *spool) (u update, err error) {
		u.mark = s.Mark
		if u.goods, err = goodsOf(s.Goods, put); err != nil || s.Customers == nil {
			return u, err
		}
		u.customers, err = customersOf(s.Customers, put)
		return u, err
	})
	return err
}

func goodsOf(all iter.Seq2[goods.Good, error], put *spool) (layer, error) {
	p := newPile(put)
	var encoded []byte
	for g, err := range all {
		if err == nil {
			err = goodFault(g)
		}
		if err != nil {
			return layer{}, err
		}
		encoded = appendGood(encoded[:0], &g)
		if err := p.add(string(g.Code), encoded, g.Barcodes); err != nil {
			return layer{}, err
		}
	}
	l := p.alone()
	l.things = &once{stream: l.things}
	return l, nil
}

func customersOf(all iter.Seq2[loyalty.Customer, error], put *spool) (layer, error) {
	var list []loyalty.Customer
	for c, err := range all {
		if err != nil {
			return layer{}, err
		}
		if column, problem := c.Wrong(); problem != "" {
			return layer{}, fault.New(fault.CustomerBad, "code", c.Code, "column", column, "detail", problem)
		}
		list = append(list, c)
	}
	return layerOfCustomers(list, put)
}

// once refuses a code that comes twice.
type once struct {
	stream
	last []byte
}

func (o *once) next() (key, value []byte, err error) {
	key, value, err = o.stream.next()
	if err == nil && key != nil && string(key) == string(o.last) {
		err = fault.New(fault.GoodBad, "code", string(key), "column", "code", "detail", "it is given twice")
	}
	o.last = append(o.last[:0], key...)
	return key, value, err
}
