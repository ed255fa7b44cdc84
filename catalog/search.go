package catalog

import (
	"bytes"
	"sort"
	"strings"

	goods "posbox/pos/catalog"
	"posbox/pos/loyalty"
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
func (s *Store) Search(q string, limit int) (found []goods.Good) {
	q, f := newFinder(q, limit)
	if q == "" {
		return nil
	}
	_ = s.view(func(p *pages, over *overlay) error {
		f.hidden = func(code string) bool { _, edited := over.goods[goods.Code(code)]; return edited }
		f.codes(p, q)
		over.codes(f, q)
		if n := s.cur.names.Load(); n != nil {
			f.names(n, q)
		}
		for code, g := range over.goods {
			f.name(q, g.key, string(code), !g.Active)
		}
		found = ordered(f, func(code string) (g goods.Good, onSale, ok bool, err error) {
			if g, ok = over.good(goods.Code(code)); !ok {
				g, ok, err = getGood(p, []byte(code))
			}
			return g, g.Active, ok, err
		})
		return nil
	})
	return found
}

// SearchCustomers finds card customers by words of their name, in any alphabet that fold.go knows, and by the beginning
// or a part of their code, telephone or card number; best match first, blocked ones after all others. limit is as in
// Search.
func (s *Store) SearchCustomers(q string, limit int) (found []loyalty.Customer) {
	q, f := newFinder(q, limit)
	if q == "" {
		return nil
	}
	_ = s.view(func(p *pages, over *overlay) error {
		f.hidden = over.hidesCustomer
		if c, ok, _ := customerOf(p, q); ok {
			f.add(rankExact, "", c.Code, false)
		}
		if c, ok := over.customer(q); ok {
			f.put(rankExact, "", c.Code, false)
		}
		if n := s.cur.people.Load(); n != nil {
			f.names(n, q)
		}
		for code, c := range over.customers {
			f.name(q, c.key, code, !c.Active)
		}
		found = ordered(f, func(code string) (c loyalty.Customer, active, ok bool, err error) {
			if e, edited := over.customers[code]; edited {
				c, ok = copyCustomer(e.Customer), true
			} else {
				c, ok, err = getCustomer(p, []byte(code))
			}
			return c, c.Active, ok, err
		})
		return nil
	})
	return found
}

// newFinder returns a finder and as much of the query as it looks at.
func newFinder(q string, limit int) (string, *finder) {
	if limit < 1 {
		limit = defaultHits
	}
	return shorten(strings.TrimSpace(q)), &finder{limit: min(limit, MaxHits)}
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

// A finder collects what was found by rank, of the file at most limit each, what is not on sale apart.
type finder struct {
	limit  int
	hidden func(code string) bool // what lies over the file hides it
	over   bool                   // something from over the file is among the hits
	onSale [ranks][]hit
	off    [ranks][]hit
}

// A hit is a good or customer found by its name, or, with no key, by a code.
type hit struct{ key, code string }

// add takes a hit in the file, and reports whether it did.
func (f *finder) add(rank int, key, code string, inactive bool) bool {
	list := &f.onSale[rank]
	if inactive {
		list = &f.off[rank]
	}
	if len(*list) >= f.limit || f.hidden(code) {
		return false
	}
	*list = append(*list, hit{key, code})
	return true
}

// put takes a hit over the file.
func (f *finder) put(rank int, key, code string, inactive bool) {
	f.over = true
	list := &f.onSale[rank]
	if inactive {
		list = &f.off[rank]
	}
	*list = append(*list, hit{key, code})
}

// codes looks q up among codes and barcodes of the file.
func (f *finder) codes(p *pages, q string) {
	if p == nil {
		return
	}
	f.exact(p, q)
	for _, typed := range spellings(q) {
		c := p.cursor(bucketGoods)
		for k, _ := c.seek([]byte(typed)); bytes.HasPrefix(k, []byte(typed)) && !f.full(rankCodePrefix); k, _ = c.next() {
			f.add(rankCodePrefix, "", string(k), false)
		}
	}
	if len(q) < prefixLen {
		return
	}
	c := p.cursor(bucketBarcodes)
	for k, _ := c.seek([]byte(q)); bytes.HasPrefix(k, []byte(q)) && !f.full(rankCodePrefix); k, _ = c.next() {
		_, code := split(k)
		f.add(rankCodePrefix, "", string(code), false)
	}
}

func (f *finder) exact(p *pages, q string) {
	for _, typed := range spellings(q) {
		if v, _ := p.get(bucketGoods, []byte(typed)); v != nil {
			f.add(rankExact, "", typed, false)
		}
	}
	_ = eachSecond(p, bucketBarcodes, q, func(code []byte) error {
		f.add(rankExact, "", string(code), false)
		return nil
	})
}

// codes looks q up among codes and barcodes of the edited goods.
func (o *overlay) codes(f *finder, q string) {
	for _, owner := range o.owners[q] {
		f.put(rankExact, "", string(owner), false)
	}
	for code, g := range o.goods {
		for _, typed := range spellings(q) {
			switch {
			case string(code) == typed:
				f.put(rankExact, "", typed, false)
			case strings.HasPrefix(string(code), typed):
				f.put(rankCodePrefix, "", string(code), false)
			}
		}
		for _, b := range g.Barcodes {
			if len(q) >= prefixLen && strings.HasPrefix(b, q) {
				f.put(rankCodePrefix, "", string(code), false)
			}
		}
	}
}

// fullOff reports whether enough that is not on sale has been found.
func (f *finder) fullOff(rank int) bool { return len(f.off[rank]) >= f.limit }

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

// name judges a name that lies over the file.
func (f *finder) name(q, key, code string, inactive bool) {
	strict, best := queryOf(fold(q)), ranks
	for _, reading := range readings(q) {
		if loose := queryOf(reading); len(loose.words) > 0 {
			if rank := rankOf(key, loosen(key), strict, loose); rank != notFound {
				best = min(best, rank)
			}
		}
	}
	if best < ranks {
		f.put(best, key, code, inactive)
	}
}

// ordered reads what was found, each once, best first. What was asked for by its very code comes first even if it is
// not on sale.
func ordered[T any](f *finder, read func(code string) (value T, onSale, ok bool, err error)) []T {
	var found, off []T
	seen := map[string]bool{}
	for _, c := range f.candidates() {
		if seen[c.code] || len(found) >= f.limit {
			continue
		}
		seen[c.code] = true
		v, onSale, ok, err := read(c.code)
		switch {
		case err != nil:
			return found
		case ok && (onSale || c.rank == rankExact):
			found = append(found, v)
		case ok && len(off) < f.limit:
			off = append(off, v)
		}
	}
	found = append(found, off...)
	return found[:min(len(found), f.limit)]
}

type candidate struct {
	rank int
	code string
}

// candidates returns everything found, best rank first, in order of name, what is known not to be on sale last.
func (f *finder) candidates() []candidate {
	var all []candidate
	for _, lists := range [...]*[ranks][]hit{&f.onSale, &f.off} {
		for rank, list := range lists {
			if f.over {
				sort.SliceStable(list, func(i, j int) bool { return list[i].before(list[j]) })
			}
			for _, h := range list {
				all = append(all, candidate{rank, h.code})
			}
		}
	}
	return all
}

// before orders hits by name and then code. Hits without name are equal, but for their code: what lies over the file
// comes in no order of its own.
func (h hit) before(other hit) bool {
	if h.key != other.key {
		return h.key < other.key
	}
	return h.code < other.code
}
