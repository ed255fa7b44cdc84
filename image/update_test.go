package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/pos/fault"
)

// till speaks to the till of a guest as its owner.
type till struct {
	*guest
	token string
	n     int
}

var toldToken = regexp.MustCompile(`kiosk\.token says ([0-9a-f]+) \.`)

// till waits until it can be spoken to.
func (g *guest) till() *till {
	g.t.Helper()
	g.wait(tillReady)
	for end := ending(g.t, screenLimit); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if m := toldToken.FindStringSubmatch(g.console()); m != nil {
			c := &till{guest: g, token: m[1]}
			c.do("seller.login", map[string]any{"code": "9", "password": "9999"})
			return c
		}
	}
	g.t.Fatalf("no token\n%s", g.console())
	return nil
}

// call asks the API; the code is a refusal's.
func (c *till) call(method, path string, body []byte, into any) fault.Code {
	c.t.Helper()
	var last error
	for end := ending(c.t, screenLimit); time.Now().Before(end); { // the management card may come up a moment after the till
		req, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
		must(c.t, err)
		req.Header.Set("Authorization", "Bearer "+c.token)
		resp, err := (&http.Client{Timeout: within(c.t, bootLimit)}).Do(req)
		if last = err; err != nil {
			time.Sleep(500 * time.Millisecond)
			continue
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		must(c.t, err)
		if resp.StatusCode != http.StatusOK {
			var refusal struct{ Code fault.Code }
			if json.Unmarshal(text, &refusal); refusal.Code == "" {
				c.t.Fatalf("%s %s: %s %s", method, path, resp.Status, text)
			}
			return refusal.Code
		}
		if into != nil {
			must(c.t, json.Unmarshal(text, into))
		}
		return ""
	}
	c.t.Fatalf("%s %s: %v\n%s", method, path, last, c.console())
	return ""
}

// do carries a command out.
func (c *till) do(kind string, fields map[string]any) {
	c.t.Helper()
	if code := c.order(kind, fields); code != "" {
		c.t.Fatalf("%s: %s\n%s", kind, code, c.console())
	}
}

// order gives a command; the code is a refusal's.
func (c *till) order(kind string, fields map[string]any) fault.Code {
	c.t.Helper()
	c.n++
	body := map[string]any{"id": fmt.Sprintf("00000000-0000-4000-8000-%012x", time.Now().UnixNano()&0xffffffffffff+int64(c.n)), "kind": kind}
	for k, v := range fields {
		body[k] = v
	}
	text, err := json.Marshal(body)
	must(c.t, err)
	return c.call("POST", "/api/commands", text, nil)
}

// status of the updates.
type updateStatus struct {
	Slot    string
	Version uint64
	Phase   string
	Done    int64
	Blocked []uint64
	Last    *struct {
		Version uint64
		Result  string
		Code    fault.Code
	}
}

func (c *till) update() (u updateStatus) {
	c.t.Helper()
	if code := c.call("GET", "/api/update", nil, &u); code != "" {
		c.t.Fatalf("status: %s", code)
	}
	return u
}

// bring uploads a bundle.
func (c *till) bring(bundle string) fault.Code {
	c.t.Helper()
	b, err := os.ReadFile(bundle)
	must(c.t, err)
	return c.call("POST", "/api/update/bundle", b, nil)
}

func (c *till) try() fault.Code {
	c.t.Helper()
	return c.call("POST", "/api/update/start", []byte(`{"anyway":true}`), nil)
}

// smallUpdates are tests of one box that has version 1 and a screen.
type smallUpdates struct {
	*smallBox
	t    *testing.T
	disk string
}

func newSmallUpdates(t *testing.T) *smallUpdates {
	t.Helper()
	return &smallUpdates{newSmallBox(t), t, filepath.Join(t.TempDir(), "disk")}
}

// What stand-ins for the kiosk say of the screen.
var (
	painted = []string{"kiosk", "painted"}
	blank   = []string{"kiosk", "starting"}
)

// power starts the box, or starts it again.
func (u *smallUpdates) power() *guest {
	u.t.Helper()
	return start(u.t, runOptions{image: u.image, disk: "virtio", overlay: u.disk, processors: smallProcessors})
}

// TestGoodUpdate: the power goes while it is written, and the old one starts. Brought again, it is refused while a sale is
// open, then tried and confirmed; shift and journal are there after it, also when the power goes.
func TestGoodUpdate(t *testing.T) {
	inTurn(t, 110)
	u := newSmallUpdates(t)
	good := u.bundle(t, smallVersion{n: 2, kiosk: painted})
	if info, err := os.Stat(good); err == nil {
		t.Logf("a version whose userland is the same takes %.1f MB", float64(info.Size())/1e6)
	}
	g := u.power()
	g.wait("posbox: slot a version 1 confirmed")
	c := g.till()
	// gokrazy found it taken, so nobody but init touches it, and init only while the guard earns it.
	g.wait("disabling hardware watchdog")
	c.do("shift.open", map[string]any{"float": "0"})
	c.do("line.scan", map[string]any{"code": "8651070010097"})
	c.cutWhileWriting(good)

	g = u.power()
	g.wait("posbox: slot a version 1 confirmed")
	c = g.till()
	begin := time.Now()
	if code := c.bring(good); code != "" {
		t.Fatalf("a good version: %s\n%s", code, g.console())
	}
	t.Logf("written and read back in %s", time.Since(begin).Round(time.Second))
	if code := c.try(); code != fault.UpdateSaleOpen {
		t.Errorf("with a sale open: %q", code)
	}
	c.do("pay", map[string]any{"tenders": []map[string]any{{"kind": "cash", "amount": "5000"}}})
	before := g.head()
	c.again()
	g.wait("posbox: slot b version 2 trial")
	c = g.till()
	c.waitFor("it is confirmed", func(u updateStatus) bool { return u.Phase == "idle" && u.Last.Result == "confirmed" })
	kept := func() {
		t.Helper()
		if after := g.head(); after.Seq < before.Seq {
			t.Errorf("journal before %+v, after %+v", before, after)
		}
		var state struct{ Shift *struct{ Number int } }
		if c.call("GET", "/api/state", nil, &state); state.Shift == nil {
			t.Error("the shift is gone")
		}
	}
	kept()
	g.cut()
	g = u.power()
	g.wait("posbox: slot b version 2 confirmed")
	c = g.till()
	kept()
	whole := file(t, good)
	for code, text := range map[fault.Code][]byte{
		fault.UpdateMalformed: bytes.Repeat([]byte("x"), 1000), fault.UpdateTruncated: whole[:100], fault.UpdateOlder: whole,
		fault.UpdateSignature: bytes.Replace(whole, []byte(`"version":2`), []byte(`"version":9`), 1),
	} {
		if got := c.call("POST", "/api/update/bundle", text, nil); got != code {
			t.Errorf("%s: %q", code, got)
		}
	}
}

// cutWhileWriting pulls the plug when a part of the bundle is on the disk.
func (c *till) cutWhileWriting(bundle string) {
	c.t.Helper()
	broken, interrupt := context.WithCancel(c.t.Context())
	defer interrupt()
	go func() { // nobody hears the answer
		req, _ := http.NewRequestWithContext(broken, "POST", c.url+"/api/update/bundle", bytes.NewReader(file(c.t, bundle)))
		req.Header.Set("Authorization", "Bearer "+c.token)
		http.DefaultClient.Do(req)
	}()
	c.waitFor("it is being written", func(u updateStatus) bool { return u.Phase == "writing" && u.Done > 1<<20 })
	c.cut()
}

// TestDeadTrial: a version whose init dies makes the kernel panic, and the next start is the old one. One whose till hangs goes
// back by itself and says why.
func TestDeadTrial(t *testing.T) {
	inTurn(t, 140)
	u := newSmallUpdates(t)
	g := u.power()
	c := g.till()
	dead := u.bundle(t, smallVersion{n: 3, deadInit: true})
	c.bringAndTry(dead)
	g.wait("standin: dying as told")
	c = g.back("a", 1)
	c.last(3, fault.UpdateCut)
	if long() {
		c.again()
		g.wait("standin: dying as told")
		c = g.back("a", 1)
		c.blocks(3, dead)
	}
	c.bringAndTry(u.bundle(t, smallVersion{n: 5, posd: []string{"hang"}, deadline: 10 * time.Second}))
	g.wait("posbox: slot b version 5 trial")
	c = g.back("a", 1)
	c.last(5, fault.UpdateTill)
}

// TestUnwell: when the power goes in a trial, the next start is the old version. Tried again, without being brought again, a version
// that shows nothing goes back by itself and says why; then it has failed twice and is blocked. Its deadline leaves the till of a
// busy machine the time to come.
func TestUnwell(t *testing.T) {
	inTurnAfterScreen(t, 200)
	u := newSmallUpdates(t)
	g := u.power()
	c := g.till()
	unwell := u.bundle(t, smallVersion{n: 4, kiosk: blank, deadline: 90 * time.Second})
	c.bringAndTry(unwell)
	g.wait("posbox: slot b version 4 trial")
	g.cut()
	g = u.power()
	g.wait("posbox: slot a version 1 confirmed")
	c = g.till()
	c.last(4, fault.UpdateCut)
	c.again()
	g.wait("posbox: slot b version 4 trial")
	c = g.back("a", 1)
	c.last(4, fault.UpdateScreen)
	c.blocks(4, unwell)
}

// file reads a file whole.
func file(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

// bringAndTry starts a version.
func (c *till) bringAndTry(bundle string) {
	c.t.Helper()
	if code := c.bring(bundle); code != "" {
		c.t.Fatalf("bringing %s: %s", bundle, code)
	}
	c.again()
}

// again starts the version that is ready.
func (c *till) again() {
	c.t.Helper()
	c.forget()
	if code := c.try(); code != "" {
		c.t.Fatalf("start: %s", code)
	}
}

// blocks demands that a version is neither taken in again nor started.
func (c *till) blocks(version uint64, bundle string) {
	c.t.Helper()
	if u := c.update(); u.Phase != "idle" || !slices.Equal(u.Blocked, []uint64{version}) {
		c.t.Errorf("after two failures of version %d: %+v", version, u)
	}
	if code := c.bring(bundle); code != fault.UpdateBlocked {
		c.t.Errorf("brought a third time: %q", code)
	}
	if code := c.try(); code != fault.UpdateNotReady {
		c.t.Errorf("a third try: %q", code)
	}
}

// back waits until the old version is there again, by itself.
func (g *guest) back(slot string, version uint64) *till {
	g.t.Helper()
	line := fmt.Sprintf("posbox: slot %s version %d confirmed", slot, version)
	g.wait(line)
	g.from += strings.LastIndex(g.console(), line) // what was said before is the trial's
	return g.till()
}

// last demands how the last update went.
func (c *till) last(version uint64, why fault.Code) {
	c.t.Helper()
	if u := c.update(); u.Last == nil || u.Last.Version != version || u.Last.Result != "rolled_back" || u.Last.Code != why {
		c.t.Errorf("last: %+v, want version %d rolled back because of %s", u.Last, version, why)
	}
}

// until waits until something is so.
func (c *till) until(what string, so func() bool) {
	c.t.Helper()
	for end := ending(c.t, bootLimit); !so(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("not so that %s\n%s", what, c.console())
		}
	}
}

// waitFor looks until something is so.
func (c *till) waitFor(what string, so func(updateStatus) bool) {
	c.t.Helper()
	var u updateStatus
	for end := ending(c.t, bootLimit); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if u = c.update(); so(u) {
			return
		}
	}
	c.t.Fatalf("not so that %s: %+v\n%s", what, u, c.console())
}
