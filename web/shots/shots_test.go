package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"testing"

	"posbox/web/browser"
	"posbox/web/canned"
)

//go:embed layout.js
var layout string

// few are looked at in every run; all of them under POSBOX_STRICT=1 (./test).
var few = []string{"sell-50", "sell-long", "sell-tabs", "goods-long", "trouble-many"}

// scenes picks what this run looks at.
func scenes(t *testing.T) (picked []canned.Scene) {
	t.Helper()
	if _, err := browser.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	if os.Getenv("POSBOX_STRICT") == "1" {
		return canned.All()
	}
	for _, name := range few {
		found := canned.Named(name)
		if len(found) == 0 {
			t.Fatalf("no scene is called %s", name)
		}
		picked = append(picked, found[0])
	}
	return picked
}

// TestLayout: in every situation, size and language nothing is cut off, nothing leaves the screen, every button is large
// enough for a finger, and the browser has nothing to complain about.
func TestLayout(t *testing.T) {
	err := visit(scenes(t), langs, false, func(p *browser.Page, s canned.Scene, lang string) (err error) {
		for _, z := range sizesOf(s, nil) {
			p.Size(z.w, z.h)
			p.Settle()
			for _, wrong := range browser.Look[[]string](p, layout) {
				err = errors.Join(err, fmt.Errorf("%v: %s", z, wrong))
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestPictures: what the command is for.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	n, err := drawAll(dir, scenes(t)[:1], nil, []string{"mn"}, false)
	if err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(dir)
	if err != nil || n != len(sizes) || len(made) != n {
		t.Errorf("%d pictures, %d files: %v", n, len(made), err)
	}
}
