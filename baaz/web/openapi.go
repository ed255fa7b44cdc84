package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"posbox/baaz/who"
	"posbox/journal"
	"posbox/openapi"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/wire"
)

const aboutAPI = `What BAAZ answers: to boxes (/v1/…), to people and to their programs (/api/…).

People log in and get a cookie; programs send a token as "Authorization: Bearer …", made by "baazd token" or by someone
with the right people. Each description says which right a request needs. Everyone has a home: a company, a vendor, or
BAAZ itself (company 0). A company that one has nothing to do with is not there: 404.

Amounts and quantities are decimal strings, times UTC (RFC 3339), ids of companies whole numbers below 2^53. A request's
body is JSON of exactly the described fields; of answers, a reader passes over fields that it does not know. Texts of errors are
in the language of the header Posbox-Lang (mn or en). Every refused request has the body ErrorBody; codes are never
changed. 429 and 503 may be tried again after Retry-After seconds.`

// plain describes named types that are one value on the wire.
var plain = map[reflect.Type]map[string]any{
	reflect.TypeFor[money.Amount]():     {"type": "string", "pattern": `^-?\d+\.\d{2}$`, "example": "12500.00", "description": "₮"},
	reflect.TypeFor[catalog.Quantity](): {"type": "string", "pattern": `^-?\d+(\.\d{3})?$`, "example": "1.245"},
	reflect.TypeFor[time.Time]():        {"type": "string", "format": "date-time"},
	reflect.TypeFor[day.Day]():          {"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`, "example": "2026-11-23"},
	reflect.TypeFor[event.Bill]():       {"type": "string", "example": "2026-11-23-1-0001"},
	reflect.TypeFor[journal.Seq]():      {"type": "integer", "minimum": 0, "description": "place in the journal, from 1; 0: nothing is there yet"},
	reflect.TypeFor[journal.Hash]():     {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 in hex"},
	reflect.TypeFor[fault.Code]():       {"type": "string", "enum": fault.Codes()},
	reflect.TypeFor[json.RawMessage]():  {"nullable": true, "description": "any JSON"},
	reflect.TypeFor[wire.Standing]():    {"type": "string", "enum": []wire.Standing{wire.Active, wire.Replaced, wire.Revoked}},
	reflect.TypeFor[who.World]():        {"type": "string", "enum": []who.World{who.Company, who.Vendor, who.Operator}},
	reflect.TypeFor[who.Scope]():        {"type": "string", "enum": who.Scopes()},
	reflect.TypeFor[who.Role]():         {"type": "string", "enum": slices.Concat(who.Roles(who.Company), who.Roles(who.Vendor), who.Roles(who.Operator))},
}

// describer makes the document.
type describer struct{ *openapi.Generator }

// document makes the OpenAPI description of the routes.
func document() map[string]any {
	d := describer{openapi.New(plain)}
	paths := map[string]map[string]any{}
	for _, rt := range routes() {
		path := strings.TrimSuffix(rt.path, "{$}")
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(rt.method)] = d.operation(rt, path)
	}
	addSchemas(d.Schemas)
	return map[string]any{
		"openapi": "3.0.3",
		"info":    map[string]any{"title": "BAAZ", "version": "1", "description": aboutAPI},
		"servers": []any{map[string]any{"url": "/"}},
		"paths":   paths,
		"components": map[string]any{
			"schemas": d.Schemas,
			"securitySchemes": map[string]any{
				"bearer": map[string]any{"type": "http", "scheme": "bearer", "description": "a token"},
				"cookie": map[string]any{"type": "apiKey", "in": "cookie", "name": "baaz", "description": "set by logging in; over TLS it is called __Host-baaz"},
			},
		},
	}
}

func documentJSON() []byte {
	b, err := json.Marshal(document())
	if err != nil {
		panic(err) // made of maps, lists and strings
	}
	return b
}

func (d describer) operation(rt route, path string) map[string]any {
	op := map[string]any{"summary": rt.summary, "operationId": openapi.OperationID(rt.method, path), "responses": d.responses(rt),
		"security": rt.security(), "description": rt.said()}
	if params := parameters(rt, path); params != nil {
		op["parameters"] = params
	}
	switch {
	case rt.do.inAs != "":
		op["requestBody"] = map[string]any{"required": true, "content": binary(rt.do.inAs)}
	case rt.do.in != nil:
		op["requestBody"] = map[string]any{"required": true, "content": openapi.JSON(d.Of(rt.do.in))}
	}
	return op
}

func binary(media string) map[string]any {
	schema := map[string]any{"type": "string"}
	if !strings.HasPrefix(media, "text/") {
		schema["format"] = "binary"
	}
	return map[string]any{media: map[string]any{"schema": schema}}
}

// security says what must come with a request.
func (rt route) security() []any {
	bearer, cookie := map[string]any{"bearer": []string{}}, map[string]any{"cookie": []string{}}
	switch {
	case rt.door == doorPublic || rt.door == doorBox:
		return []any{}
	case rt.door == doorSelf:
		return []any{cookie}
	}
	return []any{bearer, cookie}
}

// said is what the document says of a route beyond its summary.
func (rt route) said() string {
	door := ""
	switch rt.door {
	case doorPublic:
		door = "Answers everybody."
	case doorBox:
		door = "Asked by boxes."
	case doorMetrics, doorHome:
		door = "Needs the right " + string(rt.right) + " at home."
	case doorAnyone, doorSelf:
		door = "Answers whoever has logged in, about themselves."
	case doorCompany:
		door = "Needs the right " + string(rt.right) + " in the company."
		if rt.also != nil {
			door += " Besides it, " + rt.alsoSaid() + "."
		}
	}
	return strings.TrimSpace(rt.about + "\n\n" + door)
}

// alsoSaid says which registers need another right.
func (rt route) alsoSaid() string {
	var list []string
	for _, register := range slices.Sorted(maps.Keys(rt.also)) {
		list = append(list, register+" needs "+string(rt.also[register]))
	}
	return strings.Join(list, ", ")
}

func parameters(rt route, path string) (params []any) {
	for _, name := range openapi.PathParams(path) {
		params = append(params, map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	for _, p := range rt.query {
		schema := map[string]any{"type": "string"}
		switch p.kind {
		case integer:
			schema = map[string]any{"type": "integer", "format": "int64", "minimum": p.least, "maximum": p.most, "default": p.otherwise}
		case text:
			schema["maxLength"] = p.most
		case date:
			schema["format"] = "date"
		}
		params = append(params, map[string]any{"name": p.name, "in": "query", "description": p.what, "schema": schema})
	}
	return params
}

// responses describes the answers of a route: those of its own, and the refusals of its door, its query and its body.
func (d describer) responses(rt route) map[string]any {
	all := map[string]any{"200": d.response(http.StatusOK, rt.do.out, rt.do.outAs)}
	faults := map[int][]fault.Code{}
	for _, code := range slices.Concat(rt.faults, rt.doorFaults()) {
		if status := statuses[code]; !slices.Contains(faults[status], code) {
			faults[status] = append(faults[status], code)
		}
	}
	for status, codes := range faults {
		all[strconv.Itoa(status)] = d.refusal(status, codes)
	}
	for _, r := range rt.more {
		all[strconv.Itoa(r.status)] = d.also(all[strconv.Itoa(r.status)], r)
	}
	return all
}

// doorFaults are the refusals that follow from the row itself.
func (rt route) doorFaults() []fault.Code {
	list := []fault.Code{fault.ServerBusy, fault.Internal}
	if rt.door >= doorMetrics {
		list = append(list, fault.LoginNeeded, fault.TokenUnknown)
	}
	if rt.door >= doorMetrics && rt.door != doorAnyone {
		list = append(list, fault.AccessDenied)
	}
	if rt.door == doorCompany {
		list = append(list, fault.CompanyUnknown)
	}
	if rt.method != http.MethodGet {
		list = append(list, fault.RequestOrigin)
	}
	if rt.do.in != nil {
		list = append(list, fault.RequestMalformed, fault.RequestTooLarge)
	}
	return append(list, fault.QueryMalformed)
}

func (d describer) response(status int, out reflect.Type, media string) map[string]any {
	a := map[string]any{"description": http.StatusText(status)}
	switch {
	case media != "":
		a["content"] = binary(media)
	case out != nil:
		a["content"] = openapi.JSON(d.Of(out))
	}
	return a
}

// also describes an answer beside a refusal with the same status.
func (d describer) also(refusal any, r reply) map[string]any {
	schema := d.Of(reflect.TypeOf(r.value))
	if refusal != nil {
		other := refusal.(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)["schema"]
		schema = map[string]any{"anyOf": []any{schema, other}}
	}
	return map[string]any{"description": http.StatusText(r.status), "content": openapi.JSON(schema)}
}

// refusal describes an error and names the codes that it may have.
func (d describer) refusal(status int, codes []fault.Code) map[string]any {
	codes = slices.Sorted(slices.Values(codes))
	body := map[string]any{"allOf": []any{d.Of(reflect.TypeFor[ErrorBody]()),
		map[string]any{"properties": map[string]any{"code": map[string]any{"type": "string", "enum": codes}}}}}
	return map[string]any{"description": http.StatusText(status), "content": openapi.JSON(body)}
}
