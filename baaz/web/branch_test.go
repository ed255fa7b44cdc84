package web_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/uplink/uplinktest"
)

// twins is a till whose clone has sold as well, and that was counted.
type twins struct {
	*centre
	owner      *browser
	company    store.Company
	home, path string
	box, clone *uplinktest.Box
	common     journal.Seq // the last record that both have
}

// split makes a clone of a till: both have sold three times, then each for itself.
func split(t *testing.T, dsn string, box, clone int) *twins {
	t.Helper()
	c := newCentre(t, dsn)
	owner, me := c.owner()
	w := &twins{centre: c, owner: owner, company: me.Home, home: companyPath(me.Home), box: c.join(owner, me.Home)}
	w.path = w.home + "/boxes/" + w.box.ID.String() + "/fork"
	w.box.Sell(3)
	c.send(w.box)
	w.clone, w.common = w.box.Copy(), w.box.Head().Seq
	w.box.Sell(box)
	c.send(w.box)
	w.clone.Raw("cash.moved", []byte(`{"shift":1,"amount":"1.00"}`))
	w.clone.Sell(clone)
	return w
}

// post sends what a machine has behind a record, as one batch, and returns the status.
func (w *twins) post(box *uplinktest.Box, behind journal.Seq) int {
	w.t.Helper()
	records, err := box.Records(behind, 1<<30)
	if err != nil {
		w.t.Fatal(err)
	}
	h, err := w.in.Take(context.Background(), box.ID, pack(w.t, box, records))
	if err != nil {
		w.t.Fatal(err)
	}
	return h.Status
}

// postAll sends all that a machine has, some records a batch.
func (w *twins) postAll(box *uplinktest.Box) {
	w.t.Helper()
	for behind := journal.Seq(0); behind < box.Head().Seq; {
		records, err := box.Records(behind, 500)
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.in.Take(context.Background(), box.ID, pack(w.t, box, records)); err != nil {
			w.t.Fatal(err)
		}
		behind = records[len(records)-1].Seq
	}
}

// count counts what waits, which are so many sales.
func (w *twins) count(sales int) {
	w.t.Helper()
	var counted, left web.ForkView
	w.owner.must("POST", w.path, nil, &counted)
	w.owner.must("GET", w.path, nil, &left)
	if counted.Sales != sales || left.Records != 0 {
		w.t.Errorf("counted %+v for %d sales; %d records are left", counted, sales, left.Records)
	}
}

// reports checks how many sales the reports know, and all else that must hold.
func (w *twins) reports(made int64) {
	w.t.Helper()
	var days web.DaysAnswer
	w.owner.must("GET", w.home+"/reports/days", nil, &days)
	sales := int64(0)
	for _, d := range days.Days {
		sales += d.Sales
	}
	if sales != made {
		w.t.Errorf("%d sales were made, the reports know %d", made, sales)
	}
	if err := ingest.Verify(context.Background(), w.store, func(format string, args ...any) { w.t.Errorf(format, args...) }); err != nil {
		w.t.Error(err)
	}
}

// counted returns what the audit says of counts, the newest first.
func (w *twins) counted() (list []string) {
	w.t.Helper()
	var audit web.AuditAnswer
	w.owner.must("GET", w.home+"/audit?about=box", nil, &audit)
	for _, d := range audit.Audit {
		if d.Action == "box.counted" {
			list = append(list, d.Detail)
		}
	}
	return list
}

func (w *twins) alarms() (n int) {
	w.t.Helper()
	var a web.AlarmsAnswer
	w.owner.must("GET", w.home+"/alarms", nil, &a)
	for _, x := range a.Alarms {
		if x.Kind == ingest.AlarmFork {
			n++
		}
	}
	return n
}

// A counted clone is copied in its turn. Of what the copy says only what is in no chain waits, wherever its batch begins:
// nothing that the clone has sold is counted twice, and the copy's own sales can be counted.
func TestCopyOfABranch(t *testing.T) {
	for _, x := range []struct {
		name  string
		start func(w *twins, acked journal.Seq) journal.Seq
	}{
		{"from the beginning", func(*twins, journal.Seq) journal.Seq { return 0 }},
		{"from where the branch begins", func(w *twins, _ journal.Seq) journal.Seq { return w.common }},
		{"from the middle of the branch", func(_ *twins, acked journal.Seq) journal.Seq { return acked }},
		{"from its last record", func(_ *twins, acked journal.Seq) journal.Seq { return acked - 1 }},
	} {
		t.Run(x.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				w := split(t, dsn, 30, 2)
				w.fork(w.clone)
				w.count(2)
				acked := w.clone.Head().Seq
				w.clone.Sell(3)
				third := w.clone.Copy()
				w.clone.Sell(1)
				if got := w.post(w.clone, acked); got != http.StatusOK {
					t.Fatal("the branch does not go on:", got)
				}
				third.Raw("cash.moved", []byte(`{"shift":1,"amount":"3.00"}`))
				third.Sell(2)
				if got := w.post(third, x.start(w, acked)); got != http.StatusConflict {
					t.Fatal("the copy is no fork:", got)
				}
				w.count(2)
				w.reports(3 + 30 + 2 + 3 + 1 + 2)
			})
		})
	}
}

// A batch that follows from nothing which is here is a gap, also of a box that has a branch and of one whose chain is longer
// than that: nothing is put aside, nobody is alarmed, nothing waits to be counted a second time.
func TestGapBesideABranch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := split(t, dsn, 3, 2)
		w.fork(w.clone)
		w.count(2)
		w.box.Sell(1)
		behind := w.box.Head().Seq
		w.box.Sell(2)
		if got := w.post(w.box, behind); got != http.StatusPreconditionFailed {
			t.Error("the chain's gap:", got)
		}
		behind = w.clone.Head().Seq + 1
		w.clone.Sell(1)
		if got := w.post(w.clone, behind); got != http.StatusPreconditionFailed {
			t.Error("the branch's gap:", got)
		}
		w.send(w.box)
		if n := w.alarms(); n != 0 {
			t.Errorf("%d alarms", n)
		}
		w.count(0)
		if got := w.post(w.clone, 0); got != http.StatusOK {
			t.Error("the branch does not go on:", got)
		}
		w.reports(3 + 3 + 2 + 3 + 1)
	})
}

// manySales is more than one run of a count takes: a sale is two records.
const manySales = 1100

// A count is cut between its runs, and the clone says everything again before the rest is counted. Each sale counts once.
func TestCountIsCut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := split(t, dsn, 3, manySales)
		w.postAll(w.clone)
		cut := errors.New("the power went")
		done, err := w.in.CountFork(context.Background(), w.company, w.box.ID, func(_ *store.Tx, _ store.Forked, more bool) error {
			if !more {
				return cut
			}
			return nil
		})
		if !errors.Is(err, cut) || done.Sales == 0 || done.Sales >= manySales {
			t.Fatalf("%+v, %v", done, err)
		}
		w.reports(int64(3 + 3 + done.Sales))
		w.postAll(w.clone)
		var left web.ForkView
		w.owner.must("GET", w.path, nil, &left)
		if left.Records != 0 { // it goes on by itself where it is a branch already
			w.count(manySales - done.Sales)
		}
		w.reports(3 + 3 + manySales)
	})
}

// The clone says everything again between the runs of a count: what has come in so is not counted again. Customers' tiers
// learn of what was counted.
func TestCloneSendsDuringACount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := split(t, dsn, 3, 1)
		w.card("77")
		w.clone.Sell(manySales)
		w.postAll(w.clone)
		var told []string
		w.in.Bought = func(_ store.Company, customers []string) {
			told = append(told, customers...)
			if len(told) == 1 {
				w.postAll(w.clone)
			}
		}
		w.owner.must("POST", w.path, nil, nil)
		if !slices.Contains(told, "77") {
			t.Errorf("told of %q", told)
		}
		w.reports(3 + 3 + 1 + 1 + manySales)
		var left web.ForkView
		if w.owner.must("GET", w.path, nil, &left); left.Records != 0 {
			t.Errorf("left: %+v", left)
		}
	})
}

// Who counts closes the page in the middle of it: the count goes on to its end, and the audit has all of it.
func TestCountOutlivesItsPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := split(t, dsn, 3, 1)
		w.card("77")
		w.clone.Sell(manySales)
		w.postAll(w.clone)
		page, closed := context.WithCancel(context.Background())
		defer closed()
		w.in.Bought = func(store.Company, []string) { closed() }
		req := httptest.NewRequestWithContext(page, "POST", w.path, nil)
		at, err := url.Parse(w.url)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range w.owner.http.Jar.Cookies(at) {
			req.AddCookie(k)
		}
		web.New(web.Options{Store: w.store, Ingest: w.in, People: w.people, Logger: slog.New(slog.DiscardHandler), StrangerRate: 1e6, PersonRate: 1e6}).
			ServeHTTP(httptest.NewRecorder(), req)
		if page.Err() == nil {
			t.Fatal("the page was not closed: nobody was told of a customer")
		}
		w.reports(3 + 3 + 1 + 1 + manySales)
		if n := w.alarms(); n != 0 {
			t.Errorf("%d alarms", n)
		}
		notes, sales := w.counted(), 0
		for _, note := range notes {
			var n, records int
			if _, err := fmt.Sscanf(note, "%d sales in %d records", &n, &records); err != nil {
				t.Errorf("%q: %v", note, err)
			}
			sales += n
		}
		if len(notes) < 2 || sales != 1+1+manySales {
			t.Errorf("the audit has %q", notes)
		}
	})
}

// card sells on the clone to a customer with a card.
func (w *twins) card(code string) {
	w.t.Helper()
	s := uplinktest.Sale(1, 9000, 1)
	s.Buyer = &event.Buyer{Code: code, Name: "Дорж"}
	body, err := event.Encode(s)
	if err != nil {
		w.t.Fatal(err)
	}
	w.clone.Raw(string(s.Kind()), body)
}
