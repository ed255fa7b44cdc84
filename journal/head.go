package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"posbox/journal/pages"
	"posbox/pos/fault"
)

// Names inside a journal file.
var (
	bucketMeta       = []byte("meta")
	bucketRecords    = []byte("records")
	bucketDrafts     = []byte("drafts")
	bucketAnswers    = []byte("answers")
	bucketCursors    = []byte("cursors")
	bucketProjection = []byte("projection")
	bucketIndex      = []byte("index")

	metaFormat = []byte("format") // uint32
	metaFirst  = []byte("first")  // sequence of the file's first record
	metaPrev   = []byte("prev")   // hash of the record before it
	metaHead   = []byte("head")   // hash of the file's last record; prev's where it has none
)

var (
	// needed are the buckets without which a file is damaged; the others follow from the records.
	needed  = [][]byte{bucketMeta, bucketRecords, bucketDrafts, bucketAnswers, bucketCursors}
	buckets = append(slices.Clone(needed), bucketProjection, bucketIndex)
	// moved are the buckets that go along to a new head.
	moved = [][]byte{bucketDrafts, bucketAnswers, bucketCursors, bucketProjection}
)

// growBytes is how much room is made at once: small enough that nobody feels the wait, large enough to be rare.
const growBytes = 1 << 20

// pageSize of new files, the same on every machine: some Raspberry Pi kernels have pages of 16 KiB.
const pageSize = 4096

// headFile is the file that is written.
type headFile struct {
	db   *bbolt.DB
	file *os.File // bbolt's own handle
	room int64    // up to here the file's blocks are on the disk
}

// start is where a file begins.
type start struct {
	first Seq
	prev  Hash
}

func (j *Journal) openForWriting(path string) (*headFile, error) {
	h := &headFile{}
	defer func() {
		if h.db == nil && h.file != nil {
			h.file.Close() // bbolt leaves it open, and locked, when it panics
		}
	}()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:  lockWait,
		PageSize: pageSize,
		// The map is never moved while the file grows: to move it would wait for whoever reads.
		InitialMmapSize: int(j.o.SegmentBytes) + 32<<20,
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			f, err = os.OpenFile(name, flag, mode)
			h.file = f
			return f, err
		},
	})
	if err != nil {
		return nil, err
	}
	db.AllocSize = growBytes
	h.db = db
	return h, nil
}

// reserve fills the file with zeros up to a length before a transaction begins to write. A full disk is noticed while
// nothing is half done, and a flush into blocks that are there is much faster than into a file that grows. What it
// overwrites lies beyond every page in use.
func (h *headFile) reserve(used, upto int64) error {
	if upto <= h.room {
		return nil
	}
	at := max(used, h.room)
	end := (upto/growBytes + 1) * growBytes
	zeros := make([]byte, 128<<10)
	for at < end {
		n, err := h.file.WriteAt(zeros[:min(int64(len(zeros)), end-at)], at)
		at += int64(n)
		switch {
		case err == nil:
		case isFull(err) && at >= upto:
			end = at // the last room there is
		default:
			return err
		}
	}
	if err := h.file.Sync(); err != nil {
		return err
	}
	h.room = at
	return nil
}

// openHead opens the newest file for writing and reads where it stands.
func (j *Journal) openHead() error {
	path := j.path(j.number)
	if err := precheck(path); err != nil {
		return err
	}
	err := guard(func() (err error) {
		if j.head, err = j.openForWriting(path); err != nil {
			return err
		}
		return j.head.db.View(j.readHead)
	})
	if err != nil {
		return openError(path, err)
	}
	if err := j.joinToOlder(); err != nil {
		return err
	}
	if lost, err := j.indexLost(); err != nil || !lost {
		return err
	}
	return j.RebuildIndex()
}

// precheck looks at the file without mapping it, every page: bbolt would take an empty file for a new one, panic in a
// goroutine of its own, or run in a circle of pages until the stack ends, which no recover stops. 64 MiB take some
// 30 ms.
func precheck(path string) error {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return damaged(path, 0, err)
		}
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	pf, err := pages.Open(f, st.Size())
	if err == nil {
		err = serious(pf.Walk())
	}
	if err != nil {
		return damaged(path, 0, err)
	}
	return nil
}

// serious leaves out pages that are lost for good but hold nothing: bbolt can make such itself.
func serious(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if e := serious(e); e != nil {
				return e
			}
		}
		return nil
	}
	var d *pages.Damage
	if errors.As(err, &d) && isLeak(d) {
		return nil
	}
	return err
}

func isLeak(d *pages.Damage) bool { return d.What == "neither reached nor on the freelist" }

func (j *Journal) readHead(tx *bbolt.Tx) error {
	at, err := readMeta(tx)
	if err != nil {
		return err
	}
	j.starts[j.number], j.seq, j.hash = at, at.first-1, at.prev
	if k, v := tx.Bucket(bucketRecords).Cursor().Last(); k != nil {
		r, err := decodeAt(k, v)
		if err != nil {
			return fmt.Errorf("last record: %w", err)
		}
		j.seq, j.hash = r.Seq, r.Hash
	}
	head, err := content(bucketMeta, metaHead, tx.Bucket(bucketMeta).Get(metaHead))
	if err != nil || string(head) != string(j.hash[:]) {
		return damaged(j.path(j.number), j.seq, errors.New("the last record is not the one that was written last"))
	}
	j.answers, err = loadAnswers(tx, j.o.Answers)
	return err
}

func readMeta(tx *bbolt.Tx) (s start, err error) {
	for _, name := range needed {
		if tx.Bucket(name) == nil {
			return s, fmt.Errorf("bucket %s is missing", name)
		}
	}
	meta := tx.Bucket(bucketMeta)
	format, err1 := content(bucketMeta, metaFormat, meta.Get(metaFormat))
	at, err2 := content(bucketMeta, metaFirst, meta.Get(metaFirst))
	prev, err3 := content(bucketMeta, metaPrev, meta.Get(metaPrev))
	if err1 == nil && len(format) == 4 && binary.BigEndian.Uint32(format) > Format {
		return s, fault.New(fault.JournalNewer)
	}
	if err := errors.Join(err1, err2, err3); err != nil || len(at) != keyLen || len(prev) != len(s.prev) {
		return s, errors.Join(errors.New("meta bucket is incomplete"), err)
	}
	copy(s.prev[:], prev)
	s.first = Seq(binary.BigEndian.Uint64(at))
	if s.first == 0 || (s.first == 1) != (s.prev == Hash{}) {
		return s, errors.New("first sequence and previous hash do not fit")
	}
	return s, nil
}

// joinToOlder checks that the head goes on where the file before it ended.
func (j *Journal) joinToOlder() error {
	at := j.starts[j.number]
	if j.number == j.oldest {
		if j.number == 1 && at.first != 1 {
			return damaged(j.path(1), at.first, errors.New("the first file does not begin with sequence 1"))
		}
		return nil // older files were deleted once BAAZ had them
	}
	return j.view(j.number-1, func(tx *bbolt.Tx) error {
		k, v := tx.Bucket(bucketRecords).Cursor().Last()
		r, err := decodeAt(k, v)
		if err != nil || r.Seq+1 != at.first || r.Hash != at.prev {
			return damaged(j.path(j.number), at.first, errors.New("does not go on where the file before it ended"))
		}
		return nil
	})
}

// sealedFile opens an older file for reading, once.
func (j *Journal) sealedFile(number int) (*bbolt.DB, error) {
	j.opening.Lock() // and not mu: to look through a file takes a moment, and nobody else has to wait for that
	defer j.opening.Unlock()
	j.mu.RLock()
	db, closed := j.sealed[number], j.head == nil
	j.mu.RUnlock()
	switch {
	case closed:
		return nil, errClosed
	case db != nil:
		return db, nil
	}
	path := j.path(number)
	if err := precheck(path); err != nil {
		return nil, err
	}
	var at start
	err := guard(func() (err error) {
		if db, err = bbolt.Open(path, 0o400, &bbolt.Options{Timeout: lockWait, ReadOnly: true}); err != nil {
			return err
		}
		return db.View(func(tx *bbolt.Tx) (err error) { at, err = readMeta(tx); return err })
	})
	if err != nil {
		if db != nil {
			db.Close()
		}
		return nil, openError(path, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.head == nil {
		db.Close()
		return nil, errClosed
	}
	j.sealed[number], j.starts[number] = db, at
	return db, nil
}

// view reads one file, guarded.
func (j *Journal) view(number int, f func(*bbolt.Tx) error) error {
	db, err := j.open(number)
	if err != nil {
		return j.note(err)
	}
	err = viewing(db, f)
	if errors.Is(err, errPanic) {
		err = damaged(j.path(number), 0, err)
	}
	return j.note(err)
}

// viewHead reads the newest file.
func (j *Journal) viewHead(f func(*bbolt.Tx) error) error { return j.view(j.newest(), f) }

func viewing(db *bbolt.DB, f func(*bbolt.Tx) error) error {
	err := guard(func() error { return db.View(f) })
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return errClosed
	}
	return err
}

// open returns file number, the head or a sealed one.
func (j *Journal) open(number int) (*bbolt.DB, error) {
	j.mu.RLock()
	head, err, isHead := j.head, j.damage, number == j.number
	j.mu.RUnlock()
	switch {
	case err != nil:
		return nil, err
	case head == nil:
		return nil, errClosed
	case isHead:
		return head.db, nil
	}
	return j.sealedFile(number)
}

// writeError sorts out what a failed transaction means: what was refused, or met a full disk before the moment of
// commit, left nothing behind and may be tried again; after anything else nobody knows what the disk holds, so only a
// restart, which reads it back, may go on. before is the last transaction that was committed.
func (j *Journal) writeError(h *headFile, before int, err error) error {
	switch {
	case errors.Is(err, errPanic):
		return j.note(j.damagedHead(err))
	case fault.CodeOf(err) == fault.JournalDamaged:
		return j.note(err)
	case errors.Is(err, errRefused):
		return err
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return errClosed
	case isFull(err) && h.lastTransaction() == before:
		return fault.Wrap(err, fault.JournalFull)
	}
	return j.fail(err)
}

// lastTransaction returns the number of the newest transaction that readers see, -1 if that cannot be told.
func (h *headFile) lastTransaction() (id int) {
	err := viewing(h.db, func(tx *bbolt.Tx) error { id = tx.ID(); return nil })
	if err != nil {
		return -1
	}
	return id
}

// isFull reports whether an error means that there is no room. bbolt passes some of them on as text only.
func isFull(err error) bool {
	for _, full := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) || strings.HasSuffix(err.Error(), full.Error()) {
			return true
		}
	}
	return false
}

func openError(path string, err error) error {
	var number syscall.Errno
	switch {
	case errors.Is(err, errPanic):
		return damaged(path, 0, err)
	case errors.Is(err, berrors.ErrTimeout):
		return fault.Wrap(err, fault.FolderInUse, "dir", filepath.Dir(filepath.Dir(path)))
	case fault.CodeOf(err) != fault.Internal:
		return err
	case errors.As(err, &number) && number != syscall.EIO:
		return err // no rights, no memory, too many files: the file itself is not to blame
	}
	return damaged(path, 0, err)
}
