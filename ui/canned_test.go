package ui

import (
	"bytes"
	"encoding/json"
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

// agree decodes canned JSON strictly and demands that nothing is missing from it.
func agree(t *testing.T, name string, body any, kind reflect.Type) {
	t.Helper()
	v := reflect.New(kind)
	text, err := strict(body, v.Interface())
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	back, err := json.Marshal(v.Interface())
	if err != nil {
		t.Fatal(err)
	}
	var have, want any
	json.Unmarshal(text, &have)
	json.Unmarshal(back, &want)
	for _, missing := range absent(have, want, "") {
		t.Errorf("%s: %s is missing or another", name, missing)
	}
}

// strict decodes JSON and takes no field that the type has not.
func strict(body, into any) (text []byte, err error) {
	if text, err = json.Marshal(body); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	return text, dec.Decode(into)
}

// absent lists what stands in want and not in have.
func absent(have, want any, at string) (all []string) {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return []string{at}
		}
		for key, v := range w {
			if _, ok := h[key]; !ok {
				all = append(all, at+"."+key)
				continue
			}
			all = append(all, absent(h[key], v, at+"."+key)...)
		}
	case []any:
		h, _ := have.([]any)
		if len(h) != len(w) {
			return []string{at}
		}
		for i := range w {
			all = append(all, absent(h[i], w[i], at+"[]")...)
		}
	default:
		if !reflect.DeepEqual(have, want) {
			return []string{at}
		}
	}
	return all
}
