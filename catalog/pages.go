package catalog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"os"
	"sync/atomic"
)

// How bbolt (format 2, go.etcd.io/bbolt v1.5.0) lays out a file, little-endian. journal/pages describes it whole.
const (
	pageHeader  = 16 // id 8, flags 2, count 2, overflow 4
	pageElement = 16 // of a branch: position 4, key size 4, child 8; of a leaf: flags 4, position 4, key size 4, value size 4
	bucketValue = 16 // root 8, sequence 8; where root is 0, a leaf page of its own stands behind

	flagBranch = 0x01
	flagLeaf   = 0x02
	flagBucket = 0x01 // of an element

	metaMagic   = 0xED0CDAED
	metaVersion = 2
	metaSums    = 56 // how much of the meta its checksum covers
	maxDepth    = 32
)

// pages reads a sealed file. Every page is compared with its sum each time that it comes from the disk, so whatever pages
// gives is what was written, and what is not is an error. Nothing is mapped: no damage can end the process.
//
// Its methods may be called from several goroutines at once.
type pages struct {
	f       *os.File
	sums    []uint32
	buckets map[string][]byte // the value that stands for the bucket

	// branches holds the last branch page that hashed to each place: there are few, and every search goes through them.
	branches [1024]atomic.Pointer[page]
}

// A page is one that has been proved, with those that belong to it.
type page struct {
	id uint64
	b  []byte
}

func (p page) flags() uint16 { return binary.LittleEndian.Uint16(p.b[8:]) }
func (p page) count() int    { return int(binary.LittleEndian.Uint16(p.b[10:])) }

func openPages(f *os.File, s seal) (*pages, error) {
	p := &pages{f: f, sums: s.sums, buckets: map[string][]byte{}}
	root, err := p.root()
	if err != nil {
		return nil, err
	}
	c := cursor{p: p, top: root}
	for k, v := c.seek(nil); k != nil; k, v = c.next() {
		if c.isBucket() && len(v) >= bucketValue {
			p.buckets[string(k)] = bytes.Clone(v)
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	for _, name := range allBuckets {
		if p.buckets[string(name)] == nil {
			return nil, fmt.Errorf("there is no bucket %q", name)
		}
	}
	return p, nil
}

// root finds the newer of the two metas and returns where the tree of buckets begins.
func (p *pages) root() (uint64, error) {
	var root, newest uint64
	for id := range uint64(2) {
		b, err := p.read(id, 1)
		if err != nil {
			return 0, err
		}
		m := b[pageHeader:]
		le := binary.LittleEndian
		h := fnv.New64a()
		h.Write(m[:metaSums])
		ok := le.Uint32(m) == metaMagic && le.Uint32(m[4:]) == metaVersion && le.Uint32(m[8:]) == pageSize && le.Uint64(m[metaSums:]) == h.Sum64()
		if tx := le.Uint64(m[48:]); ok && tx >= newest {
			newest, root = tx, le.Uint64(m[16:])
		}
	}
	if root == 0 {
		return 0, errors.New("it does not say where its content begins")
	}
	return root, nil
}

// read reads n pages from id on and proves them.
func (p *pages) read(id uint64, n int) ([]byte, error) {
	if n < 1 || id >= uint64(len(p.sums)) || uint64(n) > uint64(len(p.sums))-id {
		return nil, fmt.Errorf("page %d lies outside of the file", id)
	}
	b := make([]byte, n*pageSize)
	if _, err := p.f.ReadAt(b, int64(id)*pageSize); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	for i := range n {
		if crc32.Checksum(b[i*pageSize:][:pageSize], castagnoli) != p.sums[id+uint64(i)] {
			return nil, fmt.Errorf("page %d is not what was written", id+uint64(i))
		}
	}
	return b, nil
}

// page returns a page of a tree.
func (p *pages) page(id uint64) (page, error) {
	place := &p.branches[id%uint64(len(p.branches))]
	if have := place.Load(); have != nil && have.id == id {
		return *have, nil
	}
	b, err := p.read(id, 1)
	if err != nil {
		return page{}, err
	}
	if more := binary.LittleEndian.Uint32(b[12:]); more > 0 {
		if b, err = p.read(id, 1+int(min(more, 1<<20))); err != nil {
			return page{}, err
		}
	}
	pg := page{id, b}
	if err := pg.check(); err != nil {
		return page{}, err
	}
	if pg.flags() == flagBranch {
		place.Store(&pg)
	}
	return pg, nil
}

// check proves that all elements lie within the page: a sum proves that it is what was written, not what that was.
func (p page) check() error {
	bad := fmt.Errorf("page %d has no sense", p.id)
	if flags := p.flags(); flags != flagBranch && flags != flagLeaf || pageHeader+pageElement*p.count() > len(p.b) {
		return bad
	}
	if p.flags() == flagBranch && p.count() == 0 {
		return bad
	}
	for i := range p.count() {
		at, key, value := p.element(i)
		if int64(at)+int64(key)+int64(value) > int64(len(p.b)) {
			return bad
		}
	}
	return nil
}

// element returns where the key of element i stands and how long key and value are.
func (p page) element(i int) (at, key, value uint32) {
	le := binary.LittleEndian
	from := pageHeader + pageElement*i
	e := p.b[from:]
	if p.flags() == flagBranch {
		return uint32(from) + le.Uint32(e), le.Uint32(e[4:]), 0
	}
	return uint32(from) + le.Uint32(e[4:]), le.Uint32(e[8:]), le.Uint32(e[12:])
}

func (p page) key(i int) []byte {
	at, key, _ := p.element(i)
	return p.b[at:][:key:key]
}

func (p page) value(i int) []byte {
	at, key, value := p.element(i)
	return p.b[at+key:][:value:value]
}

func (p page) child(i int) uint64 {
	return binary.LittleEndian.Uint64(p.b[pageHeader+pageElement*i+8:])
}

// first returns the first element whose key is not below key.
func (p page) first(key []byte) int {
	low, high := 0, p.count()
	for low < high {
		mid := (low + high) / 2
		if bytes.Compare(p.key(mid), key) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// get returns the value of a key, nil if the bucket does not have it. It must not be changed.
func (p *pages) get(bucket, key []byte) ([]byte, error) {
	c := p.cursor(bucket)
	k, v := c.seek(key)
	if c.err != nil || k == nil || !bytes.Equal(k, key) {
		return nil, c.err
	}
	return v, nil
}

// cursor returns a cursor over a bucket.
func (p *pages) cursor(bucket []byte) *cursor {
	v := p.buckets[string(bucket)]
	c := &cursor{p: p, top: binary.LittleEndian.Uint64(v)}
	if c.top == 0 {
		c.inline = &page{b: v[bucketValue:]}
		if len(c.inline.b) < pageHeader {
			c.err = errors.New("a bucket is cut off")
		} else {
			c.err = c.inline.check()
		}
	}
	return c
}

// A cursor goes through a bucket in order of keys. After seek or next have returned no key, err says whether that is the
// end or an error. What they return must not be changed.
type cursor struct {
	p      *pages
	top    uint64
	inline *page // instead of top
	path   []step
	err    error
}

// A step of the way down: which element of the page was taken.
type step struct {
	page page
	i    int
}

// seek goes to the first key that is not below key.
func (c *cursor) seek(key []byte) (k, v []byte) {
	c.path = c.path[:0]
	if c.err != nil {
		return nil, nil
	}
	if c.inline != nil {
		c.path = append(c.path, step{*c.inline, c.inline.first(key)})
		return c.here()
	}
	for id := c.top; ; {
		pg, ok := c.down(id)
		if !ok {
			return nil, nil
		}
		i := pg.first(key)
		if pg.flags() == flagLeaf {
			c.path = append(c.path, step{pg, i})
			return c.here()
		}
		if i == pg.count() || !bytes.Equal(pg.key(i), key) {
			i = max(i-1, 0)
		}
		c.path = append(c.path, step{pg, i})
		id = pg.child(i)
	}
}

// next goes to the key behind the one where the cursor is.
func (c *cursor) next() (k, v []byte) {
	if c.err != nil || len(c.path) == 0 {
		return nil, nil
	}
	c.path[len(c.path)-1].i++
	return c.here()
}

// here returns where the cursor is; behind the last element of a leaf, that is the first of the next one.
func (c *cursor) here() (k, v []byte) {
	for len(c.path) > 0 {
		s := &c.path[len(c.path)-1]
		switch {
		case s.i >= s.page.count():
			if c.path = c.path[:len(c.path)-1]; len(c.path) > 0 {
				c.path[len(c.path)-1].i++
			}
		case s.page.flags() == flagLeaf:
			return s.page.key(s.i), s.page.value(s.i)
		default:
			pg, ok := c.down(s.page.child(s.i))
			if !ok {
				return nil, nil
			}
			c.path = append(c.path, step{page: pg})
		}
	}
	return nil, nil
}

func (c *cursor) down(id uint64) (page, bool) {
	if len(c.path) > maxDepth {
		c.err = errors.New("its pages lead in a circle")
		return page{}, false
	}
	pg, err := c.p.page(id)
	if err != nil {
		c.err = err
	}
	return pg, err == nil
}

// isBucket reports whether the element where the cursor is stands for a bucket.
func (c *cursor) isBucket() bool {
	s := c.path[len(c.path)-1]
	return binary.LittleEndian.Uint32(s.page.b[pageHeader+pageElement*s.i:])&flagBucket != 0
}
