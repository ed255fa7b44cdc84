package catalog

import (
	"bytes"
	"context"
	"slices"
	"strings"

	goods "posbox/pos/catalog"
)

const (
	// MostUnclassed is how many goods Unclassed lists at most.
	MostUnclassed = 200
	// unclassedStep is how many goods are looked at before others may change the catalog: all of a million take a while.
	unclassedStep = 4096
)

// lacking is what was found in one version of the catalog.
type lacking struct {
	version string
	list    []goods.Good // the first, at most MostUnclassed
	count   int
}

// Unclassed lists goods on sale without a classification code, in order of code, at most limit of them and MostUnclassed, and
// counts all. It reads every good, once for each version of the catalog and for one who asks at a time, until ctx ends.
func (s *Store) Unclassed(ctx context.Context, limit int) (list []goods.Good, count int, err error) {
	select {
	case s.looking <- struct{}{}:
		defer func() { <-s.looking }()
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
	found := s.lacking
	if version := s.Version(); found == nil || found.version != version {
		if found, err = s.lookThrough(ctx); err != nil {
			return nil, 0, err
		}
		if found.version = version; version == s.Version() { // else it was changed meanwhile
			s.lacking = found
		}
	}
	for _, g := range found.list[:min(len(found.list), limit)] {
		list = append(list, copyGood(g))
	}
	return list, found.count, nil
}

// lookThrough reads every good.
func (s *Store) lookThrough(ctx context.Context) (*lacking, error) {
	var all lacking
	var after []byte
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := s.view(func(p *pages, over *overlay) (err error) {
			after, err = all.step(p, over, after)
			if more = after != nil; more || err != nil {
				return err
			}
			all.edited(over)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return &all, nil
}

// step looks at some of the file's goods behind a code; after is where to go on, nil at the end. They come in order of code.
func (l *lacking) step(p *pages, over *overlay, behind []byte) (after []byte, err error) {
	if p == nil {
		return nil, nil
	}
	c := p.cursor(bucketGoods)
	k, v := c.seek(behind)
	if k != nil && string(k) == string(behind) {
		k, v = c.next()
	}
	for n := 0; k != nil && c.err == nil; k, v = c.next() {
		if err := l.look(v, over); err != nil {
			return nil, err
		}
		if n++; n == unclassedStep {
			return slices.Clone(k), c.err
		}
	}
	return nil, c.err
}

// look takes a good of the file in, unless an edit lies over it.
func (l *lacking) look(v []byte, over *overlay) error {
	if hasClass(v) {
		return nil
	}
	g, err := DecodeGood(v)
	if err != nil {
		return damaged(err)
	}
	if _, hidden := over.goods[g.Code]; hidden || classed(g) {
		return nil
	}
	if l.count++; len(l.list) < MostUnclassed {
		l.list = append(l.list, g)
	}
	return nil
}

// edited takes the edits in.
func (l *lacking) edited(over *overlay) {
	for _, g := range over.goods {
		if !classed(g.Good) {
			l.count++
			l.list = append(l.list, copyGood(g.Good))
		}
	}
	slices.SortFunc(l.list, func(a, b goods.Good) int { return strings.Compare(string(a.Code), string(b.Code)) })
	l.list = l.list[:min(len(l.list), MostUnclassed)]
}

// classed reports whether a good needs no classification code any more.
func classed(g goods.Good) bool { return g.ClassCode != "" || !g.Active }

// hasClass reports whether a good, as it is written, certainly has a code: no text of it can hold this mark, whose quotes would
// be escaped there. Most goods have one, and need not be read.
func hasClass(v []byte) bool {
	_, after, found := bytes.Cut(v, []byte(`,"class_code":"`))
	return found && !bytes.HasPrefix(after, []byte(`"`))
}
