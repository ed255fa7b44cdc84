// Package posbox_test keeps the rules that hold for the whole repository.
package posbox_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "posbox"

// rooms says to which ring each top-level room belongs, and why. A new room needs a line here.
var rooms = map[string]struct{ ring, why string }{
	"pos":     {"heart", "decides; the same input gives the same facts for ever"},
	"journal": {"leaf", "keeps facts; knows nothing of who reads them"},
	"catalog": {"leaf", "keeps goods on disk"},
	"central": {"leaf", "keeps on the box what BAAZ has sent down"},
	"config":  {"leaf", "reads settings"},
	"engine":  {"leaf", "joins heart and journal; every edge speaks to it and it to none"},
	"uploads": {"leaf", "keeps files that were brought to the till until they are taken in"},
	"typed":   {"leaf", "keeps what has been typed at the till and not done yet"},
	"wire":    {"leaf", "what a box and BAAZ say to each other; pure"},
	"openapi": {"leaf", "describes Go types for the APIs of till and BAAZ"},
	"table":   {"leaf", "writes tables that people take away"},
	"web":     {"leaf", "holds the screen's files"},
	"release": {"leaf", "what an update is made of; pure"},
	"outbox":  {"edge", "carries facts to devices through interfaces"},
	"ui":      {"edge", "serves the screen's API"},
	"uplink":  {"edge", "speaks to BAAZ for the box"},
	"baaz":    {"edge", "the server's rooms; they share its store and who may do what"},
	"drivers": {"edge", "speak to devices"},
	"kiosk":   {"leaf", "how compositor and browser are spoken to"},
	"gokrazy": {"leaf", "what starts the box, and the formats that it shares with its builder"},
	"ota":     {"edge", "the box's side of updates"},
	"image":   {"edge", "builds and starts what gokrazy describes; programs come from their sources, not by import"},
	"cmd":     {"wiring", "the only place that joins edges"},
}

// pure lists what the heart may import besides itself and the standard library's pure parts.
var pure = map[string]string{
	"github.com/go-fonts/dejavu/dejavusansmono":     "font data for receipts",
	"github.com/go-fonts/dejavu/dejavusansmonobold": "font data for receipts",
	"golang.org/x/crypto/argon2":                    "password hashes, computed from what is handed in",
	"golang.org/x/image/font":                       "glyphs of receipts",
	"golang.org/x/image/font/opentype":              "glyphs of receipts",
	"golang.org/x/image/font/sfnt":                  "glyphs of receipts",
	"golang.org/x/image/math/fixed":                 "glyph positions",
	"golang.org/x/text/unicode/norm":                "names with combining marks",
	"rsc.io/qr":                                     "QR codes on receipts",
}

// impure lists what the heart must not import from the standard library, and what happens if it does.
var impure = map[string]string{
	"os": "I/O", "net": "I/O", "net/http": "I/O", "io/fs": "I/O", "os/exec": "I/O", "syscall": "I/O", "log": "I/O", "log/slog": "I/O",
	"math/rand": "randomness", "math/rand/v2": "randomness", "crypto/rand": "randomness", "database/sql": "I/O", "embed": "I/O",
	"math/big": "not needed: amounts fit 64 bits", "math": "floats",
}

type source struct {
	path string // slash-separated, relative to the root
	file *ast.File
	test bool
}

// sources parses every Go file of the repository. It reads files instead of asking the go tool, whose answers are
// cached without noticing new imports.
func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	fset := token.NewFileSet()
	var all []source
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(p), f, strings.HasSuffix(p, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d Go files found: the walk is broken", len(all))
	}
	return fset, all
}

func imports(f *ast.File) (paths []string) {
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

// room returns the top-level room of a file or of an import of this module.
func room(p string) string { first, _, _ := strings.Cut(p, "/"); return first }

func TestImportRule(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		from := room(s.path)
		if !strings.Contains(s.path, "/") {
			continue
		}
		here, ok := rooms[from]
		if !ok {
			t.Errorf("%s: room %s stands in no ring: add it to the table with a reason", s.path, from)
			continue
		}
		for _, p := range imports(s.file) {
			if why := breaks(s, from, here.ring, p); why != "" {
				t.Errorf("%s imports %s: %s", s.path, p, why)
			}
		}
	}
}

// breaks says why a file may not import a package; empty where it may.
func breaks(s source, from, ring, p string) string {
	inside, ours := strings.CutPrefix(p, module+"/")
	if !ours {
		if ring != "heart" || s.test {
			return ""
		}
		if why, ok := impure[p]; ok {
			return "the heart has no " + why
		}
		if strings.Contains(room(p), ".") && pure[p] == "" {
			return "not among the heart's pure libraries"
		}
		return ""
	}
	to := room(inside)
	target := rooms[to].ring
	switch {
	case target == "":
		return "that room stands in no ring"
	case target == "wiring":
		return "nobody imports the wiring"
	case ring == "wiring" || s.test && ring != "heart":
		return "" // tests may put a real device beside what they test
	case ring == "heart" && target != "heart":
		return "the heart imports only the heart"
	case ring == "leaf" && target == "edge":
		return "leaves import only leaves"
	case ring == "edge" && target == "edge":
		return betweenEdges(s.path, from, inside, to)
	}
	return ""
}

// share names the rooms that the others inside a divided edge may import.
var share = map[string][]string{
	"drivers": {"drivers/bus"},
	// Who may do what is asked by whoever answers, and decided in one table; what registers there are stands in another,
	// from which the API describes itself.
	"baaz": {"baaz/store", "baaz/who", "baaz/registers"},
}

func betweenEdges(file, from, inside, to string) string {
	if from != to {
		return "an edge imports no other edge"
	}
	shared, split := share[from]
	if !split || slices.ContainsFunc(shared, func(room string) bool { return inside == room || strings.HasPrefix(inside, room+"/") }) {
		return ""
	}
	mine := strings.Join(strings.Split(file, "/")[:2], "/")
	if strings.HasPrefix(inside, mine) {
		return ""
	}
	return "inside " + from + "/ rooms share only " + strings.Join(shared, ", ")
}

// TestImportRuleBites plants violations and demands that each is seen.
func TestImportRuleBites(t *testing.T) {
	for _, c := range []struct{ file, imported string }{
		{"pos/till/x.go", "posbox/journal"}, {"pos/till/x.go", "os"}, {"pos/till/x.go", "math/rand/v2"},
		{"pos/till/x.go", "github.com/someone/lib"}, {"journal/x.go", "posbox/ui"}, {"ui/x.go", "posbox/drivers/escpos"},
		{"outbox/x.go", "posbox/ui"}, {"drivers/escpos/x.go", "posbox/drivers/scale"}, {"ui/x.go", "posbox/cmd/posd"},
		{"engine/x.go", "posbox/outbox"}, {"ui/x.go", "posbox/unknown"},
		{"baaz/web/x.go", "posbox/baaz/ingest"}, {"baaz/store/x.go", "posbox/baaz/web"}, {"uplink/x.go", "posbox/baaz/store"}, {"wire/x.go", "posbox/uplink"},
	} {
		from := room(c.file)
		if breaks(source{path: c.file}, from, rooms[from].ring, c.imported) == "" {
			t.Errorf("%s may import %s", c.file, c.imported)
		}
	}
}

// TestHeartIsPure bans the clock, randomness and floats under pos/.
func TestHeartIsPure(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		if s.test || room(s.path) != "pos" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" {
					switch n.Sel.Name {
					case "Now", "Since", "Until", "After", "Tick", "NewTimer", "NewTicker", "Sleep", "AfterFunc", "LoadLocation":
						t.Errorf("%s: time.%s: the heart has no clock", fset.Position(n.Pos()), n.Sel.Name)
					}
				}
			case *ast.Ident:
				if n.Name == "float32" || n.Name == "float64" {
					t.Errorf("%s: %s: the heart has no floats", fset.Position(n.Pos()), n.Name)
				}
			}
			return true
		})
	}
}

// TestPackageComments demands a sentence about every package, and no package without a subject.
func TestPackageComments(t *testing.T) {
	_, all := sources(t)
	has := map[string]bool{}
	for _, s := range all {
		dir := path.Dir(s.path)
		if s.test {
			continue
		}
		if doc := s.file.Doc.Text(); strings.HasPrefix(doc, "Package "+s.file.Name.Name+" ") || strings.HasPrefix(doc, "Command ") {
			has[dir] = true
		} else if !has[dir] {
			has[dir] = false
		}
		switch s.file.Name.Name {
		case "util", "utils", "common", "helpers", "misc":
			t.Errorf("%s: package %s has no subject", s.path, s.file.Name.Name)
		}
	}
	for dir, ok := range has {
		if !ok {
			t.Errorf("%s: no file begins with \"// Package …\" or \"// Command …\"", dir)
		}
	}
}
