package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// reporter writes what a till's records say of e-barimts: bodies as text, so that nothing here shares types with what reads them.
type reporter struct {
	*shop
	sent   int    // records that have been handed to BAAZ
	before []byte // the first receipt's picture, before it was reported
}

// asks writes a request over a total in möngö, half of it free of VAT, and returns its sequence.
func (r *reporter) asks(bill, job string, attempt, total int) uint64 {
	amount := func(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }
	able, free := total/2, total-total/2
	body := fmt.Sprintf(`{"branchNo":"001","totalAmount":%s,"type":"B2C_RECEIPT","receipts":[{"taxType":"VAT_ABLE","totalAmount":%s,"totalVAT":%s,"totalCityTax":%s},{"taxType":"VAT_FREE","totalAmount":%s,"totalVAT":0,"totalCityTax":0}]}`,
		amount(total), amount(able), amount(able/11), amount(able/56), amount(free))
	if job == "cancel" {
		body = "null"
	}
	r.box.Raw("fiscal.asked", fmt.Appendf(nil, `{"by":"3","bill":%q,"shift":900,"local":"2026-11-22 21:00:00","job":%q,"attempt":%d,"body":%s}`, bill, job, attempt, body))
	return uint64(len(r.all()))
}

func (r *reporter) all() []journal.Record {
	list, err := r.box.Records(0, 10_000)
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// ends writes what became of a request.
func (r *reporter) ends(asked uint64, bill, job, result, more string) {
	r.box.Raw("fiscal.outcome", fmt.Appendf(nil, `{"asked":%d,"bill":%q,"job":%q,"result":%q%s}`, asked, bill, job, result, more))
}

const numbered = `,"id":"%033d","date":"%s 21:00:05","type":"B2C_RECEIPT","lottery":true,"qr":true`

func (r *reporter) issued(asked uint64, bill, job, day string) {
	r.ends(asked, bill, job, "issued", fmt.Sprintf(numbered, asked, day))
}

// send hands over what is new, each record in a batch of its own or all in one: the same must come of both.
func (r *reporter) send(apart bool) {
	list := r.all()[r.sent:]
	r.sent += len(list)
	for len(list) > 0 {
		n := len(list)
		if apart {
			n = 1
		}
		body, err := wire.Pack(r.box.Key, list[:n])
		if err != nil {
			r.t.Fatal(err)
		}
		if h, err := r.in.Take(context.Background(), r.box.ID, body); err != nil || h.Status != 200 {
			r.t.Fatal(h, err)
		}
		list = list[n:]
	}
}

// has counts again what the tax office has, by month and class: the last receipt of each bill that was issued and not cancelled.
func (r *reporter) has() map[string]int64 {
	type receipt struct {
		month string
		body  fact
	}
	asked, holds := map[float64]fact{}, map[string]receipt{}
	for i, rec := range r.all() {
		var f fact
		if err := json.Unmarshal(rec.Body, &f); err != nil {
			continue
		}
		switch rec.Kind {
		case "fiscal.asked":
			asked[float64(i+1)] = f
		case "fiscal.outcome":
			bill, _ := f["bill"].(string)
			switch f["result"] {
			case "issued":
				if asked[f["asked"].(float64)] == nil {
					continue // of nothing that was asked
				}
				body, _ := asked[f["asked"].(float64)]["body"].(fact)
				holds[bill] = receipt{f["date"].(string)[:7], body}
			case "cancelled":
				delete(holds, bill)
			}
		}
	}
	n := map[string]int64{}
	for _, x := range holds {
		for _, sub := range x.body["receipts"].([]any) {
			s := sub.(fact)
			for name, key := range map[string]string{"totalAmount": "total", "totalVAT": "vat", "totalCityTax": "city"} {
				v := int64(s[name].(float64)*100 + 0.5)
				n[fmt.Sprintf("%s %s %s", x.month, s["taxType"], key)] += v
			}
		}
	}
	for k, v := range n {
		if v == 0 {
			delete(n, k)
		}
	}
	return n
}

func (r *reporter) reported(query string) map[string]int64 {
	var a web.MonthsAnswer
	r.must("GET", r.home+"/reports/fiscal/months"+query, nil, &a)
	n := map[string]int64{}
	for _, m := range a.Months {
		for _, c := range m.Classes {
			if c.Missing.Total != c.Sold.Total-c.Has.Total || c.Missing.VAT != c.Sold.VAT-c.Has.VAT || c.Missing.CityTax != c.Sold.CityTax-c.Has.CityTax {
				r.t.Errorf("%s %s: %+v", m.Month, c.Class, c)
			}
			for key, v := range map[string]int64{"total": int64(c.Has.Total), "vat": int64(c.Has.VAT), "city": int64(c.Has.CityTax)} {
				if v != 0 {
					n[fmt.Sprintf("%s %s %s", m.Month, c.Class, key)] = v
				}
			}
		}
	}
	return n
}

// TestFiscal: on both engines, in one batch and record by record: each receipt's state, what waits with its evidence, and months
// that equal a recount sharing nothing with them.
func TestFiscal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := newShop(t, dsn)
		r := &reporter{shop: s, sent: len(s.records())}
		for _, rec := range r.all() {
			if rec.Kind == "sale.completed" {
				_, _, r.before = r.fetch(fmt.Sprintf("%s/boxes/%s/records/%d/picture", r.home, r.box.ID, rec.Seq))
			}
		}
		for round, apart := range []bool{false, true} {
			r.day(round)
			r.send(apart)
			if have, want := r.reported(""), r.has(); !maps.Equal(have, want) || len(want) < 8 {
				t.Errorf("apart %v: BAAZ says %v, the records %v", apart, have, want)
			}
			r.states(round)
		}
		r.exported()
		if at := r.reported(fmt.Sprintf("?point=%d", s.points[1])); len(at) != 0 {
			t.Errorf("another point has %v", at)
		}
		if err := ingest.Verify(context.Background(), s.store, func(format string, args ...any) { t.Errorf(format, args...) }); err != nil {
			t.Error(err)
		}
		// What verify says is worth something: one row that is another one is seen.
		err := s.store.Write(context.Background(), func(tx *store.Tx) error {
			list, err := tx.FiscalOpen(s.company, 0, 1)
			if err != nil {
				return err
			}
			list[0].State = "issued"
			return tx.PutFiscal(s.company, list)
		})
		found := 0
		if verr := ingest.Verify(context.Background(), s.store, func(string, ...any) { found++ }); err != nil || verr != nil || found == 0 {
			t.Errorf("a row that is not what the records say goes unseen: %v, %v", err, verr)
		}
	})
}

// exported: a file has all rows or is refused, as soon as there are more than its bound.
func (r *reporter) exported() {
	r.t.Helper()
	_, _, whole := r.fetch(r.home + "/exports/fiscal?format=csv")
	rows := strings.Count(string(whole), "\n") - 1
	defer func(most int) { *web.ExportMost = most }(*web.ExportMost)
	for most, want := range map[int]int{rows: 200, rows - 1: 400} {
		*web.ExportMost = most
		if status, _, body := r.fetch(r.home + "/exports/fiscal?format=csv"); status != want || want == 400 && !strings.Contains(string(body), string(fault.QueryMalformed)) {
			r.t.Errorf("%d rows where %d are the most: %d", rows, most, status)
		}
	}
}

// day lets a till report: in each way that a request can end.
func (r *reporter) day(round int) {
	bill := func(n int) string { return fmt.Sprintf("2026-11-22-900-%04d", round*100+n) }
	a := r.asks(bill(1), "issue", 0, 660_000)
	r.issued(a, bill(1), "issue", "2026-11-22")
	a = r.asks(bill(2), "issue", 0, 120_000) // waits, is sent, refused, repeated, issued
	for _, state := range []string{"waiting", "sending"} {
		r.ends(a, bill(2), "issue", state, "")
	}
	r.issued(a, bill(2), "issue", "2026-11-23")
	a = r.asks(bill(3), "issue", 0, 340_000)
	r.ends(a, bill(3), "issue", "refused", `,"message":"НХАТ-г 2%-р тооцоолоогүй байна. Шалгуур дүн: 54.90","expected":"54.90","given":"50.00"`)
	a = r.asks(bill(4), "issue", 0, 770_000)
	r.ends(a, bill(4), "issue", "uncertain", `,"before":5000`)
	r.ends(a, bill(4), "issue", "uncertain", `,"before":5000,"after":4999`)
	a = r.asks(bill(5), "issue", 0, 230_000)
	r.ends(a, bill(5), "issue", "waiting", "")
	a = r.asks(bill(6), "issue", 0, 990_000) // part comes back in the next month
	r.issued(a, bill(6), "issue", "2026-11-22")
	b := r.asks(bill(6), "correct", 1, 440_000)
	r.issued(b, bill(6), "correct", "2026-12-02")
	a = r.asks(bill(7), "issue", 0, 550_000) // cancelled, issued anew
	r.issued(a, bill(7), "issue", "2026-11-22")
	b = r.asks(bill(7), "cancel", 1, 0)
	r.ends(b, bill(7), "cancel", "cancelled", fmt.Sprintf(numbered, a, "2026-11-22"))
	b = r.asks(bill(7), "issue", 2, 550_000)
	r.issued(b, bill(7), "issue", "2026-11-22")
	a = r.asks(bill(8), "issue", 0, 880_000) // all comes back
	r.issued(a, bill(8), "issue", "2026-11-22")
	b = r.asks(bill(8), "cancel", 1, 0)
	r.ends(b, bill(8), "cancel", "cancelled", fmt.Sprintf(numbered, a, "2026-11-22"))
	a = r.asks(bill(9), "issue", 0, 150_000) // uncertain, and a person finds it
	r.ends(a, bill(9), "issue", "uncertain", "")
	r.ends(a, bill(9), "issue", "issued", `,"by":"9"`+fmt.Sprintf(numbered, a, "2026-11-22"))
	r.ends(a, bill(9), "issue", "not_done", "") // what has ended stays
	r.asks(bill(10), "issue", 0, 110_000)       // at the service
	r.ends(999_999, bill(1), "issue", "issued", "")
	r.box.Raw("fiscal.asked", []byte(`{"bill":"x","job":"issue"}`)) // told as a problem
}

// states: what waits is listed, the oldest first, with its evidence; the list of receipts says how each stands.
func (r *reporter) states(round int) {
	r.t.Helper()
	var open web.FiscalAnswer
	r.must("GET", r.home+"/reports/fiscal/open", nil, &open)
	got := map[string]string{}
	for _, v := range open.Requests {
		got[string(v.Bill)] = string(v.State)
		switch {
		case v.State == "uncertain" && (v.Before == nil || *v.Before != 5000 || v.After == nil || *v.After != 4999),
			v.State == "refused" && (v.Expected != "54.90" || v.Given != "50.00" || !strings.HasPrefix(v.Message, "НХАТ")),
			v.State == "waiting" && (v.Before != nil || int64(v.Total) != 230_000):
			r.t.Errorf("%+v", v)
		}
	}
	want := map[string]string{}
	for n := range round + 1 {
		for number, state := range map[int]string{3: "refused", 4: "uncertain", 5: "waiting", 10: "sent"} {
			want[fmt.Sprintf("2026-11-22-900-%04d", n*100+number)] = state
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.t.Errorf("open: %v\nwant %v", got, want)
	}
	var some web.FiscalAnswer
	if r.must("GET", r.home+"/reports/fiscal/open?limit=1", nil, &some); len(some.Requests) != 1 || !some.More {
		r.t.Errorf("one of them: %+v", some)
	}
	var receipts web.ReceiptsAnswer
	r.must("GET", r.home+"/reports/sales?shift=900&number=1", nil, &receipts)
	if len(receipts.Receipts) != 1 || receipts.Receipts[0].Fiscal != "issued" {
		r.t.Errorf("the receipt: %+v", receipts.Receipts)
	}
	// The picture tells what has become of it: the number, or that there is none yet.
	seq := receipts.Receipts[0].Seq
	status, h, body := r.fetch(fmt.Sprintf("%s/boxes/%s/records/%d/picture", r.home, r.box.ID, seq))
	if status != 200 || len(body) == 0 || strings.Contains(h.Get("Cache-Control"), "immutable") || bytes.Equal(body, r.before) {
		r.t.Errorf("the picture is the one from before its e-barimt: %d, %d bytes, %s", status, len(body), h.Get("Cache-Control"))
	}
	var all web.FiscalAnswer
	r.must("GET", r.home+"/reports/fiscal?from=2026-11-22&to=2026-11-22", nil, &all)
	holds := 0
	for _, v := range all.Requests {
		if v.Holds {
			holds++
		}
		if v.Bill == "2026-11-22-900-0009" && (v.DecidedBy != "9" || v.State != "issued") {
			r.t.Errorf("decided by a person: %+v", v)
		}
	}
	if len(all.Requests) != 14*(round+1) || holds != 5*(round+1) {
		r.t.Errorf("%d requests, %d hold", len(all.Requests), holds)
	}
	if r.must("GET", r.home+"/reports/fiscal?from=2026-11-23&to=2026-11-23", nil, &all); len(all.Requests) != 0 {
		r.t.Errorf("on a day without sales: %+v", all.Requests)
	}
	var now web.NowAnswer
	r.must("GET", r.home+"/reports/now", nil, &now)
	if n := int64(round + 1); now.Fiscal.Decide != 2*n || now.Fiscal.Wait != 2*n {
		r.t.Errorf("now: %+v", now.Fiscal)
	}
	for _, name := range []string{"fiscal", "months"} {
		if status, _, body := r.fetch(r.home + "/exports/" + name + "?format=csv"); status != 200 || strings.Count(string(body), "\n") < 4 {
			r.t.Errorf("%s as a file: %d %s", name, status, body)
		}
	}
	problems := 0
	for _, b := range r.stands() {
		problems += int(b.Problems)
	}
	if problems != round+1 {
		r.t.Errorf("%d problems", problems)
	}
}

func (r *reporter) stands() (list []store.BoxStand) {
	err := r.store.Read(context.Background(), func(tx *store.Tx) (err error) {
		list, err = tx.BoxList(r.company)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}
