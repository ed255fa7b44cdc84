// Package storetest runs a test on both engines: SQLite in a temp folder, and a real PostgreSQL that the test binary
// starts for itself, from Debian's package postgresql, in a temp folder, reached over a Unix socket only.
package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"posbox/baaz/store"
)

// Main runs a package's tests and ends the server that they started. Packages that use Each or Postgres call it from
// their TestMain.
func Main(m *testing.M) int {
	code := m.Run()
	if shared.server != nil {
		shared.server.Stop()
	}
	return code
}

// Each runs a test once on every engine, each time with the DSN of a new, empty database.
func Each(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "baaz.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Open opens a store and closes it when the test ends, after looking through all of it.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if errors.Is(s.Ping(context.Background()), store.ErrClosed) {
			return // the test is about that
		}
		found := func(format string, args ...any) { t.Errorf("store: "+format, args...) }
		if err := s.Check(context.Background(), nil, found); err != nil {
			t.Errorf("store not checked: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("store not closed: %v", err)
		}
	})
	return s
}

// Writer returns what writes into a store; a test in which that fails ends.
func Writer(t testing.TB, s *store.Store) func(fn func(*store.Tx) error) {
	return func(fn func(*store.Tx) error) {
		t.Helper()
		if err := s.Write(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
}

var shared struct {
	sync.Mutex
	server *Server
	err    error
	made   int
}

// Postgres returns the DSN of a new, empty database on the package's own server. Where Debian's postgresql is not
// installed the test is skipped, loudly; under ./test that is a failure.
func Postgres(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = Start()
	}
	if errors.Is(shared.err, errNotInstalled) {
		if os.Getenv("POSBOX_STRICT") != "" {
			t.Fatal(shared.err)
		}
		t.Skip("SKIPPED, half of the contract is not tested: ", shared.err)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	shared.made++
	name := fmt.Sprintf("test%d", shared.made)
	if err := shared.server.Create(name); err != nil {
		t.Fatal(err)
	}
	return shared.server.DSN(name)
}

var errNotInstalled = errors.New("no PostgreSQL server found: apt-get install postgresql")

// Server is a PostgreSQL of one's own.
type Server struct {
	dir  string
	bin  string
	as   *syscall.Credential // initdb and postgres refuse to run as root
	cmd  *exec.Cmd
	done chan struct{}
	log  *os.File
}

// Start makes a new database cluster and starts its server.
func Start() (*Server, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return nil, errNotInstalled
	}
	s := &Server{bin: filepath.Dir(slices.Max(found))}
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	if err := s.makeFolder(); err != nil {
		return nil, err
	}
	out, err := s.command("initdb", "-D", s.dir+"/data", "-U", "baaz", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync").CombinedOutput()
	if err == nil {
		err = s.Run()
	}
	if err != nil {
		s.Stop()
		return nil, fmt.Errorf("postgresql: %w: %s", err, out)
	}
	return s, nil
}

// makeFolder makes a temp folder that the server's user may use. Its path is short: it holds the socket.
func (s *Server) makeFolder() (err error) {
	if s.dir, err = os.MkdirTemp("/tmp", "baazpg"); err != nil {
		return err
	}
	if s.as != nil {
		err = os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid))
	}
	if err == nil {
		s.log, err = os.Create(filepath.Join(s.dir, "log"))
	}
	return err
}

func (s *Server) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, program), args...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	return c
}

// Run starts the server's process, also after Kill, and waits until it answers.
func (s *Server) Run() error {
	s.cmd = s.command("postgres", "-D", s.dir+"/data", "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=60",
		"-c", "autovacuum=off", "-c", "shared_buffers=64MB")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	started := make(chan error)
	done := make(chan struct{})
	go func() {
		// The server must go when this process does, and the kernel counts by threads.
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.cmd.Wait()
		}
		close(done)
	}()
	s.done = done
	if err := <-started; err != nil {
		return err
	}
	return s.wait()
}

// wait waits until the server answers.
func (s *Server) wait() error {
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if err = db.Ping(); err == nil {
			return nil
		}
		select {
		case <-s.done:
			return s.failed(err)
		default:
		}
		if time.Now().After(end) {
			return s.failed(err)
		}
	}
}

func (s *Server) failed(err error) error {
	text, _ := os.ReadFile(s.log.Name())
	return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(text))
}

// Create makes a database.
func (s *Server) Create(name string) error {
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec("CREATE DATABASE " + name)
	return err
}

// DSN returns the address of a database.
func (s *Server) DSN(database string) string {
	return "postgres://baaz@/" + database + "?host=" + s.dir
}

// Kill ends the server and all its workers with SIGKILL. Each worker is a session of its own, so they are looked for one
// by one.
func (s *Server) Kill() {
	pid := s.cmd.Process.Pid
	syscall.Kill(pid, syscall.SIGSTOP) // or it starts one more worker between the look and the kill
	for awake(pid) {
		time.Sleep(time.Millisecond)
	}
	workers := children(pid)
	syscall.Kill(pid, syscall.SIGKILL)
	for _, w := range workers {
		syscall.Kill(w, syscall.SIGKILL)
	}
	<-s.done
	for _, w := range workers {
		for running(w) {
			time.Sleep(time.Millisecond)
		}
	}
}

// children lists the processes whose parent is pid.
func children(pid int) (list []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		if _, parent, ok := stat(path); ok && parent == pid {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			list = append(list, child)
		}
	}
	return list
}

// running reports whether a process still does something.
func running(pid int) bool {
	state, _, ok := stat(fmt.Sprintf("/proc/%d/stat", pid))
	return ok && state != "Z" && state != "X"
}

// awake reports whether a process that was told to stop has not done so yet.
func awake(pid int) bool {
	state, _, ok := stat(fmt.Sprintf("/proc/%d/stat", pid))
	return ok && state != "T" && state != "Z" && state != "X"
}

// stat reads state and parent of a process: they stand behind its name, which is in brackets.
func stat(path string) (state string, parent int, ok bool) {
	text, err := os.ReadFile(path)
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if err != nil || len(fields) < 2 {
		return "", 0, false
	}
	parent, err = strconv.Atoi(string(fields[1]))
	return string(fields[0]), parent, err == nil
}

// CPU returns how much processor time the package's own server has taken so far, all its workers together; 0: none runs.
func CPU() (sum time.Duration) {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		return 0
	}
	pid := shared.server.cmd.Process.Pid
	for _, p := range append(children(pid), pid) {
		sum += ticks(fmt.Sprintf("/proc/%d/stat", p))
	}
	return sum
}

// ticks reads how much processor time a process and its children that have ended have taken: Linux counts it in hundredths of a
// second.
func ticks(path string) (sum time.Duration) {
	text, _ := os.ReadFile(path)
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	for _, f := range fields[min(11, len(fields)):min(15, len(fields))] {
		n, _ := strconv.Atoi(string(f))
		sum += time.Duration(n) * 10 * time.Millisecond
	}
	return sum
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	if s.done != nil {
		s.cmd.Process.Signal(syscall.SIGQUIT)
		select {
		case <-s.done:
		case <-time.After(time.Minute):
			s.Kill()
		}
	}
	s.log.Close()
	os.RemoveAll(s.dir)
}
