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
	axe, err := os.ReadFile(axeFile())
	if err != nil {
		return err
	}
	p.Do("if (!window.axe) {" + string(axe) + "}")
	for _, f := range browser.Look[[]finding](p, rules) {
		for _, n := range f.Nodes {
			err = errors.Join(err, fmt.Errorf("dark %v: %s (%s): %s: %v: %s", dark, f.ID, f.Impact, f.Help, n.Target, strings.ReplaceAll(n.Summary, "\n", " ")))
		}
	}
	return err
}

// axeFile is where axe-core lies: beside this command's source, whether it runs from the root or as a test.
func axeFile() string {
	const file = "vendor/axe/axe.min.js"
	if _, err := os.Stat("web/" + file); err == nil {
		return "web/" + file
	}
	return "../" + file
}
