package catalog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"os"
	"syscall"
)

// How catalog.db is written: from sorted streams, from the leaves up, each page once and in the order in which it lies in
// the file. So the time is that of writing the bytes, however many goods there are, and equal content gives equal bytes.
//
// What comes out is a bbolt file without free pages (pages.go says how it is laid out): the two metas, which are written
// last, one tree a bucket, and the tree of buckets. Pages are full, because nobody changes them in place.
const (
	metaPages   = 2
	flagMeta    = 0x04
	noFreelist  = ^uint64(0)
	writeBytes  = 1 << 20  // is written at a time
	behindBytes = 16 << 20 // so much may be written before the disk is told to begin with it
)

// A pageFile is a catalog.db being written.
type pageFile struct {
	f     *os.File // nil: all is thrown away
	sums  []uint32 // of the pages so far
	buf   []byte   // pages not written yet
	off   int64    // where they belong
	begun int64    // up to where the disk has been told to write
}

func newPageFile(f *os.File) *pageFile {
	return &pageFile{f: f, sums: make([]uint32, metaPages), buf: make([]byte, 0, writeBytes+pageSize), off: metaPages * pageSize}
}

// add appends a page, which may go on over several, and returns its number.
func (p *pageFile) add(page []byte) (id uint64, err error) {
	id = uint64(len(p.sums))
	binary.LittleEndian.PutUint64(page, id)
	for b := page; len(b) > 0; b = b[pageSize:] {
		p.sums = append(p.sums, crc32.Checksum(b[:pageSize], castagnoli))
	}
	p.buf = append(p.buf, page...)
	if len(p.buf) < writeBytes {
		return id, nil
	}
	return id, p.flush()
}

// flush writes what has come together. Now and then it has the disk begin with it, so that the last flush need not wait
// for all.
func (p *pageFile) flush() error {
	defer func() { p.buf = p.buf[:0] }()
	if p.f == nil {
		return nil
	}
	if _, err := p.f.WriteAt(p.buf, p.off); err != nil {
		return err
	}
	p.off += int64(len(p.buf))
	if p.off-p.begun >= behindBytes {
		const writeOut = 2 // SYNC_FILE_RANGE_WRITE; a hint, nothing rests on it
		_ = syscall.SyncFileRange(int(p.f.Fd()), p.begun, p.off-p.begun, writeOut)
		p.begun = p.off
	}
	return nil
}

// finish writes the metas and the seal, and returns when all of it is on the disk. top is the tree of buckets.
func (p *pageFile) finish(top uint64) error {
	if err := p.flush(); err != nil || p.f == nil {
		return err
	}
	metas := make([]byte, 0, metaPages*pageSize)
	for id := range uint64(metaPages) {
		m := metaPage(id, top, uint64(len(p.sums)))
		p.sums[id] = crc32.Checksum(m, castagnoli)
		metas = append(metas, m...)
	}
	if _, err := p.f.WriteAt(metas, 0); err != nil {
		return err
	}
	synced := make(chan error, 1)
	go func() { synced <- p.f.Sync() }() // while the sum is made
	s, err := p.seal()
	if syncErr := <-synced; err == nil {
		err = syncErr
	}
	if err != nil {
		return err
	}
	if _, err := p.f.WriteAt(s.bytes(), p.off); err != nil {
		return err
	}
	return p.f.Sync()
}

// seal reads the pages once more, for the metas come first in the sum over all. They come out of memory mostly.
func (p *pageFile) seal() (seal, error) {
	sums := newSummer()
	if _, err := io.Copy(sums, io.NewSectionReader(p.f, 0, p.off)); err != nil {
		return seal{}, err
	}
	for id, sum := range sums.sums {
		if sum != p.sums[id] {
			return seal{}, fmt.Errorf("page %d has not come back as it was written", id)
		}
	}
	return sums.seal(), nil
}

func metaPage(id, top, pages uint64) []byte {
	b := make([]byte, pageSize)
	le := binary.LittleEndian
	le.PutUint64(b, id)
	le.PutUint16(b[8:], flagMeta)
	m := b[pageHeader:]
	le.PutUint32(m, metaMagic)
	le.PutUint32(m[4:], metaVersion)
	le.PutUint32(m[8:], pageSize)
	le.PutUint64(m[16:], top)
	le.PutUint64(m[32:], noFreelist)
	le.PutUint64(m[40:], pages)
	le.PutUint64(m[48:], id)
	h := fnv.New64a()
	h.Write(m[:metaSums])
	le.PutUint64(m[metaSums:], h.Sum64())
	return b
}

// A tree is one bucket being written. Keys must ascend.
type tree struct {
	file   *pageFile
	levels []*node // from the leaves up
	last   []byte  // key
	count  int
	page   []byte // being made
}

func newTree(f *pageFile) *tree { return &tree{file: f, levels: []*node{{flags: flagLeaf}}} }

// A node is the page of a level that is being filled.
type node struct {
	flags    uint16
	elements []element
	data     []byte // keys and values, one after another
}

type element struct {
	flags      uint32
	key, value uint32 // how long they are
	child      uint64
}

func (n *node) size() int { return pageHeader + pageElement*len(n.elements) + len(n.data) }

func (t *tree) add(key, value []byte) error { return t.addFlagged(key, value, 0) }

func (t *tree) addFlagged(key, value []byte, flags uint32) error {
	if t.count > 0 && bytes.Compare(key, t.last) <= 0 {
		return fmt.Errorf("%q comes behind %q", key, t.last)
	}
	t.last = append(t.last[:0], key...)
	t.count++
	return t.push(0, key, value, element{flags: flags})
}

// push puts an element into the page of a level, after the page if it is full.
func (t *tree) push(depth int, key, value []byte, e element) error {
	if depth == len(t.levels) {
		t.levels = append(t.levels, &node{flags: flagBranch})
	}
	n := t.levels[depth]
	if len(n.elements) > 0 && n.size()+pageElement+len(key)+len(value) > pageSize {
		if err := t.flush(depth); err != nil {
			return err
		}
	}
	e.key, e.value = uint32(len(key)), uint32(len(value))
	n.elements = append(n.elements, e)
	n.data = append(append(n.data, key...), value...)
	return nil
}

// flush writes the page of a level and puts it into the level above.
func (t *tree) flush(depth int) error {
	n := t.levels[depth]
	id, err := t.file.add(t.pageOf(n))
	if err != nil {
		return err
	}
	first := n.data[:n.elements[0].key]
	err = t.push(depth+1, first, nil, element{child: id})
	n.elements, n.data = n.elements[:0], n.data[:0]
	return err
}

// finish writes what is left and returns where the tree begins.
func (t *tree) finish() (top uint64, err error) {
	for depth := 0; depth < len(t.levels)-1; depth++ {
		if err := t.flush(depth); err != nil {
			return 0, err
		}
	}
	return t.file.add(t.pageOf(t.levels[len(t.levels)-1]))
}

// pageOf lays a node out. One with a value that is larger than a page goes on over several.
func (t *tree) pageOf(n *node) []byte {
	pages := (n.size() + pageSize - 1) / pageSize
	if cap(t.page) < pages*pageSize {
		t.page = make([]byte, pages*pageSize)
	}
	b := t.page[:pages*pageSize]
	clear(b)
	le := binary.LittleEndian
	le.PutUint16(b[8:], n.flags)
	le.PutUint16(b[10:], uint16(len(n.elements)))
	le.PutUint32(b[12:], uint32(pages-1))
	at := pageHeader + pageElement*len(n.elements)
	copy(b[at:], n.data)
	for i, e := range n.elements {
		from := pageHeader + pageElement*i
		if n.flags == flagBranch {
			le.PutUint32(b[from:], uint32(at-from))
			le.PutUint32(b[from+4:], e.key)
			le.PutUint64(b[from+8:], e.child)
		} else {
			le.PutUint32(b[from:], e.flags)
			le.PutUint32(b[from+4:], uint32(at-from))
			le.PutUint32(b[from+8:], e.key)
			le.PutUint32(b[from+12:], e.value)
		}
		at += int(e.key + e.value)
	}
	return b
}
