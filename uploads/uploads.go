// Package uploads keeps files that somebody brought to the till until they have been taken in.
//
// Each lies in the folder under an id of its own; what its owner called it is only remembered, never used as a path. A
// file is there whole, with the hash that it arrived with, or not at all. Old ones are swept away.
package uploads

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"posbox/pos/fault"
)

// Limits of uploads.
const (
	// MaxBytes is the largest file that is kept.
	MaxBytes = 64 << 20
	// keepFor is how long a file stays that nobody has asked to be taken in.
	keepFor = 24 * time.Hour
	// keepMost is how many files stay at most; the oldest go first.
	keepMost = 20
	// spare is the room on the disk that uploads leave to sales, before MaxBytes of one more.
	spare   = 256 << 20
	maxName = 100 // characters
)

// File is one upload.
type File struct {
	ID     string `json:"id"`
	Name   string `json:"name"` // as its owner called it, without folders
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Tries counts how often its taking in has begun: see Begin.
	Tries int `json:"tries"`
}

// Folder keeps uploads.
type Folder struct {
	dir  string
	now  func() time.Time
	free func(dir string) (bytes uint64, err error)
}

// Open uses a folder, which is made with the first upload.
func Open(dir string, now func() time.Time) *Folder { return &Folder{dir, now, free} }

// free returns the room on the disk that a folder lies on.
func free(dir string) (bytes uint64, err error) {
	var fs syscall.Statfs_t
	err = syscall.Statfs(dir, &fs)
	return fs.Bavail * uint64(fs.Bsize), err
}

// Keep writes a file down, at most MaxBytes of it. What is there already and wanted says wanted is not swept.
//
// Faults: upload.name, upload.too_large, upload.broken (the sender broke off), upload.no_room.
func (d *Folder) Keep(name string, r io.Reader, wanted func(id string) bool) (File, error) {
	f := File{}
	var ok bool
	if f.Name, ok = CleanName(name); !ok {
		return f, fault.New(fault.UploadName)
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return f, unwritten(err)
	}
	d.Sweep(wanted)
	if room, err := d.free(d.dir); err == nil && room < spare+MaxBytes {
		return f, fault.New(fault.UploadNoRoom)
	}
	var id [8]byte
	rand.Read(id[:])
	f.ID = hex.EncodeToString(id[:])
	if err := d.write(&f, r); err != nil {
		d.remove(f.ID)
		return File{}, err
	}
	return f, nil
}

func (d *Folder) write(f *File, r io.Reader) error {
	out, err := os.OpenFile(d.path(f.ID), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return unwritten(err)
	}
	defer out.Close()
	sum := sha256.New()
	in := &reader{r: io.LimitReader(r, MaxBytes+1)}
	f.Bytes, err = io.Copy(io.MultiWriter(out, sum), in)
	switch {
	case in.err != nil:
		return fault.Wrap(in.err, fault.UploadBroken)
	case err != nil:
		return unwritten(err)
	case f.Bytes > MaxBytes:
		return fault.New(fault.UploadTooLarge)
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return unwritten(err)
	}
	return d.note(*f)
}

// reader remembers that reading failed, and not writing.
type reader struct {
	r   io.Reader
	err error
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

func unwritten(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(err, fault.UploadNoRoom)
	}
	return fault.Wrap(err, fault.UploadBroken)
}

// note writes down what is known of a file. With that it is there.
func (d *Folder) note(f File) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	temp := d.path(f.ID) + ".new"
	out, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return unwritten(err)
	}
	_, err = out.Write(text)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return unwritten(err)
	}
	if err := os.Rename(temp, d.path(f.ID)+".json"); err != nil {
		return unwritten(err)
	}
	return d.sync()
}

func (d *Folder) sync() error {
	dir, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Find tells what is known of a file; ok is false where there is none.
func (d *Folder) Find(id string) (f File, ok bool) {
	if !isID(id) {
		return f, false
	}
	text, err := os.ReadFile(d.path(id) + ".json")
	if err != nil || json.Unmarshal(text, &f) != nil || f.ID != id {
		return File{}, false
	}
	fi, err := os.Stat(d.path(id))
	return f, err == nil && fi.Size() == f.Bytes
}

// Begin opens a file to be taken in, and counts that durably: one whose taking in has ended the program several times is
// given up by whoever asks.
func (d *Folder) Begin(id string) (*os.File, int, error) {
	f, ok := d.Find(id)
	if !ok {
		return nil, 0, fault.New(fault.UploadUnknown)
	}
	f.Tries++
	if err := d.note(f); err != nil {
		return nil, f.Tries, err
	}
	file, err := os.Open(d.path(id))
	if err != nil {
		return nil, f.Tries, fault.Wrap(err, fault.UploadUnknown)
	}
	return file, f.Tries, nil
}

// Read opens a file to look at it.
func (d *Folder) Read(id string) (*os.File, error) {
	if _, ok := d.Find(id); !ok {
		return nil, fault.New(fault.UploadUnknown)
	}
	file, err := os.Open(d.path(id))
	if err != nil {
		return nil, fault.Wrap(err, fault.UploadUnknown)
	}
	return file, nil
}

// Done forgets a file that has been taken in.
func (d *Folder) Done(id string) {
	if isID(id) {
		d.remove(id)
	}
}

// Sweep removes old files, halves of files, and what is beyond the number that is kept; never what is wanted.
func (d *Folder) Sweep(wanted func(id string) bool) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return
	}
	type aged struct {
		id string
		at time.Time
	}
	var all []aged
	for _, e := range entries {
		id, _, _ := strings.Cut(e.Name(), ".")
		if !isID(id) || wanted != nil && wanted(id) || strings.Contains(e.Name(), ".") {
			continue
		}
		if fi, err := e.Info(); err == nil {
			all = append(all, aged{id, fi.ModTime()})
		}
	}
	for len(all) > 0 {
		oldest := 0
		for i := range all {
			if all[i].at.Before(all[oldest].at) {
				oldest = i
			}
		}
		if age := d.now().Sub(all[oldest].at); len(all) < keepMost && age < keepFor {
			return
		}
		d.remove(all[oldest].id)
		all = append(all[:oldest], all[oldest+1:]...)
	}
}

func (d *Folder) remove(id string) {
	for _, end := range []string{".json", ".new", ""} {
		if err := os.Remove(d.path(id) + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return // the next sweep tries again
		}
	}
}

func (d *Folder) path(id string) string { return filepath.Join(d.dir, id) }

// isID reports whether id is one of ours: 16 hex digits. Nothing else ever becomes part of a path.
func isID(id string) bool {
	if len(id) != 16 {
		return false
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}

// CleanName takes folders off a file's name and reports whether what is left can be shown: 1 to 100 printable characters.
func CleanName(name string) (string, bool) {
	if !utf8.ValidString(name) {
		return "", false
	}
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 1 || n > maxName || strings.Trim(name, ".") == "" {
		return "", false
	}
	if strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return "", false
	}
	return name, true
}
