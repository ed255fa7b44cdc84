package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"posbox/pos/fault"
)

// rooms are the sources in which sentences about a wrong value are made.
var rooms = []string{
	"config/*.go", "catalog/*.go", "baaz/registers/*.go", "pos/catalog/*.go", "pos/loyalty/*.go", "pos/till/*.go", "pos/tax/*.go",
	"pos/barcode/instore.go", "gokrazy/box/network.go", "central/*.go", "cmd/posd/settings.go", "baaz/web/settings.go",
}

// What makes such a sentence: a function that takes it, a type that holds it, a file whose errors are ones.
var (
	takers  = []string{"bad", "wrong", "fail", "fileError", "fileFault"}
	holders = []string{"wrong", "FieldError", "recordError", "RowProblem", "lateProblem"}
	errored = []string{"instore.go", "network.go", "payers.go", "tax.go"}
)

// silent are texts among them that no owner reads: of the API's document, or for the log.
var silent = []string{"fixed by the level.", "a number, given by BAAZ.", "tax: no rate known for that day", "price check digit: x"}

// ours are codes whose detail is for who writes programs.
var ours = []string{"CommandMalformed", "RequestMalformed", "QueryMalformed"}

// Whoever reads Mongolian must not meet a sentence that a room has said in English.
func TestEveryDetailIsSaidInMongolian(t *testing.T) {
	found := 0
	for _, glob := range rooms {
		files, err := filepath.Glob(filepath.Join("../..", glob))
		if err != nil || files == nil {
			t.Fatalf("%s: %d files, %v", glob, len(files), err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for at, s := range sentences(t, path, nil) {
				found++
				if mn := fault.New(fault.SettingBad, "detail", s).Arg("mn", "detail"); mn == s || strings.IndexFunc(mn, isCyrillic) < 0 {
					t.Errorf("%s: %q is not in details", at, s)
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d sentences were found", found)
	}
}

// The finder itself must find what is one, and nothing else.
func TestSentences(t *testing.T) {
	for src, want := range map[string]string{
		`return bad("lang", "%q is odd", s)`:                        `"x" is odd`,
		`return nil, &wrong{"code", clip(c) + " stands twice"}`:     "x stands twice",
		`return fault.New(fault.GoodBad, "detail", "it is odd")`:    "it is odd",
		`return fault.New(fault.CommandMalformed, "detail", "a b")`: "",
		`const problemOdd = "%d is odd"`:                            "7 is odd",
		`log.Println("it is odd")`:                                  "",
		`f := func() string { return "it is odd" }`:                 "it is odd",
	} {
		var got []string
		for _, s := range sentences(t, "planted.go", "package p\nfunc p() error {\n"+src+"\n}") {
			got = append(got, s)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: found %q, want %q", src, got, want)
		}
	}
}

// sentences finds them in a file, by where they stand.
func sentences(t *testing.T, path string, src any) map[string]string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	add := func(e ast.Expr) {
		s := sample(e)
		if strings.HasSuffix(path, "network.go") { // config puts the field into the path
			_, s, _ = strings.Cut(s, ": ")
		}
		if strings.Contains(s, " ") && len(words.FindAllString(s, -1)) > 1 && !slices.Contains(silent, s) {
			all[fset.Position(e.Pos()).String()] = s
		}
	}
	each := func(list []ast.Expr) {
		for _, e := range list {
			add(e)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := nameOf(n.Fun)
			switch {
			case slices.Contains(takers, name), slices.Contains(errored, filepath.Base(path)) && (name == "Errorf" || name == "New") && len(n.Args) > 0:
				each(n.Args)
			case name == "New" || name == "Wrap":
				each(detailsOf(n.Args))
			}
		case *ast.CompositeLit:
			if slices.Contains(holders, nameOf(n.Type)) {
				each(values(n.Elts))
			}
		case *ast.FuncDecl:
			each(returned(n.Type, n.Body))
		case *ast.FuncLit:
			each(returned(n.Type, n.Body))
		case *ast.ValueSpec:
			if name := n.Names[0].Name; strings.HasPrefix(name, "problem") {
				each(n.Values)
			} else if name == "fiscalForms" {
				for _, row := range n.Values[0].(*ast.CompositeLit).Elts {
					each(row.(*ast.CompositeLit).Elts)
				}
			}
		}
		return true
	})
	return all
}

// detailsOf are the details among the arguments of a fault that people read.
func detailsOf(args []ast.Expr) (list []ast.Expr) {
	for i, e := range args {
		if slices.Contains(ours, nameOf(e)) {
			return nil
		}
		if lit, ok := e.(*ast.BasicLit); ok && lit.Value == `"detail"` && i+1 < len(args) {
			list = append(list, args[i+1])
		}
	}
	return list
}

// returned are the last results of a function that says what is wrong as a text.
func returned(f *ast.FuncType, body *ast.BlockStmt) (list []ast.Expr) {
	if f.Results == nil || body == nil || nameOf(f.Results.List[len(f.Results.List)-1].Type) != "string" {
		return nil
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
			list = append(list, r.Results[len(r.Results)-1])
		}
		return true
	})
	return list
}

func values(elts []ast.Expr) (list []ast.Expr) {
	for _, e := range elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		list = append(list, e)
	}
	return list
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

var (
	verb  = regexp.MustCompile(`%[a-z]`)
	words = regexp.MustCompile(`[A-Za-z]{2,}`)
)

// sample is a text as it may come out: what is not written in the source is x, a number 7.
func sample(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		if err != nil || e.Kind != token.STRING {
			return "7"
		}
		s = verb.ReplaceAllStringFunc(s, func(v string) string {
			return map[string]string{"%q": `"x"`, "%d": "7"}[v] + map[bool]string{true: "x"}[v != "%q" && v != "%d"]
		})
		return strings.ReplaceAll(s, "%%", "%")
	case *ast.BinaryExpr:
		return sample(e.X) + sample(e.Y)
	case *ast.ParenExpr:
		return sample(e.X)
	case *ast.CallExpr:
		if name := nameOf(e.Fun); (name == "Sprintf" || name == "Errorf" || name == "New") && len(e.Args) > 0 && !strings.HasPrefix(nameOf(e.Args[0]), "problem") {
			return sample(e.Args[0])
		}
	}
	return "x"
}

func isCyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
