package ui

import (
	"crypto/subtle"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
)

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
	"connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// protect sets the headers that every answer carries.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// loopbackHost reports whether a Host header names this machine to itself. Any other name is one that somebody's DNS
// lets point here.
func loopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// ownOrigin reports whether a request comes from the till's own pages, or from no page at all. Another port of this
// machine is another site: the browser would send it the cookie.
func ownOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return followsLink(r)
	}
	origins := r.Header.Values("Origin")
	return len(origins) == 0 || len(origins) == 1 && strings.EqualFold(origins[0], "http://"+r.Host)
}

// followsLink reports whether a person came by a link on another site: to a page, never to the API.
func followsLink(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest")
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && (dest == "" || dest == "document") &&
		!isAPI(r.URL.Path)
}

func isAPI(p string) bool { return p == "/api" || strings.HasPrefix(p, "/api/") }

// tidyPath reports whether a path stands as it means: no "..", ".", "//". Nothing of ours links to any other.
func tidyPath(p string) bool {
	clean := path.Clean(p)
	return strings.HasPrefix(p, "/") && (p == clean || p == clean+"/")
}

const cookieName = "posbox_till"

// allowed reports whether the request carries the token. A header outweighs cookies. Cookies do not know ports: those
// of another till on this machine may come along.
func (s *Server) allowed(r *http.Request) bool {
	if given, ok := bearer(r); ok {
		return same(given, s.o.Token)
	}
	return slices.ContainsFunc(r.CookiesNamed(cookieName), func(c *http.Cookie) bool { return same(c.Value, s.o.Token) })
}

// bearer returns the token of the Authorization header, where there is one: the request comes from a program that was given
// the token, and not from the screen.
func bearer(r *http.Request) (given string, ok bool) {
	scheme, given, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return given, ok && strings.EqualFold(scheme, "Bearer")
}

// same compares in constant time; nothing is the same as an empty token.
func same(a, b string) bool { return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
