package kmod

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Insert gives a module file to the kernel. One that is there already is no error.
func Insert(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	err = unix.FinitModule(int(f.Fd()), "", 0)
	if errors.Is(err, unix.EEXIST) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("kmod: %s: %w", path, err)
	}
	return nil
}

// Loader loads modules of the running kernel by an index.
type Loader struct {
	dir   string
	index *Index

	mu    sync.Mutex
	tried map[string]bool
	known map[string]bool // modaliases seen
}

// Open reads the index of the running kernel.
func Open() (*Loader, error) {
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		return nil, err
	}
	dir := filepath.Join("/lib/modules", unix.ByteSliceToString(uts.Release[:]))
	f, err := os.Open(filepath.Join(dir, IndexName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	index, err := ReadIndex(f)
	return &Loader{dir: dir, index: index, tried: map[string]bool{}, known: map[string]bool{}}, err
}

// Load loads modules by name with all that they need, each once. Those that the kernel refuses are reported together:
// "no such device" is an answer, not an error.
func (l *Loader) Load(names ...string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.load(names)
}

func (l *Loader) load(names []string) error {
	var errs []error
	for _, m := range l.index.Order(names...) {
		if l.tried[m.Name] {
			continue
		}
		l.tried[m.Name] = true
		if err := Insert(filepath.Join(l.dir, m.Path)); err != nil && !errors.Is(err, unix.ENODEV) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Device loads what a device asks for.
func (l *Loader) Device(modalias string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known[modalias] {
		return nil
	}
	l.known[modalias] = true
	return l.load(l.index.ForDevice(modalias))
}

// ColdPlug loads what the devices that are there ask for, until nothing new appears: a bus's driver shows its devices.
func (l *Loader) ColdPlug() error {
	var errs []error
	for before := -1; before != len(l.known); {
		before = len(l.known)
		for _, alias := range present() {
			errs = append(errs, l.Device(alias))
		}
	}
	return errors.Join(errs...)
}

// present lists the modaliases of all devices.
func present() (aliases []string) {
	filepath.WalkDir("/sys/devices", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "modalias" {
			if b, err := os.ReadFile(p); err == nil {
				if a := strings.TrimSpace(string(b)); a != "" {
					aliases = append(aliases, a)
				}
			}
		}
		return nil
	})
	return aliases
}
