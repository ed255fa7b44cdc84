package outbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

func TestGoodsEdits(t *testing.T) {
	var goods []catalog.Good
	var customers []loyalty.Customer
	busy := 2
	g := &Goods{Again: time.Millisecond,
		Put: func(all ...catalog.Good) error {
			if busy--; busy >= 0 {
				return fault.New(fault.CatalogWrite)
			}
			goods = append(goods, all...)
			return nil
		},
		PutCustomer: func(c loyalty.Customer) error { customers = append(customers, c); return nil }}
	facts, err := g.Handle(t.Context(), Record{Seq: 7, Fact: event.GoodSet{Good: catalog.Good{Code: "1"}}})
	if err != nil || len(facts) != 1 || facts[0] != (event.EditOutcome{Asked: 7}) || len(goods) != 1 {
		t.Errorf("%+v %v %+v", facts, err, goods)
	}
	facts, err = g.Handle(t.Context(), Record{Seq: 8, Fact: event.CustomerPut{Customer: event.Customer{Code: "C"}}})
	if err != nil || facts[0] != (event.EditOutcome{Asked: 8}) || customers[0].Code != "C" {
		t.Errorf("%+v %v", facts, err)
	}
}

// Whatever stays wrong ends, is told, and holds nobody up.
func TestGoodsGiveIn(t *testing.T) {
	tries := 0
	g := &Goods{Again: time.Microsecond}
	for name, c := range map[string]struct {
		put  func(...catalog.Good) error
		code fault.Code
	}{
		"never writable": {func(...catalog.Good) error { tries++; return fault.New(fault.CatalogWrite) }, fault.CatalogWrite},
		"refused": {func(...catalog.Good) error {
			return fault.New(fault.BarcodeTaken, "barcode", "1", "code", "2", "name", "3")
		}, fault.BarcodeTaken},
		"unknown failure": {func(...catalog.Good) error { return errors.New("x") }, fault.Internal},
		"panic":           {func(...catalog.Good) error { panic("x") }, fault.Internal},
	} {
		g.Put = c.put
		facts, err := g.Handle(t.Context(), Record{Seq: 7, Fact: event.GoodSet{}})
		if err == nil || len(facts) != 1 || facts[0] != (event.EditOutcome{Asked: 7, Code: string(c.code)}) {
			t.Errorf("%s: %+v %v", name, facts, err)
		}
	}
	if tries != putTries {
		t.Errorf("%d tries", tries)
	}
	ctx, cancel := context.WithCancel(t.Context())
	g.Put = func(...catalog.Good) error { cancel(); return fault.New(fault.CatalogBusy, "dir", "x") }
	g.Again = time.Hour
	if facts, err := g.Handle(ctx, Record{Seq: 7, Fact: event.GoodSet{}}); !errors.Is(err, context.Canceled) || facts != nil {
		t.Errorf("%+v %v", facts, err)
	}
}

func TestGoodsImports(t *testing.T) {
	asked := event.ImportAsked{Upload: "u", Name: "a.csv", SHA256: "s"}
	g := &Goods{}
	for name, c := range map[string]struct {
		do   func(ctx context.Context, seq uint64, asked event.ImportAsked) (event.GoodsImported, error)
		want event.GoodsImported
		bad  bool
	}{
		"well": {func(context.Context, uint64, event.ImportAsked) (event.GoodsImported, error) {
			return event.GoodsImported{Rows: 3, Added: 1, Changed: 1, Unchanged: 1}, nil
		}, event.GoodsImported{Rows: 3, Added: 1, Changed: 1, Unchanged: 1}, false},
		"a mistake in the file": {func(context.Context, uint64, event.ImportAsked) (event.GoodsImported, error) {
			return event.GoodsImported{Rows: 3}, fault.New(fault.ImportGaveUp, "name", "a.csv")
		}, event.GoodsImported{Code: string(fault.ImportGaveUp)}, false},
		"a mistake of ours": {func(context.Context, uint64, event.ImportAsked) (event.GoodsImported, error) {
			return event.GoodsImported{}, errors.New("x")
		}, event.GoodsImported{Code: string(fault.Internal)}, true},
		"poison": {func(context.Context, uint64, event.ImportAsked) (event.GoodsImported, error) { panic("x") },
			event.GoodsImported{Code: string(fault.Internal)}, true},
	} {
		g.Import = c.do
		facts, err := g.Handle(t.Context(), Record{Seq: 7, Fact: asked})
		if len(facts) != 1 || (err != nil) != c.bad {
			t.Fatalf("%s: %+v %v", name, facts, err)
		}
		got := facts[0].(event.GoodsImported)
		if got.Asked != 7 || got.Upload != "u" || got.Name != "a.csv" || got.SHA256 != "s" {
			t.Errorf("%s: %+v", name, got)
		}
		if got.Rows != c.want.Rows || got.Added != c.want.Added || got.Changed != c.want.Changed || got.Unchanged != c.want.Unchanged || got.Code != c.want.Code {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	g.Import = func(context.Context, uint64, event.ImportAsked) (event.GoodsImported, error) {
		cancel()
		return event.GoodsImported{}, fault.New(fault.ImportFile, "detail", "x")
	}
	if facts, err := g.Handle(ctx, Record{Seq: 7, Fact: asked}); !errors.Is(err, context.Canceled) || facts != nil {
		t.Errorf("as the program ends: %+v %v", facts, err)
	}
}
