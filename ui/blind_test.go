package ui_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/receipt"
	"posbox/pos/till"
	"posbox/ui"
)

// listener keeps every byte that the till answers, as a person could read it: without the spaces that group figures.
type listener struct {
	base http.RoundTripper
	mu   sync.Mutex
	all  strings.Builder
	from int // what was said before is not judged again
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(q *http.Request) (*http.Response, error) {
	resp, err := l.base.RoundTrip(q)
	if err != nil {
		return nil, err
	}
	if conn, ok := resp.Body.(io.ReadWriteCloser); ok && resp.StatusCode == http.StatusSwitchingProtocols {
		resp.Body = struct {
			io.Reader
			io.WriteCloser
		}{io.TeeReader(conn, said{l}), conn} // what a server says on a socket is not masked
		return resp, nil
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(resp.Body, said{l}), resp.Body}
		return resp, nil
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	l.hear(q.Method + " " + q.URL.RequestURI() + " " + resp.Status + "\n" + string(body) + "\n")
	return resp, err
}

type said struct{ *listener }

func (s said) Write(b []byte) (int, error) { s.hear(string(b)); return len(b), nil }

func (l *listener) hear(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.WriteString(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(text))
}

// heard returns what was said since it was asked last.
func (l *listener) heard() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.all.String()[l.from:]
	l.from = l.all.Len()
	return text
}

// byCookie makes a request the screen's.
func byCookie(q *http.Request) {
	q.Header.Del("Authorization")
	q.AddCookie(&http.Cookie{Name: "posbox_till", Value: token})
}

// everything asks every route of the table for all that it could tell of the shift: a route added to the table is asked
// by itself, a place in its path that nobody knows how to fill fails the test.
func (r *rig) everything(bills []event.Bill) {
	r.t.Helper()
	fill := map[string][]string{"shift": {"1", "2"}, "number": {"1"}, "code": {"1"}, "page": {"p"}, "bill": nil}
	for _, b := range bills {
		fill["bill"] = append(fill["bill"], string(b))
	}
	for _, op := range ui.Routes() {
		method, path, _ := strings.Cut(op, " ")
		paths := []string{path}
		for name, values := range fill {
			if strings.Contains(path, "{"+name+"}") {
				paths = nil
				for _, v := range values {
					paths = append(paths, strings.Replace(path, "{"+name+"}", v, 1))
				}
			}
		}
		for _, p := range paths {
			switch {
			case strings.ContainsAny(p, "{}"):
				r.t.Errorf("%s: what stands in the bracket?", op)
			case p == "/api/events":
				r.firstEvent()
			case p == "/api/socket":
				s := r.openSocket("", byCookie)
				s.message(r.t)
				s.close()
			case method == "GET":
				for _, query := range []string{"", "?shift=1&limit=1000", "?shift=2", "?q=1", "?copy=1"} {
					r.get(p+query, byCookie)
				}
			default:
				r.send(method, p, "{}", byCookie)
			}
		}
	}
}

func (r *rig) firstEvent() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	resp, err := r.client.Do(r.request("GET", "/api/events", "", byCookie).WithContext(ctx))
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	sc := bufio.NewScanner(resp.Body)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() && sc.Text() != "" {
	}
}

// secrets collects what a blind seller must not be told: every sum that the shift ever came to, and the totals of receipts
// older than the last ten.
type secrets struct {
	sums  map[money.Amount]string
	bills []event.SaleCompleted // those sold, in order
}

func (s *secrets) note(r event.Report) {
	if r.Bills == 0 {
		return // the float is the seller's own
	}
	for what, a := range map[string]money.Amount{"total": r.Total, "gross": r.Gross, "expected": r.Expected, "VAT": r.VAT} {
		s.sums[a] = fmt.Sprintf("%s after %d bills", what, r.Bills)
	}
	for _, t := range r.Tenders {
		s.sums[t.Amount] = fmt.Sprintf("%s after %d bills", t.Kind, r.Bills)
	}
	for _, t := range r.Taxes {
		s.sums[t.Total] = fmt.Sprintf("%s after %d bills", t.Class, r.Bills)
	}
	if r.Difference != nil && *r.Difference != 0 {
		s.sums[*r.Difference] = "difference"
	}
}

// now returns the secrets of this moment: a sum that a receipt shows that may be seen is none.
func (s *secrets) now() map[string]string {
	all := maps.Clone(s.sums)
	recent := max(0, len(s.bills)-10)
	for _, b := range s.bills[:recent] {
		all[b.Total] = "total of the old bill " + string(b.Bill)
	}
	for _, b := range s.bills[recent:] {
		for _, a := range []money.Amount{b.Total, b.Gross, b.VAT} {
			delete(all, a)
		}
		for _, l := range b.Lines {
			delete(all, l.VAT)
			delete(all, l.Total)
		}
		for _, t := range b.Tenders {
			delete(all, t.Amount)
			delete(all, t.Given)
		}
	}
	texts := map[string]string{}
	for a, what := range all {
		if a < 0 {
			a = -a
		}
		whole, _ := strings.CutSuffix(a.String(), ".00")
		texts[whole] = what
	}
	return texts
}

// A whole shift of a seller who may not see the cash, every answer of every route read: none tells what should lie in the
// drawer. The owner, who may see it, finds all of it by the same questions.
func TestBlindShift(t *testing.T) {
	r := newRig(t, withBlindCount)
	ear := &listener{base: r.client.Transport}
	r.client.Transport = ear
	r.drawn = func(d receipt.Doc) { ear.hear(d.Text()) }
	hidden := &secrets{sums: map[money.Amount]string{}}
	var bills []event.Bill
	judge := func(where string) {
		t.Helper()
		heard := ear.heard()
		for text, what := range hidden.now() {
			if at := strings.Index(heard, text); at >= 0 {
				t.Errorf("%s: the %s, %s, is told: …%s…", where, what, text, heard[max(0, at-200):min(len(heard), at+40)])
			}
		}
	}
	note := func() {
		if sh := r.engine.View().State.Shift; sh != nil {
			hidden.note(sh.Report)
		}
	}
	act := func(kind string, f fields) (a ui.CommandAnswer) {
		t.Helper()
		body := command(kind, f)
		got := r.send("POST", "/api/commands", body, byCookie)
		if got.StatusCode != http.StatusOK || json.Unmarshal(got.body, &a) != nil {
			t.Fatalf("%s %v: %s %s", kind, f, got.Status, got.body)
		}
		note()
		return a
	}
	refused := func(want fault.Code, kind string, f fields) {
		t.Helper()
		if got := r.send("POST", "/api/commands", command(kind, f), byCookie); got.code() != want {
			t.Errorf("%s %v: %s %s, want %s", kind, f, got.Status, got.body, want)
		}
		asks := r.openSocket("", byCookie)
		defer asks.close()
		if got := asks.do(t, kind, f); got.Refused == nil || got.Refused.Code != want {
			t.Errorf("%s %v by the socket: %+v, want %s", kind, f, got, want)
		}
	}
	sell := func(n int, kind string) {
		t.Helper()
		act("line.scan", fields{"code": "1", "quantity": fmt.Sprint(1000 + 7*n*n)})
		a := act("line.scan", fields{"code": "3", "quantity": fmt.Sprint(3 + n)})
		total := a.State.Basket.Total.String()
		act("basket.tenders", fields{"tenders": []fields{{"kind": kind, "amount": total}}})
		bill := act("pay", fields{"tenders": []fields{{"kind": kind, "amount": total}}}).Result.Bill
		sale, err := r.engine.Sale(bill)
		if err != nil {
			t.Fatal(err)
		}
		hidden.bills, bills = append(hidden.bills, sale), append(bills, bill)
		note()
	}
	for code, price := range map[catalog.Code]int64{"1": 1201, "3": 130_011} { // sums that nobody mistakes for anything else
		g := r.shelf.goods[code]
		g.Prices = []catalog.Price{{Amount: money.Tugrik(price)}}
		r.shelf.goods[code] = g
	}

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	live := make(chan struct{})
	go func() { // one stream for the whole shift
		defer close(live)
		if resp, err := r.client.Do(r.request("GET", "/api/events", "", byCookie).WithContext(ctx)); err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}()

	socket := r.openSocket("", byCookie) // and one socket
	go socket.drain()

	act("seller.login", fields{"code": "1", "password": "1111"})
	act("shift.open", fields{"float": "137731"})
	kinds := []string{"cash", "card", "transfer", "qr"}
	for n := range 14 {
		sell(n, kinds[n%len(kinds)])
	}
	act("cash.in", fields{"amount": "5003"})
	act("cash.out", fields{"amount": "2001"})
	ear.heard() // the first sums were those of single receipts
	sell(14, "cash")
	sell(15, "card")
	judge("while selling")

	r.everything(bills)
	judge("reading")
	refused(fault.RightMissing, "receipt.reprint", fields{"bill": bills[0]})
	refused(fault.RightMissing, "report.print", nil)
	refused(fault.CountNeeded, "shift.close", nil)
	act("report.print", fields{"approver": fields{"code": "9", "password": "9999"}})
	act("receipt.reprint", fields{"bill": bills[len(bills)-1]})
	act("receipt.reprint", fields{"bill": bills[0], "approver": fields{"code": "9", "password": "9999"}})
	act("seller.lock", nil)
	r.everything(bills)
	act("seller.logout", nil)
	r.everything(bills)
	judge("locked, then with nobody there")

	act("seller.login", fields{"code": "1", "password": "1111"})
	act("shift.count", fields{"notes": map[string]int{"20000": 3}})
	refused(fault.RightMissing, "shift.count", fields{"total": "1"})
	r.everything(bills)
	act("shift.close", nil)
	act("report.print", fields{"shift": 1})
	r.everything(bills)
	judge("counted and closed")
	for _, f := range reportsAsked(t, r) {
		if !f.Blind {
			t.Errorf("%s goes onto paper with its sums", f.Report.Title())
		}
		ear.hear(receipt.Report(f.Report, receipt.Options{Columns: 32, Blind: f.Blind}).Text())
	}
	judge("on paper")

	// What is refused is refused for what it is; the last ten are there.
	if list := read[ui.ReceiptsAnswer](r, "/api/receipts?shift=1"); len(list.Receipts) != 10 || list.Receipts[0].Bill != bills[15] {
		t.Errorf("receipts: %+v", list)
	}
	for path, status := range map[string]int{"/api/receipts/" + string(bills[5]): 403, "/api/receipts/" + string(bills[5]) + ".png": 403,
		"/api/receipts/" + string(bills[6]): 200, "/api/journal": 403, "/api/journal/files": 403, "/api/journal/files/1": 403, "/api/reports/z/1": 200} {
		if a := r.get(path, byCookie); a.StatusCode != status || status == 403 && a.code() != fault.RightMissing {
			t.Errorf("%s: %s %.200s, want %d", path, a.Status, a.body, status)
		}
	}
	if z := read[ui.ShiftReport](r, "/api/reports/z/1"); !z.Blind || z.Counted == nil || *z.Counted != money.Tugrik(60000) || z.ShiftSums != nil {
		t.Errorf("blind Z: %+v", z)
	}
	if a := r.get("/api/journal?limit=5"); a.StatusCode != 200 {
		t.Errorf("the journal, by token: %s", a.Status)
	}
	stop()
	<-live

	// The owner asks the same and is told all of it: the test could have failed.
	ear.heard()
	act("seller.login", fields{"code": "9", "password": "9999"})
	r.everything(bills)
	heard, z := ear.heard(), must(r.engine.Z(1))
	for _, a := range append([]money.Amount{z.Total, z.Expected, hidden.bills[0].Total, *z.Difference}, tenderSums(z)...) {
		if !strings.Contains(heard, strings.TrimSuffix(a.String(), ".00")) {
			t.Errorf("the owner is not told %s", a)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func tenderSums(r event.Report) (sums []money.Amount) {
	for _, t := range r.Tenders {
		sums = append(sums, t.Amount)
	}
	return sums
}

// reportsAsked reads from the journal what was asked to be printed of reports.
func reportsAsked(t *testing.T, r *rig) (list []event.ReportAsked) {
	t.Helper()
	for _, rec := range must(r.engine.Records(0, 100_000)) {
		if f, err := event.Decode(event.Kind(rec.Kind), rec.Body); err == nil {
			if asked, ok := f.(event.ReportAsked); ok {
				list = append(list, asked)
			}
		}
	}
	if len(list) != 2 {
		t.Fatalf("%d reports were asked for", len(list))
	}
	return list
}

// Where nothing hides them, the sums of a report stand as they do in the fact, all of its fields.
func TestReportIsWhole(t *testing.T) {
	r := newRig(t).checked().opened()
	r.do("line.scan", fields{"code": "1"})
	r.do("pay", fields{"tenders": cash("100")})
	r.do("return.begin", fields{"code": "1"})
	r.do("pay", fields{"reason": "x"})
	r.do("shift.count", fields{"total": "1"})
	r.do("shift.close", nil)
	var got, want map[string]any
	if err := json.Unmarshal(r.get("/api/reports/z/1").body, &got); err != nil {
		t.Fatal(err)
	}
	b := must(json.Marshal(must(r.engine.Z(1))))
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if got["blind"] != false {
		t.Error("blind, though nothing is hidden")
	}
	for _, added := range []string{"blind", "opened_name", "closed_name"} {
		delete(got, added)
	}
	if g, w := must(json.Marshal(got)), must(json.Marshal(want)); !bytes.Equal(g, w) {
		t.Errorf("the API says\n%s, the fact\n%s", g, w)
	}
}

// The rules of who is blind, and that with the setting off nobody is.
func TestWhoIsBlind(t *testing.T) {
	for _, c := range []struct {
		blind bool
		code  string // of the seller; empty: nobody
		lock  bool
		want  int // status of an old receipt and of the X report
		x     int
	}{
		{false, "", false, 200, 200}, {false, "1", true, 200, 200}, {false, "1", false, 200, 200},
		{true, "", false, 403, 403}, {true, "1", false, 403, 403}, {true, "9", true, 403, 403}, {true, "9", false, 200, 200},
	} {
		r := newRig(t).opened()
		r.blind = c.blind
		for range 11 {
			r.do("line.scan", fields{"code": "1"})
			r.do("pay", fields{"tenders": cash("100"), "print": false})
		}
		r.do("seller.logout", nil)
		if c.code != "" {
			r.do("seller.login", fields{"code": c.code, "password": strings.Repeat(c.code, 4)})
		}
		if c.lock {
			r.do("seller.lock", nil)
		}
		if got := read[ui.State](r, "/api/state").Till.Blind; got != c.blind {
			t.Errorf("%+v: the state says %v", c, got)
		}
		for path, want := range map[string]int{"/api/receipts/2026-11-23-1-0001": c.want, "/api/reports/x": c.x, "/api/receipts/2026-11-23-1-0002": 200} {
			if a := r.get(path); a.StatusCode != want {
				t.Errorf("%+v: %s: %s %s", c, path, a.Status, a.body)
			}
		}
		if n := len(read[ui.ReceiptsAnswer](r, "/api/receipts").Receipts); n != map[int]int{200: 11, 403: 10}[c.want] {
			t.Errorf("%+v: %d receipts", c, n)
		}
	}
}

// The right to the X report is none to its sums, and the right to the cash is none to the X report.
func TestRightToX(t *testing.T) {
	for _, c := range []struct {
		right till.Right
		want  int
	}{{till.RightReportX, 200}, {till.RightCashSee, 403}} {
		r := newRig(t, withBlindCount)
		r.roles["seller"] = till.Role{Rights: []till.Right{till.RightShift, c.right}}
		r.do("seller.login", fields{"code": "1", "password": "1111"})
		r.do("shift.open", nil)
		a := r.get("/api/reports/x")
		if blind := bytes.Contains(a.body, []byte(`"blind":true`)); a.StatusCode != c.want || blind != (a.StatusCode == 200) || bytes.Contains(a.body, []byte("expected")) {
			t.Errorf("with %s: %s %s", c.right, a.Status, a.body)
		}
	}
}
