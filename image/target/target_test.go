package target

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// toyMachine describes a computer: its own disk sda, a stick sdb, an SSD on USB sdc, a card mmcblk0, eMMC mmcblk1, a RAID.
func toyMachine(t *testing.T) Machine {
	t.Helper()
	m := Machine{t.TempDir()}
	write := func(path, content string) {
		at := filepath.Join(m.Root, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(content+"\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	disk := func(at, sectors, removable string, files map[string]string) {
		dir, name := "/sys/devices/"+at, filepath.Base(at)
		write(dir+"/size", sectors)
		if removable != "" {
			write(dir+"/removable", removable)
		} else {
			write(dir+"/partition", name[len(name)-1:])
		}
		for f, content := range files {
			write(dir+"/"+f, content)
		}
		write("/dev/"+name, "")
		if err := os.MkdirAll(filepath.Join(m.Root, "/sys/class/block"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(m.Root, dir), filepath.Join(m.Root, "/sys/class/block", name)); err != nil {
			t.Fatal(err)
		}
	}
	const gb = "20000000" // sectors: 10.24 GB
	disk("pci/ata1/sda", gb, "0", map[string]string{"dev": "8:0", "device/model": "Samsung SSD"})
	disk("pci/ata1/sda/sda1", "1", "", map[string]string{"dev": "8:1"})
	disk("pci/ata1/sda/sda2", "1", "", map[string]string{"dev": "8:2"})
	disk("pci/usb1/sdb", gb, "1", map[string]string{"dev": "8:16", "device/vendor": "SanDisk", "device/model": "Ultra"})
	disk("pci/usb1/sdb/sdb1", "1", "", map[string]string{"dev": "8:17"})
	disk("pci/usb2/sdc", gb, "0", map[string]string{"dev": "8:32", "device/model": "T7"})
	disk("pci/usb3/sdd", gb, "1", map[string]string{"dev": "8:48", "ro": "1"})
	disk("pci/ata2/sde", gb, "0", map[string]string{"dev": "8:64", "holders/md0/x": ""})
	disk("soc/mmcblk0", "100", "0", map[string]string{"dev": "179:0", "device/type": "SD", "device/name": "SC16G"})
	disk("soc/mmcblk1", gb, "0", map[string]string{"dev": "179:8", "device/type": "MMC"})
	disk("soc/mmcblk1boot0", "8192", "0", nil)
	disk("virtual/loop0", gb, "0", nil)
	disk("pci/usb4/sdz", "0", "1", nil) // a reader without a card
	write("/proc/self/mountinfo", "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n30 22 8:17 / /media/stick rw - vfat /dev/sdb1 rw")
	write("/proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2")
	return m
}

func TestDisks(t *testing.T) {
	disks, err := toyMachine(t).Disks()
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range disks {
		said = append(said, d.String())
	}
	want := `/dev/mmcblk0: SC16G, sd, 0.0 GB
/dev/mmcblk1: without a name, eMMC, 10.2 GB
/dev/sda: Samsung SSD, SATA, 10.2 GB
/dev/sdb: SanDisk Ultra, usb, 10.2 GB
/dev/sdc: T7, usb, 10.2 GB
/dev/sdd: without a name, usb, 10.2 GB
/dev/sde: without a name, SATA, 10.2 GB`
	if got := strings.Join(said, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestRefusals: every way to ruin a disk that was not meant.
func TestRefusals(t *testing.T) {
	m := toyMachine(t)
	for _, c := range []struct {
		path  string
		fixed bool
		want  error
		says  string
	}{
		{"/dev/sda", false, ErrInUse, "/dev/sda1 is mounted at /, /dev/sda2 is swap space; unmount"},
		{"/dev/sda", true, ErrInUse, "mounted at /"},
		{"/dev/sdb", false, ErrInUse, "/media/stick"},
		{"/dev/sdb1", false, ErrPartition, "give /dev/sdb"},
		{"/dev/sda1", true, ErrPartition, "give /dev/sda"},
		{"/dev/sdc", false, nil, ""},
		{"/dev/sdd", false, ErrReadOnly, "switch"},
		{"/dev/sde", true, ErrInUse, "part of /dev/md0"},
		{"/dev/mmcblk0", false, ErrTooSmall, "5.00 GB are needed"},
		{"/dev/mmcblk1", false, ErrFixed, "say -fixed"},
		{"/dev/mmcblk1", true, nil, ""},
		{"/dev/nothing", true, ErrNoDisk, "/dev/nothing"},
		{"/proc/swaps", true, ErrNoDisk, "/proc/swaps"},
	} {
		d, err := m.Find(c.path)
		if err == nil {
			err = d.Check(5e9, c.fixed)
		}
		if !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s, -fixed %v: %v", c.path, c.fixed, err)
		}
	}
}

func TestFile(t *testing.T) {
	at := filepath.Join(t.TempDir(), "disk")
	if _, err := File(at); !errors.Is(err, ErrNoDisk) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(at, make([]byte, 1000), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := File(at)
	if err != nil || d.Size != 1000 || d.Fixed {
		t.Errorf("%+v %v", d, err)
	}
	if err := d.Check(1001, false); !errors.Is(err, ErrTooSmall) {
		t.Errorf("a byte too small: %v", err)
	}
	if _, err := File(os.DevNull); !errors.Is(err, ErrNoDisk) {
		t.Errorf("a device as a file: %v", err)
	}
}
