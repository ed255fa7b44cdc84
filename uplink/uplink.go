// Package uplink is the box's side of talking to BAAZ: it joins, and sends the journal's records up as they are.
//
// At once when BAAZ answers, again after a while when it does not, and when the seller presses send. What BAAZ has is
// known from its signed head alone, never from what was sent: a lost answer costs one batch sent twice, a portal or a
// proxy in between can acknowledge nothing, and a BAAZ that was restored from a backup gets again what it lost. Nothing
// here can keep the till from selling.
package uplink

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/wire"
)

// Log is the journal as the uplink needs it.
type Log interface {
	Records(after journal.Seq, limit int) ([]journal.Record, error)
	Wait(ctx context.Context, after journal.Seq) error
	Cursor(follower string) (journal.Seq, error)
	// Report advances the cursor; Tell writes facts.
	Report(ctx context.Context, follower string, seq journal.Seq, facts ...event.Fact) error
	Tell(ctx context.Context, facts ...event.Fact) error
}

// Membership is what the journal says about box and BAAZ.
type Membership struct {
	Joined   *event.BoxJoined // nil: never
	Replaced bool             // it has learned that another box has its point
}

// Wish is what somebody asked for: to join at an address with a connection key. An address alone says where BAAZ is now.
type Wish struct {
	Address string
	Key     wire.Key // the zero value: none
}

// Options of an uplink.
type Options struct {
	Log        Log
	Key        ed25519.PrivateKey
	Membership func() Membership
	Wish       func() Wish
	Version    string
	Logger     *slog.Logger
	// HTTP carries the requests; nil: a client of its own.
	HTTP http.RoundTripper
	// Authentic is told each time that BAAZ has signed. May be nil.
	Authentic func(time.Time)
	// Changed is called when Status has changed. May be nil.
	Changed func()
	// FirstWait and MaxWait bound the wait after a failure: 1 s and 5 min. It doubles in between, with jitter, so that
	// boxes do not come back all at once. StopWait is after how long what only a person can mend is tried again: 10 min.
	FirstWait, MaxWait, StopWait time.Duration
	// HeadEvery is how often a box that has nothing to send asks all the same how much BAAZ has: 15 min. BAAZ may have lost
	// some, to a backup or to a database that another took over from, and a box that has sold its last would never learn.
	HeadEvery time.Duration
	// Timeout of one request: 30 s.
	Timeout time.Duration
}

// State says what the uplink does.
type State string

// States of an uplink.
const (
	Off     State = "off"     // never joined, and nobody has asked for it
	Joining State = "joining" // asked to join, and not there yet
	Online  State = "online"
	Waiting State = "waiting" // BAAZ could not be reached; tried again by itself
	Stopped State = "stopped" // only a person can mend it
)

// Status is how far the uplink has come.
type Status struct {
	State  State
	Code   fault.Code  // why it waits or is stopped
	Acked  journal.Seq // newest record that BAAZ is known to have
	Unsent int         // sales that it is not known to have
	Next   time.Time   // when it tries again; zero: at once
	Anew   Anew
}

// Anew is why a wish to join by another key has not come about, while the box goes on where it had joined before.
type Anew struct {
	Code    fault.Code // "": there is no such wish, or it has not been tried yet
	Refused bool       // by BAAZ: it is not tried again
}

// name is the follower's cursor: how much BAAZ has acknowledged.
const name = "uplink"

// Uplink talks to BAAZ.
type Uplink struct {
	o      Options
	box    journal.Box
	client *http.Client
	kick   chan struct{}

	mu     sync.Mutex
	status Status
	seen   journal.Seq   // how far the journal has been looked through
	sales  []journal.Seq // sales after Acked, as far as seen

	stamp stamp

	// Of Run alone.
	acked  journal.Seq
	stored journal.Seq // the cursor
	hash   journal.Hash
	limit  int // records a batch
	// aside is up to where BAAZ has put aside what contradicts the history that it has.
	aside journal.Seq
	// refused is a wish that BAAZ did not want, while the box is a member by another key.
	refused Wish
	// retry is after how long a wish that BAAZ has not answered is tried again, while the box is a member by another key.
	retry time.Duration
}

// Bounds of a batch: small enough for a slow line, large enough for one flush over there to be nothing.
const (
	batchRecords = 500
	batchRaw     = 1 << 20
	// storeEvery is after how many acknowledged records the cursor is stored; it is only a hint for the next start.
	storeEvery = 64
)

// New makes an uplink; Run starts it.
func New(o Options) *Uplink {
	setDefault(&o.FirstWait, time.Second)
	setDefault(&o.MaxWait, 5*time.Minute)
	setDefault(&o.StopWait, 10*time.Minute)
	setDefault(&o.HeadEvery, 15*time.Minute)
	setDefault(&o.Timeout, 30*time.Second)
	if o.HTTP == nil {
		o.HTTP = &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 2, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 15 * time.Second, ForceAttemptHTTP2: true}
	}
	u := &Uplink{o: o, box: journal.BoxOf(o.Key.Public().(ed25519.PublicKey)), kick: make(chan struct{}, 1), limit: batchRecords, stamp: stamp{key: o.Key}}
	// A portal's redirect is not followed: what stands there is not BAAZ.
	u.client = &http.Client{Transport: o.HTTP, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return u
}

func setDefault(d *time.Duration, v time.Duration) {
	if *d == 0 {
		*d = v
	}
}

// Status returns how far it has come.
func (u *Uplink) Status() Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}

// Unsent lists the newest sales that BAAZ is not known to have, oldest first, at most limit.
func (u *Uplink) Unsent(limit int) []journal.Seq {
	u.mu.Lock()
	defer u.mu.Unlock()
	from := max(0, len(u.sales)-limit)
	return append([]journal.Seq(nil), u.sales[from:]...)
}

// Lag is how much BAAZ is not known to have.
type Lag struct {
	Sales   int
	Oldest  time.Time // when the first of them was made, by the box's clock; zero: there is none
	Records int64     // of all kinds
}

// Lag tells how much BAAZ is not known to have.
func (u *Uplink) Lag() Lag {
	u.mu.Lock()
	l := Lag{Sales: len(u.sales), Records: int64(u.seen) - int64(min(u.status.Acked, u.seen))}
	var first journal.Seq
	if l.Sales > 0 {
		first = u.sales[0]
	}
	u.mu.Unlock()
	if first == 0 {
		return l
	}
	if records, err := u.o.Log.Records(first-1, 1); err == nil && len(records) == 1 {
		l.Oldest = time.UnixMicro(records[0].Time)
	}
	return l
}

// Send tries at once, whatever the uplink waits for.
func (u *Uplink) Send() {
	select {
	case u.kick <- struct{}{}:
	default:
	}
}

// trouble ends a round: why, and how long to wait at least.
type trouble struct {
	code  fault.Code
	stop  bool          // only a person can mend it
	after time.Duration // asked for by BAAZ
	cause error
}

// Error implements error.
func (t *trouble) Error() string {
	if t.cause == nil {
		return string(t.code)
	}
	return string(t.code) + ": " + t.cause.Error()
}

// Unwrap returns the cause.
func (t *trouble) Unwrap() error { return t.cause }

// Run talks to BAAZ until ctx ends.
func (u *Uplink) Run(ctx context.Context) {
	watched := make(chan struct{})
	go func() { defer close(watched); u.watch(ctx) }()
	defer func() { <-watched }()
	if seq, err := u.o.Log.Cursor(name); err == nil {
		u.acked, u.stored = seq, seq
	}
	wait, warned := u.o.FirstWait, fault.Code("")
	for ctx.Err() == nil {
		before := u.acked
		err := u.round(ctx)
		if ctx.Err() != nil {
			return
		}
		if u.acked > before {
			wait, warned = u.o.FirstWait, ""
		}
		if errors.Is(err, errAnew) {
			continue
		}
		var t *trouble
		if !errors.As(err, &t) {
			t = &trouble{code: fault.UplinkUnreachable, cause: err}
		}
		if t.code != warned && t.code != "" { // once, not at every try
			u.o.Logger.Warn("BAAZ", "err", t)
			warned = t.code
		}
		pause := jitter(wait)
		switch {
		case t.code == "": // nothing to do until somebody asks
			pause = u.o.StopWait
		case t.stop:
			if pause = u.o.StopWait; u.retry > 0 {
				pause = jitter(u.retry)
			}
			u.become(Stopped, t.code, pause)
		default:
			pause = max(pause, min(t.after, u.o.MaxWait))
			u.become(Waiting, t.code, pause)
			wait = min(2*wait, u.o.MaxWait)
		}
		if u.sleep(ctx, pause) {
			wait = u.o.FirstWait
		}
	}
}

// jitter is between the half of a wait and all of it, so that boxes do not come back all at once.
func jitter(wait time.Duration) time.Duration { return wait/2 + rand.N(wait/2+1) }

// sleep waits, until somebody presses send; it reports that.
func (u *Uplink) sleep(ctx context.Context, d time.Duration) (pressed bool) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-u.kick:
		return true
	}
	return false
}

// become changes what Status says.
func (u *Uplink) become(s State, c fault.Code, wait time.Duration) {
	u.mu.Lock()
	was := u.status
	if s == Waiting && (was.State == Joining || was.State == Off) {
		s = Joining
	}
	u.status.State, u.status.Code, u.status.Next = s, c, time.Time{}
	if wait > 0 {
		u.status.Next = time.Now().Add(wait)
	}
	changed := was.State != s || was.Code != c
	u.mu.Unlock()
	if changed && u.o.Changed != nil {
		u.o.Changed()
	}
}

// round joins where that is asked for, then sends until something keeps it from it.
func (u *Uplink) round(ctx context.Context) error {
	m, wish := u.o.Membership(), u.o.Wish()
	switch {
	case m.Joined == nil:
		joined, err := u.joinFirst(ctx, wish)
		if err != nil {
			return err
		}
		m = Membership{Joined: joined}
	case wish.of(m.Joined):
		u.say(Anew{}, 0)
	case wish != u.refused:
		if joined := u.joinAnew(ctx, wish); joined != nil {
			m = Membership{Joined: joined}
		}
	}
	baaz, err := parseAddress(m.Joined, wish)
	if err != nil {
		return err
	}
	head, err := u.askHead(ctx, baaz)
	if err != nil {
		return err
	}
	if err = u.believe(ctx, head); err == nil {
		u.become(Online, "", 0)
		err = u.send(ctx, baaz)
	}
	if t := new(trouble); errors.As(err, &t) && (t.code == fault.BoxForked || t.code == fault.BoxRestored) {
		return u.sendAside(ctx, baaz, t)
	}
	return err
}

// send sends everything there is, and then whatever comes.
func (u *Uplink) send(ctx context.Context, baaz baaz) error {
	for {
		batch, err := u.batch(u.acked)
		if err != nil {
			return err
		}
		if len(batch) == 0 && u.o.Membership().Replaced {
			return &trouble{code: fault.BoxReplaced, stop: true} // all that it had to say is there
		}
		if len(batch) == 0 {
			if err := u.await(ctx); err != nil {
				return err
			}
			continue
		}
		head, _, err := u.postSome(ctx, baaz, batch)
		if err != nil {
			return err
		}
		if err := u.believe(ctx, head); err != nil {
			return err
		}
		if err := standing(head); err != nil {
			return err
		}
	}
}

// postSome posts records, fewer of them where BAAZ does not want so many at once; it returns those that it has posted.
func (u *Uplink) postSome(ctx context.Context, baaz baaz, batch []journal.Record) (wire.Head, []journal.Record, error) {
	for {
		head, err := u.post(ctx, baaz, batch)
		var t *trouble
		if errors.As(err, &t) && t.code == fault.BatchTooLarge && len(batch) > 1 {
			u.limit = max(1, len(batch)/2)
			batch = batch[:u.limit]
			continue
		}
		if err == nil {
			u.limit = min(batchRecords, 2*u.limit)
		}
		return head, batch, err
	}
}

// batch returns the next records to send behind one of them; none where that is the last.
func (u *Uplink) batch(after journal.Seq) ([]journal.Record, error) {
	records, err := u.o.Log.Records(after, u.limit)
	if err != nil {
		return nil, err
	}
	size := 0
	for i, r := range records {
		if size += wire.RawSize(r); size > batchRaw && i > 0 {
			return records[:i], nil
		}
	}
	return records, nil
}

// errAnew ends a round because the next one should begin: somebody pressed send, or wants to join elsewhere, or it is
// time to try that again, or to ask how much BAAZ has.
var errAnew = errors.New("uplink: begin anew")

// await waits for the next record.
func (u *Uplink) await(ctx context.Context) error {
	wait, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	due := time.NewTimer(u.dueIn())
	go func() {
		defer due.Stop()
		select {
		case <-u.kick:
			cancel(errAnew)
		case <-due.C:
			cancel(errAnew)
		case <-wait.Done():
		}
	}()
	err := u.o.Log.Wait(wait, u.acked)
	if errors.Is(context.Cause(wait), errAnew) {
		return errAnew
	}
	return err
}

// dueIn is when a box that has nothing to send begins anew.
func (u *Uplink) dueIn() time.Duration {
	head := u.o.HeadEvery*3/4 + rand.N(u.o.HeadEvery/4+1)
	if u.retry > 0 {
		return min(head, jitter(u.retry))
	}
	return head
}

// standing turns a head that is not simply "taken" into what to do about it.
func standing(h wire.Head) error {
	switch {
	case h.Status == http.StatusOK, h.Status == http.StatusPreconditionFailed: // a gap: go on from the head
		return nil
	case h.Status == http.StatusConflict:
		return &trouble{code: fault.BoxForked, stop: true}
	case h.Standing == wire.Revoked:
		return &trouble{code: fault.BoxRevoked, stop: true}
	}
	return &trouble{code: fault.BoxReplaced, stop: true}
}

// believe takes in a head that BAAZ has signed, after holding it against the box's own journal.
func (u *Uplink) believe(ctx context.Context, h wire.Head) error {
	if h.Standing == wire.Revoked {
		return &trouble{code: fault.BoxRevoked, stop: true}
	}
	if h.Status != http.StatusConflict {
		if err := u.holdAgainst(h); err != nil {
			return err
		}
	}
	if h.Status != http.StatusConflict {
		u.acknowledge(ctx, h.Seq)
	}
	return u.hear(ctx, h)
}

// hear takes in what a head says whether or not it is in this box's journal: the time, and that another box has the point.
func (u *Uplink) hear(ctx context.Context, h wire.Head) error {
	u.stamp.hear(h.Time)
	if u.o.Authentic != nil {
		u.o.Authentic(time.UnixMicro(h.Time))
	}
	if h.Standing == wire.Replaced && !u.o.Membership().Replaced {
		return u.o.Log.Tell(ctx, event.BoxReplaced{})
	}
	return nil
}

// holdAgainst finds out whether BAAZ's head is in this box's journal. If it lies beyond its end, the journal is an old
// copy of itself; if another record stands there, two boxes speak with one name.
func (u *Uplink) holdAgainst(h wire.Head) error {
	if h.Seq == 0 {
		return nil
	}
	own, err := u.o.Log.Records(h.Seq-1, 1)
	switch {
	case err != nil:
		return err
	case len(own) == 0:
		return &trouble{code: fault.BoxRestored, stop: true}
	case own[0].Hash != h.Hash:
		return &trouble{code: fault.BoxForked, stop: true}
	}
	return nil
}

// acknowledge remembers how much BAAZ has.
func (u *Uplink) acknowledge(ctx context.Context, seq journal.Seq) {
	u.mu.Lock()
	back := seq < u.acked
	u.acked, u.status.Acked = seq, seq
	if back {
		u.seen, u.sales = seq, nil // BAAZ has lost some: they are unsent again, and watch counts them
	}
	u.drop()
	u.mu.Unlock()
	if back {
		u.o.Logger.Warn("BAAZ holds less than it did; sending again", "head", seq)
	}
	if u.o.Changed != nil {
		u.o.Changed()
	}
	if seq < u.stored+storeEvery {
		return
	}
	if err := u.o.Log.Report(ctx, name, seq); err != nil {
		u.o.Logger.Warn("cursor not stored", "err", err)
		return
	}
	u.stored = seq
}

// drop forgets the sales that BAAZ has.
func (u *Uplink) drop() {
	n := 0
	for n < len(u.sales) && u.sales[n] <= u.status.Acked {
		n++
	}
	u.sales = u.sales[n:]
	u.status.Unsent = len(u.sales)
}

// watch keeps the list of unsent sales.
func (u *Uplink) watch(ctx context.Context) {
	if seq, err := u.o.Log.Cursor(name); err == nil {
		u.mu.Lock()
		u.seen, u.status.Acked = max(u.seen, seq), max(u.status.Acked, seq)
		u.mu.Unlock()
	}
	for ctx.Err() == nil {
		u.mu.Lock()
		seen := u.seen
		u.mu.Unlock()
		records, err := u.o.Log.Records(seen, 500)
		if err == nil && len(records) == 0 {
			err = u.o.Log.Wait(ctx, seen)
		}
		if err != nil {
			if !u.sleepOnly(ctx, time.Second) {
				return
			}
			continue
		}
		u.note(seen, records)
	}
}

// sleepOnly waits, whoever presses what.
func (u *Uplink) sleepOnly(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// note adds the sales among records read after seen.
func (u *Uplink) note(seen journal.Seq, records []journal.Record) {
	u.mu.Lock()
	if u.seen != seen { // BAAZ went back meanwhile
		u.mu.Unlock()
		return
	}
	before := u.status.Unsent
	for _, r := range records {
		if u.seen = r.Seq; r.Kind == string(event.KindSaleCompleted) && r.Seq > u.status.Acked {
			u.sales = append(u.sales, r.Seq)
		}
	}
	u.drop()
	changed := u.status.Unsent != before
	u.mu.Unlock()
	if changed && u.o.Changed != nil {
		u.o.Changed()
	}
}
