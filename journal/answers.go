package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"
)

// answerRing keeps the last answers by command id. On disk they stand in order of writing, so that adding one touches
// only the ends of the bucket; the way from id to answer is in memory and follows what has been committed.
type answerRing struct {
	mu    sync.RWMutex
	keep  int
	byID  map[string]numbered
	order []ringKey // oldest first
	next  uint64    // key of the next answer
}

// numbered is an answer with its key on disk.
type numbered struct {
	Answer
	key uint64
}

type ringKey struct {
	id  string
	key uint64
}

// An answer's content on disk: id length (1 byte), id, hash of the command (32), answer.

func encodeAnswer(a Answer) []byte {
	v := append([]byte{byte(len(a.ID))}, a.ID...)
	return append(append(v, a.Body[:]...), a.Value...)
}

func decodeAnswer(k, stored []byte) (Answer, error) {
	v, err := content(bucketAnswers, k, stored)
	if err != nil {
		return Answer{}, err
	}
	if len(k) != keyLen || len(v) < 1 || len(v) < 1+int(v[0])+len(Hash{}) {
		return Answer{}, errors.New("cut short")
	}
	n := 1 + int(v[0])
	a := Answer{ID: string(v[1:n]), Value: append([]byte(nil), v[n+len(Hash{}):]...)}
	copy(a.Body[:], v[n:])
	return a, nil
}

func newAnswers(keep int) *answerRing { return &answerRing{keep: keep, byID: map[string]numbered{}} }

func loadAnswers(tx *bbolt.Tx, keep int) (*answerRing, error) {
	r := newAnswers(keep)
	err := tx.Bucket(bucketAnswers).ForEach(func(k, v []byte) error {
		a, err := decodeAnswer(k, v)
		if err != nil {
			return fmt.Errorf("answer %x: %w", k, err)
		}
		r.remember(a, binary.BigEndian.Uint64(k))
		return nil
	})
	return r, err
}

func (r *answerRing) remember(a Answer, key uint64) {
	r.byID[a.ID] = numbered{a, key}
	r.order = append(r.order, ringKey{a.ID, key})
	r.next = key + 1
}

func (r *answerRing) get(id string) (Answer, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	a, ok := r.byID[id]
	return a.Answer, ok
}

// write puts answers into tx and takes the oldest beyond keep out of it. commit has to follow once tx is durable.
func (r *answerRing) write(tx *bbolt.Tx, added []Answer) error {
	if len(added) == 0 {
		return nil
	}
	b := tx.Bucket(bucketAnswers)
	b.FillPercent = 1 // keys only ascend
	for i, a := range added {
		if a.ID == "" || len(a.ID) > 255 {
			return fmt.Errorf("journal: command id of %d bytes", len(a.ID))
		}
		if err := put(tx, bucketAnswers, key(Seq(r.next+uint64(i))), encodeAnswer(a)); err != nil {
			return err
		}
	}
	for i := range r.surplus(len(added)) {
		k := r.next + uint64(i-len(r.order)) // among those added just now, when more come than are kept
		if i < len(r.order) {
			k = r.order[i].key
		}
		if err := b.Delete(key(Seq(k))); err != nil {
			return err
		}
	}
	return nil
}

// surplus is how many of the oldest go when n come.
func (r *answerRing) surplus(n int) int { return max(0, len(r.order)+n-r.keep) }

// commit remembers what write put on disk.
func (r *answerRing) commit(added []Answer) {
	if len(added) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.surplus(len(added))
	for _, a := range added {
		r.remember(a, r.next)
	}
	for _, gone := range r.order[:old] {
		if r.byID[gone.id].key == gone.key { // the id may have come again since
			delete(r.byID, gone.id)
		}
	}
	r.order = r.order[old:]
}
