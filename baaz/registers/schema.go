package registers

import "posbox/pos/money"

// Schema describes a row's body in OpenAPI 3.0, as it is sent and told.
func (r *Register) Schema() map[string]any {
	s := schemaOf(r.Fields)
	s["description"] = r.EN + " (" + r.MN + "). The code: " + r.codeSaid()
	return s
}

func (r *Register) codeSaid() string {
	switch {
	case r.Fixed != nil:
		return "fixed by the level."
	case r.Numbered:
		return "a number, given by BAAZ."
	}
	return r.Code.EN
}

func schemaOf(fields []Field) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range fields {
		f := &fields[i]
		properties[f.Name] = f.schema()
		if f.Needed && f.Default == "" {
			required = append(required, f.Name)
		}
	}
	s := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func (f *Field) schema() map[string]any {
	s := map[string]any{"type": "string"}
	switch f.Kind {
	case Text, Secret:
		s["minLength"], s["maxLength"] = f.Min, f.Max
		if !f.Needed {
			s["minLength"] = 0
		}
		if f.Digits {
			s["pattern"] = "^[0-9]*$"
		}
	case Lines, Names:
		s = map[string]any{"type": "array", "maxItems": f.Max, "items": map[string]any{"type": "string", "maxLength": f.Each}, "uniqueItems": f.Kind == Names}
	case Choice:
		s["enum"] = f.Enum
	case Yes:
		s = map[string]any{"type": "boolean"}
	case Whole:
		s = map[string]any{"type": "integer", "minimum": f.Min, "maximum": f.Max}
	case Percent:
		s["pattern"], s["example"] = `^\d+(\.\d{1,2})?$`, "7.5"
	case Money:
		s["pattern"], s["example"] = `^\d+(\.\d{1,2})?$`, money.Tugrik(12500).String()
	case Date:
		s["pattern"], s["example"] = `^(\d{4}-\d{2}-\d{2})?$`, "2026-11-23"
	case Objects:
		s = map[string]any{"type": "array", "maxItems": f.Max, "items": schemaOf(f.Of)}
	case Layer:
		s = map[string]any{"type": "object"}
	}
	s["description"] = f.said()
	if f.Kind == Secret {
		s["writeOnly"] = true
	}
	if f.Kept {
		s["readOnly"] = true
	}
	return s
}

func (f *Field) said() string {
	said := f.EN
	if f.Ref != "" {
		said += " Stands in register " + f.Ref + "."
	}
	if f.Unique != "" {
		said += " Belongs to one row of the company only."
	}
	return said
}
