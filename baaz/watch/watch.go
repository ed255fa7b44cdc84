package watch

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"posbox/baaz/store"
)

// Options of what watches.
type Options struct {
	Store  *store.Store
	Now    func() time.Time
	Logger *slog.Logger
	// Changed is told that a company's troubles are others now. It must not wait. May be nil.
	Changed func(store.Company)
	// Queued is told that something is to be sent. It must not wait. May be nil.
	Queued func()
	// Every is how often all companies are looked at: 1 min. Settle is how long one that has said something waits: 2 s.
	Every, Settle time.Duration
}

// Watcher looks at companies' tills.
type Watcher struct {
	o Options

	mu      sync.Mutex
	touched map[store.Company]bool
	wake    chan struct{}
}

// New makes a watcher; Run makes it work.
func New(o Options) *Watcher {
	if o.Every == 0 {
		o.Every = time.Minute
	}
	if o.Settle == 0 {
		o.Settle = 2 * time.Second
	}
	return &Watcher{o: o, touched: map[store.Company]bool{}, wake: make(chan struct{}, 1)}
}

// Touch notes that a company's tills have said something. It never waits.
func (w *Watcher) Touch(c store.Company) {
	w.mu.Lock()
	w.touched[c] = true
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run looks until ctx ends.
func (w *Watcher) Run(ctx context.Context) {
	every := time.NewTicker(w.o.Every)
	defer every.Stop()
	for {
		var list []store.Company
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			list = w.all(ctx)
		case <-w.wake:
			if !sleep(ctx, w.o.Settle) {
				return
			}
			list = w.take()
		}
		for _, c := range list {
			if err := w.Look(ctx, c); err != nil && ctx.Err() == nil {
				w.o.Logger.Warn("a company's tills could not be looked at", "company", c, "err", err)
			}
		}
	}
}

func (w *Watcher) take() (list []store.Company) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.touched {
		list = append(list, c)
	}
	clear(w.touched)
	return list
}

func (w *Watcher) all(ctx context.Context) (list []store.Company) {
	err := w.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.Companies()
		return err
	})
	if err != nil && ctx.Err() == nil {
		w.o.Logger.Warn("companies could not be listed", "err", err)
	}
	return list
}

// sleep waits; it reports whether ctx still goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Look judges a company's tills now. Most of the time nothing has changed: then nothing is locked and nothing written.
func (w *Watcher) Look(ctx context.Context, c store.Company) error {
	changed := false
	err := w.o.Store.Read(ctx, func(tx *store.Tx) error {
		rules, err := tx.WatchRules(c)
		if err != nil {
			return err
		}
		begin, end, _, err := w.judge(tx, c, rules)
		changed = len(begin)+len(end) > 0
		return err
	})
	if err != nil || !changed {
		return err
	}
	queued := false
	err = w.o.Store.Write(ctx, func(tx *store.Tx) (err error) {
		queued, changed, err = w.note(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	if changed && w.o.Changed != nil {
		w.o.Changed(c)
	}
	if queued && w.o.Queued != nil {
		w.o.Queued()
	}
	return nil
}

// judge judges by what stands in the store.
func (w *Watcher) judge(tx *store.Tx, c store.Company, rules store.WatchRules) (begin, end []store.Trouble, tills []Till, err error) {
	now := w.o.Now().UnixMicro()
	if tills, err = Tills(tx, c); err != nil {
		return nil, nil, nil, err
	}
	known, err := tx.Troubles(c, now-rules.Hours*int64(time.Hour/time.Microsecond))
	if err != nil {
		return nil, nil, nil, err
	}
	begin, end = Judge(rules, now, tills, known)
	return begin, end, tills, nil
}

// Tills reads a company's boxes that sell.
func Tills(tx *store.Tx, c store.Company) (list []Till, err error) {
	boxes, err := tx.BoxList(c)
	if err != nil || len(boxes) == 0 {
		return nil, err
	}
	said, err := tx.Heartbeats(c)
	for _, b := range boxes {
		if b.State != store.BoxActive {
			continue
		}
		t := Till{Box: b.Box, Point: b.Point, Heard: b.Seen}
		if h, ok := said[b.Box]; ok {
			t.Said, t.Heard = &h, max(t.Heard, h.Heard)
		}
		list = append(list, t)
	}
	return list, err
}

// note writes down what has changed, and queues what is told of it. Another server may have done so meanwhile: then
// nothing is left to do.
func (w *Watcher) note(tx *store.Tx, c store.Company) (queued, changed bool, err error) {
	rules, err := tx.LockWatch(c)
	if err != nil {
		return false, false, err
	}
	begin, end, tills, err := w.judge(tx, c, rules)
	if err != nil {
		return false, false, err
	}
	hooks, err := tx.Webhooks(c)
	if err != nil {
		return false, false, err
	}
	now := w.o.Now().UnixMicro()
	for _, t := range begin {
		if err := tx.AddTrouble(c, t); err != nil {
			return false, false, err
		}
	}
	tell := slices.Clone(begin)
	for _, t := range end {
		if err := tx.EndTrouble(c, t, now); err != nil {
			return false, false, err
		}
		if t.Ended = now; Over(rules, now, tills, t) {
			tell = append(tell, t)
		}
	}
	for _, t := range tell {
		if !Told(t.Kind) || len(hooks) == 0 {
			continue
		}
		queued = true
		if err := queue(tx, c, hooks, t, now); err != nil {
			return false, false, err
		}
	}
	return queued, len(begin)+len(end) > 0, nil
}
