package printer

import (
	"image"
	"strconv"
	"sync"

	"github.com/go-fonts/dejavu/dejavusansmono"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/encoding/charmap"
	"rsc.io/qr"
)

// Font A: 12 by 24 dots, 48 columns on 80 mm.
const (
	cellWidth  = 12
	cellHeight = 24
	lineHeight = 30
	baseline   = 19
	inkLevel   = 0x80
)

// modes are what ESC @ resets.
type modes struct {
	align      byte // 0 left, 1 centre, 2 right
	bold       bool
	wide, high int // times less one
	page       byte
	line       []glyph
}

type glyph struct {
	r          rune
	bold       bool
	wide, high int // times
}

var codePages = map[byte]*charmap.Charmap{0: charmap.CodePage437, 17: charmap.CodePage866, 46: charmap.Windows1251}

func (p *Printer) setMode(h []byte) {
	m := &p.modes
	n := h[2]
	switch h[1] {
	case 'a':
		if n &^= '0'; n <= 2 {
			m.align = n
		}
	case 'E':
		m.bold = n&1 != 0
	case '!':
		m.bold = n&0x08 != 0
		m.high, m.wide = int(n>>4&1), int(n>>5&1)
	case 't':
		if _, ok := codePages[n]; !ok {
			p.pass(h)
			return
		}
		m.page = n
	}
}

// text takes a byte outside commands. NUL and other control bytes are ignored, as printers do.
func (p *Printer) text(c byte) {
	m := &p.modes
	switch {
	case c == '\n':
		if len(m.line) == 0 {
			p.feedRows(lineHeight)
		}
		p.flushLine()
	case c < 0x20 || c == 0x7F:
	default:
		g := glyph{r: codePages[m.page].DecodeByte(c), bold: m.bold, wide: m.wide + 1, high: m.high + 1}
		if width(m.line)+g.wide*cellWidth > p.opts.Width {
			p.flushLine()
		}
		m.line = append(m.line, g)
	}
}

func width(line []glyph) (dots int) {
	for _, g := range line {
		dots += g.wide * cellWidth
	}
	return dots
}

// flushLine prints the line that is being gathered.
func (p *Printer) flushLine() {
	line := p.modes.line
	if len(line) == 0 {
		return
	}
	p.modes.line = nil
	high := 1
	for _, g := range line {
		high = max(high, g.high)
	}
	height := high*cellHeight + lineHeight - cellHeight
	img := image.NewAlpha(image.Rect(0, 0, p.opts.Width, height))
	x := p.indent(width(line))
	for _, g := range line {
		drawGlyph(img, x, high*cellHeight, g)
		x += g.wide * cellWidth
	}
	p.picture(img)
}

// indent is where something of the width begins under the present alignment.
func (p *Printer) indent(width int) int { return max(0, (p.opts.Width-width)*int(p.modes.align)/2) }

func (p *Printer) picture(img *image.Alpha) {
	for y := range img.Rect.Dy() {
		row := make([]byte, p.opts.Width/8)
		for x := range p.opts.Width {
			if img.Pix[y*img.Stride+x] >= inkLevel {
				row[x/8] |= 0x80 >> (x % 8)
			}
		}
		p.row(row)
	}
}

// drawGlyph draws g with its cell standing on bottom, each dot as large as asked for.
func drawGlyph(dst *image.Alpha, left, bottom int, g glyph) {
	cell := cellImage(g)
	top := bottom - g.high*cellHeight
	for y := range cellHeight * g.high {
		for x := range cellWidth * g.wide {
			at := image.Pt(left+x, top+y)
			if cell.AlphaAt(x/g.wide, y/g.high).A >= inkLevel && at.In(dst.Rect) {
				dst.Pix[at.Y*dst.Stride+at.X] = 0xFF
			}
		}
	}
}

func cellImage(g glyph) *image.Alpha {
	cell := image.NewAlpha(image.Rect(0, 0, cellWidth, cellHeight))
	face, err := loadFace()
	if err != nil {
		return cell
	}
	d := font.Drawer{Dst: cell, Src: image.Opaque, Face: face, Dot: fixed.P(0, baseline)}
	d.DrawString(string(g.r))
	if g.bold {
		d.Dot = fixed.P(1, baseline)
		d.DrawString(string(g.r))
	}
	return cell
}

// faceLock guards the face: it draws into a buffer of its own.
var faceLock sync.Mutex

type lockedFace struct{ font.Face }

func (f lockedFace) Glyph(dot fixed.Point26_6, r rune) (image.Rectangle, image.Image, image.Point, fixed.Int26_6, bool) {
	faceLock.Lock()
	defer faceLock.Unlock()
	dr, mask, maskp, advance, ok := f.Face.Glyph(dot, r)
	if a, is := mask.(*image.Alpha); is {
		own := *a
		own.Pix = append([]byte(nil), a.Pix...)
		mask = &own
	}
	return dr, mask, maskp, advance, ok
}

var loadFace = sync.OnceValues(func() (font.Face, error) {
	f, err := opentype.Parse(dejavusansmono.TTF)
	if err != nil {
		return nil, err
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 20, DPI: 72, Hinting: font.HintingFull})
	return lockedFace{face}, err
})

// symbol is the QR code that GS ( k prepares.
type symbol struct {
	module int // dots
	level  qr.Level
	data   string
}

// qr carries out one function of GS ( k.
func (p *Printer) qr(fn byte, args []byte) {
	s := &p.symbol
	switch {
	case fn == 0x41 && len(args) == 2: // model: always 2
	case fn == 0x43 && len(args) == 1 && args[0] >= 1 && args[0] <= 16:
		s.module = int(args[0])
	case fn == 0x45 && len(args) == 1 && args[0] >= '0' && args[0] <= '3':
		s.level = qr.Level(args[0] - '0')
	case fn == 0x50 && len(args) > 1:
		s.data = string(args[1:])
	case fn == 0x51 && len(args) == 1:
		p.printQR()
	default:
		p.pass([]byte{gs, '(', 'k', fn})
	}
}

func (p *Printer) printQR() {
	p.flushLine()
	s := p.symbol
	code, err := qr.Encode(s.data, s.level)
	module := s.module
	if module == 0 {
		module = 3
	}
	if err != nil || s.data == "" || code.Size*module > p.opts.Width {
		p.pass(append([]byte{gs, '(', 'k', 0x51}, strconv.Itoa(len(s.data))...))
		return
	}
	left := p.indent(code.Size * module)
	for y := range code.Size * module {
		row := make([]byte, p.opts.Width/8)
		for x := range code.Size * module {
			if code.Black(x/module, y/module) {
				row[(left+x)/8] |= 0x80 >> ((left + x) % 8)
			}
		}
		p.row(row)
	}
}
