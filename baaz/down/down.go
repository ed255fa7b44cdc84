// Package down hands master data to the boxes: which scopes are a box's own, snapshots to start, pages of changes after,
// and one stream a box that only nudges. wire/README.md says how.
//
// Who asks has proved which box it is (baaz/ingest). A box that has its sales point sees the scopes of its company, its
// location and its point, and nothing else; errors are faults: box.revoked, box.replaced, scope.foreign.
package down

import (
	"context"
	"crypto/ed25519"
	"errors"
	"sync"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// Down hands master data out. Its methods may be called from any goroutine.
type Down struct {
	store *store.Store
	key   ed25519.PrivateKey
	now   func() time.Time
	hub   hub

	mu       sync.Mutex
	building map[wire.Scope]*build
	pages    map[pageKey]*packed
}

// New reads the key that signs BAAZ's answers.
func New(ctx context.Context, s *store.Store, now func() time.Time) (*Down, error) {
	key, err := s.SigningKey(ctx)
	return &Down{store: s, key: key, now: now, building: map[wire.Scope]*build{}, pages: map[pageKey]*packed{},
		hub: hub{streams: map[wire.Scope]map[*stream]bool{}, boxes: map[journal.Box]*stream{}}}, err
}

// member is a box that may ask.
type member struct {
	box     journal.Box
	company store.Company
	scopes  []wire.Scope // its own, widest first
}

func (m member) may(s wire.Scope) bool {
	for _, own := range m.scopes {
		if own == s {
			return true
		}
	}
	return false
}

// member reads what a box may see now.
func (d *Down) member(tx *store.Tx, c store.Company, box journal.Box) (member, error) {
	row, err := tx.Box(c, box)
	if errors.Is(err, store.ErrNone) { // the database has gone back to before it joined
		return member{}, fault.New(fault.BoxUnknown)
	}
	if err != nil {
		return member{}, err
	}
	switch row.State {
	case store.BoxRevoked:
		return member{}, fault.New(fault.BoxRevoked)
	case store.BoxReplaced:
		return member{}, fault.New(fault.BoxReplaced)
	}
	point, err := tx.MasterPoint(c, row.Point)
	if err != nil {
		return member{}, err
	}
	m := member{box: box, company: c, scopes: []wire.Scope{wire.CompanyScope(uint64(c))}}
	if point.Location != "" {
		m.scopes = append(m.scopes, wire.GroupScope(uint64(c), point.Location))
	}
	m.scopes = append(m.scopes, wire.PointScope(uint64(c), uint64(row.Point)))
	return m, nil
}

// with runs fn for a box that may ask; with a scope, only if that is its own.
func (d *Down) with(ctx context.Context, who store.BoxID, scope *wire.Scope, fn func(*store.Tx, member) error) error {
	return d.store.Read(ctx, func(tx *store.Tx) error {
		m, err := d.member(tx, who.Company, who.Box)
		if err != nil {
			return err
		}
		if scope != nil && !m.may(*scope) {
			return fault.New(fault.ScopeForeign)
		}
		return fn(tx, m)
	})
}

// Scopes tells a box which scopes are its own and how new they are.
func (d *Down) Scopes(ctx context.Context, who store.BoxID) (s wire.Scopes, err error) {
	err = d.with(ctx, who, nil, func(tx *store.Tx, m member) error {
		s = wire.Scopes{Box: m.box.String(), Time: d.now().UnixMicro()}
		for _, scope := range m.scopes {
			row, err := tx.Scope(m.company, scope.String())
			if err != nil {
				return err
			}
			s.Scopes = append(s.Scopes, wire.ScopeState{Scope: scope, Version: row.Version})
		}
		return nil
	})
	if err == nil {
		s.Sign(d.key)
	}
	return s, err
}
