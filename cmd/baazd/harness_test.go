package main

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"posbox/baaz/store/storetest"
	"posbox/wire"
)

// TestMain lets the test binary be baazd: a real process that tests start, kill and start again.
func TestMain(m *testing.M) {
	if os.Getenv("POSBOX_TEST_IS_BAAZD") == "1" {
		main()
		return
	}
	os.Exit(storetest.Main(m))
}

// rounds picks how often a random test goes round: by plain go test, under ./test, in the long versions.
func rounds(plain, strict, longer int) int {
	switch {
	case os.Getenv("POSBOX_LONG") != "":
		return longer
	case os.Getenv("POSBOX_STRICT") != "":
		return strict
	}
	return plain
}

// seeded returns a source of chance; POSBOX_SEED repeats a run.
func seeded(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("POSBOX_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("POSBOX_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// baazd makes a command that runs this binary as baazd.
func baazd(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "POSBOX_TEST_IS_BAAZD=1")
	return c
}

// must runs a sub-command that must end well and returns what it printed.
func must(t testing.TB, args ...string) string {
	t.Helper()
	c := baazd(args...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("baazd %v: %v\n%s%s", args, err, out, said.String())
	}
	return string(out)
}

// try runs a sub-command and returns how it ended.
func try(t testing.TB, args ...string) (int, string) {
	t.Helper()
	c := baazd(args...)
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(out)
}

// server is a baazd process.
type server struct {
	t   testing.TB
	url string
	cmd *exec.Cmd
	log *safeBuffer
	// more is what it prints after it is ready.
	more <-chan string
}

// safeBuffer is a buffer that is written and read at once.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// start starts baazd and waits until it is ready.
func start(t testing.TB, dir, dsn string) *server {
	t.Helper()
	s := &server{t: t, log: &safeBuffer{}}
	s.cmd = baazd("-data", dir, "-db", dsn, "-listen", "127.0.0.1:0")
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	line := make(chan string, 10)
	s.more = line
	go func() {
		for sc := bufio.NewScanner(out); sc.Scan(); {
			line <- sc.Text()
		}
	}()
	select {
	case text := <-line:
		url, ok := strings.CutPrefix(text, "baazd: ready ")
		if !ok {
			s.kill()
			t.Fatalf("baazd says %q\n%s", text, s.log)
		}
		s.url = url
	case <-time.After(time.Minute):
		s.kill()
		t.Fatalf("baazd said nothing\n%s", s.log)
	}
	return s
}

// kill ends the process as a pulled plug would.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// stop ends the process politely.
func (s *server) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
	if code := s.cmd.ProcessState.ExitCode(); code != exitOK {
		s.t.Errorf("baazd ended with %d\n%s", code, s.log)
	}
}

// key makes a connection key on the command line.
func key(t testing.TB, dir, dsn, point string) wire.Key {
	t.Helper()
	out := must(t, "key", "-data", dir, "-db", dsn, "-company", "Номин", "-point", point)
	text, ok := strings.CutPrefix(strings.TrimSpace(out), "baazd: key ")
	k, err := wire.ParseKey(text)
	if !ok || err != nil {
		t.Fatalf("baazd key says %q, %v", out, err)
	}
	return k
}
