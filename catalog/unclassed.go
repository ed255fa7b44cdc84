package catalog

import (
	"slices"
	"strings"

	goods "posbox/pos/catalog"
)

// unclassedStep is how many goods are looked at before others may change the catalog: all of a million take a while.
const unclassedStep = 4096

// Unclassed lists goods on sale without a classification code, in order of code, at most limit of them, and counts all. It
// reads every good.
func (s *Store) Unclassed(limit int) (list []goods.Good, count int, err error) {
	take := func(found []goods.Good) {
		count += len(found)
		list = append(list, found...)
		slices.SortFunc(list, func(a, b goods.Good) int { return strings.Compare(string(a.Code), string(b.Code)) })
		list = list[:min(len(list), limit)]
	}
	var after []byte
	for more := true; more; {
		err = s.view(func(p *pages, over *overlay) error {
			found, next, err := unclassed(p, over, after)
			take(found)
			if after, more = next, next != nil; more || err != nil {
				return err
			}
			var edited []goods.Good
			for _, g := range over.goods {
				if !classed(g.Good) {
					edited = append(edited, copyGood(g.Good))
				}
			}
			take(edited)
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return list, count, nil
}

// classed reports whether a good needs no classification code any more.
func classed(g goods.Good) bool { return g.ClassCode != "" || !g.Active }

// unclassed looks at some of the file's goods behind a code; after is where to go on, nil at the end.
func unclassed(p *pages, over *overlay, behind []byte) (found []goods.Good, after []byte, err error) {
	if p == nil {
		return nil, nil, nil
	}
	c := p.cursor(bucketGoods)
	k, v := c.seek(behind)
	if k != nil && string(k) == string(behind) {
		k, v = c.next()
	}
	for n := 0; k != nil && c.err == nil; k, v = c.next() {
		g, err := DecodeGood(v)
		if err != nil {
			return nil, nil, damaged(err)
		}
		if _, hidden := over.goods[g.Code]; !hidden && !classed(g) {
			found = append(found, g)
		}
		if n++; n == unclassedStep {
			return found, slices.Clone(k), c.err
		}
	}
	return found, nil, c.err
}
