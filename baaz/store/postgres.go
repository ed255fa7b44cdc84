package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

func openPostgres(ctx context.Context, dsn string) (where string, db *sql.DB, err error) {
	where = "postgres"
	if u, err := url.Parse(dsn); err == nil {
		where = u.Host + u.Path
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return where, nil, err
	}
	db = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(durable))
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return where, nil, errors.Join(err, db.Close())
	}
	return where, db, nil
}

func (s *Store) writePostgres(ctx context.Context, fn func(*Tx) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := call(fn, &Tx{ctx: ctx, on: tx, engine: PostgreSQL, tally: s.tally}); err != nil {
		return err
	}
	return tx.Commit()
}

const (
	retryTimes = 12
	retryFirst = 2 * time.Millisecond
)

// retry runs a transaction again that lost against another one.
func retry(ctx context.Context, once func() error) error {
	wait := retryFirst
	for n := 1; ; n++ {
		err := once()
		if err == nil || n == retryTimes || !lostRace(err) {
			return err
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return ctx.Err()
		}
		wait *= 2
	}
}

// lostRace reports a serialisation failure or a deadlock.
func lostRace(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// passes reports whether a failure says nothing about the data: the same may succeed when it is tried again. What
// PostgreSQL calls a data exception (class 22) or a broken constraint (23) does not pass, nor a program limit (54:
// an index row that is too long). On SQLite a constraint, a mismatch and what is too big.
func passes(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return !(strings.HasPrefix(pg.Code, "22") || strings.HasPrefix(pg.Code, "23") || strings.HasPrefix(pg.Code, "54"))
	}
	var lite interface{ Code() int } // modernc's *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case 18, 19, 20: // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH
			return false
		}
	}
	return true
}
