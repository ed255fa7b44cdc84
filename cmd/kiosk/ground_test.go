package main

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestWriteSplash: the picture has the size of the framebuffer, or a usual one where the kernel tells none that makes sense.
func TestWriteSplash(t *testing.T) {
	for text, want := range map[string][2]int{
		"1280,800\n": {1280, 800}, "": {1920, 1080}, "1280": {1920, 1080}, "0,0": {1920, 1080}, "-5,9": {1920, 1080}, "99999999,99999999": {1920, 1080},
	} {
		dir := t.TempDir()
		size, path := filepath.Join(dir, "virtual_size"), filepath.Join(dir, "splash.png")
		if text != "" {
			if err := os.WriteFile(size, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := writeSplash(path, size); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(f)
		f.Close()
		if err != nil || c.Width != want[0] || c.Height != want[1] {
			t.Errorf("%q: %dx%d %v, want %v", text, c.Width, c.Height, err, want)
		}
	}
}
