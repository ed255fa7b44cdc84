package watch_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/watch"
	"posbox/journal"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// rig is a company with one till, and a webhook that a server of ours listens to.
type rig struct {
	*testing.T
	store *store.Store
	c     store.Company
	box   journal.Box
	now   time.Time
	watch *watch.Watcher
	send  *watch.Sender

	mu     sync.Mutex
	status int
	got    []watch.Message
	signed []bool
}

var secret = []byte("a secret of the company's")

func newRig(t *testing.T, dsn string) *rig {
	t.Helper()
	r := &rig{T: t, store: storetest.Open(t, dsn), now: time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC), status: 200}
	server := httptest.NewServer(http.HandlerFunc(r.hear))
	t.Cleanup(server.Close)
	box := uplinktest.NewBox(1)
	r.box = box.ID
	r.write(func(tx *store.Tx) error {
		var err error
		if r.c, err = tx.AddCompany("Номин", 1); err != nil {
			return err
		}
		p, err := tx.AddPoint(r.c, "Сансар", 1)
		if err != nil {
			return err
		}
		if _, err := tx.PutBox(r.c, box.Key.Public().(ed25519.PublicKey), p, 1, r.now.UnixMicro()); err != nil {
			return err
		}
		_, err = tx.AddWebhook(r.c, store.Webhook{URL: server.URL + "/x", Secret: secret, MadeBy: "test", Created: 1})
		return err
	})
	clock, log := func() time.Time { return r.now }, slog.New(slog.DiscardHandler)
	r.watch = watch.New(watch.Options{Store: r.store, Now: clock, Logger: log})
	r.send = watch.NewSender(watch.SenderOptions{Store: r.store, Now: clock, Logger: log, Private: true})
	return r
}

func (r *rig) write(fn func(*store.Tx) error) {
	r.Helper()
	if err := r.store.Write(r.Context(), fn); err != nil {
		r.Fatal(err)
	}
}

// hear takes a message as a company's own server would.
func (r *rig) hear(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var m watch.Message
	err := json.Unmarshal(body, &m)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, m)
	r.signed = append(r.signed, err == nil && req.Header.Get(watch.Signature) == watch.Sign(body, r.now, secret) && req.Header.Get("Posbox-Event") == m.Event)
	w.WriteHeader(r.status)
}

// says is what the till says of itself.
func (r *rig) says(h wire.Heartbeat) {
	r.Helper()
	h.Time = r.now.UnixMicro()
	r.write(func(tx *store.Tx) error {
		return tx.PutHeartbeat(store.BoxID{Company: r.c, Box: r.box}, store.Heartbeat{Heard: r.now.UnixMicro(), Said: h})
	})
}

// later looks after a while, sends, and returns what was heard since the last time.
func (r *rig) later(d time.Duration) (events []string) {
	r.Helper()
	r.now = r.now.Add(d)
	if err := r.watch.Look(r.Context(), r.c); err != nil {
		r.Fatal(err)
	}
	if err := r.send.Turn(r.Context()); err != nil {
		r.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, m := range r.got {
		if !r.signed[i] || m.ID == "" || m.Place == "" && m.Event != watch.EventTest || m.Text.MN == "" || m.Text.EN == "" {
			r.Errorf("signed %t: %+v", r.signed[i], m)
		}
		events = append(events, m.Event+" "+m.State)
	}
	r.got, r.signed = nil, nil
	slices.Sort(events)
	return events
}

func (r *rig) want(got []string, want ...string) {
	r.Helper()
	if !slices.Equal(got, want) {
		r.Errorf("heard %v, want %v", got, want)
	}
}

// One message when something begins and one when it ends, however often it is looked at and by however many servers.
func TestToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		r.says(wire.Heartbeat{Shift: true})
		r.want(r.later(time.Minute))
		var all sync.WaitGroup
		r.now = r.now.Add(20 * time.Minute)
		for range 4 { // four servers at once
			all.Go(func() {
				w := watch.New(watch.Options{Store: r.store, Now: func() time.Time { return r.now }, Logger: slog.New(slog.DiscardHandler)})
				if err := w.Look(context.Background(), r.c); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		r.want(r.later(time.Minute), "till.silent began")
		r.want(r.later(time.Hour))
		r.says(wire.Heartbeat{Shift: true, Unsent: 2, Oldest: r.now.Add(-time.Hour).UnixMicro()})
		r.want(r.later(time.Second), "till.silent ended", "till.unsent began")
		r.says(wire.Heartbeat{Shift: true})
		r.want(r.later(time.Second), "till.unsent ended")
		for i := range 3 {
			r.says(wire.Heartbeat{Devices: []wire.Device{{Kind: "printer", Level: "fault", Code: "printer.paper"}}})
			if got := r.later(time.Second); i == 2 {
				r.want(got, "till.fault began")
			} else {
				r.want(got)
			}
			r.says(wire.Heartbeat{})
			r.want(r.later(time.Minute))
		}
		r.says(wire.Heartbeat{})
		r.want(r.later(25*time.Hour), "till.fault ended")
		if err := r.store.Read(t.Context(), func(tx *store.Tx) error {
			list, err := tx.TroubleList(r.c, 0, r.now.Add(time.Hour).UnixMicro(), 100)
			if len(list) != 6 || slices.ContainsFunc(list, func(x store.Trouble) bool { return x.Ended < x.Began }) {
				t.Errorf("the history is %+v", list)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Where a box is shut out or replaced, or the company does not want to know any more, what was wrong ends, and nobody is
// told that all is well.
func TestNotOver(t *testing.T) {
	rules := func(change func(*store.WatchRules)) func(*rig, *store.Tx) error {
		return func(r *rig, tx *store.Tx) error {
			rules := store.UsualRules()
			change(&rules)
			return tx.SetWatchRules(r.c, rules)
		}
	}
	state := func(s store.BoxState) func(*rig, *store.Tx) error {
		return func(r *rig, tx *store.Tx) error { return tx.SetBoxState(r.c, r.box, s) }
	}
	for name, c := range map[string]struct {
		change func(*rig, *store.Tx) error
		want   []string
	}{
		"revoked":                {change: state(store.BoxRevoked)},
		"replaced":               {change: state(store.BoxReplaced)},
		"no rule":                {change: rules(func(r *store.WatchRules) { r.Silent, r.Unsent = 0, 0 })},
		"silence is let be long": {change: rules(func(r *store.WatchRules) { r.Silent, r.Unsent = 10_000, 0 })},
		"sales may be late":      {change: rules(func(r *store.WatchRules) { r.Silent, r.Unsent = 0, 10_000 })},
		"all is well": {change: func(r *rig, tx *store.Tx) error {
			return tx.PutHeartbeat(store.BoxID{Company: r.c, Box: r.box}, store.Heartbeat{Heard: r.now.UnixMicro(), Said: wire.Heartbeat{Shift: true, Time: r.now.UnixMicro()}})
		}, want: []string{"till.silent ended", "till.unsent ended"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, t.TempDir()+"/baaz.db")
			r.says(wire.Heartbeat{Shift: true, Unsent: 2, Oldest: r.now.Add(-time.Hour).UnixMicro()})
			r.want(r.later(20*time.Minute), "till.silent began", "till.unsent began")
			r.now = r.now.Add(time.Minute)
			r.write(func(tx *store.Tx) error { return c.change(r, tx) })
			r.want(r.later(time.Second), c.want...)
			r.want(r.later(time.Minute))
			err := r.store.Read(t.Context(), func(tx *store.Tx) error {
				list, err := tx.TroubleList(r.c, 0, r.now.UnixMicro(), 100)
				if len(list) != 2 || slices.ContainsFunc(list, func(x store.Trouble) bool { return x.Ended == 0 }) {
					t.Errorf("the history is %+v", list)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A message that does not arrive is sent again, later and later, and given up in the end; a server that says 410 wants
// none any more.
func TestRetried(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		r.says(wire.Heartbeat{Shift: true})
		r.status = 500
		r.want(r.later(20*time.Minute), "till.silent began")
		r.want(r.later(10 * time.Second))
		r.want(r.later(time.Minute), "till.silent began")
		r.status = 204
		r.want(r.later(5*time.Minute), "till.silent began")
		r.want(r.later(48 * time.Hour))

		r.says(wire.Heartbeat{})
		r.want(r.later(time.Second), "till.silent ended")
		r.status = 500
		r.queue("till.unsent")
		tries := 0
		for range 400 {
			tries += len(r.later(time.Hour))
		}
		if tries != 13 {
			t.Errorf("it was sent %d times", tries)
		}
		r.queue("till.unsent")
		r.status = http.StatusGone
		r.want(r.later(time.Second), "till.unsent began")
		r.want(r.later(48 * time.Hour))
		r.status = 500
		r.queue(watch.EventTest)
		r.want(r.later(time.Second), "test began")
		r.want(r.later(48 * time.Hour)) // a test is tried once
		log := r.log()
		if len(log) < 1 || log[0].Status != 500 || log[0].Outcome != "refused" || log[0].Done == 0 {
			t.Errorf("the log says %d %s", log[0].Status, log[0].Outcome)
		}
	})
}

func (r *rig) queue(event string) {
	r.write(func(tx *store.Tx) error {
		hooks, err := tx.Webhooks(r.c)
		if err != nil {
			return err
		}
		body, err := json.Marshal(watch.Message{ID: "1", Event: event, State: "began", Place: "Сансар", Text: watch.Words{MN: "x", EN: "x"}})
		if err != nil {
			return err
		}
		return tx.Queue(r.c, hooks[0].Webhook, event, body, r.now.UnixMicro())
	})
}

func (r *rig) log() (list []store.Delivery) {
	r.Helper()
	err := r.store.Read(r.Context(), func(tx *store.Tx) error {
		hooks, err := tx.Webhooks(r.c)
		if err != nil {
			return err
		}
		list, err = tx.Deliveries(r.c, hooks[0].Webhook, 100)
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return list
}

// A fault is over when it has not come for the hours of the rules, not when it may come oftener.
func TestMayComeOftener(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	for range 3 {
		r.says(wire.Heartbeat{Devices: []wire.Device{{Kind: "printer", Level: "fault", Code: "printer.paper"}}})
		r.later(time.Minute)
		r.says(wire.Heartbeat{})
		r.later(time.Minute)
	}
	rules := store.UsualRules()
	rules.Repeats, rules.Silent = 50, 0
	r.write(func(tx *store.Tx) error { return tx.SetWatchRules(r.c, rules) })
	r.want(r.later(time.Minute))
	r.want(r.later(30 * time.Hour))
	open := 0
	if err := r.store.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.TroubleList(r.c, 0, r.now.UnixMicro(), 100)
		for _, x := range list {
			if x.Ended == 0 {
				open++
			}
		}
		return err
	}); err != nil || open != 0 {
		t.Errorf("%d are open, %v", open, err)
	}
}

// A webhook that does not answer holds up neither its company's others nor other companies, and its own messages wait for
// one timeout, not for one each.
func TestSilentReceiver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		r := newRig(t, dsn)
		asked, release := make(chan struct{}, 100), make(chan struct{})
		dead := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			asked <- struct{}{}
			select {
			case <-release:
			case <-req.Context().Done():
			}
			panic(http.ErrAbortHandler)
		}))
		defer dead.Close()
		var other store.Company
		r.write(func(tx *store.Tx) (err error) {
			id, err := tx.AddWebhook(r.c, store.Webhook{URL: dead.URL, Secret: secret, MadeBy: "test", Created: 2})
			if err != nil {
				return err
			}
			for range 20 {
				if err := tx.Queue(r.c, id, "till.silent", []byte("{}"), r.now.UnixMicro()); err != nil {
					return err
				}
			}
			return nil
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); r.send.Run(ctx) }()
		<-asked // it holds one request of its company
		r.write(func(tx *store.Tx) (err error) {
			if other, err = tx.AddCompany("Сансар", 1); err != nil {
				return err
			}
			hooks, err := tx.Webhooks(r.c)
			if err != nil {
				return err
			}
			id, err := tx.AddWebhook(other, store.Webhook{URL: hooks[0].URL, Secret: secret, MadeBy: "test", Created: 1})
			if err != nil {
				return err
			}
			return tx.Queue(other, id, watch.EventTest, []byte(`{"id":"other","event":"test"}`), r.now.UnixMicro())
		})
		r.send.Kick()
		for !r.heard("other") { // no end but the test's own: how long a turn takes is the machine's
			time.Sleep(time.Millisecond)
		}
		close(release)
		for r.tried("till.silent") < 20 {
			time.Sleep(time.Millisecond)
		}
		stop()
		<-ended
		if n := len(asked); n != 0 {
			t.Errorf("a receiver that does not answer was asked %d times more", n)
		}
	})
}

func (r *rig) heard(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.got, func(m watch.Message) bool { return m.ID == id })
}

// tried counts the messages of an event that have been tried once.
func (r *rig) tried(event string) (n int) {
	r.Helper()
	err := r.store.Read(r.Context(), func(tx *store.Tx) error {
		hooks, err := tx.Webhooks(r.c)
		for _, h := range hooks {
			list, err := tx.Deliveries(r.c, h.Webhook, 100)
			if err != nil {
				return err
			}
			for _, d := range list {
				if d.Event == event && d.Tries == 1 && d.Outcome != "" && d.Due > r.now.UnixMicro() {
					n++
				}
			}
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return n
}

// For a day after its secret was changed a webhook's messages carry both signatures.
func TestSecretChanged(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	var header string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) { header = req.Header.Get(watch.Signature) }))
	defer server.Close()
	body := []byte(`{"event":"test"}`)
	var hook store.Webhook
	r.write(func(tx *store.Tx) (err error) {
		hook = store.Webhook{URL: server.URL, Secret: secret, MadeBy: "test", Created: 2}
		hook.Webhook, err = tx.AddWebhook(r.c, hook)
		hook.Old, hook.Secret, hook.OldUntil = secret, []byte("another"), r.now.Add(24*time.Hour).UnixMicro()
		return errors.Join(err, tx.SetWebhookSecret(r.c, hook))
	})
	for _, want := range [][][]byte{{hook.Secret, secret}, {hook.Secret}} {
		r.write(func(tx *store.Tx) error { return tx.Queue(r.c, hook.Webhook, watch.EventTest, body, r.now.UnixMicro()) })
		if err := r.send.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		if header != watch.Sign(body, r.now, want...) {
			t.Errorf("signed %s, want %d signatures", header, len(want))
		}
		r.now = r.now.Add(24 * time.Hour)
	}
}

// Without being told to, nothing goes into a private network, whatever stands in the store.
func TestNothingGoesInside(t *testing.T) {
	r := newRig(t, t.TempDir()+"/baaz.db")
	r.send = watch.NewSender(watch.SenderOptions{Store: r.store, Now: func() time.Time { return r.now }, Logger: slog.New(slog.DiscardHandler)})
	r.queue(watch.EventTest)
	r.want(r.later(time.Second))
	if log := r.log(); len(log) != 1 || log[0].Outcome != "address" || log[0].Tries != 1 {
		t.Errorf("the log says %+v", log)
	}
}

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
