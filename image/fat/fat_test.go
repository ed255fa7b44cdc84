package fat

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"posbox/image/tree"
)

const size = 256 << 20

// volumeFile is a sparse file with the sample's file system in it.
func volumeFile(t testing.TB, tr *tree.Tree) *os.File {
	f, err := os.Create(t.TempDir() + "/fat")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := errors.Join(f.Truncate(size), Write(f, size, tr)); err != nil {
		t.Fatal(err)
	}
	return f
}

func sample() *tree.Tree {
	t := tree.New()
	t.AddBytes("/EFI/BOOT/BOOTX64.EFI", 0o644, bytes.Repeat([]byte("efi"), 50000))
	t.AddBytes("/loader/loader.conf", 0o644, []byte("timeout 0\n"))
	t.AddBytes("/loader/entries/a.conf", 0o644, []byte("title a\n"))
	t.AddBytes("/empty", 0o644, nil)
	for i := range 200 {
		t.AddBytes(fmt.Sprintf("/many/a name long enough for three entries %d", i), 0o644, []byte(fmt.Sprint(i)))
	}
	return t
}

func TestRoundTrip(t *testing.T) {
	tr := sample()
	back, err := Read(volumeFile(t, tr))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	tr.Walk(func(p string, want *tree.Node) error {
		n++
		got, err := back.Lookup(p)
		if err != nil || got.Kind != want.Kind {
			t.Errorf("%s: %v", p, err)
			return nil
		}
		if want.Kind == tree.File {
			a, _ := got.Bytes()
			b, _ := want.Bytes()
			if !bytes.Equal(a, b) {
				t.Errorf("%s: %d bytes, want %d", p, len(a), len(b))
			}
		}
		return nil
	})
	back.Walk(func(string, *tree.Node) error { n--; return nil })
	if n != 0 {
		t.Errorf("%d more written than read", n)
	}
}

func TestTwiceTheSame(t *testing.T) {
	const head = 4 << 20
	one, two := make([]byte, head), make([]byte, head)
	volumeFile(t, sample()).ReadAt(one, 0)
	volumeFile(t, sample()).ReadAt(two, 0)
	if !bytes.Equal(one, two) {
		t.Error("two volumes of one tree differ")
	}
}

func TestRefusals(t *testing.T) {
	f := volumeFile(t, tree.New())
	link := tree.New()
	link.AddLink("/x", "y")
	if Write(f, size, link) == nil {
		t.Error("a link was written")
	}
	if Write(f, 30<<20, tree.New()) == nil {
		t.Error("a volume of 30 MiB was written as FAT32")
	}
	big := tree.New()
	big.Add("/x", &tree.Node{Kind: tree.File, Size: size, Data: bytes.NewReader(nil)})
	if err := Write(f, size, big); !errors.Is(err, ErrFull) {
		t.Errorf("too much content: %v", err)
	}
}

// TestStranger lets fsck.fat judge.
func TestStranger(t *testing.T) {
	tool, err := exec.LookPath("fsck.fat")
	if err != nil {
		if tool = "/usr/sbin/fsck.fat"; !exists(tool) {
			t.Skip("fsck.fat (Debian: dosfstools) is not installed")
		}
	}
	if out, err := exec.Command(tool, "-n", "-v", volumeFile(t, sample()).Name()).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func exists(p string) bool { _, err := os.Stat(p); return err == nil }

func FuzzRead(f *testing.F) {
	head := make([]byte, 1<<20)
	volumeFile(f, sample()).ReadAt(head, 0)
	f.Add(head)
	f.Fuzz(func(t *testing.T, b []byte) { Read(bytes.NewReader(b)) })
}
