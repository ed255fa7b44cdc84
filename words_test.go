package posbox_test

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// The e-barimt is called И-баримт in Mongolian, as the tax office calls it, on screens, on paper and in BAAZ.
var (
	mongolian = regexp.MustCompile(`\p{Cyrillic}`)
	miscalled = regexp.MustCompile(`(?i)\be-?barimt|(^|[^\pL])[eец]-баримт`)
)

func TestEbarimtHasOneName(t *testing.T) {
	texts := 0
	look := func(path, text string) {
		if !mongolian.MatchString(text) {
			return
		}
		texts++
		if found := miscalled.FindString(text); found != "" {
			t.Errorf("%s says %q in %q: it is called И-баримт", path, found, text)
		}
	}
	fset, files := sources(t)
	for _, s := range files {
		if s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, _ := strconv.Unquote(lit.Value)
				look(fset.Position(lit.Pos()).String(), text)
			}
			return true
		})
	}
	for _, pattern := range []string{"web/*/texts/mn.json", "web/*/texts/*/mn.json"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			said := map[string]string{}
			data, err := os.ReadFile(path)
			if err == nil {
				err = json.Unmarshal(data, &said)
			}
			if err != nil {
				t.Fatal(path, err)
			}
			for _, text := range said {
				look(path, text)
			}
		}
	}
	if texts < 1000 {
		t.Errorf("only %d Mongolian texts are found: they stand elsewhere now", texts)
	}
}
