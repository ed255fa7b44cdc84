package paper

import (
	"image"
	"image/color"
	"image/png"
	"io"
)

// ink has white first, so that a dot's bit is its index.
var ink = color.Palette{color.White, color.Black}

// bitmap shows a page as an image of two colours without copying it.
type bitmap struct{ page *Page }

// Image returns the page as an image of two colours; it shares the page's dots.
func (p *Page) Image() image.Image { return bitmap{p} }

// PNG writes the page as a PNG file of one bit a dot.
func (p *Page) PNG(w io.Writer) error {
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	return e.Encode(w, p.Image())
}

func (b bitmap) ColorModel() color.Model { return ink }
func (b bitmap) Bounds() image.Rectangle { return image.Rect(0, 0, b.page.Width, b.page.Height) }
func (b bitmap) At(x, y int) color.Color { return ink[b.ColorIndexAt(x, y)] }

// ColorIndexAt implements image.PalettedImage; outside the page everything is white.
func (b bitmap) ColorIndexAt(x, y int) uint8 {
	if !(image.Point{X: x, Y: y}).In(b.Bounds()) {
		return 0
	}
	return b.page.Pix[y*b.page.Width/8+x/8] >> (7 - x%8) & 1
}
