package escpos

import (
	"fmt"

	"posbox/pos/fault"
	"posbox/pos/paper"
)

// band is a range of rows of a page that is proven as one.
type band struct{ from, to int }

// bands groups the page's rows into bands that end at breaks, of at most rows rows where the breaks allow it. Breaks that
// are out of order or out of range are passed over.
func bands(page *paper.Page, rows int) []band {
	var out []band
	start, last := 0, 0
	for i := 0; i <= len(page.Breaks); i++ {
		b := page.Height
		if i < len(page.Breaks) {
			b = min(page.Breaks[i], page.Height)
		}
		if b <= last {
			continue
		}
		if b-start > rows && last > start {
			out = append(out, band{start, last})
			start = last
		}
		last = b
	}
	if last > start {
		out = append(out, band{start, last})
	}
	return out
}

// checkPage refuses pages that the printer could not print as meant.
func checkPage(page *paper.Page, width int) error {
	switch {
	case page == nil:
		return fault.Wrap(fmt.Errorf("escpos: no page"), fault.Internal)
	case page.Width <= 0 || page.Width%8 != 0 || page.Width > width:
		return fault.Wrap(fmt.Errorf("escpos: page is %d dots wide, printer %d", page.Width, width), fault.Internal)
	case page.Height < 0 || len(page.Pix) != page.Height*(page.Width/8):
		return fault.Wrap(fmt.Errorf("escpos: page of %d×%d has %d bytes", page.Width, page.Height, len(page.Pix)),
			fault.Internal)
	}
	return nil
}

type pieceKind uint8

const (
	pieceHello pieceKind = iota // first of a connection: finds out what the printer can prove
	pieceStart                  // first of a job on a connection
	pieceMark
	pieceBand
	pieceEnd
	pieceKick
	pieceTear // feeds and cuts what hangs out of a page given up
)

// piece is what goes out between two requests for proof. Bands taller than BandRows go out in several pieces; only the
// last one proves the band.
type piece struct {
	kind     pieceKind
	page     *paper.Page
	from, to int
	proves   int // with pieceBand: bands of the page that are printed when this piece is
}

// appendPieces splits a band into pieces of at most rows rows.
func appendPieces(out []piece, kind pieceKind, page *paper.Page, b band, proves, rows int) []piece {
	for from := b.from; from < b.to; from += rows {
		p := piece{kind: kind, page: page, from: from, to: min(from+rows, b.to), proves: proves - 1}
		if p.to == b.to {
			p.proves = proves
		}
		out = append(out, p)
	}
	return out
}

// plan lists what is to be sent on a new connection when the first proven bands of page stand on paper. The mark is
// printed when the job was begun before and there is something left to print.
func plan(page, mark *paper.Page, all []band, proven int, again bool, rows int) []piece {
	out := []piece{{kind: pieceStart}}
	if again && mark != nil && proven < len(all) {
		for _, b := range bands(mark, rows) {
			out = appendPieces(out, pieceMark, mark, b, 0, rows)
		}
	}
	for i := proven; i < len(all); i++ {
		out = appendPieces(out, pieceBand, page, all[i], i+1, rows)
	}
	return append(out, piece{kind: pieceEnd})
}

// encode returns the piece's bytes without its request for proof.
func (p piece) encode(o Options, oneWay bool) []byte {
	switch p.kind {
	case pieceHello, pieceStart:
		b := Init(nil)
		if !oneWay {
			b = AutoStatus(b, AutoAll)
		}
		return b
	case pieceMark, pieceBand:
		w := p.page.Width / 8
		return Raster(make([]byte, 0, w*(p.to-p.from)+overhead), w, p.page.Pix[p.from*w:p.to*w])
	case pieceEnd, pieceTear:
		b := Feed(nil, o.FeedLines)
		if !o.NoCut {
			b = Cut(b, !o.FullCut, 0)
		}
		return b
	case pieceKick:
		return Kick(nil, o.pin(), kickOn, kickOff)
	}
	return nil
}

// Drawer pulses: 100 ms on opens every drawer of the common makes, 500 ms off spares the solenoid.
const (
	kickOn  = 50  // × 2 ms
	kickOff = 250 // × 2 ms
	kickNow = 1   // × 100 ms
)
