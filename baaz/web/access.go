package web

import (
	"context"
	"net"
	"net/http"
	"strings"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// Doorkeeper knows people and tokens.
type Doorkeeper interface {
	// Session returns who has logged in with a session's secret; fault.LoginNeeded where there is no such session any more.
	Session(ctx context.Context, secret string) (who.Caller, error)
	// Token returns what a token stands for; fault.TokenUnknown where there is no such token any more.
	Token(ctx context.Context, secret string) (who.Caller, error)
	// LooksAfter reports whether a company is one that people of another home may see with their away rights.
	LooksAfter(ctx context.Context, w who.World, home, company store.Company) (bool, error)
}

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// protect sets the headers that every answer carries.
func (s *Server) protect(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if s.https() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// https reports whether people reach BAAZ by TLS.
func (s *Server) https() bool { return strings.HasPrefix(s.o.Public, "https://") }

// enter lets a call through the door of its route, or says why not.
func (s *Server) enter(c *call) error {
	rt := c.route
	switch {
	case rt.door == doorPublic || rt.door == doorBox:
		return nil
	case rt.door == doorMetrics && !s.o.BehindProxy && localProgram(c.Request): // all that a proxy brings comes from this machine
		return nil
	}
	if err := s.recognise(c); err != nil {
		return err
	}
	switch rt.door {
	case doorAnyone:
		return nil
	case doorSelf:
		if c.who.IsToken() {
			return fault.New(fault.AccessDenied)
		}
		return nil
	case doorCompany:
		return s.enterCompany(c)
	}
	if !c.who.AtHome(rt.right) {
		return fault.New(fault.AccessDenied)
	}
	return nil
}

// recognise finds out who makes the request. A header outweighs the cookie.
func (s *Server) recognise(c *call) (err error) {
	if s.o.Doorkeeper == nil {
		return fault.New(fault.LoginNeeded)
	}
	if given, ok := bearer(c.Request); ok {
		if wait := s.strangers.peek(s.network(c.Request)); wait > 0 {
			return later(c.w, wait)
		}
		if c.who, err = s.o.Doorkeeper.Token(c.ctx(), given); err != nil {
			s.strangers.take(s.network(c.Request)) // only wrong ones count: who guesses is slowed down
			return err
		}
	} else if cookie, err := c.Cookie(s.cookieName()); err != nil {
		return fault.New(fault.LoginNeeded)
	} else if c.who, err = s.o.Doorkeeper.Session(c.ctx(), cookie.Value); err != nil {
		return err
	}
	if wait := s.people.take(string(c.who.Key)); wait > 0 {
		return later(c.w, wait)
	}
	return nil
}

// enterCompany asks for the right in the company of the path. A company that one has nothing to do with is not there.
func (s *Server) enterCompany(c *call) error {
	id, err := c.id("company", fault.CompanyUnknown)
	if err != nil {
		return err
	}
	c.company = store.Company(id)
	may := c.who.AtHome
	if c.company != c.who.Home {
		looksAfter := false
		if len(c.who.AwayRights()) > 0 {
			if looksAfter, err = s.o.Doorkeeper.LooksAfter(c.ctx(), c.who.World, c.who.Home, c.company); err != nil {
				return err
			}
		}
		if !looksAfter {
			return fault.New(fault.CompanyUnknown)
		}
		may = c.who.Away
	}
	also := c.route.also[c.PathValue("register")]
	if !may(c.route.right) || also != "" && !may(also) {
		return fault.New(fault.AccessDenied)
	}
	return nil
}

// cookieName names the session's cookie. Over TLS its name binds it to this host and to TLS.
func (s *Server) cookieName() string {
	if s.https() {
		return "__Host-baaz"
	}
	return "baaz"
}

// bearer returns the token of the Authorization header, where there is one.
func bearer(r *http.Request) (given string, ok bool) {
	scheme, given, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return given, ok && strings.EqualFold(scheme, "Bearer")
}

// localProgram reports whether a program on this machine asks for itself, and not a proxy for somebody else.
func localProgram(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback() && loopbackName(r.Host)
}

// loopbackName reports whether a Host header names this machine to itself.
func loopbackName(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.EqualFold(host, "localhost") || net.ParseIP(strings.Trim(host, "[]")).IsLoopback()
}

// network groups addresses: an IPv6 customer has a /64 of them. Behind a proxy of one's own, the last address that it
// has written down counts; those before it a stranger may have made up.
func (s *Server) network(r *http.Request) string {
	remote := r.RemoteAddr
	host, _, err := net.SplitHostPort(remote)
	ip := net.ParseIP(host)
	if s.o.BehindProxy && ip.IsLoopback() {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if told := net.ParseIP(strings.TrimSpace(all[len(all)-1])); told != nil {
			ip = told
		}
	}
	switch {
	case err != nil || ip == nil:
		return remote
	case ip.To4() != nil:
		return ip.String()
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}
