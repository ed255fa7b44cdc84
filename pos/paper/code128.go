package paper

// Code 128, code set C: two digits a symbol, as on the receipts of this till. Source: ISO/IEC 15417.

// bars128 holds the widths of bars and spaces of each symbol, a bar first; 105 begins code set C, 106 ends.
var bars128 = [...]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
	"221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
	"221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
	"212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
	"231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
	"231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
	"112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
	"111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
	"214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
	"114131", "311141", "411131", "211412", "211214", "211232", "2331112",
}

const (
	startC = 105
	stop   = 106
	check  = 103
	// quiet128 is the white on either side, in modules.
	quiet128 = 10
	// barsHeight is 10 mm at 203 dpi: a hand scanner held askew still crosses every bar.
	barsHeight = 80
	// maxModule is 0.5 mm: wider bars read no better.
	maxModule = 4
)

// widths128 returns the widths of bars and spaces for an even number of digits; false for anything else.
func widths128(digits string) (widths []int, modules int, ok bool) {
	if len(digits) == 0 || len(digits)%2 != 0 {
		return nil, 0, false
	}
	symbols, sum := []int{startC}, startC
	for i := 0; i < len(digits); i += 2 {
		a, b := digits[i]-'0', digits[i+1]-'0'
		if a > 9 || b > 9 {
			return nil, 0, false
		}
		v := int(a)*10 + int(b)
		symbols = append(symbols, v)
		sum += v * (i/2 + 1)
	}
	for _, s := range append(symbols, sum%check, stop) {
		for _, w := range bars128[s] {
			widths = append(widths, int(w-'0'))
			modules += int(w - '0')
		}
	}
	return widths, modules, true
}

// bars draws digits as Code 128 in the middle, with its quiet zones on the paper. What is none, or is too wide for the
// paper at two dots a module, is left out: the digits stand below it anyway.
func (p *Page) bars(digits string) {
	widths, modules, ok := widths128(digits)
	module := 0
	if ok {
		module = min(p.Width/(modules+2*quiet128), maxModule)
	}
	if module < 2 {
		return
	}
	top := p.grow(barsHeight)
	x := (p.Width - modules*module) / 2
	for i, w := range widths {
		if i%2 == 0 {
			p.blacken(x, top, w*module, barsHeight)
		}
		x += w * module
	}
}
