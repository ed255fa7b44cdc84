// Package fat writes a tree as a FAT32 file system, for the partition that the firmware reads, and reads it back.
//
// Layout (Microsoft "FAT32 File System Specification" 1.03): 32 reserved sectors (boot sector 0, info 1, their copies at 6
// and 7), two tables, clusters of 2 KiB from number 2 on. Folders come before their files and every file lies in one
// stretch. Every name gets long-name entries with an 8.3 alias made from a number, so upper and lower case stay as they
// are. Times are the format's earliest, 1980-01-01, and the serial number is fixed: the same tree gives the same bytes.
package fat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"posbox/image/tree"
)

const (
	sector        = 512
	cluster       = 2048
	reserved      = 32 // sectors
	entrySize     = 32
	endOfChain    = 0x0fffffff
	attrFolder    = 0x10
	attrLong      = 0x0f
	firstDay      = 0x0021 // 1980-01-01
	serial        = 0x504f5342
	smallest      = 65525 // clusters; with fewer, readers take it for FAT16
	nameUnits     = 13    // UTF-16 units in a long-name entry
	longest       = 255
	lastLongEntry = 0x40
)

// ErrFull says that the tree does not fit.
var ErrFull = errors.New("fat: does not fit into the partition")

var le = binary.LittleEndian

// volume is a file system being written.
type volume struct {
	w         io.WriterAt
	tableSecs int64
	clusters  int64
	table     []uint32 // used part of the allocation table
}

// Write writes a tree into a partition of the given size, which begins at w's byte 0 and is zero everywhere.
func Write(w io.WriterAt, size int64, t *tree.Tree) error {
	v := &volume{w: w, table: []uint32{0x0ffffff8, endOfChain}}
	sectors := size / sector
	// Each sector of a table serves 128 clusters; both tables together take from what they describe.
	perCluster := int64(cluster / sector)
	v.tableSecs = (sectors - reserved + 2*perCluster + 128*perCluster + 1) / (128*perCluster + 2)
	v.clusters = (sectors - reserved - 2*v.tableSecs) / perCluster
	if v.clusters < smallest {
		return fmt.Errorf("fat: %d bytes are too few for FAT32", size)
	}
	if _, err := v.folder(t.Root, "", 0, true); err != nil {
		return err
	}
	return v.finish(sectors)
}

// take reserves clusters in one stretch and returns the first. Nothing takes number 0.
func (v *volume) take(bytes int64) (uint32, error) {
	n := (bytes + cluster - 1) / cluster
	if n == 0 {
		return 0, nil
	}
	first := uint32(len(v.table))
	if int64(first)-2+n > v.clusters {
		return 0, ErrFull
	}
	for i := int64(1); i < n; i++ {
		v.table = append(v.table, uint32(len(v.table)+1))
	}
	v.table = append(v.table, endOfChain)
	return first, nil
}

// offset is where a cluster lies.
func (v *volume) offset(c uint32) int64 {
	return (reserved+2*v.tableSecs)*sector + int64(c-2)*cluster
}

// folder writes a folder and what is below it, and returns its first cluster.
func (v *volume) folder(n *tree.Node, at string, parent uint32, root bool) (uint32, error) {
	length := int64(2 * entrySize) // "." and ".."; in the root their place is the label's
	for _, name := range n.Names() {
		units := len(utf16.Encode([]rune(name)))
		if units == 0 || units > longest || strings.ContainsAny(name, `"*/:<>?\|`) {
			return 0, fmt.Errorf("fat: %s/%s: no name for FAT", at, name)
		}
		length += int64(entrySize * (1 + (units+nameUnits-1)/nameUnits))
	}
	own, err := v.take(length)
	if err != nil {
		return 0, err
	}
	var list []byte
	if root {
		list = append(list, shortEntry("POSBOX     ", 0x08, 0, 0)...)
	} else {
		list = append(list, shortEntry(".          ", attrFolder, own, 0)...)
		list = append(list, shortEntry("..         ", attrFolder, parent, 0)...)
	}
	below := own
	if root {
		below = 0 // ".." of a folder in the root says 0
	}
	for i, name := range n.Names() {
		child := n.Children[name]
		first, attr, size, err := v.child(child, at+"/"+name, below)
		if err != nil {
			return 0, err
		}
		list = append(list, longName(name, i)...)
		list = append(list, shortEntry(alias(i), attr, first, size)...)
	}
	_, err = v.w.WriteAt(list, v.offset(own))
	return own, err
}

func (v *volume) child(n *tree.Node, at string, parent uint32) (first uint32, attr byte, size uint32, err error) {
	switch n.Kind {
	case tree.Dir:
		first, err = v.folder(n, at, parent, false)
		return first, attrFolder, 0, err
	case tree.Link:
		return 0, 0, 0, fmt.Errorf("fat: %s: FAT has no links", at)
	}
	if n.Size > 1<<32-1 {
		return 0, 0, 0, fmt.Errorf("fat: %s is too large", at)
	}
	if first, err = v.take(n.Size); err != nil || first == 0 {
		return first, 0, 0, err
	}
	content, err := n.Bytes()
	if err != nil {
		return 0, 0, 0, err
	}
	_, err = v.w.WriteAt(content, v.offset(first))
	return first, 0, uint32(n.Size), err
}

// alias is the 8.3 name of a folder's i-th entry. It only has to be unique there.
func alias(i int) string { return fmt.Sprintf("F%06d~   ", i%1000000)[:11] }

func shortEntry(name string, attr byte, first, size uint32) []byte {
	b := make([]byte, entrySize)
	copy(b, name)
	b[11] = attr
	for _, at := range []int{16, 18, 24} {
		le.PutUint16(b[at:], firstDay)
	}
	le.PutUint16(b[20:], uint16(first>>16))
	le.PutUint16(b[26:], uint16(first))
	le.PutUint32(b[28:], size)
	return b
}

// longName makes the entries that stand before the alias of entry i, the name's end first.
func longName(name string, i int) (out []byte) {
	units := utf16.Encode([]rune(name))
	n := (len(units) + nameUnits - 1) / nameUnits
	if len(units) < n*nameUnits {
		units = append(units, 0)
	}
	for len(units) < n*nameUnits {
		units = append(units, 0xffff)
	}
	sum := checksum(alias(i))
	for k := n; k >= 1; k-- {
		b := make([]byte, entrySize)
		b[0] = byte(k)
		if k == n {
			b[0] |= lastLongEntry
		}
		b[11], b[13] = attrLong, sum
		for j, u := range units[(k-1)*nameUnits : k*nameUnits] {
			le.PutUint16(b[unitAt(j):], u)
		}
		out = append(out, b...)
	}
	return out
}

// unitAt is where the j-th UTF-16 unit lies in a long-name entry.
func unitAt(j int) int {
	switch {
	case j < 5:
		return 1 + 2*j
	case j < 11:
		return 14 + 2*(j-5)
	}
	return 28 + 2*(j-11)
}

func checksum(alias string) (sum byte) {
	for i := range 11 {
		sum = sum>>1 | sum<<7
		sum += alias[i]
	}
	return sum
}

// finish writes boot sectors, info sectors and both tables.
func (v *volume) finish(sectors int64) error {
	boot := make([]byte, sector)
	copy(boot, "\xeb\x58\x90POSBOX  ")
	le.PutUint16(boot[11:], sector)
	boot[13] = cluster / sector
	le.PutUint16(boot[14:], reserved)
	boot[16] = 2
	boot[21] = 0xf8
	le.PutUint16(boot[24:], 63)
	le.PutUint16(boot[26:], 255)
	le.PutUint32(boot[32:], uint32(sectors))
	le.PutUint32(boot[36:], uint32(v.tableSecs))
	le.PutUint32(boot[44:], 2)
	le.PutUint16(boot[48:], 1)
	le.PutUint16(boot[50:], 6)
	boot[64], boot[66] = 0x80, 0x29
	le.PutUint32(boot[67:], serial)
	copy(boot[71:], "POSBOX     FAT32   ")
	boot[510], boot[511] = 0x55, 0xaa

	info := make([]byte, sector)
	copy(info, "RRaA")
	copy(info[484:], "rrAa")
	le.PutUint32(info[488:], uint32(v.clusters-int64(len(v.table)-2)))
	le.PutUint32(info[492:], uint32(len(v.table)))
	info[510], info[511] = 0x55, 0xaa

	table := make([]byte, 4*len(v.table))
	for i, next := range v.table {
		le.PutUint32(table[4*i:], next)
	}
	for _, part := range []struct {
		sector int64
		data   []byte
	}{{0, boot}, {1, info}, {6, boot}, {7, info}, {reserved, table}, {reserved + v.tableSecs, table}} {
		if _, err := v.w.WriteAt(part.data, part.sector*sector); err != nil {
			return err
		}
	}
	return nil
}
