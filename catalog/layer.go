package catalog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strconv"

	goods "posbox/pos/catalog"
	"posbox/pos/loyalty"
)

// A layer lies over what was there before: things (goods, customers) by their code, whole, and the numbers (barcodes,
// cards) that lead to them. The zero layer is empty.
type layer struct {
	things  stream                 // code → JSON
	numbers stream                 // number 00 code → nothing
	has     func(code []byte) bool // whether a thing is in it: then what was there before of that code does not count
	alone   bool                   // nothing that was there before counts
	// keep, if set, takes over into a thing what it says nothing of.
	keep func(was, is []byte) []byte
}

// filled makes streams of what is missing.
func (l layer) filled() layer {
	if l.things == nil {
		l.things, l.numbers = nothing{}, nothing{}
	}
	switch {
	case l.alone:
		l.has = func([]byte) bool { return true }
	case l.has == nil:
		l.has = func([]byte) bool { return false }
	}
	return l
}

// A pile collects what will be a layer.
type pile struct{ things, numbers *sorter }

func newPile(s *spool) *pile { return &pile{newSorter(s), newSorter(s)} }

func (p *pile) add(code string, value []byte, numbers []string) error {
	for _, n := range numbers {
		if err := p.numbers.add(join(n, code), nil); err != nil {
			return err
		}
	}
	return p.things.add([]byte(code), value)
}

func (p *pile) addCustomer(c loyalty.Customer) error {
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return p.add(c.Code, value, c.Cards)
}

func (p *pile) layer(has func(code []byte) bool) layer {
	return layer{things: p.things.sorted(), numbers: p.numbers.sorted(), has: has}
}

func (p *pile) alone() layer {
	return layer{things: p.things.sorted(), numbers: p.numbers.sorted(), alone: true}
}

// layersOf makes layers of single edits, of which the later ones hold.
func layersOf(edits []edit, put *spool) (ofGoods, ofCustomers layer, err error) {
	lastGood, lastCustomer := map[goods.Code]goods.Good{}, map[string]loyalty.Customer{}
	for _, e := range edits {
		for _, g := range e.Goods {
			lastGood[g.Code] = g
		}
		for _, c := range e.Customers {
			lastCustomer[c.Code] = c
		}
	}
	g, c := newPile(put), newPile(put)
	for code, good := range lastGood {
		if err := g.add(string(code), appendGood(nil, &good), good.Barcodes); err != nil {
			return layer{}, layer{}, err
		}
	}
	for _, customer := range lastCustomer {
		if err := c.addCustomer(customer); err != nil {
			return layer{}, layer{}, err
		}
	}
	ofGoods = g.layer(func(code []byte) bool { _, ok := lastGood[goods.Code(code)]; return ok })
	ofCustomers = c.layer(func(code []byte) bool { _, ok := lastCustomer[string(code)]; return ok })
	return ofGoods, ofCustomers, nil
}

// A tally counts what a layer does to what was there before.
type tally struct{ all, added, changed, unchanged, gone int }

func (t tally) changes() int { return t.added + t.changed + t.gone }

// A writer writes the trees of a new file.
type writer struct {
	old  *pages // nil: none
	meta meta
	file *pageFile
	tops []bucketTop
}

type bucketTop struct {
	name []byte
	top  uint64
}

// section writes a bucket of things and that of their numbers: what the old file has, over it the edits, over that the
// change.
func (w *writer) section(things, numbers []byte, edits, change layer, number func(number, code []byte)) (t tally, err error) {
	edits, change = edits.filled(), change.filled()
	before := &layered{under: streamOf(w.old, things), over: edits.things}
	all := &layered{under: before, over: change.things, alone: change.alone, keep: change.keep, told: func(was, is []byte) { t.take(was, is) }}
	if t.all, err = w.bucket(things, all, nil); err != nil {
		return t, err
	}
	covered := func(key []byte) bool { _, code := split(key); return change.has(code) }
	edited := func(key []byte) bool { _, code := split(key); return edits.has(code) || change.has(code) }
	keys := &layered{
		under: &layered{under: without{streamOf(w.old, numbers), edited}, over: without{edits.numbers, covered}},
		over:  change.numbers,
	}
	_, err = w.bucket(numbers, keys, number)
	return t, err
}

func (t *tally) take(was, is []byte) {
	switch {
	case is == nil:
		t.gone++
	case was == nil:
		t.added++
	case string(was) == string(is):
		t.unchanged++
	default:
		t.changed++
	}
}

// bucket writes a bucket and returns how many keys it has. each, if set, is told both parts of every key.
func (w *writer) bucket(name []byte, from stream, each func(first, second []byte)) (count int, err error) {
	t := newTree(w.file)
	for {
		key, value, err := from.next()
		if err != nil {
			return 0, err
		}
		if key == nil {
			break
		}
		if err := t.add(key, value); err != nil {
			return 0, err
		}
		if each != nil {
			each(split(key))
		}
	}
	top, err := t.finish()
	w.tops = append(w.tops, bucketTop{name, top})
	return t.count, err
}

// finish writes what the file says about itself, and where its buckets begin.
func (w *writer) finish() error {
	p := newSorter(nil)
	for key, value := range map[string]string{
		string(keyFormat): format, string(keyGoods): strconv.Itoa(w.meta.goods),
		string(keyEdits): numberOr(w.meta.edits), string(keyMark): w.meta.mark,
	} {
		if value == "" {
			continue
		}
		if err := p.add([]byte(key), []byte(value)); err != nil {
			return err
		}
	}
	if _, err := w.bucket(bucketMeta, p.sorted(), nil); err != nil {
		return err
	}
	return w.buckets()
}

// numberOr writes a number, nothing for 0.
func numberOr(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// buckets writes the tree of buckets and ends the file.
func (w *writer) buckets() error {
	slices.SortFunc(w.tops, func(a, b bucketTop) int { return bytes.Compare(a.name, b.name) })
	t := newTree(w.file)
	for _, b := range w.tops {
		value := binary.LittleEndian.AppendUint64(nil, b.top)
		value = binary.LittleEndian.AppendUint64(value, 0) // its sequence
		if err := t.addFlagged(b.name, value, flagBucket); err != nil {
			return err
		}
	}
	top, err := t.finish()
	if err != nil {
		return err
	}
	return w.file.finish(top)
}
