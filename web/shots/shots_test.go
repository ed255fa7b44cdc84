package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"posbox/web/browser"
	"posbox/web/canned"
)

//go:embed layout.js
var layout string

// few are looked at in every run; all of them under POSBOX_STRICT=1 (./test).
var few = []string{"sell-50", "sell-long", "sell-tabs", "pay-enough", "goods-long", "trouble-many", "owner-good", "owner-import-errors", "display-due"}

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

// TestScreens: in every situation, size and language nothing is cut off, nothing leaves the screen, every button is large
// enough for a finger, the page says its language, axe-core finds nothing in light and dark colours, and the browser has
// nothing to complain about.
func TestScreens(t *testing.T) {
	axe, err := os.ReadFile("../vendor/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	err = visit(scenes(t), langs, false, func(p *browser.Page, s canned.Scene, lang string) (err error) {
		for _, z := range sizesOf(s, nil) {
			p.Size(z.w, z.h)
			p.Settle()
			for _, wrong := range browser.Look[[]string](p, layout) {
				err = errors.Join(err, fmt.Errorf("%v: %s", z, wrong))
			}
		}
		if got := browser.Look[string](p, "document.documentElement.lang"); got != lang {
			err = errors.Join(err, fmt.Errorf("the page says that it is in %q", got))
		}
		p.Do(string(axe))
		for _, dark := range []bool{false, true} {
			p.Dark(dark)
			p.Settle()
			err = errors.Join(err, accessible(p, dark))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// finding is what axe-core says.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target  []any
		Summary string `json:"failureSummary"`
	}
}

const rules = `(await axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
	.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }))`

// accessible lists what axe-core finds on the page as it stands.
func accessible(p *browser.Page, dark bool) (err error) {
	for _, f := range browser.Look[[]finding](p, rules) {
		for _, n := range f.Nodes {
			err = errors.Join(err, fmt.Errorf("dark %v: %s (%s): %s: %v: %s", dark, f.ID, f.Impact, f.Help, n.Target, strings.ReplaceAll(n.Summary, "\n", " ")))
		}
	}
	return err
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
