package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/money"
)

// Goods and customers are many. A batch of 500 sales has some 500 goods, and a row for each over a day and a month, at the point
// and over all points, was four of the six rows that a sale cost. So a batch adds all of them as one value (table pending), in the
// transaction of its records; a worker takes what has gathered of a company and adds it to one value a span (table folded).
// Whoever reads adds what is pending, so nothing depends on when it is folded.

// foldedKinds are the kinds whose sums are folded. All others have a row a key in table sums.
var foldedKinds = []SumKind{SumGood, SumCustomer}

// sumWeight is no sum of anything that was sold: it adds up how large all numbers are that a month's folded sums were made from,
// whatever their sign. None of those sums can be larger, so the bound of this one row, which the database keeps, keeps all
// of them from wrapping round, and refuses a batch before it is pending.
const sumWeight SumKind = "weight"

// When what is pending of a company is folded: folding writes whole spans again, so the more there is of them, the more has
// to have gathered.
const (
	foldLeast = 64 << 10 // bytes
	foldMost  = 16 << 20 // bytes, however large the spans are: whoever reads reads this, too
	foldShare = 4        // of what was written the last time
	foldRows  = 1024     // batches
	foldAge   = 10 * time.Minute
	foldScan  = time.Hour // how often all companies are looked for, for what another server has left behind
)

// foldAtOnce bounds the batches that one transaction folds: on SQLite everybody who writes waits for it.
const foldAtOnce = 512

// part is what is pending of one kind, of a day at a point.
type part struct {
	day  DayKey
	kind SumKind
	data []byte // sums by key
}

// pend adds what rollups hold of folded kinds.
func (t *Tx) pend(c Company, r Rollups) error {
	var data []byte
	for _, p := range r.parts() {
		data = appendPart(data, p)
	}
	if data == nil {
		return nil
	}
	t.tally.add(c, int64(len(data)))
	return t.exec(sqlPendingAdd, int64(c), time.Now().UnixMicro(), rand.Int64(), int64(len(data)), data)
}

// parts are the folded kinds of rollups, in the order of their keys.
func (r Rollups) parts() (list []part) {
	add := func(k DayKey, kind SumKind, key string, v Sum) {
		if n := len(list); n == 0 || list[n-1].day != k || list[n-1].kind != kind {
			list = append(list, part{day: k, kind: kind})
		}
		p := &list[len(list)-1]
		p.data = appendSum(p.data, key, v)
	}
	for _, k := range slices.SortedFunc(maps.Keys(r.Goods), GoodKey.compare) {
		add(k.DayKey, SumGood, string(k.Good), r.Goods[k].sum())
	}
	for _, k := range slices.SortedFunc(maps.Keys(r.Sums), SumKey.compare) {
		if slices.Contains(foldedKinds, k.Kind) {
			add(DayKey{k.Point, day.Day(k.Span)}, k.Kind, k.Key, r.Sums[k])
		}
	}
	return list
}

// weights are the rows that bound what a batch adds to folded sums, by months.
func (r Rollups) weights(c Company) (rows [][]any) {
	weight := map[string]int64{}
	add := func(d day.Day, v Sum) {
		m := string(MonthOf(d))
		for _, n := range []int64{int64(v.Quantity), int64(v.Total), int64(v.VAT), int64(v.City)} {
			weight[m] = heavier(weight[m], n)
		}
	}
	for k, v := range r.Goods {
		add(k.Day, v.sum())
	}
	for k, v := range r.Sums {
		if slices.Contains(foldedKinds, k.Kind) {
			add(day.Day(k.Span), v)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(weight)) {
		rows = append(rows, []any{int64(c), int64(0), string(sumWeight), m, "", "", int64(0), int64(0), weight[m], int64(0), int64(0)})
	}
	return rows
}

// heavier adds the size of a number. It stops where no row can hold it.
func heavier(weight, n int64) int64 {
	if n < 0 {
		n = -n
	}
	if n < 0 || weight > math.MaxInt64-n { // the least number of all stays below zero
		return math.MaxInt64
	}
	return weight + n
}

// spans are what a part adds to: its day and its month, at its point and at all of them.
func (p part) spans() []SumKey {
	d, m := string(p.day.Day), string(MonthOf(p.day.Day))
	return []SumKey{{p.day.Point, p.kind, d, ""}, {p.day.Point, p.kind, m, ""}, {0, p.kind, d, ""}, {0, p.kind, m, ""}}
}

// Fold folds what is pending of companies of which enough has gathered, and reports how many batches that were.
func (s *Store) Fold(ctx context.Context) (batches int, err error) {
	if s.tally.unknown(time.Now()) {
		if err := s.weighPending(ctx); err != nil {
			return 0, err
		}
	}
	return s.foldEach(ctx, s.tally.due(time.Now()))
}

// FoldAll folds whatever is pending.
func (s *Store) FoldAll(ctx context.Context) (batches int, err error) {
	if err := s.weighPending(ctx); err != nil {
		return 0, err
	}
	return s.foldEach(ctx, s.tally.all())
}

func (s *Store) foldEach(ctx context.Context, companies []Company) (batches int, err error) {
	for _, c := range companies {
		n, e := s.foldCompany(ctx, c)
		batches, err = batches+n, errors.Join(err, e)
	}
	return batches, err
}

// weighPending looks at all companies.
func (s *Store) weighPending(ctx context.Context) error {
	return s.Read(ctx, func(t *Tx) error {
		return t.rows(sqlPendingSizes, nil, func(scan func(...any) error) error {
			var c Company
			var w waiting
			err := scan((*int64)(&c), &w.batches, &w.bytes)
			s.tally.set(c, w)
			return err
		})
	})
}

// foldCompany folds all that is pending of a company, some batches a transaction. Two servers may do so at once: the second
// waits until the first has taken its batches away.
func (s *Store) foldCompany(ctx context.Context, c Company) (batches int, err error) {
	var wrote int64
	for {
		var n int
		var bytes int64
		before := s.tally.taken(c)
		err := s.Write(ctx, func(t *Tx) (err error) {
			n, bytes, err = t.fold(c)
			return err
		})
		if err != nil {
			s.tally.back(c, before)
			return batches, err
		}
		batches, wrote = batches+n, max(wrote, bytes)
		if n < foldAtOnce {
			s.tally.folded(c, wrote)
			return batches, nil
		}
	}
}

// fold folds the oldest batches of a company. It reports how many bytes it wrote.
func (t *Tx) fold(c Company) (batches int, wrote int64, err error) {
	last := int64(math.MaxInt64)
	if err := t.row(sqlPendingUpTo, []any{int64(c), int64(foldAtOnce - 1)}, &last); err != nil && !errors.Is(err, ErrNone) {
		return 0, 0, err
	}
	type row struct {
		at   int64
		data []byte
	}
	var taken []row
	if err := t.rows(sqlPendingTake, []any{int64(c), last}, func(scan func(...any) error) error {
		var r row
		err := scan(&r.at, &r.data)
		taken = append(taken, r)
		return err
	}); err != nil {
		return 0, 0, err
	}
	slices.SortStableFunc(taken, func(a, b row) int { return cmp.Compare(a.at, b.at) })
	added := map[SumKey][][]byte{}
	for _, r := range taken {
		if err := eachPart(r.data, func(p part) error {
			for _, k := range p.spans() {
				added[k] = append(added[k], p.data)
			}
			return nil
		}); err != nil {
			return 0, 0, err
		}
	}
	wrote, err = t.foldSpans(c, added)
	return len(taken), wrote, err
}

// foldSpans adds to spans, those of one kind and point at a time.
func (t *Tx) foldSpans(c Company, added map[SumKey][][]byte) (wrote int64, err error) {
	keys := slices.SortedFunc(maps.Keys(added), SumKey.compare)
	var rows batch
	for len(keys) > 0 {
		first, n := keys[0], 1
		for n < len(keys) && n < chunks[0] && keys[n].Point == first.Point && keys[n].Kind == first.Kind {
			n++
		}
		spans := make([]string, n)
		for i := range spans {
			spans[i] = keys[i].Span
		}
		before, err := t.foldedData(c, first.Kind, first.Point, spans)
		if err != nil {
			return wrote, err
		}
		for _, k := range keys[:n] {
			data, err := merged(before[k.Span], added[k])
			if err != nil {
				return wrote, err
			}
			wrote += int64(len(data))
			if rows.add([]any{int64(c), int64(k.Point), string(k.Kind), k.Span, data}) {
				if err := t.insert(sqlFoldedPut, rows.take()); err != nil {
					return wrote, err
				}
			}
		}
		keys = keys[n:]
	}
	return wrote, t.insert(sqlFoldedPut, rows.take())
}

// foldedData reads what is folded of spans.
func (t *Tx) foldedData(c Company, kind SumKind, p Point, spans []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	return found, t.texts(sqlFolded, []any{int64(c), int64(p), string(kind)}, spans, func(scan func(...any) error) error {
		var span string
		var data []byte
		err := scan(&span, &data)
		found[span] = data
		return err
	})
}

// merged adds sums to those that are folded.
func merged(before []byte, added [][]byte) ([]byte, error) {
	all := gathered{at: map[string]int{}}
	for _, data := range append([][]byte{before}, added...) {
		if err := eachSum(data, all.add); err != nil {
			return nil, err
		}
	}
	out := make([]byte, 0, len(before)+256)
	for _, l := range all.lines {
		out = appendSum(out, l.Key, l.Sum)
	}
	return out, nil
}

// addFolded calls add for every key's sum over spans, folded and pending ones, more than once for a key.
func (t *Tx) addFolded(c Company, kind SumKind, p Point, spans []string, add func(key, name []byte, v Sum)) error {
	err := t.texts(sqlFolded, []any{int64(c), int64(p), string(kind)}, spans, func(scan func(...any) error) error {
		var span string
		var data []byte
		if err := scan(&span, &data); err != nil {
			return err
		}
		return eachSum(data, add)
	})
	if err != nil {
		return err
	}
	wanted := map[SumKey]bool{}
	for _, s := range spans {
		wanted[SumKey{p, kind, s, ""}] = true
	}
	return t.eachPending(c, func(x part) error {
		for _, k := range x.spans() {
			if wanted[k] {
				if err := eachSum(x.data, add); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// eachPending calls each for everything that is pending of a company, the oldest first.
func (t *Tx) eachPending(c Company, each func(part) error) error {
	return t.rows(sqlPending, []any{int64(c)}, func(scan func(...any) error) error {
		var data []byte
		if err := scan(&data); err != nil {
			return err
		}
		return eachPart(data, each)
	})
}

// foldedSums adds all folded sums of a company to m, the pending ones too, without names.
func (t *Tx) foldedSums(c Company, m Sums) error {
	add := func(k SumKey, data []byte) error {
		return eachSum(data, func(key, _ []byte, v Sum) {
			at := SumKey{k.Point, k.Kind, k.Span, string(key)}
			v.Name = ""
			m[at] = m[at].Plus(v)
		})
	}
	err := t.rows(sqlFoldedAll, []any{int64(c)}, func(scan func(...any) error) error {
		var k SumKey
		var data []byte
		if err := scan((*int64)(&k.Point), (*string)(&k.Kind), &k.Span, &data); err != nil {
			return err
		}
		return add(k, data)
	})
	if err != nil {
		return err
	}
	return t.eachPending(c, func(p part) error {
		for _, k := range p.spans() {
			if err := add(k, p.data); err != nil {
				return err
			}
		}
		return nil
	})
}

// A part is its point, kind, day and sums, each text with its length before it.
func appendPart(b []byte, p part) []byte {
	b = binary.AppendUvarint(b, uint64(p.day.Point))
	for _, s := range [][]byte{[]byte(p.kind), []byte(p.day.Day), p.data} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

// eachPart reads what is pending. The parts' sums are pieces of b.
func eachPart(b []byte, each func(part) error) error {
	for len(b) > 0 {
		point, size := binary.Uvarint(b)
		if size <= 0 || point > math.MaxInt64 {
			return fmt.Errorf("%w: %d bytes before the end", errFolded, len(b))
		}
		b = b[size:]
		var texts [3][]byte
		for i := range texts {
			var err error
			if texts[i], b, err = cutText(b); err != nil {
				return err
			}
		}
		if _, err := day.Parse(string(texts[1])); err != nil {
			return fmt.Errorf("%w: %w", errFolded, err)
		}
		if err := each(part{DayKey{Point(point), day.Day(texts[1])}, SumKind(texts[0]), texts[2]}); err != nil {
			return err
		}
	}
	return nil
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

// cutText takes a text off that has its length before it.
func cutText(b []byte) (text, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, fmt.Errorf("%w: %d bytes before the end", errFolded, len(b))
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}

// eachSum reads folded sums. Key and name hold until the next call.
func eachSum(b []byte, each func(key, name []byte, v Sum)) error {
	for len(b) > 0 {
		var texts [2][]byte
		for i := range texts {
			var err error
			if texts[i], b, err = cutText(b); err != nil {
				return err
			}
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
