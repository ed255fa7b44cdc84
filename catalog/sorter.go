package catalog

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// sortBytes is how much a sorter holds in memory; twelve bytes for each thing in it come to that. A good is some 300 bytes
// with its key, a barcode 25. So a million goods, sorted on a box of 2 GB, take 64 MB here, and the rest of them lies in
// catalog.work, which is never flushed to the disk on purpose.
const sortBytes = 32 << 20

// A sorter brings keys with their values into order. What does not fit into memory it puts into a file, in sorted runs.
// Equal keys come out one after another, in any order.
type sorter struct {
	spool *spool
	most  int
	data  []byte
	items []sortItem
	whole bool // what is in data has come in order
	runs  []run
}

// A sortItem is where a record stands in data, and how its key begins, by which most are told apart.
type sortItem struct {
	prefix uint64
	at     uint32
}

// A run is a part of the spool.
type run struct{ from, to int64 }

// A spool is the file that sorters put their runs into.
type spool struct {
	path string
	f    *os.File // nil: not needed so far
	end  int64
}

func (s *spool) Close() error {
	if s.f == nil {
		return nil
	}
	return s.f.Close()
}

func newSorter(s *spool) *sorter { return &sorter{spool: s, most: sortBytes, whole: true} }

func (s *sorter) add(key, value []byte) error {
	if len(s.data) > 0 && len(s.data)+len(key)+len(value) > s.most {
		if err := s.putAside(); err != nil {
			return err
		}
	}
	item := sortItem{prefixOf(key), uint32(len(s.data))}
	if n := len(s.items); n > 0 && s.whole {
		s.whole = s.compareKey(s.items[n-1], item.prefix, key) <= 0
	}
	s.items = append(s.items, item)
	s.data = appendRecord(s.data, key, value)
	return nil
}

func prefixOf(key []byte) uint64 {
	var b [8]byte
	copy(b[:], key)
	return binary.BigEndian.Uint64(b[:])
}

func (s *sorter) compareKey(a sortItem, prefix uint64, key []byte) int {
	if c := cmp.Compare(a.prefix, prefix); c != 0 {
		return c
	}
	have, _, _ := readRecord(s.data[a.at:])
	return bytes.Compare(have, key)
}

func (s *sorter) order() {
	if s.whole {
		return
	}
	slices.SortFunc(s.items, func(a, b sortItem) int {
		if c := cmp.Compare(a.prefix, b.prefix); c != 0 {
			return c
		}
		key, _, _ := readRecord(s.data[b.at:])
		return s.compareKey(a, b.prefix, key)
	})
}

// putAside writes what is in memory as a run.
func (s *sorter) putAside() (err error) {
	if s.spool.f == nil {
		if s.spool.f, err = os.Create(s.spool.path); err != nil {
			return err
		}
	}
	s.order()
	r := run{from: s.spool.end}
	out := bufio.NewWriterSize(io.NewOffsetWriter(s.spool.f, r.from), writeBytes)
	for _, item := range s.items {
		_, _, size := readRecord(s.data[item.at:])
		if _, err := out.Write(s.data[item.at:][:size]); err != nil {
			return err
		}
		s.spool.end += int64(size)
	}
	r.to = s.spool.end
	s.runs = append(s.runs, r)
	s.data, s.items, s.whole = s.data[:0], s.items[:0], true
	return out.Flush()
}

// sorted ends adding and gives everything in order.
func (s *sorter) sorted() stream {
	s.order()
	inMemory := &memoryRun{s: s}
	if len(s.runs) == 0 {
		return inMemory
	}
	all := &merger{waiting: []stream{inMemory}}
	for _, r := range s.runs {
		section := io.NewSectionReader(s.spool.f, r.from, r.to-r.from)
		all.waiting = append(all.waiting, &fileRun{r: bufio.NewReaderSize(section, 256<<10)})
	}
	return all
}

// appendRecord and readRecord: the lengths of key and value, then both.
func appendRecord(b, key, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(append(b, key...), value...)
}

func readRecord(b []byte) (key, value []byte, size int) {
	k, n := binary.Uvarint(b)
	v, m := binary.Uvarint(b[n:])
	from := n + m
	size = from + int(k) + int(v)
	return b[from : from+int(k)], b[from+int(k) : size], size
}

// A stream gives keys and their values in order. At its end the key is nil. What it gives may be looked at until the next
// call.
type stream interface {
	next() (key, value []byte, err error)
}

// memoryRun is what a sorter holds.
type memoryRun struct {
	s *sorter
	i int
}

func (m *memoryRun) next() (key, value []byte, err error) {
	if m.i == len(m.s.items) {
		return nil, nil, nil
	}
	key, value, _ = readRecord(m.s.data[m.s.items[m.i].at:])
	m.i++
	return key, value, nil
}

// fileRun is what a sorter has put aside.
type fileRun struct {
	r   *bufio.Reader
	buf []byte
}

func (f *fileRun) next() (key, value []byte, err error) {
	k, err := binary.ReadUvarint(f.r)
	if errors.Is(err, io.EOF) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	v, err := binary.ReadUvarint(f.r)
	if err != nil {
		return nil, nil, err
	}
	f.buf = slices.Grow(f.buf[:0], int(k+v))[:k+v]
	_, err = io.ReadFull(f.r, f.buf)
	return f.buf[:k:k], f.buf[k:], err
}

// A merger makes one stream of many.
type merger struct {
	waiting []stream // not looked at yet
	heads   heads
}

// A head is where a stream stands.
type head struct {
	from       stream
	key, value []byte
}

type heads []head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return bytes.Compare(h[i].key, h[j].key) < 0 }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)        { *h = append(*h, x.(head)) }
func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func (m *merger) next() (key, value []byte, err error) {
	if m.waiting != nil {
		err = m.begin()
	} else if len(m.heads) > 0 {
		err = m.advance()
	}
	if err != nil || len(m.heads) == 0 {
		return nil, nil, err
	}
	return m.heads[0].key, m.heads[0].value, nil
}

func (m *merger) begin() error {
	for _, s := range m.waiting {
		key, value, err := s.next()
		if err != nil {
			return err
		}
		if key != nil {
			m.heads = append(m.heads, head{s, key, value})
		}
	}
	m.waiting = nil
	heap.Init(&m.heads)
	return nil
}

// advance takes the next of the stream whose turn it was.
func (m *merger) advance() (err error) {
	top := &m.heads[0]
	if top.key, top.value, err = top.from.next(); err != nil {
		return err
	}
	if top.key == nil {
		heap.Pop(&m.heads)
	} else {
		heap.Fix(&m.heads, 0)
	}
	return nil
}
