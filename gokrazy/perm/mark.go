package perm

import (
	"bytes"
	"crypto/sha256"

	"posbox/gokrazy/gpt"
)

// Mark says on the disk, outside of any partition, that a file system is being made: a sector of its own, whose content is
// nothing that could stand there by chance.
type Mark struct {
	Disk gpt.Disk
	At   int64 // bytes; a full sector
}

// MarkAt is the sector that a box's disk has for it, in the gap before the first partition.
const MarkAt = 2040 * gpt.Sector

func markBytes() []byte {
	text := []byte("posbox: /perm is being made and has never held anything\n")
	sum := sha256.Sum256(text)
	return append(append(text, sum[:]...), make([]byte, gpt.Sector-len(text)-len(sum))...)
}

// Set reports whether the mark stands.
func (m Mark) Set() (bool, error) {
	b := make([]byte, gpt.Sector)
	if _, err := m.Disk.ReadAt(b, m.At); err != nil {
		return false, err
	}
	return bytes.Equal(b, markBytes()), nil
}

// Put sets it; it is on the medium when Put returns.
func (m Mark) Put() error { return m.write(markBytes()) }

// Remove takes it away, likewise.
func (m Mark) Remove() error { return m.write(make([]byte, gpt.Sector)) }

func (m Mark) write(b []byte) error {
	if _, err := m.Disk.WriteAt(b, m.At); err != nil {
		return err
	}
	return m.Disk.Sync()
}
