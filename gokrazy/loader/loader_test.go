package loader

import (
	"os"
	"path/filepath"
	"testing"

	"posbox/gokrazy/bootdisk"
)

func TestEntry(t *testing.T) {
	want := `title posbox b
version 7
linux /posbox/b/vmlinuz
initrd /posbox/b/initrd
options root=PARTUUID=706f7362-6f78-4d4e-8000-000000000001/PARTNROFF=2 panic=10 quiet
`
	text := Entry(bootdisk.B, "7", "panic=10 quiet")
	if text != want {
		t.Errorf("got\n%swant\n%s", text, want)
	}
	e := ReadEntry(text)
	if _, slot, err := bootdisk.ParseCommandLine(e["options"]); err != nil || slot != bootdisk.B || e["version"] != "7" {
		t.Errorf("%v %v %v", e, slot, err)
	}
}

func TestConf(t *testing.T) {
	for _, s := range []bootdisk.Slot{bootdisk.A, bootdisk.B} {
		if got := ConfDefault(ConfText(s)); got != s {
			t.Errorf("%s came back as %s", s, got)
		}
	}
	// Both have one length, so that the other slot is one byte in one sector.
	if len(ConfText(bootdisk.A)) != len(ConfText(bootdisk.B)) {
		t.Error("the two texts differ in length")
	}
	if ConfDefault("") != bootdisk.A || ConfDefault("# default b.conf\n") != bootdisk.A || ConfDefault("timeout 0\ndefault  b.conf \n") != bootdisk.B {
		t.Error("a loader.conf was read wrongly")
	}
}

func TestVars(t *testing.T) {
	v := Vars(t.TempDir())
	if s, err := v.Slot(Default); s != 0 || err != nil {
		t.Errorf("a variable that is not there: %v %v", s, err)
	}
	for _, s := range []bootdisk.Slot{bootdisk.B, bootdisk.A, bootdisk.A} {
		if err := v.SetSlot(Default, s); err != nil {
			t.Fatal(err)
		}
		if got, err := v.Slot(Default); got != s || err != nil {
			t.Errorf("%s came back as %v, %v", s, got, err)
		}
	}
	// The bytes that the firmware keeps, as a prototype has written them on a real OVMF.
	b, err := os.ReadFile(filepath.Join(string(v), "LoaderEntryDefault-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"))
	if want := "\x07\x00\x00\x00a\x00.\x00c\x00o\x00n\x00f\x00\x00\x00"; err != nil || string(b) != want {
		t.Errorf("%q %v", b, err)
	}
	for range 2 {
		if err := v.Clear(Default); err != nil {
			t.Error(err)
		}
	}
	if s, _ := v.Slot(Default); s != 0 {
		t.Error("a cleared variable is still there")
	}
	if err := Vars("/nowhere").SetSlot(OneShot, bootdisk.B); err == nil {
		t.Error("a variable was written into nothing")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode("a.conf"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if text, err := decode(b); err == nil {
			SlotOf(text)
		}
	})
}

func FuzzEntry(f *testing.F) {
	f.Add(Entry(bootdisk.A, "1", "quiet"))
	f.Add(ConfText(bootdisk.B))
	f.Fuzz(func(t *testing.T, s string) { ReadEntry(s); ConfDefault(s) })
}
