package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"
)

// openFile opens a SQLite file twice: for the one writer, and read only for everyone else.
func (s *Store) openFile(ctx context.Context, path string, readOnly bool) error {
	if !readOnly {
		// The first connection makes the file and turns it to WAL; readers cannot.
		db, err := openSQLite(ctx, path, "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_txlock=immediate")
		if err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		if s.writer, err = startWriter(ctx, db, s.tally); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	var err error
	if s.read, err = openSQLite(ctx, path, "mode=ro", "_pragma=query_only(1)"); err != nil {
		if s.writer != nil {
			s.writer.close()
		}
		return err
	}
	s.read.SetMaxOpenConns(connections)
	return nil
}

func openSQLite(ctx context.Context, path string, options ...string) (*sql.DB, error) {
	// Another program (a backup, a new connection key) may hold the file for a moment.
	query := "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	for _, o := range options {
		query += "&" + o
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+query)
	if err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Bounds of the writer.
const (
	queueLength = 1024
	groupLength = 256
)

// writer is the one goroutine that writes to a SQLite file: whatever has queued up shares one transaction and its flush.
type writer struct {
	db    *sql.DB
	tally *tally
	conn  *sql.Conn
	queue chan *write
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once
	stmts map[string]*sql.Stmt // prepared on conn
}

type write struct {
	ctx  context.Context
	fn   func(*Tx) error
	err  error
	done chan struct{}
}

func startWriter(ctx context.Context, db *sql.DB, y *tally) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, tally: y, conn: conn, queue: make(chan *write, queueLength), stop: make(chan struct{}),
		done: make(chan struct{}), stmts: map[string]*sql.Stmt{}}
	go w.run()
	return w, nil
}

// do queues fn and waits until what it wrote is durable. A full queue makes the caller wait: it is bounded by the
// requests that the server takes at once.
func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	job := &write{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case w.queue <- job:
	case <-w.stop:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-job.done:
		return job.err
	case <-w.done:
		select {
		case <-job.done:
			return job.err
		default:
			return ErrClosed
		}
	}
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case job := <-w.queue:
			w.group(job)
		case <-w.stop:
			for len(w.queue) > 0 {
				w.group(<-w.queue)
			}
			return
		}
	}
}

// group runs what is queued in one transaction.
func (w *writer) group(first *write) {
	jobs := []*write{first}
	for len(jobs) < groupLength && len(w.queue) > 0 {
		jobs = append(jobs, <-w.queue)
	}
	if err := w.commit(jobs); err != nil {
		for _, j := range jobs {
			j.err = err
		}
	}
	for _, j := range jobs {
		close(j.done)
	}
}

// commit returns an error when nothing of the group was written. A caller that has left meanwhile changes nothing:
// SQLite's interrupt would take the others' work along.
func (w *writer) commit(jobs []*write) (err error) {
	ctx := context.Background()
	if _, err := w.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.ExecContext(ctx, `ROLLBACK`) // fails where SQLite has rolled back by itself
		}
	}()
	for _, j := range jobs {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if _, err := w.ExecContext(ctx, `SAVEPOINT job`); err != nil {
			return err
		}
		if j.err = call(j.fn, &Tx{ctx: ctx, on: w, engine: SQLite, tally: w.tally}); j.err != nil {
			if _, err := w.ExecContext(ctx, `ROLLBACK TO SAVEPOINT job`); err != nil {
				return errors.Join(j.err, err)
			}
		}
		if _, err := w.ExecContext(ctx, `RELEASE SAVEPOINT job`); err != nil {
			return err
		}
	}
	_, err = w.ExecContext(ctx, `COMMIT`)
	return err
}

// call keeps a function that panics from ending the writer.
func call(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: panic in a transaction: %v", p)
		}
	}()
	return fn(tx)
}

// preparedMost bounds the statements kept ready: more than there are texts times chunk sizes.
const preparedMost = 200

// prepared returns the statement of a text, ready on the writer's connection.
func (w *writer) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := w.stmts[text]; st != nil {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, text)
	if err == nil && len(w.stmts) < preparedMost {
		w.stmts[text] = st
	}
	return st, err
}

// ExecContext implements session.
func (w *writer) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	st, err := w.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext implements session.
func (w *writer) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := w.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (w *writer) stopped() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// close writes what is queued and closes the file. It may be called twice.
func (w *writer) close() error {
	w.once.Do(func() { close(w.stop) })
	<-w.done
	for _, st := range w.stmts {
		st.Close()
	}
	return errors.Join(ignoreDone(w.conn.Close()), w.db.Close())
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}
