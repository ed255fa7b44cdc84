// Package web is BAAZ's HTTP side: what boxes ask (/v1/…), what people and their programs ask (/api/…), and whether it
// is well.
//
// The table in routes.go is the router, says who may ask what, and is the source of the OpenAPI document. Every request
// is bounded in size and time; a box, a person and a stranger's network in how often they may ask. Every refusal has a
// stable code, a sentence and the next step; every answer to a box that names a head is signed.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// Ingest takes in what boxes send.
type Ingest interface {
	// Knows reports whether it costs nothing to look a box up.
	Knows(b journal.Box) bool
	// Prove tells which box has signed a request; with fault.RequestStale too, where only its time is wrong.
	Prove(ctx context.Context, r wire.Signed) (store.BoxID, error)
	// Open proves that a box has sent a batch, TakeBatch takes it in.
	Open(ctx context.Context, b journal.Box, body []byte) (wire.Batch, error)
	TakeBatch(ctx context.Context, b wire.Batch) (wire.Head, error)
	Hear(ctx context.Context, who store.BoxID, said wire.Heartbeat) error
	Head(ctx context.Context, b journal.Box) (wire.Head, error)
	FindReturn(ctx context.Context, who store.BoxID, code string) (wire.ReturnSale, error)
	// Handovers says which returns a box has to report, and what became of its own.
	Handovers(ctx context.Context, who store.BoxID) (wire.Handovers, error)
	Join(ctx context.Context, j wire.Join) (wire.Joined, error)
	// AddKey makes a connection key good for a point until the moment that it returns; also is part of its transaction.
	AddKey(ctx context.Context, c store.Company, p store.Point, key wire.Key, also ...func(*store.Tx) error) (time.Time, error)
	// LookAtFork tells what a box has sent that contradicts its history; CountFork counts it in runs, each of which ends with also.
	LookAtFork(ctx context.Context, c store.Company, b journal.Box) (store.Forked, error)
	CountFork(ctx context.Context, c store.Company, b journal.Box, also func(tx *store.Tx, run store.Forked, more bool) error) (store.Forked, error)
}

// Options of the server. The zero value of a limit is sensible.
type Options struct {
	Store  *store.Store
	Ingest Ingest
	Down   Down // nil: boxes get no master data
	// Registers keeps master data; nil: one that nudges nobody.
	Registers *registers.Registers
	People    *who.People
	// Doorkeeper says who somebody is; nil: People does.
	Doorkeeper Doorkeeper
	// Downloads is the folder with images and their manifests that people may download; empty: none.
	Downloads string
	// Wished is told that a box is wished to do something, so that it asks at once. It must not wait. May be nil.
	Wished func(journal.Box)
	// Messenger sends messages to webhooks; nil: there are none.
	Messenger Messenger
	// Live tells open pages what has changed; nil: they are not told.
	Live   *Live
	Logger *slog.Logger
	Now    func() time.Time // nil: the machine's clock
	// AtOnce bounds the batches under way together; one more is told to come back. Default 256.
	AtOnce int
	// BoxRate, StrangerRate and PersonRate are requests a second, after a burst of twenty times as many: of a box that has
	// proved who it is, of a network that has not (it wants to join or log in, or says it is some box), and of a session or
	// token. Defaults 20, 5 and 50.
	BoxRate, StrangerRate, PersonRate float64
	// Public is the address by which people reach BAAZ, where it is not the one that it listens on: https://baaz.example.mn
	Public string
	// BehindProxy says that a proxy on this machine tells in X-Forwarded-For where a request comes from.
	BehindProxy bool
	Version     string
}

// Server answers.
type Server struct {
	o         Options
	mux       *http.ServeMux
	origins   *http.CrossOriginProtection
	doc       []byte // OpenAPI, JSON
	figures   *figures
	slots     chan struct{}
	boxes     *limiter
	strangers *limiter
	people    *limiter
	counts    counted       // of tills
	imports   chan struct{} // bounds the files that are taken in at once
}

// New makes a server.
func New(o Options) *Server {
	o.AtOnce = or(o.AtOnce, 256)
	if o.Doorkeeper == nil && o.People != nil {
		o.Doorkeeper = o.People
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Registers == nil {
		o.Registers = registers.New(registers.Options{Store: o.Store, Now: o.Now})
	}
	s := &Server{o: o, mux: http.NewServeMux(), origins: http.NewCrossOriginProtection(), doc: documentJSON(), figures: newFigures(o.Version),
		slots: make(chan struct{}, o.AtOnce), imports: make(chan struct{}, 2), boxes: newLimiter(or(o.BoxRate, 20), o.Now), strangers: newLimiter(or(o.StrangerRate, 5), o.Now), people: newLimiter(or(o.PersonRate, 50), o.Now)}
	if o.Public != "" {
		if err := s.origins.AddTrustedOrigin(strings.TrimSuffix(o.Public, "/")); err != nil {
			o.Logger.Error("the public address is no origin: requests of its pages are refused", "public", o.Public, "err", err)
		}
	}
	for _, rt := range routes() {
		s.mux.Handle(rt.method+" "+rt.path, s.serve(&rt))
	}
	s.mux.HandleFunc("/", s.noRoute)
	return s
}

// or returns the first that is not zero.
func or[T int | float64](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// ServeHTTP implements http.Handler. Where a page of another site makes a browser send a request that changes something,
// it is refused before anything else is looked at.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.protect(w.Header())
	if err := s.origins.Check(r); err != nil {
		s.refuse(w, r, fault.Wrap(err, fault.RequestOrigin))
		return
	}
	if !tidyPath(r.URL.Path) {
		s.refuse(w, r, fault.New(fault.NotFound))
		return
	}
	s.mux.ServeHTTP(w, r)
}

// tidyPath reports whether a path stands as it means: no "..", ".", "//". Nothing of ours links to any other.
func tidyPath(p string) bool {
	clean := path.Clean(p)
	return strings.HasPrefix(p, "/") && (p == clean || p == clean+"/")
}

// ping asks the store.
func (s *Server) ping(ctx context.Context) error {
	if s.o.Store == nil {
		return errors.New("web: no store")
	}
	return s.o.Store.Ping(ctx)
}
