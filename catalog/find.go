package catalog

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// How a query is answered from the index. Its words are looked up in a dictionary, as whole words, as beginnings or as
// parts; each gives a set of entries, and what stands in all sets is a hit. The kinds of hits are tried from the best on,
// each in the order in which it is shown, and the search stops when it has enough. So what it costs is bounded by the sets
// of words, and those that would be large have been made in advance (findWide).
//
// Two bounds give way to speed where a query says little: of loose hits, the first looseBudget are ranked against each
// other, and of parts of words that stand in very many names, the first insideBudget entries are looked at.
const (
	looseBudget  = 500
	insideBudget = 2000
	partPostings = 1 << 16 // more postings than this, and a part of a word is looked for in the names instead
	partWords    = 1 << 12

	// few entries are compared with the other words of a query one by one: to gather the sets of those takes longer.
	few      = 256
	fewParts = 1024 // the same for parts of words
)

// names looks q up among the names.
func (f *finder) names(n *names, q string) {
	l := lookup{f: f, n: n, strict: queryOf(fold(q))}
	for _, reading := range readings(q) {
		if loose := queryOf(reading); len(loose.words) > 0 {
			l.loose = append(l.loose, loose)
		}
	}
	if n.count() == 0 || len(l.loose) == 0 {
		return
	}
	l.seen, l.sets, l.parts = map[uint32]bool{}, map[setKey]bitmap{}, map[partKey]*part{}
	defer l.giveBack()
	for _, kind := range []func(){l.byName, l.byWords, l.byBeginnings, l.byLoose, l.byParts, l.byLooseParts} {
		if kind(); l.enough() {
			return
		}
	}
}

// A lookup is one query to one index.
type lookup struct {
	f      *finder
	n      *names
	strict query
	loose  []query // its readings
	seen   map[uint32]bool
	found  int         // hits that are on sale
	words  []wordRange // what byWords has looked up
	begun  []wordRange // and byBeginnings

	// What has been gathered: the readings of a query have most of their words in common.
	sets  map[setKey]bitmap
	parts map[partKey]*part
}

type setKey struct {
	d *dictionary
	r wordRange
}

// setOf returns the entries of a range of words.
func (l *lookup) setOf(d *dictionary, r wordRange) bitmap {
	if wide := d.wide[r]; wide != nil {
		return wide
	}
	key := setKey{d, r}
	set, ok := l.sets[key]
	if !ok {
		set = l.n.borrow()
		l.n.gather(set, d, r)
		l.sets[key] = set
	}
	return set
}

func (l *lookup) giveBack() {
	for _, set := range l.sets {
		l.n.giveBack(set)
	}
	for _, p := range l.parts {
		if p.set != nil {
			l.n.giveBack(p.set)
		}
	}
}

func (l *lookup) enough() bool { return l.found >= l.f.limit }

// take adds an entry, and reports whether more are wanted.
func (l *lookup) take(rank int, i uint32) bool {
	active := l.n.active.has(i)
	if l.seen[i] || !active && l.f.fullOff(rank) {
		return true
	}
	l.seen[i] = true
	if l.f.add(rank, l.n.key(i), l.n.code(i), !active) && active {
		l.found++
	}
	return !l.enough()
}

// byName finds names that begin with the query. Those in which it ends a word come first in order of name as well.
func (l *lookup) byName() {
	whole := l.strict.whole
	if whole == "" {
		return
	}
	low, high := l.n.named(whole)
	for i := low; i < high; i++ {
		rank := rankNamePrefix
		if key := l.n.key(i); len(key) == len(whole) || key[len(whole)] == ' ' {
			rank = rankName
		}
		if !l.take(rank, i) {
			return
		}
	}
}

func (l *lookup) byWords() {
	l.words = rangesOf(l.strict, l.n.strict.exactly)
	l.each(&l.n.strict, l.words, func(i uint32) bool { return l.take(rankWords, i) })
}

// byBeginnings finds words that begin with the query's. Where those are the same words, byWords has found all.
func (l *lookup) byBeginnings() {
	l.begun = rangesOf(l.strict, l.n.strict.beginning)
	if !slices.Equal(l.begun, l.words) {
		l.each(&l.n.strict, l.begun, func(i uint32) bool { return l.take(rankWordPrefix, i) })
	}
}

// rangesOf looks all words of a query up; nil if there is none, or one is not found.
func rangesOf(q query, find func(string) wordRange) []wordRange {
	var ranges []wordRange
	for _, word := range q.words {
		r := find(word)
		if r.low == r.high {
			return nil
		}
		ranges = append(ranges, r)
	}
	return ranges
}

// each calls fn for the entries that have a word of every range, in order, until it returns false.
func (l *lookup) each(d *dictionary, ranges []wordRange, fn func(i uint32) bool) {
	if len(ranges) == 0 {
		return
	}
	if d == &l.n.strict && len(ranges) == 1 && ranges[0].high == ranges[0].low+1 {
		for _, i := range d.posts[d.postAt[ranges[0].low]:d.postAt[ranges[0].high]] {
			if !fn(i) {
				return
			}
		}
		return
	}
	set := l.n.borrow()
	defer l.n.giveBack(set)
	l.intersect(set, d, ranges)
	set.each(0, l.n.count(), fn)
}

// intersect puts into set what stands in all ranges. It begins with those of few entries, and stops where nothing is left.
func (l *lookup) intersect(set bitmap, d *dictionary, ranges []wordRange) {
	ranges = slices.Clone(ranges)
	slices.SortFunc(ranges, func(a, b wordRange) int { return l.n.postings(d, a) - l.n.postings(d, b) })
	if len(ranges) > 1 && l.n.postings(d, ranges[0]) <= few {
		l.n.gather(set, d, ranges[0])
		set.each(0, l.n.count(), func(i uint32) bool {
			if !l.hasAll(d, i, ranges[1:]) {
				set[i>>6] &^= 1 << (i & 63)
			}
			return true
		})
		return
	}
	copy(set, l.setOf(d, ranges[0]))
	for k, r := range ranges[1:] {
		if k > 0 && set.empty() {
			return
		}
		set.and(l.setOf(d, r))
	}
}

// hasAll reports whether the name of an entry has a word of every range.
func (l *lookup) hasAll(d *dictionary, i uint32, ranges []wordRange) bool {
	key := l.keyOf(d, i)
	for _, r := range ranges {
		low, high := d.word(r.low), d.word(r.high-1)
		has := false
		for word := range strings.FieldsSeq(key) {
			if has = low <= word && word <= high; has {
				break
			}
		}
		if !has {
			return false
		}
	}
	return true
}

// keyOf returns the name of an entry, loosened for the loose dictionary.
func (l *lookup) keyOf(d *dictionary, i uint32) string {
	if d == &l.n.strict {
		return l.n.key(i)
	}
	return loosen(l.n.key(i))
}

// byLoose finds what any reading of the query finds with letters that people mix.
func (l *lookup) byLoose() {
	var hits []looseHit
	budget := looseBudget
	for _, q := range l.loose {
		ranges := rangesOf(q, l.n.loose.beginning)
		if l.same(ranges) {
			continue
		}
		l.each(&l.n.loose, ranges, func(i uint32) bool {
			if !l.seen[i] {
				hits = append(hits, looseHit{rankLoose + q.rank(loosen(l.n.key(i))) - rankName, i})
				budget--
			}
			return budget > 0
		})
	}
	slices.SortFunc(hits, func(a, b looseHit) int { return cmp.Or(a.rank-b.rank, cmp.Compare(a.entry, b.entry)) })
	for _, h := range hits {
		if !l.take(h.rank, h.entry) {
			return
		}
	}
}

// same reports whether loose ranges hold no more words than the strict ones, which they contain if the query is read as it
// was typed; if it is read otherwise, they do not hold as many.
func (l *lookup) same(ranges []wordRange) bool {
	if len(ranges) != len(l.begun) {
		return false
	}
	for k, r := range ranges {
		words := l.n.loose.posts[l.n.loose.postAt[r.low]:l.n.loose.postAt[r.high]]
		strict := l.begun[k]
		if uint32(len(words)) != strict.high-strict.low {
			return false
		}
		for _, w := range words {
			if w < strict.low || w >= strict.high {
				return false
			}
		}
	}
	return true
}

type looseHit struct {
	rank  int
	entry uint32
}

func (l *lookup) byParts() {
	budget := insideBudget
	l.byPartsOf(&l.n.strict, l.strict, &budget, func(i uint32) bool { return l.take(rankInside, i) })
}

// byLooseParts takes of each reading as many as could be wanted, and of those the first by name.
func (l *lookup) byLooseParts() {
	var hits []uint32
	budget := insideBudget
	for _, q := range l.loose {
		active := 0
		l.byPartsOf(&l.n.loose, q, &budget, func(i uint32) bool {
			hits = append(hits, i)
			if l.n.active.has(i) {
				active++
			}
			return active < l.f.limit
		})
	}
	slices.Sort(hits)
	for _, i := range slices.Compact(hits) {
		if !l.take(rankLooseInside, i) {
			return
		}
	}
}

// byPartsOf calls fn for names that have all words of the query inside of theirs, until it returns false. Words that stand
// in too many to be gathered are looked for in the names that are left.
func (l *lookup) byPartsOf(d *dictionary, q query, budget *int, fn func(i uint32) bool) {
	if len(q.words) == 0 {
		return
	}
	set := l.n.borrow()
	defer l.n.giveBack(set)
	often := l.partsOf(set, d, q.words)
	set.each(0, l.n.count(), func(i uint32) bool {
		*budget--
		if l.seen[i] {
			return *budget > 0
		}
		text := ""
		if len(often) > 0 {
			text = l.keyOf(d, i)
		}
		for _, word := range often {
			if !strings.Contains(text, word) {
				return *budget > 0
			}
		}
		return fn(i) && *budget > 0
	})
}

// partsOf puts into a set the entries that have words inside of theirs, and returns those words that it has not looked
// for.
func (l *lookup) partsOf(set bitmap, d *dictionary, words []string) (left []string) {
	best, least := "", math.MaxInt
	for _, word := range words {
		switch p := l.part(d, word); {
		case p.often:
			left = append(left, word)
		case p.postings < least:
			best, least = word, p.postings
		}
	}
	if len(left) == len(words) {
		for i := range set {
			set[i] = ^uint64(0)
		}
		return left
	}
	copy(set, l.partSet(d, best))
	for _, word := range words {
		switch {
		case word == best || l.part(d, word).often:
		case least <= fewParts:
			left = append(left, word)
		default:
			set.and(l.partSet(d, word))
		}
	}
	return left
}

type partKey struct {
	d    *dictionary
	part string
}

// A part is a piece of a word, and the words of a dictionary that it stands in.
type part struct {
	d        *dictionary
	words    []uint32
	postings int
	toGather int    // of which there are no sets yet
	often    bool   // they are too many, or too much is to be gathered
	set      bitmap // of the entries, once they have been gathered
}

func (l *lookup) part(d *dictionary, text string) *part {
	if d == &l.n.loose && !strings.ContainsAny(text, looseLetters) {
		d = &l.n.strict // it stands in the same places
	}
	key := partKey{d, text}
	p := l.parts[key]
	if p == nil {
		p = l.n.findPart(d, text)
		l.parts[key] = p
	}
	return p
}

func (l *lookup) partSet(d *dictionary, text string) bitmap {
	p := l.part(d, text)
	if p.set == nil {
		p.set = l.n.borrow()
		for _, w := range p.words {
			l.n.gatherWord(p.set, p.d, w)
		}
	}
	return p.set
}

// findPart finds the words that have text inside.
func (n *names) findPart(d *dictionary, text string) *part {
	p := &part{d: d}
	words, ok := d.mayHold(text)
	if !ok { // a single letter: before long it stands in too many
		for w := uint32(0); w < d.count() && !p.often; w++ {
			n.tryPart(p, w, text)
		}
		return p
	}
	for _, w := range words {
		if n.tryPart(p, w, text); p.often {
			break
		}
	}
	return p
}

// tryPart adds a word if it has text inside.
func (n *names) tryPart(p *part, w uint32, text string) {
	if !strings.Contains(p.d.word(w), text) {
		return
	}
	p.words = append(p.words, w)
	postings := n.postings(p.d, wordRange{w, w + 1})
	p.postings += postings
	if n.wideWord(p.d, w) == nil {
		p.toGather += postings
	}
	p.often = len(p.words) > partWords || p.toGather > partPostings
}

// A query is a folded query taken apart.
type query struct {
	whole string
	words []string
}

func queryOf(key string) query {
	q := query{whole: key, words: strings.Fields(key)}
	if len(q.words) > maxWords {
		q.words = q.words[:maxWords]
		q.whole = strings.Join(q.words, " ")
	}
	return q
}

// rankOf judges one name by its strict and its loose key.
func rankOf(strictKey, looseKey string, strict, loose query) int {
	asTyped := strict.rank(strictKey)
	if asTyped != notFound && asTyped != rankInside {
		return asTyped
	}
	r := loose.rank(looseKey)
	switch {
	case r != notFound && r != rankInside:
		return rankLoose + r - rankName
	case asTyped == rankInside:
		return rankInside
	case r == rankInside:
		return rankLooseInside
	}
	return notFound
}

// rank returns how well the query fits a key, as a strict rank.
func (q query) rank(key string) int {
	if len(q.words) == 0 {
		return notFound
	}
	if strings.HasPrefix(key, q.whole) {
		if len(key) == len(q.whole) || key[len(q.whole)] == ' ' {
			return rankName
		}
		return rankNamePrefix
	}
	worst := rankWords
	for _, w := range q.words {
		r := rankWord(key, w)
		if r == notFound {
			return notFound
		}
		worst = max(worst, r)
	}
	return worst
}

// rankWord returns rankWords, rankWordPrefix, rankInside or notFound: the best that w makes of any place in key.
func rankWord(key, w string) int {
	best := notFound
	for pos := 0; ; {
		hit := strings.Index(key[pos:], w)
		if hit < 0 {
			return best
		}
		start := pos + hit
		end := start + len(w)
		switch {
		case start > 0 && key[start-1] != ' ':
			if best == notFound {
				best = rankInside
			}
		case end == len(key) || key[end] == ' ':
			return rankWords
		default:
			best = rankWordPrefix
		}
		pos = start + 1
	}
}
