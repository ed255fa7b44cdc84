package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// Fact is one fact to append.
type Fact struct {
	Kind string
	Body []byte
	Time int64 // UTC µs
}

// Draft puts a draft or, where Value is nil, takes it away.
type Draft struct {
	Key   string
	Value []byte
}

// Answer is what a command was answered, kept so that a repeat gets the same.
type Answer struct {
	ID    string // at most 255 bytes
	Body  Hash   // of the command as it was sent
	Value []byte // the answer
}

// Cursor says how far a follower has come.
type Cursor struct {
	Name string
	Seq  Seq
}

// Entry is everything one decision writes. A batch of entries goes into one transaction: all of them or none.
type Entry struct {
	Facts   []Fact
	Drafts  []Draft
	Answer  *Answer
	Cursor  *Cursor
	Project []byte // the till's state after this entry; nil: not now
	Seal    bool   // a shift closed: a good moment to begin a new file
}

// SetEpoch makes records carry another epoch from the next Append on. It is called by whoever appends.
func (j *Journal) SetEpoch(epoch uint32) { j.o.Epoch = epoch }

// errRefused marks what is wrong with a batch itself: nothing was written, and other batches may follow.
var errRefused = errors.New("journal: batch refused")

// Append writes a batch in one durable transaction and returns its records. When it returns an error, nothing of the
// batch was written, except after journal.failed, where only a restart can tell.
func (j *Journal) Append(batch []Entry) ([]Record, error) {
	records, err := j.chain(batch)
	if err != nil {
		return nil, err
	}
	var answers []Answer
	for _, e := range batch {
		if e.Answer != nil {
			answers = append(answers, *e.Answer)
		}
	}
	size, err := j.update(sizeOf(batch), func(tx *bbolt.Tx) error { return j.write(tx, batch, records, answers) })
	if err != nil {
		return nil, err
	}
	j.answers.commit(answers)
	if n := len(records); n > 0 {
		j.mu.Lock()
		j.seq, j.hash = records[n-1].Seq, records[n-1].Hash
		j.mu.Unlock()
	}
	seal := slices.ContainsFunc(batch, func(e Entry) bool { return e.Seal })
	if size >= j.rollAt && (size >= j.o.SegmentBytes || seal && size >= j.o.SealBytes) {
		j.tryRoll(size)
	}
	return records, nil
}

// update runs one durable transaction on the head, with room made before it begins to write. It returns the head's size
// as of the transaction before: near enough.
func (j *Journal) update(need int64, write func(*bbolt.Tx) error) (size int64, err error) {
	j.mu.RLock()
	head, err := j.head, j.err()
	j.mu.RUnlock()
	switch {
	case err != nil:
		return 0, err
	case head == nil:
		return 0, errClosed
	}
	before := -1
	err = guard(func() error {
		return head.db.Update(func(tx *bbolt.Tx) error {
			before = tx.ID() - 1
			size = tx.Size()
			if err := head.reserve(size, size+need); err != nil {
				return err
			}
			if err := write(tx); err != nil {
				return errors.Join(errRefused, err)
			}
			return nil
		})
	})
	if err != nil {
		return size, j.writeError(head, before, err)
	}
	return size, nil
}

// sizeOf guesses how much room a batch takes: its bytes, and the pages that are copied on the way to them.
func sizeOf(batch []Entry) int64 {
	n := 64 << 10
	for _, e := range batch {
		n += 1 << 10
		for _, f := range e.Facts {
			n += len(f.Body) + 512
		}
		for _, d := range e.Drafts {
			n += len(d.Value) + 512
		}
		if e.Answer != nil {
			n += len(e.Answer.Value) + 512
		}
		n += len(e.Project)
	}
	return int64(2 * n)
}

// chain makes the records of a batch.
func (j *Journal) chain(batch []Entry) ([]Record, error) {
	var records []Record
	seq, hash := j.Head()
	for _, e := range batch {
		for _, f := range e.Facts {
			seq++
			r := Record{Seq: seq, Box: j.o.Box, Epoch: j.o.Epoch, Time: f.Time, Kind: f.Kind, Body: f.Body, Prev: hash}
			if err := r.encode(); err != nil {
				return nil, err
			}
			hash = r.Hash
			records = append(records, r)
		}
	}
	return records, nil
}

func (j *Journal) write(tx *bbolt.Tx, batch []Entry, records []Record, answers []Answer) error {
	b := tx.Bucket(bucketRecords)
	b.FillPercent = 1 // keys only ascend
	for _, r := range records {
		if err := b.Put(key(r.Seq), r.Raw); err != nil {
			return err
		}
		for _, k := range j.o.Index(r) {
			if err := put(tx, bucketIndex, []byte(k), key(r.Seq)); err != nil {
				return err
			}
		}
	}
	at, _ := j.Head()
	for _, e := range batch {
		at += Seq(len(e.Facts))
		if err := writeSides(tx, e, at); err != nil {
			return err
		}
	}
	if n := len(records); n > 0 {
		if err := put(tx, bucketMeta, metaHead, records[n-1].Hash[:]); err != nil {
			return err
		}
	}
	return j.answers.write(tx, answers)
}

// writeSides writes what an entry changes besides records; at is the sequence of its last one.
func writeSides(tx *bbolt.Tx, e Entry, at Seq) error {
	for _, d := range e.Drafts {
		var err error
		if d.Value == nil {
			err = tx.Bucket(bucketDrafts).Delete([]byte(d.Key))
		} else {
			err = put(tx, bucketDrafts, []byte(d.Key), d.Value)
		}
		if err != nil {
			return err
		}
	}
	if e.Cursor != nil {
		if err := put(tx, bucketCursors, []byte(e.Cursor.Name), key(e.Cursor.Seq)); err != nil {
			return err
		}
	}
	if e.Project != nil {
		return putProjection(tx, at, e.Project)
	}
	return nil
}

// Project stores the till's state as of seq on its own.
func (j *Journal) Project(seq Seq, state []byte) error {
	_, err := j.update(sizeOf([]Entry{{Project: state}}), func(tx *bbolt.Tx) error { return putProjection(tx, seq, state) })
	return err
}

var projectionKey = []byte("till")

func putProjection(tx *bbolt.Tx, at Seq, state []byte) error {
	if _, err := tx.CreateBucketIfNotExists(bucketProjection); err != nil {
		return err
	}
	return put(tx, bucketProjection, projectionKey, append(key(at), state...))
}

// Projection returns the state stored last and the sequence it reached; 0 and nil where there is none that can be
// trusted: it is built again then.
func (j *Journal) Projection() (at Seq, state []byte, err error) {
	err = j.viewHead(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketProjection)
		if b == nil {
			return nil
		}
		v, err := content(bucketProjection, projectionKey, b.Get(projectionKey))
		if err == nil && len(v) > keyLen {
			at, state = Seq(binary.BigEndian.Uint64(v)), slices.Clone(v[keyLen:])
		}
		return nil
	})
	if head, _ := j.Head(); at > head {
		return 0, nil, err // a projection of records that are not there
	}
	return at, state, err
}

// Drafts returns every draft.
func (j *Journal) Drafts() (map[string][]byte, error) {
	drafts := map[string][]byte{}
	err := j.viewHead(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketDrafts).ForEach(func(k, stored []byte) error {
			v, err := content(bucketDrafts, k, stored)
			if err != nil {
				return j.damagedHead(fmt.Errorf("draft %q: %w", k, err))
			}
			drafts[string(k)] = slices.Clone(v)
			return nil
		})
	})
	return drafts, err
}

// Cursor returns how far a follower has come; 0 where it has not begun.
func (j *Journal) Cursor(name string) (seq Seq, err error) {
	err = j.viewHead(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketCursors).Get([]byte(name))
		if v == nil {
			return nil
		}
		var err error
		if seq, err = seqIn(bucketCursors, []byte(name), v); err != nil {
			return j.damagedHead(fmt.Errorf("cursor %q: %w", name, err))
		}
		return nil
	})
	return seq, err
}

// Answer returns what the command with this id was answered.
func (j *Journal) Answer(id string) (Answer, bool) { return j.answers.get(id) }

// RollErr returns why the last new file could not be begun; nil if it could. The old head goes on meanwhile.
func (j *Journal) RollErr() error {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.rollErr
}

// tryRoll begins a new head. What keeps it from that is told by RollErr, and tried again once the old head has grown
// some more; damage, and what may not be carried on from, is kept for good as well.
func (j *Journal) tryRoll(size int64) {
	err := guard(j.roll)
	if errors.Is(err, errPanic) {
		err = j.damagedHead(err)
	}
	err = j.note(err)
	j.rollAt = 0
	if err != nil {
		j.rollAt = size + growBytes/4
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rollErr = err
}
