package taxpayer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"posbox/pos/event"
	"posbox/pos/fiscal"
)

// How long what the register has said is told without asking it again.
const (
	knownFor   = 24 * time.Hour
	unknownFor = 10 * time.Minute // a number may have been registered meanwhile, and a breakdown there looks the same
)

// mostEntries bounds the book: a file of about 1 MB.
const mostEntries = 5000

// Entry is what the register said of a number, and when.
type Entry struct {
	fiscal.Taxpayer
	At time.Time `json:"at"`
}

// Answer is what is known of a number now.
type Answer struct {
	Found fiscal.Found
	Entry      // of a known one
	Old   bool // the register could not be asked, and Entry is from before
}

// Source asks a register.
type Source interface {
	Find(context.Context, event.Register) (fiscal.Taxpayer, fiscal.Found)
}

// Book keeps what the register has said of businesses, on disk and with its age, so that a business that has bought before can
// buy while nobody can be asked. What the register does not know is remembered for a while, in memory. It may be used by
// several goroutines at once.
type Book struct {
	file string
	now  func() time.Time

	mu      sync.Mutex
	known   map[event.Register]Entry
	unknown map[event.Register]time.Time
}

// OpenBook reads a book; a file that is not there is an empty one. With an error the book is empty and works: what stood in
// it can be asked for again.
func OpenBook(file string, now func() time.Time) (*Book, error) {
	b := &Book{file: file, now: now, known: map[event.Register]Entry{}, unknown: map[event.Register]time.Time{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = b.read(text)
	}
	if err != nil {
		return b, fmt.Errorf("taxpayer: %s: %w", filepath.Base(file), err)
	}
	return b, nil
}

// errDamaged says that a book holds what no book of ours does.
var errDamaged = errors.New("not a book of taxpayers")

func (b *Book) read(text []byte) error {
	known := map[event.Register]Entry{}
	if err := json.Unmarshal(text, &known); err != nil {
		return err
	}
	for r, e := range known {
		if len(e.TIN) < 11 || len(e.TIN) > 14 || strings.Trim(e.TIN, "0123456789") != "" || r.TIN() && string(r) != e.TIN {
			return errDamaged // a wrong taxpayer number puts the tax on somebody else
		}
	}
	if known != nil {
		b.known = known
	}
	return nil
}

// Look tells what is known without asking anybody.
func (b *Book) Look(r event.Register) Answer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.known[r]; ok {
		return Answer{Found: fiscal.FoundKnown, Entry: e}
	}
	if at, ok := b.unknown[r]; ok && b.age(at) < unknownFor {
		return Answer{Found: fiscal.FoundUnknown}
	}
	return Answer{Found: fiscal.FoundAway}
}

// age is how long ago something was; a clock that was set back makes nothing younger than now.
func (b *Book) age(at time.Time) time.Duration { return max(b.now().Sub(at), at.Sub(b.now())) }

// Find tells what is known of a number, and asks where that is too old or nothing. from may be nil: there is nobody to ask.
func (b *Book) Find(ctx context.Context, from Source, r event.Register) (Answer, error) {
	a := b.Look(r)
	fresh := a.Found == fiscal.FoundUnknown || a.Found == fiscal.FoundKnown && a.Name != "" && b.age(a.At) < knownFor
	if fresh {
		return a, nil
	}
	if from == nil {
		return b.nobody(a, fiscal.FoundNowhere), nil
	}
	switch p, f := from.Find(ctx, r); f {
	case fiscal.FoundKnown:
		if p.Name == "" && a.Found == fiscal.FoundKnown && a.TIN == p.TIN {
			return b.nobody(a, f), nil // the name that was known is better than none
		}
		e := Entry{p, b.now().UTC()}
		return Answer{Found: f, Entry: e}, b.put(r, e)
	case fiscal.FoundUnknown:
		if a.Found == fiscal.FoundKnown { // a breakdown there looks the same, and nobody ceases to be a business while it shops
			a.Old = true
			return a, nil
		}
		b.forget(r)
		return Answer{Found: f}, nil
	}
	return b.nobody(a, fiscal.FoundAway), nil
}

// nobody is an answer where nobody could be asked.
func (b *Book) nobody(a Answer, why fiscal.Found) Answer {
	if a.Found == fiscal.FoundKnown {
		a.Old = b.age(a.At) >= knownFor
		return a
	}
	return Answer{Found: why}
}

// forget notes that the register does not know a number.
func (b *Book) forget(r event.Register) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.unknown) >= mostEntries {
		clear(b.unknown)
	}
	b.unknown[r] = b.now()
}

// put keeps an entry, on disk before it is told.
func (b *Book) put(r event.Register, e Entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.unknown, r)
	b.known[r] = e
	for len(b.known) > mostEntries {
		b.dropOldest()
	}
	text, err := json.Marshal(b.known)
	if err != nil {
		return err
	}
	return replace(b.file, text)
}

func (b *Book) dropOldest() {
	var oldest event.Register
	for r, e := range b.known {
		if oldest == "" || e.At.Before(b.known[oldest].At) {
			oldest = r
		}
	}
	delete(b.known, oldest)
}

// replace writes a file whole: after a power cut it is the old one or the new one.
func replace(file string, text []byte) error {
	part := file + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, file)
}
