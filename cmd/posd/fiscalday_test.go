package main

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	baaz "posbox/baaz/store"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/outbox"
	"posbox/pos/event"
	"posbox/pos/fiscal"
	"posbox/pos/money"
)

// fiscalDay is a day of sales and returns on a till that is killed again and again, while the tax office's service misbehaves.
type fiscalDay struct {
	*crashShop
	centre *centre
	rng    *rand.Rand
	dead   bool     // the process has ended
	bills  []string // of sales that were answered
	counts map[string]int
}

// try sends a command that may be refused, or of which the till may die; ok says that it was done.
func (d *fiscalDay) try(kind string, fields object) (answer object, ok bool) {
	if d.dead {
		return nil, false
	}
	status, answer, err := d.send(uuid(), kind, fields)
	d.dead = err != nil
	return answer, err == nil && status == http.StatusOK
}

// look is the state; nil where the till is dead.
func (d *fiscalDay) look() (st object) {
	if d.dead {
		return nil
	}
	status, text, err := d.request(http.MethodGet, "/api/state", nil)
	if err != nil || status != http.StatusOK || json.Unmarshal(text, &st) != nil {
		d.dead = true
		return nil
	}
	return st
}

// begin starts the till, to be ended at a step; "" for never by itself. What lay in baskets is dropped.
func (d *fiscalDay) begin(step string) {
	d.test.Helper()
	d.boot(step)
	for d.dead = false; ; {
		b, _ := d.look()["basket"].(object)
		if b == nil || d.dead {
			return
		}
		if _, ok := d.try("basket.drop", object{"basket": b["id"]}); !ok {
			d.test.Fatalf("the basket of before cannot be dropped: %v\n%s", b, d.log)
		}
	}
}

// act does one thing that happens in a shop.
func (d *fiscalDay) act() {
	switch n := d.rng.IntN(20); {
	case n < 9:
		d.sale()
	case n < 13:
		d.comesBack()
	case n < 16:
		d.misbehave()
	default:
		d.help()
	}
}

func (d *fiscalDay) sale() {
	for range 1 + d.rng.IntN(3) {
		d.try("line.scan", object{"code": killGoods[d.rng.IntN(len(killGoods))]})
	}
	switch d.rng.IntN(6) {
	case 0: // one that the register of taxpayers knows, and one that it does not
		d.try("basket.register", object{"register": []string{"1234567", "5012345"}[d.rng.IntN(2)]})
	case 1:
		d.try("basket.consumer", object{"consumer": "11001234"})
	}
	if a, ok := d.try("pay", object{"tenders": []object{{"kind": "cash", "amount": "10000000"}}}); ok {
		d.bills = append(d.bills, at(a, "result", "bill").(string))
		d.counts["sales"]++
	}
}

// comesBack returns a part of a sale, or all that is left.
func (d *fiscalDay) comesBack() {
	if len(d.bills) == 0 {
		return
	}
	a, ok := d.try("return.begin", object{"code": d.bills[d.rng.IntN(len(d.bills))]})
	if !ok {
		return // all of it has come back
	}
	lines, _ := at(a, "state", "basket", "return", "lines").([]any)
	if len(lines) > 0 && d.rng.IntN(3) > 0 {
		d.try("return.set", object{"lines": []object{{"line": at(lines[0], "line"), "quantity": "1"}}})
	}
	if _, ok := d.try("pay", object{"reason": "гэмтэлтэй"}); ok {
		d.counts["returns"]++
	} else {
		d.try("return.drop", nil)
	}
}

// misbehave has the service misbehave at the next request. An error said after the work was done is left out: a service that says
// no and means yes can be found out by nobody but the tax office.
func (d *fiscalDay) misbehave() {
	kinds := []service.Kind{service.Slow, service.Hang, service.Drop, service.Error200, service.Error500, service.Garbage, service.NoLottery}
	f := object{"kind": kinds[d.rng.IntN(len(kinds))], "at": []service.At{service.Before, service.After}[d.rng.IntN(2)], "times": 1, "ms": 1500}
	switch f["kind"] {
	case service.Error200, service.NoLottery:
		f["at"] = service.Before
	case service.Hang:
		if d.rng.IntN(4) > 0 { // ten seconds each
			return
		}
	}
	body, _ := json.Marshal(f)
	resp, err := http.Post(d.office.URL+"/control/fault", "application/json", bytes.NewReader(body))
	if err != nil || resp.StatusCode != http.StatusOK {
		d.test.Fatal(resp, err)
	}
	resp.Body.Close()
	d.counts["faults"]++
}

// help does what a person does who looks at the screen and at the tax office's list. It reports whether something was
// done.
func (d *fiscalDay) help() bool {
	st := d.look()
	if x := first(st, "decide"); x != nil {
		d.counts["decided"]++
		return d.decideBy(x)
	}
	if u := first(st, "unprinted"); u != nil {
		kind := "fiscal.anew"
		if u["held"] == true {
			kind = "fiscal.slip"
		}
		d.counts[kind]++
		_, ok := d.try(kind, object{"bill": u["bill"]})
		return ok
	}
	return false
}

// decideBy decides by what the stand-in has. A refusal is sent again, and to another buyer where the register does not know the
// business.
func (d *fiscalDay) decideBy(x object) (ok bool) {
	d.test.Helper()
	bill := x["bill"].(string)
	if x["result"] == "refused" {
		_, ok := d.try("fiscal.repeat", object{"bill": bill})
		if !ok { // the register knows no such business
			word := []object{{"bill": bill, "register": "37900846788"}, {"bill": bill, "person": true}}[d.rng.IntN(2)]
			_, ok = d.try("fiscal.repeat", word)
		}
		return ok
	}
	asked, latest, ok := d.undecided(event.Bill(bill))
	if !ok {
		return false // dead
	}
	word := object{"bill": bill, "outcome": "not_done"}
	for _, r := range d.office.Receipts() {
		done := asked.Job == event.FiscalCancel && r.ID == latest.ID && r.Cancelled
		if asked.Job != event.FiscalCancel {
			done = suffixOf(d.test, r.Body) == suffixOf(d.test, asked.Body)
		}
		if done {
			word = object{"bill": bill, "outcome": "done", "number": r.ID, "date": r.Date}
		}
	}
	_, ok = d.try("fiscal.resolve", word)
	return ok
}

func suffixOf(t testing.TB, body []byte) string {
	t.Helper()
	r, err := fiscal.ReadRequest(body)
	if err != nil {
		t.Fatal(err)
	}
	return r.BillIDSuffix
}

// undecided is the first request of a bill that has not ended, and the receipt that holds before it.
func (d *fiscalDay) undecided(bill event.Bill) (asked event.FiscalAsked, latest event.FiscalOutcome, ok bool) {
	chain := fiscal.Chain{}
	all := map[uint64]event.FiscalAsked{}
	for seq, f := range d.facts() {
		switch f := f.(type) {
		case event.FiscalAsked:
			if f.Bill == bill {
				all[seq], chain = f, chain.Apply(seq, f)
			}
		case event.FiscalOutcome:
			chain = chain.Apply(seq, f)
		}
	}
	latest, _ = chain.Latest()
	first, pending := chain.Pending()
	return all[first.Asked], latest, pending && !d.dead
}

// facts walks over the journal as the till tells it; it ends early where the till dies.
func (d *fiscalDay) facts() func(yield func(uint64, event.Fact) bool) {
	return func(yield func(uint64, event.Fact) bool) {
		for after := uint64(0); ; {
			status, text, err := d.request(http.MethodGet, fmt.Sprintf("/api/journal?limit=10000&after=%d", after), nil)
			var a struct {
				Records []struct {
					Seq  uint64
					Kind event.Kind
					Body json.RawMessage
				}
			}
			if err != nil || status != http.StatusOK || json.Unmarshal(text, &a) != nil {
				d.dead = true
				return
			}
			for _, r := range a.Records {
				f, err := event.Decode(r.Kind, r.Body)
				if err != nil {
					d.test.Fatal(err)
				}
				if after = r.Seq; f != nil && !yield(r.Seq, f) {
					return
				}
			}
			if len(a.Records) == 0 {
				return
			}
		}
	}
}

// rest lets the shop come to rest: nothing waits, nothing is under way, and a person has decided what was uncertain.
func (d *fiscalDay) rest() {
	d.test.Helper()
	idle := time.Now()
	for time.Since(idle) < patience {
		if d.dead {
			d.test.Fatalf("the till has died by itself\n%s", d.log)
		}
		if d.help() {
			idle = time.Now()
			continue
		}
		if st := d.look(); at(st, "fiscal", "waits") == 0.0 && !d.printing(st) && d.underWay() == 0 && first(st, "decide") == nil && first(st, "unprinted") == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	d.test.Fatalf("does not come to rest: %v\n%s", d.state()["fiscal"], d.log)
}

// underWay counts the requests that have not come to an end.
func (d *fiscalDay) underWay() int {
	open := map[uint64]bool{}
	for seq, f := range d.facts() {
		switch f := f.(type) {
		case event.FiscalAsked:
			open[seq] = true
		case event.FiscalOutcome:
			switch f.Result {
			case event.FiscalIssued, event.FiscalCancelled, event.FiscalNotDone, event.FiscalDropped:
				delete(open, f.Asked)
			}
		}
	}
	return len(open)
}

// verify holds the stand-in's receipts against the journal: of each sale of which something has stayed exactly one holds, over
// what stayed, and no request was taken twice.
func (d *fiscalDay) verify() {
	d.test.Helper()
	stays := map[string]money.Amount{} // shift and number, as in the suffix
	key := func(shift, number int) string { return fmt.Sprintf("%d/%05d", shift%100, number) }
	of := map[event.Bill]string{}
	for _, f := range d.facts() {
		switch f := f.(type) {
		case event.SaleCompleted:
			of[f.Bill] = key(f.Shift, f.Number)
			stays[of[f.Bill]] += f.Total
		case event.SaleReturned:
			stays[of[f.Of.Bill]] += f.Total
		}
	}
	taken, holds := map[string]bool{}, map[string]money.Amount{}
	for _, r := range d.office.Receipts() {
		req, err := fiscal.ReadRequest(r.Body)
		if err != nil {
			d.test.Fatal(err)
		}
		s := req.BillIDSuffix
		if taken[s] {
			d.test.Errorf("the request %s was taken twice", s)
		}
		taken[s] = true
		sale := s[:len(s)-7] + "/" + s[len(s)-5:]
		if _, known := stays[sale]; !known {
			d.test.Errorf("the stand-in has a receipt of a sale that the journal does not know: %s", s)
		}
		if r.Cancelled || r.Replaced != "" {
			continue
		}
		if _, twice := holds[sale]; twice {
			d.test.Errorf("two receipts of the sale %s hold", sale)
		}
		holds[sale] = money.Amount(req.TotalAmount)
	}
	for sale, total := range stays {
		if got, ok := holds[sale]; got != total || ok != (total != 0) {
			d.test.Errorf("of the sale %s %s stayed, and the tax office has %s (%v)", sale, total, got, ok)
		}
	}
	d.counts["receipts"], d.counts["numbers"] = len(holds), len(taken)
}

// canaries are what may be printed once and stand nowhere.
type canaries struct {
	lotteries map[string]bool // without the blank
	qr        [][]byte        // pieces of QR data
	numbers   [][]byte        // ДДТД, which may stand anywhere: whoever looks must find them
}

// lotteryShape is a lottery number however its blank is written.
var lotteryShape = regexp.MustCompile(`([A-Z]{2})(?: |\+|%20|\\u0020|)([0-9]{8})`)

func canariesOf(list []service.Receipt) canaries {
	c := canaries{lotteries: map[string]bool{}}
	for _, r := range list {
		c.qr = append(c.qr, []byte(r.QRData[:30]), []byte(r.QRData[len(r.QRData)/2:][:30]))
		c.numbers = append(c.numbers, []byte(r.ID))
		if r.Lottery != "" {
			c.lotteries[strings.ReplaceAll(r.Lottery, " ", "")] = true
		}
	}
	return c
}

// in reports whether a text holds a secret, and how many receipts' numbers.
func (c canaries) in(b []byte) (secret bool, numbers int) {
	for _, m := range lotteryShape.FindAllSubmatch(b, -1) {
		secret = secret || c.lotteries[string(m[1])+string(m[2])]
	}
	for _, q := range c.qr {
		secret = secret || bytes.Contains(b, q)
	}
	for _, n := range c.numbers {
		if bytes.Contains(b, n) {
			numbers++
		}
	}
	return secret, numbers
}

// unpacked calls look with a text and with what is packed into it.
func unpacked(t testing.TB, name string, b []byte, look func(name string, b []byte)) {
	look(name, b)
	switch {
	case bytes.HasPrefix(b, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		if plain, err := z.DecodeAll(b, nil); err == nil {
			look(name+" unpacked", plain)
		}
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			look(name+"/"+f.Name, plain)
		}
	}
}

// everyFile looks at every file below a folder.
func everyFile(t testing.TB, dir string, look func(name string, b []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			unpacked(t, path, b, look)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rows looks at every value of every table of BAAZ's store.
func (c *centre) rows(look func(name string, b []byte)) {
	c.t.Helper()
	db, err := sql.Open("sqlite", c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	tables, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		c.t.Fatal(err)
	}
	var names []string
	for tables.Next() {
		var name string
		must(c.t, tables.Scan(&name))
		names = append(names, name)
	}
	must(c.t, tables.Err())
	for _, name := range names {
		rows, err := db.Query(`SELECT * FROM "` + name + `"`)
		if err != nil {
			c.t.Fatal(name, err)
		}
		columns, _ := rows.Columns()
		values, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			must(c.t, rows.Scan(into...))
			for i, v := range values {
				unpacked(c.t, "BAAZ: "+name+"."+columns[i], v, look)
			}
		}
		must(c.t, rows.Err())
		rows.Close()
	}
}

// giveLogs has BAAZ ask for the till's logs and waits for them.
func (d *fiscalDay) giveLogs() {
	d.test.Helper()
	who := baaz.BoxID{Company: d.centre.company, Box: d.centre.boxes()[d.centre.point]}
	var asked baaz.LogWish
	must(d.centre.t, d.centre.store.Write(context.Background(), func(tx *baaz.Tx) (err error) {
		asked, err = tx.WishLogs(who, "Болд", 1)
		return err
	}))
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(50 * time.Millisecond) {
		d.centre.down.Wish(who.Box)
		if d.centre.store.Read(context.Background(), func(tx *baaz.Tx) error {
			_, err := tx.LogFile(d.centre.company, who.Box, asked.Wish)
			return err
		}) == nil {
			return
		}
	}
	d.test.Fatal("the logs do not arrive")
}

// TestDayOfEbarimts is a day of sales, returns and faults of the service, on a till that is killed at random moments and at its
// named steps. In the evening the tax office has one receipt of each sale over what stayed of it; and no lottery number and no QR
// data stand in any file, log or copy of the till, nor in BAAZ.
func TestDayOfEbarimts(t *testing.T) {
	c := newCentre(t)
	d := &fiscalDay{crashShop: openCrashShop(t, crashing(t)), centre: c, rng: seeded(t), counts: map[string]int{}}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	d.args = append(d.args, "-lookup", d.office.URL, "-baaz", c.url)
	d.args = append(d.args, "-key", c.key())
	d.begin("")
	d.args = d.args[:len(d.args)-2]
	kills := rounds(4, 8, 250)
	for round := range kills {
		if round == 0 { // at least these
			d.sale()
			d.sale()
			d.comesBack()
		} else {
			step := ""
			if d.rng.IntN(2) == 0 { // some are met only by what has waited: those are left to chance
				step = slices.DeleteFunc(slices.Clone(outbox.FiscalSteps), func(s string) bool { return s == "fiscal.marked" || s == "fiscal.resent" })[d.rng.IntN(len(outbox.FiscalSteps)-2)]
			}
			d.begin(step)
		}
		for range 4 + d.rng.IntN(10) {
			d.act()
		}
		time.Sleep(time.Duration(d.rng.IntN(200)) * time.Millisecond) // at any moment of what is under way
		d.kill()
	}
	d.office.Cure()
	d.begin("")
	d.rest()
	d.try("shift.count", object{"notes": object{"20000": 3}})
	d.try("shift.close", nil)
	d.untilSent()
	d.giveLogs()
	d.verify()
	d.counts["kills"] = kills
	var told bytes.Buffer // what the till tells whoever asks
	for _, path := range []string{"/api/state", "/api/logs?limit=1000", "/api/journal?limit=10000", "/api/journal/files/1"} {
		_, text, err := d.request(http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		told.Write(text)
	}
	d.kill()

	secrets := canariesOf(d.office.Receipts())
	for l := range secrets.lotteries { // whoever looks for them would find them
		if found, _ := secrets.in([]byte(`"` + l[:2] + " " + l[2:] + `"`)); !found {
			t.Fatal("a lottery number is not recognised")
		}
	}
	seen := 0
	look := func(name string, b []byte) {
		secret, numbers := secrets.in(b)
		if secret {
			t.Errorf("%s holds a lottery number or QR data", name)
		}
		seen = max(seen, numbers)
	}
	look("what the till tells", told.Bytes())
	look("the log", append(d.logs.Bytes(), d.log.Bytes()...))
	everyFile(t, d.dir, look)
	everyFile(t, d.dir+"-box", look)
	everyFile(t, tmp, look)
	if seen == 0 || seen < len(secrets.numbers)/2 {
		t.Errorf("%d receipts' numbers found at the till, of %d: the files were not looked at", seen, len(secrets.numbers))
	}
	seen = 0
	c.rows(look)
	if seen == 0 {
		t.Error("no receipt's number found in BAAZ: its store was not looked at")
	}
	everyFile(t, filepath.Dir(c.file), look)
	if out, err := exec.Command(d.program, cmdCheck, d.dir).CombinedOutput(); err != nil {
		t.Errorf("posd check: %v\n%s", err, out)
	}
	t.Logf("%v; %d lottery numbers", d.counts, len(secrets.lotteries))
	if d.counts["sales"] < 2 || d.counts["returns"] == 0 {
		t.Errorf("hardly anything was sold: %v", d.counts)
	}
}
