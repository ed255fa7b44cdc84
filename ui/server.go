// Package ui is the till's HTTP API and event stream: everything that the screen can do, and nothing else.
//
// It listens on loopback only. Without the token only /api/health and /api/openapi.json answer. The table in routes.go
// is both the router and the source of the OpenAPI document.
package ui

import (
	"crypto/subtle"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"posbox/engine"
	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/paper"
)

// Goods is what the API asks of the catalogue.
type Goods interface {
	Search(q string, limit int) []catalog.Good
	Count() int
}

// DemoSeller is shown on the log-in screen of a demo, never otherwise.
type DemoSeller struct {
	Code     string `json:"code"`
	Password string `json:"password"`
	Name     string `json:"name"`
	Role     string `json:"role"`
}

// Options of a server.
type Options struct {
	Till    *engine.Engine
	Journal *journal.Journal // nil where damage kept it from opening
	Goods   Goods
	Printer func() device.Printer
	// Draw makes a receipt's picture.
	Draw     func(s event.SaleCompleted, asCopy bool) (page, mark *paper.Page, err error)
	ClockSet func() bool
	Token    string
	Lang     string // "mn" or "en": of errors, where the request does not say
	Shop     string
	Notes    []int // quick notes, ₮
	Demo     []DemoSeller
	// HasSellers reports whether anyone could log in; without, the screen asks for the owner.
	HasSellers func() bool
	Version    string
	Assets     fs.FS
	Logger     *slog.Logger
	// Trouble lists what else the screen must tell.
	Trouble func() []*fault.Error
}

// Server answers the API. It is an http.Handler.
type Server struct {
	o   Options
	mux *http.ServeMux
	doc map[string]any // OpenAPI

	mu      sync.Mutex
	devices chan struct{} // closed and replaced when a device's state changes
}

// New returns a server.
func New(o Options) *Server {
	s := &Server{o: o, mux: http.NewServeMux(), doc: document(), devices: make(chan struct{})}
	for _, r := range routes() {
		if r.pattern != "" {
			s.mux.Handle(r.method+" "+r.pattern, s.handler(r))
		}
	}
	s.mux.Handle("/api/", s.handler(route{open: true, handle: (*Server).noRoute}))
	s.mux.Handle("/", s.page())
	return s
}

// DevicesChanged tells every event stream that a device's state is another.
func (s *Server) DevicesChanged() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.devices)
	s.devices = make(chan struct{})
}

func (s *Server) devicesChanged() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.devices
}

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
	"connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// ServeHTTP implements http.Handler. Host and Origin are checked before anything else, so that no web page elsewhere
// can reach the till through a browser on the box, nor by a name that resolves to it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if !loopbackHost(r.Host) || !ownOrigin(r) {
		s.fail(w, r, fault.New(fault.AuthOrigin))
		return
	}
	s.mux.ServeHTTP(w, r)
}

func loopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

func ownOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

const cookieName = "posbox_till"

// allowed reports whether the request carries the token.
func (s *Server) allowed(r *http.Request) bool {
	if given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return same(given, s.o.Token)
	}
	c, err := r.Cookie(cookieName)
	return err == nil && same(c.Value, s.o.Token)
}

func same(a, b string) bool { return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// handler wraps a route: token, errors, log.
func (s *Server) handler(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !rt.open && !s.allowed(r) {
			s.fail(w, r, fault.New(fault.AuthMissing))
			return
		}
		if err := rt.handle(s, w, r); err != nil && r.Context().Err() == nil {
			s.fail(w, r, err)
		}
	})
}

func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) error {
	for _, rt := range routes() {
		if rt.pattern == r.URL.Path {
			return fault.New(fault.MethodRefused)
		}
	}
	return fault.New(fault.NotFound)
}

// page serves the screen. The link with the token sets a cookie that scripts cannot read.
func (s *Server) page() http.Handler {
	files := http.FileServerFS(s.o.Assets)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.fail(w, r, fault.New(fault.MethodRefused))
			return
		}
		if given := r.URL.Query().Get("token"); given != "" && same(given, s.o.Token) {
			http.SetCookie(w, &http.Cookie{Name: cookieName, Value: s.o.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		if !s.allowed(r) {
			s.fail(w, r, fault.New(fault.AuthMissing))
			return
		}
		files.ServeHTTP(w, r)
	})
}

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

// fail answers with a fault. Its cause goes to the log only.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.Of(err)
	status := statusOf(f.Code)
	if status >= 500 || f.Code == fault.Internal {
		s.o.Logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	if f.Code == fault.TillBusy {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, status, errorBody(f, s.lang(r)))
}

// lang picks the language of texts: what the screen asks for, else the till's.
func (s *Server) lang(r *http.Request) string {
	if l := r.Header.Get(langHeader); l == "mn" || l == "en" {
		return l
	}
	return s.o.Lang
}

// langHeader is how the screen says which language it shows. Accept-Language is the browser's, not the cashier's.
const langHeader = "Posbox-Lang"

// statusOf maps codes to HTTP statuses; what is not named is a refusal, 422.
func statusOf(c fault.Code) int {
	switch c {
	case fault.AuthMissing:
		return http.StatusUnauthorized
	case fault.AuthOrigin:
		return http.StatusForbidden
	case fault.NotFound, fault.BillUnknown, fault.ShiftUnknown:
		return http.StatusNotFound
	case fault.MethodRefused:
		return http.StatusMethodNotAllowed
	case fault.CommandMalformed, fault.CommandID, fault.CommandUnknown, fault.QueryMalformed:
		return http.StatusBadRequest
	case fault.CommandTooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.CommandReused:
		return http.StatusConflict
	case fault.TillBusy, fault.TillStopping, fault.JournalDamaged, fault.JournalFailed, fault.JournalNewer:
		return http.StatusServiceUnavailable
	case fault.JournalFull:
		return http.StatusInsufficientStorage
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(true)
	return enc.Encode(v)
}

// writeTimeout cuts off an event stream whose reader has stopped reading.
const writeTimeout = 5 * time.Second
