package main

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"sync"
	"time"

	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/sale"
	"posbox/wire"
)

// foreign keeps what BAAZ has told of sales of other tills, by the code on the receipt, until their return begins. It is
// asked again for each scan: an answer holds for one buyer.
type foreign struct {
	mu   sync.Mutex
	told map[string]sale.Return
	away map[string]time.Time // when BAAZ could not be asked for a code
}

// awayFor is how long it is taken for granted that BAAZ cannot be asked, after it was tried for this very receipt.
const awayFor = 10 * time.Minute

// unreachable notes that BAAZ could not be asked for a receipt, or that it could.
func (f *foreign) unreachable(code string, is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if delete(f.away, code); !is {
		return
	}
	if f.away == nil || len(f.away) >= maxForeign {
		f.away = map[string]time.Time{}
	}
	f.away[code] = time.Now()
}

// tried reports whether BAAZ was asked for a receipt a moment ago and could not be reached.
func (f *foreign) tried(code string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, ok := f.away[code]
	return ok && time.Since(at) < awayFor
}

// maxForeign bounds what is kept; nobody has so many returns open at once.
const maxForeign = 20

// find hands an answer out, once: for the next return of the same sale BAAZ has to be asked again.
func (f *foreign) find(code string) (sale.Return, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.told[code]
	delete(f.told, code)
	return r, ok
}

func (f *foreign) put(code string, r sale.Return) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.told == nil || len(f.told) >= maxForeign {
		f.told = map[string]sale.Return{}
	}
	f.told[code] = r
}

// askReturn asks BAAZ for the sale whose code was scanned, and claims its goods.
func (p *program) askReturn(ctx context.Context, text string) error {
	code, ok := barcode.ParseBill(text)
	if !ok {
		return fault.New(fault.ReturnCode)
	}
	if p.pulse == nil {
		return fault.New(fault.UplinkUnreachable)
	}
	answer, err := p.pulse.FindReturn(ctx, code.String())
	p.foreign.unreachable(code.String(), fault.CodeOf(err) == fault.UplinkUnreachable)
	if err != nil {
		if fault.CodeOf(err) == fault.RecordUnknown { // none of the company's receipts
			return fault.Wrap(err, fault.ReturnCode)
		}
		return fault.Wrap(err, fault.CodeOf(err), "bill", string(code.Bill()))
	}
	own, err := p.engine.ReturnedElsewhere(code.Point, code.Bill())
	if err != nil {
		return err
	}
	r, err := readForeign(code, answer, own)
	if err != nil {
		return fault.Wrap(err, fault.CentralBroken)
	}
	p.foreign.put(code.String(), r)
	return nil
}

// readForeign reads BAAZ's answer. own is what of the sale came back at this till: BAAZ may not have heard of all of it yet.
func readForeign(code barcode.BillCode, a wire.ReturnSale, own []event.SaleReturned) (r sale.Return, err error) {
	var sold event.SaleCompleted
	if err := json.Unmarshal(a.Sale, &sold); err != nil {
		return r, err
	}
	if !code.Fits(sold) || a.Point != code.Point {
		return r, fault.New(fault.ReturnCode)
	}
	r = sale.Return{Sold: &sold, Point: a.Point, PointName: a.PointName, Code: code.String(), Claim: a.Claim, Until: a.Until}
	for _, body := range a.Returns {
		var back event.SaleReturned
		if err := json.Unmarshal(body, &back); err != nil {
			return r, err
		}
		r.Done.AddOf(sold, back) // what does not fit has rung at BAAZ
		own = slices.DeleteFunc(own, func(o event.SaleReturned) bool { return reflect.DeepEqual(o, back) })
	}
	for _, o := range own {
		r.Done.AddOf(sold, o)
	}
	return r, nil
}
