package pages

// maxDepth bounds the height of a bucket's tree. A branch has two children or more, so no real tree comes near it.
const maxDepth = 64

// maxRun bounds a page with its overflow pages: bbolt's largest value is below 2 GiB.
const maxRun = 1 << 31

// set is a set of page numbers, one bit each.
type set []uint64

func newSet(n uint64) set        { return make(set, n/64+1) }
func (s set) has(id uint64) bool { return s != nil && s[id/64]&(1<<(id%64)) != 0 }
func (s set) add(id uint64)      { s[id/64] |= 1 << (id % 64) }
func (s set) addRun(id, n uint64) {
	for i := range n {
		s.add(id + i)
	}
}

// walker goes through trees. Every page is read at most once in a walker's life, which bounds its time, and its
// buffers, one for each level of a tree, by the size of the file.
type walker struct {
	f      *File
	seen   set
	free   set  // pages on the freelist; nil if that is not asked for
	slack  bool // also check that the unused end of pages is zero
	levels [maxDepth][]byte
	report func(*Damage) error // what it returns ends the walk, unless nil
}

// newWalker makes a walker that stops at the first damage.
func (f *File) newWalker() *walker {
	return &walker{f: f, seen: newSet(f.meta.high), report: func(d *Damage) error { return d }}
}

// tree checks the tree under page id, named by page from, and gives its leaves to visit in key order. A leaf is checked
// as a whole before it is given, and valid only during the call.
func (w *walker) tree(from, id uint64, visit func(page) error) error {
	return w.under(from, id, 0, nil, nil, visit)
}

func (w *walker) under(from, id uint64, depth int, lo, hi []byte, visit func(page) error) error {
	p, bad := w.load(from, id, depth, lo, hi)
	if bad != nil {
		return w.report(bad)
	}
	if p.leaf {
		return visit(p)
	}
	for i := range p.n {
		if err := w.under(p.id, p.child(i), depth+1, p.key(i), p.below(i, hi), visit); err != nil {
			return err
		}
	}
	return nil
}

// below returns the key that all keys under element i of a branch stay below; hi is the bound of the branch itself.
func (p page) below(i int, hi []byte) []byte {
	if i+1 < p.n {
		return p.key(i + 1)
	}
	return hi
}

// path goes down from page id to one leaf, by the element that pick chooses on each branch.
func (w *walker) path(from, id uint64, pick func(page) int) (page, *Damage) {
	var lo, hi []byte
	for depth := 0; ; depth++ {
		p, bad := w.load(from, id, depth, lo, hi)
		if bad != nil || p.leaf {
			return p, bad
		}
		i := pick(p)
		from, id, lo, hi = p.id, p.child(i), p.key(i), p.below(i, hi)
	}
}

// load reads page id into the buffer of its level and checks it.
func (w *walker) load(from, id uint64, depth int, lo, hi []byte) (page, *Damage) {
	high := w.f.meta.high
	switch {
	case id < firstPage || id >= high:
		return page{}, damaged(from, "points to page %d, outside the %d pages in use", id, high)
	case w.seen.has(id):
		return page{}, damaged(id, "reached twice, again from page %d", from)
	case depth >= maxDepth:
		return page{}, damaged(id, "more than %d levels deep", maxDepth)
	}
	b, h, bad := w.f.head(id, w.levels[depth])
	if bad != nil {
		return page{}, bad
	}
	// Claimed before it is read whole: so the buffers of all levels together never exceed the file.
	if bad := w.claim(from, id, uint64(h.overflow)+1); bad != nil {
		return page{}, bad
	}
	if b, bad = w.f.rest(id, h, b); bad != nil {
		return page{}, bad
	}
	w.levels[depth] = b
	return w.checked(id, h, b, lo, hi)
}

// claim marks the n pages from id as reached.
func (w *walker) claim(from, id, n uint64) *Damage {
	for p := id; p < id+n; p++ {
		switch {
		case w.seen.has(p):
			return damaged(p, "reached twice, again as overflow of page %d", id)
		case w.free.has(p):
			return damaged(p, "on the freelist, but reached from page %d", from)
		}
		w.seen.add(p)
	}
	return nil
}

func (w *walker) checked(id uint64, h header, b, lo, hi []byte) (page, *Damage) {
	p := page{id: id, leaf: h.flags == flagLeaf, n: int(h.count), b: b}
	switch {
	case h.flags != flagLeaf && h.flags != flagBranch:
		return page{}, damaged(id, "flags %#x are neither branch nor leaf", h.flags)
	case p.n == 0 && !(p.leaf && id == w.f.meta.root):
		return page{}, damaged(id, "has no elements")
	}
	used, bad := p.layout()
	if bad != nil {
		return page{}, bad
	}
	if need := (used + w.f.pageSize - 1) / w.f.pageSize; need != uint64(h.overflow)+1 {
		return page{}, damaged(id, "%d overflow pages, want %d", h.overflow, need-1)
	}
	if w.slack && !zero(b[used:]) {
		return page{}, damaged(id, "the unused end of the page is not zero")
	}
	return p, p.order(lo, hi)
}

// head reads page id without its overflow pages into buf, or a new buffer if that is too small. It checks the number in
// the header, and that the overflow pages stay in the file.
func (f *File) head(id uint64, buf []byte) ([]byte, header, *Damage) {
	buf = resized(buf, f.pageSize)
	if err := readFull(f.r, buf, int64(id*f.pageSize)); err != nil {
		return nil, header{}, unreadable(id, err)
	}
	h := parseHeader(buf)
	n := uint64(h.overflow) + 1
	switch {
	case h.id != id:
		return nil, h, damaged(id, "carries page number %d", h.id)
	case n > f.meta.high-id || n*f.pageSize >= maxRun:
		return nil, h, damaged(id, "%d overflow pages run out of the %d pages in use", h.overflow, f.meta.high)
	}
	return buf, h, nil
}

// rest adds the overflow pages to what head has read.
func (f *File) rest(id uint64, h header, buf []byte) ([]byte, *Damage) {
	if h.overflow == 0 {
		return buf, nil
	}
	buf = resized(buf, (uint64(h.overflow)+1)*f.pageSize)
	if err := readFull(f.r, buf[f.pageSize:], int64((id+1)*f.pageSize)); err != nil {
		return nil, unreadable(id, err)
	}
	return buf, nil
}

// resized keeps what buf holds.
func resized(buf []byte, n uint64) []byte {
	if uint64(cap(buf)) >= n {
		return buf[:n]
	}
	return append(make([]byte, 0, n), buf...)[:n]
}
