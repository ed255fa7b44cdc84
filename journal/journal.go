// Package journal is the append-only log of facts: what is in it has happened.
//
// # Files
//
// DIR/journal/000001.db, 000002.db … are bbolt files in a row; the newest is the head and the only one written. A new
// one is begun when the head holds 64 MiB, or at a shift's close past 48 MiB; it is written whole beside, synced and
// renamed into place, so that a power cut leaves either the old head or the new one. Sealed files are read-only.
// DIR/journal/HEAD names the newest file, so that a lost file is noticed.
//
// # Records and their chain
//
// Bucket "records": key the sequence, 8 bytes big-endian, from 1 without gaps over all files; value the record:
//
//	offset size
//	     0    1  format, 1
//	     1    8  sequence, big-endian
//	     9   16  box id: first 16 bytes of SHA-256 of the box's Ed25519 public key
//	    25    4  epoch, big-endian: 0 never joined
//	    29    8  time, big-endian, UTC microseconds since 1970 (two's complement)
//	    37    1  n, length of the kind, 1 to 64
//	    38    n  kind, ASCII
//	  38+n    4  m, length of the body, big-endian
//	  42+n    m  body, JSON in UTF-8 (package event)
//	42+n+m   32  previous hash
//
// The hash rule: a record's hash is the SHA-256 of all these bytes; the previous hash is the hash of the record with the
// sequence before, 32 zero bytes for sequence 1. The bytes stored are the bytes sent, never re-encoded.
//
// # What else a transaction carries
//
// "drafts" (open baskets), "answers" (command ids with their answers, the last 10 000), "cursors" (how far each follower
// has come) change in the same transaction as the facts that belong to them, and move to each new head.
// "projection" (the till's state as of a sequence) and "index" (bill and shift numbers → sequence) follow from the
// records; they may be lost and are built again.
//
// # Damage
//
// bbolt panics or faults on damaged pages. Every access here runs guarded; the first sign of damage makes the journal
// refuse everything from then on with fault journal.damaged. The file stays as it is. Package pages reads damaged files
// without mapping them.
package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"posbox/pos/fault"
)

// Format is the number of the whole layout. Raising it is one explicit step; an older program refuses a newer journal.
const Format = 1

// Options of a journal. The zero value is sensible, but for Box.
type Options struct {
	Box   Box    // written into every record
	Epoch uint32 // likewise
	// SegmentBytes begins a new file when the head's pages reach it; default 64 MiB.
	SegmentBytes int64
	// SealBytes begins a new file at a shift's close past it; default 48 MiB.
	SealBytes int64
	// Answers is how many command answers are kept; default 10 000.
	Answers int
	// Index names the keys under which a record can be found again. Nil: none.
	Index func(Record) []string
}

// Journal is an open journal. Its methods may be called from any goroutine; Append from one at a time.
type Journal struct {
	dir string
	o   Options

	mu      sync.RWMutex // guards the fields below; held for writing only while the head is exchanged
	head    *bbolt.DB
	number  int // of the head file
	sealed  map[int]*bbolt.DB
	first   map[int]Seq // of each file
	seq     Seq
	hash    Hash
	answers *answerRing
	damage  error // set once, for good
	failed  error // a write that failed in an unknown state; set once
	rollErr error // why the last new file could not be begun
}

// Open opens the journal in dir, or begins one. Errors are faults: journal.damaged, journal.newer, folder.in_use.
func Open(dir string, o Options) (*Journal, error) {
	o.defaults()
	j := &Journal{dir: filepath.Join(dir, "journal"), o: o, sealed: map[int]*bbolt.DB{}, first: map[int]Seq{}}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return nil, err
	}
	numbers, err := j.files()
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		if err := j.create(1, nil); err != nil {
			return nil, err
		}
		numbers = []int{1}
	}
	j.number = numbers[len(numbers)-1]
	if err := j.openHead(); err != nil {
		j.Close()
		return nil, err
	}
	return j, nil
}

func (o *Options) defaults() {
	if o.SegmentBytes == 0 {
		o.SegmentBytes = 64 << 20
	}
	if o.SealBytes == 0 {
		o.SealBytes = 48 << 20
	}
	if o.Answers == 0 {
		o.Answers = 10_000
	}
	if o.Index == nil {
		o.Index = func(Record) []string { return nil }
	}
}

// Exists reports whether dir holds a journal.
func Exists(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, "journal", "*.db"))
	_, err := os.Stat(filepath.Join(dir, "journal", headName))
	return len(found) > 0 || err == nil
}

// Head returns sequence and hash of the newest record.
func (j *Journal) Head() (Seq, Hash) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.seq, j.hash
}

// Err returns why the journal takes nothing any more; nil while it does.
func (j *Journal) Err() error {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.err()
}

func (j *Journal) err() error {
	if j.damage != nil {
		return j.damage
	}
	return j.failed
}

// Close ends all use. It is safe to call twice.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var errs []error
	for n, db := range j.sealed {
		errs = append(errs, db.Close())
		delete(j.sealed, n)
	}
	if j.head != nil {
		errs = append(errs, guard(j.head.Close))
		j.head = nil
	}
	return errors.Join(errs...)
}

// errClosed is returned by everything after Close.
var errClosed = errors.New("journal: closed")

// guard runs f and turns panics and memory faults of damaged files into errors.
func guard(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer func() {
		if r := recover(); r != nil {
			err = fault.Wrap(fmt.Errorf("%v", r), fault.JournalDamaged)
		}
	}()
	return f()
}

// damaged makes a fault that names file and sequence.
func damaged(file string, seq Seq, cause error) error {
	return fault.Wrap(fmt.Errorf("%s, sequence %d: %w", filepath.Base(file), seq, cause), fault.JournalDamaged)
}

// note remembers damage and failed writes, and returns err as a fault.
func (j *Journal) note(err error) error {
	if err == nil || errors.Is(err, errClosed) {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if fault.CodeOf(err) == fault.JournalDamaged && j.damage == nil {
		j.damage = err
	}
	return err
}

// writeError sorts out what a failed commit means: a full disk leaves nothing behind and may be tried again; after
// anything else nobody knows what the disk holds, so only a restart, which reads it back, may go on.
func (j *Journal) writeError(err error) error {
	if fault.CodeOf(err) == fault.JournalDamaged {
		return j.note(err)
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return fault.Wrap(err, fault.JournalFull)
	}
	f := fault.Wrap(err, fault.JournalFailed)
	j.mu.Lock()
	j.failed = f
	j.mu.Unlock()
	return f
}

func openError(path string, err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fault.Wrap(err, fault.FolderInUse, "dir", filepath.Dir(filepath.Dir(path)))
	case fault.CodeOf(err) != fault.Internal:
		return err
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EMFILE):
		return err
	}
	return damaged(path, 0, err)
}

// lockWait is how long an open waits for another process to let go of a file.
const lockWait = 200 * time.Millisecond

// Copy writes a consistent copy of file number to w, while the journal is in use.
func (j *Journal) Copy(number int, w io.Writer) error {
	return j.view(number, func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(w)
		return err
	})
}
