package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be posd: a real process that tests start, kill and start again.
func TestMain(m *testing.M) {
	if os.Getenv("POSBOX_TEST_IS_POSD") == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// long reports whether the long versions of tests are wanted.
func long() bool { return os.Getenv("POSBOX_LONG") != "" }

// rounds picks how often a random test goes round: by plain go test, under ./test, in the long versions.
func rounds(plain, strict, longer int) int {
	switch {
	case long():
		return longer
	case os.Getenv("POSBOX_STRICT") != "":
		return strict
	}
	return plain
}

// seeded returns a source of chance; POSBOX_SEED repeats a run.
func seeded(t *testing.T) *mathrand.Rand {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("POSBOX_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("POSBOX_SEED=%d", seed)
	return mathrand.New(mathrand.NewPCG(seed, 1))
}

// patience is how long a test waits for what must come true: never for how fast it does, so that a busy machine may take its time.
const patience = 3 * time.Minute

// box is a posd process on a folder.
type box struct {
	t     testing.TB
	dir   string
	url   string
	token string
	cmd   *exec.Cmd
	log   *bytes.Buffer
	http  *http.Client
	args  []string
}

// start starts posd on dir and waits until it can sell.
func start(t testing.TB, dir string, args ...string) *box {
	t.Helper()
	b := launch(t, dir, args...)
	if line := b.firstLine(); !strings.HasPrefix(line, "posd: till ready http://") {
		t.Fatalf("posd says %q\n%s", line, b.log)
	}
	return b
}

// launch starts posd and returns once it has a stdout to read.
func launch(t testing.TB, dir string, args ...string) *box {
	t.Helper()
	return launchAs(t, posd(), dir, args...)
}

// launchAs is launch of a program that need not be this one.
func launchAs(t testing.TB, program *exec.Cmd, dir string, args ...string) *box {
	t.Helper()
	b := &box{t: t, dir: dir, log: &bytes.Buffer{}, http: &http.Client{Timeout: patience}, args: args, cmd: program}
	b.cmd.Args = append(append(b.cmd.Args, "-data", dir, "-listen", "127.0.0.1:0"), args...)
	b.cmd.Stderr = b.log
	t.Cleanup(b.kill)
	return b
}

// posd makes a command that runs this binary as posd.
func posd(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "POSBOX_TEST_IS_POSD=1")
	return c
}

// firstLine starts the process and returns the first line that it prints.
func (b *box) firstLine() string {
	b.t.Helper()
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	lines := make(chan string, 1)
	go func() {
		sc := bufio.NewScanner(out)
		for sc.Scan() {
			select {
			case lines <- sc.Text():
			default:
			}
		}
	}()
	select {
	case line := <-lines:
		if i := strings.Index(line, "http://"); i >= 0 {
			b.url = line[i:]
		}
		at := flags{data: b.dir}
		if i := slices.Index(b.args, "-token"); i >= 0 {
			at.token = b.args[i+1]
		}
		token, err := os.ReadFile(at.tokenAt())
		if err != nil {
			b.t.Fatal(err)
		}
		b.token = strings.TrimSpace(string(token))
		return line
	case <-time.After(patience):
		b.kill()
		b.t.Fatalf("posd said nothing within %v\n%s", patience, b.log)
	}
	return ""
}

// kill ends the process as a pulled plug would.
func (b *box) kill() {
	if b.cmd.Process == nil || b.cmd.ProcessState != nil {
		return
	}
	b.cmd.Process.Kill()
	b.cmd.Wait()
	b.http.CloseIdleConnections()
}

// stop ends the process politely and returns its exit code.
func (b *box) stop() int {
	b.cmd.Process.Signal(syscall.SIGTERM)
	b.cmd.Wait()
	b.http.CloseIdleConnections()
	return b.cmd.ProcessState.ExitCode()
}

// restart starts posd on the same folder again.
func (b *box) restart() *box { b.t.Helper(); return start(b.t, b.dir, b.args...) }

type object = map[string]any

func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// send posts a command once and returns status and answer; err where none came back.
func (b *box) send(id, kind string, fields object) (int, object, error) {
	m := object{"id": id, "kind": kind}
	for k, v := range fields {
		m[k] = v
	}
	body, err := json.Marshal(m)
	if err != nil {
		b.t.Fatal(err)
	}
	status, text, err := b.request(http.MethodPost, "/api/commands", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	var answer object
	if err := json.Unmarshal(text, &answer); err != nil {
		return status, nil, fmt.Errorf("%w in %q", err, text)
	}
	return status, answer, nil
}

func (b *box) request(method, path string, body io.Reader) (int, []byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, b.url+path, body)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	resp, err := b.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, text, err
}

// do carries out a command that must succeed.
func (b *box) do(kind string, fields object) object {
	b.t.Helper()
	status, answer, err := b.send(uuid(), kind, fields)
	if err != nil || status != http.StatusOK {
		b.t.Fatalf("%s %v: %d %v %v\n%s", kind, fields, status, answer, err, b.log)
	}
	return answer
}

// refused carries out a command that must be refused with a code.
func (b *box) refused(code, kind string, fields object) {
	b.t.Helper()
	status, answer, err := b.send(uuid(), kind, fields)
	if err != nil || status == http.StatusOK || answer["code"] != code {
		b.t.Fatalf("%s %v: %d %v %v; want %s", kind, fields, status, answer, err, code)
	}
	if answer["text"] == "" || answer["hint"] == "" {
		b.t.Fatalf("%s: refused without a sentence: %v", kind, answer)
	}
}

// get reads JSON.
func (b *box) get(path string, into any) {
	b.t.Helper()
	status, text, err := b.request(http.MethodGet, path, nil)
	if err != nil || status != http.StatusOK {
		b.t.Fatalf("GET %s: %d %s %v", path, status, text, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		b.t.Fatalf("GET %s: %v", path, err)
	}
}

func (b *box) state() (s object) {
	b.t.Helper()
	b.get("/api/state", &s)
	return s
}

// open logs in and opens a shift where none is open.
func (b *box) open() {
	b.t.Helper()
	s := b.state()
	if s["seller"] == nil {
		b.do("seller.login", object{"code": "9", "password": "9999"})
	}
	if s["shift"] == nil {
		b.do("shift.open", object{"float": "50000"})
	}
}

// at walks into nested objects.
func at(v any, path ...string) any {
	for _, p := range path {
		m, _ := v.(object)
		v = m[p]
	}
	return v
}
