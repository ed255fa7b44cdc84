package web

import (
	"net/http"
	"strings"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// peopleRoutes are about people, what they come in with, and what they did.
func peopleRoutes() []route {
	const company = "/api/companies/{company}"
	return []route{
		{method: "POST", path: "/api/login", door: doorPublic, do: takes((*Server).login),
			summary: "Log in: sets the session's cookie", faults: []fault.Code{fault.LoginWrong, fault.LoginWait}},
		{method: "POST", path: "/api/logout", door: doorSelf, do: answers((*Server).logout), summary: "End this session"},
		{method: "POST", path: "/api/links/look", door: doorPublic, do: takes((*Server).lookAtLink),
			summary: "What a one-time link is for; it is not used up", faults: []fault.Code{fault.LinkUnknown}},
		{method: "POST", path: "/api/links/use", door: doorPublic, do: takes((*Server).useLink),
			summary: "Come in by a one-time link and choose a password: sets the session's cookie",
			faults:  []fault.Code{fault.LinkUnknown, fault.LoginTaken, fault.PersonPassword}},
		{method: "POST", path: "/api/me/password", door: doorSelf, do: takes((*Server).setPassword),
			summary: "Change my password; all my other sessions end", faults: []fault.Code{fault.LoginWrong, fault.LoginWait, fault.PersonPassword}},
		{method: "GET", path: "/api/me/sessions", door: doorSelf, do: answers((*Server).mySessions), summary: "Where I am logged in"},
		{method: "DELETE", path: "/api/me/sessions/{session}", door: doorSelf, do: answers((*Server).endMySession),
			summary: "End one of my sessions", faults: []fault.Code{fault.SessionUnknown}},

		{method: "GET", path: company + "/people", door: doorCompany, right: who.RightPeople, do: answers((*Server).listPeople), summary: "Who may log in"},
		{method: "POST", path: company + "/people", door: doorCompany, right: who.RightPeople, do: takes((*Server).invite),
			summary: "Invite somebody: answers the link that lets them in once", faults: []fault.Code{fault.PersonRole}},
		{method: "POST", path: company + "/people/{person}", door: doorCompany, right: who.RightPeople, do: takes((*Server).setRole),
			summary: "Give somebody another role", faults: []fault.Code{fault.PersonUnknown, fault.PersonRole, fault.OwnerLast}},
		{method: "DELETE", path: company + "/people/{person}", door: doorCompany, right: who.RightPeople, do: answers((*Server).removePerson),
			summary: "Remove somebody: they are out at once", faults: []fault.Code{fault.PersonUnknown, fault.OwnerLast}},
		{method: "POST", path: company + "/people/{person}/link", door: doorCompany, right: who.RightPeople, do: answers((*Server).letIn),
			summary: "A new link for somebody who was invited, or has lost the password", faults: []fault.Code{fault.PersonUnknown}},
		{method: "GET", path: company + "/sessions", door: doorCompany, right: who.RightPeople, do: answers((*Server).sessions), summary: "Who is logged in, and from where"},
		{method: "DELETE", path: company + "/sessions/{session}", door: doorCompany, right: who.RightPeople, do: answers((*Server).endSession),
			summary: "End somebody's session", faults: []fault.Code{fault.SessionUnknown}},
		{method: "GET", path: company + "/tokens", door: doorCompany, right: who.RightPeople, do: answers((*Server).tokens), summary: "Tokens of programs"},
		{method: "POST", path: company + "/tokens", door: doorCompany, right: who.RightPeople, do: takes((*Server).addToken),
			summary: "Make a token: it is told once, here", faults: []fault.Code{fault.TokenScope, fault.TokenMost}},
		{method: "DELETE", path: company + "/tokens/{token}", door: doorCompany, right: who.RightPeople, do: answers((*Server).endToken),
			summary: "Make a token invalid at once", faults: []fault.Code{fault.TokenGone}},
	}
}

// Done answers what has nothing else to say.
type Done struct {
	Done bool `json:"done"`
}

// client tells where a request comes from.
func (s *Server) client(c *call) who.Client {
	from := who.Client{Network: s.network(c.Request), Agent: c.UserAgent()}
	if kept, err := c.Cookie(s.deviceCookie()); err == nil {
		from.Device = kept.Value
	}
	return from
}

func (s *Server) deviceCookie() string { return s.cookieName() + "_device" }

// deviceLife is how long a browser keeps the proof that somebody has logged in with it.
const deviceLife = 365 * 24 * time.Hour

// keep has the browser keep something that scripts cannot read and other sites cannot use.
func (s *Server) keep(w http.ResponseWriter, name, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, Secure: s.https(), SameSite: http.SameSiteLaxMode})
}

// stranger bounds how often a network may ask what needs no log-in and costs something.
func (s *Server) stranger(c *call) error {
	if wait := s.strangers.take(s.network(c.Request)); wait > 0 {
		return later(c.w, wait)
	}
	return nil
}

// entered lets somebody in who has proved who they are.
func (s *Server) entered(c *call, e who.Entered) (Me, error) {
	s.keep(c.w, s.cookieName(), e.Secret, who.SessionMost)
	s.keep(c.w, s.deviceCookie(), e.Device, deviceLife)
	c.who = e.Caller
	return s.me(c)
}

// LoginBody is how a person logs in.
type LoginBody struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

func (s *Server) login(c *call, in LoginBody) (m Me, err error) {
	if err := s.stranger(c); err != nil {
		return m, err
	}
	e, err := s.o.People.Login(c.ctx(), in.Login, in.Password, s.client(c))
	if err != nil {
		return m, err
	}
	return s.entered(c, e)
}

func (s *Server) logout(c *call) (Done, error) {
	s.keep(c.w, s.cookieName(), "", -time.Second)
	return Done{true}, s.o.People.Logout(c.ctx(), c.who, s.client(c))
}

// LinkBody names a link: what stands behind #link= in its address.
type LinkBody struct {
	Link string `json:"link"`
}

func (s *Server) lookAtLink(c *call, in LinkBody) (v who.Link, err error) {
	if err := s.stranger(c); err != nil {
		return v, err
	}
	return s.o.People.LookAtLink(c.ctx(), in.Link)
}

// LinkAnswer is how somebody uses a link. What the link does not ask for may be left out.
type LinkAnswer struct {
	Link     string `json:"link"`
	Password string `json:"password"`
	Login    string `json:"login,omitempty"`
	Name     string `json:"name,omitempty"`
	Company  string `json:"company,omitempty"`
}

func (s *Server) useLink(c *call, in LinkAnswer) (m Me, err error) {
	if err := s.stranger(c); err != nil {
		return m, err
	}
	e, err := s.o.People.UseLink(c.ctx(), in.Link, who.Answer{Login: in.Login, Password: in.Password, Name: in.Name, Company: in.Company}, s.client(c))
	if err != nil {
		return m, err
	}
	return s.entered(c, e)
}

// PasswordBody changes a password.
type PasswordBody struct {
	Old string `json:"old"`
	New string `json:"new"`
}

func (s *Server) setPassword(c *call, in PasswordBody) (Done, error) {
	return Done{true}, s.o.People.SetPassword(c.ctx(), c.who, s.client(c), in.Old, in.New)
}

// SessionsAnswer lists sessions.
type SessionsAnswer struct {
	Sessions []who.SessionView `json:"sessions"`
}

func (s *Server) mySessions(c *call) (SessionsAnswer, error) {
	list, err := s.o.People.Sessions(c.ctx(), c.who, c.who.Home, c.who.Person)
	return SessionsAnswer{listed(list)}, err
}

func (s *Server) endMySession(c *call) (Done, error) {
	return Done{true}, s.o.People.EndSession(c.ctx(), c.who, s.client(c), c.who.Home, c.who.Person, c.PathValue("session"))
}

func (s *Server) sessions(c *call) (SessionsAnswer, error) {
	list, err := s.o.People.Sessions(c.ctx(), c.who, c.company, 0)
	return SessionsAnswer{listed(list)}, err
}

func (s *Server) endSession(c *call) (Done, error) {
	return Done{true}, s.o.People.EndSession(c.ctx(), c.who, s.client(c), c.company, 0, c.PathValue("session"))
}

// PeopleAnswer lists people, and the roles that they may have.
type PeopleAnswer struct {
	People []who.PersonView `json:"people"`
	Roles  []who.Role       `json:"roles"`
}

func (s *Server) listPeople(c *call) (PeopleAnswer, error) {
	list, err := s.o.People.List(c.ctx(), c.company)
	return PeopleAnswer{listed(list), who.Roles(c.who.World)}, err
}

// PersonBody invites somebody. Without a name they say themselves what they are called.
type PersonBody struct {
	Name string   `json:"name,omitempty"`
	Role who.Role `json:"role"`
}

// Invitation is a link that lets somebody in once.
type Invitation struct {
	Person  store.Person `json:"person"`
	URL     string       `json:"url"`
	Expires time.Time    `json:"expires"`
}

// LinkURL is the address of a link. What stands behind # reaches no server's log and no other site.
func LinkURL(base, secret string) string { return strings.TrimSuffix(base, "/") + "/#link=" + secret }

func (s *Server) invitation(c *call, i who.Invitation) Invitation {
	return Invitation{i.Person, LinkURL(s.base(c), i.Secret), i.Expires.UTC()}
}

func (s *Server) invite(c *call, in PersonBody) (Invitation, error) {
	i, err := s.o.People.Invite(c.ctx(), c.who, s.client(c), c.company, in.Name, in.Role)
	return s.invitation(c, i), err
}

// person reads the person's number out of the path.
func (c *call) person() (store.Person, error) {
	n, err := c.id("person", fault.PersonUnknown)
	return store.Person(n), err
}

// RoleBody gives somebody a role.
type RoleBody struct {
	Role who.Role `json:"role"`
}

func (s *Server) setRole(c *call, in RoleBody) (Done, error) {
	p, err := c.person()
	if err != nil {
		return Done{}, err
	}
	return Done{true}, s.o.People.SetRole(c.ctx(), c.who, s.client(c), c.company, p, in.Role)
}

func (s *Server) removePerson(c *call) (Done, error) {
	p, err := c.person()
	if err != nil {
		return Done{}, err
	}
	return Done{true}, s.o.People.Remove(c.ctx(), c.who, s.client(c), c.company, p)
}

func (s *Server) letIn(c *call) (i Invitation, err error) {
	p, err := c.person()
	if err != nil {
		return i, err
	}
	made, err := s.o.People.LetIn(c.ctx(), c.who, s.client(c), c.company, p)
	return s.invitation(c, made), err
}

// TokensAnswer lists tokens.
type TokensAnswer struct {
	Tokens []who.TokenView `json:"tokens"`
}

func (s *Server) tokens(c *call) (TokensAnswer, error) {
	list, err := s.o.People.Tokens(c.ctx(), c.company)
	return TokensAnswer{listed(list)}, err
}

// TokenBody makes a token. days 0: it does not expire.
type TokenBody struct {
	Name   string      `json:"name"`
	Scopes []who.Scope `json:"scopes"`
	Days   int         `json:"days,omitempty"`
}

// TokenMade is a new token, told once.
type TokenMade struct {
	Secret string `json:"secret"` // what the program sends
	who.TokenView
}

func (s *Server) addToken(c *call, in TokenBody) (m TokenMade, err error) {
	if in.Days < 0 || in.Days > 3660 {
		return m, fault.New(fault.RequestMalformed, "detail", "days is not between 0 and 3660")
	}
	m.Secret, m.TokenView, err = s.o.People.AddToken(c.ctx(), c.who, s.client(c), c.company, in.Name, in.Scopes, time.Duration(in.Days)*24*time.Hour)
	return m, err
}

func (s *Server) endToken(c *call) (Done, error) {
	return Done{true}, s.o.People.EndToken(c.ctx(), c.who, s.client(c), c.company, c.PathValue("token"))
}
