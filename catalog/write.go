package catalog

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"posbox/pos/fault"
)

// pageSize is fixed so that the same content gives the same file on every machine.
const pageSize = 4096

// openTimeout bounds the wait for bbolt's lock of a file that nobody else has.
const openTimeout = time.Second

// compactBytes is how much the compaction writes in one transaction.
const compactBytes = 8 << 20

// Merge writes the single edits into catalog.db. A Store takes that in with Refresh, as any new file.
//
// Errors: fault.CatalogBusy; fault.CatalogWrite.
func Merge(dir string) error {
	_, err := rewrite(dir, false, func(db *bbolt.DB) (bool, error) { return true, nil })
	return err
}

// rewrite builds a new catalog.db in dir out of the old one, the single edits and change, and puts it in the old one's
// place. Where change reports that nothing changed, or dry is set, the old file stays, and the edits over it. An
// unreadable old file is put aside as catalog.damaged and the new one begins empty; wasDamaged reports that.
func rewrite(dir string, dry bool, change func(db *bbolt.DB) (changed bool, err error)) (wasDamaged bool, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false, writeFailed(err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return false, err
	}
	defer unlock()
	work, next := filepath.Join(dir, workName), filepath.Join(dir, newName)
	cleanUp := func() { os.Remove(work); os.Remove(next) } // a writer that was killed leaves them as well
	cleanUp()
	defer cleanUp()

	fresh, wasDamaged, err := copyCurrent(filepath.Join(dir, fileName), work)
	if err != nil {
		return wasDamaged, writeFailed(err)
	}
	edits, _, _, err := readEdits(dir)
	if err != nil {
		return wasDamaged, writeFailed(err)
	}
	src, err := openForWriting(work)
	if err != nil {
		return wasDamaged, writeFailed(err)
	}
	defer closing(&err, src)
	if err := src.Update(func(tx *bbolt.Tx) error { return prepare(tx, edits) }); err != nil {
		return wasDamaged, writeFailed(err)
	}
	changed, err := change(src)
	if err != nil || dry || !changed && !fresh && !wasDamaged {
		return wasDamaged, writeFailed(err)
	}
	size, err := compact(next, src)
	if err != nil {
		return wasDamaged, writeFailed(err)
	}
	if err := sealFile(next, size); err != nil {
		return wasDamaged, writeFailed(err)
	}
	return wasDamaged, writeFailed(install(dir, wasDamaged))
}

// lock keeps other writers out. The kernel lets go of it if this process dies.
func lock(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, writeFailed(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.Wrap(err, fault.CatalogBusy, "dir", dir)
		}
		return nil, writeFailed(err)
	}
	return func() { f.Close() }, nil
}

// copyCurrent copies the sealed file at path to work, without its seal. fresh: there is none to copy.
func copyCurrent(path, work string) (fresh, wasDamaged bool, err error) {
	from, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, false, nil
	}
	if err != nil {
		return false, false, err
	}
	defer from.Close()
	to, err := os.Create(work)
	if err != nil {
		return false, false, err
	}
	full := &failureOf{w: to}
	err = copyPages(from, full)
	if err := errors.Join(full.err, to.Close()); err != nil {
		return false, false, err
	}
	if err != nil {
		return false, true, os.Remove(work)
	}
	return false, false, nil
}

// failureOf tells a failed write from whatever else may fail in a copy.
type failureOf struct {
	w   io.Writer
	err error
}

func (f *failureOf) Write(p []byte) (n int, err error) {
	n, err = f.w.Write(p)
	f.err = err
	return n, err
}

// openForWriting opens a file that is nobody else's and that no power cut can hurt, since it is thrown away then.
func openForWriting(path string) (*bbolt.DB, error) {
	return bbolt.Open(path, 0o644, &bbolt.Options{
		Timeout: openTimeout, NoSync: true, NoGrowSync: true, NoFreelistSync: true, NoStatistics: true,
		FreelistType: bbolt.FreelistMapType, PageSize: pageSize,
	})
}

// prepare makes the buckets and puts the edits in that the file does not have.
func prepare(tx *bbolt.Tx, edits []edit) error {
	for _, name := range allBuckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	if meta.Get(keyGoods) == nil {
		if err := setCount(tx, 0); err != nil {
			return err
		}
	}
	if err := meta.Put(keyFormat, []byte(format)); err != nil {
		return err
	}
	return mergeEdits(tx, edits)
}

func readMeta(tx *bbolt.Tx) (meta, error) {
	return metaOf(func(key []byte) ([]byte, error) { return tx.Bucket(bucketMeta).Get(key), nil })
}

func mergeEdits(tx *bbolt.Tx, edits []edit) error {
	m, err := readMeta(tx)
	if err != nil {
		return err
	}
	edits = after(edits, m.edits)
	for _, e := range edits {
		for _, g := range e.Goods {
			did, err := putGood(tx, g)
			if err != nil {
				return err
			}
			if did == added {
				m.goods++
			}
		}
		for _, c := range e.Customers {
			if err := putCustomer(tx, c); err != nil {
				return err
			}
		}
		m.edits = e.Seq
	}
	if len(edits) == 0 {
		return nil
	}
	if err := setCount(tx, m.goods); err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(keyEdits, strconv.AppendUint(nil, m.edits, 10))
}

func setCount(tx *bbolt.Tx, n int) error {
	return tx.Bucket(bucketMeta).Put(keyGoods, strconv.AppendInt(nil, int64(n), 10))
}

// closing closes c and keeps the error that came first.
func closing(err *error, c io.Closer) {
	if cerr := c.Close(); *err == nil {
		*err = cerr
	}
}

// compact copies src in key order, so that equal content gives equal bytes, and returns the size of what counts.
func compact(path string, src *bbolt.DB) (size int64, err error) {
	dst, err := openForWriting(path)
	if err != nil {
		return 0, err
	}
	defer closing(&err, dst)
	if err := bbolt.Compact(dst, src, compactBytes); err != nil {
		return 0, err
	}
	err = dst.View(func(tx *bbolt.Tx) error {
		size = tx.Size()
		return nil
	})
	return size, err
}

// sealFile cuts off what bbolt has reserved beyond its last page, appends the seal and syncs.
func sealFile(path string, size int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer closing(&err, f)
	if err := f.Truncate(size); err != nil {
		return err
	}
	sums := newSummer()
	if _, err := io.Copy(sums, f); err != nil {
		return err
	}
	if _, err := f.Write(sums.seal().bytes()); err != nil {
		return err
	}
	return f.Sync()
}

// install renames the new file over the old one. From here on a power cut leaves one or the other, whole.
func install(dir string, keepOld bool) error {
	path := filepath.Join(dir, fileName)
	if keepOld {
		aside := filepath.Join(dir, damagedName)
		os.Remove(aside)
		if err := os.Link(path, aside); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(dir, newName), path); err != nil {
		return err
	}
	return syncFolder(dir)
}

// writeFailed gives a failure of the disk its fault; faults pass.
func writeFailed(err error) error {
	if err == nil || fault.CodeOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(err, fault.CatalogWrite)
}
