// Package paper draws a receipt's grid as dots: grid → bitmap → PNG, with the fonts that it needs.
package paper

// Page is a black and white picture as a thermal printer prints it, 203 dpi.
type Page struct {
	Width  int // dots, a multiple of 8: 576 on 80 mm paper, 384 on 58 mm
	Height int // dots
	// Pix holds Height rows of Width/8 bytes, most significant bit leftmost, 1 is black.
	Pix []byte
	// Breaks are the heights, ascending, at which the page may be cut into bands without cutting a line of text or a
	// picture; the last one is Height.
	Breaks []int
}
