package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"

	"posbox/gokrazy/splash"
)

// writeSplash puts the picture where the compositor takes its background from: what init has drawn stands there until the
// till has painted, and again when the browser is started anew. The picture has the size of the framebuffer that init drew
// into, which the kernel tells as "1280,800"; on another screen it is fitted in.
func writeSplash(path, size string) error {
	width, height := 1920, 1080
	if text, err := os.ReadFile(size); err == nil {
		var w, h int
		if n, _ := fmt.Sscanf(string(text), "%d,%d", &w, &h); n == 2 && w >= 320 && h >= 200 && w <= 8192 && h <= 8192 {
			width, height = w, h
		}
	}
	m, err := splash.Draw(width, height)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return err
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Chmod(path, 0o644) // whatever the umask: the compositor is another user
}
