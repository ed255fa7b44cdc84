package stick

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"posbox/gokrazy/gpt"
)

// tree is a /sys and a /dev with files in the place of devices.
type tree struct {
	*testing.T
	Finder
}

func newTree(t *testing.T) tree {
	dir := t.TempDir()
	return tree{t, Finder{Sys: filepath.Join(dir, "sys"), Dev: filepath.Join(dir, "dev"), Own: "sda"}}
}

func (x tree) write(path, text string) {
	x.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		x.Fatal(err)
	}
}

// disk adds one that hangs on a bus, with its partitions.
func (x tree) disk(name, bus, removable string, parts ...string) {
	x.Helper()
	at := filepath.Join(x.Sys, "devices", bus, name)
	for f, text := range map[string]string{"removable": removable, "ro": "0", "size": "4096", "device/vendor": "Kingston ", "device/model": " DT 100  "} {
		x.write(filepath.Join(at, f), text+"\n")
	}
	x.write(filepath.Join(x.Dev, name), string(make([]byte, 1<<20)))
	link := func(dir, name, to string) {
		if err := errors.Join(os.MkdirAll(filepath.Join(x.Sys, dir), 0o755), os.Symlink(to, filepath.Join(x.Sys, dir, name))); err != nil {
			x.Fatal(err)
		}
	}
	link("block", name, at)
	link("class/block", name, at)
	for _, p := range parts {
		x.write(filepath.Join(at, p, "partition"), "1\n")
		x.write(filepath.Join(at, p, "size"), "2048\n")
		link("class/block", p, filepath.Join(at, p))
	}
}

// format makes a file system in the place of a device, by the stranger's own tool.
func (x tree) format(device, tool string, args ...string) {
	x.Helper()
	path := filepath.Join(x.Dev, device)
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 64<<20)); err != nil {
		x.Fatal(err)
	}
	if _, err := os.Stat("/usr/sbin/" + tool); err != nil {
		x.Skip(tool + " is not installed")
	}
	if out, err := exec.Command("/usr/sbin/"+tool, append(args, path)...).CombinedOutput(); err != nil {
		x.Fatalf("%s: %v %s", tool, err, out)
	}
}

func TestFind(t *testing.T) {
	x := newTree(t)
	if _, err := x.Find(); err == nil {
		t.Error("no /sys is no error")
	}
	x.disk("sda", "pci0/usb1", "1", "sda1", "sda4") // the box's own may hang on USB
	x.disk("nvme0n1", "pci0/nvme", "0", "nvme0n1p1")
	x.format("nvme0n1p1", "mkfs.ext4", "-q", "-F")
	if _, err := x.Find(); !errors.Is(err, ErrNone) {
		t.Errorf("without a stick: %v", err)
	}
	x.disk("sdb", "pci0/usb2", "1", "sdb1")
	x.write(filepath.Join(x.Dev, "sdb1"), string(make([]byte, 4096)))
	if _, err := x.Find(); !errors.Is(err, ErrFormat) {
		t.Errorf("a stick without a file system: %v", err)
	}
	x.format("sdb1", "mkfs.vfat")
	x.disk("sdc", "pci0/usb3", "0") // a USB disk that says it cannot be taken out, without partitions
	x.format("sdc", "mkfs.ext4", "-q", "-F")
	got, err := x.Find()
	want := []Stick{{"sdb", filepath.Join(x.Dev, "sdb1"), "vfat", "Kingston DT 100", 1 << 20}, {"sdc", filepath.Join(x.Dev, "sdc"), "ext4", "Kingston DT 100", 2 << 20}}
	if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v %v", got, err)
	}
	x.write(filepath.Join(x.Sys, "devices/pci0/usb3/sdc/ro"), "1\n")
	x.write(filepath.Join(x.Sys, "devices/pci0/usb2/sdb/size"), "0\n") // a card reader without a card
	if got, err := x.Find(); !errors.Is(err, ErrNone) {
		t.Errorf("%+v %v", got, err)
	}
	unknown := x.Finder
	unknown.Own = ""
	if got, err := unknown.Find(); !errors.Is(err, ErrNone) {
		t.Errorf("where the box's own disk is not known nothing is a stick: %+v %v", got, err)
	}
}

// TestNeverAnotherBox: a stick that a box was flashed on may be another shop's till.
func TestNeverAnotherBox(t *testing.T) {
	x := newTree(t)
	x.disk("sdb", "pci0/usb2", "1", "sdb1", "sdb4")
	x.format("sdb1", "mkfs.vfat")
	table, err := gpt.BoxTable(0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(x.Dev, "sdb"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(f.Truncate(int64(table.LBAs)*gpt.Sector), table.WriteTo(f)); err != nil {
		t.Fatal(err)
	}
	if got, err := x.Find(); !errors.Is(err, ErrNone) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestKinds(t *testing.T) {
	x := newTree(t)
	for _, c := range []struct{ tool, want string }{{"mkfs.ext4", "ext4"}, {"mkfs.ext2", ""}, {"mkfs.vfat", "vfat"}} {
		args := []string{}
		if c.tool != "mkfs.vfat" {
			args = []string{"-q", "-F"}
		}
		x.write(filepath.Join(x.Dev, "x"), "")
		x.format("x", c.tool, args...)
		if got := fileSystem(filepath.Join(x.Dev, "x")); got != c.want {
			t.Errorf("%s is taken for %q", c.tool, got)
		}
	}
	exfat := make([]byte, 2048)
	copy(exfat[3:], "EXFAT   ")
	exfat[510], exfat[511] = 0x55, 0xaa
	ntfs := make([]byte, 2048)
	copy(ntfs[3:], "NTFS    ")
	ntfs[510], ntfs[511] = 0x55, 0xaa
	if kindOf(exfat) != "exfat" || kindOf(ntfs) != "" || kindOf(nil) != "" {
		t.Errorf("%q %q", kindOf(exfat), kindOf(ntfs))
	}
}

func TestPut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	if err := Put(path, func(f *os.File) error { _, err := f.WriteString("x"); return err }); err != nil {
		t.Fatal(err)
	}
	bad := errors.New("full")
	if err := Put(path, func(f *os.File) error { return bad }); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "x" {
		t.Errorf("%q", b)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOwnDisk(t *testing.T) {
	if got := OwnDisk("/sys", "/proc"); got != "" {
		t.Errorf("/proc is on %q", got)
	}
}

func FuzzKind(f *testing.F) {
	f.Add(make([]byte, 2048))
	f.Fuzz(func(t *testing.T, b []byte) { kindOf(b) })
}
