// Package store keeps what BAAZ knows: companies, sales points, boxes, their records and the rollups that follow from
// them, in SQLite (one file, the default) or PostgreSQL, with one SQL text (sql.go) for both.
//
// # Writing
//
// Write runs a function in a transaction and returns once what it wrote is durable. On SQLite one writer takes whatever
// has queued up into one transaction, each function under its own savepoint, so that many boxes share one flush. On
// PostgreSQL each function has its own transaction; a deadlock or a serialisation failure is tried again. So a function
// may run more than once: it must touch nothing but the transaction, and what it returns through variables it must set
// anew each time.
//
// A Write touches one company: on Citus that is one shard.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // "sqlite"
)

// Engine is a kind of database.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Errors of opening and reading a store.
var (
	ErrNewer    = errors.New("store: the database was written by a newer program: update this one")
	ErrNotEmpty = errors.New("store: the target already holds data: copy into an empty one")
	ErrClosed   = errors.New("store: closed")
	// ErrNone is returned where a row that must be there is not.
	ErrNone = errors.New("store: no such row")
)

// Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	engine Engine
	where  string  // for messages; without password
	read   *sql.DB // SQLite: read only; PostgreSQL: everything
	writer *writer // of SQLite only
	tally  *tally
}

// connections bounds what one server asks of a PostgreSQL, and the readers of a SQLite file.
const connections = 8

// EngineOf tells the engine of a DSN: postgres://… or a path.
func EngineOf(dsn string) Engine {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return PostgreSQL
	}
	return SQLite
}

// Open opens a database, makes it if it is a file that is not there, and brings its tables up to this program.
func Open(ctx context.Context, dsn string) (*Store, error) {
	s, err := connect(ctx, dsn, false)
	if err != nil {
		return nil, err
	}
	if err := s.upgrade(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OpenReadOnly opens a SQLite file, a backup say, without ever writing to it.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	s, err := connect(ctx, path, true)
	if err != nil {
		return nil, err
	}
	if err := s.checkVersion(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func connect(ctx context.Context, dsn string, readOnly bool) (*Store, error) {
	s := &Store{engine: EngineOf(dsn), tally: newTally()}
	var err error
	if s.engine == PostgreSQL {
		s.where, s.read, err = openPostgres(ctx, dsn)
	} else {
		s.where = filepath.Base(dsn)
		err = s.openFile(ctx, dsn, readOnly)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", s.where, err)
	}
	return s, nil
}

// Engine returns the kind of database.
func (s *Store) Engine() Engine { return s.engine }

// String names the store without its password.
func (s *Store) String() string { return string(s.engine) + " " + s.where }

// Close ends all use; what was acknowledged is durable already.
func (s *Store) Close() error {
	var errs []error
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	return errors.Join(append(errs, s.read.Close())...)
}

// Write runs fn in a transaction and commits it durably. See the package comment on what fn must not do.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	if s.engine == SQLite {
		return s.writer.do(ctx, fn)
	}
	return retry(ctx, func() error { return s.writePostgres(ctx, fn) })
}

// Read runs fn on one consistent snapshot.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	o := &sql.TxOptions{ReadOnly: true}
	if s.engine == PostgreSQL {
		o.Isolation = sql.LevelRepeatableRead
	}
	tx, err := s.read.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return fn(&Tx{ctx: ctx, on: tx, engine: s.engine, tally: s.tally})
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if s.writer != nil && s.writer.stopped() {
		return ErrClosed
	}
	return s.read.PingContext(ctx)
}
