// Package lock is the list of Debian packages that go into the box: names, versions, hashes and sizes, one a line. Builds
// read it and nothing else, so that two builds a month apart are the same.
package lock

import (
	"bufio"
	"cmp"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Package is one Debian package at one version.
type Package struct {
	Name    string
	Version string
	SHA256  [32]byte
	Size    int64
}

// String gives name=version, as apt-get and the manifest have it.
func (p Package) String() string { return p.Name + "=" + p.Version }

// List is sorted by name; no name comes twice.
type List []Package

// Debian Policy §5.6.1 and §5.6.12.
var (
	nameForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)
	versionForm = regexp.MustCompile(`^[0-9][0-9A-Za-z.+:~-]*$`)
)

// maxSize is far above any package that the box needs.
const maxSize = 1 << 31

// Sort puts the list in order and refuses doubles.
func (l List) Sort() error {
	slices.SortFunc(l, func(a, b Package) int { return cmp.Compare(a.Name, b.Name) })
	for i := range l {
		if i > 0 && l[i].Name == l[i-1].Name {
			return fmt.Errorf("lock: %s stands twice", l[i].Name)
		}
	}
	return nil
}

// Find returns the package of a name.
func (l List) Find(name string) (Package, bool) {
	i, ok := slices.BinarySearchFunc(l, name, func(p Package, name string) int { return cmp.Compare(p.Name, name) })
	if !ok {
		return Package{}, false
	}
	return l[i], true
}

// Bytes sums the sizes up.
func (l List) Bytes() (n int64) {
	for _, p := range l {
		n += p.Size
	}
	return n
}

// Parse reads a lock file. An error names its line.
func Parse(r io.Reader) (List, error) {
	var l List
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		p, err := parseLine(text)
		if err != nil {
			return nil, fmt.Errorf("lock: line %d: %w", n, err)
		}
		if len(l) > 0 && l[len(l)-1].Name >= p.Name {
			return nil, fmt.Errorf("lock: line %d: %s does not follow in order", n, p.Name)
		}
		l = append(l, p)
	}
	return l, lines.Err()
}

func parseLine(text string) (p Package, err error) {
	f := strings.Fields(text)
	if len(f) != 4 {
		return p, fmt.Errorf("%d fields, not name, version, sha256, size", len(f))
	}
	p.Name, p.Version = f[0], f[1]
	if !nameForm.MatchString(p.Name) || !versionForm.MatchString(p.Version) {
		return p, fmt.Errorf("%q %q is no name and version of a package", p.Name, p.Version)
	}
	sum, err := hex.DecodeString(f[2])
	if err != nil || len(sum) != len(p.SHA256) {
		return p, fmt.Errorf("%q is no SHA-256", f[2])
	}
	copy(p.SHA256[:], sum)
	p.Size, err = strconv.ParseInt(f[3], 10, 64)
	if err != nil || p.Size <= 0 || p.Size > maxSize {
		return p, fmt.Errorf("%q is no size", f[3])
	}
	return p, nil
}

// Write writes what Parse reads.
func (l List) Write(w io.Writer, title string) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s Made by \"go run ./image lock\".\n# name version sha256 size\n", title)
	for _, p := range l {
		fmt.Fprintf(b, "%s %s %x %d\n", p.Name, p.Version, p.SHA256, p.Size)
	}
	return b.Flush()
}

// Diff says in lines what another list changes.
func (l List) Diff(to List) (lines []string) {
	for _, p := range l {
		if _, ok := to.Find(p.Name); !ok {
			lines = append(lines, "- "+p.String())
		}
	}
	for _, p := range to {
		switch old, ok := l.Find(p.Name); {
		case !ok:
			lines = append(lines, "+ "+p.String())
		case old.Version != p.Version:
			lines = append(lines, fmt.Sprintf("  %s %s -> %s", p.Name, old.Version, p.Version))
		case old.SHA256 != p.SHA256:
			lines = append(lines, fmt.Sprintf("! %s: other bytes under the same version", p))
		}
	}
	return lines
}
