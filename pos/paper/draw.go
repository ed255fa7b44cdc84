package paper

import (
	"rsc.io/qr"

	"posbox/pos/receipt"
)

// Heights in dots of the rows that are not text, and the strength of a rule.
const (
	ruleHeight  = 18
	ruleWeight  = 2
	spaceHeight = 12
)

// Measures of a QR code in modules and dots.
const (
	// quiet is the white that a reader needs on every side, in modules (ISO/IEC 18004).
	quiet = 4
	// defaultModule is 0.75 mm at 203 dpi: read by any phone, and a fiscal QR of 200 digits stays 32 mm wide.
	defaultModule = 6
)

// unfit stands where a payload is too long for any QR code.
const unfit = "QR: хэт урт"

// Draw draws d: 576 dots wide for 48 columns, 384 for 32. A page has no greatest height: it takes 72 bytes a row of dots,
// so that a receipt of 500 goods is about 3 MB and five metres. The page may be cut below every row that the
// next is not joined to, never through a line of text or a QR code.
func Draw(d receipt.Doc) *Page {
	columns := receipt.Wide
	if d.Columns == receipt.Narrow {
		columns = receipt.Narrow
	}
	p := &Page{Width: columns * cellWidth}
	p.Pix = make([]byte, 0, (len(d.Rows)+4)*rowHeight*p.Width/8)
	for _, r := range d.Rows {
		if r.Joined && len(p.Breaks) > 0 {
			p.Breaks = p.Breaks[:len(p.Breaks)-1]
		}
		switch r.Kind {
		case receipt.Text:
			p.text(r)
		case receipt.Rule:
			p.rule()
		case receipt.Space:
			p.grow(spaceHeight)
		case receipt.Code:
			p.code(r)
		case receipt.Bars:
			p.bars(r.Payload)
		}
	}
	if p.Height == 0 {
		p.grow(spaceHeight) // a page without dots is no picture
	}
	return p
}

// grow adds white rows of dots, with a break below them, and returns the height at which they begin.
func (p *Page) grow(dots int) (top int) {
	top = p.Height
	p.Height += dots
	p.Pix = append(p.Pix, make([]byte, dots*p.Width/8)...)
	p.Breaks = append(p.Breaks, p.Height)
	return top
}

// text draws a row of text. What would not fit on the paper is left out: a Doc of package receipt has no such text.
func (p *Page) text(r receipt.Row) {
	f := faceOf(r)
	top := p.grow(f.height)
	x := 0
	for _, c := range r.Text {
		if x+f.cell > p.Width {
			return
		}
		p.stamp(f.glyph(c), x, top)
		x += f.cell
	}
}

// stamp blackens the dots of a mask whose top left corner is at x, y.
func (p *Page) stamp(m mask, x, y int) {
	stride := p.Width / 8
	shift := 8 - x%8
	at := y*stride + x/8
	for _, row := range m {
		// The mask's 32 dots, moved right by x%8, lie in 5 bytes.
		for i, bits := at, uint64(row)<<shift; bits != 0; i, bits = i+1, bits<<8&(1<<40-1) {
			p.Pix[i] |= byte(bits >> 32)
		}
		at += stride
	}
}

func (p *Page) rule() {
	top := p.grow(ruleHeight) + (ruleHeight-ruleWeight)/2
	p.blacken(0, top, p.Width, ruleWeight)
}

// blacken fills a rectangle, which must lie on the page.
func (p *Page) blacken(x, y, width, height int) {
	for row := y; row < y+height; row++ {
		for col := x; col < x+width; col++ {
			p.Pix[row*p.Width/8+col/8] |= 0x80 >> (col % 8)
		}
	}
}

func (p *Page) code(r receipt.Row) {
	c, err := qr.Encode(r.Payload, qr.M)
	if err != nil {
		p.text(receipt.Row{Text: unfit, Bold: true})
		return
	}
	module := r.Module
	if module <= 0 {
		module = defaultModule
	}
	// The greatest QR code, 177 modules, still gets two dots a module on the narrow paper.
	side := c.Size + 2*quiet
	module = min(module, p.Width/side)
	top := p.grow(side*module) + quiet*module
	left := (p.Width - c.Size*module) / 2
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				p.blacken(left+x*module, top+y*module, module, module)
			}
		}
	}
}
