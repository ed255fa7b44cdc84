package paper

import (
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"

	"posbox/pos/receipt"
)

// TestBarsAreRead: another program's decoder reads the code off both papers, with its quiet zones on the paper.
func TestBarsAreRead(t *testing.T) {
	for _, columns := range []int{receipt.Wide, receipt.Narrow} {
		for _, digits := range []string{"000007098230001200345170", strings.Repeat("0", 24), strings.Repeat("99", 12), "123456789012345678901234"} {
			p := Draw(receipt.Doc{Columns: columns, Rows: []receipt.Row{{Kind: receipt.Space}, {Kind: receipt.Bars, Payload: digits}, {Kind: receipt.Space}}})
			bmp, err := gozxing.NewBinaryBitmapFromImage(p.Image())
			if err != nil {
				t.Fatal(err)
			}
			got, err := oned.NewCode128Reader().Decode(bmp, nil)
			if err != nil || got.GetText() != digits {
				t.Errorf("%s on %d columns reads as %v, %v", digits, columns, got, err)
			}
			left, right := p.Width, 0
			for x := range p.Width {
				if y := spaceHeight + barsHeight/2; p.Pix[y*p.Width/8+x/8]&(0x80>>(x%8)) != 0 {
					left, right = min(left, x), max(right, x)
				}
			}
			if module := p.Width / 192; left < quiet128*module || p.Width-1-right < quiet128*module || module < 2 {
				t.Errorf("%d columns: bars from %d to %d of %d, quiet zones of %d dots are needed", columns, left, right, p.Width, quiet128*module)
			}
		}
	}
}

// TestNoBars: what is no such code, or does not fit, leaves no bars that read as another one.
func TestNoBars(t *testing.T) {
	for _, digits := range []string{"", "1", "12a4", "１２", strings.Repeat("0", 26+8)} {
		p := Draw(receipt.Doc{Columns: receipt.Narrow, Rows: []receipt.Row{{Kind: receipt.Bars, Payload: digits}}})
		for _, b := range p.Pix {
			if b != 0 {
				t.Fatalf("%q was drawn", digits)
			}
		}
	}
}
