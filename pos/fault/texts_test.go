package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"posbox/pos/fault"
)

// declared reads the code constants out of the package's source: name of the constant and code.
func declared(t *testing.T) map[string]fault.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "texts.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]fault.Code{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
			return true
		}
		for i, name := range spec.Names {
			text, err := strconv.Unquote(spec.Values[i].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes[name.Name] = fault.Code(text)
		}
		return true
	})
	if len(codes) < 50 {
		t.Fatalf("only %d codes found in texts.go: the test does not read it right", len(codes))
	}
	return codes
}

func TestEveryCodeHasAText(t *testing.T) {
	form := regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)?$`)
	seen := map[fault.Code]string{}
	for name, code := range declared(t) {
		if other, twice := seen[code]; twice {
			t.Errorf("%s and %s are both %q", name, other, code)
		}
		seen[code] = name
		if !form.MatchString(string(code)) {
			t.Errorf("%s is %q, not of the form subject.what_is_wrong", name, code)
		}
		if _, ok := fault.Texts[code]; !ok {
			t.Errorf("%s (%s) has no text", name, code)
		}
	}
	for code := range fault.Texts {
		if _, ok := seen[code]; !ok {
			t.Errorf("the text of %q belongs to no declared code", code)
		}
	}
}

func TestEveryTextIsComplete(t *testing.T) {
	for code, text := range fault.Texts {
		for where, s := range map[string]string{"MN": text.MN, "HintMN": text.HintMN, "EN": text.EN, "HintEN": text.HintEN} {
			if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "  ") {
				t.Errorf("%s %s: %q is empty or badly spaced", code, where, s)
			}
			if words := placeholder.ReplaceAllString(s, ""); strings.ContainsAny(words, "{}") {
				t.Errorf("%s %s: %q has a broken placeholder", code, where, s)
			}
			if cyrillic, latin := letters(s); strings.HasSuffix(where, "MN") && cyrillic <= latin {
				t.Errorf("%s %s: %q is not Mongolian", code, where, s)
			} else if strings.HasSuffix(where, "MN") && strings.Contains(s, "BAAZ") {
				t.Errorf("%s %s: БААЗ is written in Cyrillic in Mongolian: %q", code, where, s)
			} else if strings.HasSuffix(where, "EN") && (cyrillic > 0 || latin == 0) {
				t.Errorf("%s %s: %q is not English", code, where, s)
			}
		}
		if s := text.Severity; s != fault.Blocking && s != fault.Warning && s != fault.Notice {
			t.Errorf("%s has no severity: %q", code, s)
		}
		mn, en := needs(text.MN+text.HintMN), needs(text.EN+text.HintEN)
		if !maps.Equal(mn, en) {
			t.Errorf("%s: Mongolian wants %v, English %v", code, sorted(mn), sorted(en))
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// needs returns the names in curly brackets.
func needs(s string) map[string]bool {
	names := map[string]bool{}
	for _, p := range placeholder.FindAllString(s, -1) {
		names[p[1:len(p)-1]] = true
	}
	return names
}

// letters counts the letters of a sentence outside placeholders.
func letters(s string) (cyrillic, latin int) {
	for _, r := range placeholder.ReplaceAllString(s, "") {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	return cyrillic, latin
}

func sorted(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
