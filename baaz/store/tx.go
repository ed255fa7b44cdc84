package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// session is where statements run: a transaction, or the writer's connection.
type session interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// Tx is a transaction under way.
type Tx struct {
	ctx    context.Context
	on     session
	engine Engine
	tally  *tally
}

func (t *Tx) exec(text string, args ...any) error {
	_, err := t.on.ExecContext(t.ctx, text, args...)
	return err
}

// row reads one row; ErrNone where there is none.
func (t *Tx) row(text string, args []any, into ...any) error {
	n := 0
	err := t.rows(text, args, func(scan func(...any) error) error {
		n++
		return scan(into...)
	})
	if err == nil && n == 0 {
		return ErrNone
	}
	return err
}

// rows calls each for every row.
func (t *Tx) rows(text string, args []any, each func(scan func(...any) error) error) error {
	rows, err := t.on.QueryContext(t.ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// chunks are how many rows or values one statement carries: few sizes, so that few texts have to be prepared.
var chunks = [...]int{128, 16, 4, 1}

// insert runs a statement with "VALUES /*rows*/" for all rows, many at a time. All rows have the same columns, of the same
// types: int64, string or []byte.
func (t *Tx) insert(text string, rows [][]any) error {
	if t.engine == PostgreSQL {
		return t.insertColumns(text, rows)
	}
	for _, size := range chunks {
		for len(rows) >= size {
			args := make([]any, 0, size*len(rows[0]))
			for _, r := range rows[:size] {
				args = append(args, r...)
			}
			if err := t.exec(withRows(text, size, len(rows[0])), args...); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

const rowsMark = "VALUES /*rows*/"

// withRows puts n rows of placeholders in: (?,?),(?,?). SQLite looks a numbered one up among all others each time that it
// is bound; these it does not.
func withRows(text string, n, columns int) string {
	row := "(?" + strings.Repeat(",?", columns-1) + ")"
	return strings.Replace(text, rowsMark, "VALUES "+row+strings.Repeat(","+row, n-1), 1)
}

// columnsMost bounds the rows of one statement on PostgreSQL: what it holds in memory, not how fast it is.
const columnsMost = 2048

// insertColumns hands the rows to PostgreSQL column by column, as arrays: one short text, prepared once, whatever the number
// of rows, and nothing to plan for each value. With a placeholder for each, reading and planning took as long as inserting.
func (t *Tx) insertColumns(text string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), columnsMost)
		columns := make([]any, len(rows[0]))
		types := make([]string, len(columns))
		var err error
		for i := range columns {
			if columns[i], types[i], err = column(rows[:n], i); err != nil {
				return err
			}
		}
		if err := t.exec(withColumns(text, types), columns...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// column returns the i-th value of each row as an array, and its type in PostgreSQL.
func column(rows [][]any, i int) (array any, kind string, err error) {
	switch rows[0][i].(type) {
	case int64:
		array, kind, err = arrayOf[int64](rows, i, "bigint")
	case string:
		array, kind, err = arrayOf[string](rows, i, "text")
	case []byte:
		array, kind, err = arrayOf[[]byte](rows, i, "bytea")
	default:
		err = fmt.Errorf("store: column %d: a %T cannot be stored", i, rows[0][i])
	}
	return array, kind, err
}

func arrayOf[T any](rows [][]any, i int, kind string) ([]T, string, error) {
	list := make([]T, len(rows))
	for n, r := range rows {
		v, ok := r[i].(T)
		if !ok {
			return nil, "", fmt.Errorf("store: column %d: a %T among %T", i, r[i], v)
		}
		list[n] = v
	}
	return list, kind, nil
}

// withColumns makes rows of arrays: SELECT * FROM unnest($1::bigint[],$2::text[]).
func withColumns(text string, types []string) string {
	var b strings.Builder
	b.WriteString("SELECT * FROM unnest(")
	for i, kind := range types {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(i+1) + "::" + kind + "[]")
	}
	b.WriteByte(')')
	return strings.Replace(text, rowsMark, b.String(), 1)
}

// listed runs a statement with /*list*/ for all values, many at a time; first are the arguments before them.
func (t *Tx) listed(text string, first []any, values [][]byte, each func(scan func(...any) error) error) error {
	for _, size := range chunks {
		for len(values) >= size {
			args := append(make([]any, 0, len(first)+size), first...)
			for _, v := range values[:size] {
				args = append(args, v)
			}
			if err := t.rows(withList(text, len(first), size), args, each); err != nil {
				return err
			}
			values = values[size:]
		}
	}
	return nil
}

// texts is listed for texts.
func (t *Tx) texts(text string, first []any, values []string, each func(scan func(...any) error) error) error {
	for _, size := range chunks {
		for len(values) >= size {
			args := append(make([]any, 0, len(first)+size), first...)
			for _, v := range values[:size] {
				args = append(args, v)
			}
			if err := t.rows(withList(text, len(first), size), args, each); err != nil {
				return err
			}
			values = values[size:]
		}
	}
	return nil
}

// withList puts n placeholders in behind the first ones: $3,$4. A text with /*each*/ asks for one value: it is there n times,
// all its rows together.
func withList(text string, first, n int) string {
	holders := make([]string, n)
	for i := range n {
		holders[i] = "$" + strconv.Itoa(first+i+1)
	}
	if !strings.Contains(text, "/*each*/") {
		return strings.Replace(text, "/*list*/", strings.Join(holders, ","), 1)
	}
	for i, h := range holders {
		holders[i] = strings.Replace(text, "/*each*/", h, 1)
	}
	return strings.Join(holders, " UNION ALL ")
}

// Try runs fn under a savepoint: where it fails for a reason that lies in its data, what it wrote is taken back, the
// transaction goes on, and the reason is returned as data. err is a failure of the whole transaction.
func (t *Tx) Try(fn func() error) (data, err error) {
	if err := t.exec(`SAVEPOINT try`); err != nil {
		return nil, err
	}
	failed := fn()
	if failed == nil {
		return nil, t.exec(`RELEASE SAVEPOINT try`)
	}
	if passes(failed) {
		return nil, failed
	}
	if err := t.exec(`ROLLBACK TO SAVEPOINT try`); err != nil {
		return nil, errors.Join(failed, err)
	}
	return failed, t.exec(`RELEASE SAVEPOINT try`)
}
