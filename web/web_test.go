package web_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"posbox/web"
)

// sources returns the till's files by name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(web.Till(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(web.Till(), name)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 || files["index.html"] == "" {
		t.Fatalf("%d files, index.html has %d bytes: the screen is not embedded", len(files), len(files["index.html"]))
	}
	return files
}

var (
	comment   = regexp.MustCompile(`(?s)<!--.*?-->`)
	reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
)

func TestPageRefersOnlyToItsOwnFiles(t *testing.T) {
	files := sources(t)
	page := comment.ReplaceAllString(files["index.html"], "")
	found := reference.FindAllStringSubmatch(page, -1)
	if len(found) < 4 {
		t.Fatalf("only %d references found", len(found))
	}
	for _, m := range found {
		if _, ok := files[m[1]]; !ok {
			t.Errorf("index.html refers to %q, which is not there", m[1])
		}
	}
}

// The content policy refuses what is inline; it would fail silently on the screen.
func TestNothingIsInline(t *testing.T) {
	for name, text := range sources(t) {
		switch path.Ext(name) {
		case ".html", ".svg":
			page := comment.ReplaceAllString(text, "")
			for _, m := range regexp.MustCompile(`<script[^>]*>([^<]*)<`).FindAllStringSubmatch(page, -1) {
				if strings.TrimSpace(m[1]) != "" {
					t.Errorf("%s has an inline script", name)
				}
			}
			for _, bad := range []string{`<style`, `style=`, `javascript:`, ` onclick`, ` onload`} {
				if strings.Contains(page, bad) {
					t.Errorf("%s contains %q", name, bad)
				}
			}
		case ".js":
			for _, bad := range []string{"eval(", "new Function", "innerHTML", "outerHTML", "document.write", "insertAdjacentHTML", "setAttribute('style'", "http://", "https://"} {
				if strings.Contains(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", ""), bad) {
					t.Errorf("%s contains %q", name, bad)
				}
			}
		case ".css":
			for _, bad := range []string{"@import", "url(", "expression("} {
				if strings.Contains(text, bad) {
					t.Errorf("%s contains %q", name, bad)
				}
			}
		}
	}
}

var imported = regexp.MustCompile(`(?m)^(?:import|export) (?:[^;]* from )?'([^']+)';`)
var names = regexp.MustCompile(`(?m)^import (?:(\w+)|\{ ([^}]+) \}) from '([^']+)';`)

func TestEveryImportExists(t *testing.T) {
	files := sources(t)
	used := map[string]bool{"js/main.js": true}
	for name, text := range files {
		if path.Ext(name) != ".js" {
			continue
		}
		for _, m := range imported.FindAllStringSubmatch(text, -1) {
			target := path.Join(path.Dir(name), m[1])
			if _, ok := files[target]; !ok {
				t.Errorf("%s imports %q, which is not there", name, m[1])
			}
			used[target] = true
		}
		for _, m := range names.FindAllStringSubmatch(text, -1) {
			target := files[path.Join(path.Dir(name), m[3])]
			for _, n := range strings.Split(m[2], ",") {
				n, _, _ = strings.Cut(strings.TrimSpace(n), " as ")
				if n != "" && !regexp.MustCompile(`(?m)^export (?:async )?(?:const|let|class|function) `+n+`\b`).MatchString(target) {
					t.Errorf("%s imports %s from %s, which does not export it", name, n, m[3])
				}
			}
		}
	}
	for name := range files {
		if path.Ext(name) == ".js" && !used[name] {
			t.Errorf("nothing imports %s", name)
		}
	}
}

// texts reads one language.
func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	_, body, ok := strings.Cut(sources(t)["js/texts/"+lang+".js"], "export default ")
	if !ok {
		t.Fatalf("%s has no texts", lang)
	}
	var m map[string]string
	if err := json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimSpace(body), ";")), &m); err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	if len(m) < 100 {
		t.Fatalf("%s has only %d texts", lang, len(m))
	}
	return m
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func TestTextsAreComplete(t *testing.T) {
	mn, en := texts(t, "mn"), texts(t, "en")
	for _, key := range slices.Sorted(maps.Keys(mn)) {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s has no English text", key)
			continue
		}
		a, b := placeholder.FindAllString(mn[key], -1), placeholder.FindAllString(other, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: %v in Mongolian, %v in English", key, a, b)
		}
	}
	for key := range en {
		if _, ok := mn[key]; !ok {
			t.Errorf("%s has no Mongolian text", key)
		}
	}
	for lang, all := range map[string]map[string]string{"mn": mn, "en": en} {
		for key, s := range all {
			if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "  ") {
				t.Errorf("%s %s: %q is empty or badly spaced", lang, key, s)
			}
			if lang == "en" && key != "menu.language_now" && cyrillic(s) {
				t.Errorf("%s is not English: %q", key, s)
			}
		}
	}
}

var (
	literal = regexp.MustCompile(`\bt\('([a-z0-9_.]+)'[,)]`)
	built   = regexp.MustCompile(`\bt\('([a-z0-9_.]+\.)' \+`)
	choice  = regexp.MustCompile(`'([a-z0-9_]+(?:\.[a-z0-9_]+)+)'`)
)

// Every text that is asked for exists, and every text that exists is asked for.
func TestTextsAndScreensAgree(t *testing.T) {
	mn := texts(t, "mn")
	used := map[string]bool{}
	for name, text := range sources(t) {
		if path.Ext(name) != ".js" || strings.HasPrefix(name, "js/texts/") {
			continue
		}
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			if used[m[1]] = true; mn[m[1]] == "" {
				t.Errorf("%s says %q, which has no text", name, m[1])
			}
		}
		for _, m := range choice.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
		for _, m := range built.FindAllStringSubmatch(text, -1) {
			any := false
			for key := range mn {
				if strings.HasPrefix(key, m[1]) {
					any, used[key] = true, true
				}
			}
			if !any {
				t.Errorf("%s builds on %q, and no text begins so", name, m[1])
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(mn)) {
		if !used[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}

func TestWordsStandOnlyAmongTheTexts(t *testing.T) {
	for name, text := range sources(t) {
		if ext := path.Ext(name); (ext == ".js" || ext == ".html" || ext == ".css") && !strings.HasPrefix(name, "js/texts/") && cyrillic(text) {
			t.Errorf("%s contains Cyrillic letters", name)
		}
	}
}

func cyrillic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

var (
	hold   = regexp.MustCompile(`(?:'data-test'|\btest): '([^']+)'`)
	listed = regexp.MustCompile(`[a-z0-9][a-z0-9-]*`)
)

// The list of what tests may hold on to is part of the page.
func TestHoldsAreListed(t *testing.T) {
	files := sources(t)
	list := map[string]bool{}
	for _, word := range listed.FindAllString(comment.FindString(files["index.html"]), -1) {
		list[word] = true
	}
	for name, text := range files {
		if path.Ext(name) != ".js" {
			continue
		}
		for _, m := range hold.FindAllStringSubmatch(text, -1) {
			if !strings.HasSuffix(m[1], "-") && !list[m[1]] {
				t.Errorf("%s holds %q, which index.html does not list", name, m[1])
			}
		}
	}
}
