package tree

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func spool(t *testing.T) Spool {
	f, err := os.Create(t.TempDir() + "/spool")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func archive(t *testing.T, headers ...tar.Header) *bytes.Buffer {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			w.Write([]byte(h.Name))
		}
	}
	w.Close()
	return &b
}

func paths(t *Tree) (all string) {
	t.Walk(func(p string, n *Node) error { all += p + " "; return nil })
	return strings.TrimSpace(all)
}

// TestMergedUsr: packages that still ship /lib and /bin land below /usr.
func TestMergedUsr(t *testing.T) {
	tr := New()
	for _, dir := range []string{"bin", "lib"} {
		if err := tr.AddLink("/"+dir, "usr/"+dir); err != nil {
			t.Fatal(err)
		}
	}
	u := Unpacker{Tree: tr, Spool: spool(t), Keep: func(p string) bool { return !strings.HasPrefix(p, "/usr/share/doc") }}
	err := u.Tar(archive(t,
		tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "./lib/", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "./lib/x.so.1", Typeflag: tar.TypeReg, Mode: 0o644},
		tar.Header{Name: "./bin/su", Typeflag: tar.TypeReg, Mode: 0o4755},
		tar.Header{Name: "./usr/bin/su2", Typeflag: tar.TypeLink, Linkname: "./bin/su"},
		tar.Header{Name: "./usr/share/doc/x/copyright", Typeflag: tar.TypeReg, Mode: 0o644},
	), "x=1")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := paths(tr), "/bin /lib /usr /usr/bin /usr/bin/su /usr/bin/su2 /usr/lib /usr/lib/x.so.1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	su, err := tr.Lookup("/bin/su2")
	if err != nil {
		t.Fatal(err)
	}
	if content, _ := su.Bytes(); su.Mode != 0o4755 || string(content) != "./bin/su" || su.Package != "x=1" {
		t.Errorf("su2: mode %o, content %q, from %s", su.Mode, content, su.Package)
	}
}

func TestRefusals(t *testing.T) {
	for name, h := range map[string]tar.Header{
		"device":     {Name: "./dev/sda", Typeflag: tar.TypeBlock},
		"pipe":       {Name: "./run/x", Typeflag: tar.TypeFifo},
		"lost link":  {Name: "./a", Typeflag: tar.TypeLink, Linkname: "./nowhere"},
		"under file": {Name: "./etc/passwd/x", Typeflag: tar.TypeReg},
	} {
		tr := New()
		tr.AddBytes("/etc/passwd", 0o644, nil)
		u := Unpacker{Tree: tr, Spool: spool(t)}
		if u.Tar(archive(t, h), "x") == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	tr := New()
	if err := tr.AddBytes("/../etc/passwd", 0o644, nil); !errors.Is(err, ErrPath) {
		t.Errorf("climbing out: %v", err)
	}
	tr.AddLink("/a", "b")
	tr.AddLink("/b", "/a")
	if err := tr.AddBytes("/a/x", 0o644, nil); !errors.Is(err, ErrLoop) {
		t.Errorf("links in a circle: %v", err)
	}
	// A link out of the tree stays inside, as chroot would have it.
	tr.AddLink("/out", "../../../etc")
	if err := tr.AddBytes("/out/x", 0o644, nil); err != nil {
		t.Error(err)
	}
	if _, err := tr.Lookup("/etc/x"); err != nil {
		t.Error(err)
	}
}

func TestRemove(t *testing.T) {
	tr := New()
	tr.AddBytes("/usr/share/icons/a", 0o644, nil)
	if !tr.Remove("/usr/share/icons") || tr.Remove("/usr/share/icons") || tr.Remove("/") {
		t.Error("Remove lies about what was there")
	}
	if got := paths(tr); got != "/usr /usr/share" {
		t.Error(got)
	}
}

func FuzzTar(f *testing.F) {
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		u := Unpacker{Tree: New(), Spool: spool(t)}
		u.Tar(bytes.NewReader(b), "x")
	})
}
