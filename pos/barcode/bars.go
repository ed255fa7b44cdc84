package barcode

// Symbology is how a code is drawn.
type Symbology string

// Symbologies.
const (
	EAN13   Symbology = "EAN-13"
	EAN8    Symbology = "EAN-8"
	Code128 Symbology = "Code 128"
)

// Bars draws a code: EAN-13 or EAN-8 where it is one, else Code 128 (ISO/IEC 15417, subsets B and C). modules has one
// element a module, true for a bar, without the quiet zones: 11 modules at the left and 7 at the right of EAN-13, 7 at
// either side of EAN-8, 10 of Code 128. ok is false for what Code 128 cannot hold: anything but printable ASCII, nothing,
// and more than 48 characters.
func Bars(code string) (modules []bool, as Symbology, ok bool) {
	if _, err := ParseGTIN(code); err == nil {
		switch len(code) {
		case 13:
			return ean13(code), EAN13, true
		case 12:
			return ean13("0" + code), EAN13, true
		case 8:
			return ean8(code), EAN8, true
		}
	}
	if modules, ok = Bars128(code); !ok {
		return nil, "", false
	}
	return modules, Code128, true
}

// Bars128 draws a code as Code 128 whatever it is; as Bars does.
func Bars128(code string) (modules []bool, ok bool) {
	if code == "" || len(code) > 48 {
		return nil, false
	}
	for i := range len(code) {
		if code[i] < ' ' || code[i] > '~' {
			return nil, false
		}
	}
	return code128(code), true
}

// eanDigit are the seven modules of a digit in set A (GS1 General Specifications 5.2.1); C is A inverted, B is C mirrored.
var eanDigit = [10]string{"0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"}

// eanParity says by the first digit of an EAN-13 which of the six on the left are in set B.
var eanParity = [10]string{"AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"}

func ean13(code string) (m []bool) {
	m = pattern(m, "101")
	for i, set := range eanParity[code[0]-'0'] {
		m = digit(m, code[i+1], byte(set))
	}
	m = pattern(m, "01010")
	for i := 7; i < 13; i++ {
		m = digit(m, code[i], 'C')
	}
	return pattern(m, "101")
}

func ean8(code string) (m []bool) {
	m = pattern(m, "101")
	for i := range 4 {
		m = digit(m, code[i], 'A')
	}
	m = pattern(m, "01010")
	for i := 4; i < 8; i++ {
		m = digit(m, code[i], 'C')
	}
	return pattern(m, "101")
}

func pattern(m []bool, s string) []bool {
	for i := range len(s) {
		m = append(m, s[i] == '1')
	}
	return m
}

func digit(m []bool, d, set byte) []bool {
	a := eanDigit[d-'0']
	for i := range 7 {
		switch set {
		case 'A':
			m = append(m, a[i] == '1')
		case 'B':
			m = append(m, a[6-i] == '0')
		default:
			m = append(m, a[i] == '0')
		}
	}
	return m
}

// code128Widths are the widths of bars and spaces of the values 0 to 106; 103 to 105 start, 106 stops.
var code128Widths = [107]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312", "231212", "112232", "122132", "122231",
	"113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
	"212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
	"113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211",
	"241211", "221114", "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
	"214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214",
	"211232", "2331112",
}

const (
	codeC, codeB   = 99, 100
	startB, startC = 104, 105
	stop128        = 106
)

// code128 uses subset C for runs of digits that it makes shorter: four at either end, six within.
func code128(code string) (m []bool) {
	values := []int{}
	inC := false
	for i := 0; i < len(code); {
		run := digitsAt(code[i:])
		least := 6
		if i == 0 || i+run == len(code) {
			least = 4
		}
		wantC := inC && run >= 2 || !inC && (run >= least || i == 0 && run == 2 && len(code) == 2)
		if !inC && wantC && run%2 == 1 && i > 0 { // the odd digit stays in B
			values = append(values, int(code[i]-' '))
			i++
		}
		switch {
		case i == 0 && len(values) == 0 && wantC:
			values = append(values, startC)
		case i == 0 && len(values) == 0:
			values = append(values, startB)
		case wantC && !inC:
			values = append(values, codeC)
		case !wantC && inC:
			values = append(values, codeB)
		}
		if inC = wantC; inC {
			values = append(values, int(code[i]-'0')*10+int(code[i+1]-'0'))
			i += 2
			continue
		}
		values = append(values, int(code[i]-' '))
		i++
	}
	sum := values[0]
	for i, v := range values[1:] {
		sum += (i + 1) * v
	}
	for _, v := range append(values, sum%103, stop128) {
		for i, w := range code128Widths[v] {
			for range w - '0' {
				m = append(m, i%2 == 0)
			}
		}
	}
	return m
}

// digitsAt counts the digits at the beginning.
func digitsAt(s string) (n int) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
