package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

// The tax office's PosAPI is not ours to ship: whoever builds an image brings the vendor's package.

// posapiOptions say which package goes in.
type posapiOptions struct {
	deb string // file; empty: none
	run string // path of its program; empty: it is found
}

func (o *posapiOptions) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.deb, "posapi", "", "the vendor's PosAPI as a Debian package; default: the box has none")
	fs.StringVar(&o.run, "posapi-run", "", "the program in it that serves, by its path; default: what its service starts, or its only program")
}

// check refuses what cannot go together.
func (o posapiOptions) check() error {
	if o.run != "" && (o.deb == "" || !path.IsAbs(o.run)) {
		return fmt.Errorf("%w (-posapi-run is the path of a program in the package that -posapi names)", errUsage)
	}
	return nil
}

// vendorPackage is the vendor's package as its control file tells it.
type vendorPackage struct {
	vendor station.Vendor
	tree   *tree.Tree
}

// openPosAPI unpacks the package into a tree of its own, over the spool that u writes to.
func openPosAPI(ctx context.Context, o posapiOptions, u *tree.Unpacker) (p vendorPackage, err error) {
	said, err := exec.CommandContext(ctx, "dpkg-deb", "--show", "--showformat", "${Package} ${Version} ${Architecture}", o.deb).Output()
	if err != nil {
		return p, fmt.Errorf("%s is no Debian package: %w", o.deb, err)
	}
	words := strings.Fields(string(said))
	if len(words) != 3 || words[2] != "amd64" && words[2] != "all" {
		return p, fmt.Errorf("%s: %q: a package for amd64 is needed", o.deb, said)
	}
	p.vendor.Package = words[0] + " " + words[1]
	if p.vendor.SHA256, err = fileSum(o.deb); err != nil {
		return p, err
	}
	ours, keeps := u.Tree, u.Keep
	defer func() { u.Tree, u.Keep = ours, keeps }()
	p.tree = tree.New()
	u.Tree, u.Keep = p.tree, nil
	if err := unpackOne(ctx, o.deb, words[0]+"="+words[1], u); err != nil {
		return p, fmt.Errorf("%s: %w", o.deb, err)
	}
	p.vendor.Program, err = program(p.tree, o.run)
	return p, err
}

func fileSum(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return fmt.Sprintf("%x", h.Sum(nil)), err
}

// program finds what to start: what was told, what the package's service starts, or the only program that it has.
func program(t *tree.Tree, told string) (string, error) {
	if told != "" {
		return told, startable(t, told)
	}
	var services, programs []string
	err := t.Walk(func(p string, n *tree.Node) error {
		if n.Kind != tree.File {
			return nil
		}
		if strings.HasSuffix(p, ".service") {
			text, err := n.Bytes()
			if at := started(text); at != "" {
				services = append(services, at)
			}
			return err
		}
		if n.Mode&0o111 != 0 && !strings.Contains(path.Base(p), ".so") && startable(t, p) == nil {
			programs = append(programs, p)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for _, found := range [][]string{services, programs} {
		if len(found) == 1 {
			return found[0], startable(t, found[0])
		}
	}
	return "", fmt.Errorf("the package has %d services and %d programs %v: say which one serves, -posapi-run PATH", len(services), len(programs), programs)
}

// started is the program that a unit of systemd starts.
func started(unit []byte) string {
	for line := range strings.Lines(string(unit)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "ExecStart="); ok {
			if words := strings.Fields(strings.TrimLeft(value, "-@:+!")); len(words) > 0 {
				return words[0]
			}
		}
	}
	return ""
}

// startable demands a program that the box can start: it has no shell for scripts.
func startable(t *tree.Tree, at string) error {
	n, err := t.Lookup(at)
	if err != nil {
		return err
	}
	if n.Kind != tree.File || n.Mode&0o111 == 0 {
		return fmt.Errorf("%s cannot be started", at)
	}
	f, err := elf.NewFile(n.Data)
	if err != nil {
		return fmt.Errorf("%s is no program of Linux: a script needs a shell, and the box has none: %w", at, err)
	}
	if f.Machine != elf.EM_X86_64 {
		return fmt.Errorf("%s is for %s", at, f.Machine)
	}
	return nil
}

// addTo puts the package into the userland, and what of it is started into the root. Its files belong to PosAPI's user, so that
// it may write beside them; nothing of Debian's is replaced.
func (p vendorPackage) addTo(ui, root *tree.Tree) error {
	err := p.tree.Walk(func(at string, n *tree.Node) error {
		if n.Mode&0o6000 != 0 {
			return fmt.Errorf("%s runs as another user (mode %o): PosAPI has no such rights on the box", at, n.Mode)
		}
		old, _ := ui.Lookup(at)
		if old != nil && (old.Kind != tree.Dir || n.Kind != tree.Dir) {
			return fmt.Errorf("%s is in the userland already: the package would replace a part of Debian", at)
		}
		if old != nil {
			return nil
		}
		copied := *n
		copied.UID, copied.GID, copied.Children = station.PosAPIUser, station.PosAPIUser, nil
		return ui.Add(at, &copied)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", p.vendor.Package, err)
	}
	if err := ui.Add("/var/lib/posapi", &tree.Node{Kind: tree.Dir, Mode: 0o700, UID: station.PosAPIUser, GID: station.PosAPIUser, Package: "posbox"}); err != nil {
		return err
	}
	text, err := json.MarshalIndent(p.vendor, "", "  ")
	if err != nil {
		return err
	}
	return root.AddBytes(station.PosAPIFile, 0o644, append(text, '\n'))
}

// posapiCheck looks at PosAPI on an image: all of it is there, or nothing. none: the image has none.
func posapiCheck(trees map[string]*tree.Tree) (says string, none bool, err error) {
	root, ui := trees[gpt.RootA], trees[gpt.UIA]
	if root == nil || ui == nil {
		return "", true, nil
	}
	text, err := bytesOf(root, station.PosAPIFile)
	_, missing := root.Lookup("/user/posapi")
	said, _ := bytesOf(root, station.File)
	if err != nil {
		if missing == nil || bytes.Contains(said, []byte(`"posapi"`)) {
			return "", false, errors.New("its supervisor is there, the package is not")
		}
		return "", true, nil
	}
	v, err := station.ParseVendor(text)
	if err != nil {
		return "", false, err
	}
	s, err := station.Parse(said)
	if err == nil && (missing != nil || !s.Has("posapi")) {
		err = errors.New("the package is there, nothing starts it")
	}
	if err = errors.Join(err, startable(ui, v.Program)); err != nil {
		return "", false, err
	}
	return fmt.Sprintf("%s, started as %s, apart from the box's network", v.Package, v.Program), false, nil
}
