package config

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"posbox/pos/fault"
)

// Place makes a layer of values by path. Paths must be such as can be set one by one (settableAt) and values JSON.
func Place(values map[string]json.RawMessage) ([]byte, error) {
	root := map[string]any{}
	for path, value := range values {
		keys, ok := Split(path)
		if _, known := settableAt(keys); !ok || !known {
			return nil, fault.New(fault.SettingUnknown, "path", path)
		}
		at := root
		for _, k := range keys[:len(keys)-1] {
			next, ok := at[k].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[k] = next
			}
			at = next
		}
		at[keys[len(keys)-1]] = value
	}
	return json.Marshal(root)
}

// Split cuts a path into its keys: `roles["a b"].rights` into roles, a b, rights.
func Split(path string) (keys []string, ok bool) {
	rest := path
	for rest != "" {
		var key string
		if quoted, found := strings.CutPrefix(rest, "["); found {
			text, err := strconv.QuotedPrefix(quoted)
			if err != nil || !strings.HasPrefix(quoted[len(text):], "]") {
				return nil, false
			}
			if key, err = strconv.Unquote(text); err != nil {
				return nil, false
			}
			rest = quoted[len(text)+1:]
		} else {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			key, rest = rest[:end], rest[end:]
		}
		keys = append(keys, key)
		if after, dot := strings.CutPrefix(rest, "."); dot && after != "" {
			rest = after
		} else if dot {
			return nil, false
		}
	}
	return keys, len(keys) > 0 && Join(keys...) == path // each setting has one path
}

// Join makes a path of keys.
func Join(keys ...string) (path string) {
	for _, k := range keys {
		path = below(path, k)
	}
	return path
}

// settableAt finds the description of a setting by its keys. "*" in the table stands for any name.
func settableAt(keys []string) (*described, bool) {
	for i := range table {
		want := strings.Split(table[i].path, ".")
		if slices.EqualFunc(want, keys, func(w, k string) bool { return w == k || w == "*" }) {
			return &table[i], true
		}
	}
	return nil, false
}
