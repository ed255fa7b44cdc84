package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/kmod"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

// must ends a test on an error that it is not about.
func must(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func vm(t *testing.T) station.Station {
	s, err := station.Named("vm")
	must(t, err)
	return s
}

// toyKernel is a kernel of three modules.
func toyKernel(t *testing.T) *kernelFiles {
	modules := []kmod.Module{
		{Name: "nvme", Path: "kernel/drivers/nvme/host/nvme.ko", Depends: []string{"nvme_core"}, Aliases: []string{"pci:v*"}},
		{Name: "nvme_core", Path: "kernel/drivers/nvme/host/nvme-core.ko"},
		{Name: "usbhid", Path: "kernel/drivers/hid/usbhid/usbhid.ko"},
	}
	files := tree.New()
	for _, m := range modules {
		must(t, files.AddBytes("/"+m.Path, 0o644, []byte(m.Name)))
	}
	return &kernelFiles{version: "6.1.0-1-amd64", image: []byte("kernel"), modules: files.Root, chosen: kmod.NewIndex(modules)}
}

// toyContent are the trees of an image of the vm station without Debian.
func toyContent(t *testing.T) content { return toyContentOf(t, vm(t)) }

func toyContentOf(t *testing.T, s station.Station) content {
	k := toyKernel(t)
	programs := map[string][]byte{initPackage: []byte("init"), initramfsPackage: []byte("initramfs")}
	for _, p := range s.Programs {
		programs[p.Package] = []byte(p.Name)
	}
	ui, boot := tree.New(), tree.New()
	must(t, ui.AddBytes("/usr/share/zoneinfo/"+zone, 0o644, []byte("TZif")), ui.AddBytes("/etc/ssl/certs/ca-certificates.crt", 0o644, []byte("PEM")),
		boot.AddBytes("/usr/lib/systemd/boot/efi/systemd-bootx64.efi", 0o644, []byte("MZ")))
	root, err := rootTree(s, 7, built, k, programs, ui)
	must(t, err)
	esp, err := espTree(s, 7, boot, k, programs)
	must(t, err)
	return content{esp: esp, root: root, ui: ui}
}

// TestInitialFiles: what the kernel unpacks holds the program, the folders that it mounts on, and the drivers of disks in
// the order in which they load; nothing else.
func TestInitialFiles(t *testing.T) {
	packed, err := initialFiles(toyKernel(t), []byte("program"))
	must(t, err)
	z, err := gzip.NewReader(bytes.NewReader(packed))
	must(t, err)
	b, err := io.ReadAll(z)
	must(t, err)
	var names []string
	for _, part := range strings.Split(string(b), "070701")[1:] {
		name, _, _ := strings.Cut(part[104:], "\x00")
		names = append(names, name)
	}
	want := "dev init modules modules/nvme-core.ko modules/nvme.ko modules/order proc root sys TRAILER!!!"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !strings.Contains(string(b), "nvme-core.ko\nnvme.ko\n") {
		t.Error("the order of loading is wrong")
	}
}

func TestRootTree(t *testing.T) {
	root := toyContent(t).root
	for p, want := range map[string]string{
		"/gokrazy/init": "init", "/user/posd": "posd", "/user/manage": "manage", "/etc/localtime": "TZif", "/etc/posbox/version": "7",
		"/etc/posbox/built": "2026-11-25T08:00:00Z\n",
		"/lib/modules/6.1.0-1-amd64/kernel/drivers/hid/usbhid/usbhid.ko": "usbhid",
	} {
		if got, err := bytesOf(root, p); err != nil || string(got) != want {
			t.Errorf("%s: %q %v", p, got, err)
		}
	}
	// gokrazy opens its pages to the network if there is a password, and a shell to the console if there is one.
	for _, p := range []string{"/etc/gokr-pw.txt", "/gokr-pw.txt", "/perm/sh", "/bin/sh"} {
		if _, err := root.Lookup(p); err == nil {
			t.Errorf("%s is in the root", p)
		}
	}
	index, err := bytesOf(root, "/lib/modules/6.1.0-1-amd64/"+kmod.IndexName)
	must(t, err)
	if x, err := kmod.ReadIndex(bytes.NewReader(index)); err != nil || !slices.Equal(x.ForDevice("pci:v00001B36d0"), []string{"nvme"}) {
		t.Errorf("index: %v", err)
	}
}

func TestEntry(t *testing.T) {
	want := `title posbox b
version 7
linux /posbox/b/vmlinuz
initrd /posbox/b/initrd
options root=PARTUUID=706f7362-6f78-4d4e-8000-000000000001/PARTNROFF=2 gpt panic=10 oops=panic consoleblank=0 vt.global_cursor_default=0 loglevel=4 mitigations=off console=tty0 console=ttyS0,115200
`
	if got := entry(vm(t), 7, bootdisk.B); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// toyImage writes an image without Debian.
func toyImage(t *testing.T, zone string) (path string) {
	t.Setenv("TZ", zone)
	path = filepath.Join(t.TempDir(), "toy.img")
	c := toyContent(t)
	must(t, writeDisk(c, path, io.Discard), writeManifest(manifestName(path), nil, c))
	return path
}

func TestToyImagesAreTheSame(t *testing.T) {
	one, two := toyImage(t, "UTC"), toyImage(t, "Pacific/Auckland")
	sameFiles(t, one, two)
	sameFiles(t, one+".manifest.json", two+".manifest.json")
}

// sameFiles compares two files byte by byte, leaving out what both have as holes.
func sameFiles(t *testing.T, one, two string) {
	t.Helper()
	a, err := os.Open(one)
	must(t, err)
	defer a.Close()
	b, err := os.Open(two)
	must(t, err)
	defer b.Close()
	bufA, bufB := make([]byte, 1<<20), make([]byte, 1<<20)
	for at := int64(0); ; at += int64(len(bufA)) {
		at = max(at, min(nextData(a, at), nextData(b, at))&^(1<<20-1))
		n, errA := a.ReadAt(bufA, at)
		m, errB := b.ReadAt(bufB, at)
		if n != m || !bytes.Equal(bufA[:n], bufB[:m]) {
			t.Fatalf("%s and %s differ in the mebibyte at %d", one, two, at)
		}
		if errA != nil || errB != nil {
			return
		}
	}
}

// nextData is where the next bytes of a sparse file are, or its end.
func nextData(f *os.File, at int64) int64 {
	if next, err := unix.Seek(int(f.Fd()), at, unix.SEEK_DATA); err == nil {
		return next
	}
	info, err := f.Stat()
	if err != nil {
		return at
	}
	return info.Size()
}

func TestInspect(t *testing.T) {
	f, err := os.Open(toyImage(t, "UTC"))
	must(t, err)
	defer f.Close()
	r, err := inspect(f)
	must(t, err)
	holds := map[string]string{}
	for _, p := range r.Partitions {
		holds[p.Name] = p.Holds
	}
	want := "map[esp:fat perm:empty root-a:squashfs root-b:empty ui-a:squashfs ui-b:empty]"
	if fmt.Sprint(holds) != want || r.Station != "vm" || r.Version != "7" || !strings.Contains(r.Entries["a.conf"], "PARTNROFF=1") {
		t.Errorf("%v, station %s, version %s, entries %v", holds, r.Station, r.Version, r.Entries)
	}
	// A toy starts as a box does, but its programs are words and it has no screen.
	for i, want := range []bool{true, false, false} {
		if len(r.Checks) != 3 || r.Checks[i].OK != want {
			t.Fatalf("checks: %+v", r.Checks)
		}
	}
	if _, err := inspect(bytes.NewReader(make([]byte, 1<<20))); err == nil {
		t.Error("zeros were inspected as an image")
	}
}

// TestBootFiles: what starts without the firmware is what the firmware would have started.
func TestBootFiles(t *testing.T) {
	dir := t.TempDir()
	args, err := takeBootFiles(toyImage(t, "UTC"), dir)
	must(t, err)
	if len(args) != 6 || !strings.HasPrefix(args[5], gpt.RootArgument(1)+" ") || !strings.Contains(args[5], " panic=10 ") {
		t.Errorf("%q", args)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "linux")); err != nil || string(b) != "kernel" {
		t.Errorf("kernel: %q %v", b, err)
	}
	if _, err := takeBootFiles(os.DevNull, dir); err == nil {
		t.Error("files were taken from nothing")
	}
}

// TestSlotLimit: a version that leaves no room for the next must not be built.
func TestSlotLimit(t *testing.T) {
	table, err := gpt.BoxTable(0)
	must(t, err)
	slot, _ := table.Named(gpt.RootA)
	if err := fits(slot, slot.Size()/100*fullest); err != nil {
		t.Error(err)
	}
	if err := fits(slot, slot.Size()/100*fullest+1); err == nil {
		t.Error("a slot that is too full was accepted")
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		{}, {"what"}, {"build"}, {"build", "-x"}, {"build", "-station", "toaster", "-out", "x"}, {"run"}, {"inspect"}, {"inspect", "a", "b"},
		{"run", "-img", "x", "-fwd", "80"},
	} {
		var out bytes.Buffer
		if code := run(context.Background(), args, &out, &out); code != 2 || out.Len() == 0 {
			t.Errorf("%q: exit code %d, said %q", args, code, out.String())
		}
	}
	if code := run(context.Background(), []string{"inspect", "/nowhere"}, io.Discard, io.Discard); code != 1 {
		t.Errorf("a file that is not there: exit code %d", code)
	}
}

func TestEmulatorArguments(t *testing.T) {
	o := runOptions{image: "a,b.img", disk: "nvme", headless: true, serial: "s", processors: 2}
	line := func() string {
		args, err := o.args("vars")
		must(t, err)
		return strings.Join(args, " ")
	}
	for _, want := range []string{"-nic none", "file=a,,b.img", "-smp 2 ", "nvme,drive=disk", "-display none", "file:s"} {
		if !strings.Contains(line(), want) {
			t.Errorf("no %q in %s", want, line())
		}
	}
	if strings.Contains(line(), "snapshot") {
		t.Error("what the guest writes would be lost")
	}
	o.disposable, o.disk = true, "emmc"
	must(t, o.forward.Set("18080:8080"), o.forward.Set("18091:8091"))
	for _, want := range []string{"hostfwd=tcp:127.0.0.1:18080-10.0.2.15:8080", "restrict=on", "mac=" + station.ManagementMAC, "string=8080,,8091", "sd-card", "snapshot=on"} {
		if !strings.Contains(line(), want) {
			t.Errorf("no %q in %s", want, line())
		}
	}
	o.disk, o.graphics = "sata", "vga"
	for _, want := range []string{"ide-hd,drive=disk", "-device VGA"} {
		if !strings.Contains(line(), want) {
			t.Errorf("no %q in %s", want, line())
		}
	}
	o.vnc, o.qmp, o.processors = "127.0.0.1:5", "at,here", 1
	for _, want := range []string{"-qmp unix:at,,here,server=on", "-smp 1 "} {
		if !strings.Contains(line(), want) {
			t.Errorf("no %q in %s", want, line())
		}
	}
	if !strings.Contains(line(), "-vnc 127.0.0.1:5") || strings.Contains(line(), "-display") {
		t.Errorf("VNC: %s", line())
	}
	o.graphics, o.vnc, o.screens, o.writes, o.bare = "virtio", "", 2, "notes", true
	for _, want := range []string{"virtio-vga,id=screens,max_outputs=2", "driver=blklogwrites,file.driver=raw,", "log.filename=notes"} {
		if !strings.Contains(line(), want) {
			t.Errorf("no %q in %s", want, line())
		}
	}
	if strings.Contains(line(), "pflash") || strings.Contains(line(), "bootindex") {
		t.Errorf("a start without firmware: %s", line())
	}
	o.graphics = "vga"
	if _, err := o.args("vars"); err == nil {
		t.Error("a plain card got two screens")
	}
	o.graphics, o.screens = "cga", 0
	if _, err := o.args("vars"); err == nil {
		t.Error("a card of 1981 was accepted")
	}
	o.disk, o.graphics = "floppy", ""
	if _, err := o.args("vars"); err == nil {
		t.Error("a floppy was accepted")
	}
}

// TestTrusted: an emulator gets two processors from the version on that runs them without standing still.
func TestTrusted(t *testing.T) {
	for said, want := range map[string]int{
		"QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright": 1,
		"QEMU emulator version 8.0.5":                         1,
		"QEMU emulator version 8.1.0":                         2,
		"QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)": 2,
		"something else":                                      1,
		"":                                                    1,
	} {
		if got := trustedOf(said); got != want {
			t.Errorf("%q: %d processors, want %d", said, got, want)
		}
	}
}
