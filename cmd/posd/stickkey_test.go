package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"posbox/gokrazy/stick"
	"posbox/pos/fault"
	"posbox/wire"
)

// TestKeyFromStick: a stick's key is asked for once each time it is put in, while nobody can log in; another stick, a file
// that is none and a till with an owner ask for nothing.
func TestKeyFromStick(t *testing.T) {
	b := newMachineBench(t)
	open := true
	var asked []string
	b.key = &askOnce{open: func() bool { return open }, ask: func(_ context.Context, k wire.KeyFile) error {
		asked = append(asked, k.BAAZ)
		return nil
	}}
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(b.root, wire.KeyFileName), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	look := func(times, want int) {
		t.Helper()
		for range times {
			b.look()
			b.takeKey(t.Context())
		}
		if len(asked) != want {
			t.Fatalf("asked %q, want %d", asked, want)
		}
	}
	told := func(want fault.Code) {
		t.Helper()
		_, _, _, why := b.Known()
		if want == "" && why != nil || want != "" && (why == nil || why.Code != want) {
			t.Errorf("the screen is told %v, want %q", why, want)
		}
	}
	in, out := b.sticks, []stick.Stick(nil)
	look(2, 0) // a stick for something else

	b.sticks = out
	look(1, 0)
	put("posbox key 1\nbaaz https://baaz.mn\nkey 00000-00000-00000-00000-00001\n")
	b.sticks = in
	look(2, 0) // a mistyped key
	told(fault.StickKey)
	b.sticks = out
	look(1, 0)
	told("")
	put("posbox key 1\nbaaz https://baaz.mn\nkey 00000-00000-00000-00000-00000\n")
	b.sticks, open = in, false
	look(2, 0) // the owner decides
	open = true
	look(3, 1)
	b.sticks = out
	look(1, 1)
	b.sticks = in
	look(1, 2)
}
