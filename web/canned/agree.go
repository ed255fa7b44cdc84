package canned

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Disagree says where a canned answer differs from what a type of the API can say: fields that the type has not, and
// fields of the type that are missing or come back otherwise. Nothing: they agree.
func Disagree(body any, kind reflect.Type) (complaints []string) {
	text, err := json.Marshal(body)
	if err != nil {
		return []string{err.Error()}
	}
	v := reflect.New(kind).Interface()
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(v); err != nil {
		return []string{err.Error()}
	}
	back, err := json.Marshal(v)
	if err != nil {
		return []string{err.Error()}
	}
	var have, want any
	if err := json.Unmarshal(text, &have); err != nil {
		return []string{err.Error()}
	}
	if err := json.Unmarshal(back, &want); err != nil {
		return []string{err.Error()}
	}
	missing := absent(have, want, "")
	slices.Sort(missing)
	for _, m := range slices.Compact(missing) {
		complaints = append(complaints, fmt.Sprintf("%s is missing or another", m))
	}
	return complaints
}

// absent lists what stands in want and not in have.
func absent(have, want any, at string) (all []string) {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return []string{at}
		}
		for key, v := range w {
			if _, ok := h[key]; !ok {
				all = append(all, at+"."+key)
				continue
			}
			all = append(all, absent(h[key], v, at+"."+key)...)
		}
	case []any:
		h, _ := have.([]any)
		if len(h) != len(w) {
			return []string{at}
		}
		for i := range w {
			all = append(all, absent(h[i], w[i], at+"[]")...)
		}
	default:
		if !reflect.DeepEqual(have, want) {
			return []string{at}
		}
	}
	return all
}
