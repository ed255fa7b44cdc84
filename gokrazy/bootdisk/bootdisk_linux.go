// Package bootdisk finds the disk that the box runs from, and its partitions, as the kernel's command line names them.
package bootdisk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"posbox/gokrazy/gpt"
)

// Slot is one of the two halves of the box.
type Slot int

// Slots.
const (
	A Slot = 1
	B Slot = 2
)

// String gives the letter.
func (s Slot) String() string { return string(rune('a' - 1 + int(s))) }

// Root and UI name the slot's partitions.
func (s Slot) Root() string { return "root-" + s.String() }

// UI is the userland's partition.
func (s Slot) UI() string { return "ui-" + s.String() }

// rootArgument is the form that gokrazy's init expects too.
var rootArgument = regexp.MustCompile(`(?:^|\s)root=PARTUUID=([0-9a-fA-F-]{36})/PARTNROFF=([12])(?:\s|$)`)

// ErrCommandLine says that the kernel was not told a root of ours.
var ErrCommandLine = errors.New("bootdisk: no root=PARTUUID=…/PARTNROFF=1|2 on the kernel's command line")

// ParseCommandLine reads the first partition's GUID and the slot.
func ParseCommandLine(line string) (id gpt.GUID, slot Slot, err error) {
	m := rootArgument.FindStringSubmatch(line)
	if m == nil {
		return id, 0, ErrCommandLine
	}
	n, _ := strconv.Atoi(m[2])
	id, err = gpt.ParseGUID(m[1])
	return id, Slot(n), err
}

// Disk is the box's disk.
type Disk struct {
	Name  string // as in /dev and /sys/class/block
	Table gpt.Table
	Slot  Slot // that runs
}

// Find looks for the disk until it appears or the time is over. Disks on USB take seconds.
func Find(limit time.Duration) (*Disk, error) {
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return nil, err
	}
	id, slot, err := ParseCommandLine(string(line))
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		if d := look(id, slot); d != nil {
			return d, nil
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("bootdisk: no disk with partition %s after %s", id, limit)
		}
	}
}

// look goes through the disks that are there.
func look(id gpt.GUID, slot Slot) *Disk {
	entries, _ := os.ReadDir("/sys/class/block")
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join("/sys/class/block", e.Name(), "partition")); err == nil {
			continue
		}
		f, err := os.Open("/dev/" + e.Name())
		if err != nil {
			continue
		}
		size, _ := f.Seek(0, io.SeekEnd)
		table, err := gpt.ReadEither(f, size)
		f.Close()
		if err != nil || len(table.Partitions) == 0 || table.Partitions[0].ID != id {
			continue
		}
		d := &Disk{e.Name(), table, slot}
		// The disk is there before its partitions are.
		if _, err := d.Device(slot.Root()); err == nil {
			return d
		}
	}
	return nil
}

// Device returns the device file of a partition.
func (d *Disk) Device(name string) (string, error) {
	p, ok := d.Table.Named(name)
	if !ok {
		return "", fmt.Errorf("bootdisk: %s has no partition %s", d.Name, name)
	}
	parts, _ := filepath.Glob("/sys/class/block/" + d.Name + "/" + d.Name + "*/partition")
	for _, part := range parts {
		if n, err := os.ReadFile(part); err == nil && strings.TrimSpace(string(n)) == strconv.Itoa(p.Number) {
			return "/dev/" + filepath.Base(filepath.Dir(part)), nil
		}
	}
	return "", fmt.Errorf("bootdisk: the kernel does not show partition %s of %s", name, d.Name)
}
