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
	"time"

	"go.etcd.io/bbolt"

	"posbox/pos/fault"
)

const (
	headName   = "HEAD"
	lockName   = "LOCK"
	fileSuffix = ".db"
	tempSuffix = ".tmp"
)

func fileName(number int) string { return fmt.Sprintf("%06d%s", number, fileSuffix) }

func (j *Journal) path(number int) string { return filepath.Join(j.dir, fileName(number)) }

// numberOf returns the number in a journal file's name; ok is false for every other name.
func numberOf(name string) (number int, ok bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(name, fileSuffix))
	return n, err == nil && n > 0 && name == fileName(n)
}

// makeDir makes a folder so that it is still there after a power cut.
func makeDir(dir string) error {
	if st, err := os.Stat(dir); err == nil && st.IsDir() {
		return nil
	}
	above := filepath.Dir(dir)
	if above != dir {
		if err := makeDir(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncDir(above)
}

// lockFolder keeps every other process out for as long as the journal is open. bbolt locks files, but between the end
// of one head and the begin of the next there would be a moment in which the old one could be taken.
func (j *Journal) lockFolder() error {
	f, err := os.OpenFile(filepath.Join(j.dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	for end := time.Now().Add(lockWait); ; time.Sleep(lockWait / 10) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			j.lock = f
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) || time.Now().After(end) {
			f.Close()
			if errors.Is(err, syscall.EWOULDBLOCK) {
				return fault.Wrap(err, fault.FolderInUse, "dir", filepath.Dir(j.dir))
			}
			return err
		}
	}
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
		if strings.HasSuffix(e.Name(), tempSuffix) {
			if err := os.Remove(filepath.Join(j.dir, e.Name())); err != nil {
				return nil, err
			}
		} else if n, ok := numberOf(e.Name()); ok {
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

// readHeadName returns the number of the newest file as HEAD tells it; 0 where it tells nothing: it is only a hint, and
// a torn write of it must not stop a shop.
func readHeadName(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, headName))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	number, bad := strconv.Atoi(strings.TrimSpace(string(text)))
	if bad != nil || number < 1 {
		number = 0
	}
	return number, err
}

// checkHeadName notices that the newest file has been lost.
func (j *Journal) checkHeadName(numbers []int) error {
	want, err := readHeadName(j.dir)
	if err != nil {
		return err
	}
	if want > 0 && (len(numbers) == 0 || numbers[len(numbers)-1] < want) {
		return damaged(j.path(want), 0, os.ErrNotExist)
	}
	return nil
}

func (j *Journal) writeHeadName(number int) error {
	path := filepath.Join(j.dir, headName)
	temp := path + tempSuffix
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%d\n", number)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	return syncDir(j.dir)
}

// begin makes the very first file.
func (j *Journal) begin() error {
	head, err := j.create(1, nil)
	if err != nil {
		return err
	}
	j.oldest, j.number, j.head = 1, 1, head
	j.starts[1] = start{first: 1}
	j.answers = newAnswers(j.o.Answers)
	return j.writeHeadName(1)
}

// roll begins a new head. The old one stays the head if that fails, but for the one case in which nobody knows whether
// the new one is there: then nothing is written any more.
func (j *Journal) roll() error {
	old, next := j.head, j.number+1
	head, err := j.create(next, old)
	if err != nil {
		if errors.Is(err, errUnknown) {
			return j.fail(err)
		}
		return err
	}
	j.mu.Lock()
	j.number, j.head = next, head
	j.starts[next] = start{j.seq + 1, j.hash}
	// The old head stays open for reading: to close it would wait for whoever reads it.
	j.sealed[next-1] = old.db
	j.mu.Unlock()
	return errors.Join(os.Chmod(j.path(next-1), 0o400), j.writeHeadName(next))
}

// errUnknown marks a failure after which the new file may be there or not once the power is back.
var errUnknown = errors.New("journal: the new file may not last")

// create writes file number whole under a temporary name, with what moves over from old, renames it into place, and
// returns it open. The rename is what makes it the head; on any error before it nothing has changed.
func (j *Journal) create(number int, old *headFile) (_ *headFile, err error) {
	temp := j.path(number) + tempSuffix
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var head *headFile
	placed := false
	defer func() {
		if !placed {
			if head != nil {
				head.db.Close()
			}
			os.Remove(temp)
		}
	}()
	if head, err = j.openForWriting(temp); err != nil {
		return nil, err
	}
	head.db.NoSync = true // one sync at the end is enough
	if err := head.db.Update(func(tx *bbolt.Tx) error { return j.fill(tx, old) }); err != nil {
		return nil, err
	}
	if err := head.db.Sync(); err != nil {
		return nil, err
	}
	head.db.NoSync = false
	if err := os.Rename(temp, j.path(number)); err != nil {
		return nil, err
	}
	placed = true
	if err := syncDir(j.dir); err != nil {
		return nil, errors.Join(errUnknown, err, head.db.Close())
	}
	return head, nil
}

func (j *Journal) fill(tx *bbolt.Tx, old *headFile) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	if err := errors.Join(
		put(tx, bucketMeta, metaFormat, binary.BigEndian.AppendUint32(nil, Format)),
		put(tx, bucketMeta, metaFirst, key(j.seq+1)),
		put(tx, bucketMeta, metaPrev, j.hash[:]),
		put(tx, bucketMeta, metaHead, j.hash[:]),
	); err != nil || old == nil {
		return err
	}
	return old.db.View(func(from *bbolt.Tx) error {
		for _, name := range moved {
			b, to := from.Bucket(name), tx.Bucket(name)
			if b == nil {
				continue // a projection may be lost
			}
			to.FillPercent = 0.9
			if err := b.ForEach(func(k, v []byte) error { return to.Put(k, v) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// Files returns the numbers of the files, oldest first.
func (j *Journal) Files() []int {
	j.mu.RLock()
	defer j.mu.RUnlock()
	var numbers []int
	for n := j.oldest; n <= j.number; n++ {
		numbers = append(numbers, n)
	}
	return numbers
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
