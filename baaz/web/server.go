package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
)

// Health tells whether BAAZ answers.
type Health struct {
	OK      bool   `json:"ok"`
	Version string `json:"version"`
}

func (s *Server) health(c *call) (Health, error) {
	ctx, cancel := context.WithTimeout(c.ctx(), 5*time.Second)
	defer cancel()
	return Health{true, s.o.Version}, s.ping(ctx)
}

func (s *Server) openapi(c *call) error {
	return writeJSON(c.w, http.StatusOK, json.RawMessage(s.doc))
}

// Me tells a person or a token who it is.
type Me struct {
	World  who.World     `json:"world"`
	Home   store.Company `json:"home"` // company of a person or token; 0: BAAZ itself
	Person store.Person  `json:"person,omitempty"`
	Name   string        `json:"name"`
	Role   who.Role      `json:"role,omitempty"`
	Scopes []who.Scope   `json:"scopes,omitempty"`
	Rights []who.Right   `json:"rights"` // at home
	Away   []who.Right   `json:"away"`   // in the companies that one looks after
}

func (s *Server) me(c *call) (Me, error) {
	m := Me{World: c.who.World, Home: c.who.Home, Person: c.who.Person, Name: c.who.Name, Role: c.who.Role, Scopes: c.who.Scopes,
		Rights: c.who.HomeRights(), Away: c.who.AwayRights()}
	m.Rights, m.Away = listed(m.Rights), listed(m.Away)
	return m, nil
}

// listed is a list that is never null in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
