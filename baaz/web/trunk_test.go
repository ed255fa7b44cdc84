package web_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/uplink/uplinktest"
)

// forked is a shop whose till has a clone: both stand behind three sales, the first shift is open.
type forked struct {
	*centre
	owner      *browser
	me         web.Me
	box, clone *uplinktest.Box
}

// eachFork runs a test on every engine; all of BAAZ is looked through when it ends.
func eachFork(t *testing.T, before func(*uplinktest.Box), test func(t *testing.T, f *forked)) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		f := &forked{centre: c, owner: owner, me: me, box: c.join(owner, me.Home)}
		f.box.Sell(3)
		if before != nil {
			before(f.box)
		}
		c.send(f.box)
		f.clone = f.box.Copy()
		f.box.Raw("cash.moved", []byte(`{"shift":1,"amount":"2.00"}`))
		c.send(f.box)
		f.clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
		test(t, f)
		if err := ingest.Verify(context.Background(), c.store, func(format string, args ...any) { t.Errorf(format, args...) }); err != nil {
			t.Error(err)
		}
	})
}

// count has what the clone has said so far counted.
func (f *forked) count() {
	f.t.Helper()
	f.fork(f.clone)
	f.owner.must("POST", companyPath(f.me.Home)+"/boxes/"+f.box.ID.String()+"/fork", nil, nil)
}

// reported is the total of what the tax office has of a month, as BAAZ sums it up.
func (f *forked) reported(p store.Point) (total money.Amount) {
	f.t.Helper()
	err := f.store.Read(context.Background(), func(tx *store.Tx) error {
		sums, err := tx.MonthSums(f.me.Home, store.SumFiscal, p, "2026-11")
		for _, s := range sums {
			total += s.Total
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return total
}

const forkedBill = "2026-11-02-1-0001"

// report has a box send a request for a bill's e-barimt of so many tugrik, 0: it is cancelled, and settles it, unless result is empty.
func report(b *uplinktest.Box, attempt, total int, result event.FiscalResult) {
	job, body := event.FiscalCancel, []byte("null")
	if total > 0 {
		job = event.FiscalIssue
		body = fmt.Appendf(nil, `{"branchNo":"001","totalAmount":%d.00,"type":"B2C_RECEIPT","receipts":[{"taxType":"VAT_ABLE","totalAmount":%[1]d.00,"totalVAT":0,"totalCityTax":0}]}`, total)
	}
	b.Raw("fiscal.asked", fmt.Appendf(nil, `{"by":"3","bill":%q,"shift":1,"local":"2026-11-02 21:00:00","job":%q,"attempt":%d,"body":%s}`, forkedBill, job, attempt, body))
	if result != "" {
		settleFor(b, uint64(b.Head().Seq), job, result)
	}
}

func settleFor(b *uplinktest.Box, asked uint64, job event.FiscalJob, result event.FiscalResult) {
	b.Raw("fiscal.outcome", fmt.Appendf(nil, `{"asked":%d,"bill":%q,"job":%q,"result":%q,"id":"000000000000000000000000000000001","date":"2026-11-02 21:00:05"}`, asked, forkedBill, job, result))
}

// A receipt from before the fork is the tax office's until either of the two histories ends it; the sums lose it once.
func TestBranchEndsReceipt(t *testing.T) {
	issued := func(b *uplinktest.Box) { report(b, 0, 110, event.FiscalIssued) }
	asked := func(b *uplinktest.Box) { report(b, 0, 110, "") }
	cancel := func(b *uplinktest.Box) { report(b, 1, 0, event.FiscalCancelled) }
	correct := func(b *uplinktest.Box) { report(b, 1, 50, event.FiscalIssued) }
	settle := func(b *uplinktest.Box) { // what was asked before the fork
		records, err := b.Records(0, 100)
		if err != nil {
			t.Error(err)
		}
		for _, r := range records {
			if r.Kind == "fiscal.asked" {
				settleFor(b, uint64(r.Seq), event.FiscalIssue, event.FiscalIssued)
				return
			}
		}
	}
	cases := []struct {
		name                 string
		before, trunk, clone func(*uplinktest.Box)
		later                func(*uplinktest.Box) // by the trunk, once the fork is counted
		want                 int64
	}{
		{"neither", issued, nil, nil, nil, 110},
		{"the clone cancels", issued, nil, cancel, nil, 0},
		{"the clone corrects", issued, nil, correct, nil, 50},
		{"both cancel", issued, cancel, cancel, nil, 0},
		{"the trunk cancels later", issued, nil, cancel, cancel, 0},
		{"the trunk corrects later", issued, nil, cancel, correct, 50},
		{"the clone had it issued", asked, nil, settle, nil, 110},
		{"both had it issued", asked, settle, settle, nil, 110},
		{"the trunk had it issued later", asked, nil, settle, settle, 110},
		{"the clone issued and cancelled", asked, nil, func(b *uplinktest.Box) { settle(b); cancel(b) }, nil, 0},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			eachFork(t, x.before, func(t *testing.T, f *forked) {
				if x.trunk != nil {
					x.trunk(f.box)
					f.send(f.box)
				}
				if x.clone != nil {
					x.clone(f.clone)
				}
				f.count()
				if x.later != nil {
					x.later(f.box)
					f.send(f.box)
				}
				if got := f.reported(0); got != money.Tugrik(x.want) {
					t.Errorf("the tax office has %s, want %s", got, money.Tugrik(x.want))
				}
			})
		})
	}
}

// A branch that leaves a branch follows from both: it ends receipts of either.
func TestBranchOfBranchEndsReceipt(t *testing.T) {
	eachFork(t, func(b *uplinktest.Box) { report(b, 0, 110, event.FiscalIssued) }, func(t *testing.T, f *forked) {
		f.box.Sell(10) // what is sent below does not lie ahead of the trunk
		f.send(f.box)
		f.clone.Sell(1)
		second := f.clone.Copy()
		f.clone.Sell(1)
		f.count()
		behind := second.Head().Seq
		second.Raw("cash.moved", []byte(`{"shift":1,"amount":"3.00"}`))
		report(second, 1, 0, event.FiscalCancelled)
		records, err := second.Records(behind, 100)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := f.in.Take(context.Background(), second.ID, pack(t, second, records)); err != nil || h.Status != http.StatusConflict {
			t.Fatal(h, err)
		}
		f.owner.must("POST", companyPath(f.me.Home)+"/boxes/"+f.box.ID.String()+"/fork", nil, nil)
		if got := f.reported(0); got != 0 {
			t.Errorf("the tax office has %s", got)
		}
	})
}
