package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/box"
	"posbox/gokrazy/loader"
)

// TestNameBox: boxes that were flashed from one image have names of their own, and keep them.
func TestNameBox(t *testing.T) {
	var name string
	set := func(b []byte) error { name = string(b); return nil }
	dir := t.TempDir()
	if err := nameBox(dir, set); err != nil || !strings.HasPrefix(name, "posbox-") || len(name) != len("posbox-")+6 {
		t.Fatalf("%q %v", name, err)
	}
	first := name
	id, _ := os.ReadFile(filepath.Join(dir, idFile))
	if err := nameBox(dir, set); err != nil || name != first {
		t.Errorf("at the second start %q, was %q: %v", name, first, err)
	}
	if again, _ := os.ReadFile(filepath.Join(dir, idFile)); string(again) != string(id) || len(id) != 33 {
		t.Errorf("id %q, was %q", again, id)
	}
	if err := nameBox(t.TempDir(), set); err != nil || name == first {
		t.Errorf("another box has the name %q, too: %v", name, err)
	}
	os.WriteFile(filepath.Join(dir, idFile), nil, 0o644)
	if err := nameBox(dir, set); err != nil || name == "posbox-" {
		t.Errorf("after an empty file: %q %v", name, err)
	}
	if err := nameBox(filepath.Join(dir, "none"), set); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

func TestHealthy(t *testing.T) {
	var status atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(int(status.Load())) }))
	for code, want := range map[int]bool{200: true, 503: false} {
		status.Store(int32(code))
		if healthy(context.Background(), s.URL) != want {
			t.Errorf("status %d: healthy is %v", code, !want)
		}
	}
	s.Close()
	if healthy(context.Background(), s.URL) {
		t.Error("a server that is away is healthy")
	}
}

// TestBeats: the watchdog is touched while the guard beats, and for a while before it has begun.
func TestBeats(t *testing.T) {
	var b beats
	for _, c := range []struct {
		at   time.Duration
		beat string
		want bool
	}{
		{0, "", true}, {firstBeat - 1, "", true}, {firstBeat, "", false}, {firstBeat + 1, "1", true}, {firstBeat + nextBeat, "1", true},
		{firstBeat + nextBeat + 1, "1", false}, {firstBeat + nextBeat + 2, "2", true}, {time.Hour, "2", false}, {time.Hour + 1, "", true},
	} {
		if got := b.earned(c.at, c.beat); got != c.want {
			t.Errorf("at %s, beat %q: %v", c.at, c.beat, got)
		}
	}
}

// TestOnTrial: only a default that names the other slot makes a trial.
func TestOnTrial(t *testing.T) {
	vars := loader.Vars(t.TempDir())
	if onTrial(vars, bootdisk.A) || onTrial(vars, bootdisk.B) {
		t.Error("without a default nothing is on trial")
	}
	if err := vars.SetSlot(loader.Default, bootdisk.A); err != nil {
		t.Fatal(err)
	}
	if onTrial(vars, bootdisk.A) || !onTrial(vars, bootdisk.B) {
		t.Error("b is on trial where a is the default, and a is not")
	}
	if got := slotLine(box.Slot{Slot: "b", Version: "8", Trial: true}); got != "posbox: slot b version 8 trial" {
		t.Error(got)
	}
}
