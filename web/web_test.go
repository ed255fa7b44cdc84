package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"posbox/web"
	"posbox/web/bundle"
)

// tree is the folder web as it stands on disk.
var tree = os.DirFS(".")

// files reads what lies below some folders of a tree, by name.
func files(t *testing.T, from fs.FS, folders ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, folder := range folders {
		err := fs.WalkDir(from, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(from, name)
			all[name] = string(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) == 0 {
		t.Fatalf("nothing below %v", folders)
	}
	return all
}

// each runs a test for each screen.
func each(t *testing.T, test func(t *testing.T, screen string)) {
	for _, s := range bundle.Screens {
		t.Run(s.Name, func(t *testing.T) { test(t, s.Name) })
	}
}

// sources returns a screen's own sources, and those of the kit.
func sources(t *testing.T, screen string) map[string]string {
	t.Helper()
	all := files(t, tree, "kit", screen)
	if len(all) < 30 || all[screen+"/index.html"] == "" {
		t.Fatalf("only %d sources found", len(all))
	}
	return all
}

// screens returns the sources in TypeScript.
func screens(t *testing.T, screen string) map[string]string {
	all := sources(t, screen)
	maps.DeleteFunc(all, func(name, _ string) bool { return path.Ext(name) != ".ts" && path.Ext(name) != ".tsx" })
	return all
}

// dist is committed, so that nobody needs anything to build posd; it must be what the sources make.
func TestDistIsFresh(t *testing.T) {
	want, err := bundle.Build(tree, bundle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	have := files(t, tree, "dist")
	for name, body := range want {
		if have["dist/"+name] != string(body) {
			t.Errorf("dist/%s is not what the sources make: go run ./web/build", name)
		}
		delete(have, "dist/"+name)
	}
	for name := range have {
		t.Errorf("nothing makes %s: go run ./web/build", name)
	}
	again, err := bundle.Build(tree, bundle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(want, again, bytes.Equal) {
		t.Error("the same sources make other bytes the second time")
	}
}

// What is not ours must be what its makers published.
func TestVendorIsUntouched(t *testing.T) {
	list, err := fs.ReadFile(tree, "vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	have := files(t, tree, "vendor")
	delete(have, "vendor/SHA256SUMS")
	delete(have, "vendor/README.md")
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		want, name, _ := strings.Cut(line, "  ")
		sum := sha256.Sum256([]byte(have["vendor/"+name]))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("vendor/%s has SHA-256 %s, want %s", name, got, want)
		}
		delete(have, "vendor/"+name)
	}
	for name := range have {
		t.Errorf("%s has no sum in vendor/SHA256SUMS", name)
	}
	for _, folder := range []string{"preact", "signals", "signals-core", "noto-sans", "uplot"} {
		if _, err := fs.Stat(tree, "vendor/"+folder+"/LICENSE"); err != nil {
			t.Error(err)
		}
	}
}

var (
	comment   = regexp.MustCompile(`(?s)<!--.*?-->`)
	reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	fetched   = regexp.MustCompile(`url\(["']?([^"')]*)`)
)

// served are a screen's files as a browser gets them.
func served(t *testing.T, screen string) map[string]string {
	t.Helper()
	return files(t, map[string]func() fs.FS{"till": web.Till, "baaz": web.Baaz}[screen](), ".")
}

func TestPageRefersOnlyToItsOwnFiles(t *testing.T) { each(t, refersOnlyToItsOwnFiles) }

func refersOnlyToItsOwnFiles(t *testing.T, screen string) {
	served := served(t, screen)
	found := reference.FindAllStringSubmatch(comment.ReplaceAllString(served["index.html"], ""), -1)
	if len(found) < 3 {
		t.Fatalf("only %d references found", len(found))
	}
	fonts := fetched.FindAllStringSubmatch(served["main.css"], -1)
	if len(fonts) < 8 {
		t.Fatalf("only %d fonts found", len(fonts))
	}
	for _, m := range append(found, fonts...) {
		if _, ok := served[m[1]]; !ok {
			t.Errorf("%q is referred to and not there", m[1])
		}
	}
}

// The content policy refuses what is inline; it would fail silently on the screen.
func TestNothingIsInline(t *testing.T) { each(t, nothingIsInline) }

func nothingIsInline(t *testing.T, screen string) {
	page := comment.ReplaceAllString(served(t, screen)["index.html"], "")
	for _, m := range regexp.MustCompile(`<script[^>]*>([^<]*)<`).FindAllStringSubmatch(page, -1) {
		if strings.TrimSpace(m[1]) != "" {
			t.Error("index.html has an inline script")
		}
	}
	refuse := func(name, text string, bad ...string) {
		for _, b := range bad {
			if strings.Contains(text, b) {
				t.Errorf("%s contains %q", name, b)
			}
		}
	}
	refuse("index.html", page, `<style`, `style=`, `javascript:`, ` onclick`, ` onload`)
	for name, text := range sources(t, screen) {
		switch path.Ext(name) {
		case ".ts", ".tsx":
			refuse(name, text, "eval(", "new Function", "innerHTML", "outerHTML", "dangerouslySetInnerHTML", "document.write", "insertAdjacentHTML", "style=", "http://", "https://")
		case ".css":
			refuse(name, strings.ReplaceAll(text, `url("fonts/`, ""), "url(", "expression(", "http:", "https:")
		}
	}
}

var (
	// dark is what styles say of dark colours.
	dark = regexp.MustCompile(`(?s)@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}\s*\}`)
	// shade is a token that is a colour, or a shadow of one.
	shade = regexp.MustCompile(`^--[\w-]+: (0 \d+px \d+px )?(#[0-9a-f]{6}|rgb\([\d ./]+\))$`)
	// why is a comment of a style sheet.
	why = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// Dark changes nothing but colours, so that whoever judges the screens (web/shots) has to look there for nothing else.
func TestDark(t *testing.T) { each(t, darkIsColours) }

func darkIsColours(t *testing.T, screen string) {
	shades := 0
	for name, text := range sources(t, screen) {
		for _, m := range dark.FindAllStringSubmatch(text, -1) {
			for said := range strings.SplitSeq(why.ReplaceAllString(m[1], ""), ";") {
				said = strings.TrimSpace(said)
				switch {
				case shade.MatchString(said):
					shades++
				case said != "" && said != "color-scheme: dark":
					t.Errorf("%s: dark says more than a colour: %s", name, said)
				}
			}
		}
		// The chart asks as well: it draws on a canvas. The app's page says which colour the phone's own bar has.
		rest := dark.ReplaceAllString(text, "")
		if name != "baaz/chart.tsx" && name != "baaz/index.html" && (strings.Contains(rest, "prefers-color-scheme") || strings.Contains(rest, "light-dark(")) {
			t.Errorf("%s: dark says more than the tokens' colours", name)
		}
	}
	if shades < 20 {
		t.Errorf("dark has only %d colours", shades)
	}
}

// Every source is part of a screen.
func TestEverySourceIsImported(t *testing.T) {
	all, used := map[string]string{}, map[string]bool{}
	for _, s := range bundle.Screens {
		maps.Copy(all, screens(t, s.Name))
		for _, entry := range s.Entries {
			used[s.Name+"/"+entry] = true
		}
	}
	from := regexp.MustCompile(`(?m)^(?:import|export)\b[^'"]*['"](\.[^'"]+)['"];?`)
	for name, text := range all {
		for _, m := range from.FindAllStringSubmatch(text, -1) {
			target := path.Join(path.Dir(name), m[1])
			used[target], used[target+".ts"], used[target+".tsx"] = true, true, true
		}
	}
	for name := range all {
		if !used[name] {
			t.Errorf("nothing imports %s", name)
		}
	}
}

// texts reads one language of a screen.
func texts(t *testing.T, screen, lang string) map[string]string {
	t.Helper()
	m := map[string]string{}
	for name, body := range files(t, tree, screen+"/texts") {
		if path.Base(name) != lang+".json" {
			continue
		}
		before, own := len(m), map[string]string{}
		if err := json.Unmarshal([]byte(body), &own); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if maps.Copy(m, own); len(m) != before+len(own) {
			t.Errorf("%s says again what another file says", name)
		}
	}
	if len(m) < 60 {
		t.Fatalf("%s has only %d texts", lang, len(m))
	}
	return m
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// foreign are the texts that stand in the other language: the way into it.
var foreign = map[string]bool{"menu.language_now": true, "lang.mn": true, "shell.language": true}

func TestTextsAreComplete(t *testing.T) { each(t, textsAreComplete) }

func textsAreComplete(t *testing.T, screen string) {
	mn, en := texts(t, screen, "mn"), texts(t, screen, "en")
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
			if lang == "en" && !foreign[key] && cyrillic(s) {
				t.Errorf("%s is not English: %q", key, s)
			}
			if lang == "mn" && strings.Contains(s, "BAAZ") {
				t.Errorf("%s: БААЗ is written in Cyrillic in Mongolian: %q", key, s)
			}
		}
	}
}

var (
	literal = regexp.MustCompile(`\b(?:t|say)\('([a-z0-9_.]+)'[,)]`)
	built   = regexp.MustCompile("\\b(?:tOf\\('|t\\(`)([a-z0-9_.]+\\.)")
	choice  = regexp.MustCompile(`'([a-z0-9_]+(?:\.[a-z0-9_]+)+)'`)
)

// boards are the kit's keyboards on the screen: the till's only.
var boards = map[string]bool{"kit/board.tsx": true}

// Every text that is asked for exists, and every text that exists is asked for.
func TestTextsAndScreensAgree(t *testing.T) { each(t, textsAndScreensAgree) }

func textsAndScreensAgree(t *testing.T, screen string) {
	mn := texts(t, screen, "mn")
	used := map[string]bool{}
	for name, text := range screens(t, screen) {
		if boards[name] && screen != "till" {
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

func TestWordsStandOnlyAmongTheTexts(t *testing.T) { each(t, wordsStandOnlyAmongTheTexts) }

func wordsStandOnlyAmongTheTexts(t *testing.T, screen string) {
	for name, text := range sources(t, screen) {
		if path.Ext(name) != ".json" && path.Ext(name) != ".png" && cyrillic(text) {
			t.Errorf("%s contains Cyrillic letters", name)
		}
	}
}

func cyrillic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

var (
	hold   = regexp.MustCompile(`\b(?:data-test=|test=|test: ?)["']([^"']+)["']`)
	listed = regexp.MustCompile(`[a-z0-9][a-z0-9-]*`)
)

// The list of what tests may hold on to is part of the page.
func TestHoldsAreListed(t *testing.T) { each(t, holdsAreListed) }

func holdsAreListed(t *testing.T, screen string) {
	list := map[string]bool{}
	for _, word := range listed.FindAllString(comment.FindString(sources(t, screen)[screen+"/index.html"]), -1) {
		list[word] = true
	}
	found := 0
	for name, text := range screens(t, screen) {
		if strings.HasPrefix(name, "kit/") && screen != "till" {
			continue // what the kit holds on to by itself is the till's
		}
		for _, m := range hold.FindAllStringSubmatch(text, -1) {
			found++
			if !strings.HasSuffix(m[1], "-") && !list[m[1]] {
				t.Errorf("%s holds %q, which index.html does not list", name, m[1])
			}
		}
	}
	if found < 20 {
		t.Fatalf("only %d holds found", found)
	}
}
