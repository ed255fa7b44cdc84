package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// Read returns records after a sequence, in order, at most limit of them and only from one file, so that there may be
// more; none where there are no more. Each is whole: its hash is the one that the record after it carries.
func (j *Journal) Read(after Seq, limit int) ([]Record, error) {
	j.mu.RLock()
	head, hash, err := j.seq, j.hash, j.damage
	j.mu.RUnlock()
	if after >= head || limit <= 0 || err != nil {
		return nil, err
	}
	number, err := j.fileOf(after + 1)
	if err != nil {
		return nil, j.note(err)
	}
	last := link{head, hash}
	j.mu.RLock()
	if next, ok := j.starts[number+1]; ok { // always there but for the newest file: fileOf came along it
		last = link{next.first - 1, next.prev}
	}
	j.mu.RUnlock()
	var records []Record
	err = j.view(number, func(tx *bbolt.Tx) error {
		records, err = readFrom(tx, after+1, limit, last)
		if err != nil {
			return damaged(j.path(number), after+1+Seq(len(records)), err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return records, nil
}

// link is a record whose hash is known from elsewhere.
type link struct {
	seq  Seq
	hash Hash
}

// readFrom reads at most limit records from one on, up to last, and checks that each is named by the one after it.
func readFrom(tx *bbolt.Tx, from Seq, limit int, last link) (records []Record, err error) {
	c := tx.Bucket(bucketRecords).Cursor()
	r, err := recordAt(from)(c.Seek(key(from)))
	for err == nil {
		if r.Seq == last.seq {
			if r.Hash != last.hash {
				return records, errChanged
			}
			return append(records, r), nil
		}
		var next Record
		if next, err = recordAt(r.Seq + 1)(c.Next()); err != nil {
			return records, fmt.Errorf("the record after it: %w", err)
		}
		if r.Hash != next.Prev {
			return records, errChanged
		}
		if records = append(records, r); len(records) == limit {
			return records, nil
		}
		r = next
	}
	return records, err
}

// recordAt decodes what a cursor found where a sequence should stand.
func recordAt(want Seq) func(k, v []byte) (Record, error) {
	return func(k, v []byte) (Record, error) {
		if k == nil {
			return Record{}, errMissing
		}
		r, err := decodeAt(k, v)
		if err == nil && r.Seq != want {
			err = errMissing
		}
		return r, err
	}
}

var (
	errChanged   = errors.New("its hash is not the one that the record after it carries: one of the two was changed")
	errMissing   = errors.New("record is missing")
	errMisplaced = errors.New("record does not stand at its sequence")
)

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
		return r, false, j.damageOnly()
	}
	records, err := j.Read(seq-1, 1)
	if err != nil || len(records) == 0 {
		return r, false, err
	}
	return records[0], true, nil
}

func (j *Journal) damageOnly() error {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.damage
}

// fileOf returns the number of the file that holds a sequence.
func (j *Journal) fileOf(seq Seq) (int, error) {
	for number := j.newest(); number >= j.oldestFile(); number-- {
		at, err := j.startOf(number)
		if err != nil {
			return 0, err
		}
		if at.first <= seq {
			return number, nil
		}
	}
	return 0, fmt.Errorf("journal: sequence %d is in a file that was deleted", seq)
}

func (j *Journal) newest() int {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.number
}

func (j *Journal) oldestFile() int { return j.oldest } // fixed once open

// startOf returns where a file begins.
func (j *Journal) startOf(number int) (start, error) {
	j.mu.RLock()
	at, ok := j.starts[number]
	newest := j.number
	j.mu.RUnlock()
	if ok || number > newest {
		return at, nil
	}
	if _, err := j.sealedFile(number); err != nil {
		return at, j.note(err)
	}
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.starts[number], nil
}

// Lookup returns the sequence of the newest record under an index key; ok is false where there is none.
func (j *Journal) Lookup(name string) (seq Seq, ok bool, err error) {
	for number := j.newest(); number >= j.oldestFile() && !ok && err == nil; number-- {
		err = j.view(number, func(tx *bbolt.Tx) (err error) {
			b := tx.Bucket(bucketIndex)
			if b == nil {
				return nil
			}
			if v := b.Get([]byte(name)); v != nil {
				seq, err = j.indexed(number, []byte(name), v)
				ok = err == nil
			}
			return err
		})
	}
	return seq, ok, err
}

// indexed reads an index value.
func (j *Journal) indexed(number int, k, v []byte) (Seq, error) {
	seq, err := seqIn(bucketIndex, k, v)
	if err != nil {
		return 0, damaged(j.path(number), 0, fmt.Errorf("index %q: %w", k, err))
	}
	return seq, nil
}

// Last returns the sequences of the newest index keys that begin with prefix, newest key first, at most limit of them,
// and only such keys as come before the key "before" where that is not empty.
func (j *Journal) Last(prefix, before string, limit int) (seqs []Seq, err error) {
	done := false
	for number := j.newest(); number >= j.oldestFile() && !done && err == nil; number-- {
		err = j.view(number, func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucketIndex)
			if b == nil {
				return nil
			}
			c := b.Cursor()
			k, v := lastBefore(c, prefix, before)
			for ; bytes.HasPrefix(k, []byte(prefix)) && k != nil && len(seqs) < limit; k, v = c.Prev() {
				seq, err := j.indexed(number, k, v)
				if err != nil {
					return err
				}
				seqs = append(seqs, seq)
			}
			// An older key of the same family: what older files hold is older still.
			kin := family(prefix)
			done = len(seqs) >= limit || kin != "" && bytes.HasPrefix(k, []byte(kin))
			return nil
		})
	}
	return seqs, err
}

// family is what stands before the first '/', with it.
func family(prefix string) string {
	i := strings.IndexByte(prefix, '/')
	return prefix[:i+1]
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

func (j *Journal) indexLost() (lost bool, err error) {
	err = j.viewHead(func(tx *bbolt.Tx) error { lost = tx.Bucket(bucketIndex) == nil; return nil })
	return lost, err
}

// RebuildIndex makes the index of the newest file anew from its records. Sealed files keep theirs: they are read-only,
// and whole since they were sealed. Open does it by itself where the bucket is missing.
func (j *Journal) RebuildIndex() error {
	_, err := j.update(growBytes, func(tx *bbolt.Tx) error {
		if tx.Bucket(bucketIndex) != nil {
			if err := tx.DeleteBucket(bucketIndex); err != nil {
				return err
			}
		}
		if _, err := tx.CreateBucket(bucketIndex); err != nil {
			return err
		}
		return tx.Bucket(bucketRecords).ForEach(func(k, v []byte) error {
			r, err := decodeAt(k, v)
			if err != nil {
				return j.damagedHead(err)
			}
			for _, name := range j.o.Index(r) {
				if err := put(tx, bucketIndex, []byte(name), key(r.Seq)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return err
}

// Verify recomputes the chain from after a sequence whose hash is known to the head, and stops at the first break. It
// is meant for the background: it reads in small steps and ends with ctx. Where the oldest files were deleted, 0 stands
// for the begin of those that are there. progress may be nil.
func (j *Journal) Verify(ctx context.Context, after Seq, hash Hash, progress func(Seq)) error {
	if after == 0 {
		at, err := j.startOf(j.oldestFile())
		if err != nil {
			return err
		}
		after, hash = at.first-1, at.prev
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		records, err := j.Read(after, 256)
		if err != nil || len(records) == 0 {
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
}
