package squashfs

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"posbox/image/tree"
)

// Write writes a tree; mtime is the Unix time of everything in it. It returns the image's size, padding included.
func Write(w io.Writer, t *tree.Tree, mtime uint32) (int64, error) {
	wr := &writer{out: &counter{w: w}, mtime: mtime, seen: map[[32]byte]stretch{}, ids: map[uint32]uint16{}}
	// The superblock points at tables that lie behind the data. Everything but the data is built in memory, and the
	// data's length is known beforehand, so one pass with a sequential writer is enough.
	if err := wr.place(t.Root); err != nil {
		return 0, err
	}
	root, err := wr.inodes(t.Root, 0)
	if err != nil {
		return 0, err
	}
	return wr.write(root)
}

// stretch is where a file's bytes lie in the image.
type stretch struct{ start, size uint64 }

type writer struct {
	out     *counter
	mtime   uint32
	end     uint64 // of the data placed so far, from the image's begin
	order   []*tree.Node
	places  map[*tree.Node]stretch
	seen    map[[32]byte]stretch
	numbers map[*tree.Node]uint32
	inode   meta
	dir     meta
	ids     map[uint32]uint16
	idList  []uint32
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// place gives every file its place in the order of the walk and numbers all inodes.
func (w *writer) place(root *tree.Node) error {
	w.end = superSize
	w.places, w.numbers = map[*tree.Node]stretch{}, map[*tree.Node]uint32{root: 1}
	t := tree.Tree{Root: root}
	return t.Walk(func(p string, n *tree.Node) error {
		if _, twice := w.numbers[n]; twice {
			return fmt.Errorf("squashfs: %s stands twice in the tree", p)
		}
		w.numbers[n] = uint32(len(w.numbers) + 1)
		if n.Kind != tree.File || n.Size == 0 {
			return nil
		}
		h := sha256.New()
		if got, err := io.Copy(h, n.Reader()); err != nil || got != n.Size {
			return fmt.Errorf("squashfs: %s: %d of %d bytes: %v", p, got, n.Size, err)
		}
		sum := [32]byte(h.Sum(nil))
		at, ok := w.seen[sum]
		if !ok {
			at = stretch{w.end, uint64(n.Size)}
			w.end += at.size
			w.seen[sum] = at
			w.order = append(w.order, n)
		}
		w.places[n] = at
		return nil
	})
}

// inodes writes what is below a node and then itself, and returns the node's address in the inode table.
func (w *writer) inodes(n *tree.Node, parent uint32) (uint64, error) {
	if n.Kind != tree.Dir {
		return w.leaf(n)
	}
	entries := make([]entry, 0, len(n.Children))
	links := uint32(2)
	for _, name := range n.Names() {
		child := n.Children[name]
		if len(name) > 256 {
			return 0, fmt.Errorf("squashfs: the name %s is too long", name)
		}
		at, err := w.inodes(child, w.numbers[n])
		if err != nil {
			return 0, err
		}
		if child.Kind == tree.Dir {
			links++
		}
		entries = append(entries, entry{name, at, w.numbers[child], basicType(child.Kind)})
	}
	listing := w.dir.at()
	size := w.list(entries) + 3
	if parent == 0 {
		parent = uint32(len(w.numbers) + 1) // the root's parent: one beyond the last
	}
	if size <= math.MaxUint16 {
		return w.put(typeDir, n, uint32(listing>>16), links, uint16(size), uint16(listing), parent)
	}
	return w.put(typeLongDir, n, links, size, uint32(listing>>16), parent, uint16(0), uint16(listing), noXattr)
}

func basicType(k tree.Kind) uint16 {
	switch k {
	case tree.Dir:
		return typeDir
	case tree.Link:
		return typeLink
	}
	return typeFile
}

// leaf writes the inode of a file or link.
func (w *writer) leaf(n *tree.Node) (uint64, error) {
	if n.Kind == tree.Link {
		if n.Target == "" || len(n.Target) > 65535 {
			return 0, fmt.Errorf("squashfs: a link without a usable target: %q", n.Target)
		}
		return w.put(typeLink, n, uint32(1), uint32(len(n.Target)), []byte(n.Target))
	}
	at := w.places[n]
	if at.start <= math.MaxUint32 && at.size <= math.MaxUint32 {
		return w.put(typeFile, n, uint32(at.start), noFragment, uint32(0), uint32(at.size), blockLengths(at.size))
	}
	return w.put(typeLongFile, n, at.start, at.size, uint64(0), uint32(1), noFragment, uint32(0), noXattr, blockLengths(at.size))
}

func blockLengths(size uint64) (lengths []uint32) {
	for ; size > 0; size -= min(size, blockSize) {
		lengths = append(lengths, uint32(min(size, blockSize))|stored)
	}
	return lengths
}

// put appends an inode.
func (w *writer) put(typ uint16, n *tree.Node, fields ...any) (uint64, error) {
	var b bytes.Buffer
	uid, gid := w.id(n.UID), w.id(n.GID)
	for _, f := range append([]any{typ, n.Mode, uid, gid, w.mtime, w.numbers[n]}, fields...) {
		if err := binary.Write(&b, le, f); err != nil {
			return 0, err
		}
	}
	at := w.inode.at()
	w.inode.Write(b.Bytes())
	return at, nil
}

// id returns the index of a user's or group's number.
func (w *writer) id(id uint32) uint16 {
	i, ok := w.ids[id]
	if !ok {
		i = uint16(len(w.idList))
		w.ids[id] = i
		w.idList = append(w.idList, id)
	}
	return i
}

// entry is a line of a directory.
type entry struct {
	name   string
	inode  uint64
	number uint32
	typ    uint16
}

// list appends a directory's listing and returns its length. A run ends after 256 entries, where the inodes' block
// changes, or where the inode number is too far from the run's first for 16 bits.
func (w *writer) list(entries []entry) (size uint32) {
	for len(entries) > 0 {
		first := entries[0]
		n := 1
		for n < len(entries) && n < 256 && entries[n].inode>>16 == first.inode>>16 && near(entries[n].number, first.number) {
			n++
		}
		var b bytes.Buffer
		binary.Write(&b, le, []uint32{uint32(n - 1), uint32(first.inode >> 16), first.number})
		for _, e := range entries[:n] {
			binary.Write(&b, le, []uint16{uint16(e.inode), uint16(int16(int64(e.number) - int64(first.number))), e.typ, uint16(len(e.name) - 1)})
			b.WriteString(e.name)
		}
		w.dir.Write(b.Bytes())
		size += uint32(b.Len())
		entries = entries[n:]
	}
	return size
}

func near(a, b uint32) bool {
	d := int64(a) - int64(b)
	return d >= math.MinInt16 && d <= math.MaxInt16
}

// write puts superblock, data and tables out.
func (w *writer) write(root uint64) (int64, error) {
	var ids meta
	binary.Write(&ids, le, w.idList)
	inodes, dirs, idBlocks := w.inode.chain(), w.dir.chain(), ids.chain()
	s := superblock{Magic: magic, Inodes: uint32(len(w.numbers)), Time: w.mtime, BlockSize: blockSize, Compression: compression,
		BlockLog: blockLog, Flags: flags, IDs: uint16(len(w.idList)), Major: 4, Root: root,
		XattrTable: none64, FragmentTable: none64, ExportTable: none64}
	s.InodeTable = w.end
	s.DirTable = s.InodeTable + uint64(len(inodes))
	idsAt := s.DirTable + uint64(len(dirs))
	s.IDTable = idsAt + uint64(len(idBlocks))
	var index []uint64
	for at := uint64(0); at < uint64(len(idBlocks)); at += metaSize + 2 {
		index = append(index, idsAt+at)
	}
	s.Used = s.IDTable + uint64(8*len(index))
	if err := binary.Write(w.out, le, &s); err != nil {
		return 0, err
	}
	for _, n := range w.order {
		if got, err := io.Copy(w.out, n.Reader()); err != nil || got != n.Size {
			return 0, fmt.Errorf("squashfs: a file gave %d of %d bytes: %v", got, n.Size, err)
		}
	}
	for _, part := range [][]byte{inodes, dirs, idBlocks} {
		if _, err := w.out.Write(part); err != nil {
			return 0, err
		}
	}
	if err := binary.Write(w.out, le, index); err != nil {
		return 0, err
	}
	_, err := w.out.Write(make([]byte, (padTo-w.out.n%padTo)%padTo))
	return w.out.n, err
}

// meta is a table before it is cut into blocks. Since nothing is compressed, addresses are known while it grows.
type meta struct{ bytes.Buffer }

// at is the address of the next byte: block offset << 16 | offset in the block.
func (m *meta) at() uint64 {
	n := uint64(m.Len())
	return n/metaSize*(metaSize+2)<<16 | n%metaSize
}

// chain cuts the table into stored blocks.
func (m *meta) chain() []byte {
	var out []byte
	for b := m.Bytes(); len(b) > 0; {
		n := min(len(b), metaSize)
		out = le.AppendUint16(out, uint16(n)|storedMeta)
		out = append(out, b[:n]...)
		b = b[n:]
	}
	return out
}
