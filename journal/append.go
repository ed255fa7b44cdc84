package journal

import (
	"encoding/binary"
	"errors"
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
	ID    string
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

// Append writes a batch in one durable transaction and returns its records. When it returns an error, nothing of the
// batch was written, except after journal.failed, where only a restart can tell.
func (j *Journal) Append(batch []Entry) ([]Record, error) {
	if err := j.Err(); err != nil {
		return nil, err
	}
	if j.head == nil {
		return nil, errClosed
	}
	records, err := j.chain(batch)
	if err != nil {
		return nil, err
	}
	var size int64
	undo := j.answers.mark()
	err = guard(func() error {
		return j.head.Update(func(tx *bbolt.Tx) error {
			size = tx.Size() // as of the transaction before: near enough
			return j.write(tx, batch, records)
		})
	})
	if err != nil {
		j.answers.reset(undo)
		return nil, j.writeError(err)
	}
	j.mu.Lock()
	if n := len(records); n > 0 {
		j.seq, j.hash = records[n-1].Seq, records[n-1].Hash
	}
	j.mu.Unlock()
	seal := slices.ContainsFunc(batch, func(e Entry) bool { return e.Seal })
	if size >= j.o.SegmentBytes || seal && size >= j.o.SealBytes {
		err := j.roll()
		j.mu.Lock()
		j.rollErr = err
		j.mu.Unlock()
	}
	return records, nil
}

// RollErr returns why the last new file could not be begun; nil if it could. The old head goes on meanwhile.
func (j *Journal) RollErr() error {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.rollErr
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

func (j *Journal) write(tx *bbolt.Tx, batch []Entry, records []Record) error {
	b, index := tx.Bucket(bucketRecords), tx.Bucket(bucketIndex)
	b.FillPercent = 1 // keys only ascend
	for _, r := range records {
		if err := b.Put(key(r.Seq), r.Raw); err != nil {
			return err
		}
		for _, k := range j.o.Index(r) {
			if err := index.Put([]byte(k), key(r.Seq)); err != nil {
				return err
			}
		}
	}
	for _, e := range batch {
		if err := j.writeSides(tx, e, records); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) writeSides(tx *bbolt.Tx, e Entry, records []Record) error {
	drafts := tx.Bucket(bucketDrafts)
	for _, d := range e.Drafts {
		var err error
		if d.Value == nil {
			err = drafts.Delete([]byte(d.Key))
		} else {
			err = drafts.Put([]byte(d.Key), d.Value)
		}
		if err != nil {
			return err
		}
	}
	if e.Answer != nil {
		if err := j.answers.add(tx, *e.Answer); err != nil {
			return err
		}
	}
	if e.Cursor != nil {
		if err := tx.Bucket(bucketCursors).Put([]byte(e.Cursor.Name), key(e.Cursor.Seq)); err != nil {
			return err
		}
	}
	if e.Project != nil {
		at := j.seq
		if n := len(records); n > 0 {
			at = records[n-1].Seq
		}
		return putProjection(tx, at, e.Project)
	}
	return nil
}

// Project stores the till's state as of seq on its own.
func (j *Journal) Project(seq Seq, state []byte) error {
	if err := j.Err(); err != nil {
		return err
	}
	err := guard(func() error {
		return j.head.Update(func(tx *bbolt.Tx) error { return putProjection(tx, seq, state) })
	})
	if err != nil {
		return j.writeError(err)
	}
	return nil
}

var projectionKey = []byte("till")

func putProjection(tx *bbolt.Tx, at Seq, state []byte) error {
	b, err := tx.CreateBucketIfNotExists(bucketProjection)
	if err != nil {
		return err
	}
	return b.Put(projectionKey, append(key(at), state...))
}

// Projection returns the state stored last and the sequence it reached; 0 and nil where there is none.
func (j *Journal) Projection() (at Seq, state []byte, err error) {
	err = j.view(j.number, func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketProjection)
		if b == nil {
			return nil
		}
		if v := b.Get(projectionKey); len(v) > keyLen {
			at, state = Seq(binary.BigEndian.Uint64(v)), slices.Clone(v[keyLen:])
		}
		return nil
	})
	if at > j.seq {
		return 0, nil, err // a projection of records that are not there: build it again
	}
	return at, state, err
}

// Drafts returns every draft.
func (j *Journal) Drafts() (map[string][]byte, error) {
	drafts := map[string][]byte{}
	err := j.view(j.number, func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketDrafts).ForEach(func(k, v []byte) error {
			drafts[string(k)] = slices.Clone(v)
			return nil
		})
	})
	return drafts, err
}

// Cursor returns how far a follower has come; 0 where it has not begun.
func (j *Journal) Cursor(name string) (seq Seq, err error) {
	err = j.view(j.number, func(tx *bbolt.Tx) error {
		switch v := tx.Bucket(bucketCursors).Get([]byte(name)); {
		case v == nil:
		case len(v) != keyLen:
			return damaged(j.path(j.number), 0, errors.New("cursor "+name))
		default:
			seq = Seq(binary.BigEndian.Uint64(v))
		}
		return nil
	})
	return seq, err
}

// Answer returns what the command with this id was answered.
func (j *Journal) Answer(id string) (Answer, bool) { return j.answers.get(id) }
