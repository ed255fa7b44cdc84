package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// Read returns at most limit records after a sequence, in order, none where there are no more. It crosses files.
func (j *Journal) Read(after Seq, limit int) ([]Record, error) {
	if head, _ := j.Head(); after >= head || limit <= 0 {
		return nil, j.Err()
	}
	number, err := j.fileOf(after + 1)
	if err != nil {
		return nil, err
	}
	var records []Record
	err = j.view(number, func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketRecords).Cursor()
		for k, v := c.Seek(key(after + 1)); k != nil && len(records) < limit; k, v = c.Next() {
			r, err := decodeAt(k, v)
			if err != nil {
				return damaged(j.path(number), after+1+Seq(len(records)), err)
			}
			if r.Seq != after+1+Seq(len(records)) {
				return damaged(j.path(number), after+1+Seq(len(records)), errors.New("record is missing"))
			}
			records = append(records, r)
		}
		return nil
	})
	if err == nil && len(records) == 0 {
		err = j.note(damaged(j.path(number), after+1, errors.New("record is missing")))
	}
	return records, err
}

func decodeAt(k, v []byte) (Record, error) {
	r, err := Decode(slices.Clone(v))
	if err != nil {
		return r, err
	}
	if len(k) != keyLen || Seq(binary.BigEndian.Uint64(k)) != r.Seq {
		return r, errMisplaced
	}
	return r, nil
}

// Get returns one record; ok is false where there is none.
func (j *Journal) Get(seq Seq) (r Record, ok bool, err error) {
	if head, _ := j.Head(); seq == 0 || seq > head {
		return r, false, j.Err()
	}
	records, err := j.Read(seq-1, 1)
	if err != nil {
		return r, false, err
	}
	return records[0], true, nil
}

// fileOf returns the number of the file that holds a sequence.
func (j *Journal) fileOf(seq Seq) (int, error) {
	for number := j.newest(); number > 0; number-- {
		first, err := j.firstOf(number)
		if err != nil {
			return 0, err
		}
		if first <= seq {
			return number, nil
		}
	}
	return 0, damaged(j.path(1), seq, errors.New("no file holds this sequence"))
}

func (j *Journal) newest() int {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.number
}

func (j *Journal) firstOf(number int) (Seq, error) {
	j.mu.RLock()
	first, ok := j.first[number]
	j.mu.RUnlock()
	if ok {
		return first, nil
	}
	err := j.view(number, func(tx *bbolt.Tx) (err error) {
		first, _, err = readMeta(tx)
		return err
	})
	if err == nil {
		j.mu.Lock()
		j.first[number] = first
		j.mu.Unlock()
	}
	return first, err
}

// Lookup returns the sequence of the newest record under an index key; ok is false where there is none.
func (j *Journal) Lookup(name string) (seq Seq, ok bool, err error) {
	for number := j.newest(); number > 0 && !ok && err == nil; number-- {
		err = j.view(number, func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucketIndex)
			if b == nil {
				return nil
			}
			if v := b.Get([]byte(name)); len(v) == keyLen {
				seq, ok = Seq(binary.BigEndian.Uint64(v)), true
			}
			return nil
		})
	}
	return seq, ok, err
}

// Last returns the sequences of the newest index keys that begin with prefix, newest key first, at most limit of them,
// and only such keys as come before the key "before" where that is not empty.
func (j *Journal) Last(prefix, before string, limit int) (seqs []Seq, err error) {
	for number := j.newest(); number > 0 && len(seqs) < limit && err == nil; number-- {
		err = j.view(number, func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucketIndex)
			if b == nil {
				return nil
			}
			c := b.Cursor()
			for k, v := lastBefore(c, prefix, before); k != nil && bytes.HasPrefix(k, []byte(prefix)) && len(seqs) < limit; k, v = c.Prev() {
				if len(v) == keyLen {
					seqs = append(seqs, Seq(binary.BigEndian.Uint64(v)))
				}
			}
			return nil
		})
	}
	return seqs, err
}

// lastBefore puts the cursor on the last key of a prefix, or on the last one before a key.
func lastBefore(c *bbolt.Cursor, prefix, before string) (k, v []byte) {
	bound := append([]byte(prefix), 0xff)
	if before != "" {
		bound = []byte(before)
	}
	if k, _ := c.Seek(bound); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// RebuildIndex makes the index of every file anew from its records. Sealed files keep theirs: they are read-only, and
// whole since they were sealed.
func (j *Journal) RebuildIndex() error {
	return j.note(guard(func() error {
		return j.head.Update(func(tx *bbolt.Tx) error {
			if err := tx.DeleteBucket(bucketIndex); err != nil && tx.Bucket(bucketIndex) != nil {
				return err
			}
			index, err := tx.CreateBucket(bucketIndex)
			if err != nil {
				return err
			}
			return tx.Bucket(bucketRecords).ForEach(func(k, v []byte) error {
				r, err := decodeAt(k, v)
				if err != nil {
					return damaged(j.path(j.number), Seq(binary.BigEndian.Uint64(k)), err)
				}
				for _, name := range j.o.Index(r) {
					if err := index.Put([]byte(name), key(r.Seq)); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}))
}

// Verify recomputes the chain from after a sequence whose hash is known to the head, and stops at the first break. It
// is meant for the background: it reads in small steps and ends with ctx. progress may be nil.
func (j *Journal) Verify(ctx context.Context, after Seq, hash Hash, progress func(Seq)) error {
	head, _ := j.Head()
	for after < head {
		if err := ctx.Err(); err != nil {
			return err
		}
		records, err := j.Read(after, 256)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.Prev != hash {
				return j.note(damaged(j.dir, r.Seq, fmt.Errorf("previous hash %s does not fit %s", r.Prev, hash)))
			}
			after, hash = r.Seq, r.Hash
		}
		if progress != nil {
			progress(after)
		}
	}
	return nil
}
