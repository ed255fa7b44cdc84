package paper

import (
	"strings"

	"posbox/pos/barcode"
)

const (
	// quiet128 is the white on either side, in modules.
	quiet128 = 10
	// barsHeight is 10 mm at 203 dpi: a hand scanner held askew still crosses every bar.
	barsHeight = 80
	// maxModule is 0.5 mm: wider bars read no better.
	maxModule = 4
)

// bars draws an even number of digits as Code 128 in the middle, with its quiet zones on the paper. What is none, or is too
// wide for the paper at two dots a module, is left out: the digits stand below it anyway.
func (p *Page) bars(digits string) {
	if len(digits)%2 != 0 || strings.Trim(digits, "0123456789") != "" {
		return
	}
	modules, ok := barcode.Bars128(digits)
	if !ok {
		return
	}
	module := min(p.Width/(len(modules)+2*quiet128), maxModule)
	if module < 2 {
		return
	}
	top := p.grow(barsHeight)
	x := (p.Width - len(modules)*module) / 2
	for i, black := range modules {
		if black {
			p.blacken(x+i*module, top, module, barsHeight)
		}
	}
}
