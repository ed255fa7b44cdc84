// Package journal is the append-only log of facts: what is in it has happened.
//
// # Files
//
// DIR/journal/000001.db, 000002.db … are bbolt files in a row; the newest is the head and the only one written. A new
// one is begun when the head holds 64 MiB, or at a shift's close past 48 MiB; it is written whole beside, synced and
// renamed into place, so that a power cut leaves either the old head or the new one. Sealed files are read-only.
// DIR/journal/HEAD names the newest file, so that a lost file is noticed. DIR/journal/LOCK is held (flock) by the process
// that has the journal open.
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
// The last record has no record after it that would carry its hash: bucket "meta" has it under "head", written along.
//
// # What else a transaction carries
//
// "drafts" (open baskets), "answers" (command ids with their answers, the last 10 000), "cursors" (how far each follower
// has come) change in the same transaction as the facts that belong to them, and move to each new head.
// "projection" (the till's state as of a sequence) and "index" (bill and shift numbers → sequence) follow from the
// records; they may be lost and are built again. Every value outside "records" ends with a CRC-32C (sums.go).
//
// "meta" holds, as big-endian numbers or hashes: "format", "first" (sequence of the file's first record), "prev" (hash
// of the record before that), "head" (hash of the last record; "prev" where there is none).
//
// # Damage
//
// bbolt panics or faults on damaged pages, or dies. So every file is looked through page by page before bbolt gets it,
// and every access runs guarded. Reading compares each record's hash with the one that the next record carries. The
// first sign of damage makes the journal refuse everything from then on with fault journal.damaged. The file stays as it
// is. Package pages reads damaged files without mapping them.
package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"go.etcd.io/bbolt"

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
	// Index names the keys under which a record can be found again, not empty. Nil: none. Keys that share what stands
	// before their first '/' should ascend with the sequence: Last stops looking in older files by that.
	Index func(Record) []string
}

// Journal is an open journal. Its methods may be called from any goroutine; Append, Project and RebuildIndex from one at
// a time.
type Journal struct {
	dir  string
	o    Options
	lock *os.File
	// rollAt is the size before which no new file is tried again; of the appending goroutine.
	rollAt int64

	opening sync.Mutex   // held while a sealed file is opened
	mu      sync.RWMutex // guards the fields below, never held while a file is read or written
	head    *headFile    // nil once closed
	oldest  int          // number of the oldest file
	number  int          // of the head file
	sealed  map[int]*bbolt.DB
	starts  map[int]start
	seq     Seq
	hash    Hash
	damage  error // set once, for good
	failed  error // a write that failed in an unknown state; set once
	rollErr error // why the last new file could not be begun

	answers *answerRing
}

// Open opens the journal in dir, or begins one. Errors are faults: journal.damaged, journal.newer, folder.in_use.
func Open(dir string, o Options) (*Journal, error) {
	o.defaults()
	j := &Journal{dir: filepath.Join(dir, "journal"), o: o, sealed: map[int]*bbolt.DB{}, starts: map[int]start{}}
	if err := j.openAll(); err != nil {
		j.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) openAll() error {
	if err := makeDir(j.dir); err != nil {
		return err
	}
	if err := j.lockFolder(); err != nil {
		return err
	}
	numbers, err := j.files()
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		return j.begin()
	}
	j.oldest, j.number = numbers[0], numbers[len(numbers)-1]
	if err := j.openHead(); err != nil {
		return err
	}
	if named, err := readHeadName(j.dir); err != nil || named != j.number {
		j.rollErr = j.writeHeadName(j.number) // a hint: a full disk must not keep the shop shut
	}
	return nil
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

// closeWait is how long Close waits for whoever still reads.
const closeWait = 5 * time.Second

// Close ends all use. It is safe to call twice. Whoever still reads after some seconds is not waited for: everything
// appended is on the disk already.
func (j *Journal) Close() error {
	j.mu.Lock()
	var open []*bbolt.DB
	for n, db := range j.sealed {
		open = append(open, db)
		delete(j.sealed, n)
	}
	if j.head != nil {
		open = append(open, j.head.db)
		j.head = nil
	}
	lock := j.lock
	j.lock = nil
	j.mu.Unlock()
	closed := make(chan error, 1)
	go func() {
		var errs []error
		for _, db := range open {
			errs = append(errs, guard(db.Close))
		}
		if lock != nil {
			errs = append(errs, lock.Close())
		}
		closed <- errors.Join(errs...)
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeWait):
		return errors.New("journal: still being read while it closes")
	}
}

// errClosed is returned by everything after Close.
var errClosed = errors.New("journal: closed")

// errPanic marks what bbolt, or the memory that a file is mapped to, threw: the file is damaged.
var errPanic = errors.New("journal: the file cannot be used")

// guard runs f and turns panics and memory faults of damaged files into errors.
func guard(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	return f()
}

// damaged makes a fault that names file and sequence.
func damaged(file string, seq Seq, cause error) error {
	return fault.Wrap(fmt.Errorf("%s, sequence %d: %w", filepath.Base(file), seq, cause), fault.JournalDamaged)
}

// damagedHead makes a fault that names the newest file.
func (j *Journal) damagedHead(cause error) error {
	seq, _ := j.Head()
	return damaged(j.path(j.newest()), seq, cause)
}

// note remembers damage, and returns err.
func (j *Journal) note(err error) error {
	if fault.CodeOf(err) != fault.JournalDamaged {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.damage == nil {
		j.damage = err
	}
	return err
}

// fail remembers that nothing may be written any more.
func (j *Journal) fail(cause error) error {
	f := fault.Wrap(cause, fault.JournalFailed)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed == nil {
		j.failed = f
	}
	return f
}

// lockWait is how long an open waits for another process to let go of a file.
const lockWait = 200 * time.Millisecond

// Copy writes a consistent copy of file number to w, while the journal is in use. A writer to the head that takes its
// time keeps the head's old pages from being used again, until the next file is begun; nobody waits for it.
func (j *Journal) Copy(number int, w io.Writer) error {
	return j.view(number, func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(stopping{j, w})
		return err
	})
}

// stopping is a writer that ends with the journal.
type stopping struct {
	j *Journal
	w io.Writer
}

func (s stopping) Write(b []byte) (int, error) {
	s.j.mu.RLock()
	closed := s.j.head == nil
	s.j.mu.RUnlock()
	if closed {
		return 0, errClosed
	}
	return s.w.Write(b)
}
