package openapi_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"posbox/openapi"
)

type inner struct {
	Name string `json:"name"`
}

type sample struct {
	inner
	ID    int64           `json:"id"`
	Left  string          `json:"left,omitempty"`
	Maybe *string         `json:"maybe"`
	Sub   *inner          `json:"sub"`
	List  []inner         `json:"list"`
	Map   map[string]bool `json:"map"`
	Any   map[string]any  `json:"any"`
	At    time.Time       `json:"at"`
	Gone  string          `json:"-"`
}

// What the document says of a type is what encoding/json does with it.
func TestSchema(t *testing.T) {
	g := openapi.New(map[reflect.Type]map[string]any{reflect.TypeFor[time.Time](): {"type": "string", "format": "date-time"}})
	if ref := g.Of(reflect.TypeFor[[]sample]()); ref["type"] != "array" {
		t.Errorf("a list is %v", ref)
	}
	schema := g.Schemas["sample"].(map[string]any)
	text, err := json.Marshal(sample{})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	required := schema["required"].([]string)
	if len(required) != len(fields) {
		t.Errorf("always there are %v, encoding/json writes %s", required, text)
	}
	properties := schema["properties"].(map[string]any)
	for _, name := range append(required, "left") {
		if properties[name] == nil {
			t.Errorf("%s is not described", name)
		}
	}
	if p := properties["maybe"].(map[string]any); p["nullable"] != true {
		t.Errorf("a pointer is %v", p)
	}
	if len(properties) != 9 || g.Schemas["inner"] == nil {
		t.Errorf("%v", g.Schemas)
	}
}

func TestNames(t *testing.T) {
	if id := openapi.OperationID("GET", "/api/goods/{code}"); id != "get_goods_code" {
		t.Errorf("the operation is called %s", id)
	}
	if names := openapi.PathParams("/a/{one}/b/{two}"); !reflect.DeepEqual(names, []string{"one", "two"}) {
		t.Errorf("the parameters are %v", names)
	}
}
