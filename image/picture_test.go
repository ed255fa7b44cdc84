package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"
)

// patch is the edge of the squares whose mean grey is compared: how a letter's edges are smoothed and whether a word begins a
// pixel further left does not matter, which letters stand there does.
const patch = 16

// Two pictures of one state may differ in alike patches: the minute may have changed, the caret blinks.
const (
	alike = 4  // patches
	shade = 32 // by which a patch's grey must differ to count, of 255
)

// unlike counts the patches in which two pictures differ. Pictures of different sizes have nothing in common.
func unlike(a, b image.Image) (n int) {
	if a == nil || b == nil || a.Bounds().Size() != b.Bounds().Size() {
		return math.MaxInt
	}
	one, two := patches(a), patches(b)
	for i := range one {
		if d := one[i] - two[i]; d > shade || d < -shade {
			n++
		}
	}
	return n
}

// patches are a picture's mean greys, row by row.
func patches(picture image.Image) []int {
	b := picture.Bounds()
	grey := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(grey, grey.Bounds(), picture, b.Min, draw.Src)
	var means []int
	for y := 0; y+patch <= b.Dy(); y += patch {
		for x := 0; x+patch <= b.Dx(); x += patch {
			sum := 0
			for row := y; row < y+patch; row++ {
				for _, v := range grey.Pix[row*grey.Stride+x : row*grey.Stride+x+patch] {
					sum += int(v)
				}
			}
			means = append(means, sum/(patch*patch))
		}
	}
	return means
}

func TestUnlike(t *testing.T) {
	page := func(ink image.Rectangle, c color.Color) image.Image {
		p := image.NewRGBA(image.Rect(0, 0, 160, 80))
		draw.Draw(p, p.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(p, ink, image.NewUniform(c), image.Point{}, draw.Src)
		return p
	}
	word := page(image.Rect(0, 0, 80, 16), color.Black)
	for name, c := range map[string]struct {
		other image.Image
		want  int
	}{
		"itself":         {word, 0},
		"a lighter ink":  {page(image.Rect(0, 0, 80, 16), color.Gray{shade - 4}), 0},
		"another word":   {page(image.Rect(80, 0, 160, 16), color.Black), 10},
		"another colour": {page(image.Rect(0, 0, 80, 16), color.Gray{200}), 5},
		"another size":   {image.NewRGBA(image.Rect(0, 0, 160, 88)), math.MaxInt},
		"none":           {nil, math.MaxInt},
	} {
		if n := unlike(word, c.other); n != c.want {
			t.Errorf("%s: %d patches, want %d", name, n, c.want)
		}
	}
}
