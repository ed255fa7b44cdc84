package paper

import (
	"image"
	"image/draw"
	"sync"

	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansmonobold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"posbox/pos/receipt"
)

// The measures of text in dots. A cell is as wide as font A of every receipt printer, so 48 and 32 of them fill the two
// papers; a row leaves the two dots of air that Ү and р would otherwise touch across.
const (
	cellWidth  = 12
	fontSize   = 20
	rowHeight  = 28
	baseline   = 21
	doubleRow  = 54
	doubleBase = 41
	// threshold is the grey from which a dot is burnt, of 255. Lower fattens thin strokes, higher breaks them.
	threshold = 140
)

// mask is one glyph in its cell: a word for every row of dots, the leftmost dot in the highest bit.
type mask []uint32

// face draws the glyphs of one size and weight, each once.
type face struct {
	cell, height, base int
	tugrik             tugrik
	load               func() (font.Face, error)

	mu    sync.RWMutex
	font  font.Face
	masks map[rune]mask
}

// At 72 dpi a point is a dot.
var (
	single  = opentype.FaceOptions{Size: fontSize, DPI: 72, Hinting: font.HintingFull}
	twofold = opentype.FaceOptions{Size: 2 * fontSize, DPI: 72, Hinting: font.HintingFull}
)

var (
	regular = &face{
		cell: cellWidth, height: rowHeight, base: baseline,
		tugrik: tugrikRegular, load: opened(dejavusansmono.TTF, single),
	}
	bold = &face{
		cell: cellWidth, height: rowHeight, base: baseline,
		tugrik: tugrikBold, load: opened(dejavusansmonobold.TTF, single),
	}
	double = &face{
		cell: 2 * cellWidth, height: doubleRow, base: doubleBase,
		tugrik: tugrikDouble, load: opened(dejavusansmonobold.TTF, twofold),
	}
)

// opened loads a font.
func opened(ttf []byte, o opentype.FaceOptions) func() (font.Face, error) {
	return func() (font.Face, error) {
		f, err := opentype.Parse(ttf)
		if err != nil {
			return nil, err
		}
		return opentype.NewFace(f, &o)
	}
}

// faceOf returns the face of a row.
func faceOf(r receipt.Row) *face {
	switch {
	case r.Double:
		return double
	case r.Bold:
		return bold
	}
	return regular
}

// glyph returns the mask of r, nil where it has no ink. What the receipt would not print is drawn as receipt.Missing, so
// that the store of masks stays as small as the repertoire.
func (f *face) glyph(r rune) mask {
	if r == ' ' {
		return nil
	}
	if !receipt.Printable(r) {
		r = receipt.Missing
	}
	f.mu.RLock()
	m, ok := f.masks[r]
	f.mu.RUnlock()
	if ok {
		return m
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if m, ok = f.masks[r]; !ok {
		m = f.render(r)
		f.masks[r] = m
	}
	return m
}

// render draws r under f.mu. The fonts are linked in, so that one that does not load is a mistake of the build, which the
// tests show; the row then stays white.
func (f *face) render(r rune) mask {
	if f.masks == nil {
		f.masks = map[rune]mask{}
		f.font, _ = f.load()
	}
	if r == '₮' {
		return f.tugrik.draw(f.height, f.base)
	}
	if f.font == nil {
		return nil
	}
	grey := image.NewAlpha(image.Rect(0, 0, f.cell, f.height))
	at, glyph, from, _, ok := f.font.Glyph(fixed.P(0, f.base), r)
	if !ok {
		return nil
	}
	draw.Draw(grey, at, glyph, from, draw.Src)
	m := make(mask, f.height)
	for y := range m {
		for x, v := range grey.Pix[y*grey.Stride:][:f.cell] {
			if v >= threshold {
				m[y] |= 1 << (31 - x)
			}
		}
	}
	return m
}
