package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
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

const (
	heartbeat    = 15 * time.Second
	writeTimeout = 5 * time.Second
)

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
	if r.Method == http.MethodHead {
		return nil
	}
	if r.URL.Query().Get("display") == "1" { // a customer display: that it is there is told as a device
		s.displays.Add(1)
		s.DevicesChanged()
		defer func() {
			s.displays.Add(-1)
			s.DevicesChanged()
		}()
	}
	out := &stream{w: w, conn: http.NewResponseController(w), timeout: s.writeTimeout}
	lang := s.lang(r)
	if l := r.URL.Query().Get("lang"); l == "mn" || l == "en" { // an EventSource cannot set headers
		lang = l
	}
	return s.follow(r.Context(), out, lang)
}

// follow tells changes until the reader has gone.
func (s *Server) follow(ctx context.Context, out *stream, lang string) error {
	beat := time.NewTicker(s.heartbeat)
	defer beat.Stop()
	for {
		// Both channels are taken before the state is worked out: what changes meanwhile comes in the next round.
		devices, v := s.devicesChanged(), s.o.Till.View()
		now, err := sections(s.state(v, lang))
		if err != nil {
			return err
		}
		if err := out.tell(v.Seq, now); err != nil {
			return nil // the reader has gone, or has stopped reading
		}
		select {
		case <-v.Changed:
		case <-devices:
		case <-beat.C:
			if out.send(": beat\n\n") != nil {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// sections cuts a state into its top-level fields.
func sections(st State) (map[string]json.RawMessage, error) {
	v := reflect.ValueOf(st)
	m := make(map[string]json.RawMessage, v.NumField())
	for i := range v.NumField() {
		b, err := json.Marshal(v.Field(i).Interface())
		if err != nil {
			return nil, err
		}
		m[v.Type().Field(i).Tag.Get("json")] = b
	}
	return m, nil
}

// stream is one reader of events.
type stream struct {
	w       http.ResponseWriter
	conn    *http.ResponseController
	timeout time.Duration
	n       int // events sent
	sent    map[string]json.RawMessage
}

// tell sends what differs from what was sent; nothing where nothing does.
func (t *stream) tell(seq journal.Seq, now map[string]json.RawMessage) error {
	name, data := "state", any(now)
	if t.sent != nil {
		c := Change{Seq: seq, Set: map[string]json.RawMessage{}}
		for k, v := range now {
			if !bytes.Equal(t.sent[k], v) {
				c.Set[k] = v
			}
		}
		if len(c.Set) == 0 {
			return nil
		}
		name, data = "change", c
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	t.n++
	t.sent = now
	return t.send(fmt.Sprintf("event: %s\nid: %d-%d\ndata: %s\n\n", name, t.n, seq, b))
}

func (t *stream) send(text string) error {
	if err := t.conn.SetWriteDeadline(time.Now().Add(t.timeout)); err != nil {
		return err
	}
	if _, err := io.WriteString(t.w, text); err != nil {
		return err
	}
	return t.conn.Flush()
}
