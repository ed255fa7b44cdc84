package watch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"posbox/baaz/store"
)

// SenderOptions of what sends messages to webhooks.
type SenderOptions struct {
	Store  *store.Store
	Now    func() time.Time
	Logger *slog.Logger
	// Private lets messages go to addresses of private networks.
	Private bool
	// Changed is told that a company's log of messages has grown. May be nil.
	Changed func(store.Company)
	// Every is how often the queue is looked at: 5 s. Timeout of one request: 10 s.
	Every, Timeout time.Duration
}

// Sender empties the queue of messages.
type Sender struct {
	o      SenderOptions
	client *http.Client
	wake   chan struct{}
}

const (
	atOnce = 8               // requests under way together
	some   = 50              // messages of a company in one turn
	lease  = 5 * time.Minute // for which a server has a message to itself
	keep   = 30 * 24 * time.Hour
)

// waits is how long a message waits after each try that has failed; after the last it is given up. Together three days:
// over a weekend somebody's server may be down.
var waits = []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// NewSender makes a sender; Run makes it work.
func NewSender(o SenderOptions) *Sender {
	if o.Every == 0 {
		o.Every = 5 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	dialer := &net.Dialer{Timeout: o.Timeout}
	if !o.Private {
		dialer.Control = onlyOutside
	}
	// No proxy: it would dial in our place, and nobody would look where to.
	transport := &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: o.Timeout, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10}
	return &Sender{o: o, wake: make(chan struct{}, 1), client: &http.Client{Transport: transport, Timeout: o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Kick says that there is something to be sent.
func (s *Sender) Kick() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends. A message under way then is sent again later: its receiver knows it by its id.
func (s *Sender) Run(ctx context.Context) {
	every := time.NewTicker(s.o.Every)
	defer every.Stop()
	for {
		if err := s.Turn(ctx); err != nil && ctx.Err() == nil {
			s.o.Logger.Warn("messages could not be sent", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		case <-s.wake:
		}
	}
}

// Turn sends what is due now.
func (s *Sender) Turn(ctx context.Context) error {
	var due []store.Company
	now := s.o.Now()
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.DueCompanies(now.UnixMicro())
		return err
	})
	for _, c := range due {
		err = errors.Join(err, s.company(ctx, c))
	}
	return err
}

// company sends what is due of one company, some of it at once: one webhook that does not answer must not hold the others up.
func (s *Sender) company(ctx context.Context, c store.Company) error {
	var list []store.Delivery
	hooks := map[int64]store.Webhook{}
	err := s.o.Store.Write(ctx, func(tx *store.Tx) (err error) {
		clear(hooks)
		now := s.o.Now()
		if list, err = tx.TakeDue(c, now.UnixMicro(), now.Add(lease).UnixMicro(), some); err != nil {
			return err
		}
		all, err := tx.Webhooks(c)
		for _, h := range all {
			hooks[h.Webhook] = h
		}
		return err
	})
	if err != nil {
		return err
	}
	slots := make(chan struct{}, atOnce)
	var under sync.WaitGroup
	for i := range list {
		slots <- struct{}{}
		under.Go(func() {
			defer func() { <-slots }()
			s.send(ctx, hooks[list[i].Webhook], &list[i])
		})
	}
	under.Wait()
	if ctx.Err() != nil { // nobody knows how what was under way ended; it is sent again
		return ctx.Err()
	}
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		for _, d := range list {
			if err := tx.Sent(c, d); err != nil {
				return err
			}
		}
		return tx.ForgetDeliveries(c, s.o.Now().Add(-keep).UnixMicro())
	})
	if err == nil && len(list) > 0 && s.o.Changed != nil {
		s.o.Changed(c)
	}
	return err
}

// send tries once and notes in d how it went.
func (s *Sender) send(ctx context.Context, to store.Webhook, d *store.Delivery) {
	status, err := s.post(ctx, to, d)
	now := s.o.Now()
	d.Tries++
	d.Status, d.Outcome = int64(status), ""
	switch {
	case err != nil:
		d.Outcome = outcome(err)
	case status < 200 || status > 299:
		d.Outcome = "refused"
	default:
		d.Done = now.UnixMicro()
		return
	}
	// A test says at once whether it works; whoever has pressed the button does not wait for days.
	if int(d.Tries) > len(waits) || status == http.StatusGone || d.Event == EventTest {
		d.Done = now.UnixMicro()
		return
	}
	wait := waits[d.Tries-1]
	d.Due = now.Add(wait*3/4 + rand.N(wait/2)).UnixMicro()
}

func (s *Sender) post(ctx context.Context, to store.Webhook, d *store.Delivery) (int, error) {
	if to.Webhook == 0 || CheckURL(to.URL, s.o.Private) != nil {
		return 0, ErrAddress
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(d.Body))
	if err != nil {
		return 0, ErrAddress
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "posbox-baaz")
	req.Header.Set("Posbox-Event", d.Event)
	req.Header.Set("Posbox-Delivery", strconv.FormatInt(d.Delivery, 10))
	req.Header.Set(Signature, Sign(to.Secret, d.Body, s.o.Now()))
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	io.CopyN(io.Discard, resp.Body, 4<<10) // nobody is shown what it says: it may be a machine that was not meant
	return resp.StatusCode, nil
}

// outcome says in a word why a message did not arrive: no more is told, because the rest may be about our own network.
func outcome(err error) string {
	var timeout net.Error
	var name *net.DNSError
	switch {
	case errors.Is(err, ErrAddress):
		return "address"
	case errors.As(err, &name):
		return "name"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	}
	return "connection"
}

// Check refuses an address to which nothing is sent.
func (s *Sender) Check(url string) error { return CheckURL(url, s.o.Private) }

// Test is a message that only tries a webhook.
func (s *Sender) Test(c store.Company, name, id string) ([]byte, error) {
	return Test(c, name, id, s.o.Now())
}
