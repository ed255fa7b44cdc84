package seed

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/wire"
)

// Ingest takes in what tills send.
type Ingest interface {
	AddKey(ctx context.Context, c store.Company, p store.Point, key wire.Key, also ...func(*store.Tx) error) (time.Time, error)
	Join(ctx context.Context, j wire.Join) (wire.Joined, error)
	Take(ctx context.Context, b journal.Box, body []byte) (wire.Head, error)
}

// NewKey makes a connection key of a point.
func NewKey(ctx context.Context, in Ingest, c store.Company, p store.Point) (wire.Key, error) {
	random := make([]byte, wire.KeyBytes)
	rand.Read(random)
	key := wire.NewKey(random)
	_, err := in.AddKey(ctx, c, p, key)
	return key, err
}

// atOnce is how many records go in a batch: a few hundred sales, far below what a batch may hold.
const atOnce = 1000

// Fill has a till sell to its end and hands everything to BAAZ, batch by batch: no more than that is in memory. told is
// called after each batch with how many sales and lines the till has made.
func (shop *Shop) Fill(ctx context.Context, s *store.Store, in Ingest, n int, told func(sales, lines int)) error {
	t, err := shop.Till(n)
	if err != nil {
		return err
	}
	st, err := Stands(ctx, s, shop.Company, t.Box)
	if err != nil {
		return err
	}
	if st.Joined == nil {
		if err := shop.join(ctx, in, t, shop.Points[n]); err != nil {
			return err
		}
	} else if err := t.Again(st); err != nil {
		return err
	}
	for {
		told(t.Sold())
		list, err := t.Next(atOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		body, err := wire.Pack(t.Key, list)
		if err != nil {
			return err
		}
		head, err := in.Take(ctx, t.Box, body)
		if err != nil {
			return err
		}
		if last := list[len(list)-1]; head.Status != http.StatusOK || head.Seq != last.Seq || head.Hash != last.Hash {
			return fmt.Errorf("seed: till %d: BAAZ answers %d %s, head %d after %d", n+1, head.Status, head.Code, head.Seq, last.Seq)
		}
	}
}

// join lets a till join its point.
func (shop *Shop) join(ctx context.Context, in Ingest, t *Till, p store.Point) error {
	key, err := NewKey(ctx, in, shop.Company, p)
	if err != nil {
		return err
	}
	j, err := in.Join(ctx, wire.NewJoin(key, t.Key, "simulated"))
	if err != nil {
		return err
	}
	name := wire.KeyName(key)
	return t.Join(event.BoxJoined{BAAZ: j.BAAZ, Key: hex.EncodeToString(name[:]), Company: j.Company, CompanyName: j.CompanyName, Point: j.Point,
		PointName: j.PointName, Epoch: j.Epoch, NextShift: j.NextShift})
}
