package web

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// liveRoutes are what open pages listen to.
func liveRoutes() []route {
	return []route{{method: "GET", path: "/api/companies/{company}/events", door: doorCompany, right: who.RightLook, do: sends("text/event-stream", (*Server).events),
		summary: "A stream that says when something has come from the company's tills", about: aboutEvents}}
}

const aboutEvents = "Server-sent events: `change` at once and whenever records have arrived or something was changed, at most four times a second, and `beat` every 20 s, by which " +
	"a stream that was cut is told from a quiet one; they say nothing else, so ask again for what you show. Who listens slowly misses nothing but repetitions. The stream ends after ten minutes, so that it is asked again who listens; " +
	"browsers come again by themselves."

// Live tells open pages that something of their company has changed. The zero value is not ready; see NewLive.
type Live struct {
	mu      sync.Mutex
	streams map[store.Company]map[chan struct{}]string // → who listens
	by      map[string]int                             // streams of each listener
	touched map[store.Company]bool
	wake    chan struct{}
	ended   chan struct{}
	end     sync.Once
}

// NewLive makes one. Run makes it work.
func NewLive() *Live {
	return &Live{streams: map[store.Company]map[chan struct{}]string{}, by: map[string]int{}, touched: map[store.Company]bool{},
		wake: make(chan struct{}, 1), ended: make(chan struct{})}
}

const (
	liveGap   = 250 * time.Millisecond // between two nudges of a company: a busy one must not make its pages ask all the time
	liveBeat  = 20 * time.Second       // often enough for the middleboxes on the way
	liveMost  = 20                     // streams of one session or token
	liveUntil = 10 * time.Minute
)

// Touch notes that something of a company has changed. It never waits.
func (l *Live) Touch(c store.Company) {
	l.mu.Lock()
	l.touched[c] = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run nudges the pages of touched companies until ctx ends. tell is called for each, to tell other servers.
func (l *Live) Run(ctx context.Context, tell func(store.Company)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		l.mu.Lock()
		now := l.touched
		l.touched = map[store.Company]bool{}
		l.mu.Unlock()
		for c := range now {
			l.Nudge(c)
			tell(c)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(liveGap):
		}
	}
}

// Nudge tells the pages of a company.
func (l *Live) Nudge(c store.Company) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ch := range l.streams[c] {
		nudge(ch)
	}
}

// NudgeAll tells all pages: what has changed meanwhile is not known.
func (l *Live) NudgeAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, of := range l.streams {
		for ch := range of {
			nudge(ch)
		}
	}
}

func nudge(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// End ends all streams: the server stops.
func (l *Live) End() { l.end.Do(func() { close(l.ended) }) }

// open begins a stream; nil where its listener has too many.
func (l *Live) open(c store.Company, who string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by[who] >= liveMost {
		return nil
	}
	ch := make(chan struct{}, 1)
	ch <- struct{}{}
	if l.streams[c] == nil {
		l.streams[c] = map[chan struct{}]string{}
	}
	l.streams[c][ch] = who
	l.by[who]++
	return ch
}

func (l *Live) close(c store.Company, ch chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	who := l.streams[c][ch]
	if l.by[who]--; l.by[who] == 0 {
		delete(l.by, who)
	}
	if delete(l.streams[c], ch); len(l.streams[c]) == 0 {
		delete(l.streams, c)
	}
}

func (s *Server) events(c *call) error {
	l := s.o.Live
	if l == nil {
		return fault.New(fault.NotFound)
	}
	ch := l.open(c.company, string(c.who.Key))
	if ch == nil {
		return later(c.w, time.Minute)
	}
	defer l.close(c.company, ch)
	control := http.NewResponseController(c.w)
	if err := control.SetReadDeadline(time.Time{}); err != nil { // the server's would end the stream
		return err
	}
	c.w.Header().Set("Content-Type", "text/event-stream")
	until, beat := time.NewTimer(liveUntil), time.NewTicker(liveBeat)
	defer until.Stop()
	defer beat.Stop()
	for {
		text := "event: beat\ndata:\n\n"
		select {
		case <-c.ctx().Done():
			return nil
		case <-l.ended:
			return nil
		case <-until.C:
			return nil
		case <-beat.C:
		case <-ch:
			text = "event: change\ndata:\n\n"
		}
		if err := control.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
			return nil
		}
		if _, err := io.WriteString(c.w, text); err != nil || control.Flush() != nil {
			return nil // however a stream ends, the page opens another one
		}
	}
}
