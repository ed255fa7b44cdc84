package bus

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Address
	}{
		{"tcp://192.168.1.50:9100", Address{TCP, "192.168.1.50:9100"}},
		{"tcp://printer.local:9100/", Address{TCP, "printer.local:9100"}},
		{"tcp://[::1]:9100", Address{TCP, "[::1]:9100"}},
		{"file:/dev/usb/lp0", Address{File, "/dev/usb/lp0"}},
		{"file:out.bin", Address{File, "out.bin"}},
	} {
		got, err := Parse(c.in)
		if err != nil || got != c.want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "printer", "usb:1", "tcp:1.2.3.4:9100", "tcp://", "tcp://host", "tcp://:9100", "tcp://h:0",
		"tcp://h:65536", "tcp://h:x", "tcp://a b:1", "tcp://u@h:1", "file:", "file://host/x", "file:a\x00b", "TCP://h:1"} {
		if a, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %+v, want an error", bad, a)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"tcp://h:1", "tcp://[::1]:9100", "file:/dev/usb/lp0", "file:a:b", "tcp://[a%b]:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			return
		}
		if b, err := Parse(a.String()); err != nil || a != b {
			t.Fatalf("%q: %+v came back as %+v, %v", s, a, b, err)
		}
	})
}

func TestRegularFileIsCreatedAndAppended(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.bin")
	for _, s := range []string{"one ", "two"} {
		c, err := Open(t.Context(), "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		if !c.OneWay() {
			t.Error("a regular file answers nothing")
		}
		if _, err := io.WriteString(c, s); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if b, _ := os.ReadFile(path); string(b) != "one two" {
		t.Errorf("file holds %q", b)
	}
}

func TestFIFOWithoutReaderFailsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Open(t.Context(), "file:"+path); err == nil {
		t.Fatal("opened a FIFO that nobody reads")
	}
	r, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c, err := Open(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if !c.OneWay() {
		t.Error("a FIFO answers nothing")
	}
	c.Close()
}

func TestRefusals(t *testing.T) {
	if _, err := Open(t.Context(), "file:"+t.TempDir()); err == nil {
		t.Error("opened a folder")
	}
	if _, err := Open(t.Context(), "file:/dev/no-such-printer"); err == nil {
		t.Error("made a file under /dev")
	}
	if _, err := Open(t.Context(), "nonsense"); err == nil {
		t.Error("opened nonsense")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, "tcp://127.0.0.1:9"); err == nil {
		t.Error("opened with an ended context")
	}
}

func TestCharacterDeviceAnswers(t *testing.T) {
	c, err := Open(t.Context(), "file:/dev/null")
	if err != nil {
		t.Skip(err)
	}
	if c.OneWay() {
		t.Error("a character device answers")
	}
	ended := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Errorf("an empty answer ended Read: %v", err)
	case <-time.After(3 * emptyPause):
	}
	c.Close()
	if err := <-ended; err == nil {
		t.Error("Close did not end Read")
	}
}

func TestTCPCloseEndsReadAndResets(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := Open(t.Context(), "tcp://"+ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	ended := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		ended <- err
	}()
	c.Close()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("Read returned without an error")
		}
	case <-time.After(time.Minute):
		t.Fatal("Close did not end Read")
	}
	peer.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := peer.Read(make([]byte, 1)); err == nil || err == io.EOF {
		t.Errorf("the other side saw %v, want a reset", err)
	}
}
