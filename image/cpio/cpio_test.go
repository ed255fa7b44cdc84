package cpio

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"posbox/image/tree"
)

func sample() *tree.Tree {
	t := tree.New()
	t.AddBytes("/init", 0o755, []byte("#!"))
	t.AddDir("/dev", 0o755)
	t.AddLink("/bin", "usr/bin")
	t.AddBytes("/modules/01-x.ko", 0o644, []byte("12345"))
	return t
}

func TestBytes(t *testing.T) {
	var one, two bytes.Buffer
	if err := Write(&one, sample()); err != nil {
		t.Fatal(err)
	}
	Write(&two, sample())
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two archives of one tree differ")
	}
	b := one.Bytes()
	if len(b)%4 != 0 || !bytes.HasPrefix(b, []byte("070701")) || bytes.Count(b, []byte("070701")) != 6 || !bytes.Contains(b, []byte("TRAILER!!!\x00")) {
		t.Errorf("%d bytes, %d entries", len(b), bytes.Count(b, []byte("070701")))
	}
}

// TestStranger lets cpio list what we wrote.
func TestStranger(t *testing.T) {
	if _, err := exec.LookPath("cpio"); err != nil {
		t.Skip("cpio is not installed")
	}
	var b bytes.Buffer
	Write(&b, sample())
	c := exec.Command("cpio", "-tv", "--quiet")
	c.Stdin = &b
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"bin -> usr/bin", "drwxr-xr-x", "-rwxr-xr-x", "modules/01-x.ko"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
