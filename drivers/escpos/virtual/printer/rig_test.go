package printer

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// client talks to a printer over a pipe.
type client struct {
	t *testing.T
	p *Printer
	net.Conn
}

func start(t *testing.T, opts Options) *client {
	t.Helper()
	p, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	c := &client{t: t, p: p}
	c.connect()
	return c
}

func (c *client) connect() {
	a, b := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.p.ServeConn(context.Background(), b)
	}()
	c.Conn = a
	c.t.Cleanup(func() {
		a.Close()
		<-done
	})
}

// send writes hex.
func (c *client) send(s string) {
	c.t.Helper()
	c.SetWriteDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write(unhex(c.t, s)); err != nil {
		c.t.Fatalf("sending %s: %v", s, err)
	}
}

// want reads exactly the bytes s.
func (c *client) want(s string) {
	c.t.Helper()
	want := unhex(c.t, s)
	got := make([]byte, len(want))
	c.SetReadDeadline(time.Now().Add(time.Minute))
	n, err := io.ReadFull(c, got)
	if err != nil || !bytes.Equal(got, want) {
		c.t.Fatalf("answered % X, %v; want % X", got[:n], err, want)
	}
}

// done is GS ( H: all before it has been carried out when it is answered.
const (
	done   = "1D 28 48 06 00 30 30 64 6F 6E 65"
	isDone = "37 22 64 6F 6E 65 00"
)

// finish waits until all that was sent has been carried out.
func (c *client) finish() {
	c.t.Helper()
	c.send(done)
	c.want(isDone)
}

func (c *client) inject(k Kind, at uint64) {
	c.t.Helper()
	if err := c.p.Inject(k, at); err != nil {
		c.t.Fatal(err)
	}
}
