package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"posbox/journal"
)

// The event stream. First "state" with the whole State, then "change" with the sections that have changed:
//
//	event: change
//	id: 17-204
//	data: {"seq":204,"set":{"basket":{…},"baskets":[…]}}
//
// seq is that of the newest journal record taken in. The id is opaque. A reader that is slow gets fewer, larger
// changes, never a queue of old ones; one that does not read for 5 s is cut off and comes back for a whole state. A
// comment is sent every 15 s, so that a dead line is noticed.

const heartbeat = 15 * time.Second

// Change is the data of a "change" event.
type Change struct {
	Seq journal.Seq                `json:"seq"`
	Set map[string]json.RawMessage `json:"set"`
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	lang := s.lang(r)
	if l := r.URL.Query().Get("lang"); l == "mn" || l == "en" { // an EventSource cannot set headers
		lang = l
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	var sent map[string]json.RawMessage
	for n := 1; ; n++ {
		devices := s.devicesChanged()
		v := s.o.Till.View()
		now, err := sections(s.state(v, lang))
		if err != nil {
			return err
		}
		if err := writeChange(w, out, n, v.Seq, sent, now); err != nil {
			return nil // the reader has gone
		}
		sent = now
		select {
		case <-v.Changed:
		case <-devices:
		case <-beat.C:
			if out.SetWriteDeadline(time.Now().Add(writeTimeout)) != nil {
				return nil
			}
			if _, err := fmt.Fprint(w, ": beat\n\n"); err != nil {
				return nil
			}
		case <-r.Context().Done():
			return nil
		}
	}
}

func sections(st State) (map[string]json.RawMessage, error) {
	b, err := json.Marshal(st)
	if err != nil {
		return nil, err
	}
	var m map[string]json.RawMessage
	return m, json.Unmarshal(b, &m)
}

// writeChange sends what differs from what was sent; nothing where nothing does.
func writeChange(w http.ResponseWriter, out *http.ResponseController, n int, seq journal.Seq, sent, now map[string]json.RawMessage) error {
	name, data := "state", any(now)
	if sent != nil {
		c := Change{Seq: seq, Set: map[string]json.RawMessage{}}
		for k, v := range now {
			if !bytes.Equal(sent[k], v) {
				c.Set[k] = v
			}
		}
		if len(c.Set) == 0 {
			return out.Flush()
		}
		name, data = "change", c
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if err := out.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "event: %s\nid: %d-%d\ndata: %s\n\n", name, n, seq, b); err != nil {
		return err
	}
	return out.Flush()
}
