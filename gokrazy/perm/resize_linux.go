package perm

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/gpt"
)

// Kernel interface: linux/blkpg.h, linux/fs.h, fs/ext4/ext4.h.
const (
	blkpgResize = 3
	ext4Resize  = 0x40086610 // _IOW('f', 16, __u64)
)

type blkpgArg struct {
	op, flags, length int32
	_                 int32
	data              *blkpgPartition
}

type blkpgPartition struct {
	start, length int64 // bytes
	number        int32
	names         [128]byte
	_             int32
}

// TellKernel says to the kernel how large a partition is by now: it does not read the table again while one of the disk's
// partitions is in use.
func TellKernel(disk *os.File, p gpt.Partition) error {
	part := blkpgPartition{start: p.Start(), length: p.Size(), number: int32(p.Number)}
	arg := blkpgArg{op: blkpgResize, length: int32(unsafe.Sizeof(part)), data: &part}
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, disk.Fd(), unix.BLKPG, uintptr(unsafe.Pointer(&arg))); e != 0 {
		return fmt.Errorf("perm: telling the kernel of partition %d: %w", p.Number, e)
	}
	return nil
}

// worthwhile is the least room for which a file system is grown: mke2fs leaves a rest that makes no group.
const worthwhile = 128 << 20

// Fill lets the file system on a device that is mounted at a folder take all of its partition, of so many bytes, and
// reports whether that was more than it had. The kernel does it piece by piece in its journal; resize2fs on an unmounted
// file system would not survive a power cut.
func Fill(dir, dev string, size int64) (grown bool, err error) {
	d, err := os.Open(dev)
	if err != nil {
		return false, err
	}
	defer d.Close()
	blocks, blockSize, err := extent(d)
	if err != nil || size-blocks*blockSize < worthwhile {
		return false, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return false, err
	}
	defer f.Close()
	want := uint64(size / blockSize)
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, f.Fd(), ext4Resize, uintptr(unsafe.Pointer(&want))); e != 0 {
		return false, fmt.Errorf("perm: growing %s from %d to %d blocks: %w", dir, blocks, want, e)
	}
	return true, nil
}
