// Package flash writes an image onto a disk and reads back what the disk then gives.
//
// Zeros are most of an image. On a disk they are asked for by BLKZEROOUT, which good disks do without writing; a plain file
// gets holes. Reading back goes past the computer's memory (O_DIRECT, else the cache is dropped), so that what is compared
// has been on the disk.
package flash

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// piece is what is written and compared at once. Images are full mebibytes.
const piece = 1 << 20

// syncEvery bounds what waits in the computer's memory, lest the progress tell of bytes that no disk has.
const syncEvery = 32 << 20

// Errors.
var (
	// ErrShort: the image has ended too early.
	ErrShort = errors.New("flash: the image ends before its size")
	// ErrDiffers: the disk gives back something else than was written.
	ErrDiffers = errors.New("flash: the disk does not give back what was written: it is damaged or smaller than it says; take another")
	// ErrSum: what was written is not what the manifest says.
	ErrSum = errors.New("flash: what was written is not what the manifest says")
)

// Progress is told how many bytes are done.
type Progress func(done int64)

// Sums are check values of the pieces that were written, in order.
type Sums []uint32

// Open opens a disk for writing. The kernel refuses one that is mounted, whatever was known before.
func Open(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_EXCL, 0)
	if errors.Is(err, unix.EBUSY) {
		return nil, fmt.Errorf("%s: the kernel says that it is in use: %w", path, err)
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("%w: writing onto a disk needs root: sudo", err)
	}
	return f, err
}

// Write copies an image of the given size to the beginning of a disk and has it on the disk when it returns.
func Write(ctx context.Context, disk *os.File, image io.Reader, size int64, progress Progress) (sums Sums, err error) {
	buf := make([]byte, piece)
	empty := make([]byte, piece)
	var zeros, unsynced int64 // zeros that end where we are, not yet asked for
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := min(piece, size-at)
		if _, err := io.ReadFull(image, buf[:n]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = ErrShort
			}
			return nil, err
		}
		sums = append(sums, crc32.ChecksumIEEE(buf[:n]))
		if bytes.Equal(buf[:n], empty[:n]) {
			zeros += n
		} else {
			if err := zero(disk, at-zeros, zeros); err != nil {
				return nil, err
			}
			if _, err := disk.WriteAt(buf[:n], at); err != nil {
				return nil, err
			}
			zeros, unsynced = 0, unsynced+n
		}
		at += n
		if unsynced >= syncEvery {
			if err := disk.Sync(); err != nil {
				return nil, err
			}
			unsynced = 0
		}
		progress(at)
	}
	return sums, errors.Join(zero(disk, size-zeros, zeros), disk.Sync())
}

// zero makes a stretch read as zeros.
func zero(disk *os.File, at, n int64) error {
	if n == 0 {
		return nil
	}
	if info, err := disk.Stat(); err == nil && info.Mode().IsRegular() {
		if unix.Fallocate(int(disk.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, at, n) == nil {
			return nil
		}
	} else if stretch := [2]uint64{uint64(at), uint64(n)}; ioctl(disk, unix.BLKZEROOUT, unsafe.Pointer(&stretch)) == nil {
		return nil
	}
	empty := make([]byte, piece)
	for end := at + n; at < end; at += piece {
		if _, err := disk.WriteAt(empty[:min(piece, end-at)], at); err != nil {
			return err
		}
	}
	return nil
}

func ioctl(f *os.File, request uint, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), uintptr(request), uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}

// Verify reads a disk back and compares: each piece with what was written, all of it with the hash of the image.
func Verify(ctx context.Context, path string, size int64, sums Sums, hash [32]byte, progress Progress) error {
	f, direct, err := openUncached(path)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := aligned(piece)
	all := sha256.New()
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(piece, size-at)
		if _, err := f.ReadAt(buf[:n], at); err != nil {
			return fmt.Errorf("reading back at %d MiB: %w", at>>20, err)
		}
		if crc32.ChecksumIEEE(buf[:n]) != sums[at/piece] {
			return fmt.Errorf("%w (first at %d MiB)", ErrDiffers, at>>20)
		}
		all.Write(buf[:n])
		if !direct {
			unix.Fadvise(int(f.Fd()), at, n, unix.FADV_DONTNEED)
		}
		at += n
		progress(at)
	}
	if [32]byte(all.Sum(nil)) != hash {
		return ErrSum
	}
	return nil
}

// openUncached opens a disk so that reads come from it and not from memory.
func openUncached(path string) (f *os.File, direct bool, err error) {
	if f, err = os.OpenFile(path, os.O_RDONLY|unix.O_DIRECT, 0); err == nil {
		if _, err := f.ReadAt(aligned(piece)[:4096], 0); err == nil || errors.Is(err, io.EOF) {
			return f, true, nil
		}
		f.Close()
	}
	if f, err = os.Open(path); err != nil {
		return nil, false, err
	}
	ioctl(f, unix.BLKFLSBUF, nil)
	unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	return f, false, nil
}

// aligned is memory at an address that O_DIRECT takes.
func aligned(n int) []byte {
	const page = 4096
	b := make([]byte, n+page)
	skip := (page - int(uintptr(unsafe.Pointer(&b[0]))%page)) % page
	return b[skip : skip+n]
}

// Forget makes the kernel look at a disk's new partitions. Where it cannot, it does when the disk is plugged in anew.
func Forget(disk *os.File) { ioctl(disk, unix.BLKRRPART, nil) }
