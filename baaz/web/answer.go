package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"posbox/pos/fault"
)

// ErrorBody is what every refused request gets.
type ErrorBody struct {
	Code fault.Code `json:"code"`
	Text string     `json:"text"`
	Hint string     `json:"hint"`
}

// statuses of refusals without a head; whatever is not here is the server's own trouble.
var statuses = map[fault.Code]int{
	fault.BatchMalformed: http.StatusBadRequest, fault.JoinMalformed: http.StatusBadRequest, fault.QueryMalformed: http.StatusBadRequest,
	fault.RequestMalformed: http.StatusBadRequest,
	fault.BatchSignature:   http.StatusUnauthorized, fault.LoginNeeded: http.StatusUnauthorized, fault.TokenUnknown: http.StatusUnauthorized,
	fault.KeyUnknown: http.StatusForbidden, fault.KeyUsed: http.StatusForbidden, fault.KeyExpired: http.StatusForbidden, fault.BoxElsewhere: http.StatusForbidden,
	fault.ScopeForeign: http.StatusForbidden, fault.BoxRevoked: http.StatusForbidden, fault.BoxReplaced: http.StatusForbidden,
	fault.LoginWrong: http.StatusUnauthorized, fault.LoginWait: http.StatusTooManyRequests, fault.LinkUnknown: http.StatusForbidden,
	fault.LoginTaken: http.StatusConflict, fault.OwnerLast: http.StatusConflict, fault.OwnerThere: http.StatusConflict, fault.TokenMost: http.StatusConflict,
	fault.PersonPassword: http.StatusUnprocessableEntity, fault.PersonRole: http.StatusUnprocessableEntity, fault.TokenScope: http.StatusUnprocessableEntity,
	fault.PersonUnknown: http.StatusNotFound, fault.SessionUnknown: http.StatusNotFound, fault.TokenGone: http.StatusNotFound,
	fault.PasskeyPlace: http.StatusUnprocessableEntity, fault.PasskeyRefused: http.StatusForbidden, fault.PasskeyUnknown: http.StatusNotFound,
	fault.PasskeyThere: http.StatusConflict, fault.PasskeyMost: http.StatusConflict,
	fault.PointUnknown: http.StatusNotFound, fault.RecordUnknown: http.StatusNotFound, fault.Internal: http.StatusInternalServerError,
	fault.AccessDenied: http.StatusForbidden, fault.RequestOrigin: http.StatusForbidden,
	fault.BoxUnknown: http.StatusNotFound, fault.NotFound: http.StatusNotFound, fault.CompanyUnknown: http.StatusNotFound,
	fault.RequestSignature: http.StatusUnauthorized, fault.RequestStale: http.StatusUnauthorized,
	fault.ScopeBehind: http.StatusGone, fault.RowRegister: http.StatusNotFound, fault.RowUnknown: http.StatusNotFound,
	fault.RowBad: http.StatusUnprocessableEntity, fault.RowScope: http.StatusUnprocessableEntity,
	fault.AlarmAgain: http.StatusConflict, fault.AlarmUnknown: http.StatusNotFound, fault.ReturnClaimed: http.StatusConflict,
	fault.BarcodeMalformed: http.StatusUnprocessableEntity, fault.BarcodeCheckDigit: http.StatusUnprocessableEntity,
	fault.SetUnknown: http.StatusNotFound, fault.SetUndone: http.StatusConflict, fault.ImportFile: http.StatusUnprocessableEntity, fault.ImportChanged: http.StatusConflict,
	fault.RowConflict: http.StatusConflict, fault.RowTaken: http.StatusConflict, fault.RowUsed: http.StatusConflict,
	fault.MethodRefused: http.StatusMethodNotAllowed,
	fault.BatchTooLarge: http.StatusRequestEntityTooLarge, fault.RequestTooLarge: http.StatusRequestEntityTooLarge,
	fault.ServerBusy:     http.StatusTooManyRequests,
	fault.WebhookUnknown: http.StatusNotFound, fault.WebhookAddress: http.StatusUnprocessableEntity, fault.WebhookMost: http.StatusConflict, fault.WebhookTests: http.StatusTooManyRequests,
}

// answer notes whether anything has been sent, and what.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// serve answers requests for a route.
func (s *Server) serve(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		a := &answer{ResponseWriter: w}
		defer func() { s.figures.answered(rt, a.status, time.Since(begin)) }()
		defer s.rescue(a, r)
		c := &call{Request: r, w: a, route: rt}
		if err := s.run(c); err != nil {
			s.end(a, r, err)
		}
	})
}

// run lets a call in and does what it asks.
func (s *Server) run(c *call) error {
	if err := s.enter(c); err != nil {
		return err
	}
	if err := c.route.parameters(c); err != nil {
		return err
	}
	v, err := c.route.do.serve(s, c)
	if err != nil || c.route.do.answersItself {
		return err
	}
	return writeJSON(c.w, http.StatusOK, v)
}

// end answers with an error, unless an answer has begun: then the connection is cut, because half an answer must not
// look like a whole one. A client that has left is no error.
func (s *Server) end(a *answer, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	if a.status != 0 {
		s.o.Logger.Error("answer broken off", "method", r.Method, "path", r.URL.Path, "err", err)
		panic(http.ErrAbortHandler)
	}
	s.refuse(a, r, err)
}

// rescue turns a panic of a handler into an answer, so that one bad request is told and nothing else suffers.
func (s *Server) rescue(a *answer, r *http.Request) {
	switch v := recover(); v {
	case nil:
	case http.ErrAbortHandler:
		panic(v)
	default:
		s.o.Logger.Error("panic", "method", r.Method, "path", r.URL.Path, "value", v, "stack", string(debug.Stack()))
		s.end(a, r, fault.New(fault.Internal))
	}
}

// told is a refusal that tells more than a fault.
type told struct {
	status int
	body   any
}

// Error implements error.
func (t *told) Error() string { return "web: refused with a body of its own" }

// refuse answers with a fault. Its cause goes to the log only.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var more *told
	if errors.As(err, &more) {
		writeJSON(w, more.status, more.body)
		return
	}
	f := fault.Of(err)
	status, known := statuses[f.Code]
	var named *fault.Error
	if known = known && errors.As(err, &named); !known {
		s.o.Logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
		status, f = http.StatusServiceUnavailable, fault.Wrap(err, fault.ServerBusy)
	}
	switch {
	case f.Code == fault.ServerBusy && w.Header().Get("Retry-After") == "":
		w.Header().Set("Retry-After", "2")
	case f.Code == fault.LoginWait:
		w.Header().Set("Retry-After", f.Args["seconds"])
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	text, hint := inWords(f, langOf(r))
	writeJSON(w, status, ErrorBody{f.Code, text, hint})
}

// langOf picks the language of texts. Boxes translate codes themselves; what a log shows of their answers is English.
func langOf(r *http.Request) string {
	l := r.Header.Get("Posbox-Lang")
	switch {
	case l == "mn" || l == "en":
		return l
	case strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.Header.Get("Accept-Language"), "en"):
		return "en"
	}
	return "mn"
}

// later tells a client when to come back.
func later(w http.ResponseWriter, wait time.Duration) error {
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return fault.New(fault.ServerBusy)
}

// writeJSON answers with a value. It is put together first: nothing is sent of what cannot be told whole.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) // a client that has left asks again
	return nil
}

// noRoute tells an unknown address from a known one with another method.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		other := *r
		other.Method = method
		if _, pattern := s.mux.Handler(&other); strings.HasPrefix(pattern, method+" ") {
			allow = append(allow, method)
		}
	}
	if allow == nil {
		s.refuse(w, r, fault.New(fault.NotFound))
		return
	}
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	s.refuse(w, r, fault.New(fault.MethodRefused))
}
