package kernel

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"posbox/gokrazy/kmod"
)

// Config is a kernel's configuration: option without CONFIG_ → value. What is not set is not in it.
type Config map[string]string

// ParseConfig reads a file like /boot/config-VERSION.
func ParseConfig(r io.Reader) (Config, error) {
	c := Config{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		option, value, ok := strings.Cut(line, "=")
		name, is := strings.CutPrefix(option, "CONFIG_")
		if !ok || !is || name == "" {
			return nil, fmt.Errorf("kernel: configuration line %d: %q", n, line)
		}
		c[name] = value
	}
	return c, lines.Err()
}

// Check says what a kernel lacks, one line a need.
func Check(c Config, packed *kmod.Index, needs []Need) (lacks []string) {
	for _, n := range needs {
		value := c[n.Option]
		_, there := packed.Module(n.Module)
		switch {
		case value == "":
			lacks = append(lacks, fmt.Sprintf("CONFIG_%s is not set: %s", n.Option, n.Why))
		case value == "m" && n.Module == "":
			lacks = append(lacks, fmt.Sprintf("CONFIG_%s is a module and must be built in: %s", n.Option, n.Why))
		case value == "m" && !there:
			lacks = append(lacks, fmt.Sprintf("module %s is not packed: %s", n.Module, n.Why))
		}
	}
	return lacks
}

// Choose returns those of a kernel's modules that go into the box: the folders, what is needed by name, and what these
// need.
func Choose(all *kmod.Index) *kmod.Index {
	names := slices.Concat(Early, Always, []string{Fallback})
	for _, n := range Needs {
		if n.Module != "" {
			names = append(names, n.Module)
		}
	}
	for _, name := range all.Names() {
		m, _ := all.Module(name)
		if slices.ContainsFunc(Folders, func(f string) bool { return strings.HasPrefix(m.Path, "kernel/"+f+"/") }) {
			names = append(names, name)
		}
	}
	return kmod.NewIndex(all.Order(names...))
}
