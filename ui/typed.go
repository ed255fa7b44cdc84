package ui

import (
	"encoding/json"
	"errors"
	"net/http"

	"posbox/pos/fault"
	"posbox/typed"
)

// Typed keeps what has been typed and not done yet.
type Typed interface {
	Of(seller string) []typed.Draft
	Put(typed.Draft) error
	Forget(seller, name string) error
}

// TypedAnswer lists what the seller at the till has begun to type, and what belongs to the till, the oldest first.
type TypedAnswer struct {
	Drafts []TypedDraft `json:"drafts"`
}

// TypedDraft is what has been typed under a name.
type TypedDraft struct {
	Name   string         `json:"name"`
	Shared bool           `json:"shared"` // it belongs to the till, whoever stands there
	Typed  map[string]any `json:"typed"`  // null, when it is put: forget it
}

// TypedPut is a draft to be kept.
type TypedPut struct {
	TypedDraft
	// Seller is whose it is; another's than that of whoever stands at the till is refused. null: theirs, whoever that is.
	Seller *string `json:"seller,omitempty"`
}

// TypedKept says what became of a draft.
type TypedKept struct {
	Name      string `json:"name"`
	Forgotten bool   `json:"forgotten"`
}

// typer says whose drafts are asked for: nobody's but those of whoever stands at the till. Where nobody is registered yet
// they are the first owner's.
func (s *Server) typer() (string, error) {
	st := s.o.Till.View().State
	switch {
	case st.Desk.Locked:
		return "", fault.New(fault.SellerLocked)
	case st.Seller != nil:
		return string(st.Seller.Code), nil
	case s.hasSellers(st):
		return "", fault.New(fault.SellerNone)
	}
	return "", nil
}

func (s *Server) typed(w http.ResponseWriter, _ *http.Request) error {
	who, err := s.typer()
	if err != nil {
		return err
	}
	out := TypedAnswer{Drafts: []TypedDraft{}}
	for _, d := range s.o.Typed.Of(who) {
		var fields map[string]any
		if err := json.Unmarshal(d.Typed, &fields); err != nil {
			return err // it was checked when it came
		}
		out.Drafts = append(out.Drafts, TypedDraft{d.Name, d.Seller == "", fields})
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
	if err := s.keepTyped(who, d.TypedDraft); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, TypedKept{Name: d.Name, Forgotten: d.Typed == nil})
}

func (s *Server) keepTyped(who string, d TypedDraft) error {
	if d.Typed == nil {
		return s.o.Typed.Forget(who, d.Name)
	}
	fields, err := json.Marshal(d.Typed)
	if err != nil {
		return err
	}
	switch err := s.o.Typed.Put(typed.Draft{Seller: who, Name: d.Name, Typed: fields}); {
	case errors.Is(err, typed.ErrLarge):
		return fault.New(fault.CommandTooLarge)
	case errors.Is(err, typed.ErrName), errors.Is(err, typed.ErrKind):
		return fault.Wrap(err, fault.CommandMalformed, "detail", "name")
	default:
		return err
	}
}
