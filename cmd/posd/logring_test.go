package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// The ring remembers the newest records, passes all on, and keeps no secret.
func TestRing(t *testing.T) {
	var out bytes.Buffer
	r := newRing(slog.NewTextHandler(&out, nil))
	log := slog.New(r).With("follower", "goods", "token", "s3cret")
	log.WithGroup("g").Warn("said", "err", fmt.Errorf("x\xff"), slog.Group("in", "password", "s3cret", "n", 7))
	log.Debug("not wanted")
	got := r.newest(10)
	if len(got) != 1 || got[0].Level != "WARN" || got[0].Msg != "said" {
		t.Fatalf("%+v", got)
	}
	a := got[0].Attrs
	if a["follower"] != "goods" || a["g.in.n"] != "7" || a["token"] != "…" || a["g.in.password"] != "…" || !strings.HasPrefix(a["g.err"], "x") {
		t.Errorf("%v", a)
	}
	if strings.Contains(fmt.Sprint(got), "s3cret") || !strings.Contains(out.String(), "said") {
		t.Errorf("%v\n%s", got, out.String())
	}
	for i := range 3 * ringLength {
		log.Info(fmt.Sprint(i), "long", strings.Repeat("ө", 1000))
	}
	got = r.newest(ringLength)
	if len(got) != ringLength || got[0].Msg != fmt.Sprint(3*ringLength-1) || got[ringLength-1].Msg != fmt.Sprint(2*ringLength) {
		t.Errorf("%d records, newest %q", len(got), got[0].Msg)
	}
	if n := len([]rune(got[0].Attrs["long"])); n != maxAttr+1 {
		t.Errorf("a value has %d characters", n)
	}
}
