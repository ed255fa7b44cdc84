package ui

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"time"

	"posbox/journal"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// generator turns Go types into schemas. Lists are never null: the handlers see to it. A pointer is null where the field
// is always there, and left out where it is marked omitempty.
type generator struct {
	schemas map[string]any
	types   map[string]reflect.Type
}

func newGenerator() *generator {
	return &generator{schemas: map[string]any{}, types: map[string]reflect.Type{}}
}

// plain describes named types that are one value on the wire.
var plain = map[reflect.Type]map[string]any{
	reflect.TypeFor[money.Amount]():     {"type": "string", "pattern": `^-?\d+\.\d{2}$`, "example": "12500.00", "description": "₮"},
	reflect.TypeFor[money.Percent]():    {"type": "string", "pattern": `^-?\d+\.\d{2}$`, "example": "10.00", "description": "percent"},
	reflect.TypeFor[catalog.Quantity](): {"type": "string", "pattern": `^-?\d+(\.\d{3})?$`, "example": "1.245"},
	reflect.TypeFor[till.Decimal]():     {"oneOf": []any{map[string]any{"type": "string"}, map[string]any{"type": "number"}}, "example": "12500", "description": "decimal string; a number is taken by its own digits"},
	reflect.TypeFor[time.Time]():        {"type": "string", "format": "date-time"},
	reflect.TypeFor[day.Day]():          {"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`, "example": "2026-11-23"},
	reflect.TypeFor[event.Bill]():       {"type": "string", "example": "2026-11-23-1-0001"},
	reflect.TypeFor[journal.Seq]():      {"type": "integer", "minimum": 0, "description": "place in the journal, from 1; 0: nothing is there yet"},
	reflect.TypeFor[journal.Hash]():     {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 in hex"},
	reflect.TypeFor[fault.Code]():       {"type": "string", "enum": fault.Codes()},
	reflect.TypeFor[fault.Severity]():   {"type": "string", "enum": []fault.Severity{fault.Blocking, fault.Warning, fault.Notice}},
	reflect.TypeFor[event.TenderKind](): {"type": "string", "enum": event.TenderKinds[:]},
	reflect.TypeFor[device.Kind](): {"type": "string", "enum": []device.Kind{device.KindPrinter, device.KindDrawer, device.KindScanner, device.KindDisplay,
		device.KindScale, device.KindTerminal, device.KindBaaz, device.KindEbarimt, device.KindClock, device.KindDisk}},
	reflect.TypeFor[device.Level](): {"type": "string", "enum": []device.Level{device.OK, device.Attention, device.Fault, device.None}},
	reflect.TypeFor[tax.Class]():    {"type": "string", "enum": tax.Classes[:]},
	reflect.TypeFor[event.ReceiptResult](): {"type": "string", "enum": []event.ReceiptResult{event.ReceiptPrinted, event.ReceiptUnproven,
		event.ReceiptInterrupted, event.ReceiptDeferred, event.ReceiptCancelled}},
	reflect.TypeFor[json.RawMessage](): {"nullable": true, "description": "any JSON"},
}

func (g *generator) of(t reflect.Type) map[string]any {
	if s, ok := plain[t]; ok {
		return s
	}
	if t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.Struct:
		return g.object(t)
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": g.of(t.Elem())}
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return map[string]any{"type": "object"}
		}
		return map[string]any{"type": "object", "additionalProperties": g.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	}
	return map[string]any{"type": "integer"}
}

func ref(name string) map[string]any {
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

// object puts a struct among the named schemas and returns a reference to it.
func (g *generator) object(t reflect.Type) map[string]any {
	name := t.Name()
	if known, ok := g.types[name]; ok {
		if known != t {
			panic("two schemas would be called " + name)
		}
		return ref(name)
	}
	g.types[name] = t
	switch t {
	case reflect.TypeFor[till.Command]():
		g.schemas[name] = g.command()
		return ref(name)
	case reflect.TypeFor[Change]():
		g.schemas[name] = g.change()
		return ref(name)
	}
	properties, required := map[string]any{}, []string{}
	g.fields(t, properties, &required)
	schema := map[string]any{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	g.schemas[name] = schema
	return ref(name)
}

// change describes a "change" event: any of the state's sections, each whole.
func (g *generator) change() map[string]any {
	sections := map[string]any{}
	g.fields(reflect.TypeFor[State](), sections, new([]string))
	return map[string]any{"type": "object", "required": []string{"seq", "set"}, "properties": map[string]any{
		"seq": g.of(reflect.TypeFor[journal.Seq]()),
		"set": map[string]any{"type": "object", "description": "sections of State that are another now", "properties": sections,
			"additionalProperties": false, "minProperties": 1}}}
}

func (g *generator) fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Pointer: // all of its fields are there, or none
			g.fields(f.Type.Elem(), properties, new([]string))
			continue
		case f.Anonymous && name == "":
			g.fields(f.Type, properties, required)
			continue
		case name == "-" || !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		schema, optional := g.of(f.Type), strings.Contains(options, "omitempty")
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
