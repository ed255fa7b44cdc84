package posbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// demo is ./run, started as a person does.
type demo struct {
	t   *testing.T
	cmd *exec.Cmd

	mu   sync.Mutex
	said strings.Builder
	done chan struct{}
}

// startDemo starts ./run with its state in a folder of its own.
func startDemo(t *testing.T, dir string, base int) *demo {
	t.Helper()
	d := &demo{t: t, cmd: exec.Command("./run"), done: make(chan struct{})}
	d.cmd.Env = append(os.Environ(), "POSBOX_DEMO_DIR="+dir, fmt.Sprint("POSBOX_PORT_BASE=", base))
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.cmd.Stderr = d.cmd.Stdout
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL) })
	go func() {
		defer close(d.done)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			d.mu.Lock()
			fmt.Fprintln(&d.said, sc.Text())
			d.mu.Unlock()
		}
	}()
	return d
}

func (d *demo) log() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.String()
}

// waits waits until a line has been said, and returns what its group holds.
func (d *demo) waits(pattern string, most time.Duration) string {
	d.t.Helper()
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(most); ; time.Sleep(20 * time.Millisecond) {
		if m := re.FindStringSubmatch(d.log()); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-d.done:
			d.t.Fatalf("./run has ended without saying %q\n%s", pattern, d.log())
		default:
		}
		if time.Now().After(end) {
			d.t.Fatalf("./run does not say %q\n%s", pattern, d.log())
		}
	}
}

// interrupt presses Ctrl-C and demands that everything ends.
func (d *demo) interrupt() {
	d.t.Helper()
	syscall.Kill(-d.cmd.Process.Pid, syscall.SIGINT)
	select {
	case <-d.done: // nobody holds the pipe any more: every program has gone
	case <-time.After(5 * time.Minute):
		d.t.Fatalf("./run does not end\n%s", d.log())
	}
	if err := d.cmd.Wait(); err != nil {
		d.t.Errorf("./run ended with %v\n%s", err, d.log())
	}
}

// ask sends JSON to a program of the demo and reads its answer.
func ask(t *testing.T, client *http.Client, method, url, token string, in, out any) {
	t.Helper()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s %v", method, url, resp.StatusCode, text, err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			t.Fatalf("%s %s: %v", method, url, err)
		}
	}
}

// freeBase returns a base such that all ports of the demo are free.
func freeBase(t *testing.T) int {
	t.Helper()
	for base := 21080; base < 60000; base += 37 {
		free := true
		for _, off := range []int{-10, 0, 11, 1020} {
			l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", base+off))
			if free = err == nil; !free {
				break
			}
			l.Close()
		}
		if free {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}

// TestRun starts the demo as a person does: its first sale is in BAAZ's report, and so is a month of history; Ctrl-C ends
// all of it, and the next start goes on.
func TestRun(t *testing.T) {
	if os.Getenv("POSBOX_STRICT") == "" {
		t.Skip("builds and starts everything: runs under ./test house")
	}
	dir, base := t.TempDir()+"/demo", freeBase(t)
	d := startDemo(t, dir, base)
	d.waits("starting the demo shop", time.Minute)
	d.waits(`Ctrl-C ends all`, 10*time.Minute) // a first build
	till, baaz := fmt.Sprint("http://127.0.0.1:", base), fmt.Sprint("http://127.0.0.1:", base-10)
	token := d.waits(`Till +http\S+/\?token=(\w+)`, time.Minute)
	link := d.waits(`Its owner +\S+/#link=(\S+)`, time.Minute)
	d.waits("seeded 48000 lines", 10*time.Minute)
	waitCentral(t, till, token)
	command := func(n int, kind string, fields map[string]any) {
		fields["id"], fields["kind"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", n), kind
		ask(t, http.DefaultClient, "POST", till+"/api/commands", token, fields, nil)
	}
	command(1, "seller.login", map[string]any{"code": "1", "password": "1111"})
	command(2, "shift.open", map[string]any{"float": "0"})
	command(3, "line.scan", map[string]any{"code": "8651070010097"})
	command(4, "pay", map[string]any{"tenders": []any{map[string]any{"kind": "cash", "amount": "20000"}}})

	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	var me struct {
		Home int64 `json:"home"`
	}
	ask(t, browser, "POST", baaz+"/api/links/use", "", map[string]any{"link": link, "login": "owner", "name": "Эзэн", "password": "урт нууц үг 7"}, &me)
	reports := fmt.Sprintf("%s/api/companies/%d/reports/days", baaz, me.Home)
	days, sales := report(t, browser, reports, 1)
	if days != 61 || sales < 10_000 {
		t.Errorf("BAAZ has %d days of points with %d sales; want a month of two points and today at the third", days, sales)
	}
	d.interrupt()

	d = startDemo(t, dir, base)
	d.waits(`Ctrl-C ends all`, 10*time.Minute)
	d.waits(`Its owner +has an account already`, time.Minute)
	d.waits("; 0 of them now", 5*time.Minute)
	command(5, "line.scan", map[string]any{"code": "8651070010097"})
	command(6, "pay", map[string]any{"tenders": []any{map[string]any{"kind": "cash", "amount": "20000"}}})
	if _, again := report(t, browser, reports, 2); again != sales+1 {
		t.Errorf("after another start BAAZ has %d sales, before %d", again, sales)
	}
	d.interrupt()
}

// waitCentral waits until the till has taken its goods from BAAZ: what it sells then, it sells at BAAZ's prices.
func waitCentral(t *testing.T, till, token string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for {
		var up struct {
			State string `json:"state"`
		}
		var goods struct {
			Count int `json:"count"`
		}
		ask(t, http.DefaultClient, "GET", till+"/api/uplink", token, nil, &up)
		ask(t, http.DefaultClient, "GET", till+"/api/goods?q=8651070010097", token, nil, &goods)
		if up.State == "online" && goods.Count > 300 {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("the till is %s and has %d goods", up.State, goods.Count)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// report waits until the demo's own till has made so many sales by BAAZ's report, and sums it up.
func report(t *testing.T, client *http.Client, url string, own int) (days, sales int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var r struct {
			Days []struct {
				Point, Sales int
			} `json:"days"`
		}
		ask(t, client, "GET", url, "", nil, &r)
		days, sales = len(r.Days), 0
		mine := 0
		for _, d := range r.Days {
			if sales += d.Sales; d.Point == 1 {
				mine += d.Sales
			}
		}
		if mine == own {
			return days, sales
		}
		if time.Now().After(end) {
			t.Fatalf("BAAZ's report has %d sales of the demo's till, want %d", mine, own)
		}
	}
}
