package store

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/money"
)

// DayKey is a sales point's day.
type DayKey struct {
	Point Point
	Day   day.Day
}

// DaySums sums the sales of a day.
type DaySums struct {
	Sales, Late     int64
	Gross, Discount money.Amount
	Rounding        money.Amount // what of Discount nobody gave
	Total           money.Amount
	VAT, City       money.Amount
}

// TenderKey is a way to pay on a day.
type TenderKey struct {
	DayKey
	Tender event.TenderKind
}

// TenderSums sums one way to pay.
type TenderSums struct {
	Times  int64
	Amount money.Amount
}

// GoodKey is a good on a day.
type GoodKey struct {
	DayKey
	Good catalog.Code
}

// GoodSums sums one good's lines. Name is the newest.
type GoodSums struct {
	Name     string
	Lines    int64
	Quantity catalog.Quantity
	Total    money.Amount
}

func (g GoodSums) sum() Sum {
	return Sum{Name: g.Name, Times: g.Lines, Quantity: g.Quantity, Total: g.Total}
}

// SellerKey is a seller on a day.
type SellerKey struct {
	DayKey
	Seller event.SellerCode // by which they log in to the till
}

// SellerSums sums one seller's sales. Name is the newest.
type SellerSums struct {
	Name  string
	Sales int64
	Total money.Amount
}

// CustomerKey is a card customer at a sales point.
type CustomerKey struct {
	Customer string
	Point    Point
}

// CustomerSums sums what a customer has bought, ever.
type CustomerSums struct {
	Sales int64
	Total money.Amount
}

// Rollups are sums to add, or as they stand. To add, Sums are a day's at a point, without those of goods; as they stand they are
// all that there are.
type Rollups struct {
	Days      map[DayKey]DaySums
	Tenders   map[TenderKey]TenderSums
	Goods     map[GoodKey]GoodSums
	Sellers   map[SellerKey]SellerSums
	Customers map[CustomerKey]CustomerSums
	Sums      Sums
}

// NewRollups returns empty sums.
func NewRollups() Rollups {
	return Rollups{map[DayKey]DaySums{}, map[TenderKey]TenderSums{}, map[GoodKey]GoodSums{}, map[SellerKey]SellerSums{}, map[CustomerKey]CustomerSums{}, Sums{}}
}

// AddRollups adds sums to those of a company. Rows are written in key order: two servers that write the same rows wait
// for each other and never in a circle.
func (t *Tx) AddRollups(c Company, r Rollups) error {
	if err := t.insert(sqlSalesByDayAdd, rowsOf(r.Days, DayKey.compare, func(k DayKey, v DaySums) []any {
		return []any{int64(c), int64(k.Point), string(k.Day), v.Sales, v.Late, int64(v.Gross), int64(v.Discount), int64(v.Rounding), int64(v.Total), int64(v.VAT), int64(v.City)}
	})); err != nil {
		return err
	}
	if err := t.insert(sqlTendersByDayAdd, rowsOf(r.Tenders, TenderKey.compare, func(k TenderKey, v TenderSums) []any {
		return []any{int64(c), int64(k.Point), string(k.Day), string(k.Tender), v.Times, int64(v.Amount)}
	})); err != nil {
		return err
	}
	if err := t.insert(sqlSellersByDayAdd, rowsOf(r.Sellers, SellerKey.compare, func(k SellerKey, v SellerSums) []any {
		return []any{int64(c), int64(k.Point), string(k.Day), string(k.Seller), v.Name, v.Sales, int64(v.Total)}
	})); err != nil {
		return err
	}
	if err := t.insert(sqlPurchasesAdd, rowsOf(r.Customers, CustomerKey.compare, func(k CustomerKey, v CustomerSums) []any {
		return []any{int64(c), k.Customer, int64(k.Point), v.Sales, int64(v.Total)}
	})); err != nil {
		return err
	}
	if err := t.pend(c, r); err != nil {
		return err
	}
	return t.addSums(c, r)
}

// All is every sum that follows from rollups that are to be added, as Tx.Rollups reads them.
func (r Rollups) All() Sums {
	m := maps.Clone(r.Sums)
	for k, v := range r.Goods {
		m.Add(k.DayKey, SumGood, string(k.Good), v.sum())
	}
	return m.Spread()
}

// Purchases returns what a customer has bought for, ever, at all points.
func (t *Tx) Purchases(c Company, customer string) (total money.Amount, err error) {
	return total, t.rows(sqlPurchasesOf, []any{int64(c), customer}, func(scan func(...any) error) error {
		var at money.Amount
		err := scan((*int64)(&at))
		total += at
		return err
	})
}

// rowsOf turns sums into rows in key order.
func rowsOf[K comparable, V any](sums map[K]V, compare func(K, K) int, row func(K, V) []any) [][]any {
	keys := make([]K, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = row(k, sums[k])
	}
	return rows
}

func (k DayKey) compare(o DayKey) int {
	return cmp.Or(cmp.Compare(k.Point, o.Point), cmp.Compare(k.Day, o.Day))
}

func (k TenderKey) compare(o TenderKey) int {
	return cmp.Or(k.DayKey.compare(o.DayKey), cmp.Compare(k.Tender, o.Tender))
}

func (k GoodKey) compare(o GoodKey) int {
	return cmp.Or(k.DayKey.compare(o.DayKey), cmp.Compare(k.Good, o.Good))
}

func (k SellerKey) compare(o SellerKey) int {
	return cmp.Or(k.DayKey.compare(o.DayKey), cmp.Compare(k.Seller, o.Seller))
}

func (k CustomerKey) compare(o CustomerKey) int {
	return cmp.Or(cmp.Compare(k.Customer, o.Customer), cmp.Compare(k.Point, o.Point))
}

// Rollups reads all sums of a company. Names are left out: they do not follow from the records' order alone.
func (t *Tx) Rollups(c Company) (Rollups, error) {
	r := NewRollups()
	args := []any{int64(c)}
	var err error
	if r.Sums, err = t.sums(c); err != nil {
		return r, err
	}
	if err := t.foldedSums(c, r.Sums); err != nil {
		return r, err
	}
	for k, v := range r.Sums {
		if k.Kind == SumGood && k.Point != 0 && len(k.Span) == len(time.DateOnly) {
			r.Goods[GoodKey{DayKey{k.Point, day.Day(k.Span)}, catalog.Code(k.Key)}] = GoodSums{Lines: v.Times, Quantity: v.Quantity, Total: v.Total}
		}
	}
	if err := t.rows(sqlSalesByDay, args, func(scan func(...any) error) error {
		var k DayKey
		var v DaySums
		err := scan((*int64)(&k.Point), (*string)(&k.Day), &v.Sales, &v.Late, (*int64)(&v.Gross), (*int64)(&v.Discount), (*int64)(&v.Rounding), (*int64)(&v.Total), (*int64)(&v.VAT), (*int64)(&v.City))
		r.Days[k] = v
		return err
	}); err != nil {
		return r, err
	}
	if err := t.rows(sqlTendersByDay, args, func(scan func(...any) error) error {
		var k TenderKey
		var v TenderSums
		err := scan((*int64)(&k.Point), (*string)(&k.Day), (*string)(&k.Tender), &v.Times, (*int64)(&v.Amount))
		r.Tenders[k] = v
		return err
	}); err != nil {
		return r, err
	}
	if err := t.rows(sqlPurchases, args, func(scan func(...any) error) error {
		var k CustomerKey
		var v CustomerSums
		err := scan(&k.Customer, (*int64)(&k.Point), &v.Sales, (*int64)(&v.Total))
		r.Customers[k] = v
		return err
	}); err != nil {
		return r, err
	}
	return r, t.rows(sqlSellersByDay, args, func(scan func(...any) error) error {
		var k SellerKey
		var v SellerSums
		err := scan((*int64)(&k.Point), (*string)(&k.Day), (*string)(&k.Seller), &v.Sales, (*int64)(&v.Total))
		r.Sellers[k] = v
		return err
	})
}
