package uplink

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// PulseOptions of what tells BAAZ how the box is.
type PulseOptions struct {
	Key        ed25519.PrivateKey
	Membership func() Membership
	Wish       func() Wish // it may say where BAAZ is now
	// State is how the box is now; its Time is set by Pulse.
	State  func() wire.Heartbeat
	Now    func() time.Time // the box's clock
	Logger *slog.Logger
	// Logs makes what BAAZ is given when somebody there has asked for this box's logs, a zip file, and has told the shop by
	// then; the same wish may come again. nil: no logs are given.
	Logs func(ctx context.Context, wish, by string) ([]byte, error)
	// Handed takes in which returns of other tills this box has to report, and what became of its own; the same may come again.
	// nil: nobody asks.
	Handed func(context.Context, wire.Handovers) error
	// HTTP carries the requests; nil: a client of its own.
	HTTP http.RoundTripper
	// First, Settle and Every: the wait after the start, 2 s, so that devices have been asked; how long a change is waited
	// on for more of them, 5 s; and how often the box speaks where BAAZ does not say, 1 min. Timeout of one request: 30 s.
	First, Settle, Every, Timeout time.Duration
}

// Pulse tells BAAZ how the box is: now and then, and soon after something has changed. It works beside the ways up and
// down: a box whose records are refused still says so, and so does one that another has replaced.
type Pulse struct {
	o      PulseOptions
	box    journal.Box
	client *http.Client
	kick   chan struct{}
	wish   chan struct{}
	handed chan struct{} // there may be something about returns
	news   chan struct{} // BAAZ says that there is
	// unsettled: what BAAZ has said of returns last left something open, or it has not been asked yet.
	unsettled atomic.Bool
	stamp     stamp
}

// NewPulse makes it; Run starts it.
func NewPulse(o PulseOptions) *Pulse {
	setDefault(&o.First, 2*time.Second)
	setDefault(&o.Settle, 5*time.Second)
	setDefault(&o.Every, time.Minute)
	setDefault(&o.Timeout, 30*time.Second)
	if o.HTTP == nil {
		o.HTTP = &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 1, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 15 * time.Second, ForceAttemptHTTP2: true}
	}
	p := &Pulse{o: o, box: journal.BoxOf(o.Key.Public().(ed25519.PublicKey)), kick: make(chan struct{}, 1), wish: make(chan struct{}, 1), handed: make(chan struct{}, 1), news: make(chan struct{}, 1),
		stamp:  stamp{key: o.Key},
		client: &http.Client{Transport: o.HTTP, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	p.unsettled.Store(true)
	return p
}

// Changed says that the box is otherwise than it was.
func (p *Pulse) Changed() {
	select {
	case p.kick <- struct{}{}:
	default:
	}
}

// Run speaks until ctx ends. What cannot be said is said anew the next time: only how the box is now is of interest.
func (p *Pulse) Run(ctx context.Context) {
	said, every := "", p.o.Every
	var warned fault.Code
	for due := time.Now().Add(p.o.First); p.sleep(ctx, due); {
		gist := p.gist()
		if gist == said && time.Now().Before(due) { // what has changed can wait
			continue
		}
		said = gist
		heard, err := p.beat(ctx)
		var t *trouble
		switch {
		case err == nil:
			every, warned = heard.Interval(), ""
			switch {
			case heard.Wished:
				p.Wished()
			case p.unsettled.Load():
				p.handedOver()
			}
		case errors.As(err, &t) && t.code == "": // never joined
			every = p.o.Every
		default:
			if codeOf(err) == fault.RequestStale { // BAAZ's clock was set back, or this machine's runs wild
				p.stamp.forget()
			}
			if code := codeOf(err); code != warned && ctx.Err() == nil {
				warned = code
				p.o.Logger.Info("BAAZ was not told how this box is", "err", err)
			}
			every = min(2*every, 10*p.o.Every)
		}
		due = time.Now().Add(every*3/4 + rand.N(every/4+1)) // boxes that came together do not speak together for ever
	}
}

func codeOf(err error) fault.Code {
	var t *trouble
	if errors.As(err, &t) {
		return t.code
	}
	return fault.CodeOf(err)
}

// sleep waits until due, or until some while after a change; it reports whether ctx still goes on.
func (p *Pulse) sleep(ctx context.Context, due time.Time) bool {
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	for changed := false; ; {
		select {
		case <-ctx.Done():
			return false
		case <-t.C:
			return true
		case <-p.kick:
			if !changed {
				changed = true
				t.Reset(min(time.Until(due), p.o.Settle))
			}
		}
	}
}

// gist is what BAAZ is told of at once where it changes: not the numbers that move with every sale.
func (p *Pulse) gist() string { return p.o.State().Gist() }

// beat speaks once.
func (p *Pulse) beat(ctx context.Context) (heard wire.Heard, err error) {
	m := p.o.Membership()
	if m.Joined == nil {
		return heard, &trouble{}
	}
	to, err := parseAddress(m.Joined, p.o.Wish())
	if err != nil {
		return heard, err
	}
	if p.stamp.last() == 0 {
		if err := p.setTime(ctx, to); err != nil {
			return heard, err
		}
	}
	h := p.o.State()
	h.Time = p.o.Now().UnixMicro()
	body, err := json.Marshal(h)
	if err != nil {
		return heard, err
	}
	text, status, after, err := p.send(ctx, to, http.MethodPost, wire.HeartbeatTarget(body), body)
	if err != nil {
		return heard, err
	}
	if status != http.StatusOK {
		return heard, refused(status, text, after)
	}
	if err := json.Unmarshal(text, &heard); err != nil {
		return heard, &trouble{code: fault.UplinkStranger, cause: err}
	}
	return heard, nil
}

// setTime learns BAAZ's time from a head that it has signed.
func (p *Pulse) setTime(ctx context.Context, to baaz) error {
	text, status, after, err := p.send(ctx, to, http.MethodGet, headTarget(p.box), nil)
	if err != nil {
		return err
	}
	head, err := signedHead(to, p.box, status, text, after)
	if err == nil {
		p.stamp.hear(head.Time)
	}
	return err
}

func (p *Pulse) send(ctx context.Context, to baaz, method, target string, body []byte) (text []byte, status int, after time.Duration, err error) {
	return p.sendMost(ctx, to, method, target, body, maxAnswer)
}

// slowest is the line, in bytes a second, over which a body is still waited for: logs are some megabytes.
const slowest = 16 << 10

// sendMost is send for answers of at most most bytes.
func (p *Pulse) sendMost(ctx context.Context, to baaz, method, target string, body []byte, most int64) (text []byte, status int, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout+time.Duration(len(body))*time.Second/slowest)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, to.address+target, bytes.NewReader(body))
	if err != nil {
		return nil, 0, 0, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	p.stamp.sign(req, to.key)
	return do(p.client, req, most)
}
