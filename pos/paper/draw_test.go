package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"posbox/pos/receipt"
)

// sample is a receipt of n goods with every kind of row.
func sample(columns, goods int) receipt.Doc {
	d := receipt.Doc{Columns: columns}
	row := func(s string, bold, double bool) {
		n := columns
		if double {
			n /= 2
		}
		s += strings.Repeat(" ", n-len([]rune(s)))
		d.Rows = append(d.Rows, receipt.Row{Text: s, Bold: bold, Double: double})
	}
	row("Өгөөж дэлгүүр", true, true)
	d.Rows = append(d.Rows, receipt.Row{Kind: receipt.Rule})
	for i := range goods {
		row(fmt.Sprintf("Бараа № %d", i+1), false, false)
		row("  1,245 кг × 18 900      23 530", false, false)
		d.Rows = append(d.Rows, receipt.Row{Kind: receipt.Space})
	}
	row("Хариулт", true, false)
	row("НИЙТ 27 512 ₮", true, true)
	d.Rows = append(d.Rows, receipt.QR(strings.Repeat("0123456789", 20), 0))
	return d
}

func TestPageShape(t *testing.T) {
	for columns, width := range map[int]int{48: 576, 32: 384, 0: 576, -1: 576, 1000: 576} {
		d := sample(48, 1)
		if columns == 32 {
			d = sample(32, 1)
		}
		d.Columns = columns
		p := Draw(d)
		if p.Width != width || len(p.Pix) != p.Height*width/8 {
			t.Errorf("%d columns: %d×%d dots in %d bytes", columns, p.Width, p.Height, len(p.Pix))
		}
		if len(p.Breaks) != len(d.Rows) || p.Breaks[len(p.Breaks)-1] != p.Height || !slices.IsSorted(p.Breaks) {
			t.Errorf("%d columns: breaks %v of %d rows, height %d", columns, p.Breaks, len(d.Rows), p.Height)
		}
	}
}

// A page is the pages of its rows, one below the other: no row reaches into another, and each break cuts between two.
func TestPageIsItsRows(t *testing.T) {
	for _, columns := range []int{48, 32} {
		d := sample(columns, 3)
		whole := Draw(d)
		top := 0
		for i, r := range d.Rows {
			one := Draw(receipt.Doc{Columns: columns, Rows: []receipt.Row{r}})
			if band := whole.Pix[top*whole.Width/8 : whole.Breaks[i]*whole.Width/8]; !bytes.Equal(band, one.Pix) {
				t.Errorf("row %d (%q) is drawn differently alone", i, r.Text)
			}
			top = whole.Breaks[i]
		}
	}
}

// black counts the black dots in a rectangle.
func black(p *Page, x0, y0, x1, y1 int) (n int) {
	img := p.Image()
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r == 0 {
				n++
			}
		}
	}
	return n
}

// Each character has its own cell, whatever byte its cell begins in.
func TestCells(t *testing.T) {
	for _, r := range []receipt.Row{{}, {Bold: true}, {Double: true}} {
		cell := cellWidth
		if r.Double {
			cell *= 2
		}
		var ink int
		for i := range 576 / cell {
			r.Text = strings.Repeat(" ", i) + "Ө"
			p := Draw(receipt.Doc{Columns: 48, Rows: []receipt.Row{r}})
			all, inside := black(p, 0, 0, p.Width, p.Height), black(p, i*cell, 0, (i+1)*cell, p.Height)
			if i == 0 {
				ink = all
			}
			if all == 0 || all != inside || all != ink {
				t.Errorf("cell %d: %d dots, %d of them inside, %d expected", i, all, inside, ink)
			}
		}
	}
}

func TestTextBeyondThePaper(t *testing.T) {
	for _, r := range []receipt.Row{{Text: strings.Repeat("Ө", 500)}, {Text: strings.Repeat("Ө", 500), Double: true}, {Text: "\xff\xfe\x00"}} {
		for _, columns := range []int{48, 32} {
			if p := Draw(receipt.Doc{Columns: columns, Rows: []receipt.Row{r}}); black(p, 0, 0, p.Width, p.Height) == 0 {
				t.Errorf("%.10q is not drawn", r.Text)
			}
		}
	}
}

// readQR finds and reads a QR code with a decoder that shares nothing with the encoder.
func readQR(t *testing.T, img image.Image) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got.GetText()
}

func TestQRReadsBack(t *testing.T) {
	for _, payload := range []string{
		"2026-11-23-1-0042",
		strings.Repeat("0123456789", 20), // as long as an e-barimt's qrData
		"https://baaz.mn/r/2026-11-23-1-0042?x=Ab",
		strings.Repeat("a", 1000),
	} {
		for _, columns := range []int{48, 32} {
			for _, module := range []int{0, 3, 1 << 20} {
				d := sample(columns, 2)
				d.Rows = append(d.Rows[:len(d.Rows)-1], receipt.QR(payload, module), d.Rows[0])
				p := Draw(d)
				if got := readQR(t, p.Image()); got != payload {
					t.Errorf("%d columns, module %d: read %q, want %q", columns, module, got, payload)
				}
			}
		}
	}
}

func TestQRIsCentredAndQuiet(t *testing.T) {
	for _, columns := range []int{48, 32} {
		p := Draw(receipt.Doc{Columns: columns, Rows: []receipt.Row{receipt.QR("12345", 5)}})
		const side = 21 * 5 // version 1
		left := (p.Width - side) / 2
		if p.Height != side+2*quiet*5 {
			t.Errorf("height %d", p.Height)
		}
		all := black(p, 0, 0, p.Width, p.Height)
		if in := black(p, left, quiet*5, left+side, quiet*5+side); all == 0 || in != all {
			t.Errorf("%d of %d dots lie inside the code", in, all)
		}
		// The finder's outer edge is seven modules long.
		if n := black(p, left, quiet*5, left+35, quiet*5+5); n != 35*5 {
			t.Errorf("the finder's top edge has %d dots", n)
		}
		if len(p.Breaks) != 1 {
			t.Errorf("the code may be cut at %v", p.Breaks)
		}
	}
}

func TestQRTooLongSaysSo(t *testing.T) {
	long := Draw(receipt.Doc{Columns: 48, Rows: []receipt.Row{receipt.QR(strings.Repeat("x", 5000), 0)}})
	words := Draw(receipt.Doc{Columns: 48, Rows: []receipt.Row{{Text: unfit, Bold: true}}})
	if !bytes.Equal(long.Pix, words.Pix) {
		t.Error("a payload that fits no code is not named")
	}
}

func TestPNG(t *testing.T) {
	for name, d := range map[string]receipt.Doc{"sample": sample(48, 3), "narrow": sample(32, 3), "empty": {}} {
		p := Draw(d)
		var b bytes.Buffer
		if err := p.PNG(&b); err != nil {
			t.Fatal(name, err)
		}
		// The bit depth and the colour type stand behind the size in the first chunk.
		if depth, kind := b.Bytes()[24], b.Bytes()[25]; depth != 1 || kind != 3 {
			t.Errorf("%s: %d bits, colour type %d", name, depth, kind)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(name, err)
		}
		if img.Bounds() != image.Rect(0, 0, p.Width, p.Height) {
			t.Fatalf("%s: %v", name, img.Bounds())
		}
		for y := range p.Height {
			for x := range p.Width {
				r, _, _, _ := img.At(x, y).RGBA()
				if dot := p.Pix[y*p.Width/8+x/8]&(0x80>>(x%8)) != 0; dot != (r == 0) {
					t.Fatalf("%s: dot %d, %d differs", name, x, y)
				}
			}
		}
	}
}

func TestImageOutsideIsWhite(t *testing.T) {
	img := Draw(sample(48, 1)).Image()
	for _, at := range []image.Point{{-1, 0}, {0, -1}, {1 << 20, 0}, {0, 1 << 20}} {
		if r, _, _, _ := img.At(at.X, at.Y).RGBA(); r == 0 {
			t.Errorf("%v is black", at)
		}
	}
}

func TestLongReceipt(t *testing.T) {
	const goods = 500
	p := Draw(sample(48, goods))
	if want := goods * (2*rowHeight + spaceHeight); p.Height < want || p.Height > want+1000 {
		t.Errorf("height %d, want a little over %d", p.Height, want)
	}
	top := p.Breaks[len(p.Breaks)-2]
	end := &Page{Width: p.Width, Height: p.Height - top, Pix: p.Pix[top*p.Width/8:]}
	if got := readQR(t, end.Image()); len(got) != 200 {
		t.Errorf("read %q", got)
	}
	var b bytes.Buffer
	if err := p.PNG(&b); err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(&b)
	if err != nil || c.Height != p.Height {
		t.Errorf("%v %v", c, err)
	}
}

func FuzzDraw(f *testing.F) {
	f.Add("Талх ₮", "12345", 6, 48, true)
	f.Add("\xff😀", strings.Repeat("ө", 2000), -1, 32, false)
	f.Fuzz(func(t *testing.T, text, payload string, module, columns int, double bool) {
		p := Draw(receipt.Doc{Columns: columns, Rows: []receipt.Row{
			{Text: text, Double: double, Bold: !double}, receipt.QR(payload, module), {Kind: receipt.Bars, Payload: payload}, {Kind: receipt.Kind(module)},
		}})
		if p.Height == 0 || len(p.Pix) != p.Height*p.Width/8 || p.Breaks[len(p.Breaks)-1] != p.Height {
			t.Fatalf("%d×%d, %d bytes, breaks %v", p.Width, p.Height, len(p.Pix), p.Breaks)
		}
	})
}

func BenchmarkDraw(b *testing.B) {
	for _, columns := range []int{48, 32} {
		d := sample(columns, 30)
		b.Run(fmt.Sprint(columns), func(b *testing.B) {
			for b.Loop() {
				Draw(d)
			}
		})
	}
}

// BenchmarkFirst is the first receipt after a start, which has to read the fonts and draw every glyph.
func BenchmarkFirst(b *testing.B) {
	for b.Loop() {
		for _, f := range faces {
			f := &face{cell: f.cell, height: f.height, base: f.base, tugrik: f.tugrik, load: f.load}
			for _, r := range letters + marks + "0123456789.,-()" {
				f.glyph(r)
			}
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	p := Draw(sample(48, 30))
	for b.Loop() {
		var out bytes.Buffer
		if err := p.PNG(&out); err != nil {
			b.Fatal(err)
		}
	}
}
