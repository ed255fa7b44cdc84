package posbox_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestEveryPackageIsTested reads ./test: a package that stands in none of its rooms would never be tested by it.
func TestEveryPackageIsTested(t *testing.T) {
	script, err := os.ReadFile("test")
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, m := range regexp.MustCompile(`\[[a-z]+\]=\./(\S+)/\.\.\.`).FindAllStringSubmatch(string(script), -1) {
		covered[m[1]] = true
	}
	if len(covered) < 20 {
		t.Fatalf("only %d rooms found in ./test", len(covered))
	}
	_, all := sources(t)
	for _, s := range all {
		in := path.Dir(s.path)
		for in != "." && !covered[in] {
			in = path.Dir(in)
		}
		if in == "." && strings.Contains(s.path, "/") {
			t.Errorf("%s: its package stands in no room of ./test", s.path)
		}
	}
}
