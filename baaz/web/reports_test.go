package web_test

import (
	"bufio"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/seed"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// fact is any record's body, read by nothing but its JSON names: the recount shares no code with what it judges.
type fact = map[string]any

// hundredths reads a decimal string exactly.
func hundredths(t *testing.T, v any) int64 {
	t.Helper()
	if v == nil {
		return 0
	}
	r, ok := new(big.Rat).SetString(v.(string))
	if !ok {
		t.Fatalf("%v is no number", v)
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() {
		t.Fatalf("%v has more than two decimals", v)
	}
	return r.Num().Int64()
}

// counts add up, record by record, what a span at a point has sold by every key there is.
type counts map[string]int64

func (n counts) sale(t *testing.T, s fact, one int64) {
	n["sales"] += one
	for _, name := range []string{"gross", "discount", "total", "vat", "city_tax"} {
		n[name] += hundredths(t, s[name])
	}
	total := hundredths(t, s["total"])
	n["hours "+s["local"].(string)[11:13]] += total
	n["sellers "+s["by"].(string)] += total
	if one == 0 {
		n["returns "+s["by"].(string)] += total
	}
	if b, ok := s["buyer"].(fact); ok {
		n["customers "+b["code"].(string)] += total
	}
	for _, x := range s["tenders"].([]any) {
		n["tenders "+x.(fact)["kind"].(string)] += hundredths(t, x.(fact)["amount"])
	}
	for _, x := range s["lines"].([]any) {
		l := x.(fact)
		category, _ := l["category"].(string)
		n["goods "+l["good"].(string)] += hundredths(t, l["total"])
		n["rounding"] += hundredths(t, l["rounding"])
		n["categories "+category] += hundredths(t, l["total"])
		n["taxes "+l["tax"].(string)] += hundredths(t, l["total"])
	}
}

// recount reads all records of a company's points.
func recount(t *testing.T, s *store.Store, c store.Company, from, to string, p store.Point) counts {
	n := counts{}
	err := s.Check(context.Background(), func(of store.Company, st store.Stored, r journal.Record) error {
		if of != c || p != 0 && st.Point != p || r.Kind != "sale.completed" && r.Kind != "sale.returned" {
			return nil
		}
		var body fact
		if err := json.Unmarshal(r.Body, &body); err != nil {
			return err
		}
		if day := body["day"].(string); day >= from && day <= to {
			one := int64(1)
			if r.Kind == "sale.returned" {
				one = 0
			}
			n.sale(t, body, one)
		}
		return nil
	}, func(format string, args ...any) { t.Errorf(format, args...) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// reported asks the API for the same.
func (b *browser) reported(home, query string) counts {
	n := counts{}
	var days web.DaysAnswer
	b.must("GET", home+"/reports/days"+query, nil, &days)
	for _, d := range days.Days {
		n["sales"] += d.Sales
		n["gross"] += int64(d.Gross)
		n["discount"] += int64(d.Discount)
		n["rounding"] += int64(d.Rounding)
		n["total"] += int64(d.Total)
		n["vat"] += int64(d.VAT)
		n["city_tax"] += int64(d.CityTax)
	}
	for _, kind := range []string{"hours", "categories", "taxes", "customers", "returns"} {
		var a web.SumsAnswer
		b.must("GET", home+"/reports/"+kind+query, nil, &a)
		for _, s := range a.Sums {
			n[kind+" "+s.Key] += int64(s.Total)
		}
	}
	var goods web.GoodsAnswer
	b.must("GET", home+"/reports/goods"+query+"&limit=100000", nil, &goods)
	for _, g := range goods.Goods {
		n["goods "+string(g.Good)] += int64(g.Total)
	}
	var sellers web.SellersAnswer
	b.must("GET", home+"/reports/sellers"+query, nil, &sellers)
	for _, s := range sellers.Sellers {
		n["sellers "+string(s.Seller)] += int64(s.Total)
	}
	var tenders web.TendersAnswer
	b.must("GET", home+"/reports/tenders"+query, nil, &tenders)
	for _, x := range tenders.Tenders {
		n["tenders "+x.Tender] += int64(x.Amount)
	}
	return n
}

// differ lists where two counts are not the same.
func differ(have, want counts) (list []string) {
	for k := range want {
		if have[k] != want[k] {
			list = append(list, fmt.Sprintf("%s is %d, the records say %d", k, have[k], want[k]))
		}
	}
	for k := range have {
		if _, ok := want[k]; !ok && have[k] != 0 {
			list = append(list, fmt.Sprintf("%s is %d, the records know nothing of it", k, have[k]))
		}
	}
	slices.Sort(list)
	return list
}

// shop is a company that has sold for two months and a half at two points, and a box at the first that has seen all that
// an owner looks at.
type shop struct {
	*browser
	home    string
	company store.Company
	points  []store.Point
	box     *uplinktest.Box
}

var shopDay = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func newShop(t *testing.T, dsn string) *shop {
	t.Helper()
	ctx := context.Background()
	c := newCentre(t, dsn)
	made, err := seed.Open(ctx, c.store, registers.New(registers.Options{Store: c.store, Now: time.Now}), seed.Plan{Company: "Жишээ", Points: 2, Days: 75, Lines: 3000}, shopDay)
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	for n := range made.Points {
		if err := made.Fill(ctx, c.store, c.in, n, func(int, int) {}); err != nil {
			t.Fatal(err)
		}
	}
	s := &shop{browser: c.browser(), home: companyPath(made.Company), company: made.Company, points: made.Points, box: uplinktest.NewBox(9)}
	i, err := c.people.LetOwnerIn(ctx, who.Caller{World: who.Operator}, who.Client{}, made.Company, true)
	if err != nil {
		t.Fatal(err)
	}
	s.use(web.LinkURL(c.url, i.Secret), web.LinkAnswer{Login: "owner", Name: "Болд"})
	err = c.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.PutBox(made.Company, s.box.Key.Public().(ed25519.PublicKey), made.Points[0], 7, 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.watched()
	return s
}

// records are all that the third box has made.
func (s *shop) records() []journal.Record {
	list, err := s.box.Records(0, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// watched lets the third box open a shift, sell, take back, and do what an owner looks at.
func (s *shop) watched() {
	raw := func(kind, body string) { s.box.Raw(kind, []byte(body)) }
	receipt := func(kind string, number int, quantity, total, vat string) {
		l := fmt.Sprintf(`{"no":1,"good":"77","name":"Сүү","unit":"ш","quantity":%q,"unit_price":"3300.00","gross":%q,"total":%q,"tax":"VAT_ABLE","vat":%q,"category":"Сүү"}`, quantity, total, total, vat)
		raw(kind, fmt.Sprintf(`{"by":"3","bill":"2026-11-22-900-%04d","shift":900,"day":"2026-11-22","number":%d,"local":"2026-11-23 00:10:00","seller_name":"Цэцэг","lines":[%s],
			"gross":%q,"discount":"0.00","total":%q,"vat":%q,"city_tax":"0.00","tenders":[{"kind":"cash","given":%q,"amount":%q}]}`, number, number, l, total, total, vat, total, total))
	}
	raw("override.granted", `{"by":"3","approved_by":"9","right":"x","what":"drawer.open"}`) // before any shift
	raw("shift.opened", `{"by":"3","shift":900,"day":"2026-11-22","zone":"Asia/Ulaanbaatar","local":"2026-11-22 20:00:00","float":"50000.00"}`)
	receipt("sale.completed", 1, "2.000", "6600.00", "600.00")
	raw("line.removed", `{"by":"3","approved_by":"9","reason":"алдаа","shift":900,"basket":"b","line":{"no":1,"good":"77","name":"Сүү","quantity":"1.000"},"quantity":"1.000","amount":"3300.00"}`)
	raw("cash.moved", `{"by":"3","reason":"талх","shift":900,"amount":"-5000.00"}`)
	raw("drawer.asked", `{"by":"3","shift":900,"cause":"open"}`)
	raw("drawer.asked", `{"by":"3","shift":900,"cause":"sale"}`) // nothing to look at
	raw("receipt.asked", `{"by":"3","bill":"2026-11-22-900-0001","shift":900,"copy":true,"by_hand":true}`)
	receipt("sale.returned", 2, "-1.000", "-3300.00", "-300.00")
	raw("shift.counted", `{"by":"3","shift":900,"total":"48000.00","recount":true}`)
	raw("shift.closed", `{"by":"3","report":{"shift":900,"day":"2026-11-22","opened_at":"2026-11-22 20:00:00","opened_by":"3","closed_at":"2026-11-23 01:00:00","closed_by":"3","bills":1,"gross":"3300.00",
		"discount":"0.00","total":"3300.00","vat":"300.00","city_tax":"0.00","tenders":[],"taxes":[],"float":"50000.00","cash_in":"0.00","cash_out":"5000.00","expected":"48300.00","counted":"48000.00",
		"difference":"-300.00","counts":2,"removed":1,"removed_amount":"3300.00","drawer_opened":1,"copies":1,"overrides":0}}`)
	raw("shift.opened", `{"by":"3","shift":901,"day":"2026-11-23","zone":"Asia/Ulaanbaatar","local":"2026-11-23 08:00:00","float":"0.00"}`)
	body, err := wire.Pack(s.box.Key, s.records())
	if err != nil {
		s.t.Fatal(err)
	}
	if h, err := s.in.Take(context.Background(), s.box.ID, body); err != nil || h.Status != 200 {
		s.t.Fatal(h, err)
	}
}

// TestReports holds every report against a recount of the raw records that shares nothing with it, on both engines: over
// all days, whole months, parts of months, one day, days without sales; over all points and one.
func TestReports(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := newShop(t, dsn)
		hold := func(when string) {
			t.Helper()
			for _, span := range [][2]string{{"", ""}, {"2026-10-01", "2026-10-31"}, {"2026-09-15", "2026-11-10"}, {"2026-10-31", "2026-11-01"}, {"2026-10-02", "2026-10-30"}, {"2026-09-17", "2026-11-15"}, {"2026-11-22", "2026-11-22"}, {"2026-09-09", "2026-09-30"},
				{"2020-01-01", "2020-02-01"}, {"2026-11-30", "2026-11-01"}} {
				for _, p := range append([]store.Point{0}, s.points...) {
					query := fmt.Sprintf("?from=%s&to=%s&point=%d", span[0], span[1], p)
					want := recount(t, s.store, s.company, span[0], cmp.Or(span[1], "9999-12-31"), p)
					for _, d := range differ(s.reported(s.home, query), want) {
						t.Errorf("%s: %s: %s", when, query, d)
					}
				}
			}
		}
		hold("pending")
		if n, err := s.store.FoldAll(context.Background()); n == 0 || err != nil {
			t.Fatal(n, err)
		}
		hold("folded")
		s.more("sale.completed", late)
		hold("with a sale that came once its day was folded")
		if n, err := s.store.FoldAll(context.Background()); n != 1 || err != nil {
			t.Errorf("%d batches were folded, %v", n, err)
		}
		hold("folded again")
		if want := recount(t, s.store, s.company, "", "9999-12-31", 0); want["sales"] < 500 || want["returns 3"] != -330000 || want["goods 77"] != 330000 || len(want) < 40 {
			t.Fatalf("the records are too few to prove anything: %v", want)
		}
		s.lists()
		s.holding()
		s.pictures()
		if err := ingest.Verify(context.Background(), s.store, func(format string, args ...any) { t.Errorf(format, args...) }); err != nil {
			t.Error(err)
		}
	})
}

// late is a sale of a day long past.
const late = `{"by":"4","bill":"2026-10-15-905-0001","shift":905,"day":"2026-10-15","number":1,"local":"2026-10-15 09:00:00","seller_name":"Дорж","buyer":{"code":"K9","name":"Болд","percent":"0"},
	"lines":[{"no":1,"good":"78","name":"Тараг","unit":"ш","quantity":"3.000","unit_price":"1000.00","gross":"3000.00","total":"3000.00","tax":"VAT_ABLE","vat":"272.73","category":"Сүү"}],
	"gross":"3000.00","discount":"0.00","total":"3000.00","vat":"272.73","city_tax":"0.00","tenders":[{"kind":"cash","given":"3000.00","amount":"3000.00"}]}`

// lists: every receipt is listed once, filters pick; shifts and incidents say what their records say.
func (s *shop) lists() {
	s.t.Helper()
	want := recount(s.t, s.store, s.company, "2026-10-01", "2026-11-22", 0)
	seen, total := map[string]bool{}, int64(0)
	for after := ""; ; {
		var a web.ReceiptsAnswer
		s.must("GET", s.home+"/reports/sales?from=2026-10-01&to=2026-11-22&limit=100&after="+strings.ReplaceAll(strings.ReplaceAll(after, "|", "%7C"), " ", "%20"), nil, &a)
		for _, r := range a.Receipts {
			seen[fmt.Sprint(r.Box, r.Seq)] = true
			total += int64(r.Total)
		}
		if after = a.Next; after == "" {
			break
		}
	}
	if int64(len(seen)) != want["sales"]+1 || total != want["total"] { // and the return
		s.t.Errorf("%d receipts of %d listed, want %d of %d", len(seen), total, want["sales"]+1, want["total"])
	}
	for query, n := range map[string]int{"seller=3": 2, "shift=900": 2, "shift=900&number=1": 1, "returns=1": 1, "seller=3&hour=00": 2, "seller=3&tender=card": 0} {
		var a web.ReceiptsAnswer
		if s.must("GET", s.home+"/reports/sales?"+query, nil, &a); len(a.Receipts) != n {
			s.t.Errorf("%s: %d receipts", query, len(a.Receipts))
		}
	}
	if status, code := s.ask("GET", s.home+"/reports/sales?after=x", nil, nil); status != 400 || code != "query.malformed" {
		s.t.Errorf("a mark of nobody's: %d %s", status, code)
	}
	var shifts web.ShiftsAnswer
	s.must("GET", s.home+"/reports/shifts?from=2026-11-22", nil, &shifts)
	i := slices.IndexFunc(shifts.Shifts, func(v web.ShiftView) bool { return v.Shift == 900 })
	if i < 0 || shifts.Shifts[i].Expected != 48300_00 || shifts.Shifts[i].Difference != -300_00 || shifts.Shifts[i].Closed == 0 || shifts.Shifts[i].ClosedAt != "2026-11-23 01:00:00" {
		s.t.Errorf("shifts: %+v", shifts.Shifts)
	}
	var incidents web.IncidentsAnswer
	s.must("GET", s.home+"/reports/incidents?from=2026-11-22&to=2026-11-22", nil, &incidents)
	var kinds []string
	for _, v := range slices.Backward(incidents.Incidents) {
		kinds = append(kinds, string(v.Kind))
	}
	if !slices.Equal(kinds, []string{"line.removed", "cash.moved", "drawer.asked", "receipt.asked", "sale.returned", "shift.counted"}) {
		s.t.Errorf("incidents: %v", kinds)
	}
	s.must("GET", s.home+"/reports/incidents?kind=override.granted", nil, &incidents)
	if len(incidents.Incidents) != 1 || incidents.Incidents[0].Approver != "9" {
		s.t.Errorf("leave given before any shift: %+v", incidents.Incidents)
	}
}

// holding: receipts are found by a good, a category and a tax class of their lines, page by page, as a recount finds them;
// reasons are summed.
func (s *shop) holding() {
	s.t.Helper()
	const scans = 7
	defer func(most int) { *web.ScanMost = most }(*web.ScanMost)
	*web.ScanMost = scans
	var sums web.SumsAnswer
	s.must("GET", s.home+"/reports/categories?from=2026-10-05&to=2026-11-22", nil, &sums)
	for query, line := range map[string]string{"good=77": `"good":"77"`, "category=" + url.QueryEscape(sums.Sums[0].Key): `"category":"` + sums.Sums[0].Key + `"`, "tax=VAT_ABLE": `"tax":"VAT_ABLE"`, "good=nothing": `"good":"nothing"`} {
		want, got := 0, map[string]bool{}
		err := s.store.Check(context.Background(), func(of store.Company, _ store.Stored, r journal.Record) error {
			var body struct {
				Day string `json:"day"`
			}
			if of != s.company || r.Kind != "sale.completed" && r.Kind != "sale.returned" || json.Unmarshal(r.Body, &body) != nil {
				return nil
			}
			if body.Day >= "2026-10-05" && body.Day <= "2026-11-22" && strings.Contains(string(r.Body), line) {
				want++
			}
			return nil
		}, func(string, ...any) {})
		if err != nil {
			s.t.Fatal(err)
		}
		requests := 0
		for after := "-"; after != ""; requests++ {
			var a web.ReceiptsAnswer
			s.must("GET", s.home+"/reports/sales?from=2026-10-05&to=2026-11-22&limit=40&"+query+strings.TrimSuffix("&after="+url.QueryEscape(strings.TrimPrefix(after, "-")), "&after="), nil, &a)
			for _, r := range a.Receipts {
				if id := fmt.Sprint(r.Box, r.Seq); got[id] {
					s.t.Errorf("%s: %s is listed twice", query, id)
				} else {
					got[id] = true
				}
			}
			after = a.Next
		}
		if len(got) != want {
			s.t.Errorf("%s: %d receipts, want %d", query, len(got), want)
		}
		if days := 49; requests < days/scans || requests > 600 {
			s.t.Errorf("%s: %d requests that read at most %d each", query, requests, scans)
		}
	}
	for _, two := range []string{"good=77&tax=VAT_ABLE", "category=a&good=77", "tax=VAT_ABLE&category=a"} {
		if status, code := s.ask("GET", s.home+"/reports/sales?"+two, nil, nil); status != 400 || code != fault.QueryMalformed {
			s.t.Errorf("%s: %d %s", two, status, code)
		}
	}
	var reasons web.ReasonsAnswer
	s.must("GET", s.home+"/reports/reasons?from=2026-11-22&to=2026-11-22", nil, &reasons)
	found := false
	for _, r := range reasons.Reasons {
		found = found || r.Kind == "line.removed" && r.Reason == "алдаа" && r.Times == 1 && r.Amount == 3300_00
	}
	if !found {
		s.t.Errorf("reasons: %+v", reasons.Reasons)
	}
}

// fetch gets something that is no JSON.
func (b *browser) fetch(path string) (int, http.Header, []byte) {
	b.t.Helper()
	resp, err := b.http.Get(b.url + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, body
}

// pictures: sales, returns and Z reports are drawn, nothing else; and every report can be taken away as a file.
func (s *shop) pictures() {
	s.t.Helper()
	for _, r := range s.records() {
		status, h, body := s.fetch(fmt.Sprintf("%s/boxes/%s/records/%d/picture", s.home, s.box.ID, r.Seq))
		switch r.Kind {
		case "sale.completed", "sale.returned", "shift.closed":
			if p, err := png.Decode(strings.NewReader(string(body))); err != nil || status != 200 || p.Bounds().Dx() != 576 || h.Get("Content-Type") != "image/png" {
				s.t.Errorf("%s is no picture: %d, %v", r.Kind, status, err)
			}
		default:
			if status != 404 {
				s.t.Errorf("%s is drawn: %d", r.Kind, status)
			}
		}
	}
	for _, report := range []string{"days", "points", "tenders", "goods", "sellers", "categories", "hours", "taxes", "customers", "returns", "reasons", "shifts", "incidents", "sales"} {
		if status, h, body := s.fetch(s.home + "/exports/" + report + "?from=2026-11-01"); status != 200 || !strings.HasPrefix(string(body), "PK") || !strings.Contains(h.Get("Content-Disposition"), report) {
			s.t.Errorf("%s as a workbook: %d %v", report, status, h)
		}
		status, _, body := s.fetch(s.home + "/exports/" + report + "?format=csv")
		if lines := strings.Count(string(body), "\n"); status != 200 || lines < 2 {
			s.t.Errorf("%s as CSV: %d, %d lines", report, status, lines)
		}
	}
	for report, taxed := range map[string]bool{"goods": false, "hours": false, "customers": false, "taxes": true, "days": true} { // who knows of no taxes shows no noughts
		if _, _, body := s.fetch(s.home + "/exports/" + report + "?format=csv"); strings.Contains(string(body), "НӨАТ;") != taxed {
			s.t.Errorf("taxes in %s: want %v: %.120s", report, taxed, body)
		}
	}
	for report, codes := range map[string][]string{"tenders": {"cash", "card"}, "taxes": {"VAT_ABLE;;"}, "sales": {";cash;", ";card;", ";mixed;"}, "reasons": {".removed", ".granted"}, "incidents": {".removed", ".granted"}} {
		_, _, body := s.fetch(s.home + "/exports/" + report + "?format=csv")
		for _, code := range codes { // the pages have words for them
			if strings.Contains(string(body), code) {
				s.t.Errorf("%s says %q:\n%s", report, code, body)
			}
		}
	}
	if _, _, body := s.fetch(s.home + "/exports/tenders?format=csv"); !strings.Contains(string(body), "Бэлэн") {
		s.t.Errorf("tenders have no words:\n%s", body)
	}
	if status, _, _ := s.fetch(s.home + "/exports/nothing"); status != 404 {
		s.t.Errorf("a report that is none: %d", status)
	}
	if status, _, _ := s.fetch(s.home + "/exports/days?format=pdf"); status != 400 {
		s.t.Errorf("a format that is none: %d", status)
	}
}

// TestNow: today is the shop's day, also where it has not begun in Greenwich, beside the same weekday before, so far and
// whole.
func TestNow(t *testing.T) {
	s := newShop(t, t.TempDir()+"/baaz.db")
	at := time.Date(2026, 11, 21, 16, 30, 0, 0, time.UTC) // 22 November 00:30 in the shop
	for _, x := range []struct {
		now       time.Time
		day, then string
	}{{at, "2026-11-22", "2026-11-15"}, {at.Add(12 * time.Hour), "2026-11-22", "2026-11-15"}, {at.Add(24 * time.Hour), "2026-11-23", "2026-11-16"}} {
		server := web.New(web.Options{Store: s.store, Ingest: s.in, People: s.people, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return x.now }})
		var a web.NowAnswer
		s.through(server, s.home+"/reports/now", &a)
		today, then := recount(t, s.store, s.company, x.day, x.day, 0), recount(t, s.store, s.company, x.then, x.then, 0)
		if string(a.Day) != x.day || string(a.Then) != x.then || int64(a.Today.Total) != today["total"] || a.Today.Sales != today["sales"] || int64(a.ThenAll.Total) != then["total"] || !a.Any {
			t.Errorf("at %s: %s %+v, then %s %+v; want %d of %d", x.now, a.Day, a.Today, a.Then, a.ThenAll, today["sales"], today["total"])
		}
		if a.ThenSoFar > a.ThenAll.Total || x.now.Equal(at) && a.ThenSoFar != 0 || x.now.Equal(at.Add(12*time.Hour)) && (a.ThenSoFar == 0 || a.ThenSoFar == a.ThenAll.Total) {
			t.Errorf("at %s: so far %s of %s", x.now, a.ThenSoFar, a.ThenAll.Total)
		}
		if x.day == "2026-11-23" && (len(a.Open) != 1 || a.Open[0].Shift != 901) {
			t.Errorf("open shifts: %+v", a.Open)
		}
	}
}

// through asks another server on the same store.
func (b *browser) through(h http.Handler, path string, out any) {
	b.t.Helper()
	req := httptest.NewRequest("GET", path, nil)
	at, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, k := range b.http.Jar.Cookies(at) {
		req.AddCookie(k)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil || w.Code != 200 {
		b.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
}

// TestEvents: an open page hears of a company's records within a second, of nobody else's, and not for ever.
func TestEvents(t *testing.T) {
	s := newShop(t, t.TempDir()+"/baaz.db")
	live := web.NewLive()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go live.Run(ctx, func(store.Company) {})
	server := httptest.NewServer(web.New(web.Options{Store: s.store, Ingest: s.in, People: s.people, Logger: slog.New(slog.DiscardHandler), Live: live}))
	defer server.Close()
	req, err := http.NewRequest("GET", server.URL+s.home+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := url.Parse(s.url)
	for _, k := range s.http.Jar.Cookies(at) {
		req.AddCookie(k)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(resp, err)
	}
	heard := make(chan time.Time, 16)
	go func() {
		defer close(heard)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if lines.Text() == "event: change" {
				heard <- time.Now()
			}
		}
	}()
	<-heard // at once
	live.Touch(s.company + 1)
	select {
	case <-heard:
		t.Error("it hears of another company")
	case <-time.After(600 * time.Millisecond):
	}
	began := time.Now()
	for range 100 {
		live.Touch(s.company)
	}
	t.Logf("it heard after %v", (<-heard).Sub(began))
	live.End()
	select {
	case _, open := <-heard:
		if open {
			<-heard
		}
	case <-time.After(time.Minute):
		t.Error("the stream does not end with the server")
	}
}

// TestZone: a company's days begin where its settings say; what is said for one of its points moves only that one's till.
func TestZone(t *testing.T) {
	c := newCentre(t, t.TempDir()+"/baaz.db")
	owner, me := c.owner()
	home := companyPath(me.Home)
	var p web.PointView
	owner.must("POST", home+"/points", web.PointBody{Name: "Ховд"}, &p)
	put := func(scope, code, zone string, want int) {
		t.Helper()
		body := fmt.Sprintf(`{"scope":%q,"changes":[{"code":%q,"merge":true,"body":{"values":{"zone":%q}}}]}`, scope, code, zone)
		if status, _ := owner.ask("POST", home+"/registers/settings", json.RawMessage(body), nil); status != want {
			t.Fatalf("%s at %q: %d", zone, scope, status)
		}
	}
	at := time.Date(2026, 11, 21, 16, 30, 0, 0, time.UTC) // 22 November 00:30 in Ulaanbaatar, an hour less in Hovd
	server := web.New(web.Options{Store: c.store, Ingest: c.in, People: c.people, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return at }})
	check := func(zone, day, clock string) {
		t.Helper()
		var company web.CompanyView
		owner.must("GET", home, nil, &company)
		var a web.NowAnswer
		owner.through(server, home+"/reports/now", &a)
		if company.Zone != zone || string(a.Day) != day || a.Time != clock {
			t.Errorf("%s: %s %s; want %s: %s %s", company.Zone, a.Day, a.Time, zone, day, clock)
		}
	}
	check("Asia/Ulaanbaatar", "2026-11-22", "00:30")
	put(fmt.Sprintf("%d.point.%d", me.Home, p.Point), "point", "Asia/Hovd", http.StatusOK)
	check("Asia/Ulaanbaatar", "2026-11-22", "00:30")
	put("", "company", "Asia/Hovd", http.StatusOK)
	check("Asia/Hovd", "2026-11-21", "23:30")
	put("", "company", "Asia/Nowhere", http.StatusUnprocessableEntity)
	check("Asia/Hovd", "2026-11-21", "23:30")
}

// TestZoneOfIncidents: what is done while no shift is open belongs to the day that it is at its point then; what is of a shift, be it
// one that has ended, to the shift's day, which may be the day before.
func TestZoneOfIncidents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		c := newCentre(t, dsn)
		owner, me := c.owner()
		home := companyPath(me.Home)
		var p web.PointView
		owner.must("POST", home+"/points", web.PointBody{Name: "Киритимати"}, &p)
		owner.must("POST", home+"/registers/settings", json.RawMessage(fmt.Sprintf(`{"scope":"%d.point.%d","changes":[{"code":"point","merge":true,"body":{"values":{"zone":"Pacific/Kiritimati"}}}]}`, me.Home, p.Point)), nil)
		box := uplinktest.NewBox(3)
		if err := c.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.PutBox(me.Home, box.Key.Public().(ed25519.PublicKey), p.Point, 7, 1)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		copied := func(who string) { // 21 September 13:33 UTC: 22 September there
			box.Raw("receipt.asked", []byte(`{"by":"`+who+`","bill":"2026-09-20-1-0001","shift":1,"copy":true}`))
		}
		opened := func(who string) { box.Raw("drawer.asked", []byte(`{"by":"`+who+`","cause":"open","shift":1}`)) }
		copied("1")
		box.Raw("shift.opened", []byte(`{"by":"1","shift":1,"day":"2026-09-20","zone":"Pacific/Kiritimati","local":"2026-09-20 09:00:00","float":"0.00"}`))
		opened("2")
		box.Raw("shift.closed", []byte(`{"by":"1","report":{"shift":1,"day":"2026-09-20","opened_at":"2026-09-20 09:00:00","opened_by":"1","closed_at":"2026-09-21 01:00:00","closed_by":"1","bills":0,"gross":"0.00",
			"discount":"0.00","total":"0.00","vat":"0.00","city_tax":"0.00","tenders":[],"taxes":[],"float":"0.00","cash_in":"0.00","cash_out":"0.00","expected":"0.00"}}`))
		copied("3")
		opened("4") // of the shift that has ended
		records, err := box.Records(0, 100)
		if err != nil {
			t.Fatal(err)
		}
		body, err := wire.Pack(box.Key, records)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := c.in.Take(ctx, box.ID, body); err != nil || h.Status != 200 {
			t.Fatal(h, err)
		}
		var a web.IncidentsAnswer
		owner.must("GET", home+"/reports/incidents", nil, &a)
		var got []string
		for _, v := range a.Incidents {
			got = append(got, fmt.Sprintf("%s %s %d", v.Seller, v.Day, v.Shift))
		}
		slices.Sort(got)
		if want := []string{"1 2026-09-22 0", "2 2026-09-20 1", "3 2026-09-22 0", "4 2026-09-20 1"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		// Another zone from now on: what is kept stays as it was told then, and is whole.
		owner.must("POST", home+"/registers/settings", json.RawMessage(`{"changes":[{"code":"company","merge":true,"body":{"values":{"zone":"Asia/Hovd"}}}]}`), nil)
		if err := ingest.Verify(ctx, c.store, func(format string, a ...any) { t.Errorf(format, a...) }); err != nil {
			t.Error(err)
		}
	})
}
