package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"strings"

	"posbox/web/browser"
)

//go:embed layout.js
var layout string

// judge lists what is wrong with the layout of the page as it stands.
func judge(p *browser.Page, z size) (err error) {
	for _, wrong := range browser.Look[[]string](p, layout) {
		err = errors.Join(err, fmt.Errorf("%v: %s", z, wrong))
	}
	return err
}

// strictly judges a scene in all its sizes, and in light and dark colours. Dark changes nothing but colours (TestDark), so only
// these are looked at once more.
func strictly(p *browser.Page, s scene, lang string) (err error) {
	for _, z := range s.sizes {
		p.Size(z.w, z.h)
		p.Settle()
		err = errors.Join(err, judge(p, z))
	}
	if got := browser.Look[string](p, "document.documentElement.lang"); got != lang {
		err = errors.Join(err, fmt.Errorf("the page says that it is in %q", got))
	}
	err = errors.Join(err, accessible(p, false, every))
	p.Dark(true)
	p.Settle()
	return errors.Join(err, accessible(p, true, colours))
}

// finding is what axe-core says.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target  []any
		Summary string `json:"failureSummary"`
	}
}

// What axe-core is asked for: every rule of these kinds, or those of them that are about colours.
const (
	every   = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	colours = `axe.getRules(` + every + `).filter(({ tags }) => tags.includes('cat.color')).map(({ ruleId }) => ruleId)`
	found   = `(await axe.run(document, { resultTypes: ['violations'], runOnly: %s }))
	.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }))`
)

// accessible lists what axe-core, of the rules asked for, finds on the page as it stands.
func accessible(p *browser.Page, dark bool, asked string) (err error) {
	for _, f := range browser.Look[[]finding](p, fmt.Sprintf(found, asked)) {
		for _, n := range f.Nodes {
			err = errors.Join(err, fmt.Errorf("dark %v: %s (%s): %s: %v: %s", dark, f.ID, f.Impact, f.Help, n.Target, strings.ReplaceAll(n.Summary, "\n", " ")))
		}
	}
	return err
}

// judged is a blank page in which axe-core waits in every document: coming with each, it is read anew only by the first.
func judged(t browser.T, br *browser.Browser) *browser.Page {
	t.Helper()
	axe, err := os.ReadFile(axeFile())
	if err != nil {
		t.Fatalf("%v", err)
	}
	p := br.Blank(t)
	p.Before(string(axe))
	return p
}

// axeFile is where axe-core lies: beside this command's source, whether it runs from the root or as a test.
func axeFile() string {
	const file = "vendor/axe/axe.min.js"
	if _, err := os.Stat("web/" + file); err == nil {
		return "web/" + file
	}
	return "../" + file
}
