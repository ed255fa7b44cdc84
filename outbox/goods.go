package outbox

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

// Goods writes into the catalogue what facts say of goods and customers. What it does can be repeated: after a crash it
// does it again and comes to the same catalogue. Each fact gets an outcome, so that none from before is done again over
// what has come since.
type Goods struct {
	Put         func(...catalog.Good) error
	PutCustomer func(loyalty.Customer) error
	// Import takes the goods of an uploaded file in. It ends with ctx.
	Import func(ctx context.Context, seq uint64, asked event.ImportAsked) (event.GoodsImported, error)
	// Again is how long a catalogue that cannot be written now is waited for before the next try; default 1 s.
	Again time.Duration
}

// putTries is how often an edit is tried while the catalogue is busy or its disk full.
const putTries = 30

// Name implements Follower.
func (g *Goods) Name() string { return "goods" }

// Wants implements Follower.
func (g *Goods) Wants(k event.Kind) bool {
	return k == event.KindGoodSet || k == event.KindCustomerPut || k == event.KindImportAsked
}

// Handle implements Follower.
func (g *Goods) Handle(ctx context.Context, r Record) ([]event.Fact, error) {
	switch f := r.Fact.(type) {
	case event.GoodSet:
		return g.edit(ctx, uint64(r.Seq), func() error { return g.Put(f.Good) })
	case event.CustomerPut:
		return g.edit(ctx, uint64(r.Seq), func() error { return g.PutCustomer(loyalty.Customer(f.Customer)) })
	case event.ImportAsked:
		return g.take(ctx, uint64(r.Seq), f)
	}
	return nil, nil
}

// edit writes one good or customer. It gives in to what stays wrong: nobody stands still for ever.
func (g *Goods) edit(ctx context.Context, seq uint64, put func() error) (facts []event.Fact, err error) {
	defer ended(&facts, &err, func(code fault.Code) event.Fact { return event.EditOutcome{Asked: seq, Code: string(code)} })
	for try := 1; ; try++ {
		err = put()
		if code := fault.CodeOf(err); code != fault.CatalogBusy && code != fault.CatalogWrite || try == putTries {
			break
		}
		if err := g.wait(ctx); err != nil {
			return nil, err
		}
	}
	out := event.EditOutcome{Asked: seq}
	if err != nil {
		out.Code = string(fault.CodeOf(err))
	}
	return []event.Fact{out}, err
}

func (g *Goods) wait(ctx context.Context) error {
	again := g.Again
	if again == 0 {
		again = time.Second
	}
	select {
	case <-time.After(again):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take imports a file. A file with mistakes is no problem of the program: what is wrong stands in the outcome.
func (g *Goods) take(ctx context.Context, seq uint64, asked event.ImportAsked) (facts []event.Fact, err error) {
	out := event.GoodsImported{Asked: seq, Upload: asked.Upload, Name: asked.Name, SHA256: asked.SHA256}
	defer ended(&facts, &err, func(code fault.Code) event.Fact {
		failed := out
		failed.Code = string(code)
		return failed
	})
	done, err := g.Import(ctx, seq, asked)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err() // it is done again by the next process
	}
	if err == nil {
		out.Rows, out.Added, out.Changed, out.Unchanged = done.Rows, done.Added, done.Changed, done.Unchanged
		return []event.Fact{out}, nil
	}
	f := fault.Of(err)
	out.Code, out.Args = string(f.Code), f.Args
	if f.Code != fault.Internal {
		err = nil
	}
	return []event.Fact{out}, err
}

// ended gives an outcome to what made the follower panic: a job must not be shown as running for ever.
func ended(facts *[]event.Fact, err *error, outcome func(fault.Code) event.Fact) {
	if v := recover(); v != nil {
		*facts, *err = []event.Fact{outcome(fault.Internal)}, fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	}
}
