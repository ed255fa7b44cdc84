package ui

import (
	"encoding/json"
	"reflect"
	"time"

	"posbox/journal"
	"posbox/openapi"
	"posbox/pos/catalog"
	"posbox/pos/day"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// generator makes the schemas of the till's types.
type generator struct{ *openapi.Generator }

func newGenerator() *generator {
	g := &generator{openapi.New(plain)}
	g.Special = map[reflect.Type]func() map[string]any{reflect.TypeFor[till.Command](): g.command, reflect.TypeFor[Change](): g.change, reflect.TypeFor[Message](): g.message}
	return g
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
		device.KindScale, device.KindTerminal, device.KindNetwork, device.KindBaaz, device.KindEbarimt, device.KindClock, device.KindDisk, device.KindCopy}},
	reflect.TypeFor[device.Level](): {"type": "string", "enum": []device.Level{device.OK, device.Attention, device.Fault, device.None}},
	reflect.TypeFor[tax.Class]():    {"type": "string", "enum": tax.Classes[:]},
	reflect.TypeFor[event.ReceiptResult](): {"type": "string", "enum": []event.ReceiptResult{event.ReceiptPrinted, event.ReceiptUnproven,
		event.ReceiptInterrupted, event.ReceiptDeferred, event.ReceiptCancelled, event.ReceiptElectronic}},
	reflect.TypeFor[json.RawMessage](): {"nullable": true, "description": "any JSON"},
}

// change describes a "change" event: any of the state's sections, each whole.
func (g *generator) change() map[string]any {
	sections := map[string]any{}
	g.Fields(reflect.TypeFor[State](), sections, new([]string))
	return map[string]any{"type": "object", "required": []string{"seq", "set"}, "properties": map[string]any{
		"seq":    g.Of(reflect.TypeFor[journal.Seq]()),
		"basket": g.Of(reflect.TypeFor[Splice]()),
		"set": map[string]any{"type": "object", "description": "sections of State that are another now", "properties": sections,
			"additionalProperties": false, "minProperties": 1}}}
}

// message describes what the socket says: at least one of its parts.
func (g *generator) message() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": false, "minProperties": 1, "properties": map[string]any{
		"state":   g.Of(reflect.TypeFor[State]()),
		"change":  g.Of(reflect.TypeFor[Change]()),
		"answers": map[string]any{"type": "array", "minItems": 1, "items": g.Of(reflect.TypeFor[SocketAnswer]())},
		"beat":    map[string]any{"type": "boolean"}}}
}
