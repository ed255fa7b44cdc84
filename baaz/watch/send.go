package watch

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
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

// Sender empties the queue of messages. Companies are sent to beside each other, and so are a company's webhooks: a
// receiver that does not answer holds up nobody but itself, and itself by one timeout a turn.
type Sender struct {
	o      SenderOptions
	client *http.Client
	wake   chan struct{}
	slots  chan struct{} // one for each company that is being sent to

	mu   sync.Mutex
	busy map[store.Company]bool // those companies
}

const (
	beside  = 64              // companies that are sent to together, each with at most ten webhooks
	some    = 500             // messages of a company in one turn
	patient = time.Minute     // for one webhook in one turn
	lease   = 5 * time.Minute // for which a server has a message to itself
	keep    = 30 * 24 * time.Hour
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
	return &Sender{o: o, wake: make(chan struct{}, 1), slots: make(chan struct{}, beside), busy: map[store.Company]bool{}, client: &http.Client{Transport: transport, Timeout: o.Timeout,
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
	var under sync.WaitGroup
	defer under.Wait()
	for {
		if err := s.begin(ctx, &under); err != nil && ctx.Err() == nil {
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

// Turn sends what is due now, and waits until all of it has been tried.
func (s *Sender) Turn(ctx context.Context) error {
	var under sync.WaitGroup
	defer under.Wait()
	return s.begin(ctx, &under)
}

// begin begins to send what is due now. A company that is still being sent to is left alone; where no slot is free the
// next one that becomes free asks again.
func (s *Sender) begin(ctx context.Context, under *sync.WaitGroup) error {
	var due []store.Company
	now := s.o.Now()
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.DueCompanies(now.UnixMicro())
		return err
	})
	for _, c := range due {
		if !s.take(c) {
			continue
		}
		under.Go(func() {
			err := s.company(ctx, c)
			if err != nil && ctx.Err() == nil {
				s.o.Logger.Warn("a company's messages could not be sent", "company", c, "err", err)
			}
			s.free(c, err == nil)
		})
	}
	return err
}

// take takes a slot for a company; false: it has one, or none is free.
func (s *Sender) take(c store.Company) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[c] {
		return false
	}
	select {
	case s.slots <- struct{}{}:
		s.busy[c] = true
		return true
	default:
		return false
	}
}

// free gives a company's slot back. What was queued for it meanwhile, or had no slot, is looked for at once; after a failure
// the clock decides when.
func (s *Sender) free(c store.Company, again bool) {
	s.mu.Lock()
	delete(s.busy, c)
	<-s.slots
	s.mu.Unlock()
	if again {
		s.Kick()
	}
}

// company sends what is due of one company.
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
	byHook := map[int64][]*store.Delivery{}
	for i := range list {
		byHook[list[i].Webhook] = append(byHook[list[i].Webhook], &list[i])
	}
	var under sync.WaitGroup
	for id, its := range byHook {
		under.Go(func() { s.hook(ctx, hooks[id], its) })
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

// hook sends to one webhook, one message after another, tests first: somebody waits for them. Once nothing was answered at
// all the others count as tried without being sent: they would wait for the same silence. What is left when the time is up
// has its next turn at once.
func (s *Sender) hook(ctx context.Context, to store.Webhook, list []*store.Delivery) {
	slices.SortStableFunc(list, func(a, b *store.Delivery) int { return cmp.Compare(later(a), later(b)) })
	end, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	for i, d := range list {
		if end.Err() != nil {
			for _, left := range list[i:] {
				left.Due = s.o.Now().UnixMicro()
			}
			return
		}
		status, err := s.post(ctx, to, d)
		s.note(d, status, err)
		if err != nil {
			for _, left := range list[i+1:] {
				s.note(left, 0, err)
			}
			return
		}
	}
}

func later(d *store.Delivery) int {
	if d.Event == EventTest {
		return 0
	}
	return 1
}

// note notes in d how a try went.
func (s *Sender) note(d *store.Delivery, status int, err error) {
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
	now := s.o.Now()
	secrets := [][]byte{to.Secret}
	if now.UnixMicro() < to.OldUntil {
		secrets = append(secrets, to.Old)
	}
	req.Header.Set(Signature, Sign(d.Body, now, secrets...))
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
