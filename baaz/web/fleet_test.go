package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder puts files into a folder of downloads.
func folder(t *testing.T, files map[string]string) *Server {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &Server{o: Options{Downloads: dir, Logger: slog.New(slog.DiscardHandler)}}
}

func manifestOf(path, content, station string) string {
	return fmt.Sprintf(`[{"path":"image","sha256":"%064d","size":9000,"package":"posbox","version":"7","station":"%s"},{"path":"%s","sha256":"%s","size":%d,"package":"posbox","version":"7","station":"%s"},{"path":"esp/x"`,
		1, station, path, sumOf(content), len(content), station) // the rest is never read
}

// Only whole images with a manifest are offered, and nothing else can be had.
func TestDownloads(t *testing.T) {
	s := folder(t, map[string]string{"pc.img.zst": "packed", "pc.img.zst.manifest.json": manifestOf("image.zst", "packed", "pc"),
		"half.img.zst": "pac", "half.img.zst.manifest.json": manifestOf("image.zst", "packed", "pc"), "lost.img.zst.manifest.json": manifestOf("image.zst", "packed", "pc"),
		"bad.img.manifest.json": "{}", "bad.img": "x", "secret.txt": "no"})
	if err := os.Symlink("/etc/passwd", filepath.Join(s.o.Downloads, "out.img")); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(s.o.Downloads, "out.img.manifest.json"), []byte(manifestOf("image", "x", "pc")), 0o644)
	list, err := s.shipped()
	if err != nil || len(list) != 1 || list[0].File != "pc.img.zst" || list[0].Station != "pc" || list[0].Version != "7" || list[0].Size != 6 || list[0].SHA256 != sumOf("packed") || list[0].Made.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
	if none, err := (&Server{}).shipped(); err != nil || len(none) != 0 || none == nil {
		t.Errorf("without a folder: %v, %v", none, err)
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add(manifestOf("image.zst", "packed", "pc"), true)
	f.Add(`[{"path":"image","sha256":"","size":-1}]`, false)
	f.Fuzz(func(t *testing.T, text string, packed bool) {
		d, err := readManifest(strings.NewReader(text), packed)
		if err == nil && (d.Size <= 0 || len(d.SHA256) != 64 || d.Station == "") {
			t.Errorf("taken: %+v", d)
		}
	})
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
