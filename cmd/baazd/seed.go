package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/seed"
	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/uplink"
)

// seedCompany makes a company that has sold: by itself through the ingest, with -url as boxes do it, over HTTP.
func seedCompany(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	s, err := openFolder(ctx, f)
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := ingest.New(ctx, s, time.Now)
	if err != nil {
		return err
	}
	shop, err := seed.Open(ctx, s, registers.New(registers.Options{Store: s, Now: time.Now}), f.plan, time.Now())
	if errors.Is(err, seed.ErrOther) {
		return fmt.Errorf("%w: %w; name another -company", errUsage, err)
	}
	if err != nil {
		return err
	}
	defer shop.Close()
	tell := newProgress(stdout, f.plan.Lines, len(shop.Points))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	failed := make([]error, len(shop.Points))
	for n := range shop.Points {
		all.Go(func() {
			if f.url != "" {
				failed[n] = sendHistory(ctx, s, in, shop, n, f.url, tell)
			} else {
				failed[n] = shop.Fill(ctx, s, in, n, func(sales, lines int) { tell.note(n, sales, lines) })
			}
			if failed[n] != nil {
				stop()
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	tell.end()
	return nil
}

// progress says once a second how far all tills have come.
type progress struct {
	mu           sync.Mutex
	w            io.Writer
	most         int
	begun, said  time.Time
	before       int // lines that were there before
	sales, lines []int
	started      []bool
}

func newProgress(w io.Writer, most, tills int) *progress {
	now := time.Now()
	return &progress{w: w, most: most, begun: now, said: now, sales: make([]int, tills), lines: make([]int, tills), started: make([]bool, tills)}
}

func sumOf(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// note takes in how far a till has come. What it says first was there before.
func (p *progress) note(till, sales, lines int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.started[till] {
		p.started[till], p.before = true, p.before+lines
	}
	p.sales[till], p.lines[till] = sales, lines
	if time.Since(p.said) >= time.Second {
		p.said = time.Now()
		fmt.Fprintf(p.w, "baazd: seed %d of %d lines, %.0f lines/s\n", sumOf(p.lines), p.most, p.rate())
	}
}

func (p *progress) rate() float64 {
	return float64(sumOf(p.lines)-p.before) / max(time.Since(p.begun).Seconds(), 1e-3)
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.w, "baazd: seeded %d lines in %d sales; %d of them now, in %.1f s, %.0f lines/s\n", sumOf(p.lines), sumOf(p.sales),
		sumOf(p.lines)-p.before, time.Since(p.begun).Seconds(), p.rate())
}

// sendHistory has a till send its history by the real uplink, and returns when BAAZ has signed for all of it.
func sendHistory(ctx context.Context, s *store.Store, in *ingest.Ingest, shop *seed.Shop, n int, url string, tell *progress) error {
	t, err := shop.Till(n)
	if err != nil {
		return err
	}
	st, err := seed.Stands(ctx, s, shop.Company, t.Box)
	if err != nil {
		return err
	}
	h := &history{Memory: uplink.NewMemory(st.Seq), till: t}
	wish := uplink.Wish{Address: url}
	if st.Joined != nil {
		err = h.Tell(ctx, *st.Joined)
	} else {
		if _, err := h.take(1); err != nil { // its first record: nothing is sold before it has joined
			return err
		}
		wish.Key, err = seed.NewKey(ctx, in, shop.Company, shop.Points[n])
	}
	if err != nil {
		return err
	}
	u := uplink.New(uplink.Options{Log: h, Key: t.Key, Membership: h.membership, Wish: func() uplink.Wish { return wish }, Version: "simulated",
		Logger: slog.New(slog.DiscardHandler), MaxWait: 2 * time.Second})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go u.Run(ctx)
	return h.sent(ctx, func(sales, lines int) { tell.note(n, sales, lines) }, u)
}

// history is a month of one shop. It implements uplink.Log.
type history struct {
	*uplink.Memory
	till *seed.Till

	mu     sync.Mutex
	sold   [][2]int // sales and lines up to each record
	joined *event.BoxJoined
	whole  bool // the month is over
}

// take adds the till's next records, and reports whether there were any.
func (h *history) take(most int) (more bool, err error) {
	list, err := h.till.Next(most)
	if err != nil || len(list) == 0 {
		return false, err
	}
	sales, lines := h.till.Sold()
	h.mu.Lock()
	defer h.mu.Unlock()
	for range list {
		h.sold = append(h.sold, [2]int{sales, lines})
	}
	h.Append(list...)
	return true, nil
}

// sent waits until BAAZ has everything.
func (h *history) sent(ctx context.Context, told func(sales, lines int), u *uplink.Uplink) error {
	for {
		acked, err := h.Cursor("")
		if err != nil {
			return err
		}
		acked = max(acked, u.Status().Acked) // the cursor moves in steps: the last records may be no step
		h.mu.Lock()
		all := journal.Seq(len(h.sold))
		var sold [2]int
		if acked > 0 {
			sold = h.sold[min(acked, all)-1]
		}
		done := h.whole && acked >= all
		h.mu.Unlock()
		told(sold[0], sold[1])
		if done {
			return nil
		}
		if status := u.Status(); status.State == uplink.Stopped {
			return fmt.Errorf("BAAZ refuses the simulated till: %s", status.Code)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (h *history) membership() uplink.Membership {
	h.mu.Lock()
	defer h.mu.Unlock()
	return uplink.Membership{Joined: h.joined}
}

// Report implements uplink.Log.
func (h *history) Report(_ context.Context, _ string, seq journal.Seq, _ ...event.Fact) error {
	h.Sent(seq)
	return nil
}

// Tell implements uplink.Log: once the till has joined it sells its month.
func (h *history) Tell(_ context.Context, facts ...event.Fact) error {
	for _, f := range facts {
		joined, ok := f.(event.BoxJoined)
		if !ok {
			continue
		}
		if err := h.till.Join(joined); err != nil {
			return err
		}
		h.mu.Lock()
		h.joined = &joined
		h.mu.Unlock()
		for more := true; more; {
			var err error
			if more, err = h.take(500); err != nil {
				return err
			}
		}
		h.mu.Lock()
		h.whole = true
		h.mu.Unlock()
	}
	return nil
}

var _ uplink.Log = (*history)(nil)
