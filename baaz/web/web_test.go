package web_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// rig is a BAAZ with one box that has joined.
type rig struct {
	t     *testing.T
	url   string
	box   *uplinktest.Box
	store *store.Store
	c     store.Company
	now   time.Time
	baaz  ed25519.PublicKey
	in    *ingest.Ingest
	point store.Point
	keys  byte
	from  string // X-Forwarded-For of what is sent
}

func newRig(t *testing.T, dsn string, o web.Options) *rig {
	t.Helper()
	ctx := context.Background()
	r := &rig{t: t, box: uplinktest.NewBox(0), store: storetest.Open(t, dsn), now: time.Now()}
	in, err := ingest.New(ctx, r.store, func() time.Time { return r.now })
	if err != nil {
		t.Fatal(err)
	}
	var p store.Point
	err = r.store.Write(ctx, func(tx *store.Tx) (err error) {
		if r.c, err = tx.AddCompany("Номин", 1); err == nil {
			p, err = tx.AddPoint(r.c, "1", 1)
		}
		return err
	})
	sign, err2 := r.store.SigningKey(ctx)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	r.in, r.baaz, r.point = in, sign.Public().(ed25519.PublicKey), p
	r.join(r.box)
	o.BoxRate, o.StrangerRate = cmp.Or(o.BoxRate, 1e6), cmp.Or(o.StrangerRate, 1e6)
	o.Ingest, o.Store, o.Logger = in, r.store, slog.New(slog.DiscardHandler)
	server := httptest.NewServer(web.New(o))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// stopped is a clock that stands still: nobody gets anything back of what he has used up.
func stopped() func() time.Time {
	now := time.Now()
	return func() time.Time { return now }
}

// join makes a box one of the company's.
func (r *rig) join(b *uplinktest.Box) {
	r.t.Helper()
	r.keys++
	key := wire.NewKey(append(make([]byte, wire.KeyBytes-1), r.keys))
	if _, err := r.in.AddKey(context.Background(), r.c, r.point, key); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.in.Join(context.Background(), wire.NewJoin(key, b.Key, "test")); err != nil {
		r.t.Fatal(err)
	}
}

// send sends one request and returns status, code and head.
func (r *rig) send(method, path string, body []byte) (int, fault.Code, wire.Head, http.Header) {
	r.t.Helper()
	return r.sendAs(nil, r.now, method, path, body)
}

// askHead asks for a box's head as that box, by a clock.
func (r *rig) askHead(b *uplinktest.Box, at time.Time) (int, fault.Code, wire.Head) {
	r.t.Helper()
	status, code, h, _ := r.sendAs(b.Key, at, "GET", "/v1/boxes/"+b.ID.String()+"/head", nil)
	return status, code, h
}

// sendAs is send for a request that a box signs; without a key nobody does.
func (r *rig) sendAs(key ed25519.PrivateKey, at time.Time, method, path string, body []byte) (int, fault.Code, wire.Head, http.Header) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if key != nil {
		req.Header.Set("Authorization", wire.Request{Method: method, Target: path, Time: at.UnixMicro(), BAAZ: r.baaz}.Sign(key))
	}
	if r.from != "" {
		req.Header.Set("X-Forwarded-For", r.from)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	var h wire.Head
	if err := json.Unmarshal(text, &h); err != nil {
		r.t.Fatalf("%s %s: %d %q", method, path, resp.StatusCode, text)
	}
	if resp.StatusCode != http.StatusOK && (h.Code == "" || h.Text == "" || h.Hint == "") {
		r.t.Errorf("%s %s: %d without a sentence: %s", method, path, resp.StatusCode, text)
	}
	return resp.StatusCode, fault.Code(h.Code), h, resp.Header
}

func (r *rig) records() string { return "/v1/boxes/" + r.box.ID.String() + "/records" }

func pack(t *testing.T, b *uplinktest.Box, records []journal.Record) []byte {
	t.Helper()
	body, err := wire.Pack(b.Key, records)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Batches that come twice, out of order, in parts or overlapping: each gets its status and the durable head.
func TestBatchesInAnyOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		r.box.Sell(10)
		all, _ := r.box.Records(0, 100)
		for _, step := range []struct {
			from, to int
			status   int
			head     journal.Seq
		}{
			{5, 9, 412, 0}, {0, 5, 200, 5}, {0, 5, 200, 5}, {7, 9, 412, 5}, {3, 8, 200, 8}, {0, 1, 200, 8}, {2, 6, 200, 8},
			{9, 10, 412, 8}, {8, 9, 200, 9}, {0, len(all), 200, journal.Seq(len(all))}, {10, 12, 200, journal.Seq(len(all))},
		} {
			status, _, h, _ := r.send("POST", r.records(), pack(t, r.box, all[step.from:step.to]))
			if status != step.status || h.Seq != step.head || h.Status != status || step.head > 0 && h.Hash != all[step.head-1].Hash {
				t.Fatalf("records %d to %d: %d, head %d; want %d, %d", step.from+1, step.to, status, h.Seq, step.status, step.head)
			}
		}
		if status, _, h := r.askHead(r.box, r.now); status != 200 || h.Seq != journal.Seq(len(all)) {
			t.Errorf("head: %d %d", status, h.Seq)
		}
	})
}

// What a stranger, a broken box or an attacker may send.
func TestBadRequests(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db", web.Options{})
	r.box.Sell(1)
	records, _ := r.box.Records(0, 10)
	good := pack(t, r.box, records)
	other := uplinktest.NewBox(7)
	theirs, _ := other.Records(0, 10)
	flipped := slices.Clone(good)
	flipped[60] ^= 1
	for name, x := range map[string]struct {
		method, path string
		body         []byte
		status       int
		code         fault.Code
	}{
		"no batch":           {"POST", r.records(), []byte("hello"), 400, fault.BatchMalformed},
		"cut":                {"POST", r.records(), good[:len(good)-1], 400, fault.BatchMalformed},
		"wrong signature":    {"POST", r.records(), flipped, 401, fault.BatchSignature},
		"another box":        {"POST", r.records(), pack(t, other, theirs), 400, fault.BatchMalformed},
		"box never joined":   {"POST", "/v1/boxes/" + other.ID.String() + "/records", pack(t, other, theirs), 404, fault.BoxUnknown},
		"head, not signed":   {"GET", "/v1/boxes/" + r.box.ID.String() + "/head", nil, 401, fault.RequestSignature},
		"no box id":          {"GET", "/v1/boxes/xyz/head", nil, 404, fault.BoxUnknown},
		"beat, not signed":   {"POST", "/v1/heartbeat", []byte("{}"), 401, fault.RequestSignature},
		"SQL as box id":      {"GET", "/v1/boxes/'%20OR%201=1;--/head", nil, 404, fault.BoxUnknown},
		"too large":          {"POST", r.records(), append(slices.Clone(good), make([]byte, wire.MaxBatch)...), 413, fault.BatchTooLarge},
		"nothing there":      {"GET", "/v2/whatever", nil, 404, fault.NotFound},
		"join without JSON":  {"POST", "/v1/join", []byte("<xml>"), 400, fault.JoinMalformed},
		"join with nothing":  {"POST", "/v1/join", []byte("{}"), 400, fault.JoinMalformed},
		"join far too large": {"POST", "/v1/join", bytes.Repeat([]byte(" "), 1<<20), 400, fault.JoinMalformed},
	} {
		if status, code, _, _ := r.send(x.method, x.path, x.body); status != x.status || code != x.code {
			t.Errorf("%s: %d %s; want %d %s", name, status, code, x.status, x.code)
		}
	}
	if status, _, h, _ := r.send("POST", r.records(), good); status != 200 || int(h.Seq) != len(records) {
		t.Errorf("after all that a good batch: %d %d", status, h.Seq)
	}
}

// A box that does not stop, and a stranger that guesses keys, are told when to come back.
func TestTooMany(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db", web.Options{BoxRate: 0.1, StrangerRate: 0.1, Now: stopped()})
	wait := func(what string, ask func() (int, fault.Code, http.Header)) {
		t.Helper()
		for range 4 {
			switch status, code, h := ask(); {
			case status != http.StatusTooManyRequests:
			case code != fault.ServerBusy || h.Get("Retry-After") == "" || h.Get("Retry-After") == "0":
				t.Errorf("%s: %s, Retry-After %q", what, code, h.Get("Retry-After"))
			default:
				return
			}
		}
		t.Errorf("%s: never told to wait", what)
	}
	wait("a box", func() (int, fault.Code, http.Header) {
		status, code, _, h := r.sendAs(r.box.Key, r.now, "GET", "/v1/boxes/"+r.box.ID.String()+"/head", nil)
		return status, code, h
	})
	wait("a stranger", func() (int, fault.Code, http.Header) {
		status, code, _, h := r.send("POST", "/v1/join", []byte("{}"))
		return status, code, h
	})
}

// Whoever knows a box's id, and even its public key, cannot use its limit up: it is heard as if nobody else were there,
// out of the very same network. Strangers pay with their network's, whatever they say they are, each /64 its own.
func TestStrangersPayThemselves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{BoxRate: 0.5, StrangerRate: 0.5, BehindProxy: true, Now: stopped()}) // ten each
		r.box.Sell(1)
		all, _ := r.box.Records(0, 10)
		good := pack(t, r.box, all)
		forged := slices.Clone(good)
		forged[60] ^= 1
		head := "/v1/boxes/" + r.box.ID.String() + "/head"
		other := uplinktest.NewBox(9)
		if status, _, _ := r.askHead(r.box, r.now); status != 200 {
			t.Fatal("the box is not heard before anybody else speaks")
		}
		tries := map[string]func() (int, fault.Code){
			"unsigned":       func() (int, fault.Code) { s, c, _, _ := r.send("GET", head, nil); return s, c },
			"another's key":  func() (int, fault.Code) { s, c, _, _ := r.sendAs(other.Key, r.now, "GET", head, nil); return s, c },
			"an old request": func() (int, fault.Code) { s, c, _ := r.askHead(r.box, r.now.Add(-time.Hour)); return s, c },
			"forged batches": func() (int, fault.Code) { s, c, _, _ := r.send("POST", r.records(), forged); return s, c },
			"no batches":     func() (int, fault.Code) { s, c, _, _ := r.send("POST", r.records(), []byte("x")); return s, c },
			"beats":          func() (int, fault.Code) { s, c, _, _ := r.send("POST", "/v1/heartbeat", []byte("{}")); return s, c },
			"master data": func() (int, fault.Code) {
				s, c, _, _ := r.sendAs(other.Key, r.now, "GET", "/v1/scopes", nil)
				return s, c
			},
		}
		n := 0
		tries["made-up boxes"] = func() (int, fault.Code) {
			n++
			x := uplinktest.NewBox(100 + n)
			s, c, _ := r.askHead(x, r.now)
			return s, c
		}
		network := 0
		for name, try := range tries {
			network++
			r.from = fmt.Sprintf("2001:db8:0:%d::%d", network, 1)
			told := false
			for i := range 30 {
				r.from = fmt.Sprintf("2001:db8:0:%d::%d", network, 1+i) // another address of the same /64
				if status, code := try(); status == http.StatusTooManyRequests && code == fault.ServerBusy {
					told = true
				} else if told {
					t.Errorf("%s: after 429 comes %d", name, status)
				}
			}
			if !told && name != "master data" { // nobody hands any out here: 404
				t.Errorf("%s: never told to wait", name)
			}
		}
		for range 5 { // of its own ten
			if status, _, _ := r.askHead(r.box, r.now); status != 200 {
				t.Errorf("the box itself: %d", status)
			}
		}
		if status, _, h, _ := r.send("POST", r.records(), good); status != 200 || int(h.Seq) != len(all) {
			t.Errorf("its records: %d, head %d", status, h.Seq)
		}
	})
}

// A box may ask for its head whatever its clock says: there it learns BAAZ's time.
func TestHeadAtAnyTime(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db", web.Options{})
	for _, at := range []time.Time{r.now, time.Unix(0, 0), r.now.AddDate(50, 0, 0)} {
		if status, _, h := r.askHead(r.box, at); status != 200 || h.Time != r.now.UnixMicro() || !h.SignedBy(r.baaz, r.box.ID) {
			t.Errorf("signed in %v: %d, %+v", at, status, h)
		}
	}
	other := uplinktest.NewBox(7)
	r.join(other)
	if status, code, _, _ := r.sendAs(other.Key, r.now, "GET", "/v1/boxes/"+r.box.ID.String()+"/head", nil); status != 401 || code != fault.RequestSignature {
		t.Errorf("another box asks for its head: %d %s", status, code)
	}
}

// Behind a proxy everything comes from this machine, also what a proxy brings that says so nowhere: figures need a token.
func TestMetricsBehindProxy(t *testing.T) {
	for behind, want := range map[bool]int{false: 200, true: 401} {
		r := newRig(t, t.TempDir()+"/baaz.db", web.Options{BehindProxy: behind})
		resp, err := http.Get(r.url + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("behind a proxy %v: %d", behind, resp.StatusCode)
		}
	}
}

// A store that is away is no reason for an answer that could be taken for one of a healthy BAAZ.
func TestStoreAway(t *testing.T) {
	dsn := t.TempDir() + "/baaz.db"
	r := newRig(t, dsn, web.Options{})
	if status, _, _, _ := r.send("GET", "/api/health", nil); status != 200 {
		t.Errorf("healthy: %d", status)
	}
	r.store.Close()
	records, _ := r.box.Records(0, 10)
	for path, body := range map[string][]byte{r.records(): pack(t, r.box, records), "/api/health": nil} {
		method := "POST"
		if body == nil {
			method = "GET"
		}
		if status, code, _, h := r.send(method, path, body); status != 503 || code != fault.ServerBusy || h.Get("Retry-After") == "" {
			t.Errorf("%s with a closed store: %d %s", path, status, code)
		}
	}
}

// Clocks that are years off, here or in the box, change neither order nor sums.
func TestClocksYearsOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		prev := r.box.Head()
		var seq journal.Seq
		for i, at := range []time.Time{time.Unix(0, 0), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)} {
			r.now = at
			var batch []journal.Record
			for _, boxTime := range []int64{0, -1, math.MaxInt64, math.MinInt64} {
				rec, err := journal.Make(journal.Record{Seq: prev.Seq + 1, Box: r.box.ID, Time: boxTime, Kind: "cash.moved", Body: []byte("{}"), Prev: prev.Hash})
				if err != nil {
					t.Fatal(err)
				}
				batch, prev = append(batch, rec), rec
			}
			if i == 0 {
				batch = append([]journal.Record{r.box.Head()}, batch...)
			}
			status, _, h, _ := r.send("POST", r.records(), pack(t, r.box, batch))
			if status != 200 || h.Seq != prev.Seq || h.Time != at.UnixMicro() {
				t.Fatalf("BAAZ in %v: %d, %+v", at, status, h)
			}
			seq = h.Seq
		}
		if seq != 13 {
			t.Errorf("%d records", seq)
		}
	})
}

// A client that sends its head and then nothing is let go; it holds nobody up.
func TestSlowClient(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db", web.Options{AtOnce: 1})
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	records, _ := r.box.Records(0, 10)
	body := pack(t, r.box, records)
	// Whoever does not know the box's public key does not even get the slot.
	io.WriteString(conn, "POST "+r.records()+" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"+string(body[:wire.BatchStart]))
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if status, code, _, h := r.send("POST", r.records(), body); status == 429 && code == fault.ServerBusy && h.Get("Retry-After") == "1" {
			break // the only slot is taken
		}
		if time.Now().After(end) {
			t.Fatal("a client that sends nothing never took the slot")
		}
	}
	conn.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if status, _, _, _ := r.send("POST", r.records(), body); status == 200 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the slot never came back")
		}
	}
}
