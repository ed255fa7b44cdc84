package kmod

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestModinfo(t *testing.T) {
	m := Module{Name: "uas"}
	m.fill([]byte("license=GPL\x00depends=usb-storage,scsi_mod\x00softdep=pre: crc32c x-y post: z\x00alias=usb:v*p*d*dc*dsc*dp*ic08isc06ip62in*\x00alias=\x00\x00x"))
	want := Module{Name: "uas", Depends: []string{"usb_storage", "scsi_mod"}, Before: []string{"crc32c", "x_y"}, Aliases: []string{"usb:v*p*d*dc*dsc*dp*ic08isc06ip62in*"}}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("%+v", m)
	}
	// Any program is an ELF file without .modinfo.
	self, err := os.Open("/proc/self/exe")
	if err == nil {
		defer self.Close()
		if _, err := Parse("kernel/self.ko", self); err == nil || !strings.Contains(err.Error(), "no .modinfo") {
			t.Errorf("a program as module: %v", err)
		}
	}
	if _, err := Parse("kernel/x.ko", strings.NewReader("not ELF")); err == nil {
		t.Error("text was taken for a module")
	}
}

var some = []Module{
	{Name: "xhci_pci", Path: "kernel/xhci-pci.ko", Depends: []string{"xhci_hcd"}, Aliases: []string{"pci:v*d*sv*sd*bc0Csc03i30*"}},
	{Name: "xhci_hcd", Path: "kernel/xhci-hcd.ko", Depends: []string{"usbcore"}, Before: []string{"phy", "built_in"}},
	{Name: "usbcore", Path: "kernel/usbcore.ko"},
	{Name: "phy", Path: "kernel/phy.ko"},
	{Name: "e1000", Path: "kernel/e1000.ko", Aliases: []string{"pci:v00008086d0000100Esv*sd*bc*sc*i*"}},
	{Name: "qemu_fw_cfg", Path: "f", Aliases: []string{"acpi*:QEMU0002:*"}},
	{Name: "circle", Path: "c", Depends: []string{"circle2"}}, {Name: "circle2", Path: "c2", Depends: []string{"circle"}},
}

func TestOrder(t *testing.T) {
	var got []string
	for _, m := range NewIndex(some).Order("xhci-pci", "nowhere", "usbcore") {
		got = append(got, m.Name)
	}
	if want := "phy usbcore xhci_hcd xhci_pci"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	// ext4 wishes for "crc32c", which two modules call themselves.
	x := NewIndex([]Module{{Name: "ext4", Before: []string{"crc32c"}}, {Name: "crc32c_generic", Aliases: []string{"crc32c", "crypto-crc32c"}},
		{Name: "crc32c_intel", Aliases: []string{"crc32c"}}})
	if n := len(x.Order("ext4")); n != 3 {
		t.Errorf("%d modules for ext4, want 3", n)
	}
	if got := x.ForDevice("crypto-crc32c"); len(got) != 1 {
		t.Errorf("the kernel asks for crypto-crc32c: %v", got)
	}
	if n := len(NewIndex(some).Order("circle")); n != 2 {
		t.Errorf("a circle gave %d modules", n)
	}
}

func TestForDevice(t *testing.T) {
	x := NewIndex(some)
	for device, want := range map[string]string{
		"pci:v00001B36d0000000Dsv00001AF4sd00001100bc0Csc03i30": "xhci_pci",
		"pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00": "e1000",
		"usb:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00": "",
		"acpi:QEMU0002:": "qemu_fw_cfg",
		"":               "",
	} {
		if got := strings.Join(x.ForDevice(device), " "); got != want {
			t.Errorf("%s: %q, want %q", device, got, want)
		}
	}
}

func TestIndexRoundTrip(t *testing.T) {
	x := NewIndex(some)
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	back, err := ReadIndex(bytes.NewReader(b.Bytes()))
	if err != nil || !reflect.DeepEqual(back, x) {
		t.Errorf("%v\n%+v\n%+v", err, back, x)
	}
	for _, bad := range []string{"alias x\n", "module a b c\n", "what\n"} {
		if _, err := ReadIndex(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func FuzzModinfo(f *testing.F) {
	f.Add([]byte("depends=a,b\x00alias=x\x00softdep=pre: y\x00"))
	f.Fuzz(func(t *testing.T, info []byte) {
		m := Module{Name: "m", Path: "p"}
		m.fill(info)
		NewIndex([]Module{m}).Order("m")
		Parse("x.ko", bytes.NewReader(info))
	})
}

func FuzzReadIndex(f *testing.F) {
	var b bytes.Buffer
	NewIndex(some).Write(&b)
	f.Add(b.String(), "pci:v00008086d0000100E")
	f.Fuzz(func(t *testing.T, index, device string) {
		if x, err := ReadIndex(strings.NewReader(index)); err == nil {
			x.ForDevice(device)
			x.Order(x.Names()...)
		}
	})
}
