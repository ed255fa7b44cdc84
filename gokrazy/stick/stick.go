// Package stick finds USB sticks and writes on them.
//
// A stick is a disk that can be taken out or hangs on USB. Never one of these: the disk that holds the box's own data, any
// disk that is laid out like a box's (a second box, or this one's copy), and what has no file system that can be written
// here. It is mounted only while something is written, so that it can be pulled at any other time.
package stick

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/gpt"
)

// Stick is a file system that can be written on.
type Stick struct {
	Disk   string // sdb
	Device string // /dev/sdb1
	FS     string // vfat, exfat, ext4
	Name   string // of the maker and model, as a person knows it
	Bytes  int64
}

// Errors, in the order in which they are told.
var (
	ErrNone   = errors.New("stick: none is plugged in")
	ErrFormat = errors.New("stick: its file system is not FAT32, exFAT or ext4")
)

// Finder looks in a /sys and a /dev.
type Finder struct {
	Sys, Dev string
	// Own is the disk that holds the box's data.
	Own string
}

// Find returns the sticks; ErrNone, or ErrFormat where there are only such that cannot be written.
func (f Finder) Find() (sticks []Stick, err error) {
	disks, err := os.ReadDir(filepath.Join(f.Sys, "block"))
	if err != nil {
		return nil, err
	}
	err = ErrNone
	for _, d := range disks {
		if !f.removable(d.Name()) {
			continue
		}
		for _, part := range f.partitions(d.Name()) {
			s := Stick{Disk: d.Name(), Device: filepath.Join(f.Dev, part), Name: f.name(d.Name()), Bytes: f.bytes(part)}
			if s.FS = fileSystem(s.Device); s.FS == "" {
				err = ErrFormat
				continue
			}
			sticks = append(sticks, s)
		}
	}
	if len(sticks) > 0 {
		return sticks, nil
	}
	return nil, err
}

// removable reports whether a disk may be written on.
func (f Finder) removable(disk string) bool {
	if disk == f.Own || f.Own == "" || f.bytes(disk) == 0 {
		return false
	}
	real, err := filepath.EvalSymlinks(filepath.Join(f.Sys, "block", disk))
	if err != nil || f.read(disk, "removable") != "1" && !strings.Contains(real, "/usb") {
		return false
	}
	if f.read(disk, "ro") == "1" {
		return false
	}
	return !isBox(filepath.Join(f.Dev, disk))
}

// isBox reports whether a disk is laid out like a box's. One that cannot be read is left alone, too.
func isBox(device string) bool {
	d, err := os.Open(device)
	if err != nil {
		return true
	}
	defer d.Close()
	size, _ := d.Seek(0, 2)
	t, err := gpt.ReadEither(d, size)
	return err == nil && t.IsBox()
}

func (f Finder) read(disk, name string) string {
	b, _ := os.ReadFile(filepath.Join(f.Sys, "block", disk, name))
	return strings.TrimSpace(string(b))
}

// bytes is the size of a disk or partition; the kernel counts in 512 whatever the disk does.
func (f Finder) bytes(name string) int64 {
	b, _ := os.ReadFile(filepath.Join(f.Sys, "class/block", name, "size"))
	n, _ := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n * 512
}

// partitions of a disk, or the disk itself where it has none.
func (f Finder) partitions(disk string) (names []string) {
	found, _ := filepath.Glob(filepath.Join(f.Sys, "block", disk, disk+"*", "partition"))
	for _, p := range found {
		names = append(names, filepath.Base(filepath.Dir(p)))
	}
	slices.Sort(names)
	if names == nil {
		names = []string{disk}
	}
	return names
}

func (f Finder) name(disk string) string {
	name := strings.Join(strings.Fields(f.read(disk, "device/vendor")+" "+f.read(disk, "device/model")), " ")
	if name == "" {
		return disk
	}
	return strings.ToValidUTF8(name, "?")
}

// fileSystem looks at the first 2 KiB of a partition; empty: none that can be written here.
func fileSystem(device string) string {
	d, err := os.Open(device)
	if err != nil {
		return ""
	}
	defer d.Close()
	b := make([]byte, 2048)
	if _, err := d.ReadAt(b, 0); err != nil {
		return ""
	}
	return kindOf(b)
}

// kindOf tells file systems apart: FAT by its type's name (at 54 or 82) behind a boot sector's signature, exFAT by its name
// at 3, ext4 by the superblock's magic number and its extents, which ext2 and ext3 have not.
func kindOf(b []byte) string {
	if len(b) < 2048 {
		return ""
	}
	boot := b[510] == 0x55 && b[511] == 0xaa
	switch {
	case boot && bytes.Equal(b[3:11], []byte("EXFAT   ")):
		return "exfat"
	case boot && (bytes.Equal(b[82:87], []byte("FAT32")) || bytes.Equal(b[54:58], []byte("FAT1"))):
		return "vfat"
	case binary.LittleEndian.Uint16(b[1024+0x38:]) == 0xef53 && binary.LittleEndian.Uint32(b[1024+0x60:])&0x40 != 0:
		return "ext4"
	}
	return ""
}

// OwnDisk is the disk on which a folder lies; empty where it is none: memory, say.
func OwnDisk(sys, dir string) string {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return ""
	}
	at, err := filepath.EvalSymlinks(filepath.Join(sys, "dev/block", fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))))
	if err != nil {
		return ""
	}
	if _, err := os.Stat(filepath.Join(at, "partition")); err == nil {
		at = filepath.Dir(at)
	}
	return filepath.Base(at)
}
