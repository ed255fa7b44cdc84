package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/fault"
	"posbox/wire"
)

// KeyLife is how long a connection key may be used.
const KeyLife = 7 * 24 * time.Hour

// AddKey makes it possible to join a point once with a connection key, which must be random, until the moment that it
// returns. What also does belongs to it: to the same transaction.
func (i *Ingest) AddKey(ctx context.Context, c store.Company, p store.Point, key wire.Key, also ...func(*store.Tx) error) (time.Time, error) {
	name, proof := wire.KeyName(key), wire.KeyProof(key)
	expires := i.now().Add(KeyLife)
	row := store.KeyRow{Company: c, Hash: name[:], Proof: proof[:], Point: p, Expires: expires.UnixMicro()}
	return expires, i.store.Write(ctx, func(tx *store.Tx) error {
		for _, fn := range also {
			if err := fn(tx); err != nil {
				return err
			}
		}
		return tx.AddKey(row, i.micros())
	})
}

// Join lets a box join the point of its connection key. The same box gets the same answer again, for an answer may be
// lost; errors are faults.
func (i *Ingest) Join(ctx context.Context, j wire.Join) (answer wire.Joined, err error) {
	name, public, err := j.Names()
	if err != nil {
		return answer, fault.Wrap(err, fault.JoinMalformed)
	}
	err = i.store.Write(ctx, func(tx *store.Tx) (err error) {
		answer, err = i.join(tx, j, name, public)
		return err
	})
	return answer, err
}

func (i *Ingest) join(tx *store.Tx, j wire.Join, name, public []byte) (answer wire.Joined, err error) {
	now := i.micros()
	box := journal.BoxOf(public)
	k, err := tx.LockKey(name)
	if errors.Is(err, store.ErrNone) || err == nil && !j.Proves(k.Proof) {
		return answer, fault.New(fault.KeyUnknown)
	}
	switch {
	case err != nil:
		return answer, err
	case k.Used != 0 && string(k.Box) == string(box[:]):
		return answer, json.Unmarshal(k.Joined, &answer)
	case k.Used != 0:
		return answer, fault.New(fault.KeyUsed)
	case now > k.Expires:
		return answer, fault.New(fault.KeyExpired)
	}
	if answer, err = i.admit(tx, k, public, now); err != nil {
		return answer, err
	}
	answer.Sign(i.key, k.Proof)
	k.Used, k.Box = now, box[:]
	if k.Joined, err = json.Marshal(answer); err != nil {
		return answer, err
	}
	if err := tx.Audit(k.Company, store.AuditRow{At: now, Who: "box " + box.String(), Action: "box.joined", Subject: answer.PointName, Detail: joinedAs(answer)}); err != nil {
		return answer, err
	}
	return answer, tx.UseKey(k)
}

// joinedAs says in the audit whether a box is the point's first or takes another's place.
func joinedAs(j wire.Joined) string {
	if j.Previous == "" {
		return fmt.Sprintf("epoch %d", j.Epoch)
	}
	return fmt.Sprintf("epoch %d, in place of %s", j.Epoch, j.Previous)
}

// admit gives the point to the box. The box that had it keeps its voice: it is only marked.
func (i *Ingest) admit(tx *store.Tx, k store.KeyRow, public []byte, now int64) (answer wire.Joined, err error) {
	box := journal.BoxOf(public)
	p, err := tx.LockPoint(k.Company, k.Point)
	if err != nil {
		return answer, err
	}
	company, err := tx.CompanyName(k.Company)
	if err != nil {
		return answer, err
	}
	answer = wire.Joined{Box: box.String(), Company: uint64(k.Company), CompanyName: company, Point: uint64(p.Point), PointName: p.Name,
		Epoch: p.Epoch + 1, NextShift: int(p.NextShift), Time: now}
	if len(p.Box) > 0 && string(p.Box) != string(box[:]) {
		if err := i.replace(tx, k.Company, journal.Box(p.Box), &answer, now); err != nil {
			return answer, err
		}
	}
	owner, err := tx.PutBox(k.Company, public, k.Point, answer.Epoch, now)
	if err != nil {
		return answer, err
	}
	if owner != k.Company {
		return answer, fault.New(fault.BoxElsewhere)
	}
	return answer, tx.TakePoint(k.Company, k.Point, answer.Epoch, box)
}

// replace marks the box that had the point before.
func (i *Ingest) replace(tx *store.Tx, c store.Company, old journal.Box, answer *wire.Joined, now int64) error {
	row, err := tx.LockBox(c, old, now)
	if err != nil {
		return err
	}
	answer.Previous, answer.Seq, answer.Hash = old.String(), row.Seq, row.Hash
	if row.State == store.BoxRevoked || row.Point != store.Point(answer.Point) {
		return nil
	}
	return tx.SetBoxState(c, old, store.BoxReplaced)
}
