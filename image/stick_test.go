package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"posbox/image/fat"
	"posbox/wire"
)

const (
	aKey  = "00000-00000-00000-00000-00000"
	aBAAZ = "https://baaz.example.mn"
)

// stick calls image stick and returns exit code and words.
func stick(args ...string) (int, string) {
	var out bytes.Buffer
	code := run(context.Background(), append([]string{"stick"}, args...), &out, &out)
	return code, out.String()
}

func TestStickInFolder(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "holiday.jpg"), []byte("x"), 0o644))
	if code, said := stick("-key", strings.ToLower(aKey), "-baaz", aBAAZ, "-dir", dir); code != 0 {
		t.Fatal(said)
	}
	f, err := os.Open(filepath.Join(dir, wire.KeyFileName))
	must(t, err)
	defer f.Close()
	k, err := wire.ReadKeyFile(f)
	if err != nil || k.Key.Reveal() != aKey || k.BAAZ != aBAAZ {
		t.Errorf("%+v %v", k, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 2 {
		t.Errorf("left behind: %v", files)
	}
}

// TestStickAnew makes a whole stick; Debian's own tools judge it.
func TestStickAnew(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "stick")
	old := bytes.Repeat([]byte{0xe5}, 4<<20)
	must(t, os.WriteFile(disk, old, 0o644), os.Truncate(disk, 300<<20))
	if code, said := stick("-key", aKey, "-baaz", aBAAZ, "-disk", disk); code != 0 {
		t.Fatal(said)
	}
	f, err := os.Open(disk)
	must(t, err)
	defer f.Close()
	part := io.NewSectionReader(f, stickBegin, 299<<20)
	tr, err := fat.Read(part)
	must(t, err)
	text, err := bytesOf(tr, "/"+wire.KeyFileName)
	must(t, err)
	if k, err := wire.ParseKeyFile(text); err != nil || k.Key.Reveal() != aKey {
		t.Errorf("%q %v", text, err)
	}
	for _, tool := range []string{"fsck.fat", "sfdisk"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("NOT TESTED: Debian's dosfstools and fdisk judge the stick")
		}
	}
	alone := filepath.Join(t.TempDir(), "partition")
	b, err := io.ReadAll(part)
	must(t, err, os.WriteFile(alone, b, 0o644))
	out, err := exec.Command("fsck.fat", "-n", alone).CombinedOutput()
	if err != nil {
		t.Errorf("fsck.fat: %v\n%s", err, out)
	}
	table, err := exec.Command("sfdisk", "-d", disk).CombinedOutput()
	if err != nil || !strings.Contains(string(table), "start=        2048, size=      612352, type=c") {
		t.Errorf("sfdisk: %v\n%s", err, table)
	}
}

func TestStickRefuses(t *testing.T) {
	small := filepath.Join(t.TempDir(), "small")
	must(t, os.WriteFile(small, []byte("mine"), 0o644))
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no key":         {[]string{"-baaz", aBAAZ, "-dir", "."}, 2, "stick needs"},
		"no address":     {[]string{"-key", aKey, "-dir", "."}, 2, "stick needs"},
		"nowhere":        {[]string{"-key", aKey, "-baaz", aBAAZ}, 2, "stick needs"},
		"both":           {[]string{"-key", aKey, "-baaz", aBAAZ, "-dir", ".", "-disk", small}, 2, "stick needs"},
		"a mistyped key": {[]string{"-key", aKey[:28] + "1", "-baaz", aBAAZ, "-dir", "."}, 1, "mistyped"},
		"two addresses":  {[]string{"-key", aKey, "-baaz", "a b", "-dir", "."}, 1, "no address"},
		"no folder":      {[]string{"-key", aKey, "-baaz", aBAAZ, "-dir", small}, 1, "no folder"},
		"a small stick":  {[]string{"-key", aKey, "-baaz", aBAAZ, "-disk", small, "-yes"}, 1, "too small"},
		"no stick":       {[]string{"-key", aKey, "-baaz", aBAAZ, "-disk", "/dev/nothing", "-yes"}, 1, "no such disk"},
	} {
		if code, said := stick(c.args...); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%s: exit code %d, %s", name, code, said)
		}
	}
	if b, _ := os.ReadFile(small); string(b) != "mine" {
		t.Error("a refused stick was written to")
	}
}
