package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
)

// moved are the buckets that go along to a new head.
var moved = [][]byte{bucketDrafts, bucketAnswers, bucketCursors, bucketProjection}

const (
	headName   = "HEAD"
	fileSuffix = ".db"
	tempSuffix = ".tmp"
	// growBytes is how much a file grows at once: fewer, larger flushes of the file's length.
	growBytes = 4 << 20
)

func (j *Journal) path(number int) string {
	return filepath.Join(j.dir, fmt.Sprintf("%06d%s", number, fileSuffix))
}

// files lists the numbers of the files there are, oldest first, takes away what a power cut left half made, and says if
// one is missing.
func (j *Journal) files() ([]int, error) {
	entries, err := os.ReadDir(j.dir)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, tempSuffix) {
			if err := os.Remove(filepath.Join(j.dir, name)); err != nil {
				return nil, err
			}
			continue
		}
		if n, err := strconv.Atoi(strings.TrimSuffix(name, fileSuffix)); err == nil && strings.HasSuffix(name, fileSuffix) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for i := 1; i < len(numbers); i++ {
		if numbers[i] != numbers[i-1]+1 {
			return nil, damaged(j.path(numbers[i-1]+1), 0, os.ErrNotExist)
		}
	}
	return numbers, j.checkHeadName(numbers)
}

// checkHeadName notices that the newest file has been lost.
func (j *Journal) checkHeadName(numbers []int) error {
	text, err := os.ReadFile(filepath.Join(j.dir, headName))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	want, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || want < 1 {
		return nil // only a hint: a torn write of it must not stop a shop
	}
	if len(numbers) == 0 || numbers[len(numbers)-1] < want {
		return damaged(j.path(want), 0, os.ErrNotExist)
	}
	return nil
}

// create writes file number whole under a temporary name, with what moves over from old, and renames it into place.
func (j *Journal) create(number int, old *bbolt.DB) error {
	temp := j.path(number) + tempSuffix
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	db, err := bbolt.Open(temp, 0o600, &bbolt.Options{Timeout: lockWait, NoSync: true})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error { return j.fill(tx, old) })
	if err == nil {
		err = db.Sync()
	}
	if err = errors.Join(err, db.Close()); err != nil {
		os.Remove(temp)
		return err
	}
	if err := os.Rename(temp, j.path(number)); err != nil {
		return err
	}
	if err := syncDir(j.dir); err != nil {
		return err
	}
	return j.writeHeadName(number)
}

func (j *Journal) writeHeadName(number int) error {
	path := filepath.Join(j.dir, headName)
	temp := path + tempSuffix
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%d\n", number)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncDir(j.dir)
}

func (j *Journal) fill(tx *bbolt.Tx, old *bbolt.DB) error {
	for _, name := range [][]byte{bucketMeta, bucketRecords, bucketDrafts, bucketAnswers, bucketCursors, bucketProjection, bucketIndex} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	if err := errors.Join(
		meta.Put(metaFormat, binary.BigEndian.AppendUint32(nil, Format)),
		meta.Put(metaFirst, key(j.seq+1)),
		meta.Put(metaPrev, j.hash[:]),
	); err != nil || old == nil {
		return err
	}
	return old.View(func(from *bbolt.Tx) error {
		for _, name := range moved {
			to := tx.Bucket(name)
			if err := from.Bucket(name).ForEach(func(k, v []byte) error { return to.Put(k, v) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// openHead opens the newest file for writing and reads where it stands.
func (j *Journal) openHead() error {
	path := j.path(j.number)
	if err := precheck(path); err != nil {
		return err
	}
	err := guard(func() error {
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, InitialMmapSize: int(j.o.SegmentBytes) * 3 / 2})
		if err != nil {
			return err
		}
		db.AllocSize = growBytes
		j.head = db
		return db.View(j.readHead)
	})
	if err != nil {
		return openError(path, err)
	}
	return j.joinToOlder()
}

// precheck looks at the file without mapping it: bbolt would panic in a goroutine of its own, or take an empty file for
// a new one.
func precheck(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	pf, err := pages.Open(f, st.Size())
	if err == nil {
		err = pf.Quick(string(bucketMeta), string(bucketRecords), string(bucketDrafts), string(bucketAnswers), string(bucketCursors))
	}
	if err != nil {
		return damaged(path, 0, err)
	}
	return nil
}

func (j *Journal) readHead(tx *bbolt.Tx) error {
	first, prev, err := readMeta(tx)
	if err != nil {
		return err
	}
	j.first[j.number], j.seq, j.hash = first, first-1, prev
	if k, v := tx.Bucket(bucketRecords).Cursor().Last(); k != nil {
		r, err := Decode(slices.Clone(v))
		if err != nil || len(k) != keyLen || r.Seq != Seq(binary.BigEndian.Uint64(k)) {
			return fmt.Errorf("last record: %w", errors.Join(err, errMisplaced))
		}
		j.seq, j.hash = r.Seq, r.Hash
	}
	j.answers, err = loadAnswers(tx, j.o.Answers)
	return err
}

var errMisplaced = errors.New("record does not stand at its sequence")

func readMeta(tx *bbolt.Tx) (first Seq, prev Hash, err error) {
	for _, name := range [][]byte{bucketMeta, bucketRecords, bucketDrafts, bucketAnswers, bucketCursors} {
		if tx.Bucket(name) == nil {
			return 0, prev, fmt.Errorf("bucket %s is missing", name)
		}
	}
	meta := tx.Bucket(bucketMeta)
	format, at, hash := meta.Get(metaFormat), meta.Get(metaFirst), meta.Get(metaPrev)
	if len(format) != 4 || len(at) != keyLen || len(hash) != len(prev) {
		return 0, prev, errors.New("meta bucket is incomplete")
	}
	if n := binary.BigEndian.Uint32(format); n > Format {
		return 0, prev, fault.New(fault.JournalNewer)
	}
	copy(prev[:], hash)
	return Seq(binary.BigEndian.Uint64(at)), prev, nil
}

// joinToOlder checks that the head goes on where the file before it ended.
func (j *Journal) joinToOlder() error {
	if j.number == 1 {
		return nil
	}
	var first Seq
	var prev Hash
	if err := guard(func() error {
		return j.head.View(func(tx *bbolt.Tx) (err error) { first, prev, err = readMeta(tx); return err })
	}); err != nil {
		return openError(j.path(j.number), err)
	}
	err := j.view(j.number-1, func(tx *bbolt.Tx) error {
		_, v := tx.Bucket(bucketRecords).Cursor().Last()
		r, err := Decode(slices.Clone(v))
		if err != nil || r.Seq+1 != first || r.Hash != prev {
			return damaged(j.path(j.number), first, errors.New("does not go on where the file before it ended"))
		}
		return nil
	})
	return err
}

// sealedFile opens an older file for reading, once.
func (j *Journal) sealedFile(number int) (*bbolt.DB, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.head == nil {
		return nil, errClosed
	}
	if db, ok := j.sealed[number]; ok {
		return db, nil
	}
	path := j.path(number)
	if err := precheck(path); err != nil {
		return nil, err
	}
	var db *bbolt.DB
	err := guard(func() (err error) {
		db, err = bbolt.Open(path, 0o400, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
		return err
	})
	if err != nil {
		return nil, openError(path, err)
	}
	j.sealed[number] = db
	return db, nil
}

// view reads one file, guarded.
func (j *Journal) view(number int, f func(*bbolt.Tx) error) error {
	for {
		db, err := j.open(number)
		if err != nil {
			return j.note(err)
		}
		err = guard(func() error { return db.View(f) })
		if !errors.Is(err, berrors.ErrDatabaseNotOpen) {
			return j.note(err)
		}
		// The head was sealed in between: it is opened anew as an older file.
	}
}

// open returns file number, the head or a sealed one.
func (j *Journal) open(number int) (*bbolt.DB, error) {
	j.mu.RLock()
	db, err, isHead := j.head, j.damage, number == j.number
	j.mu.RUnlock()
	switch {
	case err != nil:
		return nil, err
	case db == nil:
		return nil, errClosed
	case isHead:
		return db, nil
	}
	return j.sealedFile(number)
}

// Files returns the numbers of the files, oldest first.
func (j *Journal) Files() []int {
	j.mu.RLock()
	defer j.mu.RUnlock()
	entries, err := os.ReadDir(j.dir)
	if err != nil {
		return nil
	}
	var numbers []int
	for _, e := range entries {
		if n, err := strconv.Atoi(strings.TrimSuffix(e.Name(), fileSuffix)); err == nil && n <= j.number {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// roll begins a new head. The old one stays the head if that fails.
func (j *Journal) roll() error {
	old := j.head
	if err := j.create(j.number+1, old); err != nil {
		return err
	}
	db, err := bbolt.Open(j.path(j.number+1), 0o600, &bbolt.Options{Timeout: lockWait, InitialMmapSize: int(j.o.SegmentBytes) * 3 / 2})
	if err != nil {
		return err
	}
	db.AllocSize = growBytes
	j.mu.Lock()
	j.number++
	j.head = db
	j.first[j.number] = j.seq + 1
	j.mu.Unlock()
	// Readers of the old head finish first: Close waits for them. From now on it is opened as sealed.
	err = old.Close()
	return errors.Join(err, os.Chmod(j.path(j.number-1), 0o400))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
