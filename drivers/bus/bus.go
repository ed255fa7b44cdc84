// Package bus opens the transports that devices hang on, by address:
//
//	tcp://HOST:PORT   a network printer, usually port 9100
//	file:PATH         a character device (/dev/usb/lp0), a FIFO, or a regular file that collects the bytes
//
// It is the only room that opens them; drivers take the Conn. It knows nothing of what the bytes mean.
//
// Closing is giving up: over TCP, what the other side has not yet taken is thrown away (RST instead of FIN), because a
// driver closes a connection that it no longer trusts, and bytes arriving after that would print lines twice.
package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// DialTimeout bounds opening a TCP connection; a printer on the same network answers within milliseconds.
const DialTimeout = 3 * time.Second

// keepAlive finds a printer that vanished without a word in about 11 s, even while there is nothing to send.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}

// emptyPause keeps a device that has nothing to say from being asked without rest.
const emptyPause = 20 * time.Millisecond

// Conn is an open transport. Close ends a blocked Read or Write. Read and Write may be called at the same time from two
// goroutines.
type Conn interface {
	io.ReadWriteCloser
	// OneWay reports that the other side takes bytes and answers nothing: a regular file or a FIFO. Its Read fails.
	OneWay() bool
}

// Scheme is the kind of a transport.
type Scheme string

// The transports known.
const (
	TCP  Scheme = "tcp"
	File Scheme = "file"
)

// Address is a parsed address. String gives the form that Parse takes.
type Address struct {
	Scheme Scheme
	Target string // TCP: host:port; File: the path
}

// String returns the address as Parse takes it.
func (a Address) String() string {
	if a.Scheme == TCP {
		return "tcp://" + a.Target
	}
	return string(a.Scheme) + ":" + a.Target
}

// Parse reads an address. Its errors are for the person who wrote the setting; they do not name the setting.
func Parse(addr string) (Address, error) {
	scheme, rest, ok := strings.Cut(addr, ":")
	if !ok {
		return Address{}, fmt.Errorf("%q is no device address: want tcp://HOST:PORT or file:PATH", addr)
	}
	switch Scheme(scheme) {
	case TCP:
		return parseTCP(addr, rest)
	case File:
		return parseFile(addr, rest)
	}
	return Address{}, fmt.Errorf("%q: unknown transport %q: want tcp or file", addr, scheme)
}

func parseTCP(addr, rest string) (Address, error) {
	hostPort, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return Address{}, fmt.Errorf("%q: want tcp://HOST:PORT", addr)
	}
	host, port, err := net.SplitHostPort(strings.TrimSuffix(hostPort, "/"))
	if err != nil {
		return Address{}, fmt.Errorf("%q: want tcp://HOST:PORT, such as tcp://192.168.1.50:9100", addr)
	}
	if host == "" || strings.ContainsAny(host, " \t\r\n/\\?#@") || !printable(host) {
		return Address{}, fmt.Errorf("%q: the host is missing or malformed", addr)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return Address{}, fmt.Errorf("%q: the port must be a number from 1 to 65535", addr)
	}
	return Address{Scheme: TCP, Target: net.JoinHostPort(host, port)}, nil
}

func parseFile(addr, path string) (Address, error) {
	if path == "" || strings.ContainsRune(path, 0) {
		return Address{}, fmt.Errorf("%q: want file:PATH", addr)
	}
	if strings.HasPrefix(path, "//") {
		return Address{}, fmt.Errorf("%q: write file:PATH with one slash, such as file:/dev/usb/lp0", addr)
	}
	return Address{Scheme: File, Target: path}, nil
}

func printable(s string) bool {
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}

// Open opens addr within ctx. The connection lives on after ctx.
func Open(ctx context.Context, addr string) (Conn, error) {
	a, err := Parse(addr)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if a.Scheme == TCP {
		return openTCP(ctx, a.Target)
	}
	return openFile(a.Target)
}

type tcpConn struct{ *net.TCPConn }

func (tcpConn) OneWay() bool { return false }

func openTCP(ctx context.Context, target string) (Conn, error) {
	d := net.Dialer{Timeout: DialTimeout, KeepAliveConfig: keepAlive}
	c, err := d.DialContext(ctx, "tcp", target)
	if err != nil {
		return nil, err
	}
	t, ok := c.(*net.TCPConn)
	if !ok {
		c.Close()
		return nil, fmt.Errorf("%s: not a TCP connection", target)
	}
	if err := errors.Join(t.SetNoDelay(true), t.SetLinger(0)); err != nil {
		t.Close()
		return nil, err
	}
	return tcpConn{t}, nil
}

// fileConn hides os.File's other methods: File.Fd would make Close unable to end a blocked Read.
type fileConn struct {
	f      *os.File
	oneWay bool
}

// Read reads what the device answers. usblp hands an empty USB packet up as the end of the file: no end, so it is read on;
// an unplugged printer gives another error.
func (c fileConn) Read(b []byte) (int, error) {
	for {
		n, err := c.f.Read(b)
		if n > 0 || len(b) == 0 || err != io.EOF || c.oneWay {
			return n, err
		}
		time.Sleep(emptyPause)
	}
}

func (c fileConn) Write(b []byte) (int, error) { return c.f.Write(b) }
func (c fileConn) Close() error                { return c.f.Close() }
func (c fileConn) OneWay() bool                { return c.oneWay }

// openFile decides by what stands at path. Nothing there: a regular file is made, but never under /dev, where a missing
// name means that the printer is unplugged.
func openFile(path string) (Conn, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if dir := filepath.Clean(path); strings.HasPrefix(dir, "/dev/") {
			return nil, err
		}
		return openOneWay(path, os.O_CREATE)
	case err != nil:
		return nil, err
	case info.Mode().IsRegular():
		return openOneWay(path, 0)
	case info.Mode()&os.ModeNamedPipe != 0:
		// Without O_NONBLOCK the open itself would wait for a reader, where no context can end it.
		return openOneWay(path, syscall.O_NONBLOCK)
	case info.Mode()&os.ModeCharDevice != 0:
		return openDevice(path)
	}
	return nil, fmt.Errorf("%s: neither a file, a FIFO nor a character device", path)
}

func openOneWay(path string, flags int) (Conn, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|flags, 0o600)
	if err != nil {
		return nil, err
	}
	return fileConn{f: f, oneWay: true}, nil
}

func openDevice(path string) (Conn, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return fileConn{f: f}, nil
}
