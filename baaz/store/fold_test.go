package store

import (
	"reflect"
	"testing"
)

func TestFoldedSumsAreReadAsWritten(t *testing.T) {
	var want []SumLine
	var b []byte
	for _, l := range []SumLine{{"1001", Sum{"Сүү", 3, 3000, 900_00, 81_82, 0}}, {"", Sum{"", -1, -1_000, -1, 0, 1 << 60}}, {"№ 7", Sum{Name: "\x00"}}} {
		want = append(want, l)
		b = appendSum(b, l.Key, l.Sum)
	}
	var got []SumLine
	if err := eachSum(b, func(key, name []byte, v Sum) {
		v.Name = string(name)
		got = append(got, SumLine{string(key), v})
	}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for n := 1; n < len(b); n++ {
		sums := 0
		if err := eachSum(b[:n], func(_, _ []byte, _ Sum) { sums++ }); err == nil && sums == len(want) {
			t.Errorf("%d of %d bytes are taken for all", n, len(b))
		}
	}
}

func FuzzFoldedSums(f *testing.F) {
	f.Add(appendSum(nil, "1001", Sum{Name: "Сүү", Times: 3, Total: -5}))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = eachSum(b, func(_, _ []byte, _ Sum) {})
	})
}

func TestGathered(t *testing.T) {
	g := gathered{at: map[string]int{}}
	g.add([]byte("1"), []byte("was"), Sum{Times: 2, Total: 20})
	g.add([]byte("1"), []byte("is"), Sum{Times: 1, Total: 5})
	g.add([]byte("1"), nil, Sum{Times: 1, Total: 1})
	g.less([]byte("1"), []byte("other"), Sum{Times: 3, Total: 6})
	if want := []SumLine{{"1", Sum{Name: "is", Times: 1, Total: 20}}}; !reflect.DeepEqual(g.lines, want) {
		t.Errorf("%+v", g.lines)
	}
}
