package web_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"posbox/baaz/web"
	"posbox/pos/fault"
	"posbox/web/canned"
	"posbox/web/canned/office"
)

// TestCannedAnswersAreOurs holds what the app's pictures are made from against the API: each canned answer decodes into
// the type that the route has, without a field too many or too few, and each canned refusal is one that the server has.
func TestCannedAnswersAreOurs(t *testing.T) {
	seen := 0
	for _, s := range office.All() {
		for at, a := range s.Told() {
			method, path, _ := strings.Cut(at, " ")
			rt := routed(method, path)
			switch f, refused := a.(*fault.Error); {
			case rt == nil:
				t.Errorf("%s answers %s, which is no route", s.Name, at)
			case refused && web.Status(f.Code) == 0:
				t.Errorf("%s: %s is refused with %s, which the server never says", s.Name, at, f.Code)
			case !refused && rt.Out != nil:
				seen++
				agree(t, s.Name+": "+at, a, rt.Out)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("only %d answers were looked at", seen)
	}
}

// What the pictures know of the registers is what the server says of them.
func TestCannedRegisters(t *testing.T) {
	const file = "../../web/canned/office/registers.json"
	said, err := json.MarshalIndent(web.TellRegisters(), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	said = append(said, '\n')
	if *update {
		if err := os.WriteFile(file, said, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if had, err := os.ReadFile(file); err != nil || !bytes.Equal(had, said) {
		t.Errorf("%s is not what the server says (-update writes it anew): %v", file, err)
	}
}

// routed finds the row of the table that serves a path.
func routed(method, path string) *web.RouteInfo {
	for _, rt := range web.Routes() {
		like := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(rt.Path), `[^/]+`)
		if rt.Method == method && regexp.MustCompile("^"+like+"$").MatchString(path) {
			return &rt
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

// quoted writes a text into a script.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
