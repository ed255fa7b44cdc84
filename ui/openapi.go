package ui

import (
	"encoding"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

// document makes the OpenAPI description of the routes.
func document() map[string]any {
	g := &generator{schemas: map[string]any{}}
	paths := map[string]map[string]any{}
	for _, rt := range routes() {
		path := rt.path
		if path == "" {
			path = rt.pattern
		}
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(rt.method)] = g.operation(rt, path)
	}
	return map[string]any{
		"openapi": "3.0.3",
		"info": map[string]any{"title": "posbox till", "version": "1",
			"description": "Everything that the till's screen can do. Amounts, shares and quantities are decimal strings."},
		"paths": paths,
		"components": map[string]any{
			"schemas": g.schemas,
			"securitySchemes": map[string]any{
				"bearer": map[string]any{"type": "http", "scheme": "bearer", "description": "the content of DIR/kiosk.token"},
				"cookie": map[string]any{"type": "apiKey", "in": "cookie", "name": cookieName, "description": "set by GET /?token=…"},
			},
		},
		"security": []any{map[string]any{"bearer": []string{}}, map[string]any{"cookie": []string{}}},
	}
}

func (s *Server) openapi(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, s.doc)
}

// generator turns Go types into schemas.
type generator struct{ schemas map[string]any }

func (g *generator) operation(rt route, path string) map[string]any {
	op := map[string]any{"summary": rt.summary, "operationId": operationID(rt.method, path)}
	if rt.open {
		op["security"] = []any{}
	}
	var params []any
	for _, name := range pathParams(path) {
		params = append(params, map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	for _, p := range rt.query {
		kind := "string"
		if p.integer {
			kind = "integer"
		}
		params = append(params, map[string]any{"name": p.name, "in": "query", "description": p.what, "schema": map[string]any{"type": kind}})
	}
	if params != nil {
		op["parameters"] = params
	}
	if rt.body != nil {
		op["requestBody"] = map[string]any{"required": true, "content": jsonContent(g.of(reflect.TypeOf(rt.body)))}
	}
	answers := map[string]any{}
	for status, v := range rt.answers {
		a := map[string]any{"description": http.StatusText(status)}
		if media, ok := v.(string); ok {
			a["content"] = map[string]any{media: map[string]any{"schema": map[string]any{"type": "string", "format": "binary"}}}
		} else {
			a["content"] = jsonContent(g.of(reflect.TypeOf(v)))
		}
		answers[strconv.Itoa(status)] = a
	}
	op["responses"] = answers
	return op
}

func jsonContent(schema any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

func operationID(method, path string) string {
	clean := strings.NewReplacer("/api/", "", "/", "_", "{", "", "}", "", ".", "_").Replace(path)
	return strings.ToLower(method) + "_" + clean
}

func pathParams(path string) (names []string) {
	for _, part := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		names = append(names, name)
	}
	return names
}

// text describes named types that stand for strings on the wire.
var text = map[reflect.Type]map[string]any{
	reflect.TypeFor[money.Amount]():     {"type": "string", "pattern": `^-?\d+\.\d{2}$`, "example": "12500.00", "description": "₮"},
	reflect.TypeFor[money.Percent]():    {"type": "string", "pattern": `^-?\d+\.\d{2}$`, "example": "10.00", "description": "percent"},
	reflect.TypeFor[catalog.Quantity](): {"type": "string", "pattern": `^-?\d+(\.\d{3})?$`, "example": "1.245"},
	reflect.TypeFor[till.Decimal]():     {"type": "string", "example": "12500", "description": "decimal number; a JSON number is taken too"},
	reflect.TypeFor[time.Time]():        {"type": "string", "format": "date-time"},
}

func (g *generator) of(t reflect.Type) map[string]any {
	if s, ok := text[t]; ok {
		return s
	}
	if t == reflect.TypeFor[json.RawMessage]() {
		return map[string]any{}
	}
	if t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"nullable": true, "allOf": []any{g.of(t.Elem())}}
	case reflect.Struct:
		return g.object(t)
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": g.of(t.Elem()), "nullable": true}
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return map[string]any{"type": "object"}
		}
		return map[string]any{"type": "object", "additionalProperties": g.of(t.Elem()), "nullable": true}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	}
	return map[string]any{"type": "integer"}
}

// object puts a struct among the named schemas and returns a reference to it.
func (g *generator) object(t reflect.Type) map[string]any {
	ref := map[string]any{"$ref": "#/components/schemas/" + t.Name()}
	if _, ok := g.schemas[t.Name()]; ok {
		return ref
	}
	schema := map[string]any{"type": "object"}
	g.schemas[t.Name()] = schema
	properties, required := map[string]any{}, []string{}
	g.fields(t, properties, &required)
	switch t {
	case reflect.TypeFor[till.Command]():
		properties["kind"] = map[string]any{"type": "string", "enum": till.Kinds()}
		properties["id"] = map[string]any{"type": "string", "format": "uuid"}
	case reflect.TypeFor[ErrorBody]():
		properties["code"] = map[string]any{"type": "string", "enum": fault.Codes()}
	}
	schema["properties"] = properties
	if len(required) > 0 {
		schema["required"] = required
	}
	return ref
}

func (g *generator) fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			g.fields(f.Type, properties, required)
			continue
		case name == "-" || !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		properties[name] = g.of(f.Type)
		if !strings.Contains(options, "omitempty") {
			*required = append(*required, name)
		}
	}
}
