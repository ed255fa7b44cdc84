package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

// Image is the origin of a value that no layer has set.
const Image = "image"

// maxLayer bounds one layer, in bytes.
const maxLayer = 1 << 20

// A Layer is what one place has to say: nothing, or a JSON object.
type Layer struct {
	Name string // company, group, sales point, box
	JSON []byte
}

// Origins says for every path which layer its value comes from.
type Origins map[string]string

// Unknown is a value under a key that this program does not know, or the name of a right that it does not know.
type Unknown struct {
	Path, Layer string
	Value       json.RawMessage // as the layer has it
}

// Load puts layers, weakest first, on top of Defaults and validates the result. The error is fault.ConfigBad with path
// and detail; the settings are then empty.
func Load(layers ...Layer) (Settings, Origins, error) {
	s := Defaults()
	m := merger{origins: Origins{}, unknown: map[string]Unknown{}, layer: Image}
	m.mark(reflect.ValueOf(s), "")
	for _, l := range layers {
		m.layer = l.Name
		if err := m.add(&s, l.JSON); err != nil {
			return Settings{}, nil, err
		}
	}
	for _, u := range m.unknown {
		s.Unknown = append(s.Unknown, u)
	}
	s.Unknown = append(s.Unknown, unknownRights(s.Roles, m.origins)...)
	slices.SortFunc(s.Unknown, func(a, b Unknown) int { return strings.Compare(a.Path, b.Path) })
	if err := s.Validate(); err != nil {
		return Settings{}, nil, m.blame(err)
	}
	return s, m.origins, nil
}

// unknownRights lists the names of rights that this program does not know. They stay in their roles and grant nothing: a
// newer BAAZ may know rights that an older box does not, and must not keep it from starting.
func unknownRights(roles till.Roles, origins Origins) (list []Unknown) {
	for name, role := range roles {
		path := below("roles", name) + ".rights"
		for i, r := range role.Rights {
			if !r.Known() {
				value, _ := json.Marshal(r) // a text always marshals
				list = append(list, Unknown{Path: at(path, i), Layer: origins[path], Value: value})
			}
		}
	}
	return list
}

// bad makes the fault of a wrong value.
func bad(path, detail string, args ...any) *fault.Error {
	return fault.New(fault.ConfigBad, "path", path, "detail", fmt.Sprintf(detail, args...))
}

type merger struct {
	layer   string // being added
	origins Origins
	unknown map[string]Unknown // by path; the strongest layer's
}

// add puts one layer on top of s.
func (m *merger) add(s *Settings, text []byte) error {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if len(text) == 0 {
		return nil
	}
	if err := m.checkText(text); err != nil {
		return err
	}
	return m.putStruct(reflect.ValueOf(s).Elem(), reflect.ValueOf(Defaults()), text, "")
}

func (m *merger) checkText(text []byte) error {
	if len(text) > maxLayer {
		return bad(m.layer, "it is longer than %d bytes", maxLayer)
	}
	if !utf8.Valid(text) {
		return bad(m.layer, "it is not UTF-8")
	}
	var any json.RawMessage
	err := json.Unmarshal(text, &any)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		before := text[:min(int(syntax.Offset), len(text))]
		line := bytes.Count(before, []byte("\n")) + 1
		return bad(m.layer, "line %d is not JSON: %s", line, syntax)
	case err != nil:
		return bad(m.layer, "it is not JSON: %s", err)
	}
	return nil
}

// put sets into, which lies at path, to what raw says. image is the image's value of the same path, or invalid where
// the image has none.
func (m *merger) put(into, image reflect.Value, raw json.RawMessage, path string) error {
	if string(raw) == "null" {
		m.takeBack(into, image, path)
		return nil
	}
	switch {
	case isText(into.Type()):
	case into.Kind() == reflect.Struct:
		return m.putStruct(into, image, raw, path)
	case into.Kind() == reflect.Map:
		return m.putMap(into, image, raw, path)
	case into.Kind() == reflect.Slice:
		return m.putSlice(into, raw, path)
	}
	if err := json.Unmarshal(raw, into.Addr().Interface()); err != nil {
		return m.wrong(path, "must be %s, not %s", kindOf(into.Type()), shorten(raw))
	}
	m.origins[path] = m.layer
	return nil
}

func (m *merger) putStruct(into, image reflect.Value, raw json.RawMessage, path string) error {
	fields := fieldsOf(into.Type())
	return m.object(raw, path, func(key string, value json.RawMessage, path string) error {
		i, known := fields[key]
		if !known {
			m.keep(path, value)
			return nil
		}
		var below reflect.Value
		if image.IsValid() {
			below = image.Field(i)
		}
		return m.put(into.Field(i), below, value, path)
	})
}

func (m *merger) putMap(into, image reflect.Value, raw json.RawMessage, path string) error {
	merged := reflect.MakeMap(into.Type()) // never the map that Defaults or another Settings holds
	for it := into.MapRange(); it.Next(); {
		merged.SetMapIndex(it.Key(), it.Value())
	}
	into.Set(merged)
	return m.object(raw, path, func(key string, value json.RawMessage, path string) error {
		k := reflect.ValueOf(key)
		var below reflect.Value
		if image.IsValid() {
			below = image.MapIndex(k)
		}
		if string(value) == "null" && !below.IsValid() {
			into.SetMapIndex(k, reflect.Value{})
			m.forget(path)
			return nil
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if old := into.MapIndex(k); old.IsValid() {
			element.Set(old)
		} else {
			m.mark(element, path)
		}
		if err := m.put(element, below, value, path); err != nil {
			return err
		}
		into.SetMapIndex(k, element)
		return nil
	})
}

// putSlice replaces a list. Its elements have no origins of their own.
func (m *merger) putSlice(into reflect.Value, raw json.RawMessage, path string) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		return m.wrong(path, "must be a list, not %s", shorten(raw))
	}
	m.forget(path)
	list := reflect.MakeSlice(into.Type(), len(elements), len(elements))
	inner := merger{layer: m.layer, origins: Origins{}, unknown: m.unknown}
	for i, e := range elements {
		at := fmt.Sprintf("%s[%d]", path, i)
		if string(e) == "null" {
			return m.wrong(at, "must be %s, not null", kindOf(list.Type().Elem()))
		}
		if err := inner.put(list.Index(i), reflect.Value{}, e, at); err != nil {
			return err
		}
	}
	into.Set(list)
	m.origins[path] = m.layer
	return nil
}

// object calls fn for every key of a JSON object in order, and refuses anything else and a key that stands twice.
func (m *merger) object(raw json.RawMessage, path string, fn func(key string, value json.RawMessage, path string) error) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return m.wrong(path, "must be an object, not %s", shorten(raw))
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		var value json.RawMessage
		if err == nil && ok {
			err = d.Decode(&value)
		}
		at := below(path, key)
		switch {
		case err != nil || !ok:
			return m.wrong(at, "cannot be read")
		case seen[key]:
			return m.wrong(at, "stands twice")
		}
		seen[key] = true
		if err := fn(key, value, at); err != nil {
			return err
		}
	}
	return nil
}

// takeBack gives into the image's value.
func (m *merger) takeBack(into, image reflect.Value, path string) {
	if !image.IsValid() {
		image = reflect.Zero(into.Type())
	}
	into.Set(image)
	m.forget(path)
	m.as(Image, func() { m.mark(into, path) })
}

func (m *merger) keep(path string, value json.RawMessage) {
	delete(m.unknown, path)
	if string(value) != "null" {
		m.unknown[path] = Unknown{Path: path, Layer: m.layer, Value: bytes.Clone(value)}
	}
}

// mark gives every value at and below path the layer being added as its origin.
func (m *merger) mark(v reflect.Value, path string) {
	switch {
	case isText(v.Type()):
		m.origins[path] = m.layer
	case v.Kind() == reflect.Struct:
		for key, i := range fieldsOf(v.Type()) {
			m.mark(v.Field(i), below(path, key))
		}
	case v.Kind() == reflect.Map:
		for it := v.MapRange(); it.Next(); {
			m.mark(it.Value(), below(path, it.Key().String()))
		}
	default:
		m.origins[path] = m.layer
	}
}

// forget drops what is known about path and everything below it.
func (m *merger) forget(path string) {
	is := func(p string) bool {
		rest, ok := strings.CutPrefix(p, path)
		return ok && (path == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
	}
	for p := range m.origins {
		if is(p) {
			delete(m.origins, p)
		}
	}
	for p := range m.unknown {
		if is(p) {
			delete(m.unknown, p)
		}
	}
}

func (m *merger) as(layer string, fn func()) {
	mine := m.layer
	m.layer = layer
	fn()
	m.layer = mine
}

func (m *merger) wrong(path, detail string, args ...any) error {
	if path == "" {
		return bad(m.layer, detail, args...)
	}
	return bad(path, detail+m.by(m.layer), args...)
}

// blame adds to a fault of Validate which layer the wrong value comes from.
func (m *merger) blame(err error) error {
	f := fault.Of(err)
	path := f.Args["path"]
	layer, ok := m.origins[path]
	for !ok && path != "" {
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
		layer, ok = m.origins[path]
	}
	if !ok || layer == Image {
		return err
	}
	return fault.New(fault.ConfigBad, "path", f.Args["path"], "detail", f.Args["detail"]+m.by(layer))
}

func (m *merger) by(layer string) string { return " (set by " + layer + ")" }

// fieldsOf maps JSON keys to the fields of a struct.
func fieldsOf(t reflect.Type) map[string]int {
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		if key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); key != "" && key != "-" {
			fields[key] = i
		}
	}
	return fields
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// isText reports whether a type is a text in JSON because it says so itself, such as money.Percent.
func isText(t reflect.Type) bool { return reflect.PointerTo(t).Implements(textType) }

func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[money.Percent]():
		return `a percentage in quotation marks such as "7.5"`
	case isText(t), t.Kind() == reflect.String:
		return "a text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	}
	return "an object"
}

func below(path, key string) string {
	if !plainKey(key) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// plainKey reports whether a key can stand in a path as it is.
func plainKey(key string) bool {
	for _, r := range key {
		if r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r < utf8.RuneSelf {
			return false
		}
	}
	return key != ""
}

// shorten shows a wrong value, but not much of it.
func shorten(raw json.RawMessage) string {
	s := strings.Join(strings.Fields(string(raw)), " ")
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return s
}
