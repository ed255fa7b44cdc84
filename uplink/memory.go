package uplink

import (
	"context"
	"slices"
	"sync"

	"posbox/journal"
)

// Memory is a journal in memory, as far as the uplink reads one: that of a made-up shop or a simulated box. Its owner adds to it
// what it wants sent. Its methods may be called from any goroutine.
type Memory struct {
	mu      sync.Mutex
	records []journal.Record
	sent    journal.Seq
	changed chan struct{} // closed when records come
}

// NewMemory makes an empty journal of which BAAZ has the records up to sent already.
func NewMemory(sent journal.Seq) *Memory { return &Memory{sent: sent, changed: make(chan struct{})} }

// Copy returns the journal as it is now; the two share nothing.
func (m *Memory) Copy() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Memory{records: slices.Clone(m.records), sent: m.sent, changed: make(chan struct{})}
}

// Append adds records, which follow from those that are there.
func (m *Memory) Append(records ...journal.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = append(m.records, records...)
	close(m.changed)
	m.changed = make(chan struct{})
}

// Head returns the newest record; one of sequence 0 where there is none.
func (m *Memory) Head() (r journal.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.records); n > 0 {
		r = m.records[n-1]
	}
	return r
}

// Sent notes that BAAZ has the records up to seq.
func (m *Memory) Sent(seq journal.Seq) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = max(m.sent, seq)
}

// Records implements Log.
func (m *Memory) Records(after journal.Seq, limit int) ([]journal.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if after >= journal.Seq(len(m.records)) {
		return nil, nil
	}
	return slices.Clone(m.records[after:min(int(after)+limit, len(m.records))]), nil
}

// Wait implements Log.
func (m *Memory) Wait(ctx context.Context, after journal.Seq) error {
	for {
		m.mu.Lock()
		there, changed := after < journal.Seq(len(m.records)), m.changed
		m.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Cursor implements Log.
func (m *Memory) Cursor(string) (journal.Seq, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent, nil
}
