// Package typed keeps what somebody has begun to type at the till and not done yet: a good, a seller, a count of the drawer.
//
// The screen's browser has no disk of its own on a box: it begins with an empty profile each time. So the till keeps it, in
// one small file that is written whole. Losing that file loses keystrokes only, never a fact, and so a damaged one is begun
// anew. Each seller has their own; what belongs to the till stands under nobody. Nothing is kept for ever: a draft goes once it
// has been done, or with its seller, and of each one's the oldest give way. Secrets never come here; the screen leaves them out.
//
// A draft has an id, and the command that does what it says has the same: so the journal knows of each whether it has been done,
// and the same form is never carried out twice, whichever browser sends it. A draft that has gone does not come back: who had it
// before and brings it again is told.
package typed

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// What is kept at most. A form is some hundred bytes; settings with many rows are the largest.
const (
	MostDrafts = 64       // of one seller
	MostBytes  = 32 << 10 // of one draft
	MostName   = 200      // bytes of its name
	MostAll    = 2 << 20  // bytes of all sellers' drafts: the file is written whole each time
)

// mostKept bounds the drafts of all sellers; only a file that is not ours has as many.
const mostKept = 4096

// mostFile is more than the largest file that Put writes: a name is told in JSON, six bytes for one at worst.
const mostFile = 6*MostAll + 1<<20

// What Put refuses.
var (
	ErrName  = errors.New("typed: a draft needs a name of at most 200 bytes of UTF-8")
	ErrLarge = errors.New("typed: a draft has at most 32 KiB")
	ErrKind  = errors.New("typed: a draft is a JSON object")
	ErrID    = errors.New("typed: a draft needs an id of at most 64 bytes of UTF-8")
	ErrGone  = errors.New("typed: the draft has been done or taken back")
)

const mostID = 64 // bytes

// A Draft is what has been typed under a name.
type Draft struct {
	Seller string          `json:"seller"` // whose it is, as till.Seller.Person; "" the till's
	Name   string          `json:"name"`
	ID     string          `json:"id"`    // of this draft alone, and of the command that will end it
	Typed  json.RawMessage `json:"typed"` // an object, as the screen wrote it
}

// Store keeps drafts. It may be used by many at once.
type Store struct {
	path string

	writing sync.Mutex // held by whoever changes it, until the file is written: readers need not wait for the disk

	mu   sync.Mutex
	kept []Draft // the newest last; never changed in place
	n    uint64
}

// Open reads the drafts of a file, which need not be there. With an error, the store begins empty and can be used all the same.
func Open(path string) (*Store, error) {
	s := &Store{path: path, n: uint64(time.Now().UnixMilli())} // what a till tells after a restart it has never told before
	b, err := read(path)
	if err == nil {
		s.kept, err = parse(b)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return s, err
}

func read(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.Size() > mostFile {
		return nil, ErrLarge
	}
	return os.ReadFile(path)
}

func parse(b []byte) ([]Draft, error) {
	var kept []Draft
	if err := json.Unmarshal(b, &kept); err != nil {
		return nil, err
	}
	for _, d := range kept {
		if err := d.check(); err != nil {
			return nil, err
		}
	}
	return bounded(kept), nil
}

// size is what a draft counts for in MostAll.
func (d Draft) size() int { return len(d.Seller) + len(d.Name) + len(d.ID) + len(d.Typed) + 64 }

// bounded lets the oldest drafts go of whoever has too many; where all together are too large, of whoever has most of it: nobody
// pushes out what others have.
func bounded(kept []Draft) []Draft {
	var few []Draft // the newest first
	number := map[string]int{}
	for _, d := range slices.Backward(kept) {
		if number[d.Seller]++; number[d.Seller] <= MostDrafts && len(few) < mostKept {
			few = append(few, d)
		}
	}
	slices.Reverse(few)
	for {
		i := surplus(few)
		if i < 0 {
			return few
		}
		few = slices.Delete(few, i, i+1)
	}
}

// surplus finds the draft that has to go next for the others' sake, -1 where none has to.
func surplus(kept []Draft) int {
	bytes, all, most := map[string]int{}, 0, ""
	for _, d := range kept {
		all += d.size()
		if bytes[d.Seller] += d.size(); bytes[d.Seller] > bytes[most] {
			most = d.Seller
		}
	}
	if all <= MostAll {
		return -1
	}
	return slices.IndexFunc(kept, func(d Draft) bool { return d.Seller == most })
}

func (d Draft) check() error {
	switch {
	case d.Name == "" || len(d.Name) > MostName || len(d.Seller) > MostName || !utf8.ValidString(d.Name) || !utf8.ValidString(d.Seller):
		return ErrName
	case d.ID == "" || len(d.ID) > mostID || !utf8.ValidString(d.ID):
		return ErrID
	case len(d.Typed) > MostBytes:
		return ErrLarge
	case !bytes.HasPrefix(bytes.TrimSpace(d.Typed), []byte("{")) || !json.Valid(d.Typed):
		return ErrKind
	}
	return nil
}

// N counts the changes: it is another whenever something else is kept.
func (s *Store) N() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// Of returns a seller's drafts and the till's, the oldest first, and which N that is.
func (s *Store) Of(seller string) (of []Draft, n uint64) {
	kept, n := s.all()
	for _, d := range kept {
		if d.Seller == seller || d.Seller == "" {
			of = append(of, d)
		}
	}
	return of, n
}

func (s *Store) all() ([]Draft, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept, s.n
}

// Put keeps a draft in place of the one with its name, once it is on the disk. One that was known here and is not there any more
// is refused with ErrGone.
func (s *Store) Put(d Draft, known bool) error {
	if err := d.check(); err != nil {
		return err
	}
	d.Typed = bytes.Clone(d.Typed)
	s.writing.Lock()
	defer s.writing.Unlock()
	kept, _ := s.all()
	if known && !slices.ContainsFunc(kept, d.same) {
		return ErrGone
	}
	next := slices.DeleteFunc(slices.Clone(kept), func(o Draft) bool { return o.Seller == d.Seller && o.Name == d.Name })
	return s.write(bounded(append(next, d)))
}

// same reports whether two are one draft, whatever stands in it.
func (d Draft) same(o Draft) bool { return d.Seller == o.Seller && d.Name == o.Name && d.ID == o.ID }

// Forget lets a draft go that has been done or given up. Another one with its name stays.
func (s *Store) Forget(d Draft) error {
	_, err := s.Stay(func(o Draft) bool { return !d.same(o) })
	return err
}

// Stay forgets every draft that need not stay, and reports whether there was any.
func (s *Store) Stay(stays func(Draft) bool) (changed bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	kept, _ := s.all()
	next := slices.DeleteFunc(slices.Clone(kept), func(d Draft) bool { return !stays(d) })
	if len(next) == len(kept) {
		return false, nil
	}
	return true, s.write(next)
}

// write puts a new file in the place of the old one. What it could not write is still known until the till ends.
func (s *Store) write(next []Draft) error {
	s.mu.Lock()
	s.kept = next
	s.n++
	s.mu.Unlock()
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	part := s.path + ".new"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, s.path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(s.path))
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
