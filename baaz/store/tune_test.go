package store_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/journal"
)

// asBefore makes a table as it was before BAAZ had anything to say about how it is kept, with an index of its own.
var asBefore = map[store.Engine][]string{
	store.PostgreSQL: {`ALTER TABLE record RESET (toast_tuple_target)`},
	store.SQLite: {`CREATE TABLE x (company BIGINT NOT NULL, customer TEXT NOT NULL, point BIGINT NOT NULL, sales BIGINT NOT NULL, total BIGINT NOT NULL, PRIMARY KEY (company, customer, point))`,
		`INSERT INTO x SELECT * FROM purchases`, `DROP TABLE purchases`, `ALTER TABLE x RENAME TO purchases`, `CREATE INDEX purchases_by ON purchases (company, total)`},
}

// howKept tells whether the table is kept as it should be: one row that says so.
var howKept = map[store.Engine]string{
	store.PostgreSQL: `SELECT array_to_string(reloptions, ' ') FROM pg_class WHERE oid = 'record'::regclass`,
	store.SQLite:     `SELECT t.sql || ' ' || i.sql FROM sqlite_schema t, sqlite_schema i WHERE t.name = 'purchases' AND i.name = 'purchases_by'`,
}

func open(t *testing.T, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A store that was made before is kept as a new one is once it has been opened, and holds what it held.
func TestTune(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		c, p, pub := shop(t, s)
		records := chain(t, journal.BoxOf(pub), 0, journal.Hash{}, 3)
		bought := store.CustomerKey{Customer: "7", Point: p}
		write(t, s, func(tx *store.Tx) error {
			sums := store.NewRollups()
			sums.Customers[bought] = store.CustomerSums{Sales: 2, Total: 500}
			row, err := tx.LockBox(c, journal.BoxOf(pub), 5)
			row.Seq, row.Hash = 3, records[2].Hash
			return errors.Join(err, tx.AddRecords(c, p, false, 6, records), tx.MoveHead(c, row), tx.AddRollups(c, sums))
		})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open(map[store.Engine]string{store.SQLite: "sqlite", store.PostgreSQL: "pgx"}[s.Engine()], dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, text := range asBefore[s.Engine()] {
			if _, err := db.Exec(text); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			s = open(t, dsn)
			var kept string
			if err := db.QueryRow(howKept[s.Engine()]).Scan(&kept); err != nil || !strings.Contains(kept, "WITHOUT ROWID CREATE INDEX") && !strings.Contains(kept, "toast_tuple_target=8160") {
				t.Errorf("kept as %q: %v", kept, err)
			}
			s.Read(ctx, func(tx *store.Tx) error {
				if total, err := tx.Purchases(c, "7"); err != nil || total != 500 {
					t.Errorf("bought for %s: %v", total, err)
				}
				return nil
			})
			s.Close()
		}
	})
}
