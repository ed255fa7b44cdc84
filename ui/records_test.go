package ui_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"posbox/journal"
	"posbox/pos/fault"
	"posbox/ui"
)

// outside is what somebody who knows only the document makes of the journal.
type outside struct {
	Records []struct {
		Seq             uint64
		Box, Kind       string
		Prev, Hash, Raw string
		Body            json.RawMessage
	}
	Head struct {
		Seq  uint64
		Hash string
	}
}

// chain walks the journal by pages and recomputes every hash from the JSON alone.
func chain(t *testing.T, r *rig, limit int) (seq uint64, hash string) {
	t.Helper()
	hash = strings.Repeat("0", 64)
	for {
		page := read[outside](r, fmt.Sprintf("/api/journal?after=%d&limit=%d", seq, limit))
		if len(page.Records) > limit {
			t.Fatalf("%d records, asked for %d", len(page.Records), limit)
		}
		for _, rec := range page.Records {
			raw, err := base64.StdEncoding.DecodeString(rec.Raw)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(raw)
			if rec.Seq != seq+1 || rec.Prev != hash || rec.Hash != hex.EncodeToString(sum[:]) {
				t.Fatalf("record %d after %d: prev %s, hash %s does not follow from %s", rec.Seq, seq, rec.Prev, rec.Hash, hash)
			}
			if binary.BigEndian.Uint64(raw[1:]) != rec.Seq || hex.EncodeToString(raw[9:25]) != rec.Box || hex.EncodeToString(raw[len(raw)-32:]) != rec.Prev {
				t.Fatalf("record %d: the fields beside raw say something else", rec.Seq)
			}
			kind, rest := raw[38:38+int(raw[37])], raw[38+int(raw[37])+4:]
			var in, beside any
			if string(kind) != rec.Kind || json.Unmarshal(rest[:len(rest)-32], &in) != nil || json.Unmarshal(rec.Body, &beside) != nil || fmt.Sprint(in) != fmt.Sprint(beside) {
				t.Fatalf("record %d: kind or body beside raw say something else", rec.Seq)
			}
			seq, hash = rec.Seq, rec.Hash
		}
		if seq == page.Head.Seq {
			if hash != page.Head.Hash {
				t.Fatalf("the head's hash is %s, not %s", page.Head.Hash, hash)
			}
			return seq, hash
		}
		if len(page.Records) == 0 {
			t.Fatalf("nothing after %d, the head is %d", seq, page.Head.Seq)
		}
	}
}

func TestJournalChain(t *testing.T) {
	r := newRig(t, smallFiles).checked().opened()
	for i := range 3 {
		if i > 0 {
			r.do("shift.open", nil)
		}
		for range 20 {
			r.do("line.scan", fields{"code": "3"})
			r.do("pay", fields{"tenders": cash("1000")})
		}
		r.do("shift.close", nil)
	}
	if files := read[[]int](r, "/api/journal/files"); len(files) < 3 {
		t.Fatalf("only files %v: paging over files is not tested", files)
	}
	for _, limit := range []int{7, 31, 32, 33, 10000} {
		seq, hash := chain(t, r, limit)
		if h := read[ui.Health](r, "/api/health"); uint64(h.Journal.Seq) != seq || h.Journal.Hash.String() != hash {
			t.Errorf("health says %d %s, the chain %d %s", h.Journal.Seq, h.Journal.Hash, seq, hash)
		}
	}
	head := r.engine.View().Seq
	for _, after := range []journal.Seq{head, head + 1, 1 << 62} {
		if page := read[ui.JournalAnswer](r, fmt.Sprintf("/api/journal?after=%d", after)); page.Records == nil || len(page.Records) > 0 {
			t.Errorf("after %d: %v", after, page.Records)
		}
	}
	if page := read[ui.JournalAnswer](r, fmt.Sprintf("/api/journal?after=%d", head-1)); len(page.Records) != 1 {
		t.Errorf("the last record: %d", len(page.Records))
	}
}

// A copy of each file is a whole database with the records that the API tells.
func TestJournalFiles(t *testing.T) {
	r := newRig(t, smallFiles).checked().opened()
	r.do("shift.close", nil)
	r.do("shift.open", nil)
	records := 0
	for _, n := range read[[]int](r, "/api/journal/files") {
		a := r.get(fmt.Sprintf("/api/journal/files/%d", n))
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "application/octet-stream" {
			t.Fatalf("file %d: %s", n, a.Status)
		}
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(path, a.body, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		db.View(func(tx *bbolt.Tx) error { records += tx.Bucket([]byte("records")).Stats().KeyN; return nil })
		db.Close()
	}
	if head := r.engine.View().Seq; records != int(head) {
		t.Errorf("%d records in the copies, the head is %d", records, head)
	}
}

// A till whose journal is damaged serves its screen and says so everywhere.
func TestDamagedJournal(t *testing.T) {
	r := newRig(t, withDamage).checked()
	a := r.get("/api/health", noToken)
	var h ui.Health
	if err := json.Unmarshal(a.body, &h); err != nil || a.StatusCode != 503 || h.Code != fault.JournalDamaged || h.Selling || h.Ready || h.Text == "" || h.Hint == "" {
		t.Errorf("health: %s %s", a.Status, a.body)
	}
	if st := read[ui.State](r, "/api/state"); len(st.Trouble) == 0 || st.Trouble[0].Code != fault.JournalDamaged {
		t.Errorf("trouble: %+v", st.Trouble)
	}
	for _, path := range []string{"/", "/js/app.js", "/api/openapi.json", "/api/goods?q=script"} {
		if a := r.get(path); a.StatusCode != 200 {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if e := r.openStream("").event(t); !strings.Contains(e.data, `"journal.damaged"`) {
		t.Errorf("stream: %s", e.data)
	}
	for _, path := range []string{"/api/receipts", "/api/receipts/x", "/api/receipts/x.png", "/api/reports/x", "/api/reports/z/1", "/api/journal", "/api/journal/files", "/api/journal/files/1"} {
		if a := r.get(path); a.StatusCode != 503 || a.code() != fault.JournalDamaged || bytes.Contains(a.body, []byte("secret")) {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
	if a := r.post(command("seller.login", fields{"code": "9", "password": "9999"})); a.StatusCode != 503 || a.code() != fault.JournalDamaged {
		t.Errorf("command: %s %s", a.Status, a.body)
	}
}

// A command that is under way when the server stops, or whose sender has gone, gets its answer or is told that the till
// stops; never an empty 200.
func TestCommandWhileStopping(t *testing.T) {
	r := newRig(t).opened()
	stop, cancel := context.WithCancel(context.Background())
	cancel()
	srv := httptest.NewUnstartedServer(r.ui)
	srv.Config.BaseContext = func(net.Listener) context.Context { return stop }
	srv.Start()
	defer srv.Close()
	r.http.Close()
	r.http = srv
	for range 20 {
		if a := r.post(command("line.scan", fields{"code": "1"})); a.StatusCode != 200 || len(a.body) == 0 {
			t.Fatalf("%s %q", a.Status, a.body)
		}
	}
	if err := r.engine.Close(); err != nil {
		t.Fatal(err)
	}
	if a := r.post(command("line.scan", fields{"code": "1"})); a.StatusCode != http.StatusServiceUnavailable || a.code() != fault.TillStopping || a.Header.Get("Retry-After") == "" {
		t.Errorf("stopped: %s %s", a.Status, a.body)
	}
}
