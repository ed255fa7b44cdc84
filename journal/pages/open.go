package pages

import (
	"encoding/binary"
	"hash/fnv"
	"io"
)

const (
	magic        = 0xED0CDAED
	version      = 2
	metaSize     = 64
	metaSummed   = 56 // bytes of the meta that its checksum covers
	firstPage    = 2  // the first page that is no meta
	noFreelist   = 0xFFFFFFFFFFFFFFFF
	minPageSize  = 512
	maxPageSize  = 65536
	metaReadSize = headerSize + metaSize
)

// File is an opened file. It holds no buffers and never changes, so its methods may run at the same time.
type File struct {
	r        io.ReaderAt
	pageSize uint64
	metaPage uint64 // 0 or 1: the meta in use
	meta     meta
	spare    *Damage // what is wrong with the other meta
}

// meta is what a valid meta page says.
type meta struct {
	pageSize uint64
	root     uint64
	freelist uint64
	high     uint64
	txid     uint64
	header   *Damage // what is wrong with the header before it; bbolt does not look at that when it chooses
}

// Open reads the two metas and chooses the newer valid one, as bbolt does. size is the length of the file in bytes.
//
// Errors are *Damage: page 0 if neither meta is valid, the first missing page if the file is shorter than its meta
// says, the page of the meta if that names a page outside the file.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r}
	if d := f.choose(size); d != nil {
		return nil, d
	}
	if d := f.bounds(size); d != nil {
		return nil, d
	}
	return f, nil
}

// Spare says what is wrong with the meta that is not in use, as *Damage, or nil. A power cut while bbolt writes a meta
// may leave it so, and the next commit mends it: no reason to stop. But if the disk lost a meta that had been
// committed, the file shows its state one transaction earlier.
func (f *File) Spare() error {
	if f.spare == nil {
		return nil
	}
	return f.spare
}

func (f *File) choose(size int64) *Damage {
	first, bad0 := readMeta(f.r, size, 0, 0, 0)
	var second meta
	var bad1 *Damage
	if bad0 == nil {
		second, bad1 = readMeta(f.r, size, 1, first.pageSize, first.pageSize)
	} else {
		second, bad1 = probe(f.r, size)
	}
	switch {
	case bad0 != nil && bad1 != nil:
		return damaged(0, "neither meta is valid: %s; page 1: %s", bad0.What, bad1.What)
	case bad1 == nil && (bad0 != nil || second.txid > first.txid):
		f.meta, f.metaPage, f.spare = second, 1, bad0
		if bad0 == nil {
			f.spare = first.header
		}
	default:
		f.meta, f.metaPage, f.spare = first, 0, bad1
		if bad1 == nil {
			f.spare = second.header
		}
	}
	f.pageSize = f.meta.pageSize
	return nil
}

// bounds checks the page numbers in the chosen meta. All that is read later rests on high × page size ≤ size.
func (f *File) bounds(size int64) *Damage {
	m := f.meta
	switch whole := uint64(size) / f.pageSize; {
	case m.high > whole:
		return damaged(whole, "the file is cut off: it has %d bytes, its %d pages of %d bytes need more",
			size, m.high, f.pageSize)
	case m.root < firstPage || m.root >= m.high:
		return damaged(f.metaPage, "root page %d is outside the %d pages in use", m.root, m.high)
	case m.freelist != noFreelist && (m.freelist < firstPage || m.freelist >= m.high):
		return damaged(f.metaPage, "freelist page %d is outside the %d pages in use", m.freelist, m.high)
	}
	return nil
}

// probe looks for the second meta when the first cannot say how long a page is.
func probe(r io.ReaderAt, size int64) (meta, *Damage) {
	for at := uint64(minPageSize); at <= maxPageSize; at *= 2 {
		if m, bad := readMeta(r, size, 1, at, at); bad == nil {
			return m, nil
		}
	}
	return meta{}, damaged(1, "not found at any page size")
}

// readMeta reads and checks the meta page that begins at byte at. pageSize 0 takes any size that is allowed.
func readMeta(r io.ReaderAt, size int64, page, at, pageSize uint64) (meta, *Damage) {
	if size < metaReadSize || at > uint64(size)-metaReadSize {
		return meta{}, damaged(page, "the file ends before its meta: it has %d bytes", size)
	}
	var b [metaReadSize]byte
	if err := readFull(r, b[:], int64(at)); err != nil {
		return meta{}, unreadable(page, err)
	}
	m, bad := parseMeta(b[headerSize:], page)
	if bad != nil {
		return meta{}, bad
	}
	if pageSize != 0 && m.pageSize != pageSize {
		return meta{}, damaged(page, "says page size %d, want %d", m.pageSize, pageSize)
	}
	m.header = checkHeader(parseHeader(b[:]), page, flagMeta)
	return m, nil
}

func parseMeta(b []byte, page uint64) (meta, *Damage) {
	le := binary.LittleEndian
	sum := fnv.New64a()
	sum.Write(b[:metaSummed])
	switch {
	case le.Uint32(b) != magic:
		return meta{}, damaged(page, "magic %08x, want %08x", le.Uint32(b), uint32(magic))
	case le.Uint32(b[4:]) != version:
		return meta{}, damaged(page, "format version %d, want %d", le.Uint32(b[4:]), version)
	case le.Uint64(b[metaSummed:]) != sum.Sum64():
		return meta{}, damaged(page, "meta checksum %016x, want %016x", le.Uint64(b[metaSummed:]), sum.Sum64())
	}
	m := meta{
		pageSize: uint64(le.Uint32(b[8:])),
		root:     le.Uint64(b[16:]),
		freelist: le.Uint64(b[32:]),
		high:     le.Uint64(b[40:]),
		txid:     le.Uint64(b[48:]),
	}
	if m.pageSize < minPageSize || m.pageSize > maxPageSize || m.pageSize&(m.pageSize-1) != 0 {
		return meta{}, damaged(page, "page size %d", m.pageSize)
	}
	return m, nil
}

// checkHeader checks the header of a meta or freelist page.
func checkHeader(h header, page uint64, flags uint16) *Damage {
	switch {
	case h.id != page:
		return damaged(page, "carries page number %d", h.id)
	case h.flags != flags:
		return damaged(page, "flags %#x, want %#x", h.flags, flags)
	case flags == flagMeta && (h.count != 0 || h.overflow != 0):
		return damaged(page, "meta with %d elements and %d overflow pages", h.count, h.overflow)
	}
	return nil
}

// readFull is ReadAt that takes the end of the file for an error only if bytes are missing.
func readFull(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	switch {
	case n == len(b):
		return nil
	case err == nil || err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return err
}
