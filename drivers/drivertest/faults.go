package drivertest

import (
	"errors"
	"sync"
)

// ErrUnplugged is what an unplugged line says.
var ErrUnplugged = errors.New("drivertest: unplugged")

type shortReads struct {
	Conn
	most int
}

// ShortReads makes every Read return at most n bytes, at least one, as serial lines and USB do.
func ShortReads(conn Conn, n int) Conn { return shortReads{conn, max(n, 1)} }

func (s shortReads) Read(b []byte) (int, error) { return s.Conn.Read(b[:min(len(b), s.most)]) }

// Silent makes the device fall silent after n bytes of answers: it goes on taking bytes.
func Silent(conn Conn, n int) Conn {
	return &silent{Conn: conn, left: n, closed: make(chan struct{})}
}

type silent struct {
	Conn
	left   int // of the reading goroutine
	once   sync.Once
	closed chan struct{}
}

func (s *silent) Read(b []byte) (int, error) {
	for {
		n, err := s.Conn.Read(b)
		if keep := min(n, s.left); keep > 0 {
			s.left -= keep
			return keep, err
		}
		if err != nil {
			<-s.closed
			return 0, err
		}
	}
}

func (s *silent) Close() error {
	s.once.Do(func() { close(s.closed) })
	return s.Conn.Close()
}

// Unplug pulls the plug after n more bytes were written: Read and Write end with ErrUnplugged.
func Unplug(conn Conn, n int) Conn {
	return &unplug{Conn: conn, left: n}
}

type unplug struct {
	Conn
	mu   sync.Mutex
	left int
	out  bool
}

func (u *unplug) Write(b []byte) (int, error) {
	u.mu.Lock()
	n := min(len(b), u.left)
	u.left -= n
	cut := u.left == 0 && n < len(b)
	u.out = u.out || cut
	u.mu.Unlock()
	n, err := u.Conn.Write(b[:n])
	if cut {
		u.Conn.Close()
		return n, ErrUnplugged
	}
	return n, err
}

func (u *unplug) Read(b []byte) (int, error) {
	n, err := u.Conn.Read(b)
	u.mu.Lock()
	defer u.mu.Unlock()
	if err != nil && u.out {
		err = ErrUnplugged
	}
	return n, err
}
