package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/money"
)

// sumWrote counts how often the sums of a span have been written, at whatever point; key empty. It is a mark of what
// folded sums were made from, and no sum of anything that was sold.
const sumWrote SumKind = "wrote"

// foldedKinds are those of which a span has thousands of rows. Of a point only months are folded: its days are few rows.
var foldedKinds = []SumKind{SumGood, SumCustomer}

// foldMost bounds what one pass folds, so that ingest is never kept waiting long.
const foldMost = 200

// Fold folds spans that were over before a day and have been written since they were folded last, or never were. It
// reports how many; fewer than it could: it is to be called again. What is not folded is read row by row, so nothing
// depends on when it is called.
func (s *Store) Fold(ctx context.Context, today day.Day) (folded int, err error) {
	var companies []CompanyRow
	if err := s.Read(ctx, func(tx *Tx) (err error) { companies, err = tx.EveryCompany(); return err }); err != nil {
		return 0, err
	}
	for _, c := range companies {
		for folded < foldMost {
			n, err := s.foldNext(ctx, c.Company, today)
			if err != nil {
				return folded, err
			}
			if n == 0 {
				break
			}
			folded += n
		}
	}
	return folded, nil
}

// fold is one value of table folded.
type fold struct {
	point Point
	kind  SumKind
	span  string
	wrote int64
	data  []byte
}

// foldNext folds one span of a company at all points. It reads in one transaction and writes in another: what is written
// meanwhile moves the mark, and the fold does not count.
func (s *Store) foldNext(ctx context.Context, c Company, today day.Day) (int, error) {
	var folds []fold
	err := s.Read(ctx, func(tx *Tx) (err error) {
		folds, err = tx.foldable(c, today)
		return err
	})
	if err != nil || len(folds) == 0 {
		return 0, err
	}
	return len(folds), s.Write(ctx, func(tx *Tx) error {
		rows := make([][]any, len(folds))
		for i, f := range folds {
			rows[i] = []any{int64(c), int64(f.point), string(f.kind), f.span, f.wrote, f.data}
		}
		return tx.insert(sqlFoldedPut, rows)
	})
}

// foldable finds the first span that is to be folded, and folds it.
func (t *Tx) foldable(c Company, today day.Day) (folds []fold, err error) {
	var span string
	var wrote int64
	if err := t.row(sqlFoldNext, []any{int64(c), string(today), string(MonthOf(today)), string(foldedKinds[0])}, &span, &wrote); err != nil {
		if errors.Is(err, ErrNone) {
			err = nil
		}
		return nil, err
	}
	points := []Point{0}
	if len(span) == len("2026-11") {
		if err := t.rows(sqlFoldPoints, []any{int64(c), string(SumGood), span}, func(scan func(...any) error) error {
			var p Point
			err := scan((*int64)(&p))
			points = append(points, p)
			return err
		}); err != nil {
			return nil, err
		}
	}
	for _, p := range points {
		for _, kind := range foldedKinds {
			data := []byte{}
			err := t.texts(sqlSums, []any{int64(c), int64(p), string(kind)}, []string{span}, func(scan func(...any) error) error {
				var k string
				var v Sum
				err := scan(&k, &v.Name, &v.Times, (*int64)(&v.Quantity), (*int64)(&v.Total), (*int64)(&v.VAT), (*int64)(&v.City))
				data = appendSum(data, k, v)
				return err
			})
			if err != nil {
				return nil, err
			}
			folds = append(folds, fold{p, kind, span, wrote, data})
		}
	}
	return folds, nil
}

// marks are the rows that say which spans sums have been written to.
func (m Sums) marks(c Company) (rows [][]any) {
	seen := map[string]bool{}
	for k := range m {
		seen[k.Span] = true
	}
	spans := make([]string, 0, len(seen))
	for s := range seen {
		spans = append(spans, s)
	}
	slices.Sort(spans)
	for _, span := range spans {
		rows = append(rows, []any{int64(c), int64(0), string(sumWrote), span, "", "", int64(1), int64(0), int64(0), int64(0), int64(0)})
	}
	return rows
}

// foldedSpans adds what is folded of spans, and returns those that have to be read row by row.
func (t *Tx) foldedSpans(c Company, kind SumKind, p Point, spans []string, add func(key, name []byte, v Sum)) (rest []string, err error) {
	if !slices.Contains(foldedKinds, kind) {
		return spans, nil
	}
	found := map[string]bool{}
	err = t.texts(sqlFolded, []any{int64(c), int64(p), string(kind)}, spans, func(scan func(...any) error) error {
		var span string
		var data []byte
		if err := scan(&span, &data); err != nil {
			return err
		}
		found[span] = true
		return eachSum(data, add)
	})
	for _, s := range spans {
		if !found[s] {
			rest = append(rest, s)
		}
	}
	return rest, err
}

// A folded sum is key and name, each with its length before it, and five numbers, as varints.
func appendSum(b []byte, key string, v Sum) []byte {
	for _, s := range []string{key, v.Name} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	for _, n := range []int64{v.Times, int64(v.Quantity), int64(v.Total), int64(v.VAT), int64(v.City)} {
		b = binary.AppendVarint(b, n)
	}
	return b
}

var errFolded = errors.New("store: folded sums are damaged")

// eachSum reads folded sums. Key and name hold until the next call.
func eachSum(b []byte, each func(key, name []byte, v Sum)) error {
	for len(b) > 0 {
		var texts [2][]byte
		for i := range texts {
			n, size := binary.Uvarint(b)
			if size <= 0 || n > uint64(len(b)-size) {
				return fmt.Errorf("%w: %d bytes before the end", errFolded, len(b))
			}
			texts[i], b = b[size:size+int(n)], b[size+int(n):]
		}
		var numbers [5]int64
		for i := range numbers {
			n, size := binary.Varint(b)
			if size <= 0 {
				return fmt.Errorf("%w: %d bytes before the end", errFolded, len(b))
			}
			numbers[i], b = n, b[size:]
		}
		each(texts[0], texts[1], Sum{Times: numbers[0], Quantity: catalog.Quantity(numbers[1]), Total: money.Amount(numbers[2]), VAT: money.Amount(numbers[3]), City: money.Amount(numbers[4])})
	}
	return nil
}

// gathered adds sums up by their keys, without a text made for each that comes.
type gathered struct {
	at    map[string]int
	lines []SumLine
}

func (g *gathered) line(key []byte) *SumLine {
	i, ok := g.at[string(key)]
	if !ok {
		i = len(g.lines)
		g.lines = append(g.lines, SumLine{Key: string(key)})
		g.at[g.lines[i].Key] = i
	}
	return &g.lines[i]
}

func (g *gathered) add(key, name []byte, v Sum) {
	l := g.line(key)
	if len(name) > 0 && l.Name != string(name) {
		l.Name = string(name)
	}
	v.Name = l.Name
	l.Sum = l.Plus(v)
}

// less takes a sum off; the name stays.
func (g *gathered) less(key, _ []byte, v Sum) {
	l := g.line(key)
	l.Sum = l.minus(v)
}
