// Package openapi turns Go types into the schemas of an OpenAPI 3.0 document, so that what an HTTP API says of itself
// is made of the very types that it reads and writes.
//
// Lists are never null: the handlers see to it. A pointer is null where the field is always there, and left out where it
// is marked omitempty.
package openapi

import (
	"encoding"
	"maps"
	"reflect"
	"strings"
)

// Generator makes schemas and remembers the named ones.
type Generator struct {
	// Schemas are the document's components, by the names of their types.
	Schemas map[string]any
	// Plain describes named types that are one value on the wire.
	Plain map[reflect.Type]map[string]any
	// Special makes the schemas of structs that are not described by their fields.
	Special map[reflect.Type]func() map[string]any

	types map[string]reflect.Type
}

// New makes a generator.
func New(plain map[reflect.Type]map[string]any) *Generator {
	return &Generator{Schemas: map[string]any{}, Plain: plain, types: map[string]reflect.Type{}}
}

// Of returns the schema of a type: a reference where it is a struct.
func (g *Generator) Of(t reflect.Type) map[string]any {
	if s, ok := g.Plain[t]; ok {
		return s
	}
	if t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.Of(t.Elem())
	case reflect.Struct:
		return g.object(t)
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": g.Of(t.Elem())}
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return map[string]any{"type": "object"}
		}
		return map[string]any{"type": "object", "additionalProperties": g.Of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	}
	return map[string]any{"type": "integer"}
}

// object puts a struct among the named schemas and returns a reference to it.
func (g *Generator) object(t reflect.Type) map[string]any {
	name := t.Name()
	if known, ok := g.types[name]; ok {
		if known != t {
			panic("openapi: two schemas would be called " + name)
		}
		return Ref(name)
	}
	g.types[name] = t
	if special := g.Special[t]; special != nil {
		g.Schemas[name] = special()
		return Ref(name)
	}
	properties, required := map[string]any{}, []string{}
	g.Fields(t, properties, &required)
	schema := map[string]any{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	g.Schemas[name] = schema
	return Ref(name)
}

// Fields adds the fields of a struct to properties, and the names of those that are always there to required.
func (g *Generator) Fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Pointer: // all of its fields are there, or none
			g.Fields(f.Type.Elem(), properties, new([]string))
			continue
		case f.Anonymous && name == "":
			g.Fields(f.Type, properties, required)
			continue
		case name == "-" || !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		schema, optional := g.Of(f.Type), strings.Contains(options, "omitempty")
		if f.Type.Kind() == reflect.Pointer && !optional && f.Type.Elem().Kind() != reflect.Struct {
			schema = maps.Clone(schema)
			schema["nullable"] = true
		} else if f.Type.Kind() == reflect.Pointer && !optional {
			schema = map[string]any{"type": "object", "nullable": true, "allOf": []any{schema}}
		}
		properties[name] = schema
		if !optional {
			*required = append(*required, name)
		}
	}
}

// Ref refers to a named schema.
func Ref(name string) map[string]any {
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

// Described is a schema with words of its own.
func Described(schema any, words string) map[string]any {
	return map[string]any{"allOf": []any{schema}, "description": words}
}

// JSON is content of type application/json.
func JSON(schema any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

// OperationID names what a method does with a path.
func OperationID(method, path string) string {
	clean := strings.NewReplacer("/api/", "", "/", "_", "{", "", "}", "", ".", "_").Replace(path)
	return strings.ToLower(method) + "_" + strings.Trim(clean, "_")
}

// PathParams lists the {names} in a path.
func PathParams(path string) (names []string) {
	for _, part := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		names = append(names, name)
	}
	return names
}
