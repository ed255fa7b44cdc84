package ui

import (
	"bytes"
	"encoding/json"
	"strings"
)

// level is an object or a list that is open while a JSON text is read.
type level struct {
	names map[string]bool // of an object; nil: a list
	value bool            // the next token belongs to the value of a name
}

// twice returns a name that stands twice in one object of a JSON text; found is false where none does. Two readers of such a text
// may see two different commands. Names differing in case only are the same, as they are to encoding/json.
func twice(text []byte) (name string, found bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var open []*level
	for {
		token, err := dec.Token()
		if err != nil {
			return "", false
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if len(open) > 0 {
			top := open[len(open)-1]
			if name, ok := token.(string); ok && top.names != nil && !top.value {
				fold := strings.ToLower(strings.ToUpper(name))
				if top.names[fold] {
					return name, true
				}
				top.names[fold], top.value = true, true
				continue
			}
			top.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &level{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, &level{})
		}
	}
}
