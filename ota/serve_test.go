package ota

import (
	"bytes"
	"context"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"posbox/pos/fault"
	"posbox/release"
)

// memoryStick is a stick in memory.
type memoryStick fstest.MapFS

func (s memoryStick) Each(do func(string, fs.FS) error) error {
	if s == nil {
		return nil
	}
	return do("sdb1", fstest.MapFS(s))
}

// socket serves a guard and returns its client.
func socket(t *testing.T, g *Guard, sticks Sticks) *Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	must(t, err)
	srv := &http.Server{Handler: g.Handler(sticks)}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return Dial(path)
}

func TestSocket(t *testing.T) {
	m := newMachine(t)
	c := socket(t, m.start(quiet()), memoryStick(nil))
	ctx := t.Context()
	s, err := c.Status(ctx)
	if err != nil || s.Slot != "a" || s.Version != 7 || s.Phase != Idle || !s.Keys || s.Station != "vm" {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := c.Try(ctx, true); fault.CodeOf(err) != fault.UpdateNotReady {
		t.Errorf("nothing is ready: %v", err)
	}
	// Refused at its head, however much follows.
	large := append(makeVersion(6).bundle(t, nil), make([]byte, 4<<20)...)
	_, err = c.Install(ctx, bytes.NewReader(large))
	if f := fault.Of(err); f.Code != fault.UpdateOlder || f.Args["version"] != "6" || f.Args["here"] != "7" {
		t.Errorf("an older version: %v", err)
	}
	if s, err = c.Install(ctx, bytes.NewReader(makeVersion(8).bundle(t, nil))); err != nil || s.Phase != Ready || s.Offered != 8 || s.Done != s.Total {
		t.Errorf("%+v %v", s, err)
	}
	if s, err = c.See(ctx); err != nil || s.Seen {
		t.Errorf("there is nothing to see: %+v %v", s, err)
	}
	if s, err = c.Try(ctx, false); err != nil || s.Phase != Restarting {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := c.Install(ctx, bytes.NewReader(large)); fault.CodeOf(err) != fault.UpdateBusy {
		t.Errorf("while it restarts: %v", err)
	}
	if _, err := Dial(filepath.Join(t.TempDir(), "none")).Status(ctx); fault.CodeOf(err) != fault.UpdateNone {
		t.Errorf("no guard: %v", err)
	}
}

func TestSticks(t *testing.T) {
	m := newMachine(t)
	s := memoryStick{
		"posbox-8.bundle":      {Data: makeVersion(8).bundle(t, nil)},
		"old/posbox-6.BUNDLE":  {Data: makeVersion(6).bundle(t, nil)},
		"pi.bundle":            {Data: makeVersion(9).bundle(t, func(m *release.Manifest) { m.Station = "pi" })},
		"broken.bundle":        {Data: []byte("x")},
		"goods.xlsx":           {Data: []byte("PK")},
		"a/b/c/deep.bundle":    {Data: nil},
		"._posbox-8.bundle":    {Data: []byte("a Mac was here")},
		"folder.bundle/readme": {Data: nil},
	}
	c := socket(t, m.start(quiet()), s)
	offers, err := c.Offers(t.Context())
	must(t, err)
	got := map[string]fault.Code{}
	for _, o := range offers {
		got[o.File] = o.Code
	}
	want := map[string]fault.Code{"posbox-8.bundle": "", "old/posbox-6.BUNDLE": fault.UpdateOlder, "pi.bundle": fault.UpdateStation,
		"broken.bundle": fault.UpdateTruncated, "folder.bundle": fault.UpdateTruncated}
	for file, code := range want {
		if c, ok := got[file]; !ok || c != code {
			t.Errorf("%s: %q %v, want %q", file, c, ok, code)
		}
	}
	if len(got) != len(want) || offers[0].Version != 9 {
		t.Errorf("%+v", offers)
	}
	for _, file := range []string{"none.bundle", "../posbox-8.bundle", "/etc/passwd"} {
		if _, err := c.Take(t.Context(), "sdb1", file); fault.CodeOf(err) != fault.UpdateNoStick {
			t.Errorf("%s: %v", file, err)
		}
	}
	if _, err := c.Take(t.Context(), "sdb1", "old/posbox-6.BUNDLE"); fault.CodeOf(err) != fault.UpdateOlder {
		t.Errorf("%v", err)
	}
	status, err := c.Take(t.Context(), "sdb1", "posbox-8.bundle")
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for status.Phase == Writing {
		status, err = c.Status(ctx)
		must(t, err)
		time.Sleep(time.Millisecond)
	}
	if status.Phase != Ready || status.Offered != 8 {
		t.Errorf("%+v", status)
	}
}
