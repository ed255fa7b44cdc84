package main

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"posbox/gokrazy/stick"
	"posbox/pos/fault"
	"posbox/ui"
)

// Files of goods are looked for in a stick's root and the folders in it: whoever brings one has put it where it is seen.
const (
	mostLooked = 5000 // entries of folders
	mostFiles  = 50   // told, the newest first
)

// StickFiles implements ui.Box.
func (m *machine) StickFiles() (found []ui.StickFile, err error) {
	if !m.writing.TryLock() {
		return nil, fault.New(fault.StickBusy)
	}
	defer m.writing.Unlock()
	sticks, err := m.find()
	if err != nil {
		return nil, stickFault(err)
	}
	for _, s := range sticks {
		err := m.mount.Read(s, func(root string) error {
			for _, f := range goodsFiles(os.DirFS(root)) {
				f.Device, f.Stick = s.Device, s.Name
				found = append(found, f)
			}
			return nil
		})
		if err != nil {
			return nil, stickFault(err)
		}
	}
	slices.SortStableFunc(found, func(a, b ui.StickFile) int { return b.At.Compare(a.At) })
	return found[:min(len(found), mostFiles)], nil
}

// ReadStick implements ui.Box. What do makes of the file must be done with it when it returns.
func (m *machine) ReadStick(device, file string, do func(io.Reader) error) error {
	if !m.writing.TryLock() {
		return fault.New(fault.StickBusy)
	}
	defer m.writing.Unlock()
	sticks, err := m.find()
	if err != nil {
		return stickFault(err)
	}
	i := slices.IndexFunc(sticks, func(s stick.Stick) bool { return s.Device == device })
	if i < 0 {
		return fault.New(fault.StickNone)
	}
	var done error // of do: it says by itself what is wrong
	err = m.mount.Read(sticks[i], func(root string) error {
		f, err := openGoods(root, file)
		if err != nil {
			return err
		}
		defer f.Close()
		done = do(f)
		return nil
	})
	return cmp.Or(stickFault(err), done)
}

// openGoods opens a file of a stick, never what lies outside of it, and nothing that is no file.
func openGoods(root, name string) (*os.File, error) {
	if !isGoods(name) {
		return nil, fault.New(fault.NotFound)
	}
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	f, err := dir.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, fault.NotFound)
	}
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fault.New(fault.NotFound)
	}
	return f, nil
}

// isGoods reports whether a name is one that a file of goods may have.
func isGoods(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return (ext == ".csv" || ext == ".xlsx") && fs.ValidPath(name) && strings.Count(name, "/") <= 1 && !hidden(path.Base(name))
}

// hidden are what computers leave on sticks besides: "~$…" of Excel, "._…" of macOS.
func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") }

// goodsFiles finds what may be files of goods. What cannot be read is not there.
func goodsFiles(root fs.FS) (found []ui.StickFile) {
	looked := 0
	var walk func(dir string)
	walk = func(dir string) {
		entries, _ := fs.ReadDir(root, dir)
		for _, e := range entries {
			if looked++; looked > mostLooked {
				return
			}
			name := path.Join(dir, e.Name())
			if e.IsDir() && dir == "." && !hidden(e.Name()) {
				walk(name)
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() && isGoods(name) {
				found = append(found, ui.StickFile{File: name, Bytes: info.Size(), At: info.ModTime()})
			}
		}
	}
	walk(".")
	return found
}
