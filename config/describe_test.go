package config

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"posbox/pos/fault"
)

// Every value that a shop's owner could set stands in the list with words in both languages; whatever else there is, is
// named here with the reason.
func TestEverySettingIsDescribed(t *testing.T) {
	elsewhere := map[string]string{"sellers": "has its own page and commands"}
	s, o := mustLoad(t, `{"roles":{"a b":{"rights":["sell"]}}}`)
	listed := map[string]bool{}
	for _, d := range Describe(s, o, Defaults()) {
		listed[d.Path] = true
		if d.Origin == "" || !json.Valid(d.Value) || d.GroupMN == "" || d.GroupEN == "" || d.AboutEN == "" || d.Kind == "" {
			t.Errorf("%+v", d)
		}
		for _, about := range []string{d.AboutMN, d.AboutEN} {
			if strings.HasSuffix(about, ".") || strings.ContainsAny(about, "\"_") {
				t.Errorf("%s: %q is no label that an owner reads", d.Path, about)
			}
		}
		if strings.IndexFunc(d.AboutMN, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) < 0 {
			t.Errorf("%s: %q is not Mongolian", d.Path, d.AboutMN)
		}
	}
	for path := range o {
		if !listed[path] && elsewhere[path] == "" {
			t.Errorf("%s is not described", path)
		}
	}
	if !listed[`roles["a b"].max_discount`] {
		t.Error("a role with a space in its name is not described")
	}
}

func TestDescribe(t *testing.T) {
	s, o := mustLoad(t, `{"shop":{"name":"Номин"},"printer":{"columns":32}}`)
	found := map[string]Setting{}
	for _, d := range Describe(s, o, Defaults()) {
		found[d.Path] = d
	}
	if d := found["shop.name"]; string(d.Value) != `"Номин"` || string(d.Fallback) != `""` || d.Origin != "company" || *d.Max != 100 {
		t.Errorf("%+v", d)
	}
	if d := found["printer.columns"]; string(d.Value) != "32" || string(d.Fallback) != "48" || len(d.Enum) != 2 || d.Kind != "int" {
		t.Errorf("%+v", d)
	}
	if d := found["notes"]; *d.Min != 1 || *d.Max != maxNote || d.Origin != Image {
		t.Errorf("%+v", d)
	}
	if d := found["shop.header"]; string(d.Value) != "[]" {
		t.Errorf("%+v", d)
	}
}

// settable reports whether the setting at a path can be set by itself at the till.
func settable(path string) bool {
	keys, ok := Split(path)
	if !ok {
		return false
	}
	_, ok = settableAt(keys)
	return ok
}

// Whatever is listed can be set again to what it is.
func TestListedSettingsCanBeSet(t *testing.T) {
	s, o := mustLoad(t, `{"roles":{"a b":{"rights":["sell"]}}}`)
	values := map[string]json.RawMessage{}
	for _, d := range Describe(s, o, Defaults()) {
		if !settable(d.Path) {
			t.Errorf("%s is listed and cannot be set", d.Path)
		}
		values[d.Path] = d.Value
	}
	layer, err := Place(values)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := Load(Layer{"box", layer})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := encoded(s), encoded(again); string(a) != string(b) {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestPlaceRefuses(t *testing.T) {
	for _, path := range []string{"", "shop", "sellers", "roles", "roles.seller", "rates[0].vat", "nothing", "shop.name.x", "shop..name", "shop.name.",
		`shop["name"]`, `roles["x"].rights`, `roles["x`, "roles.*.other", "."} {
		if settable(path) {
			t.Errorf("%q can be set", path)
		}
		if _, err := Place(map[string]json.RawMessage{path: json.RawMessage("1")}); fault.CodeOf(err) != fault.SettingUnknown {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"shop.name", `roles["a.b "].rights`, `["\"]"]`, "roles.ү.rights", "a[", `a["b"]c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if keys, ok := Split(path); ok && Join(keys...) != path {
			t.Errorf("%q became %q", path, Join(keys...))
		}
	})
}

func FuzzPlace(f *testing.F) {
	f.Add("shop.name", `"Номин"`)
	f.Add("roles.x.max_discount", `"7.5"`)
	f.Add("rates", `[{"from":"2024-01-01","vat":"10"}]`)
	f.Fuzz(func(t *testing.T, path, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		layer, err := Place(map[string]json.RawMessage{path: json.RawMessage(value)})
		if err != nil {
			return
		}
		s, o, err := Load(Layer{"box", layer})
		if err != nil {
			return
		}
		if err := s.Validate(); err != nil {
			t.Errorf("%s = %s was taken: %v", path, value, err)
		}
		Describe(s, o, Defaults())
	})
}

// Rows are typed field by field: every field that their type has is a column with words in both languages, and a new row is
// one that can be filled in.
func TestEveryFieldOfRowsIsAColumn(t *testing.T) {
	s, o := mustLoad(t, `{}`)
	for _, d := range Describe(s, o, Defaults()) {
		if d.Kind != kindRows && d.Kind != kindIntegers {
			if len(d.Columns) > 0 {
				t.Errorf("%s has columns and no rows", d.Path)
			}
			continue
		}
		fields := map[string]bool{}
		if element := reflect.TypeOf(fieldAt(t, d.Path)).Elem(); element.Kind() == reflect.Struct {
			for name := range fieldsOf(element) {
				fields[name] = true
			}
		} else {
			fields[""] = true
		}
		for _, c := range d.Columns {
			if !fields[c.Name] {
				t.Errorf("%s has no field %q, or it stands twice", d.Path, c.Name)
			}
			delete(fields, c.Name)
			for _, mn := range []string{c.TitleMN, c.AboutMN} {
				if strings.IndexFunc(mn, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) < 0 {
					t.Errorf("%s %s: %q is not Mongolian", d.Path, c.Name, mn)
				}
			}
			if c.TitleEN == "" || c.AboutEN == "" || !json.Valid(c.Fresh) || (c.Kind == kindChoice) != (len(c.Enum) > 0) || (c.Kind == kindInteger || c.Kind == kindDigits) && (c.Max == nil || c.Min == nil) {
				t.Errorf("%s %s: %+v", d.Path, c.Name, c)
			}
			if values, ok := about[elementPath(d.Path, c.Name)]["enum"].([]string); ok {
				for i, v := range values {
					if i >= len(c.Enum) || c.Enum[i].Value != v || c.Enum[i].MN == "" || c.Enum[i].EN == "" {
						t.Errorf("%s %s: the choice %q has no words", d.Path, c.Name, v)
					}
				}
			}
		}
		for name := range fields {
			t.Errorf("%s: the field %q is no column", d.Path, name)
		}
	}
}

// fieldAt is the setting of a path of one key.
func fieldAt(t *testing.T, path string) any {
	t.Helper()
	v := reflect.ValueOf(Defaults())
	i, ok := fieldsOf(v.Type())[path]
	if !ok {
		t.Fatalf("there is no setting %s", path)
	}
	return v.Field(i).Interface()
}

// What a screen demands of rows is what the settings demand: whether there may be none, and whether two may be alike.
func TestRowsDemandWhatSettingsDo(t *testing.T) {
	s, o := mustLoad(t, `{}`)
	for _, d := range Describe(s, o, Defaults()) {
		if len(d.Columns) == 0 {
			continue
		}
		if _, _, err := Load(layers(`{"` + d.Path + `":[]}`)...); (err != nil) != (d.Least > 0) {
			t.Errorf("%s must have %d rows, and none give %v", d.Path, d.Least, err)
		}
		for _, c := range d.Columns {
			if c.Name != "" {
				continue
			}
			if _, _, err := Load(layers(`{"` + d.Path + `":[5,5]}`)...); (err != nil) != c.Once {
				t.Errorf("%s: a number stands once: %v, and twice gives %v", d.Path, c.Once, err)
			}
		}
	}
}
