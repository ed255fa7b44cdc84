package paper

import (
	"fmt"
	"math/bits"
	"slices"
	"sync"
	"testing"

	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansmonobold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"posbox/pos/receipt"
)

const (
	letters = "АБВГДЕЁЖЗИЙКЛМНОӨПРСТУҮФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмноөпрстуүфхцчшщъыьэюя"
	marks   = "₮№«»—×°"
)

var faces = map[string]*face{"regular": regular, "bold": bold, "double": double}

// ink returns the columns and rows between which a glyph is black; ok is false without ink.
func (m mask) ink() (first, last, top, bottom int, ok bool) {
	var all uint32
	top = -1
	for y, row := range m {
		if all |= row; row != 0 {
			if bottom = y; top < 0 {
				top = y
			}
		}
	}
	return bits.LeadingZeros32(all), 31 - bits.TrailingZeros32(all), top, bottom, all != 0
}

// Whatever a receipt may print, the fonts have: drawn as itself, in one cell.
func TestRepertoireIsDrawn(t *testing.T) {
	for name, ttf := range map[string][]byte{"regular": dejavusansmono.TTF, "bold": dejavusansmonobold.TTF} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		n := 0
		for r := rune(0); r < 0x20000; r++ {
			if !receipt.Printable(r) {
				continue
			}
			n++
			g, err := f.GlyphIndex(&buf, r)
			if err != nil || g == 0 {
				t.Errorf("%s has no %q (U+%04X)", name, r, r)
			}
			// A cell is 12 of 20 dots wide.
			adv, err := f.GlyphAdvance(&buf, g, fixed.I(fontSize), 0)
			if err != nil || adv.Round() != cellWidth {
				t.Errorf("%s: %q is %v dots wide", name, r, adv)
			}
		}
		if n < 400 {
			t.Errorf("only %d characters looked at", n)
		}
	}
	for name, f := range faces {
		for r := rune(0x21); r < 0x3000; r++ {
			if !receipt.Printable(r) {
				continue
			}
			if _, last, _, _, ok := f.glyph(r).ink(); !ok || last >= f.cell {
				t.Errorf("%s: %q has ink %v up to column %d", name, r, ok, last)
			}
		}
	}
}

// Every letter of Mongolian looks different from all others and is drawn whole.
func TestMongolianLetters(t *testing.T) {
	for name, f := range faces {
		box := f.glyph(receipt.Missing)
		seen := map[string]rune{}
		for _, r := range letters + marks {
			m := f.glyph(r)
			_, _, top, bottom, ok := m.ink()
			if !ok || slices.Equal(m, box) {
				t.Errorf("%s: %q is not drawn", name, r)
			}
			if top == 0 || bottom == f.height-1 {
				t.Errorf("%s: %q fills rows %d to %d of %d and touches the next line", name, r, top, bottom, f.height)
			}
			key := fmt.Sprint(m)
			if other, twice := seen[key]; twice {
				t.Errorf("%s: %q looks like %q", name, r, other)
			}
			seen[key] = r
		}
	}
}

func TestTugrikTouchesNothing(t *testing.T) {
	for name, f := range faces {
		first, last, top, bottom, _ := f.glyph('₮').ink()
		if first < 1 || last > f.cell-1 || f == double && (first < 2 || last > f.cell-3) {
			t.Errorf("%s: ₮ inks columns %d to %d of %d", name, first, last, f.cell)
		}
		_, _, wantTop, wantBottom, _ := f.glyph('Т').ink()
		if top != wantTop || bottom != wantBottom {
			t.Errorf("%s: ₮ stands on rows %d to %d, Т on %d to %d", name, top, bottom, wantTop, wantBottom)
		}
	}
}

func TestUnknownRunesAreBoxes(t *testing.T) {
	before := 0
	for _, f := range faces {
		for _, r := range "😀商ש\u0301\u200d\x00\ufffd" {
			if !slices.Equal(f.glyph(r), f.glyph(receipt.Missing)) {
				t.Errorf("%q is not drawn as a box", r)
			}
		}
		before += len(f.masks)
	}
	for r := rune(0x4E00); r < 0x5000; r++ {
		regular.glyph(r)
	}
	after := 0
	for _, f := range faces {
		after += len(f.masks)
	}
	if after != before {
		t.Errorf("the store of glyphs grew from %d to %d", before, after)
	}
}

func TestGlyphsTogether(t *testing.T) {
	f := &face{cell: regular.cell, height: regular.height, base: regular.base, tugrik: tugrikRegular, load: regular.load}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, r := range letters + marks {
				if !slices.Equal(f.glyph(r), regular.glyph(r)) {
					t.Errorf("%q differs", r)
				}
			}
		})
	}
	wg.Wait()
}
