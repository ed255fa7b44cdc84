// Package tree holds the files of a partition before they are written: names, owners and modes as the target will have
// them, whoever builds. So nobody needs to be root, and the building machine's file system leaves no trace.
package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Kind is what a node is.
type Kind int

// Kinds of nodes. Devices and pipes are refused: the target's /dev is the kernel's.
const (
	File Kind = iota
	Dir
	Link
)

// Node is a file, a folder or a symbolic link.
type Node struct {
	Kind     Kind
	Mode     uint16 // permission bits with set-user-id, set-group-id and sticky
	UID, GID uint32
	Target   string // of a link
	Data     io.ReaderAt
	Size     int64
	Package  string // where it comes from, for the manifest: name=version
	Children map[string]*Node
}

// Reader reads a file's bytes.
func (n *Node) Reader() io.Reader { return io.NewSectionReader(n.Data, 0, n.Size) }

// Bytes reads a file whole.
func (n *Node) Bytes() ([]byte, error) { return io.ReadAll(n.Reader()) }

// Names returns the names in a folder, sorted by bytes.
func (n *Node) Names() []string {
	names := make([]string, 0, len(n.Children))
	for name := range n.Children {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Tree is a file system's content. The zero value is not ready: use New.
type Tree struct{ Root *Node }

// New returns a tree with an empty root folder.
func New() *Tree { return &Tree{Root: folder()} }

func folder() *Node { return &Node{Kind: Dir, Mode: 0o755, Children: map[string]*Node{}} }

// Errors.
var (
	ErrPath = errors.New("tree: not a path inside the tree")
	ErrLoop = errors.New("tree: too many links")
)

// maxLinks is the kernel's own limit.
const maxLinks = 40

// names splits a path; leading "./" and "/" mean the root. A path that climbs out is refused.
func names(p string) ([]string, error) {
	p = strings.TrimPrefix(p, ".")
	if slices.Contains(strings.Split(p, "/"), "..") || strings.ContainsRune(p, 0) || p != "" && p[0] != '/' {
		return nil, fmt.Errorf("%w: %q", ErrPath, p)
	}
	p = path.Clean("/" + p)
	if p == "/" {
		return nil, nil
	}
	return strings.Split(p[1:], "/"), nil
}

// Add puts a node at a path such as /usr/bin/x, makes folders on the way and replaces what is there. A folder on the way
// that is a link is followed: so packages that ship /lib/x land in /usr/lib/x. A folder added over a folder, or over a
// link to one, keeps its content.
func (t *Tree) Add(p string, n *Node) error {
	parts, err := names(p)
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		return nil
	}
	last := parts[len(parts)-1]
	parent, err := t.walk(t.Root, parts[:len(parts)-1], true)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if parent.Kind != Dir {
		return fmt.Errorf("%s: %w: a file stands where a folder is needed", p, ErrPath)
	}
	if old := parent.Children[last]; old != nil && n.Kind == Dir && old.Kind != File {
		at, err := t.walk(t.Root, parts, true)
		if err != nil || at.Kind == Dir {
			return err
		}
	}
	if n.Kind == Dir && n.Children == nil {
		n.Children = map[string]*Node{}
	}
	parent.Children[last] = n
	return nil
}

// walk follows names from a folder; missing folders are made if asked for.
func (t *Tree) walk(at *Node, parts []string, make bool) (*Node, error) {
	stack := []*Node{at} // folders from the root, for ".."
	for links := 0; len(parts) > 0; {
		name := parts[0]
		parts = parts[1:]
		here := stack[len(stack)-1]
		switch {
		case here.Kind != Dir:
			return nil, fmt.Errorf("%w: a file stands where a folder is needed", ErrPath)
		case name == "" || name == ".":
			continue
		case name == "..":
			stack = stack[:max(1, len(stack)-1)]
			continue
		}
		next := here.Children[name]
		if next == nil {
			if !make {
				return nil, fmt.Errorf("%w: there is no %s", ErrPath, name)
			}
			next = folder()
			here.Children[name] = next
		}
		if next.Kind != Link {
			stack = append(stack, next)
			continue
		}
		if links++; links > maxLinks {
			return nil, ErrLoop
		}
		if strings.HasPrefix(next.Target, "/") {
			stack = stack[:1]
		}
		parts = append(strings.Split(next.Target, "/"), parts...)
	}
	return stack[len(stack)-1], nil
}

// Lookup finds what stands at a path, following links.
func (t *Tree) Lookup(p string) (*Node, error) {
	parts, err := names(p)
	if err != nil {
		return nil, err
	}
	n, err := t.walk(t.Root, parts, false)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	return n, nil
}

// Remove takes away what stands at a path, with everything below; the path's last link is not followed. It says whether
// there was anything.
func (t *Tree) Remove(p string) bool {
	parts, err := names(p)
	if err != nil || len(parts) == 0 {
		return false
	}
	parent, err := t.walk(t.Root, parts[:len(parts)-1], false)
	if err != nil || parent.Kind != Dir {
		return false
	}
	last := parts[len(parts)-1]
	_, was := parent.Children[last]
	delete(parent.Children, last)
	return was
}

// AddBytes adds a file of the builder's own.
func (t *Tree) AddBytes(p string, mode uint16, content []byte) error {
	return t.Add(p, &Node{Kind: File, Mode: mode, Data: bytes.NewReader(content), Size: int64(len(content)), Package: "posbox"})
}

// AddLink adds a symbolic link of the builder's own.
func (t *Tree) AddLink(p, target string) error {
	return t.Add(p, &Node{Kind: Link, Mode: 0o777, Target: target, Package: "posbox"})
}

// AddDir adds a folder.
func (t *Tree) AddDir(p string, mode uint16) error {
	return t.Add(p, &Node{Kind: Dir, Mode: mode, Package: "posbox"})
}

// Walk calls f for everything below the root in the order of names, folders before their content.
func (t *Tree) Walk(f func(path string, n *Node) error) error { return walkBelow("", t.Root, f) }

func walkBelow(at string, n *Node, f func(string, *Node) error) error {
	for _, name := range n.Names() {
		child := n.Children[name]
		p := at + "/" + name
		if err := f(p, child); err != nil {
			return err
		}
		if child.Kind == Dir {
			if err := walkBelow(p, child, f); err != nil {
				return err
			}
		}
	}
	return nil
}
