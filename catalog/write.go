package catalog

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"posbox/pos/fault"
)

// pageSize is fixed so that the same content gives the same file on every machine.
const pageSize = 4096

// Merge writes the single edits into catalog.db. A Store takes that in with Refresh, as any new file.
//
// Errors: fault.CatalogBusy; fault.CatalogWrite.
func Merge(dir string) error {
	_, err := rewrite(dir, func(*spool) (update, error) { return update{always: true}, nil })
	return err
}

// An update is what a writer brings for the new file, beside what the old one and the single edits say.
type update struct {
	goods, customers layer
	dry              bool // nothing is kept
	always           bool // also where nothing has changed
	mark             string

	// judge, if set, is asked when all has been written but not put in place.
	judge func(goods tally) error
	// barcode, if set, is told every barcode of the new file, in order, and each good that has it.
	barcode func(barcode, code []byte)
}

// rewrite builds a new catalog.db in dir out of the old one, the single edits and what bring brings, and puts it in the
// old one's place. Where nothing has changed the old file stays, and the edits over it. An unreadable old file is put
// aside as catalog.damaged and the new one begins empty; wasDamaged reports that.
func rewrite(dir string, bring func(*spool) (update, error)) (wasDamaged bool, err error) {
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

	edits, _, _, err := readEdits(dir)
	if err != nil {
		return false, writeFailed(err)
	}
	put := &spool{path: work}
	defer closing(&err, put)
	u, err := bring(put)
	if err != nil {
		return false, writeFailed(err)
	}
	old, err := readOld(filepath.Join(dir, fileName))
	if err != nil {
		return old.damaged, writeFailed(err)
	}
	defer old.close()
	changed, err := writeNew(dir, old, edits, put, u)
	if err != nil || u.dry || !changed && !u.always && !old.fresh && !old.damaged {
		return old.damaged, writeFailed(err)
	}
	return old.damaged, writeFailed(install(dir, old.damaged))
}

// An oldFile is the catalog that a writer finds.
type oldFile struct {
	pages   *pages // nil: none that can be read
	meta    meta
	fresh   bool // there was none
	damaged bool
}

// readOld proves the file at path as a whole.
func readOld(path string) (o oldFile, err error) {
	f, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return oldFile{fresh: true}, nil
	}
	if err != nil {
		return oldFile{}, err
	}
	s, err := readSeal(f)
	if err == nil {
		o.pages, err = openPages(f, s)
	}
	if err == nil {
		err = o.pages.prove()
	}
	if err != nil {
		f.Close()
		return oldFile{damaged: true}, nil
	}
	o.meta, err = metaOf(func(key []byte) ([]byte, error) { return o.pages.get(bucketMeta, key) })
	if err != nil {
		f.Close()
	}
	return o, err
}

func (o oldFile) close() {
	if o.pages != nil {
		o.pages.f.Close()
	}
}

// writeNew writes catalog.new, sealed and synced, and reports whether it says anything else than the old file and the
// edits.
func writeNew(dir string, old oldFile, edits []edit, put *spool, u update) (changed bool, err error) {
	goods, customers, err := layersOf(after(edits, old.meta.edits), put)
	if err != nil {
		return false, err
	}
	w := &writer{old: old.pages, meta: old.meta}
	if !u.dry {
		f, err := os.Create(filepath.Join(dir, newName))
		if err != nil {
			return false, err
		}
		defer closing(&err, f)
		w.file = newPageFile(f)
	} else {
		w.file = newPageFile(nil)
	}
	if n := len(edits); n > 0 {
		w.meta.edits = max(w.meta.edits, edits[n-1].Seq)
	}
	if u.mark != "" {
		w.meta.mark = u.mark
	}
	ofGoods, err := w.section(bucketGoods, bucketBarcodes, goods, u.goods, u.barcode)
	if err != nil {
		return false, err
	}
	if u.judge != nil {
		if err := u.judge(ofGoods); err != nil {
			return false, err
		}
	}
	ofCustomers, err := w.section(bucketCustomers, bucketCards, customers, u.customers, nil)
	if err != nil {
		return false, err
	}
	w.meta.goods = ofGoods.all
	changed = ofGoods.changes()+ofCustomers.changes() > 0 || w.meta.mark != old.meta.mark
	if !changed && !u.always && !old.fresh && !old.damaged {
		return false, nil
	}
	return changed, w.finish()
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

// closing closes c and keeps the error that came first.
func closing(err *error, c io.Closer) {
	if cerr := c.Close(); *err == nil {
		*err = cerr
	}
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
