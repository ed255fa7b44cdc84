package squashfs

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"posbox/image/tree"
)

// sample is a tree with everything that has a special case: many names in a folder, files over several blocks, the same
// bytes twice, an empty file and folder, a set-user-id program, other owners.
func sample(t testing.TB) *tree.Tree {
	tr := tree.New()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	big := make([]byte, 3*blockSize+17)
	for i := range big {
		big[i] = byte(random.Uint32())
	}
	for i := range 5000 {
		must(tr.AddBytes(fmt.Sprintf("/many/a-rather-long-name-so-that-the-folder-is-long-%04d", i), 0o644, []byte(fmt.Sprint(i))))
	}
	must(tr.AddBytes("/big", 0o755, big))
	must(tr.AddBytes("/even", 0o755, big[:2*blockSize]))
	must(tr.AddBytes("/again/big", 0o600, big))
	must(tr.AddBytes("/empty", 0o644, nil))
	must(tr.AddDir("/nothing/here", 0o1777))
	must(tr.AddLink("/link", "many/0001"))
	must(tr.AddBytes("/Өргөө/ү₮", 0o644, []byte("Ө")))
	must(tr.AddBytes("/su", 0o4755, []byte("su")))
	su, _ := tr.Lookup("/su")
	su.UID, su.GID = 1000, 44
	return tr
}

func written(t testing.TB, tr *tree.Tree, mtime uint32) []byte {
	var b bytes.Buffer
	n, err := Write(&b, tr, mtime)
	if err != nil || n != int64(b.Len()) || n%padTo != 0 {
		t.Fatalf("%d bytes, said %d: %v", b.Len(), n, err)
	}
	return b.Bytes()
}

// listing says everything about a tree in lines.
func listing(t testing.TB, tr *tree.Tree) string {
	var b strings.Builder
	err := tr.Walk(func(p string, n *tree.Node) error {
		var content []byte
		if n.Kind == tree.File {
			var err error
			if content, err = n.Bytes(); err != nil {
				return err
			}
		}
		fmt.Fprintf(&b, "%s %d %o %d:%d %s %x\n", p, n.Kind, n.Mode, n.UID, n.GID, n.Target, content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	tr := sample(t)
	image := written(t, tr, 1234)
	back, mtime, err := Read(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	if mtime != 1234 || listing(t, back) != listing(t, tr) {
		t.Error("what was read is not what was written")
	}
	if size, err := Size(bytes.NewReader(image)); err != nil || size > int64(len(image)) || size <= int64(len(image)-padTo) {
		t.Errorf("of %d bytes the file system takes %d, %v", len(image), size, err)
	}
	if _, err := Size(strings.NewReader("something else")); !errors.Is(err, ErrFormat) {
		t.Errorf("something else: %v", err)
	}
	if len(image) > 3*(3*blockSize) {
		t.Errorf("%d bytes: the same content is stored twice", len(image))
	}
}

// TestTwiceTheSame: the bytes depend on the tree and the time given, not on the order in which it was made.
func TestTwiceTheSame(t *testing.T) {
	one, two := tree.New(), tree.New()
	one.AddBytes("/a", 0o644, []byte("a"))
	one.AddBytes("/b", 0o644, []byte("b"))
	two.AddBytes("/b", 0o644, []byte("b"))
	two.AddBytes("/a", 0o644, []byte("a"))
	if !bytes.Equal(written(t, one, 7), written(t, two, 7)) {
		t.Error("the order of making shows")
	}
	if bytes.Equal(written(t, one, 7), written(t, one, 8)) {
		t.Error("the time given does not show")
	}
	if !bytes.Equal(written(t, sample(t), 7), written(t, sample(t), 7)) {
		t.Error("two images of one tree differ")
	}
}

// TestStranger lets Debian's unsquashfs unpack what we wrote.
func TestStranger(t *testing.T) {
	tool, err := exec.LookPath("unsquashfs")
	if err != nil {
		t.Skip("unsquashfs (Debian: squashfs-tools) is not installed")
	}
	dir := t.TempDir()
	tr := sample(t)
	if err := os.WriteFile(dir+"/image", written(t, tr, 1234), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool, "-n", "-q", "-d", dir+"/out", dir+"/image").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tr.Walk(func(p string, n *tree.Node) error {
		if n.Kind == tree.File {
			want, _ := n.Bytes()
			if got, err := os.ReadFile(dir + "/out" + p); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %d bytes, want %d: %v", p, len(got), len(want), err)
			}
		}
		return nil
	})
	if target, err := os.Readlink(dir + "/out/link"); target != "many/0001" {
		t.Errorf("link: %q %v", target, err)
	}
	if out, err := exec.Command(tool, "-lln", dir+"/image", "su").CombinedOutput(); err != nil || !strings.Contains(string(out), "-rwsr-xr-x 1000/44") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRefusals(t *testing.T) {
	tr := tree.New()
	tr.AddLink("/x", "")
	if _, err := Write(&bytes.Buffer{}, tr, 0); err == nil {
		t.Error("a link to nothing was written")
	}
	n := &tree.Node{Kind: tree.File, Data: bytes.NewReader([]byte("short")), Size: 10}
	tr = tree.New()
	tr.Add("/x", n)
	if _, err := Write(&bytes.Buffer{}, tr, 0); err == nil {
		t.Error("a file shorter than it says was written")
	}
}

func FuzzRead(f *testing.F) {
	tr := tree.New()
	tr.AddBytes("/etc/a", 0o644, []byte("a"))
	tr.AddLink("/b", "a")
	f.Add(written(f, tr, 7))
	f.Fuzz(func(t *testing.T, b []byte) {
		if back, _, err := Read(bytes.NewReader(b)); err == nil {
			back.Walk(func(string, *tree.Node) error { return nil })
		}
	})
}
