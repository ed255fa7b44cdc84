package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"posbox/web/browser"
)

// openBrowser starts Chromium. Where there is none, the test is skipped, and fails under POSBOX_STRICT=1.
func openBrowser(t *testing.T) *browser.Browser {
	t.Helper()
	if _, err := browser.Path(); err != nil {
		why := "THE OFFICE IS NOT TESTED: " + err.Error()
		if os.Getenv("POSBOX_STRICT") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	return browser.Open(t)
}

// till builds the till's own program and starts it on a new folder; it is ended with the test.
func till(t *testing.T, args ...string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "posd")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", program, "posbox/cmd/posd").CombinedOutput(); err != nil {
		t.Fatalf("posd cannot be built: %v\n%s", err, out)
	}
	c := exec.Command(program, append([]string{"-data", filepath.Join(dir, "data"), "-listen", "127.0.0.1:0", "-demo"}, args...)...)
	log := &safeBuffer{}
	c.Stdout, c.Stderr = io.Discard, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Logf("posd says:\n%s", log)
		}
	})
}

// From the owner's link to a till that is seen online: the way that every shop goes first, in a browser, with the real
// programs. Then its logs are asked for, and come.
func TestTillIsJoinedInTheBrowser(t *testing.T) {
	br := openBrowser(t)
	dir := t.TempDir()
	s := start(t, dir, filepath.Join(dir, "baaz.db"))
	p := br.Page(t, ownerLink(t, s))
	for _, x := range [][2]string{{"link-company", "Nomin"}, {"link-name", "Bold"}, {"link-login", "bold"}, {"link-password", "a long secret 7"}} {
		p.Tap(x[0])
		p.Write(x[1])
	}
	p.Tap("link-go")
	p.Shown("first-steps")
	p.Visit("#/tills", "tills")
	p.Shown("no-tills")
	p.Tap("point-new")
	p.Tap("point-name")
	p.Write("Main street")
	p.Tap("point-add")
	p.Shown("key-text")
	p.Shown("joining")
	key := browser.Look[string](p, "document.querySelector("+browser.Hold("key-text")+").getAttribute('aria-label')")
	if parts := strings.Split(key, "-"); len(parts) != 5 {
		t.Fatalf("the key is %q", key)
	}
	p.Says("key-address", s.url)
	till(t, "-baaz", s.url, "-key", key)
	p.Shown("joined")
	p.Visit("#/tills", "tills")
	p.Shown("tills-row", "id", "1")
	p.Until("it is online", "document.querySelector("+browser.Hold("tills-row", "id", "1")+").querySelector('.badge.is-good') !== null")
	p.Tap("tills-row", "id", "1")
	p.Shown("till-devices") // its first heartbeat has come
	p.Tap("logs-ask")
	p.Shown("logs-get")
	if c := p.Complaints(); len(c) > 0 {
		t.Errorf("the browser complains: %v", c)
	}
}
