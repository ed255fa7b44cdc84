package printer

import (
	"image"
	"image/color"
	"image/png"
	"io"

	"posbox/pos/paper"
)

// maxRows bounds the paper that is kept: about 50 m. Older receipts are forgotten.
const maxRows = 400_000

// roll is the paper: receipts cut off, and what hangs out of the printer.
type roll struct {
	width    int      // dots
	receipts [][]byte // rows of width/8 bytes; nil: forgotten
	kept     int      // rows in receipts
	oldest   int      // index of the first that is not forgotten
	current  []byte
}

// add prints one row, cut off or filled up to the width of the paper.
func (r *roll) add(dots []byte) {
	w := r.width / 8
	n := len(r.current)
	r.current = append(r.current, make([]byte, w)...)
	copy(r.current[n:], dots[:min(len(dots), w)])
	if len(r.current) > maxRows*w {
		r.current = append([]byte(nil), r.current[len(r.current)/2/w*w:]...)
	}
}

// cut ends a receipt; without paper out nothing is cut off.
func (r *roll) cut() {
	if len(r.current) == 0 {
		return
	}
	r.receipts = append(r.receipts, r.current)
	r.kept += len(r.current) / (r.width / 8)
	r.current = nil
	for r.kept > maxRows && r.oldest < len(r.receipts)-1 {
		r.kept -= len(r.receipts[r.oldest]) / (r.width / 8)
		r.receipts[r.oldest] = nil
		r.oldest++
	}
}

func (r *roll) page(pix []byte) *paper.Page {
	return &paper.Page{Width: r.width, Height: len(pix) / (r.width / 8), Pix: pix}
}

func (r *roll) all() *paper.Page {
	var pix []byte
	for _, rows := range r.receipts[r.oldest:] {
		pix = append(pix, rows...)
	}
	return r.page(append(pix, r.current...))
}

// Paper returns all paper since the start or Reset, cut or not, as far as it is kept.
func (p *Printer) Paper() *paper.Page {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paper.all()
}

// Receipts returns how many receipts were cut since the start or Reset.
func (p *Printer) Receipts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.paper.receipts)
}

// Receipt returns the n-th receipt, from 1; false when there is none, or no more.
func (p *Printer) Receipt(n int) (*paper.Page, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n < 1 || n > len(p.paper.receipts) || p.paper.receipts[n-1] == nil {
		return nil, false
	}
	return p.paper.page(append([]byte(nil), p.paper.receipts[n-1]...)), true
}

// writePNG writes a page as a picture of two colours; an empty one as a single white row.
func writePNG(w io.Writer, page *paper.Page) error {
	img := image.NewPaletted(image.Rect(0, 0, page.Width, max(page.Height, 1)), color.Palette{color.White, color.Black})
	for i := range page.Width * page.Height {
		if page.Pix[i/8]&(0x80>>(i%8)) != 0 {
			img.Pix[i] = 1
		}
	}
	return png.Encode(w, img)
}
