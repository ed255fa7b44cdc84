package main

import (
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"

	"posbox/ota"
	"posbox/pos/fault"
	"posbox/release"
	"posbox/ui"
)

// guardSaying answers every request on a socket with a status that may change.
func guardSaying(t *testing.T, status *atomic.Pointer[ota.Status]) *ota.Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), ota.SocketName)
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { json.NewEncoder(w).Encode(status.Load()) })}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return ota.Dial(path)
}

// TestRolledBackIsTold: an update that was rolled back is trouble until somebody has seen it.
func TestRolledBackIsTold(t *testing.T) {
	var status atomic.Pointer[ota.Status]
	status.Store(&ota.Status{Version: 7, Blocked: []release.Version{8}, Last: &ota.Outcome{Version: 8, From: 7, Result: ota.RolledBack, Code: fault.UpdateScreen}})
	p := &program{trouble: map[fault.Code]*fault.Error{}, guard: guardSaying(t, &status)}
	eventually(t, "the guard is asked", func() bool { p.lookAtGuard(t.Context()); return len(p.troubles()) > 0 })
	if list := p.troubles(); len(list) != 1 || list[0].Code != fault.UpdateRolledBack || list[0].Args["version"] != "8" {
		t.Fatalf("%v", list)
	}
	u := updates{p.guard, func() { p.forgetTold(fault.UpdateRolledBack) }}
	s, err := u.UpdateStatus(t.Context())
	if err != nil || s.Last.Why.Code != fault.UpdateScreen || len(s.Blocked) != 1 || s.Blocked[0] != 8 {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := u.UpdateSeen(t.Context()); err != nil || len(p.troubles()) != 0 {
		t.Errorf("seen, and still told: %v %v", p.troubles(), err)
	}
	seen := *status.Load()
	seen.Seen = true
	status.Store(&seen)
	p.lookAtGuard(t.Context())
	if list := p.troubles(); len(list) != 0 {
		t.Errorf("told again: %v", list)
	}
}

// TestGuardOfAnotherVersion: words that this program does not know do not reach the screen as they are.
func TestGuardOfAnotherVersion(t *testing.T) {
	if f := because("update.of_the_future", map[string]string{"x": "y"}); f.Code != fault.UpdateNoReturn {
		t.Errorf("%v", f)
	}
	if f := because("", nil); f != nil {
		t.Errorf("%v", f)
	}
	var _ ui.Updates = updates{}
}
