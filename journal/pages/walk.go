package pages

import (
	"encoding/binary"
	"errors"
)

// maxReports is how many damages Walk gathers: enough to see their kind and where they lie.
const maxReports = 10

// Walk checks the whole file: every page that can be reached, with all buckets in buckets, and that every other page
// is on the freelist. It returns nil, one *Damage, or up to ten of them joined; errors.As finds the first. Pages that
// nobody reaches are reported only if nothing else is wrong: below a damaged page they follow of themselves.
//
// Spare is not part of it.
func (f *File) Walk() error {
	s := &survey{walker: f.newWalker()}
	s.slack = true
	s.report = s.gather
	if err := s.walk(); err != nil && err != errEnough {
		return err
	}
	if len(s.found) == 1 {
		return s.found[0]
	}
	return errors.Join(s.found...)
}

var errEnough = errors.New("enough damage found")

// survey is one Walk.
type survey struct {
	*walker
	found []error // *Damage each
	trees []link  // of buckets, still to be gone through
}

// link is a page number and the page that it stands on.
type link struct{ from, to uint64 }

func (s *survey) gather(d *Damage) error {
	if s.found = append(s.found, d); len(s.found) >= maxReports {
		return errEnough
	}
	return nil
}

func (s *survey) walk() error {
	f := s.f
	if f.meta.header != nil {
		s.gather(f.meta.header)
	}
	if err := s.readFree(); err != nil {
		return err
	}
	if err := s.tree(f.metaPage, f.meta.root, s.rootLeaf); err != nil {
		return err
	}
	// Buckets wait in a list, not on the stack: their nesting has no bound but the file's size.
	for n := len(s.trees); n > 0; n = len(s.trees) {
		t := s.trees[n-1]
		s.trees = s.trees[:n-1]
		if err := s.tree(t.from, t.to, s.leaf); err != nil {
			return err
		}
	}
	return s.unaccounted()
}

// readFree notes the pages of the freelist, as reached, and the pages on it.
func (s *survey) readFree() error {
	f := s.f
	if f.meta.freelist == noFreelist {
		return nil
	}
	n, ids, bad := f.freelist()
	if bad != nil {
		return s.gather(bad)
	}
	s.seen.addRun(f.meta.freelist, n)
	s.free = newSet(f.meta.high)
	for i := 0; i < len(ids); i += 8 {
		id := binary.LittleEndian.Uint64(ids[i:])
		if s.seen.has(id) {
			return s.gather(damaged(id, "on the freelist, but holds it"))
		}
		s.free.add(id)
	}
	return nil
}

// rootLeaf is leaf for the root bucket, where only buckets may stand.
func (s *survey) rootLeaf(p page) error {
	if bad := onlyBuckets(p); bad != nil {
		return s.report(bad)
	}
	return s.leaf(p)
}

// leaf checks the buckets on a leaf and puts those with pages of their own on the list.
func (s *survey) leaf(p page) error {
	for i := range p.n {
		if !p.bucket(i) {
			continue
		}
		b, bad := bucketAt(p, i)
		if bad != nil {
			if err := s.report(bad); err != nil {
				return err
			}
			continue
		}
		if b.root != 0 {
			s.trees = append(s.trees, link{p.id, b.root})
		}
	}
	return nil
}

func (s *survey) unaccounted() error {
	if len(s.found) > 0 || s.free == nil {
		return nil
	}
	for id := uint64(firstPage); id < s.f.meta.high; id++ {
		if s.seen.has(id) || s.free.has(id) {
			continue
		}
		if err := s.gather(damaged(id, "neither reached nor on the freelist")); err != nil {
			return err
		}
	}
	return nil
}

func onlyBuckets(p page) *Damage {
	for i := range p.n {
		if !p.bucket(i) {
			return damaged(p.id, "element %d of the root bucket is no bucket", i)
		}
	}
	return nil
}
