package fat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"posbox/image/tree"
)

// ErrFormat says that this is not a file system of ours, or a damaged one.
var ErrFormat = errors.New("fat: not a FAT32 file system as we write it")

// Limits of what Read believes.
const (
	maxRead  = 64 << 20
	maxDepth = 16
	maxFiles = 10000
)

// reader reads a volume; files change on a running box, so chains are followed, not assumed to be one stretch.
type reader struct {
	r     io.ReaderAt
	table []byte
	data  int64
	files int
}

// Read reads a whole file system into memory.
func Read(r io.ReaderAt) (*tree.Tree, error) {
	boot := make([]byte, sector)
	if _, err := r.ReadAt(boot, 0); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFormat, err)
	}
	tableSecs := int64(le.Uint32(boot[36:]))
	if le.Uint16(boot[510:]) != 0xaa55 || le.Uint16(boot[11:]) != sector || boot[13] != cluster/sector || boot[16] != 2 ||
		le.Uint16(boot[14:]) != reserved || tableSecs > maxRead/sector {
		return nil, ErrFormat
	}
	v := &reader{r: r, table: make([]byte, tableSecs*sector), data: (reserved + 2*tableSecs) * sector}
	if _, err := r.ReadAt(v.table, reserved*sector); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFormat, err)
	}
	root, err := v.folder(le.Uint32(boot[44:]), 0)
	if err != nil {
		return nil, err
	}
	return &tree.Tree{Root: root}, nil
}

// chain reads the clusters of a file or folder.
func (v *reader) chain(first uint32, limit int64) ([]byte, error) {
	var out []byte
	for c := first; c != 0 && c < 0x0ffffff8; {
		if c < 2 || int64(c)*4+4 > int64(len(v.table)) || int64(len(out)) >= limit {
			return nil, fmt.Errorf("%w: a chain leads nowhere", ErrFormat)
		}
		b := make([]byte, cluster)
		if _, err := v.r.ReadAt(b, v.data+int64(c-2)*cluster); err != nil {
			return nil, fmt.Errorf("%w: %v", ErrFormat, err)
		}
		out = append(out, b...)
		c = le.Uint32(v.table[4*c:]) & 0x0fffffff
	}
	return out, nil
}

func (v *reader) folder(first uint32, depth int) (*tree.Node, error) {
	n := &tree.Node{Kind: tree.Dir, Mode: 0o755, Children: map[string]*tree.Node{}}
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: folders too deep", ErrFormat)
	}
	list, err := v.chain(first, 1<<20)
	if err != nil {
		return nil, err
	}
	var long []uint16
	for ; len(list) >= entrySize && list[0] != 0; list = list[entrySize:] {
		e := list[:entrySize]
		switch {
		case e[0] == 0xe5:
			long = nil
		case e[11] == attrLong:
			long = append(units(e), long...)
		case e[11]&0x08 != 0 || e[0] == '.':
			long = nil
		default:
			name := shortName(e)
			if len(long) > 0 {
				name = string(utf16.Decode(long))
			}
			long = nil
			if v.files++; v.files > maxFiles {
				return nil, fmt.Errorf("%w: too many files", ErrFormat)
			}
			if n.Children[name], err = v.entry(e, depth); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

func (v *reader) entry(e []byte, depth int) (*tree.Node, error) {
	first := uint32(le.Uint16(e[20:]))<<16 | uint32(le.Uint16(e[26:]))
	if e[11]&attrFolder != 0 {
		return v.folder(first, depth+1)
	}
	size := int64(le.Uint32(e[28:]))
	content, err := v.chain(first, maxRead)
	if err != nil {
		return nil, err
	}
	if size > int64(len(content)) {
		return nil, fmt.Errorf("%w: a file is shorter than its entry says", ErrFormat)
	}
	return &tree.Node{Kind: tree.File, Mode: 0o644, Data: bytes.NewReader(content[:size]), Size: size}, nil
}

// units returns the part of a name that a long-name entry holds.
func units(e []byte) (out []uint16) {
	for j := range nameUnits {
		u := le.Uint16(e[unitAt(j):])
		if u == 0 {
			break
		}
		out = append(out, u)
	}
	return out
}

func shortName(e []byte) string {
	name, ext := strings.TrimRight(string(e[:8]), " "), strings.TrimRight(string(e[8:11]), " ")
	if ext != "" {
		name += "." + ext
	}
	return name
}
