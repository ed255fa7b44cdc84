package lock

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

const hash = "8be9df5795114bfe90e2be3d208ef47a5edd3fc7b3e20d387a597486d444e5e2"

const good = `# title
# name version sha256 size

libacl1 2.3.1-3 ` + hash + ` 31488
libz3-4 1:4.8.12-3.1~deb12+b1 ` + hash + ` 7216172
`

func TestParse(t *testing.T) {
	l, err := Parse(strings.NewReader(good))
	if err != nil || len(l) != 2 || l[1].String() != "libz3-4=1:4.8.12-3.1~deb12+b1" || l.Bytes() != 31488+7216172 {
		t.Fatalf("%v %v", l, err)
	}
	var b bytes.Buffer
	if err := l.Write(&b, "Title."); err != nil {
		t.Fatal(err)
	}
	back, err := Parse(&b)
	if err != nil || !reflect.DeepEqual(back, l) {
		t.Errorf("%v\n%v\n%v", err, back, l)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ lines, want string }{
		{"libacl1 2.3.1-3 " + hash, "line 1: 3 fields"},
		{"libacl1 2.3.1-3 " + hash + " 1 2", "5 fields"},
		{"../x 2.3.1-3 " + hash + " 1", "no name"},
		{"libacl1 -o=x " + hash + " 1", "no name and version"},
		{"libacl1 2 " + hash[1:] + " 1", "no SHA-256"},
		{"libacl1 2 " + hash + " 0", "no size"},
		{"libacl1 2 " + hash + " 99999999999", "no size"},
		{"b1 2 " + hash + " 1\na1 2 " + hash + " 1", "line 2: a1 does not follow"},
		{"b1 2 " + hash + " 1\nb1 3 " + hash + " 1", "line 2: b1 does not follow"},
	} {
		if _, err := Parse(strings.NewReader(c.lines)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.lines, err, c.want)
		}
	}
}

func TestDiff(t *testing.T) {
	one := List{{Name: "a", Version: "1"}, {Name: "b", Version: "1"}, {Name: "c", Version: "1"}, {Name: "e", Version: "1"}}
	two := List{{Name: "b", Version: "2"}, {Name: "c", Version: "1"}, {Name: "d", Version: "1"}, {Name: "e", Version: "1", SHA256: [32]byte{1}}}
	want := []string{"- a=1", "  b 1 -> 2", "+ d=1", "! e=1: other bytes under the same version"}
	if got := one.Diff(two); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if got := one.Diff(one); got != nil {
		t.Errorf("no change: %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		l.Write(&b, "x")
		if back, err := Parse(&b); err != nil || !reflect.DeepEqual(back, l) {
			t.Errorf("%v: %v, want %v", err, back, l)
		}
	})
}
