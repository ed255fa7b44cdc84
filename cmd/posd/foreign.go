package main

import (
	"context"
	"encoding/json"
	"sync"

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
}

// maxForeign bounds what is kept; nobody has so many returns open at once.
const maxForeign = 20

func (f *foreign) find(code string) (sale.Return, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.told[code]
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
	if err != nil {
		if fault.CodeOf(err) == fault.RecordUnknown { // none of the company's receipts
			return fault.Wrap(err, fault.ReturnCode)
		}
		return fault.Wrap(err, fault.CodeOf(err), "bill", string(code.Bill()))
	}
	r, err := readForeign(code, answer)
	if err != nil {
		return fault.Wrap(err, fault.CentralBroken)
	}
	p.foreign.put(code.String(), r)
	return nil
}

func readForeign(code barcode.BillCode, a wire.ReturnSale) (r sale.Return, err error) {
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
		r.Done.Add(back)
	}
	return r, nil
}
