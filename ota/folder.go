package ota

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a Boot in a folder: the ESP where it is mounted.
type Folder string

func (f Folder) at(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

// Create implements Boot.
func (f Folder) Create(name string) (File, error) {
	return os.OpenFile(f.at(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
}

// Open implements Boot.
func (f Folder) Open(name string) (io.ReadCloser, error) { return os.Open(f.at(name)) }

// Rename implements Boot.
func (f Folder) Rename(from, to string) error { return os.Rename(f.at(from), f.at(to)) }

// Remove implements Boot.
func (f Folder) Remove(name string) error { return os.Remove(f.at(name)) }

// MkdirAll implements Boot. What it makes is synced, since files below it must be found.
func (f Folder) MkdirAll(name string) error {
	if _, err := os.Stat(f.at(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(f.at(name), 0o755); err != nil {
		return err
	}
	return f.SyncDir(filepath.Dir(name))
}

// SyncDir implements Boot.
func (f Folder) SyncDir(name string) error {
	d, err := os.Open(f.at(name))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Poke implements Boot.
func (f Folder) Poke(name string, at int64, b []byte) error {
	file, err := os.OpenFile(f.at(name), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(b, at)
	return errors.Join(err, file.Sync(), file.Close())
}

// Close implements Boot.
func (f Folder) Close() error { return nil }
