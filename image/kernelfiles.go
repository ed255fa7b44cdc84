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
}

// openKernel finds the kernel in an unpacked package, chooses its modules and checks it against the box's needs.
func openKernel(t *tree.Tree) (*kernelFiles, error) {
	all, err := t.Lookup("/lib/modules")
	if err != nil {
		return nil, err
	}
	if len(all.Children) != 1 {
		return nil, fmt.Errorf("%d kernels in the lock, not one", len(all.Children))
	}
	k := &kernelFiles{version: all.Names()[0]}
	k.modules = all.Children[k.version]
	if k.image, err = bytesOf(t, "/boot/vmlinuz-"+k.version); err != nil {
		return nil, err
	}
	raw, err := bytesOf(t, "/boot/config-"+k.version)
	if err != nil {
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
	k.chosen = kernel.Choose(index)
	if lacks := kernel.Check(config, k.chosen, kernel.Needs); len(lacks) > 0 {
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
