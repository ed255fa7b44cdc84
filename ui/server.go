// Package ui is the till's HTTP API, its socket and its event stream: everything that the screen can do, and nothing else.
//
// It listens on loopback only. Without the token only /api/health and /api/openapi.json answer. The table in routes.go
// is both the router and the source of the OpenAPI document.
package ui

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"posbox/config"
	"posbox/engine"
	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
	"posbox/pos/paper"
	"posbox/pos/till"
)

// Goods is what the API asks of the catalogue.
type Goods interface {
	Search(q string, limit int) []catalog.Good
	Count() int
	// NamesReady reports whether Search finds goods by every name.
	NamesReady() bool
	ByCode(catalog.Code) (catalog.Good, bool, error)
	// Unclassed lists goods on sale without a classification code, at most limit of them, and counts all, until ctx ends.
	Unclassed(ctx context.Context, limit int) ([]catalog.Good, int, error)
}

// Customers is what the API asks of the register of customers.
type Customers interface {
	loyalty.Lookup
	// SearchCustomers finds customers by name, telephone, code or card, the best first.
	SearchCustomers(q string, limit int) []loyalty.Customer
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
	// Customers finds customers.
	Customers Customers
	Printer   func() device.Printer
	// Draw makes a receipt's picture.
	Draw func(s event.SaleCompleted, asCopy bool) (page, mark *paper.Page, err error)
	// DrawBack makes the pictures of a return's papers.
	DrawBack func(bill event.Bill, asCopy bool) (page, mark *paper.Page, err error)
	// AskReturn asks BAAZ for the sale of another till whose code was scanned: return.begin knows it then.
	AskReturn func(ctx context.Context, code string) error
	// Handed says how far a return of another point's goods has come there; "": not known. nil: nobody knows.
	Handed   func(event.Bill) string
	ClockSet func() bool
	Token    string
	Look     func() Look // as the settings are now
	// Register lists the sellers of the settings; nil: there are none.
	Register func() []till.Seller
	Demo     []DemoSeller
	// HasSellers reports whether anyone could log in; without, the screen asks for the owner.
	HasSellers func() bool
	Version    string
	Assets     fs.FS
	Logger     *slog.Logger
	// Trouble lists what else the screen must tell.
	Trouble func() []*fault.Error
	// Disk is the room that is left for sales.
	Disk func() device.Disk
	// Preview keeps a file of goods that was brought to the till and says what its import would do.
	Preview func(name string, body io.Reader) (Preview, error)
	// Progress tells how many bytes of its file the import asked for at a sequence has read.
	Progress func(asked uint64) int64
	// Settings lists what can be set, as of now.
	Settings func() []config.Setting
	// Logs returns the newest records of the program's log, newest first.
	Logs func(limit int) []LogRecord
	// Typed keeps what has been typed and not done yet.
	Typed Typed
	// Fiscal has e-barimts issued; nil: nobody does.
	Fiscal Fiscal
	// Uplink speaks to BAAZ; nil: nobody does.
	Uplink Uplink
	// Box is the machine; nil: one that is none of ours.
	Box Box
	// Updates updates the box; nil: this is none.
	Updates Updates
}

// Look is what the settings say of the screen.
type Look struct {
	Lang       string // "mn" or "en": of texts, where the request does not say
	Shop       string
	Notes      []int // quick notes, ₮
	CountNotes []int // the lines of a cash count, ₮
	Unverified bool  // another till's goods may come back while BAAZ cannot be asked
	LockAfter  int   // minutes; 0: the till never locks by itself
	// Pages of goods, places of baskets and ways to pay, as BAAZ keeps them; none: the till's own.
	Pages   []GoodsPage
	Places  []Place
	Tenders []TenderChoice
}

// Server answers the API. It is an http.Handler.
type Server struct {
	o   Options
	mux *http.ServeMux
	doc []byte // OpenAPI, JSON

	heartbeat    time.Duration // of event streams
	socketBeat   time.Duration // a socket says nothing for no longer
	writeTimeout time.Duration // cuts off an event stream whose reader has stopped reading
	readTimeout  time.Duration // cuts off a body whose sender has stopped sending
	priced       atomic.Pointer[pricedView]
	displays     atomic.Int64 // streams and sockets of customer displays

	mu      sync.Mutex
	devices chan struct{} // closed and replaced when a device's state changes
	sockets int           // open, and workers of those that have gone
	gone    chan struct{} // closed and replaced when one has ended
}

// New returns a server.
func New(o Options) *Server {
	s := &Server{o: o, mux: http.NewServeMux(), doc: documentJSON(), devices: make(chan struct{}), gone: make(chan struct{}), heartbeat: heartbeat, socketBeat: socketBeat, writeTimeout: writeTimeout, readTimeout: readTimeout}
	for _, r := range routes() {
		if r.pattern != "" {
			s.mux.Handle(r.method+" "+r.pattern, s.handler(r))
		}
	}
	unknown := s.handler(route{handle: (*Server).noRoute})
	s.mux.Handle("/api", unknown)
	s.mux.Handle("/api/", unknown)
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

// ServeHTTP implements http.Handler. Host and Origin are checked before anything else, so that no web page elsewhere
// can reach the till through a browser on the box, nor by a name that resolves to it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	switch {
	case !loopbackHost(r.Host) || !ownOrigin(r):
		s.fail(w, r, fault.New(fault.AuthOrigin))
	case !tidyPath(r.URL.Path):
		s.fail(w, r, fault.New(fault.NotFound))
	default:
		s.mux.ServeHTTP(w, r)
	}
}
