// Package squashfs writes a tree as a squashfs 4.0 image that is stored, not compressed, and reads such images back.
//
// Stored, because the slots' patches are then small, and because the same tree gives the same bytes whatever compressor
// the building machine has; what travels is compressed as a whole. No fragments: a stored tail takes only its length
// anyway. Files with the same bytes are stored once. All times are the one that the caller gives.
//
// Layout (Linux, fs/squashfs/squashfs_fs.h): superblock of 96 bytes, file data in blocks of 128 KiB (the last one short),
// inode table, directory table, id table. The tables are chains of blocks of at most 8 KiB behind a 16-bit length whose
// top bit says "stored". An inode is addressed by (offset of its block in the table) << 16 | offset in the block. A
// directory lists runs of entries whose inodes lie in one block. Little-endian throughout.
package squashfs

import "encoding/binary"

const (
	magic       = 0x73717368
	blockSize   = 128 << 10
	blockLog    = 17
	metaSize    = 8192
	superSize   = 96
	stored      = 1 << 24 // in a data block's length
	storedMeta  = 0x8000
	none64      = ^uint64(0)
	noFragment  = ^uint32(0)
	noXattr     = ^uint32(0)
	compression = 1 // "gzip": every kernel has it, and it is never used
	// flags: inodes, data, fragments, ids stored; no fragments; duplicates merged; no xattrs.
	flags = 0x0001 | 0x0002 | 0x0008 | 0x0010 | 0x0040 | 0x0200 | 0x0800
	// padTo is what loop devices and slots like.
	padTo = 4096
)

// Inode types.
const (
	typeDir      = 1
	typeFile     = 2
	typeLink     = 3
	typeLongDir  = 8
	typeLongFile = 9
)

var le = binary.LittleEndian

// superblock is the first 96 bytes.
type superblock struct {
	Magic, Inodes, Time, BlockSize, Fragments             uint32
	Compression, BlockLog, Flags, IDs, Major, Minor       uint16
	Root, Used, IDTable, XattrTable, InodeTable, DirTable uint64
	FragmentTable, ExportTable                            uint64
}
