package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestKillAll kills a program by its name, and nothing else.
func TestKillAll(t *testing.T) {
	start := func(name string) *exec.Cmd {
		sleep, err := exec.LookPath("sleep")
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(sleep)
		file := filepath.Join(t.TempDir(), name)
		if err != nil || os.WriteFile(file, b, 0o755) != nil {
			t.Fatal("no copy of sleep", err)
		}
		c := exec.Command(file, "60")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Process.Kill() })
		return c
	}
	one, two := start("posbox-test-dies"), start("posbox-test-lives")
	// Until it has become sleep a child is still this program.
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		n, err := killAll("/proc", "posbox-test-dies")
		if n == 1 {
			break
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("%d killed, %v", n, err)
		}
	}
	if one.Wait() == nil {
		t.Error("it ended by itself")
	}
	if m, err := readMemory("/proc"); err != nil || m.Total < m.Available || m.Programs["posbox-test-lives"] == 0 || m.Programs["posbox-test-dies"] != 0 {
		t.Errorf("memory: %+v %v", m, err)
	}
	two.Process.Kill()
	two.Wait()
}

func TestParseRights(t *testing.T) {
	const browser = "Name:\tchromium\nUid:\t1000\t1000\t1000\t1000\nCapInh:\t0000000000000000\nCapEff:\t0000000000000000\nSeccomp:\t2\nSeccomp_filters:\t1\n"
	if r, err := parseRights("chromium", []byte(browser)); err != nil || r != (Rights{Program: "chromium", User: 1000, Filtered: true}) {
		t.Errorf("%+v %v", r, err)
	}
	const root = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n"
	if r, err := parseRights("posd", []byte(root)); err != nil || r != (Rights{Program: "posd", Powers: 0x1ffffffffff}) {
		t.Errorf("%+v %v", r, err)
	}
	for _, text := range []string{"", "Name:\tx\n", "Uid:\tx\ty\n", "Uid:\t1\n", "Uid:\t1\t1\nCapEff:\tx\n"} {
		if r, err := parseRights("x", []byte(text)); err == nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
	own := readRights("/proc")
	if !slices.ContainsFunc(own, func(r Rights) bool {
		return r.Program == filepath.Base(os.Args[0]) && r.User == os.Geteuid() && !r.Apart
	}) {
		t.Errorf("%s is not among them: %+v", os.Args[0], own)
	}
}

func FuzzParseRights(f *testing.F) {
	f.Add([]byte("Uid:\t0\t0\nCapEff:\tff\nSeccomp:\t2\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, err := parseRights("x", text); err == nil && r.User < 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestInside(t *testing.T) {
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/proc/mounts", 200}, {"GET", "/memory", 200}, {"POST", "/memory", 404}, {"GET", "/rights", 200}, {"GET", "/etc/passwd", 404},
		{"POST", "/kill/init", 404}, {"POST", "/kill/kiosk", 409}, {"GET", "/kill/kiosk", 404},
	} {
		w := httptest.NewRecorder()
		inside().ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}

func TestKilobytes(t *testing.T) {
	text := []byte("MemTotal:       16309048 kB\nMemFree:  1 kB\nPss:  \n")
	for name, want := range map[string]int{"MemTotal": 16309048, "MemFree": 1, "Pss": 0, "Mem": 0} {
		if got := kilobytes(text, name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
