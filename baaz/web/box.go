package web

import (
	"encoding/json"
	"net/http"
	"time"

	"posbox/pos/fault"
	"posbox/wire"
)

func (s *Server) records(c *call) error {
	b, err := c.box()
	if err != nil {
		return err
	}
	if wait := s.boxes.take(b.String()); wait > 0 {
		return later(c.w, wait)
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return later(c.w, time.Second)
	}
	body, err := c.bytes(fault.BatchTooLarge, fault.BatchMalformed)
	if err != nil {
		return err
	}
	head, err := s.o.Ingest.Take(c.ctx(), b, body)
	if err != nil {
		return err
	}
	s.figures.batch(head, len(body))
	if head.Status != http.StatusOK {
		s.o.Logger.Warn("batch not taken", "box", b, "code", head.Code, "head", head.Seq)
	}
	return writeJSON(c.w, head.Status, head)
}

func (s *Server) head(c *call) error {
	b, err := c.box()
	if err != nil {
		return err
	}
	if wait := s.boxes.take(b.String()); wait > 0 {
		return later(c.w, wait)
	}
	head, err := s.o.Ingest.Head(c.ctx(), b)
	if err != nil {
		return err
	}
	return writeJSON(c.w, head.Status, head)
}

// maxJoin bounds a request to join.
const maxJoin = 4 << 10

func (s *Server) join(c *call) error {
	if wait := s.strangers.take(s.network(c.Request)); wait > 0 {
		return later(c.w, wait)
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
