package pages

import "fmt"

// Each calls fn for every key of a top-level bucket, in key order. A nested bucket has the value nil, as in bbolt; an
// empty value is not nil. k and v are valid only during the call. fn may use f.
//
// fn's error ends it and is returned as it is. Otherwise errors are the first *Damage, or ErrNoBucket. What comes after
// damage is not visited: a page is checked as a whole before its first key is given.
func (f *File) Each(bucket string, fn func(k, v []byte) error) error {
	w := f.newWalker()
	b, err := w.find(bucket)
	if err != nil {
		return err
	}
	give := func(p page) error { return each(p, fn) }
	if b.root == 0 {
		return give(b.inline)
	}
	return w.tree(b.holder, b.root, give)
}

func each(p page, fn func(k, v []byte) error) error {
	for i := range p.n {
		if !p.bucket(i) {
			continue
		}
		if _, bad := bucketAt(p, i); bad != nil {
			return bad
		}
	}
	for i := range p.n {
		var v []byte
		if !p.bucket(i) {
			v = p.value(i)
		}
		if err := fn(p.key(i), v); err != nil {
			return err
		}
	}
	return nil
}

// PageOf returns the leaf page that holds a key of a top-level bucket, so that a broken record can be named with its
// page. For a bucket kept inline that is the page of the bucket's entry. If the key is not there, it returns the page
// where it would stand and ErrNoKey. Other errors are *Damage or ErrNoBucket.
func (f *File) PageOf(bucket string, key []byte) (uint64, error) {
	w := f.newWalker()
	b, err := w.find(bucket)
	if err != nil {
		return 0, err
	}
	p := b.inline
	if b.root != 0 {
		var bad *Damage
		if p, bad = w.path(b.holder, b.root, func(p page) int { return p.branchFor(key) }); bad != nil {
			return 0, bad
		}
	}
	if _, found := p.search(key); !found {
		return p.id, fmt.Errorf("bucket %q, key %x: %w", bucket, key, ErrNoKey)
	}
	return p.id, nil
}

// find looks a top-level bucket up. An inline page in the answer is valid until the walker reads on.
func (w *walker) find(name string) (bucket, error) {
	f, key := w.f, []byte(name)
	p, bad := w.path(f.metaPage, f.meta.root, func(p page) int { return p.branchFor(key) })
	if bad != nil {
		return bucket{}, bad
	}
	i, found := p.search(key)
	switch {
	case !found:
		return bucket{}, fmt.Errorf("bucket %q: %w", name, ErrNoBucket)
	case !p.bucket(i):
		return bucket{}, damaged(p.id, "element %d of the root bucket is no bucket", i)
	}
	b, bad := bucketAt(p, i)
	if bad != nil {
		return bucket{}, bad
	}
	return b, nil
}
