// Package down hands master data to the boxes: which scopes are a box's own, snapshots to start, pages of changes after,
// and one stream a box that only nudges. wire/README.md says how.
//
// Who asks must be a box that has its sales point, by a request signed with its own key; it sees the scopes of its
// company, its location and its point, and nothing else.
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

// admit finds out who asks, on the transaction's snapshot. Errors are faults: request.signature, request.stale,
// box.unknown, box.revoked, box.replaced.
func (d *Down) admit(tx *store.Tx, r wire.Signed) (member, error) {
	claim, err := wire.ReadClaim(r.Header)
	if err != nil {
		return member{}, fault.Wrap(err, fault.RequestSignature)
	}
	c, err := tx.BoxCompany(claim.Box)
	if errors.Is(err, store.ErrNone) {
		return member{}, fault.New(fault.BoxUnknown)
	}
	if err != nil {
		return member{}, err
	}
	key, err := tx.BoxKey(c, claim.Box)
	if err != nil {
		return member{}, err
	}
	switch err := claim.Proved(r, d.key.Public().(ed25519.PublicKey), key, d.now().UnixMicro()); {
	case errors.Is(err, wire.ErrStale):
		return member{}, fault.Wrap(err, fault.RequestStale)
	case err != nil:
		return member{}, fault.Wrap(err, fault.RequestSignature)
	}
	return d.member(tx, c, claim.Box)
}

// member reads what a box may see now.
func (d *Down) member(tx *store.Tx, c store.Company, box journal.Box) (member, error) {
	row, err := tx.Box(c, box)
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
func (d *Down) with(ctx context.Context, r wire.Signed, scope *wire.Scope, fn func(*store.Tx, member) error) error {
	return d.store.Read(ctx, func(tx *store.Tx) error {
		m, err := d.admit(tx, r)
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
func (d *Down) Scopes(ctx context.Context, r wire.Signed) (s wire.Scopes, err error) {
	err = d.with(ctx, r, nil, func(tx *store.Tx, m member) error {
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
