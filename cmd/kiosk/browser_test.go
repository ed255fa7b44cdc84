package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"posbox/gokrazy/box"
	webbrowser "posbox/web/browser"
)

// unless skips a test that lacks something, and fails it where ./test promised that nothing lacks.
func unless(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("POSBOX_STRICT") != "" {
		t.Fatal(err)
	}
	t.Skipf("NOT TESTED: %v", err)
}

// posd is a page with a stage, on an address that comes and goes. The first time its style does not come.
type posd struct {
	addr    string
	server  *http.Server
	tokened atomic.Int32
}

func (p *posd) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("token") == "secret" {
			p.tokened.Add(1)
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		if r.URL.Path == "/main.css" {
			if p.tokened.Load() < 2 { // the browser asks again some times by itself
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, "div { color: black }")
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<link rel="stylesheet" href="main.css"><div data-test="stage">till</div>`)
	})}
	go p.server.Serve(l)
}

// TestScreen drives a real browser: painted, posd away and back.
func TestScreen(t *testing.T) {
	file, err := webbrowser.Path()
	unless(t, err)
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &posd{addr: "127.0.0.1:0"}
	p.start(t)
	s := &stateFile{path: filepath.Join(dir, box.ScreenFile), url: "http://" + p.addr + "/", now: time.Now}
	b := &browser{file: file, home: dir, env: append(os.Environ(), "HOME="+dir), state: s, buyers: func() bool { return false }, tempo: 200 * time.Millisecond,
		extra: []string{"--headless", "--no-sandbox", "--ozone-platform=headless"}, till: &till{url: s.url, token: token, patience: 5 * time.Second}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go b.till.watch(ctx)
	go func() { ended <- b.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
		p.server.Close()
	})
	want := func(state box.ScreenState) {
		t.Helper()
		var now box.Screen
		for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if box.Get(dir, box.ScreenFile, &now) == nil && now.State == state {
				return
			}
		}
		t.Fatalf("not %s within five minutes: %+v", state, now)
	}
	want(box.ScreenPainted)
	if n := p.tokened.Load(); n != 2 {
		t.Errorf("the page was loaded %d times: once without its style, which is none, and once more", n)
	}
	if line, err := filepath.Glob("/proc/*/cmdline"); err == nil {
		for _, f := range line {
			if text, _ := os.ReadFile(f); strings.Contains(string(text), "token=secret") {
				t.Error("the token stands on a command line")
			}
		}
	}
	p.server.Close()
	want(box.ScreenTrouble)
	p.start(t)
	want(box.ScreenPainted)
}
