package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
)

// The seal stands behind the pages of catalog.db:
//
//	4 bytes a page  the page's CRC-32C, little-endian
//	16 bytes        "posbox-catalog-2"
//	32 bytes        SHA-256 of the pages
//	32 bytes        SHA-256 of everything in the seal before
//
// The last sum proves the others, so that a page can be proved alone. Files of format 1 have only "posbox-catalog-1" and
// the SHA-256 of the pages; they are still read, whole at once.
const (
	sealMagic   = "posbox-catalog-2"
	sealMagic1  = "posbox-catalog-1"
	sumSize     = 4
	trailerSize = len(sealMagic) + 2*sha256.Size
	trailer1    = len(sealMagic1) + sha256.Size
)

// A seal is what a file says of its pages.
type seal struct {
	sums    []uint32 // of the pages
	content [sha256.Size]byte
}

func (s seal) bytes() []byte {
	b := make([]byte, 0, len(s.sums)*sumSize+trailerSize)
	for _, sum := range s.sums {
		b = binary.LittleEndian.AppendUint32(b, sum)
	}
	b = append(append(b, sealMagic...), s.content[:]...)
	last := sha256.Sum256(b)
	return append(b, last[:]...)
}

var errSeal = errors.New("the file is not what was written: its seal does not fit")

// readSeal reads the seal of a file. It does not look at the pages, but where the file is of format 1.
func readSeal(f *os.File) (seal, error) {
	fi, err := f.Stat()
	if err != nil {
		return seal{}, err
	}
	size := fi.Size()
	trailer, err := readLast(f, size, trailerSize)
	if err != nil {
		return seal{}, err
	}
	if !bytes.HasPrefix(trailer, []byte(sealMagic)) {
		return readSeal1(f, size)
	}
	count := (size - int64(trailerSize)) / (pageSize + sumSize)
	if count == 0 || count*(pageSize+sumSize)+int64(trailerSize) != size {
		return seal{}, fmt.Errorf("%d bytes are no whole pages", size)
	}
	all, err := readLast(f, size, int(count)*sumSize+trailerSize)
	if err != nil {
		return seal{}, err
	}
	proved, last := all[:len(all)-sha256.Size], all[len(all)-sha256.Size:]
	if sum := sha256.Sum256(proved); !bytes.Equal(sum[:], last) {
		return seal{}, errSeal
	}
	s := seal{sums: make([]uint32, count)}
	for i := range s.sums {
		s.sums[i] = binary.LittleEndian.Uint32(all[i*sumSize:])
	}
	copy(s.content[:], proved[len(proved)-sha256.Size:])
	return s, nil
}

func readLast(f *os.File, size int64, n int) ([]byte, error) {
	if int64(n) > size {
		return nil, fmt.Errorf("%d bytes are too few", size)
	}
	b := make([]byte, n)
	_, err := f.ReadAt(b, size-int64(n))
	return b, err
}

// readSeal1 makes a seal of a file of format 1 by reading all of it.
func readSeal1(f *os.File, size int64) (seal, error) {
	trailer, err := readLast(f, size, trailer1)
	if err != nil {
		return seal{}, err
	}
	length := size - int64(trailer1)
	if !bytes.HasPrefix(trailer, []byte(sealMagic1)) || length == 0 || length%pageSize != 0 {
		return seal{}, errSeal
	}
	sums := newSummer()
	if _, err := io.Copy(sums, io.NewSectionReader(f, 0, length)); err != nil {
		return seal{}, err
	}
	s := sums.seal()
	if !bytes.Equal(trailer[len(sealMagic1):], s.content[:]) {
		return seal{}, errSeal
	}
	return s, nil
}

// A summer makes a seal of the pages written to it.
type summer struct {
	sums []uint32
	all  hash.Hash
	part []byte // of a page
}

func newSummer() *summer { return &summer{all: sha256.New()} }

func (s *summer) Write(b []byte) (int, error) {
	s.all.Write(b)
	n := len(b)
	if len(s.part) > 0 {
		take := min(len(b), pageSize-len(s.part))
		s.part, b = append(s.part, b[:take]...), b[take:]
		if len(s.part) == pageSize {
			s.sums = append(s.sums, crc32.Checksum(s.part, castagnoli))
			s.part = s.part[:0]
		}
	}
	for ; len(b) >= pageSize; b = b[pageSize:] {
		s.sums = append(s.sums, crc32.Checksum(b[:pageSize], castagnoli))
	}
	s.part = append(s.part, b...)
	return n, nil
}

func (s *summer) seal() seal {
	out := seal{sums: s.sums}
	s.all.Sum(out.content[:0])
	return out
}
