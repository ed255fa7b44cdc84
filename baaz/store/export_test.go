package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Setting tells how PostgreSQL is set in this session.
func (t *Tx) Setting(name string) (value string, err error) {
	return value, t.row(`SELECT current_setting($1)`, []any{name}, &value)
}

// FillFleet lists n tills of a company as they would stand there, without boxes that have ever spoken.
func (t *Tx) FillFleet(c Company, firm string, n int, at func(i int) (kind, at int64, version string)) error {
	var points, tills, words [][]any
	for i := range n {
		kind, heard, version := at(i)
		name := fmt.Sprintf("Салбар %d", i)
		points = append(points, []any{int64(c), int64(i + 1), name, int64(0), none, int64(1), int64(1)})
		tills = append(tills, []any{int64(c), int64(i + 1), int64(i % 3), kind, heard, SortKey(firm), SortKey(name), []byte(version), ReleaseKey(version), fmt.Appendf(nil, "%x", i), heard})
		for _, w := range wordsOf(fmt.Sprintf("%s %s %x", firm, name, sha256.Sum256(fmt.Append(nil, c, i)))) {
			words = append(words, []any{int64(c), int64(i + 1), []byte(w)})
		}
	}
	return errors.Join(t.insert(`INSERT INTO point (company, point, name, epoch, box, next_shift, created) VALUES /*rows*/`, points),
		t.insert(`INSERT INTO fleet (company, point, vendor, kind, at, firm, name, version, release, box, moved) VALUES /*rows*/`, tills), t.insert(sqlFleetWordsAdd, words))
}

// DropFleet takes away what FillFleet has put there: no box stands behind it.
func (t *Tx) DropFleet() error {
	return errors.Join(t.exec(`DELETE FROM fleet_word`), t.exec(`DELETE FROM fleet`), t.exec(`DELETE FROM point`))
}

// Unlist lets the list of tills say that another vendor looks after a company.
func (t *Tx) Unlist(c Company) error {
	return t.exec(`UPDATE fleet SET vendor = vendor + 1 WHERE company = $1`, int64(c))
}

// Missort lets the list of tills sort a company's by another version than theirs.
func (t *Tx) Missort(c Company) error {
	return t.exec(`UPDATE fleet SET release = $2 WHERE company = $1`, int64(c), []byte("x"))
}

// Plan tells how the database would carry a query out.
func (t *Tx) Plan(q FleetQuery) (plan string, err error) {
	explain := map[Engine]string{SQLite: "EXPLAIN QUERY PLAN ", PostgreSQL: "EXPLAIN "}[t.engine]
	spy := &planner{Tx: t, explain: explain}
	u := &Tx{ctx: t.ctx, on: spy, engine: t.engine, tally: t.tally}
	_, err = u.Fleet(q)
	return spy.said, err
}

// planner asks for the plan of each page that is read.
type planner struct {
	*Tx
	explain, said string
}

func (p *planner) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	return p.on.ExecContext(ctx, text, args...)
}

func (p *planner) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if strings.Contains(text, "ORDER BY") {
		rows, err := p.on.QueryContext(ctx, p.explain+text, args...)
		if err != nil {
			return nil, err
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			into := make([]any, len(columns))
			for i := range into {
				into[i] = new(any)
			}
			if err := rows.Scan(into...); err != nil {
				return nil, err
			}
			p.said += fmt.Sprintln(*into[len(into)-1].(*any))
		}
		rows.Close()
	}
	return p.on.QueryContext(ctx, text, args...)
}

// Analyze lets PostgreSQL look at what the list holds, as it does by itself after a while. SQLite plans without.
func (t *Tx) Analyze() error {
	if t.engine == SQLite {
		return nil
	}
	return errors.Join(t.exec(`ANALYZE fleet`), t.exec(`ANALYZE fleet_word`))
}
