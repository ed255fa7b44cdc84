package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/fault"
	"posbox/wire"
)

// wish asks what the box is wished to do.
func (r *rig) wish() (w wire.Wish) {
	r.t.Helper()
	req, err := http.NewRequest("GET", r.url+wire.WishTarget, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", wire.Request{Method: "GET", Target: wire.WishTarget, Time: r.now.UnixMicro(), BAAZ: r.baaz}.Sign(r.box.Key))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if err := json.Unmarshal(text, &w); err != nil || resp.StatusCode != 200 || !w.SignedBy(r.baaz, r.box.ID) {
		r.t.Errorf("%d %s %v", resp.StatusCode, text, err)
	}
	return w
}

// A box brings what was wished for once, within bounds, and nothing else.
func TestLogsAreTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		if w := r.wish(); w.Logs != "" || w.Box != r.box.ID.String() {
			t.Errorf("nobody has asked: %+v", w)
		}
		who := store.BoxID{Company: r.c, Box: r.box.ID}
		ask := func() store.LogWish {
			t.Helper()
			var w store.LogWish
			if err := r.store.Write(t.Context(), func(tx *store.Tx) (err error) {
				w, err = tx.WishLogs(who, "Болд", r.now.UnixMicro())
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return w
		}
		asked := ask()
		if again := ask(); again != asked {
			t.Errorf("asked twice: %+v and %+v", asked, again)
		}
		id := fmt.Sprint(asked.Wish)
		if w := r.wish(); w.Logs != id || w.By != "Болд" {
			t.Errorf("asked: %+v", w)
		}
		file := append([]byte("PK\x03\x04"), bytes.Repeat([]byte{7}, 1000)...)
		large := append([]byte("PK\x03\x04"), make([]byte, wire.MaxLogs)...)
		for name, x := range map[string]struct {
			target string
			body   []byte
			status int
			code   fault.Code
		}{
			"another wish": {wire.LogsTarget("5", file), file, 404, fault.NotFound},
			"no number":    {wire.LogsTarget("x", file), file, 404, fault.NotFound},
			"another body": {wire.LogsTarget(id, file), file[:900], 401, fault.RequestSignature},
			"no zip":       {wire.LogsTarget(id, []byte("text")), []byte("text"), 400, fault.RequestMalformed},
			"too large":    {wire.LogsTarget(id, large), large, 413, fault.RequestTooLarge},
		} {
			if status, code, _, _ := r.sendAs(r.box.Key, r.now, "POST", x.target, x.body); status != x.status || code != x.code {
				t.Errorf("%s: %d %s", name, status, code)
			}
		}
		if status, code, _, _ := r.sendAs(r.box.Key, r.now, "POST", wire.LogsTarget(id, file), file); status != 200 {
			t.Fatalf("%d %s", status, code)
		}
		if status, code, _, _ := r.sendAs(r.box.Key, r.now, "POST", wire.LogsTarget(id, file), file); status != 404 {
			t.Errorf("a second time: %d %s", status, code)
		}
		if w := r.wish(); w.Logs != "" {
			t.Errorf("still wished: %+v", w)
		}
		if err := r.store.Read(t.Context(), func(tx *store.Tx) error {
			kept, err := tx.LogFile(r.c, r.box.ID, asked.Wish)
			if !bytes.Equal(kept, file) {
				t.Errorf("kept %d bytes", len(kept))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 9 { // only the newest five stay
			r.now = r.now.Add(1e9)
			w := ask()
			if status, code, _, _ := r.sendAs(r.box.Key, r.now, "POST", wire.LogsTarget(fmt.Sprint(w.Wish), file), file); status != 200 {
				t.Fatalf("%d %s", status, code)
			}
		}
		if err := r.store.Read(t.Context(), func(tx *store.Tx) error {
			list, err := tx.LogWishes(who)
			if len(list) != 5 {
				t.Errorf("%d are kept", len(list))
			}
			if _, gone := tx.LogFile(r.c, r.box.ID, asked.Wish); gone == nil || !strings.Contains(gone.Error(), "no such row") {
				t.Errorf("the oldest is there: %v", gone)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
