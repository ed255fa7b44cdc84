package station

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestStations(t *testing.T) {
	for _, s := range stations {
		back, err := Parse(s.JSON())
		if err != nil || back.Name != s.Name || len(back.Programs) != len(s.Programs) {
			t.Errorf("%s: %+v %v", s.Name, back, err)
		}
		for i, p := range back.Programs {
			if p.Name != s.Programs[i].Name || !reflect.DeepEqual(p.Args, s.Programs[i].Args) {
				t.Errorf("%s: %+v", s.Name, p)
			}
		}
		if !slices.Contains(s.Kernel, "panic=10") {
			t.Errorf("%s: a dead kernel would stay dead", s.Name)
		}
		managed := slices.ContainsFunc(s.Programs, func(p Program) bool { return p.Name == "manage" })
		if managed != (s.Name == "vm") {
			t.Errorf("%s: the management network belongs to the vm station alone", s.Name)
		}
		if serial := strings.Contains(strings.Join(s.Kernel, " "), "console=ttyS"); serial != (s.Name == "vm") {
			t.Errorf("%s: on a real box a serial port belongs to a device", s.Name)
		}
	}
	if _, err := Named("toaster"); err == nil || !strings.Contains(err.Error(), "stations: vm") {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(stations[0].JSON())
	f.Fuzz(func(t *testing.T, b []byte) { Parse(b) })
}
