package posbox_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"posbox/pos/fault"
)

// logging is every room whose log stands on the till's page of logs.
var logging = []string{"cmd/posd", "engine", "outbox", "ui", "uplink", "catalog", "central", "journal", "drivers", "uploads"}

// Whatever a room of the till writes into its log has a sentence for the owner, who reads no English.
func TestLogsAreSaid(t *testing.T) {
	found := 0
	for _, room := range logging {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "standin") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if msg := logged(n); msg != "" {
					found++
					if fault.Noted(msg, "", "mn") == "" {
						t.Errorf("%s logs %q: say it in pos/fault/logs.go", path, msg)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 30 {
		t.Errorf("only %d messages are found: loggers are called otherwise now", found)
	}
}

// logged returns the message of a call of a logger's method, "" for anything else.
func logged(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return ""
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "Info" && method.Sel.Name != "Warn" && method.Sel.Name != "Error" {
		return ""
	}
	if on := strings.ToLower(name(method.X)); on != "log" && on != "logger" && on != "slog" {
		return ""
	}
	text, ok := call.Args[0].(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return ""
	}
	msg, _ := strconv.Unquote(text.Value)
	return msg
}

func name(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
