// Package gpt is the box's partition table: it lays the six partitions out, writes the table and reads it back.
//
// On disk (UEFI 2.10 §5.3): LBA 0 protective MBR, LBA 1 header, LBA 2-33 128 entries of 128 bytes, the same mirrored at
// the end with the header last. Integers little-endian; names UTF-16LE. GUIDs are stored with their first three groups
// byte-swapped. All GUIDs are fixed: two boxes never share a disk, and the same input must give the same bytes.
package gpt

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf16"
)

// Sizes of the format.
const (
	Sector     = 512
	entrySize  = 128
	entryCount = 128
	tableLBAs  = entrySize * entryCount / Sector // 32
	firstLBA   = 2 + tableLBAs
	mebi       = 1 << 20
)

// GUID is written as 8-4-4-4-12 hexadecimal digits.
type GUID [16]byte

// Types of partitions.
var (
	TypeESP   = MustGUID("C12A7328-F81F-11D2-BA4B-00A0C93EC93B")
	TypeBasic = MustGUID("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7") // FAT, as Windows calls it
	TypeLinux = MustGUID("0FC63DAF-8483-4772-8E79-3D69D8477DE4")
)

// ParseGUID reads the usual notation into the bytes on disk.
func ParseGUID(s string) (g GUID, err error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != 16 || len(s) != 36 {
		return g, fmt.Errorf("gpt: %q is not a GUID", s)
	}
	for i, from := range [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		g[i] = raw[from]
	}
	return g, nil
}

// MustGUID is ParseGUID for constants.
func MustGUID(s string) GUID {
	g, err := ParseGUID(s)
	if err != nil {
		panic(err)
	}
	return g
}

// String gives the usual notation, lower case as Linux prints it.
func (g GUID) String() string {
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", binary.LittleEndian.Uint32(g[0:]), binary.LittleEndian.Uint16(g[4:]),
		binary.LittleEndian.Uint16(g[6:]), binary.BigEndian.Uint16(g[8:]), g[10:])
}

// Partition is one entry; Number counts from 1.
type Partition struct {
	Number      int
	Name        string
	Type, ID    GUID
	First, Last uint64 // LBAs, both inclusive
}

// Start and Size are in bytes.
func (p Partition) Start() int64 { return int64(p.First) * Sector }

// Size is what fits into the partition.
func (p Partition) Size() int64 { return int64(p.Last-p.First+1) * Sector }

// Table is a whole disk's.
type Table struct {
	Disk       GUID
	LBAs       uint64 // size of the disk
	Partitions []Partition
}

// Named finds a partition.
func (t Table) Named(name string) (Partition, bool) {
	for _, p := range t.Partitions {
		if p.Name == name {
			return p, true
		}
	}
	return Partition{}, false
}

// WriteTo writes both copies of the table to a disk of t.LBAs sectors.
func (t Table) WriteTo(w io.WriterAt) error {
	if err := t.check(); err != nil {
		return err
	}
	for _, s := range t.sectors() {
		if _, err := w.WriteAt(s.data, int64(s.lba)*Sector); err != nil {
			return err
		}
	}
	return nil
}

// sectors is a piece of the table at its place.
type sectors struct {
	lba  uint64
	data []byte
}

// sectors are both copies of the table.
func (t Table) sectors() []sectors {
	entries, last := t.entries(), t.LBAs-1
	return []sectors{
		{0, t.mbr()},
		{1, t.header(1, last, 2, entries)},
		{2, entries},
		{last - tableLBAs, entries},
		{last, t.header(last, 1, last-tableLBAs, entries)},
	}
}

// check refuses tables that no disk could hold.
func (t Table) check() error {
	if t.LBAs < 2*firstLBA {
		return fmt.Errorf("gpt: a disk of %d sectors is too small", t.LBAs)
	}
	for i, p := range t.Partitions {
		if p.Number < 1 || p.Number > entryCount || p.First < firstLBA || p.Last < p.First || p.Last > t.LBAs-firstLBA {
			return fmt.Errorf("gpt: partition %s lies outside the disk", p.Name)
		}
		for _, q := range t.Partitions[:i] {
			if p.Number == q.Number || p.First <= q.Last && q.First <= p.Last {
				return fmt.Errorf("gpt: partitions %s and %s overlap", q.Name, p.Name)
			}
		}
	}
	return nil
}

func (t Table) mbr() []byte {
	b := make([]byte, Sector)
	covered := min(t.LBAs-1, 0xffffffff)
	copy(b[446:], []byte{0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff, 1, 0, 0, 0})
	binary.LittleEndian.PutUint32(b[458:], uint32(covered))
	b[510], b[511] = 0x55, 0xaa
	return b
}

func (t Table) header(own, other, entriesAt uint64, entries []byte) []byte {
	b := make([]byte, Sector)
	copy(b, "EFI PART\x00\x00\x01\x00")
	le := binary.LittleEndian
	le.PutUint32(b[12:], 92)
	le.PutUint64(b[24:], own)
	le.PutUint64(b[32:], other)
	le.PutUint64(b[40:], firstLBA)
	le.PutUint64(b[48:], t.LBAs-firstLBA)
	copy(b[56:], t.Disk[:])
	le.PutUint64(b[72:], entriesAt)
	le.PutUint32(b[80:], entryCount)
	le.PutUint32(b[84:], entrySize)
	le.PutUint32(b[88:], crc32.ChecksumIEEE(entries))
	le.PutUint32(b[16:], crc32.ChecksumIEEE(b[:92]))
	return b
}

func (t Table) entries() []byte {
	b := make([]byte, entryCount*entrySize)
	le := binary.LittleEndian
	for _, p := range t.Partitions {
		e := b[(p.Number-1)*entrySize:]
		copy(e, p.Type[:])
		copy(e[16:], p.ID[:])
		le.PutUint64(e[32:], p.First)
		le.PutUint64(e[40:], p.Last)
		for i, u := range utf16.Encode([]rune(p.Name)) {
			le.PutUint16(e[56+2*i:56+2*i+2], u)
		}
	}
	return b
}

// ErrNoTable says that a disk carries no usable table.
var ErrNoTable = errors.New("gpt: no partition table")

// Read reads the first table, as firmware and kernel do; the checksums must fit.
func Read(r io.ReaderAt) (Table, error) {
	t, _, err := readAt(r, 1)
	return t, err
}

// ReadEither reads the first table, or the copy at the end of a disk of the given size in bytes where the first is
// damaged.
func ReadEither(r io.ReaderAt, size int64) (Table, error) {
	t, err := Read(r)
	if err == nil || size < 2*firstLBA*Sector {
		return t, err
	}
	last := uint64(size/Sector) - 1
	if backup, _, e := readAt(r, last); e == nil && backup.LBAs == last+1 {
		return backup, nil
	}
	return t, err
}

// readAt reads the table whose header stands at an LBA, and says where its entries are.
func readAt(r io.ReaderAt, lba uint64) (t Table, at uint64, err error) {
	h := make([]byte, Sector)
	if _, err := r.ReadAt(h, int64(lba)*Sector); err != nil {
		return t, 0, fmt.Errorf("%w: %v", ErrNoTable, err)
	}
	le := binary.LittleEndian
	sum := le.Uint32(h[16:])
	le.PutUint32(h[16:], 0)
	if !bytes.HasPrefix(h, []byte("EFI PART")) || le.Uint32(h[12:]) != 92 || crc32.ChecksumIEEE(h[:92]) != sum || le.Uint64(h[24:]) != lba {
		return t, 0, ErrNoTable
	}
	if le.Uint32(h[80:]) != entryCount || le.Uint32(h[84:]) != entrySize {
		return t, 0, fmt.Errorf("%w: entries of another shape", ErrNoTable)
	}
	if at = le.Uint64(h[72:]); at > 1<<40 {
		return t, 0, fmt.Errorf("%w: entries lie beyond any disk", ErrNoTable)
	}
	entries := make([]byte, entryCount*entrySize)
	if _, err := r.ReadAt(entries, int64(at)*Sector); err != nil {
		return t, 0, fmt.Errorf("%w: %v", ErrNoTable, err)
	}
	if crc32.ChecksumIEEE(entries) != le.Uint32(h[88:]) {
		return t, 0, fmt.Errorf("%w: entries are damaged", ErrNoTable)
	}
	// The header that is farther from the disk's beginning stands in its last sector.
	t = Table{LBAs: max(lba, le.Uint64(h[32:])) + 1, Partitions: readEntries(entries)}
	copy(t.Disk[:], h[56:])
	return t, at, t.check()
}

func readEntries(b []byte) (found []Partition) {
	le := binary.LittleEndian
	for i := range entryCount {
		e := b[i*entrySize : (i+1)*entrySize]
		p := Partition{Number: i + 1, First: le.Uint64(e[32:]), Last: le.Uint64(e[40:])}
		copy(p.Type[:], e)
		copy(p.ID[:], e[16:])
		if p.Type == (GUID{}) {
			continue
		}
		var name []uint16
		for j := 56; j < entrySize && le.Uint16(e[j:]) != 0; j += 2 {
			name = append(name, le.Uint16(e[j:]))
		}
		p.Name = string(utf16.Decode(name))
		found = append(found, p)
	}
	return found
}
