package catalog

import (
	"math/bits"
	"slices"
	"sort"
	"strings"
	"sync"
)

// names is the index of all names. It consists of a few large arrays without pointers, which the garbage collector
// passes by, and never changes.
//
// Entries stand in order of folded name and then code, and every list of entries ascends: whatever is found is found in
// the order in which it is shown, and a search may stop when it has enough.
type names struct {
	keys   string   // folded names, each ended by a zero byte
	at     []uint32 // where each begins; one more
	codes  string   // codes, one after another
	codeAt []uint32
	active bitmap
	strict dictionary // the words of the names
	loose  dictionary // the same words, loosened (fold.go)
	free   sync.Pool  // of bitmaps
}

// A dictionary holds the words of all names in order, and where each stands. Words that begin alike are neighbours.
type dictionary struct {
	text string   // words, one after another
	at   []uint32 // where each begins; one more

	// Of the strict dictionary, entries [postAt[w], postAt[w+1]) of posts have word w. Of the loose one, posts are words
	// of the strict one that loosen to w.
	posts  []uint32
	postAt []uint32

	// pairs lists the words that have two bytes in a row inside: where a part of a word may stand.
	pairs  map[pair]stretch
	paired []uint32

	// wide are the sets of those ranges of words that stand in so many entries that gathering them takes too long.
	wide map[wordRange]bitmap
}

// A pair is two bytes that stand next to each other in a word, and a stretch the part of a list that belongs to one.
type (
	pair    [2]byte
	stretch struct{ from, to uint32 }
)

// pair makes the lists of pairs.
func (d *dictionary) pair() {
	last := map[pair]uint32{} // word, from 1, that had it last: it may stand in one twice
	d.pairs = map[pair]stretch{}
	each := func(fn func(p pair, w uint32)) {
		clear(last)
		for w := range d.count() {
			for word := d.word(w); len(word) > 1; word = word[1:] {
				if p := (pair{word[0], word[1]}); last[p] != w+1 {
					last[p] = w + 1
					fn(p, w)
				}
			}
		}
	}
	each(func(p pair, _ uint32) { s := d.pairs[p]; s.to++; d.pairs[p] = s })
	total := uint32(0)
	for p, s := range d.pairs {
		d.pairs[p] = stretch{total, total}
		total += s.to
	}
	d.paired = make([]uint32, total)
	each(func(p pair, w uint32) {
		s := d.pairs[p]
		d.paired[s.to] = w
		d.pairs[p] = stretch{s.from, s.to + 1}
	})
}

// mayHold returns words among which are all that have part inside, in order. ok: there are fewer than all.
func (d *dictionary) mayHold(part string) (words []uint32, ok bool) {
	for ; len(part) > 1; part = part[1:] {
		s := d.pairs[pair{part[0], part[1]}]
		if !ok || int(s.to-s.from) < len(words) {
			words, ok = d.paired[s.from:s.to], true
		}
	}
	return words, ok
}

// A wordRange is words [low, high) of a dictionary.
type wordRange struct{ low, high uint32 }

// A bitmap is a set of entries.
type bitmap []uint64

func (b bitmap) has(i uint32) bool { return b[i>>6]&(1<<(i&63)) != 0 }
func (b bitmap) set(i uint32)      { b[i>>6] |= 1 << (i & 63) }

// and keeps what stands in other as well.
func (b bitmap) and(other bitmap) {
	for i := range b {
		b[i] &= other[i]
	}
}

// or takes in what stands in other.
func (b bitmap) or(other bitmap) {
	for i := range b {
		b[i] |= other[i]
	}
}

func (b bitmap) empty() bool {
	for _, word := range b {
		if word != 0 {
			return false
		}
	}
	return true
}

// each calls fn for the entries of the set in [low, high), in order, until fn returns false.
func (b bitmap) each(low, high uint32, fn func(i uint32) bool) {
	for w := low >> 6; w<<6 < high; w++ {
		for set := b[w]; set != 0; set &= set - 1 {
			i := w<<6 + uint32(bits.TrailingZeros64(set))
			if i < low {
				continue
			}
			if i >= high || !fn(i) {
				return
			}
		}
	}
}

func (n *names) count() uint32             { return uint32(len(n.at) - 1) }
func (n *names) key(i uint32) string       { return n.keys[n.at[i] : n.at[i+1]-1] }
func (n *names) code(i uint32) string      { return n.codes[n.codeAt[i]:n.codeAt[i+1]] }
func (d *dictionary) count() uint32        { return uint32(len(d.at) - 1) }
func (d *dictionary) all() wordRange       { return wordRange{0, d.count()} }
func (d *dictionary) word(w uint32) string { return d.text[d.at[w]:d.at[w+1]] }

// beginning returns the words that begin with prefix.
func (d *dictionary) beginning(prefix string) wordRange {
	low := sort.Search(int(d.count()), func(w int) bool { return d.word(uint32(w)) >= prefix })
	high := low + sort.Search(int(d.count())-low, func(w int) bool { return !strings.HasPrefix(d.word(uint32(low+w)), prefix) })
	return wordRange{uint32(low), uint32(high)}
}

// exactly returns the word itself, an empty range if there is none.
func (d *dictionary) exactly(word string) wordRange {
	r := d.beginning(word)
	if r.low < r.high && d.word(r.low) == word {
		return wordRange{r.low, r.low + 1}
	}
	return wordRange{}
}

// named returns the entries whose name begins with prefix.
func (n *names) named(prefix string) (low, high uint32) {
	count := int(n.count())
	from := sort.Search(count, func(i int) bool { return n.key(uint32(i)) >= prefix })
	to := from + sort.Search(count-from, func(i int) bool { return !strings.HasPrefix(n.key(uint32(from+i)), prefix) })
	return uint32(from), uint32(to)
}

// postings returns how many entries the words of a range have, counted once a word.
func (n *names) postings(d *dictionary, r wordRange) (total int) {
	if d == &n.strict {
		return int(d.postAt[r.high] - d.postAt[r.low])
	}
	for _, w := range d.posts[d.postAt[r.low]:d.postAt[r.high]] {
		total += int(n.strict.postAt[w+1] - n.strict.postAt[w])
	}
	return total
}

// gather puts the entries of a range into a set.
func (n *names) gather(into bitmap, d *dictionary, r wordRange) {
	if d == &n.strict {
		for _, i := range d.posts[d.postAt[r.low]:d.postAt[r.high]] {
			into.set(i)
		}
		return
	}
	for _, w := range d.posts[d.postAt[r.low]:d.postAt[r.high]] {
		n.gatherWord(into, &n.strict, w)
	}
}

// gatherWord puts the entries of one word into a set. Of a word of very many entries the set is there already.
func (n *names) gatherWord(into bitmap, d *dictionary, w uint32) {
	if wide := n.wideWord(d, w); wide != nil {
		into.or(wide)
		return
	}
	n.gather(into, d, wordRange{w, w + 1})
}

func (n *names) wideWord(d *dictionary, w uint32) bitmap {
	r := wordRange{w, w + 1}
	if n.postings(d, r) < wideLeast {
		return nil
	}
	return d.wide[r]
}

// borrow returns an empty set, to be given back.
func (n *names) borrow() bitmap {
	b := *n.free.Get().(*bitmap)
	clear(b)
	return b
}

func (n *names) giveBack(b bitmap) { n.free.Put(&b) }

// A builder collects names for an index.
type builder struct {
	keys   []byte
	at     []uint32
	codes  []byte
	codeAt []uint32
	off    []bool
	words  map[string]uint32 // number by word, in order of arrival
	list   []string
	said   map[string]spoken // what has been folded already: the same words come again and again
	used   []uint32          // words of the entries, one after another
	usedAt []uint32
}

// spoken is a piece of a name, folded.
type spoken struct {
	key   string
	words []uint32
}

func newBuilder() *builder {
	return &builder{at: []uint32{0}, codeAt: []uint32{0}, usedAt: []uint32{0}, words: map[string]uint32{}, said: map[string]spoken{}}
}

// maxSaid bounds how many pieces are remembered.
const maxSaid = 1 << 18

func (b *builder) add(n name) {
	begin := len(b.keys)
	for piece := range strings.FieldsSeq(n.text) {
		s := b.say(piece)
		if s.key == "" {
			continue
		}
		if len(b.keys) > begin {
			b.keys = append(b.keys, ' ')
		}
		b.keys = append(b.keys, s.key...)
		b.used = append(b.used, s.words...)
	}
	b.keys = append(b.keys, 0)
	b.codes = append(b.codes, n.code...)
	b.at = append(b.at, uint32(len(b.keys)))
	b.codeAt = append(b.codeAt, uint32(len(b.codes)))
	b.usedAt = append(b.usedAt, uint32(len(b.used)))
	b.off = append(b.off, n.inactive)
}

// say folds a piece of a name between two spaces.
func (b *builder) say(piece string) spoken {
	if s, ok := b.said[piece]; ok {
		return s
	}
	s := spoken{key: fold(piece)}
	for word := range strings.FieldsSeq(s.key) {
		w, ok := b.words[word]
		if !ok {
			w = uint32(len(b.list))
			b.words[word] = w
			b.list = append(b.list, word)
		}
		s.words = append(s.words, w)
	}
	if len(b.said) < maxSaid {
		b.said[strings.Clone(piece)] = s
	}
	return s
}

func (b *builder) key(i uint32) []byte  { return b.keys[b.at[i] : b.at[i+1]-1] }
func (b *builder) code(i uint32) []byte { return b.codes[b.codeAt[i]:b.codeAt[i+1]] }

// build makes the index. The builder is of no use afterwards.
func (b *builder) build() *names {
	order := make([]uint32, len(b.off))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int {
		if c := strings.Compare(string(b.key(i)), string(b.key(j))); c != 0 {
			return c
		}
		return strings.Compare(string(b.code(i)), string(b.code(j)))
	})
	n := &names{at: make([]uint32, 1, len(order)+1), codeAt: make([]uint32, 1, len(order)+1), active: make(bitmap, (len(order)+63)/64)}
	n.free.New = func() any { b := make(bitmap, len(n.active)); return &b }
	var keys, codes strings.Builder
	keys.Grow(len(b.keys))
	codes.Grow(len(b.codes))
	for at, i := range order {
		keys.Write(b.key(i))
		keys.WriteByte(0)
		codes.Write(b.code(i))
		n.at = append(n.at, uint32(keys.Len()))
		n.codeAt = append(n.codeAt, uint32(codes.Len()))
		if !b.off[i] {
			n.active.set(uint32(at))
		}
	}
	n.keys, n.codes = keys.String(), codes.String()
	n.strict = b.strict(order)
	n.loose = loosened(&n.strict)
	n.strict.pair()
	n.loose.pair()
	n.findWide()
	return n
}

// strict makes the dictionary of words.
func (b *builder) strict(order []uint32) dictionary {
	sorted := slices.Clone(b.list)
	slices.Sort(sorted)
	place := make([]uint32, len(b.list)) // of a word, by number
	for at, word := range sorted {
		place[b.words[word]] = uint32(at)
	}
	d := dictionaryOf(sorted)
	d.postAt = make([]uint32, len(sorted)+1)
	for _, w := range b.used {
		d.postAt[place[w]+1]++
	}
	for w := range sorted {
		d.postAt[w+1] += d.postAt[w]
	}
	d.posts = make([]uint32, len(b.used))
	end := slices.Clone(d.postAt[:len(sorted)])
	for at, i := range order {
		for _, number := range b.used[b.usedAt[i]:b.usedAt[i+1]] {
			w := place[number]
			d.posts[end[w]] = uint32(at)
			end[w]++
		}
	}
	return d
}

func dictionaryOf(sorted []string) dictionary {
	d := dictionary{at: make([]uint32, 1, len(sorted)+1), wide: map[wordRange]bitmap{}}
	var text strings.Builder
	for _, word := range sorted {
		text.WriteString(word)
		d.at = append(d.at, uint32(text.Len()))
	}
	d.text = text.String()
	return d
}

// loosened makes the dictionary of the loosened words of another.
func loosened(strict *dictionary) dictionary {
	type loose struct {
		loose string
		word  uint32
	}
	all := make([]loose, strict.count())
	for w := range all {
		all[w] = loose{loosen(strict.word(uint32(w))), uint32(w)}
	}
	slices.SortStableFunc(all, func(a, b loose) int { return strings.Compare(a.loose, b.loose) })
	var sorted []string
	d := dictionary{posts: make([]uint32, 0, len(all)), postAt: []uint32{}}
	for i, p := range all {
		if i == 0 || p.loose != all[i-1].loose {
			sorted = append(sorted, p.loose)
			d.postAt = append(d.postAt, uint32(i))
		}
		d.posts = append(d.posts, p.word)
	}
	d.postAt = append(d.postAt, uint32(len(all)))
	with := dictionaryOf(sorted)
	with.posts, with.postAt = d.posts, d.postAt
	return with
}

// A range is wide if it has more postings than this, and than a share of all entries.
const (
	wideLeast = 8192
	wideShare = 32
)

// findWide makes the sets of all ranges of words with the same beginning that are wide, in both dictionaries. At each
// length of the beginning there can be only few: all of them share the postings.
func (n *names) findWide() {
	least := max(wideLeast, int(n.count())/wideShare)
	n.widen(&n.strict, n.strict.all(), 0, least)
	n.widen(&n.loose, n.loose.all(), 0, least)
}

// widen looks at the words of a range, which have the first size bytes in common.
func (n *names) widen(d *dictionary, r wordRange, size, least int) {
	for low := r.low; low < r.high; {
		if len(d.word(low)) == size {
			n.keepWide(d, wordRange{low, low + 1}, "", least)
			low++
			continue
		}
		prefix := d.word(low)[:size+1]
		high := low + uint32(sort.Search(int(r.high-low), func(w int) bool { return !strings.HasPrefix(d.word(low+uint32(w)), prefix) }))
		part := wordRange{low, high}
		if n.keepWide(d, part, prefix, least) {
			n.widen(d, part, size+1, least)
		}
		low = high
	}
}

// keepWide makes the set of a range if that is wide. Where the loose set of a beginning is the strict one, they are one.
func (n *names) keepWide(d *dictionary, r wordRange, prefix string, least int) bool {
	total := n.postings(d, r)
	if total < least {
		return false
	}
	if d.wide[r] != nil {
		return true
	}
	if d == &n.loose && prefix != "" {
		if same := n.strict.beginning(prefix); n.postings(&n.strict, same) == total && n.strict.wide[same] != nil {
			d.wide[r] = n.strict.wide[same]
			return true
		}
	}
	set := make(bitmap, len(n.active))
	n.gather(set, d, r)
	d.wide[r] = set
	return true
}
