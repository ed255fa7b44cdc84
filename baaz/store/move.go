package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// versionMoved is where sums of goods and customers became folded values (migration 140 made their tables).
const versionMoved = 141

// moveSums brings over the rows that sums of goods and customers were before: of each span one value. It reads one span at a time
// and runs in one transaction, so a store is as it was before or has all of them.
func (s *Store) moveSums() *goose.Migration {
	up := func(ctx context.Context, tx *sql.Tx) error {
		t := &Tx{ctx: ctx, on: tx, engine: s.engine, tally: s.tally}
		for _, from := range movedFrom {
			if err := t.move(from); err != nil {
				return err
			}
			if err := t.exec(from.gone); err != nil {
				return err
			}
		}
		return nil
	}
	down := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, movedBack)
		return err // its rows are not made again: nothing goes back but in a test of the migrations
	}
	return goose.NewGoMigration(versionMoved, &goose.GoFunc{RunTx: up}, &goose.GoFunc{RunTx: down})
}

// moved says how rows of a table are read: its spans, and one span's sums.
type moved struct{ spans, sums, gone string }

var movedFrom = []moved{
	{`SELECT DISTINCT company, point, kind, span FROM sums WHERE kind IN ('good', 'customer') ORDER BY company, point, kind, span`,
		`SELECT key, name, times, quantity, total, vat, city_tax FROM sums WHERE company = $1 AND point = $2 AND kind = $3 AND span = $4 ORDER BY key`,
		`DELETE FROM sums WHERE kind IN ('good', 'customer')`},
	{`SELECT DISTINCT company, point, 'good', day FROM goods_by_day ORDER BY company, point, day`,
		`SELECT good, name, lines, quantity, total, CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM goods_by_day WHERE company = $1 AND point = $2 AND CAST($3 AS TEXT) = 'good' AND day = $4 ORDER BY good`,
		`DROP TABLE goods_by_day`},
}

// movedBack makes the table again that goods of a day stood in.
const movedBack = `CREATE TABLE goods_by_day (company BIGINT NOT NULL, point BIGINT NOT NULL, day TEXT NOT NULL, good TEXT NOT NULL, name TEXT NOT NULL,
	lines BIGINT NOT NULL, quantity BIGINT NOT NULL, total BIGINT NOT NULL, PRIMARY KEY (company, point, day, good))`

func (t *Tx) move(from moved) error {
	type span struct {
		company Company
		key     SumKey
	}
	var spans []span
	if err := t.rows(from.spans, nil, func(scan func(...any) error) error {
		var s span
		err := scan((*int64)(&s.company), (*int64)(&s.key.Point), (*string)(&s.key.Kind), &s.key.Span)
		spans = append(spans, s)
		return err
	}); err != nil {
		return err
	}
	var rows batch
	for _, s := range spans {
		data := []byte{}
		if err := t.rows(from.sums, []any{int64(s.company), int64(s.key.Point), string(s.key.Kind), s.key.Span}, func(scan func(...any) error) error {
			var key string
			var v Sum
			err := scan(&key, &v.Name, &v.Times, (*int64)(&v.Quantity), (*int64)(&v.Total), (*int64)(&v.VAT), (*int64)(&v.City))
			data = appendSum(data, key, v)
			return err
		}); err != nil {
			return err
		}
		if rows.add([]any{int64(s.company), int64(s.key.Point), string(s.key.Kind), s.key.Span, data}) {
			if err := t.insert(sqlFoldedPut, rows.take()); err != nil {
				return err
			}
		}
	}
	return t.insert(sqlFoldedPut, rows.take())
}
