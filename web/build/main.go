// Command build bundles the screens: go run ./web/build writes web/dist, which is committed. With -dev it goes on,
// bundles again whenever a source changes, and leaves the result readable. posd and baazd embed it: build and start them anew to
// see it, and build once more without -dev before committing.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"posbox/web/bundle"
)

func main() {
	dev := flag.Bool("dev", false, "readable, and again after every change")
	root := flag.String("web", "web", "the folder web")
	flag.Parse()
	if err := build(*root, *dev); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		if !*dev {
			os.Exit(1)
		}
	}
	for seen := newest(*root); *dev; time.Sleep(300 * time.Millisecond) {
		if now := newest(*root); now.After(seen) {
			seen = now
			if err := build(*root, true); err != nil {
				fmt.Fprintln(os.Stderr, "build:", err)
			}
		}
	}
}

// build writes what differs and removes what is no longer made.
func build(root string, readable bool) error {
	began := time.Now()
	files, err := bundle.Build(os.DirFS(root), bundle.Options{Readable: readable})
	if err != nil {
		return err
	}
	dist := filepath.Join(root, "dist")
	total := 0
	for name, body := range files {
		total += len(body)
		p := filepath.Join(dist, filepath.FromSlash(name))
		if old, err := os.ReadFile(p); err == nil && bytes.Equal(old, body) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p, body, 0o644); err != nil {
			return err
		}
	}
	err = filepath.WalkDir(dist, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dist, p)
		if err == nil && files[filepath.ToSlash(name)] == nil {
			err = os.Remove(p)
		}
		return err
	})
	fmt.Printf("%d files, %d kB, %v\n", len(files), total>>10, time.Since(began).Round(time.Millisecond))
	return err
}

// newest returns when a source was last changed.
func newest(root string) (t time.Time) {
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "dist" {
			return fs.SkipDir
		}
		if fi, err := d.Info(); err == nil && fi.ModTime().After(t) {
			t = fi.ModTime()
		}
		return nil
	})
	return t
}
