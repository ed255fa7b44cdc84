package web

import (
	"encoding/json"

	"posbox/baaz/who"
	"posbox/pos/fault"
)

// passkeyRoutes are about passkeys: making them in one's own account, and coming in by them.
func passkeyRoutes() []route {
	const mine = "/api/me/passkeys"
	refusals := []fault.Code{fault.PasskeyPlace, fault.PasskeyRefused, fault.PasskeyUnknown}
	return []route{
		{method: "POST", path: "/api/login/passkey/begin", door: doorPublic, do: answers((*Server).beginPasskeyLogin),
			summary: "Begin to log in by a passkey", about: "Options are for PublicKeyCredential.parseRequestOptionsFromJSON; ceremony is sent back with the answer.", faults: refusals[:1]},
		{method: "POST", path: "/api/login/passkey", door: doorPublic, do: takes((*Server).passkeyLogin),
			summary: "Log in by a passkey: sets the session's cookie", faults: refusals},
		{method: "GET", path: mine, door: doorSelf, do: answers((*Server).myPasskeys), summary: "My passkeys"},
		{method: "POST", path: mine + "/begin", door: doorSelf, do: takes((*Server).beginPasskey),
			summary: "Begin to make a passkey", about: "Options are for PublicKeyCredential.parseCreationOptionsFromJSON.", faults: []fault.Code{fault.PasskeyPlace, fault.LoginWrong, fault.LoginWait}},
		{method: "POST", path: mine, door: doorSelf, do: takes((*Server).addPasskey),
			summary: "Keep the passkey that was made", faults: []fault.Code{fault.PasskeyPlace, fault.PasskeyRefused, fault.PasskeyThere, fault.PasskeyMost}},
		{method: "POST", path: mine + "/{passkey}", door: doorSelf, do: takes((*Server).namePasskey), summary: "Name a passkey", faults: refusals[2:]},
		{method: "DELETE", path: mine + "/{passkey}", door: doorSelf, do: answers((*Server).dropPasskey), summary: "Remove a passkey: nobody comes in by it any more", faults: refusals[2:]},
	}
}

func (s *Server) site(c *call) who.Site { return who.Site(s.base(c)) }

func (s *Server) beginPasskeyLogin(c *call) (out who.Ceremony, err error) {
	if err := s.stranger(c); err != nil {
		return out, err
	}
	return s.o.People.BeginPasskeyLogin(s.site(c))
}

// PasskeyAnswer is what a browser says in a ceremony.
type PasskeyAnswer struct {
	Ceremony   string          `json:"ceremony"`
	Credential json.RawMessage `json:"credential"` // of PublicKeyCredential.toJSON
}

func (s *Server) passkeyLogin(c *call, in PasskeyAnswer) (m Me, err error) {
	if err := s.stranger(c); err != nil {
		return m, err
	}
	e, err := s.o.People.PasskeyLogin(c.ctx(), s.client(c), s.site(c), in.Ceremony, in.Credential)
	if err != nil {
		return m, err
	}
	return s.entered(c, e)
}

// PasskeysAnswer lists passkeys.
type PasskeysAnswer struct {
	Passkeys []who.PasskeyView `json:"passkeys"`
}

func (s *Server) myPasskeys(c *call) (PasskeysAnswer, error) {
	list, err := s.o.People.Passkeys(c.ctx(), c.who)
	return PasskeysAnswer{listed(list)}, err
}

// PasskeyBody begins a passkey: with the password, so that nobody makes one in a session that was left open.
type PasskeyBody struct {
	Password string `json:"password"`
}

func (s *Server) beginPasskey(c *call, in PasskeyBody) (who.Ceremony, error) {
	return s.o.People.BeginPasskey(c.ctx(), c.who, s.site(c), in.Password)
}

// PasskeyMade is a passkey that was made.
type PasskeyMade struct {
	PasskeyAnswer
	Name string `json:"name"`
}

func (s *Server) addPasskey(c *call, in PasskeyMade) (who.PasskeyView, error) {
	return s.o.People.AddPasskey(c.ctx(), c.who, s.client(c), s.site(c), in.Ceremony, in.Name, in.Credential)
}

// NameBody names something.
type NameBody struct {
	Name string `json:"name"`
}

func (s *Server) namePasskey(c *call, in NameBody) (Done, error) {
	return Done{true}, s.o.People.NamePasskey(c.ctx(), c.who, s.client(c), c.PathValue("passkey"), in.Name)
}

func (s *Server) dropPasskey(c *call) (Done, error) {
	return Done{true}, s.o.People.DropPasskey(c.ctx(), c.who, s.client(c), c.PathValue("passkey"))
}
