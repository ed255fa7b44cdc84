package gpt

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// disk is a sparse disk in memory: only what was written is kept.
type disk struct{ writes map[int64][]byte }

func (d *disk) WriteAt(p []byte, at int64) (int, error) {
	if d.writes == nil {
		d.writes = map[int64][]byte{}
	}
	d.writes[at] = slices.Clone(p)
	return len(p), nil
}

// head is the beginning of the disk as bytes.
func (d *disk) head() []byte { return slices.Concat(d.writes[0], d.writes[Sector], d.writes[2*Sector]) }

func boxDisk(t *testing.T) (Table, *disk) {
	t.Helper()
	table, err := BoxTable(0)
	if err != nil {
		t.Fatal(err)
	}
	var d disk
	if err := table.WriteTo(&d); err != nil {
		t.Fatal(err)
	}
	return table, &d
}

func TestLayout(t *testing.T) {
	table, d := boxDisk(t)
	var got []string
	for _, p := range table.Partitions {
		got = append(got, p.Name)
		if p.First%2048 != 0 {
			t.Errorf("%s begins at LBA %d, not at a full mebibyte", p.Name, p.First)
		}
	}
	if want := "esp root-a root-b ui-a ui-b perm"; strings.Join(got, " ") != want {
		t.Errorf("order on disk %v, want %s", got, want)
	}
	if perm, _ := table.Named(Perm); perm.Number != 4 {
		t.Errorf("/perm is number %d; gokrazy's init mounts 4", perm.Number)
	}
	back, err := Read(bytes.NewReader(d.head()))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(table.Partitions, func(a, b Partition) int { return a.Number - b.Number })
	if !reflect.DeepEqual(back, table) || !back.IsBox() {
		t.Errorf("read back %+v\nwrote %+v", back, table)
	}
}

func TestTwiceTheSame(t *testing.T) {
	_, one := boxDisk(t)
	_, two := boxDisk(t)
	if !reflect.DeepEqual(one, two) {
		t.Error("two tables differ")
	}
}

func TestRefusals(t *testing.T) {
	if _, err := BoxTable(4 << 30); err == nil {
		t.Error("a disk of 4 GiB is too small, but was accepted")
	}
	if _, err := BoxTable(8<<30 + 1); err == nil {
		t.Error("an odd size was accepted")
	}
	table, d := boxDisk(t)
	table.Partitions[1].First = table.Partitions[0].Last
	if table.WriteTo(&disk{}) == nil {
		t.Error("overlapping partitions were written")
	}
	for _, at := range []int{Sector, Sector + 20, 2 * Sector, 2*Sector + 3*entrySize} {
		damaged := d.head()
		damaged[at] ^= 1
		if _, err := Read(bytes.NewReader(damaged)); !errors.Is(err, ErrNoTable) {
			t.Errorf("byte %d flipped: %v", at, err)
		}
	}
}

func TestGUIDs(t *testing.T) {
	if s := TypeESP.String(); s != "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" || TypeESP[0] != 0x28 {
		t.Errorf("ESP type %s, first byte %x", s, TypeESP[0])
	}
	if _, err := ParseGUID("c12a7328f81f11d2ba4b00a0c93ec93b"); err == nil {
		t.Error("a GUID without dashes was accepted")
	}
}

// TestStranger lets sfdisk judge the table.
func TestStranger(t *testing.T) {
	tool, err := exec.LookPath("sfdisk")
	if err != nil {
		tool = "/usr/sbin/sfdisk"
		if _, err := os.Stat(tool); err != nil {
			t.Skip("sfdisk (Debian: fdisk) is not installed")
		}
	}
	table, _ := BoxTable(0)
	f, err := os.Create(t.TempDir() + "/disk")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(int64(table.LBAs) * Sector); err != nil {
		t.Fatal(err)
	}
	if err := table.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "--verify", f.Name()).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "No errors detected") {
		t.Errorf("sfdisk: %v\n%s", err, out)
	}
}

func FuzzRead(f *testing.F) {
	table, _ := BoxTable(0)
	var d disk
	if err := table.WriteTo(&d); err != nil {
		f.Fatal(err)
	}
	f.Add(d.head())
	f.Fuzz(func(t *testing.T, b []byte) { Read(bytes.NewReader(b)) })
}
