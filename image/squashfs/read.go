package squashfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"posbox/image/tree"
)

// ErrFormat says that an image is not one of ours, or damaged.
var ErrFormat = errors.New("squashfs: not an image of stored blocks")

// Limits of what Read believes; a damaged image must not ask for all memory.
const (
	maxInodes = 1 << 20
	maxDepth  = 200
)

// Size is how many bytes a file system takes, without reading it.
func Size(r io.ReaderAt) (int64, error) {
	var s superblock
	if err := binary.Read(io.NewSectionReader(r, 0, superSize), le, &s); err != nil || s.Magic != magic || s.Used > 1<<40 {
		return 0, ErrFormat
	}
	return int64(s.Used), nil
}

// Read reads an image that Write wrote. The files' bytes stay where they are. mtime is what Write was given.
func Read(r io.ReaderAt) (t *tree.Tree, mtime uint32, err error) {
	var s superblock
	if err := binary.Read(io.NewSectionReader(r, 0, superSize), le, &s); err != nil {
		return nil, 0, fmt.Errorf("%w: %v", ErrFormat, err)
	}
	if s.Magic != magic || s.Major != 4 || s.BlockSize != blockSize || s.Flags != flags || s.Inodes > maxInodes ||
		s.InodeTable > s.DirTable || s.DirTable > s.IDTable || s.IDTable > s.Used || s.Used > 1<<40 {
		return nil, 0, ErrFormat
	}
	rd := &reader{image: r, end: int64(s.InodeTable), left: s.Inodes}
	if rd.inodes, err = unchain(r, s.InodeTable, s.DirTable); err != nil {
		return nil, 0, err
	}
	if rd.dirs, err = unchain(r, s.DirTable, s.IDTable); err != nil {
		return nil, 0, err
	}
	if err := rd.readIDs(s); err != nil {
		return nil, 0, err
	}
	root, err := rd.node(s.Root, 0)
	if err != nil {
		return nil, 0, err
	}
	if root.Kind != tree.Dir {
		return nil, 0, ErrFormat
	}
	return &tree.Tree{Root: root}, s.Time, nil
}

type reader struct {
	image        io.ReaderAt
	end          int64  // of the data
	left         uint32 // inodes that may still come: a circle of folders ends here
	inodes, dirs []byte
	ids          []uint32
}

// unchain joins the blocks of a table. All but the last are full, so an address keeps its meaning.
func unchain(r io.ReaderAt, from, to uint64) ([]byte, error) {
	if to-from > 1<<28 {
		return nil, ErrFormat
	}
	raw := make([]byte, to-from)
	if _, err := r.ReadAt(raw, int64(from)); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFormat, err)
	}
	var out []byte
	for len(raw) >= 2 {
		n := int(le.Uint16(raw))
		size := n &^ storedMeta
		if n&storedMeta == 0 || size > metaSize || size > len(raw)-2 {
			break
		}
		out = append(out, raw[2:2+size]...)
		raw = raw[2+size:]
		if size < metaSize {
			break // the last one; behind the directories the id table's blocks follow
		}
	}
	return out, nil
}

func (r *reader) readIDs(s superblock) error {
	var first uint64
	if err := binary.Read(io.NewSectionReader(r.image, int64(s.IDTable), 8), le, &first); err != nil || first > s.IDTable {
		return fmt.Errorf("%w: ids", ErrFormat)
	}
	b, err := unchain(r.image, first, s.IDTable)
	if err != nil || len(b) != 4*int(s.IDs) {
		return fmt.Errorf("%w: ids", ErrFormat)
	}
	for ; len(b) > 0; b = b[4:] {
		r.ids = append(r.ids, le.Uint32(b))
	}
	return nil
}

// at returns a table from an address on.
func at(table []byte, address uint64) ([]byte, bool) {
	block, offset := address>>16, address&0xffff
	n := block/(metaSize+2)*metaSize + offset
	if block%(metaSize+2) != 0 || n > uint64(len(table)) {
		return nil, false
	}
	return table[n:], true
}

// fields reads fixed-size fields one after the other; after the first shortage all are zero.
type fields struct {
	b   []byte
	bad bool
}

func (f *fields) take(n int) []byte {
	if f.bad || n < 0 || n > len(f.b) {
		f.bad = true
		return make([]byte, min(max(n, 0), 16))
	}
	taken := f.b[:n]
	f.b = f.b[n:]
	return taken
}

func (f *fields) u16() uint16 { return le.Uint16(f.take(2)) }
func (f *fields) u32() uint32 { return le.Uint32(f.take(4)) }
func (f *fields) u64() uint64 { return le.Uint64(f.take(8)) }

// node reads the inode at an address and everything below it.
func (r *reader) node(address uint64, depth int) (*tree.Node, error) {
	b, ok := at(r.inodes, address)
	if !ok || depth > maxDepth || r.left == 0 {
		return nil, fmt.Errorf("%w: inode %x", ErrFormat, address)
	}
	r.left--
	f := &fields{b: b}
	typ, mode, uid, gid := f.u16(), f.u16(), f.u16(), f.u16()
	f.u32()
	f.u32()
	if int(uid) >= len(r.ids) || int(gid) >= len(r.ids) {
		return nil, fmt.Errorf("%w: owner", ErrFormat)
	}
	n := &tree.Node{Mode: mode, UID: r.ids[uid], GID: r.ids[gid]}
	var err error
	switch typ {
	case typeDir, typeLongDir:
		err = r.dir(n, f, typ == typeLongDir, depth)
	case typeFile, typeLongFile:
		err = r.file(n, f, typ == typeLongFile)
	case typeLink:
		n.Kind = tree.Link
		f.u32()
		n.Target = string(f.take(int(f.u32())))
	default:
		err = fmt.Errorf("%w: inode of type %d", ErrFormat, typ)
	}
	if err == nil && f.bad {
		err = fmt.Errorf("%w: inode cut off", ErrFormat)
	}
	return n, err
}

func (r *reader) file(n *tree.Node, f *fields, long bool) error {
	var start, size uint64
	if long {
		start, size = f.u64(), f.u64()
		f.take(8 + 4 + 4 + 4 + 4)
	} else {
		start = uint64(f.u32())
		f.take(4 + 4)
		size = uint64(f.u32())
	}
	if size > uint64(r.end) || start > uint64(r.end) || start+size > uint64(r.end) {
		return fmt.Errorf("%w: a file beyond the data", ErrFormat)
	}
	n.Data, n.Size = io.NewSectionReader(r.image, int64(start), int64(size)), int64(size)
	return nil
}

func (r *reader) dir(n *tree.Node, f *fields, long bool, depth int) error {
	n.Kind, n.Children = tree.Dir, map[string]*tree.Node{}
	var block, offset, size uint64
	if long {
		f.u32()
		size, block = uint64(f.u32()), uint64(f.u32())
		f.u32()
		f.u16()
		offset = uint64(f.u16())
	} else {
		block = uint64(f.u32())
		f.u32()
		size, offset = uint64(f.u16()), uint64(f.u16())
	}
	b, ok := at(r.dirs, block<<16|offset)
	if !ok || size < 3 || size-3 > uint64(len(b)) || f.bad {
		return fmt.Errorf("%w: directory", ErrFormat)
	}
	return r.entries(n, &fields{b: b[:size-3]}, depth)
}

func (r *reader) entries(n *tree.Node, f *fields, depth int) error {
	for len(f.b) > 0 && !f.bad {
		count, block := f.u32(), f.u32()
		f.u32()
		for i := uint32(0); i <= count && !f.bad; i++ {
			offset := f.u16()
			f.take(4)
			name := string(f.take(int(f.u16()) + 1))
			if f.bad {
				break
			}
			child, err := r.node(uint64(block)<<16|uint64(offset), depth+1)
			if err != nil {
				return err
			}
			n.Children[name] = child
		}
	}
	if f.bad {
		return fmt.Errorf("%w: directory cut off", ErrFormat)
	}
	return nil
}
