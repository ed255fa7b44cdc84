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
	// Basket stands for set's "basket" where the reader asked for splices and only some of its lines are others now.
	Basket *Splice `json:"basket,omitempty"`
}

// Splice tells a basket by what is another in it: of the lines told before, drop from index from on give way to the
// lines of basket, which holds no others.
type Splice struct {
	From   int        `json:"from"`
	Drop   int        `json:"drop"`
	Basket BasketInfo `json:"basket"`
}

// splice compares two baskets; nil where telling the whole is as good.
func splice(before, now *BasketInfo) *Splice {
	if before == nil || now == nil || before.ID != now.ID {
		return nil
	}
	a, b := before.Lines, now.Lines
	from := 0
	for from < min(len(a), len(b)) && a[from] == b[from] {
		from++
	}
	same := 0 // at the end
	for same < min(len(a), len(b))-from && a[len(a)-1-same] == b[len(b)-1-same] {
		same++
	}
	if from+same == 0 {
		return nil
	}
	out := &Splice{From: from, Drop: len(a) - from - same, Basket: *now}
	out.Basket.Lines = b[from : len(b)-same]
	return out
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	defer s.shown(r)()
	out := &stream{teller: teller{splice: r.URL.Query().Get("splice") == "1"}, w: w, conn: http.NewResponseController(w), timeout: s.writeTimeout}
	return s.follow(r.Context(), out, s.askedLang(r))
}

// shown counts a reader that is the customer display, which is told among the devices; what it returns counts it as gone.
func (s *Server) shown(r *http.Request) (gone func()) {
	if r.URL.Query().Get("display") != "1" {
		return func() {}
	}
	s.displays.Add(1)
	s.DevicesChanged()
	return func() {
		s.displays.Add(-1)
		s.DevicesChanged()
	}
}

// askedLang is lang for readers that cannot set headers, as an EventSource and a WebSocket: they ask in the address.
func (s *Server) askedLang(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); l == "mn" || l == "en" {
		return l
	}
	return s.lang(r)
}

// follow tells changes until the reader has gone.
func (s *Server) follow(ctx context.Context, out *stream, lang string) error {
	beat := time.NewTicker(s.heartbeat)
	defer beat.Stop()
	for {
		// Both channels are taken before the state is worked out: what changes meanwhile comes in the next round.
		devices, v := s.devicesChanged(), s.o.Till.View()
		whole, change, err := out.news(s.state(v, lang))
		if err != nil {
			return err
		}
		if err := out.tell(v.Seq, whole, change); err != nil {
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

// teller knows what one reader has been told.
type teller struct {
	sent   map[string]json.RawMessage
	splice bool        // the reader takes splices
	basket *BasketInfo // as it was told
}

// news says what differs from what was told: first the whole state, then a change; neither where nothing does.
func (t *teller) news(st State) (whole map[string]json.RawMessage, change *Change, err error) {
	now, err := sections(st)
	if err != nil {
		return nil, nil, err
	}
	before, basket := t.sent, t.basket
	t.sent, t.basket = now, st.Basket
	if before == nil {
		return now, nil, nil
	}
	c := &Change{Seq: st.Seq, Set: map[string]json.RawMessage{}}
	for k, v := range now {
		if !bytes.Equal(before[k], v) {
			c.Set[k] = v
		}
	}
	if len(c.Set) == 0 {
		return nil, nil, nil
	}
	if t.splice && c.Set["basket"] != nil {
		if c.Basket = splice(basket, st.Basket); c.Basket != nil {
			delete(c.Set, "basket")
		}
	}
	return nil, c, nil
}

// stream is one reader of events.
type stream struct {
	teller
	w       http.ResponseWriter
	conn    *http.ResponseController
	timeout time.Duration
	n       int // events sent
}

// tell sends news; nothing where there are none.
func (t *stream) tell(seq journal.Seq, whole map[string]json.RawMessage, change *Change) error {
	name, data := "state", any(whole)
	switch {
	case change != nil:
		name, data = "change", change
	case whole == nil:
		return nil
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	t.n++
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
