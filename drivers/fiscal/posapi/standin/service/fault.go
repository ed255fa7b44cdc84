package service

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"
)

// Kind is a way to misbehave.
type Kind string

// The ways to misbehave. "At" says whether the service does its work first: a receipt may exist although no answer says so.
const (
	Slow      Kind = "slow"      // answers after a while, see Delay
	Hang      Kind = "hang"      // never answers
	Drop      Kind = "drop"      // the connection ends without an answer
	Error200  Kind = "error200"  // an error with HTTP status 200
	Error500  Kind = "500"       // breaks down
	Garbage   Kind = "garbage"   // answers something that is no JSON
	NoLottery Kind = "nolottery" // issues without a lottery number
)

var kinds = []Kind{Slow, Hang, Drop, Error200, Error500, Garbage, NoLottery}

// At says when the service misbehaves.
type At string

// Before its work, or after it.
const (
	Before At = "before"
	After  At = "after"
)

// Delay is how long a slow answer takes, unless told.
const Delay = 7 * time.Second

// Of says what misbehaves.
type Of string

// Receipts and cancellations, or the public look-ups.
const (
	Receipts Of = ""
	Lookups  Of = "lookup"
)

type fault struct {
	Of    Of   `json:"of,omitempty"`
	Kind  Kind `json:"kind"`
	At    At   `json:"at"`
	Times int  `json:"times"` // requests that it meets; 0: all until cured
	MS    int  `json:"ms"`    // of slow
}

// ErrFault refuses a fault that there is not.
var ErrFault = errors.New("standin: there is no such fault")

// Fault has the next so many receipts and cancellations misbehave; 0: all until Cure.
func (s *Service) Fault(kind Kind, at At, times int) error {
	return s.fault(fault{Kind: kind, At: at, Times: times})
}

// FaultLookup has the next so many look-ups misbehave; 0: all until Cure.
func (s *Service) FaultLookup(kind Kind, times int) error {
	return s.fault(fault{Of: Lookups, Kind: kind, Times: times})
}

func (s *Service) fault(f fault) error {
	if f.At == "" {
		f.At = Before
	}
	if f.Of != Receipts && f.Of != Lookups || f.Of == Lookups && f.Kind == NoLottery {
		return fmt.Errorf("%w: %q of %q", ErrFault, f.Kind, f.Of)
	}
	if !slices.Contains(kinds, f.Kind) || f.At != Before && f.At != After || f.Times < 0 || f.MS < 0 || f.MS > 600_000 {
		return fmt.Errorf("%w: %q at %q; kinds: %v; at before or after", ErrFault, f.Kind, f.At, kinds)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return nil
}

// Cure ends all misbehaviour.
func (s *Service) Cure() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// next takes the fault that meets the next request.
func (s *Service) next(of Of) (f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.faults, func(f fault) bool { return f.Of == of })
	if i < 0 {
		return f
	}
	f = s.faults[i]
	if f.Times > 0 {
		if s.faults[i].Times--; s.faults[i].Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
	}
	return f
}

func (s *Service) control(w http.ResponseWriter, r *http.Request) {
	var f fault
	body, err := readBody(r)
	if err == nil {
		err = decode(body, &f)
	}
	if err == nil {
		err = s.fault(f)
	}
	if err != nil {
		reply(w, http.StatusBadRequest, refusal{Status: "ERROR", Message: err.Error()})
		return
	}
	reply(w, http.StatusOK, f)
}

// faulty lets a handler misbehave as it was told to.
func (s *Service) faulty(of Of, do func(w http.ResponseWriter, body []byte, lottery bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(r)
		if err != nil {
			reply(w, http.StatusRequestEntityTooLarge, refusal{Status: "ERROR", Message: err.Error()})
			return
		}
		f := s.next(of)
		if f.Kind == "" || f.Kind == NoLottery {
			do(w, body, f.Kind == "")
			return
		}
		answer := httptest.NewRecorder()
		if f.At == After {
			do(answer, body, true)
		}
		switch f.Kind {
		case Slow:
			wait(r, f.delay())
			if f.At == Before {
				do(answer, body, true)
			}
			copyTo(w, answer)
		case Hang:
			<-r.Context().Done()
		case Drop:
			hangUp(w)
		case Error200:
			reply(w, http.StatusOK, refusal{"ERROR", "дотоод алдаа", s.date()})
		case Error500:
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		case Garbage:
			w.Write([]byte("\x00\xff<html>{]"))
		}
	}
}

// delay is how long a slow answer takes.
func (f fault) delay() time.Duration {
	if f.MS == 0 {
		return Delay
	}
	return time.Duration(f.MS) * time.Millisecond
}

func wait(r *http.Request, d time.Duration) {
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}

func copyTo(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// hangUp ends the connection without a word.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}
