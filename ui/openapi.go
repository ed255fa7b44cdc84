package ui

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"posbox/openapi"
	"posbox/pos/fault"
	"posbox/pos/till"
)

const aboutAPI = `Everything that the till's screen can do. Amounts, shares and quantities are decimal strings.

The server listens on loopback only, refuses Host headers that are not loopback and requests from other origins, and
wants the token, as "Authorization: Bearer …" or as the cookie that GET /?token=… sets. Texts of errors are in the
language of the header Posbox-Lang (mn or en), else in the till's own. Every refused request has the body ErrorBody; codes
are never changed. Fields may be added: a reader passes over those that it does not know.`

// document makes the OpenAPI description of the routes.
func document() map[string]any {
	g := newGenerator()
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
	g.Of(reflect.TypeFor[Change]())
	g.Of(reflect.TypeFor[Message]())
	return map[string]any{
		"openapi": "3.0.3",
		"info":    map[string]any{"title": "posbox till", "version": "1", "description": aboutAPI},
		"servers": []any{map[string]any{"url": "/"}},
		"paths":   paths,
		"components": map[string]any{
			"schemas": g.Schemas,
			"securitySchemes": map[string]any{
				"bearer": map[string]any{"type": "http", "scheme": "bearer", "description": "the content of DIR/kiosk.token"},
				"cookie": map[string]any{"type": "apiKey", "in": "cookie", "name": cookieName, "description": "set by GET /?token=…"},
			},
		},
		"security": []any{map[string]any{"bearer": []string{}}, map[string]any{"cookie": []string{}}},
	}
}

func documentJSON() []byte {
	b, err := json.Marshal(document())
	if err != nil {
		panic(err) // made of maps, lists and strings
	}
	return b
}

func (s *Server) openapi(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, json.RawMessage(s.doc))
}

func (g *generator) operation(rt route, path string) map[string]any {
	op := map[string]any{"summary": rt.summary, "operationId": openapi.OperationID(rt.method, path), "responses": g.responses(rt)}
	if about := rt.said(); about != "" {
		op["description"] = about
	}
	if rt.open {
		op["security"] = []any{}
	}
	if params := parameters(rt, path); params != nil {
		op["parameters"] = params
	}
	if m, ok := rt.body.(media); ok {
		op["requestBody"] = map[string]any{"required": true, "content": map[string]any{string(m): map[string]any{"schema": map[string]any{"type": "string", "format": "binary"}}}}
	} else if rt.body != nil {
		op["requestBody"] = map[string]any{"required": true, "content": openapi.JSON(g.Of(reflect.TypeOf(rt.body)))}
	}
	return op
}

// said is what the document says of a route beyond its summary.
func (rt route) said() string {
	if rt.right == "" {
		return rt.about
	}
	return strings.TrimSpace(rt.about + "\n\nThe seller at the till needs the right " + string(rt.right) + ".")
}

func parameters(rt route, path string) (params []any) {
	for _, name := range openapi.PathParams(path) {
		params = append(params, map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	for _, p := range rt.query {
		schema := map[string]any{"type": "string"}
		if p.integer {
			schema = map[string]any{"type": "integer", "format": "int64", "minimum": p.least, "maximum": p.most}
		}
		params = append(params, map[string]any{"name": p.name, "in": "query", "description": p.what, "schema": schema})
	}
	return params
}

// responses describes the answers of a route: those of its own and the refusals that every route knows.
func (g *generator) responses(rt route) map[string]any {
	all := map[string]any{}
	if rt.ok != nil {
		all["200"] = g.response(http.StatusOK, rt.ok)
	}
	for _, r := range rt.more {
		all[strconv.Itoa(r.status)] = g.response(r.status, r.value)
	}
	faults := refusals(fault.AuthOrigin, fault.Internal)
	if !rt.open {
		faults[http.StatusUnauthorized] = []fault.Code{fault.AuthMissing}
		faults[http.StatusServiceUnavailable] = []fault.Code{fault.TillStopping}
	}
	if rt.right != "" {
		faults[http.StatusForbidden] = append(faults[http.StatusForbidden], notEntitled...)
	}
	for status, codes := range rt.faults {
		faults[status] = append(faults[status], codes...)
	}
	for status, codes := range faults {
		said := g.refusal(status, codes)
		if status == http.StatusUnauthorized && rt.ok == page { // people are told so by a page: stranger.go
			said["content"].(map[string]any)[string(page)] = g.response(status, page)["content"].(map[string]any)[string(page)]
		}
		all[strconv.Itoa(status)] = said
	}
	return all
}

func (g *generator) response(status int, v any) map[string]any {
	a := map[string]any{"description": http.StatusText(status)}
	if m, ok := v.(media); ok {
		schema := map[string]any{"type": "string"}
		if !strings.HasPrefix(string(m), "text/") {
			schema["format"] = "binary"
		}
		a["content"] = map[string]any{string(m): map[string]any{"schema": schema}}
	} else if v != nil {
		a["content"] = openapi.JSON(g.Of(reflect.TypeOf(v)))
	}
	return a
}

// refusal describes an error and names the codes that it may have.
func (g *generator) refusal(status int, codes []fault.Code) map[string]any {
	codes = slices.Sorted(slices.Values(codes))
	body := map[string]any{"allOf": []any{g.Of(reflect.TypeFor[ErrorBody]()),
		map[string]any{"properties": map[string]any{"code": map[string]any{"type": "string", "enum": codes}}}}}
	return map[string]any{"description": http.StatusText(status), "content": openapi.JSON(body)}
}

// command describes till.Command: one schema a kind, told apart by the field kind.
func (g *generator) command() map[string]any {
	all := map[string]any{}
	g.Fields(reflect.TypeFor[till.Command](), all, new([]string))
	var kinds []any
	mapping := map[string]any{}
	for _, k := range kindDocs() {
		name := "Command." + k.kind
		g.Schemas[name] = k.schema(all)
		kinds = append(kinds, openapi.Ref(name))
		mapping[k.kind] = "#/components/schemas/" + name
	}
	return map[string]any{"oneOf": kinds, "discriminator": map[string]any{"propertyName": "kind", "mapping": mapping},
		"description": "An id, a kind and the fields that the kind takes; others are passed over."}
}

func (k kindDoc) schema(all map[string]any) map[string]any {
	properties := map[string]any{}
	for _, name := range slices.Concat(everyKind, k.needs, k.either, k.takes) {
		properties[name] = openapi.Described(all[name], fieldDocs[name])
	}
	for _, o := range k.own {
		properties[o[0]] = openapi.Described(all[o[0]], o[1])
	}
	properties["kind"] = map[string]any{"type": "string", "enum": []string{k.kind}}
	properties["id"] = map[string]any{"type": "string", "format": "uuid", "description": fieldDocs["id"]}
	schema := map[string]any{"type": "object", "description": k.does, "properties": properties, "required": append([]string{"id", "kind"}, k.needs...)}
	if k.either != nil {
		var one []any
		for _, name := range k.either {
			one = append(one, map[string]any{"required": []string{name}})
		}
		schema["anyOf"] = one
	}
	return schema
}
