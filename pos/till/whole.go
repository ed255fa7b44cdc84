package till

import (
	"encoding/json"
	"reflect"
	"strings"
)

// A good and a customer are set whole. A field that was not sent would read as "no": sold no more, price without taxes.

// UnmarshalJSON implements json.Unmarshaler.
func (t *GoodText) UnmarshalJSON(b []byte) error {
	type plain GoodText
	if err := json.Unmarshal(b, (*plain)(t)); err != nil {
		return err
	}
	t.lacks = lacking(b, reflect.TypeFor[plain]())
	return nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *CustomerText) UnmarshalJSON(b []byte) error {
	type plain CustomerText
	if err := json.Unmarshal(b, (*plain)(t)); err != nil {
		return err
	}
	t.lacks = lacking(b, reflect.TypeFor[plain]())
	return nil
}

// lacking returns the first field of a struct, of those that may not be left out, that a JSON object does not have, or has
// as null; empty: none. A list may be null: many programs write an empty one so.
func lacking(object []byte, t reflect.Type) string {
	var have map[string]json.RawMessage
	if err := json.Unmarshal(object, &have); err != nil {
		return ""
	}
	given := map[string]json.RawMessage{}
	for name, value := range have {
		given[strings.ToLower(name)] = value // as encoding/json takes names
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, optional, _ := strings.Cut(f.Tag.Get("json"), ",")
		value, ok := given[name]
		if ok = ok && (string(value) != "null" || f.Type.Kind() == reflect.Slice); name != "" && optional == "" && !ok {
			return name
		}
	}
	return ""
}
