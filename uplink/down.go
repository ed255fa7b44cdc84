package uplink

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// Keeper keeps the master data that comes down. Its methods are called by one goroutine.
type Keeper interface {
	// Position says up to where a scope has come; the zero value asks for a snapshot.
	Position(wire.Scope) wire.Position
	// Own forgets every other scope.
	Own([]wire.Scope) error
	// Replace makes a scope what a snapshot says. The file that rows come from has been proved.
	Replace(context.Context, wire.Snapshot, *wire.Rows) error
	// Apply applies a page of changes that follow from Position. An error that is ErrAnew asks for a snapshot.
	Apply(context.Context, wire.Page) error
}

// DownOptions of what brings master data down.
type DownOptions struct {
	Keeper     Keeper
	Anew       error // that of the keeper's errors which asks for a snapshot
	Dir        string
	Key        ed25519.PrivateKey
	Membership func() Membership
	Wish       func() Wish // it may say where BAAZ is now
	Logger     *slog.Logger
	// HTTP carries the requests; nil: a client of its own.
	HTTP http.RoundTripper
	// Authentic is told each time that BAAZ has signed. May be nil.
	Authentic func(time.Time)
	// Wished is called when BAAZ says that there is a wish. It must not wait. May be nil.
	Wished func()
	// Changed is called when Status has changed. May be nil.
	Changed func()
	// FirstWait and MaxWait bound the wait after a failure: 1 s and 5 min. Timeout is of one request but for the file of
	// a snapshot: 30 s.
	FirstWait, MaxWait, Timeout time.Duration
	// Interval is how often changes are asked for without a nudge: 5 min. Silence ends a stream: 60 s.
	Interval, Silence time.Duration
}

// Down brings master data from BAAZ to the box: a snapshot to start, changes after, as soon as BAAZ nudges. What it hands
// on has been proved: a half download, another's data or an old copy never reaches the keeper.
type Down struct {
	o      DownOptions
	box    journal.Box
	client *http.Client
	kick   chan struct{}

	mu     sync.Mutex
	status DownStatus

	// Of Run alone.
	baaz baaz
	// twice is when BAAZ last said that another machine listens under this box's name.
	twice time.Time

	stamp stamp
}

// DownStatus is how the master data stands.
type DownStatus struct {
	State State      // off, online, waiting
	Code  fault.Code // why it waits
	Since time.Time  // when all was taken last; zero: never
	Next  time.Time  // when it tries again; zero: at once
	Bytes int64      // of a snapshot under way
	Of    int64
	Twice bool // another machine works under this box's name
}

// NewDown makes it; Run starts it.
func NewDown(o DownOptions) *Down {
	setDefault(&o.FirstWait, time.Second)
	setDefault(&o.MaxWait, 5*time.Minute)
	setDefault(&o.Timeout, 30*time.Second)
	setDefault(&o.Interval, 5*time.Minute)
	setDefault(&o.Silence, time.Minute)
	if o.HTTP == nil {
		o.HTTP = &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 4, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 15 * time.Second, ForceAttemptHTTP2: true, DisableCompression: true}
	}
	d := &Down{o: o, box: journal.BoxOf(o.Key.Public().(ed25519.PublicKey)), kick: make(chan struct{}, 1), status: DownStatus{State: Off}, stamp: stamp{key: o.Key}}
	d.client = &http.Client{Transport: o.HTTP, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return d
}

// Status returns how the master data stands.
func (d *Down) Status() DownStatus {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status
}

// Wake looks at once whether there is something to do: the box has joined, say.
func (d *Down) Wake() {
	select {
	case d.kick <- struct{}{}:
	default:
	}
}

func (d *Down) become(change func(*DownStatus)) {
	d.mu.Lock()
	was := d.status
	change(&d.status)
	changed := d.status != was
	d.mu.Unlock()
	if changed && d.o.Changed != nil {
		d.o.Changed()
	}
}

// Run brings master data down until ctx ends.
func (d *Down) Run(ctx context.Context) {
	wait, warned := d.o.FirstWait, fault.Code("")
	for ctx.Err() == nil {
		began := d.Status().Since
		err := d.round(ctx)
		if ctx.Err() != nil {
			return
		}
		if d.Status().Since != began {
			wait, warned = d.o.FirstWait, ""
		}
		var t *trouble
		if !errors.As(err, &t) {
			t = &trouble{code: fault.CodeOf(err), cause: err} // the keeper's
			if t.code == fault.Internal {
				t.code = fault.UplinkUnreachable
			}
		}
		if t.code == fault.RequestStale { // BAAZ's clock was set back, or this machine's runs wild
			d.stamp.forget()
		}
		if t.code == fault.BoxTwice {
			d.twice = time.Now()
		}
		pause := wait/2 + rand.N(wait/2+1)
		switch {
		case t.code == "": // not joined: until it is
			d.become(func(s *DownStatus) { *s = DownStatus{State: Off, Since: s.Since, Twice: d.isTwice()} })
			pause = d.o.MaxWait
		default:
			if t.code != warned {
				d.o.Logger.Warn("master data", "err", t)
				warned = t.code
			}
			if t.stop {
				pause = d.o.MaxWait
			}
			pause = max(pause, min(t.after, d.o.MaxWait))
			d.become(func(s *DownStatus) {
				s.State, s.Code, s.Next, s.Bytes, s.Of, s.Twice = Waiting, t.code, time.Now().Add(pause), 0, 0, d.isTwice()
			})
			wait = min(2*wait, d.o.MaxWait)
		}
		select {
		case <-time.After(pause):
		case <-d.kick:
			wait = d.o.FirstWait
		case <-ctx.Done():
		}
	}
}

// isTwice reports whether another machine works under this box's name: it has been heard of lately. Each of the two waits
// before it listens again, so they hear of each other that seldom.
func (d *Down) isTwice() bool { return !d.twice.IsZero() && time.Since(d.twice) < 3*d.o.MaxWait }

// round takes what is new, then waits for nudges until something goes wrong.
func (d *Down) round(ctx context.Context) error {
	m := d.o.Membership()
	if m.Joined == nil || m.Replaced {
		return &trouble{}
	}
	var err error
	if d.baaz, err = parseAddress(m.Joined, d.o.Wish()); err != nil {
		return err
	}
	if err := d.setTime(ctx); err != nil {
		return err
	}
	listen, cancel := context.WithCancel(ctx)
	defer cancel()
	nudges, ended := make(chan struct{}, 1), make(chan error, 1)
	stream, err := d.request(listen, "/v1/stream") // here: the other goroutine shares nothing of d
	if err != nil {
		return err
	}
	go func() { ended <- d.listen(stream, nudges) }()
	if err := d.sync(ctx); err != nil {
		return err
	}
	for {
		t := time.NewTimer(d.o.Interval)
		select {
		case <-nudges:
		case <-d.kick:
			if now := d.o.Membership(); now.Joined != m.Joined || now.Replaced {
				return &trouble{code: fault.BoxReplaced} // joined anew: begin from there
			}
		case <-t.C:
			if err := d.setTime(ctx); err != nil { // the clock of one of us may have been set
				return err
			}
		case err := <-ended:
			t.Stop()
			return err
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
		t.Stop()
		if err := d.sync(ctx); err != nil {
			return err
		}
	}
}

// setTime learns BAAZ's time from a head that it has signed.
func (d *Down) setTime(ctx context.Context) error {
	body, status, after, err := d.get(ctx, headTarget(d.box), maxAnswer)
	if err != nil {
		return err
	}
	head, err := signedHead(d.baaz, d.box, status, body, after)
	if err != nil {
		return err
	}
	if head.Standing != wire.Active {
		return &trouble{code: fault.BoxReplaced, stop: true} // the way up learns it, and what follows from it
	}
	d.signed(head.Time)
	return nil
}

// signed notes what BAAZ has signed as its time.
func (d *Down) signed(at int64) {
	d.stamp.hear(at)
	if d.o.Authentic != nil {
		d.o.Authentic(time.UnixMicro(at))
	}
}

// request makes a request that the box has signed.
func (d *Down) request(ctx context.Context, target string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.baaz.address+target, nil)
	if err == nil {
		d.stamp.sign(req, d.baaz.key)
	}
	return req, err
}

// get asks and reads an answer of at most most bytes.
func (d *Down) get(ctx context.Context, target string, most int64) (body []byte, status int, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, d.o.Timeout)
	defer cancel()
	req, err := d.request(ctx, target)
	if err != nil {
		return nil, 0, 0, err
	}
	return do(d.client, req, most)
}

// ask is get for what BAAZ answers with 200.
func (d *Down) ask(ctx context.Context, target string, most int64) ([]byte, error) {
	body, status, after, err := d.get(ctx, target, most)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, refused(status, body, after)
	}
	return body, nil
}

// broken says that something came which BAAZ has not signed, or not whole.
func broken(format string, args ...any) error {
	return &trouble{code: fault.CentralBroken, cause: fmt.Errorf(format, args...)}
}

// sync takes everything that is new.
func (d *Down) sync(ctx context.Context) error {
	body, err := d.ask(ctx, "/v1/scopes", maxAnswer)
	if err != nil {
		return err
	}
	var s wire.Scopes
	if err := json.Unmarshal(body, &s); err != nil || !s.SignedBy(d.baaz.key, d.box) {
		return broken("the list of scopes is not signed")
	}
	if s.Time < d.stamp.last()-wire.RequestLife.Microseconds() {
		return &trouble{code: fault.CentralOld, cause: errors.New("an old list of scopes")}
	}
	d.signed(s.Time)
	var own []wire.Scope
	for _, x := range s.Scopes {
		own = append(own, x.Scope)
	}
	if err := d.o.Keeper.Own(own); err != nil {
		return err
	}
	// The point first: by which price list the goods are sold stands there.
	slices.Reverse(s.Scopes)
	for _, x := range s.Scopes {
		if err := d.follow(ctx, x); err != nil {
			return err
		}
	}
	d.become(func(st *DownStatus) { *st = DownStatus{State: Online, Since: time.Now(), Twice: d.isTwice()} })
	return nil
}

// follow takes one scope to where BAAZ is.
func (d *Down) follow(ctx context.Context, to wire.ScopeState) error {
	at := d.o.Keeper.Position(to.Scope)
	for fresh := false; at.Time == 0 || at.Version != to.Version; {
		if at.Time == 0 {
			if fresh {
				return broken("the keeper does not keep the snapshot of %s", to.Scope)
			}
			if err := d.takeSnapshot(ctx, to.Scope, at, 0); err != nil {
				return err
			}
			fresh = true
			at = d.o.Keeper.Position(to.Scope)
			continue
		}
		head, err := d.takePage(ctx, to.Scope, at)
		var t *trouble
		switch {
		case errors.As(err, &t) && t.code == fault.ScopeBehind, errors.Is(err, wire.ErrPageChain), d.o.Anew != nil && errors.Is(err, d.o.Anew):
			if fresh {
				return err // it is not the snapshot that helps
			}
			if err := d.takeSnapshot(ctx, to.Scope, at, to.Version); err != nil {
				return err
			}
			fresh = true
		case err != nil:
			return err
		default:
			to.Version = head
		}
		at = d.o.Keeper.Position(to.Scope)
	}
	return nil
}

// takePage takes the changes behind a position and returns the newest version there is.
func (d *Down) takePage(ctx context.Context, scope wire.Scope, at wire.Position) (head uint64, err error) {
	target := fmt.Sprintf("/v1/scopes/%s/changes?after=%d&chain=%s", scope, at.Version, at.Chain)
	body, err := d.ask(ctx, target, wire.MaxPage+1<<16)
	if err != nil {
		return 0, err
	}
	p, err := wire.UnpackPage(body, d.baaz.key, scope, at)
	switch {
	case errors.Is(err, wire.ErrPageChain):
		return 0, err
	case err != nil:
		return 0, broken("a page of changes of %s: %w", scope, err)
	case len(p.Rows) == 0 && p.Head > at.Version:
		return 0, broken("an empty page of changes of %s", scope)
	}
	d.signed(p.Time)
	if len(p.Rows) == 0 {
		return p.Head, nil
	}
	return p.Head, d.o.Keeper.Apply(ctx, p)
}

// listen reads the stream of nudges until it ends.
func (d *Down) listen(req *http.Request, nudges chan<- struct{}) error {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	silence := newWatchdog(d.o.Silence, cancel)
	defer silence.stop()
	resp, err := d.client.Do(req.WithContext(ctx))
	if err != nil {
		return &trouble{code: fault.UplinkUnreachable, cause: err}
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return refused(resp.StatusCode, text, retryAfter(resp.Header.Get("Retry-After")))
	}
	lines := bufio.NewScanner(resp.Body) // lines of at most 64 KiB
	for lines.Scan() {
		silence.heard()
		switch event, _ := strings.CutPrefix(lines.Text(), "event: "); wire.StreamEvent(event) {
		case wire.Nudge:
			select {
			case nudges <- struct{}{}:
			default:
			}
		case wire.Wished:
			if d.o.Wished != nil {
				d.o.Wished()
			}
		case wire.Elsewhere: // two that took the stream from each other at once would do so for ever
			return &trouble{code: fault.BoxTwice, after: d.o.MaxWait/2 + rand.N(d.o.MaxWait/2+1)}
		}
	}
	return &trouble{code: fault.UplinkUnreachable, cause: errors.Join(errors.New("the stream has ended"), lines.Err())}
}
