package gpt

import "fmt"

// Names of the partitions.
const (
	ESP   = "esp"
	RootA = "root-a"
	RootB = "root-b"
	Perm  = "perm"
	UIA   = "ui-a"
	UIB   = "ui-b"
)

// A Raspberry Pi's firmware reads no folders of an ESP: each slot has a partition of its own for kernel and settings.
const (
	BootA       = "boot-a"
	BootB       = "boot-b"
	BootNumberA = 7
	BootNumberB = 8
)

// SmallestPerm is what a fresh image gives to /perm; the box grows it to the end of its disk.
const SmallestPerm = 256 * mebi

// layout is the order on the disk. gokrazy's init expects the roots as 2 and 3 and /perm as 4; /perm lies last, so that
// it can grow.
var layout = []place{
	{1, ESP, TypeESP, 256 * mebi},
	{2, RootA, TypeLinux, 512 * mebi},
	{3, RootB, TypeLinux, 512 * mebi},
	{5, UIA, TypeLinux, 1536 * mebi},
	{6, UIB, TypeLinux, 1536 * mebi},
	{4, Perm, TypeLinux, 0},
}

// piLayout is a Raspberry Pi's: its firmware takes the first partition for autoboot.txt, which names the one to start from.
// All three are FAT32, which needs 130 MB.
var piLayout = []place{
	{1, ESP, TypeBasic, 160 * mebi},
	{BootNumberA, BootA, TypeBasic, 256 * mebi},
	{BootNumberB, BootB, TypeBasic, 256 * mebi},
	{2, RootA, TypeLinux, 512 * mebi},
	{3, RootB, TypeLinux, 512 * mebi},
	{5, UIA, TypeLinux, 1536 * mebi},
	{6, UIB, TypeLinux, 1536 * mebi},
	{4, Perm, TypeLinux, 0},
}

// place is a partition to be: its number in the table, and its size; zero takes the rest.
type place struct {
	number int
	name   string
	typ    GUID
	size   int64
}

// partitionID is the GUID of a partition on every box. The kernel is told the root by the first one's.
func partitionID(number int) GUID {
	return MustGUID(fmt.Sprintf("706f7362-6f78-4d4e-8000-0000000000%02x", number))
}

// RootArgument names slot a (1) or b (2) on the kernel's command line, in the form that gokrazy's init parses.
func RootArgument(slot int) string {
	return fmt.Sprintf("root=PARTUUID=%s/PARTNROFF=%d", partitionID(1), slot)
}

// IsBox reports whether a table is one of ours.
func (t Table) IsBox() bool {
	return len(t.Partitions) > 0 && t.Partitions[0].Number == 1 && t.Partitions[0].ID == partitionID(1)
}

// BoxTable lays a disk of the given size out. Zero means the smallest.
func BoxTable(size int64) (Table, error) { return lay(layout, size) }

// PiTable does the same for a Raspberry Pi.
func PiTable(size int64) (Table, error) { return lay(piLayout, size) }

func lay(layout []place, size int64) (Table, error) {
	var fixed int64 = 2 * mebi // one before, one after: partitions begin at full mebibytes
	for _, p := range layout {
		fixed += p.size
	}
	if size == 0 {
		size = fixed + SmallestPerm
	}
	if size%mebi != 0 || size < fixed+SmallestPerm {
		return Table{}, fmt.Errorf("gpt: a disk needs full mebibytes, at least %d, not %d bytes", (fixed+SmallestPerm)/mebi, size)
	}
	t := Table{Disk: partitionID(0), LBAs: uint64(size / Sector)}
	at := int64(mebi)
	for _, p := range layout {
		if p.name == Perm {
			p.size = size - mebi - at
		}
		t.Partitions = append(t.Partitions, Partition{Number: p.number, Name: p.name, Type: p.typ, ID: partitionID(p.number),
			First: uint64(at / Sector), Last: uint64((at+p.size)/Sector) - 1})
		at += p.size
	}
	return t, nil
}
