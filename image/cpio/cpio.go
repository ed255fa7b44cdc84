// Package cpio writes the kernel's initial file system: a cpio archive in the "newc" format (070701: thirteen fields of
// eight hexadecimal digits, names and data padded to four bytes), with times of zero and root as owner.
package cpio

import (
	"bytes"
	"fmt"
	"io"

	"posbox/image/tree"
)

// Modes of the archive's entries.
const (
	modeDir  = 0o040000
	modeFile = 0o100000
	modeLink = 0o120000
)

// Write writes a tree in the order of its walk.
func Write(w io.Writer, t *tree.Tree) error {
	inode := 0
	err := t.Walk(func(p string, n *tree.Node) error {
		inode++
		switch n.Kind {
		case tree.Dir:
			return entry(w, inode, p[1:], modeDir|uint32(n.Mode), nil)
		case tree.Link:
			return entry(w, inode, p[1:], modeLink|uint32(n.Mode), []byte(n.Target))
		}
		content, err := n.Bytes()
		if err != nil {
			return err
		}
		return entry(w, inode, p[1:], modeFile|uint32(n.Mode), content)
	})
	if err != nil {
		return err
	}
	return entry(w, 0, "TRAILER!!!", 0, nil)
}

func entry(w io.Writer, inode int, name string, mode uint32, content []byte) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0,
		len(name)+1, 0)
	b.WriteString(name)
	b.WriteByte(0)
	pad(&b)
	b.Write(content)
	pad(&b)
	_, err := w.Write(b.Bytes())
	return err
}

// pad fills up to four bytes; every entry begins at such a place.
func pad(b *bytes.Buffer) { b.Write(make([]byte, (4-b.Len()%4)%4)) }
