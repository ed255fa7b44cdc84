package main

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"golang.org/x/image/font/sfnt"

	"posbox/image/tree"
)

// needed are paths that the box cannot do without.
var needed = []string{
	"/usr/lib/chromium/chromium", "/usr/bin/sway", "/usr/bin/swaybg", "/usr/sbin/seatd", "/usr/sbin/alsactl", "/usr/lib/systemd/systemd-udevd", "/usr/sbin/mkfs.ext4", "/usr/sbin/e2fsck",
	"/usr/bin/udevadm", "/usr/bin/amixer", "/usr/share/alsa/alsa.conf", "/usr/share/X11/xkb/symbols/us", "/usr/share/X11/xkb/symbols/mn",
	"/usr/share/zoneinfo/" + zone, "/etc/localtime", "/etc/fonts/fonts.conf", "/etc/mke2fs.conf", "/usr/share/mime/magic",
}

// letters that a font of the box must have: the Mongolian ones that other Cyrillic has not, and the tögrög.
const letters = "ӨөҮү₮№«»"

// checkUserland says everything that is wrong with a tree.
func checkUserland(t *tree.Tree) error {
	var errs []error
	for _, p := range needed {
		if _, err := t.Lookup(p); err != nil {
			errs = append(errs, fmt.Errorf("the userland lacks something: %w", err))
		}
	}
	errs = append(errs, checkFonts(t))
	errs = append(errs, checkLibraries(t)...)
	return errors.Join(errs...)
}

// checkFonts demands a font that has all letters.
func checkFonts(t *tree.Tree) error {
	var best string
	err := t.Walk(func(p string, n *tree.Node) error {
		if n.Kind != tree.File || !strings.HasSuffix(p, ".ttf") || best != "" {
			return nil
		}
		b, err := n.Bytes()
		if err != nil {
			return err
		}
		if hasLetters(b) {
			best = p
		}
		return nil
	})
	if err == nil && best == "" {
		err = fmt.Errorf("no font of the userland has all of %s", letters)
	}
	return err
}

func hasLetters(font []byte) bool {
	f, err := sfnt.Parse(font)
	if err != nil {
		return false
	}
	var buf sfnt.Buffer
	for _, r := range letters {
		if g, err := f.GlyphIndex(&buf, r); err != nil || g == 0 {
			return false
		}
	}
	return true
}

// libraryFolders are where Debian's dynamic loader looks without a cache. So the tree needs no ldconfig.
var libraryFolders = []string{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"}

// checkLibraries demands that every library that a program or library names is in the tree.
func checkLibraries(t *tree.Tree) (errs []error) {
	t.Walk(func(p string, n *tree.Node) error {
		if n.Kind != tree.File || n.Size < 64 {
			return nil
		}
		head := make([]byte, 4)
		if _, err := io.ReadFull(n.Reader(), head); err != nil || string(head) != elf.ELFMAG {
			return nil
		}
		f, err := elf.NewFile(n.Data)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p, err))
			return nil
		}
		libs, _ := f.ImportedLibraries()
		for _, lib := range libs {
			if !found(t, lib, append(runPaths(f, p), libraryFolders...)) {
				errs = append(errs, fmt.Errorf("%s needs %s, which is not in the userland", p, lib))
			}
		}
		return nil
	})
	return errs
}

// runPaths are the folders that a program itself names.
func runPaths(f *elf.File, at string) (dirs []string) {
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		values, _ := f.DynString(tag)
		for _, v := range values {
			for _, dir := range strings.Split(v, ":") {
				dirs = append(dirs, strings.NewReplacer("$ORIGIN", path.Dir(at), "${ORIGIN}", path.Dir(at)).Replace(dir))
			}
		}
	}
	return dirs
}

func found(t *tree.Tree, lib string, dirs []string) bool {
	for _, dir := range dirs {
		if _, err := t.Lookup(path.Join(dir, lib)); err == nil {
			return true
		}
	}
	return false
}
