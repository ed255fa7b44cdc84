package ingest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// identity is what never changes of a box: its id follows from its key, and it never goes to another company.
type identity struct {
	company store.Company
	key     ed25519.PublicKey
}

// knownMost bounds how many boxes' identities are remembered.
const knownMost = 200_000

// Knows reports whether a box's identity is at hand, so that proving it costs the store nothing.
func (i *Ingest) Knows(b journal.Box) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	_, ok := i.known[b]
	return ok
}

// identify finds out who a box is; fault.BoxUnknown where it has never joined.
func (i *Ingest) identify(ctx context.Context, b journal.Box) (id identity, err error) {
	i.mu.Lock()
	id, ok := i.known[b]
	i.mu.Unlock()
	if ok {
		return id, nil
	}
	err = i.store.Read(ctx, func(tx *store.Tx) (err error) {
		if id.company, err = tx.BoxCompany(b); err != nil {
			return err
		}
		id.key, err = tx.BoxKey(id.company, b)
		return err
	})
	if errors.Is(err, store.ErrNone) {
		return identity{}, fault.New(fault.BoxUnknown)
	}
	if err != nil {
		return identity{}, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.known) >= knownMost {
		clear(i.known)
	}
	i.known[b] = id
	return id, nil
}

// gone tells a box that is remembered and not in the store that it is unknown, as any server would that starts now: the
// database may have gone back to before the box joined, because another has taken over from the one that it wrote to.
func (i *Ingest) gone(b journal.Box, err error) error {
	if !errors.Is(err, store.ErrNone) && fault.CodeOf(err) != fault.BoxUnknown {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.known, b)
	return fault.Wrap(err, fault.BoxUnknown)
}

// Prove finds out which box has signed a request. Errors are faults: box.unknown, request.signature, and request.stale,
// where the box has signed it but at another time; then it is told all the same.
func (i *Ingest) Prove(ctx context.Context, r wire.Signed) (store.BoxID, error) {
	claim, err := wire.ReadClaim(r.Header)
	if err != nil {
		return store.BoxID{}, fault.Wrap(err, fault.RequestSignature)
	}
	id, err := i.identify(ctx, claim.Box)
	if err != nil {
		return store.BoxID{}, err
	}
	who := store.BoxID{Company: id.company, Box: claim.Box}
	switch err := claim.Proved(r, i.key.Public().(ed25519.PublicKey), id.key, i.micros()); {
	case errors.Is(err, wire.ErrStale):
		return who, fault.Wrap(err, fault.RequestStale)
	case err != nil:
		return store.BoxID{}, fault.Wrap(err, fault.RequestSignature)
	}
	return who, nil
}

// Hear keeps what a box says of itself. A box that another has replaced still speaks: it may have sales to send.
func (i *Ingest) Hear(ctx context.Context, who store.BoxID, said wire.Heartbeat) error {
	news := false
	err := i.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Box(who.Company, who.Box)
		if errors.Is(err, store.ErrNone) {
			return fault.New(fault.BoxUnknown)
		}
		if err != nil {
			return err
		}
		if row.State == store.BoxRevoked {
			return fault.New(fault.BoxRevoked)
		}
		before, err := tx.Heartbeat(who)
		if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		// Who was silent for long is news whatever it says.
		news = err != nil || before.Said.Gist() != said.Gist() || i.micros()-before.Heard > quiet
		return tx.PutHeartbeat(who, store.Heartbeat{Heard: i.micros(), Said: said})
	})
	if err != nil {
		return i.gone(who.Box, err)
	}
	if i.Heard != nil {
		i.Heard(who.Company, news)
	}
	return nil
}

// quiet is how long a box is silent, µs, before it is news that it speaks: people were told that it is offline.
const quiet = int64(2 * time.Minute / time.Microsecond)
