// Package target finds the disks of this machine that an image may be written to, and says why others may not: a
// partition, a disk in use, one that is built in, one that is too small.
//
// What the kernel tells is read below one root, so that tests describe a machine by files:
//
//	/sys/class/block/NAME/{size,ro,removable,partition,dev,device/model,device/type,holders/}   sizes in sectors of 512 bytes
//	/proc/self/mountinfo                                         field 3 is the device's number, 5 where it is mounted
//	/proc/swaps                                                  field 1 is the device file
package target

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Why a disk is refused.
var (
	ErrNoDisk    = errors.New("there is no such disk")
	ErrPartition = errors.New("that is a partition, not a disk")
	ErrInUse     = errors.New("the disk is in use")
	ErrFixed     = errors.New("the disk is built in")
	ErrReadOnly  = errors.New("the disk is write-protected")
	ErrTooSmall  = errors.New("the disk is too small")
)

// Machine is a computer as its kernel tells. The zero value is the one that runs.
type Machine struct{ Root string }

// Disk is a whole disk.
type Disk struct {
	Path     string // device file
	Model    string
	Bus      string // usb, sd, eMMC, NVMe, SATA, virtio, loop, file
	Size     int64  // bytes
	Fixed    bool   // built in: not on USB, no card
	ReadOnly bool
	Uses     []string // what uses it, as "/dev/sdb1 is mounted at /media/x"
}

// String is how a person is told which disk it is.
func (d Disk) String() string {
	model := d.Model
	if model == "" {
		model = "without a name"
	}
	return fmt.Sprintf("%s: %s, %s, %.1f GB", d.Path, model, d.Bus, float64(d.Size)/1e9)
}

func (m Machine) block(name ...string) string {
	return filepath.Join(append([]string{m.Root, "/sys/class/block"}, name...)...)
}

// word reads a file of one word or line; empty if it is not there.
func (m Machine) word(path string) string {
	b, _ := os.ReadFile(path)
	return strings.TrimSpace(string(b))
}

// hidden are disks that are none: memory, archives, parts of others.
var hidden = []string{"ram", "zram", "loop", "dm-", "md", "sr", "fd", "nbd", "mtdblock"}

// Disks lists what an image could be written to, also what Check refuses.
func (m Machine) Disks() (disks []Disk, err error) {
	entries, err := os.ReadDir(m.block())
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if slices.ContainsFunc(hidden, func(h string) bool { return strings.HasPrefix(name, h) }) || m.isPart(name) || hardwarePart(name) {
			continue
		}
		if d := m.disk(name); d.Size > 0 {
			disks = append(disks, d)
		}
	}
	return disks, nil
}

func (m Machine) isPart(name string) bool {
	_, err := os.Stat(m.block(name, "partition"))
	return err == nil
}

// hardwarePart reports eMMC's own boot areas: disks to the kernel, a few megabytes for a firmware.
func hardwarePart(name string) bool {
	return strings.HasPrefix(name, "mmcblk") && (strings.Contains(name, "boot") || strings.Contains(name, "rpmb"))
}

// Find describes the disk behind a device file, which may be a link such as /dev/disk/by-id/….
func (m Machine) Find(path string) (Disk, error) {
	real, err := filepath.EvalSymlinks(filepath.Join(m.Root, path))
	if err != nil {
		return Disk{}, fmt.Errorf("%s: %w", path, ErrNoDisk)
	}
	name := filepath.Base(real)
	if _, err := os.Stat(m.block(name)); err != nil || !strings.HasPrefix(real, filepath.Join(m.Root, "/dev")) {
		return Disk{}, fmt.Errorf("%s: %w", path, ErrNoDisk)
	}
	if m.isPart(name) {
		return Disk{}, fmt.Errorf("%s: %w: give %s", path, ErrPartition, "/dev/"+m.whole(name))
	}
	return m.disk(name), nil
}

// whole is the disk of a partition: in sysfs it lies above.
func (m Machine) whole(part string) string {
	at, err := filepath.EvalSymlinks(m.block(part))
	if err != nil {
		return part
	}
	return filepath.Base(filepath.Dir(at))
}

func (m Machine) disk(name string) Disk {
	sectors, _ := strconv.ParseInt(m.word(m.block(name, "size")), 10, 64)
	d := Disk{Path: "/dev/" + name, Size: sectors * 512, ReadOnly: m.word(m.block(name, "ro")) == "1"}
	d.Model = strings.TrimSpace(m.word(m.block(name, "device/vendor")) + " " + m.word(m.block(name, "device/model")))
	if d.Model == "" || strings.HasPrefix(d.Model, "0x") { // virtio's vendor is a number; a card has a name instead
		d.Model = m.word(m.block(name, "device/name"))
	}
	d.Bus = m.bus(name)
	d.Fixed = m.word(m.block(name, "removable")) != "1" && d.Bus != "usb" && d.Bus != "sd"
	d.Uses = m.uses(name)
	return d
}

// bus tells how a disk is attached. SSDs on USB say that they are not removable, and so do cards in a reader of the
// computer's own.
func (m Machine) bus(name string) string {
	at, _ := filepath.EvalSymlinks(m.block(name))
	switch {
	case strings.Contains(at, "/usb"):
		return "usb"
	case m.word(m.block(name, "device/type")) == "SD":
		return "sd"
	case strings.HasPrefix(name, "mmcblk"):
		return "eMMC"
	case strings.HasPrefix(name, "nvme"):
		return "NVMe"
	case strings.HasPrefix(name, "vd"):
		return "virtio"
	case strings.HasPrefix(name, "loop"):
		return "loop"
	}
	return "SATA"
}

// uses says what uses a disk or one of its partitions: mounts, swap, RAID, encryption.
func (m Machine) uses(name string) (uses []string) {
	mounts, swaps := m.mounts(), m.swaps()
	names := []string{name}
	parts, _ := filepath.Glob(m.block(name, name+"*", "partition"))
	for _, p := range parts {
		names = append(names, filepath.Base(filepath.Dir(p)))
	}
	for _, n := range names {
		for _, at := range mounts[m.word(m.block(n, "dev"))] {
			uses = append(uses, fmt.Sprintf("/dev/%s is mounted at %s", n, at))
		}
		if swaps["/dev/"+n] {
			uses = append(uses, fmt.Sprintf("/dev/%s is swap space", n))
		}
		holders, _ := os.ReadDir(m.block(n, "holders"))
		for _, h := range holders {
			uses = append(uses, fmt.Sprintf("/dev/%s is part of /dev/%s", n, h.Name()))
		}
	}
	return uses
}

// mounts maps numbers of devices to where they are mounted.
func (m Machine) mounts() map[string][]string {
	at := map[string][]string{}
	for _, line := range m.lines("/proc/self/mountinfo") {
		if f := strings.Fields(line); len(f) > 4 {
			at[f[2]] = append(at[f[2]], f[4])
		}
	}
	return at
}

func (m Machine) swaps() map[string]bool {
	is := map[string]bool{}
	for _, line := range m.lines("/proc/swaps") {
		if f := strings.Fields(line); len(f) > 0 {
			is[f[0]] = true
		}
	}
	return is
}

func (m Machine) lines(path string) (lines []string) {
	f, err := os.Open(filepath.Join(m.Root, path))
	if err != nil {
		return nil
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines
}

// File describes a plain file that stands for a disk.
func File(path string) (Disk, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Disk{}, fmt.Errorf("%s: %w", path, ErrNoDisk)
	}
	if err != nil {
		return Disk{}, err
	}
	if !info.Mode().IsRegular() {
		return Disk{}, fmt.Errorf("%s: %w", path, ErrNoDisk)
	}
	return Disk{Path: path, Model: "a file", Bus: "file", Size: info.Size()}, nil
}

// Check says why an image of some bytes must not go onto a disk. Only of a built-in disk may a person say that it is meant.
func (d Disk) Check(need int64, fixedMeant bool) error {
	switch {
	case len(d.Uses) > 0:
		return fmt.Errorf("%s: %w: %s; unmount it first", d.Path, ErrInUse, strings.Join(d.Uses, ", "))
	case d.ReadOnly:
		return fmt.Errorf("%s: %w: move the card's switch, or take another", d.Path, ErrReadOnly)
	case d.Size < need:
		return fmt.Errorf("%s: %w: it has %.2f GB, at least %.2f GB are needed", d.Path, ErrTooSmall, float64(d.Size)/1e9, float64(need)/1e9)
	case d.Fixed && !fixedMeant:
		return fmt.Errorf("%s: %w (%s, %s) and may hold this computer's own files; if it is the one, say -fixed", d.Path, ErrFixed, d.Model, d.Bus)
	}
	return nil
}
