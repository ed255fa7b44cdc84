package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/iotest"
)

// TestZeros: only a partition that was never written may be formatted.
func TestZeros(t *testing.T) {
	for name, c := range map[string]struct {
		r    io.Reader
		want bool
	}{
		"never used":   {bytes.NewReader(make([]byte, 1<<20)), true},
		"last byte":    {bytes.NewReader(append(make([]byte, 1<<20), 1)), false},
		"a superblock": {bytes.NewReader(append(make([]byte, 0x438), 0x53, 0xef)), false},
	} {
		if got, err := zeros(c.r); got != c.want || err != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	bad := errors.New("bad sector")
	if ok, err := zeros(io.MultiReader(bytes.NewReader(make([]byte, 10)), iotest.ErrReader(bad))); ok || !errors.Is(err, bad) {
		t.Errorf("a disk that cannot be read was taken for empty: %v %v", ok, err)
	}
}

func TestHealthy(t *testing.T) {
	var status atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(int(status.Load())) }))
	for code, want := range map[int]bool{200: true, 503: false} {
		status.Store(int32(code))
		if healthy(context.Background(), s.URL) != want {
			t.Errorf("status %d: healthy is %v", code, !want)
		}
	}
	s.Close()
	if healthy(context.Background(), s.URL) {
		t.Error("a server that is away is healthy")
	}
}
