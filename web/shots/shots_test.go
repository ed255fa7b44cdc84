package main

import (
	"os"
	"testing"

	"posbox/web/browser"
)

// few are looked at in every run; all of them under POSBOX_STRICT=1 (./test).
var few = []string{"sell-50", "sell-long", "sell-tabs", "pay-enough", "goods-long", "trouble-many", "owner-good", "owner-import-errors", "display-due",
	"baaz-link-first", "baaz-today"}

// chromium skips a test where there is no browser.
func chromium(t *testing.T) {
	t.Helper()
	if _, err := browser.Path(); err != nil {
		if os.Getenv("POSBOX_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// scenes picks what this run looks at.
func scenes(t *testing.T) (picked []scene) {
	t.Helper()
	chromium(t)
	if os.Getenv("POSBOX_STRICT") == "1" {
		return all()
	}
	for _, name := range few {
		found := named(name)
		if len(found) == 0 {
			t.Fatalf("no scene is called %s", name)
		}
		picked = append(picked, found[0])
	}
	return picked
}

// TestScreens: in every situation, size and language nothing is cut off, nothing leaves the screen, every button is large
// enough for a finger, the page says its language, axe-core finds nothing in light and dark colours, and the browser has
// nothing to complain about.
func TestScreens(t *testing.T) {
	if err := visit(scenes(t), langs, false, strictly); err != nil {
		t.Error(err)
	}
}

// TestPictures: what the command is for.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	n, err := drawAll(dir, scenes(t)[:1], nil, []string{"mn"}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(dir)
	if err != nil || n != len(sizes) || len(made) != n {
		t.Errorf("%d pictures, %d files: %v", n, len(made), err)
	}
}
