package catalog

import (
	"errors"
	"sync"
)

// aheadRows is how many rows are handed over at a time.
const aheadRows = 128

// An aheadTable reads a table in a goroutine of its own, a few hundred rows ahead, so that taking rows apart and checking
// them use a processor each. It is a table as well. Whoever does not read to the end must stop it.
type aheadTable struct {
	inner   table
	batches chan []aheadRow
	quit    chan struct{}
	over    sync.WaitGroup
	stop    func()

	batch []aheadRow
	here  aheadRow // what next has returned
}

type aheadRow struct {
	fields []string
	err    error
	number int
	bad    map[int]string
	days   map[int]string
	done   int64
}

func readAhead(t table) *aheadTable {
	a := &aheadTable{inner: t, batches: make(chan []aheadRow, 2), quit: make(chan struct{})}
	a.stop = sync.OnceFunc(func() { close(a.quit); a.over.Wait() })
	a.over.Go(a.run)
	return a
}

func (a *aheadTable) run() {
	defer close(a.batches)
	for more := true; more; {
		batch := make([]aheadRow, 0, aheadRows)
		for more && len(batch) < aheadRows {
			r := aheadRow{}
			r.fields, r.err = a.inner.next()
			r.number, r.bad, r.days, r.done = a.inner.row(), a.inner.notes(), a.inner.days(), a.inner.done()
			var bad *recordError
			more = r.err == nil || errors.As(r.err, &bad) && !bad.fatal
			batch = append(batch, r)
		}
		select {
		case a.batches <- batch:
		case <-a.quit:
			return
		}
	}
}

// next implements table. Behind an error with which reading may not go on it returns that again.
func (a *aheadTable) next() ([]string, error) {
	if len(a.batch) == 0 {
		if batch, ok := <-a.batches; ok {
			a.batch = batch
		} else {
			return nil, a.here.err
		}
	}
	a.here, a.batch = a.batch[0], a.batch[1:]
	return a.here.fields, a.here.err
}

func (a *aheadTable) row() int              { return a.here.number }
func (a *aheadTable) notes() map[int]string { return a.here.bad }
func (a *aheadTable) days() map[int]string  { return a.here.days }
func (a *aheadTable) done() int64           { return a.here.done }

// late may be asked when next has come to the end, format when it has or the table has been stopped.
func (a *aheadTable) late() []lateProblem { a.stop(); return a.inner.late() }
func (a *aheadTable) format() string      { a.stop(); return a.inner.format() }
