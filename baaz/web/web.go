// Package web is BAAZ's HTTP side: what boxes ask (/v1/…) and whether it is well.
//
// Every answer to a box that names a head is signed; every refusal has a stable code, a sentence and the next step. A
// request is bounded in size and time, a box and a stranger's address in how often they may ask.
package web

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// Ingest takes in what boxes send.
type Ingest interface {
	Take(ctx context.Context, b journal.Box, body []byte) (wire.Head, error)
	Head(ctx context.Context, b journal.Box) (wire.Head, error)
	Join(ctx context.Context, j wire.Join) (wire.Joined, error)
}

// Options of the server. The zero value of a limit is sensible.
type Options struct {
	Ingest Ingest
	Ping   func(context.Context) error // whether the store answers
	Logger *slog.Logger
	// AtOnce bounds the batches under way together; one more is told to come back. Default 256.
	AtOnce int
	// BoxRate and StrangerRate are requests a second, after a burst of twenty times as many: of a box, and of an address
	// that wants to join. Defaults 20 and 5. A box that does not stop sending is told 429 sooner.
	BoxRate, StrangerRate float64
	Version               string
}

// Server answers.
type Server struct {
	o         Options
	mux       *http.ServeMux
	slots     chan struct{}
	boxes     *limiter
	strangers *limiter
}

// New makes a server.
func New(o Options) *Server {
	if o.AtOnce == 0 {
		o.AtOnce = 256
	}
	if o.BoxRate == 0 {
		o.BoxRate = 20
	}
	if o.StrangerRate == 0 {
		o.StrangerRate = 5
	}
	s := &Server{o: o, mux: http.NewServeMux(), slots: make(chan struct{}, o.AtOnce),
		boxes: newLimiter(o.BoxRate), strangers: newLimiter(o.StrangerRate)}
	s.handle("POST /v1/join", s.join)
	s.handle("POST /v1/boxes/{box}/records", s.records)
	s.handle("GET /v1/boxes/{box}/head", s.head)
	s.handle("GET /api/health", s.health)
	s.handle("/", func(http.ResponseWriter, *http.Request) error { return fault.New(fault.NotFound) })
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	s.mux.ServeHTTP(w, r)
}

// handle registers a handler that returns its error.
func (s *Server) handle(pattern string, f func(http.ResponseWriter, *http.Request) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := f(w, r); err != nil && r.Context().Err() == nil {
			s.refuse(w, r, err)
		}
	})
}

// statuses of refusals without a head; whatever is not here is the server's own trouble.
var statuses = map[fault.Code]int{
	fault.BatchMalformed: http.StatusBadRequest, fault.JoinMalformed: http.StatusBadRequest, fault.QueryMalformed: http.StatusBadRequest,
	fault.BatchSignature: http.StatusUnauthorized,
	fault.KeyUnknown:     http.StatusForbidden, fault.KeyUsed: http.StatusForbidden, fault.KeyExpired: http.StatusForbidden, fault.BoxElsewhere: http.StatusForbidden,
	fault.BoxUnknown: http.StatusNotFound, fault.NotFound: http.StatusNotFound,
	fault.BatchTooLarge: http.StatusRequestEntityTooLarge,
	fault.ServerBusy:    http.StatusTooManyRequests,
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.Of(err)
	status, known := statuses[f.Code]
	if !known {
		s.o.Logger.Error("request failed", "path", r.URL.Path, "err", err)
		status, f = http.StatusServiceUnavailable, fault.Wrap(err, fault.ServerBusy)
	}
	if f.Code == fault.ServerBusy && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "2")
	}
	text, hint := f.Say("en")
	answer(w, status, refusal{string(f.Code), text, hint})
}

type refusal struct {
	Code string `json:"code"`
	Text string `json:"text"`
	Hint string `json:"hint"`
}

func answer(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body) // a client that has left asks again
	return nil
}

// box reads the box id out of the address.
func box(r *http.Request) (b journal.Box, err error) {
	id, err := hex.DecodeString(r.PathValue("box"))
	if err != nil || len(id) != len(b) {
		return b, fault.New(fault.BoxUnknown)
	}
	return journal.Box(id), nil
}

// readBody reads a request that must not be longer than most.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fault.Wrap(err, fault.BatchTooLarge)
	case err != nil:
		return nil, fault.Wrap(err, fault.BatchMalformed) // cut off on the way
	}
	return body, nil
}

func (s *Server) records(w http.ResponseWriter, r *http.Request) error {
	b, err := box(r)
	if err != nil {
		return err
	}
	if wait := s.boxes.take(b.String()); wait > 0 {
		return later(w, wait)
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return later(w, time.Second)
	}
	body, err := readBody(w, r, wire.MaxBatch)
	if err != nil {
		return err
	}
	head, err := s.o.Ingest.Take(r.Context(), b, body)
	if err != nil {
		return err
	}
	if head.Status != http.StatusOK {
		s.o.Logger.Warn("batch not taken", "box", b, "code", head.Code, "head", head.Seq)
	}
	return answer(w, head.Status, head)
}

// later tells a client when to come back.
func later(w http.ResponseWriter, wait time.Duration) error {
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return fault.New(fault.ServerBusy)
}

func (s *Server) head(w http.ResponseWriter, r *http.Request) error {
	b, err := box(r)
	if err != nil {
		return err
	}
	if wait := s.boxes.take(b.String()); wait > 0 {
		return later(w, wait)
	}
	head, err := s.o.Ingest.Head(r.Context(), b)
	if err != nil {
		return err
	}
	return answer(w, head.Status, head)
}

// maxJoin bounds a request to join.
const maxJoin = 4 << 10

func (s *Server) join(w http.ResponseWriter, r *http.Request) error {
	if wait := s.strangers.take(network(r.RemoteAddr)); wait > 0 {
		return later(w, wait)
	}
	body, err := readBody(w, r, maxJoin)
	if err != nil {
		return fault.Wrap(err, fault.JoinMalformed)
	}
	var j wire.Join
	if err := json.Unmarshal(body, &j); err != nil {
		return fault.Wrap(err, fault.JoinMalformed)
	}
	joined, err := s.o.Ingest.Join(r.Context(), j)
	if err != nil {
		return err
	}
	s.o.Logger.Info("box joined", "box", joined.Box, "company", joined.Company, "point", joined.Point, "epoch", joined.Epoch)
	return answer(w, http.StatusOK, joined)
}

// network groups addresses: an IPv6 customer has a /64 of them.
func network(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	ip := net.ParseIP(host)
	switch {
	case err != nil || ip == nil:
		return remote
	case ip.To4() != nil:
		return ip.String()
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}

type health struct {
	OK      bool   `json:"ok"`
	Version string `json:"version"`
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := s.o.Ping(ctx); err != nil {
		return err
	}
	return answer(w, http.StatusOK, health{true, s.o.Version})
}
