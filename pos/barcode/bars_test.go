package barcode

import (
	"image"
	"image/color"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

// read has a stranger read bars.
func read(t *testing.T, modules []bool, as Symbology) string {
	t.Helper()
	const scale, quiet, high = 3, 12, 40
	img := image.NewGray(image.Rect(0, 0, (len(modules)+2*quiet)*scale, high))
	for x := range img.Bounds().Dx() {
		i := x/scale - quiet
		for y := range high {
			if img.SetGray(x, y, color.Gray{255}); i >= 0 && i < len(modules) && modules[i] {
				img.SetGray(x, y, color.Gray{0})
			}
		}
	}
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	reader := map[Symbology]gozxing.Reader{EAN13: oned.NewEAN13Reader(), EAN8: oned.NewEAN8Reader(), Code128: oned.NewCode128Reader()}[as]
	got, err := reader.Decode(bmp, map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("%s cannot be read: %v", as, err)
	}
	return got.GetText()
}

// An independent decoder reads what is drawn.
func TestBars(t *testing.T) {
	for code, want := range map[string]struct {
		as   Symbology
		text string
	}{
		"8651070010097": {EAN13, "8651070010097"}, "4006381333931": {EAN13, "4006381333931"}, "2100001000004": {EAN13, "2100001000004"},
		"036000291452": {EAN13, "0036000291452"}, "96385074": {EAN8, "96385074"},
		"8651070010098": {Code128, "8651070010098"}, "12": {Code128, "12"}, "1": {Code128, "1"}, "123": {Code128, "123"}, "A-12345": {Code128, "A-12345"},
		"AB123456CD": {Code128, "AB123456CD"}, "12345A": {Code128, "12345A"}, "1234567": {Code128, "1234567"}, "A1234567B": {Code128, "A1234567B"}, "~ !": {Code128, "~ !"},
	} {
		m, as, ok := Bars(code)
		if !ok || as != want.as {
			t.Errorf("%s: %s %v", code, as, ok)
			continue
		}
		if got := read(t, m, as); got != want.text {
			t.Errorf("%s is read as %s", code, got)
		}
	}
	for _, code := range []string{"", "сүү", "a\n", string(make([]byte, 49))} {
		if _, _, ok := Bars(code); ok {
			t.Errorf("%q is drawn", code)
		}
	}
}

// Whatever is drawn as Code 128 is read back.
func FuzzBars(f *testing.F) {
	for _, s := range []string{"a1234b", "123456789", "0 00000 0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if m, as, ok := Bars(code); ok && as == Code128 {
			if got := read(t, m, as); got != code {
				t.Errorf("%q is read as %q", code, got)
			}
		}
	})
}
