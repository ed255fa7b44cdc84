package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"posbox/gokrazy/station"
)

// What the console says, in this order.
const (
	handedOver = "posbox: kernel handed over"
	permMade   = "posbox: perm made"
	tillReady  = "posbox: till ready"
	noStart    = "posbox: no start"
)

// guest is a running box.
type guest struct {
	t      *testing.T
	serial string
	url    string // of the till
	inside string // of files of the guest: see gokrazy/manage
	cmd    *exec.Cmd
	ended  chan struct{}
	said   bytes.Buffer
	from   int // where console begins to read: the file goes on over restarts
	begin  time.Time
}

// start starts an image without its kiosk; the test's end pulls its plug.
func start(t *testing.T, o runOptions) *guest {
	t.Helper()
	o.screenless = true
	return power(t, o)
}

// power starts an image; the test's end pulls its plug.
func power(t *testing.T, o runOptions) *guest {
	t.Helper()
	till, look := freePort(t), freePort(t)
	g := &guest{t: t, serial: filepath.Join(t.TempDir(), "console"), url: fmt.Sprintf("http://127.0.0.1:%d", till),
		inside: fmt.Sprintf("http://127.0.0.1:%d", look), ended: make(chan struct{})}
	o.headless, o.serial = true, g.serial
	must(t, o.forward.Set(fmt.Sprintf("%d:8080", till)), o.forward.Set(fmt.Sprintf("%d:%d", look, station.LookPort)))
	var err error
	g.cmd, err = emulator(context.Background(), o)
	unless(t, err)
	if o.bare {
		quicken(t, g.cmd.Args)
	}
	if o.screenless && boxTurns.besideScreen() {
		standBack(g.cmd)
	}
	g.cmd.Stdout, g.cmd.Stderr = &g.said, &g.said
	must(t, g.cmd.Start())
	g.begin = time.Now()
	go func() {
		g.cmd.Wait()
		spent.note(t.Name(), func(s *spending) {
			s.boxes, s.cpu = s.boxes+1, s.cpu+g.cmd.ProcessState.UserTime()+g.cmd.ProcessState.SystemTime()
		})
		close(g.ended)
	}()
	t.Cleanup(g.cut)
	return g
}

// freePort is one of this machine that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// cut pulls the plug.
func (g *guest) cut() {
	g.cmd.Process.Kill()
	<-g.ended
}

// console is what the box has said so far, or since forget.
func (g *guest) console() string {
	b, _ := os.ReadFile(g.serial)
	return string(b[min(g.from, len(b)):])
}

// forget makes the next waits look at what comes from here on.
func (g *guest) forget() { g.from += len(g.console()) }

// wait waits until the console says a line.
func (g *guest) wait(line string) {
	g.t.Helper()
	for end := ending(g.t, bootLimit); ; {
		console := g.console()
		if strings.Contains(console, line) {
			g.t.Logf("after %4.0f s: %s", time.Since(g.begin).Seconds(), line)
			return
		}
		select {
		case <-g.ended:
			g.t.Fatalf("the emulator ended: %s\n%s", g.said.String(), console)
		case <-time.After(100 * time.Millisecond):
		}
		if strings.Contains(console, noStart) || time.Now().After(end) {
			g.t.Fatalf("no %q on the console:\n%s", line, console)
		}
	}
}

// get asks the till through the management network. The card may come up a moment after the till.
func (g *guest) get(path string) (status int, body string) {
	g.t.Helper()
	var last error
	for end := ending(g.t, screenLimit); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		resp, err := (&http.Client{Timeout: time.Minute}).Get(g.url + path)
		if last = err; err != nil {
			continue
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		return resp.StatusCode, string(b)
	}
	g.t.Fatalf("%s: %v\n%s", path, last, g.console())
	return 0, ""
}

// journalHead is the newest record as /api/health tells it.
type journalHead struct {
	Seq  uint64
	Hash string
}

func (g *guest) head() journalHead {
	g.t.Helper()
	status, body := g.get("/api/health")
	var h struct{ Journal journalHead }
	if err := json.Unmarshal([]byte(body), &h); err != nil || status != http.StatusOK {
		g.t.Fatalf("health: %d %v %s", status, err, body)
	}
	return h.Journal
}
