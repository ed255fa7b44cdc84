package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"posbox/engine"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// The socket is commands and event stream in one connection: what a command did and its answer come as one message, so
// that the page's thread is woken once and makes one frame. Searches for goods go by it, too, one a key: a request of its
// own costs the page's thread more than the list. It can do nothing that POST /api/commands, GET /api/events and GET
// /api/goods cannot; a client does well to fall back on them.

// socketQueue is how many commands of one page may be without an answer that has been sent. While there are as many, no more
// are read, so that the page's own buffers fill and nothing is kept here without bound. None is refused for it: what comes
// behind one that was not done may rest on it, as a payment does on its scans.
const socketQueue = 16

// socketBeat is how long a socket says nothing at most. A browser tells its page nothing of pings: only messages show it that the
// till still works.
const socketBeat = 2 * time.Second

// farewell is how long a page has to answer a close frame.
const farewell = time.Second

// Message is what the till says on the socket.
type Message struct {
	// State comes first, and once: schema State.
	State  map[string]json.RawMessage `json:"state,omitempty"`
	Change *Change                    `json:"change,omitempty"`
	// Answers never come before the state or change that has what their commands did.
	Answers []SocketAnswer `json:"answers,omitempty"`
	// Beat stands alone: there is nothing to tell, and the till is there.
	Beat bool `json:"beat,omitempty"`
}

// SocketAnswer is what became of one command or question.
type SocketAnswer struct {
	ID      string         `json:"id"`     // the command's own, "" where none could be read
	Status  int            `json:"status"` // as POST /api/commands or GET /api/goods would have answered
	Done    *CommandAnswer `json:"done,omitempty"`
	Found   *GoodsAnswer   `json:"found,omitempty"`
	Refused *ErrorBody     `json:"refused,omitempty"`
}

// question is what may be said to the till instead of a command: which goods are found by a text.
type question struct {
	ID   string  `json:"id"`
	Kind string  `json:"kind"` // "": no command
	Find *string `json:"find"`
}

// socket serves one page.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) error {
	conn, err := websocket.Accept(quiet{w}, r, nil)
	if err != nil {
		return fault.Wrap(err, fault.SocketOnly)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(till.MaxCommandBytes)
	defer s.opened()()
	defer s.shown(r)()
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	p := &talk{teller: teller{splice: true}, s: s, conn: conn, lang: s.askedLang(r), timeout: s.writeTimeout, wake: make(chan struct{}, 1),
		open: make(chan struct{}, socketQueue), leave: cancel}
	commands := make(chan []byte, socketQueue)
	obeyed := s.opened()
	go func() {
		defer obeyed()
		p.obey(ctx, commands)
	}()
	go func() {
		defer cancel()
		defer close(commands)
		p.listen(ctx, commands)
	}()
	go func() {
		defer cancel()
		p.watch(ctx, s.heartbeat)
	}()
	return p.follow(ctx, r.Context().Done(), s.socketBeat)
}

// opened counts a socket, or commands under way that may outlive it; what it returns counts it as gone.
func (s *Server) opened() (gone func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sockets--
		close(s.gone)
		s.gone = make(chan struct{})
	}
}

// Drain waits until no socket is open and nothing that came by one is under way. They end by themselves with the context above their requests: what they have taken is
// carried out and answered first. A server's Shutdown knows nothing of them.
func (s *Server) Drain(ctx context.Context) error {
	for {
		s.mu.Lock()
		n, gone := s.sockets, s.gone
		s.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-gone:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// quiet keeps the library from answering what is no handshake: that is refused as everything else is.
type quiet struct{ http.ResponseWriter }

func (q quiet) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		q.ResponseWriter.WriteHeader(status)
	}
}

func (q quiet) Write(b []byte) (int, error) { return len(b), nil }

// Unwrap lets the library take the connection over.
func (q quiet) Unwrap() http.ResponseWriter { return q.ResponseWriter }

// talk is one socket: a reader, a worker that carries commands out in the order in which they came, a writer, and
// one who asks whether the page is there.
type talk struct {
	teller
	s       *Server
	conn    *websocket.Conn
	lang    string
	timeout time.Duration
	wake    chan struct{} // there are answers, or room
	open    chan struct{} // one for each command that has been taken and whose answer has not been sent
	heard   atomic.Uint64 // messages read
	leave   func()        // ends reading, and so the connection

	view    *engine.View    // whose state has been told
	devices <-chan struct{} // and of which devices

	mu       sync.Mutex
	answers  []SocketAnswer
	stopping bool // no more commands are taken
}

// listen reads commands until the page has gone, as far as there is room. It hears the page's pongs, too, and that it says
// goodbye.
func (p *talk) listen(ctx context.Context, commands chan<- []byte) {
	for {
		kind, body, err := p.conn.Read(ctx)
		if err != nil {
			return
		}
		if kind != websocket.MessageText {
			body = nil // no JSON: refused as such
		}
		p.heard.Add(1)
		select {
		case p.open <- struct{}{}:
			p.take(commands, body)
		case <-ctx.Done():
			return // not taken: it is asked again
		}
	}
}

// take has a command carried out, unless the till is stopping: then the page asks again.
func (p *talk) take(commands chan<- []byte, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopping {
		commands <- body // has as much room as open
		return
	}
	<-p.open
	p.rouse()
}

// stop takes no more commands.
func (p *talk) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopping = true
}

// obey carries commands out, also those of a page that has gone meanwhile: what has been received is done, as by POST.
func (p *talk) obey(ctx context.Context, commands <-chan []byte) {
	for body := range commands {
		p.carry(context.WithoutCancel(ctx), body)
	}
}

// carry does one command or answers one question. A panic is its answer, as it is a request's.
func (p *talk) carry(ctx context.Context, body []byte) {
	var q question
	json.Unmarshal(body, &q) // what cannot be read has no id, and is no question
	id := clip(q.ID)
	defer func() {
		if v := recover(); v != nil {
			p.s.o.Logger.Error("panic", "method", "socket", "path", "/api/socket", "value", v, "stack", string(debug.Stack()))
			p.refuse(id, fault.New(fault.Internal), http.StatusInternalServerError)
		}
	}()
	if q.Kind == "" && q.Find != nil {
		p.find(id, *q.Find)
		return
	}
	a, err := p.do(ctx, body)
	if err != nil {
		f := fault.Of(err)
		p.refuse(id, f, commandStatus(f))
		return
	}
	p.answer(SocketAnswer{ID: id, Status: http.StatusOK, Done: &a})
}

func (p *talk) do(ctx context.Context, body []byte) (CommandAnswer, error) {
	c, err := readCommand(bytes.NewReader(body))
	if err != nil {
		return CommandAnswer{}, err
	}
	return p.s.do(ctx, c, p.lang, false)
}

// find answers a question as GET /api/goods would.
func (p *talk) find(id, text string) {
	found, err := p.s.findGoods(text, hits)
	if err != nil {
		f := fault.Of(err)
		p.refuse(id, f, statusOf(f.Code))
		return
	}
	p.answer(SocketAnswer{ID: id, Status: http.StatusOK, Found: &found})
}

func (p *talk) refuse(id string, f *fault.Error, status int) {
	if status >= 500 {
		p.s.o.Logger.Error("request failed", "method", "socket", "path", "/api/socket", "err", f)
	}
	body := errorBody(f, p.lang)
	p.answer(SocketAnswer{ID: id, Status: status, Refused: &body})
}

func (p *talk) answer(a SocketAnswer) {
	p.mu.Lock()
	p.answers = append(p.answers, a)
	p.mu.Unlock()
	p.rouse()
}

// rouse has follow look again.
func (p *talk) rouse() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// due takes the answers that may be told beside a view: nothing that was done later than it.
func (p *talk) due(view uint64) (due []SocketAnswer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for n < len(p.answers) && (p.answers[n].Done == nil || p.answers[n].Done.View <= view) {
		n++
	}
	due, p.answers = p.answers[:n:n], p.answers[n:]
	return due
}

// follow tells changes and answers until the page has gone, or until the till stops and has answered what it has taken.
func (p *talk) follow(ctx context.Context, stop <-chan struct{}, every time.Duration) error {
	beat := time.NewTicker(every)
	defer beat.Stop()
	var late <-chan time.Time
	for alone := false; ; {
		m, view, err := p.next()
		if err != nil {
			return err
		}
		m.Answers = p.due(view)
		m.Beat = alone && m.empty()
		if !m.empty() {
			if p.send(ctx, m) != nil {
				return nil // the page has gone, or has stopped reading
			}
			beat.Reset(every)
		}
		for range m.Answers {
			<-p.open
		}
		if late != nil && len(p.open) == 0 {
			p.goodbye()
			return nil
		}
		alone = false
		select {
		case <-p.view.Changed:
		case <-p.devices:
		case <-p.wake:
		case <-beat.C:
			p.view, alone = nil, true // also what changes without a word
		case <-stop:
			p.stop()
			stop, late = nil, time.After(p.timeout)
		case <-late:
			return nil // a command that does not end: the page asks again
		case <-ctx.Done():
			return nil
		}
	}
}

// goodbye closes the socket politely. A page that does not answer that is not waited for.
func (p *talk) goodbye() {
	defer time.AfterFunc(farewell, p.leave).Stop()
	p.conn.Close(websocket.StatusGoingAway, "")
}

// next says what is news, unless only answers have come since: the state is the same then, and most of the work.
func (p *talk) next() (m Message, view uint64, err error) {
	// Both are taken before the state is worked out: what changes meanwhile comes in the next round. Meanwhile, too, the answer
	// arrives of the command that made this view.
	devices, v := p.s.devicesChanged(), p.s.o.Till.View()
	if v != p.view || devices != p.devices {
		p.view, p.devices = v, devices
		m.State, m.Change, err = p.news(p.s.state(v, p.lang))
	}
	return m, v.N, err
}

func (m *Message) empty() bool {
	return m.State == nil && m.Change == nil && len(m.Answers) == 0 && !m.Beat
}

func (p *talk) send(ctx context.Context, m Message) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	return p.conn.Write(ctx, websocket.MessageText, b)
}

// watch asks at each beat whether the page is still there, until it is not. It stands beside follow, which makes the room
// behind which a pong may lie.
func (p *talk) watch(ctx context.Context, heartbeat time.Duration) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			if !p.alive(ctx) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// alive finds out whether the page is still there. While no more is read no pong is heard either, behind what waits; then
// the page is held by the till, and not the other way round.
func (p *talk) alive(ctx context.Context) bool {
	full, heard := func() bool { return len(p.open) == cap(p.open) }, p.heard.Load()
	return full() || p.ping(ctx) == nil || full() || p.heard.Load() != heard
}

func (p *talk) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	return p.conn.Ping(ctx)
}
