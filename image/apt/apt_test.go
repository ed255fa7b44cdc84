package apt

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"posbox/image/lock"
)

func TestExplain(t *testing.T) {
	exit := errors.New("exit status 100")
	for _, c := range []struct {
		stderr string
		want   error
		says   string
	}{
		{"W: x\nE: Version '156.0' for 'chromium' was not found\n", ErrDropped, "chromium 156.0"},
		{"E: Unable to locate package linux-image-6.1.0-9-amd64\n", ErrDropped, "linux-image-6.1.0-9-amd64"},
		{"E: Package 'weston' has no installation candidate", ErrDropped, "weston"},
		{"E: Failed to fetch http://x/y  404  Not Found [IP: 1.2.3.4 80]", ErrArchive, "404"},
		{"E: Could not open lock file", exit, "lock file"},
	} {
		if err := explain(c.stderr, exit); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.stderr, err)
		}
	}
	if !strings.Contains(explain("E: Version '1' for 'x' was not found", exit).Error(), "run image lock") {
		t.Error("a dropped version does not say what to do")
	}
}

func TestReadAnswers(t *testing.T) {
	got := installs("Inst gcc-12-base (12.2.0-14+deb12u1 Debian:12.15/oldstable [amd64])\nConf x (1 y)\nInst libz3-4:amd64 (1:4.8 Debian [amd64]) []\n")
	if want := []string{"gcc-12-base=12.2.0-14+deb12u1", "libz3-4=1:4.8"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	sum := strings.Repeat("ab", 32)
	l, err := described("'http://h/pool/l/libllvm15_1%3a15.0.6-4+b1_amd64.deb' libllvm15_1%3a15.0.6-4+b1_amd64.deb 23115156 SHA256:" + sum +
		"\n'http://h/a/adduser_3.134_all.deb' adduser_3.134_all.deb 183272 SHA256:" + sum + "\n")
	if err != nil || len(l) != 2 || l[0].Name != "adduser" || l[1].Version != "1:15.0.6-4+b1" || l[1].Size != 23115156 || l[1].SHA256[31] != 0xab {
		t.Errorf("%v %v", l, err)
	}
}

func TestCache(t *testing.T) {
	t.Setenv("POSBOX_CACHE", t.TempDir())
	c, err := OpenCache()
	if err != nil {
		t.Fatal(err)
	}
	pack := func(name, content string) lock.Package {
		return lock.Package{Name: name, Version: "1", SHA256: sha256.Sum256([]byte(content)), Size: int64(len(content))}
	}
	a, b := pack("a", "bytes of a"), pack("b", "bytes of b")
	in := t.TempDir()
	os.WriteFile(filepath.Join(in, "a_1_all.deb"), []byte("bytes of a"), 0o644)
	os.WriteFile(filepath.Join(in, "b_1_all.deb"), []byte("other bytes"), 0o644)
	if err := c.take(lock.List{a, b}, in); err == nil || !strings.Contains(err.Error(), "b=1: what came is not what the lock says") {
		t.Errorf("changed bytes: %v", err)
	}
	if m := c.Missing(lock.List{a, b}); len(m) != 1 || m[0] != b {
		t.Errorf("missing %v", m)
	}
	at, err := c.Path(a)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(at, []byte("bytes of A"), 0o644)
	if _, err := c.Path(a); err == nil || !strings.Contains(err.Error(), "damaged in the cache") {
		t.Errorf("damage in the cache: %v", err)
	}
	// With all there nothing is asked: no apt-get is in this PATH.
	t.Setenv("PATH", "")
	if err := c.Fill(t.Context(), lock.List{a}); err != nil {
		t.Errorf("a full cache: %v", err)
	}
	if err := c.Fill(t.Context(), lock.List{b}); !errors.Is(err, ErrTool) {
		t.Errorf("without apt-get: %v", err)
	}
}
