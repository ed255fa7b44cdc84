package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// provider runs the migrations. Several servers may start at once on one PostgreSQL: a lock lets one of them do it.
func (s *Store) provider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(append(s.listAll(), s.moveSums())...)}
	dialect := goose.DialectSQLite3
	if s.engine == PostgreSQL {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, db, files, options...)
}

// upgrade brings the tables to this program's version, and refuses those of a newer one.
func (s *Store) upgrade(ctx context.Context) error {
	db := s.read
	if s.engine == SQLite {
		// The writer holds its only connection; migrations get one of their own, before anything else is asked.
		path, err := s.path(ctx)
		if err != nil {
			return err
		}
		if db, err = openSQLite(ctx, path, "_txlock=immediate", "_pragma=synchronous(FULL)"); err != nil {
			return err
		}
		defer db.Close()
	}
	p, err := s.provider(db)
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, p); err != nil {
		return err
	}
	if _, err = p.Up(ctx); err != nil {
		return err
	}
	return s.tune(ctx, db)
}

// checkVersion demands exactly this program's version: a backup is read, never changed.
func (s *Store) checkVersion(ctx context.Context) error {
	var have int64
	err := s.read.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&have)
	if err != nil {
		return fmt.Errorf("store: %s is no store of BAAZ: %w", s.where, err)
	}
	p, err := s.provider(s.read)
	if err != nil {
		return err
	}
	switch want := newest(p); {
	case have > want:
		return ErrNewer
	case have < want:
		return fmt.Errorf("store: %s has version %d, this program reads %d: restore it into a new store first", s.where, have, want)
	}
	return nil
}

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if have > newest(p) {
		return ErrNewer
	}
	return nil
}

func newest(p *goose.Provider) (version int64) {
	for _, s := range p.ListSources() {
		version = max(version, s.Version)
	}
	return version
}

// path returns where the SQLite file lies.
func (s *Store) path(ctx context.Context) (path string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path)
	if err == nil && path == "" {
		err = errors.New("store: the database has no file")
	}
	return path, err
}
