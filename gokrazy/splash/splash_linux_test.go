package splash

import (
	"image/color"
	"strings"
	"testing"
	"unsafe"

	"github.com/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/font/sfnt"
)

// TestSizes: the kernel writes these structures whole.
func TestSizes(t *testing.T) {
	if n := unsafe.Sizeof(variable{}); n != 160 {
		t.Errorf("fb_var_screeninfo has 160 bytes, not %d", n)
	}
	if n := unsafe.Sizeof(fixedInfo{}); n != 80 {
		t.Errorf("fb_fix_screeninfo has 80 bytes, not %d", n)
	}
	if at := unsafe.Offsetof(fixedInfo{}.LineLength); at != 48 {
		t.Errorf("line_length is at 48, not %d", at)
	}
}

func TestDraw(t *testing.T) {
	f, err := sfnt.Parse(dejavusans.TTF)
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for _, r := range Name + Mongol + English {
		if i, err := f.GlyphIndex(&buf, r); err != nil || i == 0 {
			t.Errorf("the font has no %c", r)
		}
	}
	for _, size := range [][2]int{{1, 1}, {640, 480}, {1080, 1920}, {3840, 2160}} {
		m, err := Draw(size[0], size[1])
		if err != nil || m.Bounds().Dx() != size[0] || m.Bounds().Dy() != size[1] {
			t.Fatalf("%v: %v %v", size, m.Bounds(), err)
		}
		seen := map[color.RGBA]bool{}
		for i := 0; i < len(m.Pix); i += 4 {
			seen[color.RGBA{m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3]}] = true
		}
		if size[0] > 1 && (!seen[accent] || !seen[text] || !seen[muted]) {
			t.Errorf("%v: a line is missing", size)
		}
	}
	if !strings.EqualFold(GroundHex, "#eef0ec") || ground != (color.RGBA{0xee, 0xf0, 0xec, 0xff}) {
		t.Error("two grounds")
	}
}

func TestPixels(t *testing.T) {
	m, _ := Draw(2, 2)
	m.SetRGBA(1, 1, color.RGBA{1, 2, 3, 255})
	v := variable{Red: bitfield{Offset: 16}, Green: bitfield{Offset: 8}}
	b := pixels(m, v, 12) // four bytes of every line lie beyond the picture
	if len(b) != 24 || b[16] != 3 || b[17] != 2 || b[18] != 1 {
		t.Errorf("%v", b)
	}
}
