package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	store "posbox/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/ui"
	"posbox/uploads"
)

// stock is what the till does with goods that its owner brings: it keeps the files, looks at them, and takes them in.
type stock struct {
	dir     string // of the till
	folder  *uploads.Folder
	goods   *store.Store
	changed func() // something is to be seen

	mu   sync.Mutex
	seq  uint64 // of the import under way
	done int64  // bytes of its file
	told time.Time
}

const (
	uploadsDir = "uploads"
	// mostTries is how often an import is begun that has ended the program each time.
	mostTries = 3
	// freeWithin is how long an import waits for another writer of the goods.
	freeWithin = 2 * time.Minute
	// tellEvery bounds how often progress is shown.
	tellEvery = 200 * time.Millisecond
)

func newStock(dir string, goods *store.Store, changed func()) *stock {
	return &stock{dir: dir, goods: goods, changed: changed, folder: uploads.Open(filepath.Join(dir, uploadsDir), time.Now)}
}

// find implements till.Env.Upload.
func (s *stock) find(id string) (till.Upload, bool) {
	f, ok := s.folder.Find(id)
	return till.Upload{ID: f.ID, Name: f.Name, Bytes: f.Bytes, SHA256: f.SHA256}, ok
}

// preview keeps a file and says what its import would do. One that cannot be read at all is not kept.
func (s *stock) preview(name string, body io.Reader, st *till.State) (ui.Preview, error) {
	f, err := s.folder.Keep(name, body, wanted(st))
	if err != nil {
		return ui.Preview{}, err
	}
	in, err := s.folder.Read(f.ID)
	if err != nil {
		return ui.Preview{}, err
	}
	defer in.Close()
	sum, err := store.Import(s.dir, in, store.ImportOptions{DryRun: true, Name: f.Name})
	if err != nil && fault.CodeOf(err) != fault.ImportRow {
		s.folder.Done(f.ID)
		return ui.Preview{}, err
	}
	return ui.Preview{File: f, Summary: sum}, nil
}

// wanted tells which uploads somebody has asked to be taken in.
func wanted(st *till.State) func(id string) bool {
	return func(id string) bool {
		for _, w := range st.Works {
			if w.Outcome == nil && w.Upload == id {
				return true
			}
		}
		return false
	}
}

// take implements outbox.Goods.Import.
func (s *stock) take(ctx context.Context, seq uint64, asked event.ImportAsked) (event.GoodsImported, error) {
	in, tries, err := s.folder.Begin(asked.Upload)
	if err != nil {
		return event.GoodsImported{}, err
	}
	defer in.Close()
	if tries > mostTries {
		return event.GoodsImported{}, fault.New(fault.ImportGaveUp, "name", asked.Name)
	}
	s.progress(seq, 0)
	sum, err := s.importWhenFree(ctx, &until{ctx, in}, store.ImportOptions{Name: asked.Name, Progress: func(done, total int64) {
		if total > 0 { // of what a workbook holds unpacked, perhaps
			s.progress(seq, done*asked.Bytes/total)
		}
	}})
	if err != nil {
		return event.GoodsImported{}, err
	}
	// Sold from before the outcome says so; if this fails, the till's own look each second tries again.
	if _, err := s.goods.Refresh(); err != nil && ctx.Err() != nil {
		return event.GoodsImported{}, err
	}
	return event.GoodsImported{Rows: sum.Rows, Added: sum.Added, Changed: sum.Changed, Unchanged: sum.Unchanged}, nil
}

// importWhenFree waits for whoever else is at work on the goods: a look at another file, or posd import.
func (s *stock) importWhenFree(ctx context.Context, in io.Reader, o store.ImportOptions) (store.Summary, error) {
	for end := time.Now().Add(freeWithin); ; {
		sum, err := store.Import(s.dir, in, o) // busy is found out before anything is read
		if fault.CodeOf(err) != fault.CatalogBusy || time.Now().After(end) {
			return sum, err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return sum, ctx.Err()
		}
	}
}

func (s *stock) progress(seq uint64, done int64) {
	s.mu.Lock()
	s.seq, s.done = seq, done
	tell := time.Since(s.told) >= tellEvery
	if tell {
		s.told = time.Now()
	}
	s.mu.Unlock()
	if tell {
		s.changed()
	}
}

// Progress implements ui.Options.Progress.
func (s *stock) Progress(seq uint64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seq != seq {
		return 0
	}
	return s.done
}

// tidy forgets the files whose import has an outcome. It comes after the outcome is durable: before, the import may have
// to be done again.
func (s *stock) tidy(st *till.State) {
	for _, w := range st.Works {
		if w.Outcome != nil {
			s.folder.Done(w.Upload)
		}
	}
}

// until is a file whose reading ends with a context.
type until struct {
	ctx context.Context
	f   *os.File
}

func (u *until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.f.Read(p)
}

// ReadAt implements io.ReaderAt: workbooks are not read in order.
func (u *until) ReadAt(p []byte, off int64) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.f.ReadAt(p, off)
}

// Seek implements io.Seeker.
func (u *until) Seek(off int64, whence int) (int64, error) { return u.f.Seek(off, whence) }
