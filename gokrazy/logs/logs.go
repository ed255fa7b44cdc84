// Package logs keeps what the box's programs and its kernel say: a ring of files on /perm, so that what happened before a
// power cut can be read after it.
//
// A line is "2026-11-28T04:33:02.123Z program text". At most Files files of FileBytes each are kept; the oldest goes first.
// When the disk runs full the ring gives way to the sales: down to one file, and then it is silent.
package logs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
)

// Bounds of the ring.
const (
	Files     = 16
	FileBytes = 1 << 20
	maxText   = 4096     // of one line
	keepFree  = 64 << 20 // bytes of the disk that the ring leaves to others
	roomEvery = 5 * time.Second
	syncEvery = 5 * time.Second
	maxEarly  = 2000 // lines that are kept in memory until there is a disk
)

// Dir is where the box has it, below /perm.
const Dir = "/perm/posbox-box/logs"

// Line is one.
type Line struct {
	At      time.Time
	Program string
	Text    string
}

const stamp = "2006-01-02T15:04:05.000Z"

// String is the line as it is written.
func (l Line) String() string {
	return l.At.UTC().Format(stamp) + " " + word(l.Program) + " " + clean(l.Text)
}

// word makes a name that has no spaces.
func word(s string) string {
	if s = strings.Join(strings.Fields(clean(s)), "_"); s == "" {
		return "-"
	}
	return s
}

// clean makes one printable line.
func clean(s string) string {
	if len(s) > maxText {
		s = s[:maxText] + "…"
	}
	s = strings.ToValidUTF8(s, "?")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s))
}

// Parse reads a line. One that a power cut has torn is no line.
func Parse(s string) (l Line, ok bool) {
	at, rest, ok1 := strings.Cut(strings.TrimRight(s, "\n"), " ")
	program, text, ok2 := strings.Cut(rest, " ")
	t, err := time.Parse(stamp, at)
	if !ok1 || !ok2 || err != nil {
		return l, false
	}
	return Line{At: t, Program: program, Text: clean(text)}, true
}

// Ring writes. Its zero value keeps lines in memory until Open.
type Ring struct {
	free func(dir string) (int64, error) // nil: asks the disk

	mu     sync.Mutex
	dir    string
	early  []Line
	file   *os.File
	number int
	size   int64
	dirty  bool
	looked time.Time // when the disk's room was asked for
	tight  bool
	lost   int // lines since the disk ran full
}

// Open begins to write into a folder, and writes what has been said before.
func (r *Ring) Open(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dir = dir
	if numbers, err := list(dir); err != nil {
		return err
	} else if len(numbers) > 0 {
		r.number = numbers[len(numbers)-1]
	}
	for _, l := range r.early {
		r.write(l)
	}
	r.early = nil
	return nil
}

// Add writes a line. It never fails: there is nobody to tell.
func (r *Ring) Add(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dir != "" {
		r.write(l)
	} else if len(r.early) < maxEarly {
		r.early = append(r.early, l)
	}
}

func (r *Ring) write(l Line) {
	r.giveWay(l.At)
	if r.tight {
		r.lost++
		return
	}
	if r.lost > 0 {
		lost := Line{l.At, "logs", fmt.Sprintf("%d lines were lost while the disk was full", r.lost)}
		r.lost = 0
		r.put(lost)
	}
	r.put(l)
}

// put appends to the newest file.
func (r *Ring) put(l Line) {
	if err := r.ready(); err != nil {
		r.lost++
		return
	}
	n, err := r.file.WriteString(l.String() + "\n")
	r.size += int64(n)
	r.dirty = true
	if err != nil {
		r.lost++
		r.looked = time.Time{} // look at the disk at once
	}
}

// ready has a file open that has room.
func (r *Ring) ready() error {
	if r.file != nil && r.size < FileBytes {
		return nil
	}
	if r.file != nil {
		r.file.Sync()
		r.file.Close()
		r.file = nil
		r.number++
	}
	if r.number == 0 {
		r.number = 1
	}
	f, err := os.OpenFile(filepath.Join(r.dir, name(r.number)), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	r.file, r.size = f, info.Size()
	if last := make([]byte, 1); r.size > 0 {
		if _, err := f.ReadAt(last, r.size-1); err == nil && last[0] != '\n' {
			f.WriteString("\n") // the power went within a line
		}
	}
	r.drop(Files)
	return nil
}

// drop removes the oldest files until so many are left.
func (r *Ring) drop(most int) {
	numbers, _ := list(r.dir)
	for len(numbers) > most {
		os.Remove(filepath.Join(r.dir, name(numbers[0])))
		numbers = numbers[1:]
	}
}

// giveWay makes room for others, now and then.
func (r *Ring) giveWay(now time.Time) {
	if since := now.Sub(r.looked); since >= 0 && since < roomEvery {
		return
	}
	r.looked = now
	for {
		free, err := r.room()
		if r.tight = err == nil && free < keepFree; !r.tight {
			return
		}
		numbers, _ := list(r.dir)
		if len(numbers) <= 1 {
			return
		}
		r.drop(len(numbers) - 1)
	}
}

func (r *Ring) room() (int64, error) {
	if r.free != nil {
		return r.free(r.dir)
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(r.dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * st.Bsize, nil
}

// Sync puts what was written on the medium.
func (r *Ring) Sync() {
	r.mu.Lock()
	f, dirty := r.file, r.dirty
	r.dirty = false
	r.mu.Unlock()
	if f != nil && dirty {
		f.Sync() // one that was closed meanwhile has been flushed
	}
}

// Flush calls Sync every few seconds, for ever.
func (r *Ring) Flush() {
	for range time.Tick(syncEvery) {
		r.Sync()
	}
}

func name(number int) string { return fmt.Sprintf("%06d.log", number) }

// list is the numbers of a folder's files, ascending.
func list(dir string) (numbers []int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.Name(), "%d.log", &n); err == nil && e.Name() == name(n) && n > 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, err
}

// Newest reads the newest lines of a folder, newest first.
func Newest(dir string, limit int) (lines []Line, err error) {
	numbers, err := list(dir)
	if err != nil {
		return nil, err
	}
	slices.Reverse(numbers)
	for _, n := range numbers {
		if len(lines) >= limit {
			break
		}
		of, err := read(filepath.Join(dir, name(n)))
		if err != nil {
			return lines, err
		}
		slices.Reverse(of)
		lines = append(lines, of[:min(len(of), limit-len(lines))]...)
	}
	return lines, nil
}

func read(path string) (lines []Line, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // it has just given way
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(io.LimitReader(f, 2*FileBytes))
	s.Buffer(nil, 4*maxText)
	for s.Scan() {
		if l, ok := Parse(s.Text()); ok {
			lines = append(lines, l)
		}
	}
	return lines, nil // a line that is too long ends a file that something else has written
}

// Each calls do with every file of a folder, oldest first.
func Each(dir string, do func(name string, r io.Reader) error) error {
	numbers, err := list(dir)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		f, err := os.Open(filepath.Join(dir, name(n)))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		err = do(name(n), f)
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
