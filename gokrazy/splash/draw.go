// Package splash is what the screen shows from the kernel's start until the till has painted: the name, and that it is
// starting. Init writes it into the framebuffer; compositor and browser go on with its ground.
package splash

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Words on the picture: the shop's language first.
const (
	Name    = "posbox"
	Mongol  = "Касс эхэлж байна…"
	English = "The till is starting…"
)

// Colours of the till's screen (web/kit/tokens.css): ground, accent, text, muted. GroundHex is for whoever fills the rest.
var (
	ground = color.RGBA{0xee, 0xf0, 0xec, 0xff}
	accent = color.RGBA{0x0b, 0x5d, 0x3b, 0xff}
	text   = color.RGBA{0x11, 0x1a, 0x15, 0xff}
	muted  = color.RGBA{0x4d, 0x5a, 0x52, 0xff}
)

// GroundHex is the picture's ground.
const GroundHex = "#eef0ec"

// Draw makes the picture for a screen.
func Draw(width, height int) (*image.RGBA, error) {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(m, m.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	f, err := opentype.Parse(dejavusans.TTF)
	if err != nil {
		return nil, err
	}
	unit := float64(height) / 32
	for _, l := range []struct {
		text       string
		size, down float64
		color      color.Color
	}{{Name, 3, 14.5, accent}, {Mongol, 1.4, 18.5, text}, {English, 0.9, 20.5, muted}} {
		if err := centre(m, f, l.text, l.size*unit, int(l.down*unit), l.color); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// centre writes a line with its foot at y.
func centre(m *image.RGBA, f *opentype.Font, s string, size float64, y int, c color.Color) error {
	if size < 4 {
		return nil // no screen that anybody could read
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return err
	}
	defer face.Close()
	d := font.Drawer{Dst: m, Src: image.NewUniform(c), Face: face}
	d.Dot = fixed.Point26_6{X: (fixed.I(m.Bounds().Dx()) - d.MeasureString(s)) / 2, Y: fixed.I(y)}
	d.DrawString(s)
	return nil
}
