package uplinktest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"

	"posbox/wire"
)

// Shelf keeps master data in memory, every row as it came. It implements uplink.Keeper; its methods may be called from any
// goroutine.
type Shelf struct {
	mu     sync.Mutex
	scopes map[wire.Scope]*shelved
	// Snapshots and Pages count what was taken.
	Snapshots, Pages int
}

type shelved struct {
	at   wire.Position
	rows map[string]wire.Row
}

// ErrAnew is what the shelf says of a page that does not follow.
var ErrAnew = errors.New("uplinktest: the page does not follow")

// Position implements uplink.Keeper.
func (s *Shelf) Position(scope wire.Scope) wire.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.scopes[scope]; x != nil {
		return x.at
	}
	return wire.Position{}
}

// Own implements uplink.Keeper.
func (s *Shelf) Own(scopes []wire.Scope) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.scopes, func(scope wire.Scope, _ *shelved) bool { return !slices.Contains(scopes, scope) })
	return nil
}

// Replace implements uplink.Keeper.
func (s *Shelf) Replace(_ context.Context, snap wire.Snapshot, rows *wire.Rows) error {
	x := &shelved{wire.Position{Version: snap.Version, Chain: snap.Chain, Time: snap.Time}, map[string]wire.Row{}}
	for {
		r, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		r.Body = bytes.Clone(r.Body)
		x.rows[r.Key()] = r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scopes == nil {
		s.scopes = map[wire.Scope]*shelved{}
	}
	s.scopes[snap.Scope] = x
	s.Snapshots++
	return nil
}

// Apply implements uplink.Keeper.
func (s *Shelf) Apply(_ context.Context, p wire.Page) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.scopes[p.Scope]
	if x == nil || x.at.Version != p.After {
		return ErrAnew
	}
	for _, r := range p.Rows {
		if x.rows[r.Key()] = r; r.Gone {
			delete(x.rows, r.Key())
		}
	}
	x.at = wire.Position{Version: p.Last(), Chain: p.Chain, Time: p.Time}
	s.Pages++
	return nil
}

// Bytes returns a scope's rows as a snapshot has them.
func (s *Shelf) Bytes(scope wire.Scope) (b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.scopes[scope]
	if x == nil {
		return nil
	}
	for _, k := range slices.Sorted(maps.Keys(x.rows)) {
		b = x.rows[k].Append(b)
	}
	return b
}

// Scopes lists what the shelf holds.
func (s *Shelf) Scopes() (list []wire.Scope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for scope := range s.scopes {
		list = append(list, scope)
	}
	return list
}
