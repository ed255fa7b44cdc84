package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"posbox/gokrazy/box"
	"posbox/ota"
	"posbox/pos/fault"
)

// TestPulse: a till that stops answering is ended once, then the box is; one that never answered is left alone.
func TestPulse(t *testing.T) {
	type look struct {
		at           time.Duration
		answers      uint64
		earned, kill bool
	}
	for name, looks := range map[string][]look{
		"never answers": {{0, 0, true, false}, {time.Hour, 0, true, false}},
		"answers":       {{0, 1, true, false}, {time.Hour, 2, true, false}},
		"hangs and comes back": {{0, 1, true, false}, {killAfter - 1, 1, true, false}, {killAfter, 1, true, true},
			{killAfter + 1, 1, true, false}, {killAfter + 60, 2, true, false}, {2*killAfter + 60, 2, true, true}},
		"hangs for good": {{0, 1, true, false}, {killAfter, 1, true, true}, {lostAfter - 1, 1, true, false}, {lostAfter, 1, false, false},
			{lostAfter + time.Hour, 1, false, false}},
	} {
		var p pulse
		for _, l := range looks {
			if earned, kill := p.step(l.at, l.answers); earned != l.earned || kill != l.kill {
				t.Errorf("%s, at %s: earned %v, kill %v", name, l.at, earned, kill)
			}
		}
	}
}

func TestTill(t *testing.T) {
	status, body := 200, `{"selling":true,"sale_open":false,"shift_open":true,"journal":{"seq":42,"hash":"00"}}`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	run := t.TempDir()
	till := newTill(srv.URL, run)
	ctx := context.Background()
	if v := till.look(ctx); v != (ota.Vitals{Till: true, Journal: 42, Screen: true}) {
		t.Errorf("without a screen: %+v", v)
	}
	till.screen = true
	for state, want := range map[string]bool{"starting": false, "painted": true, "trouble": false} {
		if err := box.Put(run, kioskFile, kiosk{state}); err != nil {
			t.Fatal(err)
		}
		if v := till.look(ctx); v.Screen != want {
			t.Errorf("screen %s: %+v", state, v)
		}
	}
	if m, seq, err := till.moment(ctx); err != nil || !m.ShiftOpen || m.SaleOpen || seq != 42 {
		t.Errorf("%+v %d %v", m, seq, err)
	}
	status, body = 503, `{"selling":false,"code":"journal.damaged"}`
	if v := till.look(ctx); v.Till || till.answers.Load() == 0 {
		t.Errorf("a till that cannot sell: %+v", v)
	}
	before := till.answers.Load()
	body = `<html>`
	if v := till.look(ctx); v.Till || till.answers.Load() != before {
		t.Errorf("an answer that makes no sense: %+v", v)
	}
	srv.Close()
	if _, _, err := till.moment(ctx); fault.CodeOf(err) != fault.TillBusy {
		t.Errorf("a till that is away: %v", err)
	}
}

func TestBattery(t *testing.T) {
	class := t.TempDir()
	supply := func(name string, words map[string]string) {
		os.MkdirAll(filepath.Join(class, name), 0o755)
		for k, v := range words {
			os.WriteFile(filepath.Join(class, name, k), []byte(v+"\n"), 0o644)
		}
	}
	if n := battery(class); n != -1 {
		t.Errorf("no battery: %d", n)
	}
	supply("AC", map[string]string{"type": "Mains", "online": "1"})
	supply("mouse", map[string]string{"type": "Battery", "scope": "Device", "status": "Discharging", "capacity": "3"})
	supply("BAT0", map[string]string{"type": "Battery", "status": "Charging", "capacity": "12"})
	if n := battery(class); n != -1 {
		t.Errorf("on mains: %d", n)
	}
	supply("BAT0", map[string]string{"type": "Battery", "status": "Discharging", "capacity": "12"})
	if n := battery(class); n != 12 {
		t.Errorf("on battery: %d", n)
	}
}

// TestUnfitted: a machine without UEFI says so on the same socket, and who speaks to it gets the code.
func TestUnfitted(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- serve(ctx, socket, unfitted()) }()
	c := ota.Dial(socket)
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		_, err := c.Status(ctx)
		if info, statErr := os.Stat(socket); statErr == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("the socket's mode is %v", info.Mode())
		}
		if fault.Of(err).Cause == nil { // an answer, not a socket that is not there yet
			if fault.CodeOf(err) != fault.UpdateNone {
				t.Errorf("%v", err)
			}
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
