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
	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/money"
	"posbox/uplink/uplinktest"
	"posbox/wire"
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

// sellFour has a box make sale 4 of its open shift, which is another one than the other history's, and returns it.
func sellFour(t *testing.T, b *uplinktest.Box, lines int) event.SaleCompleted {
	t.Helper()
	s := uplinktest.Sale(1, 4, lines)
	s.Local = fmt.Sprintf("2026-11-02 14:0%d:00", lines)
	raw(t, b, s)
	return s
}

func raw(t *testing.T, b *uplinktest.Box, f event.Fact) {
	t.Helper()
	body, err := event.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	b.Raw(string(f.Kind()), body)
}

// backOf is all of a sale come back.
func backOf(s event.SaleCompleted, number int, code string) event.SaleReturned {
	back := event.SaleReturned{Who: event.Who{By: "1"}, Shift: 1, Day: s.Day, Number: number, Local: "2026-11-02 15:00:00", Merchant: s.Merchant, Payer: s.Payer,
		Bill: event.BillOf(s.Day, 1, number), Of: &event.Origin{Bill: s.Bill, Code: code}, Gross: -s.Gross, Total: -s.Total, VAT: -s.VAT,
		Tenders: []event.Tender{{Kind: event.Cash, Amount: -s.Total}}}
	for _, l := range s.Lines {
		l.Quantity, l.Gross, l.Total, l.VAT = -l.Quantity, -l.Gross, -l.Total, -l.VAT
		back.Lines = append(back.Lines, l)
	}
	return back
}

// Two histories sell under one number: what comes back of the one is held against that one, and keeps nobody from bringing
// back the other.
func TestBranchReturns(t *testing.T) {
	for name, coded := range map[string]bool{"by the code on the receipt": true, "by the chain": false} {
		t.Run(name, func(t *testing.T) {
			eachFork(t, nil, func(t *testing.T, f *forked) {
				trunk, clone := sellFour(t, f.box, 1), sellFour(t, f.clone, 3)
				f.send(f.box)
				codes := map[bool]string{}
				for own, s := range map[bool]event.SaleCompleted{true: trunk, false: clone} {
					code, ok := barcode.BillCodeOf(s, uint64(f.point()))
					if !ok {
						t.Fatal("no code")
					}
					codes[own] = code.String()
				}
				if codes[true] == codes[false] {
					t.Fatal("the receipts have one code")
				}
				said := ""
				if coded {
					said = codes[false]
				}
				raw(t, f.clone, backOf(clone, 5, said))
				f.count()
				if alarms := f.alarms(); len(alarms) != 0 {
					t.Errorf("alarms: %+v", alarms)
				}
				for own, want := range map[bool]int{true: 0, false: 1} {
					a, err := f.in.FindReturn(context.Background(), store.BoxID{Company: f.me.Home, Box: f.box.ID}, codes[own])
					if err != nil || len(a.Returns) != want {
						t.Errorf("trunk's %v: %d returns, want %d, %v", own, len(a.Returns), want, err)
					}
				}
				if coded {
					said = codes[true]
				}
				raw(t, f.box, backOf(trunk, 6, said)) // that of the trunk comes back as well, once
				f.send(f.box)
				if alarms := f.alarms(); len(alarms) != 0 {
					t.Errorf("alarms: %+v", alarms)
				}
				raw(t, f.box, backOf(trunk, 7, said))
				f.send(f.box)
				if alarms := f.alarms(); len(alarms) != 1 || alarms[0].Kind != ingest.AlarmReturn {
					t.Errorf("alarms: %+v", alarms)
				}
			})
		})
	}
}

func (f *forked) alarms() []web.AlarmView {
	f.t.Helper()
	var a web.AlarmsAnswer
	f.owner.must("GET", companyPath(f.me.Home)+"/alarms", nil, &a)
	return a.Alarms
}

// point is the one at which the till stands.
func (f *forked) point() (p store.Point) {
	f.t.Helper()
	err := f.store.Read(context.Background(), func(tx *store.Tx) error {
		row, err := tx.Box(f.me.Home, f.box.ID)
		p = row.Point
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// The shift in which a till was copied goes on twice: each history ends it by itself, and what the clone did meanwhile
// belongs to it.
func TestBranchShift(t *testing.T) {
	eachFork(t, nil, func(t *testing.T, f *forked) {
		end := func(b *uplinktest.Box, bills int) {
			raw(t, b, event.ShiftClosed{Report: event.Report{Shift: 1, Day: "2026-11-02", ClosedAt: "2026-11-02 22:00:00", Bills: bills}})
		}
		end(f.box, 3) // before the fork is counted
		f.send(f.box)
		f.count()
		bills := f.closings(t)
		if len(bills) != 2 || bills[f.box.ID.String()] != 3 {
			t.Errorf("the clone has not ended its shift: %v", bills)
		}
		at := f.clone.Head().Seq
		f.clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"4.00"}`))
		end(f.clone, 5)
		f.clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"5.00"}`)) // a shift that has ended still says which day it is
		records, err := f.clone.Records(at, 100)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := f.in.Take(context.Background(), f.clone.ID, pack(t, f.clone, records)); err != nil || h.Status != http.StatusOK {
			t.Fatal(h, err)
		}
		bills = f.closings(t)
		delete(bills, f.box.ID.String())
		for box, n := range bills {
			if n != 5 {
				t.Errorf("the shift of %s ended with %d bills", box, n)
			}
		}
		var a web.IncidentsAnswer
		f.owner.must("GET", companyPath(f.me.Home)+"/reports/incidents", nil, &a)
		if len(a.Incidents) != 4 {
			t.Errorf("%d incidents", len(a.Incidents))
		}
		for _, i := range a.Incidents {
			if i.Shift != 1 || i.Day != "2026-11-02" {
				t.Errorf("incident %+v", i)
			}
		}
	})
}

// closings are the bills on the Z report of each box's shift, -1: it is open.
func (f *forked) closings(t *testing.T) map[string]int64 {
	t.Helper()
	var a web.ShiftsAnswer
	f.owner.must("GET", companyPath(f.me.Home)+"/reports/shifts", nil, &a)
	bills := map[string]int64{}
	for _, s := range a.Shifts {
		bills[s.Box] = -1
		if s.Shift != 1 || s.Point != f.point() {
			t.Errorf("shift %+v", s)
		}
		if s.Closed != 0 {
			bills[s.Box] = s.Bills
		}
	}
	return bills
}

// A till that has gone to another point since leaves its second history behind where it was copied.
func TestBranchStaysAtItsPoint(t *testing.T) {
	eachFork(t, nil, func(t *testing.T, f *forked) {
		f.clone.Sell(2)
		f.fork(f.clone)
		at := f.point()
		var p web.PointView
		f.owner.must("POST", companyPath(f.me.Home)+"/points", web.PointBody{Name: "Хоёрдугаар"}, &p)
		var k web.KeyMade
		f.owner.must("POST", fmt.Sprintf("%s/points/%d/keys", companyPath(f.me.Home), p.Point), nil, &k)
		key, err := wire.ParseKey(k.Key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.in.Join(context.Background(), wire.NewJoin(key, f.box.Key, "test")); err != nil {
			t.Fatal(err)
		}
		if f.point() == at {
			t.Fatal("the till has not moved")
		}
		f.owner.must("POST", companyPath(f.me.Home)+"/boxes/"+f.box.ID.String()+"/fork", nil, nil)
		for point, want := range map[store.Point]int64{at: 5, p.Point: 0} {
			var days web.DaysAnswer
			f.owner.must("GET", fmt.Sprintf("%s/reports/days?point=%d", companyPath(f.me.Home), point), nil, &days)
			sales := int64(0)
			for _, d := range days.Days {
				sales += d.Sales
			}
			if sales != want {
				t.Errorf("point %d: %d sales, want %d", point, sales, want)
			}
		}
	})
}
