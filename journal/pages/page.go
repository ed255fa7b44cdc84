package pages

import (
	"bytes"
	"encoding/binary"
	"sort"
)

const (
	headerSize  = 16
	elementSize = 16
	maxKeySize  = 32768

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10

	elementBucket = 0x01

	bucketSize = 16 // header of a bucket's value, before an inline page
)

type header struct {
	id       uint64
	flags    uint16
	count    uint16
	overflow uint32
}

func parseHeader(b []byte) header {
	le := binary.LittleEndian
	return header{le.Uint64(b), le.Uint16(b[8:]), le.Uint16(b[10:]), le.Uint32(b[12:])}
}

// page is a branch or leaf with its overflow pages. After layout has passed, its accessors cannot fail.
type page struct {
	id   uint64 // for an inline page, the page that holds it
	leaf bool
	n    int    // elements
	b    []byte // from the header to the end of the last overflow page, or of the bucket's value
}

func (p page) element(i int) []byte {
	return p.b[headerSize+elementSize*i:][:elementSize]
}

// fields returns the flags (0 on a branch), the position of the key in the page, and the sizes of key and value.
func (p page) fields(i int) (flags uint32, at, key, value uint64) {
	le, e := binary.LittleEndian, p.element(i)
	at = uint64(headerSize + elementSize*i)
	if !p.leaf {
		return 0, at + uint64(le.Uint32(e)), uint64(le.Uint32(e[4:])), 0
	}
	return le.Uint32(e), at + uint64(le.Uint32(e[4:])), uint64(le.Uint32(e[8:])), uint64(le.Uint32(e[12:]))
}

// key and value are cut with their capacity, so that a caller who appends writes over nothing.
func (p page) key(i int) []byte {
	_, at, k, _ := p.fields(i)
	return p.b[at : at+k : at+k]
}

func (p page) value(i int) []byte {
	_, at, k, v := p.fields(i)
	return p.b[at+k : at+k+v : at+k+v]
}

func (p page) bucket(i int) bool {
	flags, _, _, _ := p.fields(i)
	return flags == elementBucket
}

func (p page) child(i int) uint64 { return binary.LittleEndian.Uint64(p.element(i)[8:]) }

// layout checks the element table and returns the number of bytes in use. bbolt packs keys and values behind the table
// in order and without gaps; demanding just that finds every wrong position and nearly every wrong length.
func (p page) layout() (used uint64, bad *Damage) {
	next := uint64(headerSize + elementSize*p.n)
	if next > uint64(len(p.b)) {
		return 0, damaged(p.id, "%d elements do not fit", p.n)
	}
	for i := range p.n {
		flags, at, k, v := p.fields(i)
		switch {
		case flags&^elementBucket != 0:
			return 0, damaged(p.id, "element %d has flags %#x", i, flags)
		case at != next:
			return 0, damaged(p.id, "element %d stands at byte %d, want %d", i, at, next)
		case k == 0 || k > maxKeySize:
			return 0, damaged(p.id, "element %d has a key of %d bytes", i, k)
		}
		if next += k + v; next > uint64(len(p.b)) {
			return 0, damaged(p.id, "element %d runs over the end of the page", i)
		}
	}
	return next, nil
}

// order checks that keys ascend, from lo on and below hi; nil sets no bound.
func (p page) order(lo, hi []byte) *Damage {
	for i := range p.n {
		k := p.key(i)
		if c := bytes.Compare(lo, k); c > 0 || c == 0 && i > 0 {
			if i == 0 {
				return damaged(p.id, "the first key is below the key in the branch above")
			}
			return damaged(p.id, "key %d is not above the key before it", i)
		}
		lo = k
	}
	if p.n > 0 && hi != nil && bytes.Compare(lo, hi) >= 0 {
		return damaged(p.id, "the last key is not below the next key in the branch above")
	}
	return nil
}

// search returns the first element whose key is ≥ key.
func (p page) search(key []byte) (i int, found bool) {
	i = sort.Search(p.n, func(i int) bool { return bytes.Compare(p.key(i), key) >= 0 })
	return i, i < p.n && bytes.Equal(p.key(i), key)
}

// branchFor returns the element of a branch under which key stands, if anywhere.
func (p page) branchFor(key []byte) int {
	i, found := p.search(key)
	if !found && i > 0 {
		i--
	}
	return i
}

// bucket is where the keys of a bucket are: a tree of its own, or an inline page.
type bucket struct {
	holder uint64 // leaf page with the bucket's entry
	root   uint64 // 0: inline
	inline page   // checked
}

// bucketAt reads the bucket that element i of a leaf holds.
func bucketAt(p page, i int) (bucket, *Damage) {
	v := p.value(i)
	if len(v) < bucketSize {
		return bucket{}, damaged(p.id, "bucket %d has a header of %d bytes", i, len(v))
	}
	b := bucket{holder: p.id, root: binary.LittleEndian.Uint64(v)}
	if b.root != 0 {
		if len(v) != bucketSize {
			return bucket{}, damaged(p.id, "bucket %d has a root page and %d bytes behind its header", i, len(v)-bucketSize)
		}
		return b, nil
	}
	var bad *Damage
	b.inline, bad = inlineAt(p.id, i, v[bucketSize:])
	return b, bad
}

func inlineAt(holder uint64, i int, b []byte) (page, *Damage) {
	if len(b) < headerSize {
		return page{}, damaged(holder, "inline bucket %d is cut off", i)
	}
	h := parseHeader(b)
	if h.id != 0 || h.flags != flagLeaf || h.overflow != 0 {
		return page{}, damaged(holder, "inline bucket %d has page number %d, flags %#x, %d overflow pages",
			i, h.id, h.flags, h.overflow)
	}
	p := page{id: holder, leaf: true, n: int(h.count), b: b}
	used, bad := p.layout()
	if bad == nil && used != uint64(len(b)) {
		bad = damaged(holder, "%d bytes in use of %d", used, len(b))
	}
	for j := 0; bad == nil && j < p.n; j++ {
		if p.bucket(j) {
			bad = damaged(holder, "element %d is a bucket", j)
		}
	}
	if bad == nil {
		bad = p.order(nil, nil)
	}
	if bad != nil {
		return page{}, damaged(holder, "inline bucket %d: %s", i, bad.What)
	}
	return p, nil
}

// zero says whether all bytes are 0, eight at a time: with it the unused half of a file costs next to nothing.
func zero(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b) != 0 {
			return false
		}
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
