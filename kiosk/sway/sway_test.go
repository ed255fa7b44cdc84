package sway

import (
	"bytes"
	"encoding/json"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// compositor answers on a socket.
func compositor(t *testing.T, answers map[uint32]string) *Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for {
			kind, _, err := decode(c)
			if err != nil {
				return
			}
			c.Write(encode(kind, answers[kind]))
		}
	}()
	c, err := Dial(socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestClient(t *testing.T) {
	c := compositor(t, map[uint32]string{
		getOutputs: `[{"name":"HDMI-A-1","active":false},{"name":"HDMI-A-2","active":true}]`,
		getTree: `{"type":"root","nodes":[{"type":"output","name":"HDMI-A-2","nodes":[{"type":"workspace","name":"till",
			"nodes":[{"id":7,"type":"con","app_id":"chrome-till","visible":true,"focused":true}],"floating_nodes":[{"id":8,"app_id":"dialog"}]}]}]}`,
		runCommand: `[{"success":true},{"success":false,"error":"no such output"}]`,
	})
	if o, err := c.Outputs(); err != nil || len(o) != 1 || o[0].Name != "HDMI-A-2" {
		t.Errorf("%v %v", o, err)
	}
	w, err := c.Windows()
	if err != nil || len(w) != 2 || w[0] != (Window{"7", "chrome-till", "HDMI-A-2", true, true}) || w[1].App != "dialog" {
		t.Errorf("%v %v", w, err)
	}
	if err := c.Do("focus"); err == nil || !strings.Contains(err.Error(), "no such output") {
		t.Errorf("a refused command: %v", err)
	}
}

func TestChoose(t *testing.T) {
	list := func(names ...string) (o []Output) {
		for _, n := range names {
			o = append(o, Output{n, true})
		}
		return o
	}
	for name, c := range map[string]struct {
		now          []Output
		before, want Place
	}{
		"no screen":                     {nil, Place{"A", "B"}, Place{}},
		"the first":                     {list("A"), Place{}, Place{Till: "A"}},
		"two":                           {list("A", "B"), Place{}, Place{"A", "B"}},
		"a second one that sorts first": {list("A", "B"), Place{Till: "B"}, Place{"B", "A"}},
		"the buyer's is unplugged":      {list("A"), Place{"A", "B"}, Place{Till: "A"}},
		"the till's is unplugged":       {list("B"), Place{"A", "B"}, Place{Till: "B"}},
		"a third one":                   {list("A", "B", "C"), Place{"A", "C"}, Place{"A", "C"}},
	} {
		if got := Choose(c.now, c.before); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestCommands(t *testing.T) {
	role := func(app string) string { return app }
	front := func(id, app, output string, focused bool) Window { return Window{id, app, output, true, focused} }
	for name, c := range map[string]struct {
		windows []Window
		place   Place
		want    string
	}{
		"all in place":               {[]Window{front("1", "till", "A", true), front("2", "buyer", "B", false), front("3", "dialog", "B", false)}, Place{"A", "B"}, ""},
		"the buyer's on the till's":  {[]Window{front("1", "till", "A", true), {"2", "buyer", "A", false, false}}, Place{"A", "B"}, `[con_id=2] move workspace to output "B"; [con_id=2] focus; [con_id=1] focus`},
		"a window that is not shown": {[]Window{{"1", "till", "A", false, false}}, Place{Till: "A"}, "[con_id=1] focus"},
		"a buyer's not shown":        {[]Window{front("1", "till", "A", true), {"2", "buyer", "B", false, false}}, Place{"A", "B"}, "[con_id=2] focus; [con_id=1] focus"},
		"the keyboard elsewhere":     {[]Window{front("1", "till", "A", false), front("2", "buyer", "B", true)}, Place{"A", "B"}, "[con_id=1] focus"},
		"no screen for the buyer":    {[]Window{front("1", "till", "A", true), {"2", "buyer", "A", false, false}}, Place{Till: "A"}, ""},
		"a strange connector":        {[]Window{front("1", "till", "A", true)}, Place{Till: `B"; exec sh`}, `[con_id=1] move workspace to output "B\"; exec sh"; [con_id=1] focus`},
	} {
		if got := strings.Join(Commands(c.windows, c.place, role), "; "); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(getTree, `{"type":"output","nodes":[{"app_id":"x"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, payload, err := decode(bytes.NewReader(b))
		if err != nil {
			return
		}
		if back := encode(kind, string(payload)); !bytes.HasPrefix(b, back) {
			t.Errorf("%q came back as %q", b, back)
		}
		var n node
		if json.Unmarshal(payload, &n) == nil {
			n.windows("", nil)
		}
	})
}
