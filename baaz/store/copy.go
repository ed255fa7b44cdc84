package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Counts says how many rows were copied, by table.
type Counts map[string]int64

// CopyTo copies everything into an empty store of either engine, in one transaction there and from one snapshot here,
// then reads both sides again and compares what they hold. Where it fails, the target is as empty as before.
func (s *Store) CopyTo(ctx context.Context, target *Store) (Counts, error) {
	counts := Counts{}
	err := s.Read(ctx, func(from *Tx) error {
		sums := map[string]sum{}
		err := target.writeOnce(ctx, func(to *Tx) error {
			for _, t := range tables {
				if err := to.mustBeEmpty(t); err != nil {
					return err
				}
			}
			for _, t := range tables {
				var err error
				if sums[t.name], err = from.copyTable(to, t); err != nil {
					return fmt.Errorf("table %s: %w", t.name, err)
				}
			}
			for _, t := range tables {
				there, err := to.sum(t)
				if err != nil {
					return err
				}
				if there != sums[t.name] {
					return fmt.Errorf("store: table %s: %d rows here, %d there, or not the same", t.name, sums[t.name].rows, there.rows)
				}
				counts[t.name] = there.rows
			}
			return nil
		})
		return err
	})
	return counts, err
}

// writeOnce is Write without a second try.
func (s *Store) writeOnce(ctx context.Context, fn func(*Tx) error) error {
	if s.engine == SQLite {
		return s.writer.do(ctx, fn)
	}
	return s.writePostgres(ctx, fn)
}

func (t *Tx) mustBeEmpty(of table) error {
	return t.rows("SELECT 1 FROM "+of.name+" LIMIT 1", nil, func(func(...any) error) error { return ErrNotEmpty })
}

// sum is what a table holds, whatever the order: its rows, and their hashes added up.
type sum struct {
	rows int64
	hash [4]uint64
}

func (s *sum) add(row []any) error { return s.count(row, 1) }

func (s *sum) drop(row []any) error { return s.count(row, -1) }

// count adds a row so many times; taking away is adding -1 times.
func (s *sum) count(row []any, times int64) error {
	h := sha256.New()
	for _, v := range row {
		switch v := v.(type) {
		case int64:
			h.Write(binary.BigEndian.AppendUint64([]byte{'i'}, uint64(v)))
		case string:
			h.Write(binary.BigEndian.AppendUint64([]byte{'s'}, uint64(len(v))))
			h.Write([]byte(v))
		case []byte:
			h.Write(binary.BigEndian.AppendUint64([]byte{'b'}, uint64(len(v))))
			h.Write(v)
		default:
			return fmt.Errorf("store: a column holds a %T", v)
		}
	}
	digest := h.Sum(nil)
	for i := range s.hash {
		s.hash[i] += uint64(times) * binary.BigEndian.Uint64(digest[8*i:])
	}
	s.rows += times
	return nil
}

// each calls for every row of a table, in key order, with values that are valid during the call.
func (t *Tx) each(of table, fn func(row []any) error) error {
	n := columnsOf(of)
	return t.rows("SELECT "+of.columns+" FROM "+of.name+" ORDER BY "+of.key, nil, func(scan func(...any) error) error {
		row, into := make([]any, n), make([]any, n)
		for i := range row {
			into[i] = &row[i]
		}
		if err := scan(into...); err != nil {
			return err
		}
		for i, v := range row {
			if b, ok := v.([]byte); v == nil || ok && b == nil {
				row[i] = none // an empty BYTEA comes back as nil from some drivers; nothing is NULL here
			}
		}
		return fn(row)
	})
}

func columnsOf(of table) int {
	n := 1
	for _, r := range of.columns {
		if r == ',' {
			n++
		}
	}
	return n
}

// sum reads a table.
func (t *Tx) sum(of table) (s sum, err error) {
	return s, t.each(of, s.add)
}

// copyTable copies one table and returns its sum.
func (t *Tx) copyTable(to *Tx, of table) (s sum, err error) {
	text := "INSERT INTO " + of.name + " (" + of.columns + ") VALUES /*rows*/"
	var b batch
	err = t.each(of, func(row []any) error {
		if err := s.add(row); err != nil || !b.add(row) {
			return err
		}
		return to.insert(text, b.take())
	})
	if err == nil {
		err = to.insert(text, b.take())
	}
	return s, err
}

// batchMost bounds the bytes that a copy holds in memory at once, but for one more value: some are large.
const batchMost = 8 << 20

// batch gathers rows that are written together.
type batch struct {
	rows  [][]any
	bytes int
}

// add takes a row in, and reports whether it is enough.
func (b *batch) add(row []any) (enough bool) {
	b.rows = append(b.rows, row)
	for _, v := range row {
		if v, ok := v.([]byte); ok {
			b.bytes += len(v)
		}
	}
	return len(b.rows) >= chunks[0] || b.bytes >= batchMost
}

// take gives the rows out.
func (b *batch) take() (rows [][]any) {
	rows, *b = b.rows, batch{}
	return rows
}

// Backup writes everything into a new SQLite file, whichever the engine, while the store is in use. The file is there
// whole or not at all; one that is there already is refused.
func (s *Store) Backup(ctx context.Context, path string) (Counts, error) {
	if _, err := os.Stat(path); err == nil {
		return nil, fmt.Errorf("store: %s is there already", path)
	}
	beside := path + ".part"
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(beside + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	target, err := Open(ctx, beside)
	if err != nil {
		return nil, err
	}
	counts, err := s.CopyTo(ctx, target)
	if err = errors.Join(err, target.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(beside))
	}
	return counts, settle(ctx, beside, path)
}

// settle makes a closed SQLite file one file without a log beside it, flushes it and puts it in its place.
func settle(ctx context.Context, beside, path string) error {
	db, err := openSQLite(ctx, beside, "_pragma=journal_mode(DELETE)", "_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	f, err := os.Open(beside)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
