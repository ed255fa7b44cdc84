package ui

import (
	"io"
	"net/http"
	"time"
)

// readTimeout is how long a sender of a body may be silent. However slow, what goes on coming is read.
const readTimeout = 30 * time.Second

// patient is a body that is given up when nothing comes any more: else each such sender would hold a connection, a file
// and its reader for ever.
type patient struct {
	body    io.Reader
	conn    *http.ResponseController
	timeout time.Duration
}

// body returns a request's body, at most so many bytes of it.
func (s *Server) body(w http.ResponseWriter, r *http.Request, most int64) io.Reader {
	return &patient{http.MaxBytesReader(w, r.Body, most), http.NewResponseController(w), s.readTimeout}
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	p.conn.SetReadDeadline(time.Now().Add(p.timeout)) // where that cannot be set, there is nobody to wait for
	n, err := p.body.Read(b)
	if err == io.EOF {
		p.conn.SetReadDeadline(time.Time{}) // the connection may stay
	}
	return n, err
}
