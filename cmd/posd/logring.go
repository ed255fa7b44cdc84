package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"posbox/ui"
)

// ringLength is how many records of the log the till remembers for its own page of them.
const ringLength = 2000

// maxAttr bounds one value of a remembered record: a stack is for the real log.
const maxAttr = 500

// ring is a slog.Handler that remembers the newest records and passes all on. What a person may not see never gets into
// it: attributes whose names sound like a secret are blotted out.
type ring struct {
	next   slog.Handler
	shared *ringRecords
	attrs  []slog.Attr
	prefix string
}

type ringRecords struct {
	mu   sync.Mutex
	list []ui.LogRecord // oldest first
}

func newRing(next slog.Handler) *ring { return &ring{next: next, shared: &ringRecords{}} }

// Enabled implements slog.Handler.
func (r *ring) Enabled(ctx context.Context, l slog.Level) bool { return r.next.Enabled(ctx, l) }

// Handle implements slog.Handler.
func (r *ring) Handle(ctx context.Context, rec slog.Record) error {
	kept := ui.LogRecord{At: rec.Time, Level: rec.Level.String(), Msg: clipped(rec.Message), Attrs: map[string]string{}}
	for _, a := range r.attrs {
		keep(kept.Attrs, "", a)
	}
	rec.Attrs(func(a slog.Attr) bool {
		keep(kept.Attrs, r.prefix, a)
		return true
	})
	r.shared.add(kept)
	return r.next.Handle(ctx, rec)
}

// WithAttrs implements slog.Handler.
func (r *ring) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *r
	c.next, c.attrs = r.next.WithAttrs(attrs), slices.Clone(r.attrs)
	for _, a := range attrs {
		a.Key = r.prefix + a.Key
		c.attrs = append(c.attrs, a)
	}
	return &c
}

// WithGroup implements slog.Handler.
func (r *ring) WithGroup(name string) slog.Handler {
	c := *r
	c.next, c.prefix = r.next.WithGroup(name), r.prefix+name+"."
	return &c
}

// newest returns at most so many records, newest first.
func (r *ring) newest(limit int) []ui.LogRecord {
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	list := slices.Clone(r.shared.list[max(0, len(r.shared.list)-limit):])
	slices.Reverse(list)
	return list
}

func (s *ringRecords) add(rec ui.LogRecord) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) >= 2*ringLength { // now and then, not for every record
		s.list = append([]ui.LogRecord(nil), s.list[len(s.list)-ringLength:]...)
	}
	s.list = append(s.list, rec)
}

// secrets are parts of the names of attributes that nobody may read.
var secrets = []string{"token", "password", "secret", "key", "hash"}

func keep(into map[string]string, prefix string, a slog.Attr) {
	name := prefix + a.Key
	if v := a.Value.Resolve(); v.Kind() == slog.KindGroup {
		for _, inner := range v.Group() {
			keep(into, name+".", inner)
		}
		return
	}
	lower := strings.ToLower(name)
	if slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(lower, s) }) {
		into[name] = "…"
		return
	}
	into[name] = clipped(a.Value.Resolve().String())
}

func clipped(s string) string {
	if r := []rune(s); len(r) > maxAttr {
		return string(r[:maxAttr]) + "…"
	}
	return strings.ToValidUTF8(s, "�")
}
