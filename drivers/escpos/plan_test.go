package escpos

import (
	"reflect"
	"testing"

	"posbox/pos/paper"

	"pgregory.net/rapid"
)

func TestBands(t *testing.T) {
	for _, c := range []struct {
		name   string
		height int
		breaks []int
		rows   int
		want   []band
	}{
		{"grouped", 96, []int{24, 48, 72, 96}, 48, []band{{0, 48}, {48, 96}}},
		{"uneven", 100, []int{30, 50, 60, 100}, 48, []band{{0, 30}, {30, 60}, {60, 100}}},
		{"a tall block stays whole", 300, []int{20, 280, 300}, 48, []band{{0, 20}, {20, 280}, {280, 300}}},
		{"no breaks", 100, nil, 48, []band{{0, 100}}},
		{"last break missing", 100, []int{40}, 48, []band{{0, 40}, {40, 100}}},
		{"nonsense", 50, []int{-4, 30, 10, 30, 9999}, 20, []band{{0, 30}, {30, 50}}},
		{"empty", 0, []int{0}, 20, nil},
	} {
		if got := bands(&paper.Page{Height: c.height, Breaks: c.breaks}, c.rows); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Whatever the breaks: the pieces of a plan are the rows of the page from the first unproven band on, each once, in order,
// none taller than asked for, and every band is proven by the piece that ends it.
func TestPlanCoversPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		page := &paper.Page{Width: 8, Height: rapid.IntRange(0, 400).Draw(t, "height")}
		page.Breaks = rapid.SliceOf(rapid.IntRange(-10, 500)).Draw(t, "breaks")
		page.Pix = make([]byte, page.Height)
		size := rapid.IntRange(1, MaxRasterRows).Draw(t, "rows")
		all := bands(page, size)
		proven := rapid.IntRange(0, len(all)).Draw(t, "proven")
		at, proves := 0, proven
		if proven > 0 {
			at = all[proven-1].to
		}
		list := plan(page, nil, all, proven, true, size)
		for _, p := range list[1 : len(list)-1] {
			if p.from != at || p.to-p.from > size || p.to <= p.from {
				t.Fatalf("piece %+v at row %d", p, at)
			}
			at = p.to
			if at == all[proves].to {
				proves++
			}
			if p.proves != proves {
				t.Fatalf("piece %+v proves %d bands, want %d", p, p.proves, proves)
			}
		}
		if at != page.Height || list[0].kind != pieceStart || list[len(list)-1].kind != pieceEnd {
			t.Fatalf("ends at row %d of %d", at, page.Height)
		}
	})
}
