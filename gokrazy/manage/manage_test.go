package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestParsePorts(t *testing.T) {
	if got, err := parsePorts("8080,9100\n"); err != nil || fmt.Sprint(got) != "[8080 9100]" {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"", "x", "0", "65536", "1,,2"} {
		if _, err := parsePorts(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestForward(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "till") }))
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- forward(l, strings.TrimPrefix(s.URL, "http://")) }()
	resp, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if string(body) != "till" {
		t.Errorf("%q", body)
	}
	l.Close()
	if <-done == nil {
		t.Error("a closed listener went on")
	}
}

// TestLook: files of the list, and no others.
func TestLook(t *testing.T) {
	for path, want := range map[string]int{"/proc/net/tcp": 200, "/proc/mounts": 200, "/etc/passwd": 404, "/proc/net/../../etc/passwd": 404, "/proc/self/environ": 404} {
		w := httptest.NewRecorder()
		look(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func FuzzParsePorts(f *testing.F) {
	f.Add("8080,1")
	f.Fuzz(func(t *testing.T, s string) { parsePorts(s) })
}
