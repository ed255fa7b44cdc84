package ui_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"posbox/engine"
	"posbox/journal"
	"posbox/pos/barcode"
	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/loyalty"
	"posbox/pos/paper"
	"posbox/pos/receipt"
	"posbox/pos/tax"
	"posbox/pos/till"
	"posbox/typed"
	"posbox/ui"
)

const token = "0123456789abcdef0123456789abcdef"

const script = `<script>alert(1)</script>`

var ulaanbaatar = time.FixedZone("Asia/Ulaanbaatar", 8*3600)

// shelf is a catalogue in memory.
type shelf struct {
	goods map[catalog.Code]catalog.Good
	cards map[string]loyalty.Customer
	ready atomic.Bool // names can be searched for
	// hold is called when a code is looked up: the till waits for it.
	hold atomic.Pointer[func()]
}

func (s *shelf) ByBarcode(code string) (found []catalog.Good, err error) {
	if hold := s.hold.Load(); hold != nil {
		(*hold)()
	}
	for _, g := range s.goods {
		if slices.Contains(g.Barcodes, code) {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b catalog.Good) int { return cmp.Compare(a.Code, b.Code) })
	return found, nil
}

func (s *shelf) ByCode(code catalog.Code) (catalog.Good, bool, error) {
	g, ok := s.goods[code]
	return g, ok, nil
}

func (s *shelf) Customer(code string) (loyalty.Customer, bool, error) {
	for _, c := range s.cards {
		if c.Code == code || slices.Contains(c.Cards, code) {
			return c, true, nil
		}
	}
	return loyalty.Customer{}, false, nil
}

func (s *shelf) Search(q string, limit int) (found []catalog.Good) {
	for _, g := range s.goods {
		if q != "" && strings.Contains(strings.ToLower(g.Name+" "+string(g.Code)), strings.ToLower(q)) {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b catalog.Good) int { return cmp.Compare(a.Code, b.Code) })
	return found[:min(limit, len(found))]
}

func (s *shelf) Unclassed(_ context.Context, limit int) (found []catalog.Good, count int, err error) {
	for _, g := range s.Search("", len(s.goods)) {
		if g.ClassCode == "" && g.Active {
			found = append(found, g)
		}
	}
	return found[:min(limit, len(found))], len(found), nil
}

func (s *shelf) Count() int { return len(s.goods) }

func (s *shelf) NamesReady() bool { return s.ready.Load() }

func (s *shelf) SearchCustomers(q string, limit int) (found []loyalty.Customer) {
	for _, c := range s.cards {
		if q != "" && strings.Contains(strings.ToLower(c.Name+" "+c.Code+" "+c.Phone), strings.ToLower(q)) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b loyalty.Customer) int { return cmp.Compare(a.Code, b.Code) })
	return found[:min(limit, len(found))]
}

// held makes the till wait in the middle of the next scan: entered says that it does, let lets it go on.
func (s *shelf) held() (entered <-chan struct{}, let func()) {
	in, out := make(chan struct{}, 100), make(chan struct{})
	wait := func() { in <- struct{}{}; <-out }
	s.hold.Store(&wait)
	return in, func() { s.hold.Store(nil); close(out) }
}

func newShelf() *shelf {
	s := &shelf{goods: map[catalog.Code]catalog.Good{}, cards: map[string]loyalty.Customer{
		"C1": {Code: "C1", Name: "Дорж " + script, Phone: "+976 9911-2233", Percent: 500, Active: true, Cards: []string{"777"}},
		"C2": {Code: "C2", Name: "Хаагдсан"}, "C3": {Code: "C3", Name: "Эрт", Active: true, ValidFrom: "2030-01-01"},
		"C4": {Code: "C4", Name: "Оройтсон", Active: true, ValidTo: "2020-01-01"}}}
	price := func(a int) []catalog.Price {
		return []catalog.Price{{Amount: 100}, {From: "2026-01-01", Amount: 100 * 100}}[2-a:]
	}
	for _, g := range []catalog.Good{
		{Code: "1", Name: "Сүү 1 л", Barcodes: []string{"8656001000011"}, Unit: "ш", Active: true, Prices: price(1), TaxIncluded: true, Tax: tax.VATAble},
		{Code: "2", Name: "Алим", Unit: "кг", Weighed: true, Active: true, Prices: price(2), Tax: tax.VATAble, CityTax: true},
		{Code: "3", Name: script, Category: script, Unit: "ш", Active: true, Prices: price(1), Tax: tax.VATFree, TaxProductCode: "305"},
		{Code: "4", Name: "Хуучин", Unit: "ш", Prices: price(1), Tax: tax.NoVAT},
		{Code: "5", Name: "Ирээдүй", Unit: "ш", Active: true, Prices: []catalog.Price{{From: "2099-01-01", Amount: 100}}, Tax: tax.VATAble},
		{Code: "6", Name: "Нэг", Barcodes: []string{"ХОЁР"}, Unit: "ш", Active: true, Prices: price(1), Tax: tax.VATZero},
		{Code: "7", Name: "Хоёр", Barcodes: []string{"ХОЁР"}, Unit: "ш", Active: true, Prices: price(1), Tax: tax.VATAble},
	} {
		s.goods[g.Code] = g
	}
	return s
}

// sellers' hashes are made once: each costs tens of milliseconds by design.
var sellers = map[event.SellerCode]till.Seller{
	"1": {Code: "1", Name: "Сарнай " + script, Role: "seller", Active: true, PasswordHash: till.HashPassword("1111", []byte("saltsalt"))},
	"9": {Code: "9", Name: "Эзэн", Role: "owner", Active: true, PasswordHash: till.HashPassword("9999", []byte("saltsalt"))},
}

// rig is a till behind its API.
type rig struct {
	machine machine
	t       testing.TB
	shelf   *shelf
	engine  *engine.Engine
	journal *journal.Journal
	typed   *typed.Store
	ui      *ui.Server
	http    *httptest.Server
	log     *lockedBuffer
	now     atomic.Int64 // Unix seconds
	clock   atomic.Bool
	printer atomic.Pointer[device.Printer]
	drawErr atomic.Pointer[error]
	fiscal  atomic.Pointer[till.Fiscal]
	kept    atomic.Pointer[[2]string] // the last secret that was kept
	trouble func() []*fault.Error
	nobody  bool // no sellers are registered
	blind   bool // counting is
	roles   till.Roles
	office  ui.Fiscal
	updates ui.Updates
	drawn   func(receipt.Doc)
	client  *http.Client
	check   *checker // nil: answers are not held against the document
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type option func(*rig, *engine.Options, *journal.Options)

// withDamage is a till whose journal could not be opened.
func withDamage(r *rig, e *engine.Options, _ *journal.Options) {
	e.Damage = fault.Wrap(fmt.Errorf("secret cause"), fault.JournalDamaged)
}

func withNobody(r *rig, _ *engine.Options, _ *journal.Options) { r.nobody = true }

func withBlindCount(r *rig, _ *engine.Options, _ *journal.Options) { r.blind = true }

func smallFiles(_ *rig, _ *engine.Options, j *journal.Options) {
	j.SegmentBytes, j.SealBytes = 64<<10, 1
}

func newRig(t testing.TB, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, shelf: newShelf(), updates: &guard{status: ui.UpdateStatus{Station: "vm", Slot: "a", Version: 7, Phase: "idle"}}, roles: till.DefaultRoles(), log: &lockedBuffer{}, trouble: func() []*fault.Error { return nil }}
	r.now.Store(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).Unix())
	r.clock.Store(true)
	r.printer.Store(&device.Printer{Name: "туршилт", Fitted: true, Online: true, Proves: true})
	logger := slog.New(slog.NewTextHandler(r.log, nil))
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	eo := engine.Options{Env: r.env, Keep: func(name, text string) error { r.kept.Store(&[2]string{name, text}); return nil }, Logger: logger, Began: event.BoxBegan{PublicKey: fmt.Sprintf("%x", key), Version: "test"}}
	jo := journal.Options{Box: journal.BoxOf(key), Index: engine.Index}
	for _, o := range options {
		o(r, &eo, &jo)
	}
	var err error
	if eo.Damage == nil {
		if r.journal, err = journal.Open(t.TempDir(), jo); err != nil {
			t.Fatal(err)
		}
		eo.Journal = r.journal
	}
	if r.engine, err = engine.New(eo); err != nil {
		t.Fatal(err)
	}
	if r.typed, err = typed.Open(filepath.Join(t.TempDir(), "typed.json")); err != nil {
		t.Fatal(err)
	}
	r.ui = ui.New(ui.Options{Till: r.engine, Journal: r.journal, Goods: r.shelf, Customers: r.shelf, Register: r.register, Printer: func() device.Printer { return *r.printer.Load() },
		Draw: r.draw, DrawBack: r.drawBack, AskReturn: r.askReturn, ClockSet: r.clock.Load, Token: token, HasSellers: func() bool { return !r.nobody },
		Look: func() ui.Look {
			return ui.Look{Lang: "mn", Shop: "Туршилт", CountNotes: []int{20000, 1}, LockAfter: 7,
				Pages: []ui.GoodsPage{{Code: "p", Name: "Ундаа", Goods: []catalog.Code{"7", "none", "6"}}}}
		},
		Box: &r.machine, Version: "test", Logger: logger, Trouble: func() []*fault.Error { return r.trouble() },
		Settings: r.settings, Preview: r.preview, Progress: func(uint64) int64 { return 1 }, Logs: r.logs, Fiscal: r.office, Updates: r.updates, Typed: r.typed, Disk: func() device.Disk { return device.Disk{Free: 9 << 30, Total: 10 << 30} },
		Assets: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "js/app.js": {Data: []byte("export {}")}}})
	r.http = httptest.NewUnstartedServer(r.ui)
	r.http.Config.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelWarn)
	r.http.Start()
	r.client = &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		r.http.CloseClientConnections()
		r.http.Close()
		if err := r.engine.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(r.log)
		}
	})
	return r
}

// checked holds every answer from here on against the document.
func (r *rig) checked() *rig {
	r.check = newChecker(r.t, r.client.Transport)
	r.client.Transport = r.check
	return r
}

func (r *rig) env() till.Env {
	return till.Env{
		Fiscal: r.fiscal.Load(),
		Now:    time.Unix(r.now.Load(), 0), Zone: ulaanbaatar, Goods: r.shelf, Customers: r.shelf, HasSellers: !r.nobody,
		Sellers: func(c event.SellerCode) (till.Seller, bool) { s, ok := sellers[c]; return s, ok && !r.nobody },
		Roles:   r.roles, Salt: []byte("0123456789abcdef"), HasBill: func(b event.Bill) (bool, error) { return r.engine.HasBill(b) },
		Z:        func(shift int) (event.Report, error) { return r.engine.Z(shift) },
		Merchant: event.Merchant{Name: "Туршилт " + script}, Payer: tax.Payer{VAT: true, City: true}, Rates: tax.Mongolia(),
		Rules: barcode.DefaultRules(), Printer: r.printer.Load().Fitted, DrawerOnCash: true, Blind: r.blind, Try: r.try, Upload: r.upload, Key: readKey,
	}
}

// reported lets the first sale have an e-barimt that came to a result.
func (r *rig) reported(result event.FiscalResult) {
	r.t.Helper()
	r.fiscal.Store(&till.Fiscal{Merchant: fiscal.Merchant{TIN: "61200012345", Branch: "001", District: "2501", Till: "001"},
		Holds: func(event.Bill) bool { return true }})
	const bill = "2026-11-23-1-0001"
	told := func(f event.Fact) {
		if err := r.engine.Tell(r.t.Context(), f); err != nil {
			r.t.Fatal(err)
		}
	}
	told(event.FiscalAsked{Bill: bill, Shift: 1, Local: "2026-11-23 12:00:00", Job: event.FiscalCorrect, Body: []byte(`{}`)})
	told(event.FiscalOutcome{Asked: uint64(r.engine.View().Seq), Bill: bill, Job: event.FiscalCorrect, Result: result, ID: strings.Repeat("7", 33), Date: "2026-11-23 12:00:01"})
}

func (r *rig) register() []till.Seller {
	if r.nobody {
		return nil
	}
	return slices.Collect(maps.Values(sellers))
}

// askReturn is a BAAZ that knows the sale of one code.
func (r *rig) askReturn(_ context.Context, code string) error {
	if code != foreignCode {
		return fault.New(fault.ReturnCode)
	}
	return nil
}

const foreignCode = "000007098230001200345170"

func (r *rig) drawBack(bill event.Bill, asCopy bool) (page, mark *paper.Page, err error) {
	of, corrected := bill.CutCorrected()
	s, err := r.engine.Return(of)
	if err != nil || corrected && !s.Partial() {
		return nil, nil, fault.New(fault.BillUnknown, "bill", string(bill))
	}
	page = paper.Draw(receipt.Return(s, receipt.Options{Columns: receipt.Narrow, Copy: asCopy}))
	return page, page, nil
}

func (r *rig) draw(s event.SaleCompleted, asCopy bool) (page, mark *paper.Page, err error) {
	if e := r.drawErr.Load(); e != nil {
		return nil, nil, *e
	}
	doc := receipt.Sale(s, receipt.Options{Columns: 48, Copy: asCopy})
	if r.drawn != nil {
		r.drawn(doc)
	}
	return paper.Draw(doc), nil, nil
}

// reply is an answer that has been read whole.
type reply struct {
	*http.Response
	body []byte
}

// code returns the code of a refusal.
func (a reply) code() fault.Code {
	var e ui.ErrorBody
	json.Unmarshal(a.body, &e)
	return e.Code
}

// change alters a request before it is sent.
type change func(*http.Request)

func header(name, value string) change {
	return func(q *http.Request) { q.Header.Set(name, value) }
}

func noToken(q *http.Request) { q.Header.Del("Authorization") }

func (r *rig) request(method, path, body string, changes ...change) *http.Request {
	r.t.Helper()
	q, err := http.NewRequest(method, r.http.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	for _, c := range changes {
		c(q)
	}
	return q
}

func (r *rig) send(method, path, body string, changes ...change) reply {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	resp, err := r.client.Do(r.request(method, path, body, changes...).WithContext(ctx))
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{resp, b}
}

func (r *rig) get(path string, changes ...change) reply {
	r.t.Helper()
	return r.send("GET", path, "", changes...)
}

// read gets a value that must be there.
func read[T any](r *rig, path string) (v T) {
	r.t.Helper()
	a := r.get(path)
	if a.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s %s", path, a.Status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		r.t.Fatalf("%s: %v", path, err)
	}
	return v
}

type fields = map[string]any

var ids atomic.Int64

func newID() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", ids.Add(1)) }

// command renders a command with a fresh id.
func command(kind string, f fields) string {
	m := fields{"id": newID(), "kind": kind}
	for k, v := range f {
		m[k] = v
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (r *rig) post(body string) reply {
	r.t.Helper()
	return r.send("POST", "/api/commands", body, header("Content-Type", "application/json"))
}

// do carries out a command that must not be refused.
func (r *rig) do(kind string, f fields) (a ui.CommandAnswer) {
	r.t.Helper()
	got := r.post(command(kind, f))
	if got.StatusCode != http.StatusOK {
		r.t.Fatalf("%s %v: %s %s", kind, f, got.Status, got.body)
	}
	if err := json.Unmarshal(got.body, &a); err != nil {
		r.t.Fatal(err)
	}
	return a
}

// refused carries out a command that must be refused with a code.
func (r *rig) refused(want fault.Code, kind string, f fields) {
	r.t.Helper()
	if got := r.post(command(kind, f)); got.StatusCode != http.StatusUnprocessableEntity || got.code() != want {
		r.t.Errorf("%s %v: %s %s, want 422 %s", kind, f, got.Status, got.body, want)
	}
}

// opened lets the owner in and opens a shift.
func (r *rig) opened() *rig {
	r.t.Helper()
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	r.do("shift.open", nil)
	return r
}

// printed reports an outcome as the printer's follower would.
func (r *rig) outcome(seq journal.Seq, bill event.Bill, result event.ReceiptResult) {
	r.t.Helper()
	if err := r.engine.Report(context.Background(), "printer", seq, event.ReceiptOutcome{Asked: uint64(seq), Bill: bill, Result: result}); err != nil {
		r.t.Fatal(err)
	}
}

// withOffice has sales reported.
func withOffice(r *rig, _ *engine.Options, _ *journal.Options) {
	r.office = &office{r: r, shown: map[event.Bill]bool{}}
}
