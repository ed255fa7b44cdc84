package journal

import (
	"encoding/binary"
	"errors"
	"sync"

	"go.etcd.io/bbolt"
)

// answerRing keeps the last answers by command id. On disk they stand in order of writing, so that adding one touches
// only the ends of the bucket; the way from id to answer is in memory.
type answerRing struct {
	mu    sync.RWMutex
	keep  int
	byID  map[string]Answer
	order []string // ids, oldest first
	next  uint64   // key of the next answer
}

// An answer's value on disk: id length (1 byte), id, hash of the command (32), answer.

func loadAnswers(tx *bbolt.Tx, keep int) (*answerRing, error) {
	r := &answerRing{keep: keep, byID: make(map[string]Answer, keep)}
	err := tx.Bucket(bucketAnswers).ForEach(func(k, v []byte) error {
		if len(k) != keyLen || len(v) < 1 || len(v) < 1+int(v[0])+len(Hash{}) {
			return errors.New("answer is cut short")
		}
		id := string(v[1 : 1+v[0]])
		a := Answer{ID: id, Value: append([]byte(nil), v[1+int(v[0])+len(Hash{}):]...)}
		copy(a.Body[:], v[1+v[0]:])
		r.byID[id] = a
		r.order = append(r.order, id)
		r.next = binary.BigEndian.Uint64(k) + 1
		return nil
	})
	return r, err
}

func (r *answerRing) get(id string) (Answer, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	a, ok := r.byID[id]
	return a, ok
}

// add writes an answer in tx and forgets the oldest beyond keep.
func (r *answerRing) add(tx *bbolt.Tx, a Answer) error {
	if len(a.ID) > 255 {
		return errors.New("journal: command id is too long")
	}
	b := tx.Bucket(bucketAnswers)
	b.FillPercent = 1
	v := append([]byte{byte(len(a.ID))}, a.ID...)
	v = append(append(v, a.Body[:]...), a.Value...)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := b.Put(key(Seq(r.next)), v); err != nil {
		return err
	}
	r.next++
	r.byID[a.ID] = a
	r.order = append(r.order, a.ID)
	for len(r.order) > r.keep {
		if err := b.Delete(key(Seq(r.next - uint64(len(r.order))))); err != nil {
			return err
		}
		delete(r.byID, r.order[0])
		r.order = r.order[1:]
	}
	return nil
}

// mark and reset take back what a failed transaction added.
func (r *answerRing) mark() answerMark {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return answerMark{order: r.order, next: r.next, dropped: r.peek()}
}

type answerMark struct {
	order   []string
	next    uint64
	dropped map[string]Answer
}

// peek returns the oldest answers, which a batch might drop.
func (r *answerRing) peek() map[string]Answer {
	if len(r.order)+maxBatch < r.keep {
		return nil
	}
	old := map[string]Answer{}
	for _, id := range r.order[:min(maxBatch, len(r.order))] {
		old[id] = r.byID[id]
	}
	return old
}

// maxBatch bounds the commands of one transaction.
const maxBatch = 256

func (r *answerRing) reset(m answerMark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := make(map[string]bool, len(m.order))
	for _, id := range m.order {
		kept[id] = true
	}
	for id := range r.byID {
		if !kept[id] {
			delete(r.byID, id)
		}
	}
	for id, a := range m.dropped {
		r.byID[id] = a
	}
	r.order, r.next = m.order, m.next
}
