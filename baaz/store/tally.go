package store

import (
	"slices"
	"sync"
	"time"
)

// tally remembers how much is pending of each company, so that nobody has to look through the table to know what is due. It is
// an estimate: what another server has added is not in it, what was taken back is.
type tally struct {
	mu      sync.Mutex
	of      map[Company]waiting
	scanned time.Time
}

// waiting is what is pending of a company.
type waiting struct {
	batches, bytes int64
	since          time.Time
	wrote          int64 // by the last fold
}

func newTally() *tally { return &tally{of: map[Company]waiting{}} }

// add counts a batch.
func (y *tally) add(c Company, bytes int64) {
	y.mu.Lock()
	defer y.mu.Unlock()
	w := y.of[c]
	if w.batches == 0 {
		w.since = time.Now()
	}
	w.batches++
	w.bytes += bytes
	y.of[c] = w
}

// set notes what a look through the table has found.
func (y *tally) set(c Company, found waiting) {
	y.mu.Lock()
	defer y.mu.Unlock()
	w := y.of[c]
	if w.since.IsZero() {
		w.since = time.Now()
	}
	w.batches, w.bytes = found.batches, found.bytes
	y.of[c] = w
}

// unknown reports whether the table has to be looked through, and takes it that it will be.
func (y *tally) unknown(now time.Time) bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	if !y.scanned.IsZero() && now.Sub(y.scanned) < foldScan {
		return false
	}
	y.scanned = now
	return true
}

// due lists the companies of which enough has gathered.
func (y *tally) due(now time.Time) (list []Company) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for c, w := range y.of {
		enough := min(max(foldLeast, w.wrote/foldShare), foldMost)
		if w.batches > 0 && (w.bytes >= enough || w.batches >= foldRows || now.Sub(w.since) >= foldAge) {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return list
}

// all lists the companies that have anything.
func (y *tally) all() (list []Company) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for c, w := range y.of {
		if w.batches > 0 {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return list
}

// taken notes that all of a company is about to be folded. It comes before the fold: what is added meanwhile counts.
func (y *tally) taken(c Company) (before waiting) {
	y.mu.Lock()
	defer y.mu.Unlock()
	before = y.of[c]
	y.of[c] = waiting{wrote: before.wrote}
	return before
}

// back notes that a fold has failed.
func (y *tally) back(c Company, before waiting) {
	y.mu.Lock()
	defer y.mu.Unlock()
	w := y.of[c]
	before.batches += w.batches
	before.bytes += w.bytes
	y.of[c] = before
}

// folded notes how much a fold wrote.
func (y *tally) folded(c Company, wrote int64) {
	y.mu.Lock()
	defer y.mu.Unlock()
	w := y.of[c]
	w.wrote = wrote
	y.of[c] = w
}
