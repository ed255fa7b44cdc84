package paper

// tugrik holds the measures of a ₮ in dots of its cell: a T with two strokes rising to the right through its stem. The
// fonts' own ₮ clots at these sizes and reaches both edges of its cell, so that it touches the figures beside it.
type tugrik struct {
	capital            int // height above the baseline
	barLeft, barRight  int // the T's bar, first and last column
	bar                int // its weight
	stemLeft, stemLast int
	slantLeft, slantTo int // the strokes, first and last column
	slant              int // their weight
	upper, lower       int // rows below the top where they begin at the left
}

var (
	tugrikRegular = tugrik{15, 1, 10, 2, 5, 6, 2, 9, 1, 9, 12}
	tugrikBold    = tugrik{15, 1, 11, 3, 5, 7, 1, 10, 1, 9, 12}
	tugrikDouble  = tugrik{29, 2, 21, 5, 9, 14, 4, 19, 3, 17, 24}
)

// draw makes the mask for a cell of the given height and baseline.
func (t tugrik) draw(height, base int) mask {
	m := make(mask, height)
	top := base - t.capital
	dot := func(x, y int) { m[y] |= 1 << (31 - x) }
	for y := range t.bar {
		for x := t.barLeft; x <= t.barRight; x++ {
			dot(x, top+y)
		}
	}
	for y := top; y < base; y++ {
		for x := t.stemLeft; x <= t.stemLast; x++ {
			dot(x, y)
		}
	}
	for x := t.slantLeft; x <= t.slantTo; x++ {
		rise := (x - t.slantLeft) / 2
		for y := range t.slant {
			dot(x, top+t.upper-rise+y)
			dot(x, top+t.lower-rise+y)
		}
	}
	return m
}
