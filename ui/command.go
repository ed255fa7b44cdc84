package ui

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"posbox/journal"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// CommandAnswer is what a command that was done gets.
type CommandAnswer struct {
	Seq      journal.Seq `json:"seq"` // of the newest record when it was done
	Result   till.Result `json:"result"`
	Repeated bool        `json:"repeated"` // it had been done before; the answer is the one of then
	View     uint64      `json:"view"`     // of the state that has what was done
	State    *State      `json:"state"`    // as of now; null: not asked for
}

// command carries out one command. Its fate is told even when the sender has gone or the till is stopping meanwhile: an
// answer that never comes would be taken for a failure.
func (s *Server) command(w http.ResponseWriter, r *http.Request) error {
	c, err := readCommand(s.body(w, r, till.MaxCommandBytes))
	if err == nil {
		var a CommandAnswer
		if a, err = s.do(context.WithoutCancel(r.Context()), c, s.lang(r), r.URL.Query().Get("state") != "0"); err == nil {
			return writeJSON(w, http.StatusOK, a)
		}
	}
	f := fault.Of(err)
	s.refuse(w, r, f, commandStatus(f))
	return nil
}

// do carries a command out. Whoever reads the stream has the state from there sooner, and need not be told it twice.
func (s *Server) do(ctx context.Context, c till.Command, lang string, told bool) (CommandAnswer, error) {
	a, err := s.o.Till.Do(ctx, c)
	if err != nil {
		return CommandAnswer{}, err
	}
	v := s.o.Till.View()
	out := CommandAnswer{Seq: a.Seq, Result: a.Result, Repeated: a.Repeated, View: v.N}
	if told {
		st := s.state(v, lang)
		out.State = &st
	}
	return out, nil
}

func readCommand(r io.Reader) (c till.Command, err error) {
	body, err := io.ReadAll(r)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return c, fault.New(fault.CommandTooLarge)
	case err != nil:
		return c, fault.Wrap(err, fault.CommandMalformed, "detail", "body")
	case !utf8.Valid(body):
		return c, fault.Wrap(errNotJSON, fault.CommandMalformed, "detail", "UTF-8")
	case !json.Valid(body):
		return c, fault.Wrap(errNotJSON, fault.CommandMalformed, "detail", "JSON")
	}
	if name, found := twice(body); found {
		return c, fault.New(fault.CommandMalformed, "detail", strconv.Quote(clip(name)))
	}
	c, err = till.ParseCommand(body)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		err = fault.Wrap(wrong, fault.CommandMalformed, "detail", clip(wrong.Field))
	}
	return c, err
}

// clip keeps what a sender wrote from filling the screen.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// errNotJSON marks a body that is no JSON at all.
var errNotJSON = errors.New("not JSON")

// commandStatus maps what became of a command to a status: whatever is refused is 422, unless it could not be read (400
// or 413), was another one before (409), or the till itself could not (5xx).
func commandStatus(f *fault.Error) int {
	status := statusOf(f.Code)
	switch {
	case errors.Is(f, errNotJSON):
		return http.StatusBadRequest
	case status >= 500 || status == http.StatusConflict || status == http.StatusRequestEntityTooLarge:
		return status
	}
	return http.StatusUnprocessableEntity
}
