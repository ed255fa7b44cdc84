package web_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/fault"
	"posbox/wire"
)

// beat sends what a box says of itself.
func (r *rig) beat(h wire.Heartbeat, at time.Time) (int, fault.Code) {
	r.t.Helper()
	body, err := json.Marshal(h)
	if err != nil {
		r.t.Fatal(err)
	}
	status, code, _, _ := r.sendAs(r.box.Key, at, "POST", wire.HeartbeatTarget(body), body)
	return status, code
}

// What a box says of itself is kept in place of what it said before; what is no heartbeat, is too old, or was signed for
// another body changes nothing.
func TestHeartbeat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn, web.Options{})
		first := wire.Heartbeat{Version: "1", Slot: "a", Unsent: 3, Oldest: 1_790_000_000_000_000, Records: 9, Disk: wire.Disk{Free: 1, Total: 2},
			Devices: []wire.Device{{Kind: "printer", Level: "fault", Code: fault.PrinterPaper}}}
		second := first
		second.Version, second.Unsent = "2", 0
		for _, h := range []wire.Heartbeat{first, second} {
			if status, code := r.beat(h, r.now); status != http.StatusOK {
				t.Fatalf("%d %s", status, code)
			}
		}
		body, _ := json.Marshal(first)
		for name, x := range map[string]struct {
			target string
			body   string
			at     time.Time
			status int
			code   fault.Code
		}{
			"stale":        {wire.HeartbeatTarget(body), string(body), r.now.Add(-time.Hour), 401, fault.RequestStale},
			"another body": {wire.HeartbeatTarget(body), `{"version":"3"}`, r.now, 401, fault.RequestSignature},
			"no JSON":      {wire.HeartbeatTarget([]byte("<html>")), "<html>", r.now, 400, fault.RequestMalformed},
			"too large":    {wire.HeartbeatTarget(make([]byte, wire.MaxHeartbeat+1)), string(make([]byte, wire.MaxHeartbeat+1)), r.now, 413, fault.RequestTooLarge},
			"long version": {wire.HeartbeatTarget([]byte(`{"version":"` + strings.Repeat("x", 300) + `"}`)), `{"version":"` + strings.Repeat("x", 300) + `"}`, r.now, 400, fault.RequestMalformed},
		} {
			if status, code, _, _ := r.sendAs(r.box.Key, x.at, "POST", x.target, []byte(x.body)); status != x.status || code != x.code {
				t.Errorf("%s: %d %s, want %d %s", name, status, code, x.status, x.code)
			}
		}
		r.holds(second)
		if err := r.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetBoxState(r.c, r.box.ID, store.BoxReplaced) }); err != nil {
			t.Fatal(err)
		}
		if status, _ := r.beat(first, r.now); status != 200 { // it may have sales to send
			t.Errorf("a replaced box: %d", status)
		}
		if err := r.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetBoxState(r.c, r.box.ID, store.BoxRevoked) }); err != nil {
			t.Fatal(err)
		}
		if status, code := r.beat(second, r.now); status != 403 || code != fault.BoxRevoked {
			t.Errorf("a revoked box: %d %s", status, code)
		}
		r.holds(first)
	})
}

// holds checks what BAAZ has kept.
func (r *rig) holds(want wire.Heartbeat) {
	r.t.Helper()
	err := r.store.Read(r.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Heartbeats(r.c)
		if got := all[r.box.ID]; len(all) != 1 || got.Heard != r.now.UnixMicro() || !reflect.DeepEqual(got.Said, want) {
			r.t.Errorf("kept: %+v, want %+v", got, want)
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}
