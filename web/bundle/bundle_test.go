package bundle_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"posbox/web/bundle"
)

// options build the one screen that the tests have.
var options = bundle.Options{Screens: bundle.Screens[:1]}

func shop(main string) fstest.MapFS {
	src := fstest.MapFS{}
	for name, body := range map[string]string{
		"till/main.tsx": main, "till/main.css": `@import "../kit/a.css"; @font-face { src: url("fonts/x.woff2") }`, "kit/a.css": "p { margin: 0 }",
		"till/index.html": "<p>", "till/icon.svg": "<svg>", "till/words.json": `{"a":"б"}`, "kit/part.tsx": `export const Part = () => <b>x</b>;`,
		"vendor/noto-sans/x.woff2": "font", "vendor/preact/dist/preact.mjs": "export const h = 1;",
		"vendor/preact/jsx-runtime/dist/jsxRuntime.mjs": `export { h } from "preact"; export const jsx = (t) => t, jsxs = jsx, Fragment = 0;`,
	} {
		src[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return src
}

func TestBuild(t *testing.T) {
	files, err := bundle.Build(shop(`import { Part } from '../kit/part'; import words from './words.json'; console.log(<Part />, words.a);`), options)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"till/main.js": "б", "till/main.css": "margin:0", "till/index.html": "<p>", "till/icon.svg": "<svg>", "till/fonts/x.woff2": "font",
	} {
		if !strings.Contains(string(files[name]), want) {
			t.Errorf("%s is %q, want %q in it", name, files[name], want)
		}
	}
	if !strings.Contains(string(files["till/main.css"]), "fonts/x.woff2") {
		t.Errorf("the font's address is lost: %s", files["till/main.css"])
	}
}

func TestRefused(t *testing.T) {
	for main, want := range map[string]string{
		`import 'react';`:                             "none of the libraries",
		`import './missing';`:                         "there is no till/missing",
		`import '../../etc/passwd';`:                  "there is no",
		`const x = ;`:                                 "Unexpected",
		`import { gone } from '../kit/part'; gone();`: "gone",
	} {
		if _, err := bundle.Build(shop(main), options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", main, err, want)
		}
	}
}
