package store

import (
	"math"
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

// What is pending is read as it was written, whatever a shop calls its things, and a piece of it is not taken for all.
func TestPendingIsReadAsWritten(t *testing.T) {
	r := NewRollups()
	one, two := DayKey{1, "2026-10-31"}, DayKey{1 << 40, "2026-11-01"}
	r.Goods[GoodKey{one, "a"}] = GoodSums{Name: "Сүү", Lines: 2, Quantity: 2000, Total: 500}
	r.Goods[GoodKey{one, "b"}] = GoodSums{Lines: -1, Total: -1}
	r.Goods[GoodKey{two, "a"}] = GoodSums{Name: "\x00", Total: 7}
	r.Sums.Add(one, SumCustomer, "K", Sum{Name: "Болд", Times: 1, Total: 500, VAT: 45, City: 1})
	r.Sums.Add(one, SumHour, "09", Sum{Times: 1}) // has a row
	var b []byte
	for _, p := range r.parts() {
		b = appendPart(b, p)
	}
	got := Sums{}
	read := func(b []byte) error {
		return eachPart(b, func(p part) error {
			return eachSum(p.data, func(key, name []byte, v Sum) {
				v.Name = string(name)
				got.Add(p.day, p.kind, string(key), v)
			})
		})
	}
	want := Sums{{1, SumGood, "2026-10-31", "a"}: {"Сүү", 2, 2000, 500, 0, 0}, {1, SumGood, "2026-10-31", "b"}: {"", -1, 0, -1, 0, 0},
		{1 << 40, SumGood, "2026-11-01", "a"}: {"\x00", 0, 0, 7, 0, 0}, {1, SumCustomer, "2026-10-31", "K"}: {"Болд", 1, 0, 500, 45, 1}}
	if err := read(b); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for n := 1; n < len(b); n++ {
		if got = (Sums{}); read(b[:n]) == nil && reflect.DeepEqual(got, want) {
			t.Errorf("%d of %d bytes are taken for all", n, len(b))
		}
	}
}

func FuzzPending(f *testing.F) {
	f.Add(appendPart(nil, part{DayKey{1, "2026-10-31"}, SumGood, appendSum(nil, "1001", Sum{Name: "Сүү", Total: -5})}))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = eachPart(b, func(p part) error {
			if len(p.spans()) != 4 {
				t.Error(p)
			}
			return eachSum(p.data, func(_, _ []byte, _ Sum) {})
		})
	})
}

func TestHeavier(t *testing.T) {
	for _, c := range []struct{ weight, n, want int64 }{{1, 2, 3}, {1, -2, 3}, {math.MaxInt64 - 1, 2, math.MaxInt64}, {0, math.MinInt64, math.MaxInt64}} {
		if got := heavier(c.weight, c.n); got != c.want {
			t.Errorf("%d and %d: %d, want %d", c.weight, c.n, got, c.want)
		}
	}
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
