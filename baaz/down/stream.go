package down

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/wire"
)

// hub knows who waits for which scope.
type hub struct {
	mu      sync.Mutex
	streams map[wire.Scope]map[*stream]bool
	boxes   map[journal.Box]*stream // one a box: the newest
}

// stream waits for changes on behalf of one box.
type stream struct {
	nudges  chan struct{} // has a value when something has changed since the last one was taken
	wishes  chan struct{} // has a value when the box is wished to do something
	ended   chan struct{} // closed when the box has opened another stream
	other   bool          // that is why; set before it is closed
	company store.Company
	box     journal.Box
	scopes  []wire.Scope
}

// Beats of a stream: often enough for the middleboxes on the way, with jitter, so that boxes that came together do not
// beat together for ever.
const (
	beatLeast = 20 * time.Second
	beatMore  = 5 * time.Second
)

// errEnded ends a stream whose box has opened another one.
var errEnded = errors.New("down: the box has opened another stream")

// Listen keeps a box's stream open until ctx ends, the box may not listen any more, or opens another one. send is called
// at once and then at each change with Nudge, with Wished when the box should ask what it is wished to do, with Beat in
// between, and at last with Elsewhere where another stream of the same box takes its place; its error ends the stream. An error before the first call is the refusal.
func (d *Down) Listen(ctx context.Context, who store.BoxID, send func(wire.StreamEvent) error) error {
	var m member
	waits := false
	err := d.with(ctx, who, nil, func(tx *store.Tx, asks member) (err error) {
		m = asks
		waits, err = tx.HandoversWait(who) // it may not have been here when it was told
		return err
	})
	if err != nil {
		return err
	}
	s := &stream{nudges: make(chan struct{}, 1), wishes: make(chan struct{}, 1), ended: make(chan struct{}), company: m.company, box: m.box, scopes: m.scopes}
	d.hub.open(s)
	defer d.hub.close(s)
	s.nudge()
	if waits {
		s.wishes <- struct{}{}
	}
	for {
		beat := time.NewTimer(beatLeast + rand.N(beatMore))
		event := wire.Beat
		select {
		case <-ctx.Done():
		case <-s.ended:
			err = errEnded
			if s.other {
				err = errors.Join(err, send(wire.Elsewhere)) // a box that came again itself does not hear it
			}
		case <-s.nudges:
			event = wire.Nudge
		case <-s.wishes:
			event = wire.Wished
		case <-beat.C:
		}
		beat.Stop()
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := d.check(ctx, s); err != nil {
			return err
		}
		if err := send(event); err != nil {
			return err
		}
	}
}

// check finds out whether a box may still listen, and to what: its sales point may have another location now.
func (d *Down) check(ctx context.Context, s *stream) error {
	var m member
	err := d.store.Read(ctx, func(tx *store.Tx) (err error) {
		m, err = d.member(tx, s.company, s.box)
		return err
	})
	if err != nil || slices.Equal(m.scopes, s.scopes) {
		return err
	}
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	if d.hub.boxes[s.box] == s {
		d.hub.remove(s)
		s.scopes = m.scopes
		d.hub.add(s)
	}
	return nil
}

// open begins a box's stream; an older one of the same box ends.
func (h *hub) open(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if old := h.boxes[s.box]; old != nil {
		old.other = true
		close(old.ended)
		h.remove(old)
	}
	h.boxes[s.box] = s
	h.add(s)
}

func (h *hub) close(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.boxes[s.box] == s {
		h.remove(s)
		delete(h.boxes, s.box)
	}
}

// Nudge tells all boxes that a scope is their own that it has changed. It never waits for any of them.
func (d *Down) Nudge(scope wire.Scope) {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	for s := range d.hub.streams[scope] {
		s.nudge()
	}
}

// Wish tells a box that it is wished to do something, where it listens here. It never waits.
func (d *Down) Wish(box journal.Box) {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	if s := d.hub.boxes[box]; s != nil {
		select {
		case s.wishes <- struct{}{}:
		default:
		}
	}
}

// NudgeAll tells every box: what has changed meanwhile is not known.
func (d *Down) NudgeAll() {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	for _, s := range d.hub.boxes {
		s.nudge()
	}
}

func (s *stream) nudge() {
	select {
	case s.nudges <- struct{}{}:
	default:
	}
}

// EndStreams ends all streams: the server stops. Their boxes come again.
func (d *Down) EndStreams() {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	for box, s := range d.hub.boxes {
		close(s.ended)
		d.hub.remove(s)
		delete(d.hub.boxes, box)
	}
}

// Streams counts the open ones, for figures.
func (d *Down) Streams() int {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	return len(d.hub.boxes)
}

func (h *hub) add(s *stream) {
	for _, scope := range s.scopes {
		if h.streams[scope] == nil {
			h.streams[scope] = map[*stream]bool{}
		}
		h.streams[scope][s] = true
	}
}

func (h *hub) remove(s *stream) {
	for _, scope := range s.scopes {
		delete(h.streams[scope], s)
		if len(h.streams[scope]) == 0 {
			delete(h.streams, scope)
		}
	}
}
