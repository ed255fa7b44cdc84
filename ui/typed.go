package ui

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/typed"
)

// Typed keeps what has been typed and not done yet.
type Typed interface {
	Of(seller string) (drafts []typed.Draft, n uint64)
	Put(d typed.Draft, known bool) error
	Forget(typed.Draft) error
	N() uint64
}

// TypedAnswer lists what the seller at the till has begun to type, and what belongs to the till, the oldest first.
type TypedAnswer struct {
	N      uint64       `json:"n"` // "typed" of the state that this belongs to
	Drafts []TypedDraft `json:"drafts"`
}

// TypedDraft is what has been typed under a name.
type TypedDraft struct {
	Name   string         `json:"name"`
	Shared bool           `json:"shared"` // it belongs to the till, whoever stands there
	ID     string         `json:"id"`     // a UUID made by who began it, and the id of the command that does what it says
	Typed  map[string]any `json:"typed"`  // null, when it is put: forget it
}

// TypedPut is a draft to be kept.
type TypedPut struct {
	TypedDraft
	// Seller is whose it is, as "person" of the state; another's than that of whoever stands at the till is refused. null: theirs,
	// whoever that is.
	Seller *string `json:"seller,omitempty"`
	// Known says that the till has had it: it is not kept again where it is not there any more.
	Known bool `json:"known"`
}

// TypedKept says what became of a draft.
type TypedKept struct {
	N         uint64 `json:"n"` // "typed" of the state from now on
	Name      string `json:"name"`
	Forgotten bool   `json:"forgotten"` // as asked for, or because it has been done or given up elsewhere
}

// typer says whose drafts are asked for: nobody's but those of whoever stands at the till. Where nobody is registered yet
// they are the first owner's.
func (s *Server) typer() (string, error) {
	st := s.o.Till.View().State
	if st.Desk.Locked {
		return "", fault.New(fault.SellerLocked)
	}
	if who, _, ok := till.Present(st, s.o.Till.Env()); ok {
		return who.Person(), nil
	}
	if st.Seller != nil || s.hasSellers(st) {
		return "", fault.New(fault.SellerNone)
	}
	return "", nil
}

func (s *Server) typed(w http.ResponseWriter, _ *http.Request) error {
	who, err := s.typer()
	if err != nil {
		return err
	}
	drafts, n := s.o.Typed.Of(who)
	out := TypedAnswer{N: n, Drafts: []TypedDraft{}}
	for _, d := range drafts {
		if s.o.Till.Answered(d.ID) {
			continue // done, and about to go
		}
		var fields map[string]any
		if err := json.Unmarshal(d.Typed, &fields); err != nil {
			return err // it was checked when it came
		}
		out.Drafts = append(out.Drafts, TypedDraft{d.Name, d.Seller == "", d.ID, fields})
	}
	return writeJSON(w, http.StatusOK, out)
}

func (s *Server) putTyped(w http.ResponseWriter, r *http.Request) error {
	who, err := s.typer()
	if err != nil {
		return err
	}
	var d TypedPut
	var tooLarge *http.MaxBytesError
	switch err := json.NewDecoder(s.body(w, r, typed.MostBytes+1<<10)).Decode(&d); {
	case errors.As(err, &tooLarge):
		return fault.New(fault.CommandTooLarge)
	case err != nil:
		return fault.Wrap(err, fault.CommandMalformed, "detail", "JSON")
	}
	switch {
	case d.Shared:
		who = ""
	case d.Seller != nil && *d.Seller != who: // it was on its way while somebody else logged in
		return fault.New(fault.SellerChanged)
	}
	stays, err := s.keepTyped(who, d)
	if err != nil {
		return err
	}
	s.DevicesChanged()
	return writeJSON(w, http.StatusOK, TypedKept{N: s.o.Typed.N(), Name: d.Name, Forgotten: !stays})
}

func (s *Server) keepTyped(who string, put TypedPut) (stays bool, err error) {
	fields, err := json.Marshal(put.Typed)
	if err != nil {
		return false, err
	}
	d := typed.Draft{Seller: who, Name: put.Name, ID: strings.ToLower(put.ID), Typed: fields} // a command's id, as it is compared
	if put.Typed == nil {
		return false, s.o.Typed.Forget(d)
	}
	switch err := s.o.Typed.Put(d, put.Known); {
	case errors.Is(err, typed.ErrGone):
		return false, nil
	case errors.Is(err, typed.ErrLarge):
		return false, fault.New(fault.CommandTooLarge)
	case errors.Is(err, typed.ErrName), errors.Is(err, typed.ErrID), errors.Is(err, typed.ErrKind):
		return false, fault.Wrap(err, fault.CommandMalformed, "detail", "name")
	case err != nil:
		return false, err
	}
	if s.o.Till.Answered(d.ID) { // looked at once it is kept: what is done after that finds it
		return false, s.o.Typed.Forget(d)
	}
	return true, nil
}
