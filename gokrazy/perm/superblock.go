package perm

import (
	"encoding/binary"
	"fmt"
	"io"
)

// extent reads how large an ext4 file system is: the superblock's s_blocks_count_lo at 0x4, s_log_block_size at 0x18,
// s_magic at 0x38, s_feature_incompat at 0x60 (0x80: 64bit) and s_blocks_count_hi at 0x150 (Documentation/filesystems/ext4).
func extent(r io.ReaderAt) (blocks, blockSize int64, err error) {
	b := make([]byte, 1024)
	if _, err := r.ReadAt(b, 1024); err != nil {
		return 0, 0, err
	}
	le := binary.LittleEndian
	log := le.Uint32(b[0x18:])
	if le.Uint16(b[0x38:]) != 0xef53 || log > 6 {
		return 0, 0, fmt.Errorf("perm: no ext4 superblock")
	}
	blocks = int64(le.Uint32(b[4:]))
	if le.Uint32(b[0x60:])&0x80 != 0 {
		blocks |= int64(le.Uint16(b[0x150:])) << 32
	}
	return blocks, 1024 << log, nil
}
