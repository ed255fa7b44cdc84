package gpt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A Disk can be read, written and flushed.
type Disk interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}

// spareLBA is where the entries stand while those at their usual place are rewritten: in the gap before the first
// partition, which begins at a full mebibyte.
const spareLBA = firstLBA

// ErrNotOurs says that a disk has another layout than a box's.
var ErrNotOurs = errors.New("gpt: not a box's disk")

// Mend makes both copies of a box's table agree and lets its last partition reach to the end of the disk, which has so
// many bytes. It returns the table as it then is and whether it has grown.
//
// The power may go at any moment: the kernel believes the first table only, so that is replaced by single sectors. Its
// header is switched over to the new entries in the gap, and back once they stand at their usual place, too. The copy at
// the end is written before the first table begins to speak of it, and stays as it is while there is no first table.
func Mend(d Disk, size int64) (t Table, grown bool, err error) {
	if t, err = ReadEither(d, size); err != nil {
		return t, false, err
	}
	if !t.IsBox() {
		return t, false, ErrNotOurs
	}
	want, err := t.reaching(size)
	if err != nil || want.stands(d) {
		return want, false, err
	}
	if want.first() < spareLBA+tableLBAs {
		return t, false, fmt.Errorf("gpt: there is no gap before the first partition")
	}
	if _, err := Read(d); err != nil {
		if err := t.writeFirst(d); err != nil {
			return t, false, err
		}
	}
	if err := want.replace(d); err != nil {
		return t, false, err
	}
	return want, want.end() > t.end(), nil
}

// end is the last sector that a partition has.
func (t Table) end() (last uint64) {
	for _, p := range t.Partitions {
		last = max(last, p.Last)
	}
	return last
}

// reaching is the table on a disk of so many bytes, its last partition up to the last full mebibyte but one, as BoxTable
// lays it out.
func (t Table) reaching(size int64) (Table, error) {
	if size < int64(t.LBAs)*Sector {
		return t, fmt.Errorf("gpt: the disk has %d sectors and its table says %d", size/Sector, t.LBAs)
	}
	grown := t
	grown.LBAs = uint64(size / Sector)
	grown.Partitions = slices.Clone(t.Partitions)
	last := &grown.Partitions[0]
	for i := range grown.Partitions {
		if grown.Partitions[i].Last > last.Last {
			last = &grown.Partitions[i]
		}
	}
	last.Last = max(last.Last, uint64((size/mebi-1)*mebi/Sector)-1)
	return grown, grown.check()
}

// stands reports whether both copies are on the disk as they ought to be.
func (t Table) stands(r io.ReaderAt) bool {
	for _, s := range t.sectors() {
		got := make([]byte, len(s.data))
		if _, err := r.ReadAt(got, int64(s.lba)*Sector); err != nil {
			return false
		}
		if !bytes.Equal(got, s.data) && (s.lba != 0 || replaceable(got)) {
			return false
		}
	}
	return true
}

// replaceable reports whether a first sector says no more than that a partition table follows. One that lists partitions
// for a firmware that knows nothing else is left alone.
func replaceable(mbr []byte) bool {
	if mbr[510] != 0x55 || mbr[511] != 0xaa {
		return true
	}
	return mbr[450] == 0xee && bytes.Equal(mbr[462:510], make([]byte, 48))
}

// replace writes the table over an older one.
func (t Table) replace(d Disk) error {
	entries, last := t.entries(), t.LBAs-1
	if err := write(d, last-tableLBAs, entries); err != nil {
		return err
	}
	if err := write(d, last, t.header(last, 1, last-tableLBAs, entries)); err != nil {
		return err
	}
	if err := t.writeFirst(d); err != nil {
		return err
	}
	mbr := make([]byte, Sector)
	if _, err := d.ReadAt(mbr, 0); err != nil || !replaceable(mbr) {
		return err
	}
	return write(d, 0, t.mbr())
}

// writeFirst writes the first table so that at each moment there is a whole one.
func (t Table) writeFirst(d Disk) error {
	entries, last := t.entries(), t.LBAs-1
	if err := write(d, spareLBA, entries); err != nil {
		return err
	}
	if err := write(d, 1, t.header(1, last, spareLBA, entries)); err != nil {
		return err
	}
	if err := write(d, 2, entries); err != nil {
		return err
	}
	return write(d, 1, t.header(1, last, 2, entries))
}

// write returns when the data is on the medium.
func write(d Disk, lba uint64, data []byte) error {
	if _, err := d.WriteAt(data, int64(lba)*Sector); err != nil {
		return err
	}
	return d.Sync()
}

// first is the first sector that a partition has.
func (t Table) first() uint64 {
	first := t.LBAs
	for _, p := range t.Partitions {
		first = min(first, p.First)
	}
	return first
}
