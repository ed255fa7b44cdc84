package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"

	"posbox/journal"
)

// WatchRules say from when on a company is told of its tills. 0: never.
type WatchRules struct {
	Silent  int64 // minutes without a word
	Resting bool  // also while no shift is open
	Unsent  int64 // minutes that a sale stays unsent
	Repeats int64 // how often a device's fault comes
	Hours   int64 // within so many hours
}

// UsualRules hold where a company has not said otherwise.
func UsualRules() WatchRules { return WatchRules{Silent: 15, Unsent: 30, Repeats: 3, Hours: 24} }

func (r WatchRules) row(c Company) []any {
	return []any{int64(c), r.Silent, bit(r.Resting), r.Unsent, r.Repeats, r.Hours}
}

func (t *Tx) rules(text string, args []any) (r WatchRules, err error) {
	var resting int64
	err = t.row(text, args, &r.Silent, &resting, &r.Unsent, &r.Repeats, &r.Hours)
	r.Resting = resting != 0
	return r, err
}

// WatchRules reads a company's rules.
func (t *Tx) WatchRules(c Company) (WatchRules, error) {
	r, err := t.rules(sqlWatchGet, []any{int64(c)})
	if errors.Is(err, ErrNone) {
		return UsualRules(), nil
	}
	return r, err
}

// LockWatch reads a company's rules and holds them until the transaction ends: who holds them judges its tills.
func (t *Tx) LockWatch(c Company) (WatchRules, error) {
	return t.rules(sqlWatchLock, UsualRules().row(c))
}

// SetWatchRules writes a company's rules.
func (t *Tx) SetWatchRules(c Company, r WatchRules) error { return t.exec(sqlWatchPut, r.row(c)...) }

// TroubleKind is what can be wrong with a box.
type TroubleKind string

// What can be wrong.
const (
	TroubleSilent TroubleKind = "silent" // nothing was heard of it
	TroubleUnsent TroubleKind = "unsent" // sales have not arrived
	TroubleDevice TroubleKind = "device" // a device does not work
	TroubleRepeat TroubleKind = "repeat" // the same fault has come too often
)

// Trouble is one thing that was wrong with a box.
type Trouble struct {
	Box   journal.Box
	Began int64
	Kind  TroubleKind
	Code  string // of a fault
	Point Point
	Ended int64 // 0: it still is
	Size  int64 // of unsent: sales; of repeat: times
	Since int64 // of silent: when it was heard of last; of unsent: when the oldest sale was made
}

func (r *Trouble) scan(scan func(...any) error) error {
	var box []byte
	err := scan(&box, &r.Began, (*string)(&r.Kind), &r.Code, (*int64)(&r.Point), &r.Ended, &r.Size, &r.Since)
	copy(r.Box[:], box)
	return err
}

func (t *Tx) troubles(text string, args ...any) (list []Trouble, err error) {
	return list, t.rows(text, args, func(scan func(...any) error) error {
		var r Trouble
		err := r.scan(scan)
		list = append(list, r)
		return err
	})
}

// Troubles returns what is wrong with a company's boxes, and what began since a moment.
func (t *Tx) Troubles(c Company, since int64) ([]Trouble, error) {
	return t.troubles(sqlTroubles, int64(c), since)
}

// TroubleList lists what was wrong before a moment, the newest first; point 0: at all of them.
func (t *Tx) TroubleList(c Company, p Point, before int64, limit int) ([]Trouble, error) {
	return t.troubles(sqlTroubleList, int64(c), int64(p), before, int64(limit))
}

// AddTrouble notes that something is wrong.
func (t *Tx) AddTrouble(c Company, r Trouble) error {
	return t.exec(sqlTroubleAdd, int64(c), r.Box[:], r.Began, string(r.Kind), r.Code, int64(r.Point), r.Ended, r.Size, r.Since)
}

// EndTrouble notes that it is over.
func (t *Tx) EndTrouble(c Company, r Trouble, at int64) error {
	return t.exec(sqlTroubleEnd, int64(c), r.Box[:], r.Began, string(r.Kind), r.Code, at)
}

// Webhook is an address of a company's that is told.
type Webhook struct {
	Webhook int64
	URL     string
	Secret  []byte
	MadeBy  string
	Created int64
	// Old is the secret before: what is sent before OldUntil carries its signature, too.
	Old      []byte
	OldUntil int64
}

// someID is an id by chance that fits 53 bits, so that a browser can count on it.
func someID() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:])>>11) | 1
}

// AddWebhook makes one and returns its id.
func (t *Tx) AddWebhook(c Company, w Webhook) (int64, error) {
	id := someID()
	return id, t.exec(sqlWebhookAdd, int64(c), id, w.URL, w.Secret, w.MadeBy, w.Created)
}

// Webhooks lists a company's webhooks.
func (t *Tx) Webhooks(c Company) (list []Webhook, err error) {
	return list, t.rows(sqlWebhooks, []any{int64(c)}, func(scan func(...any) error) error {
		var w Webhook
		var old string
		err := scan(&w.Webhook, &w.URL, &w.Secret, &w.MadeBy, &w.Created, &old, &w.OldUntil)
		w.Old = []byte(old)
		list = append(list, w)
		return err
	})
}

// SetWebhookSecret gives a webhook another secret; the one before goes on signing until a moment.
func (t *Tx) SetWebhookSecret(c Company, w Webhook) error {
	return t.exec(sqlWebhookSecret, int64(c), w.Webhook, w.Secret, string(w.Old), w.OldUntil)
}

// DropWebhook forgets one, and what was to be sent there.
func (t *Tx) DropWebhook(c Company, id int64) error {
	if err := t.exec(sqlDeliveriesOf, int64(c), id); err != nil {
		return err
	}
	return t.exec(sqlWebhookGone, int64(c), id)
}

// Delivery is a message for a webhook.
type Delivery struct {
	Delivery int64
	Webhook  int64
	Event    string
	Body     []byte
	Created  int64
	Due      int64
	Tries    int64
	Done     int64  // 0: it is to be sent
	Status   int64  // HTTP, answered last
	Outcome  string // what went wrong the last time; empty: nothing
}

func (d *Delivery) scan(scan func(...any) error) error {
	return scan(&d.Delivery, &d.Webhook, &d.Event, &d.Body, &d.Created, &d.Due, &d.Tries, &d.Done, &d.Status, &d.Outcome)
}

// Queue puts a message for a webhook into the queue.
func (t *Tx) Queue(c Company, webhook int64, event string, body []byte, now int64) error {
	return t.exec(sqlDeliveryAdd, int64(c), someID(), webhook, event, body, now)
}

// DueCompanies lists the companies that have something to be sent.
func (t *Tx) DueCompanies(now int64) (list []Company, err error) {
	return list, t.rows(sqlDeliveryCompanies, []any{now}, func(scan func(...any) error) error {
		var c Company
		err := scan((*int64)(&c))
		list = append(list, c)
		return err
	})
}

// TakeDue takes at most limit messages of a company that are to be sent, until a moment: no other server takes them before.
func (t *Tx) TakeDue(c Company, now, until int64, limit int) (list []Delivery, err error) {
	var found []Delivery
	err = t.rows(sqlDeliveriesDue, []any{int64(c), now, int64(limit)}, func(scan func(...any) error) error {
		var d Delivery
		err := d.scan(scan)
		found = append(found, d)
		return err
	})
	for _, d := range found {
		var id int64
		switch taken := t.row(sqlDeliveryTake, []any{int64(c), d.Delivery, d.Due, until}, &id); {
		case taken == nil:
			list = append(list, d)
		case !errors.Is(taken, ErrNone):
			return nil, taken
		}
	}
	return list, err
}

// Sent notes how sending a message went.
func (t *Tx) Sent(c Company, d Delivery) error {
	return t.exec(sqlDeliverySent, int64(c), d.Delivery, d.Due, d.Tries, d.Done, d.Status, d.Outcome)
}

// Deliveries lists a webhook's messages, the newest first.
func (t *Tx) Deliveries(c Company, webhook int64, limit int) (list []Delivery, err error) {
	return list, t.rows(sqlDeliveries, []any{int64(c), webhook, int64(limit)}, func(scan func(...any) error) error {
		var d Delivery
		err := d.scan(scan)
		list = append(list, d)
		return err
	})
}

// QueuedSince counts the messages of an event that were queued for a webhook since a moment.
func (t *Tx) QueuedSince(c Company, webhook int64, event string, since int64) (n int64, err error) {
	return n, t.row(sqlDeliveriesSince, []any{int64(c), webhook, event, since}, &n)
}

// ForgetDeliveries drops messages that were done with before a moment.
func (t *Tx) ForgetDeliveries(c Company, before int64) error {
	return t.exec(sqlDeliveriesOld, int64(c), before)
}
