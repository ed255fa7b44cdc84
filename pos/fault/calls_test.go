package fault_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"posbox/pos/fault"
)

const importPath = "posbox/pos/fault"

// Whoever makes a fault must hand over everything that its sentence and hint name; else a bracket reaches the screen.
// Calls with names that are worked out, or with args..., cannot be judged here and are left alone.
func TestCallsSupplyWhatTheTextsNeed(t *testing.T) {
	codes := declared(t)
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		problems, err := checkFile(path, nil, codes)
		if err != nil {
			return err
		}
		for _, p := range problems {
			t.Error(p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The checker itself must find what is wrong, and nothing else.
func TestChecker(t *testing.T) {
	codes := declared(t)
	for call, want := range map[string]string{
		`f.New(f.PaymentShort, "missing", x)`:                                    "",
		`f.Wrap(err, f.PaymentShort, "missing", x)`:                              "",
		`f.New(f.BarcodeAmbiguous, "goods", x, "code", x)`:                       "",
		`f.New(f.PaymentShort, args...)`:                                         "",
		`f.New(f.PaymentShort, name, x)`:                                         "",
		`f.New(code)`:                                                            "",
		`other.New(f.PaymentShort)`:                                              "",
		`&f.Error{Code: f.PaymentShort, Args: map[string]string{"missing": x}}`:  "",
		`&f.Error{Code: f.PaymentShort, Args: args}`:                             "",
		`&f.Error{Code: f.PrintIdle}`:                                            "",
		`f.New(f.PaymentShort)`:                                                  "missing",
		`f.Wrap(err, f.PaymentShort)`:                                            "missing",
		`f.New(f.PaymentShort, "mising", x)`:                                     "missing",
		`f.New(f.BarcodeAmbiguous, "code", x)`:                                   "goods",
		`f.New(f.QuantityBad, "value", x)`:                                       "most",
		`f.New(f.PaymentShort, "missing")`:                                       "odd",
		`f.New(f.PrintIdle, "x")`:                                                "odd",
		`f.New(f.NoSuchCode)`:                                                    "NoSuchCode",
		`&f.Error{Code: f.PaymentShort}`:                                         "missing",
		`&f.Error{Code: f.BarcodeAmbiguous, Args: map[string]string{"code": x}}`: "goods",
		`func() error { return f.Wrap(f.New(f.PaymentShort), f.PrintIdle) }()`:   "missing",
	} {
		src := "package p\nimport f \"" + importPath + "\"\nvar _ = " + call
		problems, err := checkFile("planted.go", src, codes)
		if err != nil {
			t.Errorf("%s: %v", call, err)
			continue
		}
		if got := strings.Join(problems, "\n"); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: found %q, want %q", call, got, want)
		}
	}
}

// checker looks through one file for the making of faults.
type checker struct {
	fset     *token.FileSet
	pkg      string // the name under which the file imports package fault
	codes    map[string]fault.Code
	problems []string
}

func checkFile(path string, src any, codes map[string]fault.Code) ([]string, error) {
	c := checker{fset: token.NewFileSet(), codes: codes}
	file, err := parser.ParseFile(c.fset, path, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, imp := range file.Imports {
		if p, err := strconv.Unquote(imp.Path.Value); err != nil || p != importPath {
			continue
		}
		if c.pkg = "fault"; imp.Name != nil {
			c.pkg = imp.Name.Name
		}
	}
	if c.pkg == "" {
		return nil, nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			c.call(n)
		case *ast.CompositeLit:
			c.literal(n)
		}
		return true
	})
	return c.problems, nil
}

// of returns the name X where e is fault.X.
func (c *checker) of(e ast.Expr) string {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if id, ok := sel.X.(*ast.Ident); !ok || id.Name != c.pkg {
		return ""
	}
	return sel.Sel.Name
}

func (c *checker) call(n *ast.CallExpr) {
	args := n.Args
	switch c.of(n.Fun) {
	case "New":
	case "Wrap":
		args = args[min(1, len(args)):]
	default:
		return
	}
	if len(args) == 0 || c.of(args[0]) == "" || n.Ellipsis != token.NoPos {
		return
	}
	if len(args)%2 == 0 {
		c.report(n, "an odd number of args")
		return
	}
	var names []ast.Expr
	for i := 1; i < len(args); i += 2 {
		names = append(names, args[i])
	}
	c.supplies(n, c.of(args[0]), names)
}

// literal judges fault.Error{Code: fault.X, Args: map[string]string{…}}.
func (c *checker) literal(n *ast.CompositeLit) {
	if c.of(n.Type) != "Error" {
		return
	}
	code, names := "", []ast.Expr(nil)
	for _, e := range n.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		switch key, _ := kv.Key.(*ast.Ident); key.Name {
		case "Code":
			code = c.of(kv.Value)
		case "Args":
			m, ok := kv.Value.(*ast.CompositeLit)
			if !ok {
				return
			}
			for _, pair := range m.Elts {
				names = append(names, pair.(*ast.KeyValueExpr).Key)
			}
		}
	}
	if code != "" {
		c.supplies(n, code, names)
	}
}

// supplies reports the placeholders of a code's texts that names, if all are literals, leave empty.
func (c *checker) supplies(n ast.Node, code string, names []ast.Expr) {
	value, ok := c.codes[code]
	if !ok {
		c.report(n, code+" is not declared in texts.go")
		return
	}
	var given []string
	for _, e := range names {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		name, err := strconv.Unquote(lit.Value)
		if err != nil {
			return
		}
		given = append(given, name)
	}
	text := fault.Texts[value]
	for _, want := range sorted(needs(text.MN + text.HintMN + text.EN + text.HintEN)) {
		if !slices.Contains(given, want) {
			c.report(n, fmt.Sprintf("%s needs {%s}, given %q", code, want, given))
		}
	}
}

func (c *checker) report(n ast.Node, problem string) {
	c.problems = append(c.problems, c.fset.Position(n.Pos()).String()+": "+problem)
}
