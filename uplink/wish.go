package uplink

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"posbox/pos/fault"
	"posbox/wire"
)

// Wished says that BAAZ may wish something of this box, or have a return of another till for it.
func (p *Pulse) Wished() {
	for _, c := range []chan struct{}{p.news, p.wish} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Serve does what BAAZ wishes until ctx ends. What fails is wished again with the next heartbeat.
func (p *Pulse) Serve(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wish:
		}
		if err := p.serve(ctx); err != nil && ctx.Err() == nil {
			p.o.Logger.Warn("BAAZ was not given the logs that it wants", "err", err)
		}
	}
}

func (p *Pulse) serve(ctx context.Context) error {
	m := p.o.Membership()
	if m.Joined == nil || p.o.Logs == nil {
		return nil
	}
	to, err := parseAddress(m.Joined, p.o.Wish())
	if err != nil {
		return err
	}
	w, err := p.asked(ctx, to)
	if err != nil || w.Logs == "" {
		return err
	}
	file, err := p.o.Logs(ctx, w.Logs, w.By)
	if err != nil {
		return err
	}
	if len(file) > wire.MaxLogs {
		return errors.New("uplink: the logs are too large to be sent")
	}
	text, status, after, err := p.send(ctx, to, http.MethodPost, wire.LogsTarget(w.Logs, file), file)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return refused(status, text, after)
	}
	return nil
}

// asked asks what BAAZ wishes. Only what it has signed now counts: an old wish that somebody has kept does not.
func (p *Pulse) asked(ctx context.Context, to baaz) (w wire.Wish, err error) {
	if p.stamp.last() == 0 {
		if err := p.setTime(ctx, to); err != nil {
			return w, err
		}
	}
	text, status, after, err := p.send(ctx, to, http.MethodGet, wire.WishTarget, nil)
	if err != nil {
		return w, err
	}
	if status != http.StatusOK {
		return w, refused(status, text, after)
	}
	if err := json.Unmarshal(text, &w); err != nil || !w.SignedBy(to.key, p.box) {
		return wire.Wish{}, &trouble{code: fault.UplinkStranger, cause: errors.New("a wish that BAAZ has not signed")}
	}
	if w.Time < p.stamp.last()-wire.RequestLife.Microseconds() {
		return wire.Wish{}, &trouble{code: fault.UplinkStranger, cause: errors.New("an old wish")}
	}
	p.stamp.hear(w.Time)
	return w, nil
}
