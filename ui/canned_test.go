package ui

import (
	"reflect"
	"regexp"
	"testing"

	"posbox/web/canned"
)

// TestCannedStatesAreOurs holds what the screen's pictures are made from against the API: each canned state and answer
// is exactly what posd could say, no field more and none less.
func TestCannedStatesAreOurs(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range canned.All() {
		for _, path := range s.Paths() {
			seen[path] = true
			kind := answers(path)
			if kind == nil {
				t.Errorf("%s: no route answers %s", s.Name, path)
				continue
			}
			for _, lang := range []string{"mn", "en"} {
				agree(t, s.Name+" "+path, s.Answer(path, lang), kind)
			}
		}
	}
	for _, p := range []string{"/api/state", "/api/goods", "/api/receipts", "/api/reports/x"} {
		if !seen[p] {
			t.Errorf("no scene answers %s", p)
		}
	}
}

// answers returns the type of what a path answers.
func answers(path string) reflect.Type {
	for _, r := range routes() {
		p := r.pattern
		if p == "" || r.ok == nil {
			continue
		}
		like := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(p), `[^/]+`)
		if regexp.MustCompile("^" + like + "$").MatchString(path) {
			return reflect.TypeOf(r.ok)
		}
	}
	return nil
}

// agree demands that a canned answer is what the API's type says, no field more and none less.
func agree(t *testing.T, name string, body any, kind reflect.Type) {
	t.Helper()
	for _, complaint := range canned.Disagree(body, kind) {
		t.Errorf("%s: %s", name, complaint)
	}
}
