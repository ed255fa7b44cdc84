package web

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// Down hands master data to boxes.
type Down interface {
	Scopes(ctx context.Context, who store.BoxID) (wire.Scopes, error)
	Snapshot(ctx context.Context, who store.BoxID, s wire.Scope, least uint64) (wire.Snapshot, error)
	File(ctx context.Context, who store.BoxID, s wire.Scope, hash journal.Hash) (io.ReadSeeker, error)
	Changes(ctx context.Context, who store.BoxID, s wire.Scope, after uint64, chain journal.Hash) ([]byte, error)
	// Listen calls send at once, at each change, and with a beat in between, until the stream ends.
	Listen(ctx context.Context, who store.BoxID, send func(wire.StreamEvent) error) error
}

// downRoutes are what boxes ask for their master data; wire/README.md is normative.
func downRoutes() []route {
	member := []fault.Code{fault.RequestSignature, fault.RequestStale, fault.BoxUnknown, fault.BoxRevoked, fault.BoxReplaced, fault.ServerBusy}
	own := append(member[:len(member):len(member)], fault.ScopeForeign)
	return []route{
		{method: "GET", path: "/v1/scopes", door: doorBox, do: answers((*Server).scopes), faults: member,
			summary: "Which master data is a box's own, and how new it is"},
		{method: "GET", path: "/v1/scopes/{scope}/snapshot", door: doorBox, do: answers((*Server).snapshot), faults: own,
			query:   []param{{name: "least", what: "the version that it must have at least", most: 1 << 62}},
			summary: "All master data of a scope: where it is"},
		{method: "GET", path: "/v1/scopes/{scope}/snapshot/{hash}", door: doorBox, do: sends("application/zstd", (*Server).snapshotFile),
			faults: append(own[:len(own):len(own)], fault.NotFound), summary: "All master data of a scope: the file", about: "It never changes. Range may be asked for."},
		{method: "GET", path: "/v1/scopes/{scope}/changes", door: doorBox, do: sends("application/octet-stream", (*Server).changes),
			query:  []param{{name: "after", what: "the version that the box has", most: 1 << 62}, {name: "chain", what: "the chain of that version, hex", kind: text, most: 64}},
			faults: append(own[:len(own):len(own)], fault.ScopeBehind), summary: "A page of changes of a scope"},
		{method: "GET", path: "/v1/stream", door: doorBox, do: sends("text/event-stream", (*Server).stream), faults: member,
			summary: "Tells a box at once that its master data has changed, and nothing else", about: "One stream a box; a newer one ends it."},
	}
}

// member is the box that has signed the request; nobody gets master data where none is handed out.
func (s *Server) member(c *call) (store.BoxID, error) {
	if s.o.Down == nil {
		return store.BoxID{}, fault.New(fault.NotFound)
	}
	return s.proved(c)
}

// scope reads the scope out of the path.
func (c *call) scope() (wire.Scope, error) {
	s, err := wire.ParseScope(c.PathValue("scope"))
	if err != nil {
		return s, fault.Wrap(err, fault.ScopeForeign)
	}
	return s, nil
}

func (s *Server) scopes(c *call) (wire.Scopes, error) {
	who, err := s.member(c)
	if err != nil {
		return wire.Scopes{}, err
	}
	return s.o.Down.Scopes(c.ctx(), who)
}

func (s *Server) snapshot(c *call) (wire.Snapshot, error) {
	who, err := s.member(c)
	if err != nil {
		return wire.Snapshot{}, err
	}
	scope, err := c.scope()
	if err != nil {
		return wire.Snapshot{}, err
	}
	return s.o.Down.Snapshot(c.ctx(), who, scope, uint64(c.number("least")))
}

// readHash reads a hash in hex; empty is the hash of nothing.
func readHash(text string) (h journal.Hash, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) && text != "" {
		return h, errors.New("not a hash")
	}
	copy(h[:], b)
	return h, nil
}

// fileTime bounds how long a box may take for a snapshot's file; on a slower line it goes on where it was cut.
const fileTime = 15 * time.Minute

func (s *Server) snapshotFile(c *call) error {
	who, err := s.member(c)
	if err != nil {
		return err
	}
	scope, err := c.scope()
	if err != nil {
		return err
	}
	hash, err := readHash(c.PathValue("hash"))
	if err != nil {
		return fault.Wrap(err, fault.NotFound)
	}
	file, err := s.o.Down.File(c.ctx(), who, scope, hash)
	if err != nil {
		return err
	}
	control := http.NewResponseController(c.w)
	if err := errors.Join(control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Now().Add(fileTime))); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/zstd")
	h.Set("Etag", strconv.Quote(hash.String()))
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(c.w, c.Request, "", time.Time{}, file)
	return nil
}

func (s *Server) changes(c *call) error {
	who, err := s.member(c)
	if err != nil {
		return err
	}
	scope, err := c.scope()
	if err != nil {
		return err
	}
	chain, err := readHash(c.text("chain"))
	if err != nil {
		return fault.Wrap(err, fault.QueryMalformed, "name", "chain")
	}
	page, err := s.o.Down.Changes(c.ctx(), who, scope, uint64(c.number("after")), chain)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/octet-stream")
	c.w.Write(page) // a box that has left asks again
	return nil
}

// writeTime bounds how long a box may take to read what its stream says.
const writeTime = 30 * time.Second

func (s *Server) stream(c *call) error {
	who, err := s.member(c)
	if err != nil {
		return err
	}
	control := http.NewResponseController(c.w)
	if err := control.SetReadDeadline(time.Time{}); err != nil { // the server's would end the stream
		return err
	}
	began := false
	err = s.o.Down.Listen(c.ctx(), who, func(event wire.StreamEvent) error {
		if !began {
			began = true
			c.w.Header().Set("Content-Type", "text/event-stream")
		}
		text := ": \n\n"
		if event != wire.Beat {
			text = "event: " + string(event) + "\ndata:\n\n"
		}
		if err := control.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
			return err
		}
		if _, err := io.WriteString(c.w, text); err != nil {
			return err
		}
		return control.Flush()
	})
	if began {
		return nil // however a stream ends, the box opens another one
	}
	return err
}
