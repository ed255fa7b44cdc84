package web

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// A box pays for its requests with its own limit once it has proved that they are its own, and only then: else whoever
// knows its id could keep its records away. Everything before is paid by the network that it comes from. A box that is
// known already is proved without asking the store, so it is heard however much the others in its network do.

// charge charges a network for a request that proves nothing; otherwise is what it is refused for.
func (s *Server) charge(c *call, otherwise error) error {
	if err := s.stranger(c); err != nil {
		return err
	}
	return otherwise
}

// mayTry refuses a network that has proved nothing for too long. It costs a known box nothing.
func (s *Server) mayTry(c *call, b journal.Box) error {
	if s.o.Ingest.Knows(b) {
		return nil
	}
	if wait := s.strangers.peek(s.network(c.Request)); wait > 0 {
		return later(c.w, wait)
	}
	return nil
}

// unproved tells the refusals of somebody who may be no box at all from all others.
func unproved(err error) bool {
	switch fault.CodeOf(err) {
	case fault.RequestSignature, fault.RequestStale, fault.BoxUnknown, fault.BatchMalformed, fault.BatchTooLarge, fault.BatchSignature:
		return true
	}
	return false
}

// prove finds out which box has signed a request and charges it. A request that was signed at another time proves the box
// and pays as a stranger, because anybody may have kept it; its error is fault.RequestStale.
func (s *Server) prove(c *call) (store.BoxID, error) {
	r := wire.Signed{Method: c.Method, Target: c.RequestURI, Header: c.Header.Get("Authorization")}
	claim, err := wire.ReadClaim(r.Header)
	if err != nil {
		return store.BoxID{}, s.charge(c, fault.Wrap(err, fault.RequestSignature))
	}
	if err := s.mayTry(c, claim.Box); err != nil {
		return store.BoxID{}, err
	}
	who, err := s.o.Ingest.Prove(c.ctx(), r)
	if unproved(err) {
		return who, s.charge(c, err)
	}
	if err != nil {
		return store.BoxID{}, err
	}
	if wait := s.boxes.take(who.Box.String()); wait > 0 {
		return store.BoxID{}, later(c.w, wait)
	}
	return who, nil
}

// proved is prove for what only a box may ask that knows BAAZ's time.
func (s *Server) proved(c *call) (store.BoxID, error) {
	who, err := s.prove(c)
	if err != nil {
		return store.BoxID{}, err
	}
	return who, nil
}

func (s *Server) records(c *call) error {
	b, err := c.box()
	if err != nil {
		return s.charge(c, err)
	}
	if err := s.mayTry(c, b); err != nil {
		return err
	}
	if wait := s.boxes.peek(b.String()); wait > 0 { // only the box itself can have used it up
		return later(c.w, wait)
	}
	if err := fromBox(c, b); err != nil {
		return s.charge(c, err)
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return later(c.w, time.Second)
	}
	batch, size, err := s.open(c, b)
	if unproved(err) {
		return s.charge(c, err)
	}
	if err != nil {
		return err
	}
	if wait := s.boxes.take(b.String()); wait > 0 {
		return later(c.w, wait)
	}
	head, err := s.o.Ingest.TakeBatch(c.ctx(), batch)
	if err != nil {
		return err
	}
	s.figures.batch(head, size)
	if head.Status != http.StatusOK {
		s.o.Logger.Warn("batch not taken", "box", b, "code", head.Code, "head", head.Seq)
	}
	return writeJSON(c.w, head.Status, head)
}

// fromBox looks at whose a batch says it is before the rest is read: nobody who does not know a box's public key makes
// BAAZ wait for, keep or unpack anything.
func fromBox(c *call, b journal.Box) error {
	body := bufio.NewReaderSize(c.Body, wire.BatchStart)
	start, err := body.Peek(wire.BatchStart)
	if from, ok := wire.BatchBox(start); !ok || from != b {
		return fault.Wrap(errors.Join(errors.New("a batch of another box, or none"), err), fault.BatchMalformed)
	}
	c.Body = readCloser{body, c.Body}
	return nil
}

// readCloser reads ahead of what it closes.
type readCloser struct {
	io.Reader
	io.Closer
}

// open reads and proves a batch.
func (s *Server) open(c *call, b journal.Box) (batch wire.Batch, size int, err error) {
	body, err := c.bytes(fault.BatchTooLarge, fault.BatchMalformed)
	if err != nil {
		return batch, 0, err
	}
	batch, err = s.o.Ingest.Open(c.ctx(), b, body)
	return batch, len(body), err
}

// head answers whoever proves to be the box, whenever that was signed: here a box learns BAAZ's time.
func (s *Server) head(c *call) error {
	b, err := c.box()
	if err != nil {
		return s.charge(c, err)
	}
	who, err := s.prove(c)
	switch {
	case err != nil && fault.CodeOf(err) != fault.RequestStale:
		return err
	case who.Box != b:
		return s.charge(c, fault.New(fault.RequestSignature))
	}
	head, err := s.o.Ingest.Head(c.ctx(), b)
	if err != nil {
		return err
	}
	return writeJSON(c.w, head.Status, head)
}

// beatEvery is how often a box says how it is, but for when something changes.
const beatEvery = time.Minute

// heartbeat keeps what a box says of itself.
func (s *Server) heartbeat(c *call) (wire.Heard, error) {
	who, err := s.proved(c)
	if err != nil {
		return wire.Heard{}, err
	}
	body, err := c.bytes(fault.RequestTooLarge, fault.RequestMalformed)
	if err != nil {
		return wire.Heard{}, err
	}
	if sum := sha256.Sum256(body); c.text("body") != hex.EncodeToString(sum[:]) {
		return wire.Heard{}, fault.Wrap(errors.New("another body than was signed"), fault.RequestSignature)
	}
	said, err := wire.ReadHeartbeat(body)
	if err != nil {
		return wire.Heard{}, fault.Wrap(err, fault.RequestMalformed, "detail", err.Error())
	}
	if err := s.o.Ingest.Hear(c.ctx(), who, said); err != nil {
		return wire.Heard{}, err
	}
	wished, err := s.wished(c, who)
	return wire.Heard{Every: int(beatEvery / time.Second), Wished: wished}, err
}

// findReturn answers a box at which goods come back that another one sold.
func (s *Server) findReturn(c *call) (wire.ReturnSale, error) {
	who, err := s.proved(c)
	if err != nil {
		return wire.ReturnSale{}, err
	}
	return s.o.Ingest.FindReturn(c.ctx(), who, c.PathValue("code"))
}

// handovers tells a box which returns of other tills it has to report, and what became of its own.
func (s *Server) handovers(c *call) (wire.Handovers, error) {
	who, err := s.proved(c)
	if err != nil {
		return wire.Handovers{}, err
	}
	return s.o.Ingest.Handovers(c.ctx(), who)
}

// maxJoin bounds a request to join.
const maxJoin = 4 << 10

func (s *Server) join(c *call) error {
	if err := s.stranger(c); err != nil {
		return err
	}
	body, err := c.bytes(fault.JoinMalformed, fault.JoinMalformed)
	if err != nil {
		return err
	}
	var j wire.Join
	if err := json.Unmarshal(body, &j); err != nil {
		return fault.Wrap(err, fault.JoinMalformed)
	}
	joined, err := s.o.Ingest.Join(c.ctx(), j)
	if err != nil {
		return err
	}
	s.o.Logger.Info("box joined", "box", joined.Box, "company", joined.Company, "point", joined.Point, "epoch", joined.Epoch)
	return writeJSON(c.w, http.StatusOK, joined)
}
