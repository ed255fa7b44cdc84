package main

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"posbox/gokrazy/kernel"
	"posbox/gokrazy/kmod"
	"posbox/image/tree"
)

// kernelFiles are a kernel package's content.
type kernelFiles struct {
	version string
	image   []byte
	modules *tree.Node  // /lib/modules/VERSION
	chosen  *kmod.Index // the modules that go into the box
	source  *tree.Tree  // the package
}

// openKernel finds Debian's kernel in an unpacked package.
func openKernel(t *tree.Tree) (*kernelFiles, error) {
	version, err := kernelVersion(t)
	if err != nil {
		return nil, err
	}
	image, err := bytesOf(t, "/boot/vmlinuz-"+version)
	if err != nil {
		return nil, err
	}
	config, err := bytesOf(t, "/boot/config-"+version)
	if err != nil {
		return nil, err
	}
	return checkedKernel(t, image, config, kernel.Needs, kernel.Choose)
}

// kernelVersion is the name of the only folder of modules.
func kernelVersion(t *tree.Tree) (string, error) {
	all, err := t.Lookup("/lib/modules")
	if err != nil {
		return "", err
	}
	if len(all.Children) != 1 {
		return "", fmt.Errorf("%d kernels in the lock, not one", len(all.Children))
	}
	return all.Names()[0], nil
}

// checkedKernel chooses a kernel's modules and checks it against the box's needs.
func checkedKernel(t *tree.Tree, image, raw []byte, needs []kernel.Need, choose func(*kmod.Index) *kmod.Index) (*kernelFiles, error) {
	version, err := kernelVersion(t)
	if err != nil {
		return nil, err
	}
	k := &kernelFiles{version: version, image: image, source: t}
	if k.modules, err = t.Lookup("/lib/modules/" + version); err != nil {
		return nil, err
	}
	config, err := kernel.ParseConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	index, err := indexModules(k.modules)
	if err != nil {
		return nil, err
	}
	k.chosen = choose(index)
	if lacks := kernel.Check(config, k.chosen, needs); len(lacks) > 0 {
		return nil, errors.New("kernel " + k.version + ": " + strings.Join(lacks, "\n  "))
	}
	return k, nil
}

// indexModules reads every module file.
func indexModules(dir *tree.Node) (*kmod.Index, error) {
	var all []kmod.Module
	t := tree.Tree{Root: dir}
	err := t.Walk(func(p string, n *tree.Node) error {
		if n.Kind != tree.File || path.Ext(p) != ".ko" {
			return nil
		}
		m, err := kmod.Parse(p[1:], n.Data)
		all = append(all, m)
		return err
	})
	return kmod.NewIndex(all), err
}

// module returns a module's file.
func (k *kernelFiles) module(m kmod.Module) (*tree.Node, error) {
	t := tree.Tree{Root: k.modules}
	n, err := t.Lookup("/" + m.Path)
	if err != nil {
		return nil, err
	}
	copied := *n
	return &copied, nil
}
