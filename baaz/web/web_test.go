package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	key := wire.NewKey([]byte("fifteen letters"))
	_, err2 := in.AddKey(ctx, r.c, p, key)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Join(ctx, wire.NewJoin(key, r.box.Key, "test")); err != nil {
		t.Fatal(err)
	}
	o.Ingest, o.Store, o.Logger = in, r.store, slog.New(slog.DiscardHandler)
	server := httptest.NewServer(web.New(o))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// send sends one request and returns status, code and head.
func (r *rig) send(method, path string, body []byte) (int, fault.Code, wire.Head, http.Header) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
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
		if status, _, h, _ := r.send("GET", "/v1/boxes/"+r.box.ID.String()+"/head", nil); status != 200 || h.Seq != journal.Seq(len(all)) {
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
		"head never joined":  {"GET", "/v1/boxes/" + other.ID.String() + "/head", nil, 404, fault.BoxUnknown},
		"no box id":          {"GET", "/v1/boxes/xyz/head", nil, 404, fault.BoxUnknown},
		"SQL as box id":      {"GET", "/v1/boxes/'%20OR%201=1;--/head", nil, 404, fault.BoxUnknown},
		"too large":          {"POST", r.records(), make([]byte, wire.MaxBatch+1), 413, fault.BatchTooLarge},
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
	r := newRig(t, t.TempDir()+"/baaz.db", web.Options{BoxRate: 0.1, StrangerRate: 0.1})
	head := "/v1/boxes/" + r.box.ID.String() + "/head"
	for path, method := range map[string]string{head: "GET", "/v1/join": "POST"} {
		told := false
		for range 4 {
			status, code, _, h := r.send(method, path, []byte("{}"))
			if status == http.StatusTooManyRequests {
				told = true
				if after := h.Get("Retry-After"); code != fault.ServerBusy || after == "" || after == "0" {
					t.Errorf("%s: %s, Retry-After %q", path, code, after)
				}
			}
		}
		if !told {
			t.Errorf("%s: never told to wait", path)
		}
	}
	// Another box is not held up by it.
	if status, _, _, _ := r.send("GET", "/v1/boxes/"+uplinktest.NewBox(3).ID.String()+"/head", nil); status != 404 {
		t.Errorf("another box: %d", status)
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
	io.WriteString(conn, "POST "+r.records()+" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nPBB1")
	records, _ := r.box.Records(0, 10)
	body := pack(t, r.box, records)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if status, code, _, h := r.send("POST", r.records(), body); status == 429 && code == fault.ServerBusy && h.Get("Retry-After") == "1" {
			break // the only slot is taken
		}
		if time.Now().After(end) {
			t.Fatal("a client that sends nothing never took the slot")
		}
	}
	conn.Close()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if status, _, _, _ := r.send("POST", r.records(), body); status == 200 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the slot never came back")
		}
	}
}
