package kmod

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// IndexName is the index's file name in /lib/modules/VERSION.
const IndexName = "posbox.index"

// Index finds modules by name and by device.
type Index struct {
	modules map[string]*Module
	names   []string
	// aliases by bus, the part before the first colon: a device is compared with its own bus only.
	aliases map[string][]alias
}

type alias struct{ pattern, literal, module string }

// NewIndex makes an index. Of modules with one name the last counts.
func NewIndex(modules []Module) *Index {
	x := &Index{modules: map[string]*Module{}, aliases: map[string][]alias{}}
	for _, m := range modules {
		x.modules[m.Name] = &m
	}
	for name := range x.modules {
		x.names = append(x.names, name)
	}
	slices.Sort(x.names)
	for _, name := range x.names {
		for _, a := range x.modules[name].Aliases {
			bus := busOf(a)
			x.aliases[bus] = append(x.aliases[bus], alias{a, a[:wild(a)], name})
		}
	}
	return x
}

// Buckets for what has no bus of its own.
const (
	noBus  = ""  // names that are no device's, such as crypto-crc32c
	anyBus = "*" // patterns with a star before the colon, such as acpi*:QEMU0002:*
)

// busOf is the part before the first colon.
func busOf(s string) string {
	bus, _, ok := strings.Cut(s, ":")
	switch {
	case !ok:
		return noBus
	case wild(bus) < len(bus):
		return anyBus
	}
	return bus
}

// wild is where a pattern stops being literal.
func wild(s string) int {
	if i := strings.IndexAny(s, "*?[\\"); i >= 0 {
		return i
	}
	return len(s)
}

// Module returns a module by name.
func (x *Index) Module(name string) (Module, bool) {
	if m := x.modules[Name(name)]; m != nil {
		return *m, true
	}
	return Module{}, false
}

// Names lists all modules in order.
func (x *Index) Names() []string { return x.names }

// ForDevice returns the names of the modules that a device's modalias asks for. Parts of the kernel ask for each other by
// such names too.
func (x *Index) ForDevice(modalias string) (names []string) {
	for _, a := range slices.Concat(x.aliases[busOf(modalias)], x.aliases[anyBus]) {
		if !strings.HasPrefix(modalias, a.literal) || slices.Contains(names, a.module) {
			continue
		}
		// path.Match's star stops at a slash; aliases hold none of these.
		if ok, _ := path.Match(a.pattern, modalias); ok {
			names = append(names, a.module)
		}
	}
	return names
}

// Order returns modules, named or described, and all that has to be loaded before them, in order. Built-in ones are not in
// the index and are taken as there.
func (x *Index) Order(names ...string) (order []Module) {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		m := x.modules[Name(name)]
		if m == nil {
			for _, other := range x.ForDevice(name) {
				visit(other)
			}
			return
		}
		if seen[m.Name] {
			return
		}
		seen[m.Name] = true
		for _, d := range append(slices.Clone(m.Before), m.Depends...) {
			visit(d)
		}
		order = append(order, *m)
	}
	for _, name := range names {
		visit(name)
	}
	return order
}

// Write writes the index as lines: "module NAME PATH DEPENDS BEFORE" with commas or "-", then its "alias PATTERN".
func (x *Index) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, name := range x.names {
		m := x.modules[name]
		fmt.Fprintf(b, "module %s %s %s %s\n", m.Name, m.Path, commas(m.Depends), commas(m.Before))
		for _, a := range m.Aliases {
			fmt.Fprintf(b, "alias %s\n", a)
		}
	}
	return b.Flush()
}

func commas(names []string) string {
	if len(names) == 0 {
		return "-"
	}
	return strings.Join(names, ",")
}

func uncommas(s string) []string {
	if s == "-" {
		return nil
	}
	return strings.Split(s, ",")
}

// ReadIndex reads what Write wrote.
func ReadIndex(r io.Reader) (*Index, error) {
	var modules []Module
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) == 5 && f[0] == "module":
			modules = append(modules, Module{Name: f[1], Path: f[2], Depends: uncommas(f[3]), Before: uncommas(f[4])})
		case len(f) == 2 && f[0] == "alias" && len(modules) > 0:
			last := &modules[len(modules)-1]
			last.Aliases = append(last.Aliases, f[1])
		default:
			return nil, fmt.Errorf("kmod: index line %d: %q", n, lines.Text())
		}
	}
	return NewIndex(modules), lines.Err()
}
