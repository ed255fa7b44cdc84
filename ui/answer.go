package ui

import (
	"bytes"
	"encoding/json"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"posbox/pos/fault"
)

// ErrorBody is what every refused request gets.
type ErrorBody struct {
	Code     fault.Code     `json:"code"`
	Text     string         `json:"text"`
	Hint     string         `json:"hint"`
	Severity fault.Severity `json:"severity"`
}

func errorBody(f *fault.Error, lang string) ErrorBody {
	text, hint := f.Say(lang)
	return ErrorBody{Code: f.Code, Text: text, Hint: hint, Severity: f.Severity()}
}

// answer notes whether anything has been sent.
type answer struct {
	http.ResponseWriter
	begun bool
}

func (a *answer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// handler wraps a route: token, errors, log.
func (s *Server) handler(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !rt.open && !s.allowed(r) {
			s.fail(w, r, fault.New(fault.AuthMissing))
			return
		}
		if err := s.entitled(rt.right); err != nil {
			s.fail(w, r, err)
			return
		}
		a := &answer{ResponseWriter: w}
		defer s.rescue(a, r)
		if err := rt.handle(s, a, r); err != nil {
			s.end(a, r, err)
		}
	})
}

// end answers with an error, unless an answer has begun: then the connection is cut, because half an answer must not
// look like a whole one.
func (s *Server) end(a *answer, r *http.Request, err error) {
	if r.Context().Err() != nil { // the client has gone, or the till is stopping
		err = fault.Wrap(err, fault.TillStopping)
	}
	if a.begun {
		if r.Context().Err() == nil {
			s.o.Logger.Error("answer broken off", "method", r.Method, "path", r.URL.Path, "err", err)
		}
		panic(http.ErrAbortHandler)
	}
	s.fail(a, r, err)
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

// noRoute tells an unknown address from a known one with another method.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) error {
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := *r
		other.Method = method
		if _, pattern := s.mux.Handler(&other); strings.HasPrefix(pattern, method+" ") {
			allow = append(allow, method)
		}
	}
	if allow == nil {
		return fault.New(fault.NotFound)
	}
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	return fault.New(fault.MethodRefused)
}

// fail answers with a fault. Its cause goes to the log only.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.Of(err)
	s.refuse(w, r, f, statusOf(f.Code))
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, f *fault.Error, status int) {
	if status >= 500 && r.Context().Err() == nil {
		s.o.Logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", f)
	}
	switch f.Code {
	case fault.TillBusy, fault.TillStopping:
		w.Header().Set("Retry-After", "1")
	case fault.SocketOnly:
		w.Header().Set("Upgrade", "websocket")
	case fault.AuthMissing:
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	writeJSON(w, status, errorBody(f, s.lang(r)))
}

// lang picks the language of texts: what the screen asks for, else the till's.
func (s *Server) lang(r *http.Request) string {
	if l := r.Header.Get(langHeader); l == "mn" || l == "en" {
		return l
	}
	return s.o.Look().Lang
}

// langHeader is how the screen says which language it shows. Accept-Language is the browser's, not the cashier's.
const langHeader = "Posbox-Lang"

// statusOf maps codes to HTTP statuses; what is not named is a refusal, 422. A refused command is always 422: see
// commandStatus.
func statusOf(c fault.Code) int {
	switch c {
	case fault.AuthMissing:
		return http.StatusUnauthorized
	case fault.AuthOrigin, fault.SellerNone, fault.SellerLocked, fault.SellerChanged, fault.RightMissing:
		return http.StatusForbidden
	case fault.NotFound, fault.BillUnknown, fault.ShiftUnknown:
		return http.StatusNotFound
	case fault.MethodRefused:
		return http.StatusMethodNotAllowed
	case fault.SocketOnly:
		return http.StatusUpgradeRequired
	case fault.QueryMalformed:
		return http.StatusBadRequest
	case fault.CommandTooLarge, fault.UploadTooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.CommandReused:
		return http.StatusConflict
	case fault.TillBusy, fault.TillStopping, fault.JournalDamaged, fault.JournalFailed, fault.JournalNewer, fault.PermDamaged, fault.PermMissing:
		return http.StatusServiceUnavailable
	case fault.JournalFull, fault.UploadNoRoom:
		return http.StatusInsufficientStorage
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}

// writeJSON answers with a value. It is put together first: nothing is sent of what cannot be told whole. A reader that
// has gone is no error.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(true)
	if err := enc.Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes())
	return nil
}
