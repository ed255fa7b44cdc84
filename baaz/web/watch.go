package web

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// Messenger sends messages to companies' webhooks.
type Messenger interface {
	// Check refuses an address to which nothing is sent.
	Check(url string) error
	// Test is a message that only tries a webhook.
	Test(c store.Company, name, id string) ([]byte, error)
	// Kick says that something waits to be sent.
	Kick()
}

// watchRoutes are about what is wrong with tills, and who is told.
func watchRoutes() []route {
	const company = "/api/companies/{company}"
	const hook = company + "/webhooks/{webhook}"
	unknown := []fault.Code{fault.WebhookUnknown}
	return []route{
		{method: "GET", path: company + "/troubles", door: doorCompany, right: who.RightLook, do: answers((*Server).troubles),
			summary: "What was wrong with the tills, the newest first", about: "silent and unsent by the company's rules; device: a device's fault, from its beginning to its end; repeat: the same fault, once too often.",
			query: []param{{name: "point", what: "only of this point; 0: of all", most: math.MaxInt64},
				{name: "before", what: "only what began before this moment, UTC µs", most: math.MaxInt64, otherwise: math.MaxInt64}, limited(100, 1000)}},
		{method: "GET", path: company + "/watch", door: doorCompany, right: who.RightLook, do: answers((*Server).watchRules), summary: "From when on the company is told of its tills"},
		{method: "POST", path: company + "/watch", door: doorCompany, right: who.RightTills, do: takes((*Server).setWatchRules), summary: "Change from when on the company is told"},
		{method: "GET", path: company + "/webhooks", door: doorCompany, right: who.RightTills, do: answers((*Server).webhooks), summary: "Addresses that are told"},
		{method: "POST", path: company + "/webhooks", door: doorCompany, right: who.RightTills, do: takes((*Server).addWebhook),
			summary: "Let an address be told; its secret is told once, here", about: aboutWebhooks, faults: []fault.Code{fault.WebhookAddress, fault.WebhookMost}},
		{method: "DELETE", path: hook, door: doorCompany, right: who.RightTills, do: answers((*Server).dropWebhook), summary: "Tell an address no more", faults: unknown},
		{method: "POST", path: hook + "/test", door: doorCompany, right: who.RightTills, do: answers((*Server).testWebhook),
			summary: "Send a message that only tries whether it arrives", about: "Once, at once; how it went stands in the deliveries. Ten an hour.", faults: append(unknown, fault.WebhookTests)},
		{method: "POST", path: hook + "/secret", door: doorCompany, right: who.RightTills, do: answers((*Server).newSecret),
			summary: "Another secret; it is told once, here", about: "For a day messages carry the old one's signature as well.", faults: unknown},
		{method: "GET", path: hook + "/deliveries", door: doorCompany, right: who.RightTills, do: answers((*Server).deliveries),
			summary: "What was sent there, the newest first", about: "A month back.", query: []param{limited(50, 500)}, faults: unknown},
	}
}

const aboutWebhooks = "Each message is a `POST` of JSON, once when something begins and once when it is over (never where the till was shut out or the rule switched off meanwhile): `id`, `incident`, `event` (till.silent, till.unsent, till.fault, test), " +
	"`state` (began, ended), `at`, company, point, box, `text` in both languages. `Posbox-Signature: t=UNIX,v1=HEX` is the HMAC-SHA256, with the secret as it is written, of the time, " +
	"a full stop and the body; for a day after the secret was changed a second `v1` is the old one's: refuse what fits none and what is older than five minutes. Answer 2xx within ten seconds; else it comes again, later and later, for three days. The same `id` may come twice."

// TroubleView is one thing that was wrong with a box.
type TroubleView struct {
	Box   string            `json:"box"`
	Point store.Point       `json:"point"`
	Kind  store.TroubleKind `json:"kind"`
	Code  string            `json:"code"` // of a device's fault
	Text  string            `json:"text"`
	Began time.Time         `json:"began"`
	Ended *time.Time        `json:"ended"` // null: it still is
	Size  int64             `json:"size"`  // of unsent: sales; of repeat: times
	Since *time.Time        `json:"since"` // of silent: when it was heard of last; of unsent: when the oldest sale was made
}

// TroublesAnswer lists what was wrong.
type TroublesAnswer struct {
	Troubles []TroubleView `json:"troubles"`
}

// moment is a time that may not be there.
func moment(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	at := time.UnixMicro(micros).UTC()
	return &at
}

func (s *Server) troubles(c *call) (a TroublesAnswer, err error) {
	a.Troubles = []TroubleView{}
	lang := langOf(c.Request)
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := tx.TroubleList(c.company, store.Point(c.number("point")), c.number("before"), int(c.number("limit")))
		for _, r := range rows {
			v := TroubleView{Box: r.Box.String(), Point: r.Point, Kind: r.Kind, Code: r.Code, Began: time.UnixMicro(r.Began).UTC(), Ended: moment(r.Ended), Size: r.Size, Since: moment(r.Since)}
			if r.Code != "" {
				v.Text, _ = (&fault.Error{Code: fault.Code(r.Code)}).Say(lang)
			}
			a.Troubles = append(a.Troubles, v)
		}
		return err
	})
}

// WatchBody says from when on a company is told. 0: never.
type WatchBody struct {
	Silent  int64 `json:"silent"`  // minutes without a word while a shift is open
	Resting bool  `json:"resting"` // also while none is
	Unsent  int64 `json:"unsent"`  // minutes that a sale stays unsent
	Repeats int64 `json:"repeats"` // how often a device's fault comes
	Hours   int64 `json:"hours"`   // within so many hours
}

// Bounds of the rules: a till speaks every minute, and nobody wants to know after a week.
const (
	leastMinutes, mostMinutes = 5, 7 * 24 * 60
	leastRepeats, mostRepeats = 2, 100
	leastHours, mostHours     = 1, 7 * 24
)

func (s *Server) watchRules(c *call) (b WatchBody, err error) {
	return b, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rules, err := tx.WatchRules(c.company)
		b = WatchBody(rules)
		return err
	})
}

func (s *Server) setWatchRules(c *call, in WatchBody) (WatchBody, error) {
	for _, x := range []struct {
		name               string
		value, least, most int64
		never              bool
	}{{"silent", in.Silent, leastMinutes, mostMinutes, true}, {"unsent", in.Unsent, leastMinutes, mostMinutes, true},
		{"repeats", in.Repeats, leastRepeats, mostRepeats, true}, {"hours", in.Hours, leastHours, mostHours, false}} {
		if (x.value != 0 || !x.never) && (x.value < x.least || x.value > x.most) {
			return in, fault.New(fault.RequestMalformed, "detail", fmt.Sprintf("%s is not between %d and %d", x.name, x.least, x.most))
		}
	}
	return in, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		if err := sells(tx, c.company); err != nil {
			return err
		}
		if err := tx.SetWatchRules(c.company, store.WatchRules(in)); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "watch.changed", "", fmt.Sprintf("silent %d, unsent %d, %d in %d h", in.Silent, in.Unsent, in.Repeats, in.Hours))
	})
}

// WebhookView is an address that is told.
type WebhookView struct {
	Webhook int64         `json:"webhook"`
	URL     string        `json:"url"`
	MadeBy  string        `json:"made_by"`
	Created time.Time     `json:"created"`
	Last    *DeliveryView `json:"last"` // null: nothing was sent there in the last month
}

// WebhooksAnswer lists them.
type WebhooksAnswer struct {
	Webhooks []WebhookView `json:"webhooks"`
}

func (s *Server) webhooks(c *call) (a WebhooksAnswer, err error) {
	a.Webhooks = []WebhookView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := tx.Webhooks(c.company)
		if err != nil {
			return err
		}
		for _, r := range rows {
			v := WebhookView{Webhook: r.Webhook, URL: r.URL, MadeBy: r.MadeBy, Created: time.UnixMicro(r.Created).UTC()}
			last, err := tx.Deliveries(c.company, r.Webhook, 1)
			if err != nil {
				return err
			}
			for _, d := range last {
				one := deliveryView(d)
				v.Last = &one
			}
			a.Webhooks = append(a.Webhooks, v)
		}
		return nil
	})
}

// WebhookBody names an address.
type WebhookBody struct {
	URL string `json:"url"`
}

// WebhookMade is a webhook, with the secret that signs what is sent there.
type WebhookMade struct {
	Webhook int64  `json:"webhook"`
	Secret  string `json:"secret"`
}

// maxWebhooks bounds the addresses of a company.
const maxWebhooks = 10

func (s *Server) addWebhook(c *call, in WebhookBody) (m WebhookMade, err error) {
	if s.o.Messenger == nil {
		return m, fault.New(fault.NotFound)
	}
	if err := s.o.Messenger.Check(in.URL); err != nil {
		return m, fault.Wrap(err, fault.WebhookAddress)
	}
	m.Secret = newWebhookSecret()
	return m, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		if err := sells(tx, c.company); err != nil {
			return err
		}
		have, err := tx.Webhooks(c.company)
		if err != nil {
			return err
		}
		if len(have) >= maxWebhooks {
			return fault.New(fault.WebhookMost, "most", strconv.Itoa(maxWebhooks))
		}
		if m.Webhook, err = tx.AddWebhook(c.company, store.Webhook{URL: in.URL, Secret: []byte(m.Secret), MadeBy: c.who.Name, Created: s.micros()}); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "webhook.made", in.URL, "")
	})
}

// newWebhookSecret makes 192 bits by chance, in hex.
func newWebhookSecret() string {
	random := make([]byte, 24)
	rand.Read(random)
	return hex.EncodeToString(random)
}

// oldSecret is how long the secret before still signs: whoever looks after the receiver changes it there within a day.
const oldSecret = 24 * time.Hour

func (s *Server) newSecret(c *call) (m WebhookMade, err error) {
	m.Secret = newWebhookSecret()
	return m, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		w, err := s.webhook(tx, c)
		if err != nil {
			return err
		}
		m.Webhook = w.Webhook
		w.Old, w.OldUntil, w.Secret = w.Secret, s.o.Now().Add(oldSecret).UnixMicro(), []byte(m.Secret)
		if err := tx.SetWebhookSecret(c.company, w); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "webhook.secret", w.URL, "")
	})
}

// webhook finds the webhook of the path.
func (s *Server) webhook(tx *store.Tx, c *call) (store.Webhook, error) {
	id, err := c.id("webhook", fault.WebhookUnknown)
	if err != nil {
		return store.Webhook{}, err
	}
	all, err := tx.Webhooks(c.company)
	if err != nil {
		return store.Webhook{}, err
	}
	i := slices.IndexFunc(all, func(w store.Webhook) bool { return w.Webhook == id })
	if i < 0 {
		return store.Webhook{}, fault.New(fault.WebhookUnknown)
	}
	return all[i], nil
}

func (s *Server) dropWebhook(c *call) (Done, error) {
	return Done{true}, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		w, err := s.webhook(tx, c)
		if err != nil {
			return err
		}
		if err := tx.DropWebhook(c.company, w.Webhook); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "webhook.dropped", w.URL, "")
	})
}

// mostTests bounds the tests of a webhook within an hour: a button must not make BAAZ a hammer on somebody's server.
const mostTests = 10

// eventTest is what a test is called (watch.EventTest).
const eventTest = "test"

func (s *Server) testWebhook(c *call) (Done, error) {
	if s.o.Messenger == nil {
		return Done{}, fault.New(fault.NotFound)
	}
	random := make([]byte, 12)
	rand.Read(random)
	err := s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		w, err := s.webhook(tx, c)
		if err != nil {
			return err
		}
		if n, err := tx.QueuedSince(c.company, w.Webhook, eventTest, s.o.Now().Add(-time.Hour).UnixMicro()); err != nil {
			return err
		} else if n >= mostTests {
			return fault.New(fault.WebhookTests, "most", strconv.Itoa(mostTests))
		}
		name, err := tx.CompanyName(c.company)
		if err != nil {
			return err
		}
		body, err := s.o.Messenger.Test(c.company, name, hex.EncodeToString(random))
		if err != nil {
			return err
		}
		if err := tx.Queue(c.company, w.Webhook, eventTest, body, s.micros()); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "webhook.tested", w.URL, "")
	})
	if err == nil {
		s.o.Messenger.Kick()
	}
	return Done{true}, err
}

// DeliveryView is a message that was sent, or is to be.
type DeliveryView struct {
	Event   string    `json:"event"`
	Created time.Time `json:"created"`
	// State: waiting (for its next try), arrived, or lost (nobody tries any more).
	State   string     `json:"state"`
	Tries   int64      `json:"tries"`
	Status  int64      `json:"status"`  // HTTP, answered last; 0: nothing was
	Outcome string     `json:"outcome"` // what went wrong: refused, address, name, timeout, connection; empty: nothing
	Next    *time.Time `json:"next"`    // when it is tried again
	Body    string     `json:"body"`
}

// DeliveriesAnswer lists them.
type DeliveriesAnswer struct {
	Deliveries []DeliveryView `json:"deliveries"`
}

func deliveryView(d store.Delivery) DeliveryView {
	v := DeliveryView{Event: d.Event, Created: time.UnixMicro(d.Created).UTC(), State: "waiting", Tries: d.Tries, Status: d.Status, Outcome: d.Outcome, Body: string(d.Body)}
	switch {
	case d.Done == 0:
		v.Next = moment(d.Due)
	case d.Outcome == "":
		v.State = "arrived"
	default:
		v.State = "lost"
	}
	return v
}

func (s *Server) deliveries(c *call) (a DeliveriesAnswer, err error) {
	a.Deliveries = []DeliveryView{}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		w, err := s.webhook(tx, c)
		if err != nil {
			return err
		}
		rows, err := tx.Deliveries(c.company, w.Webhook, int(c.number("limit")))
		for _, d := range rows {
			a.Deliveries = append(a.Deliveries, deliveryView(d))
		}
		return err
	})
}
