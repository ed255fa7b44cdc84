package tree

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Spool keeps the bytes of unpacked files, one after the other, in a file.
type Spool interface {
	io.Writer
	io.ReaderAt
}

// Unpacker adds archives to a tree.
type Unpacker struct {
	Tree  *Tree
	Spool Spool
	// Keep says which paths are taken; nil takes all.
	Keep func(path string) bool

	written int64
}

// Tar adds the files of a tar archive in its order. Times are forgotten.
func (u *Unpacker) Tar(r io.Reader, pkg string) error {
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := u.entry(h, tr, pkg); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func (u *Unpacker) entry(h *tar.Header, content io.Reader, pkg string) error {
	at := path.Clean("/" + strings.TrimPrefix(h.Name, "./"))
	if u.Keep != nil && !u.Keep(at) {
		return nil
	}
	n := &Node{Mode: uint16(h.Mode & 0o7777), UID: uint32(h.Uid), GID: uint32(h.Gid), Package: pkg}
	switch h.Typeflag {
	case tar.TypeDir:
		n.Kind = Dir
	case tar.TypeSymlink:
		n.Kind, n.Target, n.Mode = Link, h.Linkname, 0o777
	case tar.TypeReg:
		if err := u.store(n, content); err != nil {
			return err
		}
	case tar.TypeLink:
		// A hard link becomes another file with the same bytes; squashfs stores them once.
		old, err := u.Tree.Lookup("/" + strings.TrimPrefix(h.Linkname, "./"))
		if err != nil {
			return err
		}
		copied := *old
		n = &copied
	default:
		return fmt.Errorf("tree: an entry of type %q has no place on the box", h.Typeflag)
	}
	return u.Tree.Add(at, n)
}

func (u *Unpacker) store(n *Node, content io.Reader) error {
	size, err := io.Copy(u.Spool, content)
	if err != nil {
		return err
	}
	n.Data, n.Size = io.NewSectionReader(u.Spool, u.written, size), size
	u.written += size
	return nil
}
