// Package ingest takes in what boxes send: it proves that records follow from what is durable already, keeps them as
// they came, and adds them to the rollups in the same transaction.
//
// A box's chain has one head. Accepted is exactly what follows from it; what is there already is answered with the same
// head again; what lies further ahead is a gap; another record at a known sequence is a fork: it is kept in quarantine
// and raises an alarm, the chain stays as it is. A record that cannot be counted is kept all the same and shown as a
// problem: nothing that a box sold is ever refused because of what it says.
package ingest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"sync"
	"time"

	"posbox/baaz/store"
	"posbox/journal"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/wire"
)

// Ingest takes in records. Its methods may be called from any goroutine.
type Ingest struct {
	store *store.Store
	key   ed25519.PrivateKey
	now   func() time.Time
	mu    sync.Mutex
	known map[journal.Box]identity
	told  tellings

	// Bought, if set before anything is taken in, is told which card customers have bought, once that is durable. It must
	// not wait for anything.
	Bought func(c store.Company, customers []string)
	// Took, if set before anything is taken in, is told whose records have become durable. It must not wait for anything.
	Took func(c store.Company)
	// Heard, if set before anything is taken in, is told whose box has said how it is; news: it is otherwise than it was. It
	// must not wait for anything.
	Heard func(c store.Company, news bool)
	// Handed, if set before anything is taken in, is told of a box that has a return of another one to report, or news of one
	// of its own: it should ask. It must not wait for anything.
	Handed func(box journal.Box)
}

// New reads the key that signs BAAZ's answers.
func New(ctx context.Context, s *store.Store, now func() time.Time) (*Ingest, error) {
	key, err := s.SigningKey(ctx)
	return &Ingest{store: s, key: key, now: now, known: map[journal.Box]identity{}}, err
}

// micros is BAAZ's clock.
func (i *Ingest) micros() int64 { return i.now().UnixMicro() }

// Head tells how much of a box's chain is durable.
func (i *Ingest) Head(ctx context.Context, b journal.Box) (wire.Head, error) {
	id, err := i.identify(ctx, b)
	if err != nil {
		return wire.Head{}, err
	}
	var row store.BoxRow
	err = i.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Box(id.company, b)
		return err
	})
	if err != nil {
		return wire.Head{}, i.gone(b, err)
	}
	if row.State == store.BoxRevoked {
		return i.head(row, fault.BoxRevoked), nil
	}
	return i.head(row, ""), nil
}

// statuses says how an answer that names a head goes over HTTP.
var statuses = map[fault.Code]int{"": http.StatusOK, fault.BatchGap: http.StatusPreconditionFailed, fault.BoxForked: http.StatusConflict,
	fault.BoxReplaced: http.StatusForbidden, fault.BoxRevoked: http.StatusForbidden}

// head makes the signed answer.
func (i *Ingest) head(row store.BoxRow, code fault.Code) wire.Head {
	h := wire.Head{Status: statuses[code], Box: row.Box.String(), Seq: row.Seq, Hash: row.Hash, Time: i.micros(),
		Standing: wire.Standing(row.State), Code: string(code)}
	if code != "" {
		h.Text, h.Hint = fault.New(code).Say("en")
	}
	h.Sign(i.key)
	return h
}

// Open reads a batch that a box has sent and proves that it did. Errors are faults: those of wire.Unpack, box.unknown.
func (i *Ingest) Open(ctx context.Context, b journal.Box, body []byte) (wire.Batch, error) {
	batch, err := wire.Unpack(body)
	if err != nil {
		return wire.Batch{}, err
	}
	if batch.Box != b {
		return wire.Batch{}, fault.Wrap(errors.New("a batch of another box"), fault.BatchMalformed)
	}
	_, err = i.identify(ctx, b)
	return batch, err
}

// Take opens a batch and takes it in.
func (i *Ingest) Take(ctx context.Context, b journal.Box, body []byte) (wire.Head, error) {
	batch, err := i.Open(ctx, b, body)
	if err != nil {
		return wire.Head{}, err
	}
	return i.TakeBatch(ctx, batch)
}

// TakeBatch takes in a batch that Open has proved and answers the durable head, with status 200, 403, 409 or 412. An error is
// a fault that says why there is no head to answer, or that the store failed: then nothing was acknowledged.
func (i *Ingest) TakeBatch(ctx context.Context, batch wire.Batch) (wire.Head, error) {
	id, err := i.identify(ctx, batch.Box)
	if err != nil {
		return wire.Head{}, err
	}
	counted := count(batch.Records) // before the transaction: the writer is one for all boxes
	var row store.BoxRow
	var code fault.Code
	var tell []journal.Box
	err = i.store.Write(ctx, func(tx *store.Tx) (err error) {
		row, code, tell, err = i.take(tx, id.company, batch.Records, counted)
		return err
	})
	if err != nil {
		return wire.Head{}, i.gone(batch.Box, err)
	}
	if i.Handed != nil {
		for _, box := range tell {
			i.Handed(box)
		}
	}
	if i.Took != nil {
		i.Took(id.company)
	}
	if i.Bought != nil && code == "" {
		if buyers := buyersOf(counted); buyers != nil {
			i.Bought(id.company, buyers)
		}
	}
	return i.head(row, code), nil
}

// buyersOf lists the card customers of sales, each once.
func buyersOf(list []counted) (codes []string) {
	for _, x := range list {
		if x.sale != nil && x.sale.Buyer != nil && !slices.Contains(codes, x.sale.Buyer.Code) {
			codes = append(codes, x.sale.Buyer.Code)
		}
	}
	return codes
}

// take decides what becomes of records, under the lock of their box's row.
func (i *Ingest) take(tx *store.Tx, c store.Company, records []journal.Record, counted []counted) (row store.BoxRow, code fault.Code, tell []journal.Box, err error) {
	now := i.micros()
	row, err = tx.LockBox(c, records[0].Box, now)
	if errors.Is(err, store.ErrNone) {
		return row, "", nil, fault.New(fault.BoxUnknown)
	}
	if err != nil {
		return row, "", nil, err
	}
	first, last := records[0], records[len(records)-1]
	switch {
	case row.State == store.BoxRevoked:
		return row, fault.BoxRevoked, nil, nil
	case first.Seq > row.Seq+1:
		row, code, err = i.fork(tx, c, row, records)
		return row, code, nil, err
	case last.Seq <= row.Seq:
		known, err := tx.RecordHash(c, row.Box, last.Seq)
		if err == nil && known != last.Hash {
			row, code, err = i.fork(tx, c, row, records)
			return row, code, nil, err
		}
		return row, i.spoken(row, last.Seq), nil, err
	}
	fresh := records[row.Seq+1-first.Seq:]
	if fresh[0].Prev != row.Hash {
		row, code, err = i.fork(tx, c, row, records)
		return row, code, nil, err
	}
	return i.extend(tx, c, row, fresh, counted[len(records)-len(fresh):], now)
}

// spoken tells a replaced box that repeats what it made after it learned of that.
func (i *Ingest) spoken(row store.BoxRow, last journal.Seq) fault.Code {
	if row.Learned > 0 && last > row.Learned {
		return fault.BoxReplaced
	}
	return ""
}

// extend makes the chain longer. What a replaced box made after it learned of its replacement goes into quarantine.
func (i *Ingest) extend(tx *store.Tx, c store.Company, row store.BoxRow, fresh []journal.Record, counted []counted, now int64) (_ store.BoxRow, code fault.Code, tell []journal.Box, err error) {
	replaced := row.State == store.BoxReplaced
	if end := i.learned(&row, replaced, fresh); end < len(fresh) {
		code = fault.BoxReplaced
		if err := i.aside(tx, c, row, "after replacement", fresh[end:], now); err != nil {
			return row, "", nil, err
		}
		fresh, counted = fresh[:end], counted[:end]
	}
	if len(fresh) == 0 {
		return row, code, nil, nil
	}
	if err := tx.AddRecords(c, row.Point, replaced, now, fresh); err != nil {
		return row, "", nil, err
	}
	if tell, err = project(tx, c, row.Point, replaced, nil, fresh, counted, now); err != nil {
		return row, "", nil, err
	}
	last := fresh[len(fresh)-1]
	row.Seq, row.Hash = last.Seq, last.Hash
	return row, code, tell, tx.MoveHead(c, row)
}

// learned returns how many of the records a box may still add, and notes where it says that it knows.
func (i *Ingest) learned(row *store.BoxRow, replaced bool, fresh []journal.Record) int {
	if !replaced {
		return len(fresh)
	}
	if row.Learned > 0 {
		return 0
	}
	at := slices.IndexFunc(fresh, func(r journal.Record) bool { return r.Kind == string(event.KindBoxReplaced) })
	if at < 0 {
		return len(fresh)
	}
	row.Learned = fresh[at].Seq
	return at + 1
}

// Kinds of alarms.
const (
	AlarmFork     = store.AlarmFork
	AlarmReplaced = "after replacement"
)

// aside puts records that are not in the chain into quarantine and raises an alarm.
func (i *Ingest) aside(tx *store.Tx, c store.Company, row store.BoxRow, why string, records []journal.Record, now int64) error {
	if why == AlarmFork {
		var err error
		if records, err = differing(tx, c, row, records); err != nil {
			return err
		}
	}
	if len(records) == 0 {
		return nil
	}
	last := records[len(records)-1]
	before, err := tx.IsAside(c, row.Box, last.Seq, last.Hash)
	if err != nil || before { // it says again what it has said
		return err
	}
	if err := tx.SetAside(c, now, why, records); err != nil {
		return err
	}
	detail := fmt.Sprintf("%d records from sequence %d; the chain stands at %d", len(records), records[0].Seq, row.Seq)
	return tx.Raise(c, store.Alarm{Box: row.Box, Kind: why, Detail: detail}, now)
}

// differing leaves out the records that are in a chain of the box, be it a branch. Each record names the one before, and a
// branch begins behind a record of another chain, so what is in none lies behind what is in one.
func differing(tx *store.Tx, c store.Company, row store.BoxRow, records []journal.Record) ([]journal.Record, error) {
	branches, err := tx.BranchesOf(c, row.Box)
	if err != nil {
		return nil, err
	}
	list := chains(row.Box, branches)
	n := sort.Search(len(records), func(n int) bool {
		if err != nil {
			return true
		}
		var known bool
		known, err = inChain(tx, c, list, records[n].Seq, records[n].Hash)
		return !known
	})
	return records[n:], err
}
