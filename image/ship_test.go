package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// toyDisk is a finished disk of 3 MiB and its content.
func toyDisk(t *testing.T, path string) []byte {
	b := make([]byte, 3<<20)
	copy(b[1<<20:], "something")
	must(t, os.WriteFile(path, b, 0o644))
	return b
}

// shipped makes the travelling form of a toy disk.
func shipped(t *testing.T, name string) (path string, disk []byte) {
	dir := t.TempDir()
	disk = toyDisk(t, filepath.Join(dir, "disk"))
	path = filepath.Join(dir, name)
	must(t, ship(filepath.Join(dir, "disk"), toyContent(t), buildOptions{station: "vm", version: 7, out: path}, io.Discard))
	return path, disk
}

// TestShip: the manifest has the hash of the disk and of the file that travels; twice the same is the same; what is unpacked
// is the disk.
func TestShip(t *testing.T) {
	one, disk := shipped(t, "box.img.zst")
	two, _ := shipped(t, "box.img.zst")
	sameFiles(t, one, two)
	sameFiles(t, manifestName(one), manifestName(two))
	packed, err := os.ReadFile(one)
	must(t, err)
	var lines []manifestLine
	text, err := os.ReadFile(manifestName(one))
	must(t, err, json.Unmarshal(text, &lines))
	for i, want := range []manifestLine{
		{Path: "image", SHA256: fmt.Sprintf("%x", sha256.Sum256(disk)), Size: 3 << 20, Package: "posbox", Version: "7", Station: "vm"},
		{Path: "image.zst", SHA256: fmt.Sprintf("%x", sha256.Sum256(packed)), Size: int64(len(packed)), Package: "posbox", Version: "7", Station: "vm"},
	} {
		if lines[i] != want {
			t.Errorf("got  %+v\nwant %+v", lines[i], want)
		}
	}
	if len(packed) > 1000 || len(lines) < 10 {
		t.Errorf("%d bytes travel, %d lines", len(packed), len(lines))
	}
	plain, err := plainImage(one, io.Discard)
	must(t, err)
	if b, err := os.ReadFile(plain); err != nil || !bytes.Equal(b, disk) {
		t.Errorf("unpacked: %d bytes, %v", len(b), err)
	}
	must(t, os.WriteFile(plain, []byte("changed"), 0o644))
	if again, err := plainImage(one, io.Discard); err != nil || again != plain {
		t.Errorf("%s %v", again, err)
	}
	if b, _ := os.ReadFile(plain); string(b) != "changed" {
		t.Error("what a guest has written was thrown away")
	}
}

func TestShipPlain(t *testing.T) {
	path, disk := shipped(t, "box.img")
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, disk) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if plain, err := plainImage(path, io.Discard); err != nil || plain != path {
		t.Errorf("%s %v", plain, err)
	}
}

// TestDamagedDownload: an image that cannot be unpacked leaves nothing behind.
func TestDamagedDownload(t *testing.T) {
	for name, damage := range map[string]func(b []byte) []byte{
		"another byte":          func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"half of it":            func(b []byte) []byte { return b[:len(b)/2] },
		"the last byte missing": func(b []byte) []byte { return b[:len(b)-1] },
		"nothing":               func([]byte) []byte { return nil },
	} {
		path, _ := shipped(t, "box.img.zst")
		b, err := os.ReadFile(path)
		must(t, err, os.WriteFile(path, damage(b), 0o644))
		if _, err := plainImage(path, io.Discard); !errors.Is(err, errPacked) {
			t.Errorf("%s: %v", name, err)
		}
		if files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "box.img*")); len(files) != 2 {
			t.Errorf("%s: left behind: %q", name, files)
		}
	}
}
