package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// handovers asks as a box; the status, and what BAAZ has signed.
func (r *rig) handovers(b *uplinktest.Box) (int, wire.Handovers) {
	r.t.Helper()
	req, err := http.NewRequest("GET", r.url+wire.HandoversTarget, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", wire.Request{Method: "GET", Target: wire.HandoversTarget, Time: r.now.UnixMicro(), BAAZ: r.baaz}.Sign(b.Key))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 {
		return resp.StatusCode, wire.Handovers{}
	}
	h, err := wire.ReadHandovers(text, r.baaz, b.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return 200, h
}

// tell appends facts to a box's chain and hands over all that is new, each record by itself or all in one.
func (r *rig) tell(b *uplinktest.Box, apart bool, facts ...event.Fact) (last journal.Seq) {
	r.t.Helper()
	for _, f := range facts {
		body, err := event.Encode(f)
		if err != nil {
			r.t.Fatal(err)
		}
		b.Raw(string(f.Kind()), body)
	}
	head, err := r.in.Head(r.t.Context(), b.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	list, err := b.Records(head.Seq, 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	for n := len(list); len(list) > 0; list = list[n:] {
		if apart {
			n = 1
		}
		body, err := wire.Pack(b.Key, list[:n])
		if err != nil {
			r.t.Fatal(err)
		}
		if h, err := r.in.Take(r.t.Context(), b.ID, body); err != nil || h.Status != 200 {
			r.t.Fatal(h, err)
		}
		last = list[n-1].Seq
	}
	return last
}

// second makes another point with a box of its own.
func (r *rig) second(name string, n int) (*uplinktest.Box, store.Point) {
	r.t.Helper()
	first := r.point
	err := r.store.Write(r.t.Context(), func(tx *store.Tx) (err error) {
		r.point, err = tx.AddPoint(r.c, name, 1)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	b := uplinktest.NewBox(n)
	r.join(b)
	made := r.point
	r.point = first
	return b, made
}

// TestHandovers: the return of another point's goods is a job for that point's box, once, until it says what became of it;
// a box that took the point over gets what the one before has not taken. On both engines, in one batch and apart.
func TestHandovers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		for _, apart := range []bool{false, true} {
			if apart && strings.HasSuffix(dsn, ".db") {
				dsn += "2"
			} else if apart {
				dsn = storetest.Postgres(t)
			}
			testHandovers(t, dsn, apart)
		}
	})
}

func testHandovers(t *testing.T, dsn string, apart bool) {
	told := map[journal.Box]int{}
	r := newRig(t, dsn, web.Options{})
	r.in.Handed = func(b journal.Box) { told[b]++ }
	a := r.box
	b, place := r.second("Хоёрдугаар", 71)
	sold := uplinktest.Sale(1, 7, 2)
	r.tell(a, apart, event.ShiftOpened{Shift: 1, Day: sold.Day}, sold)
	body := json.RawMessage(`{"totalAmount":1,"receipts":[{"taxType":"VAT_ABLE","totalAmount":1}]}`)
	asked := r.tell(a, apart, event.FiscalAsked{Bill: sold.Bill, Shift: 1, Local: sold.Local, Job: event.FiscalIssue, Body: body})
	r.tell(a, apart, event.FiscalOutcome{Asked: uint64(asked), Bill: sold.Bill, Job: event.FiscalIssue, Result: event.FiscalIssued, ID: "111", Date: "2026-11-23 14:05:10"})

	back := func(number int) event.SaleReturned {
		s := uplinktest.Sale(9, number, 1)
		return event.SaleReturned{Bill: s.Bill, Shift: 9, Day: s.Day, Number: number, Local: s.Local, Of: &event.Origin{Bill: sold.Bill, Point: uint64(r.point)},
			Lines: []event.Line{{No: 1, Good: sold.Lines[0].Good, Quantity: -1}}}
	}
	first := r.tell(b, apart, back(1))
	job := event.JobOf(b.ID.String(), uint64(first))
	if told[a.ID] != 1 || told[b.ID] != 1 {
		t.Errorf("told: %v", told)
	}
	who := store.BoxID{Company: r.c, Box: a.ID}
	waits := func(want bool) {
		t.Helper()
		_ = r.store.Read(t.Context(), func(tx *store.Tx) error {
			if got, err := tx.HandoversWait(who); err != nil || got != want {
				t.Errorf("waits: %v, %v", got, err)
			}
			return nil
		})
	}
	waits(true)
	for range 2 { // until it is taken it is told again
		_, h := r.handovers(a)
		if len(h.Jobs) != 1 || h.Jobs[0].Job != job || h.Jobs[0].Place != uint64(place) || h.Jobs[0].PlaceName != "Хоёрдугаар" || h.Jobs[0].Number != "111" || len(h.Mine) != 0 {
			t.Fatalf("%+v", h)
		}
		if s, err := h.Jobs[0].Back(); err != nil || !reflect.DeepEqual(s, back(1)) {
			t.Errorf("%+v, %v", s, err)
		}
	}
	mine := func(want ...wire.Handed) {
		t.Helper()
		if _, h := r.handovers(b); !reflect.DeepEqual(h.Mine, append([]wire.Handed{}, want...)) || len(h.Jobs) != 0 {
			t.Errorf("the other till: %+v, want %+v", h, want)
		}
	}
	mine(wire.Handed{Seq: uint64(first), State: wire.HandedWaits})

	take := func(s event.SaleReturned, job event.JobName, state event.HandedState) event.ReturnHanded {
		return event.ReturnHanded{Job: job, Place: uint64(place), Bill: sold.Bill, Return: s, Local: sold.Local, State: state}
	}
	asked = r.tell(a, apart, take(back(1), job, event.HandedAsked),
		event.FiscalAsked{Bill: sold.Bill, Local: sold.Local, Job: event.FiscalCorrect, Return: back(1).Bill, From: job, Attempt: 1, Body: body})
	waits(false)
	if _, h := r.handovers(a); len(h.Jobs) != 0 {
		t.Errorf("taken, and told again: %+v", h)
	}
	mine(wire.Handed{Seq: uint64(first), State: wire.HandedAsked})
	end := func(result event.FiscalResult, id string) {
		r.tell(a, apart, event.FiscalOutcome{Asked: uint64(asked), Bill: sold.Bill, Job: event.FiscalCorrect, Result: result, ID: id})
	}
	for result, want := range map[event.FiscalResult]wire.HandedState{event.FiscalRefused: wire.HandedRefused, event.FiscalUncertain: wire.HandedUncertain, event.FiscalWaiting: wire.HandedAsked} {
		end(result, "")
		mine(wire.Handed{Seq: uint64(first), State: want})
	}
	before := told[b.ID]
	end(event.FiscalIssued, "222")
	mine(wire.Handed{Seq: uint64(first), State: wire.HandedDone, Number: "222"})
	if told[b.ID] == before {
		t.Error("the till that took the goods back is not told")
	}

	// Whoever takes the point over gets what has not been taken; the one before gets nothing.
	second := r.tell(b, apart, back(2))
	next := uplinktest.NewBox(72)
	r.join(next)
	if status, _ := r.handovers(a); status != http.StatusForbidden {
		t.Errorf("a replaced box is told jobs: %d", status)
	}
	_ = r.store.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.HandoversFor(r.c, 0, 10)
		other, err2 := tx.HandoversFor(r.c, place, 10)
		if err != nil || err2 != nil || len(list) != 1 || list[0].Point != r.point || list[0].Place != place || list[0].Back != back(2).Bill || len(other) != 0 {
			t.Errorf("what waits: %+v, %+v, %v, %v", list, other, err, err2)
		}
		return nil
	})
	_, h := r.handovers(next)
	name := event.JobOf(b.ID.String(), uint64(second))
	if len(h.Jobs) != 1 || h.Jobs[0].Job != name || h.Jobs[0].Number != "222" || h.Jobs[0].Attempt != 1 {
		t.Errorf("the next box of the point: %+v", h)
	}
	r.tell(b, apart, take(back(2), name, event.HandedNothing)) // another point's box cannot take it
	mine(wire.Handed{Seq: uint64(second), State: wire.HandedWaits}, wire.Handed{Seq: uint64(first), State: wire.HandedDone, Number: "222"})
	r.tell(next, apart, take(back(2), name, event.HandedUnknown))
	mine(wire.Handed{Seq: uint64(second), State: wire.HandedUnknown}, wire.Handed{Seq: uint64(first), State: wire.HandedDone, Number: "222"})
	r.tell(a, apart, take(back(2), name, event.HandedNothing)) // late, of the box before: the first that said so has it
	mine(wire.Handed{Seq: uint64(second), State: wire.HandedUnknown}, wire.Handed{Seq: uint64(first), State: wire.HandedDone, Number: "222"})
	r.checkHandovers(b.ID, first)
}

// checkHandovers looks at what people are told, and that verify sees what is wrong.
func (r *rig) checkHandovers(box journal.Box, seq journal.Seq) {
	r.t.Helper()
	var kinds []string
	_ = r.store.Read(r.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Alarms(r.c)
		for _, x := range list {
			kinds = append(kinds, x.Kind)
		}
		return err
	})
	if !strings.Contains(fmt.Sprint(kinds), ingest.AlarmUnreported) {
		r.t.Errorf("alarms: %v", kinds)
	}
	verify := func() (found int) {
		if err := ingest.Verify(context.Background(), r.store, func(format string, args ...any) { found++; r.t.Logf(format, args...) }); err != nil {
			r.t.Error(err)
		}
		return found
	}
	if verify() != 0 {
		r.t.Error("verify finds something")
	}
	err := r.store.Write(context.Background(), func(tx *store.Tx) error {
		row, err := tx.Handover(r.c, box, seq)
		if err != nil {
			return err
		}
		row.Local = "1970-01-01 00:00:00"
		return tx.AddHandover(r.c, row)
	})
	if err != nil || verify() == 0 {
		r.t.Errorf("another row than the record says goes unseen: %v", err)
	}
}

// A record that names no job is a problem of that record, and nothing more.
func TestHandedMalformed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		for _, body := range []string{`{}`, `{"job":"x/1","bill":"b","state":"asked"}`, `{"job":"` + strings.Repeat("0a", 16) + `/1","state":"asked"}`, `[]`} {
			r.box.Raw("return.handed", []byte(body))
		}
		r.box.Raw("fiscal.asked", []byte(`{"bill":"2026-11-23-1-0001","job":"correct","from":"nobody"}`))
		r.tell(r.box, false)
		problems := 0
		_ = r.store.Read(t.Context(), func(tx *store.Tx) error {
			list, err := tx.Problems(r.c)
			for _, p := range list {
				if p.Code == string(fault.RecordUncounted) {
					problems++
				}
			}
			return err
		})
		if problems != 4 {
			t.Errorf("%d problems", problems)
		}
		if status, h := r.handovers(r.box); status != 200 || len(h.Jobs) != 0 {
			t.Errorf("%d %+v", status, h)
		}
	})
}

// report tells of a box's request and what became of it.
func (r *rig) report(b *uplinktest.Box, f event.FiscalAsked, o event.FiscalOutcome) {
	r.t.Helper()
	f.Local = "2026-11-23 14:05:09"
	if f.Job != event.FiscalCancel {
		f.Body = json.RawMessage(`{"totalAmount":1,"receipts":[{"taxType":"VAT_ABLE","totalAmount":1}]}`)
	}
	o.Asked, o.Bill, o.Job = uint64(r.tell(b, false, f)), f.Bill, f.Job
	r.tell(b, false, o)
}

// TestHandoverAfterTwoReplacements: the number that a third box is told is what the second one's correction made, and after its
// cancellation there is none. What a box has issued of a sale of its own under the same number is none of it.
func TestHandoverAfterTwoReplacements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		a, sold := r.box, uplinktest.Sale(1, 7, 3)
		b, place := r.second("Хоёрдугаар", 71)
		r.tell(a, false, event.ShiftOpened{Shift: 1, Day: sold.Day}, sold)
		issued := func(id string) event.FiscalOutcome {
			return event.FiscalOutcome{Result: event.FiscalIssued, ID: id, Date: "2026-11-23 14:05:10"}
		}
		r.report(a, event.FiscalAsked{Bill: sold.Bill, Shift: 1, Job: event.FiscalIssue}, issued("111"))
		back := func(n int) event.SaleReturned {
			s := uplinktest.Sale(9, n, 1)
			return event.SaleReturned{Bill: s.Bill, Shift: 9, Day: s.Day, Number: n, Local: s.Local, Of: &event.Origin{Bill: sold.Bill, Point: uint64(r.point)},
				Lines: []event.Line{{No: 1, Good: sold.Lines[0].Good, Quantity: -1}}}
		}
		take := func(by *uplinktest.Box, n int) event.JobName {
			job := event.JobOf(b.ID.String(), uint64(r.tell(b, false, back(n))))
			r.tell(by, false, event.ReturnHanded{Job: job, Place: uint64(place), Bill: sold.Bill, Return: back(n), Local: sold.Local, State: event.HandedAsked})
			return job
		}
		told := func(by *uplinktest.Box, n int, number string, attempt uint32) {
			t.Helper()
			r.tell(b, false, back(n))
			_, h := r.handovers(by)
			if len(h.Jobs) == 0 || h.Jobs[0].Number != number || h.Jobs[0].Attempt != attempt {
				t.Errorf("told %+v, want number %q, attempt %d", h.Jobs, number, attempt)
			}
		}
		second, third := uplinktest.NewBox(72), uplinktest.NewBox(73)
		r.join(second)
		r.report(second, event.FiscalAsked{Bill: sold.Bill, Job: event.FiscalCorrect, Return: back(1).Bill, From: take(second, 1), Attempt: 1, Doubt: true}, issued("333"))
		r.join(third)
		told(third, 2, "333", 1)
		job := take(third, 3)
		asked := r.tell(third, false, event.FiscalAsked{Bill: sold.Bill, Local: sold.Local, Job: event.FiscalCancel, Return: back(3).Bill, From: job, Attempt: 2, Doubt: true})
		told(third, 4, "", 2) // open: nobody knows
		r.tell(third, false, event.FiscalOutcome{Asked: uint64(asked), Bill: sold.Bill, Job: event.FiscalCancel, Result: event.FiscalNotDone})
		told(third, 5, "333", 2)
		r.report(third, event.FiscalAsked{Bill: sold.Bill, Job: event.FiscalCancel, Return: back(3).Bill, From: job, Attempt: 3}, event.FiscalOutcome{Result: event.FiscalCancelled})
		told(third, 6, "", 3)
		r.report(third, event.FiscalAsked{Bill: sold.Bill, Job: event.FiscalIssue}, issued("999")) // of another sale
		told(third, 7, "333", 1)
	})
}

// TestHandoverBuyer: a box that took the point over is told to whom the e-barimt is made out since a person has mended it.
func TestHandoverBuyer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		a, sold := r.box, uplinktest.Sale(1, 7, 3)
		sold.Register = "1234567"
		b, _ := r.second("Хоёрдугаар", 71)
		r.tell(a, false, event.ShiftOpened{Shift: 1, Day: sold.Day}, sold)
		r.report(a, event.FiscalAsked{Bill: sold.Bill, Shift: 1, Job: event.FiscalIssue},
			event.FiscalOutcome{Result: event.FiscalNotDone, Mended: &event.Mended{Register: "7654321"}})
		who := &event.Business{TIN: "37900846788", Name: "Номин"}
		r.report(a, event.FiscalAsked{Bill: sold.Bill, Shift: 1, Job: event.FiscalIssue, Attempt: 1},
			event.FiscalOutcome{Result: event.FiscalIssued, ID: "111", Date: "2026-11-23 14:05:10", Business: who})
		back := uplinktest.Sale(9, 1, 1)
		r.tell(b, false, event.SaleReturned{Bill: back.Bill, Shift: 9, Day: back.Day, Number: 1, Local: back.Local, Register: sold.Register, Of: &event.Origin{Bill: sold.Bill, Point: uint64(r.point)},
			Lines: []event.Line{{No: 1, Good: sold.Lines[0].Good, Quantity: -1}}})
		next := uplinktest.NewBox(72)
		r.join(next)
		_, h := r.handovers(next)
		if want := (&event.Mended{Register: "7654321", Business: who}); len(h.Jobs) != 1 || !reflect.DeepEqual(h.Jobs[0].Buyer, want) {
			t.Errorf("%+v", h.Jobs)
		}
	})
}

// rings lists the kinds of alarms of a box that wait for somebody.
func (r *rig) rings(b *uplinktest.Box) (kinds []string) {
	r.t.Helper()
	err := r.store.Read(r.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Alarms(r.c)
		for _, x := range list {
			if x.Box == b.ID && x.AwayAt == 0 {
				kinds = append(kinds, x.Kind)
			}
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return kinds
}

// goesBack is a return, by another till, of a sale of the first point that nobody has told of yet.
func (r *rig) goesBack(n int, name string) event.SaleReturned {
	s := uplinktest.Sale(9, n, 1)
	return event.SaleReturned{Bill: s.Bill, Shift: 9, Day: s.Day, Number: n, Local: s.Local, Of: &event.Origin{Bill: uplinktest.Sale(1, 7, 3).Bill, Point: uint64(r.point)},
		Lines: []event.Line{{No: 1, Good: "1", Name: name, Quantity: -1}}}
}

// TestHandoverBlocked: jobs that a box does not take let those behind them go first, come round again, and ring once each time
// they have been told often.
func TestHandoverBlocked(t *testing.T) {
	r := newRig(t, t.TempDir()+"/b.db", web.Options{})
	b, _ := r.second("Хоёрдугаар", 71)
	for n := 1; n <= wire.MaxHandoverJobs+1; n++ {
		r.tell(b, false, r.goesBack(n, ""))
	}
	asks := 0
	until := func(want func(wire.Handovers) bool) {
		t.Helper()
		for began := asks; ; {
			_, h := r.handovers(r.box)
			if asks++; want(h) {
				return
			}
			if asks-began > 50 {
				t.Fatal("asked 50 times in vain")
			}
		}
	}
	_, h := r.handovers(r.box)
	first := h.Jobs[0].Job
	until(func(h wire.Handovers) bool { return h.Jobs[0].Job != first })
	if got := r.rings(r.box); len(got) != 1 || got[0] != ingest.AlarmUntaken {
		t.Errorf("alarms: %v", got)
	}
	until(func(h wire.Handovers) bool {
		return slices.ContainsFunc(h.Jobs, func(j wire.Handover) bool { return j.Job == first })
	})
}

// TestHandoverTooLarge: a return that no till could write down with what it is told is no job, and rings.
func TestHandoverTooLarge(t *testing.T) {
	r := newRig(t, t.TempDir()+"/b.db", web.Options{})
	b, _ := r.second("Хоёрдугаар", 71)
	large := r.goesBack(1, "")
	large.SellerName = strings.Repeat("х", (wire.MaxHandoverBack+1)/2)
	seq := r.tell(b, false, large)
	if _, h := r.handovers(r.box); len(h.Jobs) != 0 {
		t.Errorf("handed over: %d bytes", len(h.Jobs[0].Return))
	}
	if _, h := r.handovers(b); !reflect.DeepEqual(h.Mine, []wire.Handed{{Seq: uint64(seq), State: wire.HandedUnknown}}) {
		t.Errorf("%+v", h.Mine)
	}
	if got := r.rings(b); !slices.Contains(got, ingest.AlarmUnreported) {
		t.Errorf("alarms: %v", got)
	}
	r.checkHandovers(b.ID, seq)
}

// TestHandoverForked: a box with a second history is handed nothing until a person has put the alarm away.
func TestHandoverForked(t *testing.T) {
	r := newRig(t, t.TempDir()+"/b.db", web.Options{})
	b, _ := r.second("Хоёрдугаар", 71)
	r.tell(b, false, r.goesBack(1, ""))
	jobs := func(want int) {
		t.Helper()
		if _, h := r.handovers(r.box); len(h.Jobs) != want {
			t.Errorf("%d jobs, want %d", len(h.Jobs), want)
		}
		_ = r.store.Read(t.Context(), func(tx *store.Tx) error {
			if waits, err := tx.HandoversWait(store.BoxID{Company: r.c, Box: r.box.ID}); err != nil || waits != (want > 0) {
				t.Errorf("waits: %v, %v", waits, err)
			}
			return nil
		})
	}
	write := func(fn func(tx *store.Tx) error) {
		t.Helper()
		if err := r.store.Write(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	jobs(1)
	write(func(tx *store.Tx) error { return tx.Raise(r.c, store.Alarm{Box: r.box.ID, Kind: ingest.AlarmFork}, 1) })
	jobs(0)
	write(func(tx *store.Tx) error {
		return tx.PutAlarmAway(r.c, store.Alarm{Box: r.box.ID, Kind: ingest.AlarmFork}, "b", 2)
	})
	jobs(1)
}

// TestHandoverTwins: of two machines under one name each is handed what the other has sold. The one that does not know the sale takes
// nothing away, whichever of the two chains counts as a branch, and is not told of an e-barimt that it would take for one of a box before it.
func TestHandoverTwins(t *testing.T) {
	for _, byBranch := range []bool{false, true} {
		r := newRig(t, t.TempDir()+"/b.db", web.Options{})
		b, place := r.second("Хоёрдугаар", 71)
		trunk, sold := r.box, uplinktest.Sale(1, 7, 3)
		r.tell(trunk, false, event.ShiftOpened{Shift: 1, Day: sold.Day})
		branch := trunk.Copy()
		seller, other := trunk, branch
		if byBranch {
			seller, other = branch, trunk
		}
		say := func(x *uplinktest.Box, facts ...event.Fact) {
			t.Helper()
			if x == trunk {
				r.tell(x, false, facts...)
				return
			}
			for _, f := range facts {
				body, err := event.Encode(f)
				if err != nil {
					t.Fatal(err)
				}
				x.Raw(string(f.Kind()), body)
			}
			list, err := x.Records(0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := wire.Pack(x.Key, list); err != nil {
				t.Fatal(err)
			} else if _, err := r.in.Take(t.Context(), x.ID, body); err != nil {
				t.Fatal(err)
			}
		}
		say(trunk, event.CashMoved{Shift: 1, Amount: 1}) // where the two part
		say(branch, event.CashMoved{Shift: 1, Amount: 2})
		if _, err := r.in.CountFork(t.Context(), r.c, trunk.ID, func(*store.Tx, store.Forked, bool) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := r.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutAlarmAway(r.c, store.Alarm{Box: trunk.ID, Kind: ingest.AlarmFork}, "b", 2)
		}); err != nil {
			t.Fatal(err)
		}
		say(seller, sold)
		list, err := seller.Records(0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		asked := uint64(len(list)) + 1
		say(seller, event.FiscalAsked{Bill: sold.Bill, Shift: 1, Local: sold.Local, Job: event.FiscalIssue, Body: json.RawMessage(`{"totalAmount":1,"receipts":[{"taxType":"VAT_ABLE","totalAmount":1}]}`)})
		say(seller, event.FiscalOutcome{Asked: asked, Bill: sold.Bill, Job: event.FiscalIssue, Result: event.FiscalIssued, ID: "111", Date: "2026-11-23 14:05:10"})
		back := r.goesBack(1, "")
		job := event.JobOf(b.ID.String(), uint64(r.tell(b, false, back)))
		take := func(state event.HandedState) event.ReturnHanded {
			return event.ReturnHanded{Job: job, Place: uint64(place), Bill: sold.Bill, Return: back, Local: sold.Local, State: state}
		}
		say(other, take(event.HandedUnknown))
		if _, h := r.handovers(trunk); len(h.Jobs) != 1 || h.Jobs[0].Job != job || h.Jobs[0].Number != "" {
			t.Errorf("sold by the branch: %v; %+v", byBranch, h.Jobs)
		}
		say(seller, take(event.HandedNothing))
		if _, h := r.handovers(b); len(h.Mine) != 1 || h.Mine[0].State != wire.HandedNothing {
			t.Errorf("sold by the branch: %v; %+v", byBranch, h.Mine)
		}
		if got := r.rings(trunk); slices.Contains(got, ingest.AlarmUnreported) {
			t.Errorf("alarms: %v", got)
		}
	}
}

// TestHandoverOutcomes: what has ended stays as it ended; a request that was not done because a later return's stands for it is as
// far as that one; and a box that has moved to another point since it sold has taken what it says that it has.
func TestHandoverOutcomes(t *testing.T) {
	r := newRig(t, t.TempDir()+"/b.db", web.Options{})
	a, sold := r.box, uplinktest.Sale(1, 7, 3)
	b, place := r.second("Хоёрдугаар", 71)
	r.tell(a, false, event.ShiftOpened{Shift: 1, Day: sold.Day}, sold)
	take := func(n int, state event.HandedState) event.JobName {
		back := r.goesBack(n, "")
		job := event.JobOf(b.ID.String(), uint64(r.tell(b, false, back)))
		r.tell(a, false, event.ReturnHanded{Job: job, Place: uint64(place), Bill: sold.Bill, Return: back, Local: sold.Local, State: state})
		return job
	}
	ask := func(n, attempt int) uint64 {
		return uint64(r.tell(a, false, event.FiscalAsked{Bill: sold.Bill, Local: sold.Local, Job: event.FiscalCancel, Return: r.goesBack(n, "").Bill, From: take(n, event.HandedAsked), Attempt: attempt}))
	}
	end := func(asked uint64, result event.FiscalResult, id string) {
		r.tell(a, false, event.FiscalOutcome{Asked: asked, Bill: sold.Bill, Job: event.FiscalCancel, Result: result, ID: id})
	}
	mine := func(want ...wire.HandedState) {
		t.Helper()
		_, h := r.handovers(b)
		var got []wire.HandedState
		for _, x := range h.Mine {
			got = append(got, x.State)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	first, second := ask(1, 1), ask(2, 2)
	end(first, event.FiscalNotDone, "")
	mine(wire.HandedAsked, wire.HandedAsked)
	end(second, event.FiscalRefused, "")
	mine(wire.HandedRefused, wire.HandedRefused)
	end(second, event.FiscalCancelled, "111")
	end(second, event.FiscalUncertain, "")
	mine(wire.HandedDone, wire.HandedDone)

	r.tell(b, false, r.goesBack(3, ""))
	was := r.point
	if err := r.store.Write(t.Context(), func(tx *store.Tx) (err error) {
		r.point, err = tx.AddPoint(r.c, "Гуравдугаар", 1)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r.join(a)
	r.point = was
	take(4, event.HandedNothing)
	mine(wire.HandedNothing, wire.HandedWaits, wire.HandedDone, wire.HandedDone)
}

// TestHandoverUncounted: a return whose sums the database refuses is handed over all the same.
func TestHandoverUncounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		b, place := r.second("Хоёрдугаар", 71)
		back := r.goesBack(1, "")
		back.Total = -10
		full := store.NewRollups()
		d := full.Days[store.DayKey{Point: place, Day: back.Day}]
		d.Total = -9_000_000_000_000_000_000 + 5 // as little as fits
		full.Days[store.DayKey{Point: place, Day: back.Day}] = d
		if err := r.store.Write(t.Context(), func(tx *store.Tx) error { return tx.AddRollups(r.c, full) }); err != nil {
			t.Fatal(err)
		}
		r.tell(b, false, back)
		problems := 0
		_ = r.store.Read(t.Context(), func(tx *store.Tx) error {
			list, err := tx.Problems(r.c)
			problems = len(list)
			return err
		})
		if _, h := r.handovers(r.box); problems != 1 || len(h.Jobs) != 1 {
			t.Errorf("%d problems, %d jobs", problems, len(h.Jobs))
		}
		err := ingest.Verify(t.Context(), r.store, func(format string, args ...any) {
			if strings.Contains(format, "handed") || strings.Contains(format, "reports") {
				t.Errorf(format, args...)
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}
