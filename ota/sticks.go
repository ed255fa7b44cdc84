package ota

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"posbox/pos/fault"
	"posbox/release"
)

// Suffix ends the name of a bundle on a stick.
const Suffix = ".bundle"

// Sticks are what is plugged in. A stick is mounted while do runs, and read-only.
type Sticks interface {
	Each(do func(device string, files fs.FS) error) error
}

// maxOffers bounds what is looked at of all sticks.
const maxOffers = 32

// offers looks at every bundle in a stick's root and its folders, the newest version first.
func (g *Guard) offers(s Sticks) ([]Offer, error) {
	all := []Offer{}
	err := s.Each(func(device string, files fs.FS) error {
		for _, name := range bundles(files) {
			if len(all) < maxOffers {
				all = append(all, g.offer(device, files, name))
			}
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b Offer) int { return int(b.Version) - int(a.Version) })
	return all, err
}

// bundles lists a stick's.
func bundles(files fs.FS) (names []string) {
	for _, pattern := range []string{"*", "*/*"} {
		found, _ := fs.Glob(files, pattern)
		for _, name := range found {
			if strings.HasSuffix(strings.ToLower(name), Suffix) && !strings.HasPrefix(path.Base(name), ".") {
				names = append(names, name)
			}
		}
	}
	return names
}

// offer judges a bundle by its head.
func (g *Guard) offer(device string, files fs.FS, name string) Offer {
	o := Offer{Device: device, File: name}
	err := func() error {
		f, err := files.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			o.Size = info.Size()
		}
		b, err := release.Open(f, g.o.Keys)
		if err != nil {
			return err
		}
		o.Version = b.Manifest.Version
		g.mu.Lock()
		defer g.mu.Unlock()
		return MayInstall(b.Manifest, g.o.Here, g.record)
	}()
	if err != nil {
		f := fault.Of(err)
		o.Code, o.Args = f.Code, f.Args
	}
	return o
}

// take installs a bundle from a stick. The answer comes when its head is believed; the rest goes on.
func (g *Guard) take(s Sticks, device, name string) error {
	if !fs.ValidPath(name) {
		return fault.New(fault.UpdateNoStick)
	}
	began := make(chan error, 1)
	go func() {
		found := false
		err := s.Each(func(d string, files fs.FS) error {
			if d != device || found {
				return nil
			}
			f, err := files.Open(name)
			if err != nil {
				return nil
			}
			defer f.Close()
			found = true
			return g.install(f, func() { began <- nil })
		})
		if err == nil && !found {
			err = fault.New(fault.UpdateNoStick)
		}
		select {
		case began <- err:
		default:
		}
	}()
	return <-began
}
