package catalog

import (
	"bytes"
	"sort"
	"strings"

	"go.etcd.io/bbolt"

	goods "posbox/pos/catalog"
)

// Bounds of a search.
const (
	defaultHits = 20  // where the caller does not say
	MaxHits     = 200 // no screen shows more
	maxQuery    = 100 // runes of a query that are looked at
	maxWords    = 8
	prefixLen   = 3 // digits of a barcode that are enough to look for
)

// The ranks of a hit, best first. A strict match is one of the letters as typed; a loose one takes letters for each
// other that people mix (fold.go).
const (
	rankExact       = iota // code or barcode
	rankName               // the name begins with the query, which ends at a word's end
	rankNamePrefix         // the name begins with the query
	rankWords              // all words of the query are words of the name
	rankWordPrefix         // all words of the query begin words of the name
	rankCodePrefix         // code or barcode begins with the query
	rankLoose              // + the distance of rankName … rankWordPrefix from rankName
	_                      //
	_                      //
	_                      //
	rankInside             // all words of the query stand inside words of the name
	rankLooseInside        //
	ranks
)

// notFound is the rank of no hit.
const notFound = -1

// Search finds goods by words of their name, by code and by the first digits of a barcode, best match first; goods of
// the same rank stand in order of name, goods not on sale after all others. All words of the query must fit, each at
// least as a part of a word of the name, in any alphabet that fold.go knows. limit below 1 means 20; at most MaxHits.
//
// Until the names are built (Ready), and where the file cannot be read, it finds what it can.
func (s *Store) Search(q string, limit int) []goods.Good {
	if limit < 1 {
		limit = defaultHits
	}
	limit = min(limit, MaxHits)
	q = shorten(strings.TrimSpace(q))
	if q == "" {
		return nil
	}
	f := finder{limit: limit}
	if err := s.view(func(tx *bbolt.Tx) error { return f.codes(tx, q) }); err != nil {
		return nil
	}
	if n := s.cur.Load().names.Load(); n != nil {
		f.names(n, q)
	}
	var found []goods.Good
	_ = s.view(func(tx *bbolt.Tx) (err error) {
		found, err = f.fetch(tx)
		return err
	})
	return found
}

func shorten(q string) string {
	n := 0
	for i := range q {
		if n++; n > maxQuery {
			return q[:i]
		}
	}
	return q
}

// A finder collects codes of goods by rank, at most limit each, those not on sale apart.
type finder struct {
	limit  int
	onSale [ranks][]goods.Code
	off    [ranks][]goods.Code
}

func (f *finder) add(rank int, code goods.Code, inactive bool) {
	list := &f.onSale[rank]
	if inactive {
		list = &f.off[rank]
	}
	if len(*list) < f.limit {
		*list = append(*list, code)
	}
}

// codes looks q up among codes and barcodes.
func (f *finder) codes(tx *bbolt.Tx, q string) error {
	f.exact(tx, q)
	for _, typed := range spellings(q) {
		c := tx.Bucket(bucketGoods).Cursor()
		for k, _ := c.Seek([]byte(typed)); bytes.HasPrefix(k, []byte(typed)) && !f.full(rankCodePrefix); k, _ = c.Next() {
			f.add(rankCodePrefix, goods.Code(k), false)
		}
	}
	if len(q) < prefixLen {
		return nil
	}
	c := tx.Bucket(bucketBarcodes).Cursor()
	for k, _ := c.Seek([]byte(q)); bytes.HasPrefix(k, []byte(q)) && !f.full(rankCodePrefix); k, _ = c.Next() {
		_, code := split(k)
		f.add(rankCodePrefix, goods.Code(code), false)
	}
	return nil
}

func (f *finder) exact(tx *bbolt.Tx, q string) {
	for _, typed := range spellings(q) {
		if tx.Bucket(bucketGoods).Get([]byte(typed)) != nil {
			f.add(rankExact, goods.Code(typed), false)
		}
	}
	_ = eachSecond(tx.Bucket(bucketBarcodes), q, func(code []byte) error {
		f.add(rankExact, goods.Code(code), false)
		return nil
	})
}

func (f *finder) full(rank int) bool { return len(f.onSale[rank]) >= f.limit }

// spellings returns q as typed, in capitals and in small letters, without repeats.
func spellings(q string) []string {
	all := []string{q}
	for _, s := range []string{strings.ToUpper(q), strings.ToLower(q)} {
		if s != q {
			all = append(all, s)
		}
	}
	return all
}

// names looks q up among the names.
func (f *finder) names(n *names, q string) {
	strict := queryOf(fold(q))
	for _, key := range readings(q) {
		loose := queryOf(key)
		if len(loose.words) == 0 {
			continue
		}
		n.each(loose.longest, func(i int) {
			if rank := n.rank(i, strict, loose); rank != notFound {
				f.add(rank, n.code(i), n.inactive[i])
			}
		})
	}
}

// each calls fn for every entry whose loose key contains part, in order.
func (n *names) each(part string, fn func(i int)) {
	pos, entry := 0, 0
	for {
		hit := strings.Index(n.loose[pos:], part)
		if hit < 0 {
			return
		}
		pos += hit
		entry += sort.Search(len(n.at)-1-entry, func(k int) bool { return n.at[entry+k+1] > uint32(pos) })
		fn(entry)
		pos = int(n.at[entry+1])
	}
}

// rank judges entry i, whose loose key contains at least the longest word of loose.
func (n *names) rank(i int, strict, loose query) int {
	from, to := n.at[i], n.at[i+1]-1
	asTyped := strict.rank(n.strict[from:to])
	if asTyped != notFound && asTyped != rankInside {
		return asTyped
	}
	r := loose.rank(n.loose[from:to])
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

// A query is a folded query taken apart.
type query struct {
	whole   string
	words   []string
	longest string
}

func queryOf(key string) query {
	q := query{whole: key, words: strings.Fields(key)}
	if len(q.words) > maxWords {
		q.words = q.words[:maxWords]
		q.whole = strings.Join(q.words, " ")
	}
	for _, w := range q.words {
		if len(w) > len(q.longest) {
			q.longest = w
		}
	}
	return q
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

// fetch reads the goods found, each once, best first. What was asked for by its very code comes first even if it is not
// on sale.
func (f *finder) fetch(tx *bbolt.Tx) ([]goods.Good, error) {
	var found, off []goods.Good
	seen := map[goods.Code]bool{}
	for _, c := range f.ordered() {
		if seen[c.code] || len(found) >= f.limit {
			continue
		}
		seen[c.code] = true
		g, ok, err := getGood(tx, []byte(c.code))
		switch {
		case err != nil:
			return found, err
		case ok && (g.Active || c.rank == rankExact):
			found = append(found, g)
		case ok && len(off) < f.limit:
			off = append(off, g)
		}
	}
	found = append(found, off...)
	return found[:min(len(found), f.limit)], nil
}

type candidate struct {
	rank int
	code goods.Code
}

// ordered returns everything found, best rank first, the goods known not to be on sale last.
func (f *finder) ordered() []candidate {
	var all []candidate
	for _, lists := range [...]*[ranks][]goods.Code{&f.onSale, &f.off} {
		for rank, list := range lists {
			for _, code := range list {
				all = append(all, candidate{rank, code})
			}
		}
	}
	return all
}
