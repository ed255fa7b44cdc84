package catalog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	goods "posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/loyalty"
)

// The log of single edits, DIR/catalog.edits: frames one after another, appended and synced, never changed in place.
//
//	4 bytes  "pbe1"
//	4 bytes  length of the body, little-endian
//	4 bytes  CRC-32C of length and body
//	n bytes  body: an edit as JSON
//
// A power cut can leave a frame half written at the end. Nobody was told that it stands, so it is cut off. A frame that
// is broken in the middle is damage: the ones behind it are found by their first four bytes.
const (
	editsName        = "catalog.edits"
	editsNewName     = "catalog.edits.new"
	editsDamagedName = "catalog.edits.damaged"

	frameMagic  = "pbe1"
	frameHeader = len(frameMagic) + 8
	maxFrame    = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// An edit is what one Put changed. Seq counts up from 1 for ever: catalog.db says up to which one it contains them.
type edit struct {
	Seq       uint64             `json:"seq"`
	Goods     []goods.Good       `json:"goods,omitempty"`
	Customers []loyalty.Customer `json:"customers,omitempty"`
}

func (e edit) frame() ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	if len(body) > maxFrame {
		return nil, fmt.Errorf("an edit of %d bytes is too large", len(body))
	}
	b := make([]byte, frameHeader, frameHeader+len(body))
	copy(b, frameMagic)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(body)))
	binary.LittleEndian.PutUint32(b[8:], sumOf(b[4:8], body))
	return append(b, body...), nil
}

func sumOf(length, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, body)
}

// readFrame reads the edit that b begins with, and how many bytes it took.
func readFrame(b []byte) (e edit, size int, ok bool) {
	if len(b) < frameHeader || !bytes.HasPrefix(b, []byte(frameMagic)) {
		return edit{}, 0, false
	}
	n := binary.LittleEndian.Uint32(b[4:])
	if n > maxFrame || int(n) > len(b)-frameHeader {
		return edit{}, 0, false
	}
	body := b[frameHeader:][:n]
	if sumOf(b[4:8], body) != binary.LittleEndian.Uint32(b[8:]) || json.Unmarshal(body, &e) != nil {
		return edit{}, 0, false
	}
	return e, frameHeader + int(n), true
}

// parseEdits reads a log. end is where the last whole frame ends; what stands behind it was never finished. damaged: a
// frame before it is broken, or they do not count up.
func parseEdits(b []byte) (all []edit, end int, damaged bool) {
	for pos := 0; pos < len(b); {
		e, size, ok := readFrame(b[pos:])
		switch {
		case !ok:
			next := bytes.Index(b[pos+1:], []byte(frameMagic))
			if next < 0 {
				return all, end, damaged
			}
			pos += 1 + next
			continue
		case len(all) > 0 && e.Seq <= all[len(all)-1].Seq:
			damaged = true
		default:
			all = append(all, e)
		}
		damaged = damaged || pos != end
		pos += size
		end = pos
	}
	return all, end, damaged
}

// readEdits reads the log in dir, which need not be there.
func readEdits(dir string) (all []edit, end int, damaged bool, err error) {
	f, err := openRegular(filepath.Join(dir, editsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, false, nil
	}
	if err != nil {
		return nil, 0, false, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, 0, false, err
	}
	all, end, damaged = parseEdits(b)
	return all, end, damaged, nil
}

// after returns the edits later than seq.
func after(all []edit, seq uint64) []edit {
	for i, e := range all {
		if e.Seq > seq {
			return all[i:]
		}
	}
	return nil
}

// An editLog is catalog.edits opened for appending by the one Store that may.
type editLog struct {
	f   *os.File
	end int64
}

// openEdits opens the log for appending, cuts off what was never finished, and returns what stands in it.
func openEdits(dir string) (*editLog, []edit, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, editsName)
	_, statErr := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, nil, err
	}
	l := &editLog{f: f}
	all, err := l.begin(dir, errors.Is(statErr, fs.ErrNotExist))
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return l, all, nil
}

func (l *editLog) begin(dir string, created bool) ([]edit, error) {
	if err := syscall.Flock(int(l.f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.Wrap(err, fault.CatalogBusy, "dir", dir)
		}
		return nil, err
	}
	if created {
		if err := syncFolder(dir); err != nil {
			return nil, err
		}
	}
	b, err := io.ReadAll(l.f)
	if err != nil {
		return nil, err
	}
	all, end, _ := parseEdits(b)
	l.end = int64(end)
	return all, l.f.Truncate(l.end)
}

// append writes an edit and returns once it is on the disk.
func (l *editLog) append(e edit) error {
	b, err := e.frame()
	if err != nil {
		return err
	}
	if _, err := l.f.WriteAt(b, l.end); err != nil {
		return err
	}
	if err := l.f.Sync(); err != nil {
		return err
	}
	l.end += int64(len(b))
	return nil
}

func (l *editLog) close() error { return l.f.Close() }

// replaceEdits puts a log with only these edits in the place of the one in dir, whole or not at all. A damaged one is
// kept aside.
func replaceEdits(dir string, rest []edit, keepOld bool) error {
	path, next := filepath.Join(dir, editsName), filepath.Join(dir, editsNewName)
	var b []byte
	for _, e := range rest {
		frame, err := e.frame()
		if err != nil {
			return err
		}
		b = append(b, frame...)
	}
	if err := writeSynced(next, b); err != nil {
		return err
	}
	if keepOld {
		aside := filepath.Join(dir, editsDamagedName)
		os.Remove(aside)
		if err := os.Link(path, aside); err != nil {
			return err
		}
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return syncFolder(dir)
}

func writeSynced(path string, b []byte) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer closing(&err, f)
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Sync()
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
