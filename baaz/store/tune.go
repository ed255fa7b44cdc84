package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
)

// How the engines keep the same rows. It changes nothing that a statement sees, so it is no migration: it is looked at after
// them at each start, and a store that was made before becomes like a new one.

// narrow are the tables of short rows that ingest writes. SQLite keeps a table apart from its primary key, so a row is written
// twice and found by two searches; these are kept in their key. Ingest took 1.2 times the processor's time without, and twice
// as long by the clock.
var narrow = []string{"sales_by_day", "tenders_by_day", "sellers_by_day", "purchases", "sums", "sale", "incident"}

// By default PostgreSQL packs what is longer than 2 KB, a sale of five lines, with an algorithm that took a tenth of all the time of
// the ingest. Records of up to 8 KB stay in their table as they are; sums that a worker will soon write again are not packed.
var tuned = []struct{ table, so, is string }{
	{"record", `ALTER TABLE record SET (toast_tuple_target = 8160)`,
		`SELECT COUNT(*) FROM pg_class WHERE oid = 'record'::regclass AND 'toast_tuple_target=8160' = ANY (reloptions)`},
	{"pending", `ALTER TABLE pending ALTER COLUMN data SET STORAGE EXTERNAL`,
		`SELECT COUNT(*) FROM pg_attribute WHERE attrelid = 'pending'::regclass AND attname = 'data' AND attstorage = 'e'`},
	{"folded", `ALTER TABLE folded ALTER COLUMN data SET STORAGE EXTERNAL`,
		`SELECT COUNT(*) FROM pg_attribute WHERE attrelid = 'folded'::regclass AND attname = 'data' AND attstorage = 'e'`},
}

// tune runs on the connections that migrations ran on.
func (s *Store) tune(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.engine == PostgreSQL {
		err = tunePostgres(ctx, tx)
	} else {
		err = tuneSQLite(ctx, tx)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func tunePostgres(ctx context.Context, tx *sql.Tx) error {
	for _, t := range tuned {
		var done int
		if err := tx.QueryRowContext(ctx, t.is).Scan(&done); err != nil {
			return err
		}
		if done > 0 {
			continue
		}
		// Two servers may start at once: the second waits here and does it again.
		if _, err := tx.ExecContext(ctx, `LOCK TABLE `+t.table+` IN SHARE UPDATE EXCLUSIVE MODE`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, t.so); err != nil {
			return err
		}
	}
	return nil
}

const withoutRowid = " WITHOUT ROWID"

func tuneSQLite(ctx context.Context, tx *sql.Tx) error {
	for _, table := range narrow {
		made, indexes, err := schemaOf(ctx, tx, table)
		if err != nil {
			return err
		}
		if strings.HasSuffix(made, withoutRowid) {
			continue
		}
		steps := append([]string{"ALTER TABLE " + table + " RENAME TO before", made + withoutRowid, "INSERT INTO " + table + " SELECT * FROM before", "DROP TABLE before"}, indexes...)
		for _, step := range steps {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
	}
	return nil
}

// schemaOf returns the statements that make a table and its indexes.
func schemaOf(ctx context.Context, tx *sql.Tx, table string) (made string, indexes []string, err error) {
	if err := tx.QueryRowContext(ctx, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = $1`, table).Scan(&made); err != nil {
		return "", nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL`, table)
	if err != nil {
		return "", nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return "", nil, err
		}
		indexes = append(indexes, text)
	}
	return made, indexes, rows.Err()
}

// durable makes a commit mean what BAAZ signs for: with synchronous_commit off, as some set it for speed, the server says
// done before anything is on its disk. Stricter settings, which wait for a second server as well, stay.
func durable(ctx context.Context, on *pgx.Conn) error {
	_, err := on.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}
