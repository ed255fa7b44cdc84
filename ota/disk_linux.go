package ota

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
)

// BoxDisk is the disk that the box runs from.
type BoxDisk struct {
	Disk *bootdisk.Disk
	// Mount is where the ESP is mounted while somebody needs it. It is nowhere else and never for long: a power cut can
	// only harm a file system that is being written.
	Mount string
}

// Partition implements Disk.
func (d BoxDisk) Partition(name string) (Partition, error) {
	dev, err := d.Disk.Device(name)
	if err != nil {
		return nil, err
	}
	return openPartition(dev)
}

// openPartition opens a block device. In tests it is a file.
func openPartition(dev string) (*partition, error) {
	f, err := os.OpenFile(dev, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &partition{f, size}, nil
}

type partition struct {
	*os.File
	size int64
}

// Size implements Partition.
func (p *partition) Size() int64 { return p.size }

// Medium implements Partition: it reads around the kernel's memory of the device, after having dropped that memory.
func (p *partition) Medium() (io.ReadCloser, error) {
	if err := p.Sync(); err != nil {
		return nil, err
	}
	forget(p.File)
	f, err := os.OpenFile(p.Name(), os.O_RDONLY|unix.O_DIRECT, 0)
	if errors.Is(err, unix.EINVAL) { // a file system without; no block device is one
		f, err = os.Open(p.Name())
	}
	if err != nil {
		return nil, err
	}
	return &direct{f: f, buf: aligned(block)}, nil
}

// forget drops what the kernel remembers of a block device; of anything else it does nothing.
func forget(f *os.File) { unix.IoctlSetInt(int(f.Fd()), unix.BLKFLSBUF, 0) }

// aligned is a buffer as direct reading wants it.
func aligned(size int) []byte {
	const page = 4096
	b := make([]byte, size+page)
	skip := -int(uintptr(unsafe.Pointer(&b[0]))) & (page - 1)
	return b[skip : skip+size]
}

// direct reads a device in whole blocks.
type direct struct {
	f    *os.File
	buf  []byte
	left []byte
	err  error
}

// Read implements io.Reader.
func (d *direct) Read(p []byte) (int, error) {
	if len(d.left) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		n, err := d.f.Read(d.buf)
		d.left, d.err = d.buf[:n], err
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, d.left)
	d.left = d.left[n:]
	return n, nil
}

// Close implements io.Closer.
func (d *direct) Close() error { return d.f.Close() }

// Boot implements Disk.
func (d BoxDisk) Boot() (Boot, error) {
	dev, err := d.Disk.Device(gpt.ESP)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.Mount, 0o700); err != nil {
		return nil, err
	}
	unix.Unmount(d.Mount, 0) // left by a guard that died
	flags := uintptr(unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME)
	if err := unix.Mount(dev, d.Mount, "vfat", flags, "umask=077"); err != nil {
		return nil, fmt.Errorf("ota: mounting %s: %w", dev, err)
	}
	return mounted{Folder(d.Mount), dev}, nil
}

// mounted is the ESP as long as it is open.
type mounted struct {
	Folder
	dev string
}

// Close implements Boot: the next to open reads from the medium.
func (m mounted) Close() error {
	if err := unix.Unmount(string(m.Folder), 0); err != nil {
		return fmt.Errorf("ota: unmounting the ESP: %w", err)
	}
	f, err := os.OpenFile(m.dev, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	forget(f)
	return errors.Join(err, f.Close())
}
